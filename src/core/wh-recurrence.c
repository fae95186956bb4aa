#include "wh-recurrence.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"

#define MINUTE (60 * WH_TIME_SECOND)
#define HOUR (60 * MINUTE)
#define MOST_PERIOD (7 * WH_TIME_DAY)

static const char *const weekdays[] = { NULL, "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* Two words: "15 minutes". */
static gboolean
parse_period (char **words, WhRecurrence *rule)
{
  guint64 n;
  gint64 unit;

  if (g_strv_length (words) != 2 || !g_ascii_string_to_unsigned (words[0], 10, 1, 10080, &n, NULL))
    return FALSE;
  if (g_str_equal (words[1], "minutes") || g_str_equal (words[1], "minute"))
    unit = MINUTE;
  else if (g_str_equal (words[1], "hours") || g_str_equal (words[1], "hour"))
    unit = HOUR;
  else
    return FALSE;
  rule->period = (gint64) n * unit;
  return rule->period <= MOST_PERIOD;
}

/* "03:30" */
static gboolean
parse_time (const char *text, WhRecurrence *rule)
{
  guint64 hour, minute;
  g_autofree char *hours = strlen (text) == 5 && text[2] == ':' ? g_strndup (text, 2) : NULL;

  if (!hours || !g_ascii_string_to_unsigned (hours, 10, 0, 23, &hour, NULL)
      || !g_ascii_string_to_unsigned (text + 3, 10, 0, 59, &minute, NULL))
    return FALSE;
  rule->minute = (int) (hour * 60 + minute);
  return TRUE;
}

static gboolean
parse_weekday (const char *text, WhRecurrence *rule)
{
  for (int i = 1; i < (int) G_N_ELEMENTS (weekdays); i++)
    if (g_str_equal (text, weekdays[i]))
      rule->weekday = i;
  return rule->weekday > 0;
}

static gboolean
parse_words (char **words, WhRecurrence *rule)
{
  guint n = g_strv_length (words);

  *rule = (WhRecurrence){ .minute = -1 };
  if (n == 3 && g_str_equal (words[0], "every"))
    return parse_period (words + 1, rule);
  if (n == 2 && g_str_equal (words[0], "daily"))
    {
      rule->period = WH_TIME_DAY;
      return parse_time (words[1], rule);
    }
  if (n != 3 || !g_str_equal (words[0], "weekly"))
    return FALSE;
  rule->period = 7 * WH_TIME_DAY;
  return parse_weekday (words[1], rule) && parse_time (words[2], rule);
}

gboolean
wh_recurrence_parse (const char *text, WhRecurrence *out_rule, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text ? text : "", " ", 8);

  if (parse_words (words, out_rule))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("“%s” is no time; the forms are “every 15 minutes”, “every 6 hours” (a week at most), “daily 03:30” and “weekly sun"
                 " 04:00”"),
               text ? text : "");
  return FALSE;
}

static GDateTime *
at_time_of (GDateTime *day, int minute)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  return g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day), g_date_time_get_day_of_month (day), minute / 60,
                          minute % 60, 0);
}

static gint64
after_by_calendar (const WhRecurrence *rule, gint64 moment)
{
  gint64 seconds = moment / WH_TIME_SECOND - (moment % WH_TIME_SECOND < 0);
  g_autoptr (GDateTime) start = g_date_time_new_from_unix_local (seconds);

  for (int i = 0; start && i < 9; i++)
    {
      g_autoptr (GDateTime) day = g_date_time_add_days (start, i);
      g_autoptr (GDateTime) at = rule->weekday == 0 || g_date_time_get_day_of_week (day) == rule->weekday ? at_time_of (day, rule->minute)
                                                                                                          : NULL;
      if (at && g_date_time_to_unix (at) > seconds)
        return g_date_time_to_unix (at) * WH_TIME_SECOND;
    }
  return moment + rule->period;
}

gint64
wh_recurrence_after (const WhRecurrence *rule, gint64 moment)
{
  gint64 past;

  if (rule->minute >= 0)
    return after_by_calendar (rule, moment);
  past = moment % rule->period;
  return moment - (past < 0 ? past + rule->period : past) + rule->period;
}
