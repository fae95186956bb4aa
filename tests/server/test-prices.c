/* Prices over HTTP: what the terminal says, and which parameter is wrong. */
#include <string.h>

#include "wh-test-server.h"

static WhTestServer server;

static void
import (const char *kind, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (server.dir, name, NULL);
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"%s\",\"path\":\"%s\"}", kind, path);
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  g_autoptr (WhTestReply) reply = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  reply = wh_test_server_ask (&server, "POST", "/api/admin/imports", key, body);
  g_assert_cmpuint (reply->status, ==, 200);
}

/* Returns when the catalogue has the price. */
static void
wait_for_price (void)
{
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/pricing/compare?product_name=kush", NULL, NULL);
      g_assert_cmpuint (reply->status, ==, 200);
      if (strstr (reply->body, "Corner"))
        return;
      g_usleep (10000);
    }
  g_assert_not_reached ();
}

static void
test_equal_to_the_terminal (void)
{
  static const char *const pairs[][2] = {
    { "/api/pricing/history?strain_id=og-kush", "history og-kush" },
    { "/api/pricing/history?strain_id=og-kush&state=nj&category=flower&limit=1",
      "history og-kush --state NJ --category flower --limit 1" },
    { "/api/pricing/compare?product_name=kush&limit=2", "compare --product kush --limit 2" },
    { "/api/pricing/compare?product_name=kush&state=nj&category=flower&limit=9",
      "compare --product kush --state NJ --category flower --limit 9" },
    { "/api/pricing/compare?product_name=kush&latitude=40.7&longitude=-74&radius=50&limit=9",
      "compare --product kush --near 40.7,-74 --radius 50 --limit 9" },
    { "/api/pricing/compare?strain_id=og-kush&limit=9", "compare og-kush --limit 9" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", pairs[i][0], NULL, NULL);
      g_autofree char *command = g_strdup_printf ("%s --data-dir %s --json prices %s", g_getenv ("WEEDHOUNDS_TEST_BINARY"),
                                                  server.dir, pairs[i][1]);
      g_autofree char *said = NULL;

      g_assert_true (g_spawn_command_line_sync (command, &said, NULL, NULL, NULL));
      g_strchomp (said);
      g_test_message ("%s: %s", pairs[i][0], said);
      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpuint (strlen (said), >, 200);
      g_assert_nonnull (strstr (reply->body, said));
    }
}

/* The id of the cheapest offer. */
static char *
first_product (void)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/pricing/compare?product_name=kush&limit=1", NULL, NULL);
  const WhJsonNode *rows = wh_json_member (wh_json_member (wh_json_root (reply->json), "data"), "price_comparison");
  const WhJsonNode *product = wh_json_member (wh_json_element (rows, 0), "product");

  return g_strdup (wh_json_string (wh_json_member (product, "product_id"), ""));
}

static void
test_total (void)
{
  static const char *const pairs[][2] = {
    { "", "" },
    { "&jurisdiction=NJ/Newark&discount=10%25&quantity=3", "--jurisdiction NJ/Newark --discount 10% --quantity 3" },
    { "&jurisdiction=ca&discount=1.50&buyer=medical", "--jurisdiction ca --discount 1.50 --medical" },
  };
  g_autofree char *id = first_product ();

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *target = g_strconcat ("/api/pricing/total?product_id=", id, pairs[i][0], NULL), *said = NULL;
      g_autofree char *command = g_strdup_printf ("%s --data-dir %s --json prices total %s %s", g_getenv ("WEEDHOUNDS_TEST_BINARY"),
                                                  server.dir, id, pairs[i][1]);
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", target, NULL, NULL);

      g_assert_true (g_spawn_command_line_sync (command, &said, NULL, NULL, NULL));
      g_strchomp (said);
      g_test_message ("%s: %s", target, said);
      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpuint (strlen (said), >, 200);
      g_assert_nonnull (strstr (reply->body, said));
    }
}

static void
test_total_refused (void)
{
  static const struct {
    const char *query, *field;
    guint       status;
  } wrong[] = {
    { "", "product_id", 400 },
    { "?product_id=kush", "product_id", 400 },
    { "?product_id=00000000-0000-8000-8000-000000000000", "product_id", 404 },
    { "?product_id=%s&jurisdiction=Jersey", "jurisdiction", 400 },
    { "?product_id=%s&discount=ten", "discount", 400 },
    { "?product_id=%s&quantity=0", "quantity", 400 },
    { "?product_id=%s&buyer=any", "buyer", 400 },
    { "?product_id=%s&colour=green", "colour", 400 },
  };
  g_autofree char *id = first_product ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GString) target = g_string_new ("/api/pricing/total");
      g_string_append (target, wrong[i].query);
      g_string_replace (target, "%s", id, 0);
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", target->str, NULL, NULL);
      const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);
      g_test_message ("%s: %u %.300s", target->str, reply->status, reply->body);
      g_assert_cmpuint (reply->status, ==, wrong[i].status);
      g_assert_cmpstr (wh_json_string (wh_json_member (error, "field"), NULL), ==, wrong[i].field);
    }
}

