#include "wh-store-private.h"

#include "base/wh-json-writer.h"
#include "base/wh-json.h"
#include "base/wh-limits.h"

/* Columns before a noun's own: row, id, revision, created_at, updated_at, source. */
#define FIXED_COLUMNS 6
/* Ids of one question when a write looks ahead. */
#define LOOK_AHEAD 64

/* The SQL of one noun, written once from its field table. */
typedef struct {
  char *select;        /* "SELECT row, id, … FROM strain" */
  char *by_id;
  char *by_ids;        /* several, LOOK_AHEAD of them */
  char *last_row;
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
  g_autoptr (GString) places = g_string_new (NULL);
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
  for (guint i = 1; i <= LOOK_AHEAD; i++)
    g_string_append_printf (places, "%s?%u", i > 1 ? ", " : "", i);
  sql->by_ids = g_strdup_printf ("%s WHERE id IN (%s)", sql->select, places->str);
  sql->last_row = g_strdup_printf ("SELECT max(row) FROM %s", class->name);
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
bind_list (WhStatement *statement, int column, char **list)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_array (writer);
  for (; *list; list++)
    wh_json_writer_string (writer, *list);
  wh_json_writer_end_array (writer);
  statement->connection->driver->bind_text (statement, column, text->str, (gssize) text->len, TRUE);
  g_string_free (text, TRUE);
}

static void
bind_field (WhStatement *statement, int column, const WhEntity *entity, const WhField *field)
{
  const WhDriver *driver = statement->connection->driver;

  driver->bind_null (statement, column);
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      wh_statement_bind_text (statement, column, WH_FIELD_AT (entity, field, char *));
      break;
    case WH_FIELD_LIST:
      if (WH_FIELD_AT (entity, field, char **) && *WH_FIELD_AT (entity, field, char **))
        bind_list (statement, column, WH_FIELD_AT (entity, field, char **));
      break;
    case WH_FIELD_REAL:
      wh_statement_bind_real (statement, column, WH_FIELD_AT (entity, field, double));
      break;
    case WH_FIELD_ID:
      if (!wh_id_is_none (&WH_FIELD_AT (entity, field, WhId)))
        wh_statement_bind_bytes (statement, column, &WH_FIELD_AT (entity, field, WhId), sizeof (WhId));
      break;
    default:
      if (WH_FIELD_AT (entity, field, gint64) != WH_INTEGER_UNSET)
        wh_statement_bind_integer (statement, column, WH_FIELD_AT (entity, field, gint64));
    }
}

static void
bind_row (WhStatement *statement, const WhEntity *entity, gint64 row)
{
  const WhEntityClass *class = wh_entity_class (entity->kind);
  int column = FIXED_COLUMNS;

  wh_statement_bind_integer (statement, 1, row);
  wh_statement_bind_bytes (statement, 2, &entity->id, sizeof (WhId));
  wh_statement_bind_integer (statement, 3, entity->revision);
  wh_statement_bind_integer (statement, 4, entity->created_at);
  wh_statement_bind_integer (statement, 5, entity->updated_at);
  wh_statement_bind_text (statement, 6, entity->source);
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

/* Rows are numbered here and not by the database: there is one writer, and a number that is taken back with its transaction is
 * given again, so that a store looks the same in every database. */
static gboolean
next_row (WhConnection *connection, WhKind kind, gint64 *out_row, GError **error)
{
  gint64 last = 0;

  if (connection->next_row[kind] == 0 && !wh_connection_integer (connection, sql_of (kind)->last_row, 0, &last, error))
    return FALSE;
  *out_row = connection->next_row[kind] ? connection->next_row[kind] : last + 1;
  connection->next_row[kind] = *out_row + 1;
  return TRUE;
}

gboolean
wh_store_write_row (WhConnection *connection, const WhEntity *entity, gint64 row, GError **error)
{
  const Sql *sql = sql_of (entity->kind);
  const WhField *panel = panel_field (entity->kind);
  gboolean replace = row != 0;
  WhStatement *statement;

  if (!replace && !next_row (connection, entity->kind, &row, error))
    return FALSE;
  wh_store_forget (connection, entity->kind, &entity->id);
  statement = wh_connection_statement (connection, replace ? sql->update : sql->insert, error);
  if (!statement)
    return FALSE;
  bind_row (statement, entity, row);
  return wh_statement_run (statement, error)
         && (!panel || wh_store_write_panel (connection, row, WH_FIELD_AT (entity, panel, WhPanel *), replace, error));
}

static char **
column_list (WhStatement *statement, int column)
{
  gsize bytes;
  const char *text = statement->connection->driver->text (statement, column, &bytes);
  g_autoptr (WhJson) json = wh_json_parse (text, bytes, WH_LIMIT_JSON_BYTES, NULL);
  guint length = json ? wh_json_length (wh_json_root (json)) : 0;
  char **list = g_new0 (char *, length + 1);

  for (guint i = 0; i < length; i++)
    list[i] = g_strdup (wh_json_string (wh_json_element (wh_json_root (json), i), ""));
  return list;
}

static void
read_field (WhStatement *statement, int column, WhEntity *entity, const WhField *field)
{
  if (wh_statement_is_null (statement, column))
    return;
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      WH_FIELD_AT (entity, field, char *) = g_strdup (wh_statement_text (statement, column));
      break;
    case WH_FIELD_LIST:
      WH_FIELD_AT (entity, field, char **) = column_list (statement, column);
      break;
    case WH_FIELD_REAL:
      WH_FIELD_AT (entity, field, double) = wh_statement_real (statement, column);
      break;
    case WH_FIELD_ID:
      WH_FIELD_AT (entity, field, WhId) = wh_statement_id (statement, column);
      break;
    default:
      WH_FIELD_AT (entity, field, gint64) = wh_statement_integer (statement, column);
    }
}

