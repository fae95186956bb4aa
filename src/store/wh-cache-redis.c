#include "wh-cache-redis.h"

#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-limits.h"
#include "wh-cache-debts.h"
#include "wh-cache-redis-pool.h"

/* Raised when keys or values change their form, so that programs of both kinds can share one Redis. */
#define SCHEMA "weedhounds:1:"
#define VALUE_PREFIX SCHEMA "value:"
#define COUNTER_PREFIX SCHEMA "counter:"

/* Before every value: who it is for. A reply that belongs to another question, and what somebody else keeps under the same name, is
 * then seen for what it is. */
#define MAGIC "WHC1"
#define MAGIC_BYTES 4
#define HEAD_BYTES (MAGIC_BYTES + sizeof (guint16) + sizeof (gint64))

#define DEBTS_AT_ONCE 64
#define CLEAR_SECONDS 5
G_STATIC_ASSERT (DEBTS_AT_ONCE + 1 <= WH_REDIS_MOST_ARGUMENTS);

/* One step of looking through all keys; answers where the next one begins, "0" at the end. */
#define CLEAR_STEP                                                                              \
  "local found = redis.call('SCAN', ARGV[1], 'MATCH', '" VALUE_PREFIX "*', 'COUNT', 500)\n" \
  "for _, key in ipairs(found[2]) do redis.call('UNLINK', key) end\n"                          \
  "return found[1]"

/* A counter without an end, whatever took that from it, would count for ever. */
#define COUNT_STEP                                                                              \
  "local count = redis.call('INCR', KEYS[1])\n"                                                \
  "if count == 1 or redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end\n" \
  "return count"

/* Who, mine, least, limit, want, seconds. Of each what it took, and of all what was known at most: their sum is right as soon as each
 * has asked again, whatever was lost. */
#define TAKE_STEP                                                                               \
  "local who, mine, taken = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])\n"                    \
  "local sum, found = 0, redis.call('HGETALL', KEYS[1])\n"                                      \
  "for i = 1, #found, 2 do\n"                                                                   \
  "  local n = tonumber(found[i + 1]) or 0\n"                                                   \
  "  if found[i] == 'all' then taken = math.max(taken, n)\n"                                    \
  "  elseif found[i] == who then mine = math.max(mine, n)\n"                                    \
  "  else sum = sum + n end\n"                                                                  \
  "end\n"                                                                                       \
  "taken = math.max(taken, sum + mine)\n"                                                       \
  "local given = math.max(0, math.min(tonumber(ARGV[5]), tonumber(ARGV[4]) - taken))\n"         \
  "redis.call('HSET', KEYS[1], 'all', string.format('%.0f', taken + given), who, string.format('%.0f', mine + given))\n" \
  "redis.call('EXPIRE', KEYS[1], ARGV[6])\n"                                                    \
  "return taken"

typedef struct {
  WhRedisPool  *pool;
  WhCacheDebts *debts;
  GMutex        clearing;    /* held for one step; */
  char         *cursor;      /* where the next begins; "0" at the beginning */
  guint64       clear_mark;  /* debts up to this are settled when it comes to the end */
} WhCacheRedis;

gpointer
wh_cache_redis_new (const WhCacheAddress *address, guint timeout_ms)
{
  WhCacheRedis *redis = g_new0 (WhCacheRedis, 1);

  redis->pool = wh_redis_pool_new (address, timeout_ms);
  redis->debts = wh_cache_debts_new ();
  redis->cursor = g_strdup ("0");
  g_mutex_init (&redis->clearing);
  return redis;
}

static void
redis_free (gpointer state)
{
  WhCacheRedis *redis = state;

  wh_redis_pool_free (redis->pool);
  wh_cache_debts_free (redis->debts);
  g_mutex_clear (&redis->clearing);
  g_free (redis->cursor);
  g_free (redis);
}

/* -- asking ------------------------------------------------------------------------------------------------------ */

/* A server that is full, cannot write to its disk, or follows another still answers what it knows. */
static gboolean
refuses_to_write (const WhRedisReply *reply)
{
  return reply->type == WH_REDIS_ERROR
         && (wh_redis_reply_begins (reply, "OOM ") || wh_redis_reply_begins (reply, "MISCONF ")
             || wh_redis_reply_begins (reply, "READONLY ") || wh_redis_reply_begins (reply, "NOREPLICAS "));
}

