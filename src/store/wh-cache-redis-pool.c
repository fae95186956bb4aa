#include "wh-cache-redis-pool.h"

#include "base/wh-backoff.h"
#include "base/wh-clock.h"

#define MOST_LINKS 8
#define LEAST_PAUSE (WH_TIME_SECOND / 10)
#define MOST_PAUSE (30 * WH_TIME_SECOND)

struct _WhRedisPool {
  WhCacheAddress *address;
  gint64          timeout;
  GMutex          lock;
  GCond           returned;
  GQueue          idle;       /* of WhRedisLink, the last used first */
  guint           n_open;
  WhBackoff       reach;      /* of everything */
  WhBackoff       writing;    /* a full server still reads */
  guint64         failures;
  guint           era;        /* ends with each failure: links of an earlier one are not used again */
};

WhRedisPool *
wh_redis_pool_new (const WhCacheAddress *address, guint timeout_ms)
{
  WhRedisPool *pool = g_new0 (WhRedisPool, 1);

  pool->address = g_new0 (WhCacheAddress, 1);
  pool->address->socket = g_object_ref (address->socket);
  pool->address->user = g_strdup (address->user);
  pool->address->password = g_strdup (address->password);
  pool->address->database = address->database;
  pool->timeout = timeout_ms * (WH_TIME_SECOND / 1000);
  g_mutex_init (&pool->lock);
  g_cond_init (&pool->returned);
  g_queue_init (&pool->idle);
  wh_backoff_init (&pool->reach, LEAST_PAUSE, MOST_PAUSE);
  wh_backoff_init (&pool->writing, LEAST_PAUSE, MOST_PAUSE);
  return pool;
}

void
wh_redis_pool_free (WhRedisPool *pool)
{
  g_queue_clear_full (&pool->idle, (GDestroyNotify) wh_redis_link_close);
  wh_cache_address_free (pool->address);
  g_mutex_clear (&pool->lock);
  g_cond_clear (&pool->returned);
  g_free (pool);
}

/* One that is still good, or NULL: there may be room for a new one. */
static WhRedisLink *
take_idle (WhRedisPool *pool)
{
  WhRedisLink *link;

  while ((link = g_queue_pop_head (&pool->idle)))
    {
      if (wh_redis_link_is_quiet (link))
        return link;
      wh_redis_link_close (link);
      pool->n_open--;
    }
  return NULL;
}

/* FALSE: all are busy until the deadline. *out_link NULL: one may be opened, it is counted. */
static gboolean
take_place (WhRedisPool *pool, gint64 deadline, WhRedisLink **out_link)
{
  while (!(*out_link = take_idle (pool)) && pool->n_open >= MOST_LINKS)
    if (!g_cond_wait_until (&pool->returned, &pool->lock, deadline))
      return FALSE;
  if (!*out_link)
    pool->n_open++;
  return TRUE;
}

static gboolean
enter (WhRedisPool *pool, WhRedisTurn *turn)
{
  if (!wh_backoff_enter (&pool->reach, &turn->trial))
    return FALSE;
  if (turn->writes && !wh_backoff_enter (&pool->writing, &turn->writing_trial))
    {
      wh_backoff_leave (&pool->reach, turn->trial);
      return FALSE;
    }
  if (take_place (pool, turn->deadline, &turn->link))
    {
      turn->era = pool->era;
      return TRUE;
    }
  wh_backoff_leave (&pool->reach, turn->trial);
  wh_backoff_leave (&pool->writing, turn->writing_trial);
  return FALSE;
}

gboolean
wh_redis_pool_begin (WhRedisPool *pool, gboolean writes, WhRedisTurn *out_turn)
{
  gboolean entered;

  *out_turn = (WhRedisTurn){ .deadline = wh_clock_monotonic () + pool->timeout, .writes = writes };
  g_mutex_lock (&pool->lock);
  entered = enter (pool, out_turn);
  g_mutex_unlock (&pool->lock);
  if (!entered)
    return FALSE;
  if (!out_turn->link)
    out_turn->link = wh_redis_link_open (pool->address, out_turn->deadline);
  if (out_turn->link)
    return TRUE;
  wh_redis_pool_end (pool, out_turn, WH_REDIS_FAILED);
  return FALSE;
}

/* With the link goes all that was open beside it. A command that was given up may still wait in its link for a server that was not
 * there for a moment: what is asked over a new link comes after it, what is asked over another old one might come before. */
static void
fail (WhRedisPool *pool, WhRedisTurn *turn)
{
  pool->failures++;
  pool->era++;
  pool->n_open -= 1 + g_queue_get_length (&pool->idle);
  g_clear_pointer (&turn->link, wh_redis_link_close);
  g_queue_clear_full (&pool->idle, (GDestroyNotify) wh_redis_link_close);
  wh_backoff_failed (&pool->reach, turn->trial);
  wh_backoff_leave (&pool->writing, turn->writing_trial);
}

/* Late good news of an earlier era say nothing of this one. */
static void
succeed (WhRedisPool *pool, WhRedisTurn *turn)
{
  if (turn->era == pool->era)
    {
      g_queue_push_head (&pool->idle, g_steal_pointer (&turn->link));
      wh_backoff_succeeded (&pool->reach);
      return;
    }
  g_clear_pointer (&turn->link, wh_redis_link_close);
  pool->n_open--;
  wh_backoff_leave (&pool->reach, turn->trial);
}

void
wh_redis_pool_end (WhRedisPool *pool, WhRedisTurn *turn, WhRedisOutcome outcome)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pool->lock);

  if (outcome == WH_REDIS_FAILED)
    fail (pool, turn);
  else
    succeed (pool, turn);
  if (outcome == WH_REDIS_FULL)
    {
      pool->failures++;
      wh_backoff_failed (&pool->writing, turn->writing_trial);
    }
  if (outcome == WH_REDIS_FINE && turn->writes)
    wh_backoff_succeeded (&pool->writing);
  g_cond_broadcast (&pool->returned);
}

gboolean
wh_redis_pool_is_full (WhRedisPool *pool)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pool->lock);

  return pool->writing.failures > 0;
}

gboolean
wh_redis_pool_is_well (WhRedisPool *pool)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pool->lock);

  return pool->reach.failures == 0 && pool->writing.failures == 0;
}

guint64
wh_redis_pool_failures (WhRedisPool *pool)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pool->lock);

  return pool->failures;
}
