#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-driver-postgres-private.h"

/* Readers a process may hold; each is a process of the server. */
#define N_READERS 8
#define OLDEST_SERVER 130000
/* Two numbers name the lock that writers take turns by: "WhDb" in ASCII, and the schema, since one database may hold several
 * stores. Text, since it becomes part of SQL. */
#define WRITERS_LOCK "1466450018, hashtext(current_schema())"

/* Against a server that hangs: no statement and no wait for a lock without an end, and no transaction that its owner forgot.
 * Whatever the server's own settings, an acknowledged commit is on disk. Plans of prepared statements are kept, and one made
 * while a table was empty would go through all of it row by row when it is full: every question has its index, so that is
 * used. */
#define SESSION                                                                                                                   \
  "SET client_encoding = 'UTF8'; SET statement_timeout = '120s'; SET lock_timeout = '10s';"                                       \
  " SET idle_in_transaction_session_timeout = '300s'; SET standard_conforming_strings = on; SET client_min_messages = error;"      \
  " SET enable_seqscan = off; SET jit = off;"                                                                                     \
  " SELECT set_config('synchronous_commit', 'on', FALSE) WHERE current_setting('synchronous_commit') = 'off'"

static const char *
defaults[][2] = {
  { "connect_timeout", "5" },     { "keepalives_idle", "10" },      { "keepalives_interval", "5" },
  { "keepalives_count", "3" },    { "tcp_user_timeout", "15000" },  { "application_name", "weedhounds" },
};

/* -- connections ----------------------------------------------------------------------------------------------- */

static void
disconnect (WhConnection *parent)
{
  WhPostgres *connection = (WhPostgres *) parent;

  PQfinish (connection->pg);
  g_clear_error (&connection->failure);
  g_free (connection);
}

static void
ignore_notice (void *data, const char *message)
{
}

/* What libpq would say about such an address quotes parts of it, and with a sign of a password left unescaped that part may be
 * the password. */
static gboolean
check_address (const char *location, GError **error)
{
  PQconninfoOption *options = PQconninfoParse (location, NULL);
  gboolean sound = options != NULL;

  for (PQconninfoOption *option = options; option && option->keyword; option++)
    if (option->val && strcmp (option->keyword, "port") == 0)
      sound = sound && option->val[strspn (option->val, "0123456789,")] == '\0';
    else if (option->val && (strcmp (option->keyword, "host") == 0 || strcmp (option->keyword, "dbname") == 0))
      sound = sound && (option->val[0] == '/' || !strchr (option->val, '@'));
  PQconninfoFree (options);
  if (!sound)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID,
                         _("this is no address of a PostgreSQL database; it looks like postgresql://user@host/database, and in a"
                           " password @ is written %40, / %2F, : %3A and % %25"));
  return sound;
}

static PGconn *
dial (const char *location, gboolean primary)
{
  const char *words[G_N_ELEMENTS (defaults) + 3] = { NULL }, *values[G_N_ELEMENTS (defaults) + 3] = { NULL };
  guint n = 0;

  /* The address comes last, so that it may say otherwise. */
  for (; n < G_N_ELEMENTS (defaults); n++)
    {
      words[n] = defaults[n][0];
      values[n] = defaults[n][1];
    }
  words[n] = "target_session_attrs";
  values[n++] = primary ? "read-write" : "any";
  words[n] = "dbname";
  values[n] = location;
  return PQconnectdbParams (words, values, TRUE);
}

static gboolean
set_up (WhPostgres *connection, GError **error)
{
  if (PQstatus (connection->pg) != CONNECTION_OK)
    {
      wh_postgres_refuse (connection->pg, error);
      return FALSE;
    }
  PQsetNoticeProcessor (connection->pg, ignore_notice, NULL);
  if (PQserverVersion (connection->pg) < OLDEST_SERVER)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("the server is older than PostgreSQL 13; update it"));
      return FALSE;
    }
  return PQenterPipelineMode (connection->pg) && wh_postgres_simple (connection, SESSION, NULL, error);
}

