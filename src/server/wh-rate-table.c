#include "wh-rate-table.h"

#include <stdatomic.h>

#include "base/wh-hash.h"
#include "base/wh-random.h"

#define WAYS 8            /* slots of one place; a key has two places */
#define N_LOCKS 64
#define CROWDS 4096       /* of a class */

/* Two halves: when the window ends, and the count. A slot is free when its window has ended. When it is given to another key, the end
 * grows; so whoever compares and swaps a state that it read together with a key knows that the key is still there. */
typedef guint64 State;

#define STATE(ends, count) ((State) (ends) << 32 | (count))
#define ENDS(state) ((gint64) ((state) >> 32))
#define COUNT(state) ((guint) (state))
#define CLAIMED STATE (0, G_MAXUINT32)   /* its key is being written */

typedef struct {
  _Atomic State   state;
  _Atomic guint64 a, b;
} Slot;

struct _WhRateTable {
  guint64        secret[2];
  Slot          *slots;
  gsize          n_places;                /* a power of two */
  GMutex         locks[N_LOCKS];          /* of those who are new, by key */
  _Atomic State  crowds[WH_RATE_CLASSES * CROWDS];
};

/* Where a key may be. */
typedef struct {
  Slot   *first, *second;   /* WAYS slots each */
  GMutex *lock;
} Places;

WhRateTable *
wh_rate_table_new (gsize keys)
{
  WhRateTable *table = g_new0 (WhRateTable, 1);

  table->n_places = 2;
  while (table->n_places * WAYS < keys)
    table->n_places *= 2;
  table->slots = g_new0 (Slot, table->n_places * WAYS);
  wh_random_bytes (table->secret, sizeof table->secret);
  for (guint i = 0; i < N_LOCKS; i++)
    g_mutex_init (&table->locks[i]);
  return table;
}

void
wh_rate_table_free (WhRateTable *table)
{
  for (guint i = 0; i < N_LOCKS; i++)
    g_mutex_clear (&table->locks[i]);
  g_free (table->slots);
  g_free (table);
}

gsize
wh_rate_table_slots (const WhRateTable *table)
{
  return table->n_places * WAYS;
}

static guint64
fold_product (guint64 a, guint64 b)
{
  unsigned __int128 product = (unsigned __int128) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
}

/* Nobody outside sees where a key comes to stand, so what nobody can guess need not be stronger than this. */
static guint64
hash_of (const WhRateTable *table, const WhRateKey *key)
{
  guint64 hash = fold_product (key->a ^ table->secret[0], key->b ^ table->secret[1]);

  return fold_product (hash ^ table->secret[1], G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) ^ key->a);
}

static _Atomic State *
crowd_of (WhRateTable *table, const WhRateKey *key)
{
  return &table->crowds[key->class * CROWDS + wh_hash_keyed (table->secret, &key->crowd, sizeof key->crowd) % CROWDS];
}

static Places
places_of (WhRateTable *table, const WhRateKey *key)
{
  guint64 hash = hash_of (table, key);
  gsize mask = table->n_places - 1, first = hash & mask, second = (hash >> 32) & mask;

  return (Places){ table->slots + first * WAYS, table->slots + (second == first ? first ^ 1 : second) * WAYS,
                   &table->locks[hash >> 58] };
}

static gboolean
has_key (const Slot *slot, const WhRateKey *key)
{
  return atomic_load_explicit (&slot->a, memory_order_acquire) == key->a && atomic_load_explicit (&slot->b, memory_order_acquire) == key->b;
}

static Slot *
find_among (Slot *slots, const WhRateKey *key, State *out_state)
{
  for (guint i = 0; i < WAYS; i++)
    {
      *out_state = atomic_load_explicit (&slots[i].state, memory_order_acquire);
      if (*out_state != CLAIMED && *out_state != 0 && has_key (&slots[i], key))
        return &slots[i];
    }
  return NULL;
}

static Slot *
find (const Places *places, const WhRateKey *key, State *out_state)
{
  Slot *slot = find_among (places->first, key, out_state);

  return slot ? slot : find_among (places->second, key, out_state);
}

