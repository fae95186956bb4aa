/* A shared cache that is not there, dies, hangs, is full, or speaks nonsense: always a miss, never a wrong value, never for long. */
#include <signal.h>
#include <unistd.h>

#include <gio/gunixsocketaddress.h>

#include "base/wh-random.h"
#include "cache-fixture.h"
#include "store/wh-cache-redis.h"

#define N_THREADS 8
#define N_MANY 300
#define QUICK_MS 50
#define RETURN_SECONDS 20
#define LONG_WAIT (10 * G_USEC_PER_SEC)   /* that many misses of a dead server must not take, where one time-out each would take longer */

static WhCache *
open_cache (const char *address, guint timeout_ms)
{
  const WhCacheOptions options = { .address = address, .timeout_ms = timeout_ms };
  g_autoptr (GError) error = NULL;
  WhCache *cache = wh_cache_open (&options, &error);

  g_assert_no_error (error);
  return cache;
}

/* Without a copy in this process. */
static WhCache *
open_bare (const char *address, guint timeout_ms)
{
  g_autoptr (WhCacheAddress) parsed = wh_cache_address_parse (address, NULL);

  return wh_cache_new (&wh_cache_redis_ops, wh_cache_redis_new (parsed, timeout_ms));
}

static gboolean
is_answering (WhCache *cache)
{
  WhCacheStats stats;

  wh_cache_stats (cache, &stats);
  return stats.answering;
}

static guint64
failures_of (WhCache *cache)
{
  WhCacheStats stats;

  wh_cache_stats (cache, &stats);
  return stats.failures;
}

/* It comes back by itself, once it is used. */
static void
wait_until_answering (WhCache *cache)
{
  for (gint64 start = g_get_monotonic_time (); g_get_monotonic_time () - start < RETURN_SECONDS * G_USEC_PER_SEC; g_usleep (10000))
    if (wh_cache_check (cache))
      return;
  g_assert_not_reached ();
}

/* -- not there --------------------------------------------------------------------------------------------------- */

static void
test_not_there (void)
{
  WhTestRedis redis;

  if (!wh_test_redis_init (&redis))
    return;
  g_autoptr (WhCache) cache = open_cache (redis.address, FIXTURE_PATIENCE_MS);
  g_autoptr (WhCache) other = open_bare (redis.address, FIXTURE_PATIENCE_MS);
  g_assert_cmpint (fixture_get (cache, "a"), ==, -1);
  g_assert_true (fixture_put (cache, "a", 1, 5, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (cache, "a"), ==, 1);
  for (guint i = 1; i <= 3; i++)
    g_assert_cmpuint (wh_cache_count (cache, "counter", 3600), ==, i);
  g_assert_false (is_answering (cache));
  g_assert_cmpuint (failures_of (cache), >=, 1);
  g_assert_false (wh_cache_check (cache));

  wh_test_redis_start (&redis, NULL, NULL);
  wait_until_answering (cache);
  g_assert_true (fixture_put (cache, "b", 2, 5, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (other, "b"), ==, 2);
  g_clear_pointer (&cache, wh_cache_free);
  g_clear_pointer (&other, wh_cache_free);
  wh_test_redis_clear (&redis);
}

/* A socket that is a file, a folder, of somebody else; a wrong password; a database that is not there. */
static void
test_wrong (void)
{
  WhTestRedis redis;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, "--databases", "1");
  g_autofree char *file = g_strconcat (redis.address, ".file", NULL), *folder = g_strconcat ("unix:", redis.dir, NULL);
  const char *const addresses[] = { file, folder, "unix:/nowhere/at/all", "redis://127.0.0.1:1", "redis://[::1]:1/3" };
  g_assert_true (g_file_set_contents (file + strlen ("unix:"), "", 0, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (WhCache) cache = open_cache (addresses[i], FIXTURE_PATIENCE_MS);
      g_assert_cmpint (fixture_get (cache, "a"), ==, -1);
      g_assert_true (fixture_put (cache, "a", 1, 5, FIXTURE_LONG));
      g_assert_cmpint (fixture_get (cache, "a"), ==, 1);
      g_assert_false (is_answering (cache));
    }
  wh_test_redis_clear (&redis);
}

/* -- what TCP adds: a password and a database -------------------------------------------------------------------- */

static guint16
free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static void
test_password (void)
{
  g_autofree char *port = g_strdup_printf ("%u", free_port ());
  g_autofree char *right = g_strdup_printf ("redis://:geheim@127.0.0.1:%s/3", port);
  g_autofree char *other = g_strdup_printf ("redis://:geheim@127.0.0.1:%s/4", port);
  g_autofree char *wrong = g_strdup_printf ("redis://:secret@127.0.0.1:%s/3", port);
  g_autofree char *without = g_strdup_printf ("redis://127.0.0.1:%s/3", port);
  WhTestRedis redis;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, "--port", port);
  g_free (wh_test_redis_say (&redis, "CONFIG SET requirepass geheim"));
  g_autoptr (WhCache) good = open_bare (right, FIXTURE_PATIENCE_MS), another = open_bare (other, FIXTURE_PATIENCE_MS);
  g_assert_true (fixture_put (good, "a", 1, 5, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (good, "a"), ==, 1);
  g_assert_cmpint (fixture_get (another, "a"), ==, -1);
  g_assert_true (is_answering (another));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WhCache) bad = open_bare (i ? wrong : without, FIXTURE_PATIENCE_MS);
      g_assert_cmpint (fixture_get (bad, "a"), ==, -1);
      g_assert_false (fixture_put (bad, "a", 2, 5, FIXTURE_LONG));
      g_assert_false (is_answering (bad));
    }
  g_assert_cmpint (fixture_get (good, "a"), ==, 1);
  wh_test_redis_clear (&redis);
}

