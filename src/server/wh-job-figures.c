/* Jobs that work figures out. */
#include <math.h>

#include "base/wh-error.h"
#include "service/wh-stats.h"
#include "wh-job-kinds.h"

#define USUAL_SHARE 0.9

const WhSpec wh_job_no_arguments[] = { { .help = NULL } };

const WhSpec wh_job_freshness_arguments[] = {
  { "fresh_share", WH_SPEC_NUMBER, 0, 1, "0.9", .help = "A kind of facts of which a smaller share is fresh is a finding." },
  { .help = NULL }
};

static WhStatsReport *
ask (WhJobRun *run, guint days, int metric, GError **error)
{
  WhStatsQuestion question = WH_STATS_QUESTION_INIT;

  question.days = days;
  question.metric = metric;
  return wh_stats_report (run->host->stats, run->principal, &question, NULL, error);
}

/* -- freshness --------------------------------------------------------------------------------------------------------- */

static void
write_fact (WhJsonWriter *writer, const WhStatsFreshness *fact)
{
  g_autofree char *oldest = wh_clock_format (fact->oldest), *newest = wh_clock_format (fact->newest);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "kind", wh_stats_fact_key (fact->kind));
  wh_json_writer_add_integer (writer, "limit_hours", wh_freshness_limit (fact->kind) / (WH_TIME_DAY / 24));
  wh_json_writer_add_integer (writer, "facts", fact->n);
  wh_json_writer_add_integer (writer, "fresh", fact->fresh);
  wh_json_writer_add_integer (writer, "stale", fact->n - fact->fresh - fact->unknown);
  wh_json_writer_add_integer (writer, "unknown_age", fact->unknown);
  wh_json_writer_add_number (writer, "fresh_share", fact->n ? (double) fact->fresh / fact->n : NAN, 4);
  wh_json_writer_add_string (writer, "oldest", oldest);
  wh_json_writer_add_string (writer, "newest", newest);
  wh_json_writer_end_object (writer);
}

static void
write_facts (WhJsonWriter *writer, const char *key, const WhStatsReport *report, double below)
{
  wh_json_writer_key (writer, key);
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < WH_STATS_FACTS; i++)
    if (report->freshness[i].n && (isnan (below) || report->freshness[i].fresh < below * report->freshness[i].n))
      write_fact (writer, &report->freshness[i]);
  wh_json_writer_end_array (writer);
}

char *
wh_job_freshness (WhJobRun *run, GError **error)
{
  double share = wh_json_number (wh_json_member (run->arguments, "fresh_share"), USUAL_SHARE);
  g_autoptr (WhStatsReport) report = ask (run, 1, WH_STATS_DISPENSARY, error);
  GString *text;

  if (!report)
    return NULL;
  text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_number (writer, "fresh_share_expected", share, 4);
  write_facts (writer, "freshness", report, NAN);
  write_facts (writer, "findings", report, share);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

/* -- analytics --------------------------------------------------------------------------------------------------------- */

static void
write_timeframe (WhJsonWriter *writer, const WhStatsReport *report)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "timeframe", wh_stats_timeframe (report->question.days));
  wh_json_writer_add_integer (writer, "revision", report->revision);
  wh_json_writer_add_integer (writer, "searches", report->searches.searches);
  wh_json_writer_add_integer (writer, "without_result", report->searches.empty);
  wh_json_writer_add_integer (writer, "price_pairs", report->accuracy.n);
  wh_json_writer_add_integer (writer, "price_pairs_equal", report->accuracy.equal);
  wh_json_writer_end_object (writer);
}

/* After this, who asks for figures waits only for what changed since. */
char *
wh_job_analytics (WhJobRun *run, GError **error)
{
  static const guint timeframes[] = { 1, 7, 30, 90 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "timeframes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < G_N_ELEMENTS (timeframes); i++)
    {
      g_autoptr (WhStatsReport) report = NULL;
      wh_job_run_tell (run, (double) i / G_N_ELEMENTS (timeframes), NULL);
      if (wh_job_run_ended (run, error) || !(report = ask (run, timeframes[i], -1, error)))
        return NULL;
      write_timeframe (writer, report);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
