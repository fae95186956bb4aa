/* How many values a second the cache of this process and a Redis on a Unix socket give and take, with one thread and with eight. The peer
 * of the first is the second: what a copy in this process saves. The peer of the second is redis-benchmark, where it is installed. */
#include <stdio.h>

#include "base/wh-clock.h"
#include "store/wh-cache-ops.h"
#include "support/wh-test-redis.h"
#include "wh-config.h"
#if WH_HAVE_REDIS
#include "store/wh-cache-redis.h"
#endif

#define N_KEYS 200
#define MOST_THREADS 8
#define RUN_SECONDS 2
#define KEEP_SECONDS 3600

typedef struct {
  WhCache *cache;
  GBytes  *value;
  gboolean puts;
  gint64   until;
  guint64  n, misses;
} Worker;

static gpointer
work_thread (gpointer data)
{
  Worker *worker = data;
  char key[32];

  for (; wh_clock_monotonic () < worker->until; worker->n++)
    {
      g_snprintf (key, sizeof key, "key-%u", (guint) (worker->n % N_KEYS));
      if (worker->puts)
        wh_cache_put (worker->cache, key, worker->value, KEEP_SECONDS);
      else
        {
          g_autoptr (GBytes) value = wh_cache_get (worker->cache, key);
          worker->misses += !value;
        }
    }
  return NULL;
}

/* Operations a second. */
static double
measure (WhCache *cache, GBytes *value, gboolean puts, guint n_threads)
{
  Worker workers[MOST_THREADS];
  GThread *threads[MOST_THREADS];
  guint64 n = 0, misses = 0;

  for (guint i = 0; i < n_threads; i++)
    {
      workers[i] = (Worker){ cache, value, puts, wh_clock_monotonic () + RUN_SECONDS * WH_TIME_SECOND, 0, 0 };
      threads[i] = g_thread_new ("bench", work_thread, &workers[i]);
    }
  for (guint i = 0; i < n_threads; i++)
    {
      g_thread_join (threads[i]);
      n += workers[i].n;
      misses += workers[i].misses;
    }
  if (misses)
    printf ("  %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " were misses\n", misses, n);
  return (double) n / RUN_SECONDS;
}

/* The numbers of redis-benchmark on the same server, for as many clients. */
static void
print_peer (const char *socket, gsize bytes, guint n_clients)
{
  g_autofree char *command = g_strdup_printf ("redis-benchmark -s %s -t set,get -d %" G_GSIZE_FORMAT " -n 40000 -c %u --csv", socket, bytes,
                                              n_clients);
  g_autofree char *out = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_spawn_command_line_sync (command, &out, NULL, NULL, NULL))
    return;
  lines = g_strsplit (out, "\n", -1);
  for (guint i = 1; lines[i] && *lines[i]; i++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], ",", 3);
      if (cells[0] && cells[1])
        printf ("  redis-benchmark %s, %u: %s a second\n", cells[0], n_clients, cells[1]);
    }
}

static void
compare (WhCache *local, WhCache *shared, const char *socket, gsize bytes, guint n_threads)
{
  g_autoptr (GBytes) value = g_bytes_new_take (g_strnfill (bytes, 'x'), bytes);

  for (guint puts = 2; puts-- > 0;)
    {
      double here = measure (local, value, puts, n_threads), there = shared ? measure (shared, value, puts, n_threads) : 0;
      printf ("%s %6zu bytes, %u thread(s): local %9.0f a second", puts ? "put" : "get", bytes, n_threads, here);
      if (shared)
        printf (", Redis %7.0f (%.1f us), ratio %.0f", there, n_threads * 1e6 / there, here / there);
      printf ("\n");
    }
  if (shared)
    print_peer (socket, bytes, n_threads);
}

int
main (void)
{
  const WhCacheOptions options = { .address = WH_CACHE_LOCAL };
  g_autoptr (WhCache) local = wh_cache_open (&options, NULL);
  WhCache *shared = NULL;
  WhTestRedis redis = { 0 };
  g_autofree char *program = g_find_program_in_path ("redis-server");
  gboolean have = WH_HAVE_REDIS && program && wh_test_redis_init (&redis);

#if WH_HAVE_REDIS
  if (have)
    {
      g_autoptr (WhCacheAddress) address = wh_cache_address_parse (redis.address, NULL);
      wh_test_redis_start (&redis, NULL, NULL);
      shared = wh_cache_new (&wh_cache_redis_ops, wh_cache_redis_new (address, 1000));
    }
#endif
  if (!have)
    printf ("no redis-server, or built without hiredis: the local one alone\n");
  for (guint n_threads = 1; n_threads <= MOST_THREADS; n_threads += MOST_THREADS - 1)
    {
      compare (local, shared, redis.socket, 1000, n_threads);
      compare (local, shared, redis.socket, 45000, n_threads);
    }
  g_clear_pointer (&shared, wh_cache_free);
  if (have)
    wh_test_redis_clear (&redis);
  return 0;
}
