/* wh-cache-address.h: where a shared cache is. Only what cannot be listened to: a Unix socket or this machine's loopback. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  GSocketAddress *socket;
  char           *user, *password;   /* NULL: none is asked for */
  guint           database;
} WhCacheAddress;

/* "unix:/run/redis.sock", "redis://127.0.0.1:6379/0", "redis://:PASSWORD@localhost". WH_ERROR_INVALID says what is wrong, without
 * repeating the address, which may hold a password. */
WhCacheAddress *wh_cache_address_parse (const char *text, GError **error);
void            wh_cache_address_free  (WhCacheAddress *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhCacheAddress, wh_cache_address_free)

G_END_DECLS
