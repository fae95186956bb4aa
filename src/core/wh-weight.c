#include "wh-weight.h"

#include <math.h>
#include <string.h>

#define GRAMS_PER_OUNCE 28.0   /* the trade's: an eighth is 3.5 g */
#define GRAMS_PER_POUND (16 * GRAMS_PER_OUNCE)
#define HEAVIEST 1000.0        /* grams */
#define MOST_PIECES 100.0
#define LEAST_PIECE 0.25       /* grams of one of several, where the text leaves open what is meant */
#define MOST_PIECE 1.25
#define SAME 0.03              /* two weights this close are one, rounded: "1/8 oz (3.5g)" */

#define PIECES "(?:pk|packs?|ct|count|pcs?|pieces?)\\b"
#define TIMES "(?:x|×|\\*)"

/* Pieces, a number or fraction, a unit, pieces; what begins within a word, a number or a fraction, or is a concentration, is none. */
static const char pattern[] =
  "(?<![\\w.,])(?<!\\d/)(?<!^-)"
  "(?:(?<n_times>\\d{1,3})\\s*" TIMES "\\s*|(?<n_before>\\d{1,3})[\\s-]*" PIECES "[^\\w.]{0,4}(?<times_before>" TIMES "|of)?\\s*)?"
  "(?:(?:(?<whole>\\d+)[\\s-]+)?(?<over>\\d+)\\s*/\\s*(?<under>\\d+)(?:th)?"
  "|(?<number>\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:[.,]\\d+)?|\\.\\d+)"
  "|(?:(?<glyph_whole>\\d+)\\s*)?(?<glyph>[½¼⅛])|\\b(?<word>half|quarter|eighth)(?:\\s+of)?(?:\\s+an?)?)"
  "[\\s-]*(?<unit>mgs?|milligrams?|g|gr|gms?|grams?|kg|oz|ounces?|lbs?|pounds?)\\b"
  "(?!\\s*(?:/|per\\b)\\s*(?:m?g|kg|ml|piece|serving|unit|dose)\\b)"
  "(?<each>\\s*(?:each|ea)\\b)?"
  "(?:[^\\w.]{0,4}(?:" TIMES "\\s*(?<n_after_times>\\d{1,3})(?![\\d.])|(?<n_after>\\d{1,3})[\\s-]*" PIECES "))?";

/* Texts that say a weight without a number; only when they are all of the text, since names hold such words. */
static const struct {
  const char *text;
  double      grams;
} alone[] = {
  { "eighth", GRAMS_PER_OUNCE / 8 }, { "an eighth", GRAMS_PER_OUNCE / 8 }, { "quarter", GRAMS_PER_OUNCE / 4 },
  { "a quarter", GRAMS_PER_OUNCE / 4 }, { "ounce", GRAMS_PER_OUNCE }, { "an ounce", GRAMS_PER_OUNCE }, { "one ounce", GRAMS_PER_OUNCE },
  { "pound", GRAMS_PER_POUND }, { "a pound", GRAMS_PER_POUND }, { "gram", 1 }, { "one gram", 1 },
};

/* One weight of a text. */
typedef struct {
  double   grams;        /* NAN: may be read in two ways */
  gboolean milligrams;
  gboolean of_a_piece;   /* "each", and nobody says how many */
} Weight;

/* NAN where the group matched nothing. */
static double
number_of (const GMatchInfo *match, const char *group)
{
  g_autofree char *text = g_match_info_fetch_named (match, group);
  const char *comma = text ? strchr (text, ',') : NULL;
  gboolean thousands = comma && strlen (comma + 1) >= 3;

  if (!text || !*text)
    return NAN;
  for (char *place = text; (place = strchr (place, ','));)
    {
      if (thousands)
        memmove (place, place + 1, strlen (place));
      else
        *place = '.';
    }
  return g_ascii_strtod (text, NULL);
}

static gboolean
matched (const GMatchInfo *match, const char *group)
{
  g_autofree char *text = g_match_info_fetch_named (match, group);

  return text && *text;
}

static double
fraction_of (const char *word)
{
  if (strcmp (word, "½") == 0 || g_ascii_strcasecmp (word, "half") == 0)
    return 1.0 / 2;
  return strcmp (word, "¼") == 0 || g_ascii_strcasecmp (word, "quarter") == 0 ? 1.0 / 4 : 1.0 / 8;
}