/* What may come back; a reply of any other kind is a failure. */
typedef gboolean (*IsReply) (const WhRedisReply *reply, const char *key);

/* NULL: nobody was asked, or there was no such reply. */
static WhRedisReply *
ask (WhCacheRedis *redis, const WhRedisCommand *command, gboolean writes, IsReply is_reply, const char *key)
{
  g_autoptr (WhRedisReply) reply = NULL;
  WhRedisOutcome outcome = WH_REDIS_FAILED;
  WhRedisTurn turn;

  if (!wh_redis_pool_begin (redis->pool, writes, &turn))
    return NULL;
  reply = wh_redis_link_ask (turn.link, command, turn.deadline);
  if (reply && is_reply (reply, key))
    outcome = WH_REDIS_FINE;
  else if (reply && refuses_to_write (reply))
    outcome = WH_REDIS_FULL;
  wh_redis_pool_end (redis->pool, &turn, outcome);
  return outcome == WH_REDIS_FINE ? g_steal_pointer (&reply) : NULL;
}

static gboolean
is_ok (const WhRedisReply *reply, const char *key)
{
  return reply->type == WH_REDIS_STATUS && wh_redis_reply_begins (reply, "OK");
}

static gboolean
is_pong (const WhRedisReply *reply, const char *key)
{
  return reply->type == WH_REDIS_STATUS && wh_redis_reply_begins (reply, "PONG");
}

static gboolean
is_number (const WhRedisReply *reply, const char *key)
{
  return reply->type == WH_REDIS_INTEGER && reply->integer >= 0;
}

static gboolean
is_cursor (const WhRedisReply *reply, const char *key)
{
  g_autofree char *text = reply->type == WH_REDIS_STRING
                              ? g_strndup (g_bytes_get_data (reply->bytes, NULL), g_bytes_get_size (reply->bytes)) : NULL;

  return text && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, NULL, NULL);
}

/* -- values ------------------------------------------------------------------------------------------------------ */

static GByteArray *
wrap (const char *key, GBytes *value, guint seconds)
{
  gsize length = strlen (key), size;
  const guint8 *bytes = g_bytes_get_data (value, &size);
  GByteArray *whole = g_byte_array_sized_new ((guint) (HEAD_BYTES + length + size));
  guint16 key_length = GUINT16_TO_LE ((guint16) length);
  gint64 ends = GINT64_TO_LE (wh_clock_now () + seconds * WH_TIME_SECOND);

  g_byte_array_append (whole, (const guint8 *) MAGIC, MAGIC_BYTES);
  g_byte_array_append (whole, (const guint8 *) &key_length, sizeof key_length);
  g_byte_array_append (whole, (const guint8 *) &ends, sizeof ends);
  g_byte_array_append (whole, (const guint8 *) key, (guint) length);
  if (size > 0)
    g_byte_array_append (whole, bytes, (guint) size);
  return whole;
}

static gboolean
is_value (const WhRedisReply *reply, const char *key)
{
  gsize size = 0, length = strlen (key);
  const guint8 *bytes = reply->type == WH_REDIS_STRING ? g_bytes_get_data (reply->bytes, &size) : NULL;
  guint16 key_length;

  if (reply->type == WH_REDIS_NIL)
    return TRUE;
  if (size < HEAD_BYTES + length || memcmp (bytes, MAGIC, MAGIC_BYTES) != 0)
    return FALSE;
  memcpy (&key_length, bytes + MAGIC_BYTES, sizeof key_length);
  return GUINT16_FROM_LE (key_length) == length && memcmp (bytes + HEAD_BYTES, key, length) == 0;
}

/* Clocks of two machines may differ; a value's end is not worth more than that. */
static guint
seconds_left (const WhRedisReply *reply)
{
  const guint8 *bytes = g_bytes_get_data (reply->bytes, NULL);
  gint64 ends, left;

  memcpy (&ends, bytes + MAGIC_BYTES + sizeof (guint16), sizeof ends);
  left = GINT64_FROM_LE (ends) / WH_TIME_SECOND - wh_clock_now () / WH_TIME_SECOND;
  return (guint) CLAMP (left, 1, WH_LIMIT_CACHE_SECONDS);
}

