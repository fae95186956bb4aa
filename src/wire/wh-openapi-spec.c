/* Schemas of what somebody sends. */
#include <string.h>

#include "core/wh-listing.h"
#include "wh-openapi-private.h"

#define ANALYTE "[^ ]+"

static void
add_bounds (WhJsonWriter *writer, const WhSpec *spec, const char *least, const char *most)
{
  if (spec->least > 0 || spec->type == WH_SPEC_INTEGER || spec->type == WH_SPEC_NUMBER)
    wh_json_writer_add_number (writer, least, spec->least, -1);
  wh_json_writer_add_number (writer, most, spec->most, -1);
}

static void
add_words (WhJsonWriter *writer, const char *const *words)
{
  wh_json_writer_key (writer, "enum");
  wh_json_writer_begin_array (writer);
  for (; *words; words++)
    wh_json_writer_string (writer, *words);
  wh_json_writer_end_array (writer);
}

static void
add_list (WhJsonWriter *writer, const WhSpec *spec)
{
  add_bounds (writer, spec, "minItems", "maxItems");
  wh_json_writer_key (writer, "items");
  wh_openapi_write_spec (writer, spec->parts);
}

static void
add_key (WhJsonWriter *writer, const WhSpec *spec)
{
  add_bounds (writer, spec, "minLength", "maxLength");
  wh_json_writer_add_string (writer, "pattern", "^[a-z0-9_]+$");
}

static void
add_rules (WhJsonWriter *writer, const WhSpec *spec)
{
  switch (spec->type)
    {
    case WH_SPEC_TEXT:
      add_bounds (writer, spec, "minLength", "maxLength");
      break;
    case WH_SPEC_INTEGER:
    case WH_SPEC_NUMBER:
      add_bounds (writer, spec, "minimum", "maximum");
      break;
    case WH_SPEC_WORD:
      add_words (writer, spec->words);
      break;
    case WH_SPEC_KEY:
      add_key (writer, spec);
      break;
    case WH_SPEC_ID:
      wh_json_writer_add_string (writer, "format", "uuid");
      break;
    case WH_SPEC_STATE:
      wh_json_writer_add_string (writer, "pattern", "^[A-Za-z]{2}$");
      break;
    case WH_SPEC_LIST:
      add_list (writer, spec);
      break;
    default:
      break;
    }
}

static const char *
type_of (const WhSpec *spec)
{
  switch (spec->type)
    {
    case WH_SPEC_INTEGER:
      return "integer";
    case WH_SPEC_NUMBER:
      return "number";
    case WH_SPEC_FLAG:
      return "boolean";
    case WH_SPEC_LIST:
      return "array";
    default:
      return "string";
    }
}

static void
add_fallback (WhJsonWriter *writer, const WhSpec *spec)
{
  if (!spec->fallback)
    return;
  wh_json_writer_key (writer, "default");
  if (g_str_equal (type_of (spec), "string"))
    wh_json_writer_string (writer, spec->fallback);
  else
    wh_json_writer_raw (writer, spec->fallback);
}

void
wh_openapi_write_spec (WhJsonWriter *writer, const WhSpec *spec)
{
  if (spec->type == WH_SPEC_OTHER)
    {
      wh_json_writer_raw (writer, spec->schema);
      return;
    }
  if (spec->type == WH_SPEC_OBJECT)
    {
      wh_openapi_write_members (writer, spec->parts);
      return;
    }
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", type_of (spec));
  add_rules (writer, spec);
  add_fallback (writer, spec);
  wh_json_writer_end_object (writer);
}

/* -- bodies ---------------------------------------------------------------------------------------------------------- */

static void
write_required (WhJsonWriter *writer, const WhSpec *members)
{
  gboolean any = FALSE;

  for (const WhSpec *member = members; member->help; member++)
    any = any || member->required;
  if (!any)
    return;
  wh_json_writer_key (writer, "required");
  wh_json_writer_begin_array (writer);
  for (const WhSpec *member = members; member->help; member++)
    if (member->required)
      wh_json_writer_string (writer, member->name);
  wh_json_writer_end_array (writer);
}

/* The meaning stands beside the schema: in OpenAPI 3.1 both count. */
static void
write_member (WhJsonWriter *writer, const WhSpec *member)
{
  wh_json_writer_key (writer, member->name);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "description", member->help);
  wh_json_writer_key (writer, "allOf");
  wh_json_writer_begin_array (writer);
  wh_openapi_write_spec (writer, member);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

void
wh_openapi_write_members (WhJsonWriter *writer, const WhSpec *members)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", "object");
  wh_json_writer_key (writer, "properties");
  wh_json_writer_begin_object (writer);
  for (const WhSpec *member = members; member->help; member++)
    write_member (writer, member);
  wh_json_writer_end_object (writer);
  write_required (writer, members);
  wh_json_writer_add_boolean (writer, "additionalProperties", FALSE);
  wh_json_writer_end_object (writer);
}

