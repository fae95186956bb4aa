#include "wh-store-private.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"

#define BUSY_MS 10000

static WhErrorCode
code_of (int result)
{
  switch (result & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return WH_ERROR_BUSY;
    case SQLITE_FULL:
      return WH_ERROR_NO_SPACE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return WH_ERROR_CORRUPT;
    case SQLITE_CANTOPEN:
      return WH_ERROR_NOT_FOUND;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return WH_ERROR_DENIED;
    case SQLITE_TOOBIG:
      return WH_ERROR_TOO_LARGE;
    case SQLITE_CONSTRAINT:
      return WH_ERROR_INVALID;
    default:
      return WH_ERROR_FAILED;
    }
}

/* What a person can do about it, after what SQLite says. */
static const char *
advice_of (WhErrorCode code)
{
  switch (code)
    {
    case WH_ERROR_BUSY:
      return _("another program is writing; try again in a moment");
    case WH_ERROR_NO_SPACE:
      return _("the disk is full; free some space and try again, nothing was changed");
    case WH_ERROR_CORRUPT:
      return _("the file is damaged; move it aside and restore a backup, or sync again");
    case WH_ERROR_DENIED:
      return _("the file may not be written; check its owner and mode");
    case WH_ERROR_NOT_FOUND:
      return _("the file cannot be opened; check that it is there and may be read");
    default:
      return _("the store could not do this");
    }
}

gboolean
wh_connection_fail (WhConnection *connection, GError **error)
{
  WhErrorCode code = code_of (sqlite3_extended_errcode (connection->db));

  g_set_error (error, WH_ERROR, code, "%s (%s)", advice_of (code), sqlite3_errmsg (connection->db));
  return FALSE;
}

gboolean
wh_connection_execute (WhConnection *connection, const char *sql, GError **error)
{
  if (sqlite3_exec (connection->db, sql, NULL, NULL, NULL) != SQLITE_OK)
    return wh_connection_fail (connection, error);
  return TRUE;
}

void
wh_connection_close (WhConnection *connection)
{
  if (!connection)
    return;
  g_clear_pointer (&connection->statements, g_hash_table_unref);
  g_clear_pointer (&connection->numbers, g_array_unref);
  g_clear_pointer (&connection->analytes, g_hash_table_unref);
  sqlite3_close (connection->db);
  g_free (connection);
}

static int
open_flags (WhStoreMode mode, gboolean reader)
{
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

  /* A reader of a WAL database must be able to make its shared-memory file, so it opens for writing and is then bound to
   * queries by a pragma. */
  return mode == WH_STORE_READ || reader ? flags : flags | SQLITE_OPEN_CREATE;
}

static gboolean
set_pragmas (WhConnection *connection, WhStoreMode mode, gboolean reader, GError **error)
{
  gboolean queries_only = mode == WH_STORE_READ || reader;

  /* The time-out comes first: switching to WAL already needs the lock. */
  sqlite3_busy_timeout (connection->db, BUSY_MS);
  if (!wh_connection_execute (connection, "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384", error))
    return FALSE;
  if (queries_only)
    return wh_connection_execute (connection, "PRAGMA query_only = ON", error);
  return wh_connection_execute (connection, "PRAGMA journal_mode = WAL", error)
         && wh_connection_execute (connection, mode == WH_STORE_MIRROR ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL",
                                   error);
}

WhConnection *
wh_connection_open (const char *path, WhStoreMode mode, gboolean reader, GError **error)
{
  g_autoptr (WhConnection) connection = g_new0 (WhConnection, 1);
  int result = sqlite3_open_v2 (path, &connection->db, open_flags (mode, reader), NULL);

  if (result != SQLITE_OK)
    {
      wh_connection_fail (connection, error);
      return NULL;
    }
  sqlite3_extended_result_codes (connection->db, 1);
  connection->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) sqlite3_finalize);
  if (!set_pragmas (connection, mode, reader, error))
    return NULL;
  return g_steal_pointer (&connection);
}

sqlite3_stmt *
wh_connection_statement (WhConnection *connection, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (connection->statements, sql);

  if (statement)
    {
      sqlite3_reset (statement);
      return statement;
    }
  if (sqlite3_prepare_v3 (connection->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    {
      wh_connection_fail (connection, error);
      return NULL;
    }
  g_hash_table_insert (connection->statements, g_strdup (sql), statement);
  return statement;
}

gboolean
wh_connection_end (WhConnection *connection, sqlite3_stmt *statement, int result, GError **error)
{
  if (result != SQLITE_DONE)
    wh_connection_fail (connection, error);
  sqlite3_reset (statement);
  return result == SQLITE_DONE;
}

gboolean
wh_connection_finish (WhConnection *connection, sqlite3_stmt *statement, GError **error)
{
  int result;

  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    ;
  return wh_connection_end (connection, statement, result, error);
}

gint64
wh_connection_integer (WhConnection *connection, const char *sql, gint64 fallback)
{
  sqlite3_stmt *statement = wh_connection_statement (connection, sql, NULL);
  gint64 value = fallback;

  if (!statement)
    return fallback;
  if (sqlite3_step (statement) == SQLITE_ROW && sqlite3_column_type (statement, 0) != SQLITE_NULL)
    value = sqlite3_column_int64 (statement, 0);
  sqlite3_reset (statement);
  return value;
}

char *
wh_connection_note (WhConnection *connection, const char *key)
{
  sqlite3_stmt *statement = wh_connection_statement (connection, "SELECT value FROM store_note WHERE key = ?1", NULL);
  char *value = NULL;

  if (!statement)
    return NULL;
  sqlite3_bind_text (statement, 1, key, -1, SQLITE_TRANSIENT);
  if (sqlite3_step (statement) == SQLITE_ROW)
    value = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_reset (statement);
  return value;
}