static double
amount_of (const GMatchInfo *match)
{
  g_autofree char *glyph = g_match_info_fetch_named (match, "glyph");
  g_autofree char *word = g_match_info_fetch_named (match, "word");
  double over = number_of (match, "over"), whole = number_of (match, "whole");

  if (!isnan (over))
    return (isnan (whole) ? 0 : whole) + over / number_of (match, "under");
  if (glyph && *glyph)
    {
      whole = number_of (match, "glyph_whole");
      return (isnan (whole) ? 0 : whole) + fraction_of (glyph);
    }
  return word && *word ? fraction_of (word) : number_of (match, "number");
}

static double
grams_of_unit (const char *unit)
{
  switch (g_ascii_tolower (*unit))
    {
    case 'm':
      return 1e-3;
    case 'k':
      return 1e3;
    case 'o':
      return GRAMS_PER_OUNCE;
    case 'l':
    case 'p':
      return GRAMS_PER_POUND;
    default:
      return 1;
    }
}

static gboolean
is_piece (double grams)
{
  return grams >= LEAST_PIECE && grams <= MOST_PIECE;
}

/* "5pk 2.5g" weighs 2.5 g and "10pk 0.5g" 5 g, since nobody rolls joints of 2.5 g or of 50 mg. */
static double
grams_of_pack (double n, double grams)
{
  gboolean whole = is_piece (grams / n), piece = is_piece (grams);

  if (n == 1 || whole != piece)
    return piece ? n * grams : grams;
  return NAN;
}

static Weight
read_match (const GMatchInfo *match)
{
  const double times = fmax (number_of (match, "n_times"), number_of (match, "n_after_times"));   /* fmax passes over NAN */
  const double pack = fmax (number_of (match, "n_before"), number_of (match, "n_after"));
  gboolean each = matched (match, "each"), sign = matched (match, "times_before");
  g_autofree char *unit = g_match_info_fetch_named (match, "unit");
  double grams = amount_of (match) * grams_of_unit (unit), n = isnan (times) ? pack : times;
  Weight weight = { grams, g_ascii_tolower (*unit) == 'm', each && isnan (n) };

  if (isnan (n))
    return weight;
  if (n < 1 || n > MOST_PIECES)
    weight.grams = NAN;
  else if (each || sign || !isnan (times))
    weight.grams = n * grams;
  else
    weight.grams = grams_of_pack (n, grams);
  return weight;
}

/* Grams before milligrams, a package before a piece of it. */
static guint
rank_of (const Weight *weight)
{
  return (weight->milligrams ? 2 : 0) + (weight->of_a_piece ? 1 : 0);
}

/* What the weights of a text say together. */
static Weight
agree (const Weight *found, const Weight *next)
{
  Weight agreed = rank_of (next) < rank_of (found) ? *next : *found;

  if (rank_of (next) == rank_of (found) && !(fabs (next->grams - found->grams) <= SAME * found->grams))
    agreed.grams = NAN;
  return agreed;
}

static double
weight_in (const GRegex *expression, const char *text)
{
  g_autoptr (GMatchInfo) match = NULL;
  Weight found = { NAN, FALSE, FALSE };
  guint n = 0;

  for (g_regex_match (expression, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      Weight next = read_match (match);
      found = n++ ? agree (&found, &next) : next;
    }
  return found.grams > 0 && found.grams < HEAVIEST ? found.grams : NAN;
}

static double
weight_alone (const char *text)
{
  g_autofree char *word = g_ascii_strdown (text, -1);

  g_strstrip (word);
  for (guint i = 0; i < G_N_ELEMENTS (alone); i++)
    if (strcmp (word, alone[i].text) == 0)
      return alone[i].grams;
  return NAN;
}

double
wh_weight_parse (const char *text)
{
  static GRegex *expression;
  double grams;

  if (g_once_init_enter (&expression))
    g_once_init_leave (&expression, g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL));
  if (!text || !g_utf8_validate (text, -1, NULL))
    return NAN;
  grams = weight_alone (text);
  return isnan (grams) ? weight_in (expression, text) : grams;
}
