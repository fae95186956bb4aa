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

static gboolean
take_timeframe (WhRequest *request, guint *out_days, GError **error)
{
  const char *text = wh_request_parameter (request, "timeframe");

  if (!text || wh_stats_parse_timeframe (text, out_days))
    return TRUE;
  return wh_parameters_refuse (request, "timeframe", _("“timeframe” must be 24h, 7d, 30d or 90d."), error);
}

static gboolean
take_metric (WhRequest *request, int *out_metric, GError **error)
{
  const char *text = wh_request_parameter (request, "metric");

  if (!text || wh_stats_parse_metric (text, out_metric))
    return TRUE;
  return wh_parameters_refuse (request, "metric", _("“metric” must be strain, terpene, dispensary, user, price or recommendation."), error);
}

char *
wh_handle_stats (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhStatsQuestion question = WH_STATS_QUESTION_INIT;
  WhMetricsTimes counted = wh_handlers_analysis_times (host);
  const WhStatsTimes times = { counted.since, counted.n, counted.p50, counted.p95 };
  g_autoptr (WhStatsReport) report = NULL;

  if (!wh_parameters_check (request, error) || !take_timeframe (request, &question.days, error)
      || !take_metric (request, &question.metric, error)
      || !wh_parameters_integer (request, "limit", 1, WH_STATS_ROWS_MOST, WH_STATS_ROWS, &question.rows, error))
    return NULL;
  report = wh_stats_report (host->stats, request->principal, &question, &times, error);
  if (!report)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_stats (writer, report));
}
