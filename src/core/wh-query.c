#include "wh-query.h"

#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wh-measure.h"

#define MG_PER_PERCENT 10.0
#define DEFAULT_LIMIT 20

static const char *const sort_keys[] = {
  [WH_SORT_RELEVANCE] = "relevance", [WH_SORT_NAME] = "name",   [WH_SORT_THC] = "thc_percentage",
  [WH_SORT_CBD] = "cbd_percentage",  [WH_SORT_POPULARITY] = "popularity", [WH_SORT_PRICE] = "price",
};

WhQuery *
wh_query_new (void)
{
  WhQuery *query = g_new0 (WhQuery, 1);

  g_atomic_ref_count_init (&query->ref_count);
  query->thc_min = query->thc_max = query->cbd_min = query->cbd_max = query->price_max = NAN;
  query->ranges = g_array_new (FALSE, FALSE, sizeof (WhRange));
  query->fuzzy = TRUE;
  query->limit = DEFAULT_LIMIT;
  return query;
}

WhQuery *
wh_query_ref (const WhQuery *query)
{
  g_atomic_ref_count_inc (&((WhQuery *) query)->ref_count);
  return (WhQuery *) query;
}

void
wh_query_unref (WhQuery *query)
{
  if (!query || !g_atomic_ref_count_dec (&query->ref_count))
    return;
  g_free (query->text);
  g_free (query->type);
  g_free (query->state);
  g_array_unref (query->ranges);
  g_free (query);
}

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

/* thc and cbd are totals in %. */
static gboolean
set_percent (double *target, double number, const char *unit_text)
{
  WhUnit unit = WH_UNIT_PERCENT;

  if (*unit_text && !wh_unit_parse (unit_text, &unit))
    return FALSE;
  if (unit != WH_UNIT_PERCENT && unit != WH_UNIT_MG_PER_G)
    return FALSE;
  *target = unit == WH_UNIT_PERCENT ? number : number / MG_PER_PERCENT;
  return TRUE;
}

static gboolean
set_price (WhQuery *query, double number, const char *unit)
{
  if (*unit && strcmp (unit, "/g") != 0)
    return FALSE;
  query->price_max = number;
  return TRUE;
}

/* thc>20, cbd<=1, limonene>2mg/g, price<12/g */
static gboolean
take_comparison (WhQuery *query, const char *word)
{
  const char *sign = strpbrk (word, "<>");
  g_autofree char *name = NULL;
  gboolean greater;
  double number;
  const char *unit;

  if (!sign || sign == word)
    return FALSE;
  name = g_ascii_strdown (word, sign - word);
  greater = *sign == '>';
  sign += sign[1] == '=' ? 2 : 1;
  if (!split_number (*sign == '$' ? sign + 1 : sign, &number, &unit))
    return FALSE;
  if (strcmp (name, "thc") == 0)
    return set_percent (greater ? &query->thc_min : &query->thc_max, number, unit);
  if (strcmp (name, "cbd") == 0)
    return set_percent (greater ? &query->cbd_min : &query->cbd_max, number, unit);
  if (strcmp (name, "price") == 0)
    return !greater && set_price (query, number, unit);
  return add_range (query, name, greater, number, unit);
}

static gboolean
set_type (WhQuery *query, const char *value)
{
  g_autofree char *type = g_ascii_strdown (value, -1);

  if (strcmp (type, "indica") != 0 && strcmp (type, "sativa") != 0 && strcmp (type, "hybrid") != 0)
    return FALSE;
  g_free (query->type);
  query->type = g_steal_pointer (&type);
  return TRUE;
}

static gboolean
set_jurisdiction (WhQuery *query, const char *value)
{
  if (strlen (value) != 2 || !g_ascii_isalpha (value[0]) || !g_ascii_isalpha (value[1]))
    return FALSE;
  g_free (query->state);
  query->state = g_ascii_strup (value, -1);
  return TRUE;
}

/* Any amount at all of a terpene. */
static gboolean
set_terpene (WhQuery *query, const char *value)
{
  const WhAnalyte *analyte = wh_analyte_lookup (value);

  return analyte && wh_analyte_is_terpene (analyte) && add_range (query, value, TRUE, G_MINDOUBLE, "");
}

/* type:indica, state:NJ, terpene:limonene */
static gboolean
take_named (WhQuery *query, const char *word)
{
  static const struct {
    const char *prefix;
    gboolean (*set) (WhQuery *query, const char *value);
  } named[] = { { "type:", set_type }, { "state:", set_jurisdiction }, { "terpene:", set_terpene } };

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    if (g_ascii_strncasecmp (word, named[i].prefix, strlen (named[i].prefix)) == 0)
      return named[i].set (query, word + strlen (named[i].prefix));
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
  return take_comparison (query, word) || take_named (query, word);
}

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
  const char *unit;
  double number;

  if (is_word (words[0], WORDS ("in")) && is_word (words[1], WORDS ("stock")))
    {
      query->in_stock = TRUE;
      return 2;
    }
  if (!is_word (words[0], WORDS ("under", "below")) || !words[1]
      || !split_number (*words[1] == '$' ? words[1] + 1 : words[1], &number, &unit) || !set_price (query, number, unit))
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

gboolean
wh_sort_parse (const char *key, WhSort *out_sort)
{
  for (guint i = 0; key && i < G_N_ELEMENTS (sort_keys); i++)
    if (strcmp (sort_keys[i], key) == 0)
      {
        *out_sort = i;
        return TRUE;
      }
  return FALSE;
}

const char *
wh_sort_key (WhSort sort)
{
  g_return_val_if_fail ((guint) sort < G_N_ELEMENTS (sort_keys), "relevance");
  return sort_keys[sort];
}