/* -- debts ------------------------------------------------------------------------------------------------------- */

/* One step. FALSE: it did not work, and begins anew. */
static gboolean
clear_step (WhCacheRedis *redis)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&redis->clearing);
  g_autoptr (WhRedisReply) reply = NULL;
  WhRedisCommand command;

  if (strcmp (redis->cursor, "0") == 0)
    redis->clear_mark = wh_cache_debts_mark (redis->debts);
  wh_redis_command_init (&command, "EVAL");
  wh_redis_command_add (&command, CLEAR_STEP, -1);
  wh_redis_command_add (&command, "0", -1);
  wh_redis_command_add (&command, redis->cursor, -1);
  reply = ask (redis, &command, FALSE, is_cursor, NULL);
  g_free (redis->cursor);
  redis->cursor = reply ? g_strndup (g_bytes_get_data (reply->bytes, NULL), g_bytes_get_size (reply->bytes)) : g_strdup ("0");
  if (reply && strcmp (redis->cursor, "0") == 0)
    wh_cache_debts_settle_all (redis->debts, redis->clear_mark);
  return reply != NULL;
}

/* FALSE: they are owed still. The keys end with NULL. */
static gboolean
delete (WhCacheRedis *redis, const char *const *keys, guint64 mark)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (WhRedisReply) reply = NULL;
  WhRedisCommand command;

  wh_redis_command_init (&command, "DEL");
  for (guint i = 0; keys[i]; i++)
    {
      g_ptr_array_add (names, g_strconcat (VALUE_PREFIX, keys[i], NULL));
      wh_redis_command_add (&command, names->pdata[i], -1);
    }
  reply = ask (redis, &command, FALSE, is_number, NULL);
  for (guint i = 0; reply && keys[i]; i++)
    wh_cache_debts_settle (redis->debts, keys[i], mark);
  return reply != NULL;
}

/* A part of them, so that nobody waits long. */
static void
pay_debts (WhCacheRedis *redis)
{
  guint64 mark = 0;
  g_auto (GStrv) keys = wh_cache_debts_list (redis->debts, DEBTS_AT_ONCE, &mark);

  if (mark && wh_cache_debts_has_all (redis->debts))
    clear_step (redis);
  else if (keys[0])
    delete (redis, (const char *const *) keys, mark);
}

/* -- the table --------------------------------------------------------------------------------------------------- */

static WhCacheAnswer
redis_get (gpointer state, const char *key, GBytes **out_value, guint *out_seconds)
{
  WhCacheRedis *redis = state;
  g_autofree char *name = g_strconcat (VALUE_PREFIX, key, NULL);
  g_autoptr (WhRedisReply) reply = NULL;
  WhRedisCommand command;
  gsize head = HEAD_BYTES + strlen (key);

  pay_debts (redis);
  if (wh_cache_debts_has (redis->debts, key))
    return WH_CACHE_AWAY;
  wh_redis_command_init (&command, "GET");
  wh_redis_command_add (&command, name, -1);
  reply = ask (redis, &command, FALSE, is_value, key);
  if (!reply)
    return WH_CACHE_AWAY;
  if (reply->type == WH_REDIS_NIL)
    return wh_redis_pool_is_full (redis->pool) ? WH_CACHE_AWAY : WH_CACHE_MISSING;
  *out_seconds = seconds_left (reply);
  *out_value = g_bytes_new_from_bytes (reply->bytes, head, g_bytes_get_size (reply->bytes) - head);
  return WH_CACHE_FOUND;
}

static gboolean
redis_put (gpointer state, const char *key, GBytes *value, guint seconds)
{
  WhCacheRedis *redis = state;
  g_autofree char *name = g_strconcat (VALUE_PREFIX, key, NULL), *time = g_strdup_printf ("%u", seconds);
  g_autoptr (GByteArray) whole = wrap (key, value, seconds);
  g_autoptr (WhRedisReply) reply = NULL;
  guint64 mark = wh_cache_debts_mark (redis->debts);
  WhRedisCommand command;

  wh_redis_command_init (&command, "SET");
  wh_redis_command_add (&command, name, -1);
  wh_redis_command_add (&command, (const char *) whole->data, whole->len);
  wh_redis_command_add (&command, "EX", -1);
  wh_redis_command_add (&command, time, -1);
  reply = ask (redis, &command, TRUE, is_ok, NULL);
  if (reply)
    wh_cache_debts_settle (redis->debts, key, mark);
  else
    wh_cache_debts_owe (redis->debts, key);
  return reply != NULL;
}