/* One more in a state. The window that is there counts if it is ours, or one that a thread with a later clock has begun. */
static State
next_state (State state, gint64 ends, guint seconds, guint limit, WhRateCount *out_count)
{
  gint64 there = ENDS (state);
  gboolean goes_on = there == ends || (there > ends && there <= ends + seconds);
  guint count = goes_on ? COUNT (state) : 0;

  out_count->allowed = count < limit;
  out_count->ends = goes_on ? there : ends;
  out_count->count = count + out_count->allowed;
  return STATE (out_count->ends, out_count->count);
}

/* FALSE: the slot has another key by now. */
static gboolean
count_in (Slot *slot, State state, const WhRateKey *key, gint64 ends, guint seconds, guint limit, WhRateCount *out_count)
{
  for (;;)
    {
      State next = next_state (state, ends, seconds, limit, out_count);
      State seen = out_count->allowed ? state : atomic_load_explicit (&slot->state, memory_order_acquire);
      if (out_count->allowed
            ? atomic_compare_exchange_weak_explicit (&slot->state, &seen, next, memory_order_acq_rel, memory_order_acquire)
            : seen == state)
        return TRUE;
      if (seen == CLAIMED || !has_key (slot, key))
        return FALSE;
      state = seen;
    }
}

static void
count_crowd (WhRateTable *table, const WhRateKey *key, gint64 now, guint seconds, guint limit, WhRateCount *out_count)
{
  _Atomic State *crowd = crowd_of (table, key);
  gint64 ends = (now / seconds + 1) * seconds;
  State state = atomic_load (crowd), next;

  do
    next = next_state (state, ends, seconds, limit, out_count);
  while (out_count->allowed && !atomic_compare_exchange_weak (crowd, &state, next));
  out_count->slot = -1;
}

static guint
count_free (const Slot *slots, gint64 now)
{
  guint n = 0;

  for (guint i = 0; i < WAYS; i++)
    {
      State state = atomic_load_explicit (&slots[i].state, memory_order_relaxed);
      n += state != CLAIMED && ENDS (state) <= now;
    }
  return n;
}

/* A slot of these whose window has ended. */
static Slot *
claim (Slot *slots, gint64 now)
{
  for (guint i = 0; i < WAYS; i++)
    {
      State state = atomic_load_explicit (&slots[i].state, memory_order_relaxed);
      if (state != CLAIMED && ENDS (state) <= now
          && atomic_compare_exchange_strong_explicit (&slots[i].state, &state, CLAIMED, memory_order_acq_rel, memory_order_relaxed))
        return &slots[i];
    }
  return NULL;
}

/* With the lock of the key held. NULL: there is no room. */
static Slot *
add (WhRateTable *table, const Places *places, const WhRateKey *key, gint64 now, gint64 ends)
{
  gboolean second = count_free (places->second, now) > count_free (places->first, now);
  Slot *slot = claim (second ? places->second : places->first, now);
  State crowd = atomic_load (crowd_of (table, key));

  if (!slot)
    slot = claim (second ? places->first : places->second, now);
  if (!slot)
    return NULL;
  atomic_store_explicit (&slot->a, key->a, memory_order_release);
  atomic_store_explicit (&slot->b, key->b, memory_order_release);
  atomic_store_explicit (&slot->state, STATE (ends, ENDS (crowd) > now ? COUNT (crowd) : 0), memory_order_release);
  return slot;
}

void
wh_rate_table_count (WhRateTable *table, const WhRateKey *key, gint64 now, gint64 ends, guint seconds, guint limit, WhRateCount *out_count)
{
  Places places = places_of (table, key);
  Slot *slot;

  do
    {
      State state;
      slot = find (&places, key, &state);
      if (!slot)
        {
          g_autoptr (GMutexLocker) locker = g_mutex_locker_new (places.lock);
          slot = find (&places, key, &state);
          if (!slot)
            slot = add (table, &places, key, now, ends);
          if (!slot)
            {
              count_crowd (table, key, now, seconds, limit, out_count);
              return;
            }
          state = atomic_load_explicit (&slot->state, memory_order_acquire);
        }
      if (count_in (slot, state, key, ends, seconds, limit, out_count))
        break;
    }
  while (TRUE);
  out_count->slot = slot - table->slots;
}

void
wh_rate_table_raise (WhRateTable *table, gssize slot, gint64 ends, guint count)
{
  _Atomic State *place = &table->slots[slot].state;
  State state = atomic_load (place);

  while (ENDS (state) == ends && state != CLAIMED && COUNT (state) < count)
    if (atomic_compare_exchange_weak (place, &state, STATE (ends, count)))
      return;
}
