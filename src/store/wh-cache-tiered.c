/* A copy in this process answers for two seconds; then the shared cache is asked. While that is away, or full, the copy goes on. */
#include "base/wh-clock.h"
#include "wh-cache-ops.h"

#define YOUNG (2 * WH_TIME_SECOND)
#define N_STRIPES 64

/* What was read from the shared cache before a put or a remove may not overwrite what they did here. */
typedef struct {
  GMutex  lock;
  guint64 writes;
} Stripe;

typedef struct {
  gpointer          local;
  const WhCacheOps *ops;
  gpointer          shared;
  Stripe            stripes[N_STRIPES];
  gint64            local_hits, shared_hits, misses;   /* atomic */
} WhCacheTiered;

#define LOCAL wh_cache_local_ops

gpointer
wh_cache_tiered_new (gsize local_bytes, const WhCacheOps *ops, gpointer shared)
{
  WhCacheTiered *tiered = g_new0 (WhCacheTiered, 1);

  tiered->local = wh_cache_local_new (local_bytes);
  tiered->ops = ops;
  tiered->shared = shared;
  for (guint i = 0; i < N_STRIPES; i++)
    g_mutex_init (&tiered->stripes[i].lock);
  return tiered;
}

static void
tiered_free (gpointer state)
{
  WhCacheTiered *tiered = state;

  LOCAL.free (tiered->local);
  tiered->ops->free (tiered->shared);
  for (guint i = 0; i < N_STRIPES; i++)
    g_mutex_clear (&tiered->stripes[i].lock);
  g_free (tiered);
}

static Stripe *
stripe_of (WhCacheTiered *tiered, const char *key)
{
  return &tiered->stripes[g_str_hash (key) % N_STRIPES];
}

static guint64
writes_of (Stripe *stripe)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&stripe->lock);

  return stripe->writes;
}

/* `value` NULL: there is none. */
static void
learn (WhCacheTiered *tiered, const char *key, GBytes *value, guint seconds, guint64 writes)
{
  Stripe *stripe = stripe_of (tiered, key);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&stripe->lock);

  if (stripe->writes != writes)
    return;
  if (value)
    LOCAL.put (tiered->local, key, value, seconds);
  else
    LOCAL.remove (tiered->local, key);
}

static WhCacheAnswer
tally (gint64 *counter, WhCacheAnswer answer)
{
  __atomic_add_fetch (counter, 1, __ATOMIC_RELAXED);
  return answer;
}

static WhCacheAnswer
tiered_get (gpointer state, const char *key, GBytes **out_value, guint *out_seconds)
{
  WhCacheTiered *tiered = state;
  guint64 writes;

  if (wh_cache_local_get_young (tiered->local, key, YOUNG, out_value, out_seconds) == WH_CACHE_FOUND)
    return tally (&tiered->local_hits, WH_CACHE_FOUND);
  writes = writes_of (stripe_of (tiered, key));
  switch (tiered->ops->get (tiered->shared, key, out_value, out_seconds))
    {
    case WH_CACHE_FOUND:
      learn (tiered, key, *out_value, *out_seconds, writes);
      return tally (&tiered->shared_hits, WH_CACHE_FOUND);
    case WH_CACHE_MISSING:
      learn (tiered, key, NULL, 0, writes);
      return tally (&tiered->misses, WH_CACHE_MISSING);
    case WH_CACHE_AWAY:
    default:
      if (LOCAL.get (tiered->local, key, out_value, out_seconds) == WH_CACHE_FOUND)
        return tally (&tiered->local_hits, WH_CACHE_FOUND);
      return tally (&tiered->misses, WH_CACHE_MISSING);
    }
}

/* The shared one first: who then reads there finds at least what is here. */
static gboolean
tiered_put (gpointer state, const char *key, GBytes *value, guint seconds)
{
  WhCacheTiered *tiered = state;
  Stripe *stripe = stripe_of (tiered, key);
  gboolean shared = tiered->ops->put (tiered->shared, key, value, seconds);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&stripe->lock);

  stripe->writes++;
  return LOCAL.put (tiered->local, key, value, seconds) || shared;
}

static gboolean
tiered_remove (gpointer state, const char *key)
{
  WhCacheTiered *tiered = state;
  Stripe *stripe = stripe_of (tiered, key);
  gboolean shared = tiered->ops->remove (tiered->shared, key);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&stripe->lock);

  stripe->writes++;
  LOCAL.remove (tiered->local, key);
  return shared;
}

static gboolean
tiered_clear (gpointer state)
{
  WhCacheTiered *tiered = state;
  gboolean shared = tiered->ops->clear (tiered->shared);

  for (guint i = 0; i < N_STRIPES; i++)
    g_mutex_lock (&tiered->stripes[i].lock);
  for (guint i = 0; i < N_STRIPES; i++)
    tiered->stripes[i].writes++;
  LOCAL.clear (tiered->local);
  for (guint i = 0; i < N_STRIPES; i++)
    g_mutex_unlock (&tiered->stripes[i].lock);
  return shared;
}

/* Both count, so that counting does not begin anew when the shared one goes away. */
static guint64
tiered_count (gpointer state, const char *key, guint window_seconds)
{
  WhCacheTiered *tiered = state;
  guint64 here = LOCAL.count (tiered->local, key, window_seconds);
  guint64 shared = tiered->ops->count (tiered->shared, key, window_seconds);

  return shared ? shared : here;
}

static gboolean
tiered_take (gpointer state, const char *key, const WhCacheTake *take, guint64 *out_before)
{
  WhCacheTiered *tiered = state;

  return tiered->ops->take (tiered->shared, key, take, out_before);
}

static gboolean
tiered_check (gpointer state)
{
  WhCacheTiered *tiered = state;

  return tiered->ops->check (tiered->shared);
}

static void
tiered_stats (gpointer state, WhCacheStats *stats)
{
  WhCacheTiered *tiered = state;

  LOCAL.stats (tiered->local, stats);
  tiered->ops->stats (tiered->shared, stats);
  /* Each question was put to both. */
  stats->local_hits = (guint64) __atomic_load_n (&tiered->local_hits, __ATOMIC_RELAXED);
  stats->shared_hits = (guint64) __atomic_load_n (&tiered->shared_hits, __ATOMIC_RELAXED);
  stats->misses = (guint64) __atomic_load_n (&tiered->misses, __ATOMIC_RELAXED);
}

const WhCacheOps wh_cache_tiered_ops = {
  .version = WH_CACHE_OPS_VERSION,
  .free = tiered_free,
  .get = tiered_get,
  .put = tiered_put,
  .remove = tiered_remove,
  .clear = tiered_clear,
  .count = tiered_count,
  .take = tiered_take,
  .check = tiered_check,
  .stats = tiered_stats,
};
