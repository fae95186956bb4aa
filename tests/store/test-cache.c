/* What every cache must do: the one of this process, the shared one, and both together. */
#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "cache-fixture.h"
#include "wh-config.h"
#if WH_HAVE_REDIS
#include "store/wh-cache-redis.h"
#endif

#define N_THREADS 8
#define N_ROUNDS 400
#define LITTLE_ROOM (64 * 1024)

typedef enum {
  KIND_LOCAL,
  KIND_SHARED,
  KIND_TIERED,
} Kind;

typedef struct {
  Kind        kind;
  WhTestRedis redis;
  WhCache    *cache;
} Fixture;

static WhCache *
open_tiered (const char *address)
{
  const WhCacheOptions options = { .address = address, .timeout_ms = FIXTURE_PATIENCE_MS };
  g_autoptr (GError) error = NULL;
  WhCache *cache = wh_cache_open (&options, &error);

  g_assert_no_error (error);
  return cache;
}

static WhCache *
open_shared (const char *address)
{
#if WH_HAVE_REDIS
  g_autoptr (WhCacheAddress) parsed = wh_cache_address_parse (address, NULL);

  return wh_cache_new (&wh_cache_redis_ops, wh_cache_redis_new (parsed, FIXTURE_PATIENCE_MS));
#else
  return NULL;
#endif
}

