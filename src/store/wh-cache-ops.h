/* wh-cache-ops.h: what a cache offers; one table per kind. Keys, values and times are within their limits. */
#pragma once

#include "wh-cache.h"

G_BEGIN_DECLS

/* Raised when the table or the meaning of an entry changes; a table of another version is not used. */
#define WH_CACHE_OPS_VERSION 2

typedef enum {
  WH_CACHE_FOUND,
  WH_CACHE_MISSING,
  WH_CACHE_AWAY,     /* nothing can be said, or not the newest: ask somebody else. Never from the local one. */
} WhCacheAnswer;

/* All are thread-safe. */
typedef struct {
  guint         version;
  void          (*free)   (gpointer state);
  /* *out_seconds: what is left of its time, rounded up. */
  WhCacheAnswer (*get)    (gpointer state, const char *key, GBytes **out_value, guint *out_seconds);
  gboolean      (*put)    (gpointer state, const char *key, GBytes *value, guint seconds);
  gboolean      (*remove) (gpointer state, const char *key);
  gboolean      (*clear)  (gpointer state);
  guint64       (*count)  (gpointer state, const char *key, guint window_seconds);   /* 0: away */
  gboolean      (*take)   (gpointer state, const char *key, const WhCacheTake *take, guint64 *out_before);   /* NULL: shared with nobody */
  gboolean      (*check)  (gpointer state);
  /* Adds its own numbers to what is there. */
  void          (*stats)  (gpointer state, WhCacheStats *stats);
} WhCacheOps;

/* -- wh-cache-local.c: least recently used first out, bounded by bytes -- */
extern const WhCacheOps wh_cache_local_ops;
gpointer      wh_cache_local_new (gsize max_bytes);
/* As get; a value put longer ago than `most_age` microseconds is WH_CACHE_MISSING, but stays. */
WhCacheAnswer wh_cache_local_get_young (gpointer state, const char *key, gint64 most_age, GBytes **out_value, guint *out_seconds);

/* -- wh-cache-tiered.c: a local one before a shared one -- */
extern const WhCacheOps wh_cache_tiered_ops;
/* Takes `shared`. */
gpointer      wh_cache_tiered_new (gsize local_bytes, const WhCacheOps *ops, gpointer shared);

/* A cache over a table; takes `state`. NULL for a table of another version. */
WhCache      *wh_cache_new (const WhCacheOps *ops, gpointer state);

G_END_DECLS
