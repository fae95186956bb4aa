/* What only a server can do to a store: take a transaction back, hang up, die, come back, lag behind, refuse. */
#include <string.h>

#include "base/wh-error.h"
#include "core/wh-listing.h"
#include "store/wh-store-private.h"
#include "store/wh-test-proxy.h"
#include "store/wh-test-store.h"

#define POSTGRES (1u << WH_TEST_POSTGRES)

typedef struct {
  const char *name;
  guint       n_runs;
} Add;

static gboolean
add_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Add *add = user_data;
  g_autoptr (WhStrain) strain = wh_test_store_strain (add->name);

  add->n_runs++;
  return wh_writer_put (writer, strain, NULL, error);
}

static gboolean
add (WhTestStore *fixture, Add *what, GError **error)
{
  return wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", add_cb, what, NULL, error);
}

static gboolean
count_cb (WhReader *reader, gpointer user_data, GError **error)
{
  gint64 *count = user_data;

  *count = wh_reader_count (reader, WH_KIND_STRAIN, error);
  return *count >= 0;
}

static gint64
count (WhTestStore *fixture)
{
  gint64 strains = -1;

  wh_store_read (fixture->store, fixture->principal, count_cb, &strains, NULL);
  return strains;
}

static void
control (const char *command)
{
  g_autofree char *line = g_strdup_printf ("%s %s", g_getenv ("WEEDHOUNDS_TEST_POSTGRES_CONTROL"), command);
  int status = -1;

  g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* -- transactions that the server takes back ------------------------------------------------------------------- */

#define FAIL_TIMES(state, n)                                                                                                      \
  "CREATE SEQUENCE tries; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('tries') <= " n           \
  " THEN RAISE EXCEPTION 'on purpose' USING ERRCODE = '" state "'; END IF; RETURN NEW; END $$;"                                    \
  " CREATE TRIGGER fail BEFORE INSERT ON strain FOR EACH ROW EXECUTE FUNCTION fail()"

static void
test_serialization_failure_is_run_again (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  Add what = { "A", 0 };

  wh_test_store_meddle (fixture, FAIL_TIMES ("40001", "3"));
  add (fixture, &what, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (what.n_runs, ==, 4);
  g_assert_cmpint (count (fixture), ==, 1);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 1);
}

static void
test_deadlock_is_run_again (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  Add what = { "A", 0 };

  wh_test_store_meddle (fixture, FAIL_TIMES ("40P01", "1"));
  add (fixture, &what, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (what.n_runs, ==, 2);
}

static void
test_tries_have_an_end (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  Add what = { "A", 0 };

  wh_test_store_meddle (fixture, FAIL_TIMES ("40001", "1000"));
  g_assert_false (add (fixture, &what, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_BUSY);
  g_assert_cmpuint (what.n_runs, ==, 8);
  g_assert_cmpint (count (fixture), ==, 0);
}

/* The write is on its way when wh_writer_put returns; the server's no must still fail the transaction, and only this one. */
static void
test_late_error_fails_the_write (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  Add bad = { "Bad", 0 }, good = { "Good", 0 };

  wh_test_store_meddle (fixture, "ALTER TABLE strain ADD CHECK (name <> 'Bad')");
  g_assert_false (add (fixture, &bad, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 0);
  add (fixture, &good, &error);
  g_assert_no_error (error);
  g_assert_true (wh_store_check (fixture->store, NULL));
}

/* -- lost connections ------------------------------------------------------------------------------------------ */

#define HANG_UP "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'weedhounds'"

static void
test_idle_connections_may_end (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  Add first = { "A", 0 }, second = { "B", 0 };

  add (fixture, &first, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count (fixture), ==, 1);
  wh_test_store_meddle (fixture, HANG_UP);
  g_assert_cmpint (count (fixture), ==, 1);
  wh_test_store_meddle (fixture, HANG_UP);
  add (fixture, &second, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count (fixture), ==, 2);
}

/* The transaction died when it was about to commit: nothing landed, so it is run again. */
static void
test_commit_that_did_not_land (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  Add what = { "A", 0 };

  wh_test_store_meddle (fixture, "CREATE SEQUENCE tries; CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                                 " IF nextval('tries') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5);"
                                 " END IF; RETURN NULL; END $$;"
                                 " CREATE CONSTRAINT TRIGGER die AFTER INSERT ON strain DEFERRABLE INITIALLY DEFERRED"
                                 " FOR EACH ROW EXECUTE FUNCTION die()");
  add (fixture, &what, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (what.n_runs, ==, 2);
  g_assert_cmpint (count (fixture), ==, 1);
  g_assert_true (wh_store_check (fixture->store, NULL));
}

/* It landed, and only the answer was lost: it is found, and not done twice. */
static void
test_commit_without_an_answer (WhTestStore *fixture)
{
  WhTestProxy *proxy = wh_test_proxy_new (fixture->dir);
  const char *options = strstr (fixture->location, "options=");
  g_autofree char *location = g_strdup_printf ("postgresql://weedhounds@/weedhounds?host=%s&port=5432&%s", fixture->dir, options);
  g_autoptr (GError) error = NULL;
  Add first = { "A", 0 }, second = { "B", 0 };

  g_clear_pointer (&fixture->store, wh_store_unref);
  fixture->store = wh_store_open (location, WH_STORE_WRITE, &error);
  g_assert_no_error (error);
  wh_test_proxy_swallow_commit (proxy);
  add (fixture, &first, &error);
  g_assert_no_error (error);
  g_assert_cmpint (wh_test_proxy_swallowed (proxy), ==, 1);
  g_assert_cmpuint (first.n_runs, ==, 1);
  add (fixture, &second, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count (fixture), ==, 2);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 2);
  g_assert_true (wh_store_check (fixture->store, NULL));
  g_clear_pointer (&fixture->store, wh_store_unref);
  wh_test_proxy_free (proxy);
}

/* -- a server that is killed under load ------------------------------------------------------------------------ */

#define N_WRITERS 3
#define ROWS_A_WRITE 7
#define N_KILLS 3

typedef struct {
  WhTestStore *fixture;
  gint         stop, n_acknowledged, n_failed;   /* atomic */
  GMutex       lock;
  GArray      *acknowledged;                     /* of WhId: first row of each write that was said to be done */
} Load;

static gboolean
add_several_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  WhId *ids = user_data;

  for (guint i = 0; i < ROWS_A_WRITE; i++)
    {
      g_autoptr (WhStrain) strain = wh_strain_new (ids[i]);
      strain->name = g_strdup ("Strain");
      if (!wh_writer_put (writer, strain, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gpointer
load_thread (gpointer data)
{
  Load *load = data;

  while (!g_atomic_int_get (&load->stop))
    {
      WhId ids[ROWS_A_WRITE];
      g_autoptr (GError) error = NULL;
      for (guint i = 0; i < ROWS_A_WRITE; i++)
        ids[i] = wh_id_new ();
      if (wh_store_write (load->fixture->store, load->fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "load", add_several_cb, ids,
                          NULL, &error))
        {
          g_mutex_lock (&load->lock);
          g_array_append_vals (load->acknowledged, ids, ROWS_A_WRITE);
          g_mutex_unlock (&load->lock);
        }
      else
        {
          g_assert_error (error, WH_ERROR, WH_ERROR_OFFLINE);
          g_atomic_int_inc (&load->n_failed);
        }
    }
  return NULL;
}

static gboolean
find_all_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Load *load = user_data;
  gint64 strains = wh_reader_count (reader, WH_KIND_STRAIN, error);

  for (guint i = 0; i < load->acknowledged->len; i++)
    {
      g_autoptr (WhEntity) found = wh_reader_get (reader, WH_KIND_STRAIN, &g_array_index (load->acknowledged, WhId, i), error);
      g_assert_nonnull (found);
    }
  g_assert_cmpint (strains % ROWS_A_WRITE, ==, 0);
  g_assert_cmpint (strains, ==, wh_reader_revision (reader));
  g_assert_cmpint (strains, >=, load->acknowledged->len);
  /* A write that failed may have landed, but no more than those. */
  g_assert_cmpint (strains, <=, load->acknowledged->len + ROWS_A_WRITE * (guint) g_atomic_int_get (&load->n_failed));
  return TRUE;
}

static void
test_server_is_killed_under_load (WhTestStore *fixture)
{
  Load load = { .fixture = fixture, .acknowledged = g_array_new (FALSE, FALSE, sizeof (WhId)) };
  GThread *threads[N_WRITERS];
  g_autoptr (GError) error = NULL;

  g_mutex_init (&load.lock);
  for (guint i = 0; i < N_WRITERS; i++)
    threads[i] = g_thread_new ("load", load_thread, &load);
  for (guint i = 0; i < N_KILLS; i++)
    {
      g_usleep (300 * 1000);
      control ("kill");
      g_usleep (200 * 1000);
      control ("start");
    }
  g_usleep (300 * 1000);
  g_atomic_int_set (&load.stop, 1);
  for (guint i = 0; i < N_WRITERS; i++)
    g_thread_join (threads[i]);
  g_test_message ("%u writes acknowledged, %d failed", load.acknowledged->len / ROWS_A_WRITE, load.n_failed);
  g_assert_cmpuint (load.acknowledged->len, >, 0);
  wh_store_read (fixture->store, fixture->principal, find_all_cb, &load, &error);
  g_assert_no_error (error);
  wh_store_check (fixture->store, &error);
  g_assert_no_error (error);
  g_array_unref (load.acknowledged);
  g_mutex_clear (&load.lock);
}

/* -- a pool that is exhausted ---------------------------------------------------------------------------------- */

typedef struct {
  WhTestStore *fixture;
  gint         reading, go_on;   /* atomic */
} Holder;

static gboolean
hold_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Holder *holder = user_data;

  g_atomic_int_set (&holder->reading, 1);
  while (!g_atomic_int_get (&holder->go_on))
    g_usleep (1000);
  return TRUE;
}

static gpointer
hold_thread (gpointer data)
{
  Holder *holder = data;

  g_assert_true (wh_store_read (holder->fixture->store, holder->fixture->principal, hold_cb, holder, NULL));
  return NULL;
}

static void
test_exhausted_pool_says_so (WhTestStore *fixture)
{
  const WhStoreSettings settings = { .connections = 1, .patience_ms = 100 };
  Holder holder = { fixture, 0, 0 };
  g_autoptr (GError) error = NULL;
  gint64 strains;
  GThread *thread;

  g_clear_pointer (&fixture->store, wh_store_unref);
  fixture->store = wh_store_open_with (fixture->location, WH_STORE_WRITE, &settings, &error);
  g_assert_no_error (error);
  thread = g_thread_new ("hold", hold_thread, &holder);
  while (!g_atomic_int_get (&holder.reading))
    g_usleep (1000);
  g_assert_false (wh_store_read (fixture->store, fixture->principal, count_cb, &strains, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_BUSY);
  g_test_message ("%s", error->message);
  g_atomic_int_set (&holder.go_on, 1);
  g_thread_join (thread);
  g_assert_cmpint (count (fixture), ==, 0);
}

/* -- processes beside one another ------------------------------------------------------------------------------ */

typedef struct {
  WhTestStore *fixture;
  WhStore     *store;
} Rival;

static gpointer
rival_thread (gpointer data)
{
  Rival *rival = data;
  gint64 last = 0;

  for (guint i = 0; i < 30; i++)
    {
      WhId ids[ROWS_A_WRITE];
      g_autoptr (GError) error = NULL;
      gint64 seq = 0;
      for (guint n = 0; n < ROWS_A_WRITE; n++)
        ids[n] = wh_id_new ();
      wh_store_write (rival->store, rival->fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "rival", add_several_cb, ids, &seq, &error);
      g_assert_no_error (error);
      g_assert_cmpint (seq % ROWS_A_WRITE, ==, 0);
      g_assert_cmpint (seq, >, last);
      last = seq;
    }
  return NULL;
}

/* Each store has connections of its own, as another process would; they are opened at once on a place that is still empty. */
static gpointer
open_thread (gpointer data)
{
  g_autoptr (GError) error = NULL;
  WhStore *store = wh_store_open (data, WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  return store;
}

static void
test_writers_of_several_processes_take_turns (WhTestStore *fixture)
{
  g_autofree char *place = wh_test_store_place (fixture);
  Rival rivals[4];
  GThread *threads[G_N_ELEMENTS (rivals)];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rivals); i++)
    threads[i] = g_thread_new ("open", open_thread, place);
  for (guint i = 0; i < G_N_ELEMENTS (rivals); i++)
    rivals[i] = (Rival) { fixture, g_thread_join (threads[i]) };
  for (guint i = 0; i < G_N_ELEMENTS (rivals); i++)
    threads[i] = g_thread_new ("rival", rival_thread, &rivals[i]);
  for (guint i = 0; i < G_N_ELEMENTS (rivals); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (wh_store_revision (rivals[0].store), ==, G_N_ELEMENTS (rivals) * 30 * ROWS_A_WRITE);
  wh_store_check (rivals[0].store, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (rivals); i++)
    wh_store_unref (rivals[i].store);
}

/* -- large reads ----------------------------------------------------------------------------------------------- */

#define N_MANY 3000

static gboolean
add_many_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  for (guint i = 0; i < N_MANY; i++)
    {
      g_autoptr (WhStrain) strain = wh_strain_new (wh_id_new ());
      strain->name = g_strdup_printf ("%u", i);
      if (!wh_writer_put (writer, strain, NULL, error))
        return FALSE;
    }
  return TRUE;
}

typedef struct {
  WhTestStore *fixture;
  gint64       n_rows, n_fetching;
} Walk;

static gboolean
walk_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, ((Walk *) user_data)->n_rows);
  Walk *walk = user_data;

  g_assert_cmpstr (((const WhStrain *) entity)->name, ==, expected);
  if (walk->n_rows++ == N_MANY / 2)
    walk->n_fetching = wh_test_store_look (walk->fixture, "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                                                          " AND query LIKE 'FETCH FORWARD%'");
  return TRUE;
}

static gboolean
walk_all_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_STRAIN, walk_cb, user_data, error);
}

/* In the middle of the walk the rest is still on the server, behind a cursor. */
static void
test_walk_leaves_rows_on_the_server (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  Walk walk = { fixture, 0, 0 };

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", add_many_cb, NULL, NULL, &error);
  g_assert_no_error (error);
  wh_store_read (fixture->store, fixture->principal, walk_all_cb, &walk, &error);
  g_assert_no_error (error);
  g_assert_cmpint (walk.n_rows, ==, N_MANY);
  g_assert_cmpint (walk.n_fetching, ==, 1);
}

static gboolean
list_cb (WhReader *reader, gpointer user_data, GError **error)
{
  gint64 *prepared = user_data;
  g_autoptr (WhListing) listing = wh_listing_new (WH_KIND_STRAIN);
  g_autoptr (GPtrArray) rows = wh_reader_list (reader, listing, NULL, error);

  return rows && wh_connection_integer (reader->connection, "SELECT count(*) FROM pg_prepared_statements", 0, prepared, error);
}

/* There are as many lists as people think of filters, and a connection lives long. */
static void
test_lists_leave_nothing_on_the_server (WhTestStore *fixture)
{
  const WhStoreSettings settings = { .connections = 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = wh_store_open_with (fixture->location, WH_STORE_READ, &settings, &error);
  gint64 first = 0, last = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < 20; i++)
    {
      wh_store_read (store, fixture->principal, list_cb, i ? &last : &first, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (first, ==, last);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("serialization-failure-is-run-again", POSTGRES, test_serialization_failure_is_run_again);
  wh_test_store_add ("deadlock-is-run-again", POSTGRES, test_deadlock_is_run_again);
  wh_test_store_add ("tries-have-an-end", POSTGRES, test_tries_have_an_end);
  wh_test_store_add ("late-error-fails-the-write", POSTGRES, test_late_error_fails_the_write);
  wh_test_store_add ("idle-connections-may-end", POSTGRES, test_idle_connections_may_end);
  wh_test_store_add ("commit-that-did-not-land", POSTGRES, test_commit_that_did_not_land);
  wh_test_store_add ("commit-without-an-answer", POSTGRES, test_commit_without_an_answer);
  wh_test_store_add ("exhausted-pool-says-so", POSTGRES, test_exhausted_pool_says_so);
  wh_test_store_add ("writers-of-several-processes-take-turns", POSTGRES, test_writers_of_several_processes_take_turns);
  wh_test_store_add ("walk-leaves-rows-on-the-server", POSTGRES, test_walk_leaves_rows_on_the_server);
  wh_test_store_add ("lists-leave-nothing-on-the-server", POSTGRES, test_lists_leave_nothing_on_the_server);
  wh_test_store_add ("server-is-killed-under-load", POSTGRES, test_server_is_killed_under_load);
  return g_test_run ();
}
