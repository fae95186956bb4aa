#include "wh-store-tables.h"

#include <string.h>

#define NOT_OF_A_MOVE "key NOT IN ('" WH_NOTE_MOVING_FROM "', '" WH_NOTE_MOVING_HEAD "', '" WH_NOTE_MOVED_TO "')"

static WhStoreTable *
table_new (const char *name, const char *columns, const char *types, guint n_keys)
{
  WhStoreTable *table = g_new0 (WhStoreTable, 1);

  table->name = name;
  table->columns = g_strdup (columns);
  table->types = g_string_new (types);
  table->n_keys = n_keys;
  return table;
}

static char
letter_of (WhFieldType type)
{
  switch (type)
    {
    case WH_FIELD_TEXT:
    case WH_FIELD_LIST:
      return 't';
    case WH_FIELD_REAL:
      return 'r';
    case WH_FIELD_ID:
      return 'b';
    default:
      return 'i';
    }
}

static WhStoreTable *
table_of_kind (WhKind kind)
{
  const WhEntityClass *class = wh_entity_class (kind);
  WhStoreTable *table = table_new (class->name, NULL, "ibiiit", 1);
  GString *columns = g_string_new ("row, id, revision, created_at, updated_at, source");

  for (guint i = 0; i < class->n_fields; i++)
    if (class->fields[i].type != WH_FIELD_PANEL)
      {
        g_string_append_printf (columns, ", %s", class->fields[i].name);
        g_string_append_c (table->types, letter_of (class->fields[i].type));
      }
  table->columns = g_string_free (columns, FALSE);
  return table;
}

GPtrArray *
wh_store_tables_new (void)
{
  GPtrArray *tables = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_store_table_free);

  g_ptr_array_add (tables, table_new ("analyte", "number, key", "it", 1));
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    g_ptr_array_add (tables, table_of_kind (kind));
  g_ptr_array_add (tables, table_new ("measurement", "result, analyte, state, unit, basis, value, lod, loq, text", "iiiiirrrt", 2));
  g_ptr_array_add (tables, table_new ("tombstone", "kind, id, seq", "ibi", 2));
  g_ptr_array_add (tables, table_new ("job", WH_STORE_JOB_COLUMNS, "bttiitttiiiiiiiitirtttt", 1));
  g_ptr_array_add (tables, table_new ("schedule", WH_STORE_SCHEDULE_COLUMNS, "ttttiiiiibiit", 1));
  g_ptr_array_add (tables, table_new ("taken_file", WH_STORE_TAKEN_COLUMNS, "ttiibtti", 2));
  g_ptr_array_add (tables, table_new ("reply", WH_STORE_REPLY_COLUMNS, "ttbiittt", 2));
  g_ptr_array_add (tables, table_new ("webhook", WH_STORE_WEBHOOK_COLUMNS, "btititiiiitti", 1));
  g_ptr_array_add (tables, table_new ("webhook_delivery", WH_STORE_DELIVERY_COLUMNS, "bbiitiiiiiit", 1));
  g_ptr_array_add (tables, table_new ("audit", "seq, time, principal, action, object, change_hash, prev_hash, hash", "iitttbbb", 1));
  g_ptr_array_add (tables, table_new ("change_log", "seq, kind, id, op, audit", "iibii", 1));
  return tables;
}

WhStoreTable *
wh_store_table_of_notes (void)
{
  WhStoreTable *table = table_new ("store_note", "key, value", "tt", 1);

  table->where = NOT_OF_A_MOVE;
  return table;
}

void
wh_store_table_free (WhStoreTable *table)
{
  g_free (table->columns);
  g_string_free (table->types, TRUE);
  g_free (table);
}

/* The first columns, each with `after` behind it. Caller frees. */
static char *
key_of (const WhStoreTable *table, const char *after)
{
  g_auto (GStrv) columns = g_strsplit (table->columns, ", ", (int) table->n_keys + 1);
  GString *key = g_string_new (NULL);

  for (guint i = 0; i < table->n_keys; i++)
    g_string_append_printf (key, "%s%s%s", i ? ", " : "", columns[i], after);
  return g_string_free (key, FALSE);
}

WhStatement *
wh_store_table_walk (WhConnection *connection, const WhStoreTable *table, gboolean after, GError **error)
{
  g_autofree char *key = key_of (table, "");
  g_autofree char *sql = NULL;

  if (after)
    sql = g_strdup_printf ("SELECT %s FROM %s WHERE (%s) > (?1%s) ORDER BY %s", table->columns, table->name, key,
                           table->n_keys > 1 ? ", ?2" : "", key);
  else
    sql = g_strdup_printf ("SELECT %s FROM %s WHERE %s ORDER BY %s", table->columns, table->name, table->where ? table->where : "1 = 1",
                           key);
  return wh_connection_walk (connection, sql, error);
}

WhStatement *
wh_store_table_insert (WhConnection *connection, const WhStoreTable *table, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  g_string_printf (sql, "INSERT INTO %s (%s) VALUES (", table->name, table->columns);
  for (guint i = 0; i < table->types->len; i++)
    g_string_append_printf (sql, i ? ", ?%u" : "?%u", i + 1);
  g_string_append_c (sql, ')');
  return wh_connection_statement (connection, sql->str, error);
}

static void
copy_value (WhStatement *from, WhStatement *to, int column, char type)
{
  const WhDriver *source = from->connection->driver, *target = to->connection->driver;
  gsize length;
  gconstpointer value;

  if (source->is_null (from, column))
    target->bind_null (to, column + 1);
  else if (type == 'i')
    target->bind_integer (to, column + 1, source->integer (from, column));
  else if (type == 'r')
    target->bind_real (to, column + 1, source->real (from, column));
  else if (type == 't')
    {
      value = source->text (from, column, &length);
      target->bind_text (to, column + 1, value, (gssize) length, FALSE);
    }
  else
    {
      /* No bytes are bytes; a NULL pointer would be none. */
      value = source->bytes (from, column, &length);
      target->bind_bytes (to, column + 1, value ? value : "", length);
    }
}

void
wh_store_table_copy (WhStatement *from, WhStatement *to, const WhStoreTable *table, guint n)
{
  for (guint i = 0; i < n; i++)
    copy_value (from, to, (int) i, table->types->str[i]);
}

WhStatement *
wh_store_table_last (WhConnection *connection, const WhStoreTable *table, WhStep *out_step, GError **error)
{
  g_autofree char *key = key_of (table, ""), *descending = key_of (table, " DESC");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s ORDER BY %s LIMIT 1", key, table->name, descending);
  WhStatement *statement = wh_connection_statement (connection, sql, error);

  *out_step = statement ? wh_statement_step (statement, error) : WH_STEP_FAILED;
  return statement;
}

gboolean
wh_store_table_clear (WhConnection *connection, const WhStoreTable *table, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DELETE FROM %s", table->name);

  return wh_connection_run (connection, sql, error);
}

gboolean
wh_store_table_count (WhConnection *connection, const WhStoreTable *table, gint64 *out_rows, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE %s", table->name, table->where ? table->where : "1 = 1");

  return wh_connection_integer (connection, sql, 0, out_rows, error);
}