/* -- shared by two ----------------------------------------------------------------------------------------------- */

typedef struct {
  WhCache *cache;
  gint    *stop;
  guint    number;
  guint64  largest;
} Worker;

static gpointer
count_thread (gpointer data)
{
  Worker *worker = data;

  for (guint i = 0; i < 200; i++)
    {
      guint64 count = wh_cache_count (worker->cache, "both", 3600);
      worker->largest = MAX (worker->largest, count);
    }
  return NULL;
}

static void
test_two_share (void)
{
  WhTestRedis redis;
  Worker workers[N_THREADS];
  GThread *threads[N_THREADS];
  guint64 largest = 0;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, NULL, NULL);
  g_autoptr (WhCache) one = open_cache (redis.address, FIXTURE_PATIENCE_MS), two = open_cache (redis.address, FIXTURE_PATIENCE_MS);
  g_assert_true (fixture_put (one, "a", 1, 45000, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (two, "a"), ==, 1);
  /* The other's copy is young for two seconds. */
  g_assert_true (fixture_put (one, "a", 2, 45000, FIXTURE_LONG));
  wh_cache_remove (one, "a");
  g_usleep (2200 * 1000);
  g_assert_cmpint (fixture_get (two, "a"), ==, -1);
  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker){ .cache = i % 2 ? one : two };
      threads[i] = g_thread_new ("count", count_thread, &workers[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_thread_join (threads[i]);
      largest = MAX (largest, workers[i].largest);
    }
  g_assert_cmpuint (largest, ==, N_THREADS * 200);
  g_clear_pointer (&one, wh_cache_free);
  g_clear_pointer (&two, wh_cache_free);
  wh_test_redis_clear (&redis);
}

/* -- killed under load ------------------------------------------------------------------------------------------- */

