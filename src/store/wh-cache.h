/* wh-cache.h: what may be lost and made again: finished answers and counters, in this process or shared by several.
 *
 * A cache never fails its user. What it cannot give is a miss, what it cannot keep is made again. A shared one that is dead,
 * slow, full or talks nonsense is left alone for a growing while; what this process knows itself answers meanwhile.
 * What one process puts or removes is seen by another at once where that has to ask, and after two seconds where it has its own
 * copy. While the shared cache is away each process goes on with its own until it ends by its time to live.
 * Thread-safe. Calls may wait for the shared cache: its time-out, twice at the very worst (clear: 5 s). */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WH_CACHE_LOCAL "local"

typedef struct _WhCache WhCache;

typedef struct {
  const char *address;       /* NULL, "" or "local": this process alone; else of a shared cache: "unix:/PATH",
                                "redis://[[USER]:PASSWORD@]127.0.0.1:PORT[/DATABASE]" */
  gsize       local_bytes;   /* that this process keeps; 0: 32 MiB */
  guint       timeout_ms;    /* of the shared cache; 0: 50 */
} WhCacheOptions;

typedef struct {
  guint64  local_hits, shared_hits, misses;
  guint64  failures;         /* of the shared cache: time-outs, refusals, nonsense */
  guint64  evictions;        /* of this process, for want of room */
  guint64  entries, bytes;   /* in this process */
  gboolean shared;           /* there is a shared cache … */
  gboolean answering;        /* … and it did its work when it was asked last */
} WhCacheStats;

/* Needs no shared cache to be running. WH_ERROR_INVALID for an address that is none, WH_ERROR_UNSUPPORTED for one that was
 * not built in. */
WhCache *wh_cache_open   (const WhCacheOptions *options, GError **error);
void     wh_cache_free   (WhCache *cache);

/* Keys have 1 to WH_LIMIT_CACHE_KEY bytes. NULL: a miss. Caller unrefs. */
GBytes  *wh_cache_get    (WhCache *cache, const char *key);
/* For `seconds` (1 to WH_LIMIT_CACHE_SECONDS). FALSE: it is over a limit and not kept; what was kept under the key is gone. */
gboolean wh_cache_put    (WhCache *cache, const char *key, GBytes *value, guint seconds);
void     wh_cache_remove (WhCache *cache, const char *key);
/* All values of this process and of the shared cache; counters stay. FALSE: the shared cache did not confirm it. Its values are
 * then not given out by this process before they are removed; other processes may still give them out. */
gboolean wh_cache_clear  (WhCache *cache);
/* Counts one more and tells how many it are by now. The first one begins a window of so many seconds, after which counting begins
 * anew. Over all processes of a shared cache; of this process alone while that is away. 0: the key or the window is over a limit. */
guint64  wh_cache_count  (WhCache *cache, const char *key, guint window_seconds);

/* A part of something that there is only so much of, for all processes of a shared cache together. */
typedef struct {
  const char *who;       /* this process, in a word of its own */
  guint64     mine;      /* what it has taken, whatever the shared cache knows of it */
  guint64     least;     /* what it knows to be taken by all */
  guint64     limit, want;
  guint       seconds;   /* for which it is remembered, at least */
} WhCacheTake;

/* Takes as much as there is of what is wanted; *out_before: what was taken before by all who have asked since the shared cache lost
 * what it knew, if it did, and at least `least`. FALSE: there is no shared cache that answers, and nothing is certain; what was wanted
 * may have been taken all the same, never more than that. */
gboolean wh_cache_take   (WhCache *cache, const char *key, const WhCacheTake *take, guint64 *out_before);
/* Whether there is one, whatever it does. */
gboolean wh_cache_is_shared (WhCache *cache);

/* Asks the shared cache whether it is there, unless it is being left alone. TRUE without one. */
gboolean wh_cache_check  (WhCache *cache);
void     wh_cache_stats  (WhCache *cache, WhCacheStats *out_stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhCache, wh_cache_free)

G_END_DECLS
