/* wh-outgoing-address.h: which addresses this machine may be sent to by what somebody wrote into a field. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Networks as "10.1.0.0/16" or "192.168.1.7". NULL with WH_ERROR_INVALID for anything else. Elements GInetAddressMask, owned; never
 * changed, so that threads may share it. `networks` may be NULL: none. */
GPtrArray *wh_outgoing_networks (const char *const *networks, GError **error);
/* Whether an address belongs to the public internet, or to one of the networks. Private, loopback, link-local, shared, reserved and
 * multicast ones do not, and neither do those of IPv6 that stand for such an address of IPv4. */
gboolean   wh_outgoing_may_reach (const GPtrArray *networks, GInetAddress *address);

/* A host and its port, whose addresses are looked up when a connection is made; those that may not be reached are passed over, so
 * what was looked at is what is connected to, whatever the name says the next time. WH_ERROR_DENIED where none is left. For TLS it
 * stands for the name. */
GSocketConnectable *wh_outgoing_guard_host (const GPtrArray *networks, const char *host, guint16 port);

G_END_DECLS
