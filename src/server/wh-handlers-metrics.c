/* Measurements: /metrics as Prometheus text, /api/metrics as JSON, both from one list of figures and the histograms of the routes. */
#include <string.h>
#include <unistd.h>

#include "base/wh-clock.h"
#include "wh-figures.h"
#include "wh-handlers-private.h"
#include "wh-job-runner.h"
#include "wh-log.h"
#include "wh-reports.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* -- the process -- */

/* Bytes of memory the process holds; 0 where the kernel does not say. */
static double
resident_bytes (void)
{
  g_autofree char *text = NULL;
  gint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    pages = g_ascii_strtoll (text + strcspn (text, " "), NULL, 10);
  return (double) (pages * sysconf (_SC_PAGESIZE));
}

static double
open_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

static void
add_process (WhFigures *figures)
{
  wh_figures_add (figures, "process_resident_memory_bytes", "Memory the process holds.", resident_bytes ());
  wh_figures_add (figures, "process_open_fds", "Descriptors the process holds.", open_descriptors ());
  wh_figures_add (figures, "process_max_fds", "Descriptors the process may hold.", (double) sysconf (_SC_OPEN_MAX));
}

/* -- store, catalogue, cache -- */

static gboolean
add_rows_cb (WhReader *reader, gpointer user_data, GError **error)
{
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      gint64 count = wh_reader_count (reader, kind, error);
      if (count < 0)
        return FALSE;
      wh_figures_add_for (user_data, "weedhounds_store_rows", "Rows by kind.", "kind", wh_entity_class (kind)->name, (double) count);
    }
  return TRUE;
}

static gboolean
add_store (WhHost *host, const WhPrincipal *principal, WhFigures *figures, GError **error)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (host->catalogue);

  wh_figures_add (figures, "weedhounds_store_revision", "Sequence number of the last change.", (double) wh_store_revision (host->store));
  wh_figures_add (figures, "weedhounds_catalogue_revision", "Revision the catalogue in memory was built from.",
                  (double) wh_snapshot_revision (snapshot));
  wh_figures_add (figures, "weedhounds_catalogue_strains", "Strains in the catalogue in memory.", (double) wh_snapshot_length (snapshot));
  return wh_store_read (host->store, principal, add_rows_cb, figures, error);
}

static void
add_cache (WhHost *host, WhFigures *figures)
{
  WhCacheStats stats;

  wh_cache_stats (host->cache, &stats);
  wh_figures_add_for (figures, "weedhounds_cache_hits_total", "Finished answers found.", "level", "local", (double) stats.local_hits);
  wh_figures_add_for (figures, "weedhounds_cache_hits_total", "", "level", "shared", (double) stats.shared_hits);
  wh_figures_add (figures, "weedhounds_cache_misses_total", "Finished answers looked for and not found.", (double) stats.misses);
  wh_figures_add (figures, "weedhounds_cache_failures_total", "Times the shared cache did not answer as it should.",
                  (double) stats.failures);
  wh_figures_add (figures, "weedhounds_cache_evictions_total", "Values that made room for others in this process.",
                  (double) stats.evictions);
  wh_figures_add (figures, "weedhounds_cache_entries", "Values in this process.", (double) stats.entries);
  wh_figures_add (figures, "weedhounds_cache_bytes", "Bytes of the values in this process.", (double) stats.bytes);
  if (stats.shared)
    wh_figures_add (figures, "weedhounds_cache_shared_up", "1: the shared cache answers.", stats.answering);
}

/* Whole replies that were given out again without asking the store. */
static void
add_replies (WhHost *host, WhFigures *figures)
{
  WhCacheStats stats;

  wh_documents_stats (host->documents, &stats);
  wh_figures_add (figures, "weedhounds_replies_hits_total", "Replies that were kept and given out again.", (double) stats.local_hits);
  wh_figures_add (figures, "weedhounds_replies_misses_total", "Replies that were looked for and had to be made.", (double) stats.misses);
  wh_figures_add (figures, "weedhounds_replies_evictions_total", "Replies that made room for others.", (double) stats.evictions);
  wh_figures_add (figures, "weedhounds_replies_entries", "Replies that are kept.", (double) stats.entries);
  wh_figures_add (figures, "weedhounds_replies_bytes", "Bytes of the replies that are kept.", (double) stats.bytes);
}

