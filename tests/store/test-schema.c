/* A store that the first schema made opens today: every row is there, the change log and the audit chain hold, writing goes on. */
#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "base/wh-error.h"
#include "store/wh-store.h"
#include "support/wh-test.h"

#define FIRST_VERSION "PRAGMA user_version = 1; PRAGMA application_id = 0x57684462"

typedef struct {
  char        *dir, *path;
  WhPrincipal *principal;
} Fixture;

static void
execute (sqlite3 *database, const char *sql)
{
  char *message = NULL;

  sqlite3_exec (database, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *source = g_build_filename (g_getenv ("WEEDHOUNDS_TEST_SOURCE"), "tests", "store", "first-schema.sql", NULL);
  g_autofree char *sql = NULL;
  sqlite3 *database;

  fixture->dir = wh_test_make_dir ();
  fixture->path = g_build_filename (fixture->dir, "store.db", NULL);
  fixture->principal = wh_principal_new_local ();
  g_assert_true (g_file_get_contents (source, &sql, NULL, NULL));
  g_assert_cmpint (sqlite3_open (fixture->path, &database), ==, SQLITE_OK);
  execute (database, sql);
  execute (database, FIRST_VERSION);
  sqlite3_close (database);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  wh_principal_unref (fixture->principal);
  wh_test_remove_dir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->path);
}

static WhStore *
open_store (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  WhStore *store = wh_store_open (fixture->path, WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  return store;
}

static gboolean
count_cb (WhReader *reader, gpointer user_data, GError **error)
{
  static const gint64 expected[] = { [WH_KIND_STRAIN] = 2, [WH_KIND_BATCH] = 2, [WH_KIND_LAB_RESULT] = 2, [WH_KIND_DISPENSARY] = 2,
                                     [WH_KIND_PRODUCT] = 1, [WH_KIND_PRICE] = 1 };
  g_autoptr (GPtrArray) changes = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    if (expected[i])
      g_assert_cmpint (wh_reader_count (reader, (WhKind) i, NULL), ==, expected[i]);
  changes = wh_reader_changes (reader, 0, 1000, NULL, NULL);
  g_assert_cmpuint (changes->len, ==, 10);
  return TRUE;
}

static void
test_rows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhStore) store = open_store (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_true (wh_store_read (store, fixture->principal, count_cb, NULL, NULL));
  wh_store_check (store, &error);
  g_assert_no_error (error);
  g_assert_cmpint (wh_store_revision (store), >, 0);
}

static gboolean
find_result_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhLabResult *result = entity;

  if (g_strcmp0 (result->sample_id, "S1") == 0)
    *(WhLabResult **) user_data = wh_entity_ref ((gpointer) entity);
  return TRUE;
}

static gboolean
read_result_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_LAB_RESULT, find_result_cb, user_data, error);
}

static const WhMeasure *
measure_of (const WhLabResult *result, const char *key)
{
  return wh_panel_find (result->panel, wh_analyte_by_key (key)->index);
}

/* Value, not detected and below LOQ come back as they went in. */
static void
test_measurements (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhStore) store = open_store (fixture);
  WhLabResult *result = NULL;

  g_assert_true (wh_store_read (store, fixture->principal, read_result_cb, &result, NULL));
  g_assert_nonnull (result);
  g_assert_cmpstr (result->lab_name, ==, "Test Lab");
  g_assert_cmpfloat_with_epsilon (measure_of (result, "thca")->value, 201, 1e-9);
  g_assert_cmpint (measure_of (result, "cbd")->state, ==, WH_STATE_NOT_DETECTED);
  g_assert_cmpint (measure_of (result, "linalool")->state, ==, WH_STATE_BELOW_LOQ);
  g_assert_cmpfloat_with_epsilon (measure_of (result, "linalool")->loq, 0.05, 1e-9);
  wh_entity_unref (result);
}

static gboolean
write_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  g_autoptr (WhStrain) strain = wh_strain_new (wh_id_new ());

  strain->name = g_strdup ("New Strain");
  return wh_writer_put (writer, strain, NULL, error);
}

static void
test_writing_goes_on (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhStore) store = open_store (fixture);
  gint64 before = wh_store_revision (store);
  g_autoptr (GError) error = NULL;

  wh_store_write (store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", write_cb, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (wh_store_revision (store), ==, before + 1);
  wh_store_check (store, &error);
  g_assert_no_error (error);
}

static void
check_copy (const char *path)
{
  sqlite3 *database;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open_v2 (path, &database, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database, "SELECT count(*) FROM strain", -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_int (statement, 0), ==, 2);
  sqlite3_finalize (statement);
  sqlite3_close (database);
}

/* Reading changes nothing, so it refuses; writing keeps a copy of what was there and then brings the store up to date. */
static void
test_update_keeps_a_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy = g_strconcat (fixture->path, ".schema-1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_store_open (fixture->path, WH_STORE_READ, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  wh_store_unref (open_store (fixture));
  check_copy (copy);
  wh_store_unref (wh_store_open (fixture->path, WH_STORE_READ, NULL));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/store/first-schema/rows", test_rows);
  ADD ("/store/first-schema/measurements", test_measurements);
  ADD ("/store/first-schema/update-keeps-a-copy", test_update_keeps_a_copy);
  ADD ("/store/first-schema/writing-goes-on", test_writing_goes_on);
  return g_test_run ();
}
