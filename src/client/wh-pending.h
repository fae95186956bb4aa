/* wh-pending.h: what waits in the outbox for one server and one user, laid over that server's mirror; and the way into it.
 *
 * While it lives, the mirror's readers see the changes that wait, and what is written through wh_store_write goes to the outbox. */
#pragma once

#include "store/wh-store.h"
#include "wh-outbox.h"

G_BEGIN_DECLS

typedef struct _WhPending WhPending;

/* `mirror` was opened for reading; its notes name the server. Nothing is laid on before the first refresh. */
WhPending *wh_pending_new     (WhOutbox *outbox, WhStore *mirror, const WhPrincipal *principal);
void       wh_pending_free    (WhPending *pending);
/* Lays on what this and other programs put into the outbox. out_changed (may be NULL): whether there was any. Any thread. */
gboolean   wh_pending_refresh (WhPending *pending, gboolean *out_changed, GError **error);
WhStore   *wh_pending_mirror  (WhPending *pending);
/* Changes that wait for this server and user, as of the last refresh or write; those of a newer program included. */
guint      wh_pending_count   (WhPending *pending);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPending, wh_pending_free)

G_END_DECLS
