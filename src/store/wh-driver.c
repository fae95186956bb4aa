#include "wh-driver.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-config.h"

const WhDriver *
wh_driver_for (const char *location, GError **error)
{
  if (!wh_store_location_is_server (location))
    return &wh_driver_sqlite;
#if WH_HAVE_POSTGRES
  return &wh_driver_postgres;
#else
  g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
                       _("This WeedHounds was built without PostgreSQL. Install one that has it, or keep the data in a file."));
  return NULL;
#endif
}

WhConnection *
wh_connection_open (const char *location, WhStoreMode mode, gboolean reader, GError **error)
{
  const WhDriver *driver = wh_driver_for (location, error);

  return driver ? wh_connection_open_with (driver, location, mode, reader, error) : NULL;
}

WhConnection *
wh_connection_open_with (const WhDriver *driver, const char *location, WhStoreMode mode, gboolean reader, GError **error)
{
  WhConnection *connection;

  g_return_val_if_fail (driver->version == WH_DRIVER_VERSION, NULL);
  connection = driver->open (location, mode, reader, error);
  if (connection)
    connection->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wh_statement_free);
  return connection;
}

void
wh_connection_close (WhConnection *connection)
{
  if (!connection)
    return;
  g_clear_pointer (&connection->statements, g_hash_table_unref);
  g_clear_pointer (&connection->numbers, g_array_unref);
  g_clear_pointer (&connection->analytes, g_hash_table_unref);
  g_clear_pointer (&connection->known, g_hash_table_unref);
  connection->driver->close (connection);
}

WhStatement *
wh_connection_statement (WhConnection *connection, const char *sql, GError **error)
{
  WhStatement *statement = g_hash_table_lookup (connection->statements, sql);

  if (statement)
    {
      wh_statement_reset (statement);
      return statement;
    }
  statement = connection->driver->prepare (connection, sql, FALSE, error);
  if (!statement)
    return NULL;
  statement->sql = g_strdup (sql);
  g_hash_table_insert (connection->statements, g_strdup (sql), statement);
  return statement;
}

WhStatement *
wh_connection_walk (WhConnection *connection, const char *sql, GError **error)
{
  WhStatement *statement = connection->driver->prepare (connection, sql, TRUE, error);

  if (statement)
    statement->sql = g_strdup (sql);
  return statement;
}

gboolean
wh_connection_run (WhConnection *connection, const char *sql, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, sql, error);

  return statement && wh_statement_run (statement, error);
}

gboolean
wh_connection_integer (WhConnection *connection, const char *sql, gint64 fallback, gint64 *out_value, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, sql, error);
  WhStep step;

  if (!statement)
    return FALSE;
  step = wh_statement_step (statement, error);
  *out_value = step == WH_STEP_ROW && !wh_statement_is_null (statement, 0) ? wh_statement_integer (statement, 0) : fallback;
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

char *
wh_connection_note (WhConnection *connection, const char *key)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT value FROM store_note WHERE key = ?1", NULL);
  char *value = NULL;

  if (!statement)
    return NULL;
  wh_statement_bind_text (statement, 1, key);
  if (wh_statement_step (statement, NULL) == WH_STEP_ROW)
    value = g_strdup (wh_statement_text (statement, 0));
  wh_statement_reset (statement);
  return value;
}

gboolean
wh_connection_in_write (WhConnection *connection, gboolean (*what) (WhConnection *, GError **), GError **error)
{
  if (!connection->driver->begin_write (connection, error))
    return FALSE;
  if (what (connection, error) && connection->driver->commit (connection, error))
    return TRUE;
  connection->driver->rollback (connection);
  return FALSE;
}

void
wh_statement_free (WhStatement *statement)
{
  if (!statement)
    return;
  g_clear_pointer (&statement->sql, g_free);
  statement->connection->driver->finalize (statement);
}

WhId
wh_statement_id (WhStatement *statement, int column)
{
  WhId id = WH_ID_NONE;
  gsize length;
  gconstpointer bytes = statement->connection->driver->bytes (statement, column, &length);

  if (length == sizeof id)
    memcpy (&id, bytes, sizeof id);
  return id;
}
