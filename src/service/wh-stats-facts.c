#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wh-deviation.h"
#include "wh-stats-private.h"

#define HOUR (3600.0 * WH_TIME_SECOND)

/* -- freshness --------------------------------------------------------------------------------------------------- */

static void
note_fact (WhStatsReport *report, WhFactKind kind, gint64 seen_at)
{
  WhStatsFreshness *freshness = &report->freshness[kind];

  freshness->n++;
  freshness->fresh += !wh_freshness_is_stale (kind, seen_at, report->to);
  if (seen_at == WH_TIME_UNSET)
    {
      freshness->unknown++;
      return;
    }
  freshness->oldest = freshness->oldest == WH_TIME_UNSET ? seen_at : MIN (freshness->oldest, seen_at);
  freshness->newest = MAX (freshness->newest, seen_at);
}

/* Price and stock of a product are learnt from one menu. Without a price nobody says when, but that it was written. */
static gint64
learnt_at (const WhStatsRow *row)
{
  return row->flag ? row->seen_at : row->changed_at;
}

/* A menu is as new as what was last learnt of any of its products. */
static void
note_menu (GHashTable *menus, const WhStatsRow *row)
{
  gint64 *newest = g_hash_table_lookup (menus, &row->about), at = learnt_at (row);

  if (!newest)
    g_hash_table_insert (menus, (gpointer) &row->about, newest = g_memdup2 (&at, sizeof at));
  *newest = MAX (*newest, at);
}

static void
note_products (WhStatsReport *report, const WhStatsState *state)
{
  g_autoptr (GHashTable) menus = g_hash_table_new_full (wh_id_hash, wh_id_equal, NULL, g_free);
  GHashTableIter iter;
  gpointer key, data;

  g_hash_table_iter_init (&iter, state->rows[WH_KIND_PRODUCT]);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const WhStatsRow *row = key;
      if (row->flag)
        note_fact (report, WH_FACT_PRICE, row->seen_at);
      if (row->stocked)
        note_fact (report, WH_FACT_STOCK, learnt_at (row));
      note_menu (menus, row);
    }
  g_hash_table_iter_init (&iter, menus);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    note_fact (report, WH_FACT_MENU, *(const gint64 *) data);
}

static void
note_results (WhStatsReport *report, const WhStatsState *state)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, state->rows[WH_KIND_LAB_RESULT]);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const WhStatsRow *row = key;
      report->results++;
      report->with_terpenes += row->flag;
      note_fact (report, WH_FACT_LAB_RESULT, row->seen_at);
      if (row->flag)
        note_fact (report, WH_FACT_TERPENES, row->seen_at);
    }
}

static void
note_all (WhStatsReport *report, const WhStatsState *state, WhKind kind, WhFactKind fact)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, state->rows[kind]);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    note_fact (report, fact, ((const WhStatsRow *) key)->seen_at);
}

void
wh_stats_freshness_figures (WhStatsReport *report, const WhStatsState *state)
{
  for (guint i = 0; i < WH_STATS_FACTS; i++)
    report->freshness[i] = (WhStatsFreshness) { .kind = i, .oldest = WH_TIME_UNSET, .newest = WH_TIME_UNSET };
  note_products (report, state);
  note_results (report, state);
  note_all (report, state, WH_KIND_DISPENSARY, WH_FACT_DISPENSARY);
  note_all (report, state, WH_KIND_STRAIN, WH_FACT_STRAIN);
  note_all (report, state, WH_KIND_REVIEW, WH_FACT_REVIEW);
}

/* -- how right prices were --------------------------------------------------------------------------------------- */

/* What is shown until somebody looks again, against what was seen then. */
typedef struct {
  GArray *differences, *percents, *hours;   /* of double */
  guint   equal;
} Pairs;

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const WhStatsRow *x = *(WhStatsRow *const *) a, *y = *(WhStatsRow *const *) b;

  if (x->seen_at != y->seen_at)
    return x->seen_at < y->seen_at ? -1 : 1;
  return wh_id_compare (&x->id, &y->id);
}

