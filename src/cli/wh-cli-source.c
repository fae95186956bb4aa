#include "wh-cli-source.h"

#include <glib/gi18n.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-paths.h"
#include "client/wh-remote.h"
#include "core/wh-freshness.h"
#include "service/wh-ledger.h"
#include "wh-cli-output.h"
#include "wh-cli-work.h"
#include "wire/wh-wire.h"

/* How long a command waits for news when it has something to show. */
#define PATIENCE_SECONDS 2

char *
wh_cli_source_age (gint64 moment)
{
  return wh_freshness_age (moment, wh_clock_now ());
}

/* -- pulling ------------------------------------------------------------------------------------------------- */

typedef struct {
  gboolean done;
  gboolean succeeded;
  GError  *error;
} Wait;

static void
synced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->succeeded = wh_session_sync_finish (WH_SESSION (source), result, &wait->error);
  wait->done = TRUE;
}

static void
progress_cb (WhSession *session, GParamSpec *spec, gpointer user_data)
{
  if (wh_session_sync_state (session) == WH_SYNC_RUNNING)
    wh_cli_work_progress (wh_session_sync_progress (session), _("pulling the catalogue"));
}

static gboolean
out_of_patience_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_CONTINUE;
}

gboolean
wh_cli_source_sync (WhSession *session, guint patience, GError **error)
{
  Wait wait = { FALSE, FALSE, NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint timer = patience ? g_timeout_add_seconds (patience, out_of_patience_cb, cancellable) : 0;
  gulong handler = patience ? 0 : g_signal_connect (session, "notify::sync-state", G_CALLBACK (progress_cb), NULL);

  wh_session_sync_async (session, cancellable, synced_cb, &wait);
  wh_cli_work_wait (&wait.done, cancellable);
  wh_cli_work_clear ();
  if (handler)
    g_signal_handler_disconnect (session, handler);
  g_clear_handle_id (&timer, g_source_remove);
  if (wait.error)
    g_propagate_error (error, wait.error);
  return wait.succeeded;
}

static void
remark_age (WhSession *session, const GError *reason)
{
  g_autofree char *age = wh_cli_source_age (wh_session_synced_at (session));
  const char *why = reason->code == WH_ERROR_CANCELLED ? _("the server is slow to answer") : reason->message;

  if (age)
    wh_cli_output_note (_("%s; shown is what was pulled %s ago"), why, age);
  else
    wh_cli_output_note (_("%s; shown is what was pulled so far, which is not everything"), why);
}

static gboolean
look_for_news (WhSession *session, GError **error)
{
  gboolean complete = wh_session_synced_at (session) != WH_TIME_UNSET;
  g_autoptr (GError) failure = NULL;

  if (wh_cli_source_sync (session, complete ? PATIENCE_SECONDS : 0, &failure))
    return TRUE;
  if (wh_session_store (session))
    {
      remark_age (session, failure);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* What waits was put aside, or cannot be read and so is not shown. */
static void
remark_outbox (WhSession *session)
{
  WhOutbox *outbox = wh_session_outbox (session);
  g_autofree char *notice = outbox ? wh_outbox_notice (outbox) : NULL;

  if (notice)
    wh_cli_output_note ("%s", notice);
}

WhSession *
wh_cli_source_open_store (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = options->store && !options->server
                                    ? wh_session_new_on (options->data_dir, options->store, error)
                                    : wh_session_new (options->data_dir, options->server, error);

  if (!session || (options->server && !look_for_news (session, error)))
    return NULL;
  wh_session_lay (session);
  remark_outbox (session);
  if (!wh_session_store (session))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND,
                   _("no catalogue yet in %s: run “weedhounds demo” for made-up data, or “weedhounds import”"), options->data_dir);
      return NULL;
    }
  return g_steal_pointer (&session);
}

WhSession *
wh_cli_source_open (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open_store (options, error);

  if (!session)
    return NULL;
  if (!wh_catalogue_refresh (wh_session_catalogue (session), wh_session_principal (session), NULL, error))
    return NULL;
  return g_steal_pointer (&session);
}

/* -- writing ------------------------------------------------------------------------------------------------------- */

typedef struct {
  gboolean   done;
  GPtrArray *results;
  GError    *error;
} Written;

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Written *written = user_data;

  written->results = wh_session_write_finish (WH_SESSION (source), result, &written->error);
  written->done = TRUE;
}

WhEntity *
wh_cli_source_write (WhSession *session, const WhEdit *edit, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autoptr (GPtrArray) results = NULL;
  Written written = { FALSE, NULL, NULL };

  g_ptr_array_add (edits, (gpointer) edit);
  wh_session_write_async (session, edits, written_cb, &written);
  wh_cli_work_wait (&written.done, NULL);
  results = written.results;
  if (!results)
    {
      g_propagate_error (error, written.error);
      return NULL;
    }
  const WhLedgerResult *result = results->pdata[0];
  if (result->remark)
    wh_cli_output_note ("%s", result->remark);
  return result->row ? wh_entity_ref (result->row) : NULL;
}

char *
wh_cli_source_waits (WhSession *session)
{
  const char *url = wh_session_server_url (session);

  return url ? g_strdup_printf (_("; kept on this machine until it is sent to %s"), url) : g_strdup ("");
}

/* -- asking a running serve ------------------------------------------------------------------------------------ */

typedef struct {
  gboolean done;
  WhRemoteReply *reply;
  GError  *error;
} Answer;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->reply = wh_remote_send_finish (result, &answer->error);
  answer->done = TRUE;
}

static WhRemote *
open_remote (const char *data_dir)
{
  g_autofree char *socket = wh_paths_serve_socket (data_dir);
  g_autofree char *key_path = wh_paths_admin_key (data_dir);
  g_autofree char *key = NULL;
  WhRemote *remote = wh_remote_new_socket (socket);

  if (g_file_get_contents (key_path, &key, NULL, NULL))
    wh_remote_set_key (remote, g_strstrip (key));
  return remote;
}

WhJson *
wh_cli_source_ask (const char *data_dir, WhRouteId route, const char *body, GError **error)
{
  return wh_cli_source_ask_for (data_dir, route, NULL, body, error);
}

WhJson *
wh_cli_source_ask_for (const char *data_dir, WhRouteId route, const char *id, const char *body, GError **error)
{
  g_autoptr (WhRemote) remote = open_remote (data_dir);
  g_autofree char *path = wh_route_url (route, id, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  WhRemoteRequest request = { wh_route_get (route)->method, path, body, WH_LIMIT_JSON_BYTES, 0 };
  Answer answer = { FALSE, NULL, NULL };

  wh_remote_send_async (remote, &request, cancellable, answered_cb, &answer);
  wh_cli_work_wait (&answer.done, cancellable);
  g_autoptr (WhRemoteReply) reply = answer.reply;
  if (g_error_matches (answer.error, WH_ERROR, WH_ERROR_OFFLINE))
    {
      g_clear_error (&answer.error);
      g_set_error (error, WH_ERROR, WH_ERROR_BUSY, _("another program is writing to %s: try again when it has finished"), data_dir);
      return NULL;
    }
  if (!reply)
    {
      g_propagate_error (error, answer.error);
      return NULL;
    }
  gsize length;
  const char *text = g_bytes_get_data (reply->body, &length);
  if (reply->status >= 300)
    {
      g_propagate_error (error, wh_wire_error_from_reply (reply->status, text, length));
      return NULL;
    }
  return wh_json_parse (text ? text : "", length, WH_LIMIT_JSON_BYTES, error);
}
