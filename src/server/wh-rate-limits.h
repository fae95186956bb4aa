/* wh-rate-limits.h: who has asked how often in the window that runs. Thread-safe.
 *
 * A window is fixed: a class's seconds long, begun at a moment that follows from who it is, the same on every server. In one process the
 * count is exact over all threads. Where servers share a cache, each request up to WH_RATE_EXACT a window is counted there before it is
 * let through, so together they let through exactly what one would; of larger limits a server takes a few ahead (at most one in 512),
 * which another server cannot use any more. While the shared cache is away each server goes on from what it knew, and tells the cache
 * all that it let through when it asks again, so that even after it forgot everything the count of all is right as soon as each has. */
#pragma once

#include "store/wh-cache.h"
#include "wh-network.h"
#include "wh-rate-table.h"
#include "wire/wh-route.h"

G_BEGIN_DECLS

#define WH_RATE_EXACT 10000

typedef struct _WhRateLimits WhRateLimits;

typedef struct {
  gboolean allowed;
  guint    limit;       /* 0: nothing was counted */
  guint    remaining;
  gint64   reset;       /* when the window ends, seconds since 1970 */
} WhRateVerdict;

/* Counts at least `keys` of those who ask, each by itself. `cache` is borrowed. */
WhRateLimits *wh_rate_limits_new   (gsize keys, WhCache *cache);
void          wh_rate_limits_free  (WhRateLimits *limits);
/* Counts one request. `account`: who is signed in; NULL: counted by the address, of IPv6 by its /64. `limit` > 0, `seconds` > 0. */
void          wh_rate_limits_count (WhRateLimits *limits, WhRouteClass class, const char *account, const WhNetworkAddress *address,
                                    guint limit, guint seconds, WhRateVerdict *out_verdict);
guint64       wh_rate_limits_refused (WhRateLimits *limits, WhRouteClass class);
/* How many found no room of their own and were counted with their neighbours. */
guint64       wh_rate_limits_crowded (WhRateLimits *limits);

G_END_DECLS
