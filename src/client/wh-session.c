#include "wh-session.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "wh-door.h"
#include "wh-mirror.h"
#include "wh-pending.h"
#include "wh-remote.h"
#include "wh-searches.h"
#include "wh-sync.h"

/* While a first pull runs, what is in already is shown anew at most this often. */
#define GLIMPSE_INTERVAL (3 * WH_TIME_SECOND)

/* What is read: the store or one mirror, with what answers from it. Shared with workers, so counted. */
typedef struct {
  gatomicrefcount ref_count;
  char           *path;
  WhStore        *store;
  WhCatalogue    *catalogue;
  WhAnalyst      *analyst;
  WhPending      *pending;     /* of a mirror: what waits, laid over it */
} Source;

/* What a source is opened with; borrowed. */
typedef struct {
  const char        *cache_dir;
  const WhPrincipal *principal;
  WhOutbox          *outbox;      /* NULL: this machine's store */
} Opening;

struct _WhSession {
  GObject      parent_instance;
  char        *data_dir;
  char        *location;     /* of this machine's store */
  char        *server_url;
  WhPrincipal *principal;
  WhRemote    *remote;       /* NULL: standalone */
  Source      *source;       /* NULL while there is nothing to read */
  GPtrArray   *retired;      /* Source*: pages may still be asking them */
  WhSyncState  state;
  gint64       synced_at;
  double       progress;
  char        *sync_error;
  GPtrArray   *joined;       /* GTask*: who waits for the running pull */
  WhOutbox    *outbox;       /* NULL: standalone */
  gboolean     renewing;
  gboolean     written;      /* something since the last renewal began */
  gint64       glimpsed_at;
  guint        first_look;
  guint        watch;
  WhAnalyst   *looking;      /* that looks for devices; not owned */
  WhSearches  *searches;     /* NULL: nobody searched, or there is a server */
};

G_DEFINE_FINAL_TYPE (WhSession, wh_session, G_TYPE_OBJECT)

enum { PROP_0, PROP_SYNC_STATE, N_PROPERTIES };
enum { CHANGED, N_SIGNALS };
static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

/* -- sources ------------------------------------------------------------------------------------------------- */

/* Where that fails the outbox has the reason for whoever shows it, and reading goes on. */
static void
lay_pending (Source *source, gboolean *out_changed)
{
  g_autoptr (GError) error = NULL;

  if (source->pending && !wh_pending_refresh (source->pending, out_changed, &error))
    g_debug ("reading the outbox: %s", error->message);
}

static Source *
source_open (const char *path, const Opening *opening, GError **error)
{
  g_autoptr (WhStore) store = wh_mirror_open (path, error);

  if (!store)
    return NULL;
  Source *source = g_new0 (Source, 1);
  g_atomic_ref_count_init (&source->ref_count);
  source->path = g_strdup (path);
  source->catalogue = wh_catalogue_new (store);
  source->analyst = wh_analyst_new (source->catalogue, opening->cache_dir);
  source->store = g_steal_pointer (&store);
  if (opening->outbox)
    source->pending = wh_pending_new (opening->outbox, source->store, opening->principal);
  return source;
}

static Source *
source_ref (Source *source)
{
  g_atomic_ref_count_inc (&source->ref_count);
  return source;
}

static void
source_unref (Source *source)
{
  if (!g_atomic_ref_count_dec (&source->ref_count))
    return;
  g_clear_pointer (&source->pending, wh_pending_free);
  wh_analyst_free (source->analyst);
  wh_catalogue_free (source->catalogue);
  wh_store_unref (source->store);
  g_free (source->path);
  g_free (source);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Source, source_unref)

/* Old sources stay until the end: a worker of the window may still read from one. */
static void
adopt (WhSession *session, Source *source)
{
  if (session->source)
    g_ptr_array_add (session->retired, session->source);
  session->source = source;
}

/* -- renewing: opening and reading anew, off the main thread --------------------------------------------------- */

typedef struct {
  char        *path, *cache_dir;
  Source      *current;     /* NULL: nothing is open */
  WhPrincipal *principal;
  WhOutbox    *outbox;
  gboolean     changed;     /* there is something new to read */
} Renewal;

static void
renewal_free (gpointer data)
{
  Renewal *renewal = data;

  g_free (renewal->path);
  g_free (renewal->cache_dir);
  g_clear_pointer (&renewal->current, source_unref);
  wh_principal_unref (renewal->principal);
  g_clear_pointer (&renewal->outbox, wh_outbox_unref);
  g_free (renewal);
}

