#include "wh-driver.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#include "base/wh-error.h"

#define BUSY_MS 10000
/* "WhDb" and "WhOb" in ASCII: tell file(1) and us whose database this is. */
#define APPLICATION_ID 0x57684462
#define OUTBOX_APPLICATION_ID 0x57684f62

typedef struct {
  WhConnection parent;
  sqlite3     *db;
} Connection;

typedef struct {
  WhStatement   parent;
  sqlite3_stmt *statement;
} Statement;

static sqlite3_stmt *
of (WhStatement *statement)
{
  return ((Statement *) statement)->statement;
}

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

/* What a person can do about it, before what SQLite says. */
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

/* Converts the connection's last error. Always FALSE. */
static gboolean
fail (sqlite3 *db, GError **error)
{
  WhErrorCode code = code_of (sqlite3_extended_errcode (db));

  g_set_error (error, WH_ERROR, code, "%s (%s)", advice_of (code), sqlite3_errmsg (db));
  return FALSE;
}

static gboolean
execute (WhConnection *connection, const char *sql, GError **error)
{
  sqlite3 *db = ((Connection *) connection)->db;

  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK || fail (db, error);
}

/* -- connections --------------------------------------------------------------------------------------------- */

static void
disconnect (WhConnection *connection)
{
  sqlite3_close (((Connection *) connection)->db);
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
  sqlite3_busy_timeout (((Connection *) connection)->db, BUSY_MS);
  if (!execute (connection, "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384", error))
    return FALSE;
  if (queries_only)
    return execute (connection, "PRAGMA query_only = ON", error);
  return execute (connection, "PRAGMA journal_mode = WAL", error)
         && execute (connection, mode == WH_STORE_MIRROR ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", error);
}

static WhConnection *
open_file (const char *path, int flags, const WhDriver *driver, GError **error)
{
  Connection *connection = g_new0 (Connection, 1);

  connection->parent.driver = driver;
  if (sqlite3_open_v2 (path, &connection->db, flags, NULL) == SQLITE_OK)
    {
      sqlite3_extended_result_codes (connection->db, 1);
      return &connection->parent;
    }
  fail (connection->db, error);
  disconnect (&connection->parent);
  return NULL;
}

static WhConnection *
connect_to (const char *path, WhStoreMode mode, gboolean reader, GError **error)
{
  WhConnection *connection = open_file (path, open_flags (mode, reader), &wh_driver_sqlite, error);

  if (!connection || set_pragmas (connection, mode, reader, error))
    return connection;
  disconnect (connection);
  return NULL;
}

/* Large pages, since a letter with a lab result takes half of a usual one. TRUNCATE and not DELETE: with synchronous=FULL only the
 * former has committed for good when it says so. */
#define OUTBOX_PRAGMAS "PRAGMA page_size = 16384; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;" \
  " PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL"
/* A file that was cut off is read as far as it goes. */
#define DAMAGED_PRAGMAS "PRAGMA trusted_schema = OFF; PRAGMA writable_schema = ON"

/* The file must exist. `reader`: it may be damaged and is not to be touched. */
static WhConnection *
connect_to_outbox (const char *path, WhStoreMode mode, gboolean reader, GError **error)
{
  int flags = SQLITE_OPEN_NOMUTEX | (reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
  WhConnection *connection = open_file (path, flags, &wh_driver_outbox, error);

  if (!connection)
    return NULL;
  sqlite3_busy_timeout (((Connection *) connection)->db, BUSY_MS);
  if (execute (connection, reader ? DAMAGED_PRAGMAS : OUTBOX_PRAGMAS, error))
    return connection;
  disconnect (connection);
  return NULL;
}

/* -- transactions -------------------------------------------------------------------------------------------- */

static gboolean
begin_read (WhConnection *connection, GError **error)
{
  return execute (connection, "BEGIN", error);
}

static gboolean
begin_write (WhConnection *connection, GError **error)
{
  return execute (connection, "BEGIN IMMEDIATE", error);
}

static gboolean
commit (WhConnection *connection, GError **error)
{
  return execute (connection, "COMMIT", error);
}

static void
rollback (WhConnection *connection)
{
  execute (connection, "ROLLBACK", NULL);
}

/* -- schema -------------------------------------------------------------------------------------------------- */

/* Any other database is no outbox, and would lose what it holds if it were taken for one. */
static gboolean
outbox_version (WhConnection *connection, gint64 *out_version, GError **error)
{
  gint64 application;

  if (!wh_connection_integer (connection, "PRAGMA application_id", 0, &application, error)
      || !wh_connection_integer (connection, "PRAGMA user_version", 0, out_version, error))
    return FALSE;
  if (application == OUTBOX_APPLICATION_ID || (application == 0 && *out_version == 0))
    return TRUE;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_CORRUPT, _("this is no outbox of WeedHounds"));
  return FALSE;
}

static gboolean
schema_version (WhConnection *connection, gint64 *out_version, GError **error)
{
  return wh_connection_integer (connection, "PRAGMA user_version", 0, out_version, error);
}

/* `text` as an SQL literal after `before`. Caller frees with g_free. */
static char *
quoted (const char *before, const char *literal)
{
  char *sql = sqlite3_mprintf ("%s%Q", before, literal);
  char *copy = g_strdup (sql);

  sqlite3_free (sql);
  return copy;
}

/* Beside the store; nothing for one in memory. */
static gboolean
keep_copy (WhConnection *connection, gint64 version, GError **error)
{
  const char *path = sqlite3_db_filename (((Connection *) connection)->db, "main");
  g_autofree char *copy = path && *path ? g_strdup_printf ("%s.schema-%" G_GINT64_FORMAT, path, version) : NULL;
  g_autofree char *half = copy ? g_strconcat (copy, ".part", NULL) : NULL;
  g_autofree char *sql = copy ? quoted ("VACUUM INTO ", half) : NULL;

  if (!copy || g_file_test (copy, G_FILE_TEST_EXISTS))
    return TRUE;
  g_unlink (half);
  if (!execute (connection, sql, error))
    {
      g_prefix_error (error, _("Copying the store to %s before it is updated: "), copy);
      return FALSE;
    }
  if (g_chmod (half, 0600) == 0 && g_rename (half, copy) == 0)
    return TRUE;
  wh_error_set_errno (error, errno, copy);
  return FALSE;
}

/* So many steps of SQLite's machine between two looks. */
#define LOOK_EVERY 1000

static int
look_for_cancel_cb (void *user_data)
{
  return g_cancellable_is_cancelled (user_data);
}

/* On a connection of its own: a long read holds nobody up. */
static gboolean
copy_file (const char *location, const char *path, GCancellable *cancellable, GError **error)
{
  WhConnection *connection = open_file (location, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, &wh_driver_sqlite, error);
  g_autofree char *sql = quoted ("VACUUM INTO ", path);
  gboolean done;

  if (!connection)
    return FALSE;
  sqlite3_busy_timeout (((Connection *) connection)->db, BUSY_MS);
  sqlite3_progress_handler (((Connection *) connection)->db, LOOK_EVERY, look_for_cancel_cb, cancellable);
  done = execute (connection, "PRAGMA trusted_schema = OFF", error) && execute (connection, sql, error);
  disconnect (connection);
  if (!done && g_cancellable_is_cancelled (cancellable))
    {
      g_clear_error (error);
      g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, _("cancelled"));
    }
  return done;
}

