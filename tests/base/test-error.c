#include "base/wh-error.h"
#include "support/wh-test.h"

#include <errno.h>
#include <gio/gio.h>

static void
test_words (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (int code = WH_ERROR_FAILED; code <= WH_ERROR_NO_SPACE; code++)
    g_assert_true (g_hash_table_add (seen, (gpointer) wh_error_word (code)));
  g_assert_cmpstr (wh_error_word (WH_ERROR_NOT_FOUND), ==, "not_found");
  g_assert_cmpstr (wh_error_word (WH_ERROR_NO_SPACE), ==, "no_space");
  g_assert_cmpstr (wh_error_word (999), ==, "failed");
}

static void
test_errno (void)
{
  static const struct { int number; WhErrorCode code; } cases[] = {
    { ENOENT, WH_ERROR_NOT_FOUND }, { EACCES, WH_ERROR_DENIED }, { EPERM, WH_ERROR_DENIED }, { ENOSPC, WH_ERROR_NO_SPACE },
    { EDQUOT, WH_ERROR_NO_SPACE }, { EROFS, WH_ERROR_DENIED }, { EISDIR, WH_ERROR_INVALID }, { EEXIST, WH_ERROR_CONFLICT },
    { EIO, WH_ERROR_FAILED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      wh_error_set_errno (&error, cases[i].number, "store.db");
      g_assert_error (error, WH_ERROR, (int) cases[i].code);
      g_assert_true (g_str_has_prefix (error->message, "store.db: "));
    }
}

static void
test_io (void)
{
  g_autoptr (GError) error = NULL;

  wh_error_take_io (&error, g_error_new (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "cut"), "a.gz");
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "a.gz: cut");
  wh_error_take_io (NULL, g_error_new (G_FILE_ERROR, G_FILE_ERROR_IO, "x"), "y");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/error/words", test_words);
  g_test_add_func ("/base/error/errno", test_errno);
  g_test_add_func ("/base/error/io", test_io);
  return g_test_run ();
}
