/* Values and counters of this process, each with their own room: values cannot push out what somebody is counted by. */
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-limits.h"
#include "wh-cache-ops.h"

/* What an entry takes beside its key and its value: the struct, its GBytes, its place in the table. */
#define ENTRY_BYTES 160
#define COUNTER_BYTES (4 * 1024 * 1024)
/* Twice the largest value. */
#define SHARD_BYTES (2 * WH_LIMIT_CACHE_VALUE)
#define MOST_SHARDS 16u

typedef struct {
  GList   place;      /* in the order of use; its data is the entry */
  char   *key;
  GBytes *value;      /* NULL: a counter */
  guint64 count;
  gint64  put;        /* wh_clock_monotonic */
  gint64  ends;
  gsize   bytes;
} Entry;

/* The most recently used is the queue's head. */
typedef struct {
  GHashTable *entries;    /* key -> Entry, the key is the entry's */
  GQueue      order;
  gsize       bytes, max_bytes;
  guint64     evictions;
} Room;

/* What has the keys whose hash begins alike, so that threads seldom wait for each other. */
typedef struct {
  GMutex  lock;
  Room    values, counters;
  guint64 hits, misses;
} Shard;

typedef struct {
  guint n;
  Shard shards[MOST_SHARDS];
} WhCacheLocal;

static void
room_init (Room *room, gsize max_bytes)
{
  room->entries = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&room->order);
  room->max_bytes = max_bytes;
}

static void
drop (Room *room, Entry *entry)
{
  g_hash_table_remove (room->entries, entry->key);
  g_queue_unlink (&room->order, &entry->place);
  room->bytes -= entry->bytes;
  g_clear_pointer (&entry->value, g_bytes_unref);
  g_free (entry->key);
  g_free (entry);
}

static void
room_clear (Room *room)
{
  while (room->order.tail)
    drop (room, room->order.tail->data);
}

/* What is over its time goes; what is found becomes the most recently used. */
static Entry *
find (Room *room, const char *key, gint64 now)
{
  Entry *entry = g_hash_table_lookup (room->entries, key);

  if (entry && now >= entry->ends)
    {
      drop (room, entry);
      return NULL;
    }
  if (entry)
    {
      g_queue_unlink (&room->order, &entry->place);
      g_queue_push_head_link (&room->order, &entry->place);
    }
  return entry;
}

/* In the place of what had the key; NULL where it has no room. */
static Entry *
add (Room *room, const char *key, gsize value_bytes, gint64 now, guint seconds)
{
  Entry *entry = g_hash_table_lookup (room->entries, key);
  gsize bytes = ENTRY_BYTES + strlen (key) + value_bytes;

  if (entry)
    drop (room, entry);
  if (bytes > room->max_bytes)
    return NULL;
  for (; room->bytes + bytes > room->max_bytes; room->evictions++)
    drop (room, room->order.tail->data);
  entry = g_new0 (Entry, 1);
  entry->place.data = entry;
  entry->key = g_strdup (key);
  entry->bytes = bytes;
  entry->put = now;
  entry->ends = now + seconds * WH_TIME_SECOND;
  g_hash_table_insert (room->entries, entry->key, entry);
  g_queue_push_head_link (&room->order, &entry->place);
  room->bytes += bytes;
  return entry;
}

static Shard *
shard_of (WhCacheLocal *local, const char *key)
{
  return &local->shards[(g_str_hash (key) * 0x9e3779b1u >> 16) % local->n];
}

gpointer
wh_cache_local_new (gsize max_bytes)
{
  WhCacheLocal *local = g_new0 (WhCacheLocal, 1);

  local->n = (guint) CLAMP (max_bytes / SHARD_BYTES, 1, MOST_SHARDS);
  for (guint i = 0; i < local->n; i++)
    {
      g_mutex_init (&local->shards[i].lock);
      room_init (&local->shards[i].values, max_bytes / local->n);
      room_init (&local->shards[i].counters, COUNTER_BYTES / local->n);
    }
  return local;
}

static void
local_free (gpointer state)
{
  WhCacheLocal *local = state;

  for (guint i = 0; i < local->n; i++)
    {
      room_clear (&local->shards[i].values);
      room_clear (&local->shards[i].counters);
      g_hash_table_unref (local->shards[i].values.entries);
      g_hash_table_unref (local->shards[i].counters.entries);
      g_mutex_clear (&local->shards[i].lock);
    }
  g_free (local);
}

WhCacheAnswer
wh_cache_local_get_young (gpointer state, const char *key, gint64 most_age, GBytes **out_value, guint *out_seconds)
{
  Shard *shard = shard_of (state, key);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shard->lock);
  gint64 now = wh_clock_monotonic ();
  Entry *entry = find (&shard->values, key, now);

  if (!entry || now - entry->put > most_age)
    {
      shard->misses++;
      return WH_CACHE_MISSING;
    }
  shard->hits++;
  *out_value = g_bytes_ref (entry->value);
  *out_seconds = (guint) ((entry->ends - now + WH_TIME_SECOND - 1) / WH_TIME_SECOND);
  return WH_CACHE_FOUND;
}

static WhCacheAnswer
local_get (gpointer state, const char *key, GBytes **out_value, guint *out_seconds)
{
  return wh_cache_local_get_young (state, key, G_MAXINT64, out_value, out_seconds);
}

static gboolean
local_put (gpointer state, const char *key, GBytes *value, guint seconds)
{
  Shard *shard = shard_of (state, key);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shard->lock);
  Entry *entry = add (&shard->values, key, g_bytes_get_size (value), wh_clock_monotonic (), seconds);

  if (entry)
    entry->value = g_bytes_ref (value);
  return entry != NULL;
}

static gboolean
local_remove (gpointer state, const char *key)
{
  Shard *shard = shard_of (state, key);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shard->lock);
  Entry *entry = g_hash_table_lookup (shard->values.entries, key);

  if (entry)
    drop (&shard->values, entry);
  return TRUE;
}

static gboolean
local_clear (gpointer state)
{
  WhCacheLocal *local = state;

  for (guint i = 0; i < local->n; i++)
    {
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&local->shards[i].lock);
      room_clear (&local->shards[i].values);
    }
  return TRUE;
}

static guint64
local_count (gpointer state, const char *key, guint window_seconds)
{
  Shard *shard = shard_of (state, key);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shard->lock);
  gint64 now = wh_clock_monotonic ();
  Entry *entry = find (&shard->counters, key, now);

  if (!entry)
    entry = add (&shard->counters, key, 0, now, window_seconds);
  return ++entry->count;
}

static gboolean
local_check (gpointer state)
{
  return TRUE;
}

static void
local_stats (gpointer state, WhCacheStats *stats)
{
  WhCacheLocal *local = state;

  for (guint i = 0; i < local->n; i++)
    {
      Shard *shard = &local->shards[i];
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shard->lock);
      stats->local_hits += shard->hits;
      stats->misses += shard->misses;
      stats->evictions += shard->values.evictions;
      stats->entries += g_hash_table_size (shard->values.entries);
      stats->bytes += shard->values.bytes;
    }
}

const WhCacheOps wh_cache_local_ops = {
  .version = WH_CACHE_OPS_VERSION,
  .free = local_free,
  .get = local_get,
  .put = local_put,
  .remove = local_remove,
  .clear = local_clear,
  .count = local_count,
  .check = local_check,
  .stats = local_stats,
};
