#include "base/wh-clock.h"

#include <stdatomic.h>
#include <time.h>

#define FIRST_YEAR 1900
#define LAST_YEAR 2200

static _Atomic gint64 frozen = WH_TIME_UNSET;

gint64
wh_clock_now (void)
{
  gint64 moment = atomic_load (&frozen);

  return moment == WH_TIME_UNSET ? g_get_real_time () : moment;
}

void
wh_clock_freeze (gint64 moment)
{
  atomic_store (&frozen, moment);
}

gboolean
wh_clock_is_frozen (void)
{
  return atomic_load (&frozen) != WH_TIME_UNSET;
}

gint64
wh_clock_monotonic (void)
{
  return g_get_monotonic_time ();
}

/* Splits toward the past, so that moments before 1970 keep a fraction of 0..999999. */
static gboolean
split_moment (gint64 moment, struct tm *out_calendar, guint *out_microseconds)
{
  gint64 fraction = moment % WH_TIME_SECOND;
  time_t seconds = (time_t) (moment / WH_TIME_SECOND);

  if (moment == WH_TIME_UNSET)
    return FALSE;
  if (fraction < 0)
    {
      fraction += WH_TIME_SECOND;
      seconds -= 1;
    }
  *out_microseconds = (guint) fraction;
  return gmtime_r (&seconds, out_calendar) != NULL;
}

char *
wh_clock_format (gint64 moment)
{
  struct tm calendar;
  guint microseconds;

  if (!split_moment (moment, &calendar, &microseconds))
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%06uZ", calendar.tm_year + 1900, calendar.tm_mon + 1, calendar.tm_mday,
                          calendar.tm_hour, calendar.tm_min, calendar.tm_sec, microseconds);
}

char *
wh_clock_format_date (gint64 moment)
{
  struct tm calendar;
  guint microseconds;

  if (!split_moment (moment, &calendar, &microseconds))
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02d", calendar.tm_year + 1900, calendar.tm_mon + 1, calendar.tm_mday);
}

/* Reads between `least` and `most` digits and moves on; nothing is consumed on FALSE. */
static gboolean
take_digits (const char **place, guint least, guint most, guint *out_value)
{
  guint value = 0;
  guint n = 0;

  while (n < most && g_ascii_isdigit ((*place)[n]))
    value = value * 10 + (guint) g_ascii_digit_value ((*place)[n++]);
  if (n < least)
    return FALSE;
  *place += n;
  *out_value = value;
  return TRUE;
}

static gboolean
take_char (const char **place, const char *allowed)
{
  if (**place == '\0' || !strchr (allowed, **place))
    return FALSE;
  *place += 1;
  return TRUE;
}

static gboolean
take_numeric_date (const char **place, guint *year, guint *month, guint *day)
{
  const char *start = *place;

  if (take_digits (place, 4, 4, year) && take_char (place, "-") && take_digits (place, 2, 2, month) && take_char (place, "-")
      && take_digits (place, 2, 2, day))
    return TRUE;
  *place = start;
  if (take_digits (place, 1, 2, month) && take_char (place, "/") && take_digits (place, 1, 2, day) && take_char (place, "/")
      && take_digits (place, 4, 4, year))
    return TRUE;
  *place = start;
  return take_digits (place, 4, 4, year) && take_digits (place, 2, 2, month) && take_digits (place, 2, 2, day);
}

static gboolean
take_date (const char **place, gint64 *out_moment)
{
  static const guint julian_of_1970 = 719163;
  guint year, month, day;
  GDate date;

  if (!take_numeric_date (place, &year, &month, &day) || year < FIRST_YEAR || year > LAST_YEAR)
    return FALSE;
  if (!g_date_valid_dmy ((GDateDay) MIN (day, 255), month, (GDateYear) year))
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, month, (GDateYear) year);
  *out_moment = ((gint64) g_date_get_julian (&date) - julian_of_1970) * WH_TIME_DAY;
  return TRUE;
}

/* Digits after the sixth are read and dropped. */
static gboolean
take_fraction (const char **place, gint64 *moment)
{
  gint64 unit = WH_TIME_SECOND / 10;
  const char *start = *place;

  for (; g_ascii_isdigit (**place); *place += 1, unit /= 10)
    *moment += g_ascii_digit_value (**place) * unit;
  return *place > start;
}

static gboolean
take_time (const char **place, gint64 *moment)
{
  guint hour, minute, second;

  if (!take_digits (place, 2, 2, &hour) || !take_char (place, ":") || !take_digits (place, 2, 2, &minute)
      || !take_char (place, ":") || !take_digits (place, 2, 2, &second))
    return FALSE;
  if (hour > 23 || minute > 59 || second > 59)
    return FALSE;
  *moment += (hour * 3600 + minute * 60 + second) * WH_TIME_SECOND;
  return !take_char (place, ".") || take_fraction (place, moment);
}

static gboolean
take_zone (const char **place, gint64 *moment)
{
  int sign = **place == '-' ? 1 : -1;
  guint hours, minutes;

  if (**place == '\0' || take_char (place, "Zz"))
    return TRUE;
  if (!take_char (place, "+-") || !take_digits (place, 2, 2, &hours) || !take_char (place, ":")
      || !take_digits (place, 2, 2, &minutes) || hours > 23 || minutes > 59)
    return FALSE;
  *moment += sign * (gint64) (hours * 60 + minutes) * 60 * WH_TIME_SECOND;
  return TRUE;
}

gboolean
wh_clock_parse (const char *text, gint64 *out_moment)
{
  const char *place = text;
  gint64 moment;

  if (!text || !take_date (&place, &moment))
    return FALSE;
  if (take_char (&place, "Tt ") && !(take_time (&place, &moment) && take_zone (&place, &moment)))
    return FALSE;
  if (*place != '\0')
    return FALSE;
  *out_moment = moment;
  return TRUE;
}
