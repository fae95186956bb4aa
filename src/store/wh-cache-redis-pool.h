/* wh-cache-redis-pool.h: a few connections to one Redis, and when it is left alone. Thread-safe. */
#pragma once

#include "wh-cache-redis-link.h"

G_BEGIN_DECLS

typedef struct _WhRedisPool WhRedisPool;

typedef enum {
  WH_REDIS_FINE,      /* answered as it should */
  WH_REDIS_FULL,      /* answers, and refuses to write */
  WH_REDIS_FAILED,    /* did not answer as it should */
} WhRedisOutcome;

/* A turn at asking. */
typedef struct {
  WhRedisLink *link;
  gint64       deadline;
  guint        era;        /* of the link */
  gboolean     writes;
  gboolean     trial, writing_trial;
} WhRedisTurn;

/* `address` is copied. */
WhRedisPool *wh_redis_pool_new   (const WhCacheAddress *address, guint timeout_ms);
/* No turn may be left. */
void         wh_redis_pool_free  (WhRedisPool *pool);
/* FALSE: it is left alone, or all connections are busy for as long as one would wait. */
gboolean     wh_redis_pool_begin (WhRedisPool *pool, gboolean writes, WhRedisTurn *out_turn);
void         wh_redis_pool_end   (WhRedisPool *pool, WhRedisTurn *turn, WhRedisOutcome outcome);
/* Writing goes wrong, or nothing is tried at present. */
gboolean     wh_redis_pool_is_full (WhRedisPool *pool);
gboolean     wh_redis_pool_is_well (WhRedisPool *pool);
guint64      wh_redis_pool_failures (WhRedisPool *pool);

G_END_DECLS
