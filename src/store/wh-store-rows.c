#include "wh-store-private.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "base/wh-json-writer.h"
#include "base/wh-json.h"
#include "base/wh-limits.h"

/* Columns before a noun's own: row, id, revision, created_at, updated_at, source. */
#define FIXED_COLUMNS 6

/* The SQL of one noun, written once from its field table. */
typedef struct {
  char *select;        /* "SELECT row, id, … FROM strain" */
  char *by_id;
  char *insert;
  char *update;
  char *delete;
} Sql;

static void
write_sql (Sql *sql, const WhEntityClass *class)
{
  g_autoptr (GString) names = g_string_new ("id, revision, created_at, updated_at, source");
  g_autoptr (GString) values = g_string_new ("?2, ?3, ?4, ?5, ?6");
  g_autoptr (GString) sets = g_string_new ("id = ?2, revision = ?3, created_at = ?4, updated_at = ?5, source = ?6");
  guint column = FIXED_COLUMNS;

  for (guint i = 0; i < class->n_fields; i++)
    if (class->fields[i].type != WH_FIELD_PANEL)
      {
        column++;
        g_string_append_printf (names, ", %s", class->fields[i].name);
        g_string_append_printf (values, ", ?%u", column);
        g_string_append_printf (sets, ", %s = ?%u", class->fields[i].name, column);
      }
  sql->select = g_strdup_printf ("SELECT row, %s FROM %s", names->str, class->name);
  sql->by_id = g_strdup_printf ("%s WHERE id = ?1", sql->select);
  sql->insert = g_strdup_printf ("INSERT INTO %s (row, %s) VALUES (?1, %s)", class->name, names->str, values->str);
  sql->update = g_strdup_printf ("UPDATE %s SET %s WHERE row = ?1", class->name, sets->str);
  sql->delete = g_strdup_printf ("DELETE FROM %s WHERE row = ?1", class->name);
}

static gpointer
write_all_sql (gpointer data)
{
  Sql *all = g_new0 (Sql, WH_N_KINDS);

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    write_sql (&all[kind], wh_entity_class (kind));
  return all;
}

static const Sql *
sql_of (WhKind kind)
{
  static GOnce once = G_ONCE_INIT;

  return (const Sql *) g_once (&once, write_all_sql, NULL) + kind;
}

static void
bind_list (sqlite3_stmt *statement, int column, char **list)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_array (writer);
  for (; *list; list++)
    wh_json_writer_string (writer, *list);
  wh_json_writer_end_array (writer);
  sqlite3_bind_text (statement, column, text->str, (int) text->len, SQLITE_TRANSIENT);
  g_string_free (text, TRUE);
}

static void
bind_field (sqlite3_stmt *statement, int column, const WhEntity *entity, const WhField *field)
{
  sqlite3_bind_null (statement, column);
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      sqlite3_bind_text (statement, column, WH_FIELD_AT (entity, field, char *), -1, SQLITE_STATIC);
      break;
    case WH_FIELD_LIST:
      if (WH_FIELD_AT (entity, field, char **) && *WH_FIELD_AT (entity, field, char **))
        bind_list (statement, column, WH_FIELD_AT (entity, field, char **));
      break;
    case WH_FIELD_REAL:
      if (!isnan (WH_FIELD_AT (entity, field, double)))
        sqlite3_bind_double (statement, column, WH_FIELD_AT (entity, field, double));
      break;
    case WH_FIELD_ID:
      if (!wh_id_is_none (&WH_FIELD_AT (entity, field, WhId)))
        sqlite3_bind_blob (statement, column, &WH_FIELD_AT (entity, field, WhId), sizeof (WhId), SQLITE_STATIC);
      break;
    default:
      if (WH_FIELD_AT (entity, field, gint64) != WH_INTEGER_UNSET)
        sqlite3_bind_int64 (statement, column, WH_FIELD_AT (entity, field, gint64));
    }
}

