/* Answers that are kept: the same as those made anew, never older than what was acknowledged, and nobody's but their audience's. */
#include <string.h>

#include "wh-test-server.h"

#define N_WRITES 60
#define LOOK_US (2500 * 1000)   /* a server looks every second at what others wrote, and then reads it */

static WhTestServer server;

/* What is said of the request itself is taken out. */
static char *
data_of (const WhTestReply *reply)
{
  const char *meta = strstr (reply->body, ",\"meta\":"), *list = meta ? strstr (meta, "\"total_count\"") : NULL;

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_nonnull (meta);
  return g_strdup_printf ("%.*s%s", (int) (meta - reply->body), reply->body, list ? list : "");
}

static char *
tag_of (const WhTestReply *reply)
{
  const char *line = strstr (reply->head, "ETag: ");

  g_assert_nonnull (line);
  line += strlen ("ETag: ");
  return g_strndup (line, strcspn (line, "\r"));
}

static char *
as_administrator (void)
{
  return g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
}

static void
assert_same (const char *target, const char *other)
{
  g_autoptr (WhTestReply) first = wh_test_server_ask (&server, "GET", target, NULL, NULL);
  g_autoptr (WhTestReply) again = wh_test_server_ask (&server, "GET", other, NULL, NULL);
  g_autofree char *data = data_of (first), *kept = data_of (again), *tag = tag_of (first), *kept_tag = tag_of (again);
  const WhJsonNode *meta = wh_json_member (wh_json_root (first->json), "meta");
  const WhJsonNode *kept_meta = wh_json_member (wh_json_root (again->json), "meta");

  g_assert_cmpstr (data, ==, kept);
  g_assert_cmpstr (tag, ==, kept_tag);
  g_assert_cmpstr (wh_json_string (wh_json_member (meta, "request_id"), ""), !=,
                   wh_json_string (wh_json_member (kept_meta, "request_id"), ""));
}

static void
test_the_same (void)
{
  static const char *const targets[][2] = {
    { "/api/strains/search?q=blue&limit=5", "/api/strains/search?limit=5&q=blue" },
    { "/api/strains?limit=1&offset=1", "/api/strains?offset=1&limit=1" },
    { "/api/strains/facets?q=dream", "/api/strains/facets?q=dream" },
    { "/api/strains/blue-dream", "/api/strains/blue-dream" },
    { "/api/terpenes/blue-dream", "/api/terpenes/blue-dream" },
    { "/api/dispensaries", "/api/dispensaries" },
  };

  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
      assert_same (targets[i][0], targets[i][1]);
}

/* Two questions whose texts would be the same if they were written one after the other. */
static void
test_no_mistaken_question (void)
{
  g_autoptr (WhTestReply) one = wh_test_server_ask (&server, "GET", "/api/strains/search?q=blue%1Flimit&limit=1", NULL, NULL);
  g_autoptr (WhTestReply) other = wh_test_server_ask (&server, "GET", "/api/strains/search?q=blue&limit=1", NULL, NULL);

  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (other->json), "data")), ==, 1);
  g_assert_cmpuint (one->status, ==, 200);
}

static void
test_not_modified (void)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/strains/blue-dream", NULL, NULL);
  g_autofree char *tag = tag_of (reply), *plain = g_strdup_printf ("If-None-Match: %s\r\n", tag);
  g_autofree char *strong = g_strdup_printf ("If-None-Match: \"other\", %s\r\n", tag + 2);
  const char *const given[] = { plain, strong, "If-None-Match: *\r\n", "If-None-Match: W/\"00000000000000000000000000000000\"\r\n", NULL };
  static const guint statuses[] = { 304, 304, 304, 200 };

  for (guint i = 0; given[i]; i++)
    {
      g_autoptr (WhTestReply) again = wh_test_server_ask (&server, "GET", "/api/strains/blue-dream", given[i], NULL);
      g_assert_cmpuint (again->status, ==, statuses[i]);
      g_assert_nonnull (strstr (again->head, tag));
    }
}

