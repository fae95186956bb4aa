#include "wh-change.h"

static WhChange *
change_new (WhChangeOp op, WhKind kind, WhId id)
{
  WhChange *change = g_new0 (WhChange, 1);

  change->op = op;
  change->kind = kind;
  change->id = id;
  return change;
}

WhChange *
wh_change_new_put (gconstpointer entity)
{
  const WhEntity *row = entity;
  WhChange *change = change_new (WH_CHANGE_PUT, row->kind, row->id);

  change->entity = wh_entity_ref (entity);
  return change;
}

WhChange *
wh_change_new_delete (WhKind kind, WhId id)
{
  return change_new (WH_CHANGE_DELETE, kind, id);
}

void
wh_change_free (WhChange *change)
{
  g_clear_pointer (&change->entity, wh_entity_unref);
  g_free (change);
}

const char *
wh_change_op_key (WhChangeOp op)
{
  return op == WH_CHANGE_PUT ? "put" : "delete";
}
