#include "wh-wire.h"

#include <glib/gi18n.h>
#include <string.h>

static void
write_row (WhJsonWriter *writer, const WhEdit *edit)
{
  const WhEntityClass *class = wh_entity_class (edit->kind);

  wh_json_writer_key (writer, "row");
  wh_json_writer_begin_object (writer);
  for (guint i = 0; i < class->n_fields; i++)
    if (wh_edit_gives (edit, &class->fields[i]))
      wh_wire_write_field (writer, edit->row, &class->fields[i]);
  wh_json_writer_end_object (writer);
}

void
wh_wire_write_edit (WhJsonWriter *writer, const WhEdit *edit)
{
  g_autofree char *id = wh_id_is_none (&edit->id) ? NULL : wh_id_to_string (&edit->id);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "op", wh_edit_op_key (edit->op));
  wh_json_writer_add_string (writer, "kind", wh_entity_class (edit->kind)->name);
  wh_json_writer_add_string (writer, "id", id);
  wh_json_writer_add_integer (writer, "base_revision", edit->base);
  if (edit->with_parts)
    wh_json_writer_add_boolean (writer, "with_parts", TRUE);
  if (edit->row)
    write_row (writer, edit);
  wh_json_writer_end_object (writer);
}

static gboolean
wrong_key (const char *key, char **out_key, GError **error)
{
  *out_key = g_strdup (key);
  return wh_wire_wrong (key, error);
}

static gboolean
unknown_key (const char *key, char **out_key, GError **error)
{
  *out_key = g_strdup (key);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("There is no field “%s” here; nothing was changed."), key);
  return FALSE;
}

static const WhField *
field_of_key (const WhEntityClass *class, const char *key)
{
  for (guint i = 0; i < class->n_fields; i++)
    if (strcmp (wh_wire_field_key (&class->fields[i]), key) == 0)
      return &class->fields[i];
  return NULL;
}

/* A measurement that this program does not know, or one given twice, would be lost without a word. */
static gboolean
panel_is_whole (const WhJsonNode *node, const WhPanel *panel)
{
  return wh_json_is_array (node) && wh_json_length (node) == wh_panel_length (panel);
}

static gboolean
give_field (const WhJsonNode *node, WhEdit *edit, const WhField *field, char **out_key, GError **error)
{
  wh_edit_give (edit, field);
  if (wh_json_is_null (node))
    return TRUE;
  if (wh_wire_read_field (node, edit->row, field, error))
    return field->type != WH_FIELD_PANEL || panel_is_whole (node, WH_FIELD_AT (edit->row, field, WhPanel *))
           || wrong_key (wh_wire_field_key (field), out_key, error);
  *out_key = g_strdup (wh_wire_field_key (field));
  return FALSE;
}

/* The id in a row must be the edit's; a new row may bring its own. */
static gboolean
take_id (const WhJsonNode *node, WhEdit *edit, const char *key, char **out_key, GError **error)
{
  WhId id;

  if (wh_json_is_null (node))
    return TRUE;
  if (!wh_id_parse (wh_json_string (node, ""), &id) || wh_id_is_none (&id)
      || (!wh_id_is_none (&edit->id) && !wh_id_equal (&edit->id, &id)))
    return wrong_key (key, out_key, error);
  edit->id = edit->row->id = id;
  return TRUE;
}

static gboolean
take_base (const WhJsonNode *node, WhEdit *edit, const char *key, char **out_key, GError **error)
{
  gint64 base = wh_json_is_null (node) ? 0 : wh_json_integer (node, -1);

  if (base < 0 || (base && edit->base && base != edit->base))
    return wrong_key (key, out_key, error);
  edit->base = base ? base : edit->base;
  return TRUE;
}

/* What a row that was read carries besides its fields, and nobody may set. */
static gboolean
is_kept_by_store (const char *key)
{
  static const char *const keys[] = { "source", "pending", "demonstration", "created_at", "updated_at", NULL };

  return g_strv_contains (keys, key);
}

gboolean
wh_wire_read_edit_row (const WhJsonNode *row, WhEdit *edit, char **out_key, GError **error)
{
  const WhEntityClass *class = wh_entity_class (edit->kind);
  g_autofree const char **keys = wh_json_keys (row);

  if (!wh_json_is_object (row))
    return wh_wire_wrong ("row", error);
  for (const char **key = keys; *key; key++)
    {
      const WhJsonNode *node = wh_json_member (row, *key);
      const WhField *field = field_of_key (class, *key);
      if (field ? !give_field (node, edit, field, out_key, error)
          : strcmp (*key, class->id_key) == 0 ? !take_id (node, edit, *key, out_key, error)
          : strcmp (*key, "revision") == 0    ? !take_base (node, edit, *key, out_key, error)
                                              : !is_kept_by_store (*key) && !unknown_key (*key, out_key, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_keys (const WhJsonNode *node, char **out_key, GError **error)
{
  static const char *const known[] = { "op", "kind", "id", "base_revision", "with_parts", "row", NULL };
  g_autofree const char **keys = wh_json_keys (node);

  for (const char **key = keys; *key; key++)
    if (!g_strv_contains (known, *key))
      return unknown_key (*key, out_key, error);
  return TRUE;
}

static WhEdit *
read_head (const WhJsonNode *node, char **out_key, GError **error)
{
  const WhEntityClass *class = wh_entity_class_by_name (wh_json_string (wh_json_member (node, "kind"), NULL));
  const WhJsonNode *id_node = wh_json_member (node, "id");
  WhId id = WH_ID_NONE;
  WhEditOp op;

  if (!wh_edit_op_parse (wh_json_string (wh_json_member (node, "op"), NULL), &op))
    wrong_key ("op", out_key, error);
  else if (!class)
    wrong_key ("kind", out_key, error);
  else if (wh_json_is_null (id_node) ? op != WH_EDIT_CREATE : !wh_id_parse (wh_json_string (id_node, ""), &id) || wh_id_is_none (&id))
    wrong_key ("id", out_key, error);
  else
    return wh_edit_new (op, class->kind, id);
  return NULL;
}

/* Whoever writes "yes" means it. */
static gboolean
take_with_parts (const WhJsonNode *node, WhEdit *edit, char **out_key, GError **error)
{
  edit->with_parts = wh_json_boolean (node, FALSE);
  return wh_json_is_null (node) || edit->with_parts == wh_json_boolean (node, TRUE) || wrong_key ("with_parts", out_key, error);
}

WhEdit *
wh_wire_read_edit (const WhJsonNode *node, char **out_key, GError **error)
{
  g_autoptr (WhEdit) edit = NULL;

  *out_key = NULL;
  if (!check_keys (node, out_key, error))
    return NULL;
  edit = read_head (node, out_key, error);
  if (!edit || !take_base (wh_json_member (node, "base_revision"), edit, "base_revision", out_key, error))
    return NULL;
  if (!take_with_parts (wh_json_member (node, "with_parts"), edit, out_key, error))
    return NULL;
  if (edit->row && !wh_wire_read_edit_row (wh_json_member (node, "row"), edit, out_key, error))
    return NULL;
  return g_steal_pointer (&edit);
}
