/* When something comes again: forms, the next moment, and the days on which the clock is put forward and back. */
#include "base/wh-error.h"
#include "core/wh-job.h"
#include "core/wh-recurrence.h"

static gint64
after (const char *text, const char *moment)
{
  WhRecurrence rule;
  g_autoptr (GError) error = NULL;
  gint64 at;

  wh_recurrence_parse (text, &rule, &error);
  g_assert_no_error (error);
  g_assert_true (wh_clock_parse (moment, &at));
  return wh_recurrence_after (&rule, at);
}

static void
test_next (void)
{
  static const struct {
    const char *rule, *moment, *next;
  } cases[] = {
    { "every 15 minutes", "2026-03-01T10:00:00Z", "2026-03-01T10:15:00.000000Z" },
    { "every 15 minutes", "2026-03-01T10:14:59.999999Z", "2026-03-01T10:15:00.000000Z" },
    { "every 1 minute", "2026-03-01T10:14:30Z", "2026-03-01T10:15:00.000000Z" },
    { "every 6 hours", "2026-03-01T10:00:00Z", "2026-03-01T12:00:00.000000Z" },
    { "every 1 hour", "1969-12-31T23:30:00Z", "1970-01-01T00:00:00.000000Z" },
    /* New York: UTC-5, from March 8th 07:00 UTC on UTC-4, from November 1st 06:00 UTC on UTC-5. */
    { "daily 03:30", "2026-03-01T08:29:59Z", "2026-03-01T08:30:00.000000Z" },
    { "daily 03:30", "2026-03-01T08:30:00Z", "2026-03-02T08:30:00.000000Z" },
    { "daily 03:30", "2026-03-07T09:00:00Z", "2026-03-08T07:30:00.000000Z" },
    { "daily 03:30", "2026-10-31T09:00:00Z", "2026-11-01T08:30:00.000000Z" },
    { "weekly sun 04:00", "2026-03-01T08:00:00Z", "2026-03-01T09:00:00.000000Z" },
    { "weekly sun 04:00", "2026-03-01T09:00:00Z", "2026-03-08T08:00:00.000000Z" },
    { "weekly mon 00:00", "2026-03-01T08:00:00Z", "2026-03-02T05:00:00.000000Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *next = wh_clock_format (after (cases[i].rule, cases[i].moment));
      if (!g_str_equal (next, cases[i].next))
        g_error ("%s after %s: %s, not %s", cases[i].rule, cases[i].moment, next, cases[i].next);
    }
}

/* Whatever the moment, the next one lies ahead, and not farther than the period and an hour. */
static void
test_always_ahead (void)
{
  static const char *const rules[] = { "every 7 minutes", "every 5 hours", "daily 02:30", "daily 01:30", "weekly sun 02:30" };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    for (gint64 hour = 0; hour < 366 * 24; hour++)
      {
        WhRecurrence rule;
        gint64 at = G_GINT64_CONSTANT (1767225600) * WH_TIME_SECOND + hour * 3600 * WH_TIME_SECOND + 17, next;
        g_assert_true (wh_recurrence_parse (rules[i], &rule, NULL));
        next = wh_recurrence_after (&rule, at);
        g_assert_cmpint (next, >, at);
        g_assert_cmpint (next - at, <=, rule.period + 3600 * WH_TIME_SECOND);
      }
}

static void
test_refused (void)
{
  static const char *const wrong[] = { "", "every", "every 0 minutes", "every 15", "every 15 seconds", "every -1 hours", "every 169 hours",
                                       "daily", "daily 24:00", "daily 3:30", "daily 03:60", "daily 03.30", "weekly 03:30",
                                       "weekly so 03:30",
                                       "weekly sun 03:30 x", "hourly", "* * * * *", "every 99999999999 hours", "daily +3:30" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      WhRecurrence rule;
      if (wh_recurrence_parse (wrong[i], &rule, &error))
        g_error ("“%s” was taken", wrong[i]);
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
}

static void
test_names (void)
{
  g_assert_true (wh_job_is_name ("import.menu-2_b"));
  g_assert_false (wh_job_is_name (""));
  g_assert_false (wh_job_is_name (NULL));
  g_assert_false (wh_job_is_name ("Import"));
  g_assert_false (wh_job_is_name ("a'b"));
  g_assert_false (wh_job_is_name ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "America/New_York", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recurrence/next", test_next);
  g_test_add_func ("/recurrence/always-ahead", test_always_ahead);
  g_test_add_func ("/recurrence/refused", test_refused);
  g_test_add_func ("/recurrence/names", test_names);
  return g_test_run ();
}
