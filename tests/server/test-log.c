/* The log of the server: each line is one JSON object, requests are found by the id in their reply, and neither keys nor what was asked
 * for are in it. */
#include <signal.h>
#include <string.h>

#include "wh-test-server.h"

/* -- the log of a real server -- */

/* What is in the file so far, line by line. */
static char **
read_lines (const char *path)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_strsplit (text, "\n", -1);
}

/* The member of the line about a request; NULL: there is no such line. Caller frees. */
static char *
find (const char *path, const char *request_id, const char *member)
{
  g_auto (GStrv) lines = read_lines (path);

  for (char **line = lines; *line; line++)
    {
      g_autoptr (WhJson) json = **line ? wh_json_parse (*line, strlen (*line), 1 << 20, NULL) : NULL;
      if (**line)
        g_assert_nonnull (json);
      if (json && g_strcmp0 (wh_json_string (wh_json_member (wh_json_root (json), "request_id"), NULL), request_id) == 0)
        return g_strdup (wh_json_string (wh_json_member (wh_json_root (json), member), NULL));
    }
  return NULL;
}

static char *
request_id_of (const WhTestReply *reply)
{
  const char *at = strstr (reply->head, "X-Request-Id: ");

  g_assert_nonnull (at);
  return g_strndup (at + strlen ("X-Request-Id: "), 36);
}

static char *
run_with_log (WhTestServer *server, const char *requests)
{
  g_autofree char *wanted = g_strconcat ("log.requests=", requests, NULL);
  const char *const options[] = { "--set", "log.format=json", "--set", wanted, "--set", "log.slow_request_ms=600000", NULL };

  wh_test_server_make (server);
  server->log = g_build_filename (server->dir, "log", NULL);
  wh_test_server_run_with (server, options);
  return server->log;
}

static void
test_requests (void)
{
  WhTestServer server = { 0 };
  const char *log = run_with_log (&server, "all");
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/strains/search?q=unmentionable", key, NULL);
  g_autofree char *id = request_id_of (reply), *path = NULL, *status = NULL, *who = NULL, *all = NULL;

  g_assert_cmpuint (reply->status, ==, 200);
  for (guint i = 0; i < 100 && !path; i++, g_usleep (10000))
    path = find (log, id, "path");
  status = find (log, id, "status");
  who = find (log, id, "who");
  g_assert_cmpstr (path, ==, "/api/strains/search");
  g_assert_cmpstr (status, ==, "200");
  g_assert_cmpstr (who, ==, "admin");
  g_assert_true (g_file_get_contents (log, &all, NULL, NULL));
  g_assert_null (strstr (all, "unmentionable"));
  g_assert_null (strstr (all, server.key));
  wh_test_server_stop (&server);
  wh_test_server_clear (&server);
}

/* Usually only what failed in the server itself is written. */
static void
test_quiet (void)
{
  WhTestServer server = { 0 };
  const char *log = run_with_log (&server, "errors");
  g_autoptr (WhTestReply) found = wh_test_server_ask (&server, "GET", "/api/strains", NULL, NULL);
  g_autoptr (WhTestReply) missing = wh_test_server_ask (&server, "GET", "/api/strains/nothing", NULL, NULL);
  g_autofree char *id = request_id_of (missing), *line = NULL;

  g_assert_cmpuint (missing->status, ==, 404);
  wh_test_server_stop (&server);
  line = find (log, id, "message");
  g_assert_null (line);
  wh_test_server_clear (&server);
}

static void
write_settings (const char *path, const char *requests)
{
  g_autofree char *text = g_strdup_printf ("[log]\nformat=json\nrequests=%s\n", requests);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* What is set is read again when the server is told to. */
static void
test_reload (void)
{
  WhTestServer server = { 0 };
  g_autofree char *settings = NULL, *found = NULL;
  const char *options[] = { "--config", NULL, NULL };

  wh_test_server_make (&server);
  server.log = g_build_filename (server.dir, "log", NULL);
  options[1] = settings = g_build_filename (server.dir, "settings", NULL);
  write_settings (settings, "none");
  wh_test_server_run_with (&server, options);
  write_settings (settings, "all");
  g_subprocess_send_signal (server.process, SIGHUP);
  for (guint i = 0; i < 200 && !found; i++, g_usleep (10000))
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/live", NULL, NULL);
      g_autofree char *id = request_id_of (reply);
      found = find (server.log, id, "path");
    }
  g_assert_cmpstr (found, ==, "/live");
  wh_test_server_stop (&server);
  wh_test_server_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/log/requests", test_requests);
  g_test_add_func ("/server/log/quiet", test_quiet);
  g_test_add_func ("/server/log/reload", test_reload);
  return g_test_run ();
}
