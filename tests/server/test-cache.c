/* Two servers of one catalogue that share a cache: an analysis is made once, and never given to another state of the catalogue. */
#include <string.h>

#include "support/wh-test-redis.h"
#include "wh-config.h"
#include "wh-test-server.h"

#define N_STRAINS 40
#define WAIT_ROUNDS 3000   /* of ten milliseconds */

static const char *const targets[]
    = { "/api/terpenes/clusters", "/api/terpenes/clusters?k=3", "/api/terpenes/correlations?limit=5", "/api/terpenes/outliers",
        "/api/terpenes/map?limit=10&offset=2", "/api/lab-results/checks?limit=3&offset=1" };

typedef struct {
  WhTestRedis  redis;
  WhTestServer one, two;
} Fixture;

/* Strains that make groups; `first` numbers them. */
static char *
write_lab_file (const char *dir, guint first, guint n)
{
  g_autoptr (GString) csv = g_string_new ("Sample ID,Strain,Lab,Producer,Type,Test Date,THCA (%),CBD (%),beta-Myrcene (%),D-Limonene (%),"
                                          "beta-Caryophyllene (%),Linalool (%),alpha-Humulene (%),Terpinolene (%)\n");
  char *path = g_strdup_printf ("%s/lab-%u.csv", dir, first);

  for (guint i = first; i < first + 2 * n; i++)
    g_string_append_printf (csv, "S%u,Strain %u,Lab,Grower,flower,2026-01-%02u,%u.5,%s,0.%02u,0.3,0.%02u,%s,0.1,0.%02u\n", i, i / 2,
                            1 + i % 28, 17 + i % 7, i == 3 ? "7.1" : "ND", i / 2 % 2 ? 80 + i % 19 : 5 + i % 9, 20 + i % 13,
                            i % 4 ? "0.05" : "<0.02", i / 2 % 2 ? 1 + i % 5 : 60 + i % 17);
  g_assert_true (g_file_set_contents (path, csv->str, (gssize) csv->len, NULL));
  return path;
}

static void
import (const WhTestServer *server, guint first, guint n)
{
  g_autofree char *path = write_lab_file (server->dir, first, n);
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"lab\",\"path\":\"%s\"}", path);
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", server->key);
  g_autofree char *target = g_strdup_printf ("/api/strains/strain-%u", first / 2 + n - 1);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "POST", "/api/admin/imports", key, body);

  g_assert_cmpuint (reply->status, ==, 200);
  for (guint i = 0; i < WAIT_ROUNDS; i++)
    {
      g_autoptr (WhTestReply) strain = wh_test_server_ask (server, "GET", target, NULL, NULL);
      if (strain->status == 200)
        return;
      g_usleep (10000);
    }
  g_assert_not_reached ();
}

/* The value of a line of /metrics. */
static guint64
metric (const WhTestServer *server, const char *name)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "GET", "/metrics", NULL, NULL);
  g_autofree char *start = g_strconcat ("\n", name, " ", NULL);
  const char *line = strstr (reply->body, start);

  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (start), NULL, 10);
}

#define LOCAL_HITS "weedhounds_cache_hits_total{level=\"local\"}"
#define SHARED_HITS "weedhounds_cache_hits_total{level=\"shared\"}"
#define MISSES "weedhounds_cache_misses_total"
#define FAILURES "weedhounds_cache_failures_total"

/* Everything but what is said of the request itself. */
static char *
ask (const WhTestServer *server, const char *target)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "GET", target, NULL, NULL);
  const WhJsonNode *meta = wh_json_member (wh_json_root (reply->json), "meta");
  const char *errors;

  g_assert_cmpuint (reply->status, ==, 200);
  errors = strstr (reply->body, ",\"meta\":");
  g_assert_nonnull (errors);
  return g_strdup_printf ("%.*s total %g, %g a page from %g", (int) (errors - reply->body), reply->body,
                          wh_json_number (wh_json_member (meta, "total_count"), -1), wh_json_number (wh_json_member (meta, "per_page"), -1),
                          wh_json_number (wh_json_member (meta, "offset"), -1));
}

