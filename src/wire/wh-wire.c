#include "wh-wire.h"

#include <glib/gi18n.h>
#include <string.h>

#define TOKEN_BYTES (sizeof (WhId) + sizeof (guint64))

void
wh_wire_write_measure (WhJsonWriter *writer, const WhMeasure *measure)
{
  const WhAnalyte *analyte = wh_analyte_get (measure->analyte);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "analyte", analyte->key);
  wh_json_writer_add_string (writer, "name", analyte->name);
  wh_json_writer_add_string (writer, "state", wh_state_key (measure->state));
  wh_json_writer_add_number (writer, "value", measure->value, -1);
  wh_json_writer_add_string (writer, "unit", wh_unit_key (measure->unit));
  wh_json_writer_add_string (writer, "basis", wh_basis_key (measure->basis));
  wh_json_writer_add_number (writer, "lod", measure->lod, -1);
  wh_json_writer_add_number (writer, "loq", measure->loq, -1);
  wh_json_writer_add_string (writer, "text", measure->text);
  wh_json_writer_end_object (writer);
}

static void
write_panel (WhJsonWriter *writer, const WhPanel *panel)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    wh_wire_write_measure (writer, wh_panel_at (panel, i));
  wh_json_writer_end_array (writer);
}

static void
write_list (WhJsonWriter *writer, char **list)
{
  wh_json_writer_begin_array (writer);
  for (; list && *list; list++)
    wh_json_writer_string (writer, *list);
  wh_json_writer_end_array (writer);
}

static void
write_id (WhJsonWriter *writer, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_string (writer, wh_id_is_none (id) ? NULL : text);
}

static void
write_integer (WhJsonWriter *writer, gint64 value)
{
  if (value == WH_INTEGER_UNSET)
    wh_json_writer_null (writer);
  else
    wh_json_writer_integer (writer, value);
}

static void
write_moment (WhJsonWriter *writer, gint64 moment, gboolean date)
{
  char text[WH_CLOCK_TEXT];
  gboolean known = date ? wh_clock_write_date (moment, text) : wh_clock_write (moment, text);

  wh_json_writer_string (writer, known ? text : NULL);
}

const char *
wh_wire_field_key (const WhField *field)
{
  return field->type == WH_FIELD_PANEL ? "measurements" : field->name;
}

void
wh_wire_write_field (WhJsonWriter *writer, gconstpointer entity, const WhField *field)
{
  wh_json_writer_key (writer, wh_wire_field_key (field));
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      wh_json_writer_string (writer, WH_FIELD_AT (entity, field, char *));
      break;
    case WH_FIELD_PANEL:
      write_panel (writer, WH_FIELD_AT (entity, field, WhPanel *));
      break;
    case WH_FIELD_LIST:
      write_list (writer, WH_FIELD_AT (entity, field, char **));
      break;
    case WH_FIELD_REAL:
      wh_json_writer_number (writer, WH_FIELD_AT (entity, field, double), -1);
      break;
    case WH_FIELD_ID:
      write_id (writer, &WH_FIELD_AT (entity, field, WhId));
      break;
    case WH_FIELD_TIME:
    case WH_FIELD_DATE:
      write_moment (writer, WH_FIELD_AT (entity, field, gint64), field->type == WH_FIELD_DATE);
      break;
    case WH_FIELD_FLAG:
      if (WH_FIELD_AT (entity, field, gint64) == WH_INTEGER_UNSET)
        wh_json_writer_null (writer);
      else
        wh_json_writer_boolean (writer, WH_FIELD_AT (entity, field, gint64) != 0);
      break;
    default:
      write_integer (writer, WH_FIELD_AT (entity, field, gint64));
    }
}

void
wh_wire_write_entity (WhJsonWriter *writer, gconstpointer data, gboolean braces)
{
  const WhEntity *entity = data;
  const WhEntityClass *class = wh_entity_class (entity->kind);

  if (braces)
    wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, class->id_key);
  write_id (writer, &entity->id);
  wh_json_writer_add_integer (writer, "revision", entity->revision);
  if (entity->revision == 0)
    wh_json_writer_add_boolean (writer, "pending", TRUE);
  wh_json_writer_add_string (writer, "source", entity->source);
  wh_json_writer_add_boolean (writer, "demonstration", wh_entity_is_demonstration (entity));
  wh_json_writer_key (writer, "created_at");
  write_moment (writer, entity->created_at, FALSE);
  wh_json_writer_key (writer, "updated_at");
  write_moment (writer, entity->updated_at, FALSE);
  for (guint i = 0; i < class->n_fields; i++)
    wh_wire_write_field (writer, entity, &class->fields[i]);
  if (braces)
    wh_json_writer_end_object (writer);
}

