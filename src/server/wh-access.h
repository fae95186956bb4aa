/* wh-access.h: who may read the catalogue without a key. Pure functions over addresses and header fields. */
#pragma once

#include "wh-request.h"
#include "wh-settings.h"

G_BEGIN_DECLS

/* As in wh_address_to_bytes: 127.0.0.0/8 or ::1. */
gboolean wh_access_is_loopback (const guint8 address[WH_REQUEST_PEER_SIZE]);
/* By access.anonymous. Whoever is handed on by a proxy on this machine is not on this machine. */
gboolean wh_access_is_open     (const WhSettings *settings, const WhRequest *request);

G_END_DECLS