static char *
cache_word (const WhTestServer *server)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "GET", "/health", NULL, NULL);
  const WhJsonNode *data = wh_json_member (wh_json_root (reply->json), "data");

  g_assert_cmpuint (reply->status, ==, 200);
  return g_strdup (wh_json_string (wh_json_member (wh_json_member (data, "checks"), "cache"), NULL));
}

static void
wait_for_word (const WhTestServer *server, const char *word)
{
  for (guint i = 0; i < WAIT_ROUNDS; i++, g_usleep (10000))
    {
      g_autofree char *now = cache_word (server);
      if (strcmp (now, word) == 0)
        return;
    }
  g_assert_not_reached ();
}

/* The second begins as a copy of the first, which is how two stores come to have one history. */
static void
copy_store (const WhTestServer *from, const WhTestServer *to)
{
  static const char *const names[] = { "store.db", "store.db-wal" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *source = g_build_filename (from->dir, names[i], NULL), *target = g_build_filename (to->dir, names[i], NULL);
      g_autofree char *bytes = NULL;
      gsize length;
      if (g_file_get_contents (source, &bytes, &length, NULL))
        g_assert_true (g_file_set_contents (target, bytes, (gssize) length, NULL));
      else
        g_unlink (target);
    }
}

/* FALSE: skipped. */
static gboolean
set_up (Fixture *fixture)
{
  memset (fixture, 0, sizeof *fixture);
  if (!WH_HAVE_REDIS)
    {
      g_test_skip ("built without hiredis");
      return FALSE;
    }
  if (!wh_test_redis_init (&fixture->redis))
    return FALSE;
  wh_test_redis_start (&fixture->redis, NULL, NULL);
  wh_test_server_make (&fixture->one);
  wh_test_server_make (&fixture->two);
  wh_test_server_run (&fixture->one, fixture->redis.address);
  import (&fixture->one, 0, N_STRAINS);
  copy_store (&fixture->one, &fixture->two);
  wh_test_server_run (&fixture->two, fixture->redis.address);
  return TRUE;
}

static void
tear_down (Fixture *fixture)
{
  g_assert_cmpint (wh_test_server_stop (&fixture->one), ==, 0);
  g_assert_cmpint (wh_test_server_stop (&fixture->two), ==, 0);
  wh_test_server_clear (&fixture->one);
  wh_test_server_clear (&fixture->two);
  wh_test_redis_clear (&fixture->redis);
}

/* On a machine so busy that Redis was too slow for them once, the servers were right to answer by themselves. */
static void
expect_made_once (Fixture *fixture)
{
  g_autofree char *word = cache_word (&fixture->two);
  guint n = G_N_ELEMENTS (targets);

  if (metric (&fixture->one, FAILURES) + metric (&fixture->two, FAILURES) > 0)
    {
      g_test_message ("Redis was too slow: not counted");
      return;
    }
  g_assert_cmpuint (metric (&fixture->one, MISSES), ==, n);
  g_assert_cmpuint (metric (&fixture->one, LOCAL_HITS) + metric (&fixture->one, SHARED_HITS), ==, n);
  g_assert_cmpuint (metric (&fixture->two, LOCAL_HITS) + metric (&fixture->two, SHARED_HITS), ==, n + 1);
  g_assert_cmpuint (metric (&fixture->two, SHARED_HITS), >=, n);
  g_assert_cmpuint (metric (&fixture->two, MISSES), ==, 0);
  g_assert_cmpuint (metric (&fixture->two, "weedhounds_cache_shared_up"), ==, 1);
  g_assert_cmpstr (word, ==, "ok");
}

