/* The real server: limits as its replies tell them, lists of addresses, proxies that are believed and clients that are not. */
#include <signal.h>
#include <string.h>

#include "support/wh-test-redis.h"
#include "wh-config.h"
#include "wh-test-server.h"

#define PROXY "access.trusted_proxies=127.0.0.0/8"

static void
start (WhTestServer *server, const char *const *options)
{
  *server = (WhTestServer){ 0 };
  wh_test_server_make (server);
  wh_test_server_run_with (server, options);
}

static guint
status_of (const WhTestServer *server, const char *target, const char *extra)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "GET", target, extra, NULL);

  return reply->status;
}

/* A header field; -1: it is not there. */
static gint64
number_of (const WhTestReply *reply, const char *name)
{
  g_autofree char *start = g_strconcat ("\r\n", name, ": ", NULL);
  const char *place = strstr (reply->head, start);

  return place ? g_ascii_strtoll (place + strlen (start), NULL, 10) : -1;
}

static guint64
metric (const WhTestServer *server, const char *name)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "GET", "/metrics", NULL, NULL);
  g_autofree char *start = g_strconcat ("\n", name, " ", NULL);
  const char *line = strstr (reply->body, start);

  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (start), NULL, 10);
}

static guint
count_allowed (const WhTestServer *server, const char *extra, guint n)
{
  guint allowed = 0;

  while (n-- > 0)
    allowed += status_of (server, "/api/strains/search?q=dream", extra) == 200;
  return allowed;
}

static void
test_refused (void)
{
  const char *const options[] = { "--limits", "on", "--set", "limits.search=7/3 per 86400", "--set", "limits.strain=off", "--set",
                                  "limits.analytics=9/0 per 60", NULL };
  WhTestServer server;
  g_autofree char *key = NULL;

  start (&server, options);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/strains/search?q=dream", NULL, NULL);
      const WhJsonNode *rate = wh_json_member (wh_json_member (wh_json_root (reply->json), "meta"), "rate_limit");
      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpint (number_of (reply, "X-RateLimit-Limit"), ==, 3);
      g_assert_cmpint (number_of (reply, "X-RateLimit-Remaining"), ==, 2 - i);
      g_assert_cmpfloat (wh_json_number (wh_json_member (rate, "limit"), -1), ==, 3);
      g_assert_cmpfloat (wh_json_number (wh_json_member (rate, "remaining"), -1), ==, 2 - i);
      g_assert_cmpfloat (wh_json_number (wh_json_member (rate, "reset"), -1), ==, number_of (reply, "X-RateLimit-Reset"));
    }
  g_autoptr (WhTestReply) refused = wh_test_server_ask (&server, "GET", "/api/strains?limit=1", NULL, NULL);
  g_assert_cmpuint (refused->status, ==, 429);
  g_assert_nonnull (strstr (refused->body, "RATE_LIMITED"));
  g_assert_cmpint (number_of (refused, "X-RateLimit-Remaining"), ==, 0);
  g_assert_cmpint (number_of (refused, "Retry-After"), >, 0);
  g_assert_cmpint (number_of (refused, "Retry-After"), <=, 86400);
  /* What has no limit, or another one, goes on. */
  g_assert_cmpuint (status_of (&server, "/health", NULL), ==, 200);
  g_assert_cmpuint (status_of (&server, "/api/strains/blue-dream", NULL), ==, 200);
  g_assert_cmpuint (status_of (&server, "/api/analytics/stats", NULL), ==, 401);
  /* The administrator has a count of its own; a wrong key is nobody's. */
  g_assert_cmpuint (count_allowed (&server, "Authorization: Bearer wrong\r\n", 1), ==, 0);
  key = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  g_assert_cmpuint (count_allowed (&server, key, 10), ==, 7);
  g_assert_cmpuint (status_of (&server, "/api/strains/search?q=dream", "Authorization: Bearer wrong\r\n"), ==, 429);
  g_assert_cmpuint (metric (&server, "weedhounds_limits_refused_total{class=\"search\"}"), ==, 1 + 1 + 3 + 1);
  wh_test_server_clear (&server);
}

/* A client that is not behind a trusted proxy is itself, whatever it claims. */
static void
test_spoofed (void)
{
  const char *const options[] = { "--limits", "on", "--set", "limits.search=7/3 per 86400", "--set", "access.anonymous=all", NULL };
  WhTestServer server;
  guint allowed = 0;

  start (&server, options);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *claim = g_strdup_printf ("X-Forwarded-For: 192.0.2.%u\r\nForwarded: for=192.0.2.%u\r\nX-Real-IP: 192.0.2.%u\r\n", i,
                                                i, i);
      allowed += count_allowed (&server, claim, 1);
    }
  g_assert_cmpuint (allowed, ==, 3);
  g_assert_cmpuint (metric (&server, "weedhounds_forwarded_malformed_total"), ==, 0);
  wh_test_server_clear (&server);
}