static WhConnection *
connect_to (const char *location, WhStoreMode mode, gboolean reader, GError **error)
{
  WhPostgres *connection;

  if (!check_address (location, error))
    return NULL;
  connection = g_new0 (WhPostgres, 1);
  connection->parent.driver = &wh_driver_postgres;
  connection->reader = reader;
  connection->pg = dial (location, !reader);
  if (set_up (connection, error))
    return &connection->parent;
  disconnect (&connection->parent);
  return NULL;
}

/* -- transactions ---------------------------------------------------------------------------------------------- */

static gboolean
begin (WhPostgres *connection, GError **error)
{
  if (connection->in_transaction)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_FAILED, "a transaction in a transaction");
      return FALSE;
    }
  connection->parent.fault = WH_FAULT_NONE;
  g_clear_error (&connection->failure);
  if (wh_postgres_is_gone (connection))
    return wh_postgres_fail (connection, NULL, error);
  /* The end of the last one for reading was not waited for. */
  if (connection->n_syncs > 0 && !wh_postgres_settle (connection, NULL, error))
    return FALSE;
  connection->in_transaction = TRUE;
  return TRUE;
}

static gboolean
begin_read (WhConnection *parent, GError **error)
{
  WhPostgres *connection = (WhPostgres *) parent;

  return begin (connection, error) && wh_postgres_queue (connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error);
}

