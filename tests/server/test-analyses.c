/* The analyses over HTTP, on forty strains of two kinds: each says what the terminal's --json says, and names what is wrong. */
#include <string.h>

#include "wh-test-server.h"

#define N_STRAINS 40
#define N_AT_ONCE 100

static WhTestServer server;

static void
write_lab_file (const char *path)
{
  g_autoptr (GString) csv = g_string_new ("Sample ID,Strain,Lab,Producer,Type,Test Date,THCA (%),CBD (%),beta-Myrcene (%),D-Limonene (%),"
                                          "beta-Caryophyllene (%),Linalool (%),alpha-Humulene (%),Terpinolene (%)\n");

  for (guint i = 0; i < 2 * N_STRAINS; i++)
    g_string_append_printf (csv, "S%u,Strain %u,Lab,Grower,flower,2026-01-%02u,%u.5,%s,0.%02u,0.3,0.%02u,%s,0.1,0.%02u\n", i, i / 2,
                            1 + i % 28, 17 + i % 7, i == 3 ? "7.1" : "ND", i / 2 % 2 ? 80 + i % 19 : 5 + i % 9, 20 + i % 13,
                            i % 4 ? "0.05" : "<0.02", i / 2 % 2 ? 1 + i % 5 : 60 + i % 17);
  g_assert_true (g_file_set_contents (path, csv->str, (gssize) csv->len, NULL));
}

/* Returns when the catalogue has what was imported. */
static void
import_and_wait (const char *path, const char *last_strain)
{
  g_autofree char *target = g_strconcat ("/api/strains/", last_strain, NULL);
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"lab\",\"path\":\"%s\"}", path);
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  g_autoptr (WhTestReply) reply = NULL;

  reply = wh_test_server_ask (&server, "POST", "/api/admin/imports", key, body);
  g_assert_cmpuint (reply->status, ==, 200);
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (WhTestReply) strain = wh_test_server_ask (&server, "GET", target, NULL, NULL);
      if (strain->status == 200)
        return;
      g_usleep (10000);
    }
  g_assert_not_reached ();
}

static char *
say (const char *arguments)
{
  g_autofree char *command = g_strdup_printf ("%s --data-dir %s --json %s", g_getenv ("WEEDHOUNDS_TEST_BINARY"), server.dir, arguments);
  char *out = NULL;

  g_assert_true (g_spawn_command_line_sync (command, &out, NULL, NULL, NULL));
  return g_strchomp (out);
}

static void
test_equal_to_the_terminal (void)
{
  static const struct {
    const char *target, *arguments;
  } pairs[] = {
    { "/api/terpenes/clusters?k=2", "cluster --limit 2" },
    { "/api/terpenes/correlations?analyte=myrcene&limit=9", "correlate myrcene --limit 9" },
    { "/api/terpenes/outliers?limit=7", "outliers --limit 7" },
    { "/api/terpenes/outliers/strain-3?limit=7", "outliers strain-3 --limit 7" },
    { "/api/lab-results/checks?limit=5", "sentinel --limit 5" },
    { "/api/terpenes/similar/strain-3?limit=3", "similar strain-3 --limit 3" },
    { "/api/terpenes/strain-3", "analyze strain-3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      /* Twice: the second may come from what was kept. */
      g_autoptr (WhTestReply) first = wh_test_server_ask (&server, "GET", pairs[i].target, NULL, NULL);
      g_autoptr (WhTestReply) second = wh_test_server_ask (&server, "GET", pairs[i].target, NULL, NULL);
      g_autofree char *said = say (pairs[i].arguments);

      g_test_message ("%s: %s", pairs[i].target, said);
      g_assert_cmpuint (first->status, ==, 200);
      g_assert_cmpuint (strlen (said), >, 20);
      g_assert_nonnull (strstr (first->body, said));
      g_assert_nonnull (strstr (second->body, said));
    }
}

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  g_test_message ("%u %.400s", reply->status, reply->body);
  g_assert_cmpuint (reply->status, ==, 200);
  return wh_json_member (wh_json_root (reply->json), "data");
}

