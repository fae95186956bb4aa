#include "wh-import-private.h"

#include <math.h>

#define GRAMS_PER_OUNCE 28.0   /* the trade's ounce: an eighth is 3.5 g */
#define HEAVIEST 1000.0

/* Number, fraction or neither, then a unit; what stands before "x" or "pk" multiplies. */
static double
parse_match (GMatchInfo *match)
{
  g_autofree char *count = g_match_info_fetch_named (match, "count");
  g_autofree char *whole = g_match_info_fetch_named (match, "whole");
  g_autofree char *part = g_match_info_fetch_named (match, "part");
  g_autofree char *unit = g_match_info_fetch_named (match, "unit");
  double amount = g_ascii_strtod (whole, NULL);

  if (part && *part)
    amount /= MAX (1, g_ascii_strtod (part, NULL));
  if (count && *count)
    amount *= g_ascii_strtod (count, NULL);
  if (g_ascii_strncasecmp (unit, "mg", 2) == 0)
    amount /= 1000;
  else if (g_ascii_strncasecmp (unit, "o", 1) == 0)
    amount *= GRAMS_PER_OUNCE;
  return amount > 0 && amount < HEAVIEST ? amount : NAN;
}

double
wh_import_weight (const char *text)
{
  static const char pattern[] = "(?:(?<count>\\d+)\\s*(?:pk|pack|ct|x)\\.?\\s*(?:x|[|,/-])?\\s*)?"
                                "(?<![\\d.])(?<whole>\\d*\\.?\\d+)(?:\\s*/\\s*(?<part>\\d+))?\\s*"
                                "(?<unit>mg|grams?|g|oz|ounces?)\\b";
  static GRegex *expression;
  g_autoptr (GMatchInfo) match = NULL;

  if (g_once_init_enter (&expression))
    g_once_init_leave (&expression, g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL));
  if (!text || !g_regex_match (expression, text, 0, &match))
    return NAN;
  return parse_match (match);
}
