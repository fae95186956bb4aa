/* wh-patience.h: how long the server waits for a peer. The HTTP library's own time-out forgives one that sends a byte now and
 * then; here every step has its time as a whole, and a peer that misses it is hung up on. Thread-safe; knows descriptors only. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WhPatience WhPatience;
typedef struct _WhPeer     WhPeer;

WhPatience *wh_patience_new    (void);
/* No peer may be left. */
void        wh_patience_free   (WhPatience *patience);
WhPeer     *wh_patience_add    (WhPatience *patience, int fd);
/* To be called before the descriptor is closed, since its number is then given to another. */
void        wh_patience_remove (WhPatience *patience, WhPeer *peer);
/* The next step must be done in this time; 0: as long as it takes. */
void        wh_patience_expect (WhPeer *peer, guint seconds);

G_END_DECLS