static void
test_proxied (void)
{
  const char *const options[] = { "--limits", "on", "--set", "limits.search=7/3 per 86400", "--set", "access.anonymous=all", "--set", PROXY,
                                  NULL };
  WhTestServer server;

  start (&server, options);
  g_assert_cmpuint (count_allowed (&server, "X-Forwarded-For: 192.0.2.1\r\n", 5), ==, 3);
  g_assert_cmpuint (count_allowed (&server, "X-Forwarded-For: 192.0.2.2\r\n", 5), ==, 3);
  /* What stands to the left of it is a claim. */
  g_assert_cmpuint (count_allowed (&server, "X-Forwarded-For: 192.0.2.77, 192.0.2.2\r\n", 1), ==, 0);
  /* The field that this proxy does not write. */
  g_assert_cmpuint (count_allowed (&server, "X-Forwarded-For: 192.0.2.2\r\nForwarded: for=192.0.2.78\r\n", 1), ==, 0);
  /* What cannot be read is the proxy's. */
  g_assert_cmpuint (count_allowed (&server, "X-Forwarded-For: 192.0.2.300\r\n", 2), ==, 2);
  g_assert_cmpuint (count_allowed (&server, "X-Forwarded-For: nobody\r\n", 2), ==, 1);
  g_assert_cmpuint (count_allowed (&server, NULL, 1), ==, 0);
  g_assert_cmpuint (metric (&server, "weedhounds_forwarded_malformed_total"), ==, 4);
  wh_test_server_clear (&server);
}

static void
test_lists (void)
{
  const char *const options[] = { "--set", "access.deny=192.0.2.0/24 2001:db8::/32", "--set", "access.anonymous=all", "--set", PROXY,
                                  NULL };
  WhTestServer server;

  start (&server, options);
  g_assert_cmpuint (status_of (&server, "/api/strains", "X-Forwarded-For: 192.0.2.9\r\n"), ==, 403);
  g_assert_cmpuint (status_of (&server, "/live", "X-Forwarded-For: 2001:db8::9\r\n"), ==, 403);
  g_assert_cmpuint (status_of (&server, "/live", "X-Forwarded-For: [2001:db8::9]:80\r\n"), ==, 403);
  g_assert_cmpuint (status_of (&server, "/live", "X-Forwarded-For: ::ffff:192.0.2.9\r\n"), ==, 403);
  g_assert_cmpuint (status_of (&server, "/live", "X-Forwarded-For: 198.51.100.1\r\n"), ==, 200);
  g_assert_cmpuint (status_of (&server, "/live", NULL), ==, 200);
  /* Nobody hides from a list. */
  g_assert_cmpuint (status_of (&server, "/live", "X-Forwarded-For: unknown\r\n"), ==, 403);
  g_assert_cmpuint (status_of (&server, "/live", "X-Forwarded-For: 192.0.2\r\n"), ==, 403);
  g_assert_cmpuint (metric (&server, "weedhounds_access_denied_total"), ==, 6);
  wh_test_server_clear (&server);
}

/* A proxy on this machine that nobody trusts may add a field of its own behind what the client wrote: the last word is the proxy's. */
static void
test_handed_on (void)
{
  const char *const trusting[] = { "--set", PROXY, NULL };
  WhTestServer server;

  start (&server, (const char *const[]) { NULL });
  g_assert_cmpuint (status_of (&server, "/api/strains?limit=1", NULL), ==, 200);
  g_assert_cmpuint (status_of (&server, "/api/strains?limit=1", "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-For: 203.0.113.5\r\n"), ==, 401);
  g_assert_cmpuint (status_of (&server, "/api/strains?limit=1", "X-Forwarded-For: 203.0.113.5\r\nX-Forwarded-For: 127.0.0.1\r\n"), ==, 200);
  wh_test_server_clear (&server);
  start (&server, trusting);
  g_assert_cmpuint (status_of (&server, "/api/strains?limit=1", "X-Forwarded-For: nonsense, 127.0.0.1\r\n"), ==, 401);
  g_assert_cmpuint (status_of (&server, "/api/strains?limit=1", "X-Forwarded-For: unknown, 127.0.0.1\r\n"), ==, 401);
  wh_test_server_clear (&server);
}

