/* Notes, favourites and seen prices with the server stopped: kept, shown, still there after a restart; the same on this machine's store. */
#include <string.h>

#include "base/wh-hash.h"
#include "wh-test-run.h"

#define N_ROWS 20000
#define N_KILLS 4

/* Runs a server over `server/`, pulls from it into `data/`, stops it; prints its address. */
static const char sync_script[]
  = "\"$WEEDHOUNDS_TEST_BINARY\" --data-dir server serve --listen 127.0.0.1:0 > address & server=$!\n"
    "for i in $(seq 300); do grep -q listening address && break; sleep 0.1; done\n"
    "url=$(sed -n 's/listening on //p' address)\n"
    "\"$WEEDHOUNDS_TEST_BINARY\" --server \"$url\" sync >&2; status=$?\n"
    "kill $server; wait $server 2>/dev/null; echo -n \"$url\"; exit $status";

typedef struct {
  char *dir, *url;
} Fixture;

static void
fill (Fixture *fixture, const char *where)
{
  g_autofree char *strains = g_strdup_printf ("%s import strains strains.csv", where);
  g_autofree char *menu = g_strdup_printf ("%s import menu menu.csv", where);

  g_free (wh_test_say (fixture->dir, strains, 0));
  g_free (wh_test_say (fixture->dir, menu, 0));
}

/* `data` non-NULL: with a server, which is stopped. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhTestRun) run = NULL;

  fixture->dir = wh_test_make_dir ();
  wh_test_write (fixture->dir, "strains.csv", "Name,Type\nBlue Dream,Hybrid\nZkittlez,Indica\n");
  wh_test_write (fixture->dir, "menu.csv",
                 "Product,Category,Size,Price,In Stock,Dispensary,State,Date\n"
                 "Blue Dream,Flower,3.5g,28.00,yes,Blue Door,NJ,2026-01-02\n"
                 "Zkittlez,Flower,3.5g,30.00,yes,Blue Door,NJ,2026-01-02\n"
                 "Zkittlez,Flower,7g,55.00,yes,Blue Door,NJ,2026-01-02\n");
  fill (fixture, data ? "--data-dir server" : "");
  if (!data)
    return;
  run = wh_test_run_shell (fixture->dir, sync_script);
  if (run->status != 0)
    g_test_message ("%s", run->err);
  g_assert_cmpint (run->status, ==, 0);
  fixture->url = g_strdup (run->out);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  wh_test_remove_dir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->url);
}

static char *
line (Fixture *fixture, const char *arguments)
{
  return fixture->url ? g_strdup_printf ("--server %s %s", fixture->url, arguments) : g_strdup (arguments);
}

static char *
say (Fixture *fixture, const char *arguments, int status)
{
  g_autofree char *whole = line (fixture, arguments);

  return wh_test_say (fixture->dir, whole, status);
}

static void
say_only (Fixture *fixture, const char *arguments, int status)
{
  g_free (say (fixture, arguments, status));
}

static WhJson *
ask (Fixture *fixture, const char *arguments, int status)
{
  g_autofree char *whole = line (fixture, arguments);

  return wh_test_ask (fixture->dir, whole, status);
}

static const char *
string_at (const WhJsonNode *node, const char *key)
{
  return wh_json_string (wh_json_member (node, key), NULL);
}

static gboolean
truth_at (const WhJsonNode *node, const char *key)
{
  return wh_json_boolean (wh_json_member (node, key), FALSE);
}

/* -- job 9 ------------------------------------------------------------------------------------------------------------- */

/* Every command is a start of its own. */
static void
test_note_and_favorite (Fixture *fixture, gconstpointer data)
{
  gboolean waits = data != NULL;
  g_autofree char *noted = say (fixture, "note 'blue dream' smells of 'berries, and “sugar”'", 0);
  g_autofree char *marked = say (fixture, "favorite Blue Dream", 0);
  g_autoptr (WhJson) notes = ask (fixture, "notes blue-dream", 0), favorites = ask (fixture, "favorites", 0);
  g_autoptr (WhJson) strain = ask (fixture, "show Blue Dream", 0);
  g_autofree char *page = say (fixture, "show Blue Dream", 0);
  const WhJsonNode *note = wh_json_element (wh_json_root (notes), 0), *favorite = wh_json_element (wh_json_root (favorites), 0);

  g_assert_true ((strstr (noted, "until it is sent") != NULL) == waits);
  g_assert_true ((strstr (marked, "until it is sent") != NULL) == waits);
  g_assert_cmpuint (wh_json_length (wh_json_root (notes)), ==, 1);
  g_assert_cmpstr (string_at (note, "text"), ==, "smells of berries, and “sugar”");
  g_assert_cmpstr (string_at (note, "object_kind"), ==, "strain");
  g_assert_true (truth_at (note, "pending") == waits);
  g_assert_cmpuint (wh_json_length (wh_json_root (favorites)), ==, 1);
  g_assert_cmpstr (string_at (favorite, "slug"), ==, "blue-dream");
  g_assert_true (truth_at (favorite, "pending") == waits);
  g_assert_true (truth_at (wh_json_root (strain), "favorite"));
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (strain), "notes")), ==, 1);
  g_assert_nonnull (strstr (page, "One of your favourites"));
  g_assert_nonnull (strstr (page, "berries, and “sugar”"));
  g_assert_true ((strstr (page, "not sent yet") != NULL) == waits);
}

