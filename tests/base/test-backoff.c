/* Pauses that grow, with jitter; one caller tries for all. */
#include "base/wh-backoff.h"
#include "base/wh-clock.h"

#define LEAST 1000
#define MOST 60000

static void
test_one_tries (void)
{
  WhBackoff backoff;
  gboolean first, second;

  wh_backoff_init (&backoff, 0, 0);
  g_assert_true (wh_backoff_enter (&backoff, &first));
  g_assert_false (first);
  wh_backoff_failed (&backoff, FALSE);
  g_assert_true (wh_backoff_enter (&backoff, &first));
  g_assert_true (first);
  g_assert_false (wh_backoff_enter (&backoff, &second));
  g_assert_false (second);
  wh_backoff_leave (&backoff, first);
  g_assert_true (wh_backoff_enter (&backoff, &first));
  wh_backoff_succeeded (&backoff);
  g_assert_true (wh_backoff_enter (&backoff, &second));
  g_assert_false (second);
}

static void
test_grows (void)
{
  WhBackoff backoff;
  gint64 whole = LEAST;

  wh_backoff_init (&backoff, LEAST, MOST);
  for (guint i = 0; i < 40; i++, whole = MIN (2 * whole, MOST))
    {
      gint64 before = wh_clock_monotonic (), after;
      wh_backoff_failed (&backoff, i > 0);
      after = wh_clock_monotonic ();
      g_assert_cmpuint (backoff.failures, ==, i + 1);
      g_assert_cmpint (backoff.resume, >=, before + whole / 2);
      g_assert_cmpint (backoff.resume, <=, after + whole);
    }
}

/* Eight that were on their way when it broke are one failure. */
static void
test_many_fail_at_once (void)
{
  WhBackoff backoff;
  gboolean trial;

  wh_backoff_init (&backoff, MOST * 1000, MOST * 1000);
  for (guint i = 0; i < 8; i++)
    wh_backoff_failed (&backoff, FALSE);
  g_assert_cmpuint (backoff.failures, ==, 1);
  g_assert_false (wh_backoff_enter (&backoff, &trial));
}

/* For who keeps count elsewhere: at least half, at most all of a pause that doubles up to the longest. */
static void
test_pauses (void)
{
  static const gint64 whole[] = { 10, 10, 20, 40, 80, 100, 100 };
  WhBackoff backoff;

  wh_backoff_init (&backoff, 10, 100);
  for (guint failures = 0; failures < G_N_ELEMENTS (whole); failures++)
    for (guint i = 0; i < 100; i++)
      {
        gint64 pause = wh_backoff_pause (&backoff, failures);
        g_assert_cmpint (pause, >=, whole[failures] / 2);
        g_assert_cmpint (pause, <=, whole[failures]);
      }
  g_assert_cmpint (wh_backoff_pause (&backoff, G_MAXUINT), <=, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/backoff/one-tries", test_one_tries);
  g_test_add_func ("/base/backoff/grows", test_grows);
  g_test_add_func ("/base/backoff/many-fail-at-once", test_many_fail_at_once);
  g_test_add_func ("/backoff/pauses", test_pauses);
  return g_test_run ();
}
