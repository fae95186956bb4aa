/* wh-listener.h: the one place that speaks HTTP. Turns connections into request values and reply values into bytes. */
#pragma once

#include "wh-router.h"

G_BEGIN_DECLS

typedef struct _WhListener WhListener;

/* Listens on "127.0.0.1:8000", "[::1]:8000" (port 0: any free one) and on the data directory's socket. Refuses anything but
 * loopback. `threads` 0: one per core. */
WhListener *wh_listener_new  (WhHost *host, const char *address, guint threads, GError **error);
guint16     wh_listener_port (WhListener *listener);
/* Takes no new connections, lets running requests end for at most `seconds`, then closes everything. */
void        wh_listener_stop (WhListener *listener, guint seconds);

G_END_DECLS
