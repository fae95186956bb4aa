/* Limits: exact under threads, by windows, by who asks, with and without room, and together over a shared cache. */
#include <string.h>

#include "base/wh-clock.h"
#include "server/wh-rate-limits.h"
#include "server/wh-rate.h"
#include "support/wh-test-redis.h"
#include "support/wh-test.h"
#include "wh-config.h"

#define N_THREADS 8
#define HOUR 3600
#define NOON (G_GINT64_CONSTANT (1800000000) * WH_TIME_SECOND)

static WhCache *
open_cache (const char *address)
{
  const WhCacheOptions options = { .address = address, .timeout_ms = 2000 };
  g_autoptr (GError) error = NULL;
  WhCache *cache = wh_cache_open (&options, &error);

  g_assert_no_error (error);
  return cache;
}

static WhNetworkAddress
address_of (const char *text)
{
  WhNetworkAddress address;

  g_assert_true (wh_network_parse (text, strlen (text), &address));
  return address;
}

static WhRateVerdict
ask (WhRateLimits *limits, const char *account, const char *address, guint limit)
{
  WhNetworkAddress from = address_of (address);
  WhRateVerdict verdict;

  wh_rate_limits_count (limits, WH_CLASS_SEARCH, account, &from, limit, HOUR, &verdict);
  return verdict;
}

static guint
ask_often (WhRateLimits *limits, const char *account, const char *address, guint limit, guint n)
{
  guint allowed = 0;

  while (n-- > 0)
    allowed += ask (limits, account, address, limit).allowed;
  return allowed;
}

/* -- one process -- */

typedef struct {
  WhRateLimits *limits;
  guint         n, n_addresses, limit;
  guint         allowed;
} Worker;

static gpointer
ask_thread (gpointer data)
{
  Worker *worker = data;

  for (guint i = 0; i < worker->n; i++)
    {
      WhNetworkAddress address = { 0, 0xffff00000000 | (0x0a000000 + i % worker->n_addresses) };
      WhRateVerdict verdict;
      wh_rate_limits_count (worker->limits, WH_CLASS_SEARCH, NULL, &address, worker->limit, HOUR, &verdict);
      worker->allowed += verdict.allowed;
    }
  return NULL;
}

static void
expect_exact (WhRateLimits *limits, guint n_addresses, guint limit, guint n)
{
  Worker workers[N_THREADS];
  GThread *threads[N_THREADS];
  guint allowed = 0;

  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker){ limits, n, n_addresses, limit, 0 };
      threads[i] = g_thread_new ("ask", ask_thread, &workers[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_thread_join (threads[i]);
      allowed += workers[i].allowed;
    }
  g_assert_cmpuint (allowed, ==, n_addresses * limit);
}

static void
test_exact (void)
{
  g_autoptr (WhCache) cache = open_cache (NULL);

  wh_clock_freeze (NOON);
  for (guint round = 0; round < 20; round++)
    {
      WhRateLimits *limits = wh_rate_limits_new (4096, cache);
      expect_exact (limits, 1, 1000, 5000);
      wh_rate_limits_free (limits);
      limits = wh_rate_limits_new (4096, cache);
      expect_exact (limits, 1000, 10, 5000);
      g_assert_cmpuint (wh_rate_limits_crowded (limits), ==, 0);
      wh_rate_limits_free (limits);
    }
  wh_clock_freeze (WH_TIME_UNSET);
}

static void
test_windows (void)
{
  g_autoptr (WhCache) cache = open_cache (NULL);
  WhRateLimits *limits = wh_rate_limits_new (1024, cache);
  WhRateVerdict verdict;
  gint64 reset;

  wh_clock_freeze (NOON);
  verdict = ask (limits, NULL, "192.0.2.7", 3);
  reset = verdict.reset;
  g_assert_true (verdict.allowed);
  g_assert_cmpuint (verdict.limit, ==, 3);
  g_assert_cmpuint (verdict.remaining, ==, 2);
  g_assert_cmpint (reset, >, NOON / WH_TIME_SECOND);
  g_assert_cmpint (reset, <=, NOON / WH_TIME_SECOND + HOUR);
  g_assert_cmpuint (ask (limits, NULL, "192.0.2.7", 3).remaining, ==, 1);
  g_assert_cmpuint (ask (limits, NULL, "192.0.2.7", 3).remaining, ==, 0);
  verdict = ask (limits, NULL, "192.0.2.7", 3);
  g_assert_false (verdict.allowed);
  g_assert_cmpuint (verdict.remaining, ==, 0);
  g_assert_cmpint (verdict.reset, ==, reset);
  wh_clock_freeze (reset * WH_TIME_SECOND - 1);
  g_assert_false (ask (limits, NULL, "192.0.2.7", 3).allowed);
  wh_clock_freeze (reset * WH_TIME_SECOND);
  verdict = ask (limits, NULL, "192.0.2.7", 3);
  g_assert_true (verdict.allowed);
  g_assert_cmpint (verdict.reset, ==, reset + HOUR);
  g_assert_cmpuint (ask_often (limits, NULL, "192.0.2.7", 3, 100), ==, 2);
  /* A clock that is a little behind does not begin anew. */
  wh_clock_freeze ((reset - 1) * WH_TIME_SECOND);
  g_assert_false (ask (limits, NULL, "192.0.2.7", 3).allowed);
  wh_rate_limits_free (limits);
  wh_clock_freeze (WH_TIME_UNSET);
}

