#include "support/wh-test.h"

#include <gio/gio.h>

char *
wh_test_shared (const char *relative)
{
  const char *root = g_getenv ("WEEDHOUNDS_TEST_SHARED");
  g_autofree char *path = g_build_filename (root ? root : "../shared", relative, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_autofree char *message = g_strdup_printf ("shared/%s is not on this machine", relative);
  g_test_skip (message);
  return NULL;
}

char *
wh_test_make_dir (void)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("weedhounds-test-XXXXXX", &error);

  g_assert_no_error (error);
  return dir;
}

void
wh_test_remove_dir (const char *dir)
{
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name;

  while (entries && (name = g_dir_read_name (entries)))
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        wh_test_remove_dir (path);
      else
        g_unlink (path);
    }
  g_rmdir (dir);
}
