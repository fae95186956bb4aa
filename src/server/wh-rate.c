#include "wh-rate.h"

#include <string.h>

/* Digits without a sign, up to `end`. */
static gboolean
take_number (const char **place, const char *end, guint least, guint most, guint *out_number)
{
  const char *stop = strstr (*place, end);
  g_autofree char *digits = stop ? g_strndup (*place, (gsize) (stop - *place)) : NULL;
  guint64 number;

  if (!digits || !g_ascii_isdigit (*digits) || !g_ascii_string_to_unsigned (digits, 10, least, most, &number, NULL))
    return FALSE;
  *out_number = (guint) number;
  *place = stop + strlen (end);
  return TRUE;
}

gboolean
wh_rate_parse (const char *text, WhRate *out_rate)
{
  const char *place = text;
  guint64 seconds;

  *out_rate = (WhRate){ 0 };
  if (strcmp (text, "off") == 0)
    return TRUE;
  if (!take_number (&place, "/", 0, WH_RATE_MOST, &out_rate->signed_in)
      || !take_number (&place, " per ", 0, WH_RATE_MOST, &out_rate->anonymous) || !g_ascii_isdigit (*place)
      || !g_ascii_string_to_unsigned (place, 10, 1, WH_RATE_MOST_SECONDS, &seconds, NULL))
    return FALSE;
  out_rate->seconds = (guint) seconds;
  return TRUE;
}