static void
test_made_once (void)
{
  Fixture fixture;

  if (!set_up (&fixture))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *made = ask (&fixture.one, targets[i]), *again = ask (&fixture.one, targets[i]);
      g_autofree char *other = ask (&fixture.two, targets[i]);
      g_assert_cmpstr (made, ==, again);
      g_assert_cmpstr (made, ==, other);
    }
  g_autofree char *turned = ask (&fixture.two, "/api/terpenes/map?offset=2&limit=10");
  expect_made_once (&fixture);
  /* What is wrong is refused, kept or not. */
  g_autoptr (WhTestReply) wrong = wh_test_server_ask (&fixture.two, "GET", "/api/terpenes/clusters?k=3&x=1", NULL, NULL);
  g_assert_cmpuint (wrong->status, ==, 400);
  g_autoptr (WhTestReply) twice = wh_test_server_ask (&fixture.two, "GET", "/api/terpenes/clusters?k=3&k=3", NULL, NULL);
  g_assert_cmpuint (twice->status, ==, 400);
  tear_down (&fixture);
}

/* Both import something else, as many changes of it: their revisions are equal again, their catalogues are not. */
static void
test_same_revision_of_another_catalogue (void)
{
  Fixture fixture;

  if (!set_up (&fixture))
    return;
  g_autofree char *before = ask (&fixture.one, targets[0]);
  import (&fixture.one, 1000, 20);
  g_autofree char *one = ask (&fixture.one, targets[0]);
  g_assert_cmpstr (before, !=, one);
  g_autofree char *still = ask (&fixture.two, targets[0]);
  g_assert_cmpstr (before, ==, still);
  import (&fixture.two, 2000, 20);
  g_assert_cmpuint (metric (&fixture.one, "weedhounds_store_revision"), ==, metric (&fixture.two, "weedhounds_store_revision"));
  guint64 hits = metric (&fixture.two, SHARED_HITS);
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *of_one = ask (&fixture.one, targets[i]), *of_two = ask (&fixture.two, targets[i]);
    }
  g_assert_cmpuint (metric (&fixture.two, SHARED_HITS), ==, hits);
  tear_down (&fixture);
}

/* Without it everything is answered; it is used again when it is back. */
static void
test_comes_and_goes (void)
{
  Fixture fixture;

  if (!set_up (&fixture))
    return;
  g_autofree char *before = ask (&fixture.one, targets[0]);
  wh_test_redis_kill (&fixture.redis);
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *one = ask (&fixture.one, targets[i]), *two = ask (&fixture.two, targets[i]);
      g_assert_cmpstr (one, ==, two);
      g_assert_true (i > 0 || strcmp (one, before) == 0);
    }
  g_autofree char *word = cache_word (&fixture.two);
  g_assert_cmpstr (word, ==, "failed");
  g_assert_cmpuint (metric (&fixture.two, FAILURES), >, 0);
  g_assert_cmpuint (metric (&fixture.two, "weedhounds_cache_shared_up"), ==, 0);
  wh_test_redis_start (&fixture.redis, NULL, NULL);
  wait_for_word (&fixture.one, "ok");
  wait_for_word (&fixture.two, "ok");
  guint64 hits = metric (&fixture.two, SHARED_HITS);
  for (guint i = 10; metric (&fixture.two, SHARED_HITS) == hits; i++)
    {
      g_autofree char *target = g_strdup_printf ("/api/terpenes/correlations?limit=%u", i);
      g_autofree char *made = ask (&fixture.one, target), *shared = ask (&fixture.two, target);
      g_assert_cmpstr (made, ==, shared);
      g_assert_cmpuint (i, <, 500);
    }
  tear_down (&fixture);
}

static void
test_without (void)
{
  WhTestServer server = { 0 };

  wh_test_server_start (&server);
  import (&server, 0, N_STRAINS);
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *made = ask (&server, targets[i]), *again = ask (&server, targets[i]);
      g_assert_cmpstr (made, ==, again);
    }
  g_assert_cmpuint (metric (&server, LOCAL_HITS), ==, G_N_ELEMENTS (targets));
  g_assert_cmpuint (metric (&server, MISSES), ==, G_N_ELEMENTS (targets));
  g_autofree char *word = cache_word (&server);
  g_assert_cmpstr (word, ==, "not_configured");
  wh_test_server_stop (&server);
  wh_test_server_clear (&server);
}

