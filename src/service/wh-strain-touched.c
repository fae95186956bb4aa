#include "wh-strain-touched.h"

/* So many changes are looked through; of more it is said that everything changed, as of so many ids that would be remembered. */
#define FEW_CHANGES 500
#define MOST_IDS 50000

struct _WhStrainTouched {
  WhStore    *store;
  GMutex      lock;     /* guards what follows */
  GHashTable *ids;      /* WhId -> gint64*: the revision of the last change that was about the row, or referred to it */
  gint64      until;    /* changes up to here are in it; -1: none are */
  gint64      floor;    /* what was read before may have changed in any way */
};

WhStrainTouched *
wh_strain_touched_new (WhStore *store)
{
  WhStrainTouched *touched = g_new0 (WhStrainTouched, 1);

  touched->store = wh_store_ref (store);
  g_mutex_init (&touched->lock);
  touched->ids = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, g_free);
  touched->until = -1;
  return touched;
}

void
wh_strain_touched_free (WhStrainTouched *touched)
{
  g_hash_table_unref (touched->ids);
  g_mutex_clear (&touched->lock);
  wh_store_unref (touched->store);
  g_free (touched);
}

static void
touch (WhStrainTouched *touched, const WhId *id, gint64 revision)
{
  if (!wh_id_is_none (id))
    g_hash_table_insert (touched->ids, g_memdup2 (id, sizeof *id), g_memdup2 (&revision, sizeof revision));
}

static void
touch_all (WhStrainTouched *touched, gint64 revision)
{
  g_hash_table_remove_all (touched->ids);
  touched->floor = revision;
}

/* What a review was about before it changed, or was deleted, nobody can tell: it was counted there and had no place of its own. */
static gboolean
is_untold (const WhChange *change)
{
  return change->kind == WH_KIND_REVIEW && (change->op == WH_CHANGE_DELETE || change->entity->created_at != change->entity->updated_at);
}

static void
take_change (WhStrainTouched *touched, const WhChange *change)
{
  const WhEntityClass *class = wh_entity_class (change->kind);

  if (is_untold (change))
    touch_all (touched, change->seq);
  touch (touched, &change->id, change->seq);
  for (guint i = 0; change->entity && i < class->n_fields; i++)
    if (class->fields[i].type == WH_FIELD_ID)
      touch (touched, &WH_FIELD_AT (change->entity, &class->fields[i], WhId), change->seq);
}

static gboolean
look_cb (WhReader *reader, gpointer user_data, GError **error)
{
  WhStrainTouched *touched = user_data;
  gint64 revision = wh_reader_revision (reader);
  gboolean more = FALSE;
  g_autoptr (GPtrArray) changes = NULL;

  if (touched->until >= 0 && !(changes = wh_reader_changes (reader, touched->until, FEW_CHANGES, &more, error)))
    return FALSE;
  if (!changes || more || g_hash_table_size (touched->ids) > MOST_IDS)
    touch_all (touched, revision);
  for (guint i = 0; changes && !more && i < changes->len; i++)
    take_change (touched, changes->pdata[i]);
  touched->until = revision;
  return TRUE;
}

gboolean
wh_strain_touched_none (WhStrainTouched *touched, const WhPrincipal *principal, gint64 revision, const WhId *ids, guint n,
                        gint64 *out_revision)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&touched->lock);

  if (touched->until < wh_store_seen (touched->store) && !wh_store_read (touched->store, principal, look_cb, touched, NULL))
    return FALSE;
  *out_revision = touched->until;
  if (revision < touched->floor)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const gint64 *changed = g_hash_table_lookup (touched->ids, &ids[i]);
      if (changed && *changed > revision)
        return FALSE;
    }
  return TRUE;
}
