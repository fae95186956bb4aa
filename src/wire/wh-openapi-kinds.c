/* Schemas of the nouns, by their field tables: as they are read, as they are made, as they are changed. */
#include "base/wh-limits.h"
#include "core/wh-edit.h"
#include "core/wh-measure.h"
#include "wh-openapi-private.h"
#include "wh-wire.h"

typedef enum {
  READ,     /* every field is there */
  NEW,      /* those that are needed are there */
  CHANGE,   /* those that are given */
} Form;

static const char *const form_ends[] = { [READ] = "", [NEW] = "_new", [CHANGE] = "_change" };

static void
write_type (WhJsonWriter *writer, const char *type, gboolean nullable)
{
  wh_json_writer_key (writer, "type");
  if (nullable)
    wh_json_writer_begin_array (writer);
  wh_json_writer_string (writer, type);
  if (!nullable)
    return;
  wh_json_writer_string (writer, "null");
  wh_json_writer_end_array (writer);
}

static const char *
format_of (WhFieldType type)
{
  switch (type)
    {
    case WH_FIELD_ID:
      return "uuid";
    case WH_FIELD_TIME:
      return "date-time";
    case WH_FIELD_DATE:
      return "date";
    default:
      return NULL;
    }
}

static const char *
type_of (WhFieldType type)
{
  switch (type)
    {
    case WH_FIELD_REAL:
      return "number";
    case WH_FIELD_INTEGER:
      return "integer";
    case WH_FIELD_FLAG:
      return "boolean";
    case WH_FIELD_LIST:
    case WH_FIELD_PANEL:
      return "array";
    default:
      return "string";
    }
}

static void
add_entries (WhJsonWriter *writer, const WhField *field, Form form)
{
  gboolean panel = field->type == WH_FIELD_PANEL;

  wh_json_writer_add_integer (writer, "maxItems", panel ? WH_LIMIT_PANEL : WH_LIMIT_LIST);
  wh_json_writer_key (writer, "items");
  if (panel)
    wh_openapi_write_ref (writer, "schemas", form == READ ? "measurement" : "measurement_new");
  else
    wh_json_writer_raw (writer, "{\"type\":\"string\"}");
}

/* A list is never null when it is read; everything may be null when it is emptied. */
static void
write_field (WhJsonWriter *writer, const WhField *field, Form form)
{
  gboolean list = field->type == WH_FIELD_LIST || field->type == WH_FIELD_PANEL;
  gboolean nullable = form == READ ? !list && !field->required : !field->required;

  wh_json_writer_key (writer, wh_wire_field_key (field));
  wh_json_writer_begin_object (writer);
  write_type (writer, type_of (field->type), nullable);
  if (list)
    add_entries (writer, field, form);
  else if (field->type == WH_FIELD_TEXT)
    wh_json_writer_add_integer (writer, "maxLength", (gint64) field->max_bytes);
  else if (form == READ && format_of (field->type))
    wh_json_writer_add_string (writer, "format", format_of (field->type));
  wh_json_writer_end_object (writer);
}

/* What every row has; who sends them back says what was read, and nobody may set them. */
static void
write_shared (WhJsonWriter *writer, const WhEntityClass *class)
{
  wh_json_writer_key (writer, class->id_key);
  wh_json_writer_raw (writer, "{\"type\":\"string\",\"format\":\"uuid\"}");
  wh_json_writer_key (writer, "revision");
  wh_json_writer_raw (writer, "{\"type\":\"integer\",\"minimum\":0,\"description\":\"Rises with every change of the row.\"}");
  wh_json_writer_key (writer, "pending");
  wh_json_writer_raw (writer, "{\"type\":\"boolean\"}");
  wh_json_writer_key (writer, "source");
  wh_json_writer_raw (writer, "{\"type\":[\"string\",\"null\"],\"description\":\"Where it comes from; null: made here.\"}");
  wh_json_writer_key (writer, "demonstration");
  wh_json_writer_raw (writer, "{\"type\":\"boolean\",\"description\":\"Made up.\"}");
  wh_json_writer_key (writer, "created_at");
  wh_json_writer_raw (writer, "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}");
  wh_json_writer_key (writer, "updated_at");
  wh_json_writer_raw (writer, "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}");
}

static void
write_read_names (WhJsonWriter *writer, const WhEntityClass *class)
{
  static const char *const shared[] = { "revision", "source", "demonstration", "created_at", "updated_at" };

  wh_json_writer_string (writer, class->id_key);
  for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
    wh_json_writer_string (writer, shared[i]);
}

static gboolean
needs_any (const WhEntityClass *class)
{
  for (guint i = 0; i < class->n_fields; i++)
    if (class->fields[i].required)
      return TRUE;
  return FALSE;
}

static void
write_required (WhJsonWriter *writer, const WhEntityClass *class, Form form)
{
  if (form == CHANGE || (form == NEW && !needs_any (class)))
    return;
  wh_json_writer_key (writer, "required");
  wh_json_writer_begin_array (writer);
  if (form == READ)
    write_read_names (writer, class);
  for (guint i = 0; i < class->n_fields; i++)
    if (form == READ || class->fields[i].required)
      wh_json_writer_string (writer, wh_wire_field_key (&class->fields[i]));
  wh_json_writer_end_array (writer);
}

