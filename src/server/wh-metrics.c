#include "wh-metrics.h"

#include <math.h>
#include <string.h>

#include "base/wh-clock.h"

/* Upper bounds in microseconds; the target figures of the API lie among them. */
static const gint64 bounds[] = { 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 5000000 };
#define N_BOUNDS G_N_ELEMENTS (bounds)
#define N_CLASSES 6   /* status / 100 */

typedef struct {
  guint64 statuses[N_CLASSES];
  guint64 buckets[N_BOUNDS + 1];
  guint64 count;
  gint64  total;
} RouteCounts;

struct _WhMetrics {
  GMutex      lock;
  RouteCounts *routes;   /* by position in the route table; the last: no route */
  guint64     refused, turned_away, denied, misled;
  gint64      since;
};

WhMetrics *
wh_metrics_new (void)
{
  WhMetrics *metrics = g_new0 (WhMetrics, 1);

  g_mutex_init (&metrics->lock);
  metrics->since = wh_clock_now ();
  metrics->routes = g_new0 (RouteCounts, wh_route_count () + 1);
  return metrics;
}

void
wh_metrics_free (WhMetrics *metrics)
{
  g_mutex_clear (&metrics->lock);
  g_free (metrics->routes);
  g_free (metrics);
}

static guint
bucket_of (gint64 microseconds)
{
  guint bucket = 0;

  while (bucket < N_BOUNDS && microseconds > bounds[bucket])
    bucket++;
  return bucket;
}

void
wh_metrics_count (WhMetrics *metrics, const WhRoute *route, guint status, gint64 microseconds)
{
  RouteCounts *counts = &metrics->routes[route ? wh_route_position (route) : wh_route_count ()];

  g_mutex_lock (&metrics->lock);
  counts->statuses[MIN (status / 100, N_CLASSES - 1)]++;
  counts->buckets[bucket_of (microseconds)]++;
  counts->count++;
  counts->total += microseconds;
  g_mutex_unlock (&metrics->lock);
}

void
wh_metrics_denied (WhMetrics *metrics)
{
  g_mutex_lock (&metrics->lock);
  metrics->denied++;
  g_mutex_unlock (&metrics->lock);
}

void
wh_metrics_misled (WhMetrics *metrics)
{
  g_mutex_lock (&metrics->lock);
  metrics->misled++;
  g_mutex_unlock (&metrics->lock);
}

void
wh_metrics_refused (WhMetrics *metrics)
{
  g_mutex_lock (&metrics->lock);
  metrics->refused++;
  g_mutex_unlock (&metrics->lock);
}

void
wh_metrics_turned_away (WhMetrics *metrics)
{
  g_mutex_lock (&metrics->lock);
  metrics->turned_away++;
  g_mutex_unlock (&metrics->lock);
}

/* In the last bucket, which is open, its lower bound is all that is known. */
static double
quantile (const guint64 *buckets, guint64 count, double share)
{
  double wanted = share * (double) count, below = 0;

  for (guint i = 0; i < N_BOUNDS; i++)
    {
      double low = i ? (double) bounds[i - 1] : 0;
      if (below + (double) buckets[i] >= wanted && buckets[i] > 0)
        return (low + ((double) bounds[i] - low) * (wanted - below) / (double) buckets[i]) / 1e3;
      below += (double) buckets[i];
    }
  return count ? (double) bounds[N_BOUNDS - 1] / 1e3 : NAN;
}

WhMetricsTimes
wh_metrics_times (WhMetrics *metrics, const WhRouteId *routes, guint n_routes)
{
  WhMetricsTimes times = { .since = metrics->since };
  guint64 buckets[N_BOUNDS + 1] = { 0 };

  g_mutex_lock (&metrics->lock);
  for (guint i = 0; i < n_routes; i++)
    {
      const RouteCounts *counts = &metrics->routes[wh_route_position (wh_route_get (routes[i]))];
      times.n += counts->count;
      for (guint j = 0; j <= N_BOUNDS; j++)
        buckets[j] += counts->buckets[j];
    }
  g_mutex_unlock (&metrics->lock);
  times.p50 = quantile (buckets, times.n, 0.5);
  times.p95 = quantile (buckets, times.n, 0.95);
  return times;
}

/* What tells the rows of the table apart. */
static char *
labels_of (guint position)
{
  const WhRoute *route = position < wh_route_count () ? wh_route_at (position) : NULL;

  return g_strdup_printf ("route=\"%s\",method=\"%s\"", route ? route->path : "none", route ? route->method : "none");
}

