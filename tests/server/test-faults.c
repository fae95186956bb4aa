/* The n-th write, fsync, read or open of the server's files fails, for n = 1…, during every kind of change: what was answered is true, what
 * is stored is the state before or after, and when the fault is over all goes on without a word. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/wh-id.h"
#include "base/wh-paths.h"
#include "store/wh-store.h"
#include "wh-test-fault-server.h"

#define GROUP 20
#define LARGE 24
#define LARGE_TEXT 30000
#define MOST_CALLS 1500
#define EVERY_CALL 20         /* of those that come later only some are tried */
#define RECOVERY_SECONDS 10

static WhTestServer server;
static char *bearer;
static char *product_id;

static const WhTestFaultPlan plans[] = {
  { "one write or fsync fails", WH_FAULT_WRITE | WH_FAULT_SYNC, EIO, FALSE },
  { "writes and fsyncs fail", WH_FAULT_WRITE | WH_FAULT_SYNC, EIO, TRUE },
  { "one fsync fails", WH_FAULT_SYNC, EIO, FALSE },
  { "one write finds no space", WH_FAULT_WRITE, ENOSPC, FALSE },
#define FIRST_START_PLAN 4
  { "the disk is full", WH_FAULT_WRITE, ENOSPC, TRUE },
  { "one read fails", WH_FAULT_READ, EIO, FALSE },
  { "no file can be opened", WH_FAULT_OPEN, EMFILE, TRUE },
};

/* -- asking --------------------------------------------------------------------------------------------------------- */

static WhTestReply *
ask (const char *method, const char *target, const char *body)
{
  return wh_test_server_ask (&server, method, target, bearer, body);
}

static char *
new_id (void)
{
  WhId id = wh_id_new ();

  return wh_id_to_string (&id);
}

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  return reply->json ? wh_json_member (wh_json_root (reply->json), "data") : NULL;
}

/* A row, or NULL where there is none: anything else fails the test. */
static WhTestReply *
look_up (const char *path, const char *id)
{
  g_autofree char *target = g_strconcat (path, "/", id, NULL);
  g_autoptr (WhTestReply) reply = ask ("GET", target, NULL);

  if (reply->status != 200 && reply->status != 404)
    g_test_message ("%s: %u %s", target, reply->status, reply->body);
  g_assert_true (reply->status == 200 || reply->status == 404);
  return reply->status == 200 ? g_steal_pointer (&reply) : NULL;
}

static void
must (const char *method, const char *target, const char *body)
{
  g_autoptr (WhTestReply) reply = ask (method, target, body);

  if (reply->status / 100 != 2)
    g_test_message ("%s %s: %u %s", method, target, reply->status, reply->body);
  g_assert_cmpuint (reply->status / 100, ==, 2);
}

/* -- what is changed ------------------------------------------------------------------------------------------------ */

/* One change, to be tried again and again with other rows. */
typedef struct {
  const char *name;
  void         (*prepare) (void);
  WhTestReply *(*run)     (void);
  int          (*look)    (void);   /* 0: as before, 1: done, 2: neither */
} Operation;

static GPtrArray *ids;      /* of the notes of this try */
static char *text_of_notes;

static void
choose_notes (guint n)
{
  g_ptr_array_set_size (ids, 0);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (ids, new_id ());
}

static char *
note (const char *id, const char *text)
{
  return g_strdup_printf ("{\"note_id\":\"%s\",\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"%s\"}", id, server.id, text);
}

static void
prepare_create (void)
{
  choose_notes (1);
}

static WhTestReply *
run_create (void)
{
  g_autofree char *body = note (ids->pdata[0], "before");

  return ask ("POST", "/api/notes", body);
}

static int
look_created (void)
{
  guint found = 0;

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (WhTestReply) reply = look_up ("/api/notes", ids->pdata[i]);
      found += reply != NULL;
    }
  return found == 0 ? 0 : found == ids->len ? 1 : 2;
}

