#include "wh-rate-limits.h"

#include <stdatomic.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-hash.h"
#include "base/wh-limits.h"
#include "base/wh-random.h"

#define IPV6_SITE 64          /* bits that one subscriber has in common … */
#define IPV6_CROWD 32         /* … and a provider */
#define IPV4_BITS 96
#define IPV4_CROWD (IPV4_BITS + 16)
#define AHEAD 512             /* of a large limit one server takes this share at once */
#define MOST_AHEAD 256
#define N_STRIPES 256
G_STATIC_ASSERT (WH_N_CLASSES <= WH_RATE_CLASSES);

/* What this server and the shared cache know of each other in a window. */
typedef struct {
  guint32 ends;
  guint32 seen;    /* counted by all, as far as is known here */
  guint32 mine;    /* of it by this server, whether the cache knows or was away */
  guint32 left;    /* of mine, taken ahead */
} Shared;

struct _WhRateLimits {
  WhRateTable    *table;
  WhCache        *cache;
  Shared         *shared;           /* by slot of the table; NULL: nobody shares */
  GMutex          stripes[N_STRIPES];
  guint64         secrets[2][2];
  char            name[20];         /* of this server in the shared cache */
  _Atomic guint64 refused[WH_N_CLASSES], crowded;
};

/* Who is counted. */
typedef struct {
  WhRateKey        key;
  const char      *account;    /* NULL: … */
  WhNetworkAddress site;       /* … by this */
  gint64           now, ends;  /* seconds since 1970 */
} Asker;

WhRateLimits *
wh_rate_limits_new (gsize keys, WhCache *cache)
{
  WhRateLimits *limits = g_new0 (WhRateLimits, 1);
  guint64 name;

  limits->table = wh_rate_table_new (keys);
  limits->cache = cache;
  if (wh_cache_is_shared (cache))
    limits->shared = g_new0 (Shared, wh_rate_table_slots (limits->table));
  for (guint i = 0; i < N_STRIPES; i++)
    g_mutex_init (&limits->stripes[i]);
  wh_random_bytes (limits->secrets, sizeof limits->secrets);
  wh_random_bytes (&name, sizeof name);
  g_snprintf (limits->name, sizeof limits->name, "%016" G_GINT64_MODIFIER "x", name);
  return limits;
}

void
wh_rate_limits_free (WhRateLimits *limits)
{
  wh_rate_table_free (limits->table);
  for (guint i = 0; i < N_STRIPES; i++)
    g_mutex_clear (&limits->stripes[i]);
  g_free (limits->shared);
  g_free (limits);
}

/* -- who it is -- */

/* The same on every server, so that all see the same window; spread, so that not everybody's begins at once. */
static gint64
end_of_window (gint64 now, guint64 who, guint seconds)
{
  guint32 phase = (guint32) ((who * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32) % seconds;
  guint32 past = (guint32) (now + phase) % seconds;

  return now + seconds - past;
}

static void
know_account (const WhRateLimits *limits, Asker *asker, guint seconds)
{
  gsize length = strlen (asker->account);

  asker->key.a = wh_hash_keyed (limits->secrets[0], asker->account, length);
  asker->key.crowd = wh_hash_keyed (limits->secrets[1], asker->account, length);
  asker->key.b = (asker->key.crowd & ~G_GUINT64_CONSTANT (0xffff)) | 0x8000 | asker->key.class;
  asker->ends = end_of_window (asker->now, wh_hash_quick (asker->account, length).halves[0], seconds);
}

static void
know_address (Asker *asker, const WhNetworkAddress *address, guint seconds)
{
  gboolean is_ipv4 = wh_network_is_ipv4 (address);

  asker->site = is_ipv4 ? *address : wh_network_prefix (address, IPV6_SITE);
  asker->key.a = is_ipv4 ? address->low : address->high;
  asker->key.crowd = is_ipv4 ? wh_network_prefix (address, IPV4_CROWD).low : wh_network_prefix (address, IPV6_CROWD).high;
  asker->key.b = (is_ipv4 ? 0x100 : 0) | asker->key.class;
  asker->ends = end_of_window (asker->now, asker->key.a, seconds);
}

/* What it is called in the shared cache; a name that is too long goes by its digest. */
static char *
name_of (const Asker *asker, gint64 ends)
{
  char address[WH_NETWORK_TEXT];
  g_autofree char *digest = NULL;
  const char *who = asker->account ? asker->account : wh_network_format (&asker->site, address);

  if (strlen (who) > WH_LIMIT_CACHE_KEY / 2)
    {
      WhHash hash = wh_hash_data (who, strlen (who));
      who = digest = wh_hash_to_string (&hash);
    }
  return g_strdup_printf ("rate:%u:%c:%s:%" G_GINT64_FORMAT, asker->key.class, asker->account ? 'a' : 'n', who, ends);
}

/* -- together with others -- */

static guint
share_of (guint limit)
{
  return limit < WH_RATE_EXACT ? 1 : CLAMP (limit / AHEAD, 1, MOST_AHEAD);
}

/* What is to be told and asked. FALSE: `*out_allowed` is certain already. */
static gboolean
begin_asking (WhRateLimits *limits, const WhRateCount *count, WhCacheTake *take, gboolean *out_allowed)
{
  Shared *shared = &limits->shared[count->slot];
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&limits->stripes[(gsize) count->slot % N_STRIPES]);

  *out_allowed = TRUE;
  if (shared->ends < (guint32) count->ends)
    *shared = (Shared){ .ends = (guint32) count->ends };
  if (shared->ends > (guint32) count->ends)
    return FALSE;   /* our window ended while we came here */
  if (shared->left)
    {
      shared->left--;
      return FALSE;
    }
  take->least = shared->seen;
  take->mine = shared->mine;
  return TRUE;
}