/* Its own key is this thread's alone, so whatever dies: what it reads is what it put last, or nothing. */
static gpointer
load_thread (gpointer data)
{
  Worker *worker = data;
  g_autofree char *own = g_strdup_printf ("own-%u", worker->number);

  for (guint32 i = 0; !g_atomic_int_get (worker->stop); i++)
    {
      gint64 number;
      fixture_put (worker->cache, own, i, (i * 97) % 20000, FIXTURE_LONG);
      number = fixture_get (worker->cache, own);
      g_assert_true (number == -1 || number == i);
      if (i % 5 == 0)
        {
          wh_cache_remove (worker->cache, own);
          g_assert_cmpint (fixture_get (worker->cache, own), ==, -1);
        }
      fixture_put (worker->cache, "all", i, 1000, FIXTURE_LONG);
      fixture_get (worker->cache, "all");
      g_assert_cmpuint (wh_cache_count (worker->cache, "all", 3600) + 1, >=, 1);
    }
  return NULL;
}

typedef void (*Trouble) (WhTestRedis *redis);

static void
under_load (WhCache *cache, WhTestRedis *redis, Trouble trouble)
{
  Worker workers[N_THREADS];
  GThread *threads[N_THREADS];
  gint stop = 0;

  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker){ .cache = cache, .stop = &stop, .number = i };
      threads[i] = g_thread_new ("load", load_thread, &workers[i]);
    }
  for (guint i = 0; i < 5; i++)
    {
      g_usleep (150 * 1000);
      trouble (redis);
    }
  g_atomic_int_set (&stop, 1);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

static void
kill_and_start (WhTestRedis *redis)
{
  wh_test_redis_kill (redis);
  g_usleep (150 * 1000);
  wh_test_redis_start (redis, NULL, NULL);
}

static void
stop_and_go_on (WhTestRedis *redis)
{
  wh_test_redis_signal (redis, SIGSTOP);
  g_usleep (250 * 1000);
  wh_test_redis_signal (redis, SIGCONT);
}

static void
run_load (Trouble trouble, gboolean bare)
{
  WhTestRedis redis;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, NULL, NULL);
  g_autoptr (WhCache) cache = bare ? open_bare (redis.address, QUICK_MS) : open_cache (redis.address, QUICK_MS);
  under_load (cache, &redis, trouble);
  g_assert_cmpuint (failures_of (cache), >, 0);
  wait_until_answering (cache);
  for (guint i = 0; fixture_get (cache, "after") != 7; i++)
    {
      g_assert_cmpuint (i, <, 100);
      fixture_put (cache, "after", 7, 100, FIXTURE_LONG);
      g_usleep (10000);
    }
  g_clear_pointer (&cache, wh_cache_free);
  wh_test_redis_clear (&redis);
}

static void
test_killed (void)
{
  run_load (kill_and_start, TRUE);
}

static void
test_killed_before_a_copy (void)
{
  run_load (kill_and_start, FALSE);
}

static void
test_stopped (void)
{
  run_load (stop_and_go_on, TRUE);
}

/* A connection that was not in use when the server died is seen to be dead, and is no failure. */
static void
test_restarted (void)
{
  WhTestRedis redis;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, NULL, NULL);
  g_autoptr (WhCache) cache = open_bare (redis.address, FIXTURE_PATIENCE_MS);
  g_assert_true (fixture_put (cache, "a", 1, 5, FIXTURE_LONG));
  wh_test_redis_kill (&redis);
  wh_test_redis_start (&redis, NULL, NULL);
  g_assert_cmpint (fixture_get (cache, "a"), ==, -1);
  g_assert_true (fixture_put (cache, "a", 2, 5, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (cache, "a"), ==, 2);
  g_assert_cmpuint (failures_of (cache), ==, 0);
  g_clear_pointer (&cache, wh_cache_free);
  wh_test_redis_clear (&redis);
}

/* -- hangs ------------------------------------------------------------------------------------------------------- */

/* So many that they are not told at once. */
static void
put_many (WhCache *cache, guint32 number)
{
  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *key = g_strdup_printf ("many-%u", i);
      fixture_put (cache, key, number, 5, FIXTURE_LONG);
    }
}