/* The entity in the statement's current row, without its panel. */
static WhEntity *
entity_of (WhStatement *statement, WhKind kind)
{
  const WhEntityClass *class = wh_entity_class (kind);
  WhEntity *entity = wh_entity_new (kind, wh_statement_id (statement, 1));
  int column = FIXED_COLUMNS - 1;

  entity->revision = wh_statement_integer (statement, 2);
  entity->created_at = wh_statement_integer (statement, 3);
  entity->updated_at = wh_statement_integer (statement, 4);
  entity->source = g_strdup (wh_statement_text (statement, 5));
  for (guint i = 0; i < class->n_fields; i++)
    if (class->fields[i].type != WH_FIELD_PANEL)
      read_field (statement, ++column, entity, &class->fields[i]);
  return entity;
}

static gboolean
take_panel (WhEntity *entity, WhPanel *panel)
{
  if (panel)
    WH_FIELD_AT (entity, panel_field (entity->kind), WhPanel *) = panel;
  return panel != NULL;
}

WhEntity *
wh_store_read_row (WhConnection *connection, WhKind kind, const WhId *id, gint64 *out_row, GError **error)
{
  g_autoptr (WhEntity) entity = NULL;
  WhStatement *statement;
  gint64 row = 0;

  if (wh_store_recall (connection, kind, id, out_row, &entity))
    return g_steal_pointer (&entity);
  statement = wh_connection_statement (connection, sql_of (kind)->by_id, error);
  if (!statement)
    return NULL;
  wh_statement_bind_bytes (statement, 1, id, sizeof *id);
  if (wh_statement_step (statement, error) == WH_STEP_ROW)
    {
      row = wh_statement_integer (statement, 0);
      entity = entity_of (statement, kind);
    }
  wh_statement_reset (statement);
  if (entity && panel_field (kind) && !take_panel (entity, wh_store_read_panel (connection, row, error)))
    return NULL;
  if (out_row && entity)
    *out_row = row;
  return g_steal_pointer (&entity);
}

