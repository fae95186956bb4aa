/* Recommendations over HTTP: the terminal's document, every field, what is not supported, and which field is wrong. */
#include <string.h>

#include "wh-test-server.h"

#define TARGET "/api/strains/recommendations"

static WhTestServer server;

static WhTestReply *
ask (const char *body)
{
  WhTestReply *reply = wh_test_server_ask (&server, "POST", TARGET, NULL, body);

  g_test_message ("%s: %u %.400s", body, reply->status, reply->body);
  return reply;
}

static void
test_equal_to_the_terminal (void)
{
  g_autofree char *command = g_strdup_printf ("%s --data-dir %s --json recommend --like blue-dream --terpene limonene --thc high",
                                              g_getenv ("WEEDHOUNDS_TEST_BINARY"), server.dir);
  g_autofree char *out = NULL;
  g_autoptr (WhTestReply) reply = ask ("{\"user_preferences\":{\"preferred_terpenes\":[\"limonene\"],\"thc_preference\":\"high\","
                                       "\"liked_strains\":[\"Blue Dream\"]}}");
  const char *list;

  g_assert_true (g_spawn_command_line_sync (command, &out, NULL, NULL, NULL));
  g_assert_cmpuint (reply->status, ==, 200);
  /* The wishes come in another order, so the id is another. */
  list = strstr (out, "\"recommendations\":");
  g_assert_nonnull (list);
  *strstr (list, "\"counterfactuals\"") = '\0';
  g_assert_cmpuint (strlen (list), >, 200);
  g_assert_nonnull (strstr (reply->body, list));
}

static void
test_every_field (void)
{
  g_autoptr (WhTestReply) reply = ask (
      "{\"user_preferences\":{\"effects\":[\"calm\"],\"flavors\":[\"lemon\"],\"avoid_effects\":[],\"thc_preference\":{\"min\":5},"
      "\"cbd_preference\":\"low\",\"experience_level\":\"beginner\",\"disliked_strains\":[\"og-kush\"],\"in_stock\":false},"
      "\"location\":{\"latitude\":40.1,\"longitude\":-74,\"radius_miles\":5},\"limit\":3}");
  const WhJsonNode *data = wh_json_member (wh_json_root (reply->json), "data"), *refused = wh_json_member (data, "not_supported");
  const WhJsonNode *first = wh_json_element (wh_json_member (data, "recommendations"), 0);

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpuint (wh_json_length (wh_json_member (data, "recommendations")), ==, 2);
  g_assert_nonnull (strstr (reply->body, "17.5 % THC, as you wish"));
  g_assert_cmpstr (wh_json_string (wh_json_member (first, "name"), ""), !=, "OG Kush");
  g_assert_cmpuint (wh_json_length (wh_json_member (refused, "fields")), ==, 6);
  g_assert_cmpstr (wh_json_string (wh_json_element (wh_json_member (refused, "fields"), 0), ""), ==, "effects");
  g_assert_nonnull (wh_json_string (wh_json_member (refused, "reason"), NULL));
}

/* No shop has anything: every condition leaves nobody, and it is said what would lead. */
static void
test_conditions (void)
{
  static const char *const bodies[]
      = { "{\"user_preferences\":{\"in_stock\":true}}", "{\"user_preferences\":{\"max_price\":1000}}",
          "{\"user_preferences\":{\"consumption_method\":\"smoking\"}}", "{\"location\":{\"state\":\"NJ\"}}" };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (WhTestReply) reply = ask (bodies[i]);
      const WhJsonNode *data = wh_json_member (wh_json_root (reply->json), "data");
      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpuint (wh_json_length (wh_json_member (data, "recommendations")), ==, 0);
      g_assert_cmpuint (wh_json_length (wh_json_member (data, "counterfactuals")), ==, i < 2);
    }
}

static void
test_nothing_refused (void)
{
  g_autoptr (WhTestReply) reply = ask ("{}");
  const WhJsonNode *data = wh_json_member (wh_json_root (reply->json), "data");

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_true (wh_json_is_null (wh_json_member (data, "not_supported")));
  g_assert_cmpuint (wh_json_length (wh_json_member (data, "recommendations")), ==, 3);
}

static void
test_wrong_fields (void)
{
  static const struct {
    const char *body, *field;
  } cases[] = {
    { "{\"limit\":0}", "limit" },
    { "{\"limit\":1.5}", "limit" },
    { "{\"limit\":\"many\"}", "limit" },
    { "{\"wishes\":1}", "wishes" },
    { "{\"user_preferences\":[]}", "user_preferences" },
    { "{\"user_preferences\":{\"colour\":\"green\"}}", "user_preferences.colour" },
    { "{\"user_preferences\":{\"flavors\":\"lemon\"}}", "user_preferences.flavors" },
    { "{\"user_preferences\":{\"flavors\":[\"lemon\",3]}}", "user_preferences.flavors[1]" },
    { "{\"user_preferences\":{\"flavors\":[\" \"]}}", "user_preferences.flavors[0]" },
    { "{\"user_preferences\":{\"preferred_terpenes\":[\"thca\"]}}", "user_preferences.preferred_terpenes[0]" },
    { "{\"user_preferences\":{\"liked_strains\":[\"no-such-strain-at-all\"]}}", "user_preferences.liked_strains[0]" },
    { "{\"user_preferences\":{\"liked_strains\":[\"og-kush\"],\"disliked_strains\":[\"og-kush\"]}}",
      "user_preferences.disliked_strains[0]" },
    { "{\"user_preferences\":{\"thc_preference\":\"strongest\"}}", "user_preferences.thc_preference" },
    { "{\"user_preferences\":{\"thc_preference\":{\"min\":9,\"max\":8}}}", "user_preferences.thc_preference" },
    { "{\"user_preferences\":{\"cbd_preference\":{\"min\":\"1\"}}}", "user_preferences.cbd_preference" },
    { "{\"user_preferences\":{\"cbd_preference\":7}}", "user_preferences.cbd_preference" },
    { "{\"user_preferences\":{\"consumption_method\":\"injection\"}}", "user_preferences.consumption_method" },
    { "{\"user_preferences\":{\"in_stock\":\"yes\"}}", "user_preferences.in_stock" },
    { "{\"user_preferences\":{\"max_price\":-1}}", "user_preferences.max_price" },
    { "{\"location\":\"NJ\"}", "location" },
    { "{\"location\":{\"state\":7}}", "location.state" },
    { "{\"location\":{\"planet\":\"Mars\"}}", "location.planet" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WhTestReply) reply = ask (cases[i].body);
      const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);
      g_assert_cmpuint (reply->status, ==, 400);
      g_assert_cmpstr (wh_json_string (wh_json_member (error, "code"), ""), ==, "INVALID_PARAMETER");
      g_assert_cmpstr (wh_json_string (wh_json_member (error, "field"), ""), ==, cases[i].field);
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/recommend/equal-to-the-terminal", test_equal_to_the_terminal);
  g_test_add_func ("/server/recommend/every-field", test_every_field);
  g_test_add_func ("/server/recommend/conditions", test_conditions);
  g_test_add_func ("/server/recommend/nothing-refused", test_nothing_refused);
  g_test_add_func ("/server/recommend/wrong-fields", test_wrong_fields);
  wh_test_server_start (&server);
  status = g_test_run ();
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  wh_test_server_clear (&server);
  return status;
}