static gboolean
begin_rows (WhConnection *parent, GError **error)
{
  WhPostgres *connection = (WhPostgres *) parent;

  return begin (connection, error) && wh_postgres_queue (connection, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", error);
}

/* READ COMMITTED, so that what is read after the wait for the lock is what the writer before has left; with the lock held
 * nobody changes it. */
static gboolean
begin_write (WhConnection *parent, GError **error)
{
  WhPostgres *connection = (WhPostgres *) parent;

  return begin (connection, error) && wh_postgres_queue (connection, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", error)
         && wh_postgres_queue (connection, "SELECT pg_advisory_xact_lock(" WRITERS_LOCK ")", error);
}

static gboolean
commit_write (WhPostgres *connection, GError **error)
{
  PGresult *result = NULL;
  gboolean done;

  if (connection->failure || PQstatus (connection->pg) == CONNECTION_BAD)
    return wh_postgres_fail (connection, NULL, error);
  done = wh_postgres_queue (connection, "COMMIT", error) && wh_postgres_settle (connection, &result, error);
  if (!done && connection->parent.fault == WH_FAULT_LOST)
    connection->parent.fault = WH_FAULT_UNKNOWN;
  /* A transaction that failed before is ended by COMMIT, too, but by taking it back. */
  if (done && strcmp (PQcmdStatus (result), "COMMIT") != 0)
    done = wh_postgres_fail (connection, NULL, error);
  PQclear (result);
  return done;
}

static gboolean
commit_read (WhPostgres *connection, GError **error)
{
  if (connection->failure)
    return wh_postgres_fail (connection, NULL, error);
  return wh_postgres_queue (connection, "COMMIT", error) && wh_postgres_push (connection, error)
         && (PQflush (connection->pg) >= 0 || wh_postgres_fail (connection, NULL, error));
}

static gboolean
commit (WhConnection *parent, GError **error)
{
  WhPostgres *connection = (WhPostgres *) parent;
  gboolean done = connection->reader ? commit_read (connection, error) : commit_write (connection, error);

  if (done)
    connection->in_transaction = FALSE;
  return done;
}

static void
rollback (WhConnection *parent)
{
  WhPostgres *connection = (WhPostgres *) parent;

  if (!connection->in_transaction)
    return;
  connection->in_transaction = FALSE;
  if (PQstatus (connection->pg) == CONNECTION_BAD)
    return;
  wh_postgres_settle (connection, NULL, NULL);
  if (wh_postgres_queue (connection, "ROLLBACK", NULL))
    wh_postgres_settle (connection, NULL, NULL);
}

/* -- schema ---------------------------------------------------------------------------------------------------- */

static gboolean
schema_version (WhConnection *parent, gint64 *out_version, GError **error)
{
  WhPostgres *connection = (WhPostgres *) parent;
  gint64 is_there = 0;

  *out_version = 0;
  if (!wh_postgres_simple (connection, "SELECT (to_regclass('store_schema') IS NOT NULL)::int", &is_there, error))
    return FALSE;
  return !is_there || wh_postgres_simple (connection, "SELECT max(version) FROM store_schema", out_version, error);
}

static gboolean
change_schema (WhPostgres *connection, const char *sql, gint64 version, GError **error)
{
  g_autofree char *finish = g_strdup_printf ("INSERT INTO store_schema (version) VALUES (%" G_GINT64_FORMAT ")", version);
  gint64 standing;

  if (!wh_postgres_simple (connection, "SELECT pg_advisory_xact_lock(" WRITERS_LOCK ")", NULL, error)
      || !schema_version (&connection->parent, &standing, error))
    return FALSE;
  if (standing >= version)
    return TRUE;
  return (version > 1 || wh_postgres_simple (connection, "CREATE TABLE store_schema (version BIGINT PRIMARY KEY)", NULL, error))
         && wh_postgres_simple (connection, sql, NULL, error) && wh_postgres_simple (connection, finish, NULL, error);
}

static gboolean
migrate (WhConnection *parent, const char *sql, gint64 version, GError **error)
{
  WhPostgres *connection = (WhPostgres *) parent;

  if (!begin (connection, error))
    return FALSE;
  if (wh_postgres_simple (connection, "BEGIN", NULL, error) && change_schema (connection, sql, version, error)
      && commit_write (connection, error))
    {
      connection->in_transaction = FALSE;
      return TRUE;
    }
  rollback (parent);
  return FALSE;
}

/* Reads every page of every table: with checksums on, PostgreSQL finds what the disk has changed. */
static gboolean
check (WhConnection *connection, GError **error)
{
  static const char *const tables[] = { "store_note", "analyte", "measurement", "change_log", "tombstone" };
  gint64 count;

  for (guint i = 0; i < G_N_ELEMENTS (tables) + WH_N_KINDS - 1; i++)
    {
      const char *name = i < G_N_ELEMENTS (tables) ? tables[i] : wh_entity_class ((WhKind) (i - G_N_ELEMENTS (tables) + 1))->name;
      g_autofree char *sql = g_strdup_printf ("SELECT count(t.*) FROM %s t", name);
      if (!wh_connection_integer (connection, sql, 0, &count, error))
        return FALSE;
    }
  return TRUE;
}

const WhDriver wh_driver_postgres = {
  .version = WH_DRIVER_VERSION,
  .name = "postgres",
  .n_readers = N_READERS,
  .taking = " FOR UPDATE SKIP LOCKED",
  .holding = " FOR SHARE",
  .clock = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
  .open = connect_to,
  .close = disconnect,
  .begin_read = begin_read,
  .begin_rows = begin_rows,
  .begin_write = begin_write,
  .commit = commit,
  .rollback = rollback,
  .schema_version = schema_version,
  .migrate = migrate,
  .check = check,
  .prepare = wh_postgres_prepare,
  .finalize = wh_postgres_finalize,
  .bind_null = wh_postgres_bind_null,
  .bind_integer = wh_postgres_bind_integer,
  .bind_real = wh_postgres_bind_real,
  .bind_text = wh_postgres_bind_text,
  .bind_bytes = wh_postgres_bind_bytes,
  .step = wh_postgres_step,
  .run = wh_postgres_run,
  .reset = wh_postgres_reset,
  .is_null = wh_postgres_is_null,
  .integer = wh_postgres_integer,
  .real = wh_postgres_real,
  .text = wh_postgres_text,
  .bytes = wh_postgres_bytes,
};