static void
write_requests (const WhMetrics *metrics, GString *out)
{
  g_string_append (out, "# HELP weedhounds_http_requests_total Requests by route and status class.\n"
                        "# TYPE weedhounds_http_requests_total counter\n");
  for (guint i = 0; i <= wh_route_count (); i++)
    {
      g_autofree char *labels = labels_of (i);
      for (guint class = 1; class < N_CLASSES; class++)
        if (metrics->routes[i].statuses[class])
          g_string_append_printf (out, "weedhounds_http_requests_total{%s,status=\"%uxx\"} %" G_GUINT64_FORMAT "\n", labels, class,
                                  metrics->routes[i].statuses[class]);
    }
}

static void
write_histogram (const RouteCounts *counts, const char *labels, GString *out)
{
  guint64 below = 0;
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < N_BOUNDS; i++)
    {
      below += counts->buckets[i];
      g_ascii_formatd (number, sizeof number, "%g", bounds[i] / 1e6);
      g_string_append_printf (out, "weedhounds_http_request_seconds_bucket{%s,le=\"%s\"} %" G_GUINT64_FORMAT "\n", labels, number,
                              below);
    }
  g_ascii_formatd (number, sizeof number, "%.6f", counts->total / 1e6);
  g_string_append_printf (out,
                          "weedhounds_http_request_seconds_bucket{%s,le=\"+Inf\"} %" G_GUINT64_FORMAT "\n"
                          "weedhounds_http_request_seconds_sum{%s} %s\n"
                          "weedhounds_http_request_seconds_count{%s} %" G_GUINT64_FORMAT "\n",
                          labels, counts->count, labels, number, labels, counts->count);
}

static void
present_route (const RouteCounts *counts, const WhRoute *route, WhJsonWriter *writer)
{
  static const char *const classes[N_CLASSES] = { "other", "1xx", "2xx", "3xx", "4xx", "5xx" };

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "route", route ? route->path : NULL);
  wh_json_writer_add_string (writer, "method", route ? route->method : NULL);
  wh_json_writer_add_integer (writer, "requests", (gint64) counts->count);
  wh_json_writer_key (writer, "statuses");
  wh_json_writer_begin_object (writer);
  for (guint i = 0; i < N_CLASSES; i++)
    if (counts->statuses[i])
      wh_json_writer_add_integer (writer, classes[i], (gint64) counts->statuses[i]);
  wh_json_writer_end_object (writer);
  wh_json_writer_add_number (writer, "p50_ms", quantile (counts->buckets, counts->count, 0.5), 3);
  wh_json_writer_add_number (writer, "p95_ms", quantile (counts->buckets, counts->count, 0.95), 3);
  wh_json_writer_add_number (writer, "p99_ms", quantile (counts->buckets, counts->count, 0.99), 3);
  wh_json_writer_end_object (writer);
}

void
wh_metrics_present (WhMetrics *metrics, WhJsonWriter *writer)
{
  wh_json_writer_begin_array (writer);
  g_mutex_lock (&metrics->lock);
  for (guint i = 0; i <= wh_route_count (); i++)
    if (metrics->routes[i].count)
      present_route (&metrics->routes[i], i < wh_route_count () ? wh_route_at (i) : NULL, writer);
  g_mutex_unlock (&metrics->lock);
  wh_json_writer_end_array (writer);
}

void
wh_metrics_write (WhMetrics *metrics, GString *out)
{
  g_mutex_lock (&metrics->lock);
  write_requests (metrics, out);
  g_string_append (out, "# HELP weedhounds_http_request_seconds Time from request to reply.\n"
                        "# TYPE weedhounds_http_request_seconds histogram\n");
  for (guint i = 0; i < wh_route_count (); i++)
    {
      g_autofree char *labels = labels_of (i);
      if (metrics->routes[i].count)
        write_histogram (&metrics->routes[i], labels, out);
    }
  g_string_append_printf (out,
                          "# HELP weedhounds_http_refused_total Request heads the gate refused.\n"
                          "# TYPE weedhounds_http_refused_total counter\n"
                          "weedhounds_http_refused_total %" G_GUINT64_FORMAT "\n"
                          "# HELP weedhounds_connections_turned_away_total Connections that were too many.\n"
                          "# TYPE weedhounds_connections_turned_away_total counter\n"
                          "weedhounds_connections_turned_away_total %" G_GUINT64_FORMAT "\n"
                          "# HELP weedhounds_access_denied_total Connections and requests from addresses that may not come in.\n"
                          "# TYPE weedhounds_access_denied_total counter\n"
                          "weedhounds_access_denied_total %" G_GUINT64_FORMAT "\n"
                          "# HELP weedhounds_forwarded_malformed_total Requests whose proxy said in no readable way whose they are.\n"
                          "# TYPE weedhounds_forwarded_malformed_total counter\n"
                          "weedhounds_forwarded_malformed_total %" G_GUINT64_FORMAT "\n", metrics->refused, metrics->turned_away,
                          metrics->denied, metrics->misled);
  g_mutex_unlock (&metrics->lock);
}
