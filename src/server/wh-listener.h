/* wh-listener.h: the one place that speaks HTTP. Turns connections into request values and reply values into bytes. */
#pragma once

#include "wh-router.h"

G_BEGIN_DECLS

typedef struct _WhListener WhListener;

/* Listens where the settings of the host say, in clear and with TLS, and on the data directory's socket. In clear, only on loopback or
 * where the operator says that the network is safe. */
WhListener        *wh_listener_new    (WhHost *host, GError **error);
/* "http://127.0.0.1:8000" …, with the ports that are really in use, those in clear first; NULL-terminated. */
const char *const *wh_listener_places (WhListener *listener);
/* The host has other settings: times, and certificates. On error those stay as they were. */
gboolean           wh_listener_reload (WhListener *listener, GError **error);
/* Takes no new connections, lets running requests end for at most `seconds`, then closes everything. */
void               wh_listener_stop   (WhListener *listener, guint seconds);

G_END_DECLS
