#include "wh-strain-pages.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "base/wh-squeeze.h"
#include "store/wh-cache.h"
#include "wh-notebook.h"
#include "wh-present.h"
#include "wh-strain-touched.h"
#include "wire/wh-wire.h"

#define KEEP_SECONDS (86400)

struct _WhStrainPages {
  WhCatalogue     *catalogue;
  WhCache         *kept;       /* NULL: nothing is */
  WhStrainTouched *touched;
  WhSqueezer      *squeezer;
  gsize            room;       /* bytes */
  GThread         *warmer;     /* NULL: not begun */
  WhPrincipal     *warming_for;
  gint             stop;       /* atomic */
};

/* What is kept: this, the ids of all rows in it, and the small form of the members before and behind what the catalogue knows. */
typedef struct {
  gint64  revision;            /* atomic: up to where it is known to be so */
  guint32 n_ids;
  guint32 head_length, length; /* of the members, large */
} Page;

static void
add_empty (GString *text, WhKind kind)
{
  g_autoptr (WhEntity) entity = wh_entity_new (kind, WH_ID_NONE);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  entity->revision = 1;
  wh_wire_write_entity (writer, entity, TRUE);
}

static void
add_measures (GString *text)
{
  for (guint i = 0; i < wh_analyte_count (); i++)
    {
      g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
      WhMeasure measure = WH_MEASURE_INIT;
      measure.analyte = i;
      measure.state = WH_STATE_VALUE;
      measure.unit = WH_UNIT_MG_PER_G;
      wh_wire_write_measure (writer, &measure);
    }
}

/* The keys that such texts are mostly made of. */
static WhSqueezer *
make_squeezer (void)
{
  static const WhKind kinds[] = { WH_KIND_STRAIN, WH_KIND_BATCH, WH_KIND_LAB_RESULT, WH_KIND_PRODUCT };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_empty (text, kinds[i]);
  add_measures (text);
  return wh_squeezer_new (text->str, text->len);
}

WhStrainPages *
wh_strain_pages_new (WhCatalogue *catalogue, gsize bytes)
{
  WhStrainPages *pages = g_new0 (WhStrainPages, 1);
  const WhCacheOptions options = { .address = WH_CACHE_LOCAL, .local_bytes = bytes };

  pages->catalogue = catalogue;
  pages->kept = bytes ? wh_cache_open (&options, NULL) : NULL;
  pages->touched = wh_strain_touched_new (wh_catalogue_store (catalogue));
  pages->squeezer = make_squeezer ();
  pages->room = bytes;
  return pages;
}

void
wh_strain_pages_free (WhStrainPages *pages)
{
  g_atomic_int_set (&pages->stop, 1);
  g_clear_pointer (&pages->warmer, g_thread_join);
  g_clear_pointer (&pages->warming_for, wh_principal_unref);
  g_clear_pointer (&pages->kept, wh_cache_free);
  wh_strain_touched_free (pages->touched);
  wh_squeezer_free (pages->squeezer);
  g_free (pages);
}

/* -- making one ------------------------------------------------------------------------------------------------------- */

static void
add_ids (GByteArray *out, const GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    if (rows->pdata[i])
      g_byte_array_append (out, ((const WhEntity *) rows->pdata[i])->id.bytes, sizeof (WhId));
}

/* The members that `write` gives, at the end of the text. */
static void
add_members (GString *text, void (*write) (WhJsonWriter *, const WhStrainDetail *), const WhStrainDetail *detail)
{
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  gsize start = text->len;

  wh_json_writer_begin_object (writer);
  write (writer, detail);
  g_string_erase (text, (gssize) start, 1);   /* the brace */
}

static GBytes *
make_page (const WhStrainPages *pages, const WhStrainDetail *detail)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  Page page = { .revision = detail->revision };
  GBytes *bytes;

  g_byte_array_set_size (out, sizeof page);
  g_byte_array_append (out, detail->card->id.bytes, sizeof (WhId));
  add_ids (out, detail->batches);
  add_ids (out, detail->results);
  add_ids (out, detail->products);
  add_ids (out, detail->dispensaries);
  page.n_ids = (out->len - sizeof page) / sizeof (WhId);
  add_members (text, wh_present_strain_head, detail);
  page.head_length = (guint32) text->len;
  add_members (text, wh_present_strain_rows, detail);
  page.length = (guint32) text->len;
  memcpy (out->data, &page, sizeof page);
  wh_squeeze (pages->squeezer, text->str, text->len, out);
  bytes = g_bytes_new (out->data, out->len);   /* of this very size */
  g_byte_array_unref (out);
  return bytes;
}

/* -- writing one ------------------------------------------------------------------------------------------------------- */

/* NULL: there is none, or it is no longer so. */
static GBytes *
find_page (WhStrainPages *pages, const WhPrincipal *principal, const char *key)
{
  g_autoptr (GBytes) bytes = wh_cache_get (pages->kept, key);
  Page *page = bytes ? (Page *) g_bytes_get_data (bytes, NULL) : NULL;
  gint64 revision, until;

  if (!page)
    return NULL;
  revision = __atomic_load_n (&page->revision, __ATOMIC_RELAXED);
  if (revision >= wh_store_seen (wh_catalogue_store (pages->catalogue)))
    return g_steal_pointer (&bytes);
  if (!wh_strain_touched_none (pages->touched, principal, revision, (const WhId *) (page + 1), page->n_ids, &until))
    return NULL;
  __atomic_store_n (&page->revision, until, __ATOMIC_RELAXED);
  return g_steal_pointer (&bytes);
}

