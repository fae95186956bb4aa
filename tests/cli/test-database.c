/* The real program on a store in a PostgreSQL server: options, the same answers as from a file, servers beside one another. */
#include <string.h>

#include "wh-config.h"
#include "wh-test-run.h"

#define LAB "Sample ID,Strain,Product Type,Lab,Test Date,THCA (%),CBD (%)\nS1,Blue Dream,Flower,Test Lab,2026-01-02,20.1,ND\n"
#define STRAINS "name,type,genetics\nBlue Dream,hybrid,Blueberry x Haze\nZzyzx Haze,sativa,Haze\n"

/* The address of an empty database; NULL after g_test_skip. */
static char *
make_database (void)
{
  static guint n = 0;
  const char *server = g_getenv ("WEEDHOUNDS_TEST_POSTGRES");
  g_autofree char *name = g_strdup_printf ("cli_%u", n++);
  g_autofree char *script = g_strdup_printf ("psql -qX -c 'CREATE SCHEMA %s'", name);

  if (!server || !WH_HAVE_POSTGRES)
    {
      g_test_skip ("no PostgreSQL here: tests/support/with-db starts one, -Dpostgres=enabled builds it in");
      return NULL;
    }
  g_autoptr (WhTestRun) made = wh_test_run_shell ("/", script);
  g_assert_cmpint (made->status, ==, 0);
  return g_strdup_printf ("%s&options=-csearch_path%%3D%s", server, name);
}

static char *
say (const char *dir, const char *store, const char *arguments, int status)
{
  g_autofree char *quoted = g_shell_quote (store);
  g_autofree char *line = g_strdup_printf ("--store %s %s", quoted, arguments);

  return wh_test_say (dir, line, status);
}

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();

  wh_test_write (dir, "lab.csv", LAB);
  wh_test_write (dir, "strains.csv", STRAINS);
  return dir;
}

/* Whatever stands in the place of a moment. */
static char *
without_times (const char *text)
{
  g_autoptr (GRegex) moment = g_regex_new ("[0-9-]{10}T[0-9:.]{15}Z", 0, 0, NULL);

  return g_regex_replace_literal (moment, text, -1, 0, "MOMENT", 0, NULL);
}

/* A database and a file answer alike, word for word but for when they were written. */
static void
test_same_answers (void)
{
  static const char *const commands[] = { "import strains strains.csv --json", "import lab lab.csv --json", "search blue --json",
                                          "show 'Blue Dream' --json", "import lab lab.csv --json" };
  g_autofree char *store = make_database ();
  g_autofree char *dir = store ? make_dir () : NULL, *other = store ? make_dir () : NULL;

  if (!store)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *expected = wh_test_say (other, commands[i], 0), *found = say (dir, store, commands[i], 0);
      g_autofree char *expected_plain = without_times (expected), *found_plain = without_times (found);
      g_assert_true (strcmp (found_plain, expected_plain) == 0);
    }
  g_autofree char *file = g_build_filename (dir, "data", "store.db", NULL);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  g_autofree char *doctor = say (dir, store, "doctor", 0);
  g_assert_nonnull (strstr (doctor, "is sound, at change"));
  wh_test_remove_dir (dir);
  wh_test_remove_dir (other);
}

/* The option counts before the environment, the environment before the file; an empty one asks for store.db. */
static void
test_where_it_is_said (void)
{
  g_autofree char *store = make_database ();
  g_autofree char *dir = store ? make_dir () : NULL;

  if (!store)
    return;
  g_autofree char *conf = g_strdup_printf ("mkdir weedhounds; printf '[weedhounds]\\nstore=%%s\\n' '%s' >weedhounds/weedhounds.conf;"
                                           " \"$WEEDHOUNDS_TEST_BINARY\" import strains strains.csv",
                                           store);
  g_autofree char *environment = g_strdup_printf ("WEEDHOUNDS_STORE='%s' \"$WEEDHOUNDS_TEST_BINARY\" search zzyzx --csv", store);
  g_autoptr (WhTestRun) imported = wh_test_run_shell (dir, conf);
  g_assert_cmpint (imported->status, ==, 0);
  g_autoptr (WhTestRun) found = wh_test_run_shell (dir, environment);
  g_assert_nonnull (strstr (found->out, "Zzyzx Haze"));
  g_autofree char *from_file = wh_test_say (dir, "search zzyzx --csv", 0);
  g_assert_nonnull (strstr (from_file, "Zzyzx Haze"));
  g_autofree char *nothing = wh_test_say (dir, "--store '' search zzyzx", 3);
  g_assert_null (strstr (nothing, "Zzyzx Haze"));
  wh_test_remove_dir (dir);
}

/* What is said of an address that cannot be used, and that it says no password. */
static void
test_wrong_addresses (void)
{
  static const struct {
    const char *address;
    int         status;
  } cases[] = { { "/var/lib/store.db", 2 }, { "http://localhost/", 2 }, { "postgresql://ana:s3cret@/d?host=/nowhere", 6 },
                { "postgresql://ana:a@s3cret@localhost:1/d", 1 } };
  g_autofree char *dir = make_dir ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *message = say (dir, cases[i].address, "search blue", cases[i].status == 2 || WH_HAVE_POSTGRES ? cases[i].status : 1);
      g_test_message ("%s", message);
      g_assert_null (strstr (message, "s3cret"));
    }
  wh_test_remove_dir (dir);
}

/* Two servers on one database, each in a data directory of its own: what a third program writes is soon in both. */
static void
test_servers_see_one_another (void)
{
  static const char script[]
      = "serve() { \"$WEEDHOUNDS_TEST_BINARY\" --data-dir \"$1\" serve --listen 127.0.0.1:0 >\"$1.log\" 2>&1 & }\n"
        "address() { for i in $(seq 300); do a=$(sed -n 's/^listening on //p' \"$1.log\"); [ -z \"$a\" ] || break; sleep 0.05; done; }\n"
        "has() { for i in $(seq 400); do curl -fsS \"$a/api/strains/search?q=zzyzx\" 2>/dev/null | grep -q 'Zzyzx Haze' && return 0;"
        " sleep 0.05; done; return 1; }\n"
        "rc=0; serve one; p=$!; serve two; q=$!; address one; one=$a; address two; two=$a\n"
        "\"$WEEDHOUNDS_TEST_BINARY\" import strains strains.csv || rc=1\n"
        "a=$one; has || rc=2; a=$two; has || rc=3\n"
        "kill $p $q; wait $p || rc=4; wait $q || rc=5; cat one.log two.log; exit $rc";
  g_autofree char *store = make_database ();
  g_autofree char *dir = store ? make_dir () : NULL;

  if (!store)
    return;
  g_autofree char *line = g_strdup_printf ("export WEEDHOUNDS_STORE='%s'\n%s", store, script);
  g_autoptr (WhTestRun) done = wh_test_run_shell (dir, line);
  g_test_message ("%s%s", done->out, done->err);
  g_assert_cmpint (done->status, ==, 0);
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/database/same-answers", test_same_answers);
  g_test_add_func ("/cli/database/where-it-is-said", test_where_it_is_said);
  g_test_add_func ("/cli/database/wrong-addresses", test_wrong_addresses);
  g_test_add_func ("/cli/database/servers-see-one-another", test_servers_see_one_another);
  return g_test_run ();
}