static void
prepare_group (void)
{
  choose_notes (GROUP);
}

static void
prepare_large (void)
{
  choose_notes (LARGE);
}

static WhTestReply *
run_group_of (const char *text)
{
  g_autoptr (GString) body = g_string_new ("{\"all_or_nothing\":true,\"changes\":[");

  for (guint i = 0; i < ids->len; i++)
    {
      g_autofree char *row = note (ids->pdata[i], text);
      g_string_append_printf (body, "%s{\"op\":\"create\",\"kind\":\"note\",\"row\":%s}", i ? "," : "", row);
    }
  g_string_append (body, "]}");
  return ask ("POST", "/api/changes", body->str);
}

static WhTestReply *
run_group (void)
{
  return run_group_of ("in a group");
}

/* Fills so much of the log that it is written back into the store. */
static WhTestReply *
run_large (void)
{
  return run_group_of (text_of_notes);
}

static void
prepare_existing (void)
{
  g_autofree char *body = NULL;

  choose_notes (1);
  body = note (ids->pdata[0], "before");
  must ("POST", "/api/notes", body);
}

static WhTestReply *
run_change (void)
{
  g_autofree char *target = g_strconcat ("/api/notes/", ids->pdata[0], NULL);

  return ask ("PATCH", target, "{\"text\":\"after\"}");
}

static int
look_changed (void)
{
  g_autoptr (WhTestReply) reply = look_up ("/api/notes", ids->pdata[0]);
  const char *text = reply ? wh_json_string (wh_json_member (data_of (reply), "text"), "") : "";

  return strcmp (text, "before") == 0 ? 0 : strcmp (text, "after") == 0 ? 1 : 2;
}

static WhTestReply *
run_delete (void)
{
  g_autofree char *target = g_strconcat ("/api/notes/", ids->pdata[0], NULL);

  return ask ("DELETE", target, NULL);
}

static int
look_deleted (void)
{
  return !look_created ();
}

static gint64 cents;

static void
prepare_price (void)
{
  choose_notes (1);
  cents++;
}

static WhTestReply *
run_price (void)
{
  g_autofree char *body = g_strdup_printf ("{\"price_id\":\"%s\",\"product_id\":\"%s\",\"amount_cents\":%" G_GINT64_FORMAT
                                           ",\"unit\":\"package\"}", (char *) ids->pdata[0], product_id, cents);

  return ask ("POST", "/api/prices", body);
}

/* The observation, and the product's price that follows from it. */
static int
look_priced (void)
{
  g_autoptr (WhTestReply) price = look_up ("/api/prices", ids->pdata[0]), product = look_up ("/api/products", product_id);
  gboolean follows = wh_json_integer (wh_json_member (data_of (product), "price_cents"), -1) == cents;

  return !price && !follows ? 0 : price && follows ? 1 : 2;
}

static const Operation operations[] = {
  { "create", prepare_create, run_create, look_created },    { "group", prepare_group, run_group, look_created },
  { "large group", prepare_large, run_large, look_created }, { "change", prepare_existing, run_change, look_changed },
  { "delete", prepare_existing, run_delete, look_deleted },  { "price", prepare_price, run_price, look_priced },
};

/* -- each with each --------------------------------------------------------------------------------------------------- */

/* A refusal says why, in words, and what a full disk is. */
static void
assert_clear (const WhTestReply *reply, const WhTestFaultPlan *plan)
{
  const WhJsonNode *errors = wh_json_member (wh_json_root (reply->json), "errors"), *error = wh_json_element (errors, 0);

  g_assert_true (reply->status == 500 || reply->status == 503);
  g_assert_cmpuint (strlen (wh_json_string (wh_json_member (error, "message"), "")), >, 10);
  if (plan->error == ENOSPC)
    g_assert_cmpstr (wh_json_string (wh_json_member (error, "code"), ""), ==, "NO_SPACE");
}