/* Read before, so that it is kept, and again as soon as the write was acknowledged. */
static void
test_never_stale (void)
{
  g_autofree char *key = as_administrator (), *path = g_strdup_printf ("/api/strains/%s", server.id);

  for (guint i = 0; i < N_WRITES; i++)
    {
      g_autofree char *wanted = g_strdup_printf ("\"breeder\":\"Breeder %u\"", i), *body = g_strdup_printf ("{%s}", wanted);
      g_autoptr (WhTestReply) before = wh_test_server_ask (&server, "GET", path, NULL, NULL);
      g_autoptr (WhTestReply) written = wh_test_server_ask (&server, "PATCH", path, key, body);
      g_autoptr (WhTestReply) after = NULL, again = NULL;
      g_assert_cmpuint (written->status, ==, 200);
      after = wh_test_server_ask (&server, "GET", path, NULL, NULL);
      g_assert_nonnull (strstr (after->body, wanted));
      if (i % 10 == 0)
        g_usleep (200000);   /* the catalogue has it by now, and keeps it */
      again = wh_test_server_ask (&server, "GET", path, NULL, NULL);
      g_assert_nonnull (strstr (again->body, wanted));
    }
}

/* What belongs to the strain and is no part of its row. */
static void
test_parts_are_never_stale (void)
{
  g_autofree char *key = as_administrator (), *path = g_strdup_printf ("/api/strains/%s", server.id);

  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"strain_id\":\"%s\",\"rating\":%u}", server.id, i);
      g_autofree char *wanted = g_strdup_printf ("\"review_count\":%u,", i);
      g_autoptr (WhTestReply) before = wh_test_server_ask (&server, "GET", path, NULL, NULL);
      g_autoptr (WhTestReply) written = wh_test_server_ask (&server, "POST", "/api/reviews", key, body);
      g_autoptr (WhTestReply) after = wh_test_server_ask (&server, "GET", path, NULL, NULL);
      g_assert_cmpuint (written->status, ==, 201);
      g_assert_nonnull (strstr (after->body, wanted));
    }
}

/* The whole data of what is asked by a body, without what is said of the request itself. */
static char *
asked_by (const char *target, const char *body)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "POST", target, "If-None-Match: *\r\n", body);

  return data_of (reply);
}

#define PROFILE(amount) "{\"profiles\":[{\"name\":\"mine\",\"unit\":\"mg/g\",\"analytes\":{\"beta_myrcene\":" amount "," \
                        "\"d_limonene\":4.2,\"linalool\":1.1,\"beta_caryophyllene\":3.3}}]}"

/* What is sent as a body belongs to the question, to its last byte. */
static void
test_bodies (void)
{
  static const char *const targets[] = { "/api/terpenes/analyze", "/api/terpenes/effects" };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *one = asked_by (targets[i], PROFILE ("8.1")), *other = asked_by (targets[i], PROFILE ("8.2"));
      g_autofree char *one_again = asked_by (targets[i], PROFILE ("8.1")), *other_again = asked_by (targets[i], PROFILE ("8.2"));
      g_assert_cmpstr (one, ==, one_again);
      g_assert_cmpstr (other, ==, other_again);
      g_assert_cmpstr (one, !=, other);
    }
}

/* Feedback makes no new catalogue; recommendations learn of it nevertheless, at once and for good. */
static void
test_feedback_is_never_missed (void)
{
  static const char target[] = "/api/strains/recommendations", question[] = "{\"limit\":50}", told[] = "accepted 3 of the 3 times";
  g_autofree char *key = as_administrator (), *before = asked_by (target, question), *same = asked_by (target, question);
  g_autofree char *body = g_strdup_printf ("{\"about\":\"recommendation\",\"offered_kind\":\"strain\",\"offered_id\":\"%s\","
                                           "\"outcome\":\"accepted\"}", server.id);

  g_assert_cmpstr (before, ==, same);
  g_assert_null (strstr (before, told));
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (WhTestReply) made = wh_test_server_ask (&server, "POST", "/api/feedback", key, body);
      g_assert_cmpuint (made->status, ==, 201);
    }
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *after = asked_by (target, question);
      g_assert_nonnull (strstr (after, told));
      g_usleep (500000);   /* the catalogue has looked by the end */
    }
}