static gboolean
migrate (WhConnection *connection, const char *sql, gint64 version, GError **error)
{
  int application_id = connection->driver == &wh_driver_outbox ? OUTBOX_APPLICATION_ID : APPLICATION_ID;
  g_autofree char *finish = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %" G_GINT64_FORMAT, application_id,
                                             version);
  gint64 standing = 0;

  if (!begin_write (connection, error))
    return FALSE;
  if (connection->driver->schema_version (connection, &standing, error)
      && (standing >= version || (execute (connection, sql, error) && execute (connection, finish, error)))
      && commit (connection, error))
    return TRUE;
  rollback (connection);
  return FALSE;
}

static gboolean
check (WhConnection *connection, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "PRAGMA quick_check(1)", error);
  WhStep step = statement ? wh_statement_step (statement, error) : WH_STEP_FAILED;
  const char *found = step == WH_STEP_ROW ? wh_statement_text (statement, 0) : NULL;
  gboolean sound = g_strcmp0 (found, "ok") == 0;

  if (step == WH_STEP_ROW && !sound)
    g_set_error (error, WH_ERROR, WH_ERROR_CORRUPT, _("The store is damaged: %s. Keep the file and restore a backup, or sync again."),
                 found);
  if (statement)
    wh_statement_reset (statement);
  return sound;
}

