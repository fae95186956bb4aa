#include "base/wh-clock.h"

#include <stdatomic.h>
#include <string.h>
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

/* Writes `value` in `n` digits. */
static char *
put_digits (char *place, guint value, guint n)
{
  for (guint i = n; i > 0; i--, value /= 10)
    place[i - 1] = (char) ('0' + value % 10);
  return place + n;
}

/* The day in the calendar that was extended to all times, by Hinnant's counting of eras of 400 years that begin in March. */
static char *
put_date (char *place, gint64 day)
{
  gint64 shifted = day + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  guint of_era = (guint) (shifted - era * 146097), year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  guint of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100), month_from_march = (5 * of_year + 2) / 153;
  guint month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  gint64 year = era * 400 + year_of_era + (month <= 2);

  place = put_digits (place, (guint) year, 4);
  *place++ = '-';
  place = put_digits (place, month, 2);
  *place++ = '-';
  return put_digits (place, of_year - (153 * month_from_march + 2) / 5 + 1, 2);
}

/* Splits toward the past, so that moments before 1970 keep a fraction of 0..999999. */
static gint64
split (gint64 moment, gint64 by, gint64 *out_rest)
{
  gint64 whole = moment / by - (moment % by < 0);

  *out_rest = moment - whole * by;
  return whole;
}

/* Of a year that four digits say. */
static gboolean
can_be_written (gint64 moment)
{
  return moment > -62167219200 * WH_TIME_SECOND && moment < 253402300800 * WH_TIME_SECOND;
}

gboolean
wh_clock_write (gint64 moment, char out_text[WH_CLOCK_TEXT])
{
  gint64 of_day, fraction, second;
  char *place;

  if (!can_be_written (moment))
    return FALSE;
  place = put_date (out_text, split (moment, WH_TIME_DAY, &of_day));
  second = split (of_day, WH_TIME_SECOND, &fraction);
  *place++ = 'T';
  place = put_digits (place, (guint) (second / 3600), 2);
  *place++ = ':';
  place = put_digits (place, (guint) (second / 60 % 60), 2);
  *place++ = ':';
  place = put_digits (place, (guint) (second % 60), 2);
  *place++ = '.';
  place = put_digits (place, (guint) fraction, 6);
  memcpy (place, "Z", 2);
  return TRUE;
}

gboolean
wh_clock_write_date (gint64 moment, char out_text[WH_CLOCK_TEXT])
{
  gint64 rest;

  if (!can_be_written (moment))
    return FALSE;
  *put_date (out_text, split (moment, WH_TIME_DAY, &rest)) = '\0';
  return TRUE;
}

char *
wh_clock_format (gint64 moment)
{
  char text[WH_CLOCK_TEXT];

  return wh_clock_write (moment, text) ? g_strdup (text) : NULL;
}

char *
wh_clock_format_date (gint64 moment)
{
  char text[WH_CLOCK_TEXT];

  return wh_clock_write_date (moment, text) ? g_strdup (text) : NULL;
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
