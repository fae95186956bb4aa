/* The real program killed at any moment: no committed page is lost, the store stays whole, the work can be done again. */
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/wh-paths.h"
#include "store/wh-store.h"
#include "wh-test-run.h"

#define N_ROWS 30000
#define N_KILLS 5
#define SLOWEST_START_US 30000000

typedef struct {
  char *dir, *data, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = wh_test_make_dir ();
  fixture->data = g_build_filename (fixture->dir, "data", NULL);
  fixture->path = wh_paths_store (fixture->data);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  wh_test_remove_dir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->data);
  g_free (fixture->path);
}

static void
write_results (Fixture *fixture)
{
  g_autoptr (GString) text = g_string_new ("Sample ID,Strain,Product Type,Lab,Test Date,THCA (%),CBD (%),b-Myrcene (%)\n");

  for (guint i = 0; i < N_ROWS; i++)
    g_string_append_printf (text, "S%u,Strain %u,Flower,Test Lab,2026-01-02,%u.%u,0.1,0.4\n", i, i % 997, 10 + i % 15, i % 10);
  wh_test_write (fixture->dir, "many.csv", text->str);
}

/* A test that fails must not leave its program behind. */
static void
die_with_parent_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
start (Fixture *fixture, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                                        | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_ptr_array_add (argv, (gpointer) g_getenv ("WEEDHOUNDS_TEST_BINARY"));
  g_ptr_array_add (argv, (gpointer) "--data-dir");
  g_ptr_array_add (argv, fixture->data);
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_cwd (launcher, fixture->dir);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", fixture->dir, TRUE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  wh_test_no_error (error);
  return process;
}

/* What any reader sees as committed; -1 while there is no store. */
static gint64
committed (Fixture *fixture)
{
  g_autoptr (WhStore) store = wh_store_open (fixture->path, WH_STORE_READ, NULL);

  return store ? wh_store_revision (store) : -1;
}

static void
end (GSubprocess *process, int signal)
{
  g_subprocess_send_signal (process, signal);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
}

/* Lets `writer` go on for a random while after its first page, kills `victim`, and returns what was committed the moment
 * before. */
static gint64
kill_while_writing (Fixture *fixture, GSubprocess *writer, GSubprocess *victim, gint64 before)
{
  gint64 seen = before, start = g_get_monotonic_time ();

  while (seen <= before && g_subprocess_get_identifier (writer) && g_get_monotonic_time () - start < SLOWEST_START_US)
    {
      g_usleep (1000);
      seen = committed (fixture);
    }
  g_usleep ((gulong) g_test_rand_int_range (0, 60000));
  seen = committed (fixture);
  end (victim, SIGKILL);
  return seen;
}

static void
assert_whole (Fixture *fixture, gint64 at_least)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = wh_store_open (fixture->path, WH_STORE_WRITE, &error);

  wh_test_no_error (error);
  g_assert_cmpint (wh_store_revision (store), >=, at_least);
  wh_store_check (store, &error);
  wh_test_no_error (error);
}

static void
test_import (Fixture *fixture, gconstpointer data)
{
  static const char *const import[] = { "import", "lab", "many.csv", NULL };
  g_autoptr (WhJson) json = NULL;
  const WhJsonNode *totals;
  gint64 seen = 0, imported, unchanged;

  write_results (fixture);
  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr (GSubprocess) process = start (fixture, import);
      seen = kill_while_writing (fixture, process, process, seen);
      assert_whole (fixture, seen);
    }
  json = wh_test_ask (fixture->dir, "import lab many.csv", 0);
  totals = wh_json_member (wh_json_root (json), "totals");
  imported = wh_json_integer (wh_json_member (totals, "imported"), -1);
  unchanged = wh_json_integer (wh_json_member (totals, "unchanged"), -1);
  g_test_message ("%" G_GINT64_FORMAT " rows were there already", unchanged);
  g_assert_cmpint (unchanged, >, 0);
  g_assert_cmpint (imported + unchanged + wh_json_integer (wh_json_member (totals, "updated"), -1), ==, N_ROWS);
}

/* The address a server says it listens on. */
static char *
read_address (GSubprocess *server)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  g_autofree char *line = NULL;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, "listening on "));
  return g_strdup (line + strlen ("listening on "));
}

static void
test_serve (Fixture *fixture, gconstpointer data)
{
  static const char *const serve[] = { "serve", "--listen", "127.0.0.1:0", NULL };
  gint64 seen = 0;

  write_results (fixture);
  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr (GSubprocess) server = start (fixture, serve);
      g_autofree char *address = read_address (server);
      const char *const import[] = { "import", "lab", "many.csv", NULL };
      g_autoptr (GSubprocess) client = start (fixture, import);
      seen = kill_while_writing (fixture, client, server, seen);
      end (client, SIGKILL);
      assert_whole (fixture, seen);
    }
}

static void
test_serve_ends_when_asked (Fixture *fixture, gconstpointer data)
{
  static const char *const serve[] = { "serve", "--listen", "127.0.0.1:0", NULL };
  g_autoptr (GSubprocess) server = start (fixture, serve);
  g_autofree char *address = read_address (server);

  end (server, SIGTERM);
  g_assert_true (g_subprocess_get_if_exited (server));
  g_assert_cmpint (g_subprocess_get_exit_status (server), ==, 0);
  assert_whole (fixture, 0);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/cli/kill/import", test_import);
  ADD ("/cli/kill/serve", test_serve);
  ADD ("/cli/kill/serve-ends-when-asked", test_serve_ends_when_asked);
  return g_test_run ();
}