static void
bind_row (sqlite3_stmt *statement, const WhEntity *entity, gint64 row)
{
  const WhEntityClass *class = wh_entity_class (entity->kind);
  int column = FIXED_COLUMNS;

  if (row)
    sqlite3_bind_int64 (statement, 1, row);
  else
    sqlite3_bind_null (statement, 1);
  sqlite3_bind_blob (statement, 2, &entity->id, sizeof (WhId), SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 3, entity->revision);
  sqlite3_bind_int64 (statement, 4, entity->created_at);
  sqlite3_bind_int64 (statement, 5, entity->updated_at);
  sqlite3_bind_text (statement, 6, entity->source, -1, SQLITE_STATIC);
  for (guint i = 0; i < class->n_fields; i++)
    if (class->fields[i].type != WH_FIELD_PANEL)
      bind_field (statement, ++column, entity, &class->fields[i]);
}

static const WhField *
panel_field (WhKind kind)
{
  const WhEntityClass *class = wh_entity_class (kind);

  for (guint i = 0; i < class->n_fields; i++)
    if (class->fields[i].type == WH_FIELD_PANEL)
      return &class->fields[i];
  return NULL;
}

gboolean
wh_store_write_row (WhConnection *connection, const WhEntity *entity, gint64 row, GError **error)
{
  const Sql *sql = sql_of (entity->kind);
  const WhField *panel = panel_field (entity->kind);
  sqlite3_stmt *statement = wh_connection_statement (connection, row ? sql->update : sql->insert, error);

  if (!statement)
    return FALSE;
  bind_row (statement, entity, row);
  if (!wh_connection_finish (connection, statement, error))
    return FALSE;
  sqlite3_clear_bindings (statement);   /* they point into the entity */
  if (!panel)
    return TRUE;
  return wh_store_write_panel (connection, row ? row : sqlite3_last_insert_rowid (connection->db),
                               WH_FIELD_AT (entity, panel, WhPanel *), row != 0, error);
}

static WhId
column_id (sqlite3_stmt *statement, int column)
{
  WhId id = WH_ID_NONE;

  if (sqlite3_column_bytes (statement, column) == sizeof id)
    memcpy (&id, sqlite3_column_blob (statement, column), sizeof id);
  return id;
}

static char **
column_list (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);
  g_autoptr (WhJson) json = wh_json_parse (text, sqlite3_column_bytes (statement, column), WH_LIMIT_JSON_BYTES, NULL);
  guint length = json ? wh_json_length (wh_json_root (json)) : 0;
  char **list = g_new0 (char *, length + 1);

  for (guint i = 0; i < length; i++)
    list[i] = g_strdup (wh_json_string (wh_json_element (wh_json_root (json), i), ""));
  return list;
}

static void
read_field (sqlite3_stmt *statement, int column, WhEntity *entity, const WhField *field)
{
  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return;
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      WH_FIELD_AT (entity, field, char *) = g_strdup ((const char *) sqlite3_column_text (statement, column));
      break;
    case WH_FIELD_LIST:
      WH_FIELD_AT (entity, field, char **) = column_list (statement, column);
      break;
    case WH_FIELD_REAL:
      WH_FIELD_AT (entity, field, double) = sqlite3_column_double (statement, column);
      break;
    case WH_FIELD_ID:
      WH_FIELD_AT (entity, field, WhId) = column_id (statement, column);
      break;
    default:
      WH_FIELD_AT (entity, field, gint64) = sqlite3_column_int64 (statement, column);
    }
}

/* The entity in the statement's current row, its panel included. NULL on error. */
static WhEntity *
entity_of (WhConnection *connection, sqlite3_stmt *statement, WhKind kind, GError **error)
{
  const WhEntityClass *class = wh_entity_class (kind);
  const WhField *panel = panel_field (kind);
  g_autoptr (WhEntity) entity = wh_entity_new (kind, column_id (statement, 1));
  int column = FIXED_COLUMNS - 1;

  entity->revision = sqlite3_column_int64 (statement, 2);
  entity->created_at = sqlite3_column_int64 (statement, 3);
  entity->updated_at = sqlite3_column_int64 (statement, 4);
  entity->source = g_strdup ((const char *) sqlite3_column_text (statement, 5));
  for (guint i = 0; i < class->n_fields; i++)
    if (class->fields[i].type != WH_FIELD_PANEL)
      read_field (statement, ++column, entity, &class->fields[i]);
  if (panel)
    {
      WhPanel *cells = wh_store_read_panel (connection, sqlite3_column_int64 (statement, 0), error);
      if (!cells)
        return NULL;
      WH_FIELD_AT (entity, panel, WhPanel *) = cells;
    }
  return g_steal_pointer (&entity);
}

