/* wh-cache-redis.h: the cache that several processes share, in a Redis that may lose everything at any time. */
#pragma once

#include "wh-cache-address.h"
#include "wh-cache-ops.h"

G_BEGIN_DECLS

extern const WhCacheOps wh_cache_redis_ops;
/* Connects when it is first asked. */
gpointer wh_cache_redis_new (const WhCacheAddress *address, guint timeout_ms);

G_END_DECLS