static void
test_checks_are_chosen (void)
{
  g_autoptr (WhTestReply) ratio = wh_test_server_ask (&server, "GET", "/api/lab-results/checks?code=impossible_ratio&lab=Lab", NULL, NULL);
  g_autoptr (WhTestReply) other = wh_test_server_ask (&server, "GET", "/api/lab-results/checks?lab=Nobody", NULL, NULL);
  const WhJsonNode *finding = wh_json_element (data_of (ratio), 0);

  g_assert_cmpuint (wh_json_length (data_of (ratio)), ==, 1);
  g_assert_cmpstr (wh_json_string (wh_json_member (finding, "sample_id"), ""), ==, "S3");
  g_assert_true (g_str_has_prefix (wh_json_string (wh_json_member (finding, "message"), ""), "check: "));
  g_assert_cmpuint (wh_json_length (data_of (other)), ==, 0);
}

/* A second page goes on where the first ended, and says how many there are. */
static void
expect_pages (const char *target)
{
  g_autofree char *whole = g_strconcat (target, "limit=2", NULL), *second = g_strconcat (target, "limit=1&offset=1", NULL);
  g_autoptr (WhTestReply) all = wh_test_server_ask (&server, "GET", whole, NULL, NULL);
  g_autoptr (WhTestReply) page = wh_test_server_ask (&server, "GET", second, NULL, NULL);
  const WhJsonNode *meta = wh_json_member (wh_json_root (page->json), "meta");

  g_assert_cmpuint (wh_json_length (data_of (page)), ==, 1);
  g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_element (data_of (page), 0), "name"), "-"), ==,
                   wh_json_string (wh_json_member (wh_json_element (data_of (all), 1), "name"), ""));
  g_assert_cmpfloat (wh_json_number (wh_json_member (meta, "total_count"), 0), >, 1);
  g_assert_cmpfloat (wh_json_number (wh_json_member (meta, "current_page"), 0), ==, 2);
}

static void
test_pages (void)
{
  g_autoptr (WhTestReply) beyond = wh_test_server_ask (&server, "GET", "/api/lab-results/checks?limit=1&offset=1", NULL, NULL);
  const WhJsonNode *meta = wh_json_member (wh_json_root (beyond->json), "meta");

  g_assert_cmpuint (wh_json_length (data_of (beyond)), ==, 0);
  g_assert_cmpfloat (wh_json_number (wh_json_member (meta, "total_count"), 0), ==, 1);
  expect_pages ("/api/terpenes/search?profile=terpinolene,limonene&");
}

static void
test_search (void)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/terpenes/search?profile=terpinolene,limonene&limit=50", NULL,
                                                      NULL);
  const WhJsonNode *data = data_of (reply);
  double last = 0;

  g_assert_cmpuint (wh_json_length (data), >, 0);
  for (guint i = 0; i < wh_json_length (data); i++)
    {
      const WhJsonNode *strain = wh_json_element (data, i), *leading = wh_json_member (strain, "leading");
      g_assert_cmpfloat (wh_json_number (wh_json_member (strain, "hellinger_distance"), 0), >=, last);
      last = wh_json_number (wh_json_member (strain, "hellinger_distance"), 0);
      g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_element (leading, 0), "analyte"), ""), ==, "terpinolene");
      g_assert_cmpfloat (wh_json_number (wh_json_member (wh_json_element (leading, 0), "share"), 0), >, 0.3);
    }
}