static void
test_unfavorite (Fixture *fixture, gconstpointer data)
{
  g_autofree char *none = say (fixture, "favorite Zkittlez --remove", 0);
  g_autofree char *table = NULL;
  g_autoptr (WhJson) gone = NULL, again = NULL;

  g_assert_nonnull (strstr (none, "none of your favourites"));
  say_only (fixture, "favorite Zkittlez", 0);
  say_only (fixture, "favorite Zkittlez", 0);
  gone = ask (fixture, "favorite Zkittlez --remove", 0);
  g_assert_false (truth_at (wh_json_root (gone), "favorite"));
  table = say (fixture, "favorites", 0);
  g_assert_nonnull (strstr (table, "No favourites yet"));
  say_only (fixture, "favorite Zkittlez", 0);
  again = ask (fixture, "favorites", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (again)), ==, 1);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  say_only (fixture, "note Zkittlez ' '", 1);
  say_only (fixture, "note no-such-strain words", 3);
  say_only (fixture, "note Zkittlez", 2);
  say_only (fixture, "prices observe Zkittlez --price 3", 4);
  say_only (fixture, "prices observe 'No such thing' --price 3", 3);
  say_only (fixture, "prices observe 'Blue Dream'", 2);
  say_only (fixture, "prices observe 'Blue Dream' --price 3.005", 2);
  say_only (fixture, "prices observe 'Blue Dream' --price 3 --at 2199-01-01", 2);
  say_only (fixture, "prices observe 'Blue Dream' --price 3 --photo not-there.jpg", 2);
  g_autoptr (WhJson) waiting = ask (fixture, "outbox", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (waiting)), ==, 0);
}

/* -- prices ------------------------------------------------------------------------------------------------------------ */

static void
test_observe (Fixture *fixture, gconstpointer data)
{
  WhHash hash = wh_hash_data ("a photo", strlen ("a photo"));
  g_autofree char *hex = wh_hash_to_string (&hash);
  g_autoptr (WhJson) seen = NULL, compared = NULL;
  const WhJsonNode *row;

  wh_test_write (fixture->dir, "photo.jpg", "a photo");
  seen = ask (fixture, "prices observe 'blue dream' --price 12.50 --photo photo.jpg", 0);
  row = wh_json_root (seen);
  g_assert_cmpint (wh_json_integer (wh_json_member (row, "amount_cents"), -1), ==, 1250);
  g_assert_cmpstr (string_at (row, "currency"), ==, "USD");
  g_assert_cmpstr (string_at (row, "photo_hash"), ==, hex);
  g_assert_true (truth_at (row, "pending") == (data != NULL));
  compared = ask (fixture, "prices compare blue-dream", 0);
  row = wh_json_element (wh_json_member (wh_json_root (compared), "price_comparison"), 0);
  g_assert_cmpfloat (wh_json_number (wh_json_member (row, "price"), -1), ==, 12.5);
  /* One that is older than the last does not become the product's. */
  say_only (fixture, "prices observe 'blue dream' --price 99 --at 2020-01-01 --unit package", 0);
  g_clear_pointer (&compared, wh_json_free);
  compared = ask (fixture, "prices compare blue-dream", 0);
  row = wh_json_element (wh_json_member (wh_json_root (compared), "price_comparison"), 0);
  g_assert_cmpfloat (wh_json_number (wh_json_member (row, "price"), -1), ==, 12.5);
}

/* -- the outbox -------------------------------------------------------------------------------------------------------- */

