/* Figures over HTTP: their shape, what is refused, and that searches are counted, kept, and rare ones not named. */
#include <string.h>

#include "wh-test-server.h"

static WhTestServer server;

static WhTestReply *
ask (const char *target)
{
  return wh_test_server_ask (&server, "GET", target, NULL, NULL);
}

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  return wh_json_member (wh_json_root (reply->json), "data");
}

static void
test_shape (void)
{
  static const char *const parts[] = { "strain_analytics", "terpene_analytics", "dispensary_analytics", "user_analytics",
                                       "price_analytics", "recommendation_analytics" };
  g_autoptr (WhTestReply) reply = ask ("/api/analytics/stats");
  g_autoptr (WhTestReply) one = ask ("/api/analytics/stats?metric=price&timeframe=90d");

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (wh_json_string (wh_json_member (data_of (reply), "timeframe"), ""), ==, "7d");
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_assert_nonnull (wh_json_member (data_of (reply), parts[i]));
      g_assert_cmpint (wh_json_member (data_of (one), parts[i]) != NULL, ==, g_str_equal (parts[i], "price_analytics"));
    }
  g_assert_cmpint (wh_json_integer (wh_json_member (wh_json_member (data_of (reply), "catalogue"), "strains"), 0), ==, 3);
  g_assert_false (wh_json_boolean (wh_json_member (wh_json_member (data_of (reply), "user_analytics"), "available"), TRUE));
}

static void
test_refused (void)
{
  static const char *const wrong[][2] = { { "timeframe=1y", "timeframe" }, { "metric=weather", "metric" }, { "limit=0", "limit" },
                                          { "limit=101", "limit" }, { "of=x", "of" } };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *target = g_strconcat ("/api/analytics/stats?", wrong[i][0], NULL);
      g_autoptr (WhTestReply) reply = ask (target);
      const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);
      g_assert_cmpuint (reply->status, ==, 400);
      g_assert_cmpstr (wh_json_string (wh_json_member (error, "field"), ""), ==, wrong[i][1]);
    }
}

static void
test_analyses_are_counted (void)
{
  g_autofree char *target = g_strdup_printf ("/api/terpenes/%s", server.id);
  g_autoptr (WhTestReply) before = ask ("/api/analytics/stats?metric=terpene"), after = NULL;
  const WhJsonNode *first, *second;

  for (guint i = 0; i < 3; i++)
    wh_test_reply_free (ask (target));
  after = ask ("/api/analytics/stats?metric=terpene");
  first = wh_json_member (data_of (before), "terpene_analytics");
  second = wh_json_member (data_of (after), "terpene_analytics");
  g_assert_cmpint (wh_json_integer (wh_json_member (second, "analyses"), 0), ==,
                   wh_json_integer (wh_json_member (first, "analyses"), 0) + 3);
  g_assert_cmpfloat (wh_json_number (wh_json_member (second, "p95_ms"), -1), >, 0);
  g_assert_cmpfloat (wh_json_number (wh_json_member (second, "p95_ms"), -1), >=, wh_json_number (wh_json_member (second, "p50_ms"), -1));
}

/* The last test: it ends the server, which writes then what it has counted. */
static void
test_searches_are_kept (void)
{
  g_autofree char *command = g_strdup_printf ("%s --data-dir %s stats strain --csv", g_getenv ("WEEDHOUNDS_TEST_BINARY"), server.dir);
  g_autofree char *said = NULL;

  for (guint i = 0; i < 4; i++)
    wh_test_reply_free (ask ("/api/strains/search?q=Blue%20Dream!"));
  for (guint i = 0; i < 3; i++)
    wh_test_reply_free (ask ("/api/strains/search?q=zzzqqq"));
  wh_test_reply_free (ask ("/api/strains/search?q=my%20neighbour%20zzz"));
  wh_test_reply_free (ask ("/api/strains?limit=1"));                 /* a list is no search */
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  g_assert_true (g_spawn_command_line_sync (command, &said, NULL, NULL, NULL));
  g_test_message ("%s", said);
  g_assert_nonnull (strstr (said, "strain,searches,,8,\r\n"));
  g_assert_nonnull (strstr (said, "strain,searches_of_term,blue dream,4,\r\n"));
  g_assert_nonnull (strstr (said, "strain,searches_of_strain,Blue Dream,4,\r\n"));
  g_assert_nonnull (strstr (said, "strain,without_result,zzzqqq,3,3\r\n"));
  g_assert_null (strstr (said, "neighbour"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  g_test_add_func ("/server/stats/shape", test_shape);
  g_test_add_func ("/server/stats/refused", test_refused);
  g_test_add_func ("/server/stats/analyses-are-counted", test_analyses_are_counted);
  g_test_add_func ("/server/stats/searches-are-kept", test_searches_are_kept);
  status = g_test_run ();
  wh_test_server_clear (&server);
  return status;
}
