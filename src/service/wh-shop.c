#include "wh-shop.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"

#define CANDIDATES_SHOWN 10

typedef struct {
  const char *text;      /* as typed; NULL: any */
  char       *folded;
  WhId        id;
  gboolean    is_id;
  GPtrArray  *slugged;   /* of WhDispensary* */
  GPtrArray  *called;
} Search;

static gboolean
look_at_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Search *search = user_data;
  const WhDispensary *shop = entity;
  g_autofree char *folded = wh_text_fold (shop->name);

  if (!search->text || g_strcmp0 (shop->slug, search->text) == 0)
    g_ptr_array_add (search->slugged, wh_entity_ref (shop));
  if (*folded && strcmp (folded, search->folded) == 0)
    g_ptr_array_add (search->called, wh_entity_ref (shop));
  return TRUE;
}

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Search *search = user_data;
  WhDispensary *shop = search->is_id ? wh_reader_get (reader, WH_KIND_DISPENSARY, &search->id, NULL) : NULL;

  if (!shop)
    return wh_reader_each (reader, WH_KIND_DISPENSARY, look_at_cb, search, error);
  g_ptr_array_add (search->slugged, shop);
  return TRUE;
}

/* `shown` NULL: nothing was said. */
static void
set_ambiguous (const char *shown, const GPtrArray *candidates, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);
  char id[WH_ID_TEXT_LENGTH + 1];

  for (guint i = 0; i < MIN (candidates->len, CANDIDATES_SHOWN); i++)
    {
      const WhDispensary *shop = candidates->pdata[i];
      wh_id_format (&shop->entity.id, id);
      g_string_append_printf (list, "%s%s, %s %s (%s)", i ? "; " : "", shop->name, shop->city ? shop->city : "",
                              shop->state ? shop->state : "", id);
    }
  if (!shown)
    g_set_error (error, WH_ERROR, WH_ERROR_AMBIGUOUS, _("There are %u dispensaries; say which, by id, slug or name: %s"), candidates->len,
                 list->str);
  else
    g_set_error (error, WH_ERROR, WH_ERROR_AMBIGUOUS, _("“%s” is the name of %u dispensaries; give the id or slug of one: %s"), shown,
                 candidates->len, list->str);
}

WhDispensary *
wh_catalogue_resolve_shop (WhCatalogue *catalogue, const WhPrincipal *principal, const char *text, GPtrArray **out_candidates,
                           GError **error)
{
  g_autofree char *shown = text ? wh_text_clean (text, WH_LIMIT_QUERY) : NULL;
  g_autofree char *folded = wh_text_fold (shown ? shown : "");
  g_autoptr (GPtrArray) slugged = g_ptr_array_new_with_free_func (wh_entity_unref);
  g_autoptr (GPtrArray) called = g_ptr_array_new_with_free_func (wh_entity_unref);
  Search search = { text, folded, WH_ID_NONE, FALSE, slugged, called };
  const GPtrArray *meant;

  if (out_candidates)
    *out_candidates = NULL;
  search.is_id = text && wh_id_parse (text, &search.id);
  if (!wh_store_read (wh_catalogue_store (catalogue), principal, read_cb, &search, error))
    return NULL;
  meant = slugged->len ? slugged : called;
  if (meant->len == 1)
    return wh_entity_ref (meant->pdata[0]);
  if (meant->len == 0)
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, shown ? _("There is no dispensary “%s”") : _("There are no dispensaries yet%s"),
                 shown ? shown : "");
  else
    set_ambiguous (shown, meant, error);
  if (meant->len > 1 && out_candidates)
    *out_candidates = g_ptr_array_ref ((GPtrArray *) meant);
  return NULL;
}
