#include "wh-pending.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "store/wh-store-overlay.h"

/* Everything but the constant parts is guarded by the mirror's lock on writing, under which both functions below run. */
struct _WhPending {
  WhOutbox    *outbox;
  WhStore     *mirror;
  WhPrincipal *principal;
  char        *server_id;    /* "" while the mirror does not know it: nobody's */
  gint64       seen;         /* number of the last entry laid on */
  gint64       generation;   /* of the outbox when it was read last */
  gint         count;        /* atomic */
};

/* -- in ------------------------------------------------------------------------------------------------------------- */

/* The store lays on what it hands over, so it counts as seen, unless another program's entries stand before it. */
static gboolean
divert_cb (const WhPrincipal *principal, const char *action, const GPtrArray *changes, gpointer user_data, GError **error)
{
  WhPending *pending = user_data;
  g_autofree char *epoch = wh_store_epoch (pending->mirror);
  gint64 first, last;

  if (!*pending->server_id || strcmp (principal->who, pending->principal->who) != 0)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_DENIED, _("%s may not write for this server here"), principal->who);
      return FALSE;
    }
  if (!wh_outbox_append (pending->outbox, &(WhOutboxTarget){ pending->server_id, epoch }, principal, action, changes, &first, &last,
                         error))
    return FALSE;
  if (first == pending->seen + 1)
    {
      pending->seen = last;
      g_atomic_int_add (&pending->count, (gint) changes->len);
    }
  return TRUE;
}

/* -- out ------------------------------------------------------------------------------------------------------------ */

typedef struct {
  WhPending *pending;
  GPtrArray *changes;
  guint      n_entries;
  gboolean   changed;
} Refresh;

static gboolean
entry_cb (WhOutboxEntry *entry, gpointer user_data, GError **error)
{
  Refresh *refresh = user_data;

  refresh->pending->seen = entry->number;
  refresh->n_entries++;
  if (!entry->change)
    return TRUE;
  if (entry->change->entity)
    entry->change->entity->revision = 0;
  g_ptr_array_add (refresh->changes, g_steal_pointer (&entry->change));
  return TRUE;
}

static WhStoreOverlay *
refresh_cb (const WhStoreOverlay *current, gpointer user_data, GError **error)
{
  Refresh *refresh = user_data;
  WhPending *pending = refresh->pending;
  gint64 generation = wh_outbox_generation (pending->outbox, error), seen = pending->seen;

  if (generation < 0)
    return NULL;
  if (generation != pending->generation
      && !wh_outbox_each (pending->outbox, pending->server_id, pending->principal->who, seen, entry_cb, refresh, error))
    {
      pending->seen = seen;
      return NULL;
    }
  pending->generation = generation;
  g_atomic_int_add (&pending->count, (gint) refresh->n_entries);
  refresh->changed = refresh->n_entries > 0;
  if (refresh->changes->len == 0)
    return current ? wh_store_overlay_ref (current) : NULL;
  return wh_store_overlay_extend (current, refresh->changes);
}

gboolean
wh_pending_refresh (WhPending *pending, gboolean *out_changed, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_change_free);
  Refresh refresh = { pending, changes, 0, FALSE };
  gboolean done = wh_store_lay (pending->mirror, refresh_cb, &refresh, error);

  if (out_changed)
    *out_changed = refresh.changed;
  return done;
}

WhStore *
wh_pending_mirror (WhPending *pending)
{
  return pending->mirror;
}

guint
wh_pending_count (WhPending *pending)
{
  return (guint) g_atomic_int_get (&pending->count);
}

WhPending *
wh_pending_new (WhOutbox *outbox, WhStore *mirror, const WhPrincipal *principal)
{
  WhPending *pending = g_new0 (WhPending, 1);

  pending->outbox = wh_outbox_ref (outbox);
  pending->mirror = wh_store_ref (mirror);
  pending->principal = wh_principal_ref (principal);
  pending->server_id = wh_store_server_id (mirror);
  if (!pending->server_id)
    pending->server_id = g_strdup ("");
  wh_store_divert (mirror, divert_cb, pending);
  return pending;
}

void
wh_pending_free (WhPending *pending)
{
  wh_store_divert (pending->mirror, NULL, NULL);
  wh_store_unref (pending->mirror);
  wh_outbox_unref (pending->outbox);
  wh_principal_unref (pending->principal);
  g_free (pending->server_id);
  g_free (pending);
}