/* The profile of a strain in %, the same in mg/g, and one of two terpenes. */
static void
test_analyze (void)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (
    &server, "POST", "/api/terpenes/analyze", NULL,
    "{\"limit\":2,\"profiles\":["
    "{\"name\":\"mine\",\"unit\":\"%\",\"analytes\":{\"thca\":20,\"myrcene\":0.85,\"limonene\":0.3,\"caryophyllene\":0.2,"
    "\"linalool\":\"<0.02\",\"humulene\":0.1,\"terpinolene\":\"ND\"}},"
    "{\"unit\":\"mg/g\",\"analytes\":{\"myrcene\":8.5,\"limonene\":3,\"caryophyllene\":2,\"linalool\":\"<0.2\",\"humulene\":1,"
    "\"terpinolene\":\"ND\"}},"
    "{\"unit\":\"mg/g\",\"analytes\":{\"myrcene\":8.5,\"limonene\":3}}]}");
  const WhJsonNode *data = data_of (reply), *first = wh_json_element (data, 0), *second = wh_json_element (data, 1);
  const WhJsonNode *nearest = wh_json_element (wh_json_member (first, "similar"), 0);

  g_assert_cmpuint (wh_json_length (data), ==, 3);
  g_assert_cmpstr (wh_json_string (wh_json_member (first, "name"), ""), ==, "mine");
  g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_member (first, "dominant"), "analyte"), ""), ==, "beta_myrcene");
  g_assert_cmpuint (wh_json_length (wh_json_member (first, "similar")), ==, 2);
  g_assert_cmpfloat (wh_json_number (wh_json_member (nearest, "hellinger_low"), 1), <,
                     wh_json_number (wh_json_member (nearest, "hellinger_high"), 0));
  g_assert_cmpfloat (wh_json_number (wh_json_member (nearest, "hellinger_distance"), 1), ==,
                     wh_json_number (wh_json_member (wh_json_element (wh_json_member (second, "similar"), 0), "hellinger_distance"), 2));
  g_assert_true (wh_json_is_null (wh_json_member (wh_json_element (data, 2), "similar")));
  g_assert_nonnull (wh_json_string (wh_json_member (wh_json_element (data, 2), "similar_reason"), NULL));
}

/* A shop full of people who look at strains: nobody is sent away. */
static void
test_many_at_once (void)
{
  static const char request[] = "GET /api/terpenes/similar/strain-3?limit=100 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      g_ptr_array_add (connections, wh_test_server_connect (&server));
      wh_test_server_send (connections->pdata[i], request, -1);
    }
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      g_autofree char *reply = wh_test_server_read (connections->pdata[i]);
      g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200 "));
    }
}

/* What is kept is forgotten when the catalogue changes. */
static void
test_kept_until_a_change (void)
{
  static const char target[] = "/api/lab-results/checks?code=impossible_ratio";
  g_autofree char *path = g_build_filename (server.dir, "more.csv", NULL);
  g_autoptr (WhTestReply) before = wh_test_server_ask (&server, "GET", target, NULL, NULL);
  g_autoptr (WhTestReply) after = NULL;

  g_assert_true (g_file_set_contents (path,
                                      "Sample ID,Strain,Lab,Type,Test Date,THCA (%),CBD (%)\n"
                                      "X1,Added,Lab,flower,2026-01-02,20,9\n", -1, NULL));
  import_and_wait (path, "added");
  after = wh_test_server_ask (&server, "GET", target, NULL, NULL);
  g_assert_cmpuint (wh_json_length (data_of (before)), ==, 1);
  g_assert_cmpuint (wh_json_length (data_of (after)), ==, 2);
}

/* The documented API wants effects of a profile: it gets the chemistry, the aroma, and why there are none. */
static void
test_effects (void)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "POST", "/api/terpenes/effects", NULL,
                                                      "{\"profiles\":[{\"name\":\"A\",\"unit\":\"%\",\"analytes\":{\"limonene\":0.8}}]}");
  const WhJsonNode *first = wh_json_element (data_of (reply), 0), *refused = wh_json_member (first, "not_supported");

  g_assert_cmpstr (wh_json_string (wh_json_member (first, "name"), NULL), ==, "A");
  g_assert_true (wh_json_is_null (wh_json_member (first, "effects")));
  g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_member (first, "dominant"), "analyte"), NULL), ==, "d_limonene");
  g_assert_cmpuint (wh_json_length (wh_json_member (first, "aroma")), ==, 1);
  g_assert_cmpuint (wh_json_length (wh_json_member (refused, "fields")), >, 2);
  g_assert_nonnull (wh_json_string (wh_json_member (refused, "reason"), NULL));
}

static void
expect_refused (const char *method, const char *target, const char *body, const char *field)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, method, target, NULL, body);
  const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);

  g_test_message ("%s %s: %u %.300s", target, body ? body : "", reply->status, reply->body);
  g_assert_cmpuint (reply->status, ==, 400);
  g_assert_cmpstr (wh_json_string (wh_json_member (error, "field"), NULL), ==, field);
}