static void
test_audiences (void)
{
  g_autofree char *key = as_administrator (), *path = g_strdup_printf ("/api/strains/%s", server.id);
  g_autofree char *note = g_strdup_printf ("{\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"only for us\"}", server.id);
  g_autoptr (WhTestReply) made = wh_test_server_ask (&server, "POST", "/api/notes", key, note);

  g_assert_cmpuint (made->status, ==, 201);
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (WhTestReply) staff = wh_test_server_ask (&server, "GET", path, key, NULL);
      g_autoptr (WhTestReply) guest = wh_test_server_ask (&server, "GET", path, NULL, NULL);
      g_assert_nonnull (strstr (staff->body, "only for us"));
      g_assert_null (strstr (guest->body, "only for us"));
      g_assert_nonnull (strstr (guest->body, "\"notes\":null"));
      g_usleep (200000);
    }
}

/* Asked from what is kept, a search counts as any other. */
static void
test_searches_count (void)
{
  g_autofree char *key = as_administrator ();
  g_autoptr (WhTestReply) stats = NULL;
  const char *term;

  for (guint i = 0; i < 7; i++)
    wh_test_reply_free (wh_test_server_ask (&server, "GET", "/api/strains/search?q=sour", NULL, NULL));
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  g_object_unref (server.process);
  wh_test_server_run (&server, NULL);
  stats = wh_test_server_ask (&server, "GET", "/api/analytics/stats?timeframe=24h", key, NULL);
  g_assert_cmpuint (stats->status, ==, 200);
  term = strstr (stats->body, "\"sour\"");
  g_assert_nonnull (term);
  g_assert_nonnull (strstr (term, "\"searches\":7"));
}

/* -- two servers on one database ---------------------------------------------------------------------------------------- */

static void
test_two_servers (void)
{
  const char *database = g_getenv ("WEEDHOUNDS_TEST_POSTGRES");
  const char *const options[] = { "--store", database, NULL };
  WhTestServer two[2] = { { NULL } };
  g_autofree char *key = NULL, *path = NULL;
  g_autoptr (WhTestReply) made = NULL;

  if (!database)
    {
      g_test_skip ("no PostgreSQL");
      return;
    }
  for (guint i = 0; i < 2; i++)
    {
      two[i].dir = wh_test_make_dir ();
      wh_test_server_run_with (&two[i], options);
    }
  key = g_strdup_printf ("Authorization: Bearer %s\r\n", two[0].key);
  made = wh_test_server_ask (&two[0], "POST", "/api/strains", key, "{\"name\":\"Shared\"}");
  g_assert_cmpuint (made->status, ==, 201);
  path = g_strdup_printf ("/api/strains/%s",
                          wh_json_string (wh_json_member (wh_json_member (wh_json_root (made->json), "data"), "strain_id"), ""));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"breeder\":\"Breeder %u\"}", i);
      g_autofree char *wanted = g_strdup_printf ("\"breeder\":\"Breeder %u\"", i);
      g_autoptr (WhTestReply) before = wh_test_server_ask (&two[1], "GET", path, NULL, NULL);
      g_autoptr (WhTestReply) written = wh_test_server_ask (&two[0], "PATCH", path, key, body);
      g_autoptr (WhTestReply) here = wh_test_server_ask (&two[0], "GET", path, NULL, NULL), there = NULL;
      g_assert_cmpuint (written->status, ==, 200);
      g_assert_nonnull (strstr (here->body, wanted));
      g_usleep (LOOK_US);
      there = wh_test_server_ask (&two[1], "GET", path, NULL, NULL);
      g_assert_nonnull (strstr (there->body, wanted));
    }
  wh_test_server_clear (&two[0]);
  wh_test_server_clear (&two[1]);
}

int
main (int argc, char **argv)
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  g_test_add_func ("/server/responses/the_same", test_the_same);
  g_test_add_func ("/server/responses/no_mistaken_question", test_no_mistaken_question);
  g_test_add_func ("/server/responses/not_modified", test_not_modified);
  g_test_add_func ("/server/responses/never_stale", test_never_stale);
  g_test_add_func ("/server/responses/parts_are_never_stale", test_parts_are_never_stale);
  g_test_add_func ("/server/responses/bodies", test_bodies);
  g_test_add_func ("/server/responses/feedback_is_never_missed", test_feedback_is_never_missed);
  g_test_add_func ("/server/responses/audiences", test_audiences);
  g_test_add_func ("/server/responses/searches_count", test_searches_count);
  g_test_add_func ("/server/responses/two_servers", test_two_servers);
  failed = g_test_run ();
  wh_test_server_clear (&server);
  return failed;
}
