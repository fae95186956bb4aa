#include "wh-store-private.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"

/* What a reader is asked: the rows of the file with the overlay, if any, laid over them. */

WhEntity *
wh_store_lay_row (const WhOverlayRow *laid, const WhEntity *base)
{
  const WhEntityClass *class;
  WhEntity *row;

  if (!laid->entity)
    return NULL;
  /* A copy, since callers change what they were given and put it. */
  if (!base || !laid->given)
    return wh_entity_copy (laid->entity);
  class = wh_entity_class (base->kind);
  row = wh_entity_copy (base);
  row->revision = 0;
  row->updated_at = laid->entity->updated_at;
  for (guint i = 0; i < class->n_fields; i++)
    if (laid->given & (G_GUINT64_CONSTANT (1) << i))
      wh_entity_copy_field (row, laid->entity, &class->fields[i]);
  return row;
}

/* NULL without error when there is none. */
static WhEntity *
read_row (WhReader *reader, WhKind kind, const WhId *id, GError **error)
{
  const WhOverlayRow *laid = wh_store_overlay_row (reader->overlay, kind, id);
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhEntity) base = NULL;

  if (!laid)
    return wh_store_read_row (reader->connection, kind, id, NULL, error);
  if (laid->given)
    base = wh_store_read_row (reader->connection, kind, id, NULL, &failure);
  if (!failure)
    return wh_store_lay_row (laid, base);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

gpointer
wh_reader_get (WhReader *reader, WhKind kind, const WhId *id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  WhEntity *entity = read_row (reader, kind, id, &failure);

  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (!entity)
    {
      g_autofree char *text = wh_id_to_string (id);
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no %s with the id %s."), wh_entity_class (kind)->name, text);
    }
  return entity;
}

gboolean
wh_reader_look (WhReader *reader, WhKind kind, const WhId *id, gpointer *out_entity, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *out_entity = read_row (reader, kind, id, &failure);
  if (!failure)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* -- rows that refer to another ---------------------------------------------------------------------------------------- */

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const WhEntity *x = *(WhEntity *const *) a, *y = *(WhEntity *const *) b;

  return wh_id_compare (&x->id, &y->id);
}

/* In id order, each once, at most `limit`. */
static void
put_in_order (GPtrArray *rows, guint limit)
{
  guint kept = 0;

  g_ptr_array_sort (rows, compare_ids);
  for (guint i = 0; i < rows->len; i++)
    {
      if (kept && compare_ids (&rows->pdata[kept - 1], &rows->pdata[i]) == 0)
        continue;
      gpointer row = rows->pdata[kept];
      rows->pdata[kept++] = rows->pdata[i];
      rows->pdata[i] = row;
    }
  g_ptr_array_set_size (rows, (int) (limit ? MIN (kept, limit) : kept));
}

typedef struct {
  WhReader      *reader;
  WhKind         kind;
  const WhField *field;
  const WhId    *id;
  GPtrArray     *found;
} Find;

/* Takes the row. */
static void
add_if_it_refers (Find *find, WhEntity *row)
{
  if (row && wh_id_equal (&WH_FIELD_AT (row, find->field, WhId), find->id))
    g_ptr_array_add (find->found, row);
  else if (row)
    wh_entity_unref (row);
}

static gboolean
found_cb (const WhId *id, const WhOverlayRow *laid, gpointer user_data, GError **error)
{
  Find *find = user_data;
  GError *failure = NULL;
  WhEntity *row = read_row (find->reader, find->kind, id, &failure);

  if (failure)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  add_if_it_refers (find, row);
  return TRUE;
}

GPtrArray *
wh_reader_find (WhReader *reader, WhKind kind, const char *field_name, const WhId *id, guint limit, GError **error)
{
  guint n_laid = wh_store_overlay_count (reader->overlay, kind);
  /* As many may have gone elsewhere by what is laid over them. */
  g_autoptr (GPtrArray) rows = wh_store_find_rows (reader->connection, kind, field_name, id, limit ? limit + n_laid : 0, error);
  g_autoptr (GPtrArray) found = NULL;
  Find find = { reader, kind, wh_entity_field (kind, field_name), id, NULL };

  if (!rows || n_laid == 0)
    return g_steal_pointer (&rows);
  find.found = found = g_ptr_array_new_with_free_func (wh_entity_unref);
  for (guint i = 0; i < rows->len; i++)
    {
      WhEntity *row = rows->pdata[i];
      const WhOverlayRow *laid = wh_store_overlay_row (reader->overlay, kind, &row->id);
      add_if_it_refers (&find, laid ? wh_store_lay_row (laid, row) : wh_entity_ref (row));
    }
  if (!wh_store_overlay_each_with (reader->overlay, kind, find.field, id, found_cb, &find, error))
    return NULL;
  put_in_order (found, limit);
  return g_steal_pointer (&found);
}

/* -- all rows ------------------------------------------------------------------------------------------------------------ */

typedef struct {
  WhReader    *reader;
  WhEntityFunc func;
  gpointer     user_data;
  GHashTable  *met;        /* ids of rows that came in their places and are changed */
} Walk;

static gboolean
row_cb (gconstpointer data, gpointer user_data, GError **error)
{
  const WhEntity *base = data;
  Walk *walk = user_data;
  const WhOverlayRow *laid = wh_store_overlay_row (walk->reader->overlay, base->kind, &base->id);

  if (!laid)
    return walk->func (base, walk->user_data, error);
  g_hash_table_add (walk->met, g_memdup2 (&base->id, sizeof base->id));
  g_autoptr (WhEntity) row = wh_store_lay_row (laid, base);
  return !row || walk->func (row, walk->user_data, error);
}

static gboolean
laid_cb (const WhId *id, const WhOverlayRow *laid, gpointer user_data, GError **error)
{
  Walk *walk = user_data;

  return !laid->entity || g_hash_table_contains (walk->met, id) || walk->func (laid->entity, walk->user_data, error);
}

gboolean
wh_reader_each (WhReader *reader, WhKind kind, WhEntityFunc func, gpointer user_data, GError **error)
{
  Walk walk = { reader, func, user_data, NULL };
  gboolean done;

  if (wh_store_overlay_count (reader->overlay, kind) == 0)
    return wh_store_each_row (reader->connection, kind, func, user_data, error);
  walk.met = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);
  done = wh_store_each_row (reader->connection, kind, row_cb, &walk, error)
         && wh_store_overlay_each (reader->overlay, kind, laid_cb, &walk, error);
  g_hash_table_unref (walk.met);
  return done;
}

typedef struct {
  WhReader *reader;
  WhKind    kind;
  gint64    count;
} Count;

static gboolean
count_cb (const WhId *id, const WhOverlayRow *laid, gpointer user_data, GError **error)
{
  Count *count = user_data;
  gboolean is_there = FALSE;

  if (!wh_store_has_row (count->reader->connection, count->kind, id, &is_there, error))
    return FALSE;
  count->count += (laid->entity != NULL) - is_there;
  return TRUE;
}

gint64
wh_reader_count (WhReader *reader, WhKind kind, GError **error)
{
  Count count = { reader, kind, wh_store_count_rows (reader->connection, kind, error) };

  if (count.count < 0 || !wh_store_overlay_each (reader->overlay, kind, count_cb, &count, error))
    return -1;
  return count.count;
}
