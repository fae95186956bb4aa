/* What was typed, taken apart: bounds with signs, tags with a colon, phrases of speech; the rest is text. */
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wh-category.h"
#include "wh-measure.h"
#include "wh-query.h"

#define MG_PER_PERCENT 10.0

/* Splits "20%", "2mg/g", "12/g" into the number and what follows. */
static gboolean
split_number (const char *text, double *out_number, const char **out_unit)
{
  char *end = NULL;

  *out_number = g_ascii_strtod (text, &end);
  *out_unit = end;
  if (text[0] == '0' && g_ascii_tolower (text[1]) == 'x')   /* C reads hexadecimal numbers, people do not write them */
    return FALSE;
  return end != text && isfinite (*out_number) && *out_number >= 0;
}

/* A bound on one analyte in mg/g; without a unit mg/g is meant. */
static gboolean
add_range (WhQuery *query, const char *name, gboolean greater, double number, const char *unit_text)
{
  const WhAnalyte *analyte = wh_analyte_lookup (name);
  WhMeasure measure = WH_MEASURE_INIT;
  WhUnit unit = WH_UNIT_MG_PER_G;
  WhRange range = { WH_ANALYTE_NONE, NAN, NAN };

  if (!analyte || (*unit_text && !wh_unit_parse (unit_text, &unit)))
    return FALSE;
  measure.unit = unit;
  measure.value = number;
  if (!wh_measure_to_mg_per_g (&measure, NAN))
    return FALSE;
  range.analyte = analyte->index;
  *(greater ? &range.min : &range.max) = measure.value;
  g_array_append_val (query->ranges, range);
  return TRUE;
}

gboolean
wh_query_add_bound (WhQuery *query, const char *analyte, gboolean minimum, const char *amount)
{
  g_autofree char *text = g_strstrip (g_strdup (amount));
  const char *unit;
  double number;

  return g_ascii_isalnum (*text) && split_number (text, &number, &unit) && add_range (query, analyte, minimum, number, unit);
}

/* A bound with its sign: "<" leaves the number itself out. */
typedef struct {
  gboolean    greater, open;
  double      number;
  const char *unit;
} Bound;

static double
bound_value (const Bound *bound, double number)
{
  return bound->open ? nextafter (number, bound->greater ? INFINITY : -INFINITY) : number;
}

/* thc and cbd are totals in %. */
static gboolean
set_percent (double *least, double *most, const Bound *bound)
{
  WhUnit unit = WH_UNIT_PERCENT;

  if (*bound->unit && !wh_unit_parse (bound->unit, &unit))
    return FALSE;
  if (unit != WH_UNIT_PERCENT && unit != WH_UNIT_MG_PER_G)
    return FALSE;
  *(bound->greater ? least : most) = bound_value (bound, unit == WH_UNIT_PERCENT ? bound->number : bound->number / MG_PER_PERCENT);
  return TRUE;
}

static gboolean
set_price (WhQuery *query, const Bound *bound)
{
  if (*bound->unit && strcmp (bound->unit, "/g") != 0)
    return FALSE;
  *(bound->greater ? &query->price_min : &query->price_max) = bound_value (bound, bound->number);
  return TRUE;
}

static gboolean
set_range (WhQuery *query, const char *name, const Bound *bound)
{
  if (!add_range (query, name, bound->greater, bound->number, bound->unit))
    return FALSE;
  WhRange *range = &g_array_index (query->ranges, WhRange, query->ranges->len - 1);
  double *value = bound->greater ? &range->min : &range->max;
  *value = bound_value (bound, *value);
  return TRUE;
}

/* thc>20, cbd<=1, limonene>2mg/g, price<12/g */
static gboolean
take_comparison (WhQuery *query, const char *word)
{
  const char *sign = strpbrk (word, "<>");
  g_autofree char *name = NULL;
  Bound bound = { 0 };

  if (!sign || sign == word)
    return FALSE;
  name = g_ascii_strdown (word, sign - word);
  bound.greater = *sign == '>';
  bound.open = sign[1] != '=';
  sign += bound.open ? 1 : 2;
  if (!split_number (*sign == '$' ? sign + 1 : sign, &bound.number, &bound.unit))
    return FALSE;
  if (strcmp (name, "thc") == 0)
    return set_percent (&query->thc_min, &query->thc_max, &bound);
  if (strcmp (name, "cbd") == 0)
    return set_percent (&query->cbd_min, &query->cbd_max, &bound);
  return strcmp (name, "price") == 0 ? set_price (query, &bound) : set_range (query, name, &bound);
}

/* -- tags -------------------------------------------------------------------------------------------------------- */

/* The value as it is compared, NULL when it is none of its kind. */
typedef char *(*ReadTag) (const char *value);

