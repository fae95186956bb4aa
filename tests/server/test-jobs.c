/* Jobs over HTTP: what is asked for, done, done once, tried again, stopped, taken over after a kill, and told. */
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "base/wh-hash.h"
#include "wh-test-server.h"
#include "support/wh-test-web.h"

#define PATIENCE (20 * G_USEC_PER_SEC)
#define MENU "Product,Brand,Category,Store,Price,Size,In Stock\nBlue Dream,Acme,Flower,Green Door,$42.00,1/8 oz,yes\n"
#define CHEAPER "Product,Brand,Category,Store,Price,Size,In Stock\nBlue Dream,Acme,Flower,Green Door,$39.00,1/8 oz,yes\n"

typedef struct {
  WhTestServer server;
  WhTestWeb   *web;
  char        *folder;
  char        *key;     /* header line */
} Jobs;

static void
set_up (Jobs *jobs, gconstpointer data)
{
  jobs->folder = wh_test_make_dir ();
  jobs->web = wh_test_web_start (NULL);
  wh_test_server_start (&jobs->server);
  jobs->key = g_strdup_printf ("Authorization: Bearer %s\r\n", jobs->server.key);
}

static void
tear_down (Jobs *jobs, gconstpointer data)
{
  wh_test_server_clear (&jobs->server);
  wh_test_web_stop (jobs->web);
  wh_test_remove_dir (jobs->folder);
  g_free (jobs->folder);
  g_free (jobs->key);
}

static WhTestReply *
ask (const Jobs *jobs, const char *method, const char *path, const char *body)
{
  return wh_test_server_ask (&jobs->server, method, path, jobs->key, body);
}

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  return wh_json_member (wh_json_root (reply->json), "data");
}

static const char *
text_of (const WhTestReply *reply, const char *key)
{
  return wh_json_string (wh_json_member (data_of (reply), key), NULL);
}

/* The path of the new job. Caller frees. */
static char *
add (const Jobs *jobs, const char *body)
{
  g_autoptr (WhTestReply) reply = ask (jobs, "POST", "/api/admin/jobs", body);

  g_assert_cmpuint (reply->status, ==, 202);
  return g_strconcat ("/api/admin/jobs/", text_of (reply, "job_id"), NULL);
}

/* Asks until it is in that state, or over. */
static WhTestReply *
wait_for (const Jobs *jobs, const char *path, const char *state)
{
  for (gint64 start = g_get_monotonic_time (); g_get_monotonic_time () - start < PATIENCE; g_usleep (20000))
    {
      g_autoptr (WhTestReply) reply = ask (jobs, "GET", path, NULL);
      g_assert_cmpuint (reply->status, ==, 200);
      if (g_strcmp0 (text_of (reply, "state"), state) == 0)
        return g_steal_pointer (&reply);
      if (g_strcmp0 (text_of (reply, "ended_at"), NULL) != 0)
        g_error ("the job ended: %s", reply->body);
    }
  g_error ("the job does not become %s", state);
}

static const WhJsonNode *
outcome_of (const WhTestReply *reply, const char *key)
{
  return wh_json_member (wh_json_member (data_of (reply), "outcome"), key);
}

static gint64
total_of (const WhTestReply *reply, const char *key)
{
  return wh_json_integer (wh_json_member (wh_json_member (outcome_of (reply, "report"), "totals"), key), -1);
}

static WhTestReply *
run (const Jobs *jobs, const char *body, const char *state)
{
  g_autofree char *path = add (jobs, body);

  return wait_for (jobs, path, state);
}

static char *
import_folder (const Jobs *jobs)
{
  return g_strdup_printf ("{\"kind\":\"import\",\"arguments\":{\"path\":\"%s\",\"settle_seconds\":0}}", jobs->folder);
}

static char *
import_url (const Jobs *jobs, const char *host, const char *path)
{
  g_autofree char *url = wh_test_web_url (jobs->web, host, path);

  return g_strdup_printf ("{\"kind\":\"import\",\"arguments\":{\"url\":\"%s\"}}", url);
}

