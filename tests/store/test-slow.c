/* Who watches slow statements is told of them in either database, and never of a value. */
#include <string.h>

#include "store/wh-driver.h"
#include "wh-test-store.h"

static guint told;

static void
slow_cb (const char *sql, gint64 microseconds)
{
  g_assert_null (strstr (sql, "Unmentionable"));
  g_assert_cmpint (microseconds, >=, 0);
  told += *sql != '\0';
}

static void
test_told (WhTestStore *fixture)
{
  g_autoptr (WhStrain) first = wh_test_store_strain ("Unmentionable");
  g_autoptr (WhStrain) second = wh_test_store_strain ("Unmentionable too");

  told = 0;
  wh_store_watch_slow (1, slow_cb);
  wh_store_slow_us = 1;   /* now everything is */
  wh_test_store_put (fixture, first);
  wh_store_watch_slow (0, slow_cb);
  g_assert_cmpuint (told, >, 0);
  told = 0;
  wh_test_store_put (fixture, second);
  g_assert_cmpuint (told, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("slow/told", WH_TEST_EVERYWHERE, test_told);
  return g_test_run ();
}
