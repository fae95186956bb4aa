#include "wh-store-private.h"

/* What one row became. */
typedef struct {
  WhKind       kind;
  WhId         id;
  WhOverlayRow row;   /* owns its entity */
} Entry;

/* A field of a kind and the id it holds. */
typedef struct {
  const WhField *field;
  WhId           id;
} Reference;

/* Some changes; not altered any more once another overlay may share it. */
typedef struct {
  gatomicrefcount ref_count;
  GHashTable     *entries;              /* Entry, by kind and id */
  GPtrArray      *order[WH_N_KINDS];    /* Entry*, owned, in the order they came */
  GHashTable     *references;           /* Reference -> GPtrArray of Entry*; some may have changed since, or stand twice */
} Layer;

/* Layers, the oldest first. A layer is more than twice as large as the next, so adding to a large overlay copies little and
 * looking for a row asks few. */
struct _WhStoreOverlay {
  gatomicrefcount ref_count;
  GPtrArray      *layers;
  gint64          stamp;   /* differs where rows of the catalogue do; 0: there are none */
};

/* -- a layer -------------------------------------------------------------------------------------------------- */

static guint
hash_entry (gconstpointer data)
{
  const Entry *entry = data;

  return wh_id_hash (&entry->id) ^ entry->kind;
}

static gboolean
entries_equal (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  return x->kind == y->kind && wh_id_equal (&x->id, &y->id);
}

static guint
hash_reference (gconstpointer data)
{
  const Reference *reference = data;

  return wh_id_hash (&reference->id) ^ g_direct_hash (reference->field);
}

static gboolean
references_equal (gconstpointer a, gconstpointer b)
{
  const Reference *x = a, *y = b;

  return x->field == y->field && wh_id_equal (&x->id, &y->id);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->row.entity, wh_entity_unref);
  g_free (entry);
}

