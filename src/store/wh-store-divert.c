#include "wh-store-private.h"

void
wh_store_take_overlay (WhStore *store, WhReader *reader)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->laying);

  reader->overlay = store->overlay ? wh_store_overlay_ref (store->overlay) : NULL;
  reader->generation = store->generation;
}

/* Takes the overlay. The caller holds `writing`. */
static void
publish (WhStore *store, WhStoreOverlay *overlay)
{
  g_autoptr (WhStoreOverlay) former = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&store->laying);

  if (wh_store_overlay_stamp (overlay) != wh_store_overlay_stamp (store->overlay))
    store->generation++;
  former = store->overlay;
  store->overlay = overlay;
}

gboolean
wh_store_lay (WhStore *store, WhOverlayFunc func, gpointer user_data, GError **error)
{
  GError *failure = NULL;
  WhStoreOverlay *overlay;

  g_return_val_if_fail (store->mode == WH_STORE_READ, FALSE);
  g_rec_mutex_lock (&store->writing);
  overlay = func (store->overlay, user_data, &failure);
  if (!failure)
    publish (store, overlay);
  g_rec_mutex_unlock (&store->writing);
  if (failure)
    g_propagate_error (error, failure);
  return failure == NULL;
}

void
wh_store_divert (WhStore *store, WhDivertFunc func, gpointer user_data)
{
  g_return_if_fail (store->mode == WH_STORE_READ);
  g_rec_mutex_lock (&store->writing);
  store->divert = func;
  store->divert_data = user_data;
  g_rec_mutex_unlock (&store->writing);
}

/* Once the changes are safe, readers see them. */
static gboolean
hand_over (WhStore *store, const WhPrincipal *principal, const char *action, WhWriter *writer, GError **error)
{
  if (writer->n_changes == 0)
    return TRUE;
  if (!store->divert (principal, action, wh_store_capture_changes (writer->capture), store->divert_data, error))
    return FALSE;
  wh_store_overlay_finish (writer->reader.overlay);
  publish (store, g_steal_pointer (&writer->reader.overlay));
  return TRUE;
}

gboolean
wh_store_write_diverted (WhStore *store, const WhPrincipal *principal, const char *action, WhWriteFunc func, gpointer user_data,
                         gint64 *out_seq, GError **error)
{
  WhConnection *connection = wh_store_begin_reading (store, error);
  WhWriter writer = { .reader.connection = connection };
  gboolean done;

  if (!connection)
    return FALSE;
  writer.reader.overlay = wh_store_overlay_begin (store->overlay);
  writer.reader.generation = store->generation;
  wh_store_capture_begin (&writer);
  done = func (&writer, user_data, error) && hand_over (store, principal, action, &writer, error);
  g_clear_pointer (&writer.reader.overlay, wh_store_overlay_unref);
  wh_store_capture_free (writer.capture);
  wh_store_end_reading (store, connection, NULL);
  if (done && out_seq)
    *out_seq = wh_store_revision (store);
  return done;
}
