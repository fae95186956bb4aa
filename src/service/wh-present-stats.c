#include <glib/gi18n.h>
#include <math.h>

#include "wh-stats.h"

#define MONEY_DECIMALS 2
#define SHARE_DECIMALS 4
#define PERCENT_DECIMALS 1
#define MS_DECIMALS 2
#define HOUR (3600 * WH_TIME_SECOND)

static void
add_moment (WhJsonWriter *writer, const char *key, gint64 moment)
{
  g_autofree char *text = wh_clock_format (moment);

  wh_json_writer_add_string (writer, key, text);
}

static void
add_date (WhJsonWriter *writer, const char *key, gint64 moment)
{
  g_autofree char *text = wh_clock_format_date (moment);

  wh_json_writer_add_string (writer, key, text);
}

static void
begin (WhJsonWriter *writer, const char *key)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_begin_object (writer);
}

static double
share_of (double part, double whole)
{
  return whole > 0 ? part / whole : NAN;
}

/* -- searches ---------------------------------------------------------------------------------------------------- */

static void
add_card (WhJsonWriter *writer, const WhCard *card)
{
  g_autofree char *id = card ? wh_id_to_string (&card->id) : NULL;

  wh_json_writer_add_string (writer, "strain_id", id);
}

static void
write_terms (WhJsonWriter *writer, const char *key, const GArray *terms)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < terms->len; i++)
    {
      const WhStatsTerm *term = &g_array_index (terms, WhStatsTerm, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "term", term->term);
      add_card (writer, term->card);
      wh_json_writer_add_integer (writer, "searches", term->searches);
      wh_json_writer_add_integer (writer, "without_result", term->empty);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_strains (WhJsonWriter *writer, const GArray *strains)
{
  wh_json_writer_key (writer, "top_strains");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < strains->len; i++)
    {
      const WhStatsTerm *strain = &g_array_index (strains, WhStatsTerm, i);
      wh_json_writer_begin_object (writer);
      add_card (writer, strain->card);
      wh_json_writer_add_string (writer, "name", strain->card->name);
      wh_json_writer_add_integer (writer, "searches", strain->searches);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_trends (WhJsonWriter *writer, const char *key, const GArray *terms)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < terms->len; i++)
    {
      const WhStatsTerm *term = &g_array_index (terms, WhStatsTerm, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "term", term->term);
      add_card (writer, term->card);
      wh_json_writer_add_integer (writer, "searches", term->searches);
      wh_json_writer_add_integer (writer, "before", term->before);
      wh_json_writer_add_number (writer, "change_percent", 100 * share_of ((double) (term->searches - term->before), (double) term->before),
                                 PERCENT_DECIMALS);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static void
write_searches (WhJsonWriter *writer, const WhStatsReport *report)
{
  const WhStatsSearches *searches = &report->searches;
  gint64 length = report->question.days * WH_TIME_DAY;

  begin (writer, "strain_analytics");
  wh_json_writer_add_integer (writer, "searches", searches->searches);
  wh_json_writer_add_integer (writer, "without_result", searches->empty);
  wh_json_writer_add_integer (writer, "not_named", searches->rest);
  write_terms (writer, "top_terms", searches->terms);
  write_strains (writer, searches->strains);
  write_terms (writer, "terms_without_result", searches->without_result);
  write_trends (writer, "trending_up", searches->rising);
  write_trends (writer, "trending_down", searches->falling);
  begin (writer, "trend");
  add_date (writer, "before_from", report->today - 2 * length);
  add_date (writer, "from", report->today - length);
  add_date (writer, "to", report->today);
  wh_json_writer_add_integer (writer, "least_searches", WH_STATS_TREND_FROM);
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
}

/* -- the others -------------------------------------------------------------------------------------------------- */

static void
write_terpenes (WhJsonWriter *writer, const WhStatsReport *report)
{
  begin (writer, "terpene_analytics");
  if (report->has_times)
    {
      wh_json_writer_add_integer (writer, "analyses", (gint64) report->times.n);
      add_moment (writer, "counted_since", report->times.since);
    }
  else
    {
      wh_json_writer_add_string (writer, "analyses", NULL);
      wh_json_writer_add_string (writer, "counted_since", NULL);
    }
  wh_json_writer_add_number (writer, "p50_ms", report->has_times ? report->times.p50 : NAN, MS_DECIMALS);
  wh_json_writer_add_number (writer, "p95_ms", report->has_times ? report->times.p95 : NAN, MS_DECIMALS);
  wh_json_writer_add_string (writer, "engine", report->engine);
  wh_json_writer_add_integer (writer, "lab_results", report->results);
  wh_json_writer_add_integer (writer, "with_terpenes", report->with_terpenes);
  wh_json_writer_end_object (writer);
}

static void
write_freshness (WhJsonWriter *writer, const WhStatsReport *report)
{
  begin (writer, "dispensary_analytics");
  wh_json_writer_key (writer, "freshness");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < WH_STATS_FACTS; i++)
    {
      const WhStatsFreshness *freshness = &report->freshness[i];
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "kind", wh_stats_fact_key (i));
      wh_json_writer_add_integer (writer, "limit_hours", wh_freshness_limit (i) / HOUR);
      wh_json_writer_add_integer (writer, "facts", freshness->n);
      wh_json_writer_add_integer (writer, "fresh", freshness->fresh);
      wh_json_writer_add_integer (writer, "stale", freshness->n - freshness->fresh);
      wh_json_writer_add_integer (writer, "unknown_age", freshness->unknown);
      wh_json_writer_add_number (writer, "fresh_share", share_of (freshness->fresh, freshness->n), SHARE_DECIMALS);
      add_moment (writer, "oldest", freshness->oldest);
      add_moment (writer, "newest", freshness->newest);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

static void
write_users (WhJsonWriter *writer)
{
  begin (writer, "user_analytics");
  wh_json_writer_add_boolean (writer, "available", FALSE);
  wh_json_writer_add_string (writer, "reason", _("There are no accounts yet. With them: how many are active, by role, and how often what "
                                                 "is done; never what one of them looked for."));
  wh_json_writer_end_object (writer);
}

static void
write_accuracy (WhJsonWriter *writer, const WhStatsAccuracy *accuracy)
{
  begin (writer, "price_analytics");
  wh_json_writer_add_integer (writer, "pairs", accuracy->n);
  wh_json_writer_add_integer (writer, "equal", accuracy->equal);
  wh_json_writer_add_number (writer, "equal_share", share_of (accuracy->equal, accuracy->n), SHARE_DECIMALS);
  wh_json_writer_add_number (writer, "median_difference", accuracy->median_difference, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "median_difference_percent", accuracy->median_percent, PERCENT_DECIMALS);
  wh_json_writer_add_number (writer, "median_hours_between", accuracy->median_hours, PERCENT_DECIMALS);
  wh_json_writer_end_object (writer);
}

static void
write_offers (WhJsonWriter *writer, const GArray *all)
{
  begin (writer, "recommendation_analytics");
  wh_json_writer_key (writer, "offers");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < all->len; i++)
    {
      const WhStatsOffers *offers = &g_array_index (all, WhStatsOffers, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "about", offers->about);
      wh_json_writer_add_integer (writer, "decided", offers->n);
      wh_json_writer_add_integer (writer, "accepted", offers->accepted);
      wh_json_writer_add_number (writer, "accepted_share", offers->share, SHARE_DECIMALS);
      wh_json_writer_add_number (writer, "low", offers->low, SHARE_DECIMALS);
      wh_json_writer_add_number (writer, "high", offers->high, SHARE_DECIMALS);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

static void
write_counts (WhJsonWriter *writer, const WhStatsReport *report)
{
  begin (writer, "catalogue");
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    wh_json_writer_add_integer (writer, wh_entity_class (kind)->plural, report->counts[kind]);
  wh_json_writer_end_object (writer);
}

void
wh_present_stats (WhJsonWriter *writer, const WhStatsReport *report)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "timeframe", wh_stats_timeframe (report->question.days));
  add_moment (writer, "from", report->from);
  add_moment (writer, "to", report->to);
  wh_json_writer_add_integer (writer, "revision", report->revision);
  if (wh_stats_wants (report, WH_STATS_STRAIN))
    write_searches (writer, report);
  if (wh_stats_wants (report, WH_STATS_TERPENE))
    write_terpenes (writer, report);
  if (wh_stats_wants (report, WH_STATS_DISPENSARY))
    write_freshness (writer, report);
  if (wh_stats_wants (report, WH_STATS_USER))
    write_users (writer);
  if (wh_stats_wants (report, WH_STATS_PRICE))
    write_accuracy (writer, &report->accuracy);
  if (wh_stats_wants (report, WH_STATS_RECOMMENDATION))
    write_offers (writer, report->offers);
  write_counts (writer, report);
  wh_json_writer_add_boolean (writer, "demonstration", wh_snapshot_has_demonstration (report->snapshot));
  wh_json_writer_end_object (writer);
}

/* -- as rows ----------------------------------------------------------------------------------------------------- */

/* `n`: what the value rests on; < 0: nothing else. */
static void
write_figure (WhJsonWriter *writer, WhStatsMetric metric, const char *figure, const char *of, double value, double n)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "metric", wh_stats_metric_key (metric));
  wh_json_writer_add_string (writer, "figure", figure);
  wh_json_writer_add_string (writer, "of", of);
  wh_json_writer_add_number (writer, "value", value, SHARE_DECIMALS);
  wh_json_writer_add_number (writer, "n", n < 0 ? NAN : n, 0);
  wh_json_writer_end_object (writer);
}