static void
write_menu (const Jobs *jobs, const char *name, const char *text, gint64 seconds_old)
{
  g_autofree char *path = g_build_filename (jobs->folder, name, NULL);
  struct utimbuf times = { .modtime = (time_t) (g_get_real_time () / G_USEC_PER_SEC - seconds_old) };

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (utime (path, &times), ==, 0);
}

/* -- asking ------------------------------------------------------------------------------------------------------------ */

static void
test_denied (Jobs *jobs, gconstpointer data)
{
  static const char *const asked[][2] = { { "GET", "/api/admin/jobs" }, { "POST", "/api/admin/jobs" }, { "GET", "/api/admin/jobs/x" },
                                          { "DELETE", "/api/admin/jobs/x" }, { "GET", "/api/admin/schedules" },
                                          { "PUT", "/api/admin/schedules/x" }, { "DELETE", "/api/admin/schedules/x" } };

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&jobs->server, asked[i][0], asked[i][1], NULL, NULL);
      g_assert_cmpuint (reply->status, ==, 401);
    }
}

static void
test_refused (Jobs *jobs, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "{}", "kind" },
    { "{\"kind\":\"dance\"}", "kind" },
    { "{\"kind\":\"import\"}", "arguments.path" },
    { "{\"kind\":\"import\",\"arguments\":{\"path\":\"menus\"}}", "arguments.path" },
    { "{\"kind\":\"import\",\"arguments\":{\"path\":\"/a\",\"url\":\"https://a\"}}", "arguments.url" },
    { "{\"kind\":\"import\",\"arguments\":{\"url\":\"file:///etc/passwd\"}}", "arguments.url" },
    { "{\"kind\":\"import\",\"arguments\":{\"path\":\"/a\",\"color\":1}}", "arguments.color" },
    { "{\"kind\":\"import\",\"arguments\":[]}", "arguments" },
    { "{\"kind\":\"freshness\",\"priority\":10}", "priority" },
    { "{\"kind\":\"backup\",\"arguments\":{\"directory\":\"x\"}}", "arguments.directory" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WhTestReply) reply = ask (jobs, "POST", "/api/admin/jobs", cases[i][0]);
      const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);
      g_test_message ("%s: %s", cases[i][0], reply->body);
      g_assert_cmpuint (reply->status, ==, 400);
      g_assert_cmpstr (wh_json_string (wh_json_member (error, "field"), NULL), ==, cases[i][1]);
    }
  g_autoptr (WhTestReply) gone = ask (jobs, "GET", "/api/admin/jobs/00000000-0000-7000-8000-000000000000", NULL);
  g_assert_cmpuint (gone->status, ==, 404);
  g_assert_nonnull (strstr (gone->body, "JOB_NOT_FOUND"));
}

static void
test_key (Jobs *jobs, gconstpointer data)
{
  static const char body[] = "{\"kind\":\"freshness\",\"key\":\"once\",\"run_at\":\"2100-01-01\"}";
  g_autofree char *path = add (jobs, body);
  g_autoptr (WhTestReply) again = ask (jobs, "POST", "/api/admin/jobs", body), list = NULL, ended = NULL, cancelled = NULL;

  g_assert_cmpuint (again->status, ==, 200);
  g_assert_true (g_str_has_suffix (path, text_of (again, "job_id")));
  g_assert_nonnull (strstr (again->head, path));
  list = ask (jobs, "GET", "/api/admin/jobs?state=waiting&kind=freshness", NULL);
  g_assert_cmpuint (wh_json_length (data_of (list)), ==, 1);
  cancelled = ask (jobs, "DELETE", path, NULL);
  g_assert_cmpuint (cancelled->status, ==, 200);
  g_assert_cmpstr (text_of (cancelled, "state"), ==, "cancelled");
  ended = ask (jobs, "DELETE", path, NULL);
  g_assert_cmpuint (ended->status, ==, 409);
  g_assert_nonnull (strstr (ended->body, "JOB_ENDED"));
}

