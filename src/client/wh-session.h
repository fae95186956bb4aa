/* wh-session.h: what a window or a terminal command works on: this machine's store, or the mirror of one server.
 *
 * The one thing pages may ask. All reads come from local data; nothing here waits for the network but the calls of
 * wh-sync.h. Main thread only, except wh_session_catalogue/analyst/store whose values are thread-safe. */
#pragma once

#include <gio/gio.h>

#include "core/wh-edit.h"
#include "service/wh-analyst.h"
#include "wh-outbox.h"

G_BEGIN_DECLS

#define WH_TYPE_SESSION (wh_session_get_type ())
/* Signals: "changed" (new data: ask again), "notify::sync-state". */
G_DECLARE_FINAL_TYPE (WhSession, wh_session, WH, SESSION, GObject)

typedef enum {
  WH_SYNC_STANDALONE,   /* no server configured: works on this machine's store */
  WH_SYNC_NEVER,        /* a server, nothing pulled yet */
  WH_SYNC_RUNNING,
  WH_SYNC_CURRENT,      /* as of wh_session_synced_at everything the server had */
  WH_SYNC_OFFLINE,      /* the server cannot be reached */
  WH_SYNC_FAILED,       /* it answered, but wrongly; see wh_session_sync_error */
} WhSyncState;

/* `server_url` NULL: standalone. Opens the store or the newest mirror of that URL (when there is one); never touches the network. */
WhSession   *wh_session_new         (const char *data_dir, const char *server_url, GError **error);
/* Standalone on the store at `location`, which may be a database. */
WhSession   *wh_session_new_on      (const char *data_dir, const char *location, GError **error);
WhStore     *wh_session_store       (WhSession *session);      /* NULL while a first sync has brought nothing */
WhCatalogue *wh_session_catalogue   (WhSession *session);      /* NULL likewise */
WhAnalyst   *wh_session_analyst     (WhSession *session);      /* NULL likewise */
const WhPrincipal *wh_session_principal (WhSession *session);
const char  *wh_session_data_dir    (WhSession *session);
const char  *wh_session_server_url  (WhSession *session);      /* NULL: standalone */
/* Somebody types: `text` (folded, may be NULL) found so many. Counted without who, and kept in this machine's store; with a server
 * it is not counted. */
void         wh_session_searched    (WhSession *session, const char *text, guint n_found);
WhSyncState  wh_session_sync_state  (WhSession *session);
gint64       wh_session_synced_at   (WhSession *session);      /* last time identical to the server; WH_TIME_UNSET */
double       wh_session_sync_progress (WhSession *session);    /* 0..1 while running */
const char  *wh_session_sync_error  (WhSession *session);      /* NULL when fine */

/* The one way in: the edits (WhEdit*, all or none) go to this machine's store or, with a server, to the outbox; done once they are safe,
 * server or no server. Then "changed" follows. Errors: that of the first edit that cannot be made, WH_ERROR_OFFLINE while nothing was
 * pulled yet, WH_ERROR_BUSY when another program writes to the store … */
void         wh_session_write_async (WhSession *session, GPtrArray *edits, GAsyncReadyCallback callback, gpointer user_data);
/* What became of each (WhLedgerResult*). Caller unrefs. */
GPtrArray   *wh_session_write_finish (WhSession *session, GAsyncResult *result, GError **error);
/* Reads what waits now; without it that happens off the main thread before the catalogue is read. For commands. */
void         wh_session_lay         (WhSession *session);
guint        wh_session_waiting     (WhSession *session);      /* changes that wait to be sent to this server */
WhOutbox    *wh_session_outbox      (WhSession *session);      /* NULL: standalone */

/* Pulls until there is no more. One at a time; a second call joins the first. */
void         wh_session_sync_async  (WhSession *session, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean     wh_session_sync_finish (WhSession *session, GAsyncResult *result, GError **error);
/* Looks every `seconds` for news: from the server, or (standalone) in the store; refreshes the catalogue off the main
 * thread and emits "changed". 0 stops. */
void         wh_session_watch       (WhSession *session, guint seconds);

G_END_DECLS
