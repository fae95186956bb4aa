#include "wh-flavours.h"

#include <math.h>
#include <string.h>

#define SEPARATOR ", "

/* The next flavour of a list, without copying; FALSE at its end. */
static gboolean
next_flavour (const char **place, const char **out_begin, gsize *out_length)
{
  const char *end;

  if (!*place || !**place)
    return FALSE;
  end = strstr (*place, SEPARATOR);
  *out_begin = *place;
  *out_length = end ? (gsize) (end - *place) : strlen (*place);
  *place = end ? end + strlen (SEPARATOR) : NULL;
  return TRUE;
}

static guint
count_flavours (const char *list)
{
  const char *begin;
  gsize length;
  guint n = 0;

  while (next_flavour (&list, &begin, &length))
    n++;
  return n;
}

guint
wh_flavours_shared (const char *one, const char *other, GString *names)
{
  const char *begin, *begin_other;
  gsize length, length_other;
  guint n = 0;

  while (next_flavour (&one, &begin, &length))
    for (const char *rest = other; next_flavour (&rest, &begin_other, &length_other);)
      if (length == length_other && g_ascii_strncasecmp (begin, begin_other, length) == 0)
        {
          if (names)
            g_string_append_printf (names, "%s%.*s", n ? SEPARATOR : "", (int) length, begin);
          n++;
          break;
        }
  return n;
}

float
wh_flavours_in_common (const char *one, const char *other)
{
  guint n = count_flavours (one), n_other = count_flavours (other);

  return n && n_other ? (float) (wh_flavours_shared (one, other, NULL) / sqrt ((double) n * n_other)) : NAN;
}
