#include "base/wh-text.h"

#include <math.h>
#include <string.h>

/* Compatibility decomposition splits letters from their accents; case folding unites what differs in case only. */
static char *
decompose (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
  g_autofree char *apart = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (apart, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
}

static gboolean
is_ascii (const char *text)
{
  for (; *text; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;
  return TRUE;
}

/* What reduce () makes of such a text: there is nothing to take apart. */
static char *
reduce_ascii (const char *text, char separator, const char *dropped)
{
  char *out = g_malloc (strlen (text) + 1), *end = out;
  gboolean gap = FALSE;

  for (; *text; text++)
    if (g_ascii_isalnum (*text))
      {
        if (gap && end > out)
          *end++ = separator;
        *end++ = g_ascii_tolower (*text);
        gap = FALSE;
      }
    else if (!strchr (dropped, *text))
      gap = TRUE;
  *end = '\0';
  return out;
}

/* Letters and digits stay, accents and the `dropped` characters go, every other run becomes one separator. */
static char *
reduce (const char *text, char separator, const char *dropped)
{
  g_autofree char *apart = NULL;
  GString *out;
  gboolean gap = FALSE;

  if (!text || is_ascii (text))
    return reduce_ascii (text ? text : "", separator, dropped);
  apart = decompose (text);
  out = g_string_sized_new (strlen (apart) + 1);
  for (const char *place = apart; *place; place = g_utf8_next_char (place))
    {
      gunichar c = g_utf8_get_char (place);

      if (g_unichar_isalnum (c))
        {
          if (gap && out->len > 0)
            g_string_append_c (out, separator);
          /* Case folding swaps the two cases of Cherokee; this makes one of them. */
          g_string_append_unichar (out, g_unichar_tolower (c));
          gap = FALSE;
        }
      else if (!g_unichar_ismark (c) && !(c < 128 && strchr (dropped, (int) c)))
        gap = TRUE;
    }
  return g_string_free (out, FALSE);
}

char *
wh_text_fold (const char *text)
{
  return reduce (text, ' ', "");
}

char *
wh_text_slug (const char *text)
{
  return reduce (text, '-', "#()[]{}");
}

/* Tabs and line ends part words, so they become spaces; other controls vanish. */
static char *
without_controls (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 1);

  for (const char *place = text; *place; place = g_utf8_next_char (place))
    {
      gunichar c = g_utf8_get_char (place);

      if (!g_unichar_iscntrl (c))
        g_string_append_unichar (out, c);
      else if (g_unichar_isspace (c))
        g_string_append_c (out, ' ');
    }
  return g_string_free (out, FALSE);
}

char *
wh_text_clean (const char *text, gsize max_bytes)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
  g_autofree char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  char *clean = g_strstrip (without_controls (composed));

  if (strlen (clean) > max_bytes)
    {
      char *cut = clean + max_bytes;

      while (cut > clean && (*cut & 0xc0) == 0x80)
        cut--;
      *cut = '\0';
      g_strchomp (clean);
    }
  return clean;
}

/* Room for texts that fit the stack: names do, and a search compares thousands of them. */
#define SHORT_TEXT 64

typedef struct {
  const gunichar *a, *b;
  guint n_a, n_b;
} Pair;

/* What both begin and end with costs nothing. */
static void
strip_common (Pair *pair)
{
  while (pair->n_a > 0 && pair->n_b > 0 && pair->a[0] == pair->b[0])
    pair->a++, pair->b++, pair->n_a--, pair->n_b--;
  while (pair->n_a > 0 && pair->n_b > 0 && pair->a[pair->n_a - 1] == pair->b[pair->n_b - 1])
    pair->n_a--, pair->n_b--;
}

static gboolean
is_swap (const Pair *pair, guint i, guint j)
{
  return i > 1 && j > 1 && pair->a[i - 1] == pair->b[j - 2] && pair->a[i - 2] == pair->b[j - 1];
}

