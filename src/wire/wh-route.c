#include "wh-route.h"

#include <stdarg.h>
#include <string.h>

#include "core/wh-listing.h"
#include "wh-route-tables.h"

#define HOLE "{id}"
#define NO_BODY 0
#define SMALL_BODY 65536
#define ROW_BODY (256 * 1024)             /* a lab result with every analyte is 100 kB */
#define CHANGES_BODY (4 * 1024 * 1024)

#define READ_CATALOGUE WH_PERMISSION_READ_CATALOGUE
#define WRITE_CATALOGUE WH_PERMISSION_WRITE_CATALOGUE
#define READ_SHOP WH_PERMISSION_READ_SHOP
#define ADMINISTER WH_PERMISSION_ADMINISTER
#define WRITE_SHOP WH_PERMISSION_WRITE_SHOP

/* What can be asked of rows of a kind, and asked for. */
#define READ_ROWS(path, kind, read, list, one) \
  { WH_ROUTE_ROWS, "GET", path, read, NO_BODY, "Rows, filtered by their fields and sorted", wh_route_rows_parameters, kind, \
    .class = list }, \
  { WH_ROUTE_ROW, "GET", path "/{id}", read, NO_BODY, "One row", wh_route_no_parameters, kind, .class = one }
#define MAKE_ROWS(path, kind, write, class_of_writes) \
  { WH_ROUTE_ROW_CREATE, "POST", path, write, ROW_BODY, "Makes a row", wh_route_no_parameters, kind, \
    .class = class_of_writes }, \
  { WH_ROUTE_ROW_DELETE, "DELETE", path "/{id}", write, NO_BODY, "Deletes a row", wh_route_row_delete_parameters, kind, \
    .class = class_of_writes }
#define CHANGE_ROWS(path, kind, write, class_of_writes) \
  { WH_ROUTE_ROW_REPLACE, "PUT", path "/{id}", write, ROW_BODY, "Replaces a row, or makes it", wh_route_no_parameters, kind, \
    .class = class_of_writes }, \
  { WH_ROUTE_ROW_CHANGE, "PATCH", path "/{id}", write, ROW_BODY, "Changes the given fields of a row", wh_route_no_parameters, kind, \
    .class = class_of_writes }
#define ROWS(path, kind, read, write) \
  READ_ROWS (path, kind, read, WH_CLASS_SEARCH, WH_CLASS_STRAIN), MAKE_ROWS (path, kind, write, WH_CLASS_WRITE), \
  CHANGE_ROWS (path, kind, write, WH_CLASS_WRITE)
/* Of people, not of the catalogue. */
#define OWN_ROWS(path, kind) \
  READ_ROWS (path, kind, READ_SHOP, WH_CLASS_USER, WH_CLASS_USER), MAKE_ROWS (path, kind, WRITE_SHOP, WH_CLASS_USER), \
  CHANGE_ROWS (path, kind, WRITE_SHOP, WH_CLASS_USER)

