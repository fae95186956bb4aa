#include "wh-test-run.h"

#include <gio/gio.h>
#include <string.h>

static GSubprocessLauncher *
launcher_new (const char *dir)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *data = g_build_filename (dir, "data", NULL);
  static const char *const unwanted[] = { "DISPLAY", "WAYLAND_DISPLAY", "WEEDHOUNDS_SERVER", "WEEDHOUNDS_STORE",
                                          "STATE_DIRECTORY", "COLUMNS", "LANGUAGE" };

  for (guint i = 0; i < G_N_ELEMENTS (unwanted); i++)
    g_subprocess_launcher_unsetenv (launcher, unwanted[i]);
  g_subprocess_launcher_set_cwd (launcher, dir);
  g_subprocess_launcher_setenv (launcher, "WEEDHOUNDS_DATA_DIR", data, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", dir, TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  return launcher;
}

static WhTestRun *
run (const char *dir, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = launcher_new (dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  WhTestRun *done = g_new0 (WhTestRun, 1);

  wh_test_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &done->out, &done->err, &error);
  wh_test_no_error (error);
  done->status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  return done;
}

WhTestRun *
wh_test_run (const char *dir, const char *arguments)
{
  g_autofree char *line = g_strconcat ("program ", arguments, NULL);
  g_auto (GStrv) argv = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  g_free (argv[0]);
  argv[0] = g_strdup (g_getenv ("WEEDHOUNDS_TEST_BINARY"));
  return run (dir, (const char *const *) argv);
}

WhTestRun *
wh_test_run_shell (const char *dir, const char *script)
{
  const char *argv[] = { "bash", "-c", script, NULL };

  return run (dir, argv);
}

void
wh_test_run_free (WhTestRun *done)
{
  g_free (done->out);
  g_free (done->err);
  g_free (done);
}

char *
wh_test_say (const char *dir, const char *arguments, int status)
{
  g_autoptr (WhTestRun) done = wh_test_run (dir, arguments);

  if (done->status != status)
    g_test_message ("weedhounds %s: status %d\n%s%s", arguments, done->status, done->out, done->err);
  g_assert_cmpint (done->status, ==, status);
  return g_strdup (*done->out ? done->out : done->err);
}

WhJson *
wh_test_ask (const char *dir, const char *arguments, int status)
{
  g_autofree char *line = g_strconcat (arguments, " --json", NULL);
  g_autofree char *text = wh_test_say (dir, line, status);
  g_autoptr (GError) error = NULL;
  WhJson *json = wh_json_parse (text, strlen (text), G_MAXSIZE, &error);

  wh_test_no_error (error);
  return json;
}

void
wh_test_write (const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

void
wh_test_has_keys (const WhJsonNode *node, const char *keys)
{
  g_auto (GStrv) list = g_strsplit (keys, " ", -1);

  g_assert_true (wh_json_is_object (node));
  for (char **key = list; *key; key++)
    {
      if (!wh_json_member (node, *key))
        g_test_message ("no key %s", *key);
      g_assert_nonnull (wh_json_member (node, *key));
    }
}
