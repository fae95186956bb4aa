/* wh-door.h: the one place where what people ask for on this machine is written: into its store, through a `serve` that has it open, or
 * into the outbox of a server.
 *
 * All go through the ledger (service/wh-ledger.h), so what a server would refuse is refused here already. */
#pragma once

#include <gio/gio.h>

#include "core/wh-edit.h"
#include "wh-pending.h"

G_BEGIN_DECLS

typedef struct {
  const char        *data_dir;    /* copied, as is */
  const char        *location;    /* of this machine's store */
  WhPending         *pending;     /* of the server's mirror; lives until the write has finished. NULL: this machine's store */
  const WhPrincipal *principal;   /* a reference is taken */
} WhDoor;

/* All of the edits (WhEdit*; the array is kept until then) or none. Main thread. */
void     wh_door_write_async  (const WhDoor *door, GPtrArray *edits, GAsyncReadyCallback callback, gpointer user_data);
/* The results, one per edit (WhLedgerResult*). NULL with the error of the first that was not done. Caller unrefs. */
GPtrArray *wh_door_write_finish (GAsyncResult *result, GError **error);

G_END_DECLS