static void
test_outbox (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhJson) waiting = NULL, doctor = NULL;
  g_autofree char *table = NULL, *store = g_build_filename (fixture->dir, "data", "store.db", NULL);
  const WhJsonNode *first;
  gboolean told = FALSE;

  say_only (fixture, "note Zkittlez 'a bit of diesel'", 0);
  say_only (fixture, "favorite Blue Dream", 0);
  waiting = wh_test_ask (fixture->dir, "outbox", 0);
  table = wh_test_say (fixture->dir, "outbox", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (waiting)), ==, 2);
  first = wh_json_element (wh_json_root (waiting), 0);
  wh_test_has_keys (first, "mutation_id idempotency_key state server_id server_url user action op kind id follows base_revision "
                           "schema_version created_at");
  g_assert_cmpint (wh_json_integer (wh_json_member (first, "mutation_id"), 0), ==, 1);
  g_assert_cmpstr (string_at (first, "server_url"), ==, fixture->url);
  g_assert_cmpstr (string_at (first, "kind"), ==, "note");
  g_assert_nonnull (strstr (table, "a bit of diesel"));
  g_assert_nonnull (strstr (table, "Blue Dream"));
  g_assert_nonnull (strstr (table, "2 changes wait"));
  doctor = wh_test_ask (fixture->dir, "doctor", 0);
  for (guint i = 0; i < wh_json_length (wh_json_root (doctor)); i++)
    {
      const WhJsonNode *finding = wh_json_element (wh_json_root (doctor), i);
      told = told || (strcmp (string_at (finding, "part"), "outbox") == 0 && strstr (string_at (finding, "message"), "2 changes"));
    }
  g_assert_true (told);
  g_assert_false (g_file_test (store, G_FILE_TEST_EXISTS));
}

/* An import for a server waits like everything else, and is read like everything else. */
static void
test_import (Fixture *fixture, gconstpointer data)
{
  g_autofree char *store = g_build_filename (fixture->dir, "data", "store.db", NULL), *out = NULL;
  g_autoptr (WhJson) first = NULL, second = NULL, dry = NULL, found = NULL, waiting = NULL;
  const WhJsonNode *totals;

  wh_test_write (fixture->dir, "more.csv", "Name,Type\nBlue Dream,Sativa\nLemon Skunk,Hybrid\nSour Diesel,Sativa\n");
  dry = ask (fixture, "import strains more.csv --dry-run", 0);
  waiting = ask (fixture, "outbox", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (waiting)), ==, 0);
  first = ask (fixture, "import strains more.csv", 0);
  totals = wh_json_member (wh_json_root (first), "totals");
  g_assert_cmpint (wh_json_integer (wh_json_member (totals, "imported"), -1), ==, 2);
  g_assert_false (g_file_test (store, G_FILE_TEST_EXISTS));
  found = ask (fixture, "show 'Lemon Skunk'", 0);
  g_assert_true (truth_at (wh_json_root (found), "pending"));
  second = ask (fixture, "import strains more.csv", 0);
  totals = wh_json_member (wh_json_root (second), "totals");
  g_assert_cmpint (wh_json_integer (wh_json_member (totals, "unchanged"), -1), ==, 3);
  out = say (fixture, "search diesel", 0);
  g_assert_nonnull (strstr (out, "Sour Diesel"));
}

/* What a killed import had kept is there, and the same import completes it. */
static void
test_killed_import (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("Name,Type\n");
  g_autofree char *script = NULL;
  g_autoptr (WhJson) done = NULL;
  const WhJsonNode *totals;
  guint kept = 0;

  for (guint i = 0; i < N_ROWS; i++)
    g_string_append_printf (text, "Strain number %u,Hybrid\n", i);
  wh_test_write (fixture->dir, "many.csv", text->str);
  script = g_strdup_printf ("\"$WEEDHOUNDS_TEST_BINARY\" --server %s import strains many.csv >/dev/null 2>&1 & import=$!\n"
                            "for i in $(seq 200); do [ -s data/outbox.db ] && break; sleep 0.05; done\n"
                            "sleep 0.$((RANDOM %% 8 + 1)); kill -9 $import; wait $import 2>/dev/null; true", fixture->url);
  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr (WhTestRun) run = wh_test_run_shell (fixture->dir, script);
      g_autoptr (WhJson) waiting = wh_test_ask (fixture->dir, "outbox", 0);
      guint now = wh_json_length (wh_json_root (waiting));
      g_assert_cmpuint (now, >=, kept);
      kept = now;
    }
  done = ask (fixture, "import strains many.csv", 0);
  totals = wh_json_member (wh_json_root (done), "totals");
  g_test_message ("%u of %u rows were kept by imports that were killed", kept, N_ROWS);
  g_assert_cmpint (wh_json_integer (wh_json_member (totals, "unchanged"), -1), ==, kept);
  g_assert_cmpint (wh_json_integer (wh_json_member (totals, "imported"), -1), ==, N_ROWS - kept);
}