static void
test_pages (Jobs *jobs, gconstpointer data)
{
  g_autoptr (WhTestReply) first = NULL, second = NULL, wrong = NULL;
  g_autofree char *path = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *made = add (jobs, "{\"kind\":\"freshness\",\"run_at\":\"2100-01-01\"}");
    }
  first = ask (jobs, "GET", "/api/admin/jobs?limit=2&state=waiting", NULL);
  g_assert_cmpuint (wh_json_length (data_of (first)), ==, 2);
  path = g_strconcat ("/api/admin/jobs?limit=2&state=waiting&cursor=",
                      wh_json_string (wh_json_member (wh_json_member (wh_json_root (first->json), "meta"), "next_cursor"), ""), NULL);
  second = ask (jobs, "GET", path, NULL);
  g_assert_cmpuint (wh_json_length (data_of (second)), ==, 1);
  wrong = ask (jobs, "GET", "/api/admin/jobs?cursor=x", NULL);
  g_assert_cmpuint (wrong->status, ==, 400);
}

/* -- importing --------------------------------------------------------------------------------------------------------- */

static void
test_folder (Jobs *jobs, gconstpointer data)
{
  g_autofree char *body = import_folder (jobs), *revision = NULL;
  g_autoptr (WhTestReply) first = NULL, second = NULL, touched = NULL, changed = NULL, ahead = NULL;

  write_menu (jobs, "a.csv", MENU, 100);
  write_menu (jobs, "b.csv.part", MENU, 100);
  first = run (jobs, body, "done");
  g_assert_cmpint (wh_json_length (wh_json_member (outcome_of (first, "report"), "files")), ==, 1);
  g_assert_cmpint (total_of (first, "rows"), ==, 1);
  g_assert_cmpint (total_of (first, "imported"), ==, 1);
  second = run (jobs, body, "done");
  g_assert_cmpint (wh_json_integer (outcome_of (second, "unchanged"), 0), ==, 1);
  g_assert_cmpint (total_of (second, "rows"), ==, 0);
  write_menu (jobs, "a.csv", MENU, 50);
  touched = run (jobs, body, "done");
  g_assert_cmpint (wh_json_integer (outcome_of (touched, "unchanged"), 0), ==, 1);
  write_menu (jobs, "a.csv", CHEAPER, 50);
  write_menu (jobs, "c.csv", MENU, 50);
  changed = run (jobs, body, "done");
  g_assert_cmpint (wh_json_length (wh_json_member (outcome_of (changed, "report"), "files")), ==, 2);
  /* By a clock that is ahead. */
  write_menu (jobs, "d.csv", MENU, -3600);
  ahead = run (jobs, body, "done");
  g_assert_cmpint (wh_json_length (wh_json_member (outcome_of (ahead, "report"), "files")), ==, 1);
}

/* A file that is no menu fails the job, but not the others; one that is still being written waits. */
static void
test_bad_file (Jobs *jobs, gconstpointer data)
{
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"import\",\"arguments\":{\"path\":\"%s\",\"settle_seconds\":30}}", jobs->folder);
  g_autofree char *link = g_build_filename (jobs->folder, "link.csv", NULL);
  g_autoptr (WhTestReply) reply = NULL, health = NULL;

  write_menu (jobs, "a-bad.csv", "no,thing\n1,2\n", 100);
  write_menu (jobs, "b.csv", MENU, 100);
  write_menu (jobs, "c.csv", MENU, 0);
  g_assert_cmpint (symlink ("/etc/passwd", link), ==, 0);
  reply = run (jobs, body, "failed");
  g_assert_cmpint (total_of (reply, "imported"), ==, 1);
  g_assert_cmpint (wh_json_integer (outcome_of (reply, "waiting"), 0), ==, 1);
  g_assert_cmpuint (wh_json_length (outcome_of (reply, "failed")), ==, 1);
  g_assert_cmpint (wh_json_integer (wh_json_member (data_of (reply), "attempts"), 0), ==, 1);
  for (gint64 start = g_get_monotonic_time (); g_get_monotonic_time () - start < PATIENCE; g_usleep (50000))
    {
      g_clear_pointer (&health, wh_test_reply_free);
      health = ask (jobs, "GET", "/health", NULL);
      if (strstr (health->body, "\"jobs\":\"failing\""))
        break;
    }
  g_assert_nonnull (strstr (health->body, "\"jobs\":\"failing\""));
}