static void
test_who (void)
{
  g_autoptr (WhCache) cache = open_cache (NULL);
  WhRateLimits *limits = wh_rate_limits_new (1024, cache);
  WhNetworkAddress address = address_of ("192.0.2.7");
  WhRateVerdict verdict;

  wh_clock_freeze (NOON);
  g_assert_cmpuint (ask_often (limits, NULL, "192.0.2.7", 5, 9), ==, 5);
  g_assert_false (ask (limits, NULL, "::ffff:192.0.2.7", 5).allowed);
  g_assert_cmpuint (ask_often (limits, NULL, "192.0.2.8", 5, 9), ==, 5);
  /* One subscriber has a /64. */
  g_assert_cmpuint (ask_often (limits, NULL, "2001:db8::1", 5, 3), ==, 3);
  g_assert_cmpuint (ask_often (limits, NULL, "2001:db8::ffff:2", 5, 9), ==, 2);
  g_assert_cmpuint (ask_often (limits, NULL, "2001:db8:0:1::1", 5, 9), ==, 5);
  /* Accounts are counted wherever they come from, and not with their address. */
  g_assert_cmpuint (ask_often (limits, "ann", "192.0.2.7", 5, 3), ==, 3);
  g_assert_cmpuint (ask_often (limits, "ann", "192.0.2.9", 5, 9), ==, 2);
  g_assert_cmpuint (ask_often (limits, "bob", "192.0.2.9", 5, 9), ==, 5);
  /* Another class is another count. */
  wh_rate_limits_count (limits, WH_CLASS_STRAIN, "ann", &address, 5, HOUR, &verdict);
  g_assert_true (verdict.allowed);
  wh_rate_limits_free (limits);
  wh_clock_freeze (WH_TIME_UNSET);
}

/* Far more than there is room for: memory stays, nobody is let through more often, nobody who was counted is forgotten. */
static void
test_crowded (void)
{
  g_autoptr (WhCache) cache = open_cache (NULL);
  WhRateLimits *limits = wh_rate_limits_new (1024, cache);
  guint64 allowed = 0;

  wh_clock_freeze (NOON);
  g_assert_cmpuint (ask_often (limits, NULL, "192.0.2.7", 5, 9), ==, 5);
  for (guint i = 0; i < 100000; i++)
    {
      WhNetworkAddress address = { 0x20010db800000000 | i, 1 };
      WhRateVerdict verdict;
      wh_rate_limits_count (limits, WH_CLASS_SEARCH, NULL, &address, 5, HOUR, &verdict);
      allowed += verdict.allowed;
    }
  g_assert_cmpuint (wh_rate_limits_crowded (limits), >, 90000);
  /* All those without room are of one provider, and share what one of them would have. */
  g_assert_cmpuint (allowed, <=, 2 * 1024 + 5);
  g_assert_false (ask (limits, NULL, "192.0.2.7", 5).allowed);
  /* Somebody from elsewhere is not counted with them. */
  g_assert_cmpuint (ask_often (limits, NULL, "203.0.113.1", 5, 9), ==, 5);
  /* When the windows end there is room, and what was counted without it stays. */
  wh_clock_freeze (NOON + 2 * HOUR * WH_TIME_SECOND);
  g_assert_cmpuint (ask_often (limits, NULL, "2001:db8:1:1::1", 5, 9), ==, 5);
  wh_rate_limits_free (limits);
  wh_clock_freeze (WH_TIME_UNSET);
}

#define N_GUESTS 100