/* -- how often one asks -- */

static void
add_limits (WhHost *host, WhFigures *figures)
{
  if (!host->limits)
    return;
  for (WhRouteClass class = WH_CLASS_SEARCH; class < WH_N_CLASSES; class++)
    {
      const char *word = wh_setting_row (WH_SETTING_LIMIT_SEARCH + (class - WH_CLASS_SEARCH))->name;
      wh_figures_add_for (figures, "weedhounds_limits_refused_total", "Requests that were more than is free, by class.", "class", word,
                          (double) wh_rate_limits_refused (host->limits, class));
    }
  wh_figures_add (figures, "weedhounds_limits_crowded_total", "Requests that were counted together with neighbours for want of room.",
                  (double) wh_rate_limits_crowded (host->limits));
}

/* -- what waits, what was logged -- */

static void
add_waiting (WhHost *host, WhFigures *figures)
{
  const struct {
    const char  *name;
    GThreadPool *pool;
  } pools[] = { { "analyses", host->analyses }, { "surveys", host->surveys }, { "writes", host->writes }, { "jobs", host->jobs } };

  for (guint i = 0; i < G_N_ELEMENTS (pools); i++)
    if (pools[i].pool)
      wh_figures_add_for (figures, "weedhounds_waiting_requests", "Requests that wait for a thread.", "work", pools[i].name,
                          g_thread_pool_unprocessed (pools[i].pool));
}

static void
add_log (WhHost *host, WhFigures *figures)
{
  WhLogCounts counts;
  WhReportsCounts reports;

  wh_log_counts (&counts);
  wh_figures_add_for (figures, "weedhounds_log_lines_total", "Lines of the log by level.", "level", "warning", (double) counts.warnings);
  wh_figures_add_for (figures, "weedhounds_log_lines_total", "", "level", "error", (double) counts.errors);
  wh_figures_add (figures, "weedhounds_log_left_out_total", "Lines that were left out because there were too many.",
                  (double) counts.left_out);
  wh_figures_add (figures, "weedhounds_store_slow_statements_total", "Statements of the database that took long.",
                  (double) counts.slow_queries);
  if (!host->reports)
    return;
  wh_reports_counts (host->reports, &reports);
  wh_figures_add_for (figures, "weedhounds_reports_total", "Failures told to the service for them.", "outcome", "sent",
                      (double) reports.sent);
  wh_figures_add_for (figures, "weedhounds_reports_total", "", "outcome", "failed", (double) reports.failed);
  wh_figures_add_for (figures, "weedhounds_reports_total", "", "outcome", "dropped", (double) reports.dropped);
}

/* -- the trade: what is looked for, how fresh the facts are, how right prices were, what became of offers -- */

static void
add_freshness (const WhStatsReport *report, WhFigures *figures)
{
  for (guint i = 0; i < WH_STATS_FACTS; i++)
    if (report->freshness[i].n)
      wh_figures_add_for (figures, "weedhounds_facts", "Facts by kind.", "kind", wh_stats_fact_key (i), report->freshness[i].n);
  for (guint i = 0; i < WH_STATS_FACTS; i++)
    if (report->freshness[i].n)
      wh_figures_add_for (figures, "weedhounds_facts_fresh", "Facts that are no older than their kind may be.", "kind",
                          wh_stats_fact_key (i), report->freshness[i].fresh);
  for (guint i = 0; i < WH_STATS_FACTS; i++)
    if (report->freshness[i].n && report->freshness[i].newest != WH_TIME_UNSET)
      wh_figures_add_for (figures, "weedhounds_facts_newest_seconds", "When the newest fact was observed, since 1970.", "kind",
                          wh_stats_fact_key (i), (double) (report->freshness[i].newest / WH_TIME_SECOND));
}