/* -- parameters ------------------------------------------------------------------------------------------------------ */

static void
begin_parameter (WhJsonWriter *writer, const char *name, const char *help, gboolean required)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "name", name);
  wh_json_writer_add_string (writer, "in", "query");
  wh_json_writer_add_string (writer, "description", help);
  if (required)
    wh_json_writer_add_boolean (writer, "required", TRUE);
}

/* "min.*": an object that is written as parameters of its own, "min.thca=20". */
static void
write_family (WhJsonWriter *writer, const WhSpec *spec)
{
  g_autofree char *begin = g_strndup (spec->name, strcspn (spec->name, ".*"));
  g_autofree char *pattern = g_strdup_printf ("^%s\\." ANALYTE "$", begin);

  begin_parameter (writer, begin, spec->help, FALSE);
  wh_json_writer_add_string (writer, "style", "form");
  wh_json_writer_add_boolean (writer, "explode", TRUE);
  wh_json_writer_key (writer, "schema");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", "object");
  wh_json_writer_key (writer, "patternProperties");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, pattern);
  wh_json_writer_raw (writer, "{\"type\":\"string\",\"pattern\":\"^[0-9]\",\"maxLength\":32}");
  wh_json_writer_end_object (writer);
  wh_json_writer_add_boolean (writer, "additionalProperties", FALSE);
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
}

static const char *
schema_of_filter (WhFilterOp op, const WhField *field)
{
  if (op == WH_FILTER_SET || field->type == WH_FIELD_FLAG)
    return "{\"type\":\"boolean\"}";
  switch (field->type)
    {
    case WH_FIELD_REAL:
      return "{\"type\":\"number\"}";
    case WH_FIELD_INTEGER:
      return "{\"type\":\"integer\"}";
    case WH_FIELD_ID:
      return "{\"type\":\"string\",\"format\":\"uuid\"}";
    case WH_FIELD_TIME:
    case WH_FIELD_DATE:
      return "{\"type\":\"string\",\"format\":\"date\"}";
    default:
      return "{\"type\":\"string\",\"maxLength\":" G_STRINGIFY (WH_LISTING_TEXT) "}";
    }
}

/* "{field}" and "min.{field}": one for every field that can be asked so. */
static void
write_fields (WhJsonWriter *writer, const WhRoute *route, const WhSpec *spec)
{
  static const char *const begins[] = { [WH_FILTER_EQUAL] = "", [WH_FILTER_LEAST] = "min.", [WH_FILTER_MOST] = "max.",
                                        [WH_FILTER_CONTAINS] = "contains.", [WH_FILTER_SET] = "has." };
  g_autofree char *begin = g_strndup (spec->name, strcspn (spec->name, "{"));
  WhFilterOp op = WH_FILTER_EQUAL;
  const WhField *field;

  while (strcmp (begins[op], begin) != 0)
    op++;
  for (guint place = 0; (field = wh_listing_field_at (route->kind, place)); place++)
    if (wh_listing_takes (op, field))
      {
        g_autofree char *name = g_strconcat (begin, field->name, NULL);
        begin_parameter (writer, name, spec->help, FALSE);
        wh_json_writer_key (writer, "schema");
        wh_json_writer_raw (writer, schema_of_filter (op, field));
        wh_json_writer_end_object (writer);
      }
}

static void
write_sort (WhJsonWriter *writer, const WhRoute *route, const WhSpec *spec)
{
  g_autofree char *names = wh_listing_sort_names (route->kind);
  g_auto (GStrv) words = g_strsplit (names, ", ", -1);

  begin_parameter (writer, spec->name, spec->help, FALSE);
  wh_json_writer_key (writer, "schema");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", "string");
  add_words (writer, (const char *const *) words);
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
}

static void
write_plain (WhJsonWriter *writer, const WhSpec *spec)
{
  begin_parameter (writer, spec->name, spec->help, spec->required);
  wh_json_writer_key (writer, "schema");
  wh_openapi_write_spec (writer, spec);
  if (spec->example)
    {
      wh_json_writer_key (writer, "example");
      wh_json_writer_raw (writer, spec->example);
    }
  wh_json_writer_end_object (writer);
}

void
wh_openapi_write_parameters (WhJsonWriter *writer, const WhRoute *route)
{
  for (const WhSpec *spec = route->parameters; spec->help; spec++)
    if (spec->type == WH_SPEC_AMOUNT)
      write_family (writer, spec);
    else if (spec->type != WH_SPEC_FIELD)
      write_plain (writer, spec);
    else if (strchr (spec->name, '{'))
      write_fields (writer, route, spec);
    else
      write_sort (writer, route, spec);
}
