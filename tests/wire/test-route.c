/* The route table: every route is reached by its own address, methods are told apart, values come out decoded. */
#include <string.h>

#include "support/wh-test.h"
#include "wire/wh-route.h"

#define VALUE "a/b %ü"

static void
test_every_route_reaches_itself (void)
{
  for (guint i = 0; i < wh_route_count (); i++)
    {
      const WhRoute *route = wh_route_at (i);
      g_autofree char *url = wh_route_path (route, VALUE);
      g_autofree char *value = NULL, *allowed = NULL;

      g_test_message ("%s %s", route->method, url);
      g_assert_true (wh_route_match (route->method, url, &value, &allowed) == route);
      g_assert_cmpstr (value, ==, strstr (route->path, "{id}") ? VALUE : NULL);
      g_assert_null (allowed);
      g_assert_cmpint (route->permission, !=, WH_PERMISSION_NONE);
      g_assert_true (route->max_body == 0 || strcmp (route->method, "GET") != 0);
    }
}

static void
test_every_id_has_a_row (void)
{
  for (guint i = 0; i < WH_N_ROUTES; i++)
    g_assert_cmpint (wh_route_get ((WhRouteId) i)->id, ==, i);
}

/* Rows of a kind need what the kind needs, and nothing reads or writes a kind that has no such permission. */
static void
test_permissions_of_kinds (void)
{
  for (guint i = 0; i < wh_route_count (); i++)
    {
      const WhRoute *route = wh_route_at (i);
      gboolean reads = g_str_equal (route->method, "GET");
      if (route->kind != WH_KIND_NONE)
        g_assert_cmpint (route->permission, ==, reads ? wh_permission_to_read (route->kind) : wh_permission_to_write (route->kind));
    }
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      gboolean writable = wh_permission_to_write (kind) != WH_PERMISSION_NONE;
      g_assert_true (!!wh_route_of_kind (WH_ROUTE_ROW_CREATE, kind) == writable);
      g_assert_true (!!wh_route_of_kind (WH_ROUTE_ROW_DELETE, kind) == writable);
    }
}

static void
assert_refused (const char *method, const char *path, const char *methods)
{
  g_autofree char *value = NULL, *allowed = NULL;

  g_assert_null (wh_route_match (method, path, &value, &allowed));
  g_assert_cmpstr (allowed, ==, methods);
}

static void
test_methods (void)
{
  g_autofree char *value = NULL, *allowed = NULL;

  g_assert_nonnull (wh_route_match ("HEAD", "/health", &value, &allowed));
  assert_refused ("POST", "/health", "GET, HEAD, OPTIONS");
  assert_refused ("get", "/health", "GET, HEAD, OPTIONS");
  assert_refused ("GET", "/api/terpenes/compare", "POST, OPTIONS");
  assert_refused ("PUT", "/api/strains/recommendations", "POST, OPTIONS");
  assert_refused ("GET", "/nowhere", NULL);
  assert_refused ("PUT", "/api/notes", "GET, HEAD, POST, OPTIONS");
  assert_refused ("POST", "/api/notes/x", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
  assert_refused ("PATCH", "/api/prices/x", "GET, HEAD, DELETE, OPTIONS");
  assert_refused ("OPTIONS", "/api/strains/x", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
  /* It is no id of a strain, whatever the method. */
  assert_refused ("DELETE", "/api/strains/search", "GET, HEAD, OPTIONS");
  assert_refused ("DELETE", "/api/lab-results/checks", "GET, HEAD, OPTIONS");
}

static void
test_paths (void)
{
  assert_refused ("GET", "/health/", NULL);
  assert_refused ("GET", "//health", NULL);
  assert_refused ("GET", "/api/strains/", NULL);
  assert_refused ("GET", "/api/strains/a/b", NULL);
  assert_refused ("GET", "/api/strains/%00", NULL);
  assert_refused ("GET", "/api/strains/%zz", NULL);
  assert_refused ("GET", "", NULL);
  assert_refused ("GET", "/api/dispensaries//products", NULL);
  assert_refused ("GET", "/api/dispensaries/a/b/products", NULL);
  assert_refused ("GET", "/api/dispensaries/a/products/", NULL);
}

static void
test_urls (void)
{
  g_autofree char *url = wh_route_url (WH_ROUTE_STRAIN_SEARCH, NULL, "q", "og & more", "limit", NULL, "fuzzy", "true", NULL);

  g_assert_cmpstr (url, ==, "/api/strains/search?q=og%20%26%20more&fuzzy=true");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/route/every-route-reaches-itself", test_every_route_reaches_itself);
  g_test_add_func ("/route/every-id-has-a-row", test_every_id_has_a_row);
  g_test_add_func ("/route/permissions-of-kinds", test_permissions_of_kinds);
  g_test_add_func ("/route/methods", test_methods);
  g_test_add_func ("/route/paths", test_paths);
  g_test_add_func ("/route/urls", test_urls);
  return g_test_run ();
}