/* FALSE when nothing failed, since the change needs fewer calls. */
static gboolean
try_one (const Operation *operation, const WhTestFaultPlan *plan, guint n)
{
  g_autoptr (WhTestReply) reply = NULL;
  guint failed;
  int state;

  operation->prepare ();
  wh_test_faults_arm (plan, n);
  reply = operation->run ();
  failed = wh_test_faults_disarm ();
  state = operation->look ();
  if (reply->status / 100 != 2)
    assert_clear (reply, plan);
  if (state == 2 || (reply->status / 100 == 2 && state != 1))
    g_test_message ("%s, %s at call %u: %u, then %d", operation->name, plan->name, n, reply->status, state);
  g_assert_cmpint (state, !=, 2);
  g_assert_true (state == 1 || reply->status / 100 != 2);
  if (state == 0)
    {
      g_autoptr (WhTestReply) again = operation->run ();
      g_assert_cmpuint (again->status / 100, ==, 2);
      g_assert_cmpint (operation->look (), ==, 1);
    }
  return failed > 0;
}

static guint
next_call (guint n)
{
  return n < EVERY_CALL ? n + 1 : n + n / 2;
}

static void
test_operation (gconstpointer data)
{
  const Operation *operation = data;

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      guint n = 1, tries = 0;
      for (; n < MOST_CALLS && try_one (operation, &plans[i], n); n = next_call (n))
        tries++;
      g_test_message ("%s, %s: %u calls tried up to call %u", operation->name, plans[i].name, tries, n);
    }
  wh_test_server_alive (&server);
}

/* -- getting over it -------------------------------------------------------------------------------------------------- */

static gboolean
is_found (const char *name)
{
  g_autofree char *target = g_strconcat ("/api/strains/search?q=", name, NULL);
  g_autoptr (WhTestReply) reply = ask ("GET", target, NULL);
  const WhJsonNode *first = wh_json_element (data_of (reply), 0);

  return g_str_has_prefix (wh_json_string (wh_json_member (first, "name"), ""), name);
}

/* While the disk is full, what is there is still read, and the first write that finds space again succeeds. */
static void
test_full (void)
{
  static const WhTestFaultPlan full = { "full", WH_FAULT_WRITE, ENOSPC, TRUE };

  prepare_create ();
  wh_test_faults_arm (&full, 1);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (WhTestReply) reply = run_create ();
      g_assert_cmpuint (reply->status, ==, 503);
      assert_clear (reply, &full);
      g_assert_nonnull (strstr (reply->head, "Retry-After"));
      g_assert_true (is_found ("Sour"));
    }
  g_assert_cmpint (look_created (), ==, 0);
  g_assert_cmpuint (wh_test_faults_disarm (), >, 0);
  g_autoptr (WhTestReply) reply = run_create ();
  g_assert_cmpuint (reply->status, ==, 201);
}

/* What could not be read into the catalogue at the moment it changed is read when it can be. */
static void
test_catalogue_follows (void)
{
  static const WhTestFaultPlan unreadable = { "unreadable", WH_FAULT_READ | WH_FAULT_OPEN, EIO, TRUE };
  gint64 start;

  must ("POST", "/api/strains", "{\"name\":\"Firstborn\"}");
  wh_test_faults_arm (&unreadable, 1);
  must ("POST", "/api/strains", "{\"name\":\"Latecomer\"}");
  g_usleep (500000);
  g_test_message ("%u reads failed", wh_test_faults_disarm ());
  start = g_get_monotonic_time ();
  while (!is_found ("Latecomer") && g_get_monotonic_time () - start < RECOVERY_SECONDS * G_USEC_PER_SEC)
    g_usleep (100000);
  g_assert_true (is_found ("Latecomer"));
}

/* -- starting --------------------------------------------------------------------------------------------------------- */