gboolean
wh_wire_wrong (const char *key, GError **error)
{
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is not what it should be."), key);
  return FALSE;
}

/* What is there and no number must not read as absent. */
static gboolean
read_number (const WhJsonNode *node, const char *key, double *out_number)
{
  const WhJsonNode *member = wh_json_member (node, key);

  *out_number = wh_json_number (member, NAN);
  return wh_json_is_number (member) || wh_json_is_null (member);
}

static gboolean
read_measure (const WhJsonNode *node, WhPanel *panel, GError **error)
{
  WhMeasure measure = WH_MEASURE_INIT;
  const WhAnalyte *analyte = wh_analyte_by_key (wh_json_string (wh_json_member (node, "analyte"), ""));
  WhState state;
  WhUnit unit;
  WhBasis basis;

  if (!wh_state_parse (wh_json_string (wh_json_member (node, "state"), NULL), &state)
      || !wh_unit_parse (wh_json_string (wh_json_member (node, "unit"), NULL), &unit)
      || !wh_basis_parse (wh_json_string (wh_json_member (node, "basis"), NULL), &basis))
    return wh_wire_wrong ("measurements", error);
  if (!analyte)
    return TRUE;   /* of a newer program */
  measure.analyte = analyte->index;
  measure.state = state;
  measure.unit = unit;
  measure.basis = basis;
  measure.text = wh_json_string (wh_json_member (node, "text"), NULL);
  if (!read_number (node, "value", &measure.value) || !read_number (node, "lod", &measure.lod) || !read_number (node, "loq", &measure.loq)
      || (!measure.text && !wh_json_is_null (wh_json_member (node, "text"))))
    return wh_wire_wrong ("measurements", error);
  return wh_panel_add (panel, &measure, error);
}