WhEntity *
wh_store_read_row (WhConnection *connection, WhKind kind, const WhId *id, gint64 *out_row, GError **error)
{
  sqlite3_stmt *statement = wh_connection_statement (connection, sql_of (kind)->by_id, error);
  WhEntity *entity = NULL;
  int result;

  if (!statement)
    return NULL;
  sqlite3_bind_blob (statement, 1, id, sizeof *id, SQLITE_TRANSIENT);
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    {
      if (out_row)
        *out_row = sqlite3_column_int64 (statement, 0);
      entity = entity_of (connection, statement, kind, error);
    }
  else if (result != SQLITE_DONE)
    wh_connection_fail (connection, error);
  sqlite3_reset (statement);
  return entity;
}

gboolean
wh_store_delete_row (WhConnection *connection, WhKind kind, gint64 row, GError **error)
{
  const char *const sql[] = { sql_of (kind)->delete, panel_field (kind) ? "DELETE FROM measurement WHERE result = ?1" : NULL };

  for (guint i = 0; i < G_N_ELEMENTS (sql) && sql[i]; i++)
    {
      sqlite3_stmt *statement = wh_connection_statement (connection, sql[i], error);
      if (!statement)
        return FALSE;
      sqlite3_bind_int64 (statement, 1, row);
      if (!wh_connection_finish (connection, statement, error))
        return FALSE;
    }
  return TRUE;
}

gpointer
wh_reader_get (WhReader *reader, WhKind kind, const WhId *id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  WhEntity *entity = wh_store_read_row (reader->connection, kind, id, NULL, &failure);

  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (!entity)
    {
      g_autofree char *text = wh_id_to_string (id);
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no %s with the id %s."), wh_entity_class (kind)->name, text);
    }
  return entity;
}

/* Walks the rows of a statement that is its own, so that `func` may run other statements of the same text. */
static gboolean
walk (WhReader *reader, sqlite3_stmt *statement, WhKind kind, WhEntityFunc func, gpointer user_data, GError **error)
{
  int result;

  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    {
      g_autoptr (WhEntity) entity = entity_of (reader->connection, statement, kind, error);
      if (!entity || !func (entity, user_data, error))
        return FALSE;
    }
  return result == SQLITE_DONE || wh_connection_fail (reader->connection, error);
}

static gboolean
collect_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, wh_entity_ref (entity));
  return TRUE;
}

GPtrArray *
wh_reader_find (WhReader *reader, WhKind kind, const char *field, const WhId *id, guint limit, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("%s WHERE %s = ?1 ORDER BY id LIMIT ?2", sql_of (kind)->select, field);
  g_autoptr (sqlite3_stmt) statement = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (wh_entity_unref);

  if (sqlite3_prepare_v2 (reader->connection->db, sql, -1, &statement, NULL) != SQLITE_OK)
    {
      wh_connection_fail (reader->connection, error);
      return NULL;
    }
  sqlite3_bind_blob (statement, 1, id, sizeof *id, SQLITE_TRANSIENT);
  sqlite3_bind_int64 (statement, 2, limit ? (gint64) limit : -1);
  return walk (reader, statement, kind, collect_cb, found, error) ? g_steal_pointer (&found) : NULL;
}

gboolean
wh_reader_each (WhReader *reader, WhKind kind, WhEntityFunc func, gpointer user_data, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("%s ORDER BY row", sql_of (kind)->select);
  g_autoptr (sqlite3_stmt) statement = NULL;

  if (sqlite3_prepare_v2 (reader->connection->db, sql, -1, &statement, NULL) != SQLITE_OK)
    return wh_connection_fail (reader->connection, error);
  return walk (reader, statement, kind, func, user_data, error);
}

gint64
wh_reader_count (WhReader *reader, WhKind kind, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", wh_entity_class (kind)->name);
  gint64 count = wh_connection_integer (reader->connection, sql, -1);

  if (count < 0)
    wh_connection_fail (reader->connection, error);
  return count;
}
