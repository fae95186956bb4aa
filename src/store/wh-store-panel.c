#include "wh-store-private.h"

#define CELLS "SELECT analyte, state, unit, basis, value, lod, loq, text, result FROM measurement"
#define COLUMN_RESULT 8

static void
remember (WhConnection *connection, gint64 number, const char *key)
{
  const WhAnalyte *analyte = wh_analyte_by_key (key);

  if (!analyte)
    return;
  g_array_index (connection->numbers, gint64, analyte->index) = number;
  g_hash_table_insert (connection->analytes, GINT_TO_POINTER ((int) number), GUINT_TO_POINTER (analyte->index + 1u));
}

static gboolean
read_analytes (WhConnection *connection, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT number, key FROM analyte", error);
  WhStep step = WH_STEP_FAILED;

  while (statement && (step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    remember (connection, wh_statement_integer (statement, 0), wh_statement_text (statement, 1));
  if (statement)
    wh_statement_reset (statement);
  return step == WH_STEP_DONE;
}

/* Another process may be adding the same. */
static gboolean
add_missing_analytes (WhConnection *connection, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "INSERT INTO analyte (number, key) VALUES (?1, ?2)", error);
  gint64 last;

  if (!statement || !read_analytes (connection, error)
      || !wh_connection_integer (connection, "SELECT max(number) FROM analyte", 0, &last, error))
    return FALSE;
  for (guint i = 0; i < wh_analyte_count (); i++)
    if (g_array_index (connection->numbers, gint64, i) == 0)
      {
        wh_statement_bind_integer (statement, 1, ++last);
        wh_statement_bind_text (statement, 2, wh_analyte_get (i)->key);
        if (!wh_statement_run (statement, error))
          return FALSE;
        remember (connection, last, wh_analyte_get (i)->key);
      }
  return TRUE;
}

gboolean
wh_store_load_analytes (WhConnection *connection, gboolean add_missing, GError **error)
{
  gboolean done;

  connection->numbers = g_array_sized_new (FALSE, TRUE, sizeof (gint64), wh_analyte_count ());
  g_array_set_size (connection->numbers, wh_analyte_count ());
  connection->analytes = g_hash_table_new (NULL, NULL);
  if (!connection->driver->begin_read (connection, error))
    return FALSE;
  done = read_analytes (connection, error) && connection->driver->commit (connection, error);
  if (!done)
    connection->driver->rollback (connection);
  if (done && add_missing && g_hash_table_size (connection->analytes) < wh_analyte_count ())
    return wh_connection_in_write (connection, add_missing_analytes, error);
  return done;
}

static gboolean
add_row (WhStatement *statement, WhPanel *panel, GError **error)
{
  GHashTable *analytes = statement->connection->analytes;
  WhMeasure measure = WH_MEASURE_INIT;
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (analytes, GINT_TO_POINTER ((int) wh_statement_integer (statement, 0))));

  if (found == 0)
    return TRUE;   /* an analyte of a newer program: kept in the store, not known here */
  measure.analyte = found - 1;
  measure.state = wh_statement_integer (statement, 1);
  measure.unit = wh_statement_integer (statement, 2);
  measure.basis = wh_statement_integer (statement, 3);
  measure.value = wh_statement_real (statement, 4);
  measure.lod = wh_statement_real (statement, 5);
  measure.loq = wh_statement_real (statement, 6);
  measure.text = wh_statement_text (statement, 7);
  return wh_panel_add (panel, &measure, error);
}

WhPanel *
wh_store_read_panel (WhConnection *connection, gint64 row, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, CELLS " WHERE result = ?1 ORDER BY analyte", error);
  g_autoptr (WhPanel) panel = wh_panel_new ();
  WhStep step;

  if (!statement)
    return NULL;
  wh_statement_bind_integer (statement, 1, row);
  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    if (!add_row (statement, panel, error))
      break;
  wh_statement_reset (statement);
  return step == WH_STEP_DONE ? g_steal_pointer (&panel) : NULL;
}