static void
write_kind (WhJsonWriter *writer, const WhEntityClass *class, Form form)
{
  g_autofree char *name = g_strconcat (class->name, form_ends[form], NULL);

  wh_json_writer_key (writer, name);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", "object");
  wh_json_writer_key (writer, "properties");
  wh_json_writer_begin_object (writer);
  write_shared (writer, class);
  for (guint i = 0; i < class->n_fields; i++)
    write_field (writer, &class->fields[i], form);
  wh_json_writer_end_object (writer);
  write_required (writer, class, form);
  if (form != READ)
    wh_json_writer_add_boolean (writer, "additionalProperties", FALSE);
  wh_json_writer_end_object (writer);
}

/* -- measurements ---------------------------------------------------------------------------------------------------- */

typedef const char *(*KeyOf) (guint place);

static const char *
state_key_cb (guint place)
{
  return place <= WH_STATE_NOT_APPLICABLE ? wh_state_key (place) : NULL;
}

static const char *
unit_key_cb (guint place)
{
  return place <= WH_UNIT_G_PER_G ? wh_unit_key (place) : NULL;
}

static const char *
basis_key_cb (guint place)
{
  return place <= WH_BASIS_DRY ? wh_basis_key (place) : NULL;
}

static const char *
kind_key_cb (guint place)
{
  return place + 1 < WH_N_KINDS ? wh_entity_class (place + 1)->name : NULL;
}

static const char *
op_key_cb (guint place)
{
  return place <= WH_EDIT_DELETE ? wh_edit_op_key (place) : NULL;
}

static void
add_words (WhJsonWriter *writer, const char *name, KeyOf key_of)
{
  wh_json_writer_key (writer, name);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", "string");
  wh_json_writer_key (writer, "enum");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; key_of (i); i++)
    wh_json_writer_string (writer, key_of (i));
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

static void
write_measurement (WhJsonWriter *writer, const char *name, const char *required)
{
  static const char *const numbers[] = { "value", "lod", "loq" };

  wh_json_writer_key (writer, name);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", "object");
  wh_json_writer_key (writer, "properties");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "analyte");
  wh_json_writer_raw (writer, "{\"type\":\"string\",\"description\":\"Its key in the dictionary, such as beta_myrcene.\"}");
  wh_json_writer_key (writer, "name");
  wh_json_writer_raw (writer, "{\"description\":\"Of the dictionary; not read.\"}");
  add_words (writer, "state", state_key_cb);
  add_words (writer, "unit", unit_key_cb);
  add_words (writer, "basis", basis_key_cb);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      wh_json_writer_key (writer, numbers[i]);
      wh_json_writer_raw (writer, "{\"type\":[\"number\",\"null\"]}");
    }
  wh_json_writer_key (writer, "text");
  wh_json_writer_raw (writer, "{\"type\":[\"string\",\"null\"],\"description\":\"The cell as the laboratory wrote it.\"}");
  wh_json_writer_end_object (writer);
  wh_json_writer_key (writer, "required");
  wh_json_writer_raw (writer, required);
  wh_json_writer_end_object (writer);
}

/* What POST /api/changes takes for each change. */
static void
write_change_request (WhJsonWriter *writer)
{
  wh_json_writer_key (writer, "change_request");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", "object");
  wh_json_writer_key (writer, "properties");
  wh_json_writer_begin_object (writer);
  add_words (writer, "op", op_key_cb);
  add_words (writer, "kind", kind_key_cb);
  wh_json_writer_key (writer, "id");
  wh_json_writer_raw (writer, "{\"type\":[\"string\",\"null\"],\"description\":\"Needed but where a row is made.\"}");
  wh_json_writer_key (writer, "base_revision");
  wh_json_writer_raw (writer, "{\"type\":[\"integer\",\"null\"],\"minimum\":0,\"description\":\"Refused when the row has another one.\"}");
  wh_json_writer_key (writer, "with_parts");
  wh_json_writer_raw (writer, "{\"type\":\"boolean\"}");
  wh_json_writer_key (writer, "row");
  wh_json_writer_raw (writer, "{\"type\":\"object\",\"description\":\"Fields of the kind; null empties one.\"}");
  wh_json_writer_end_object (writer);
  wh_json_writer_key (writer, "required");
  wh_json_writer_raw (writer, "[\"op\",\"kind\"]");
  wh_json_writer_add_boolean (writer, "additionalProperties", FALSE);
  wh_json_writer_end_object (writer);
}

void
wh_openapi_write_kinds (WhJsonWriter *writer)
{
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      if (!wh_route_of_kind (WH_ROUTE_ROW_CREATE, kind))
        continue;
      write_kind (writer, wh_entity_class (kind), READ);
      write_kind (writer, wh_entity_class (kind), NEW);
      if (wh_route_of_kind (WH_ROUTE_ROW_CHANGE, kind))
        write_kind (writer, wh_entity_class (kind), CHANGE);
    }
  write_measurement (writer, "measurement",
                     "[\"analyte\",\"name\",\"state\",\"value\",\"unit\",\"basis\",\"lod\",\"loq\",\"text\"]");
  write_measurement (writer, "measurement_new", "[\"analyte\",\"state\",\"unit\",\"basis\"]");
  write_change_request (writer);
}
