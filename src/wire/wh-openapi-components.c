/* What operations share: replies that are errors, header fields, the parts of the envelope, security. */
#include "wh-openapi-private.h"

#define ERROR_ENVELOPE \
  "{\"type\":\"object\",\"required\":[\"success\",\"data\",\"meta\",\"errors\"],\"properties\":{" \
  "\"success\":{\"type\":\"boolean\",\"const\":false},\"data\":{\"type\":\"null\"},\"meta\":{\"$ref\":\"#/components/schemas/meta\"}," \
  "\"errors\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#/components/schemas/error\"}}}}"
#define ERROR \
  "{\"type\":\"object\",\"required\":[\"code\",\"message\",\"field\",\"details\"],\"properties\":{" \
  "\"code\":{\"type\":\"string\",\"pattern\":\"^[A-Z][A-Z0-9_]*$\",\"description\":\"A stable word for programs.\"}," \
  "\"message\":{\"type\":\"string\",\"minLength\":1,\"description\":\"A sentence for people.\"}," \
  "\"field\":{\"type\":[\"string\",\"null\"],\"description\":\"The parameter or the part of the body that is wrong.\"}," \
  "\"details\":{\"description\":\"What else helps, such as the candidates of an ambiguous name.\"}}}"
#define PROBLEM \
  "{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"detail\",\"instance\"],\"properties\":{" \
  "\"type\":{\"type\":\"string\",\"format\":\"uri-reference\"},\"title\":{\"type\":\"string\",\"pattern\":\"^[A-Z][A-Z0-9_]*$\"}," \
  "\"status\":{\"type\":\"integer\",\"minimum\":400,\"maximum\":599},\"detail\":{\"type\":\"string\",\"minLength\":1}," \
  "\"instance\":{\"type\":\"string\"},\"field\":{\"type\":\"string\"},\"details\":{}}}"
#define META_REQUIRED "\"timestamp\",\"request_id\",\"processing_time_ms\",\"version\""
#define META_MEMBERS \
  "\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\"},\"request_id\":{\"type\":\"string\",\"format\":\"uuid\"}," \
  "\"processing_time_ms\":{\"type\":\"number\",\"minimum\":0},\"version\":{\"type\":\"string\"}," \
  "\"rate_limit\":{\"type\":\"object\",\"required\":[\"limit\",\"remaining\",\"reset\"],\"properties\":{" \
  "\"limit\":{\"type\":\"integer\"},\"remaining\":{\"type\":\"integer\"},\"reset\":{\"type\":\"integer\"}}}"
#define META "{\"type\":\"object\",\"required\":[" META_REQUIRED "],\"properties\":{" META_MEMBERS "}}"
#define PAGE_META \
  "{\"type\":\"object\",\"required\":[" META_REQUIRED ",\"per_page\",\"next_cursor\"],\"properties\":{" META_MEMBERS "," \
  "\"total_count\":{\"type\":\"integer\",\"minimum\":0},\"page_count\":{\"type\":\"integer\",\"minimum\":0}," \
  "\"current_page\":{\"type\":\"integer\",\"minimum\":1},\"per_page\":{\"type\":\"integer\",\"minimum\":1}," \
  "\"next_cursor\":{\"type\":[\"string\",\"null\"],\"description\":\"For the parameter cursor; null: this is the last page.\"}}}"

static const struct {
  const char *name, *schema;
} schemas[] = {
  { "error_envelope", ERROR_ENVELOPE }, { "error", ERROR }, { "problem", PROBLEM }, { "meta", META }, { "page_meta", PAGE_META },
};

static const struct {
  const char *name, *meaning, *schema;
} headers[] = {
  { "X-Request-Id", "Of this request; it stands in the log, too.", "{\"type\":\"string\",\"format\":\"uuid\"}" },
  { "X-RateLimit-Limit", "Requests of this class that are free in the window.", "{\"type\":\"integer\"}" },
  { "X-RateLimit-Remaining", "Those that are left.", "{\"type\":\"integer\"}" },
  { "X-RateLimit-Reset", "When the window ends, in seconds since 1970.", "{\"type\":\"integer\"}" },
  { "Retry-After", "Seconds to wait.", "{\"type\":\"integer\",\"minimum\":0}" },
  { "ETag", "For If-None-Match, and of a row for If-Match.", "{\"type\":\"string\"}" },
  { "Location", "Where the row is.", "{\"type\":\"string\",\"format\":\"uri-reference\"}" },
  { "WWW-Authenticate", "How to sign in.", "{\"type\":\"string\"}" },
};

static const struct {
  const char *name, *header, *meaning;
} parameters[] = {
  { "if_match", "If-Match", "The ETag of the row that was read: refused with 409 when somebody changed it meanwhile." },
  { "idempotency_key", "Idempotency-Key",
    "1 to 255 visible characters: the same request with the same key is done once, and answered alike; another one is refused with 422." },
  { "if_none_match", "If-None-Match", "The ETag of an earlier reply: answered with 304 when nothing has changed." },
};

