/* The documented ages, and what is stale. */
#include "core/wh-freshness.h"
#include "support/wh-test.h"

#define HOUR (3600 * WH_TIME_SECOND)

static void
test_limits (void)
{
  g_assert_cmpint (wh_freshness_limit (WH_FACT_MENU), ==, 2 * HOUR);
  g_assert_cmpint (wh_freshness_limit (WH_FACT_PRICE), ==, HOUR);
  g_assert_cmpint (wh_freshness_limit (WH_FACT_STOCK), ==, HOUR);
  g_assert_cmpint (wh_freshness_limit (WH_FACT_DISPENSARY), ==, 30 * 24 * HOUR);
  g_assert_cmpint (wh_freshness_limit (WH_FACT_STRAIN), ==, 7 * 24 * HOUR);
  g_assert_cmpint (wh_freshness_limit (WH_FACT_REVIEW), ==, 7 * 24 * HOUR);
  g_assert_cmpint (wh_freshness_limit (WH_FACT_LAB_RESULT), ==, 365 * 24 * HOUR);
  g_assert_cmpint (wh_freshness_limit (WH_FACT_TERPENES), ==, 365 * 24 * HOUR);
  g_assert_cmpint (wh_freshness_limit (WH_FACT_RULE), ==, 365 * 24 * HOUR);
}

static void
test_stale (void)
{
  const gint64 now = 1000 * HOUR;

  g_assert_false (wh_freshness_is_stale (WH_FACT_PRICE, now, now));
  g_assert_false (wh_freshness_is_stale (WH_FACT_PRICE, now - HOUR, now));
  g_assert_true (wh_freshness_is_stale (WH_FACT_PRICE, now - HOUR - 1, now));
  g_assert_false (wh_freshness_is_stale (WH_FACT_MENU, now - HOUR - 1, now));
  g_assert_true (wh_freshness_is_stale (WH_FACT_LAB_RESULT, WH_TIME_UNSET, now));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/freshness/limits", test_limits);
  g_test_add_func ("/freshness/stale", test_stale);
  return g_test_run ();
}
