#include "wh-route.h"

#include <stdarg.h>
#include <string.h>

#define NO_BODY 0
#define SMALL_BODY 65536

static const char *const no_parameters[] = { NULL };
static const char *const strains_parameters[] = { "limit", "offset", "cursor", "state", "type", "thc_min", "thc_max", "cbd_min", "cbd_max",
                                                  "sort", "order", "min.*", "max.*", NULL };
static const char *const search_parameters[] = { "q", "state", "limit", "fuzzy", NULL };
static const char *const similar_parameters[] = { "limit", NULL };
static const char *const map_parameters[] = { "limit", "offset", NULL };
static const char *const checks_parameters[] = { "code", "lab", "limit", "offset", NULL };
static const char *const clusters_parameters[] = { "k", NULL };
static const char *const correlations_parameters[] = { "analyte", "limit", NULL };
static const char *const led_parameters[] = { "profile", "limit", "offset", NULL };
static const char *const outliers_parameters[] = { "limit", NULL };
static const char *const pricing_parameters[] = { "strain_id", "product_name", "category", "state", "latitude", "longitude", "radius",
                                                  "limit", "offset", NULL };
static const char *const substitutes_parameters[] = { "product_id", "strain_id", "dispensary_id", "category", "price_max", "limit", NULL };
static const char *const total_parameters[] = { "product_id", "jurisdiction", "discount", "quantity", "buyer", NULL };
static const char *const history_parameters[] = { "product_id", "strain_id", "dispensary_id", "state", "category", "since", "limit",
                                                  "offset", NULL };
static const char *const watches_parameters[] = { "since", NULL };
static const char *const stats_parameters[] = { "timeframe", "metric", "limit", NULL };
static const char *const changes_parameters[] = { "token", "limit", NULL };

