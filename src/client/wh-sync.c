#include "wh-sync.h"

#include <glib/gi18n.h>

#include "base/wh-limits.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "wh-sync-page.h"
#include "wire/wh-route.h"
#include "wire/wh-wire.h"

#define STATUS_OK 200
#define STATUS_GONE 410
/* A thousand lab results with full panels are about 6 MB of JSON. */
#define USUAL_PAGE 500
#define PAGE_SECONDS 60

/* One pull. The main thread and the worker take turns with it, never at once. */
typedef struct {
  char           *data_dir;
  char           *server_url;
  WhRemote       *remote;
  WhPrincipal    *principal;
  WhSyncProgress  progress;
  gpointer        progress_data;
  guint           page_size;
  WhLock         *lock;
  WhStore        *mirror;     /* NULL until the first page of a first pull */
  char           *path;
  char           *server_id;
  char           *token;
  gboolean        began_anew;
  GBytes         *body;       /* the page to apply */
  double          fraction;
  gboolean        has_more;
} Pull;

static void
pull_free (gpointer data)
{
  Pull *pull = data;

  g_clear_pointer (&pull->mirror, wh_store_unref);
  g_clear_pointer (&pull->lock, wh_lock_release);
  g_clear_pointer (&pull->body, g_bytes_unref);
  wh_remote_unref (pull->remote);
  wh_principal_unref (pull->principal);
  g_free (pull->data_dir);
  g_free (pull->server_url);
  g_free (pull->path);
  g_free (pull->server_id);
  g_free (pull->token);
  g_free (pull);
}

/* -- in the worker ------------------------------------------------------------------------------------------- */

static gboolean
take_lock (Pull *pull, GError **error)
{
  g_autofree char *dir = wh_paths_mirror_dir (pull->data_dir);
  g_autofree char *path = g_build_filename (dir, "sync.lock", NULL);

  if (!wh_paths_ensure_dir (pull->data_dir, error) || !wh_paths_ensure_dir (dir, error))
    return FALSE;
  pull->lock = wh_lock_take (path, error);
  return pull->lock != NULL;
}

/* What is under way goes on; otherwise the best one there is. */
static gboolean
choose_mirror (Pull *pull, GError **error)
{
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (pull->data_dir, pull->server_url, pull->principal);
  WhMirror *chosen = mirrors->len ? mirrors->pdata[0] : NULL;

  for (guint i = 0; i < mirrors->len; i++)
    if (!((WhMirror *) mirrors->pdata[i])->complete)
      chosen = mirrors->pdata[i];
  if (!chosen)
    return TRUE;
  pull->path = g_strdup (chosen->path);
  pull->server_id = g_strdup (chosen->server_id);
  pull->token = g_strdup (chosen->token);
  pull->mirror = wh_store_open (pull->path, WH_STORE_MIRROR, error);
  return pull->mirror != NULL;
}

static void
prepare_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (take_lock (task_data, &error) && choose_mirror (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The server cannot go on from our token: a new mirror is built beside the complete one; an incomplete one is given up. */
static gboolean
begin_anew (Pull *pull, GError **error)
{
  if (pull->began_anew || !pull->token)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("the server asks again and again to begin from the start"));
      return FALSE;
    }
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (pull->data_dir, pull->server_url, pull->principal);
  pull->began_anew = TRUE;
  g_clear_pointer (&pull->mirror, wh_store_unref);
  for (guint i = 0; i < mirrors->len; i++)
    if (!((WhMirror *) mirrors->pdata[i])->complete)
      wh_mirror_remove (((WhMirror *) mirrors->pdata[i])->path);
  g_clear_pointer (&pull->path, g_free);
  g_clear_pointer (&pull->server_id, g_free);
  g_clear_pointer (&pull->token, g_free);
  pull->has_more = TRUE;
  return TRUE;
}

static gboolean
ensure_mirror (Pull *pull, const WhSyncPage *page, GError **error)
{
  if (pull->mirror)
    return TRUE;
  pull->server_id = g_strdup (page->server_id);
  pull->path = wh_mirror_new_path (pull->data_dir, page->server_id);
  pull->mirror = wh_store_open (pull->path, WH_STORE_MIRROR, error);
  return pull->mirror != NULL;
}

