/* One operation: what it takes and what it answers. */
#include <string.h>

#include "wh-openapi-private.h"

#define HOLE "{id}"

static gboolean
is_read (const WhRoute *route)
{
  return strcmp (route->method, "GET") == 0;
}

/* Some only compute something of their body. */
static gboolean
changes_something (const WhRoute *route)
{
  return !is_read (route) && route->permission != WH_PERMISSION_READ_CATALOGUE;
}

static gboolean
is_edit (const WhRoute *route)
{
  return route->id >= WH_ROUTE_ROW_CREATE && route->id <= WH_ROUTE_ROW_DELETE;
}

/* What the path is made of: {"strains", "{id}"}; what is not of the API begins with "server". */
static char **
words_of (const WhRoute *route)
{
  g_autofree char *path = g_str_has_prefix (route->path, "/api/") ? g_strdup (route->path + strlen ("/api/"))
                                                                  : g_strconcat ("server", route->path, NULL);

  return g_strsplit (path, "/", -1);
}

char *
wh_openapi_tag (const WhRoute *route)
{
  g_auto (GStrv) words = words_of (route);

  return g_strdup (words[0]);
}

/* "get_strains_search", "delete_notes_id" */
static char *
name_of (const WhRoute *route)
{
  g_auto (GStrv) words = words_of (route);
  g_autofree char *joined = g_strjoinv ("_", words);
  g_autofree char *method = g_ascii_strdown (route->method, -1);
  GString *name = g_string_new (method);

  g_string_append_c (name, '_');
  for (const char *letter = joined; *letter; letter++)
    if (!strchr ("{}", *letter))
      g_string_append_c (name, g_ascii_isalnum (*letter) ? *letter : '_');
  return g_string_free (name, FALSE);
}

/* -- who may ------------------------------------------------------------------------------------------------------------ */

static gboolean
is_open_here (const WhRoute *route)
{
  g_autoptr (WhPrincipal) anonymous = wh_principal_new_anonymous ();

  return wh_principal_allows (anonymous, route->permission);
}

/* An empty one of several: also without a key. */
static void
add_security (WhJsonWriter *writer, const WhRoute *route)
{
  wh_json_writer_key (writer, "security");
  if (route->permission == WH_PERMISSION_PUBLIC)
    wh_json_writer_raw (writer, "[]");
  else
    wh_json_writer_raw (writer, is_open_here (route) ? "[{\"bearer\":[]},{}]" : "[{\"bearer\":[]}]");
}

static void
add_description (WhJsonWriter *writer, const WhRoute *route)
{
  g_autofree char *body = route->max_body ? g_strdup_printf (" The body has at most %" G_GSIZE_FORMAT " bytes.", route->max_body) : NULL;
  g_autofree char *text = route->permission == WH_PERMISSION_PUBLIC
                              ? g_strdup_printf ("%s. Open to everyone.", route->summary)
                              : g_strdup_printf ("%s. Needs the permission %s%s.%s", route->summary, wh_permission_key (route->permission),
                                                 is_open_here (route) ? ", which everyone on this machine has" : "", body ? body : "");

  wh_json_writer_add_string (writer, "summary", route->summary);
  wh_json_writer_add_string (writer, "description", text);
}

/* -- what it takes --------------------------------------------------------------------------------------------------- */

static void
write_id (WhJsonWriter *writer, const WhRoute *route)
{
  gboolean named = route->kind == WH_KIND_NONE || route->kind == WH_KIND_STRAIN || route->kind == WH_KIND_DISPENSARY;

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "name", "id");
  wh_json_writer_add_string (writer, "in", "path");
  wh_json_writer_add_boolean (writer, "required", TRUE);
  wh_json_writer_add_string (writer, "description", named ? "Its id, slug, name or another name that means one." : "Its id.");
  wh_json_writer_key (writer, "schema");
  wh_json_writer_raw (writer, named ? "{\"type\":\"string\",\"minLength\":1}" : "{\"type\":\"string\",\"format\":\"uuid\"}");
  wh_json_writer_end_object (writer);
}

static void
add_parameters (WhJsonWriter *writer, const WhRoute *route)
{
  gboolean hole = strstr (route->path, HOLE) != NULL;

  wh_json_writer_key (writer, "parameters");
  wh_json_writer_begin_array (writer);
  if (hole)
    write_id (writer, route);
  wh_openapi_write_parameters (writer, route);
  if (is_read (route) && hole)
    wh_openapi_write_ref (writer, "parameters", "if_none_match");
  if (is_edit (route) && hole)
    wh_openapi_write_ref (writer, "parameters", "if_match");
  if (changes_something (route))
    wh_openapi_write_ref (writer, "parameters", "idempotency_key");
  wh_json_writer_end_array (writer);
}

static void
write_row_ref (WhJsonWriter *writer, const WhRoute *route, const char *end)
{
  g_autofree char *name = g_strconcat (wh_entity_class (route->kind)->name, end, NULL);

  wh_openapi_write_ref (writer, "schemas", name);
}

static void
add_body (WhJsonWriter *writer, const WhRoute *route)
{
  if (route->max_body == 0)
    return;
  wh_json_writer_key (writer, "requestBody");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_boolean (writer, "required", TRUE);
  wh_json_writer_key (writer, "content");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "application/json");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "schema");
  if (route->body)
    wh_openapi_write_members (writer, route->body);
  else
    write_row_ref (writer, route, route->id == WH_ROUTE_ROW_CHANGE ? "_change" : "_new");
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
}

/* -- what it answers ------------------------------------------------------------------------------------------------- */