/* Where a path matches several rows, the first names the path that is meant: literal ones stand before those with holes. */
static const WhRoute routes[] = {
  { WH_ROUTE_HEALTH, "GET", "/health", WH_PERMISSION_PUBLIC, NO_BODY, "How the server is, part by part", wh_route_no_parameters,
    .class = WH_CLASS_FREE },
  { WH_ROUTE_READY, "GET", "/ready", WH_PERMISSION_PUBLIC, NO_BODY, "Whether requests can be answered", wh_route_no_parameters,
    .class = WH_CLASS_FREE },
  { WH_ROUTE_LIVE, "GET", "/live", WH_PERMISSION_PUBLIC, NO_BODY, "Whether the process is alive", wh_route_no_parameters,
    .class = WH_CLASS_FREE },
  { WH_ROUTE_METRICS, "GET", "/metrics", WH_PERMISSION_READ_METRICS, NO_BODY, "Measurements in Prometheus text", wh_route_no_parameters,
    .class = WH_CLASS_FREE },
  { WH_ROUTE_METRICS_JSON, "GET", "/api/metrics", WH_PERMISSION_READ_METRICS, NO_BODY, "The same measurements as JSON",
    wh_route_no_parameters, .class = WH_CLASS_FREE },
  { WH_ROUTE_OPENAPI, "GET", "/openapi.json", WH_PERMISSION_PUBLIC, NO_BODY, "This document", wh_route_no_parameters,
    .class = WH_CLASS_FREE },
  { WH_ROUTE_STRAINS, "GET", "/api/strains", WH_PERMISSION_READ_CATALOGUE, NO_BODY, "Strains, filtered and sorted",
    wh_route_strains_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_STRAIN_SEARCH, "GET", "/api/strains/search", WH_PERMISSION_READ_CATALOGUE, NO_BODY, "Strains by words, typos allowed",
    wh_route_search_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_STRAIN_FACETS, "GET", "/api/strains/facets", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "How all strains that a search finds divide", wh_route_facets_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_PRODUCT_SEARCH, "GET", "/api/products/search", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Products by words of their names and brands, typos allowed", wh_route_product_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_STRAIN_RECOMMENDATIONS, "POST", "/api/strains/recommendations", WH_PERMISSION_READ_CATALOGUE, SMALL_BODY,
    "Strains that fit what is liked and wished for, with reasons", wh_route_no_parameters, .body = wh_route_recommend_body,
    .class = WH_CLASS_SEARCH },
  { WH_ROUTE_STRAIN, "GET", "/api/strains/{id}", WH_PERMISSION_READ_CATALOGUE, NO_BODY, "One strain with batches and lab results",
    wh_route_no_parameters, .class = WH_CLASS_STRAIN },
  { WH_ROUTE_TERPENES_SIMILAR, "GET", "/api/terpenes/similar/{id}", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Strains with a similar terpene profile", wh_route_similar_parameters, .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES_COMPARE, "POST", "/api/terpenes/compare", WH_PERMISSION_READ_CATALOGUE, SMALL_BODY,
    "What differs between two to six strains", wh_route_no_parameters, .body = wh_route_compare_body, .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES_MAP, "GET", "/api/terpenes/map", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Strains as points of a plane by their terpenes", wh_route_map_parameters, .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES_ANALYZE, "POST", "/api/terpenes/analyze", WH_PERMISSION_READ_CATALOGUE, SMALL_BODY,
    "What profiles in % or mg/g say, and the strains nearest to them", wh_route_no_parameters, .body = wh_route_analyze_body,
    .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES_EFFECTS, "POST", "/api/terpenes/effects", WH_PERMISSION_READ_CATALOGUE, SMALL_BODY,
    "The chemistry and aroma of profiles, and why no effects follow from them", wh_route_no_parameters, .body = wh_route_effects_body,
    .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES_SEARCH, "GET", "/api/terpenes/search", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Strains whose leading terpenes are these", wh_route_led_parameters, .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES_CLUSTERS, "GET", "/api/terpenes/clusters", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Strains grouped by their terpenes", wh_route_clusters_parameters, .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES_CORRELATIONS, "GET", "/api/terpenes/correlations", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Which terpenes go together", wh_route_correlations_parameters, .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES_OUTLIERS, "GET", "/api/terpenes/outliers", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Tests far from the others of their strain, and strains whose tests differ most", wh_route_outliers_parameters,
    .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES_STRAIN_OUTLIERS, "GET", "/api/terpenes/outliers/{id}", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Tests of a strain far from its others, terpene by terpene too", wh_route_outliers_parameters, .class = WH_CLASS_TERPENES },
  { WH_ROUTE_LAB_RESULT_CHECKS, "GET", "/api/lab-results/checks", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Lab results that deserve a second look", wh_route_checks_parameters, .class = WH_CLASS_TERPENES },
  { WH_ROUTE_TERPENES, "GET", "/api/terpenes/{id}", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What the lab results of a strain say", wh_route_no_parameters, .class = WH_CLASS_TERPENES },
  { WH_ROUTE_PRICING_COMPARE, "GET", "/api/pricing/compare", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What a strain or product costs in the shops", wh_route_pricing_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_SUBSTITUTES, "GET", "/api/substitutes", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What is in stock in place of a product or a strain, with reasons", wh_route_substitutes_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_SUBSTITUTE_FEEDBACK, "POST", "/api/substitutes/feedback", WH_PERMISSION_WRITE_SHOP, SMALL_BODY,
    "Whether a substitute was accepted", wh_route_no_parameters, .body = wh_route_feedback_body, .class = WH_CLASS_USER },
  { WH_ROUTE_PRICING_TOTAL, "GET", "/api/pricing/total", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What is paid for a product at the counter, tax by tax", wh_route_total_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_PRICING_HISTORY, "GET", "/api/pricing/history", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "What was seen of the prices of a product or strain, when and by whom", wh_route_history_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_PRICING_WATCHES, "GET", "/api/pricing/watches", WH_PERMISSION_READ_CATALOGUE, NO_BODY,
    "Products at or under the prices that somebody waits for", wh_route_watches_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_ANALYTICS_STATS, "GET", "/api/analytics/stats", WH_PERMISSION_READ_METRICS, NO_BODY,
    "What is looked for, how fresh the facts are, how right prices were, what became of offers", wh_route_stats_parameters,
    .class = WH_CLASS_ANALYTICS },
  { WH_ROUTE_SYNC_CHANGES, "GET", "/api/sync/changes", WH_PERMISSION_SYNC, NO_BODY, "Changes after a token, in commit order",
    wh_route_changes_parameters, .class = WH_CLASS_SYNC },
  { WH_ROUTE_EVENTS, "GET", "/api/events", WH_PERMISSION_SYNC, NO_BODY, "Changes as they happen, as Server-Sent Events",
    wh_route_events_parameters, .class = WH_CLASS_SYNC },
  { WH_ROUTE_ADMIN_IMPORT, "POST", "/api/admin/imports", WH_PERMISSION_WRITE_CATALOGUE, SMALL_BODY,
    "Imports a file of the server's machine", wh_route_no_parameters, .body = wh_route_import_body, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_ADMIN_DEMO, "POST", "/api/admin/demo", WH_PERMISSION_WRITE_CATALOGUE, SMALL_BODY, "Makes the demonstration catalogue",
    wh_route_no_parameters, .body = wh_route_demo_body, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_WEBHOOKS, "GET", "/api/webhooks", ADMINISTER, NO_BODY, "Who is called when something happens", wh_route_no_parameters,
    .class = WH_CLASS_ADMIN },
  { WH_ROUTE_WEBHOOK_ADD, "POST", "/api/webhooks", ADMINISTER, SMALL_BODY, "Has an address called; the secret is told this once",
    wh_route_no_parameters, .body = wh_route_webhook_body, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_WEBHOOK, "GET", "/api/webhooks/{id}", ADMINISTER, NO_BODY, "One webhook", wh_route_no_parameters,
    .class = WH_CLASS_ADMIN },
  { WH_ROUTE_WEBHOOK_CHANGE, "PATCH", "/api/webhooks/{id}", ADMINISTER, SMALL_BODY, "Pauses a webhook, or changes what it hears of",
    wh_route_no_parameters, .body = wh_route_webhook_change_body, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_WEBHOOK_DELETE, "DELETE", "/api/webhooks/{id}", ADMINISTER, NO_BODY, "Deletes a webhook with its calls",
    wh_route_no_parameters, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_WEBHOOK_DELIVERIES, "GET", "/api/webhooks/{id}/deliveries", ADMINISTER, NO_BODY, "Its calls, the newest first",
    wh_route_deliveries_parameters, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_WEBHOOK_RETRY, "POST", "/api/webhooks/{id}/retry", ADMINISTER, NO_BODY, "Makes its dead calls once more",
    wh_route_no_parameters, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_JOBS, "GET", "/api/admin/jobs", ADMINISTER, NO_BODY, "What the servers do or did by themselves, the newest first",
    wh_route_jobs_parameters, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_JOB_ADD, "POST", "/api/admin/jobs", ADMINISTER, SMALL_BODY, "Puts a job into the queue", wh_route_no_parameters,
    .body = wh_route_job_body, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_JOB, "GET", "/api/admin/jobs/{id}", ADMINISTER, NO_BODY, "How far a job is, and what came of it", wh_route_no_parameters,
    .class = WH_CLASS_ADMIN },
  { WH_ROUTE_JOB_CANCEL, "DELETE", "/api/admin/jobs/{id}", ADMINISTER, NO_BODY, "Stops a job", wh_route_no_parameters,
    .class = WH_CLASS_ADMIN },
  { WH_ROUTE_SCHEDULES, "GET", "/api/admin/schedules", ADMINISTER, NO_BODY, "When jobs begin by themselves", wh_route_no_parameters,
    .class = WH_CLASS_ADMIN },
  { WH_ROUTE_SCHEDULE, "GET", "/api/admin/schedules/{id}", ADMINISTER, NO_BODY, "One schedule, by its name", wh_route_no_parameters,
    .class = WH_CLASS_ADMIN },
  { WH_ROUTE_SCHEDULE_PUT, "PUT", "/api/admin/schedules/{id}", ADMINISTER, SMALL_BODY, "Makes or replaces a schedule",
    wh_route_no_parameters, .body = wh_route_schedule_body, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_SCHEDULE_DELETE, "DELETE", "/api/admin/schedules/{id}", ADMINISTER, NO_BODY, "Deletes a schedule; its job goes on",
    wh_route_no_parameters, .class = WH_CLASS_ADMIN },
  { WH_ROUTE_DISPENSARIES, "GET", "/api/dispensaries", READ_CATALOGUE, NO_BODY, "Dispensaries, near a place with their distance",
    wh_route_dispensaries_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_DISPENSARY, "GET", "/api/dispensaries/{id}", READ_CATALOGUE, NO_BODY, "One dispensary, by its id or slug",
    wh_route_no_parameters, .class = WH_CLASS_STRAIN },
  { WH_ROUTE_DISPENSARY_PRODUCTS, "GET", "/api/dispensaries/{id}/products", READ_CATALOGUE, NO_BODY, "What a dispensary sells",
    wh_route_shop_products_parameters, .class = WH_CLASS_SEARCH },
  { WH_ROUTE_CHANGES, "POST", "/api/changes", WRITE_SHOP, CHANGES_BODY, "Several changes in one transaction",
    wh_route_no_parameters, .body = wh_route_edits_body, .class = WH_CLASS_WRITE },
  MAKE_ROWS ("/api/strains", WH_KIND_STRAIN, WRITE_CATALOGUE, WH_CLASS_WRITE),
  CHANGE_ROWS ("/api/strains", WH_KIND_STRAIN, WRITE_CATALOGUE, WH_CLASS_WRITE),
  MAKE_ROWS ("/api/dispensaries", WH_KIND_DISPENSARY, WRITE_CATALOGUE, WH_CLASS_WRITE),
  CHANGE_ROWS ("/api/dispensaries", WH_KIND_DISPENSARY, WRITE_CATALOGUE, WH_CLASS_WRITE),
  ROWS ("/api/batches", WH_KIND_BATCH, READ_CATALOGUE, WRITE_CATALOGUE),
  ROWS ("/api/lab-results", WH_KIND_LAB_RESULT, READ_CATALOGUE, WRITE_CATALOGUE),
  ROWS ("/api/products", WH_KIND_PRODUCT, READ_CATALOGUE, WRITE_CATALOGUE),
  ROWS ("/api/aliases", WH_KIND_ALIAS, READ_CATALOGUE, WRITE_CATALOGUE),
  ROWS ("/api/promotions", WH_KIND_PROMOTION, READ_CATALOGUE, WRITE_CATALOGUE),
  ROWS ("/api/reviews", WH_KIND_REVIEW, READ_CATALOGUE, WRITE_SHOP),
  OWN_ROWS ("/api/notes", WH_KIND_NOTE),
  OWN_ROWS ("/api/favorites", WH_KIND_FAVORITE),
  OWN_ROWS ("/api/watches", WH_KIND_WATCH),
  OWN_ROWS ("/api/feedback", WH_KIND_FEEDBACK),
  /* What was observed never changes. */
  READ_ROWS ("/api/prices", WH_KIND_PRICE, READ_CATALOGUE, WH_CLASS_SEARCH, WH_CLASS_STRAIN),
  MAKE_ROWS ("/api/prices", WH_KIND_PRICE, WRITE_SHOP, WH_CLASS_WRITE),
  READ_ROWS ("/api/stock", WH_KIND_STOCK, READ_SHOP, WH_CLASS_SEARCH, WH_CLASS_STRAIN),
  MAKE_ROWS ("/api/stock", WH_KIND_STOCK, WRITE_SHOP, WH_CLASS_WRITE),
};

guint
wh_route_count (void)
{
  return G_N_ELEMENTS (routes);
}

const WhRoute *
wh_route_at (guint position)
{
  g_return_val_if_fail (position < G_N_ELEMENTS (routes), NULL);
  return &routes[position];
}

guint
wh_route_position (const WhRoute *route)
{
  g_return_val_if_fail (route >= routes && route < routes + G_N_ELEMENTS (routes), 0);
  return (guint) (route - routes);
}

const WhRoute *
wh_route_of_kind (WhRouteId id, WhKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    if (routes[i].id == id && routes[i].kind == kind)
      return &routes[i];
  return NULL;
}

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
  const char *hole = strstr (route->path, HOLE);
  gsize fixed = hole ? (gsize) (hole - route->path) : strlen (route->path), length;

  if (strncmp (route->path, path, fixed) != 0)
    return FALSE;
  if (!hole)
    return path[fixed] == '\0';
  path += fixed;
  length = strcspn (path, "/");
  if (length == 0 || strcmp (path + length, hole + strlen (HOLE)) != 0)
    return FALSE;
  *out_value = g_uri_unescape_segment (path, path + length, NULL);
  return *out_value != NULL && g_utf8_validate (*out_value, -1, NULL);
}

static gboolean
method_matches (const WhRoute *route, const char *method)
{
  return strcmp (route->method, method) == 0 || (strcmp (method, "HEAD") == 0 && strcmp (route->method, "GET") == 0);
}

/* The row of the path of `first` that has a method, or NULL. */
static const WhRoute *
find_method (const WhRoute *first, const char *method)
{
  for (const WhRoute *route = first; route < routes + G_N_ELEMENTS (routes); route++)
    if (method_matches (route, method) && strcmp (route->path, first->path) == 0)
      return route;
  return NULL;
}

/* "GET, HEAD, POST, OPTIONS" */
static char *
methods_of (const WhRoute *first)
{
  static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" };
  GString *allowed = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (find_method (first, methods[i]))
      g_string_append_printf (allowed, "%s, ", methods[i]);
  g_string_append (allowed, "OPTIONS");
  return g_string_free (allowed, FALSE);
}

const WhRoute *
wh_route_match (const char *method, const char *path, char **out_value, char **out_allowed)
{
  *out_value = *out_allowed = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      g_autofree char *value = NULL;
      const WhRoute *route;
      if (!path_matches (&routes[i], path, &value))
        continue;
      route = find_method (&routes[i], method);
      if (route)
        *out_value = g_steal_pointer (&value);
      else
        *out_allowed = methods_of (&routes[i]);
      return route;
    }
  return NULL;
}

/* "min.*" stands for every name that begins with "min.", "min.{field}" for those that go on with the name of a field. */
static gboolean
is_meant (const WhRoute *route, const char *known, const char *name)
{
  gsize fixed = strcspn (known, "*{");

  if (known[fixed] == '\0')
    return strcmp (known, name) == 0;
  if (strncmp (known, name, fixed) != 0)
    return FALSE;
  return known[fixed] == '*' ? name[fixed] != '\0' : wh_listing_field (route->kind, name + fixed) != NULL;
}

const WhSpec *
wh_route_parameter (const WhRoute *route, const char *name)
{
  for (const WhSpec *spec = route->parameters; spec->help; spec++)
    if (is_meant (route, spec->name, name))
      return spec;
  return NULL;
}

static GString *
begin_url (const WhRoute *route, const char *value)
{
  const char *hole = strstr (route->path, HOLE);
  GString *url = g_string_new_len (route->path, hole ? hole - route->path : (gssize) strlen (route->path));

  if (!hole)
    return url;
  g_string_append_uri_escaped (url, value, NULL, FALSE);
  return g_string_append (url, hole + strlen (HOLE));
}

char *
wh_route_path (const WhRoute *route, const char *value)
{
  return g_string_free (begin_url (route, value), FALSE);
}

char *
wh_route_url (WhRouteId id, const char *value, ...)
{
  GString *url = begin_url (wh_route_get (id), value);
  const char *name;
  va_list pairs;

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