static const struct {
  const char *status, *meaning, *header;
} errors[] = {
  { "400", "A parameter or the body is wrong; field says which.", NULL },
  { "401", "Nobody has signed in, or with a wrong key.", "WWW-Authenticate" },
  { "403", "Who asks may not do this.", NULL },
  { "404", "What is named is not there.", NULL },
  { "409", "A name means several things, or a row has changed meanwhile; details says more.", NULL },
  { "410", "This history has ended: begin again without a token.", NULL },
  { "413", "The body is too large.", NULL },
  { "415", "The body, or the file it names, is of a kind that is not known here.", NULL },
  { "422", "The body was understood, and what it says cannot be; field says which part.", NULL },
  { "429", "Too many requests.", "Retry-After" },
  { "500", "Something went wrong in the server; its log tells more, by the id of the request.", NULL },
  { "503", "Not now: the server is starting, stopping or has too much to do.", "Retry-After" },
};

void
wh_openapi_add_ref (WhJsonWriter *writer, const char *folder, const char *name)
{
  g_autofree char *target = g_strdup_printf ("#/components/%s/%s", folder, name);

  wh_json_writer_add_string (writer, "$ref", target);
}

void
wh_openapi_write_ref (WhJsonWriter *writer, const char *folder, const char *name)
{
  wh_json_writer_begin_object (writer);
  wh_openapi_add_ref (writer, folder, name);
  wh_json_writer_end_object (writer);
}

static void
add_schemas (WhJsonWriter *writer)
{
  wh_json_writer_key (writer, "schemas");
  wh_json_writer_begin_object (writer);
  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    {
      wh_json_writer_key (writer, schemas[i].name);
      wh_json_writer_raw (writer, schemas[i].schema);
    }
  wh_openapi_write_kinds (writer);
  wh_openapi_write_shared (writer);
  wh_json_writer_end_object (writer);
}

static void
add_headers (WhJsonWriter *writer)
{
  wh_json_writer_key (writer, "headers");
  wh_json_writer_begin_object (writer);
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      wh_json_writer_key (writer, headers[i].name);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "description", headers[i].meaning);
      wh_json_writer_key (writer, "schema");
      wh_json_writer_raw (writer, headers[i].schema);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_object (writer);
}

static void
add_parameters (WhJsonWriter *writer)
{
  wh_json_writer_key (writer, "parameters");
  wh_json_writer_begin_object (writer);
  for (guint i = 0; i < G_N_ELEMENTS (parameters); i++)
    {
      wh_json_writer_key (writer, parameters[i].name);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "name", parameters[i].header);
      wh_json_writer_add_string (writer, "in", "header");
      wh_json_writer_add_string (writer, "description", parameters[i].meaning);
      wh_json_writer_key (writer, "schema");
      wh_json_writer_raw (writer, "{\"type\":\"string\"}");
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_object (writer);
}

static void
write_content (WhJsonWriter *writer, const char *type, const char *schema)
{
  wh_json_writer_key (writer, type);
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "schema");
  wh_openapi_write_ref (writer, "schemas", schema);
  wh_json_writer_end_object (writer);
}

static void
write_header (WhJsonWriter *writer, const char *name)
{
  wh_json_writer_key (writer, name);
  wh_openapi_write_ref (writer, "headers", name);
}

static void
write_error (WhJsonWriter *writer, const char *status, const char *meaning, const char *header)
{
  wh_json_writer_key (writer, status);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "description", meaning);
  wh_json_writer_key (writer, "headers");
  wh_json_writer_begin_object (writer);
  write_header (writer, "X-Request-Id");
  if (header)
    write_header (writer, header);
  wh_json_writer_end_object (writer);
  wh_json_writer_key (writer, "content");
  wh_json_writer_begin_object (writer);
  write_content (writer, "application/json", "error_envelope");
  write_content (writer, "application/problem+json", "problem");
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
}

/* Replies without a body, and those that are errors in both forms. */
static void
add_responses (WhJsonWriter *writer)
{
  wh_json_writer_key (writer, "responses");
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "204");
  wh_json_writer_raw (writer, "{\"description\":\"Done; there is nothing to say.\"}");
  wh_json_writer_key (writer, "304");
  wh_json_writer_raw (writer, "{\"description\":\"As it was.\",\"headers\":{\"ETag\":{\"$ref\":\"#/components/headers/ETag\"}}}");
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    write_error (writer, errors[i].status, errors[i].meaning, errors[i].header);
  wh_json_writer_end_object (writer);
}

void
wh_openapi_write_components (WhJsonWriter *writer)
{
  wh_json_writer_begin_object (writer);
  add_schemas (writer);
  add_headers (writer);
  add_parameters (writer);
  add_responses (writer);
  wh_json_writer_key (writer, "securitySchemes");
  wh_json_writer_raw (writer, "{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\","
                              "\"description\":\"The key of admin.key in the data directory of the server.\"}}");
  wh_json_writer_end_object (writer);
}
