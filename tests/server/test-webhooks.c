/* Webhooks against a real receiver: signed calls of what happened and nothing else, tried again, dead after enough, revived, refused
 * towards private networks, made after the server was killed, and once by two servers of one database. */
#include <signal.h>
#include <string.h>

#include "base/wh-hash.h"
#include "support/wh-test-web.h"
#include "wh-test-server.h"

#define ALLOW "--set", "outgoing.allow=127.0.0.0/8"
#define SECRET "a secret of the shop"
#define PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct {
  WhTestServer server;
  WhTestWeb   *web;
  char        *id;      /* of the webhook */
} Shop;

static WhTestReply *
ask (const WhTestServer *server, const char *method, const char *target, const char *body)
{
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", server->key);
  WhTestReply *reply = wh_test_server_ask (server, method, target, key, body);

  g_test_message ("%s %s: %u %.300s", method, target, reply->status, reply->body);
  return reply;
}

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  return wh_json_member (wh_json_root (reply->json), "data");
}

/* Its id. Caller frees. */
static char *
make (const WhTestServer *server, const char *target, const char *body, const char *id_key)
{
  g_autoptr (WhTestReply) reply = ask (server, "POST", target, body);

  g_assert_cmpuint (reply->status, ==, 201);
  return g_strdup (wh_json_string (wh_json_member (data_of (reply), id_key), NULL));
}

static void
make_strain (const WhTestServer *server, const char *name)
{
  g_autofree char *body = g_strdup_printf ("{\"name\":\"%s\"}", name);

  g_free (make (server, "/api/strains", body, "strain_id"));
}

static char *
make_webhook (const Shop *shop, const char *events)
{
  g_autofree char *url = wh_test_web_url (shop->web, NULL, "/hook");
  g_autofree char *body = g_strdup_printf ("{\"url\":\"%s\",\"events\":[%s],\"secret\":\"" SECRET "\"}", url, events);

  return make (&shop->server, "/api/webhooks", body, "webhook_id");
}

static void
shop_start (Shop *shop, const char *const *options, const char *events)
{
  *shop = (Shop){ .web = wh_test_web_start (NULL) };
  wh_test_web_set (shop->web, "/hook", "204 No Content", "");
  wh_test_server_make (&shop->server);
  wh_test_server_run_with (&shop->server, options);
  shop->id = make_webhook (shop, events);
}

static void
shop_clear (Shop *shop)
{
  wh_test_server_clear (&shop->server);
  wh_test_web_stop (shop->web);
  g_free (shop->id);
}

static void
wait_for_calls (WhTestWeb *web, guint calls)
{
  for (gint64 start = g_get_monotonic_time (); wh_test_web_asked (web, "/hook") < calls; g_usleep (10000))
    g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE_US);
}

/* How many deliveries are in a state. */
static guint
count_deliveries (const Shop *shop, const char *state)
{
  g_autofree char *target = g_strdup_printf ("/api/webhooks/%s/deliveries?state=%s", shop->id, state);
  g_autoptr (WhTestReply) reply = ask (&shop->server, "GET", target, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  return wh_json_length (data_of (reply));
}

static void
wait_for_deliveries (const Shop *shop, const char *state, guint count)
{
  for (gint64 start = g_get_monotonic_time (); count_deliveries (shop, state) < count; g_usleep (50000))
    g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE_US);
}

/* Caller frees. */
static char *
header_of (const char *request, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s: ", name);
  const char *place = strstr (request, start);

  g_assert_nonnull (place);
  place += strlen (start);
  return g_strndup (place, strcspn (place, "\r"));
}

static void
assert_signed (const char *request)
{
  g_autofree char *timestamp = header_of (request, "X-WeedHounds-Timestamp"), *given = header_of (request, "X-WeedHounds-Signature");
  const char *body = strstr (request, "\r\n\r\n") + 4;
  g_autofree char *text = g_strdup_printf ("%s.%s", timestamp, body);
  g_autofree char *signature = wh_hash_sign (SECRET, text, strlen (text)), *expected = g_strconcat ("v1=", signature, NULL);

  g_assert_cmpstr (given, ==, expected);
}