/* Number 1 was replaced, or could not be. */
static void
expect_many_new (WhCache *cache)
{
  for (guint i = N_MANY; i-- > 0;)
    {
      g_autofree char *key = g_strdup_printf ("many-%u", i);
      g_assert_cmpint (fixture_get (cache, key), !=, 1);
    }
}

/* A server that does not answer for a while and has lost nothing must not give out what was replaced or removed meanwhile. */
static void
test_hangs (void)
{
  WhTestRedis redis;
  gint64 start;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, NULL, NULL);
  g_autoptr (WhCache) cache = open_bare (redis.address, QUICK_MS), copy = open_cache (redis.address, QUICK_MS);
  wait_until_answering (cache);
  wait_until_answering (copy);
  while (!fixture_put (cache, "replaced", 1, 5, FIXTURE_LONG) || !fixture_put (cache, "removed", 1, 5, FIXTURE_LONG))
    g_usleep (10000);
  put_many (cache, 1);
  wh_test_redis_signal (&redis, SIGSTOP);
  start = g_get_monotonic_time ();
  g_assert_false (fixture_put (cache, "replaced", 2, 5, FIXTURE_LONG));
  wh_cache_remove (cache, "removed");
  put_many (cache, 2);
  for (guint i = 0; i < 10000; i++)
    {
      g_assert_cmpint (fixture_get (cache, "replaced"), ==, -1);
      g_assert_cmpint (fixture_get (cache, "removed"), ==, -1);
      g_assert_cmpuint (wh_cache_count (copy, "counter", 3600), ==, i + 1);
    }
  g_assert_cmpint (g_get_monotonic_time () - start, <, LONG_WAIT);
  g_assert_true (fixture_put (copy, "copy", 3, 5, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (copy, "copy"), ==, 3);
  wh_test_redis_signal (&redis, SIGCONT);
  for (start = g_get_monotonic_time (); g_get_monotonic_time () - start < 2 * G_USEC_PER_SEC || !is_answering (cache); g_usleep (1000))
    {
      gint64 number = fixture_get (cache, "replaced");
      expect_many_new (cache);
      g_assert_true (number == -1 || number == 2);
      g_assert_cmpint (fixture_get (cache, "removed"), ==, -1);
      g_assert_cmpint (g_get_monotonic_time () - start, <, RETURN_SECONDS * G_USEC_PER_SEC);
    }
  g_clear_pointer (&cache, wh_cache_free);
  g_clear_pointer (&copy, wh_cache_free);
  wh_test_redis_clear (&redis);
}

/* Everything was to go and could not: nothing of it is given out before it does. */
static void
test_clear_in_vain (void)
{
  WhTestRedis redis;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, NULL, NULL);
  g_autoptr (WhCache) cache = open_bare (redis.address, QUICK_MS), other = open_bare (redis.address, FIXTURE_PATIENCE_MS);
  put_many (other, 1);
  g_assert_cmpint (fixture_get (other, "many-0"), ==, 1);
  wait_until_answering (cache);
  wh_test_redis_signal (&redis, SIGSTOP);
  g_assert_false (wh_cache_clear (cache));
  wh_test_redis_signal (&redis, SIGCONT);
  expect_many_new (cache);
  for (guint i = 0; fixture_get (other, "many-0") == 1; i++, g_usleep (10000))
    {
      g_assert_cmpuint (i, <, RETURN_SECONDS * 100);
      expect_many_new (cache);
    }
  wait_until_answering (cache);
  for (guint i = 0; !fixture_put (cache, "later", 2, 5, FIXTURE_LONG) || fixture_get (cache, "later") != 2; i++, g_usleep (10000))
    g_assert_cmpuint (i, <, RETURN_SECONDS * 100);
  expect_many_new (other);
  g_clear_pointer (&cache, wh_cache_free);
  g_clear_pointer (&other, wh_cache_free);
  wh_test_redis_clear (&redis);
}

/* -- full -------------------------------------------------------------------------------------------------------- */

