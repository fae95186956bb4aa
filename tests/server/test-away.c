/* A server whose database goes away answers that it is away, and nothing else: not that its history has changed, not that there is
 * nothing. */
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-json.h"
#include "server/wh-handlers.h"
#include "store/wh-test-store.h"

typedef struct {
  WhCache *cache;
  WhHost  *host;
} Server;

static void
server_start (Server *server, WhTestStore *fixture)
{
  const WhCacheOptions options = { NULL };
  g_autoptr (GError) error = NULL;

  server->cache = wh_cache_open (&options, &error);
  g_assert_no_error (error);
  server->host = wh_host_new (fixture->dir, fixture->location, NULL, server->cache, NULL, &error);
  g_assert_no_error (error);
}

static void
server_clear (Server *server)
{
  g_clear_pointer (&server->host, wh_host_free);
  g_clear_pointer (&server->cache, wh_cache_free);
}

static void
control (const char *command)
{
  g_autofree char *line = g_strdup_printf ("%s %s", g_getenv ("WEEDHOUNDS_TEST_POSTGRES_CONTROL"), command);
  int status = -1;

  g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* The document; NULL: an error, and the word for it in out_code. */
static char *
ask_changes (Server *server, const char *token, char **out_code, GError **error)
{
  g_autoptr (WhRequest) request = wh_request_new ("GET", "/api/sync/changes");
  const WhParameter parameter = { g_strdup ("token"), g_strdup (token) };
  WhMeta meta = { 0 };
  char *document;

  request->route = wh_route_get (WH_ROUTE_SYNC_CHANGES);
  request->principal = wh_principal_ref (server->host->anonymous);
  if (token)
    g_array_append_val (request->parameters, parameter);
  else
    g_free (parameter.name);
  document = wh_handle_changes (server->host, request, &meta, error);
  *out_code = g_strdup (request->error_code);
  return document;
}

static char *
token_of (const char *document)
{
  g_autoptr (WhJson) json = wh_json_parse (document, strlen (document), 1 << 20, NULL);

  return g_strdup (wh_json_string (wh_json_member (wh_json_root (json), "token"), NULL));
}

static void
expect_page (Server *server, const char *token, char **out_token)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL, *document = ask_changes (server, token, &code, &error);

  g_assert_no_error (error);
  *out_token = token_of (document);
  g_assert_nonnull (*out_token);
}

static void
expect_away (Server *server, const char *token)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;

  g_assert_null (ask_changes (server, token, &code, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_OFFLINE);
  g_assert_null (code);
}

/* The server asks its database again at most every two seconds. */
static void
wait_until_back (Server *server)
{
  for (guint i = 0; i < 1000 && wh_store_revision (server->host->store) < 0; i++)
    g_usleep (10000);
}

/* Told to begin again, every mirror would fetch the whole catalogue for nothing. */
static void
test_mirrors_wait (WhTestStore *fixture)
{
  Server server;
  g_autofree char *token = NULL, *later = NULL;
  g_autoptr (WhStrain) strain = wh_test_store_strain ("A");

  wh_test_store_put (fixture, strain);
  server_start (&server, fixture);
  expect_page (&server, NULL, &token);
  control ("kill");
  expect_away (&server, token);
  expect_away (&server, NULL);
  control ("start");
  wait_until_back (&server);
  expect_page (&server, token, &later);
  g_assert_cmpstr (token, ==, later);
  server_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);   /* the refresher says that it cannot read */
  wh_test_store_add ("mirrors-wait", 1u << WH_TEST_POSTGRES, test_mirrors_wait);
  return g_test_run ();
}