typedef struct {
  WhRateTable *table;
  gint64       now;
  gint        *next;       /* atomic */
  guint        allowed;
} Guest;

static gpointer
visit_thread (gpointer data)
{
  Guest *guest = data;
  gint visit;

  while ((visit = g_atomic_int_add (guest->next, 1)) < N_GUESTS * 30)
    {
      WhRateKey key = { (guint64) guest->now * 1000 + (guint) visit % N_GUESTS, 1, 0, 0 };
      WhRateCount count;
      wh_rate_table_count (guest->table, &key, guest->now, guest->now + 60, 60, 5, &count);
      g_assert_cmpint (count.slot, >=, 0);
      guest->allowed += count.allowed;
    }
  return NULL;
}

/* Slots are taken over, by threads that are all new at once, from those whose window has ended. */
static void
test_reused (void)
{
  WhRateTable *table = wh_rate_table_new (512);

  for (gint64 round = 1; round < 300; round++)
    {
      Guest guests[N_THREADS];
      GThread *threads[N_THREADS];
      gint next = 0;
      guint allowed = 0;
      for (guint i = 0; i < N_THREADS; i++)
        {
          guests[i] = (Guest){ table, round * 60, &next, 0 };
          threads[i] = g_thread_new ("visit", visit_thread, &guests[i]);
        }
      for (guint i = 0; i < N_THREADS; i++)
        {
          g_thread_join (threads[i]);
          allowed += guests[i].allowed;
        }
      g_assert_cmpuint (allowed, ==, N_GUESTS * 5);
    }
  wh_rate_table_free (table);
}

static void
test_rates (void)
{
  static const char *const wrong[] = { "", "1", "1/2", "1/2 per", "1/2 per ", "1/2 per 0", "1/2 per 86401", "-1/2 per 3", "1/ per 3",
                                       "/1 per 3", "1/2 per 3 ", "1 / 2 per 3", "1/2 per 3x", "1000000001/1 per 3", "+1/2 per 3",
                                       "1/2per 3", "on" };
  WhRate rate;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (wh_rate_parse (wrong[i], &rate));
  g_assert_true (wh_rate_parse ("2000/0 per 60", &rate));
  g_assert_cmpuint (rate.signed_in, ==, 2000);
  g_assert_cmpuint (rate.anonymous, ==, 0);
  g_assert_cmpuint (rate.seconds, ==, 60);
  g_assert_true (wh_rate_parse ("off", &rate));
  g_assert_cmpuint (rate.seconds, ==, 0);
}

/* Every route is of a class, and only what tells of the server itself is free. */
static void
test_classes (void)
{
  for (guint i = 0; i < wh_route_count (); i++)
    {
      const WhRoute *route = wh_route_at (i);
      g_test_message ("%s %s", route->method, route->path);
      g_assert_cmpint (route->class, >=, WH_CLASS_FREE);
      g_assert_cmpint (route->class, <, WH_N_CLASSES);
      if (route->class == WH_CLASS_FREE)
        g_assert_true (route->permission == WH_PERMISSION_PUBLIC || route->permission == WH_PERMISSION_READ_METRICS);
    }
}

/* -- several processes -- */

typedef struct {
  WhTestRedis   redis;
  WhCache      *caches[2];
  WhRateLimits *limits[2];
} Pair;

static gboolean
pair_init (Pair *pair)
{
  if (!WH_HAVE_REDIS)
    g_test_skip ("built without Redis");
  if (!WH_HAVE_REDIS || !wh_test_redis_init (&pair->redis))
    return FALSE;
  wh_test_redis_start (&pair->redis, NULL, NULL);
  for (guint i = 0; i < 2; i++)
    {
      pair->caches[i] = open_cache (pair->redis.address);
      pair->limits[i] = wh_rate_limits_new (4096, pair->caches[i]);
    }
  wh_clock_freeze (NOON);
  return TRUE;
}

static void
pair_clear (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      wh_rate_limits_free (pair->limits[i]);
      wh_cache_free (pair->caches[i]);
    }
  wh_test_redis_clear (&pair->redis);
  wh_clock_freeze (WH_TIME_UNSET);
}

static gpointer
ask_one_thread (gpointer data)
{
  Worker *worker = data;

  worker->allowed = ask_often (worker->limits, NULL, "192.0.2.7", worker->limit, worker->n);
  return NULL;
}