static void
test_url (Jobs *jobs, gconstpointer data)
{
  g_autofree char *body = import_url (jobs, NULL, "/menu"), *request = NULL;
  g_autoptr (WhTestReply) first = NULL, second = NULL, third = NULL;

  wh_test_web_set (jobs->web, "/menu", "200 OK\r\nETag: \"1\"\r\nContent-Type: text/csv", MENU);
  first = run (jobs, body, "done");
  g_assert_cmpint (total_of (first, "imported"), ==, 1);
  wh_test_web_set (jobs->web, "/menu", "304 Not Modified", "");
  second = run (jobs, body, "done");
  g_assert_cmpint (wh_json_integer (outcome_of (second, "unchanged"), 0), ==, 1);
  request = wh_test_web_request (jobs->web, "/menu");
  g_assert_nonnull (strstr (request, "If-None-Match: \"1\"\r\n"));
  wh_test_web_set (jobs->web, "/menu", "200 OK\r\nETag: \"2\"", CHEAPER);
  third = run (jobs, body, "done");
  g_assert_cmpint (total_of (third, "rows"), ==, 1);
}

static void
test_url_fails (Jobs *jobs, gconstpointer data)
{
  g_autofree char *gone = import_url (jobs, NULL, "/gone"), *private = import_url (jobs, "127.0.0.2", "/menu");
  g_autofree char *busy = import_url (jobs, NULL, "/busy"), *path = NULL;
  g_autoptr (WhTestReply) missing = NULL, denied = NULL, again = NULL;

  wh_test_web_set (jobs->web, "/menu", "200 OK", MENU);
  wh_test_web_set (jobs->web, "/busy", "503 Busy", "");
  missing = run (jobs, gone, "failed");
  g_assert_nonnull (strstr (missing->body, "\"code\":\"not_found\""));
  denied = run (jobs, private, "failed");
  g_assert_nonnull (strstr (denied->body, "\"code\":\"denied\""));
  g_assert_cmpuint (wh_test_web_asked (jobs->web, "/menu"), ==, 0);
  path = add (jobs, busy);
  for (gint64 start = g_get_monotonic_time (); g_get_monotonic_time () - start < PATIENCE && !again; g_usleep (20000))
    {
      again = wait_for (jobs, path, "waiting");
      if (wh_json_integer (wh_json_member (data_of (again), "attempts"), 0) == 0)
        g_clear_pointer (&again, wh_test_reply_free);
    }
  g_assert_nonnull (again);
  g_assert_nonnull (strstr (again->body, "\"code\":\"offline\""));
  g_assert_cmpuint (wh_test_web_asked (jobs->web, "/busy"), ==, 1);
}

/* -- stopping ---------------------------------------------------------------------------------------------------------- */

