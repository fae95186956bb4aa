/* Nanoseconds that counting a request costs, by one to four threads, for one address that all ask from and for many; beside a hash table
 * under a mutex, which is what one would write first, in the same run. And what looking an address up in a list of nets costs, beside
 * looking at every net. */
#include <stdio.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-random.h"
#include "server/wh-rate-limits.h"

#define RUN_SECONDS 1
#define MOST_THREADS 4
#define MANY 100000
#define N_NETS 4000
#define N_LOOKUPS 2000000
#define HOUR 3600
#define PLENTY 1000000000

typedef struct {
  guint64 key;
  gint64  ends;
  guint   count;
} Entry;

typedef struct {
  GMutex      lock;
  GHashTable *entries;   /* key -> Entry */
} Peer;

typedef struct {
  WhRateLimits *limits;  /* NULL: the peer */
  Peer         *peer;
  guint         n_addresses;
  gint64        until;
  guint64       n;
} Worker;

static gboolean
peer_count (Peer *peer, guint64 key)
{
  gint64 now = wh_clock_now () / WH_TIME_SECOND;
  Entry *entry;
  gboolean allowed;

  g_mutex_lock (&peer->lock);
  entry = g_hash_table_lookup (peer->entries, &key);
  if (!entry)
    {
      entry = g_new0 (Entry, 1);
      entry->key = key;
      g_hash_table_insert (peer->entries, &entry->key, entry);
    }
  if (entry->ends <= now)
    {
      entry->ends = (now / HOUR + 1) * HOUR;
      entry->count = 0;
    }
  allowed = entry->count < PLENTY;
  entry->count += allowed;
  g_mutex_unlock (&peer->lock);
  return allowed;
}

static gpointer
work_thread (gpointer data)
{
  Worker *worker = data;

  while (wh_clock_monotonic () < worker->until)
    for (guint i = 0; i < 1000; i++, worker->n++)
      {
        WhNetworkAddress address = { 0, 0xffff00000000 | (guint) (worker->n * 7919) % worker->n_addresses };
        WhRateVerdict verdict;
        if (worker->limits)
          wh_rate_limits_count (worker->limits, WH_CLASS_SEARCH, NULL, &address, PLENTY, HOUR, &verdict);
        else
          peer_count (worker->peer, address.low);
      }
  return NULL;
}

/* Nanoseconds of one count, as a thread sees them. */
static double
measure (WhRateLimits *limits, Peer *peer, guint n_addresses, guint n_threads)
{
  Worker workers[MOST_THREADS];
  GThread *threads[MOST_THREADS];
  guint64 n = 0;

  for (guint i = 0; i < n_threads; i++)
    {
      workers[i] = (Worker){ limits, peer, n_addresses, wh_clock_monotonic () + RUN_SECONDS * WH_TIME_SECOND, 0 };
      threads[i] = g_thread_new ("bench", work_thread, &workers[i]);
    }
  for (guint i = 0; i < n_threads; i++)
    {
      g_thread_join (threads[i]);
      n += workers[i].n;
    }
  return RUN_SECONDS * 1e9 * n_threads / (double) n;
}

static void
compare_counting (void)
{
  const WhCacheOptions options = { .address = WH_CACHE_LOCAL };
  g_autoptr (WhCache) cache = wh_cache_open (&options, NULL);

  for (guint many = 0; many < 2; many++)
    for (guint n_threads = 1; n_threads <= MOST_THREADS; n_threads++)
      {
        WhRateLimits *limits = wh_rate_limits_new (262144, cache);
        Peer peer = { .entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free) };
        double ours = measure (limits, NULL, many ? MANY : 1, n_threads), theirs = measure (NULL, &peer, many ? MANY : 1, n_threads);
        printf ("%6u address(es), %u thread(s): %5.0f ns a request, hash table under a mutex %5.0f ns, ratio %.1f\n", many ? MANY : 1,
                n_threads, ours, theirs, theirs / ours);
        if (wh_rate_limits_crowded (limits))
          printf ("  %" G_GUINT64_FORMAT " found no room\n", wh_rate_limits_crowded (limits));
        wh_rate_limits_free (limits);
        g_hash_table_unref (peer.entries);
      }
}

static void
compare_lists (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree WhNetworkAddress *prefixes = g_new (WhNetworkAddress, N_NETS);
  g_autoptr (WhNetworks) networks = NULL;
  WhNetworkAddress address = { 0, 0xffff00000000 };
  WhRng rng;
  guint hits = 0, seen = 0;
  gint64 start;
  double ours, theirs;

  wh_rng_init (&rng, 1);
  for (guint i = 0; i < N_NETS; i++)
    {
      char buffer[WH_NETWORK_TEXT];
      prefixes[i] = (WhNetworkAddress){ 0, 0xffff00000000 | ((guint32) wh_rng_next (&rng) & 0xffffff00) };
      g_ptr_array_add (texts, g_strdup_printf ("%s/24", wh_network_format (&prefixes[i], buffer)));
    }
  g_ptr_array_add (texts, NULL);
  networks = wh_networks_new ((const char *const *) texts->pdata, NULL);
  start = wh_clock_monotonic ();
  for (guint i = 0; i < N_LOOKUPS; i++)
    {
      address.low = 0xffff00000000 | (guint32) wh_rng_next (&rng);
      hits += wh_networks_contain (networks, &address);
    }
  ours = (double) (wh_clock_monotonic () - start) * 1e3 / N_LOOKUPS;
  start = wh_clock_monotonic ();
  for (guint i = 0; i < N_LOOKUPS / 1000; i++)
    {
      address.low = 0xffff00000000 | (guint32) wh_rng_next (&rng);
      for (guint j = 0; j < N_NETS; j++)
        seen += (address.low & ~G_GUINT64_CONSTANT (0xff)) == prefixes[j].low;
    }
  theirs = (double) (wh_clock_monotonic () - start) * 1e3 / (N_LOOKUPS / 1000);
  printf ("an address in a list of %u nets: %.0f ns (%u found), looking at each %.0f ns (%u), ratio %.0f\n", N_NETS, ours, hits,
          theirs, seen, theirs / ours);
}

int
main (void)
{
  compare_counting ();
  compare_lists ();
  return 0;
}