static void
test_together (void)
{
  Pair pair;
  Worker workers[N_THREADS];
  GThread *threads[N_THREADS];
  guint allowed = 0;

  if (!pair_init (&pair))
    return;
  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker){ pair.limits[i % 2], 400, 1, 1000, 0 };
      threads[i] = g_thread_new ("ask", ask_one_thread, &workers[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_thread_join (threads[i]);
      allowed += workers[i].allowed;
    }
  g_assert_cmpuint (allowed, ==, 1000);
  /* One after the other, and what is left is what both have left. */
  g_assert_cmpuint (ask_often (pair.limits[0], "ann", "192.0.2.7", 100, 60), ==, 60);
  g_assert_cmpuint (ask (pair.limits[1], "ann", "192.0.2.7", 100).remaining, ==, 39);
  g_assert_cmpuint (ask_often (pair.limits[1], "ann", "192.0.2.7", 100, 60), ==, 39);
  g_assert_false (ask (pair.limits[0], "ann", "192.0.2.7", 100).allowed);
  pair_clear (&pair);
}

/* Of a large limit some are taken ahead: never more than all, and few are left with one who does not use them. */
static void
test_ahead (void)
{
  Pair pair;
  guint first, second;

  if (!pair_init (&pair))
    return;
  first = ask_often (pair.limits[0], "ann", "192.0.2.7", 20000, 5001);
  second = ask_often (pair.limits[1], "ann", "192.0.2.7", 20000, 30000);
  g_assert_cmpuint (first, ==, 5001);
  g_assert_cmpuint (second, <=, 20000 - 5001);
  g_assert_cmpuint (second, >=, 20000 - 5001 - 20000 / 512);
  g_assert_cmpuint (first + second + ask_often (pair.limits[0], "ann", "192.0.2.7", 20000, 100), ==, 20000);
  pair_clear (&pair);
}

/* Until both reach the cache again: it is left alone for a while after it failed. */
static void
wait_until_back (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    for (guint n = 0; !wh_cache_check (pair->caches[i]); n++, g_usleep (10000))
      g_assert_cmpuint (n, <, 6000);
}

/* Each goes on by itself from what both had used, and afterwards they are one again, whatever was lost. */
static void
test_killed (void)
{
  Pair pair;

  if (!pair_init (&pair))
    return;
  g_assert_cmpuint (ask_often (pair.limits[0], NULL, "192.0.2.7", 100, 20), ==, 20);
  g_assert_cmpuint (ask_often (pair.limits[1], NULL, "192.0.2.7", 100, 20), ==, 20);
  wh_test_redis_kill (&pair.redis);
  g_assert_cmpuint (ask_often (pair.limits[0], NULL, "192.0.2.7", 100, 10), ==, 10);
  g_assert_cmpuint (ask_often (pair.limits[1], NULL, "192.0.2.7", 100, 15), ==, 15);
  /* Alone, nobody gets more than all. */
  g_assert_cmpuint (ask_often (pair.limits[0], NULL, "192.0.2.9", 100, 150), ==, 100);
  wh_test_redis_start (&pair.redis, NULL, NULL);   /* it has lost all counts */
  wait_until_back (&pair);
  g_assert_cmpuint (ask (pair.limits[0], NULL, "192.0.2.7", 100).remaining, >=, 100 - 40 - 10 - 15 - 1);
  g_assert_cmpuint (ask (pair.limits[1], NULL, "192.0.2.7", 100).remaining, ==, 100 - 40 - 10 - 15 - 2);
  g_assert_cmpuint (ask_often (pair.limits[1], NULL, "192.0.2.7", 100, 10), ==, 10);
  g_assert_cmpuint (ask_often (pair.limits[0], NULL, "192.0.2.7", 100, 50), ==, 23);
  g_assert_false (ask (pair.limits[1], NULL, "192.0.2.7", 100).allowed);
  pair_clear (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/rate-limits/exact", test_exact);
  g_test_add_func ("/server/rate-limits/windows", test_windows);
  g_test_add_func ("/server/rate-limits/who", test_who);
  g_test_add_func ("/server/rate-limits/crowded", test_crowded);
  g_test_add_func ("/server/rate-limits/reused", test_reused);
  g_test_add_func ("/server/rate-limits/rates", test_rates);
  g_test_add_func ("/server/rate-limits/classes", test_classes);
  g_test_add_func ("/server/rate-limits/together", test_together);
  g_test_add_func ("/server/rate-limits/ahead", test_ahead);
  g_test_add_func ("/server/rate-limits/killed", test_killed);
  return g_test_run ();
}
