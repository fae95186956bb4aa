/* Every route of the real server: status, envelope, permission, and what bad requests get. */
#include <string.h>

#include "wh-test-server.h"
#include "wire/wh-route.h"

static WhTestServer server;

static void
assert_envelope (const WhTestReply *reply, gboolean success)
{
  const WhJsonNode *root, *meta;
  static const char *const keys[] = { "timestamp", "request_id", "processing_time_ms", "version" };

  g_assert_nonnull (strstr (reply->head, "Content-Type: application/json"));
  g_assert_nonnull (reply->json);
  root = wh_json_root (reply->json);
  meta = wh_json_member (root, "meta");
  g_assert_true (wh_json_boolean (wh_json_member (root, "success"), !success) == success);
  g_assert_true (wh_json_is_array (wh_json_member (root, "errors")));
  g_assert_cmpuint (wh_json_length (wh_json_member (root, "errors")), ==, success ? 0 : 1);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_nonnull (wh_json_member (meta, keys[i]));
}

static const char *
error_code (const WhTestReply *reply)
{
  return wh_json_string (wh_json_member (wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0), "code"), "");
}

static void
expect (const char *method, const char *target, const char *extra, const char *body, guint status, const char *code)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, method, target, extra, body);

  g_test_message ("%s %s: %u %.300s", method, target, reply->status, reply->body);
  g_assert_cmpuint (reply->status, ==, status);
  assert_envelope (reply, status < 400);
  if (code)
    g_assert_cmpstr (error_code (reply), ==, code);
}

static void
test_reading (void)
{
  static const char *const targets[] = { "/health", "/ready", "/live", "/api/strains", "/api/strains?limit=2&sort=name",
                                         "/api/strains/search?q=blue%20drem", "/api/strains/blue-dream", "/api/terpenes/blue-dream",
                                         "/api/strains/facets", "/api/strains/facets?q=blue%20thc%3E10&type=hybrid",
                                         "/api/products/search?q=blue%20in-stock",
                                         "/api/terpenes/similar/blue-dream", "/api/terpenes/map",
                                         "/api/terpenes/map?limit=1&offset=1",
                                         "/api/terpenes/search?profile=humulene,alpha_pinene",
                                         "/api/terpenes/outliers", "/api/terpenes/outliers/blue-dream", "/api/lab-results/checks",
                                         "/api/pricing/compare?strain_id=blue-dream", "/api/sync/changes" };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    expect ("GET", targets[i], NULL, NULL, 200, NULL);
  expect ("POST", "/api/terpenes/compare", NULL, "{\"strain_ids\":[\"blue-dream\",\"og-kush\"]}", 200, NULL);
  expect ("POST", "/api/terpenes/analyze", NULL, "{\"profiles\":[{\"unit\":\"%\",\"analytes\":{\"thca\":20}}]}", 200, NULL);
  expect ("POST", "/api/strains/recommendations", NULL, "{\"user_preferences\":{\"liked_strains\":[\"blue-dream\"]}}", 200, NULL);
  /* Three strains are too few. */
  expect ("GET", "/api/terpenes/clusters", NULL, NULL, 400, NULL);
  expect ("GET", "/api/terpenes/correlations", NULL, NULL, 400, NULL);
}

static void
test_data (void)
{
  g_autofree char *target = wh_route_url (WH_ROUTE_STRAIN, server.id, NULL);
  g_autoptr (WhTestReply) strain = wh_test_server_ask (&server, "GET", target, NULL, NULL);
  g_autoptr (WhTestReply) list = wh_test_server_ask (&server, "GET", "/api/strains?limit=2", NULL, NULL);
  g_autoptr (WhTestReply) map = wh_test_server_ask (&server, "GET", "/api/terpenes/map?limit=2&offset=1", NULL, NULL);
  g_autoptr (WhTestReply) metrics = wh_test_server_ask (&server, "GET", "/metrics", NULL, NULL);
  g_autoptr (WhTestReply) head = wh_test_server_ask (&server, "HEAD", "/api/strains", NULL, NULL);
  const WhJsonNode *data = wh_json_member (wh_json_root (strain->json), "data");

  g_assert_cmpstr (wh_json_string (wh_json_member (data, "name"), NULL), ==, "Blue Dream");
  g_assert_cmpuint (wh_json_length (wh_json_member (data, "lab_results")), ==, 1);
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (list->json), "data")), ==, 2);
  g_assert_cmpint (wh_json_integer (wh_json_member (wh_json_member (wh_json_root (list->json), "meta"), "total_count"), 0), ==, 3);
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_member (wh_json_root (map->json), "data"), "points")), ==, 2);
  g_assert_cmpint (wh_json_integer (wh_json_member (wh_json_member (wh_json_root (map->json), "meta"), "total_count"), 0), ==, 3);
  g_assert_nonnull (strstr (metrics->head, "text/plain"));
  g_assert_nonnull (strstr (metrics->body, "# TYPE"));
  g_assert_cmpuint (head->status, ==, 200);
  g_assert_cmpstr (head->body, ==, "");
}