/* -- statements ---------------------------------------------------------------------------------------------- */

static WhStatement *
prepare (WhConnection *connection, const char *sql, gboolean large, GError **error)
{
  sqlite3 *db = ((Connection *) connection)->db;
  sqlite3_stmt *prepared = NULL;
  Statement *statement;

  if (sqlite3_prepare_v3 (db, sql, -1, large ? 0 : SQLITE_PREPARE_PERSISTENT, &prepared, NULL) != SQLITE_OK)
    {
      fail (db, error);
      return NULL;
    }
  statement = g_new0 (Statement, 1);
  statement->parent.connection = connection;
  statement->statement = prepared;
  return &statement->parent;
}

static void
finalize (WhStatement *statement)
{
  sqlite3_finalize (of (statement));
  g_free (statement);
}

static void
bind_null (WhStatement *statement, int column)
{
  sqlite3_bind_null (of (statement), column);
}

static void
bind_integer (WhStatement *statement, int column, gint64 value)
{
  sqlite3_bind_int64 (of (statement), column, value);
}

static void
bind_real (WhStatement *statement, int column, double value)
{
  sqlite3_bind_double (of (statement), column, value);
}

static void
bind_text (WhStatement *statement, int column, const char *text, gssize length, gboolean copy)
{
  sqlite3_bind_text (of (statement), column, text, (int) length, copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

static void
bind_bytes (WhStatement *statement, int column, gconstpointer bytes, gsize length)
{
  sqlite3_bind_blob (of (statement), column, bytes, (int) length, SQLITE_STATIC);
}

static WhStep
step (WhStatement *statement, GError **error)
{
  int result = sqlite3_step (of (statement));

  if (result == SQLITE_ROW)
    return WH_STEP_ROW;
  if (result == SQLITE_DONE)
    return WH_STEP_DONE;
  fail (((Connection *) statement->connection)->db, error);
  return WH_STEP_FAILED;
}

static void
reset (WhStatement *statement)
{
  sqlite3_reset (of (statement));
  sqlite3_clear_bindings (of (statement));
}

static gboolean
run (WhStatement *statement, GError **error)
{
  WhStep reached;

  while ((reached = step (statement, error)) == WH_STEP_ROW)
    ;
  reset (statement);
  return reached == WH_STEP_DONE;
}

static gboolean
is_null (WhStatement *statement, int column)
{
  return sqlite3_column_type (of (statement), column) == SQLITE_NULL;
}

static gint64
integer (WhStatement *statement, int column)
{
  return sqlite3_column_int64 (of (statement), column);
}

static double
real (WhStatement *statement, int column)
{
  return sqlite3_column_double (of (statement), column);
}

static const char *
text (WhStatement *statement, int column, gsize *out_length)
{
  const char *found = (const char *) sqlite3_column_text (of (statement), column);

  if (out_length)
    *out_length = (gsize) sqlite3_column_bytes (of (statement), column);
  return found;
}

static gconstpointer
bytes (WhStatement *statement, int column, gsize *out_length)
{
  gconstpointer found = sqlite3_column_blob (of (statement), column);

  *out_length = (gsize) sqlite3_column_bytes (of (statement), column);
  return found;
}

/* What both drivers are. */
#define COMMON \
  .version = WH_DRIVER_VERSION, \
  .taking = "", \
  .holding = "", \
  .close = disconnect, \
  .begin_read = begin_read, \
  .begin_rows = begin_write, \
  .begin_write = begin_write, \
  .commit = commit, \
  .rollback = rollback, \
  .migrate = migrate, \
  .check = check, \
  .prepare = prepare, \
  .finalize = finalize, \
  .bind_null = bind_null, \
  .bind_integer = bind_integer, \
  .bind_real = bind_real, \
  .bind_text = bind_text, \
  .bind_bytes = bind_bytes, \
  .step = step, \
  .run = run, \
  .reset = reset, \
  .is_null = is_null, \
  .integer = integer, \
  .real = real, \
  .text = text, \
  .bytes = bytes

const WhDriver wh_driver_sqlite = {
  .name = "sqlite",
  .open = connect_to,
  .schema_version = schema_version,
  .keep_copy = keep_copy,
  .copy_file = copy_file,
  COMMON
};

const WhDriver wh_driver_outbox = {
  .name = "outbox",
  .open = connect_to_outbox,
  .schema_version = outbox_version,
  COMMON
};