static void
renew_thread (GTask *task, gpointer object, gpointer task_data, GCancellable *cancellable)
{
  Renewal *renewal = task_data;
  Opening opening = { renewal->cache_dir, renewal->principal, renewal->outbox };
  gboolean laid = FALSE, fresh = FALSE;
  GError *error = NULL;
  g_autoptr (Source) source = renewal->current && strcmp (renewal->current->path, renewal->path) == 0
                                ? source_ref (renewal->current)
                                : source_open (renewal->path, &opening, &error);

  if (source)
    lay_pending (source, &laid);
  if (source && wh_catalogue_refresh (source->catalogue, renewal->principal, &fresh, &error))
    renewal->changed = renewal->changed || laid || fresh;
  if (!error)
    g_task_return_pointer (task, g_steal_pointer (&source), (GDestroyNotify) source_unref);
  else
    g_task_return_error (task, error);
}

static void
renew_async (WhSession *session, const char *path, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, NULL, callback, user_data);
  Renewal *renewal = g_new0 (Renewal, 1);

  renewal->path = g_strdup (path);
  renewal->cache_dir = wh_paths_cache_dir (session->data_dir);
  renewal->current = session->source ? source_ref (session->source) : NULL;
  renewal->principal = wh_principal_ref (session->principal);
  renewal->outbox = session->outbox ? wh_outbox_ref (session->outbox) : NULL;
  renewal->changed = session->written;
  session->written = FALSE;
  g_task_set_task_data (task, renewal, renewal_free);
  g_task_run_in_thread (task, renew_thread);
}

static gboolean
renew_finish (WhSession *session, GAsyncResult *result, GError **error)
{
  Renewal *renewal = g_task_get_task_data (G_TASK (result));
  g_autoptr (Source) source = g_task_propagate_pointer (G_TASK (result), error);

  if (!source)
    return FALSE;
  gboolean other = source != session->source;
  if (other)
    adopt (session, g_steal_pointer (&source));
  if (other || renewal->changed)
    g_signal_emit (session, signals[CHANGED], 0);
  return TRUE;
}

static void look (WhSession *session, const char *path);

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WhSession *session = WH_SESSION (object);
  g_autoptr (GError) error = NULL;

  session->renewing = FALSE;
  session->glimpsed_at = wh_clock_monotonic ();
  if (!renew_finish (session, result, &error))
    g_warning ("reading the catalogue: %s", error->message);
  if (session->written && session->source)
    look (session, session->source->path);
}

/* Nobody waits for this one. */
static void
look (WhSession *session, const char *path)
{
  if (session->renewing)
    return;
  session->renewing = TRUE;
  renew_async (session, path, looked_cb, NULL);
}

/* -- writing ------------------------------------------------------------------------------------------------- */

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WhSession *session = g_task_get_source_object (task);
  GError *error = NULL;
  GPtrArray *results = wh_door_write_finish (result, &error);

  if (!results)
    {
      g_task_return_error (task, error);
      return;
    }
  session->written = TRUE;
  look (session, session->source ? session->source->path : session->location);
  g_task_return_pointer (task, results, (GDestroyNotify) g_ptr_array_unref);
}

void
wh_session_write_async (WhSession *session, GPtrArray *edits, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, NULL, callback, user_data);
  /* Sources live as long as the session, which the task holds. */
  WhDoor door = { session->data_dir, session->location, session->source ? session->source->pending : NULL, session->principal };

  if (session->remote && !session->source)
    {
      g_task_return_new_error (task, WH_ERROR, WH_ERROR_OFFLINE,
                               _("nothing was pulled from %s yet, so nothing can be written for it: sync once first"), session->server_url);
      g_object_unref (task);
      return;
    }
  wh_door_write_async (&door, edits, written_cb, task);
}

