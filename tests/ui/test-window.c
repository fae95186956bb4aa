/* The real window under a real display and session bus, driven through AT-SPI, on a store made here. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/wh-paths.h"
#include "store/wh-store.h"
#include "support/wh-test.h"
#include "wh-test-atspi.h"

#define SERVER "http://127.0.0.1:1"   /* nobody answers there */
#define SERVER_ID "11111111-2222-7333-8444-555555555555"

typedef struct {
  char *dir;
  GPid  pid;
  AtspiAccessible *application;
} Fixture;

static void
add_measure (WhPanel *panel, const char *key, WhState state, double value, double loq)
{
  WhMeasure measure = WH_MEASURE_INIT;

  measure.analyte = wh_analyte_by_key (key)->index;
  measure.state = state;
  measure.unit = WH_UNIT_MG_PER_G;
  measure.value = value;
  measure.loq = loq;
  g_assert_true (wh_panel_add (panel, &measure, NULL));
}

static WhPanel *
make_panel (double myrcene)
{
  WhPanel *panel = wh_panel_new ();

  add_measure (panel, "thca", WH_STATE_VALUE, 210, NAN);
  add_measure (panel, "delta_9_thc", WH_STATE_VALUE, 5, NAN);
  add_measure (panel, "cbd", WH_STATE_NOT_DETECTED, NAN, NAN);
  add_measure (panel, "beta_myrcene", WH_STATE_VALUE, myrcene, NAN);
  add_measure (panel, "d_limonene", WH_STATE_VALUE, 3, NAN);
  add_measure (panel, "beta_caryophyllene", WH_STATE_VALUE, 2, NAN);
  add_measure (panel, "linalool", WH_STATE_BELOW_LOQ, NAN, 0.1);
  add_measure (panel, "alpha_humulene", WH_STATE_NOT_DETECTED, NAN, NAN);
  add_measure (panel, "alpha_pinene", WH_STATE_VALUE, 1, NAN);
  return panel;
}

static void
put_strain (WhWriter *writer, const char *name, double myrcene)
{
  g_autoptr (WhStrain) strain = wh_strain_new (wh_id_from_key ("strain", "test", name));
  g_autoptr (WhBatch) batch = wh_batch_new (wh_id_from_key ("batch", "test", name));
  g_autoptr (WhLabResult) result = wh_lab_result_new (wh_id_from_key ("lab_result", "test", name));

  strain->name = g_strdup (name);
  strain->type = g_strdup ("hybrid");
  batch->strain_id = strain->entity.id;
  batch->name = g_strdup (name);
  batch->product_type = g_strdup ("flower");
  result->batch_id = batch->entity.id;
  result->lab_name = g_strdup ("Test Lab");
  result->test_date = wh_clock_now () - 40 * WH_TIME_DAY;
  result->panel = make_panel (myrcene);
  g_assert_true (wh_writer_put (writer, strain, NULL, NULL));
  g_assert_true (wh_writer_put (writer, batch, NULL, NULL));
  g_assert_true (wh_writer_put (writer, result, NULL, NULL));
}

static gboolean
fill_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  put_strain (writer, "Blue Dream", 8);
  put_strain (writer, "Sour Diesel", 2);
  put_strain (writer, "Granddaddy Purple", 7);
  return TRUE;
}

static void
make_store (const char *dir)
{
  g_autofree char *path = wh_paths_store (dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  g_assert_true (wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "test", fill_cb, NULL, NULL, &error));
}

static gboolean
fill_mirror_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  static const char *const notes[][2] = { { "server_id", SERVER_ID },  { "epoch", SERVER_ID },
                                          { "server_url", SERVER },    { "sync.token", "x" },
                                          { "sync.complete", "1" },    { "synced_at", "2026-11-20T10:00:00Z" } };

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    g_assert_true (wh_writer_set_note (writer, notes[i][0], notes[i][1], NULL));
  return fill_cb (writer, user_data, error);
}

/* What was pulled once from a server that does not answer any more. */
static void
make_mirror (const char *dir)
{
  g_autofree char *folder = wh_paths_mirror_dir (dir), *path = wh_paths_mirror (dir, SERVER_ID);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  store = wh_store_open (path, WH_STORE_MIRROR, &error);
  g_assert_no_error (error);
  g_assert_true (wh_store_write (store, principal, WH_PERMISSION_SYNC, "sync.pull", fill_mirror_cb, NULL, NULL, &error));
}

/* A test that fails must not leave its window behind. */
static void
die_with_parent_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
open_window (Fixture *fixture, const char *server)
{
  g_autoptr (GError) error = NULL;
  char *argv[] = { (char *) g_getenv ("WEEDHOUNDS_TEST_BINARY"), (char *) "--data-dir", fixture->dir,
                   server ? (char *) "--server" : NULL, (char *) server, NULL };

  g_assert_true (g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent_cb, NULL, &fixture->pid, &error));
  g_assert_no_error (error);
  fixture->application = wh_test_atspi_application (fixture->pid);
  g_assert_nonnull (fixture->application);
}

static void
close_window (Fixture *fixture)
{
  g_clear_object (&fixture->application);
  kill (fixture->pid, SIGTERM);
  waitpid (fixture->pid, NULL, 0);
  g_spawn_close_pid (fixture->pid);
}