/* Starts on a folder of its own, which is empty or was left behind by a server that was killed. TRUE when it got as far as to listen. */
static gboolean
starts (const char *dir, char **out_words)
{
  const char *const argv[] = { g_getenv ("WEEDHOUNDS_TEST_BINARY"), "--data-dir", dir, "serve", "--listen", "127.0.0.1:0", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  for (const char *const *pair = server.environment; *pair; pair++)
    {
      g_auto (GStrv) parts = g_strsplit (*pair, "=", 2);
      g_subprocess_launcher_setenv (launcher, parts[0], parts[1], TRUE);
    }
  g_subprocess_launcher_setenv (launcher, "WEEDHOUNDS_TEST_FAULTS_DIR", dir, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, NULL);
  if (line)
    g_subprocess_force_exit (process);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, out_words, NULL);
  g_assert_true (line || g_subprocess_get_if_exited (process));
  return line != NULL;
}

/* The first start makes key and store. Whatever fails, it says what, and the next start makes all of it. */
static void
test_start (gconstpointer data)
{
  const WhTestFaultPlan *plan = data;
  guint n = 1, refused = 0;
  gboolean failed = TRUE;

  for (; failed && n < MOST_CALLS; n = next_call (n))
    {
      g_autofree char *dir = wh_test_make_dir (), *words = NULL, *calm = NULL;
      gboolean listening;
      wh_test_faults_arm (plan, n);
      listening = starts (dir, &words);
      failed = wh_test_faults_disarm () > 0;
      refused += !listening;
      if (!listening)
        g_assert_cmpuint (strlen (words), >, 20);
      if (!starts (dir, &calm))
        {
          g_test_message ("%s at call %u: %s, then %s", plan->name, n, words, calm);
          g_test_fail ();
        }
      wh_test_remove_dir (dir);
    }
  g_test_message ("%s: up to call %u, %u starts refused", plan->name, n, refused);
}

/* What is left is whole. */
static void
test_whole (void)
{
  g_autofree char *path = wh_paths_store (server.dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = NULL;

  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  store = wh_store_open (path, WH_STORE_WRITE, &error);
  g_assert_no_error (error);
  wh_store_check (store, &error);
  g_assert_no_error (error);
}

/* One shop with one product. */
static void
make_product (void)
{
  g_autofree char *shop = new_id (), *shop_body = NULL, *body = NULL;

  product_id = new_id ();
  shop_body = g_strdup_printf ("{\"dispensary_id\":\"%s\",\"name\":\"Shop\"}", shop);
  body = g_strdup_printf ("{\"product_id\":\"%s\",\"dispensary_id\":\"%s\",\"name\":\"Jar\"}", product_id, shop);
  must ("POST", "/api/dispensaries", shop_body);
  must ("POST", "/api/products", body);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_make (&server);
  server.environment = wh_test_faults_environment (server.dir);
  wh_test_server_run (&server, NULL);
  bearer = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  ids = g_ptr_array_new_with_free_func (g_free);
  make_product ();
  text_of_notes = g_strnfill (LARGE_TEXT, 'x');
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      g_autofree char *slug = g_strdelimit (g_strdup (operations[i].name), " ", '-');
      g_autofree char *path = g_strconcat ("/server/faults/", slug, NULL);
      g_test_add_data_func (path, &operations[i], test_operation);
    }
  g_test_add_func ("/server/faults/full", test_full);
  g_test_add_func ("/server/faults/catalogue-follows", test_catalogue_follows);
  for (guint i = FIRST_START_PLAN; i < G_N_ELEMENTS (plans); i++)
    {
      g_autofree char *slug = g_strdelimit (g_strdup (plans[i].name), " ", '-');
      g_autofree char *path = g_strconcat ("/server/faults/start/", slug, NULL);
      g_test_add_data_func (path, &plans[i], test_start);
    }
  g_test_add_func ("/server/faults/whole", test_whole);
  status = g_test_run ();
  wh_test_server_clear (&server);
  wh_test_faults_clear ();
  g_ptr_array_unref (ids);
  g_free (text_of_notes);
  g_free (product_id);
  g_free (bearer);
  return status;
}
