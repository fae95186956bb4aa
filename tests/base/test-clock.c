#include "base/wh-clock.h"
#include "base/wh-random.h"
#include "support/wh-test.h"

static void
test_freeze (void)
{
  gint64 start = wh_clock_monotonic ();

  wh_clock_freeze (42);
  g_assert_cmpint (wh_clock_now (), ==, 42);
  g_assert_cmpint (wh_clock_now (), ==, 42);
  wh_clock_freeze (WH_TIME_UNSET);
  g_assert_cmpint (wh_clock_now (), >, G_GINT64_CONSTANT (1600000000) * WH_TIME_SECOND);
  g_assert_cmpint (wh_clock_monotonic (), >=, start);
}

static void
test_format (void)
{
  static const struct { gint64 moment; const char *text, *date; } cases[] = {
    { 0, "1970-01-01T00:00:00.000000Z", "1970-01-01" },
    { -1, "1969-12-31T23:59:59.999999Z", "1969-12-31" },
    { -WH_TIME_SECOND, "1969-12-31T23:59:59.000000Z", "1969-12-31" },
    { G_GINT64_CONSTANT (1795510418) * WH_TIME_SECOND, "2026-11-24T08:53:38.000000Z", "2026-11-24" },
    { G_GINT64_CONSTANT (951782400) * WH_TIME_SECOND + 7, "2000-02-29T00:00:00.000007Z", "2000-02-29" },
    { WH_TIME_UNSET, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = wh_clock_format (cases[i].moment);
      g_autofree char *date = wh_clock_format_date (cases[i].moment);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpstr (date, ==, cases[i].date);
    }
}

static void
test_parse (void)
{
  static const struct { const char *text, *utc; } cases[] = {
    { "2023-09-06", "2023-09-06T00:00:00.000000Z" },
    { "9/6/2023", "2023-09-06T00:00:00.000000Z" },
    { "09/06/2023", "2023-09-06T00:00:00.000000Z" },
    { "20230906", "2023-09-06T00:00:00.000000Z" },
    { "2023-09-06T12:30:01", "2023-09-06T12:30:01.000000Z" },
    { "2023-09-06 12:30:01Z", "2023-09-06T12:30:01.000000Z" },
    { "2023-09-06t12:30:01.5z", "2023-09-06T12:30:01.500000Z" },
    { "2023-09-06T12:30:01.1234567899Z", "2023-09-06T12:30:01.123456Z" },
    { "2023-09-06T01:00:00+02:00", "2023-09-05T23:00:00.000000Z" },
    { "2023-12-31T23:30:00-05:30", "2024-01-01T05:00:00.000000Z" },
    { "2024-02-29", "2024-02-29T00:00:00.000000Z" },
    { "1900-01-01", "1900-01-01T00:00:00.000000Z" },
    { "2200-12-31", "2200-12-31T00:00:00.000000Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 moment = 0;
      g_autofree char *utc = NULL;

      g_assert_true (wh_clock_parse (cases[i].text, &moment));
      utc = wh_clock_format (moment);
      g_assert_cmpstr (utc, ==, cases[i].utc);
    }
}

static void
test_refuse (void)
{
  static const char *const wrong[] = {
    "", " ", "2023", "2023-02-29", "2023-13-01", "2023-00-10", "2023-01-00", "2023-04-31", "1899-12-31", "2201-01-01", "2/30/2023",
    "13/1/2023", "9/6/23", "2023-9-6", "2023/09/06", "20230931", "2023090", "202309061", "2023-09-06T", "2023-09-06T24:00:00",
    "2023-09-06T12:60:00", "2023-09-06T12:00:60", "2023-09-06T12:00", "2023-09-06T12:00:00.", "2023-09-06T12:00:00.Z",
    "2023-09-06T12:00:00+2", "2023-09-06T12:00:00+0200", "2023-09-06T12:00:00+24:00", "2023-09-06Z", "2023-09-06x",
    "2023-09-06T12:00:00Zx", " 2023-09-06", "2023-09-06 ", "-2023-09-06", "+2023-09-06", "1693958400",
  };
  gint64 moment = 5;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (wh_clock_parse (wrong[i], &moment))
      g_error ("'%s' was taken", wrong[i]);
  g_assert_false (wh_clock_parse (NULL, &moment));
  g_assert_cmpint (moment, ==, 5);
}

static void
test_round_trip (void)
{
  WhRng rng;

  wh_rng_init (&rng, 1);
  for (guint i = 0; i < 20000; i++)
    {
      /* 1900 to 2200 */
      gint64 moment = G_GINT64_CONSTANT (-2208988800) * WH_TIME_SECOND
                      + (gint64) (wh_rng_uniform (&rng) * 300 * 365.0 * (double) WH_TIME_DAY);
      g_autofree char *text = wh_clock_format (moment);
      gint64 back = 0;

      g_assert_true (wh_clock_parse (text, &back));
      g_assert_cmpint (back, ==, moment);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/clock/freeze", test_freeze);
  g_test_add_func ("/base/clock/format", test_format);
  g_test_add_func ("/base/clock/parse", test_parse);
  g_test_add_func ("/base/clock/refuse", test_refuse);
  g_test_add_func ("/base/clock/round-trip", test_round_trip);
  return g_test_run ();
}
