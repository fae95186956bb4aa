/* wh-network.h: addresses and nets of the internet protocols, and lists of nets that answer in nanoseconds. Pure functions. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An IPv6 address, its halves in the host's byte order; IPv4 as ::ffff:a.b.c.d, so that both spellings are one address. */
typedef struct {
  guint64 high, low;
} WhNetworkAddress;

/* Room for the longest text of an address, and its NUL. */
#define WH_NETWORK_TEXT 48

/* Exactly `length` bytes, "192.0.2.7" or "2001:db8::1": no brackets, port, zone, blanks or leading zeros in IPv4. */
gboolean wh_network_parse   (const char *text, gsize length, WhNetworkAddress *out_address);
/* From 16 bytes as wh_address_to_bytes gives them. */
WhNetworkAddress wh_network_from_bytes (const guint8 bytes[16]);
/* As one writes it: IPv4 with dots, IPv6 as RFC 5952 wants it. Returns `text`. */
char    *wh_network_format  (const WhNetworkAddress *address, char text[WH_NETWORK_TEXT]);
gboolean wh_network_is_ipv4 (const WhNetworkAddress *address);
gboolean wh_network_equal   (const WhNetworkAddress *a, const WhNetworkAddress *b);
/* Its first `bits` of 128; an IPv4 address has 96 before its own. */
WhNetworkAddress wh_network_prefix (const WhNetworkAddress *address, guint bits);

/* Nets as they are listed: "10.0.0.0/8", "2001:db8::/32", or an address alone. Immutable. */
typedef struct _WhNetworks WhNetworks;

/* At most WH_LIMIT_NETWORKS. WH_ERROR_INVALID names the one that is wrong and what would be right. A net of IPv6 never holds an IPv4
 * address, unless it is written within ::ffff:0:0/96. */
WhNetworks *wh_networks_new      (const char *const *texts, GError **error);
void        wh_networks_free     (WhNetworks *networks);
gboolean    wh_networks_contain  (const WhNetworks *networks, const WhNetworkAddress *address);
gboolean    wh_networks_is_empty (const WhNetworks *networks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhNetworks, wh_networks_free)

G_END_DECLS