static gboolean
redis_remove (gpointer state, const char *key)
{
  WhCacheRedis *redis = state;
  const char *const keys[] = { key, NULL };

  if (delete (redis, keys, wh_cache_debts_mark (redis->debts)))
    return TRUE;
  wh_cache_debts_owe (redis->debts, key);
  return FALSE;
}

static gboolean
redis_clear (gpointer state)
{
  WhCacheRedis *redis = state;
  gint64 deadline = wh_clock_monotonic () + CLEAR_SECONDS * WH_TIME_SECOND;

  wh_cache_debts_owe_all (redis->debts);
  g_mutex_lock (&redis->clearing);
  g_free (redis->cursor);
  redis->cursor = g_strdup ("0");
  g_mutex_unlock (&redis->clearing);
  while (wh_cache_debts_has_all (redis->debts))
    if (wh_clock_monotonic () > deadline || !clear_step (redis))
      return FALSE;
  return TRUE;
}

static guint64
redis_count (gpointer state, const char *key, guint window_seconds)
{
  WhCacheRedis *redis = state;
  g_autofree char *name = g_strconcat (COUNTER_PREFIX, key, NULL), *time = g_strdup_printf ("%u", window_seconds);
  g_autoptr (WhRedisReply) reply = NULL;
  WhRedisCommand command;

  wh_redis_command_init (&command, "EVAL");
  wh_redis_command_add (&command, COUNT_STEP, -1);
  wh_redis_command_add (&command, "1", -1);
  wh_redis_command_add (&command, name, -1);
  wh_redis_command_add (&command, time, -1);
  reply = ask (redis, &command, TRUE, is_number, NULL);
  return reply ? (guint64) reply->integer : 0;
}

static gboolean
redis_take (gpointer state, const char *key, const WhCacheTake *take, guint64 *out_before)
{
  WhCacheRedis *redis = state;
  const guint64 numbers[] = { take->mine, take->least, take->limit, take->want, take->seconds };
  g_autofree char *name = g_strconcat (COUNTER_PREFIX, key, NULL);
  g_autoptr (WhRedisReply) reply = NULL;
  char words[G_N_ELEMENTS (numbers)][24];
  WhRedisCommand command;

  wh_redis_command_init (&command, "EVAL");
  wh_redis_command_add (&command, TAKE_STEP, -1);
  wh_redis_command_add (&command, "1", -1);
  wh_redis_command_add (&command, name, -1);
  wh_redis_command_add (&command, take->who, -1);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_snprintf (words[i], sizeof words[i], "%" G_GUINT64_FORMAT, numbers[i]);
      wh_redis_command_add (&command, words[i], -1);
    }
  reply = ask (redis, &command, TRUE, is_number, NULL);
  if (reply)
    *out_before = (guint64) reply->integer;
  return reply != NULL;
}

static gboolean
redis_check (gpointer state)
{
  WhCacheRedis *redis = state;
  g_autoptr (WhRedisReply) reply = NULL;
  WhRedisCommand command;

  pay_debts (redis);
  wh_redis_command_init (&command, "PING");
  reply = ask (redis, &command, FALSE, is_pong, NULL);
  return wh_redis_pool_is_well (redis->pool);
}

static void
redis_stats (gpointer state, WhCacheStats *stats)
{
  WhCacheRedis *redis = state;

  stats->shared = TRUE;
  stats->answering = wh_redis_pool_is_well (redis->pool);
  stats->failures += wh_redis_pool_failures (redis->pool);
}

const WhCacheOps wh_cache_redis_ops = {
  .version = WH_CACHE_OPS_VERSION,
  .free = redis_free,
  .get = redis_get,
  .put = redis_put,
  .remove = redis_remove,
  .clear = redis_clear,
  .count = redis_count,
  .take = redis_take,
  .check = redis_check,
  .stats = redis_stats,
};
