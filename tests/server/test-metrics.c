/* What the server measures: text that Prometheus can read, and the same as JSON. */
#include <string.h>

#include "wh-test-server.h"

static WhTestServer server;

/* Every line is a comment, or a name, labels and a number; each name has one type, told before its first value. */
static void
check_text (const char *text, GHashTable *types)
{
  g_autoptr (GRegex) value = g_regex_new (
      "^([a-z_:][a-z0-9_:]*?)(_bucket|_sum|_count)?(\\{[a-z_]+=\"([^\"\\\\\\n]|\\\\.)*\"(,[a-z_]+=\"([^\"\\\\\\n]|\\\\.)*\")*\\})? "
      "(-?[0-9.]+(e[+-]?[0-9]+)?|NaN|[+-]Inf)$", G_REGEX_OPTIMIZE, 0, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line && **line; line++)
    {
      g_autoptr (GMatchInfo) match = NULL;
      g_auto (GStrv) words = g_strsplit (*line, " ", 4);
      g_autofree char *name = NULL, *full = NULL;
      if (g_str_has_prefix (*line, "# TYPE "))
        g_assert_true (g_hash_table_insert (types, g_strdup (words[2]), g_strdup (words[3])));
      if (**line == '#')
        continue;
      if (!g_regex_match (value, *line, 0, &match))
        g_error ("no line of measurements: %s", *line);
      name = g_match_info_fetch (match, 1);
      full = g_strndup (*line, strcspn (*line, "{ "));
      g_assert_true (g_hash_table_contains (types, name) || g_hash_table_contains (types, full));
    }
}

/* The number behind a text that stands once. */
static guint64
figure_of (const WhTestReply *reply, const char *before)
{
  const char *place = strstr (reply->body, before);

  g_assert_nonnull (place);
  return g_ascii_strtoull (place + strlen (before), NULL, 10);
}

static void
test_text (void)
{
  static const char *const wanted[]
      = { "weedhounds_http_requests_total", "weedhounds_http_request_seconds", "weedhounds_store_rows", "weedhounds_cache_hits_total",
          "weedhounds_waiting_requests", "weedhounds_engine", "weedhounds_searches", "weedhounds_facts", "weedhounds_facts_fresh",
          "weedhounds_price_pairs", "weedhounds_terpene_analyses_total", "process_resident_memory_bytes", "process_open_fds" };
  g_autoptr (GHashTable) types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (WhTestReply) search = wh_test_server_ask (&server, "GET", "/api/strains/search?q=blue", NULL, NULL);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/metrics", NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_nonnull (strstr (reply->head, "text/plain; version=0.0.4"));
  check_text (reply->body, types);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (!g_hash_table_contains (types, wanted[i]))
      g_error ("%s is missing", wanted[i]);
}

/* The second one is the first one's, given out again. */
static void
test_replies (void)
{
  static const char path[] = "/api/strains/facets?q=haze";
  g_autoptr (WhTestReply) first = wh_test_server_ask (&server, "GET", path, NULL, NULL);
  g_autoptr (WhTestReply) second = wh_test_server_ask (&server, "GET", path, NULL, NULL);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/metrics", NULL, NULL);

  g_assert_cmpuint (second->status, ==, 200);
  g_assert_cmpuint (figure_of (reply, "\nweedhounds_replies_hits_total "), >=, 1);
  g_assert_cmpuint (figure_of (reply, "\nweedhounds_replies_misses_total "), >=, 1);
  g_assert_cmpuint (figure_of (reply, "\nweedhounds_replies_bytes "), >, 0);
}

static void
test_json (void)
{
  g_autoptr (WhTestReply) search = wh_test_server_ask (&server, "GET", "/api/strains/search?q=blue", NULL, NULL);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/metrics", NULL, NULL);
  const WhJsonNode *data = wh_json_member (wh_json_root (reply->json), "data");
  const WhJsonNode *routes = wh_json_member (data, "routes");
  gboolean found = FALSE;

  g_assert_cmpuint (reply->status, ==, 200);
  for (guint i = 0; i < wh_json_length (routes); i++)
    found |= g_strcmp0 (wh_json_string (wh_json_member (wh_json_element (routes, i), "route"), NULL), "/api/strains/search") == 0;
  g_assert_true (found);
  g_assert_cmpuint (wh_json_length (wh_json_member (data, "figures")), >, 20);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  g_test_add_func ("/server/metrics/text", test_text);
  g_test_add_func ("/server/metrics/replies", test_replies);
  g_test_add_func ("/server/metrics/json", test_json);
  status = g_test_run ();
  wh_test_server_clear (&server);
  return status;
}
