/* wh-sync-mark.h: the quiet dot in the header: is this screen what the server has, and since when. */
#pragma once

#include <gtk/gtk.h>

#include "client/wh-session.h"

G_BEGIN_DECLS

#define WH_TYPE_SYNC_MARK (wh_sync_mark_get_type ())
G_DECLARE_FINAL_TYPE (WhSyncMark, wh_sync_mark, WH, SYNC_MARK, GtkWidget)

void wh_sync_mark_set_session (WhSyncMark *mark, WhSession *session);

G_END_DECLS
