/* Copies of a store that is being written to: each is one moment of it, whole, or there is none. */
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "base/wh-error.h"
#include "store/wh-store-backup.h"
#include "store/wh-test-store.h"

#define ROWS_A_WRITE 5
#define N_COPIES 5

typedef struct {
  WhTestStore *fixture;
  gint         stop;
} Writing;

static gboolean
write_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  for (guint i = 0; i < ROWS_A_WRITE; i++)
    {
      g_autoptr (WhStrain) strain = wh_strain_new (wh_id_new ());
      strain->name = g_strdup ("Strain");
      if (!wh_writer_put (writer, strain, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static void
write_some (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", write_cb, NULL, NULL, &error);
  g_assert_no_error (error);
}

static gpointer
write_thread (gpointer data)
{
  Writing *writing = data;

  while (!g_atomic_int_get (&writing->stop))
    write_some (writing->fixture);
  return NULL;
}

static gboolean
count_cb (WhReader *reader, gpointer user_data, GError **error)
{
  *(gint64 *) user_data = wh_reader_count (reader, WH_KIND_STRAIN, error);
  return TRUE;
}

static void
check_copy (WhTestStore *fixture, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhBackup) backup = wh_store_backup_check (path, NULL, &error);
  g_autofree char *server_id = wh_store_server_id (fixture->store);
  g_autoptr (WhStore) copy = NULL;
  gint64 rows = -1;
  struct stat info;

  g_assert_no_error (error);
  g_assert_cmpint (backup->revision % ROWS_A_WRITE, ==, 0);
  g_assert_cmpstr (backup->server_id, ==, server_id);
  copy = wh_store_open (path, WH_STORE_READ, &error);
  g_assert_no_error (error);
  g_assert_true (wh_store_read (copy, fixture->principal, count_cb, &rows, &error));
  g_assert_cmpint (rows, ==, backup->revision);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (info.st_size, ==, backup->bytes);
}

static void
test_while_written (WhTestStore *fixture)
{
  Writing writing = { fixture, 0 };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  write_some (fixture);
  thread = g_thread_new ("write", write_thread, &writing);
  for (guint i = 0; i < N_COPIES; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/copy-%u.db", fixture->dir, i);
      wh_store_backup (fixture->store, fixture->principal, path, NULL, &error);
      g_assert_no_error (error);
      check_copy (fixture, path);
    }
  g_atomic_int_set (&writing.stop, 1);
  g_thread_join (thread);
  g_autofree char *again = g_build_filename (fixture->dir, "copy-0.db", NULL);
  g_assert_false (wh_store_backup (fixture->store, fixture->principal, again, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
}

static void
test_nothing_left (WhTestStore *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, "copy.db", NULL), *half = g_strconcat (path, ".part", NULL);
  g_autofree char *nowhere = g_build_filename (fixture->dir, "none", "copy.db", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (WhPrincipal) anybody = wh_principal_new_anonymous ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 200; i++)
    write_some (fixture);
  g_cancellable_cancel (cancellable);
  g_assert_false (wh_store_backup (fixture->store, fixture->principal, path, cancellable, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CANCELLED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (half, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_false (wh_store_backup (fixture->store, fixture->principal, nowhere, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (wh_store_backup (fixture->store, anybody, nowhere, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
}

/* A copy that was damaged is not taken for one. */
static void
test_damaged (WhTestStore *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, "copy.db", NULL), *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  for (guint i = 0; i < 50; i++)
    write_some (fixture);
  g_assert_true (wh_store_backup (fixture->store, fixture->principal, path, NULL, &error));
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) (length / 2), NULL));
  g_assert_null (wh_store_backup_check (path, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_elsewhere (WhTestStore *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (wh_store_backup (fixture->store, fixture->principal, path, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("backup-while-written", 1u << WH_TEST_FILE, test_while_written);
  wh_test_store_add ("backup-nothing-left", 1u << WH_TEST_FILE, test_nothing_left);
  wh_test_store_add ("backup-damaged", 1u << WH_TEST_FILE, test_damaged);
  wh_test_store_add ("backup-elsewhere", 1u << WH_TEST_MEMORY | 1u << WH_TEST_POSTGRES, test_elsewhere);
  return g_test_run ();
}
