#include "wh-store-private.h"

/* A write whose changes are handed over instead of touching the file. Its reader sees them in the draft. */

struct _WhCapture {
  GPtrArray *changes;   /* WhChange* */
};

WhCapture *
wh_store_capture_begin (WhWriter *writer)
{
  WhCapture *capture = g_new0 (WhCapture, 1);

  capture->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_change_free);
  writer->now = wh_clock_now ();
  writer->capture = capture;
  return capture;
}

void
wh_store_capture_free (WhCapture *capture)
{
  g_ptr_array_unref (capture->changes);
  g_free (capture);
}

const GPtrArray *
wh_store_capture_changes (const WhCapture *capture)
{
  return capture->changes;
}

/* The row as it stands for this write and, in `out_base`, what the file has of it. Either may be NULL. FALSE on error. */
static gboolean
read_both (WhWriter *writer, WhKind kind, const WhId *id, WhEntity **out_row, WhEntity **out_base, GError **error)
{
  const WhOverlayRow *laid = wh_store_overlay_row (writer->reader.overlay, kind, id);
  GError *failure = NULL;

  *out_base = wh_store_read_row (writer->reader.connection, kind, id, NULL, &failure);
  if (failure)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (laid)
    *out_row = wh_store_lay_row (laid, *out_base);
  else
    *out_row = *out_base ? wh_entity_ref (*out_base) : NULL;
  return TRUE;
}

/* The fields that differ, a bit each; 0: all count. */
static guint64
given_fields (const WhEntity *row, const WhEntity *entity)
{
  const WhEntityClass *class = wh_entity_class (entity->kind);
  guint64 given = 0;

  if (!row || g_strcmp0 (row->source, entity->source) != 0)
    return 0;
  for (guint i = 0; i < class->n_fields; i++)
    if (!wh_entity_field_equal (row, entity, &class->fields[i]))
      given |= G_GUINT64_CONSTANT (1) << i;
  return given;
}

static void
keep (WhWriter *writer, WhChange *change, const WhEntity *base)
{
  change->base_revision = base ? base->revision : 0;
  change->follows = writer->follows;
  wh_store_overlay_add (writer->reader.overlay, change);
  g_ptr_array_add (writer->capture->changes, change);
  writer->n_changes++;
}

gboolean
wh_store_capture_put (WhWriter *writer, WhEntity *entity, WhPutOutcome *out_outcome, GError **error)
{
  g_autoptr (WhEntity) row = NULL, base = NULL;
  WhChange *change;

  if (!read_both (writer, entity->kind, &entity->id, &row, &base, error))
    return FALSE;
  if (out_outcome)
    *out_outcome = !row ? WH_PUT_INSERTED : wh_entity_equal (row, entity) ? WH_PUT_UNCHANGED : WH_PUT_UPDATED;
  if (row && wh_entity_equal (row, entity))
    return TRUE;
  entity->created_at = row ? row->created_at : writer->now;
  entity->updated_at = writer->now;
  entity->revision = 0;
  change = wh_change_new_put (entity);
  change->given = given_fields (row, entity);
  keep (writer, change, base);
  return TRUE;
}

gboolean
wh_store_capture_delete (WhWriter *writer, WhKind kind, const WhId *id, GError **error)
{
  g_autoptr (WhEntity) row = NULL, base = NULL;

  if (!read_both (writer, kind, id, &row, &base, error))
    return FALSE;
  if (row)
    keep (writer, wh_change_new_delete (kind, *id), base);
  return TRUE;
}
