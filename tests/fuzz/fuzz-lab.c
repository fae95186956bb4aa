/* Any bytes as a file to import, of the kind that the first byte chooses: rows are counted whole, and a store that took some is sound. */
#include <glib/gstdio.h>

#include "service/wh-importer.h"
#include "wh-fuzz.h"

static const WhImportKind kinds[] = { WH_IMPORT_LAB, WH_IMPORT_STRAINS, WH_IMPORT_DISPENSARIES, WH_IMPORT_MENU, WH_IMPORT_REVIEWS,
                                      WH_IMPORT_ANALYTES };

static char *
write_file (const uint8_t *data, size_t size)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("wh-fuzz-XXXXXX.csv", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents_full (path, (const char *) data, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  return g_steal_pointer (&path);
}

static void
import (WhStore *store, const WhPrincipal *principal, const char *path, WhImportKind kind)
{
  const WhImportOptions options = { .kind = kind };
  g_autoptr (GError) error = NULL;
  g_autoptr (WhImportReport) report = wh_importer_run (store, principal, path, &options, NULL, NULL, NULL, &error);

  g_assert_true ((report == NULL) == (error != NULL));
  if (report)
    g_assert_cmpuint (report->rows, ==,
                      report->imported + report->updated + report->unchanged + report->duplicates + report->bad);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static WhStore *store;
  static WhPrincipal *principal;
  g_autofree char *path = NULL;

  if (size == 0)
    return 0;
  if (!store)
    {
      store = wh_store_open (":memory:", WH_STORE_WRITE, NULL);
      principal = wh_principal_new_local ();
    }
  path = write_file (data + 1, size - 1);
  import (store, principal, path, kinds[data[0] % G_N_ELEMENTS (kinds)]);
  g_unlink (path);
  return 0;
}
