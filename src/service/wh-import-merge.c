#include "wh-import-private.h"

#include <math.h>

#include "base/wh-text.h"

/* The row of this id, NULL when there is none. A store that cannot be read is not an empty one: what is merged then is thrown away. */
static gpointer
look (WhImport *import, WhReader *reader, WhKind kind, const WhId *id)
{
  gpointer entity = NULL;

  wh_reader_look (reader, kind, id, &entity, import->failure ? NULL : &import->failure);
  return entity;
}

/* Whether a field holds nothing. */
static gboolean
is_empty (gconstpointer entity, const WhField *field)
{
  switch (field->type)
    {
    case WH_FIELD_TEXT:
    case WH_FIELD_LIST:
      return WH_FIELD_AT (entity, field, gpointer) == NULL;
    case WH_FIELD_REAL:
      return isnan (WH_FIELD_AT (entity, field, double));
    default:
      return FALSE;
    }
}

/* Whether this file tells of the strain for the first time; remembered for the page, which may be written again. */
static gboolean
is_first_told (WhImport *import, const WhId *id)
{
  if (!g_hash_table_add (import->own_strains, g_memdup2 (id, sizeof *id)))
    return FALSE;
  g_array_append_val (import->page_strains, *id);
  return TRUE;
}

void
wh_import_forget_page (WhImport *import)
{
  for (guint i = 0; i < import->page_strains->len; i++)
    g_hash_table_remove (import->own_strains, &g_array_index (import->page_strains, WhId, i));
  g_array_set_size (import->page_strains, 0);
}

/* A strain is named by many files and, in other spellings, by many rows. The list that made it may change it, by its first
 * row about it; all others only fill what is empty. */
static WhEntity *
merge_strain (WhImport *import, const WhEntity *stored, const WhEntity *fresh)
{
  gboolean same_source = is_first_told (import, &fresh->id) && g_strcmp0 (stored->source, fresh->source) == 0;
  const WhEntityClass *class = wh_entity_class (WH_KIND_STRAIN);
  WhEntity *merged = wh_entity_new (WH_KIND_STRAIN, stored->id);

  merged->source = g_strdup (stored->source);
  for (guint i = 0; i < class->n_fields; i++)
    {
      const WhField *field = &class->fields[i];
      gboolean fresh_wins = is_empty (stored, field) || (same_source && !is_empty (fresh, field));
      wh_entity_copy_field (merged, fresh_wins ? fresh : stored, field);
    }
  return merged;
}

/* An older menu may come after a newer one: its price is history, and so is its stock. A price that is still the same where the file
 * does not say when it was seen was not observed anew. */
static void
keep_observation (WhImport *import, WhProduct *fresh, const WhProduct *stored)
{
  gboolean dated = fresh->price_observed_at != import->now;
  gboolean older = fresh->price_cents != WH_INTEGER_UNSET && stored->price_observed_at != WH_TIME_UNSET
                   && fresh->price_observed_at < stored->price_observed_at;

  if (older)
    {
      fresh->price_cents = stored->price_cents;
      fresh->in_stock = stored->in_stock;
      fresh->stock_quantity = stored->stock_quantity;
    }
  if (older || (!dated && fresh->price_cents == stored->price_cents && stored->price_observed_at != WH_TIME_UNSET))
    fresh->price_observed_at = stored->price_observed_at;
}

/* An observation never changes. Without a date it is known by its price; one that comes back after another price was seen anew, and
 * the product, written before it, says so. */
static gpointer
merge_price (WhImport *import, WhReader *reader, const WhPrice *stored, const WhPrice *fresh)
{
  g_autoptr (WhProduct) product = stored ? look (import, reader, WH_KIND_PRODUCT, &fresh->product_id) : NULL;
  g_autofree char *id = NULL, *key = NULL;
  WhPrice *again;

  if (!stored)
    return wh_entity_ref (fresh);
  if (!product || fresh->observed_at != import->now || stored->observed_at == import->now || product->price_observed_at != import->now)
    return wh_entity_ref (stored);
  id = wh_id_to_string (&stored->entity.id);
  key = g_strdup_printf ("%s/%" G_GINT64_FORMAT, id, import->now);
  again = wh_entity_copy (fresh);
  again->entity.id = wh_id_from_key ("price", import->source, key);
  return again;
}

