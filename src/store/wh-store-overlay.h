/* wh-store-overlay.h: changes laid over a store that stay out of it.
 *
 * A mirror stays what its server said, yet whoever reads it sees at once what was written here and waits to be sent: every
 * read answers as if the laid changes had been made, the pending row in place of the server's. Rows that come from an overlay have
 * revision 0. A store opened with WH_STORE_READ may also divert its writes: what a write changes is then handed over as
 * changes, and laid on once these are kept safe, instead of touching the file. So whatever writes through wh_store_write
 * writes to an outbox without knowing it. */
#pragma once

#include "wh-store.h"

G_BEGIN_DECLS

/* Immutable, refcounted; readers keep the one they began with. */
typedef struct _WhStoreOverlay WhStoreOverlay;

/* `changes` (WhChange*, oldest first) on top of `below` (NULL: of nothing). Their entities are shared and must not change. */
WhStoreOverlay *wh_store_overlay_extend (const WhStoreOverlay *below, const GPtrArray *changes);
WhStoreOverlay *wh_store_overlay_ref    (const WhStoreOverlay *overlay);
void            wh_store_overlay_unref  (WhStoreOverlay *overlay);

/* Returns the overlay that is to lie on the store, given the one that does (NULL: none): a new reference, which may be the same; NULL
 * takes it off. With `error` set nothing changes. */
typedef WhStoreOverlay *(*WhOverlayFunc) (const WhStoreOverlay *current, gpointer user_data, GError **error);
/* No write runs meanwhile. Where rows of the catalogue change by it, wh_store_revision grows. */
gboolean        wh_store_lay            (WhStore *store, WhOverlayFunc func, gpointer user_data, GError **error);

/* Keeps the changes of one write safe, all or none; they are laid on when it says TRUE. Called on the thread that writes. */
typedef gboolean (*WhDivertFunc) (const WhPrincipal *principal, const char *action, const GPtrArray *changes, gpointer user_data,
                                  GError **error);
/* NULL: writes are refused again. Returns when no diverted write runs. */
void            wh_store_divert         (WhStore *store, WhDivertFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStoreOverlay, wh_store_overlay_unref)

G_END_DECLS