static void
test_events (void)
{
  const char *const options[] = { ALLOW, NULL };
  g_autofree char *dispensary = NULL, *product = NULL, *body = NULL, *price = NULL, *result = NULL, *batch = NULL, *last = NULL;
  Shop shop;

  shop_start (&shop, options, "\"strain.created\",\"price.changed\",\"terpene.analyzed\"");
  make_strain (&shop.server, "Lemon Haze");
  wait_for_calls (shop.web, 1);
  g_autofree char *first = wh_test_web_request (shop.web, "/hook");
  assert_signed (first);
  g_assert_true (g_str_has_prefix (first, "POST /hook "));
  g_assert_nonnull (strstr (first, "\"event\":\"strain.created\""));
  g_autofree char *event = header_of (first, "X-WeedHounds-Event");
  g_assert_cmpstr (event, ==, "strain.created");
  /* A shop is nothing that was asked for; a product's first price is no change, the same one is none, another one is. */
  dispensary = make (&shop.server, "/api/dispensaries", "{\"name\":\"The Shop\"}", "dispensary_id");
  body = g_strdup_printf ("{\"name\":\"Flower\",\"dispensary_id\":\"%s\",\"category\":\"flower\",\"price_cents\":3500,"
                          "\"price_observed_at\":\"2026-01-01T00:00:00Z\"}", dispensary);
  product = make (&shop.server, "/api/products", body, "product_id");
  price = g_strdup_printf ("{\"product_id\":\"%s\",\"amount_cents\":3500,\"unit\":\"package\",\"observed_at\":\"2026-02-01T00:00:00Z\"}",
                           product);
  g_free (make (&shop.server, "/api/prices", price, "price_id"));
  g_free (price);
  price = g_strdup_printf ("{\"product_id\":\"%s\",\"amount_cents\":3000,\"unit\":\"package\",\"observed_at\":\"2026-03-01T00:00:00Z\"}",
                           product);
  g_free (make (&shop.server, "/api/prices", price, "price_id"));
  wait_for_calls (shop.web, 2);
  last = wh_test_web_request (shop.web, "/hook");
  g_assert_nonnull (strstr (last, "\"event\":\"price.changed\""));
  g_assert_nonnull (strstr (last, "\"amount_cents\":3000,\"previous_cents\":3500"));
  assert_signed (last);
  g_free (body);
  body = g_strdup_printf ("{\"name\":\"A batch\",\"strain_id\":\"%s\"}", shop.server.id);
  batch = make (&shop.server, "/api/batches", body, "batch_id");
  result = g_strdup_printf ("{\"batch_id\":\"%s\",\"measurements\":[{\"analyte\":\"beta_myrcene\",\"state\":\"value\",\"value\":5,"
                            "\"unit\":\"mg/g\",\"basis\":\"unknown\"}]}", batch);
  g_free (make (&shop.server, "/api/lab-results", result, "lab_result_id"));
  wait_for_calls (shop.web, 3);
  g_free (last);
  last = wh_test_web_request (shop.web, "/hook");
  g_assert_nonnull (strstr (last, "\"event\":\"terpene.analyzed\""));
  wait_for_deliveries (&shop, "delivered", 3);
  g_assert_cmpuint (wh_test_web_asked (shop.web, "/hook"), ==, 3);
  shop_clear (&shop);
}