GPtrArray *
wh_session_write_finish (WhSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
wh_session_lay (WhSession *session)
{
  if (session->source)
    lay_pending (session->source, NULL);
}

guint
wh_session_waiting (WhSession *session)
{
  return session->source && session->source->pending ? wh_pending_count (session->source->pending) : 0;
}

WhOutbox *
wh_session_outbox (WhSession *session)
{
  return session->outbox;
}

/* -- pulling ------------------------------------------------------------------------------------------------- */

static void
set_state (WhSession *session, WhSyncState state, const char *message)
{
  g_free (session->sync_error);
  session->sync_error = g_strdup (message);
  session->state = state;
  g_object_notify_by_pspec (G_OBJECT (session), properties[PROP_SYNC_STATE]);
}

static void
release_joined (WhSession *session, const GError *error)
{
  g_autoptr (GPtrArray) joined = g_steal_pointer (&session->joined);

  for (guint i = 0; i < joined->len; i++)
    {
      if (error)
        g_task_return_error (joined->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (joined->pdata[i], TRUE);
    }
}

/* Another program that pulls is no failure: its pages arrive in the same mirror. */
static void
end_with_error (WhSession *session, const GError *error)
{
  WhSyncState quiet = session->synced_at == WH_TIME_UNSET ? WH_SYNC_NEVER : WH_SYNC_CURRENT;

  if (error->code == WH_ERROR_OFFLINE)
    set_state (session, WH_SYNC_OFFLINE, error->message);
  else if (error->code == WH_ERROR_CANCELLED || error->code == WH_ERROR_BUSY)
    set_state (session, quiet, NULL);
  else
    set_state (session, WH_SYNC_FAILED, error->message);
  release_joined (session, error);
}

static void
renewed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WhSession *session = WH_SESSION (object);
  g_autoptr (GError) error = NULL;

  if (!renew_finish (session, result, &error))
    {
      end_with_error (session, error);
      return;
    }
  wh_mirror_remove_others (session->data_dir, session->server_url, session->source->path, session->principal);
  session->synced_at = wh_clock_now ();
  session->progress = 1;
  set_state (session, WH_SYNC_CURRENT, NULL);
  release_joined (session, NULL);
}

static void
pulled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WhSession) session = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = wh_sync_pull_finish (result, &error);

  if (path)
    renew_async (session, path, renewed_cb, NULL);
  else
    end_with_error (session, error);
}

static void
progress_cb (double fraction, const char *path, gpointer user_data)
{
  WhSession *session = user_data;
  gboolean first = session->synced_at == WH_TIME_UNSET;

  session->progress = fraction;
  g_object_notify_by_pspec (G_OBJECT (session), properties[PROP_SYNC_STATE]);
  if (first && wh_clock_monotonic () - session->glimpsed_at > GLIMPSE_INTERVAL)
    look (session, path);
}

void
wh_session_sync_async (WhSession *session, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  gboolean running = session->joined != NULL;
  WhSyncOptions options = { session->data_dir, session->server_url, session->remote, session->principal, 0, progress_cb, session };

  g_task_set_check_cancellable (task, FALSE);
  if (!session->remote)
    {
      g_task_return_new_error (task, WH_ERROR, WH_ERROR_INVALID, _("there is no server to sync with: give one with --server"));
      g_object_unref (task);
      return;
    }
  if (!running)
    session->joined = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (session->joined, task);
  if (running)
    return;
  session->progress = 0;
  set_state (session, WH_SYNC_RUNNING, NULL);
  wh_sync_pull_async (&options, cancellable, pulled_cb, g_object_ref (session));
}

