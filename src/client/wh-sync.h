/* wh-sync.h: pulling what a server has into a mirror of this machine.
 *
 * A pull goes page by page; every page is applied in one transaction together with the token that asks for the next one,
 * so it may be cut anywhere and goes on where it was. Only one program of a data directory pulls at a time. */
#pragma once

#include "wh-mirror.h"
#include "wh-remote.h"

G_BEGIN_DECLS

/* After every page: share of the whole, and the mirror that is being written. Main thread. */
typedef void (*WhSyncProgress) (double fraction, const char *mirror_path, gpointer user_data);

typedef struct {
  const char        *data_dir;
  const char        *server_url;   /* normalized */
  WhRemote          *remote;
  const WhPrincipal *principal;
  guint              page;         /* changes a page; 0: as many as is sensible */
  WhSyncProgress     progress;     /* may be NULL */
  gpointer           progress_data;
} WhSyncOptions;

/* Pulls until the server has no more. Errors: WH_ERROR_OFFLINE, WH_ERROR_BUSY (another program pulls, or the server asks to wait),
 * WH_ERROR_INVALID (what it sent is wrong; nothing of that page was applied), WH_ERROR_CANCELLED … */
void  wh_sync_pull_async  (const WhSyncOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Path of the mirror that now is complete. Caller frees. */
char *wh_sync_pull_finish (GAsyncResult *result, GError **error);

G_END_DECLS
