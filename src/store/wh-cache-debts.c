#include "wh-cache-debts.h"

#define MOST_KEYS 4096

struct _WhCacheDebts {
  GMutex      lock;
  GHashTable *keys;      /* key -> guint64*, the mark at which it was owed */
  guint64     all;       /* the mark at which everything was owed; 0: it is not */
  guint64     mark;      /* of the last debt */
  gint        n;         /* atomic: whether there are any, without the lock */
};

WhCacheDebts *
wh_cache_debts_new (void)
{
  WhCacheDebts *debts = g_new0 (WhCacheDebts, 1);

  g_mutex_init (&debts->lock);
  debts->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return debts;
}

void
wh_cache_debts_free (WhCacheDebts *debts)
{
  g_hash_table_unref (debts->keys);
  g_mutex_clear (&debts->lock);
  g_free (debts);
}

static void
count (WhCacheDebts *debts)
{
  g_atomic_int_set (&debts->n, (gint) g_hash_table_size (debts->keys) + (debts->all != 0));
}

void
wh_cache_debts_owe (WhCacheDebts *debts, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&debts->lock);

  debts->mark++;
  if (debts->all || g_hash_table_size (debts->keys) >= MOST_KEYS)
    debts->all = debts->mark;
  else
    g_hash_table_replace (debts->keys, g_strdup (key), g_memdup2 (&debts->mark, sizeof debts->mark));
  count (debts);
}

void
wh_cache_debts_owe_all (WhCacheDebts *debts)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&debts->lock);

  debts->all = ++debts->mark;
  count (debts);
}

gboolean
wh_cache_debts_has (WhCacheDebts *debts, const char *key)
{
  if (g_atomic_int_get (&debts->n) == 0)
    return FALSE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&debts->lock);
  return debts->all || g_hash_table_contains (debts->keys, key);
}

gboolean
wh_cache_debts_has_all (WhCacheDebts *debts)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&debts->lock);

  return debts->all != 0;
}

char **
wh_cache_debts_list (WhCacheDebts *debts, guint most, guint64 *out_mark)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer key;

  if (g_atomic_int_get (&debts->n) == 0)
    return g_strv_builder_end (list);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&debts->lock);
  *out_mark = debts->mark;
  g_hash_table_iter_init (&iter, debts->keys);
  for (guint i = 0; i < most && g_hash_table_iter_next (&iter, &key, NULL); i++)
    g_strv_builder_add (list, key);
  return g_strv_builder_end (list);
}

void
wh_cache_debts_settle (WhCacheDebts *debts, const char *key, guint64 mark)
{
  if (g_atomic_int_get (&debts->n) == 0)
    return;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&debts->lock);
  const guint64 *owed = g_hash_table_lookup (debts->keys, key);
  if (owed && *owed <= mark)
    g_hash_table_remove (debts->keys, key);
  count (debts);
}

static gboolean
is_settled_cb (gpointer key, gpointer owed, gpointer mark)
{
  return *(const guint64 *) owed <= *(const guint64 *) mark;
}

void
wh_cache_debts_settle_all (WhCacheDebts *debts, guint64 mark)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&debts->lock);

  g_hash_table_foreach_remove (debts->keys, is_settled_cb, &mark);
  if (debts->all <= mark)
    debts->all = 0;
  count (debts);
}

guint64
wh_cache_debts_mark (WhCacheDebts *debts)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&debts->lock);

  return debts->mark;
}