static void
test_routes (void)
{
  const char *const options[] = { ALLOW, NULL };
  g_autofree char *target = NULL;
  Shop shop;

  shop_start (&shop, options, "\"strain.created\"");
  target = g_strdup_printf ("/api/webhooks/%s", shop.id);
  g_autoptr (WhTestReply) denied = wh_test_server_ask (&shop.server, "GET", "/api/webhooks", NULL, NULL);
  g_assert_cmpuint (denied->status, ==, 401);
  g_autoptr (WhTestReply) one = ask (&shop.server, "GET", target, NULL);
  g_assert_cmpuint (one->status, ==, 200);
  g_assert_null (strstr (one->body, SECRET));   /* it was told once */
  g_autoptr (WhTestReply) list = ask (&shop.server, "GET", "/api/webhooks", NULL);
  g_assert_cmpuint (wh_json_length (data_of (list)), ==, 1);
  g_assert_null (strstr (list->body, SECRET));
  g_autoptr (WhTestReply) made = ask (&shop.server, "POST", "/api/webhooks",
                                        "{\"url\":\"https://example.com/x\",\"events\":[\"price.changed\"]}");
  g_assert_cmpuint (strlen (wh_json_string (wh_json_member (data_of (made), "secret"), "")), ==, 64);
  static const char *const wrong[] = { "{\"url\":\"https://example.com/x\",\"events\":[]}",
                                       "{\"url\":\"ftp://x\",\"events\":[\"price.changed\"]}",
                                       "{\"url\":\"https://example.com/x\",\"events\":[\"strain.eaten\"]}",
                                       "{\"url\":\"https://example.com/x\",\"events\":[\"price.changed\"],\"secret\":\"short\"}" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (WhTestReply) reply = ask (&shop.server, "POST", "/api/webhooks", wrong[i]);
      g_assert_true (reply->status == 400 || reply->status == 422);
    }
  /* What happens while it is paused is told afterwards. */
  g_autoptr (WhTestReply) paused = ask (&shop.server, "PATCH", target, "{\"paused\":true}");
  g_assert_cmpstr (wh_json_string (wh_json_member (data_of (paused), "state"), NULL), ==, "paused");
  make_strain (&shop.server, "While it was paused");
  g_usleep (300000);
  g_assert_cmpuint (wh_test_web_asked (shop.web, "/hook"), ==, 0);
  g_autoptr (WhTestReply) active = ask (&shop.server, "PATCH", target, "{\"paused\":false}");
  g_assert_cmpuint (active->status, ==, 200);
  wait_for_calls (shop.web, 1);
  g_autoptr (WhTestReply) gone = ask (&shop.server, "DELETE", target, NULL);
  g_assert_cmpuint (gone->status, ==, 200);
  g_autoptr (WhTestReply) missing = ask (&shop.server, "GET", target, NULL);
  g_assert_cmpuint (missing->status, ==, 404);
  g_assert_nonnull (strstr (missing->body, "WEBHOOK_NOT_FOUND"));
  shop_clear (&shop);
}

static void
test_again (void)
{
  const char *const options[] = { ALLOW, "--set", "webhooks.pause_seconds=1", "--set", "webhooks.tries=2", "--set", "webhooks.dead=2",
                                  NULL };
  g_autofree char *first = NULL, *second = NULL, *a = NULL, *b = NULL, *target = NULL;
  Shop shop;

  shop_start (&shop, options, "\"strain.created\"");
  wh_test_web_set (shop.web, "/hook", "500 No", "");
  make_strain (&shop.server, "Once more");
  wait_for_calls (shop.web, 1);
  first = wh_test_web_request (shop.web, "/hook");
  wh_test_web_set (shop.web, "/hook", "200 OK", "fine");   /* counts anew */
  wait_for_calls (shop.web, 1);
  second = wh_test_web_request (shop.web, "/hook");
  a = header_of (first, "X-WeedHounds-Delivery");
  b = header_of (second, "X-WeedHounds-Delivery");
  g_assert_cmpstr (a, ==, b);
  wait_for_deliveries (&shop, "delivered", 1);
  /* Dead after two tries, revived by hand. */
  wh_test_web_set (shop.web, "/hook", "500 No", "");
  make_strain (&shop.server, "Dead");
  wait_for_deliveries (&shop, "dead", 1);
  wh_test_web_set (shop.web, "/hook", "200 OK", "fine");
  target = g_strdup_printf ("/api/webhooks/%s/retry", shop.id);
  g_autoptr (WhTestReply) retry = ask (&shop.server, "POST", target, NULL);
  g_assert_cmpint (wh_json_integer (wh_json_member (data_of (retry), "retried"), 0), ==, 1);
  wait_for_deliveries (&shop, "delivered", 2);
  g_assert_cmpuint (count_deliveries (&shop, "dead"), ==, 0);
  /* Who says that it is gone is not called any more. */
  wh_test_web_set (shop.web, "/hook", "410 Gone", "");
  make_strain (&shop.server, "Gone");
  wait_for_deliveries (&shop, "dead", 1);
  g_autofree char *one = g_strdup_printf ("/api/webhooks/%s", shop.id);
  g_autoptr (WhTestReply) disabled = ask (&shop.server, "GET", one, NULL);
  g_assert_cmpstr (wh_json_string (wh_json_member (data_of (disabled), "state"), NULL), ==, "disabled");
  g_assert_cmpstr (wh_json_string (wh_json_member (data_of (disabled), "reason"), ""), !=, "");
  shop_clear (&shop);
}

