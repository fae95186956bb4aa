#include "wh-wire.h"

#include <glib/gi18n.h>
#include <string.h>

#include "wh-config.h"

/* The one table between our errors, HTTP statuses and the API's code words. */
static const struct {
  WhErrorCode code;
  guint       status;
  const char *word;
} statuses[] = {
  { WH_ERROR_FAILED, 500, "INTERNAL_ERROR" },     { WH_ERROR_INVALID, 400, "INVALID_PARAMETER" },
  { WH_ERROR_NOT_FOUND, 404, "NOT_FOUND" },       { WH_ERROR_AMBIGUOUS, 409, "AMBIGUOUS" },
  { WH_ERROR_DENIED, 403, "FORBIDDEN" },          { WH_ERROR_CONFLICT, 409, "CONFLICT" },
  { WH_ERROR_BUSY, 503, "BUSY" },                 { WH_ERROR_OFFLINE, 503, "UNAVAILABLE" },
  { WH_ERROR_TOO_LARGE, 413, "TOO_LARGE" },       { WH_ERROR_CORRUPT, 500, "STORE_DAMAGED" },
  { WH_ERROR_UNSUPPORTED, 415, "UNSUPPORTED" },   { WH_ERROR_CANCELLED, 503, "CANCELLED" },
  { WH_ERROR_NO_SPACE, 503, "NO_SPACE" },         { WH_ERROR_DENIED, 401, "UNAUTHORIZED" },
  { WH_ERROR_INVALID, 422, "INVALID_PARAMETER" }, { WH_ERROR_INVALID, 405, "METHOD_NOT_ALLOWED" },
  { WH_ERROR_BUSY, 429, "RATE_LIMITED" },         { WH_ERROR_CONFLICT, 410, "MUST_REFETCH" },
};

WhWireError
wh_wire_error (const GError *error)
{
  for (guint i = 0; error->domain == WH_ERROR && i < G_N_ELEMENTS (statuses); i++)
    if ((int) statuses[i].code == error->code)
      return (WhWireError){ .status = statuses[i].status, .code = statuses[i].word, .message = error->message };
  return (WhWireError){ .status = 500, .code = "INTERNAL_ERROR", .message = error->message };
}

/* How many there are is not always asked. */
static void
write_pages (WhJsonWriter *writer, const WhMeta *meta)
{
  guint per_page = MAX (1, meta->per_page);

  if (meta->total_count < 0)
    {
      wh_json_writer_add_integer (writer, "per_page", per_page);
      wh_json_writer_add_string (writer, "next_cursor", meta->next_cursor);
      return;
    }
  wh_json_writer_add_integer (writer, "total_count", meta->total_count);
  wh_json_writer_add_integer (writer, "page_count", (meta->total_count + per_page - 1) / per_page);
  if (meta->offset != WH_META_NO_OFFSET)
    wh_json_writer_add_integer (writer, "current_page", meta->offset / per_page + 1);
  wh_json_writer_add_integer (writer, "per_page", per_page);
  wh_json_writer_add_string (writer, "next_cursor", meta->next_cursor);
}

static void
write_rate (WhJsonWriter *writer, const WhMeta *meta)
{
  wh_json_writer_key (writer, "rate_limit");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "limit", meta->rate_limit);
  wh_json_writer_add_integer (writer, "remaining", meta->rate_remaining);
  wh_json_writer_add_integer (writer, "reset", meta->rate_reset);
  wh_json_writer_end_object (writer);
}

static void
write_meta (WhJsonWriter *writer, const WhMeta *meta)
{
  char now[WH_CLOCK_TEXT];

  wh_clock_write (wh_clock_now (), now);
  wh_json_writer_key (writer, "meta");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "timestamp", now);
  wh_json_writer_add_string (writer, "request_id", meta->request_id);
  wh_json_writer_add_number (writer, "processing_time_ms", (wh_clock_monotonic () - meta->started) / 1000.0, 3);
  wh_json_writer_add_string (writer, "version", WH_VERSION);
  if (meta->total_count >= 0 || meta->per_page > 0)
    write_pages (writer, meta);
  if (meta->rate_limit)
    write_rate (writer, meta);
  wh_json_writer_end_object (writer);
}

/* All that stands around the data. */
#define ENVELOPE_BYTES 512

char *
wh_wire_envelope_of (const char *data, gsize length, const WhMeta *meta, gsize *out_length)
{
  GString *text = g_string_sized_new (length + ENVELOPE_BYTES);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_boolean (writer, "success", TRUE);
  wh_json_writer_key (writer, "data");
  wh_json_writer_raw_of (writer, data, length);
  write_meta (writer, meta);
  wh_json_writer_key (writer, "errors");
  wh_json_writer_begin_array (writer);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  *out_length = text->len;
  return g_string_free (text, FALSE);
}

char *
wh_wire_envelope (const char *data, const WhMeta *meta)
{
  gsize length;

  return wh_wire_envelope_of (data, strlen (data), meta, &length);
}

static void
write_details (WhJsonWriter *writer, const char *details)
{
  wh_json_writer_key (writer, "details");
  if (details)
    wh_json_writer_raw (writer, details);
  else
    wh_json_writer_null (writer);
}

char *
wh_wire_error_envelope (const WhWireError *error, const WhMeta *meta)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_boolean (writer, "success", FALSE);
  wh_json_writer_key (writer, "data");
  wh_json_writer_null (writer);
  write_meta (writer, meta);
  wh_json_writer_key (writer, "errors");
  wh_json_writer_begin_array (writer);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "code", error->code);
  wh_json_writer_add_string (writer, "message", error->message);
  wh_json_writer_add_string (writer, "field", error->field);
  write_details (writer, error->details);
  wh_json_writer_end_object (writer);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

char *
wh_wire_problem (const WhWireError *error, const WhMeta *meta)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "type", "about:blank");
  wh_json_writer_add_string (writer, "title", error->code);
  wh_json_writer_add_integer (writer, "status", error->status);
  wh_json_writer_add_string (writer, "detail", error->message);
  wh_json_writer_add_string (writer, "instance", meta->request_id);
  if (error->field)
    wh_json_writer_add_string (writer, "field", error->field);
  if (error->details)
    write_details (writer, error->details);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

/* A status may stand for several errors, a code word for one; not every word is in the table. */
static WhErrorCode
code_from_reply (guint status, const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status && g_strcmp0 (statuses[i].word, word) == 0)
      return statuses[i].code;
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      return statuses[i].code;
  return status >= 500 ? WH_ERROR_OFFLINE : WH_ERROR_FAILED;
}

GError *
wh_wire_error_from_reply (guint status, const char *body, gsize length)
{
  g_autoptr (WhJson) json = wh_json_parse (body, length, length + 1, NULL);
  const WhJsonNode *errors = json ? wh_json_member (wh_json_root (json), "errors") : NULL;
  const WhJsonNode *first = wh_json_element (errors, 0);
  const char *message = wh_json_string (wh_json_member (first, "message"), NULL);
  WhErrorCode code = code_from_reply (status, wh_json_string (wh_json_member (first, "code"), NULL));

  if (message)
    return g_error_new (WH_ERROR, (int) code, "%s", message);
  return g_error_new (WH_ERROR, (int) code, _("The server answered with status %u."), status);
}