static void
test_refused (void)
{
  static const char *const wrong[][2] = {
    { "{}", "profiles" },
    { "{\"profiles\":[]}", "profiles" },
    { "{\"profiles\":[{\"analytes\":{\"cbd\":1}}]}", "profiles[0].unit" },
    { "{\"profiles\":[{\"unit\":\"ppm\",\"analytes\":{\"cbd\":1}}]}", "profiles[0].unit" },
    { "{\"profiles\":[{\"unit\":\"%\"}]}", "profiles[0].analytes" },
    { "{\"profiles\":[{\"unit\":\"%\",\"analytes\":{\"cbd\":1}},{\"unit\":\"%\",\"analytes\":{\"myrcenne\":1}}]}",
      "profiles[1].analytes.myrcenne" },
    { "{\"profiles\":[{\"unit\":\"%\",\"analytes\":{\"cbd\":-1}}]}", "profiles[0].analytes.cbd" },
    { "{\"profiles\":[{\"unit\":\"%\",\"analytes\":{\"cbd\":101}}]}", "profiles[0].analytes.cbd" },
    { "{\"profiles\":[{\"unit\":\"mg/g\",\"analytes\":{\"cbd\":\"5 %\"}}]}", "profiles[0].analytes.cbd" },
    { "{\"profiles\":[{\"unit\":\"%\",\"analytes\":{\"cbd\":true}}]}", "profiles[0].analytes.cbd" },
    { "{\"profiles\":[{\"unit\":\"%\",\"analytes\":{\"myrcene\":1,\"beta_myrcene\":1}}]}", "profiles[0].analytes.beta_myrcene" },
    { "{\"profiles\":[{\"unit\":\"%\",\"name\":7,\"analytes\":{\"cbd\":1}}]}", "profiles[0].name" },
    { "{\"limit\":0,\"profiles\":[{\"unit\":\"%\",\"analytes\":{\"cbd\":1}}]}", "limit" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    expect_refused ("POST", "/api/terpenes/analyze", wrong[i][0], wrong[i][1]);
  expect_refused ("POST", "/api/terpenes/compare", "{\"strain_ids\":[\"strain-1\",\"strain-1\"]}", "strain_ids");
  expect_refused ("POST", "/api/terpenes/compare", "{\"strain_ids\":[\"strain-1\",7]}", "strain_ids[1]");
  expect_refused ("GET", "/api/terpenes/clusters?k=9", NULL, "k");
  expect_refused ("GET", "/api/terpenes/clusters?n=3", NULL, "n");
  expect_refused ("GET", "/api/terpenes/correlations?analyte=thca", NULL, "analyte");
  expect_refused ("GET", "/api/terpenes/correlations?limit=0", NULL, "limit");
  expect_refused ("GET", "/api/terpenes/outliers?limit=x", NULL, "limit");
  expect_refused ("GET", "/api/terpenes/search", NULL, "profile");
  expect_refused ("GET", "/api/terpenes/search?profile=lavender", NULL, "profile");
  expect_refused ("GET", "/api/terpenes/search?profile=myrcene,myrcene", NULL, "profile");
  expect_refused ("GET", "/api/terpenes/search?profile=a,b,c,d,e,f", NULL, "profile");
  expect_refused ("GET", "/api/lab-results/checks?code=A%20B", NULL, "code");
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  path = g_build_filename (server.dir, "lab.csv", NULL);
  write_lab_file (path);
  import_and_wait (path, "strain-39");
  g_test_add_func ("/server/analyses/equal-to-the-terminal", test_equal_to_the_terminal);
  g_test_add_func ("/server/analyses/checks-are-chosen", test_checks_are_chosen);
  g_test_add_func ("/server/analyses/pages", test_pages);
  g_test_add_func ("/server/analyses/search", test_search);
  g_test_add_func ("/server/analyses/analyze", test_analyze);
  g_test_add_func ("/server/analyses/many-at-once", test_many_at_once);
  g_test_add_func ("/server/analyses/kept-until-a-change", test_kept_until_a_change);
  g_test_add_func ("/server/analyses/effects", test_effects);
  g_test_add_func ("/server/analyses/refused", test_refused);
  status = g_test_run ();
  wh_test_server_clear (&server);
  return status;
}