static void
test_full (void)
{
  WhTestRedis redis;
  guint n_refused = 0;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, NULL, NULL);
  g_autoptr (WhCache) bare = open_bare (redis.address, FIXTURE_PATIENCE_MS), cache = open_cache (redis.address, FIXTURE_PATIENCE_MS);
  g_assert_true (fixture_put (bare, "kept", 1, 1000, FIXTURE_LONG));
  g_assert_true (fixture_put (bare, "replaced", 1, 1000, FIXTURE_LONG));
  g_free (wh_test_redis_say (&redis, "CONFIG SET maxmemory-policy noeviction"));
  g_free (wh_test_redis_say (&redis, "CONFIG SET maxmemory 1mb"));
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *key = g_strdup_printf ("key-%u", i);
      n_refused += !fixture_put (bare, key, i, 45000, FIXTURE_LONG);
      g_assert_true (fixture_put (cache, key, i, 45000, FIXTURE_LONG));
      g_assert_cmpint (fixture_get (cache, key), ==, i);
    }
  g_assert_cmpuint (n_refused, >, 0);
  g_assert_false (is_answering (bare));
  /* What it has it still gives; what could not be replaced is no longer given. */
  g_assert_cmpint (fixture_get (bare, "kept"), ==, 1);
  g_assert_false (fixture_put (bare, "replaced", 2, 1000, FIXTURE_LONG));
  g_assert_cmpint (fixture_get (bare, "replaced"), ==, -1);
  /* The copy goes on after it is no longer young. */
  g_usleep (2200 * 1000);
  g_assert_cmpint (fixture_get (cache, "key-99"), ==, 99);
  g_assert_cmpuint (wh_cache_count (cache, "counter", 3600), ==, 1);
  g_assert_cmpuint (wh_cache_count (cache, "counter", 3600), ==, 2);

  g_free (wh_test_redis_say (&redis, "CONFIG SET maxmemory 0"));
  for (guint i = 0; !fixture_put (bare, "later", 3, 1000, FIXTURE_LONG); i++, g_usleep (10000))
    g_assert_cmpuint (i, <, RETURN_SECONDS * 100);
  g_assert_true (is_answering (bare));
  g_assert_cmpint (fixture_get (bare, "later"), ==, 3);
  g_assert_cmpint (fixture_get (bare, "replaced"), ==, -1);
  g_clear_pointer (&bare, wh_cache_free);
  g_clear_pointer (&cache, wh_cache_free);
  wh_test_redis_clear (&redis);
}

/* One that follows another server, and so may be read only: not even a removal can be told. */
static void
test_read_only (void)
{
  WhTestRedis redis;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, NULL, NULL);
  g_autoptr (WhCache) bare = open_bare (redis.address, FIXTURE_PATIENCE_MS);
  g_assert_true (fixture_put (bare, "kept", 1, 5, FIXTURE_LONG));
  g_assert_true (fixture_put (bare, "replaced", 1, 5, FIXTURE_LONG));
  g_assert_true (fixture_put (bare, "removed", 1, 5, FIXTURE_LONG));
  g_free (wh_test_redis_say (&redis, "REPLICAOF 127.0.0.1 1"));
  g_assert_false (fixture_put (bare, "replaced", 2, 5, FIXTURE_LONG));
  wh_cache_remove (bare, "removed");
  for (guint i = 0; i < 100; i++)
    {
      g_assert_cmpint (fixture_get (bare, "kept"), ==, 1);
      g_assert_cmpint (fixture_get (bare, "replaced"), ==, -1);
      g_assert_cmpint (fixture_get (bare, "removed"), ==, -1);
    }
  g_assert_false (is_answering (bare));
  g_free (wh_test_redis_say (&redis, "REPLICAOF NO ONE"));
  for (guint i = 0; !fixture_put (bare, "later", 3, 5, FIXTURE_LONG); i++, g_usleep (10000))
    g_assert_cmpuint (i, <, RETURN_SECONDS * 100);
  g_assert_cmpint (fixture_get (bare, "replaced"), ==, -1);
  g_assert_cmpint (fixture_get (bare, "removed"), ==, -1);
  g_assert_cmpint (fixture_get (bare, "kept"), ==, 1);
  g_assert_true (is_answering (bare));
  g_clear_pointer (&bare, wh_cache_free);
  wh_test_redis_clear (&redis);
}