static Layer *
layer_new (void)
{
  Layer *layer = g_new0 (Layer, 1);

  g_atomic_ref_count_init (&layer->ref_count);
  layer->entries = g_hash_table_new (hash_entry, entries_equal);
  layer->references = g_hash_table_new_full (hash_reference, references_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  return layer;
}

static Layer *
layer_ref (Layer *layer)
{
  g_atomic_ref_count_inc (&layer->ref_count);
  return layer;
}

static void
layer_unref (gpointer data)
{
  Layer *layer = data;

  if (!g_atomic_ref_count_dec (&layer->ref_count))
    return;
  g_hash_table_unref (layer->references);
  g_hash_table_unref (layer->entries);
  for (guint i = 0; i < WH_N_KINDS; i++)
    g_clear_pointer (&layer->order[i], g_ptr_array_unref);
  g_free (layer);
}

static void
add_reference (Layer *layer, Entry *entry, const WhField *field)
{
  const Reference sought = { field, WH_FIELD_AT (entry->row.entity, field, WhId) };
  GPtrArray *entries = g_hash_table_lookup (layer->references, &sought);

  if (!entries)
    {
      entries = g_ptr_array_new ();
      g_hash_table_insert (layer->references, g_memdup2 (&sought, sizeof sought), entries);
    }
  g_ptr_array_add (entries, entry);
}

/* `former`: what the entry held before, whose references stand already. */
static void
add_references (Layer *layer, Entry *entry, const WhEntity *former)
{
  const WhEntityClass *class = wh_entity_class (entry->kind);

  for (guint i = 0; entry->row.entity && i < class->n_fields; i++)
    {
      const WhField *field = &class->fields[i];
      const WhId *id = field->type == WH_FIELD_ID ? &WH_FIELD_AT (entry->row.entity, field, WhId) : NULL;
      if (id && !wh_id_is_none (id) && !(former && wh_id_equal (id, &WH_FIELD_AT (former, field, WhId))))
        add_reference (layer, entry, field);
    }
}

static Entry *
layer_find (const Layer *layer, WhKind kind, const WhId *id)
{
  const Entry sought = { .kind = kind, .id = *id };

  return g_hash_table_lookup (layer->entries, &sought);
}

static void
layer_add (Layer *layer, WhKind kind, const WhId *id, const WhOverlayRow *row)
{
  Entry *entry = layer_find (layer, kind, id);
  g_autoptr (WhEntity) former = NULL;

  if (!entry)
    {
      entry = g_new0 (Entry, 1);
      entry->kind = kind;
      entry->id = *id;
      g_hash_table_add (layer->entries, entry);
      if (!layer->order[kind])
        layer->order[kind] = g_ptr_array_new_with_free_func (entry_free);
      g_ptr_array_add (layer->order[kind], entry);
    }
  former = g_steal_pointer (&entry->row.entity);
  entry->row = *row;
  if (row->entity)
    wh_entity_ref (row->entity);
  add_references (layer, entry, former);
}

static void
layer_add_all (Layer *layer, const Layer *other)
{
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    for (guint i = 0; other->order[kind] && i < other->order[kind]->len; i++)
      {
        const Entry *entry = other->order[kind]->pdata[i];
        layer_add (layer, kind, &entry->id, &entry->row);
      }
}

/* -- the overlay ------------------------------------------------------------------------------------------------ */

static const Entry *
find_entry (const WhStoreOverlay *overlay, WhKind kind, const WhId *id)
{
  for (guint i = overlay ? overlay->layers->len : 0; i > 0; i--)
    {
      const Entry *entry = layer_find (overlay->layers->pdata[i - 1], kind, id);
      if (entry)
        return entry;
    }
  return NULL;
}

/* A new, empty layer on top of those of `below`. */
WhStoreOverlay *
wh_store_overlay_begin (const WhStoreOverlay *below)
{
  WhStoreOverlay *overlay = g_new0 (WhStoreOverlay, 1);

  g_atomic_ref_count_init (&overlay->ref_count);
  overlay->layers = g_ptr_array_new_with_free_func (layer_unref);
  overlay->stamp = below ? below->stamp : 0;
  for (guint i = 0; below && i < below->layers->len; i++)
    g_ptr_array_add (overlay->layers, layer_ref (below->layers->pdata[i]));
  g_ptr_array_add (overlay->layers, layer_new ());
  return overlay;
}

static guint
size_at (const WhStoreOverlay *overlay, guint from_top)
{
  const Layer *layer = overlay->layers->pdata[overlay->layers->len - 1 - from_top];

  return g_hash_table_size (layer->entries);
}

void
wh_store_overlay_finish (WhStoreOverlay *overlay)
{
  while (overlay->layers->len > 1 && size_at (overlay, 1) <= 2 * size_at (overlay, 0))
    {
      Layer *merged = layer_new ();
      guint top = overlay->layers->len - 1;
      layer_add_all (merged, overlay->layers->pdata[top - 1]);
      layer_add_all (merged, overlay->layers->pdata[top]);
      g_ptr_array_set_size (overlay->layers, (int) top - 1);
      g_ptr_array_add (overlay->layers, merged);
    }
}

/* Whether the catalogue is made of such rows. What a person keeps for himself changes no search. */
static gboolean
is_catalogue (WhKind kind)
{
  return kind != WH_KIND_NOTE && kind != WH_KIND_FAVORITE && kind != WH_KIND_WATCH && kind != WH_KIND_FEEDBACK
         && kind != WH_KIND_SEARCH_DAY;
}

void
wh_store_overlay_add (WhStoreOverlay *overlay, const WhChange *change)
{
  static gint64 stamps;
  static GMutex lock;
  const Entry *former = find_entry (overlay, change->kind, &change->id);
  WhOverlayRow row = { change->entity, change->given };

  /* It was made on the row as the former left it. */
  if (row.given && former)
    row.given = former->row.entity && former->row.given ? row.given | former->row.given : 0;
  layer_add (overlay->layers->pdata[overlay->layers->len - 1], change->kind, &change->id, &row);
  if (!is_catalogue (change->kind))
    return;
  g_mutex_lock (&lock);
  overlay->stamp = ++stamps;
  g_mutex_unlock (&lock);
}

WhStoreOverlay *
wh_store_overlay_extend (const WhStoreOverlay *below, const GPtrArray *changes)
{
  WhStoreOverlay *overlay = wh_store_overlay_begin (below);

  for (guint i = 0; i < changes->len; i++)
    wh_store_overlay_add (overlay, changes->pdata[i]);
  wh_store_overlay_finish (overlay);
  return overlay;
}

WhStoreOverlay *
wh_store_overlay_ref (const WhStoreOverlay *overlay)
{
  g_atomic_ref_count_inc (&((WhStoreOverlay *) overlay)->ref_count);
  return (WhStoreOverlay *) overlay;
}

void
wh_store_overlay_unref (WhStoreOverlay *overlay)
{
  if (!overlay || !g_atomic_ref_count_dec (&overlay->ref_count))
    return;
  g_ptr_array_unref (overlay->layers);
  g_free (overlay);
}

gint64
wh_store_overlay_stamp (const WhStoreOverlay *overlay)
{
  return overlay ? overlay->stamp : 0;
}

/* -- asking it ---------------------------------------------------------------------------------------------------- */

const WhOverlayRow *
wh_store_overlay_row (const WhStoreOverlay *overlay, WhKind kind, const WhId *id)
{
  const Entry *entry = find_entry (overlay, kind, id);

  return entry ? &entry->row : NULL;
}

guint
wh_store_overlay_count (const WhStoreOverlay *overlay, WhKind kind)
{
  guint count = 0;

  for (guint i = 0; overlay && i < overlay->layers->len; i++)
    {
      const Layer *layer = overlay->layers->pdata[i];
      count += layer->order[kind] ? layer->order[kind]->len : 0;
    }
  return count;
}

/* An entry counts where no newer layer holds another of the same row. */
static gboolean
is_newest (const WhStoreOverlay *overlay, const Entry *entry)
{
  return find_entry (overlay, entry->kind, &entry->id) == entry;
}

gboolean
wh_store_overlay_each (const WhStoreOverlay *overlay, WhKind kind, WhOverlayRowFunc func, gpointer user_data, GError **error)
{
  for (guint i = 0; overlay && i < overlay->layers->len; i++)
    {
      const Layer *layer = overlay->layers->pdata[i];
      for (guint j = 0; layer->order[kind] && j < layer->order[kind]->len; j++)
        {
          const Entry *entry = layer->order[kind]->pdata[j];
          if (is_newest (overlay, entry) && !func (&entry->id, &entry->row, user_data, error))
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
wh_store_overlay_each_with (const WhStoreOverlay *overlay, WhKind kind, const WhField *field, const WhId *id, WhOverlayRowFunc func,
                            gpointer user_data, GError **error)
{
  const Reference sought = { field, *id };

  for (guint i = 0; overlay && i < overlay->layers->len; i++)
    {
      const Layer *layer = overlay->layers->pdata[i];
      const GPtrArray *entries = g_hash_table_lookup (layer->references, &sought);
      for (guint j = 0; entries && j < entries->len; j++)
        {
          const Entry *entry = entries->pdata[j];
          if (entry->row.entity && is_newest (overlay, entry) && !func (&entry->id, &entry->row, user_data, error))
            return FALSE;
        }
    }
  return TRUE;
}