gboolean
wh_session_sync_finish (WhSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- watching ------------------------------------------------------------------------------------------------ */

/* Of a database only opening it can tell. */
static gboolean
store_is_there (WhSession *session)
{
  return wh_store_location_is_server (session->location) || g_file_test (session->location, G_FILE_TEST_EXISTS);
}

static void
look_at_store (WhSession *session)
{
  if (!session->source)
    {
      if (store_is_there (session))
        look (session, session->location);
      return;
    }
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (session->source->catalogue);
  if (wh_store_revision (session->source->store) != wh_snapshot_revision (snapshot))
    look (session, session->location);
}

static gboolean
watch_cb (gpointer user_data)
{
  WhSession *session = user_data;

  if (!session->remote)
    look_at_store (session);
  else if (session->source)
    look (session, session->source->path);   /* another program may have put something into the outbox */
  if (session->remote && !session->joined)
    wh_session_sync_async (session, NULL, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

/* After the first moments, which belong to the one who opened the window. */
static gboolean
tick_cb (gpointer user_data)
{
  WhSession *session = user_data;
  WhAnalyst *analyst = wh_session_analyst (session);

  if (analyst && analyst != session->looking)
    wh_analyst_look_for_devices (session->looking = analyst);
  return watch_cb (session);
}

static gboolean
first_look_cb (gpointer user_data)
{
  WhSession *session = user_data;

  session->first_look = 0;
  if (session->source)
    look (session, session->source->path);
  return G_SOURCE_REMOVE;
}

void
wh_session_watch (WhSession *session, guint seconds)
{
  g_clear_handle_id (&session->watch, g_source_remove);
  if (!seconds)
    return;
  session->watch = g_timeout_add_seconds (seconds, tick_cb, session);
  watch_cb (session);
}

/* -- the object ---------------------------------------------------------------------------------------------- */

static gboolean
open_store (WhSession *session, GError **error)
{
  g_autofree char *cache_dir = wh_paths_cache_dir (session->data_dir);

  session->state = WH_SYNC_STANDALONE;
  if (!store_is_there (session))
    return TRUE;
  session->source = source_open (session->location, &(Opening){ cache_dir, session->principal, NULL }, error);
  return session->source != NULL;
}

static gboolean
open_mirror (WhSession *session, const char *server_url, GError **error)
{
  g_autofree char *cache_dir = wh_paths_cache_dir (session->data_dir);

  session->server_url = wh_remote_normalize_url (server_url, error);
  if (!session->server_url)
    return FALSE;
  session->remote = wh_remote_new (session->server_url);
  session->outbox = wh_outbox_new (session->data_dir);
  session->state = WH_SYNC_NEVER;
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (session->data_dir, session->server_url, session->principal);
  if (mirrors->len == 0)
    return TRUE;
  WhMirror *mirror = mirrors->pdata[0];
  session->synced_at = mirror->synced_at;
  if (mirror->complete)
    session->state = WH_SYNC_CURRENT;
  session->source = source_open (mirror->path, &(Opening){ cache_dir, session->principal, session->outbox }, error);
  return session->source != NULL;
}

static WhSession *
session_new (const char *data_dir, const char *location, const char *server_url, GError **error)
{
  g_autoptr (WhSession) session = g_object_new (WH_TYPE_SESSION, NULL);

  session->data_dir = wh_paths_data_dir (data_dir);
  session->location = location ? g_strdup (location) : wh_paths_store (session->data_dir);
  if (!(server_url ? open_mirror (session, server_url, error) : open_store (session, error)))
    return NULL;
  /* The catalogue is read once the caller has shown its face. */
  session->first_look = g_idle_add (first_look_cb, session);
  return g_steal_pointer (&session);
}

WhSession *
wh_session_new (const char *data_dir, const char *server_url, GError **error)
{
  return session_new (data_dir, NULL, server_url, error);
}

WhSession *
wh_session_new_on (const char *data_dir, const char *location, GError **error)
{
  return session_new (data_dir, location, NULL, error);
}

static void
wh_session_init (WhSession *session)
{
  session->principal = wh_principal_new_local ();
  session->retired = g_ptr_array_new_with_free_func ((GDestroyNotify) source_unref);
  session->synced_at = WH_TIME_UNSET;
}

static void
wh_session_finalize (GObject *object)
{
  WhSession *session = WH_SESSION (object);

  g_clear_handle_id (&session->watch, g_source_remove);
  g_clear_handle_id (&session->first_look, g_source_remove);
  g_clear_pointer (&session->searches, wh_searches_free);
  g_clear_pointer (&session->source, source_unref);
  g_ptr_array_unref (session->retired);
  g_clear_pointer (&session->remote, wh_remote_unref);
  g_clear_pointer (&session->outbox, wh_outbox_unref);
  wh_principal_unref (session->principal);
  g_free (session->data_dir);
  g_free (session->location);
  g_free (session->server_url);
  g_free (session->sync_error);
  G_OBJECT_CLASS (wh_session_parent_class)->finalize (object);
}

static void
wh_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_SYNC_STATE)
    g_value_set_int (value, WH_SESSION (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
wh_session_class_init (WhSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = wh_session_finalize;
  object_class->get_property = wh_session_get_property;
  properties[PROP_SYNC_STATE] = g_param_spec_int ("sync-state", NULL, NULL, WH_SYNC_STANDALONE, WH_SYNC_FAILED, WH_SYNC_STANDALONE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[CHANGED] = g_signal_new ("changed", WH_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

void
wh_session_searched (WhSession *session, const char *text, guint n_found)
{
  if (session->remote || !session->source)
    return;
  if (!session->searches)
    session->searches = wh_searches_new (session->data_dir, session->principal);
  wh_searches_typed (session->searches, text, n_found);
}

WhStore *
wh_session_store (WhSession *session)
{
  return session->source ? session->source->store : NULL;
}

WhCatalogue *
wh_session_catalogue (WhSession *session)
{
  return session->source ? session->source->catalogue : NULL;
}

WhAnalyst *
wh_session_analyst (WhSession *session)
{
  return session->source ? session->source->analyst : NULL;
}

const WhPrincipal *
wh_session_principal (WhSession *session)
{
  return session->principal;
}

const char *
wh_session_data_dir (WhSession *session)
{
  return session->data_dir;
}

const char *
wh_session_server_url (WhSession *session)
{
  return session->server_url;
}

WhSyncState
wh_session_sync_state (WhSession *session)
{
  return session->state;
}

gint64
wh_session_synced_at (WhSession *session)
{
  return session->synced_at;
}

double
wh_session_sync_progress (WhSession *session)
{
  return session->progress;
}

const char *
wh_session_sync_error (WhSession *session)
{
  return session->sync_error;
}