static void
term_figures (WhJsonWriter *writer, const char *figure, const GArray *terms, gboolean trend)
{
  for (guint i = 0; i < terms->len; i++)
    {
      const WhStatsTerm *term = &g_array_index (terms, WhStatsTerm, i);
      write_figure (writer, WH_STATS_STRAIN, figure, term->term, (double) term->searches, trend ? (double) term->before : -1);
    }
}

static void
search_figures (WhJsonWriter *writer, const WhStatsSearches *searches)
{
  write_figure (writer, WH_STATS_STRAIN, "searches", NULL, (double) searches->searches, -1);
  write_figure (writer, WH_STATS_STRAIN, "without_result", NULL, (double) searches->empty, (double) searches->searches);
  term_figures (writer, "searches_of_term", searches->terms, FALSE);
  term_figures (writer, "searches_of_strain", searches->strains, FALSE);
  for (guint i = 0; i < searches->without_result->len; i++)
    {
      const WhStatsTerm *term = &g_array_index (searches->without_result, WhStatsTerm, i);
      write_figure (writer, WH_STATS_STRAIN, "without_result", term->term, (double) term->empty, (double) term->searches);
    }
  term_figures (writer, "trending_up", searches->rising, TRUE);
  term_figures (writer, "trending_down", searches->falling, TRUE);
}

