/* Usage of the real program, and whether manual page and completion say the same as its --help. */
#include "wh-test-run.h"

static const char *const commands[] = { "search", "show",   "similar", "map",  "compare", "correlate",
                                        "recommend", "names", "list", "get", "add", "edit", "delete", "import", "prices",
                                        "note", "notes", "favorite", "favorites", "outbox",
                                        "watch", "stats", "rules", "substitute", "menu", "dispensaries",
                                        "reproduce", "demo", "migrate", "serve", "jobs", "sync", "doctor" };

/* Every "--option" of `text`, as a set. */
static GHashTable *
options_of (const char *text)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRegex) regex = g_regex_new ("--[a-z][a-z-]*", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    g_hash_table_add (set, g_match_info_fetch (match, 0));
  return set;
}

/* The table of options that --help prints, without the sentences before it. */
static GHashTable *
options_of_command (const char *command)
{
  g_autofree char *line = g_strconcat (command, " --help", NULL);
  g_autofree char *text = wh_test_say ("/", line, 0);
  const char *table = strstr (text, "Options:\n");

  g_assert_nonnull (table);
  return options_of (table);
}

static void
assert_within (GHashTable *some, GHashTable *all, const char *what)
{
  GHashTableIter iter;
  gpointer option;

  g_hash_table_iter_init (&iter, some);
  while (g_hash_table_iter_next (&iter, &option, NULL))
    {
      if (!g_hash_table_contains (all, option))
        g_test_message ("%s: %s", what, (const char *) option);
      g_assert_true (g_hash_table_contains (all, option));
    }
}

static void
assert_same (GHashTable *one, GHashTable *other, const char *what)
{
  assert_within (one, other, what);
  assert_within (other, one, what);
}

static GHashTable *
options_of_all (void)
{
  GHashTable *all = options_of ("");

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GHashTable) set = options_of_command (commands[i]);
      GHashTableIter iter;
      gpointer option;
      g_hash_table_iter_init (&iter, set);
      while (g_hash_table_iter_next (&iter, &option, NULL))
        g_hash_table_add (all, g_strdup (option));
    }
  return all;
}

static char *
read_source (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("WEEDHOUNDS_TEST_SOURCE"), name, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
test_manual (void)
{
  g_autofree char *source = read_source ("data/weedhounds.1");
  g_autoptr (GString) text = g_string_new (source);
  g_autoptr (GHashTable) program = options_of_all ();

  g_string_replace (text, "\\-", "-", 0);
  g_autoptr (GHashTable) manual = options_of (text->str);
  assert_same (program, manual, "manual page");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *plain = g_strdup_printf (".B %s", commands[i]), *arguments = g_strdup_printf (".BI %s", commands[i]);
      g_autofree char *quoted = g_strdup_printf (".BI \"%s ", commands[i]), *optional = g_strdup_printf (".BR %s ", commands[i]);
      g_assert_true (strstr (text->str, plain) || strstr (text->str, arguments) || strstr (text->str, quoted)
                     || strstr (text->str, optional));
    }
}

/* What bash offers for the last of `words`. */
static char *
complete (const char *words, guint last)
{
  g_autofree char *file = g_build_filename (g_getenv ("WEEDHOUNDS_TEST_SOURCE"), "data", "completions", "weedhounds", NULL);
  g_autofree char *quoted = g_shell_quote (file);
  g_autofree char *script = g_strdup_printf (". %s; COMP_WORDS=(weedhounds %s); COMP_CWORD=%u; _weedhounds; echo \"${COMPREPLY[@]}\"",
                                             quoted, words, last);
  g_autoptr (WhTestRun) done = wh_test_run_shell ("/", script);

  g_assert_cmpstr (done->err, ==, "");
  return g_strdup (g_strchomp (done->out));
}

static void
test_completion_options (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *words = g_strconcat (commands[i], " --", NULL);
      g_autofree char *offered = complete (words, 2);
      g_autoptr (GHashTable) completion = options_of (offered);
      g_autoptr (GHashTable) program = options_of_command (commands[i]);
      assert_same (program, completion, commands[i]);
    }
}

static void
test_completion_words (void)
{
  g_autofree char *command = complete ("sim", 1);
  g_autofree char *kind = complete ("--json import d", 3);
  g_autofree char *format = complete ("import menu --format nj", 4);
  g_autofree char *presets = g_build_filename (g_getenv ("WEEDHOUNDS_TEST_SOURCE"), "data", "presets", NULL);
  g_autofree char *all = complete ("import --format ''", 3);
  g_auto (GStrv) offered = g_strsplit (all, " ", -1);
  g_autoptr (GDir) dir = g_dir_open (presets, 0, NULL);
  const char *name;

  g_assert_cmpstr (command, ==, "similar");
  g_assert_cmpstr (kind, ==, "dispensaries");
  g_assert_cmpstr (format, ==, "nj-dutchie nj-menus");
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *preset = g_strndup (name, strcspn (name, "."));
      g_assert_true (!g_str_has_suffix (name, ".ini") || g_strv_contains ((const char *const *) offered, preset));
    }
}

