/* Any bytes as the configuration: it is in force as a whole, and printed it says the same, or an error says what is wrong. */
#include <glib/gstdio.h>

#include "server/wh-settings.h"
#include "wh-fuzz.h"

static char *
write_file (const char *bytes, gsize size)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("wh-fuzz-XXXXXX.conf", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  return g_steal_pointer (&path);
}

static WhSettings *
load (const char *bytes, gsize size, GError **error)
{
  g_autofree char *path = write_file (bytes, size);
  WhSettings *settings = wh_settings_load (path, NULL, error);

  g_unlink (path);
  return settings;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhSettings) settings = load ((const char *) data, size, &error);

  g_assert_true ((settings == NULL) == (error != NULL));
  if (error)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (settings)
    g_free (wh_settings_print (settings));
  return 0;
}