static void
write_settings (const char *path, const char *lines)
{
  g_autofree char *text = g_strdup_printf ("[access]\n%s\n", lines);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Until the server answers so; 0: it hangs up on us. */
static void
wait_for (const WhTestServer *server, guint status)
{
  for (guint i = 0; status_of (server, "/live", NULL) != status; i++, g_usleep (10000))
    g_assert_cmpuint (i, <, 500);
}

/* Who may not come in is hung up on, from the moment that the list says so. */
static void
test_reloaded (void)
{
  WhTestServer server = { 0 };
  g_autofree char *path = NULL;

  wh_test_server_make (&server);
  path = g_build_filename (server.dir, "settings.conf", NULL);
  write_settings (path, "");
  wh_test_server_run_with (&server, (const char *const[]) { "--config", path, NULL });
  write_settings (path, "deny=127.0.0.1");
  g_subprocess_send_signal (server.process, SIGHUP);
  wait_for (&server, 0);
  write_settings (path, "deny=127.0.0.1/8");
  g_subprocess_send_signal (server.process, SIGHUP);   /* is refused, so the list stays */
  g_usleep (300000);
  g_assert_cmpuint (status_of (&server, "/live", NULL), ==, 0);
  write_settings (path, "allow=127.0.0.1\ndeny=127.0.0.2");
  g_subprocess_send_signal (server.process, SIGHUP);
  wait_for (&server, 200);
  write_settings (path, "allow=192.0.2.0/24");
  g_subprocess_send_signal (server.process, SIGHUP);
  wait_for (&server, 0);
  wh_test_server_clear (&server);
}

static void
expect_no_start (const char *const *options, const char *words)
{
  WhTestServer server = { 0 };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *message = NULL;

  wh_test_server_make (&server);
  g_strv_builder_add_many (builder, g_getenv ("WEEDHOUNDS_TEST_BINARY"), "--data-dir", server.dir, "serve", NULL);
  g_strv_builder_addv (builder, (const char **) options);
  arguments = g_strv_builder_end (builder);
  process = g_subprocess_newv ((const char *const *) arguments, G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &message, NULL));
  g_test_message ("%s", message);
  g_assert_cmpint (g_subprocess_get_exit_status (process), !=, 0);
  g_assert_nonnull (strstr (message, words));
  wh_test_remove_dir (server.dir);
  g_free (server.dir);
  g_free (server.id);
}

static void
test_off (void)
{
  const char *const off[] = { "--limits", "off", "--set", "limits.search=1/1 per 86400", NULL };
  WhTestServer server = { 0 };
  g_autofree char *log = NULL;

  wh_test_server_make (&server);
  server.log = g_build_filename (server.dir, "log", NULL);
  wh_test_server_run_with (&server, off);
  g_assert_cmpuint (count_allowed (&server, NULL, 5), ==, 5);
  g_assert_true (g_file_get_contents (server.log, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, "LIMITS ARE OFF"));
  wh_test_server_clear (&server);
  expect_no_start ((const char *const[]) { "--limits", "off", "--listen", "0.0.0.0:0", "--set", "access.plain_network=true", NULL },
                   "0.0.0.0");
  expect_no_start ((const char *const[]) { "--limits", "off", "--listen", "127.0.0.1:0", "--set", "tls.listen=[::]:0", NULL }, "[::]:0");
  expect_no_start ((const char *const[]) { "--limits", "maybe", NULL }, "maybe");
  expect_no_start ((const char *const[]) { "--set", "limits.search=many", NULL }, "1000/100 per 3600");
  expect_no_start ((const char *const[]) { "--set", "access.deny=10.0.0.1/8", NULL }, "10.0.0.0/8");
}

/* Two servers with one Redis let through what one would, also while it is away for a moment, and after it forgot. */
static void
test_two_servers (void)
{
  WhTestServer servers[2];
  WhTestRedis redis;
  guint allowed = 0;

  if (!WH_HAVE_REDIS)
    g_test_skip ("built without Redis");
  if (!WH_HAVE_REDIS || !wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, NULL, NULL);
  for (guint i = 0; i < 2; i++)
    start (&servers[i],
           (const char *const[]) { "--limits", "on", "--cache", redis.address, "--set", "limits.search=60/60 per 86400", NULL });
  for (guint i = 0; i < 20; i++)
    allowed += count_allowed (&servers[i % 2], NULL, 1);
  g_assert_cmpuint (allowed, ==, 20);
  wh_test_redis_kill (&redis);
  g_assert_cmpuint (count_allowed (&servers[0], NULL, 5) + count_allowed (&servers[1], NULL, 5), ==, 10);
  wh_test_redis_start (&redis, NULL, NULL);
  for (guint i = 0; i < 2; i++)
    for (guint n = 0; metric (&servers[i], "weedhounds_cache_shared_up") != 1; n++, g_usleep (100000))
      g_assert_cmpuint (n, <, 400);
  /* 30 are used; the first request of each tells what it did alone, so together they have 30 left. */
  allowed = count_allowed (&servers[0], NULL, 1) + count_allowed (&servers[1], NULL, 1);
  for (guint i = 0; i < 40; i++)
    allowed += count_allowed (&servers[i % 2], NULL, 1);
  g_assert_cmpuint (allowed, ==, 30);
  wh_test_server_clear (&servers[0]);
  wh_test_server_clear (&servers[1]);
  wh_test_redis_clear (&redis);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/limits/refused", test_refused);
  g_test_add_func ("/server/limits/spoofed", test_spoofed);
  g_test_add_func ("/server/limits/proxied", test_proxied);
  g_test_add_func ("/server/limits/handed-on", test_handed_on);
  g_test_add_func ("/server/limits/lists", test_lists);
  g_test_add_func ("/server/limits/reloaded", test_reloaded);
  g_test_add_func ("/server/limits/off", test_off);
  g_test_add_func ("/server/limits/two-servers", test_two_servers);
  return g_test_run ();
}
