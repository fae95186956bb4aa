#include "store/wh-test-store.h"

#include <sqlite3.h>
#include <unistd.h>

#include "wh-config.h"

#if WH_HAVE_POSTGRES
#include <libpq-fe.h>
#endif

static const char *const names[] = { "file", "memory", "postgres" };

#if WH_HAVE_POSTGRES

static PGresult *
ask (const char *location, const char *sql)
{
  PGconn *pg = PQconnectdb (location);
  PGresult *result = PQexec (pg, sql);

  g_assert_cmpstr (PQresultErrorMessage (result), ==, "");
  PQfinish (pg);
  return result;
}

/* A schema of its own: stores in one database do not see each other. */
static char *
make_schema (void)
{
  static guint n = 0;
  const char *server = g_getenv ("WEEDHOUNDS_TEST_POSTGRES");
  g_autofree char *name = g_strdup_printf ("t%d_%u", (int) getpid (), n++);
  g_autofree char *sql = g_strdup_printf ("CREATE SCHEMA %s", name);

  if (!server)
    return NULL;
  PQclear (ask (server, sql));
  return g_strdup_printf ("%s&options=-csearch_path%%3D%s", server, name);
}

static gint64
ask_number (const char *location, const char *sql)
{
  PGresult *result = ask (location, sql);
  gint64 number = PQntuples (result) ? g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10) : -1;

  PQclear (result);
  return number;
}

#else

static char *
make_schema (void)
{
  return NULL;
}

static gint64
ask_number (const char *location, const char *sql)
{
  g_assert_not_reached ();
}

#endif

char *
wh_test_store_place (WhTestStore *fixture)
{
  static guint n = 0;
  g_autofree char *file = g_strdup_printf ("store-%u.db", n++);

  switch (fixture->database)
    {
    case WH_TEST_MEMORY:
      return g_strdup (":memory:");
    case WH_TEST_POSTGRES:
      return make_schema ();
    default:
      return g_build_filename (fixture->dir, file, NULL);
    }
}

void
wh_test_store_reopen (WhTestStore *fixture, WhStoreMode mode)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->store, wh_store_unref);
  fixture->store = wh_store_open (fixture->location, mode, &error);
  g_assert_no_error (error);
}

gint64
wh_test_store_look (WhTestStore *fixture, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 number = -1;

  if (fixture->database == WH_TEST_POSTGRES)
    return ask_number (fixture->location, sql);
  g_assert_cmpint (fixture->database, ==, WH_TEST_FILE);
  g_assert_cmpint (sqlite3_open (fixture->location, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  if (sqlite3_step (statement) == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return number;
}

void
wh_test_store_meddle (WhTestStore *fixture, const char *sql)
{
  sqlite3 *db = NULL;
  char *message = NULL;

  if (fixture->database == WH_TEST_POSTGRES)
    {
      ask_number (fixture->location, sql);
      return;
    }
  g_assert_cmpint (fixture->database, ==, WH_TEST_FILE);
  g_assert_cmpint (sqlite3_open (fixture->location, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

void
wh_test_store_to_future (WhTestStore *fixture)
{
  wh_test_store_meddle (fixture, fixture->database == WH_TEST_POSTGRES ? "INSERT INTO store_schema (version) VALUES (9999)"
                                                                      : "PRAGMA user_version = 9999");
}

typedef struct {
  gpointer     entity;
  WhPutOutcome outcome;
} Put;

static gboolean
put_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Put *put = user_data;

  return wh_writer_put (writer, put->entity, &put->outcome, error);
}

WhPutOutcome
wh_test_store_put (WhTestStore *fixture, gpointer entity)
{
  Put put = { entity, WH_PUT_UNCHANGED };
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", put_cb, &put, NULL, &error);
  g_assert_no_error (error);
  return put.outcome;
}

WhStrain *
wh_test_store_strain (const char *name)
{
  WhStrain *strain = wh_strain_new (wh_id_from_key ("strain", "test", name));

  strain->name = g_strdup (name);
  strain->aliases = g_strsplit ("one,two \"quoted\"", ",", -1);
  strain->popularity_score = 0.25;
  return strain;
}

typedef struct {
  WhTestDatabase  database;
  WhTestStoreFunc function;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *to_run = data;
  WhTestStore fixture = { .database = to_run->database, .dir = wh_test_make_dir (), .principal = wh_principal_new_local () };

  fixture.location = wh_test_store_place (&fixture);
  if (fixture.location)
    {
      wh_test_store_reopen (&fixture, WH_STORE_WRITE);
      to_run->function (&fixture);
    }
  else
    g_test_skip ("no PostgreSQL here: tests/support/with-db starts one, -Dpostgres=enabled builds it in");
  g_clear_pointer (&fixture.store, wh_store_unref);
  wh_principal_unref (fixture.principal);
  wh_test_remove_dir (fixture.dir);
  g_free (fixture.dir);
  g_free (fixture.location);
}

void
wh_test_store_add (const char *name, guint databases, WhTestStoreFunc function)
{
  for (guint i = 0; i < WH_TEST_N_DATABASES; i++)
    if (databases & 1u << i)
      {
        g_autofree char *path = g_strdup_printf ("/store/%s/%s", names[i], name);
        Case to_run = { (WhTestDatabase) i, function };
        g_test_add_data_func_full (path, g_memdup2 (&to_run, sizeof to_run), run_case, g_free);
      }
}
