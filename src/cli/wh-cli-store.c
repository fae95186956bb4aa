#include "wh-cli-store.h"

#include "base/wh-error.h"
#include "base/wh-paths.h"

char *
wh_cli_store_location (const WhCliOptions *options)
{
  return options->store ? g_strdup (options->store) : wh_paths_store (options->data_dir);
}

WhStore *
wh_cli_store_open (const WhCliOptions *options, WhStoreMode mode, GError **error)
{
  const WhStoreSettings settings = { .replicas = (const char *const *) options->replicas };
  g_autofree char *location = wh_cli_store_location (options);

  return wh_store_open_with (location, mode, &settings, error);
}

gboolean
wh_cli_store_open_for_writing (const WhCliOptions *options, WhLock **out_lock, WhStore **out_store, GError **error)
{
  g_autofree char *lock_path = wh_paths_writer_lock (options->data_dir);
  g_autoptr (GError) busy = NULL;

  *out_lock = NULL;
  *out_store = NULL;
  if (!wh_paths_ensure_dir (options->data_dir, error))
    return FALSE;
  if (!options->store)
    *out_lock = wh_lock_take (lock_path, &busy);
  if (g_error_matches (busy, WH_ERROR, WH_ERROR_BUSY))
    return TRUE;
  if (busy)
    {
      g_propagate_error (error, g_steal_pointer (&busy));
      return FALSE;
    }
  *out_store = wh_cli_store_open (options, WH_STORE_WRITE, error);
  return *out_store != NULL;
}
