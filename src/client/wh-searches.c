#include "wh-searches.h"

#include <gio/gio.h>

#include "base/wh-error.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"

#define KEEP_SECONDS 60

/* Shared with the thread that writes, so counted. */
typedef struct {
  gatomicrefcount ref_count;
  char           *data_dir;
  WhPrincipal    *principal;
  WhSearchTally  *tally;
} Shared;

struct _WhSearches {
  Shared *shared;
  guint   timer;
};

static void
shared_unref (gpointer data)
{
  Shared *shared = data;

  if (!g_atomic_ref_count_dec (&shared->ref_count))
    return;
  wh_search_tally_free (shared->tally);
  wh_principal_unref (shared->principal);
  g_free (shared->data_dir);
  g_free (shared);
}

static gboolean
keep (const Shared *shared, gboolean last, GError **error)
{
  g_autofree char *lock_path = wh_paths_writer_lock (shared->data_dir), *store_path = wh_paths_store (shared->data_dir);
  g_autoptr (WhLock) lock = wh_lock_take (lock_path, error);
  g_autoptr (WhStore) store = lock ? wh_store_open (store_path, WH_STORE_WRITE, error) : NULL;

  return store && wh_search_tally_flush (shared->tally, store, shared->principal, last, error);
}

/* Nobody waits for these numbers; a store that is in use is tried again. */
static void
try_to_keep (const Shared *shared, gboolean last)
{
  g_autoptr (GError) error = NULL;

  if (wh_search_tally_is_due (shared->tally, last) && !keep (shared, last, &error) && error->code != WH_ERROR_BUSY)
    g_warning ("what was searched for could not be kept: %s", error->message);
}

static void
keep_thread (GTask *task, gpointer object, gpointer task_data, GCancellable *cancellable)
{
  try_to_keep (task_data, FALSE);
  g_task_return_boolean (task, TRUE);
}

static gboolean
keep_cb (gpointer user_data)
{
  WhSearches *searches = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  if (!wh_search_tally_is_due (searches->shared->tally, FALSE))
    return G_SOURCE_CONTINUE;
  g_atomic_ref_count_inc (&searches->shared->ref_count);
  g_task_set_task_data (task, searches->shared, shared_unref);
  g_task_run_in_thread (task, keep_thread);
  return G_SOURCE_CONTINUE;
}

WhSearches *
wh_searches_new (const char *data_dir, const WhPrincipal *principal)
{
  WhSearches *searches = g_new0 (WhSearches, 1);

  searches->shared = g_new0 (Shared, 1);
  g_atomic_ref_count_init (&searches->shared->ref_count);
  searches->shared->data_dir = g_strdup (data_dir);
  searches->shared->principal = wh_principal_ref (principal);
  searches->shared->tally = wh_search_tally_new ();
  searches->timer = g_timeout_add_seconds (KEEP_SECONDS, keep_cb, searches);
  return searches;
}

void
wh_searches_free (WhSearches *searches)
{
  g_clear_handle_id (&searches->timer, g_source_remove);
  try_to_keep (searches->shared, TRUE);
  shared_unref (searches->shared);
  g_free (searches);
}

void
wh_searches_typed (WhSearches *searches, const char *text, guint n_found)
{
  wh_search_tally_typed (searches->shared->tally, text, n_found);
}
