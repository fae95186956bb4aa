#include "wh-naming-queue.h"

#include <string.h>

#include "base/wh-text.h"
#include "core/wh-nouns-shop.h"
#include "wh-naming-decide.h"

WhNamedEntry *
wh_named_entry_new (WhNamer *namer, const char *name, guint n)
{
  WhNamedEntry *entry = g_new0 (WhNamedEntry, 1);

  entry->name = g_strdup (name);
  entry->n = n;
  wh_namer_resolve (namer, name, &entry->naming);
  return entry;
}

void
wh_named_entry_free (WhNamedEntry *entry)
{
  g_free (entry->name);
  g_free (entry);
}

static void
count_name (GHashTable *counts, const char *name)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, name));

  g_hash_table_replace (counts, g_strdup (name), GUINT_TO_POINTER (n + 1));
}

static gboolean
take_batch_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhBatch *batch = entity;

  if (wh_id_is_none (&batch->strain_id) && batch->name)
    count_name (user_data, batch->name);
  return TRUE;
}

static gboolean
take_product_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhProduct *product = entity;

  if (wh_id_is_none (&product->strain_id) && product->name && wh_naming_is_of_a_strain (product->category))
    count_name (user_data, product->name);
  return TRUE;
}

typedef struct {
  GHashTable *counts;     /* name -> rows */
  GHashTable *rejected;   /* of wh_naming_decided_id */
} Queue;

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Queue *queue = user_data;

  queue->rejected = wh_naming_rejections (reader, error);
  return queue->rejected && wh_reader_each (reader, WH_KIND_BATCH, take_batch_cb, queue->counts, error)
         && wh_reader_each (reader, WH_KIND_PRODUCT, take_product_cb, queue->counts, error);
}

/* What somebody said no to is not proposed again. */
static void
leave_out_rejected (const GHashTable *rejected, WhNamedEntry *entry)
{
  WhNaming *naming = &entry->naming;
  guint n = 0;

  for (guint i = 0; i < naming->n; i++)
    {
      WhId decided = wh_naming_decided_id (entry->name, &naming->candidates[i].card->id);
      if (!g_hash_table_contains ((GHashTable *) rejected, &decided))
        naming->candidates[n++] = naming->candidates[i];
    }
  naming->n = n;
  if (n == 0)
    naming->outcome = WH_NAMING_UNKNOWN;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const WhNamedEntry *x = *(WhNamedEntry *const *) a, *y = *(WhNamedEntry *const *) b;

  return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : strcmp (x->name, y->name);
}

GPtrArray *
wh_naming_queue (WhStore *store, const WhPrincipal *principal, WhNamer *namer, GError **error)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Queue queue = { counts, NULL };
  gboolean read = wh_store_read (store, principal, read_cb, &queue, error);
  g_autoptr (GHashTable) rejected = queue.rejected;
  GHashTableIter iter;
  gpointer name, n;

  if (!read)
    return NULL;
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_named_entry_free);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &name, &n))
    {
      g_autoptr (WhNamedEntry) entry = wh_named_entry_new (namer, name, GPOINTER_TO_UINT (n));
      leave_out_rejected (rejected, entry);
      if (entry->naming.outcome != WH_NAMING_UNKNOWN)
        g_ptr_array_add (entries, g_steal_pointer (&entry));
    }
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}
