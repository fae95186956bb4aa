#include <math.h>
#include <string.h>

#include "wh-search-tally.h"
#include "wh-snapshot.h"
#include "wh-stats-private.h"

#define CLEAR 2.0   /* difference of two counts over its standard deviation: less is chance */

/* A term over all its days. */
typedef struct {
  gint64 searches, empty;   /* in the timeframe */
  gint64 lately, before;    /* in the whole days of the timeframe before today, and in as many before those */
} Sums;

/* -- adding up --------------------------------------------------------------------------------------------------- */

static Sums *
sums_of (GHashTable *terms, const char *term)
{
  Sums *sums = g_hash_table_lookup (terms, term);

  if (!sums)
    g_hash_table_insert (terms, (gpointer) term, sums = g_new0 (Sums, 1));
  return sums;
}

static void
add_day (const WhStatsReport *report, GHashTable *terms, const WhStatsRow *row)
{
  gint64 length = report->question.days * WH_TIME_DAY, age = report->today - row->seen_at;
  Sums *sums;

  if (!row->text || age < 0 || age > 2 * length)
    return;
  sums = sums_of (terms, row->text);
  if (age < length)
    {
      sums->searches += row->amount;
      sums->empty += row->empty;
    }
  if (age > 0)
    *(age <= length ? &sums->lately : &sums->before) += row->amount;
}

/* char* -> Sums */
static GHashTable *
add_up (const WhStatsReport *report, const WhStatsState *state)
{
  GHashTable *terms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, state->rows[WH_KIND_SEARCH_DAY]);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    add_day (report, terms, row);
  return terms;
}

/* -- naming ------------------------------------------------------------------------------------------------------ */

/* The one strain whose name, else alias, the term is. */
static const WhCard *
card_of (const WhSnapshot *snapshot, const char *term)
{
  g_autofree char *squeezed = wh_search_index_squeeze (term);
  const WhTitle *titles;
  guint n;

  if (!snapshot->index || !*squeezed)
    return NULL;
  titles = wh_search_index_titles (snapshot->index, squeezed, FALSE, &n);
  for (guint i = 1; i < n && titles[i].is_alias == titles[0].is_alias; i++)
    if (titles[i].strain != titles[0].strain)
      return NULL;
  return n > 0 ? wh_snapshot_card (snapshot, titles[0].strain) : NULL;
}

static double
clearness (const WhStatsTerm *term)
{
  return (double) (term->searches - term->before) / sqrt ((double) (term->searches + term->before));
}

static void
take_trend (WhStatsReport *report, WhStatsTerm term, const Sums *sums)
{
  term.searches = sums->lately;
  term.before = sums->before;
  if (term.searches >= WH_STATS_TREND_FROM && clearness (&term) >= CLEAR)
    g_array_append_val (report->searches.rising, term);
  if (term.before >= WH_STATS_TREND_FROM && clearness (&term) <= -CLEAR)
    g_array_append_val (report->searches.falling, term);
}

static void
take_term (WhStatsReport *report, const char *name, const Sums *sums)
{
  WhStatsSearches *searches = &report->searches;
  WhStatsTerm term = { g_string_chunk_insert_const (report->text, name), card_of (report->snapshot, name), sums->searches, sums->empty, 0 };

  take_trend (report, term, sums);
  if (sums->searches < WH_SEARCH_KEPT_FROM)
    {
      searches->rest += sums->searches;
      return;
    }
  g_array_append_val (searches->terms, term);
  if (sums->empty >= WH_SEARCH_KEPT_FROM)
    g_array_append_val (searches->without_result, term);
}

/* All names of a strain together. */
static void
take_strains (WhStatsReport *report)
{
  WhStatsSearches *searches = &report->searches;
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);   /* card -> place + 1 */

  for (guint i = 0; i < searches->terms->len; i++)
    {
      const WhStatsTerm *term = &g_array_index (searches->terms, WhStatsTerm, i);
      guint place = term->card ? GPOINTER_TO_UINT (g_hash_table_lookup (places, term->card)) : 0;
      if (!term->card)
        continue;
      if (!place)
        {
          WhStatsTerm strain = { term->card->name, term->card, 0, 0, 0 };
          g_array_append_val (searches->strains, strain);
          place = searches->strains->len;
          g_hash_table_insert (places, (gpointer) term->card, GUINT_TO_POINTER (place));
        }
      g_array_index (searches->strains, WhStatsTerm, place - 1).searches += term->searches;
      g_array_index (searches->strains, WhStatsTerm, place - 1).empty += term->empty;
    }
}

/* -- order ------------------------------------------------------------------------------------------------------- */

static int
compare_searches (gconstpointer a, gconstpointer b)
{
  const WhStatsTerm *x = a, *y = b;

  if (x->searches != y->searches)
    return x->searches > y->searches ? -1 : 1;
  return strcmp (x->term, y->term);
}

static int
compare_empty (gconstpointer a, gconstpointer b)
{
  const WhStatsTerm *x = a, *y = b;

  return x->empty != y->empty ? (x->empty > y->empty ? -1 : 1) : compare_searches (a, b);
}

static int
compare_clearness (gconstpointer a, gconstpointer b)
{
  double x = fabs (clearness (a)), y = fabs (clearness (b));

  return x != y ? (x > y ? -1 : 1) : compare_searches (a, b);
}

static void
sort_and_cut (GArray *list, GCompareFunc compare, guint most)
{
  g_array_sort (list, compare);
  if (list->len > most)
    g_array_set_size (list, most);
}

void
wh_stats_search_figures (WhStatsReport *report, const WhStatsState *state)
{
  WhStatsSearches *searches = &report->searches;
  g_autoptr (GHashTable) terms = add_up (report, state);
  guint most = report->question.rows;
  GHashTableIter iter;
  gpointer name, data;

  g_hash_table_iter_init (&iter, terms);
  while (g_hash_table_iter_next (&iter, &name, &data))
    {
      const Sums *sums = data;
      searches->searches += sums->searches;
      searches->empty += sums->empty;
      if (strcmp (name, WH_SEARCH_REST) == 0)
        searches->rest += sums->searches;
      else
        take_term (report, name, sums);
    }
  take_strains (report);
  sort_and_cut (searches->terms, compare_searches, most);
  sort_and_cut (searches->strains, compare_searches, most);
  sort_and_cut (searches->without_result, compare_empty, most);
  sort_and_cut (searches->rising, compare_clearness, most);
  sort_and_cut (searches->falling, compare_clearness, most);
}