static const WhRoute routes[] = {
  { WH_ROUTE_HEALTH, "GET", "/health", WH_PERMISSION_PUBLIC, NO_BODY, "How the server is, part by part", no_parameters },
  { WH_ROUTE_READY, "GET", "/ready", WH_PERMISSION_PUBLIC, NO_BODY, "Whether requests can be answered", no_parameters },
  { WH_ROUTE_LIVE, "GET", "/live", WH_PERMISSION_PUBLIC, NO_BODY, "Whether the process is alive", no_parameters },
  { WH_ROUTE_METRICS, "GET", "/metrics", WH_PERMISSION_READ_METRICS, NO_BODY, "Measurements in Prometheus text", no_parameters },
  { WH_ROUTE_STRAINS, "GET", "/api/strains", WH_PERMISSION_READ_CATALOGUE, NO_BODY, "Strains, filtered and sorted",
    strains_parameters },
  { WH_ROUTE_STRAIN_SEARCH, "GET", "/api/strains/search", WH_PERMISSION_READ_CATALOGUE, NO_BODY, "Strains by words, typos allowed",
    search_parameters },
  { WH_ROUTE_STRAIN_RECOMMENDATIONS, "POST", "/api/strains/recommendations", WH_PERMISSION_READ_CATALOGUE, SMALL_BODY,
    "Strains that fit what is liked and wished for, with reasons", no_parameters },
  { WH_ROUTE_STRAIN, "GET", "/api/strains/{id}", WH_PERMISSION_READ_CATALOGUE, NO_BODY, "One strain with batches and lab results",
    no_parameters },
  { WH_ROUTE_TERPENES_SIMILAR, "GET", "/api/terpenes/similar/{id}", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Strains with a similar terpene profile", similar_parameters },
  { WH_ROUTE_TERPENES_COMPARE, "POST", "/api/terpenes/compare", WH_PERMISSION_READ_CATALOGUE, SMALL_BODY,
    "What differs between two to six strains", no_parameters },
  { WH_ROUTE_TERPENES_MAP, "GET", "/api/terpenes/map", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Strains as points of a plane by their terpenes", map_parameters },
  { WH_ROUTE_TERPENES_ANALYZE, "POST", "/api/terpenes/analyze", WH_PERMISSION_READ_CATALOGUE, SMALL_BODY,
    "What profiles in % or mg/g say, and the strains nearest to them", no_parameters },
  { WH_ROUTE_TERPENES_SEARCH, "GET", "/api/terpenes/search", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Strains whose leading terpenes are these", led_parameters },
  { WH_ROUTE_TERPENES_CLUSTERS, "GET", "/api/terpenes/clusters", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Strains grouped by their terpenes", clusters_parameters },
  { WH_ROUTE_TERPENES_CORRELATIONS, "GET", "/api/terpenes/correlations", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Which terpenes go together", correlations_parameters },
  { WH_ROUTE_TERPENES_OUTLIERS, "GET", "/api/terpenes/outliers", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Tests far from the others of their strain, and strains whose tests differ most", outliers_parameters },
  { WH_ROUTE_TERPENES_STRAIN_OUTLIERS, "GET", "/api/terpenes/outliers/{id}", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Tests of a strain far from its others, terpene by terpene too", outliers_parameters },
  { WH_ROUTE_LAB_RESULT_CHECKS, "GET", "/api/lab-results/checks", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Lab results that deserve a second look", checks_parameters },
  { WH_ROUTE_TERPENES, "GET", "/api/terpenes/{id}", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What the lab results of a strain say", no_parameters },
  { WH_ROUTE_PRICING_COMPARE, "GET", "/api/pricing/compare", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What a strain or product costs in the shops", pricing_parameters },
  { WH_ROUTE_SUBSTITUTES, "GET", "/api/substitutes", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What is in stock in place of a product or a strain, with reasons", substitutes_parameters },
  { WH_ROUTE_SUBSTITUTE_FEEDBACK, "POST", "/api/substitutes/feedback", WH_PERMISSION_WRITE_CATALOGUE, SMALL_BODY,
    "Whether a substitute was accepted", no_parameters },
  { WH_ROUTE_PRICING_TOTAL, "GET", "/api/pricing/total", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What is paid for a product at the counter, tax by tax", total_parameters },
  { WH_ROUTE_PRICING_HISTORY, "GET", "/api/pricing/history", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What was seen of the prices of a product or strain, when and by whom", history_parameters },
  { WH_ROUTE_PRICING_WATCHES, "GET", "/api/pricing/watches", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Products at or under the prices that somebody waits for", watches_parameters },
  { WH_ROUTE_ANALYTICS_STATS, "GET", "/api/analytics/stats", WH_PERMISSION_READ_METRICS, NO_BODY,
    "What is looked for, how fresh the facts are, how right prices were, what became of offers", stats_parameters },
  { WH_ROUTE_SYNC_CHANGES, "GET", "/api/sync/changes", WH_PERMISSION_SYNC, NO_BODY, "Changes after a token, in commit order",
    changes_parameters },
  { WH_ROUTE_ADMIN_IMPORT, "POST", "/api/admin/imports", WH_PERMISSION_WRITE_CATALOGUE, SMALL_BODY,
    "Imports a file of the server's machine", no_parameters },
  { WH_ROUTE_ADMIN_DEMO, "POST", "/api/admin/demo", WH_PERMISSION_WRITE_CATALOGUE, SMALL_BODY, "Makes the demonstration catalogue",
    no_parameters },
};
G_STATIC_ASSERT (G_N_ELEMENTS (routes) == WH_N_ROUTES);

const WhRoute *
wh_route_get (WhRouteId id)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    if (routes[i].id == id)
      return &routes[i];
  g_return_val_if_reached (NULL);
}

/* Whether a path is this route's; {id} takes exactly one segment of UTF-8 text that is not empty. */
static gboolean
path_matches (const WhRoute *route, const char *path, char **out_value)
{
  const char *hole = strstr (route->path, "{id}");
  gsize fixed = hole ? (gsize) (hole - route->path) : strlen (route->path);

  if (strncmp (route->path, path, fixed) != 0)
    return FALSE;
  if (!hole)
    return path[fixed] == '\0';
  if (path[fixed] == '\0' || strchr (path + fixed, '/'))
    return FALSE;
  *out_value = g_uri_unescape_string (path + fixed, NULL);
  return *out_value != NULL && g_utf8_validate (*out_value, -1, NULL);
}

static gboolean
method_matches (const WhRoute *route, const char *method)
{
  return strcmp (route->method, method) == 0 || (strcmp (method, "HEAD") == 0 && strcmp (route->method, "GET") == 0);
}

const WhRoute *
wh_route_match (const char *method, const char *path, char **out_value, char **out_allowed)
{
  *out_value = *out_allowed = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      g_autofree char *value = NULL;
      if (!path_matches (&routes[i], path, &value))
        continue;
      if (method_matches (&routes[i], method))
        {
          *out_value = g_steal_pointer (&value);
          return &routes[i];
        }
      *out_allowed = g_strdup (strcmp (routes[i].method, "GET") == 0 ? "GET, HEAD, OPTIONS" : "POST, OPTIONS");
      return NULL;   /* rows with literal paths stand before those with holes, so the first match is the one meant */
    }
  return NULL;
}

char *
wh_route_url (WhRouteId id, const char *value, ...)
{
  const WhRoute *route = wh_route_get (id);
  const char *hole = strstr (route->path, "{id}");
  GString *url = g_string_new_len (route->path, hole ? hole - route->path : (gssize) strlen (route->path));
  const char *name;
  va_list pairs;

  if (hole)
    g_string_append_uri_escaped (url, value, NULL, FALSE);
  va_start (pairs, value);
  while ((name = va_arg (pairs, const char *)))
    {
      const char *parameter = va_arg (pairs, const char *);
      if (!parameter)
        continue;
      g_string_append_printf (url, "%c%s=", strchr (url->str, '?') ? '&' : '?', name);
      g_string_append_uri_escaped (url, parameter, NULL, FALSE);
    }
  va_end (pairs);
  return g_string_free (url, FALSE);
}
