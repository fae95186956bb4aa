/* Jobs at the terminal: without a server they wait in the store, with one they are done. */
#include <string.h>

#include "wh-test-run.h"

static const char keys[] = "job_id kind state priority arguments key schedule created_by created_at run_at started_at ended_at attempts"
                           " most_attempts cancel_requested progress note holder error";

static const char *
member (const WhJson *job, const char *key)
{
  return wh_json_string (wh_json_member (wh_json_root (job), key), "");
}

static void
test_alone (void)
{
  g_autofree char *dir = wh_test_make_dir (), *show = NULL, *cancel = NULL, *words = NULL, *again = NULL;
  g_autoptr (WhJson) added = NULL, list = NULL, shown = NULL, cancelled = NULL, schedules = NULL;

  g_free (wh_test_say (dir, "jobs list", 3));
  added = wh_test_ask (dir, "jobs run import path=menus settle_seconds=0 strict=true", 0);
  wh_test_has_keys (wh_json_root (added), keys);
  g_assert_cmpstr (member (added, "state"), ==, "waiting");
  const WhJsonNode *arguments = wh_json_member (wh_json_root (added), "arguments");
  g_assert_true (g_path_is_absolute (wh_json_string (wh_json_member (arguments, "path"), "")));
  g_assert_cmpint (wh_json_integer (wh_json_member (arguments, "settle_seconds"), -1), ==, 0);
  g_assert_true (wh_json_boolean (wh_json_member (arguments, "strict"), FALSE));
  list = wh_test_ask (dir, "jobs --limit 5", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (list)), ==, 1);
  wh_test_has_keys (wh_json_element (wh_json_root (list), 0), keys);
  show = g_strdup_printf ("jobs show %s", member (added, "job_id"));
  shown = wh_test_ask (dir, show, 0);
  g_assert_true (wh_json_is_null (wh_json_member (wh_json_root (shown), "outcome")));
  words = wh_test_say (dir, show, 0);
  g_assert_nonnull (strstr (words, "state: waiting"));
  cancel = g_strdup_printf ("jobs cancel %s", member (added, "job_id"));
  cancelled = wh_test_ask (dir, cancel, 0);
  g_assert_cmpstr (member (cancelled, "state"), ==, "cancelled");
  again = wh_test_say (dir, cancel, 1);
  schedules = wh_test_ask (dir, "jobs schedules", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (schedules)), ==, 0);
  wh_test_remove_dir (dir);
}

static void
test_usage (void)
{
  static const char *const wrong[] = { "jobs dance", "jobs show", "jobs show x", "jobs cancel", "jobs run", "jobs run dance",
                                       "jobs run import",
                                       "jobs run import menus", "jobs run import path=/a url=https://b", "jobs run freshness fresh_share=2",
                                       "jobs run import path=/a colour=red" };
  g_autofree char *dir = wh_test_make_dir ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_test_message ("%s", wrong[i]);
      g_free (wh_test_say (dir, wrong[i], 2));
    }
  g_free (wh_test_say (dir, "--server http://127.0.0.1:1 jobs", 1));
  wh_test_remove_dir (dir);
}

/* The same words, handed to the server that holds the store. */
static void
test_with_serve (void)
{
  static const char script[] =
      "set -e; mkdir menus; printf 'Product,Category,Store,Price,Size\\nBlue Dream,Flower,Green Door,42,1/8 oz\\n' >menus/a.csv\n"
      "\"$WEEDHOUNDS_TEST_BINARY\" serve --listen 127.0.0.1:0 >listening 2>/dev/null & server=$!\n"
      "trap 'kill $server; wait $server' EXIT\n"
      "for i in $(seq 200); do grep -q listening listening && break; sleep 0.05; done\n"
      "\"$WEEDHOUNDS_TEST_BINARY\" jobs run import path=menus settle_seconds=0 --json >job\n"
      "id=$(grep -o '\"job_id\":\"[^\"]*' job | cut -d'\"' -f4)\n"
      "for i in $(seq 200); do\n"
      "  \"$WEEDHOUNDS_TEST_BINARY\" jobs show $id --json >job; grep -q '\"state\":\"done\"' job && break; sleep 0.05\n"
      "done\n"
      "cat job\n"
      "\"$WEEDHOUNDS_TEST_BINARY\" jobs cancel $id 2>&1 && exit 9 || true\n";
  g_autofree char *dir = wh_test_make_dir ();
  g_autoptr (WhTestRun) run = wh_test_run_shell (dir, script);

  g_test_message ("%s%s", run->out, run->err);
  g_assert_cmpint (run->status, ==, 0);
  g_assert_nonnull (strstr (run->out, "\"state\":\"done\""));
  g_assert_nonnull (strstr (run->out, "\"imported\":1"));
  g_assert_nonnull (strstr (run->out, "there is nothing to cancel"));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_setenv ("WEEDHOUNDS_JOBS_POLL_MS", "50", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/jobs/alone", test_alone);
  g_test_add_func ("/cli/jobs/usage", test_usage);
  g_test_add_func ("/cli/jobs/with-serve", test_with_serve);
  return g_test_run ();
}