typedef struct {
  const WhPrincipal *principal;
  const WhId        *id;
  GPtrArray         *notes;
  WhFavorite        *favorite;
} Own;

static gboolean
read_own_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Own *own = user_data;
  g_autoptr (GError) failure = NULL;

  g_clear_pointer (&own->notes, g_ptr_array_unref);
  own->notes = wh_notebook_notes (reader, WH_KIND_STRAIN, own->id, &failure);
  if (own->notes)
    own->favorite = wh_notebook_favorite_of (reader, own->principal, WH_KIND_STRAIN, own->id, &failure);
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return own->notes != NULL;
}

static gboolean
write_end (const WhStrainPages *pages, const WhPrincipal *principal, const WhId *id, WhJsonWriter *writer, GError **error)
{
  Own own = { principal, id, NULL, NULL };
  gboolean done = !wh_principal_allows (principal, WH_PERMISSION_READ_SHOP)
                  || wh_store_read (wh_catalogue_store (pages->catalogue), principal, read_own_cb, &own, error);

  if (done)
    wh_present_strain_end (writer, own.notes, own.favorite);
  g_clear_pointer (&own.notes, g_ptr_array_unref);
  g_clear_pointer (&own.favorite, wh_entity_unref);
  return done;
}

static gboolean
write_page (const WhStrainPages *pages, GBytes *bytes, WhSnapshot *snapshot, const WhCard *card, WhJsonWriter *writer, GError **error)
{
  gsize size;
  const Page *page = g_bytes_get_data (bytes, &size);
  const guint8 *small = (const guint8 *) (page + 1) + page->n_ids * sizeof (WhId);
  g_autofree char *text = g_malloc (page->length + WH_SQUEEZE_SLACK);

  if (!wh_unsqueeze (pages->squeezer, small, size - (gsize) (small - (const guint8 *) page), text, page->length))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_FAILED, _("What was kept of this strain in memory is damaged."));
      return FALSE;
    }
  wh_json_writer_raw_members (writer, text, page->head_length);
  wh_present_strain_facts (writer, snapshot, card);
  wh_json_writer_raw_members (writer, text + page->head_length, page->length - page->head_length);
  return TRUE;
}

/* Reads the strain. What changes from now on is noticed. */
static GBytes *
keep_page (WhStrainPages *pages, const WhPrincipal *principal, const WhCard *card, const char *key, GError **error)
{
  g_autoptr (WhStrainDetail) detail = NULL;
  gint64 until;
  GBytes *bytes;

  wh_strain_touched_none (pages->touched, principal, 0, NULL, 0, &until);
  detail = wh_catalogue_show (pages->catalogue, principal, &card->id, error);
  if (!detail)
    return NULL;
  bytes = make_page (pages, detail);
  wh_cache_put (pages->kept, key, bytes, KEEP_SECONDS);
  return bytes;
}

static gboolean
write_unkept (const WhStrainPages *pages, const WhPrincipal *principal, const WhCard *card, WhJsonWriter *writer, GError **error)
{
  g_autoptr (WhStrainDetail) detail = wh_catalogue_show (pages->catalogue, principal, &card->id, error);

  if (detail)
    wh_present_strain (writer, detail);
  return detail != NULL;
}

gboolean
wh_strain_pages_write (WhStrainPages *pages, const WhPrincipal *principal, WhSnapshot *snapshot, const WhCard *card, WhJsonWriter *writer,
                       GError **error)
{
  char key[WH_ID_TEXT_LENGTH + 1];
  g_autoptr (GBytes) bytes = NULL;
  gboolean done;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return FALSE;
  if (!pages->kept)
    return write_unkept (pages, principal, card, writer, error);
  wh_id_format (&card->id, key);
  bytes = find_page (pages, principal, key);
  if (!bytes && !(bytes = keep_page (pages, principal, card, key, error)))
    return FALSE;
  wh_json_writer_begin_object (writer);
  done = write_page (pages, bytes, snapshot, card, writer, error) && write_end (pages, principal, &card->id, writer, error);
  wh_json_writer_end_object (writer);
  return done;
}

/* -- ahead ------------------------------------------------------------------------------------------------------------- */

static gboolean
is_full (const WhStrainPages *pages)
{
  WhCacheStats stats;

  wh_cache_stats (pages->kept, &stats);
  return stats.bytes > pages->room / 10 * 9;
}

/* How long it took. */
static gint64
make_ahead (WhStrainPages *pages, const WhCard *card)
{
  gint64 start = wh_clock_monotonic ();
  char key[WH_ID_TEXT_LENGTH + 1];
  g_autoptr (GBytes) bytes = NULL;

  wh_id_format (&card->id, key);
  bytes = find_page (pages, pages->warming_for, key);
  if (!bytes)
    bytes = keep_page (pages, pages->warming_for, card, key, NULL);
  return wh_clock_monotonic () - start;
}

static gpointer
warm_thread (gpointer data)
{
  WhStrainPages *pages = data;
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (pages->catalogue);

  for (guint i = 0; i < wh_snapshot_length (snapshot) && !g_atomic_int_get (&pages->stop) && !is_full (pages); i++)
    g_usleep ((gulong) make_ahead (pages, wh_snapshot_card (snapshot, i)));
  return NULL;
}

void
wh_strain_pages_warm (WhStrainPages *pages, const WhPrincipal *principal)
{
  if (!pages->kept || pages->warmer)
    return;
  pages->warming_for = wh_principal_ref (principal);
  pages->warmer = g_thread_new ("pages", warm_thread, pages);
}
