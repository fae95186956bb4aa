#include "wh-store-log.h"

#include <string.h>

#include "wh-store-private.h"

/* An entry on its way, with what tells whether it made its row. */
typedef struct {
  WhLogEntry entry;
  gint64     audit;   /* number of its transaction */
  gint64     time;    /* of its transaction: created_at of the rows it made */
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  if (!found)
    return;
  g_free (found->entry.owner);
  g_free (found);
}

static gpointer
write_all_sql (gpointer data)
{
  char **all = g_new0 (char *, WH_N_KINDS);

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    all[kind] = g_strdup_printf ("SELECT created_at, %s FROM %s WHERE id = ?1", wh_permission_has_owner (kind) ? "owner" : "NULL",
                                 wh_entity_class (kind)->name);
  return all;
}

static gboolean
look_at_row (WhConnection *connection, Found *found, GError **error)
{
  static GOnce once = G_ONCE_INIT;
  char *const *sql = g_once (&once, write_all_sql, NULL);
  WhLogEntry *entry = &found->entry;
  WhStatement *statement = wh_connection_statement (connection, sql[entry->kind], error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &entry->id, sizeof entry->id);
  step = wh_statement_step (statement, error);
  entry->is_there = step == WH_STEP_ROW;
  if (entry->is_there)
    {
      entry->made = entry->op == WH_CHANGE_PUT && wh_statement_integer (statement, 0) == found->time;
      entry->owner = wh_statement_is_null (statement, 1) ? NULL : g_strdup (wh_statement_text (statement, 1));
    }
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

static WhStep
next (WhStatement *statement, Found *found, GError **error)
{
  WhStep step = wh_statement_step (statement, error);

  if (step != WH_STEP_ROW)
    return step;
  *found = (Found){ .audit = wh_statement_integer (statement, 4), .time = wh_statement_integer (statement, 5) };
  found->entry.seq = wh_statement_integer (statement, 0);
  found->entry.kind = (WhKind) wh_statement_integer (statement, 1);
  found->entry.id = wh_statement_id (statement, 2);
  found->entry.op = (WhChangeOp) wh_statement_integer (statement, 3);
  return step;
}

/* In their order. A kind of a newer program is passed over. */
static GPtrArray *
collect (WhConnection *connection, gint64 since, guint limit, gint64 *out_last, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT c.seq, c.kind, c.id, c.op, c.audit, a.time FROM change_log c"
                                                    " LEFT JOIN audit a ON a.seq = c.audit WHERE c.seq > ?1 ORDER BY c.seq LIMIT ?2",
                                                    error);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (found_free);
  Found found;
  WhStep step;

  if (!statement)
    return NULL;
  *out_last = since;
  wh_statement_bind_integer (statement, 1, since);
  wh_statement_bind_integer (statement, 2, limit);
  while ((step = next (statement, &found, error)) == WH_STEP_ROW)
    {
      *out_last = found.entry.seq;
      if (found.entry.kind > WH_KIND_NONE && found.entry.kind < WH_N_KINDS && !wh_id_is_none (&found.entry.id))
        g_ptr_array_add (all, g_memdup2 (&found, sizeof found));
    }
  wh_statement_reset (statement);
  return step == WH_STEP_DONE ? g_steal_pointer (&all) : NULL;
}

/* Within a transaction only the last change of a row counts. */
static void
drop_repeated (GPtrArray *all)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (wh_id_hash, wh_id_equal);
  gint64 audit = -1;

  for (guint i = all->len; i-- > 0;)
    {
      Found *found = all->pdata[i];
      if (found->audit != audit)
        g_hash_table_remove_all (seen);
      audit = found->audit;
      if (!g_hash_table_add (seen, &found->entry.id))
        found->entry.kind = WH_KIND_NONE;
    }
}

GPtrArray *
wh_reader_log (WhReader *reader, gint64 since, guint limit, gint64 *out_last, GError **error)
{
  g_autoptr (GPtrArray) all = collect (reader->connection, since, limit, out_last, error);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (found_free);

  if (!all)
    return NULL;
  drop_repeated (all);
  for (guint i = 0; i < all->len; i++)
    {
      Found *found = all->pdata[i];
      if (found->entry.kind == WH_KIND_NONE)
        continue;
      if (!look_at_row (reader->connection, found, error))
        return NULL;
      all->pdata[i] = NULL;
      g_ptr_array_add (entries, found);
    }
  return g_steal_pointer (&entries);
}

gint64
wh_reader_log_begin (WhReader *reader)
{
  gint64 first;

  if (!wh_connection_integer (reader->connection, "SELECT min(seq) FROM change_log", 1, &first, NULL))
    return -1;
  return first - 1;
}
