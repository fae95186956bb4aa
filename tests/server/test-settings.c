/* Settings: where a value comes from, what is refused and how that is said, and that what is printed can be read again. */
#include <string.h>

#include "base/wh-error.h"
#include "server/wh-settings.h"
#include "support/wh-test.h"

static char *
write_file (const char *dir, const char *text)
{
  char *path = g_build_filename (dir, "weedhounds.conf", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
test_order (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = write_file (dir, "[server]\nthreads=3\ndrain_seconds=4\nlisten=127.0.0.1:1 ; [::1]:2\n"
                                           "[weedhounds]\nserver=http://a/\n");
  const char *const given[] = { "server.drain_seconds=6", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (WhSettings) settings = NULL;

  g_setenv ("WEEDHOUNDS_SERVER_DRAIN_SECONDS", "5", TRUE);
  g_setenv ("WEEDHOUNDS_CACHE", "unix:/there", TRUE);
  settings = wh_settings_load (path, given, &error);
  g_assert_no_error (error);
  g_assert_cmpint (wh_settings_integer (settings, WH_SETTING_THREADS), ==, 3);
  g_assert_cmpint (wh_settings_integer (settings, WH_SETTING_DRAIN_SECONDS), ==, 6);
  g_assert_cmpstr (wh_settings_text (settings, WH_SETTING_CACHE), ==, "unix:/there");
  g_assert_null (wh_settings_text (settings, WH_SETTING_STORE));
  g_assert_cmpuint (g_strv_length ((char **) wh_settings_list (settings, WH_SETTING_LISTEN)), ==, 2);
  g_assert_cmpstr (wh_settings_list (settings, WH_SETTING_LISTEN)[1], ==, "[::1]:2");
  g_unsetenv ("WEEDHOUNDS_SERVER_DRAIN_SECONDS");
  g_unsetenv ("WEEDHOUNDS_CACHE");
  wh_test_remove_dir (dir);
}

/* Each must be refused with a message that has the words. */
static void
expect_refused (const char *text, const char *given, const char *words)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = text ? write_file (dir, text) : NULL;
  const char *const list[] = { given, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (WhSettings) settings = wh_settings_load (path, list, &error);

  g_assert_null (settings);
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  wh_test_remove_dir (dir);
}

static void
test_refused (void)
{
  expect_refused ("[server]\nthreads=257\n", NULL, "from 0 to 256");
  expect_refused ("[server]\nthreads=two\n", NULL, "“two”");
  expect_refused ("[server]\nthread=2\n", NULL, "“thread”");
  expect_refused ("[sever]\nthreads=2\n", NULL, "[sever]");
  expect_refused ("threads=2\n", NULL, "weedhounds.conf");
  expect_refused (NULL, "threads=2", "group.name=value");
  expect_refused (NULL, "server.threads", "group.name=value");
  expect_refused (NULL, "server.threads=-1", "--set");
}

static void
test_printed (void)
{
  const char *const given[] = { "server.threads=7", "weedhounds.store=postgresql://me:secret@db/shop", NULL };
  g_autofree char *dir = wh_test_make_dir (), *path = NULL, *text = NULL, *again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WhSettings) settings = wh_settings_load (NULL, given, &error);
  g_autoptr (WhSettings) read = NULL;

  g_assert_no_error (error);
  text = wh_settings_print (settings);
  g_assert_null (strstr (text, "secret"));
  path = write_file (dir, text);
  read = wh_settings_load (path, given + 1, &error);
  g_assert_no_error (error);
  again = wh_settings_print (read);
  g_assert_cmpstr (text, ==, again);
  wh_test_remove_dir (dir);
}

/* A value that needs a restart stays as it was. */
static void
test_kept (void)
{
  const char *const given[] = { "server.listen=127.0.0.1:9", NULL };
  g_autoptr (WhSettings) past = wh_settings_load (NULL, given, NULL);
  g_autoptr (WhSettings) settings = wh_settings_load (NULL, NULL, NULL);

  g_assert_false (wh_settings_agree (past, settings, WH_SETTING_LISTEN));
  wh_settings_keep (settings, past, WH_SETTING_LISTEN);
  g_assert_cmpstr (wh_settings_list (settings, WH_SETTING_LISTEN)[0], ==, "127.0.0.1:9");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/settings/order", test_order);
  g_test_add_func ("/server/settings/refused", test_refused);
  g_test_add_func ("/server/settings/printed", test_printed);
  g_test_add_func ("/server/settings/kept", test_kept);
  return g_test_run ();
}
