/* wh-address.h: where the server may listen. */
#pragma once

#include <gio/gio.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* "127.0.0.1:8000", "localhost:8000", "[::]:0". */
GSocketAddress *wh_address_parse      (const char *text, GError **error);
/* A listening Unix socket that only its owner may connect to, in the place of one that a dead server left. -1 on error. */
int             wh_address_bind_local (const char *path, GError **error);
guint16         wh_address_port       (const struct sockaddr *address);   /* 0 for a family without ports */
/* The address without its port as 16 bytes: IPv6, an IPv4 address mapped into it (::ffff:a.b.c.d), zeros for any other family. */
void            wh_address_to_bytes   (const struct sockaddr *address, guint8 bytes[16]);

G_END_DECLS
