/* The real program makes, lists, changes and deletes rows, alone and through a running serve. */
#include <gio/gio.h>
#include <string.h>

#include "wh-test-run.h"

static const char *
text_at (const WhJsonNode *node, const char *key)
{
  return wh_json_string (wh_json_member (node, key), NULL);
}

/* A member of what a command prints with --json. */
static char *
ask_for (const char *dir, const char *key, const char *format, ...) G_GNUC_PRINTF (3, 4);

static char *
ask_for (const char *dir, const char *key, const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autoptr (WhJson) json = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  json = wh_test_ask (dir, line, 0);
  return g_strdup (text_at (wh_json_root (json), key));
}

static void
say (const char *dir, int status, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
say (const char *dir, int status, const char *format, ...)
{
  g_autofree char *line = NULL, *said = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  said = wh_test_say (dir, line, status);
  g_assert_true (*said);
}

/* What there is to do, wherever the writing ends up. */
static void
live (const char *dir)
{
  g_autofree char *strain = ask_for (dir, "strain_id", "add strain name='Blue Dream' flavors=lemon,pine");
  g_autofree char *shop = ask_for (dir, "dispensary_id", "add dispensary name=Corner state=nj");
  g_autofree char *product = ask_for (dir, "product_id", "add product name=Eighth dispensary_id=%s strain_id=%s", shop, strain);
  g_autofree char *price = ask_for (dir, "price_id", "add price product_id=%s amount_cents=3500", product);
  g_autofree char *note = ask_for (dir, "note_id", "add note object_kind=strain object_id=%s text='a, \"b\"'", strain);
  g_autofree char *state = ask_for (dir, "state", "get dispensary corner");
  g_autofree char *text = ask_for (dir, "text", "get note %s", note);
  g_autofree char *changed = ask_for (dir, "text", "edit note %s text:='\"c=d\"'", note);
  g_autoptr (WhJson) shown = NULL, conflict = NULL;

  g_assert_cmpstr (state, ==, "NJ");
  g_assert_cmpstr (text, ==, "a, \"b\"");
  g_assert_cmpstr (changed, ==, "c=d");
  g_assert_nonnull (price);
  shown = wh_test_ask (dir, "list products --where price_cents=3500 --where strain_id --sort name", 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (shown)), ==, 1);
  say (dir, 0, "edit strain blue-dream type=hybrid flavors=");
  say (dir, 1, "edit strain blue-dream type=square");
  say (dir, 3, "edit note 0190a6c0-0000-7000-8000-000000000001 text=x");
  say (dir, 3, "get note 0190a6c0-0000-7000-8000-000000000001");
  say (dir, 3, "get dispensary atlantis");
  say (dir, 3, "get strain 'no such strain'");
  say (dir, 3, "delete note none");
  say (dir, 3, "delete note 0190a6c0-0000-7000-8000-000000000001");
  conflict = wh_test_ask (dir, "delete dispensary corner", 1);
  g_assert_cmpstr (text_at (wh_json_root (conflict), "code"), ==, "conflict");
  g_assert_true (wh_json_is_object (wh_json_member (wh_json_member (wh_json_root (conflict), "details"), "current")));
  say (dir, 0, "delete note %s", note);
  say (dir, 0, "delete product %s --with-parts", product);
  say (dir, 0, "delete dispensary corner");
}

static void
test_alone (void)
{
  g_autofree char *dir = wh_test_make_dir ();

  live (dir);
  wh_test_remove_dir (dir);
}

static void
test_through_serve (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *lock = NULL;
  g_autoptr (WhTestRun) done = NULL;

  /* A store, so that serve has one to read. */
  g_free (wh_test_say (dir, "add strain name=First", 0));
  done = wh_test_run_shell (dir, "\"$WEEDHOUNDS_TEST_BINARY\" serve --listen 127.0.0.1:0 >port & echo $! >pid; "
                                 "for i in $(seq 200); do [ -s port ] && break; sleep 0.05; done; "
                                 "\"$WEEDHOUNDS_TEST_BINARY\" --json add strain name=Second; status=$?; "
                                 "\"$WEEDHOUNDS_TEST_BINARY\" --json list strains --sort name >list; "
                                 "\"$WEEDHOUNDS_TEST_BINARY\" watch add second --below 10/g || status=$?; "
                                 "\"$WEEDHOUNDS_TEST_BINARY\" edit strain second type=square 2>refused; echo $? >refusal; "
                                 "kill $(cat pid); wait $(cat pid); exit $status");
  g_test_message ("%s%s", done->out, done->err);
  g_assert_cmpint (done->status, ==, 0);
  g_assert_nonnull (strstr (done->out, "\"Second\""));
  lock = g_build_filename (dir, "list", NULL);
  g_autofree char *list = NULL;
  g_assert_true (g_file_get_contents (lock, &list, NULL, NULL));
  g_assert_nonnull (strstr (list, "\"First\""));
  g_assert_nonnull (strstr (list, "\"Second\""));
  wh_test_remove_dir (dir);
}

static void
test_pages (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autoptr (WhTestRun) done = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *line = g_strdup_printf ("add strain name='Strain %u' popularity_score=0.%u", i, i);
      g_free (wh_test_say (dir, line, 0));
    }
  done = wh_test_run_shell (dir, "page () { \"$WEEDHOUNDS_TEST_BINARY\" --csv list strains --limit 2 --sort popularity_score --descending "
                                 "\"$@\" 2>more | cut -d, -f7 | tail -n +2; }; page; "
                                 "for i in 1 2 3; do c=$(sed -n 's/.*--cursor //p' more); [ -z \"$c\" ] && break; page --cursor $c; done");
  g_assert_cmpstr (done->out, ==, "Strain 4\nStrain 3\nStrain 2\nStrain 1\nStrain 0\n");
  say (dir, 1, "list strains --cursor AAAA");
  wh_test_remove_dir (dir);
}

static void
test_table (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *nothing = NULL, *list = NULL, *one = NULL;

  g_free (wh_test_say (dir, "add strain name='Blue Dream' type=hybrid", 0));
  nothing = wh_test_say (dir, "list notes", 0);
  list = wh_test_say (dir, "list strains --where name~dream", 0);
  one = wh_test_say (dir, "get strain blue-dream", 0);
  g_assert_nonnull (strstr (nothing, "0 of 0"));
  g_assert_nonnull (strstr (list, "Blue Dream"));
  g_assert_nonnull (strstr (list, "1 of 1"));
  g_assert_nonnull (strstr (one, "type: hybrid"));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/rows/alone", test_alone);
  g_test_add_func ("/cli/rows/through-serve", test_through_serve);
  g_test_add_func ("/cli/rows/pages", test_pages);
  g_test_add_func ("/cli/rows/table", test_table);
  return g_test_run ();
}