gboolean
wh_store_delete_row (WhConnection *connection, WhKind kind, const WhId *id, gint64 row, GError **error)
{
  const char *const sql[] = { sql_of (kind)->delete, panel_field (kind) ? "DELETE FROM measurement WHERE result = ?1" : NULL };

  wh_store_forget (connection, kind, id);
  for (guint i = 0; i < G_N_ELEMENTS (sql) && sql[i]; i++)
    {
      WhStatement *statement = wh_connection_statement (connection, sql[i], error);
      if (!statement)
        return FALSE;
      wh_statement_bind_integer (statement, 1, row);
      if (!wh_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

/* Looks up rows of one kind; `entities` are at most LOOK_AHEAD. The last id fills the places that are left. */
static gboolean
look_ahead (WhConnection *connection, WhKind kind, const WhEntity *const *entities, guint n, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, sql_of (kind)->by_ids, error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (wh_entity_unref);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  WhStep step;

  if (!statement)
    return FALSE;
  for (guint i = 0; i < LOOK_AHEAD; i++)
    wh_statement_bind_bytes (statement, (int) i + 1, &entities[MIN (i, n - 1)]->id, sizeof (WhId));
  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    {
      gint64 row = wh_statement_integer (statement, 0);
      g_array_append_val (rows, row);
      g_ptr_array_add (found, entity_of (statement, kind));
    }
  wh_statement_reset (statement);
  for (guint i = 0; i < n && step == WH_STEP_DONE; i++)
    wh_store_know (connection, kind, &entities[i]->id, 0, NULL);
  for (guint i = 0; i < found->len && step == WH_STEP_DONE; i++)
    {
      WhEntity *entity = found->pdata[i];
      gint64 row = g_array_index (rows, gint64, i);
      if (panel_field (kind) && !take_panel (entity, wh_store_read_panel (connection, row, error)))
        return FALSE;
      wh_store_know (connection, kind, &entity->id, row, entity);
    }
  return step == WH_STEP_DONE;
}

gboolean
wh_writer_expect (WhWriter *writer, gconstpointer const *entities, guint n, GError **error)
{
  const WhEntity *batch[LOOK_AHEAD];

  if (writer->capture)
    return TRUE;   /* it asks a file, and the connection is a reader's */
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      guint n_batch = 0;
      for (guint i = 0; i < n; i++)
        {
          const WhEntity *entity = entities[i];
          if (entity->kind == kind)
            batch[n_batch++] = entity;
          if (n_batch == LOOK_AHEAD && !look_ahead (writer->reader.connection, kind, batch, n_batch, error))
            return FALSE;
          n_batch %= LOOK_AHEAD;
        }
      if (n_batch && !look_ahead (writer->reader.connection, kind, batch, n_batch, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
collect_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, wh_entity_ref (entity));
  return TRUE;
}

/* Hands each row of the statement to `func`, panels from a walk beside it, or looked up row by row where that is NULL. */
static gboolean
walk (WhStatement *statement, WhStatement *panels, WhKind kind, WhEntityFunc func, gpointer user_data, GError **error)
{
  gboolean with_panel = panel_field (kind) != NULL;
  WhStep step, at = panels ? wh_statement_step (panels, error) : WH_STEP_DONE;

  if (at == WH_STEP_FAILED)
    return FALSE;
  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    {
      g_autoptr (WhEntity) entity = entity_of (statement, kind);
      gint64 row = wh_statement_integer (statement, 0);
      if (with_panel && !take_panel (entity, panels ? wh_store_next_panel (panels, &at, row, error)
                                                    : wh_store_read_panel (statement->connection, row, error)))
        return FALSE;
      if (!func (entity, user_data, error))
        return FALSE;
    }
  return step == WH_STEP_DONE;
}

const char *
wh_store_select_sql (WhKind kind)
{
  return sql_of (kind)->select;
}

GPtrArray *
wh_store_collect (WhStatement *statement, WhKind kind, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (wh_entity_unref);

  return walk (statement, NULL, kind, collect_cb, found, error) ? g_steal_pointer (&found) : NULL;
}

GPtrArray *
wh_store_find_rows (WhConnection *connection, WhKind kind, const char *field, const WhId *id, guint limit, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("%s WHERE %s = ?1 ORDER BY id LIMIT ?2", sql_of (kind)->select, field);
  WhStatement *statement = wh_connection_statement (connection, sql, error);
  GPtrArray *found;

  if (!statement)
    return NULL;
  wh_statement_bind_bytes (statement, 1, id, sizeof *id);
  wh_statement_bind_integer (statement, 2, limit ? (gint64) limit : G_MAXINT64);
  found = wh_store_collect (statement, kind, error);
  wh_statement_reset (statement);
  return found;
}

gboolean
wh_store_each_row (WhConnection *connection, WhKind kind, WhEntityFunc func, gpointer user_data, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("%s ORDER BY row", sql_of (kind)->select);
  g_autoptr (WhStatement) statement = wh_connection_walk (connection, sql, error);
  g_autoptr (WhStatement) panels = NULL;

  if (statement && panel_field (kind))
    panels = wh_store_walk_panels (connection, error);
  return statement && (panels || !panel_field (kind)) && walk (statement, panels, kind, func, user_data, error);
}

gint64
wh_store_count_rows (WhConnection *connection, WhKind kind, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", wh_entity_class (kind)->name);
  gint64 count;

  return wh_connection_integer (connection, sql, 0, &count, error) ? count : -1;
}

gboolean
wh_store_has_row (WhConnection *connection, WhKind kind, const WhId *id, gboolean *out_is_there, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM %s WHERE id = ?1", wh_entity_class (kind)->name);
  WhStatement *statement = wh_connection_statement (connection, sql, error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, id, sizeof *id);
  step = wh_statement_step (statement, error);
  wh_statement_reset (statement);
  *out_is_there = step == WH_STEP_ROW;
  return step != WH_STEP_FAILED;
}
