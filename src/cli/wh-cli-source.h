/* wh-cli-source.h: what reading commands read from, and how writing commands reach a running `serve`. */
#pragma once

#include "base/wh-json.h"
#include "client/wh-session.h"
#include "wh-cli-options.h"
#include "wire/wh-route.h"

G_BEGIN_DECLS

/* This machine's store, or the mirror of --server after a quick look for news; the catalogue is read. Remarks about the age
 * of a mirror go to stderr. WH_ERROR_NOT_FOUND without a catalogue, WH_ERROR_OFFLINE without server and mirror. */
WhSession *wh_cli_source_open (const WhCliOptions *options, GError **error);
/* The same for a command that goes over the store itself: its catalogue stays empty. */
WhSession *wh_cli_source_open_store (const WhCliOptions *options, GError **error);
/* Pulls everything the server has; `patience` in seconds, 0: as long as it takes. */
gboolean   wh_cli_source_sync (WhSession *session, guint patience, GError **error);
/* Writes one edit and waits until it is safe. The row as it is then; NULL after a deletion, and with an error. Caller unrefs. */
WhEntity  *wh_cli_source_write (WhSession *session, const WhEdit *edit, GError **error);
/* What to say behind "done": "" or ", and waits to be sent to http://…". Caller frees. */
char      *wh_cli_source_waits (WhSession *session);
/* Asks the `serve` that holds this data directory, through its socket; the reply's document, whose member "data" counts.
 * WH_ERROR_BUSY when it is not there: some other program then holds the writer's lock. */
WhJson    *wh_cli_source_ask  (const char *data_dir, WhRouteId route, const char *body, GError **error);
/* The same of a route with {id}. */
WhJson    *wh_cli_source_ask_for (const char *data_dir, WhRouteId route, const char *id, const char *body, GError **error);

/* "3 hours"; for how old facts are. NULL for WH_TIME_UNSET. Caller frees. */
char      *wh_cli_source_age  (gint64 moment);

G_END_DECLS