/* Somebody else keeps another thing, or another value, under the same name. */
static void
test_foreign_values (void)
{
  static const char *const commands[]
      = { "SET weedhounds:1:value:a hello", "SET weedhounds:1:value:a WHC1", "LPUSH weedhounds:1:value:a 1",
          "SETRANGE weedhounds:1:value:a 4 \"\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00b\"",
          "COPY weedhounds:1:value:b weedhounds:1:value:a" };
  WhTestRedis redis;

  if (!wh_test_redis_init (&redis))
    return;
  wh_test_redis_start (&redis, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (WhCache) cache = open_bare (redis.address, FIXTURE_PATIENCE_MS);
      g_free (wh_test_redis_say (&redis, "FLUSHALL"));
      g_assert_true (fixture_put (cache, "b", 1, 5, FIXTURE_LONG));
      g_free (wh_test_redis_say (&redis, commands[i]));
      g_assert_cmpint (fixture_get (cache, "a"), ==, -1);
      g_assert_cmpuint (failures_of (cache), ==, 1);
      wait_until_answering (cache);
      g_assert_true (fixture_put (cache, "a", 2, 5, FIXTURE_LONG));
      g_assert_cmpint (fixture_get (cache, "a"), ==, 2);
    }
  wh_test_redis_clear (&redis);
}

/* -- nonsense ---------------------------------------------------------------------------------------------------- */

typedef struct {
  const char *name;
  const char *reply;      /* to everything; NULL: random bytes */
  gssize      length;     /* -1: a C string */
  gboolean    slowly;     /* a byte at a time, without end */
} Nonsense;

typedef struct {
  const Nonsense *nonsense;
  GSocket        *socket;
  gint            stop;
  gint            n_connections;
} FakeServer;

static gboolean
send_slowly (FakeServer *server, GSocket *peer, const char *bytes, gsize length)
{
  for (gsize i = 0; !g_atomic_int_get (&server->stop) && g_socket_send (peer, bytes + i % length, 1, NULL, NULL) == 1; i++)
    g_usleep (5000);
  return FALSE;
}

static gboolean
answer (FakeServer *server, GSocket *peer)
{
  char request[4096], noise[64];
  const char *reply = server->nonsense->reply;
  gsize length = !reply ? sizeof noise : server->nonsense->length < 0 ? strlen (reply) : (gsize) server->nonsense->length;

  if (g_socket_receive (peer, request, sizeof request, NULL, NULL) <= 0)
    return FALSE;
  wh_random_bytes (noise, sizeof noise);
  if (server->nonsense->slowly)
    return send_slowly (server, peer, reply, length);
  return length > 0 && g_socket_send (peer, reply ? reply : noise, length, NULL, NULL) > 0;
}

static gpointer
fake_thread (gpointer data)
{
  FakeServer *server = data;

  while (!g_atomic_int_get (&server->stop))
    {
      g_autoptr (GSocket) peer = g_socket_accept (server->socket, NULL, NULL);
      if (!peer)
        continue;
      g_atomic_int_inc (&server->n_connections);
      g_socket_set_timeout (peer, 1);
      while (!g_atomic_int_get (&server->stop) && answer (server, peer))
        ;
    }
  return NULL;
}

