#include "wh-outbox-content.h"

#include "base/wh-limits.h"
#include "wire/wh-wire.h"

/* -- writing ---------------------------------------------------------------------------------------------------------- */

static void
add_text (WhJsonWriter *writer, const char *key, const char *text)
{
  if (text)
    wh_json_writer_add_string (writer, key, text);
}

static void
add_number (WhJsonWriter *writer, const char *key, double number)
{
  if (!isnan (number))
    wh_json_writer_add_number (writer, key, number, -1);
}

static void
write_measure (WhJsonWriter *writer, const WhMeasure *measure)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "analyte", wh_analyte_get (measure->analyte)->key);
  wh_json_writer_add_string (writer, "state", wh_state_key (measure->state));
  wh_json_writer_add_string (writer, "unit", wh_unit_key (measure->unit));
  wh_json_writer_add_string (writer, "basis", wh_basis_key (measure->basis));
  add_number (writer, "value", measure->value);
  add_number (writer, "lod", measure->lod);
  add_number (writer, "loq", measure->loq);
  add_text (writer, "text", measure->text);
  wh_json_writer_end_object (writer);
}

static void
write_panel (WhJsonWriter *writer, const WhField *field, const WhPanel *panel)
{
  wh_json_writer_key (writer, wh_wire_field_key (field));
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < wh_panel_length (panel); i++)
    write_measure (writer, wh_panel_at (panel, i));
  wh_json_writer_end_array (writer);
}

static void
write_row (WhJsonWriter *writer, const WhEntity *row, const char *id)
{
  const WhEntityClass *class = wh_entity_class (row->kind);
  g_autofree char *created = wh_clock_format (row->created_at), *updated = wh_clock_format (row->updated_at);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, class->id_key, id);
  add_text (writer, "source", row->source);
  add_text (writer, "created_at", created);
  add_text (writer, "updated_at", updated);
  for (guint i = 0; i < class->n_fields; i++)
    {
      const WhField *field = &class->fields[i];
      if (field->type == WH_FIELD_PANEL && !wh_entity_is_absent (row, field))
        write_panel (writer, field, WH_FIELD_AT (row, field, WhPanel *));
      else if (!wh_entity_is_absent (row, field))
        wh_wire_write_field (writer, row, field);
    }
  wh_json_writer_end_object (writer);
}

static void
write_change (WhJsonWriter *writer, const WhChange *change)
{
  g_autofree char *id = wh_id_to_string (&change->id);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "op", wh_change_op_key (change->op));
  wh_json_writer_add_string (writer, "kind", wh_entity_class (change->kind)->name);
  wh_json_writer_add_string (writer, "id", id);
  if (change->entity)
    {
      wh_json_writer_key (writer, "row");
      write_row (writer, change->entity, id);
    }
  wh_json_writer_end_object (writer);
}

GBytes *
wh_outbox_content_write (const WhChange *change)
{
  const WhEntityClass *class = wh_entity_class (change->kind);
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "change");
  write_change (writer, change);
  wh_json_writer_key (writer, "fields");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < class->n_fields; i++)
    if (change->given & (G_GUINT64_CONSTANT (1) << i))
      wh_json_writer_string (writer, class->fields[i].name);
  wh_json_writer_end_array (writer);
  wh_json_writer_add_boolean (writer, "follows", change->follows);
  wh_json_writer_end_object (writer);
  return g_string_free_to_bytes (text);
}

/* -- reading ---------------------------------------------------------------------------------------------------------- */

/* A field that this program does not know makes the change one that it does not understand. */
static gboolean
read_given (const WhJsonNode *fields, WhChange *change)
{
  const WhEntityClass *class = wh_entity_class (change->kind);

  for (guint i = 0; i < wh_json_length (fields); i++)
    {
      const WhField *field = wh_entity_field (change->kind, wh_json_string (wh_json_element (fields, i), NULL));
      if (!field)
        return FALSE;
      change->given |= G_GUINT64_CONSTANT (1) << (field - class->fields);
    }
  return TRUE;
}

WhChange *
wh_outbox_content_read (GBytes *content, gint64 format)
{
  gsize length;
  const char *text = g_bytes_get_data (content, &length);
  g_autoptr (WhJson) json = format == WH_OUTBOX_FORMAT ? wh_json_parse (text, length, WH_LIMIT_JSON_BYTES, NULL) : NULL;
  g_autoptr (WhChange) change = json ? wh_wire_read_change (wh_json_member (wh_json_root (json), "change"), NULL) : NULL;

  if (!change || !read_given (wh_json_member (wh_json_root (json), "fields"), change))
    return NULL;
  change->follows = wh_json_boolean (wh_json_member (wh_json_root (json), "follows"), FALSE);
  return g_steal_pointer (&change);
}