static char *
read_type (const char *value)
{
  g_autofree char *type = g_ascii_strdown (value, -1);

  if (strcmp (type, "indica") != 0 && strcmp (type, "sativa") != 0 && strcmp (type, "hybrid") != 0)
    return NULL;
  return g_steal_pointer (&type);
}

static char *
read_state (const char *value)
{
  if (strlen (value) != 2 || !g_ascii_isalpha (value[0]) || !g_ascii_isalpha (value[1]))
    return NULL;
  return g_ascii_strup (value, -1);
}

static char *
read_category (const char *value)
{
  return g_strdup (wh_category_meant (value));
}

static char *
read_words (const char *value)
{
  g_autofree char *folded = wh_text_fold (value);

  return *folded ? g_steal_pointer (&folded) : NULL;
}

static char *
read_terpene (const char *value)
{
  const WhAnalyte *analyte = wh_analyte_lookup (value);

  return analyte && wh_analyte_is_terpene (analyte) ? g_strdup (analyte->key) : NULL;
}

static void
set_tag (WhQuery *query, WhTag tag, gboolean without, char *value)
{
  char **single = tag == WH_TAG_TYPE ? &query->type : tag == WH_TAG_STATE ? &query->state : NULL;

  if (!single || without)
    {
      wh_query_add_condition (query, tag, without, value);
      return;
    }
  g_free (*single);
  *single = value;
}

/* type:indica, state:NJ, -terpene:limonene */
static gboolean
take_tag (WhQuery *query, const char *word)
{
  static const struct {
    const char *prefix;
    WhTag       tag;
    ReadTag     read;
  } tags[] = {
    { "type:", WH_TAG_TYPE, read_type },          { "state:", WH_TAG_STATE, read_state },
    { "category:", WH_TAG_CATEGORY, read_category }, { "brand:", WH_TAG_BRAND, read_words },
    { "flavor:", WH_TAG_FLAVOUR, read_words },    { "flavour:", WH_TAG_FLAVOUR, read_words },
    { "terpene:", WH_TAG_TERPENE, read_terpene }, { "leading:", WH_TAG_LEADING, read_terpene },
  };
  gboolean without = *word == '-';

  word += without;
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      if (g_ascii_strncasecmp (word, tags[i].prefix, strlen (tags[i].prefix)) != 0)
        continue;
      char *value = tags[i].read (word + strlen (tags[i].prefix));
      if (value)
        set_tag (query, tags[i].tag, without, value);
      return value != NULL;
    }
  return FALSE;
}

static gboolean
take_word (WhQuery *query, const char *word)
{
  if (g_ascii_strcasecmp (word, "in-stock") == 0)
    {
      query->in_stock = TRUE;
      return TRUE;
    }
  return take_comparison (query, word) || take_tag (query, word);
}

/* -- speech ------------------------------------------------------------------------------------------------------ */

static gboolean
is_word (const char *word, const char *const *wanted)
{
  for (; word && *wanted; wanted++)
    if (g_ascii_strcasecmp (word, *wanted) == 0)
      return TRUE;
  return FALSE;
}

#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* "in stock", "under 12", "below $12 a gram", as people say it: how many words that were. */
static guint
take_phrase (WhQuery *query, char *const *words)
{
  Bound bound = { .open = TRUE };

  if (is_word (words[0], WORDS ("in")) && is_word (words[1], WORDS ("stock")))
    {
      query->in_stock = TRUE;
      return 2;
    }
  if (!is_word (words[0], WORDS ("under", "below")) || !words[1]
      || !split_number (*words[1] == '$' ? words[1] + 1 : words[1], &bound.number, &bound.unit) || !set_price (query, &bound))
    return 0;
  return is_word (words[2], WORDS ("a", "per", "the")) && is_word (words[3], WORDS ("gram", "g")) ? 4 : 2;
}

/* Words without what stood between them. */
static char **
split_words (const char *text)
{
  char **words = g_strsplit_set (text, " \t", -1);
  guint n = 0;

  for (char **word = words; *word; word++)
    if (**word)
      words[n++] = *word;
    else
      g_free (*word);
  words[n] = NULL;
  return words;
}

void
wh_query_set_typed (WhQuery *query, const char *typed)
{
  g_autofree char *clean = wh_text_clean (typed ? typed : "", WH_LIMIT_QUERY);
  g_auto (GStrv) words = split_words (clean);
  g_autoptr (GString) rest = g_string_new (NULL);
  g_autofree char *folded = NULL;

  for (guint i = 0, taken; words[i]; i += MAX (1, taken))
    {
      taken = take_phrase (query, words + i);
      if (!taken && !take_word (query, words[i]))
        g_string_append_printf (rest, "%s ", words[i]);
    }
  folded = wh_text_fold (rest->str);
  g_free (query->text);
  query->text = *folded ? g_steal_pointer (&folded) : NULL;
}