static void
test_cancel (Jobs *jobs, gconstpointer data)
{
  g_autofree char *body = import_url (jobs, NULL, "/hang"), *path = NULL;
  g_autoptr (WhTestReply) cancelled = NULL, ended = NULL;
  gboolean told = FALSE;
  gint64 start;

  wh_test_web_set (jobs->web, "/hang", "hang", NULL);
  path = add (jobs, body);
  for (start = g_get_monotonic_time (); g_get_monotonic_time () - start < PATIENCE && !told; g_usleep (50000))
    {
      g_autoptr (WhTestReply) running = wait_for (jobs, path, "running");
      told = wh_json_number (wh_json_member (data_of (running), "progress"), -1) == 0 && strstr (text_of (running, "note") ?: "", "/hang");
    }
  g_assert_true (told);
  start = g_get_monotonic_time ();
  cancelled = ask (jobs, "DELETE", path, NULL);
  g_assert_cmpuint (cancelled->status, ==, 202);
  g_assert_true (wh_json_boolean (wh_json_member (data_of (cancelled), "cancel_requested"), FALSE));
  ended = wait_for (jobs, path, "cancelled");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

static void
run_again (Jobs *jobs)
{
  g_object_unref (jobs->server.process);
  wh_test_server_run (&jobs->server, NULL);
}

/* Killed and ended while a job runs: the next server takes it, and counts the try only where it was killed. */
static void
test_next_server (Jobs *jobs, gconstpointer data)
{
  g_autofree char *body = import_url (jobs, NULL, "/slow"), *path = NULL;
  g_autoptr (WhTestReply) running = NULL, done = NULL;

  wh_test_web_set (jobs->web, "/slow", "hang", NULL);
  path = add (jobs, body);
  running = wait_for (jobs, path, "running");
  g_subprocess_force_exit (jobs->server.process);
  g_subprocess_wait (jobs->server.process, NULL, NULL);
  run_again (jobs);
  g_clear_pointer (&running, wh_test_reply_free);
  running = wait_for (jobs, path, "running");
  while (wh_test_web_asked (jobs->web, "/slow") < 2)
    g_usleep (20000);
  g_assert_cmpint (wh_test_server_stop (&jobs->server), ==, 0);
  wh_test_web_set (jobs->web, "/slow", "200 OK", MENU);
  run_again (jobs);
  done = wait_for (jobs, path, "done");
  g_test_message ("%s", done->body);
  g_assert_cmpint (wh_json_integer (wh_json_member (data_of (done), "attempts"), 0), ==, 2);
  g_assert_cmpint (total_of (done, "imported"), ==, 1);
}

/* By another hand, while the server runs. */
static void
change_store (const Jobs *jobs, const char *sql)
{
  g_autofree char *path = g_build_filename (jobs->server.dir, "store.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* For longer than a lease nothing can be written about a job, as with a full disk: it is not left for running for ever. */
static void
test_store_away (Jobs *jobs, gconstpointer data)
{
  static const char *const environment[] = { "WEEDHOUNDS_JOBS_LEASE_SECONDS=2", NULL };
  g_autofree char *body = import_url (jobs, NULL, "/slow"), *path = NULL;
  g_autoptr (WhTestReply) running = NULL, waiting = NULL;

  wh_test_web_set (jobs->web, "/slow", "hang", NULL);
  g_assert_cmpint (wh_test_server_stop (&jobs->server), ==, 0);
  jobs->server.environment = environment;
  run_again (jobs);
  path = add (jobs, body);
  running = wait_for (jobs, path, "running");
  change_store (jobs, "CREATE TRIGGER away BEFORE UPDATE ON job BEGIN SELECT RAISE (ABORT, 'away'); END");
  g_usleep (5 * G_USEC_PER_SEC);
  change_store (jobs, "DROP TRIGGER away");
  waiting = wait_for (jobs, path, "waiting");
  g_assert_nonnull (strstr (waiting->body, "\"code\":\"offline\""));
  g_assert_cmpint (wh_json_integer (wh_json_member (data_of (waiting), "attempts"), 0), ==, 1);
}

/* -- the others -------------------------------------------------------------------------------------------------------- */

static void
test_figures (Jobs *jobs, gconstpointer data)
{
  g_autoptr (WhTestReply) freshness = run (jobs, "{\"kind\":\"freshness\"}", "done");
  g_autoptr (WhTestReply) analytics = run (jobs, "{\"kind\":\"analytics\"}", "done");
  g_autoptr (WhTestReply) retention = run (jobs, "{\"kind\":\"retention\"}", "done");
  g_autoptr (WhTestReply) metrics = ask (jobs, "GET", "/metrics", NULL);

  g_assert_true (wh_json_is_array (outcome_of (freshness, "findings")));
  g_assert_cmpuint (wh_json_length (outcome_of (freshness, "freshness")), >, 0);
  g_assert_cmpuint (wh_json_length (outcome_of (analytics, "timeframes")), ==, 4);
  g_assert_cmpint (wh_json_integer (outcome_of (retention, "prices"), -1), ==, 0);
  g_assert_nonnull (strstr (metrics->body, "weedhounds_jobs{state=\"running\"} 0\n"));
  g_assert_nonnull (strstr (metrics->body, "weedhounds_jobs_done_total{kind=\"retention\"} 1\n"));
}

static void
check_copy (const Jobs *jobs, const WhJsonNode *manifest)
{
  g_autofree char *path = g_build_filename (jobs->folder, wh_json_string (wh_json_member (manifest, "file"), ""), NULL), *bytes = NULL;
  g_autofree char *hash = NULL;
  gsize length;
  WhHash digest;
  struct stat info;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  digest = wh_hash_data (bytes, length);
  hash = wh_hash_to_string (&digest);
  g_assert_cmpstr (hash, ==, wh_json_string (wh_json_member (manifest, "sha256"), NULL));
  g_assert_cmpint (length, ==, wh_json_integer (wh_json_member (manifest, "bytes"), 0));
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

static void
test_backup (Jobs *jobs, gconstpointer data)
{
  g_autofree char *body = g_strdup_printf ("{\"kind\":\"backup\",\"arguments\":{\"directory\":\"%s\",\"keep\":2}}", jobs->folder);
  g_autofree char *half = g_build_filename (jobs->folder, "weedhounds-20200101T000000Z.db.part", NULL);
  const struct utimbuf long_ago = { 1577836800, 1577836800 };
  g_autoptr (WhTestReply) health = NULL, nowhere = NULL;

  /* Left by a server that was killed. */
  g_assert_true (g_file_set_contents (half, "half", -1, NULL));
  g_assert_cmpint (utime (half, &long_ago), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (WhTestReply) reply = run (jobs, body, "done");
      check_copy (jobs, outcome_of (reply, "manifest"));
      g_usleep (1100000);
    }
  g_assert_cmpuint (count_files (jobs->folder), ==, 4);
  nowhere = run (jobs, "{\"kind\":\"backup\"}", "failed");
  g_assert_nonnull (strstr (nowhere->body, "\"code\":\"invalid\""));
}

static void
test_schedules (Jobs *jobs, gconstpointer data)
{
  static const char body[] = "{\"kind\":\"import\",\"arguments\":{\"path\":\"/menus\"},\"rule\":\"every 15 minutes\","
                             "\"jitter_seconds\":30}";
  g_autoptr (WhTestReply) list = ask (jobs, "GET", "/api/admin/schedules", NULL), made = NULL, replaced = NULL, wrong = NULL, one = NULL;
  g_autoptr (WhTestReply) dropped = NULL, gone = NULL, named = NULL;

  /* Of the settings: all but backup, which has no place. */
  g_assert_cmpuint (wh_json_length (data_of (list)), ==, 3);
  made = ask (jobs, "PUT", "/api/admin/schedules/menus", body);
  g_assert_cmpuint (made->status, ==, 201);
  g_assert_nonnull (text_of (made, "next_run"));
  replaced = ask (jobs, "PUT", "/api/admin/schedules/menus", body);
  g_assert_cmpuint (replaced->status, ==, 200);
  one = ask (jobs, "GET", "/api/admin/schedules/menus", NULL);
  g_assert_nonnull (strstr (one->head, "ETag: \"2\""));
  g_assert_cmpstr (text_of (one, "updated_by"), ==, "admin");
  wrong = ask (jobs, "PUT", "/api/admin/schedules/menus", "{\"kind\":\"freshness\",\"rule\":\"hourly\"}");
  g_assert_cmpuint (wrong->status, ==, 400);
  g_assert_nonnull (strstr (wrong->body, "\"field\":\"rule\""));
  named = ask (jobs, "PUT", "/api/admin/schedules/Menus", body);
  g_assert_cmpuint (named->status, ==, 400);
  dropped = ask (jobs, "DELETE", "/api/admin/schedules/menus", NULL);
  g_assert_cmpuint (dropped->status, ==, 200);
  gone = ask (jobs, "GET", "/api/admin/schedules/menus", NULL);
  g_assert_cmpuint (gone->status, ==, 404);
  g_assert_nonnull (strstr (gone->body, "SCHEDULE_NOT_FOUND"));
}

#define ADD(name, function) g_test_add ("/jobs/" name, Jobs, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_setenv ("WEEDHOUNDS_JOBS_POLL_MS", "50", TRUE);
  g_setenv ("WEEDHOUNDS_OUTGOING_ALLOW", "127.0.0.1", TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("denied", test_denied);
  ADD ("refused", test_refused);
  ADD ("key", test_key);
  ADD ("pages", test_pages);
  ADD ("folder", test_folder);
  ADD ("bad-file", test_bad_file);
  ADD ("url", test_url);
  ADD ("url-fails", test_url_fails);
  ADD ("cancel", test_cancel);
  ADD ("next-server", test_next_server);
  ADD ("store-away", test_store_away);
  ADD ("figures", test_figures);
  ADD ("backup", test_backup);
  ADD ("schedules", test_schedules);
  return g_test_run ();
}