/* `data`: the server whose mirror it works on. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = wh_test_make_dir ();
  if (data)
    make_mirror (fixture->dir);
  else
    make_store (fixture->dir);
  open_window (fixture, data);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_window (fixture);
  wh_test_remove_dir (fixture->dir);
  g_free (fixture->dir);
}

static void
assert_shown (AtspiAccessible *root, const char *text)
{
  g_autoptr (AtspiAccessible) found = wh_test_atspi_find (root, ATSPI_ROLE_INVALID, text);

  if (!found)
    {
      g_autofree char *tree = wh_test_atspi_describe (root);
      g_printerr ("“%s” is not on the screen, but:\n%s", text, tree);
      g_assert_not_reached ();
    }
}

static void
test_search_opens_a_strain (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AtspiAccessible) search = wh_test_atspi_find (fixture->application, ATSPI_ROLE_INVALID, "Search strains");

  g_assert_nonnull (search);
  assert_shown (fixture->application, "3 strains");
  wh_test_atspi_type (search, "blue drem");
  assert_shown (fixture->application, "1 strain");
  wh_test_atspi_press (WH_TEST_KEY_RETURN);
  assert_shown (fixture->application, "Measured by Test Lab");
  assert_shown (fixture->application, "differs most in β-Myrcene");
  assert_shown (fixture->application, "6 terpenes compared");
}

static void
test_five_states_are_worded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AtspiAccessible) search = wh_test_atspi_find (fixture->application, ATSPI_ROLE_INVALID, "Search strains");

  wh_test_atspi_type (search, "blue dream");
  assert_shown (fixture->application, "1 strain");
  wh_test_atspi_press (WH_TEST_KEY_RETURN);
  assert_shown (fixture->application, "8.00 mg/g");
  assert_shown (fixture->application, "below LOQ (0.10\u00a0mg/g)");
  assert_shown (fixture->application, "not detected");
  assert_shown (fixture->application, "not tested");
}

static void
test_nothing_matches (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AtspiAccessible) search = wh_test_atspi_find (fixture->application, ATSPI_ROLE_INVALID, "Search strains");

  wh_test_atspi_type (search, "zzzzqqqq");
  assert_shown (fixture->application, "Nothing matches");
}

static void
open_blue_dream (Fixture *fixture)
{
  g_autoptr (AtspiAccessible) search = wh_test_atspi_find (fixture->application, ATSPI_ROLE_INVALID, "Search strains");

  wh_test_atspi_type (search, "blue dream");
  assert_shown (fixture->application, "1 strain");
  wh_test_atspi_press (WH_TEST_KEY_RETURN);
  assert_shown (fixture->application, "8.00 mg/g");
}

static gboolean
is_pressed (Fixture *fixture)
{
  g_autoptr (AtspiAccessible) star = wh_test_atspi_find (fixture->application, ATSPI_ROLE_PUSH_BUTTON, "Favourite");
  AtspiStateSet *states = star ? atspi_accessible_get_state_set (star) : NULL;
  gboolean pressed;

  if (!states)
    {
      g_autofree char *tree = wh_test_atspi_describe (fixture->application);
      g_printerr ("no star, but:\n%s", tree);
    }
  g_assert_nonnull (states);
  if (!states)
    {
      g_autofree char *tree = wh_test_atspi_describe (fixture->application);
      g_printerr ("no star, but:\n%s", tree);
    }
  g_assert_nonnull (states);
  pressed = atspi_state_set_contains (states, ATSPI_STATE_PRESSED);
  g_object_unref (states);
  return pressed;
}

/* The ninth of the daily jobs: with a server or without, in this window and in the next. */
static void
test_note_and_favorite (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AtspiAccessible) entry = NULL;

  open_blue_dream (fixture);
  g_assert_false (is_pressed (fixture));
  wh_test_atspi_control ('d');
  entry = wh_test_atspi_find (fixture->application, ATSPI_ROLE_INVALID, "Add a note");
  g_assert_nonnull (entry);
  wh_test_atspi_control ('n');
  wh_test_atspi_type (entry, "smells of berries");
  wh_test_atspi_press (WH_TEST_KEY_RETURN);
  assert_shown (fixture->application, "smells of berries");
  if (data)
    assert_shown (fixture->application, "not sent yet");
  close_window (fixture);
  open_window (fixture, data);
  open_blue_dream (fixture);
  assert_shown (fixture->application, "smells of berries");
  g_assert_true (is_pressed (fixture));
  g_assert_true (wh_test_atspi_has (fixture->application, ATSPI_ROLE_INVALID, "not sent yet") == (data != NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!g_getenv ("DISPLAY") || !g_getenv ("DBUS_SESSION_BUS_ADDRESS"))
    {
      g_print ("1..0 # SKIP no display and session bus; run through tests/support/with-display\n");
      return 0;
    }
  /* A window that is just opening is asked before it can answer; the bus library warns of that, and asks again. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  atspi_init ();
  g_test_add ("/ui/window/search-opens-a-strain", Fixture, NULL, set_up, test_search_opens_a_strain, tear_down);
  g_test_add ("/ui/window/five-states-are-worded", Fixture, NULL, set_up, test_five_states_are_worded, tear_down);
  g_test_add ("/ui/window/nothing-matches", Fixture, NULL, set_up, test_nothing_matches, tear_down);
  g_test_add ("/ui/window/note-and-favorite", Fixture, NULL, set_up, test_note_and_favorite, tear_down);
  g_test_add ("/ui/window/note-and-favorite-without-the-server", Fixture, SERVER, set_up, test_note_and_favorite, tear_down);
  return g_test_run ();
}