static gboolean
read_panel (const WhJsonNode *node, WhPanel **out_panel, GError **error)
{
  *out_panel = wh_panel_new ();
  for (guint i = 0; i < wh_json_length (node); i++)
    if (!read_measure (wh_json_element (node, i), *out_panel, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_list (const WhJsonNode *node, char ***out_list)
{
  guint length = wh_json_length (node);

  *out_list = length ? g_new0 (char *, length + 1) : NULL;
  for (guint i = 0; i < length; i++)
    {
      const char *text = wh_json_string (wh_json_element (node, i), NULL);
      if (!text)
        return FALSE;
      (*out_list)[i] = g_strdup (text);
    }
  return wh_json_is_array (node);
}

/* Whatever is neither true nor false reads as the fallback asked for. */
static gboolean
read_flag (const WhJsonNode *node, gint64 *out_flag)
{
  *out_flag = wh_json_boolean (node, FALSE);
  return *out_flag == wh_json_boolean (node, TRUE);
}

gboolean
wh_wire_read_field (const WhJsonNode *node, gpointer entity, const WhField *field, GError **error)
{
  const char *text = wh_json_string (node, NULL);

  switch (field->type)
    {
    case WH_FIELD_TEXT:
      WH_FIELD_AT (entity, field, char *) = g_strdup (text);
      return text != NULL || wh_wire_wrong (field->name, error);
    case WH_FIELD_LIST:
      return read_list (node, &WH_FIELD_AT (entity, field, char **)) || wh_wire_wrong (field->name, error);
    case WH_FIELD_REAL:
      WH_FIELD_AT (entity, field, double) = wh_json_number (node, NAN);
      return wh_json_is_number (node) || wh_wire_wrong (field->name, error);
    case WH_FIELD_ID:
      return (text && wh_id_parse (text, &WH_FIELD_AT (entity, field, WhId))) || wh_wire_wrong (field->name, error);
    case WH_FIELD_TIME:
    case WH_FIELD_DATE:
      return (text && wh_clock_parse (text, &WH_FIELD_AT (entity, field, gint64))) || wh_wire_wrong (field->name, error);
    case WH_FIELD_FLAG:
      return read_flag (node, &WH_FIELD_AT (entity, field, gint64)) || wh_wire_wrong (field->name, error);
    case WH_FIELD_PANEL:
      return read_panel (node, &WH_FIELD_AT (entity, field, WhPanel *), error);
    default:
      /* A fraction is no integer, and must not read as absent. */
      WH_FIELD_AT (entity, field, gint64) = wh_json_integer (node, WH_INTEGER_UNSET);
      return WH_FIELD_AT (entity, field, gint64) != WH_INTEGER_UNSET || wh_wire_wrong (field->name, error);
    }
}

static gboolean
read_moment (const WhJsonNode *object, const char *key, gint64 *out_moment)
{
  const char *text = wh_json_string (wh_json_member (object, key), NULL);

  return !text || wh_clock_parse (text, out_moment);
}

gpointer
wh_wire_read_entity (const WhJsonNode *node, WhKind kind, GError **error)
{
  const WhEntityClass *class = wh_entity_class (kind);
  const char *id_text = wh_json_string (wh_json_member (node, class->id_key), "");
  g_autoptr (WhEntity) entity = NULL;
  WhId id;

  if (!wh_id_parse (id_text, &id))
    {
      wh_wire_wrong (class->id_key, error);
      return NULL;
    }
  entity = wh_entity_new (kind, id);
  entity->revision = wh_json_integer (wh_json_member (node, "revision"), 0);
  entity->source = g_strdup (wh_json_string (wh_json_member (node, "source"), NULL));
  if (!read_moment (node, "created_at", &entity->created_at) || !read_moment (node, "updated_at", &entity->updated_at))
    {
      wh_wire_wrong ("updated_at", error);
      return NULL;
    }
  for (guint i = 0; i < class->n_fields; i++)
    {
      const WhJsonNode *member = wh_json_member (node, wh_wire_field_key (&class->fields[i]));
      if (!wh_json_is_null (member) && !wh_wire_read_field (member, entity, &class->fields[i], error))
        return NULL;
    }
  return wh_entity_validate (entity, error) ? g_steal_pointer (&entity) : NULL;
}

void
wh_wire_write_change (WhJsonWriter *writer, const WhChange *change)
{
  wh_json_writer_begin_object (writer);
  if (change->seq)
    wh_json_writer_add_integer (writer, "seq", change->seq);
  wh_json_writer_add_string (writer, "op", wh_change_op_key (change->op));
  wh_json_writer_add_string (writer, "kind", wh_entity_class (change->kind)->name);
  wh_json_writer_key (writer, "id");
  write_id (writer, &change->id);
  if (change->entity)
    {
      wh_json_writer_key (writer, "row");
      wh_wire_write_entity (writer, change->entity, TRUE);
    }
  wh_json_writer_end_object (writer);
}

WhChange *
wh_wire_read_change (const WhJsonNode *node, GError **error)
{
  const WhEntityClass *class = wh_entity_class_by_name (wh_json_string (wh_json_member (node, "kind"), NULL));
  gint64 seq = wh_json_integer (wh_json_member (node, "seq"), 0);
  WhChange *change;
  WhId id;

  if (seq < 0 || !wh_id_parse (wh_json_string (wh_json_member (node, "id"), ""), &id))
    {
      wh_wire_wrong ("change", error);
      return NULL;
    }
  if (!class)
    return NULL;
  if (strcmp (wh_json_string (wh_json_member (node, "op"), ""), "delete") == 0)
    change = wh_change_new_delete (class->kind, id);
  else
    {
      g_autoptr (WhEntity) entity = wh_wire_read_entity (wh_json_member (node, "row"), class->kind, error);
      if (!entity)
        return NULL;
      if (!wh_id_equal (&entity->id, &id))
        {
          wh_wire_wrong ("id", error);
          return NULL;
        }
      change = wh_change_new_put (entity);
    }
  change->seq = seq;
  return change;
}

char *
wh_wire_token (const char *epoch, gint64 seq)
{
  guint8 bytes[TOKEN_BYTES] = { 0 };
  guint64 big_endian = GUINT64_TO_BE ((guint64) seq);
  char *token;
  WhId id = WH_ID_NONE;

  wh_id_parse (epoch, &id);
  memcpy (bytes, &id, sizeof id);
  memcpy (bytes + sizeof id, &big_endian, sizeof big_endian);
  token = g_base64_encode (bytes, sizeof bytes);
  return g_strdelimit (g_strdelimit (token, "+", '-'), "/", '_');
}

gboolean
wh_wire_token_parse (const char *token, char **out_epoch, gint64 *out_seq, GError **error)
{
  g_autofree char *standard = NULL;
  g_autofree guint8 *bytes = NULL;
  gsize length = 0;
  guint64 big_endian;
  WhId id;

  *out_epoch = NULL;
  *out_seq = 0;
  if (!token || !*token)
    return TRUE;
  standard = g_strdelimit (g_strdelimit (g_strdup (token), "-", '+'), "_", '/');
  if (strlen (standard) == 4 * ((TOKEN_BYTES + 2) / 3))
    bytes = g_base64_decode (standard, &length);
  if (length != TOKEN_BYTES)
    return wh_wire_wrong ("token", error);
  memcpy (&id, bytes, sizeof id);
  memcpy (&big_endian, bytes + sizeof id, sizeof big_endian);
  *out_epoch = wh_id_to_string (&id);
  *out_seq = (gint64) GUINT64_FROM_BE (big_endian);
  return *out_seq >= 0 || wh_wire_wrong ("token", error);
}
