/* Substitutes over HTTP: what the terminal says, which parameter is wrong, and feedback that needs the key. */
#include <string.h>

#include "wh-test-server.h"

static WhTestServer server;
static char *key;   /* a header line */

static void
import (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (server.dir, name, NULL);
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"menu\",\"path\":\"%s\"}", path);
  g_autoptr (WhTestReply) reply = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  reply = wh_test_server_ask (&server, "POST", "/api/admin/imports", key, body);
  g_assert_cmpuint (reply->status, ==, 200);
}

/* Returns when the catalogue has the menu. */
static void
wait_for_menu (void)
{
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/substitutes?strain_id=og-kush", NULL, NULL);
      g_assert_true (reply->status == 200 || reply->status == 404);
      if (reply->status == 200 && strstr (reply->body, "Square"))
        return;
      g_usleep (10000);
    }
  g_assert_not_reached ();
}

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  return wh_json_member (wh_json_root (reply->json), "data");
}

/* Ages of prices grow between two questions; all else is equal. */
static char *
without_ages (const char *text)
{
  g_autoptr (GRegex) ages = g_regex_new ("\"price_age_hours\":[0-9.e-]+", 0, 0, NULL);

  return g_regex_replace_literal (ages, text, -1, 0, "", 0, NULL);
}

static void
test_equal_to_the_terminal (void)
{
  static const char *const pairs[][2] = {
    { "/api/substitutes?strain_id=og-kush", "og-kush" },
    { "/api/substitutes?strain_id=og-kush&dispensary_id=corner&category=any&price_max=12&limit=2",
      "og-kush --shop corner --category any --max-price 12 --limit 2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", pairs[i][0], NULL, NULL);
      g_autofree char *command = g_strdup_printf ("%s --data-dir %s --json substitute %s", g_getenv ("WEEDHOUNDS_TEST_BINARY"), server.dir,
                                                  pairs[i][1]);
      g_autofree char *said = NULL;

      g_assert_true (g_spawn_command_line_sync (command, &said, NULL, NULL, NULL));
      g_autofree char *terminal = without_ages (g_strchomp (said)), *body = without_ages (reply->body);
      g_test_message ("%s: %s", pairs[i][0], said);
      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpuint (strlen (terminal), >, 500);
      g_assert_nonnull (strstr (body, terminal));
    }
}

static void
test_refused (void)
{
  static const char *const wrong[][2] = {
    { "", "product_id" },
    { "?product_id=og-kush", "product_id" },
    { "?strain_id=og-kush&product_id=00000000-0000-8000-8000-000000000000", "product_id" },
    { "?strain_id=og-kush&category=motorcycles", "category" },
    { "?strain_id=og-kush&price_max=0", "price_max" },
    { "?strain_id=og-kush&price_max=cheap", "price_max" },
    { "?strain_id=og-kush&limit=51", "limit" },
    { "?strain_id=og-kush&colour=green", "colour" },
  };
  static const char *const absent[][2] = {
    { "?strain_id=no-such-strain", "strain_id" },
    { "?product_id=00000000-0000-8000-8000-000000000000", "product_id" },
    { "?strain_id=og-kush&dispensary_id=nowhere", "dispensary_id" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong) + G_N_ELEMENTS (absent); i++)
    {
      gboolean gone = i >= G_N_ELEMENTS (wrong);
      const char *const *one = gone ? absent[i - G_N_ELEMENTS (wrong)] : wrong[i];
      g_autofree char *target = g_strconcat ("/api/substitutes", one[0], NULL);
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", target, NULL, NULL);
      const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);
      g_test_message ("%s: %u %.300s", target, reply->status, reply->body);
      g_assert_cmpuint (reply->status, ==, gone ? 404 : 400);
      g_assert_cmpstr (wh_json_string (wh_json_member (error, "field"), NULL), ==, one[1]);
    }
}

static void
test_feedback (void)
{
  g_autoptr (WhTestReply) offer = wh_test_server_ask (&server, "GET", "/api/substitutes?strain_id=og-kush", NULL, NULL);
  const WhJsonNode *first = wh_json_element (wh_json_member (data_of (offer), "substitutes"), 0);
  const char *offered = wh_json_string (wh_json_member (wh_json_member (first, "product"), "product_id"), NULL);
  const char *subject = wh_json_string (wh_json_member (wh_json_member (data_of (offer), "asked"), "strain_id"), NULL);
  const char *id = wh_json_string (wh_json_member (data_of (offer), "substitution_id"), NULL);
  g_autofree char *body = g_strdup_printf (
      "{\"substitution_id\":\"%s\",\"strain_id\":\"%s\",\"offered_id\":\"%s\",\"outcome\":\"accepted\"}", id, subject, offered);
  g_autofree char *odd = g_strdup_printf (
      "{\"substitution_id\":\"%s\",\"strain_id\":\"%s\",\"offered_id\":\"%s\",\"outcome\":\"perhaps\"}", id, subject, offered);
  g_autoptr (WhTestReply) denied = wh_test_server_ask (&server, "POST", "/api/substitutes/feedback", NULL, body);
  g_autoptr (WhTestReply) wrong = wh_test_server_ask (&server, "POST", "/api/substitutes/feedback", key, odd);
  g_autoptr (WhTestReply) done = wh_test_server_ask (&server, "POST", "/api/substitutes/feedback", key, body);

  g_assert_cmpuint (denied->status, ==, 401);
  g_assert_cmpuint (wrong->status, ==, 400);
  g_assert_cmpuint (done->status, ==, 200);
  g_assert_cmpstr (wh_json_string (wh_json_member (data_of (done), "offered_id"), NULL), ==, offered);
  g_assert_cmpstr (wh_json_string (wh_json_member (data_of (done), "outcome"), NULL), ==, "accepted");
}

/* While the server runs, the terminal writes through it. */
static void
test_feedback_through_the_server (void)
{
  g_autoptr (WhTestReply) offer = wh_test_server_ask (&server, "GET", "/api/substitutes?strain_id=og-kush", NULL, NULL);
  const WhJsonNode *first = wh_json_element (wh_json_member (data_of (offer), "substitutes"), 0);
  const char *offered = wh_json_string (wh_json_member (wh_json_member (first, "product"), "product_id"), NULL);
  g_autofree char *command = g_strdup_printf ("%s --data-dir %s --json substitute og-kush --reject %s --reason dear",
                                              g_getenv ("WEEDHOUNDS_TEST_BINARY"), server.dir, offered);
  g_autofree char *said = NULL;

  g_assert_true (g_spawn_command_line_sync (command, &said, NULL, NULL, NULL));
  g_assert_nonnull (strstr (said, "\"outcome\":\"rejected\",\"reason\":\"dear\""));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  key = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  import ("menu.csv", "Product,Brand,Category,Size,Price,In Stock,Dispensary,State\nOG Kush,Farm,Flower,3.5g,35,no,Corner,NJ\n"
                      "OG Kush,Garden,Flower,1/8 oz,30,yes,Square,CO\nSour Diesel,Farm,Flower,3.5g,30,yes,Corner,NJ\n"
                      "Blue Dream,Farm,Vapes,1g,10,yes,Corner,NJ\n");
  wait_for_menu ();
  g_test_add_func ("/server/substitute/equal-to-the-terminal", test_equal_to_the_terminal);
  g_test_add_func ("/server/substitute/refused", test_refused);
  g_test_add_func ("/server/substitute/feedback", test_feedback);
  g_test_add_func ("/server/substitute/feedback-through-the-server", test_feedback_through_the_server);
  status = g_test_run ();
  wh_test_server_clear (&server);
  g_free (key);
  return status;
}