/* `before`: how many there were. Returns whether this one is allowed; *out_known: how many are used by now, as far as is known. */
static gboolean
end_asking (WhRateLimits *limits, const WhRateCount *count, const WhCacheTake *take, gboolean answered, guint64 before, guint *out_known)
{
  Shared *shared = &limits->shared[count->slot];
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&limits->stripes[(gsize) count->slot % N_STRIPES]);
  guint granted = answered && before < take->limit ? (guint) MIN (take->want, take->limit - before) : 0;

  *out_known = 0;
  if (shared->ends != (guint32) count->ends)
    return granted > 0 || !answered;
  if (!answered)
    {
      shared->mine++;
      shared->seen++;
      return TRUE;
    }
  shared->seen = (guint32) MAX (shared->seen, MIN (before, take->limit) + granted);
  shared->mine += granted;
  shared->left += granted ? granted - 1 : 0;
  *out_known = shared->seen - MIN (shared->seen, shared->left);
  return granted > 0;
}

static gboolean
ask_others (WhRateLimits *limits, const Asker *asker, guint limit, WhRateCount *count)
{
  WhCacheTake take = { .who = limits->name, .limit = limit, .want = share_of (limit), .seconds = (guint) (count->ends - asker->now) + 1 };
  g_autofree char *name = NULL;
  gboolean allowed, answered;
  guint64 before = 0;
  guint known;

  if (!begin_asking (limits, count, &take, &allowed))
    return allowed;
  name = name_of (asker, count->ends);
  answered = wh_cache_take (limits->cache, name, &take, &before);
  allowed = end_asking (limits, count, &take, answered, before, &known);
  wh_rate_table_raise (limits->table, count->slot, count->ends, known);
  count->count = MAX (count->count, known);
  return allowed;
}

void
wh_rate_limits_count (WhRateLimits *limits, WhRouteClass class, const char *account, const WhNetworkAddress *address, guint limit,
                      guint seconds, WhRateVerdict *out_verdict)
{
  Asker asker = { .key.class = class, .account = account, .now = wh_clock_now () / WH_TIME_SECOND };
  WhRateCount count;

  if (account)
    know_account (limits, &asker, seconds);
  else
    know_address (&asker, address, seconds);
  wh_rate_table_count (limits->table, &asker.key, asker.now, asker.ends, seconds, limit, &count);
  if (count.allowed && limits->shared && count.slot >= 0)
    count.allowed = ask_others (limits, &asker, limit, &count);
  if (count.slot < 0)
    atomic_fetch_add_explicit (&limits->crowded, 1, memory_order_relaxed);
  if (!count.allowed)
    atomic_fetch_add_explicit (&limits->refused[class], 1, memory_order_relaxed);
  out_verdict->allowed = count.allowed;
  out_verdict->limit = limit;
  out_verdict->remaining = count.allowed ? limit - MIN (limit, count.count) : 0;
  out_verdict->reset = count.ends;
}

guint64
wh_rate_limits_refused (WhRateLimits *limits, WhRouteClass class)
{
  return atomic_load_explicit (&limits->refused[class], memory_order_relaxed);
}

guint64
wh_rate_limits_crowded (WhRateLimits *limits)
{
  return atomic_load_explicit (&limits->crowded, memory_order_relaxed);
}