static void
test_pages (void)
{
  static const char all_target[] = "/api/pricing/compare?product_name=og%20kush";
  static const char second_target[] = "/api/pricing/compare?product_name=og%20kush&limit=1&offset=1";
  g_autoptr (WhTestReply) all = wh_test_server_ask (&server, "GET", all_target, NULL, NULL);
  g_autoptr (WhTestReply) second = wh_test_server_ask (&server, "GET", second_target, NULL, NULL);
  const WhJsonNode *rows = wh_json_member (wh_json_member (wh_json_root (all->json), "data"), "price_comparison");
  const WhJsonNode *page = wh_json_member (wh_json_member (wh_json_root (second->json), "data"), "price_comparison");

  g_assert_cmpuint (wh_json_length (rows), ==, 2);
  g_assert_cmpuint (wh_json_length (page), ==, 1);
  g_assert_cmpfloat (wh_json_number (wh_json_member (wh_json_element (page, 0), "price"), 0), ==,
                     wh_json_number (wh_json_member (wh_json_element (rows, 1), "price"), 1));
  g_assert_cmpint (wh_json_integer (wh_json_member (wh_json_member (wh_json_root (second->json), "meta"), "total_count"), 0), ==, 2);
}

static void
test_refused (void)
{
  static const char *const wrong[][2] = {
    { "compare", "strain_id" },
    { "compare?product_name=-", "product_name" },
    { "compare?product_name=kush&category=motorcycles", "category" },
    { "compare?product_name=kush&state=NJX", "state" },
    { "compare?product_name=kush&latitude=40", "longitude" },
    { "compare?product_name=kush&longitude=40", "latitude" },
    { "compare?product_name=kush&latitude=91&longitude=0", "latitude" },
    { "compare?product_name=kush&latitude=0&longitude=-181", "longitude" },
    { "compare?product_name=kush&latitude=0&longitude=0&radius=101", "radius" },
    { "compare?product_name=kush&latitude=0&longitude=0&radius=0", "radius" },
    { "compare?product_name=kush&radius=10", "radius" },
    { "compare?product_name=kush&limit=0", "limit" },
    { "compare?product_name=kush&offset=-1", "offset" },
    { "compare?product_name=kush&colour=green", "colour" },
    { "history", "product_id" },
    { "history?strain_id=og-kush&product_id=x", "product_id" },
    { "history?product_id=x", "product_id" },
    { "history?strain_id=og-kush&dispensary_id=x", "dispensary_id" },
    { "history?strain_id=og-kush&since=soon", "since" },
    { "history?strain_id=og-kush&category=cars", "category" },
    { "watches?since=x", "since" },
    { "watches?of=x", "of" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *target = g_strconcat ("/api/pricing/", wrong[i][0], NULL);
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", target, NULL, NULL);
      const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);
      g_test_message ("%s: %u %.300s", target, reply->status, reply->body);
      g_assert_cmpuint (reply->status, ==, 400);
      g_assert_cmpstr (wh_json_string (wh_json_member (error, "field"), NULL), ==, wrong[i][1]);
    }
}

static void
test_unknown_strain (void)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/pricing/compare?strain_id=no-such-strain", NULL, NULL);
  const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);

  g_assert_cmpuint (reply->status, ==, 404);
  g_assert_cmpstr (wh_json_string (wh_json_member (error, "code"), NULL), ==, "STRAIN_NOT_FOUND");
  g_assert_cmpstr (wh_json_string (wh_json_member (error, "field"), NULL), ==, "strain_id");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  import ("menu", "menu.csv",
          "Product,Category,Size,Price,Dispensary,State\nOG Kush,Flower,3.5g,35,Corner,NJ\nOG Kush,Flower,1/8 oz,30,Square,CO\n"
          "Kush Gummies,Edibles,100mg,20,Corner,NJ\n");
  wait_for_price ();
  g_test_add_func ("/server/prices/equal-to-the-terminal", test_equal_to_the_terminal);
  g_test_add_func ("/server/prices/total", test_total);
  g_test_add_func ("/server/prices/total-refused", test_total_refused);
  g_test_add_func ("/server/prices/pages", test_pages);
  g_test_add_func ("/server/prices/refused", test_refused);
  g_test_add_func ("/server/prices/unknown-strain", test_unknown_strain);
  status = g_test_run ();
  wh_test_server_clear (&server);
  return status;
}
