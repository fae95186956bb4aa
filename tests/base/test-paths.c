#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "support/wh-test.h"

static void
assert_data_dir (const char *override, const char *expected)
{
  g_autofree char *dir = wh_paths_data_dir (override);

  g_assert_cmpstr (dir, ==, expected);
}

static void
test_order (void)
{
  g_autofree char *user = g_build_filename (g_get_user_data_dir (), "weedhounds", NULL);

  g_unsetenv ("WEEDHOUNDS_DATA_DIR");
  g_unsetenv ("STATE_DIRECTORY");
  assert_data_dir (NULL, user);
  g_setenv ("STATE_DIRECTORY", "/var/lib/one:/var/lib/two", TRUE);
  assert_data_dir ("", "/var/lib/one");
  g_setenv ("WEEDHOUNDS_DATA_DIR", "/srv/weed", TRUE);
  assert_data_dir (NULL, "/srv/weed");
  assert_data_dir ("/tmp/a/../b", "/tmp/b");
  g_unsetenv ("WEEDHOUNDS_DATA_DIR");
  g_unsetenv ("STATE_DIRECTORY");
}

static void
test_relative (void)
{
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *expected = g_build_filename (here, "data", NULL);

  assert_data_dir ("data", expected);
}

static void
test_names (void)
{
  static const struct { char *(*path) (const char *); const char *expected; } cases[] = {
    { wh_paths_store, "/d/store.db" }, { wh_paths_outbox, "/d/outbox.db" }, { wh_paths_mirror_dir, "/d/mirror" },
    { wh_paths_writer_lock, "/d/writer.lock" }, { wh_paths_serve_socket, "/d/serve.sock" },
    { wh_paths_admin_key, "/d/admin.key" }, { wh_paths_cache_dir, "/d/cache" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = cases[i].path ("/d");

      g_assert_cmpstr (path, ==, cases[i].expected);
    }
}

static void
test_mirror_stays_inside (void)
{
  g_autofree char *plain = wh_paths_mirror ("/d", "0190-ab_C");
  g_autofree char *hostile = wh_paths_mirror ("/d", "../../etc/x");

  g_assert_cmpstr (plain, ==, "/d/mirror/0190-ab_C.db");
  g_assert_cmpstr (hostile, ==, "/d/mirror/______etc_x.db");
}

static void
test_ensure (void)
{
  g_autofree char *top = wh_test_make_dir ();
  g_autofree char *deep = g_build_filename (top, "a", "b", NULL);
  g_autofree char *file = g_build_filename (top, "file", NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_assert_true (wh_paths_ensure_dir (deep, &error));
  g_assert_true (wh_paths_ensure_dir (deep, &error));
  wh_test_no_error (error);
  g_assert_cmpint (g_stat (deep, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_false (wh_paths_ensure_dir (file, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == WH_ERROR);
  wh_test_remove_dir (top);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/paths/order", test_order);
  g_test_add_func ("/base/paths/relative", test_relative);
  g_test_add_func ("/base/paths/names", test_names);
  g_test_add_func ("/base/paths/mirror-stays-inside", test_mirror_stays_inside);
  g_test_add_func ("/base/paths/ensure", test_ensure);
  return g_test_run ();
}
