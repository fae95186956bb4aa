#include "wh-stats.h"

#include <math.h>
#include <string.h>

#include "wh-devices.h"
#include "wh-stats-private.h"

#define WILSON_Z 1.959964   /* of a normal distribution, 95 % */

struct _WhStats {
  WhCatalogue  *catalogue;
  GMutex        lock;       /* held while the state is moved on and read */
  WhStatsState *state;
  const char   *engine;
};

static const struct { guint days; const char *key; } timeframes[] = { { 1, "24h" }, { 7, "7d" }, { 30, "30d" }, { 90, "90d" } };

static const char *const metric_keys[] = {
  [WH_STATS_STRAIN] = "strain", [WH_STATS_TERPENE] = "terpene", [WH_STATS_DISPENSARY] = "dispensary",
  [WH_STATS_USER] = "user",     [WH_STATS_PRICE] = "price",     [WH_STATS_RECOMMENDATION] = "recommendation",
};
G_STATIC_ASSERT (G_N_ELEMENTS (metric_keys) == WH_N_STATS);

static const char *const fact_keys[] = {
  [WH_FACT_MENU] = "menu",     [WH_FACT_PRICE] = "price",   [WH_FACT_STOCK] = "stock",           [WH_FACT_DISPENSARY] = "dispensary",
  [WH_FACT_STRAIN] = "strain", [WH_FACT_REVIEW] = "review", [WH_FACT_LAB_RESULT] = "lab_result", [WH_FACT_TERPENES] = "terpenes",
};
G_STATIC_ASSERT (G_N_ELEMENTS (fact_keys) == WH_STATS_FACTS);

gboolean
wh_stats_parse_timeframe (const char *text, guint *out_days)
{
  for (guint i = 0; i < G_N_ELEMENTS (timeframes); i++)
    if (strcmp (timeframes[i].key, text) == 0)
      {
        *out_days = timeframes[i].days;
        return TRUE;
      }
  return FALSE;
}

const char *
wh_stats_timeframe (guint days)
{
  for (guint i = 0; i < G_N_ELEMENTS (timeframes); i++)
    if (timeframes[i].days == days)
      return timeframes[i].key;
  g_return_val_if_reached (NULL);
}

gboolean
wh_stats_parse_metric (const char *text, int *out_metric)
{
  for (guint i = 0; i < WH_N_STATS; i++)
    if (strcmp (metric_keys[i], text) == 0)
      {
        *out_metric = (int) i;
        return TRUE;
      }
  return FALSE;
}

const char *
wh_stats_metric_key (WhStatsMetric metric)
{
  g_return_val_if_fail ((guint) metric < WH_N_STATS, NULL);
  return metric_keys[metric];
}

const char *
wh_stats_fact_key (WhFactKind kind)
{
  g_return_val_if_fail ((guint) kind < WH_STATS_FACTS, NULL);
  return fact_keys[kind];
}

void
wh_stats_wilson (guint successes, guint n, double *out_low, double *out_high)
{
  const double z2 = WILSON_Z * WILSON_Z, share = (double) successes / n;
  double middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  double half = WILSON_Z / (1 + z2 / n) * sqrt (share * (1 - share) / n + z2 / (4.0 * n * n));

  *out_low = MAX (0, middle - half);
  *out_high = MIN (1, middle + half);
}

/* -- the report -------------------------------------------------------------------------------------------------- */

static WhStatsReport *
report_new (const WhStats *stats, const WhStatsQuestion *question, const WhStatsTimes *times)
{
  WhStatsReport *report = g_new0 (WhStatsReport, 1);
  WhStatsSearches *searches = &report->searches;
  GArray **lists[] = { &searches->terms, &searches->strains, &searches->without_result, &searches->rising, &searches->falling };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    *lists[i] = g_array_new (FALSE, FALSE, sizeof (WhStatsTerm));
  report->question = *question;
  report->to = wh_clock_now ();
  report->from = report->to - question->days * WH_TIME_DAY;
  report->today = report->to / WH_TIME_DAY * WH_TIME_DAY;
  report->snapshot = wh_catalogue_snapshot (stats->catalogue);
  report->text = g_string_chunk_new (4096);
  report->offers = g_array_new (FALSE, FALSE, sizeof (WhStatsOffers));
  report->engine = stats->engine;
  report->has_times = times != NULL;
  if (times)
    report->times = *times;
  return report;
}

void
wh_stats_report_free (WhStatsReport *report)
{
  g_array_unref (report->searches.terms);
  g_array_unref (report->searches.strains);
  g_array_unref (report->searches.without_result);
  g_array_unref (report->searches.rising);
  g_array_unref (report->searches.falling);
  g_array_unref (report->offers);
  g_string_chunk_free (report->text);
  wh_snapshot_unref (report->snapshot);
  g_free (report);
}

gboolean
wh_stats_wants (const WhStatsReport *report, WhStatsMetric metric)
{
  return report->question.metric < 0 || report->question.metric == (int) metric;
}

static void
work_out (WhStatsReport *report, const WhStatsState *state)
{
  report->revision = state->revision;
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    report->counts[kind] = g_hash_table_size (state->rows[kind]);
  if (wh_stats_wants (report, WH_STATS_STRAIN))
    wh_stats_search_figures (report, state);
  if (wh_stats_wants (report, WH_STATS_DISPENSARY) || wh_stats_wants (report, WH_STATS_TERPENE))
    wh_stats_freshness_figures (report, state);
  if (wh_stats_wants (report, WH_STATS_PRICE))
    wh_stats_price_figures (report, state);
  if (wh_stats_wants (report, WH_STATS_RECOMMENDATION))
    wh_stats_offer_figures (report, state);
}

static gboolean
move_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_stats_state_move (user_data, reader, error);
}

WhStatsReport *
wh_stats_report (WhStats *stats, const WhPrincipal *principal, const WhStatsQuestion *question, const WhStatsTimes *times, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&stats->lock);
  WhStatsReport *report;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_METRICS, error)
      || !wh_store_read (wh_catalogue_store (stats->catalogue), principal, move_cb, stats->state, error))
    return NULL;
  report = report_new (stats, question, times);
  work_out (report, stats->state);
  return report;
}

WhStats *
wh_stats_new (WhCatalogue *catalogue)
{
  WhStats *stats = g_new0 (WhStats, 1);

  stats->catalogue = catalogue;
  stats->state = wh_stats_state_new ();
  stats->engine = wh_devices_cpu_path ();
  g_mutex_init (&stats->lock);
  return stats;
}

void
wh_stats_free (WhStats *stats)
{
  wh_stats_state_free (stats->state);
  g_mutex_clear (&stats->lock);
  g_free (stats);
}
