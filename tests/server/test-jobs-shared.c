/* Several servers on one PostgreSQL share the queue: killed at random, no job runs twice at once, none is lost, each finishes. */
#include <signal.h>
#include <string.h>

#include "support/wh-test-web.h"
#include "wh-test-server.h"

#define N_SERVERS 3
#define N_JOBS 60
#define N_KILLS 12
#define PATIENCE (90 * G_USEC_PER_SEC)
#define MENU "Product,Brand,Category,Store,Price,Size,In Stock\nBlue Dream,Acme,Flower,Green Door,$42.00,1/8 oz,yes\n"

typedef struct {
  WhTestServer servers[N_SERVERS];
  WhTestWeb   *web;
} Shop;

static WhTestReply *
ask (const WhTestServer *server, const char *method, const char *path, const char *body)
{
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", server->key);

  return wh_test_server_ask (server, method, path, key, body);
}

static void
begin (WhTestServer *server)
{
  const char *const options[] = { "--store", g_getenv ("WEEDHOUNDS_TEST_POSTGRES"), NULL };

  server->port = 0;
  wh_test_server_run_with (server, options);
}

static void
kill_and_begin (WhTestServer *server)
{
  g_subprocess_send_signal (server->process, SIGKILL);
  g_subprocess_wait (server->process, NULL, NULL);
  g_clear_object (&server->process);
  begin (server);
}

static void
add (const Shop *shop, guint i)
{
  g_autofree char *path = g_strdup_printf ("/menu-%u", i), *url = wh_test_web_url (shop->web, NULL, path);
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"import\",\"key\":\"%s\",\"attempts\":50,\"arguments\":{\"url\":\"%s\"}}", path,
                                           url);
  g_autoptr (WhTestReply) reply = NULL;

  wh_test_web_set (shop->web, path, "200 OK", MENU);
  wh_test_web_slow (shop->web, path, 150);
  reply = ask (&shop->servers[i % N_SERVERS], "POST", "/api/admin/jobs", body);
  g_assert_cmpuint (reply->status, ==, 202);
}

/* How many are over; each of them must be done. */
static guint
count_done (const Shop *shop, guint server)
{
  g_autoptr (WhTestReply) reply = ask (&shop->servers[server], "GET", "/api/admin/jobs?kind=import&limit=200", NULL);
  const WhJsonNode *list = wh_json_member (wh_json_root (reply->json), "data");
  guint done = 0;

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpuint (wh_json_length (list), ==, N_JOBS);
  for (guint i = 0; i < N_JOBS; i++)
    {
      const char *state = wh_json_string (wh_json_member (wh_json_element (list, i), "state"), "");
      g_assert_cmpstr (state, !=, "failed");
      g_assert_cmpstr (state, !=, "cancelled");
      done += g_str_equal (state, "done");
    }
  return done;
}

static void
test_kills (void)
{
  Shop shop = { .web = wh_test_web_start (NULL) };
  gint64 start = g_get_monotonic_time ();
  guint kills = 0, tried = 0;

  for (guint i = 0; i < N_SERVERS; i++)
    {
      shop.servers[i].dir = wh_test_make_dir ();
      begin (&shop.servers[i]);
    }
  for (guint i = 0; i < N_JOBS; i++)
    add (&shop, i);
  while (count_done (&shop, 0) < N_JOBS && g_get_monotonic_time () - start < PATIENCE)
    {
      g_usleep ((gulong) g_test_rand_int_range (50000, 400000));
      if (kills < N_KILLS)
        kill_and_begin (&shop.servers[kills++ % N_SERVERS]);
    }
  g_assert_cmpuint (count_done (&shop, 0), ==, N_JOBS);
  for (guint i = 0; i < N_JOBS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/menu-%u", i);
      g_assert_cmpuint (wh_test_web_at_once (shop.web, path), ==, 1);
      tried += wh_test_web_asked (shop.web, path);
    }
  g_test_message ("%u jobs, %u kills, %u tries, %.1f s", N_JOBS, kills, tried, (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  for (guint i = 0; i < N_SERVERS; i++)
    wh_test_server_clear (&shop.servers[i]);
  wh_test_web_stop (shop.web);
}

int
main (int argc, char **argv)
{
  g_setenv ("WEEDHOUNDS_JOBS_POLL_MS", "50", TRUE);
  g_setenv ("WEEDHOUNDS_JOBS_THREADS", "2", TRUE);
  g_setenv ("WEEDHOUNDS_JOBS_LEASE_SECONDS", "2", TRUE);
  g_setenv ("WEEDHOUNDS_OUTGOING_ALLOW", "127.0.0.1", TRUE);
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("WEEDHOUNDS_TEST_POSTGRES"))
    g_test_add_func ("/jobs-shared/kills", test_kills);
  else
    g_test_skip ("no PostgreSQL here");
  return g_test_run ();
}
