#include "wh-edit.h"

#include <string.h>

static const char *const op_keys[] = {
  [WH_EDIT_CREATE] = "create",
  [WH_EDIT_CHANGE] = "change",
  [WH_EDIT_REPLACE] = "replace",
  [WH_EDIT_DELETE] = "delete",
};
G_STATIC_ASSERT (G_N_ELEMENTS (op_keys) == WH_N_EDIT_OPS);

WhEdit *
wh_edit_new (WhEditOp op, WhKind kind, WhId id)
{
  WhEdit *edit = g_new0 (WhEdit, 1);

  edit->op = op;
  edit->kind = kind;
  edit->id = id;
  edit->row = op == WH_EDIT_DELETE ? NULL : wh_entity_new (kind, id);
  return edit;
}

void
wh_edit_free (WhEdit *edit)
{
  if (!edit)
    return;
  wh_entity_unref (edit->row);
  g_free (edit);
}

const char *
wh_edit_op_key (WhEditOp op)
{
  g_return_val_if_fail ((guint) op < WH_N_EDIT_OPS, "change");
  return op_keys[op];
}

gboolean
wh_edit_op_parse (const char *key, WhEditOp *out_op)
{
  for (guint i = 0; key && i < WH_N_EDIT_OPS; i++)
    if (strcmp (op_keys[i], key) == 0)
      {
        *out_op = (WhEditOp) i;
        return TRUE;
      }
  return FALSE;
}

static guint64
bit_of (const WhEdit *edit, const WhField *field)
{
  const WhEntityClass *class = wh_entity_class (edit->kind);

  g_return_val_if_fail (class->n_fields <= 64 && field >= class->fields && field < class->fields + class->n_fields, 0);
  return G_GUINT64_CONSTANT (1) << (field - class->fields);
}

void
wh_edit_give (WhEdit *edit, const WhField *field)
{
  edit->given |= bit_of (edit, field);
}

void
wh_edit_give_all (WhEdit *edit)
{
  const WhEntityClass *class = wh_entity_class (edit->kind);

  for (guint i = 0; i < class->n_fields; i++)
    wh_edit_give (edit, &class->fields[i]);
}

gboolean
wh_edit_gives (const WhEdit *edit, const WhField *field)
{
  return (edit->given & bit_of (edit, field)) != 0;
}

WhEntity *
wh_edit_result (const WhEdit *edit, const WhEntity *stored)
{
  const WhEntityClass *class = wh_entity_class (edit->kind);
  gboolean keeps = stored && edit->op != WH_EDIT_REPLACE;
  WhEntity *result = keeps ? wh_entity_copy (stored) : wh_entity_new (edit->kind, edit->row->id);

  if (stored && !keeps)
    result->source = g_strdup (stored->source);
  for (guint i = 0; i < class->n_fields; i++)
    if (wh_edit_gives (edit, &class->fields[i]))
      wh_entity_copy_field (result, edit->row, &class->fields[i]);
  return result;
}