/* Rows of any kind and watches wait like notes do. */
static void
test_rows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhJson) added = NULL, listed = NULL, gone = NULL, watches = NULL;
  g_autofree char *id = NULL, *remove = NULL;

  added = ask (fixture, "add strain name='Lemon Skunk' type=hybrid", 0);
  id = g_strdup (string_at (wh_json_root (added), "strain_id"));
  g_assert_nonnull (id);
  listed = ask (fixture, "list strain --sort name", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (listed)), ==, 3);
  g_assert_cmpstr (string_at (wh_json_element (wh_json_root (listed), 1), "name"), ==, "Lemon Skunk");
  remove = g_strdup_printf ("delete strain %s", id);
  say_only (fixture, remove, 0);
  gone = ask (fixture, "list strain", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (gone)), ==, 2);
  say_only (fixture, "watch add 'Blue Dream' --below 5/g", 0);
  watches = ask (fixture, "list watch", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (watches)), ==, 1);
}

/* A server that has this machine's store open writes for the others. */
static void
test_served (Fixture *fixture, gconstpointer data)
{
  static const char script[]
    = "\"$WEEDHOUNDS_TEST_BINARY\" serve --listen 127.0.0.1:0 > address & server=$!\n"
      "for i in $(seq 300); do grep -q listening address && break; sleep 0.1; done\n"
      "\"$WEEDHOUNDS_TEST_BINARY\" note Zkittlez 'through the server' && \"$WEEDHOUNDS_TEST_BINARY\" favorite Zkittlez"
      " && ! \"$WEEDHOUNDS_TEST_BINARY\" note Zkittlez ' ' && \"$WEEDHOUNDS_TEST_BINARY\" prices observe 'Blue Dream' --price 20\n"
      "status=$?; kill $server; wait $server 2>/dev/null; exit $status";
  g_autoptr (WhTestRun) run = wh_test_run_shell (fixture->dir, script);
  g_autoptr (WhJson) notes = NULL, strain = NULL;

  if (run->status != 0)
    g_test_message ("%s%s", run->out, run->err);
  g_assert_cmpint (run->status, ==, 0);
  notes = ask (fixture, "notes Zkittlez", 0);
  g_assert_cmpstr (string_at (wh_json_element (wh_json_root (notes), 0), "text"), ==, "through the server");
  strain = ask (fixture, "show 'Blue Dream'", 0);
  const WhJsonNode *product = wh_json_element (wh_json_member (wh_json_root (strain), "products"), 0);
  g_assert_cmpint (wh_json_integer (wh_json_member (product, "price_cents"), -1), ==, 2000);
}

/* Nothing was pulled from this server, so nobody knows which one it is. */
static void
test_unknown_server (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outbox = g_build_filename (fixture->dir, "data", "outbox.db", NULL);

  g_free (wh_test_say (fixture->dir, "--server http://127.0.0.1:1 note Zkittlez words", 6));
  g_free (wh_test_say (fixture->dir, "--server http://127.0.0.1:1 import strains strains.csv", 6));
  g_assert_false (g_file_test (outbox, G_FILE_TEST_EXISTS));
}

#define SERVER GINT_TO_POINTER (1)
#define ADD(path, data, function) g_test_add ("/cli/notes/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("here/note-and-favorite", NULL, test_note_and_favorite);
  ADD ("here/unfavorite", NULL, test_unfavorite);
  ADD ("here/refused", NULL, test_refused);
  ADD ("here/observe", NULL, test_observe);
  ADD ("server-stopped/note-and-favorite", SERVER, test_note_and_favorite);
  ADD ("server-stopped/unfavorite", SERVER, test_unfavorite);
  ADD ("server-stopped/refused", SERVER, test_refused);
  ADD ("server-stopped/observe", SERVER, test_observe);
  ADD ("server-stopped/outbox", SERVER, test_outbox);
  ADD ("server-stopped/import", SERVER, test_import);
  ADD ("server-stopped/killed-import", SERVER, test_killed_import);
  ADD ("server-stopped/rows", SERVER, test_rows);
  ADD ("here/served", NULL, test_served);
  ADD ("unknown-server", NULL, test_unknown_server);
  return g_test_run ();
}