static void
set_up (Fixture *fixture, gconstpointer kind)
{
  fixture->kind = (Kind) GPOINTER_TO_INT (kind);
  if (fixture->kind == KIND_LOCAL)
    fixture->cache = open_tiered (NULL);
  else if (!WH_HAVE_REDIS)
    g_test_skip ("built without hiredis");
  else if (wh_test_redis_init (&fixture->redis))
    {
      wh_test_redis_start (&fixture->redis, NULL, NULL);
      fixture->cache = fixture->kind == KIND_SHARED ? open_shared (fixture->redis.address) : open_tiered (fixture->redis.address);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer kind)
{
  g_clear_pointer (&fixture->cache, wh_cache_free);
  if (fixture->redis.dir)
    wh_test_redis_clear (&fixture->redis);
}

/* -- values ------------------------------------------------------------------------------------------------------ */

static void
test_values (Fixture *fixture, gconstpointer unused)
{
  WhCache *cache = fixture->cache;

  if (!cache)
    return;
  g_assert_cmpint (fixture_get (cache, "a"), ==, -1);
  g_assert_true (fixture_put (cache, "a", 1, 10, FIXTURE_LONG));
  g_assert_true (fixture_put (cache, "b", 2, 10, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (cache, "a"), ==, 1);
  g_assert_true (fixture_put (cache, "a", 3, 50000, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (cache, "a"), ==, 3);
  g_assert_cmpint (fixture_get (cache, "b"), ==, 2);
  wh_cache_remove (cache, "a");
  wh_cache_remove (cache, "never there");
  g_assert_cmpint (fixture_get (cache, "a"), ==, -1);
  g_assert_cmpint (fixture_get (cache, "b"), ==, 2);
}

static void
keep_and_read (WhCache *cache, const guint8 *bytes, gsize length)
{
  g_autoptr (GBytes) value = g_bytes_new (bytes, length);
  g_autoptr (GBytes) read = NULL;

  g_assert_true (wh_cache_put (cache, "binary", value, FIXTURE_LONG));
  read = wh_cache_get (cache, "binary");
  g_assert_nonnull (read);
  g_assert_true (g_bytes_equal (read, value));
}

static void
test_binary (Fixture *fixture, gconstpointer unused)
{
  static const guint8 nasty[] = "\r\n$-1\r\n*1000000\r\n\0\0+OK\r\n-ERR\r\n\xff\xfe";
  guint8 all[256];

  if (!fixture->cache)
    return;
  for (guint i = 0; i < sizeof all; i++)
    all[i] = (guint8) i;
  keep_and_read (fixture->cache, all, sizeof all);
  keep_and_read (fixture->cache, nasty, sizeof nasty);
  keep_and_read (fixture->cache, NULL, 0);
}

static void
test_keys (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *longest = g_strnfill (WH_LIMIT_CACHE_KEY, 'k'), *too_long = g_strnfill (WH_LIMIT_CACHE_KEY + 1, 'k');
  const char *keys[] = { "k", "with space", "line\r\nbreak", "*", "weedhounds:1:value:*", "grün", "\x01\xff", longest };

  if (!fixture->cache)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_true (fixture_put (fixture->cache, keys[i], i, 5, FIXTURE_LONG));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_cmpint (fixture_get (fixture->cache, keys[i]), ==, i);
  g_assert_false (fixture_put (fixture->cache, "", 1, 5, FIXTURE_LONG));
  g_assert_false (fixture_put (fixture->cache, too_long, 1, 5, FIXTURE_LONG));
  g_assert_null (wh_cache_get (fixture->cache, ""));
  g_assert_null (wh_cache_get (fixture->cache, too_long));
  g_assert_cmpuint (wh_cache_count (fixture->cache, too_long, 60), ==, 0);
  g_assert_cmpuint (wh_cache_count (fixture->cache, "k", 0), ==, 0);
  wh_cache_remove (fixture->cache, too_long);
}

/* What cannot be kept must not leave behind what it would have replaced. */
static void
test_limits (Fixture *fixture, gconstpointer unused)
{
  const gsize head = strlen ("big") + 1 + sizeof (guint32);

  if (!fixture->cache)
    return;
  g_assert_true (fixture_put (fixture->cache, "big", 1, WH_LIMIT_CACHE_VALUE - head, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (fixture->cache, "big"), ==, 1);
  g_assert_false (fixture_put (fixture->cache, "big", 2, WH_LIMIT_CACHE_VALUE - head + 1, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (fixture->cache, "big"), ==, -1);
  g_assert_true (fixture_put (fixture->cache, "big", 3, 5, WH_LIMIT_CACHE_SECONDS));
  g_assert_false (fixture_put (fixture->cache, "big", 4, 5, WH_LIMIT_CACHE_SECONDS + 1));
  g_assert_cmpint (fixture_get (fixture->cache, "big"), ==, -1);
  g_assert_false (fixture_put (fixture->cache, "big", 5, 5, 0));
  g_assert_cmpint (fixture_get (fixture->cache, "big"), ==, -1);
}

static void
test_time_to_live (Fixture *fixture, gconstpointer unused)
{
  if (!fixture->cache)
    return;
  g_assert_true (fixture_put (fixture->cache, "short", 1, 5, 1));
  g_assert_true (fixture_put (fixture->cache, "long", 2, 5, FIXTURE_LONG));
  g_assert_true (fixture_put (fixture->cache, "renewed", 3, 5, 1));
  g_assert_true (fixture_put (fixture->cache, "renewed", 4, 5, FIXTURE_LONG));
  g_usleep (1200 * 1000);
  g_assert_cmpint (fixture_get (fixture->cache, "short"), ==, -1);
  g_assert_cmpint (fixture_get (fixture->cache, "long"), ==, 2);
  g_assert_cmpint (fixture_get (fixture->cache, "renewed"), ==, 4);
}

static void
test_clear (Fixture *fixture, gconstpointer unused)
{
  if (!fixture->cache)
    return;
  for (guint i = 0; i < 1500; i++)
    {
      g_autofree char *key = g_strdup_printf ("key-%u", i);
      g_assert_true (fixture_put (fixture->cache, key, i, 5, FIXTURE_LONG));
    }
  g_assert_cmpuint (wh_cache_count (fixture->cache, "counter", 60), ==, 1);
  if (fixture->redis.dir)
    g_free (wh_test_redis_say (&fixture->redis, "SET of-somebody-else 1"));
  g_assert_true (wh_cache_clear (fixture->cache));
  for (guint i = 0; i < 1500; i++)
    {
      g_autofree char *key = g_strdup_printf ("key-%u", i);
      g_assert_cmpint (fixture_get (fixture->cache, key), ==, -1);
    }
  g_assert_cmpuint (wh_cache_count (fixture->cache, "counter", 60), ==, 2);
  if (fixture->redis.dir)
    {
      g_autofree char *kept = wh_test_redis_say (&fixture->redis, "EXISTS of-somebody-else");
      g_assert_cmpstr (kept, ==, ":1");
    }
  g_assert_true (fixture_put (fixture->cache, "after", 7, 5, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (fixture->cache, "after"), ==, 7);
}

/* -- counters ---------------------------------------------------------------------------------------------------- */

static void
test_counters (Fixture *fixture, gconstpointer unused)
{
  if (!fixture->cache)
    return;
  g_assert_cmpuint (wh_cache_count (fixture->cache, "long", 3600), ==, 1);
  for (guint i = 1; i <= 3; i++)
    g_assert_cmpuint (wh_cache_count (fixture->cache, "short", 1), ==, i);
  /* A value of the same name is another thing. */
  g_assert_true (fixture_put (fixture->cache, "short", 9, 5, FIXTURE_LONG));
  g_usleep (1200 * 1000);
  g_assert_cmpuint (wh_cache_count (fixture->cache, "short", 1), ==, 1);
  g_assert_cmpuint (wh_cache_count (fixture->cache, "long", 3600), ==, 2);
  g_assert_cmpint (fixture_get (fixture->cache, "short"), ==, 9);
}

typedef struct {
  WhCache *cache;
  guint    number;
  gint    *seen;     /* of counting: how often each count was told */
  gint    *left;     /* threads that still write */
} Worker;

static gpointer
count_thread (gpointer data)
{
  Worker *worker = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      guint64 count = wh_cache_count (worker->cache, "together", 3600);
      g_assert_cmpuint (count, >=, 1);
      g_assert_cmpuint (count, <=, N_THREADS * N_ROUNDS);
      g_atomic_int_inc (&worker->seen[count - 1]);
    }
  return NULL;
}

static void
run_threads (WhCache *cache, GThreadFunc run, gint *seen)
{
  Worker workers[N_THREADS];
  GThread *threads[N_THREADS];
  gint left = N_THREADS;

  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker){ cache, i, seen, &left };
      threads[i] = g_thread_new ("worker", run, &workers[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

/* Every count is told once. */
static void
test_counting_together (Fixture *fixture, gconstpointer unused)
{
  g_autofree gint *seen = g_new0 (gint, N_THREADS * N_ROUNDS);

  if (!fixture->cache)
    return;
  run_threads (fixture->cache, count_thread, seen);
  for (guint i = 0; i < N_THREADS * N_ROUNDS; i++)
    g_assert_cmpint (seen[i], ==, 1);
}

/* -- many threads ------------------------------------------------------------------------------------------------ */

/* Each writes keys of its own and reads those of all: a value is whole, is the key's, and is never older than one that was seen. */
static gpointer
use_thread (gpointer data)
{
  Worker *worker = data;
  gint64 newest[N_THREADS];

  memset (newest, -1, sizeof newest);
  for (guint i = 0; i < N_ROUNDS; i++)
    for (guint j = 0; j < N_THREADS; j++)
      {
        g_autofree char *key = g_strdup_printf ("of-%u", j);
        gint64 number;
        if (j == worker->number)
          g_assert_true (fixture_put (worker->cache, key, i, (i * 37) % 3000, FIXTURE_LONG));
        number = fixture_get (worker->cache, key);
        g_assert_cmpint (number, >=, newest[j]);
        g_assert_true (j != worker->number || number == i);
        newest[j] = number;
      }
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer unused)
{
  if (fixture->cache)
    run_threads (fixture->cache, use_thread, NULL);
}

/* The same with values that come and go. */
static gpointer
come_and_go_thread (gpointer data)
{
  Worker *worker = data;
  g_autofree char *own = g_strdup_printf ("own-%u", worker->number);

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      fixture_put (worker->cache, own, i, 100, FIXTURE_LONG);
      g_assert_cmpint (fixture_get (worker->cache, own), ==, i);
      wh_cache_remove (worker->cache, own);
      g_assert_cmpint (fixture_get (worker->cache, own), ==, -1);
      fixture_put (worker->cache, "everybody's", i, 2000, FIXTURE_LONG);
      fixture_get (worker->cache, "everybody's");
    }
  return NULL;
}

static void
test_come_and_go (Fixture *fixture, gconstpointer unused)
{
  if (fixture->cache)
    run_threads (fixture->cache, come_and_go_thread, NULL);
}

static void
test_stats (Fixture *fixture, gconstpointer unused)
{
  WhCacheStats stats;

  if (!fixture->cache)
    return;
  fixture_put (fixture->cache, "a", 1, 5, FIXTURE_LONG);
  fixture_get (fixture->cache, "a");
  fixture_get (fixture->cache, "b");
  wh_cache_stats (fixture->cache, &stats);
  g_assert_true (wh_cache_check (fixture->cache));
  g_assert_cmpint (stats.shared, ==, fixture->kind != KIND_LOCAL);
  g_assert_cmpint (stats.answering, ==, fixture->kind != KIND_LOCAL);
  g_assert_cmpuint (stats.failures, ==, 0);
  if (fixture->kind == KIND_SHARED)
    return;
  g_assert_cmpuint (stats.local_hits, ==, 1);
  g_assert_cmpuint (stats.misses, ==, 1);
  g_assert_cmpuint (stats.entries, ==, 1);
}

/* -- the one of this process ------------------------------------------------------------------------------------- */

static void
test_room (void)
{
  const WhCacheOptions options = { .address = "local", .local_bytes = LITTLE_ROOM };
  g_autoptr (WhCache) cache = wh_cache_open (&options, NULL);
  WhCacheStats stats;

  g_assert_true (fixture_put (cache, "used", 1, 1000, FIXTURE_LONG));
  g_assert_true (fixture_put (cache, "unused", 2, 1000, FIXTURE_LONG));
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *key = g_strdup_printf ("key-%u", i);
      g_assert_true (fixture_put (cache, key, i, i % 2000, FIXTURE_LONG));
      g_assert_cmpint (fixture_get (cache, "used"), ==, 1);
      wh_cache_stats (cache, &stats);
      g_assert_cmpuint (stats.bytes, <=, LITTLE_ROOM);
    }
  g_assert_cmpint (fixture_get (cache, "unused"), ==, -1);
  g_assert_cmpint (fixture_get (cache, "key-999"), ==, 999);
  g_assert_cmpuint (stats.evictions, ==, 1002 - stats.entries);
  g_assert_cmpuint (stats.entries, >, 20);
  /* More than the whole room: everything else stays. */
  g_assert_false (fixture_put (cache, "key-999", 1, LITTLE_ROOM, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (cache, "key-999"), ==, -1);
  g_assert_cmpint (fixture_get (cache, "used"), ==, 1);
}

/* Many values do not make a counter forget, and many counters do not grow without end. */
static void
test_room_of_counters (void)
{
  const WhCacheOptions options = { .local_bytes = LITTLE_ROOM };
  g_autoptr (WhCache) cache = wh_cache_open (&options, NULL);

  g_assert_cmpuint (wh_cache_count (cache, "kept", 3600), ==, 1);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *key = g_strdup_printf ("key-%u", i);
      fixture_put (cache, key, i, 1000, FIXTURE_LONG);
    }
  g_assert_cmpuint (wh_cache_count (cache, "kept", 3600), ==, 2);
  for (guint i = 0; i < 100000; i++)
    {
      g_autofree char *key = g_strdup_printf ("somebody-%u", i);
      g_assert_cmpuint (wh_cache_count (cache, key, 3600), ==, 1);
    }
  g_assert_cmpuint (wh_cache_count (cache, "kept", 3600), ==, 1);
}

/* -- a copy that is learned while it is overtaken ---------------------------------------------------------------- */

/* A shared cache that has "a" as number 1; while it is read, somebody puts number 2, or removes it. */
typedef struct {
  WhCache *cache;
  gboolean removes;
  gboolean done;
} Overtaken;

static WhCacheAnswer
overtaken_get (gpointer state, const char *key, GBytes **out_value, guint *out_seconds)
{
  Overtaken *overtaken = state;

  if (overtaken->done)
    return WH_CACHE_AWAY;
  overtaken->done = TRUE;
  if (overtaken->removes)
    wh_cache_remove (overtaken->cache, key);
  else
    fixture_put (overtaken->cache, key, 2, 5, FIXTURE_LONG);
  *out_value = fixture_value (key, 1, 5);
  *out_seconds = FIXTURE_LONG;
  return WH_CACHE_FOUND;
}

static gboolean
overtaken_put (gpointer state, const char *key, GBytes *value, guint seconds)
{
  return TRUE;
}

static gboolean
overtaken_remove (gpointer state, const char *key)
{
  return TRUE;
}

static void
overtaken_free (gpointer state)
{
}

static const WhCacheOps overtaken_ops = { .version = WH_CACHE_OPS_VERSION, .free = overtaken_free, .get = overtaken_get,
                                          .put = overtaken_put, .remove = overtaken_remove };

static void
test_overtaken (void)
{
  for (guint i = 0; i < 2; i++)
    {
      Overtaken overtaken = { .removes = i };
      g_autoptr (WhCache) cache = wh_cache_new (&wh_cache_tiered_ops, wh_cache_tiered_new (LITTLE_ROOM, &overtaken_ops, &overtaken));
      overtaken.cache = cache;
      g_assert_cmpint (fixture_get (cache, "a"), ==, 1);
      g_assert_cmpint (fixture_get (cache, "a"), ==, overtaken.removes ? -1 : 2);
    }
}

/* -- addresses --------------------------------------------------------------------------------------------------- */

static void
test_addresses (void)
{
  static const char *const bad[] = { "redis", "unix:", "unix:relative", "http://127.0.0.1", "redis://", "redis://example.org",
                                     "redis://192.168.1.1:6379", "redis://0.0.0.0", "redis://127.0.0.1:70000", "redis://127.0.0.1/x",
                                     "redis://127.0.0.1/1024", "redis://127.0.0.1/1/2", "redis://user@127.0.0.1",
                                     "redis://127.0.0.1?a=b", "rediss://127.0.0.1", " local", "LOCAL" };
  static const char *const good[] = { "unix:/run/redis.sock", "unix:///run/redis.sock", "redis://127.0.0.1", "redis://localhost:6380/3",
                                      "redis://[::1]:6379/", "redis://:secret@127.0.0.1", "redis://me:secret@127.1.2.3/0" };
  g_autofree char *name = g_strnfill (120, 'x'), *too_long = g_strconcat ("unix:/", name, NULL);

  for (guint i = 0; i <= G_N_ELEMENTS (bad); i++)
    {
      const WhCacheOptions options = { .address = i < G_N_ELEMENTS (bad) ? bad[i] : too_long };
      g_autoptr (GError) error = NULL;
      g_assert_null (wh_cache_open (&options, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      const WhCacheOptions options = { .address = good[i] };
      g_autoptr (GError) error = NULL;
      g_autoptr (WhCache) cache = wh_cache_open (&options, &error);
      if (WH_HAVE_REDIS)
        g_assert_no_error (error);
      else
        g_assert_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED);
    }
}

#define ADD(path, kind, test) g_test_add (path, Fixture, GINT_TO_POINTER (kind), set_up, test, tear_down)

int
main (int argc, char **argv)
{
  static const char *const names[] = { "local", "shared", "tiered" };
  static const struct {
    const char *name;
    void      (*run) (Fixture *fixture, gconstpointer unused);
  } tests[] = { { "values", test_values },
                { "binary", test_binary },
                { "keys", test_keys },
                { "limits", test_limits },
                { "time-to-live", test_time_to_live },
                { "clear", test_clear },
                { "counters", test_counters },
                { "counting-together", test_counting_together },
                { "threads", test_threads },
                { "come-and-go", test_come_and_go },
                { "stats", test_stats } };

  g_test_init (&argc, &argv, NULL);
  for (Kind kind = KIND_LOCAL; kind <= KIND_TIERED; kind++)
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
      {
        g_autofree char *path = g_strdup_printf ("/store/cache/%s/%s", names[kind], tests[i].name);
        ADD (path, kind, tests[i].run);
      }
  g_test_add_func ("/store/cache/local/room", test_room);
  g_test_add_func ("/store/cache/local/room-of-counters", test_room_of_counters);
  g_test_add_func ("/store/cache/tiered/overtaken", test_overtaken);
  g_test_add_func ("/store/cache/addresses", test_addresses);
  return g_test_run ();
}