static gboolean
apply_body (Pull *pull, GError **error)
{
  g_autoptr (WhSyncPage) page = wh_sync_page_parse (pull->body, error);

  g_clear_pointer (&pull->body, g_bytes_unref);
  if (!page)
    return FALSE;
  /* Another server answers at this address now. */
  if (pull->server_id && strcmp (pull->server_id, page->server_id) != 0)
    return begin_anew (pull, error);
  if (!ensure_mirror (pull, page, error)
      || !wh_sync_page_apply (page, pull->mirror, pull->principal, pull->server_url, pull->token, error))
    return FALSE;
  g_free (pull->token);
  pull->token = g_strdup (page->token);
  pull->has_more = page->has_more;
  pull->fraction = wh_sync_page_fraction (page);
  return TRUE;
}

/* With a body: applies it. Without: begins anew. */
static void
work_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Pull *pull = task_data;
  GError *error = NULL;

  if (pull->body ? apply_body (pull, &error) : begin_anew (pull, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* -- on the main thread -------------------------------------------------------------------------------------- */

static void ask (GTask *task);

static void
fail (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* The whole pull is `task`; a step of it in the worker is a task of its own over the same data. */
static void
run_step (GTask *task, GTaskThreadFunc func, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) step = g_task_new (NULL, NULL, callback, task);

  g_task_set_task_data (step, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (step, func);
}

static void
finish (GTask *task)
{
  Pull *pull = g_task_get_task_data (task);

  /* Closed before anybody hears of it, so that the next pull finds the lock free. */
  g_clear_pointer (&pull->mirror, wh_store_unref);
  g_clear_pointer (&pull->lock, wh_lock_release);
  g_task_return_pointer (task, g_strdup (pull->path), g_free);
  g_object_unref (task);
}

static void
worked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Pull *pull = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail (task, error);
      return;
    }
  if (pull->progress && pull->path)
    pull->progress (pull->fraction, pull->path, pull->progress_data);
  if (pull->has_more)
    ask (task);
  else
    finish (task);
}

static void
replied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Pull *pull = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (WhRemoteReply) reply = wh_remote_send_finish (result, &error);

  if (!reply && g_error_matches (error, WH_ERROR, WH_ERROR_TOO_LARGE) && pull->page_size > 1)
    {
      g_clear_error (&error);
      pull->page_size /= 2;
      ask (task);
      return;
    }
  if (reply && reply->status == STATUS_OK)
    pull->body = g_bytes_ref (reply->body);
  else if (reply && reply->status != STATUS_GONE)
    error = wh_wire_error_from_reply (reply->status, g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));
  if (error)
    fail (task, error);
  else
    run_step (task, work_thread, worked_cb);
}

static void
ask (GTask *task)
{
  Pull *pull = g_task_get_task_data (task);
  g_autofree char *limit = g_strdup_printf ("%u", pull->page_size);
  g_autofree char *path = wh_route_url (WH_ROUTE_SYNC_CHANGES, NULL, "token", pull->token, "limit", limit, NULL);
  WhRemoteRequest request = { "GET", path, NULL, WH_LIMIT_JSON_BYTES, PAGE_SECONDS };

  wh_remote_send_async (pull->remote, &request, g_task_get_cancellable (task), replied_cb, task);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    ask (user_data);
  else
    fail (user_data, error);
}

void
wh_sync_pull_async (const WhSyncOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Pull *pull = g_new0 (Pull, 1);

  /* A page that is in is in: only between pages does cancelling count. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, pull, pull_free);
  pull->data_dir = g_strdup (options->data_dir);
  pull->server_url = g_strdup (options->server_url);
  pull->remote = wh_remote_ref (options->remote);
  pull->principal = wh_principal_ref (options->principal);
  pull->progress = options->progress;
  pull->progress_data = options->progress_data;
  pull->page_size = options->page ? options->page : USUAL_PAGE;
  run_step (task, prepare_thread, prepared_cb);
}

char *
wh_sync_pull_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
