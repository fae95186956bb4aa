/* Figures of the catalogue, its use and its answers. */
#include <glib/gi18n.h>

#include "service/wh-stats.h"
#include "wh-handlers-private.h"

/* What counts as an analysis of terpenes. */
static const WhRouteId analyses[] = { WH_ROUTE_TERPENES_ANALYZE, WH_ROUTE_TERPENES_COMPARE, WH_ROUTE_TERPENES_SEARCH,
                                      WH_ROUTE_TERPENES_SIMILAR, WH_ROUTE_TERPENES };

WhMetricsTimes
wh_handlers_analysis_times (WhHost *host)
{
  return wh_metrics_times (host->metrics, analyses, G_N_ELEMENTS (analyses));
}

char *
wh_handle_stats (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhStatsQuestion question = WH_STATS_QUESTION_INIT;
  WhMetricsTimes counted = wh_handlers_analysis_times (host);
  const WhStatsTimes times = { counted.since, counted.n, counted.p50, counted.p95 };
  const char *metric = wh_request_parameter (request, "metric");
  g_autoptr (WhStatsReport) report = NULL;

  wh_stats_parse_timeframe (wh_parameters_text (request, "timeframe"), &question.days);
  if (metric)
    wh_stats_parse_metric (metric, &question.metric);
  question.rows = wh_parameters_unsigned (request, "limit");
  report = wh_stats_report (host->stats, request->principal, &question, &times, error);
  if (!report)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_stats (writer, report));
}
