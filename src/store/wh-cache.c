#include "wh-cache-ops.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "wh-cache-address.h"
#include "wh-config.h"
#if WH_HAVE_REDIS
#include "wh-cache-redis.h"
#endif

#define USUAL_BYTES (32 * 1024 * 1024)
#define USUAL_TIMEOUT_MS 50

struct _WhCache {
  const WhCacheOps *ops;
  gpointer          state;
};

WhCache *
wh_cache_new (const WhCacheOps *ops, gpointer state)
{
  WhCache *cache;

  g_return_val_if_fail (ops->version == WH_CACHE_OPS_VERSION, NULL);
  cache = g_new0 (WhCache, 1);
  cache->ops = ops;
  cache->state = state;
  return cache;
}

static WhCache *
open_shared (const WhCacheOptions *options, gsize local_bytes, GError **error)
{
  g_autoptr (WhCacheAddress) address = wh_cache_address_parse (options->address, error);

  if (!address)
    return NULL;
#if WH_HAVE_REDIS
  gpointer shared = wh_cache_redis_new (address, options->timeout_ms ? options->timeout_ms : USUAL_TIMEOUT_MS);
  return wh_cache_new (&wh_cache_tiered_ops, wh_cache_tiered_new (local_bytes, &wh_cache_redis_ops, shared));
#else
  g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
               _("This program was built without Redis, so it cannot share its cache. Set the cache to “%s”, or build with hiredis."),
               WH_CACHE_LOCAL);
  return NULL;
#endif
}

WhCache *
wh_cache_open (const WhCacheOptions *options, GError **error)
{
  const char *address = options->address;
  gsize local_bytes = options->local_bytes ? options->local_bytes : USUAL_BYTES;

  if (!address || !*address || strcmp (address, WH_CACHE_LOCAL) == 0)
    return wh_cache_new (&wh_cache_local_ops, wh_cache_local_new (local_bytes));
  return open_shared (options, local_bytes, error);
}

void
wh_cache_free (WhCache *cache)
{
  cache->ops->free (cache->state);
  g_free (cache);
}

static gboolean
is_key (const char *key)
{
  gsize length = strlen (key);

  return length > 0 && length <= WH_LIMIT_CACHE_KEY;
}

static gboolean
is_time (guint seconds)
{
  return seconds > 0 && seconds <= WH_LIMIT_CACHE_SECONDS;
}

GBytes *
wh_cache_get (WhCache *cache, const char *key)
{
  GBytes *value = NULL;
  guint seconds;

  return is_key (key) && cache->ops->get (cache->state, key, &value, &seconds) == WH_CACHE_FOUND ? value : NULL;
}

gboolean
wh_cache_put (WhCache *cache, const char *key, GBytes *value, guint seconds)
{
  if (!is_key (key))
    return FALSE;
  if (is_time (seconds) && g_bytes_get_size (value) <= WH_LIMIT_CACHE_VALUE)
    return cache->ops->put (cache->state, key, value, seconds);
  cache->ops->remove (cache->state, key);
  return FALSE;
}

void
wh_cache_remove (WhCache *cache, const char *key)
{
  if (is_key (key))
    cache->ops->remove (cache->state, key);
}

gboolean
wh_cache_clear (WhCache *cache)
{
  return cache->ops->clear (cache->state);
}

guint64
wh_cache_count (WhCache *cache, const char *key, guint window_seconds)
{
  return is_key (key) && is_time (window_seconds) ? cache->ops->count (cache->state, key, window_seconds) : 0;
}

gboolean
wh_cache_take (WhCache *cache, const char *key, const WhCacheTake *take, guint64 *out_before)
{
  return is_key (key) && is_time (take->seconds) && cache->ops->take && cache->ops->take (cache->state, key, take, out_before);
}

gboolean
wh_cache_is_shared (WhCache *cache)
{
  return cache->ops->take != NULL;
}

gboolean
wh_cache_check (WhCache *cache)
{
  return cache->ops->check (cache->state);
}

void
wh_cache_stats (WhCache *cache, WhCacheStats *out_stats)
{
  memset (out_stats, 0, sizeof *out_stats);
  cache->ops->stats (cache->state, out_stats);
}
