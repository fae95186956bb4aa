/* wh-cli-outbox.h: what waits in the outbox, in words. */
#pragma once

#include "client/wh-outbox.h"

G_BEGIN_DECLS

/* How much waits, over all servers and users. */
typedef struct {
  guint  n_changes;
  guint  n_unknown;    /* of them, those of a newer program */
  gsize  bytes;
  gint64 oldest;       /* WH_TIME_UNSET: none */
} WhCliWaiting;

gboolean wh_cli_outbox_sum (WhOutbox *outbox, WhCliWaiting *out_waiting, GError **error);

G_END_DECLS