static void
test_usage (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  static const char *const wrong[] = {
    "frob", "search --frob x", "search", "show", "doctor now", "search x --limit 0", "search x --limit many", "demo --seed x",
    "serve --threads 0", "--json --csv search x", "sync", "help frob",
    "search x --server ftp://example.org",
    "map --chart map.gif", "search x --chart map.png",
    "names", "names frob", "names resolve", "names review x",
    "prices", "prices frob", "prices compare", "prices compare x --near here", "prices compare x --near 91,0",
    "prices compare x --radius 9", "prices compare x --near 1,1 --radius 101", "prices compare x --state NJX",
    "prices compare x --category motorcycles", "prices compare x --since 9d", "prices compare x --chart x.png", "prices history",
    "prices history x --since soon", "prices history x --near 1,1", "prices history x --chart x.gif", "prices history x --category cars",
    "watch", "watch frob", "watch add", "watch add x", "watch add x --below cheap", "watch add x --below 5 --category cars", "watch remove",
    "watch remove x", "watch list x", "watch check --since x", "watch check --chart x.png", "stats weather", "stats price price",
    "stats --timeframe 1y",
    "prices compare x --discount 10%", "prices compare x --out-the-door --discount ten",
    "prices total", "prices total x --jurisdiction Jersey", "prices total x --discount 101%", "prices total x --quantity 0",
    "rules", "rules frob", "rules check", "rules keygen", "rules sign x", "rules list x", "rules list --jurisdiction N",
    "substitute", "substitute x --category motorcycles", "substitute x --limit 51", "substitute x --accept 1 --reject 1",
    "substitute x --reason dear", "substitute x --max-price cheap",
    "menu --sort colour", "menu --category motorcycles", "menu --min-price 5 --max-price 4", "dispensaries x", "dispensaries --state NJX",
    "dispensaries --radius 5",
    "list", "list cars", "list notes now", "list notes --where colour=green", "list notes --where a!b", "list notes --sort text",
    "list notes --limit 0", "get note", "get note a b", "get cars x", "add note", "add note text", "add note colour=green",
    "add price amount_cents=1.5", "add strain name:={", "edit note x", "delete note", "delete note a b", "delete cars x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (WhTestRun) done = wh_test_run (dir, wrong[i]);
      g_test_message ("weedhounds %s: %s", wrong[i], done->err);
      g_assert_cmpint (done->status, ==, 2);
      g_assert_cmpstr (done->out, ==, "");
      g_assert_true (*done->err);
    }
  wh_test_remove_dir (dir);
}

static void
test_other_statuses (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *version = wh_test_say (dir, "--version", 0);
  g_autofree char *help = wh_test_say (dir, "", 0);

  g_assert_true (g_str_has_prefix (version, "weedhounds "));
  g_assert_true (g_str_has_prefix (help, "Usage: "));
  g_free (wh_test_say (dir, "help search", 0));
  g_free (wh_test_say (dir, "sync --server http://127.0.0.1:1", 6));
  g_free (wh_test_say (dir, "serve --listen 0.0.0.0:8000", 7));
  wh_test_remove_dir (dir);
}

static void
test_closed_output (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autoptr (WhTestRun) pipe = wh_test_run_shell (dir, "(sleep 0.3; exec \"$WEEDHOUNDS_TEST_BINARY\" doctor) | true");
  g_autoptr (WhTestRun) full = wh_test_run_shell (dir, "\"$WEEDHOUNDS_TEST_BINARY\" doctor >/dev/full");

  g_assert_cmpstr (pipe->err, ==, "");
  g_assert_cmpint (full->status, ==, 1);
  g_assert_true (g_str_has_prefix (full->err, "weedhounds: "));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/options/manual", test_manual);
  g_test_add_func ("/cli/options/completion-options", test_completion_options);
  g_test_add_func ("/cli/options/completion-words", test_completion_words);
  g_test_add_func ("/cli/options/usage", test_usage);
  g_test_add_func ("/cli/options/other-statuses", test_other_statuses);
  g_test_add_func ("/cli/options/closed-output", test_closed_output);
  return g_test_run ();
}