static gboolean
is_paged (const WhRoute *route)
{
  return wh_spec_find (route->parameters, "cursor") != NULL;
}

static void
write_data (WhJsonWriter *writer, const WhRoute *route)
{
  if (route->id == WH_ROUTE_ROWS)
    {
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "type", "array");
      wh_json_writer_key (writer, "items");
      write_row_ref (writer, route, "");
      wh_json_writer_end_object (writer);
    }
  else if (route->kind != WH_KIND_NONE)
    write_row_ref (writer, route, "");
  else
    wh_openapi_write_shape (writer, wh_openapi_reply_shape (route));
}

/* The envelope with what is particular to it: data, and whether meta tells of pages. */
static void
write_envelope (WhJsonWriter *writer, const WhRoute *route)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", "object");
  wh_json_writer_key (writer, "required");
  wh_json_writer_raw (writer, "[\"success\",\"data\",\"meta\",\"errors\"]");
  wh_json_writer_key (writer, "properties");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "success");
  wh_json_writer_raw (writer, "{\"type\":\"boolean\",\"const\":true}");
  wh_json_writer_key (writer, "data");
  write_data (writer, route);
  wh_json_writer_key (writer, "meta");
  wh_openapi_write_ref (writer, "schemas", is_paged (route) ? "page_meta" : "meta");
  wh_json_writer_key (writer, "errors");
  wh_json_writer_raw (writer, "{\"type\":\"array\",\"maxItems\":0,\"items\":{}}");
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
}

static void
add_headers (WhJsonWriter *writer, gboolean made)
{
  static const char *const names[] = { "X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "ETag" };

  wh_json_writer_key (writer, "headers");
  wh_json_writer_begin_object (writer);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      wh_json_writer_key (writer, names[i]);
      wh_openapi_write_ref (writer, "headers", names[i]);
    }
  if (made)
    {
      wh_json_writer_key (writer, "Location");
      wh_openapi_write_ref (writer, "headers", "Location");
    }
  wh_json_writer_end_object (writer);
}

/* What has no envelope. */
static const char *
plain_type (const WhRoute *route)
{
  switch (route->id)
    {
    case WH_ROUTE_METRICS:
      return "text/plain";
    case WH_ROUTE_OPENAPI:
      return "application/json";
    case WH_ROUTE_EVENTS:
      return "text/event-stream";
    default:
      return NULL;
    }
}

static void
write_success (WhJsonWriter *writer, const WhRoute *route, const char *status, const char *meaning)
{
  const char *type = plain_type (route);

  wh_json_writer_key (writer, status);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "description", meaning);
  add_headers (writer, strcmp (status, "201") == 0);
  wh_json_writer_key (writer, "content");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, type ? type : "application/json");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "schema");
  if (type)
    write_data (writer, route);
  else
    write_envelope (writer, route);
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
}

static void
write_other (WhJsonWriter *writer, const char *status)
{
  wh_json_writer_key (writer, status);
  wh_openapi_write_ref (writer, "responses", status);
}

static void
write_successes (WhJsonWriter *writer, const WhRoute *route)
{
  if (route->id == WH_ROUTE_ROW_DELETE)
    {
      write_other (writer, "204");
      return;
    }
  if (route->id != WH_ROUTE_ROW_CREATE && route->id != WH_ROUTE_WEBHOOK_ADD)
    write_success (writer, route, "200", "What was asked for.");
  if (route->id == WH_ROUTE_ROW_CREATE || route->id == WH_ROUTE_ROW_REPLACE || route->id == WH_ROUTE_SCHEDULE_PUT
      || route->id == WH_ROUTE_WEBHOOK_ADD)
    write_success (writer, route, "201", "What was made.");
  if (route->id == WH_ROUTE_JOB_ADD || route->id == WH_ROUTE_JOB_CANCEL)
    write_success (writer, route, "202", "It will be done.");
  if (is_read (route))
    write_other (writer, "304");
}

/* Whether the path or a parameter names something that may not be there, or mean several. */
static gboolean
names_something (const WhRoute *route)
{
  return strstr (route->path, HOLE) || wh_spec_find (route->parameters, "strain_id") || wh_spec_find (route->parameters, "product_id")
         || route->body;
}

static void
add_responses (WhJsonWriter *writer, const WhRoute *route)
{
  static const char *const always[] = { "400", "401", "403", "429", "500", "503" };

  wh_json_writer_key (writer, "responses");
  wh_json_writer_begin_object (writer);
  write_successes (writer, route);
  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    write_other (writer, always[i]);
  if (names_something (route) || is_edit (route))
    write_other (writer, "404");
  if (names_something (route) || changes_something (route))
    write_other (writer, "409");
  if (route->id == WH_ROUTE_SYNC_CHANGES)
    write_other (writer, "410");
  if (route->max_body)
    {
      write_other (writer, "413");
      write_other (writer, "415");
    }
  if (route->max_body || changes_something (route))
    write_other (writer, "422");
  wh_json_writer_end_object (writer);
}

void
wh_openapi_write_operation (WhJsonWriter *writer, const WhRoute *route)
{
  g_autofree char *method = g_ascii_strdown (route->method, -1);
  g_autofree char *name = name_of (route);
  g_autofree char *tag = wh_openapi_tag (route);

  wh_json_writer_key (writer, method);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "operationId", name);
  add_description (writer, route);
  wh_json_writer_key (writer, "tags");
  wh_json_writer_begin_array (writer);
  wh_json_writer_string (writer, tag);
  wh_json_writer_end_array (writer);
  add_security (writer, route);
  add_parameters (writer, route);
  add_body (writer, route);
  add_responses (writer, route);
  wh_json_writer_end_object (writer);
}