/* Values, misses and counts of it are none. */
static void
use_nonsense (const char *address, const char *name)
{
  g_autoptr (WhCache) bare = open_bare (address, QUICK_MS), cache = open_cache (address, QUICK_MS);
  gint64 start = g_get_monotonic_time ();

  g_test_message ("%s", name);
  for (guint i = 0; i < 100; i++)
    {
      g_assert_null (wh_cache_get (bare, "a"));
      g_assert_true (fixture_put (cache, "b", i, 100, FIXTURE_LONG));
      g_assert_cmpint (fixture_get (cache, "b"), ==, i);
      fixture_put (bare, "c", 1, 100, FIXTURE_LONG);
      wh_cache_remove (bare, "a");
      g_usleep (500);
    }
  wh_cache_clear (bare);
  g_assert_cmpuint (failures_of (bare), >, 0);
  g_assert_cmpint (g_get_monotonic_time () - start, <, LONG_WAIT);
}

static void
run_nonsense (const Nonsense *nonsense)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "socket", NULL), *address = g_strconcat ("unix:", path, NULL);
  g_autoptr (GSocketAddress) place = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  FakeServer server = { .nonsense = nonsense, .socket = socket };
  GThread *threads[3];

  g_assert_true (g_socket_bind (socket, place, FALSE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  g_socket_set_timeout (socket, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("fake", fake_thread, &server);
  use_nonsense (address, nonsense->name);
  g_atomic_int_set (&server.stop, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (server.n_connections, >, 0);
  wh_test_remove_dir (dir);
}

static void
test_nonsense (gconstpointer data)
{
  run_nonsense (data);
}

static const Nonsense nonsenses[] = {
  { "http", "HTTP/1.1 400 Bad Request\r\n\r\n", -1, FALSE },
  { "random", NULL, 0, FALSE },
  { "closes", "", 0, FALSE },
  { "loading", "-LOADING Redis is loading the dataset in memory\r\n", -1, FALSE },
  { "error", "-ERR unknown\r\n", -1, FALSE },
  { "long-list", "*1000000000\r\n", -1, FALSE },
  { "list", "*2\r\n$1\r\na\r\n$1\r\nb\r\n", -1, FALSE },
  { "deep-list", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", -1, FALSE },
  { "long-text", "$9000000000000000000\r\nabc", -1, FALSE },
  { "negative", "$-7\r\n", -1, FALSE },
  { "number-of-nothing", ":\r\n", -1, FALSE },
  { "unfinished", "$100\r\nabc", -1, FALSE },
  { "another's", "$21\r\nWHC1\x01\0\0\0\0\0\0\0\0\0zmore!!\r\n", 28, FALSE },
  { "short-value", "$5\r\nWHC1\x01\r\n", -1, FALSE },
  { "too-much", ":-1\r\n:-2\r\n+OK\r\n", -1, FALSE },
  { "slowly", "$1000000\r\naaaaaaaaaaaaaaaaaaaaaaaaaa", -1, TRUE },
  { "zeros", "\0\0\0\0\0\0\0\0", 8, FALSE },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/cache-away/not-there", test_not_there);
  g_test_add_func ("/store/cache-away/wrong", test_wrong);
  g_test_add_func ("/store/cache-away/password", test_password);
  g_test_add_func ("/store/cache-away/two-share", test_two_share);
  g_test_add_func ("/store/cache-away/restarted", test_restarted);
  g_test_add_func ("/store/cache-away/killed", test_killed);
  g_test_add_func ("/store/cache-away/killed-before-a-copy", test_killed_before_a_copy);
  g_test_add_func ("/store/cache-away/stopped", test_stopped);
  g_test_add_func ("/store/cache-away/hangs", test_hangs);
  g_test_add_func ("/store/cache-away/clear-in-vain", test_clear_in_vain);
  g_test_add_func ("/store/cache-away/full", test_full);
  g_test_add_func ("/store/cache-away/read-only", test_read_only);
  g_test_add_func ("/store/cache-away/foreign-values", test_foreign_values);
  for (guint i = 0; i < G_N_ELEMENTS (nonsenses); i++)
    {
      g_autofree char *path = g_strdup_printf ("/store/cache-away/nonsense/%s", nonsenses[i].name);
      g_test_add_data_func (path, &nonsenses[i], test_nonsense);
    }
  return g_test_run ();
}
