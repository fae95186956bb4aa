/* wh-metrics.h: counters of the server, as Prometheus text. Thread-safe. */
#pragma once

#include "base/wh-json-writer.h"
#include "wire/wh-route.h"

G_BEGIN_DECLS

typedef struct _WhMetrics WhMetrics;

WhMetrics *wh_metrics_new     (void);
void       wh_metrics_free    (WhMetrics *metrics);
/* `route` NULL: no route matched. */
void       wh_metrics_count   (WhMetrics *metrics, const WhRoute *route, guint status, gint64 microseconds);
void       wh_metrics_refused (WhMetrics *metrics);   /* by the gate, before any route */
void       wh_metrics_turned_away (WhMetrics *metrics);   /* a connection, since there are too many */
void       wh_metrics_denied  (WhMetrics *metrics);    /* a connection or a request, by the lists of addresses */
void       wh_metrics_misled  (WhMetrics *metrics);    /* what a trusted proxy said of a client was malformed */
/* How fast these routes were answered: quantiles within their histogram's buckets, evenly. */
typedef struct {
  gint64  since;      /* moment from which on was counted */
  guint64 n;
  double  p50, p95;   /* ms; NAN: none */
} WhMetricsTimes;
WhMetricsTimes wh_metrics_times (WhMetrics *metrics, const WhRouteId *routes, guint n_routes);
/* [{route, method, requests, statuses{2xx …}, p50_ms, p95_ms, p99_ms}] of the routes that were asked for. */
void       wh_metrics_present (WhMetrics *metrics, WhJsonWriter *writer);
/* Appends all counters. */
void       wh_metrics_write   (WhMetrics *metrics, GString *out);

G_END_DECLS