static void
fact_figures (WhJsonWriter *writer, const WhStatsReport *report)
{
  for (guint i = 0; i < WH_STATS_FACTS; i++)
    {
      const WhStatsFreshness *freshness = &report->freshness[i];
      write_figure (writer, WH_STATS_DISPENSARY, "fresh_share", wh_stats_fact_key (i), share_of (freshness->fresh, freshness->n),
                    freshness->n);
    }
}

static void
other_figures (WhJsonWriter *writer, const WhStatsReport *report)
{
  const WhStatsAccuracy *accuracy = &report->accuracy;

  if (wh_stats_wants (report, WH_STATS_TERPENE))
    {
      double n = report->has_times ? (double) report->times.n : NAN;
      write_figure (writer, WH_STATS_TERPENE, "p50_ms", report->engine, report->has_times ? report->times.p50 : NAN, n);
      write_figure (writer, WH_STATS_TERPENE, "p95_ms", report->engine, report->has_times ? report->times.p95 : NAN, n);
      write_figure (writer, WH_STATS_TERPENE, "with_terpenes", NULL, report->with_terpenes, report->results);
    }
  if (wh_stats_wants (report, WH_STATS_PRICE))
    {
      write_figure (writer, WH_STATS_PRICE, "equal_share", NULL, share_of (accuracy->equal, accuracy->n), accuracy->n);
      write_figure (writer, WH_STATS_PRICE, "median_difference", NULL, accuracy->median_difference, accuracy->n);
      write_figure (writer, WH_STATS_PRICE, "median_difference_percent", NULL, accuracy->median_percent, accuracy->n);
      write_figure (writer, WH_STATS_PRICE, "median_hours_between", NULL, accuracy->median_hours, accuracy->n);
    }
  for (guint i = 0; wh_stats_wants (report, WH_STATS_RECOMMENDATION) && i < report->offers->len; i++)
    {
      const WhStatsOffers *offers = &g_array_index (report->offers, WhStatsOffers, i);
      write_figure (writer, WH_STATS_RECOMMENDATION, "accepted_share", offers->about, offers->share, offers->n);
      write_figure (writer, WH_STATS_RECOMMENDATION, "accepted_share_low", offers->about, offers->low, offers->n);
      write_figure (writer, WH_STATS_RECOMMENDATION, "accepted_share_high", offers->about, offers->high, offers->n);
    }
}

void
wh_present_stats_rows (WhJsonWriter *writer, const WhStatsReport *report)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "figures");
  wh_json_writer_begin_array (writer);
  if (wh_stats_wants (report, WH_STATS_STRAIN))
    search_figures (writer, &report->searches);
  if (wh_stats_wants (report, WH_STATS_DISPENSARY))
    fact_figures (writer, report);
  other_figures (writer, report);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}