/* Neither when it is written down nor, by a name, when it is called. */
static void
test_private (void)
{
  const char *const options[] = { "--set", "webhooks.tries=1", NULL };
  static const char *const urls[] = { "http://127.0.0.1/x", "http://10.0.0.1/x", "http://169.254.169.254/latest", "http://[::1]/x",
                                      "http://[::ffff:127.0.0.1]/x", "http://[fd00::1]/x", "http://192.168.1.1/x" };
  Shop shop = { .web = wh_test_web_start (NULL) };
  g_autofree char *url = wh_test_web_url (shop.web, "localhost", "/hook"), *body = NULL;

  wh_test_web_set (shop.web, "/hook", "200 OK", "");
  wh_test_server_make (&shop.server);
  wh_test_server_run_with (&shop.server, options);
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autofree char *wrong = g_strdup_printf ("{\"url\":\"%s\",\"events\":[\"strain.created\"]}", urls[i]);
      g_autoptr (WhTestReply) reply = ask (&shop.server, "POST", "/api/webhooks", wrong);
      g_assert_cmpuint (reply->status, ==, 400);
    }
  body = g_strdup_printf ("{\"url\":\"%s\",\"events\":[\"strain.created\"]}", url);
  shop.id = make (&shop.server, "/api/webhooks", body, "webhook_id");
  make_strain (&shop.server, "Nobody hears of it");
  wait_for_deliveries (&shop, "dead", 1);
  g_assert_cmpuint (wh_test_web_asked (shop.web, "/hook"), ==, 0);
  shop_clear (&shop);
}

/* What was acknowledged is told, though the server was killed before it could. */
static void
test_killed (void)
{
  const char *const options[] = { ALLOW, "--set", "webhooks.pause_seconds=1", NULL };
  Shop shop;

  shop_start (&shop, options, "\"strain.created\"");
  wh_test_web_set (shop.web, "/hook", "500 No", "");
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("Strain %u", i);
      make_strain (&shop.server, name);
    }
  g_subprocess_send_signal (shop.server.process, SIGKILL);
  g_assert_true (g_subprocess_wait (shop.server.process, NULL, NULL));
  g_object_unref (shop.server.process);
  wh_test_web_set (shop.web, "/hook", "200 OK", "");
  shop.server.port = 0;
  wh_test_server_run_with (&shop.server, options);
  wait_for_deliveries (&shop, "delivered", 5);
  shop_clear (&shop);
}

static void
test_shared (void)
{
  const char *address = g_getenv ("WEEDHOUNDS_TEST_POSTGRES");
  const char *const options[] = { "--store", address, ALLOW, NULL };
  WhTestServer other = { .dir = wh_test_make_dir () };
  Shop shop;

  if (!address)
    {
      g_test_skip ("PostgreSQL is not here");
      g_free (other.dir);
      return;
    }
  shop = (Shop){ .web = wh_test_web_start (NULL), .server = { .dir = wh_test_make_dir () } };
  wh_test_web_set (shop.web, "/hook", "200 OK", "");
  wh_test_server_run_with (&shop.server, options);
  wh_test_server_run_with (&other, options);
  shop.id = make_webhook (&shop, "\"strain.created\"");
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("Strain %u", i);
      make_strain (i % 2 ? &other : &shop.server, name);
    }
  wait_for_deliveries (&shop, "delivered", 20);
  g_usleep (1500000);
  g_assert_cmpuint (wh_test_web_asked (shop.web, "/hook"), ==, 20);
  shop_clear (&shop);
  wh_test_server_clear (&other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/webhooks/events", test_events);
  g_test_add_func ("/webhooks/routes", test_routes);
  g_test_add_func ("/webhooks/again", test_again);
  g_test_add_func ("/webhooks/private", test_private);
  g_test_add_func ("/webhooks/killed", test_killed);
  g_test_add_func ("/webhooks/shared", test_shared);
  return g_test_run ();
}
