/* Read-only copies: one answers when it has all that this process has seen, and then also while the primary is away. */
#include "base/wh-error.h"
#include "store/wh-test-store.h"

#define POSTGRES (1u << WH_TEST_POSTGRES)

static char *
control (const char *command)
{
  g_autofree char *line = g_strdup_printf ("%s %s", g_getenv ("WEEDHOUNDS_TEST_POSTGRES_CONTROL"), command);
  char *output = NULL;
  int status = -1;

  g_assert_true (g_spawn_command_line_sync (line, &output, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  return g_strstrip (output);
}

static void
tell (const char *command)
{
  g_free (control (command));
}

static void
open_with (WhTestStore *fixture, const char *replica)
{
  const char *const replicas[] = { "postgresql:///nowhere?host=/nowhere", replica, NULL };
  const WhStoreSettings settings = { .replicas = replicas };
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->store, wh_store_unref);
  fixture->store = wh_store_open_with (fixture->location, WH_STORE_WRITE, &settings, &error);
  g_assert_no_error (error);
}

static gboolean
count_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return (*(gint64 *) user_data = wh_reader_count (reader, WH_KIND_STRAIN, error)) >= 0;
}

static gint64
count_in_copy (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  gint64 strains = -1;

  wh_store_read_copy (fixture->store, fixture->principal, count_cb, &strains, &error);
  g_assert_no_error (error);
  return strains;
}

static void
add (WhTestStore *fixture, const char *name)
{
  g_autoptr (WhStrain) strain = wh_test_store_strain (name);

  g_assert_cmpint (wh_test_store_put (fixture, strain), ==, WH_PUT_INSERTED);
}

static char *
replica_location (WhTestStore *fixture)
{
  g_autofree char *server = control ("replica");

  return g_strdup_printf ("%s&%s", server, strstr (fixture->location, "options="));
}

/* Waits until the replica has it. */
static void
wait_for (const char *location, gint64 strains)
{
  for (guint i = 0; i < 1000; i++)
    {
      WhTestStore replica = { .database = WH_TEST_POSTGRES, .location = (char *) location };
      if (wh_test_store_look (&replica, "SELECT count(*) FROM strain") == strains)
        return;
      g_usleep (10 * 1000);
    }
  g_assert_not_reached ();
}

static void
test_replica (WhTestStore *fixture)
{
  g_autofree char *location = replica_location (fixture);
  g_autoptr (GError) error = NULL;
  gint64 strains = 0;

  open_with (fixture, location);
  add (fixture, "A");
  wait_for (location, 1);
  g_assert_cmpint (count_in_copy (fixture), ==, 1);

  /* A copy that lags is passed over: nobody misses what this process has written. */
  tell ("pause-replica");
  add (fixture, "B");
  g_assert_cmpint (count_in_copy (fixture), ==, 2);
  tell ("resume-replica");
  wait_for (location, 2);

  /* And what it has only seen, too: here another process wrote it. */
  tell ("pause-replica");
  {
    g_autoptr (WhStore) other = g_steal_pointer (&fixture->store);
    wh_test_store_reopen (fixture, WH_STORE_WRITE);
    add (fixture, "C");
    wh_store_unref (g_steal_pointer (&fixture->store));
    fixture->store = g_steal_pointer (&other);
  }
  g_assert_cmpint (count_in_copy (fixture), ==, 2);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 3);
  g_assert_cmpint (count_in_copy (fixture), ==, 3);
  tell ("resume-replica");
  wait_for (location, 3);

  /* The copy answers while the primary is away; what must be fresh fails, and says why. */
  tell ("kill");
  g_assert_cmpint (count_in_copy (fixture), ==, 3);
  g_assert_false (wh_store_read (fixture->store, fixture->principal, count_cb, &strains, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_OFFLINE);
  g_test_message ("%s", error->message);
  tell ("start");
  /* After a long absence it is looked for every other second, and nobody waits. */
  for (guint i = 0; strains != 3 && i < 100; i++, g_usleep (50 * 1000))
    wh_store_read (fixture->store, fixture->principal, count_cb, &strains, NULL);
  g_assert_cmpint (strains, ==, 3);
}

/* A replica of something else is none. */
static void
test_replica_of_another_store (WhTestStore *fixture)
{
  g_autofree char *place = wh_test_store_place (fixture);
  WhTestStore other = *fixture;

  other.location = place;
  other.store = NULL;
  wh_test_store_reopen (&other, WH_STORE_WRITE);
  add (&other, "A");
  wh_store_unref (other.store);
  open_with (fixture, place);
  g_assert_cmpint (count_in_copy (fixture), ==, 0);
}

/* What may not be written says so. */
static void
test_replica_is_not_written (WhTestStore *fixture)
{
  g_autofree char *location = replica_location (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_store_open (location, WH_STORE_WRITE, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_OFFLINE);
  g_test_message ("%s", error->message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("replica", POSTGRES, test_replica);
  wh_test_store_add ("replica-of-another-store", POSTGRES, test_replica_of_another_store);
  wh_test_store_add ("replica-is-not-written", POSTGRES, test_replica_is_not_written);
  return g_test_run ();
}