static void
test_wrong_requests (void)
{
  expect ("GET", "/nowhere", NULL, NULL, 404, "NOT_FOUND");
  expect ("GET", "/api/strains/no-such-strain-at-all", NULL, NULL, 404, "STRAIN_NOT_FOUND");
  expect ("DELETE", "/api/strains", NULL, NULL, 405, "METHOD_NOT_ALLOWED");
  expect ("GET", "/api/terpenes/compare", NULL, NULL, 405, "METHOD_NOT_ALLOWED");
  expect ("GET", "/api/terpenes/analyze", NULL, NULL, 405, "METHOD_NOT_ALLOWED");
  expect ("GET", "/api/terpenes/outliers/no-such-strain", NULL, NULL, 404, "STRAIN_NOT_FOUND");
  expect ("GET", "/api/pricing/compare", NULL, NULL, 400, "INVALID_PARAMETER");
  expect ("GET", "/api/strains?limit=0", NULL, NULL, 400, NULL);
  expect ("GET", "/api/strains?limit=1&limit=2", NULL, NULL, 400, NULL);
  expect ("GET", "/api/strains?colour=green", NULL, NULL, 400, NULL);
  expect ("GET", "/api/strains/search", NULL, NULL, 400, NULL);
  expect ("GET", "/api/products/search", NULL, NULL, 400, NULL);
  expect ("GET", "/api/strains/facets?sort=name", NULL, NULL, 400, NULL);
  expect ("POST", "/api/strains/facets", NULL, "{}", 405, "METHOD_NOT_ALLOWED");
  expect ("GET", "/api/strains?cursor=%00", NULL, NULL, 400, NULL);
  expect ("GET", "/api/terpenes/map?limit=0", NULL, NULL, 400, NULL);
  expect ("GET", "/api/sync/changes?token=garbage", NULL, NULL, 400, NULL);
  expect ("POST", "/api/terpenes/compare", NULL, "{\"strain_ids\":[\"blue-dream\"]}", 400, "INVALID_PARAMETER");
  expect ("POST", "/api/terpenes/compare", NULL, "{\"strain_ids\":[\"blue-dream\",\"nope-nope\"]}", 404, "STRAIN_NOT_FOUND");
  expect ("POST", "/api/terpenes/compare", NULL, "no json", 400, NULL);
}

static void
test_permissions (void)
{
  g_autofree char *right = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);

  expect ("POST", "/api/admin/imports", NULL, "{}", 401, "UNAUTHORIZED");
  expect ("POST", "/api/admin/demo", NULL, "{}", 401, "UNAUTHORIZED");
  expect ("POST", "/api/admin/demo", "Authorization: Bearer wrong\r\n", "{}", 401, "UNAUTHORIZED");
  expect ("POST", "/api/admin/demo", "Authorization: Basic Zm9v\r\n", "{}", 401, "UNAUTHORIZED");
  expect ("POST", "/api/admin/imports", right, "{}", 400, "INVALID_PARAMETER");
  expect ("POST", "/api/admin/imports", right, "{\"kind\":\"lab\",\"path\":\"relative.csv\"}", 400, "INVALID_PARAMETER");
  expect ("POST", "/api/admin/imports", right, "{\"kind\":\"lab\",\"path\":\"/nowhere/at/all.csv\"}", 404, NULL);
}

/* Page by page with the token of the page before, every change once. */
static void
test_sync (void)
{
  g_autofree char *token = NULL;
  gboolean more = TRUE;
  guint changes = 0;

  for (guint page = 0; more && page < 50; page++)
    {
      g_autofree char *target = wh_route_url (WH_ROUTE_SYNC_CHANGES, NULL, "limit", "2", "token", token, NULL);
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", target, NULL, NULL);
      const WhJsonNode *data = wh_json_member (wh_json_root (reply->json), "data");

      g_assert_cmpuint (reply->status, ==, 200);
      changes += wh_json_length (wh_json_member (data, "changes"));
      g_free (token);
      token = g_strdup (wh_json_string (wh_json_member (data, "token"), NULL));
      more = wh_json_boolean (wh_json_member (data, "has_more"), FALSE);
    }
  g_assert_false (more);
  g_assert_cmpuint (changes, ==, 9);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  g_test_add_func ("/server/routes/reading", test_reading);
  g_test_add_func ("/server/routes/data", test_data);
  g_test_add_func ("/server/routes/wrong-requests", test_wrong_requests);
  g_test_add_func ("/server/routes/permissions", test_permissions);
  g_test_add_func ("/server/routes/sync", test_sync);
  status = g_test_run ();
  wh_test_server_clear (&server);
  return status;
}
