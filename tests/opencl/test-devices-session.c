/* What happens to a device in use: killed, stopped, exchanged, cancelled; the answer is always the right one. */
#include "devices-fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/wh-clock.h"
#include "wh-opencl-child.h"
#include "wh-opencl-sample.h"

#define K 5
#define N_QUERIES 4

typedef struct {
  WhEngine       *engine;
  WhOpenclSample *sample;
  WhMatrix       *matrix;
  WhNeighbour     expected[K * N_QUERIES];
  gsize           expected_counts[N_QUERIES];
  WhNeighbour     found[K * N_QUERIES];
  gsize           counts[N_QUERIES];
  const char     *path;
} Session;

static gboolean
ask (Session *session, GCancellable *cancellable)
{
  const WhQueries queries = { N_QUERIES, session->sample->values, session->sample->masks, NULL };

  return wh_engine_nearest (session->engine, session->matrix, &queries, K, session->found, session->counts, cancellable, &session->path);
}

static void
begin_with (Session *session, Fixture *fixture, double seconds_to_open)
{
  g_autoptr (WhEngine) cpu = wh_engine_new_cpu (1);
  WhRng rng;
  WhQueries queries;

  fixture_make_fast (fixture, seconds_to_open);
  wh_rng_init (&rng, 1);
  session->sample = wh_opencl_sample_new (&rng, 300, 20, WH_OPENCL_SAMPLE_GAPS);
  session->matrix = wh_opencl_sample_matrix (session->sample, WH_METRIC_HELLINGER);
  queries = (WhQueries) { N_QUERIES, session->sample->values, session->sample->masks, NULL };
  g_assert_true (wh_engine_nearest (cpu, session->matrix, &queries, K, session->expected, session->expected_counts, NULL, NULL));
  session->engine = wh_engine_new_within (fixture->cache, &test_limits);
}

static void
begin (Session *session, Fixture *fixture)
{
  begin_with (session, fixture, 0);
}

static void
end (Session *session)
{
  wh_engine_free (session->engine);
  wh_matrix_unref (session->matrix);
  wh_opencl_sample_free (session->sample);
}

static void
check_answer (const Session *session, const char *path)
{
  g_assert_true (g_str_has_prefix (session->path, path));
  for (guint i = 0; i < N_QUERIES; i++)
    {
      g_assert_cmpuint (session->counts[i], ==, session->expected_counts[i]);
      for (guint j = 0; j < session->counts[i]; j++)
        g_assert_cmpuint (session->found[i * K + j].row, ==, session->expected[i * K + j].row);
    }
}

static GPid
child_of (Session *session)
{
  WhOpenclDevices *devices = wh_engine_opencl (session->engine);
  WhOpenclProxy *proxy = wh_opencl_devices_choose (devices, WH_OPERATION_NEAREST, 1e9, NULL);

  return proxy ? wh_opencl_proxy_pid (proxy) : 0;
}

static void
test_used (Fixture *fixture, gconstpointer data)
{
  Session session;

  begin (&session, fixture);
  g_assert_true (ask (&session, NULL));
  check_answer (&session, "opencl:Fake");
  g_assert_true (ask (&session, NULL));
  check_answer (&session, "opencl:Fake");
  end (&session);
}

/* Never the group of the tests, which is what 0 would be. */
static void
strike_child (Session *session, int number)
{
  GPid child = child_of (session);

  g_assert_cmpint (child, >, 0);
  kill (child, number);
}

typedef struct {
  Session *session;
  int      signal;
  guint    after;
} Blow;

static gpointer
blow_thread (gpointer data)
{
  const Blow *blow = data;

  g_usleep (blow->after);
  strike_child (blow->session, blow->signal);
  return NULL;
}

/* Ended or stopped in the middle of a call: that call is done by the CPU, the next by a new child. */
static void
strike (Fixture *fixture, int number)
{
  Session session;
  Blow blow = { &session, number, 300000 };
  GThread *thread;

  begin (&session, fixture);
  fixture_tell ("slow");
  if (number == SIGSTOP)
    fixture_tell ("hang-call");
  thread = g_thread_new ("blow", blow_thread, &blow);
  g_assert_true (ask (&session, NULL));
  check_answer (&session, "cpu-");
  g_thread_join (thread);
  fixture_tell (NULL);
  g_assert_true (ask (&session, NULL));
  check_answer (&session, "opencl:Fake");
  end (&session);
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  strike (fixture, SIGKILL);
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  strike (fixture, SIGSTOP);
}

/* A device that takes long to start is started beside the work, and so it is after its child has died. */
static void
test_started_beside (Fixture *fixture, gconstpointer data)
{
  Session session;

  begin_with (&session, fixture, 1000);
  for (int i = 0; i < 2; i++)
    {
      gint64 deadline = wh_clock_monotonic () + 20 * WH_TIME_SECOND;
      g_assert_true (ask (&session, NULL));
      check_answer (&session, "cpu-");
      do
        {
          g_usleep (50000);
          g_assert_true (ask (&session, NULL));
          check_answer (&session, "");
        }
      while (!g_str_has_prefix (session.path, "opencl:") && wh_clock_monotonic () < deadline);
      check_answer (&session, "opencl:Fake");
      strike_child (&session, SIGKILL);
    }
  end (&session);
}