/* The same result may come again in another file; it stays where it was first found. */
static void
keep_origin (WhLabResult *fresh, const WhLabResult *stored)
{
  g_free (fresh->origin);
  fresh->origin = g_strdup (stored->origin);
}

/* A batch or product may name a strain that nobody has described; a later row of this file may still do so. Until then it stands for
 * the strain that somebody decided its name means, or for none. */
static void
find_strain (WhImport *import, WhReader *reader, const char *name, WhId *strain_id)
{
  g_autoptr (WhEntity) strain = NULL;
  g_autofree char *slug = NULL;
  const WhId *decided;

  if (wh_id_is_none (strain_id) || g_hash_table_contains (import->own_strains, strain_id))
    return;
  strain = look (import, reader, WH_KIND_STRAIN, strain_id);
  if (strain)
    return;
  slug = wh_text_slug (name);
  decided = g_hash_table_lookup (import->decided, slug);
  *strain_id = decided ? *decided : WH_ID_NONE;
}

/* What was linked by hand stays linked when the file comes again, which knows nothing of it. */
static void
keep_strain (WhId *fresh, const WhId *stored)
{
  if (wh_id_is_none (fresh))
    *fresh = *stored;
}

/* The row itself stays as it was read: the page may be written again, on a store that has changed. */
static WhEntity *
merge_batch (WhImport *import, WhReader *reader, const WhEntity *fresh, const WhBatch *stored)
{
  WhBatch *merged = wh_entity_copy (fresh);

  find_strain (import, reader, merged->name, &merged->strain_id);
  if (stored)
    keep_strain (&merged->strain_id, &stored->strain_id);
  return &merged->entity;
}

static WhEntity *
merge_product (WhImport *import, WhReader *reader, const WhEntity *fresh, const WhProduct *stored)
{
  WhProduct *merged = wh_entity_copy (fresh);

  find_strain (import, reader, merged->name, &merged->strain_id);
  if (stored)
    {
      keep_strain (&merged->strain_id, &stored->strain_id);
      keep_observation (import, merged, stored);
    }
  return &merged->entity;
}

static WhEntity *
merge_result (const WhEntity *fresh, const WhLabResult *stored)
{
  WhLabResult *merged;

  if (!stored || g_strcmp0 (stored->origin, ((const WhLabResult *) fresh)->origin) == 0)
    return wh_entity_ref (fresh);
  merged = wh_entity_copy (fresh);
  keep_origin (merged, stored);
  return &merged->entity;
}

static gpointer
merge (WhImport *import, WhReader *reader, const WhEntity *fresh)
{
  g_autoptr (WhEntity) stored = look (import, reader, fresh->kind, &fresh->id);

  switch (fresh->kind)
    {
    case WH_KIND_STRAIN:
      if (stored)
        return merge_strain (import, stored, fresh);
      is_first_told (import, &fresh->id);
      return wh_entity_ref (fresh);
    case WH_KIND_PRICE:
      return merge_price (import, reader, (const WhPrice *) stored, (const WhPrice *) fresh);
    case WH_KIND_LAB_RESULT:
      return merge_result (fresh, (const WhLabResult *) stored);
    case WH_KIND_BATCH:
      return merge_batch (import, reader, fresh, (const WhBatch *) stored);
    case WH_KIND_PRODUCT:
      return merge_product (import, reader, fresh, (const WhProduct *) stored);
    default:
      return wh_entity_ref (fresh);
    }
}

gpointer
wh_import_merge (WhImport *import, WhReader *reader, const WhEntity *fresh, GError **error)
{
  WhEntity *merged = merge (import, reader, fresh);

  if (!import->failure)
    return merged;
  wh_entity_unref (merged);
  g_propagate_error (error, g_steal_pointer (&import->failure));
  return NULL;
}