WhStatement *
wh_store_walk_panels (WhConnection *connection, GError **error)
{
  return wh_connection_walk (connection, CELLS " ORDER BY result, analyte", error);
}

WhPanel *
wh_store_next_panel (WhStatement *walk, WhStep *at, gint64 row, GError **error)
{
  g_autoptr (WhPanel) panel = wh_panel_new ();

  for (; *at == WH_STEP_ROW && wh_statement_integer (walk, COLUMN_RESULT) <= row; *at = wh_statement_step (walk, error))
    if (wh_statement_integer (walk, COLUMN_RESULT) == row && !add_row (walk, panel, error))
      return NULL;
  return *at == WH_STEP_FAILED ? NULL : g_steal_pointer (&panel);
}

/* Cells that one statement inserts at most; its text is kept for each number of cells. */
#define BLOCK 32
#define N_COLUMNS 9

static char *
insert_sql (guint n)
{
  GString *sql = g_string_new ("INSERT INTO measurement (result, analyte, state, unit, basis, value, lod, loq, text) VALUES ");

  for (guint i = 0; i < n; i++)
    for (guint column = 1; column <= N_COLUMNS; column++)
      g_string_append_printf (sql, "%s?%u%s", column > 1 ? ", " : i ? ", (" : "(", i * N_COLUMNS + column,
                              column == N_COLUMNS ? ")" : "");
  return g_string_free (sql, FALSE);
}

static gpointer
write_all_sql (gpointer data)
{
  char **all = g_new0 (char *, BLOCK + 1);

  for (guint i = 1; i <= BLOCK; i++)
    all[i] = insert_sql (i);
  return all;
}

static void
bind_measure (WhStatement *statement, int first, gint64 row, const WhMeasure *measure)
{
  wh_statement_bind_integer (statement, first, row);
  wh_statement_bind_integer (statement, first + 1, g_array_index (statement->connection->numbers, gint64, measure->analyte));
  wh_statement_bind_integer (statement, first + 2, measure->state);
  wh_statement_bind_integer (statement, first + 3, measure->unit);
  wh_statement_bind_integer (statement, first + 4, measure->basis);
  wh_statement_bind_real (statement, first + 5, measure->value);
  wh_statement_bind_real (statement, first + 6, measure->lod);
  wh_statement_bind_real (statement, first + 7, measure->loq);
  wh_statement_bind_text (statement, first + 8, measure->text);
}

static gboolean
insert_measures (WhConnection *connection, gint64 row, const WhPanel *panel, guint first, guint n, GError **error)
{
  static GOnce once = G_ONCE_INIT;
  char *const *sql = g_once (&once, write_all_sql, NULL);
  WhStatement *statement = wh_connection_statement (connection, sql[n], error);

  if (!statement)
    return FALSE;
  for (guint i = 0; i < n; i++)
    bind_measure (statement, (int) (i * N_COLUMNS) + 1, row, wh_panel_at (panel, first + i));
  return wh_statement_run (statement, error);
}

/* Replaces what this program knows of a panel; cells of analytes it does not know stay. */
static gboolean
clear_panel (WhConnection *connection, gint64 row, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "DELETE FROM measurement WHERE result = ?1 AND analyte = ?2", error);

  for (guint i = 0; statement && i < connection->numbers->len; i++)
    {
      wh_statement_bind_integer (statement, 1, row);
      wh_statement_bind_integer (statement, 2, g_array_index (connection->numbers, gint64, i));
      if (!wh_statement_run (statement, error))
        return FALSE;
    }
  return statement != NULL;
}

gboolean
wh_store_write_panel (WhConnection *connection, gint64 row, const WhPanel *panel, gboolean replace, GError **error)
{
  guint length = panel ? wh_panel_length (panel) : 0;

  if (replace && !clear_panel (connection, row, error))
    return FALSE;
  for (guint i = 0; i < length; i += BLOCK)
    if (!insert_measures (connection, row, panel, i, MIN (BLOCK, length - i), error))
      return FALSE;
  return TRUE;
}