static void
add_pair (Pairs *pairs, const WhStatsRow *shown, const WhStatsRow *seen)
{
  double difference = fabs ((double) (seen->amount - shown->amount)) / 100, hours = (double) (seen->seen_at - shown->seen_at) / HOUR;
  double percent = seen->amount > 0 ? 1e4 * difference / (double) seen->amount : NAN;

  g_array_append_val (pairs->differences, difference);
  g_array_append_val (pairs->hours, hours);
  if (!isnan (percent))
    g_array_append_val (pairs->percents, percent);
  pairs->equal += seen->amount == shown->amount;
}

/* Prices of one time contradict each other (wh-price-history.h) and do not follow one another. */
static void
add_product (Pairs *pairs, const WhStatsReport *report, const GPtrArray *prices)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy ((GPtrArray *) prices, NULL, NULL);

  g_ptr_array_sort (sorted, compare_rows);
  for (guint i = 1; i < sorted->len; i++)
    {
      const WhStatsRow *shown = sorted->pdata[i - 1], *seen = sorted->pdata[i];
      if (shown->seen_at != WH_TIME_UNSET && seen->seen_at > shown->seen_at && seen->seen_at > report->from
          && seen->seen_at <= report->to && seen->text == shown->text)
        add_pair (pairs, shown, seen);
    }
}

static double
median_of (const GArray *values)
{
  return values->len ? wh_deviation_median ((double *) (gpointer) values->data, values->len) : NAN;
}

void
wh_stats_price_figures (WhStatsReport *report, const WhStatsState *state)
{
  g_autoptr (GArray) differences = g_array_new (FALSE, FALSE, sizeof (double)), percents = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (double));
  Pairs pairs = { differences, percents, hours, 0 };
  GHashTableIter iter;
  gpointer prices;

  g_hash_table_iter_init (&iter, state->prices);
  while (g_hash_table_iter_next (&iter, NULL, &prices))
    if (((const GPtrArray *) prices)->len > 1)
      add_product (&pairs, report, prices);
  report->accuracy = (WhStatsAccuracy) { differences->len, pairs.equal, median_of (differences), median_of (percents), median_of (hours) };
}

/* -- what became of offers --------------------------------------------------------------------------------------- */

static WhStatsOffers *
offers_about (WhStatsReport *report, const char *about)
{
  WhStatsOffers new = { about, 0, 0, NAN, NAN, NAN };

  for (guint i = 0; i < report->offers->len; i++)
    if (strcmp (g_array_index (report->offers, WhStatsOffers, i).about, about) == 0)
      return &g_array_index (report->offers, WhStatsOffers, i);
  g_array_append_val (report->offers, new);
  return &g_array_index (report->offers, WhStatsOffers, report->offers->len - 1);
}

void
wh_stats_offer_figures (WhStatsReport *report, const WhStatsState *state)
{
  static const char *const known[] = { "recommendation", "substitute", NULL };   /* also where nothing was decided */
  GHashTableIter iter;
  gpointer key;

  for (guint i = 0; known[i]; i++)
    offers_about (report, known[i]);
  g_hash_table_iter_init (&iter, state->rows[WH_KIND_FEEDBACK]);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const WhStatsRow *row = key;
      if (row->seen_at <= report->from || row->seen_at > report->to || !g_strv_contains (known, row->text))
        continue;
      WhStatsOffers *offers = offers_about (report, row->text);
      offers->n++;
      offers->accepted += row->flag;
    }
  for (guint i = 0; i < report->offers->len; i++)
    {
      WhStatsOffers *offers = &g_array_index (report->offers, WhStatsOffers, i);
      if (offers->n == 0)
        continue;
      offers->share = (double) offers->accepted / offers->n;
      wh_stats_wilson (offers->accepted, offers->n, &offers->low, &offers->high);
    }
}