/* Fills row i between columns first and last from the two rows above it; returns the smallest value. */
static guint
fill_row (const Pair *pair, guint i, guint first, guint last, guint *row, const guint *above, const guint *above_that)
{
  guint smallest = row[first - 1];

  for (guint j = first; j <= last; j++)
    {
      guint best = above[j - 1] + (pair->a[i - 1] != pair->b[j - 1]);

      best = MIN (best, MIN (above[j], row[j - 1]) + 1);
      if (is_swap (pair, i, j))
        best = MIN (best, above_that[j - 2] + 1);
      row[j] = best;
      smallest = MIN (smallest, best);
    }
  return smallest;
}

/* Only the diagonal band of width 2 max + 1 can hold a distance <= max. `rows` holds three rows of n_b + 2. */
static guint
banded_distance (const Pair *pair, guint max, guint *rows)
{
  guint stride = pair->n_b + 2;
  guint *row = rows, *above = rows + stride, *above_that = rows + 2 * stride;

  for (guint j = 0; j <= pair->n_b; j++)
    above[j] = j;
  for (guint i = 1; i <= pair->n_a; i++)
    {
      guint first = i > max ? i - max : 1;
      guint last = MIN (pair->n_b, i + max);
      guint *oldest = above_that;

      /* Outside the band everything is too far. */
      row[first - 1] = first == 1 ? i : max + 1;
      if (fill_row (pair, i, first, last, row, above, above_that) > max)
        return max + 1;
      row[last + 1] = max + 1;
      above_that = above;
      above = row;
      row = oldest;
    }
  return MIN (above[pair->n_b], max + 1);
}

static guint
decode (const char *text, gunichar *out_characters)
{
  guint n = 0;

  for (; *text; text = g_utf8_next_char (text))
    out_characters[n++] = (guchar) *text < 0x80 ? (gunichar) *text : g_utf8_get_char (text);
  return n;
}

static guint
distance_within (const char *a, const char *b, guint max, gunichar *characters, gsize n_bytes_a, guint *rows)
{
  Pair pair = { characters, characters + n_bytes_a, 0, 0 };

  pair.n_a = decode (a, characters);
  pair.n_b = decode (b, characters + n_bytes_a);
  strip_common (&pair);
  if (MAX (pair.n_a, pair.n_b) - MIN (pair.n_a, pair.n_b) > max)
    return max + 1;
  /* An endless cut-off would make the band's arithmetic overflow. */
  return banded_distance (&pair, MIN (max, MAX (pair.n_a, pair.n_b)), rows);
}

guint
wh_text_edit_distance (const char *a, const char *b, guint max)
{
  gsize n_a = strlen (a), n_b = strlen (b);

  if (n_a <= SHORT_TEXT && n_b <= SHORT_TEXT)
    {
      gunichar characters[2 * SHORT_TEXT];
      guint rows[3 * (SHORT_TEXT + 2)];

      return distance_within (a, b, max, characters, n_a, rows);
    }
  g_autofree gunichar *characters = g_new (gunichar, n_a + n_b);
  g_autofree guint *rows = g_new (guint, 3 * (n_b + 2));

  return distance_within (a, b, max, characters, n_a, rows);
}

static const char *
skip_digits (const char *place)
{
  while (g_ascii_isdigit (*place))
    place++;
  return place;
}

/* The end of a decimal number at `place`, or NULL: [+-] digits [. digits] [e [+-] digits]. */
static const char *
number_end (const char *place)
{
  const char *whole = place + (*place == '+' || *place == '-');
  const char *end = skip_digits (whole);
  gboolean has_digits = end > whole;

  if (*end == '.')
    {
      const char *decimals = end + 1;

      end = skip_digits (decimals);
      has_digits = has_digits || end > decimals;
    }
  if (!has_digits)
    return NULL;
  if (*end == 'e' || *end == 'E')
    {
      const char *exponent = end + 1 + (end[1] == '+' || end[1] == '-');

      end = skip_digits (exponent);
      if (end == exponent)
        return NULL;
    }
  return end;
}

gboolean
wh_text_to_number (const char *text, double *out_value)
{
  const char *end;
  double value;

  if (!text)
    return FALSE;
  while (g_ascii_isspace (*text))
    text++;
  end = number_end (text);
  if (!end)
    return FALSE;
  while (g_ascii_isspace (*end))
    end++;
  value = g_ascii_strtod (text, NULL);
  if (*end != '\0' || !isfinite (value))
    return FALSE;
  *out_value = value;
  return TRUE;
}