static void
add_offers (const WhStatsReport *report, WhFigures *figures)
{
  for (guint i = 0; i < report->offers->len; i++)
    {
      const WhStatsOffers *offers = &g_array_index (report->offers, WhStatsOffers, i);
      wh_figures_add_for (figures, "weedhounds_offers_decided", "Offers of the last seven days that were accepted or rejected.", "about",
                          offers->about, offers->n);
    }
  for (guint i = 0; i < report->offers->len; i++)
    {
      const WhStatsOffers *offers = &g_array_index (report->offers, WhStatsOffers, i);
      wh_figures_add_for (figures, "weedhounds_offers_accepted", "Of those the accepted ones.", "about", offers->about, offers->accepted);
    }
}

static gboolean
add_trade (WhHost *host, const WhPrincipal *principal, WhFigures *figures, GError **error)
{
  const WhStatsQuestion question = WH_STATS_QUESTION_INIT;
  WhMetricsTimes counted = wh_handlers_analysis_times (host);
  const WhStatsTimes times = { counted.since, counted.n, counted.p50, counted.p95 };
  g_autoptr (WhStatsReport) report = wh_stats_report (host->stats, principal, &question, &times, error);

  if (!report)
    return FALSE;
  wh_figures_add (figures, "weedhounds_searches", "Searches of the last seven days.", (double) report->searches.searches);
  wh_figures_add (figures, "weedhounds_searches_empty", "Of those the ones that found nothing.", (double) report->searches.empty);
  wh_figures_add (figures, "weedhounds_terpene_analyses_total", "Terpene analyses that were answered.", (double) counted.n);
  wh_figures_add_for (figures, "weedhounds_terpene_analysis_milliseconds", "How long they took.", "quantile", "0.5", counted.p50);
  wh_figures_add_for (figures, "weedhounds_terpene_analysis_milliseconds", "", "quantile", "0.95", counted.p95);
  wh_figures_add_for (figures, "weedhounds_engine", "The engine that computes them.", "engine", report->engine, 1);
  add_freshness (report, figures);
  wh_figures_add (figures, "weedhounds_price_pairs", "Prices of the last seven days that were observed again.", report->accuracy.n);
  wh_figures_add (figures, "weedhounds_price_pairs_equal", "Of those the ones that had stayed right.", report->accuracy.equal);
  wh_figures_add (figures, "weedhounds_price_median_difference_percent", "How far off they were.", report->accuracy.median_percent);
  add_offers (report, figures);
  return TRUE;
}

static WhFigures *
collect (WhHost *host, const WhPrincipal *principal, GError **error)
{
  g_autoptr (WhFigures) figures = wh_figures_new ();

  add_process (figures);
  add_cache (host, figures);
  add_replies (host, figures);
  add_limits (host, figures);
  add_waiting (host, figures);
  add_log (host, figures);
  if (host->runner)
    wh_job_runner_figures (host->runner, figures);
  if (!add_store (host, principal, figures, error) || !add_trade (host, principal, figures, error))
    return NULL;
  return g_steal_pointer (&figures);
}

char *
wh_handle_metrics (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhFigures) figures = collect (host, request->principal, error);
  GString *out;

  if (!figures)
    return NULL;
  out = g_string_new (NULL);
  wh_metrics_write (host->metrics, out);
  wh_figures_text (figures, out);
  request->reply_type = METRICS_TYPE;
  return g_string_free (out, FALSE);
}

char *
wh_handle_metrics_json (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhFigures) figures = collect (host, request->principal, error);
  GString *text;
  g_autoptr (WhJsonWriter) writer = NULL;

  if (!figures)
    return NULL;
  text = g_string_new (NULL);
  writer = wh_json_writer_new (text, 0);
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "routes");
  wh_metrics_present (host->metrics, writer);
  wh_json_writer_key (writer, "figures");
  wh_figures_present (figures, writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}
