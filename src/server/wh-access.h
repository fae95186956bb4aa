/* wh-access.h: who may come in, and read the catalogue without a key. Pure functions over addresses and header fields. */
#pragma once

#include "wh-request.h"
#include "wh-settings.h"

G_BEGIN_DECLS

/* As in wh_address_to_bytes: 127.0.0.0/8 or ::1. */
gboolean wh_access_is_loopback (const guint8 address[WH_REQUEST_PEER_SIZE]);
/* By access.anonymous. Whoever is handed on by a proxy on this machine is not on this machine. After wh_access_meet. */
gboolean wh_access_is_open     (const WhSettings *settings, const WhRequest *request);
/* Whether the peer is one of access.trusted_proxies. */
gboolean wh_access_is_proxy    (const WhSettings *settings, const guint8 peer[WH_REQUEST_PEER_SIZE]);
/* Whether a peer may connect, by access.allow and access.deny; a trusted proxy may where it is not denied. */
gboolean wh_access_admits      (const WhSettings *settings, const guint8 peer[WH_REQUEST_PEER_SIZE]);
/* Finds out whose request it is, request->client. FALSE: by those lists it is not to be answered. */
gboolean wh_access_meet        (const WhSettings *settings, WhRequest *request);

G_END_DECLS