/* A strain is bought in place of itself: what matters here is that somebody says so. */
static void
send_feedback (const WhTestServer *server)
{
  g_autofree char *menu = g_build_filename (server->dir, "menu.csv", NULL);
  g_autofree char *file = g_strdup_printf ("{\"kind\":\"menu\",\"path\":\"%s\"}", menu);
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", server->key);
  g_autofree char *body = NULL;
  const char *id;

  g_assert_true (g_file_set_contents (menu, "Shop,Name,Category,Price\nCorner,Blue Dream 3.5 g,Flower,30\n", -1, NULL));
  g_autoptr (WhTestReply) imported = wh_test_server_ask (server, "POST", "/api/admin/imports", key, file);
  g_assert_cmpuint (imported->status, ==, 200);
  for (guint i = 0; i < WAIT_ROUNDS && !body; i++, g_usleep (10000))
    {
      g_autoptr (WhTestReply) found = wh_test_server_ask (server, "GET", "/api/products/search?q=blue", NULL, NULL);
      id = strstr (found->body, "\"product_id\":\"");
      if (id)
        body = g_strdup_printf ("{\"substitution_id\":\"%.36s\",\"product_id\":\"%.36s\",\"offered_id\":\"%.36s\",\"outcome\":"
                                "\"accepted\"}", server->id, id + 14, id + 14);
    }
  g_assert_nonnull (body);
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    g_free (ask (server, targets[i]));
  g_autoptr (WhTestReply) done = wh_test_server_ask (server, "POST", "/api/substitutes/feedback", key, body);
  g_assert_cmpuint (done->status, ==, 200);
}

/* Searches and feedback are written all day; no analysis is made anew for them. */
static void
test_kept_in_spite_of_feedback (void)
{
  WhTestServer server = { 0 };

  wh_test_server_start (&server);
  import (&server, 0, N_STRAINS);
  send_feedback (&server);
  guint64 hits = metric (&server, LOCAL_HITS);
  for (guint i = 0; i < WAIT_ROUNDS / 10 && metric (&server, LOCAL_HITS) == hits; i++, g_usleep (10000))
    g_free (ask (&server, targets[0]));
  g_assert_cmpuint (metric (&server, LOCAL_HITS), ==, hits + 1);
  guint64 misses = metric (&server, MISSES);
  for (guint i = 1; i < G_N_ELEMENTS (targets); i++)
    g_free (ask (&server, targets[i]));
  g_assert_cmpuint (metric (&server, MISSES), ==, misses);
  wh_test_server_stop (&server);
  wh_test_server_clear (&server);
}

/* An address that is none is refused at the start, without saying it again: it may hold a password. */
static void
test_bad_address (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  const char *arguments[] = { g_getenv ("WEEDHOUNDS_TEST_BINARY"), "--data-dir", dir, "serve", "--listen", "127.0.0.1:0",
                              "--cache", "redis://:geheim@shop.example", NULL };
  g_autofree char *said = NULL;
  int status = 0;

  g_assert_true (g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said, &status, NULL));
  g_assert_false (g_spawn_check_wait_status (status, NULL));
  g_assert_nonnull (strstr (said, "on this machine"));
  g_assert_null (strstr (said, "geheim"));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/cache/made-once", test_made_once);
  g_test_add_func ("/server/cache/same-revision-of-another-catalogue", test_same_revision_of_another_catalogue);
  g_test_add_func ("/server/cache/comes-and-goes", test_comes_and_goes);
  g_test_add_func ("/server/cache/without", test_without);
  g_test_add_func ("/server/cache/kept-in-spite-of-feedback", test_kept_in_spite_of_feedback);
  g_test_add_func ("/server/cache/bad-address", test_bad_address);
  return g_test_run ();
}
