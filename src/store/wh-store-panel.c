#include "wh-store-private.h"

#include <math.h>

static void
remember (WhConnection *connection, gint64 number, const char *key)
{
  const WhAnalyte *analyte = wh_analyte_by_key (key);

  if (!analyte)
    return;
  if (connection->numbers->len <= analyte->index)
    g_array_set_size (connection->numbers, analyte->index + 1);
  g_array_index (connection->numbers, gint64, analyte->index) = number;
  g_hash_table_insert (connection->analytes, GINT_TO_POINTER ((int) number), GUINT_TO_POINTER (analyte->index + 1u));
}

static gboolean
add_missing_analytes (WhConnection *connection, GError **error)
{
  for (guint i = 0; i < wh_analyte_count (); i++)
    {
      sqlite3_stmt *statement = wh_connection_statement (connection, "INSERT OR IGNORE INTO analyte (key) VALUES (?1)", error);
      if (!statement)
        return FALSE;
      sqlite3_bind_text (statement, 1, wh_analyte_get (i)->key, -1, SQLITE_STATIC);
      if (!wh_connection_finish (connection, statement, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
wh_store_load_analytes (WhConnection *connection, gboolean add_missing, GError **error)
{
  sqlite3_stmt *statement;
  int result;

  if (add_missing && !add_missing_analytes (connection, error))
    return FALSE;
  connection->numbers = g_array_sized_new (FALSE, TRUE, sizeof (gint64), wh_analyte_count ());
  g_array_set_size (connection->numbers, wh_analyte_count ());
  connection->analytes = g_hash_table_new (NULL, NULL);
  statement = wh_connection_statement (connection, "SELECT number, key FROM analyte", error);
  if (!statement)
    return FALSE;
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    remember (connection, sqlite3_column_int64 (statement, 0), (const char *) sqlite3_column_text (statement, 1));
  return wh_connection_end (connection, statement, result, error);
}

static double
column_double (sqlite3_stmt *statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL ? NAN : sqlite3_column_double (statement, column);
}

static gboolean
add_row (WhConnection *connection, sqlite3_stmt *statement, WhPanel *panel, GError **error)
{
  WhMeasure measure = WH_MEASURE_INIT;
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (connection->analytes, GINT_TO_POINTER (sqlite3_column_int (statement, 0))));

  if (found == 0)
    return TRUE;   /* an analyte of a newer program: kept in the file, not known here */
  measure.analyte = found - 1;
  measure.state = sqlite3_column_int (statement, 1);
  measure.unit = sqlite3_column_int (statement, 2);
  measure.basis = sqlite3_column_int (statement, 3);
  measure.value = column_double (statement, 4);
  measure.lod = column_double (statement, 5);
  measure.loq = column_double (statement, 6);
  measure.text = (const char *) sqlite3_column_text (statement, 7);
  return wh_panel_add (panel, &measure, error);
}

WhPanel *
wh_store_read_panel (WhConnection *connection, gint64 row, GError **error)
{
  sqlite3_stmt *statement = wh_connection_statement (connection,
                                                     "SELECT analyte, state, unit, basis, value, lod, loq, text FROM measurement"
                                                     " WHERE result = ?1", error);
  g_autoptr (WhPanel) panel = wh_panel_new ();
  int result;

  if (!statement)
    return NULL;
  sqlite3_bind_int64 (statement, 1, row);
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    if (!add_row (connection, statement, panel, error))
      {
        sqlite3_reset (statement);
        return NULL;
      }
  if (!wh_connection_end (connection, statement, result, error))
    return NULL;
  return g_steal_pointer (&panel);
}

static void
bind_double (sqlite3_stmt *statement, int column, double value)
{
  if (isnan (value))
    sqlite3_bind_null (statement, column);
  else
    sqlite3_bind_double (statement, column, value);
}

static gboolean
insert_measure (WhConnection *connection, gint64 row, const WhMeasure *measure, GError **error)
{
  sqlite3_stmt *statement = wh_connection_statement (connection, "INSERT INTO measurement VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                                                     error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, row);
  sqlite3_bind_int64 (statement, 2, g_array_index (connection->numbers, gint64, measure->analyte));
  sqlite3_bind_int (statement, 3, measure->state);
  sqlite3_bind_int (statement, 4, measure->unit);
  sqlite3_bind_int (statement, 5, measure->basis);
  bind_double (statement, 6, measure->value);
  bind_double (statement, 7, measure->lod);
  bind_double (statement, 8, measure->loq);
  sqlite3_bind_text (statement, 9, measure->text, -1, SQLITE_STATIC);
  return wh_connection_finish (connection, statement, error);
}

/* Replaces what this program knows of a panel; cells of analytes it does not know stay. */
static gboolean
clear_panel (WhConnection *connection, gint64 row, GError **error)
{
  sqlite3_stmt *statement = wh_connection_statement (connection, "DELETE FROM measurement WHERE result = ?1 AND analyte = ?2", error);

  for (guint i = 0; statement && i < connection->numbers->len; i++)
    {
      sqlite3_bind_int64 (statement, 1, row);
      sqlite3_bind_int64 (statement, 2, g_array_index (connection->numbers, gint64, i));
      if (!wh_connection_finish (connection, statement, error))
        return FALSE;
    }
  return statement != NULL;
}

gboolean
wh_store_write_panel (WhConnection *connection, gint64 row, const WhPanel *panel, gboolean replace, GError **error)
{
  if (replace && !clear_panel (connection, row, error))
    return FALSE;
  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    if (!insert_measure (connection, row, wh_panel_at (panel, i), error))
      return FALSE;
  return TRUE;
}