static void
test_killed_while_idle (Fixture *fixture, gconstpointer data)
{
  Session session;

  begin (&session, fixture);
  g_assert_true (ask (&session, NULL));
  strike_child (&session, SIGKILL);
  g_assert_true (ask (&session, NULL));
  check_answer (&session, "cpu-");
  g_assert_true (ask (&session, NULL));
  check_answer (&session, "opencl:Fake");
  end (&session);
}

/* Three failures are enough. */
static void
test_off (Fixture *fixture, gconstpointer data)
{
  Session session;
  g_autoptr (GPtrArray) devices = NULL;
  guint n;

  begin (&session, fixture);
  fixture_tell ("crash-call");
  for (int i = 0; i < 3; i++)
    {
      g_assert_true (ask (&session, NULL));
      check_answer (&session, "cpu-");
    }
  fixture_tell (NULL);
  n = wh_opencl_child_starts ();
  g_assert_true (ask (&session, NULL));
  check_answer (&session, "cpu-");
  g_assert_cmpuint (wh_opencl_child_starts (), ==, n);
  devices = wh_engine_devices (session.engine, FALSE);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_OFF);
  g_assert_nonnull (((WhDevice *) devices->pdata[0])->reason);
  end (&session);
}

/* Impossible numbers in the middle of a session. */
static void
test_turns_wild (Fixture *fixture, gconstpointer data)
{
  Session session;

  begin (&session, fixture);
  fixture_tell (data);
  g_assert_true (ask (&session, NULL));
  check_answer (&session, "cpu-");
  end (&session);
}

/* The driver is another one than what was tried: not used, and tried anew. */
static void
test_exchanged (Fixture *fixture, gconstpointer data)
{
  Session session;
  g_autoptr (GPtrArray) devices = NULL;

  begin (&session, fixture);
  g_setenv ("WEEDHOUNDS_FAKE_DRIVER", "2.0", TRUE);
  wh_engine_look (session.engine, FALSE);
  g_assert_true (ask (&session, NULL));
  check_answer (&session, "cpu-");
  devices = wh_engine_devices (session.engine, TRUE);
  g_assert_cmpuint (devices->len, ==, 1);
  g_assert_cmpint (((WhDevice *) devices->pdata[0])->state, ==, WH_DEVICE_USABLE);
  g_assert_cmpstr (((WhDevice *) devices->pdata[0])->driver, ==, "2.0");
  end (&session);
}

static gpointer
cancel_thread (gpointer data)
{
  g_usleep (200000);
  g_cancellable_cancel (data);
  return NULL;
}

/* A child that stops when told to is kept. */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  Session session;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread;
  GPid before;
  gint64 start;

  begin (&session, fixture);
  fixture_tell ("slow");
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  start = wh_clock_monotonic ();
  g_assert_false (ask (&session, cancellable));
  g_assert_cmpint (wh_clock_monotonic () - start, <, 1500000);
  g_thread_join (thread);
  before = child_of (&session);
  g_assert_cmpint (before, >, 0);
  g_cancellable_reset (cancellable);
  g_assert_true (ask (&session, cancellable));
  check_answer (&session, "cpu-");      /* two seconds are over its limit */
  end (&session);
}

static gpointer
ask_thread (gpointer data)
{
  Session mine = *(Session *) data;

  for (int i = 0; i < 20; i++)
    {
      g_assert_true (ask (&mine, NULL));
      check_answer (&mine, "");
    }
  return NULL;
}

/* Many at once, and more matrices than a child keeps. */
static void
test_together (Fixture *fixture, gconstpointer data)
{
  Session session, copies[8];
  GThread *threads[8];

  begin (&session, fixture);
  for (guint i = 0; i < 8; i++)
    {
      copies[i] = session;
      copies[i].matrix = i % 2 ? wh_matrix_ref (session.matrix) : wh_opencl_sample_matrix (session.sample, WH_METRIC_HELLINGER);
      threads[i] = g_thread_new ("ask", ask_thread, &copies[i]);
    }
  for (guint i = 0; i < 8; i++)
    {
      g_thread_join (threads[i]);
      wh_matrix_unref (copies[i].matrix);
    }
  end (&session);
}

#define ADD(path, data, function) g_test_add (path, Fixture, data, fixture_set_up, function, fixture_tear_down)

void
add_session_tests (void)
{
  ADD ("/devices/session/used", NULL, test_used);
  ADD ("/devices/session/killed", NULL, test_killed);
  ADD ("/devices/session/stopped", NULL, test_stopped);
  ADD ("/devices/session/started-beside", NULL, test_started_beside);
  ADD ("/devices/session/killed-while-idle", NULL, test_killed_while_idle);
  ADD ("/devices/session/off", NULL, test_off);
  ADD ("/devices/session/wild-rows", "wild-rows", test_turns_wild);
  ADD ("/devices/session/wild-counts", "wild-counts", test_turns_wild);
  ADD ("/devices/session/wild-stop", "wild-stop", test_turns_wild);
  ADD ("/devices/session/mumble", "mumble", test_turns_wild);
  ADD ("/devices/session/exchanged", NULL, test_exchanged);
  ADD ("/devices/session/cancelled", NULL, test_cancelled);
  ADD ("/devices/session/together", NULL, test_together);
}
