#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "service/wh-ledger.h"
#include "wh-handlers-private.h"
#include "wire/wh-wire.h"

#define STATUS_CREATED 201
#define STATUS_NO_CONTENT 204
#define STATUS_WRONG_CONTENT 422

/* The body was understood, and what it says cannot be. */
static gboolean
refuse_content (WhRequest *request, char *field)
{
  request->error_status = STATUS_WRONG_CONTENT;
  request->error_code = "INVALID_VALUE";
  request->field_kept = field;
  request->error_field = field;
  return FALSE;
}

/* -- what is asked for ------------------------------------------------------------------------------------------------ */

static WhEditOp
op_of (WhRouteId id)
{
  switch (id)
    {
    case WH_ROUTE_ROW_CREATE:
      return WH_EDIT_CREATE;
    case WH_ROUTE_ROW_REPLACE:
      return WH_EDIT_REPLACE;
    case WH_ROUTE_ROW_DELETE:
      return WH_EDIT_DELETE;
    default:
      return WH_EDIT_CHANGE;
    }
}

/* If-Match: "7" */
static gboolean
take_base (WhRequest *request, WhEdit *edit, GError **error)
{
  const char *wanted = wh_request_header (request, "If-Match");
  gsize length = wanted ? strlen (wanted) : 0;
  g_autofree char *number = length > 2 ? g_strndup (wanted + 1, length - 2) : NULL;

  if (!wanted)
    return TRUE;
  if (number && wanted[0] == '"' && wanted[length - 1] == '"'
      && g_ascii_string_to_signed (number, 10, 1, G_MAXINT64, &edit->base, NULL))
    return TRUE;
  return wh_parameters_refuse (request, "If-Match", _("“If-Match” must be the revision of the row in quotes, as its ETag says."), error);
}

static gboolean
take_body (WhRequest *request, WhEdit *edit, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  char *key = NULL;

  if (!json)
    return FALSE;
  return wh_wire_read_edit_row (wh_json_root (json), edit, &key, error) || refuse_content (request, key);
}

static WhEdit *
read_edit (WhHost *host, WhRequest *request, GError **error)
{
  WhEditOp op = op_of (request->route->id);
  g_autoptr (WhEdit) edit = NULL;
  WhId id = WH_ID_NONE;

  if (op != WH_EDIT_CREATE && !wh_handlers_take_id (host, request, &id, error))
    return NULL;
  edit = wh_edit_new (op, request->route->kind, id);
  edit->with_parts = wh_parameters_flag (request, "with_parts") == 1;
  if (!take_base (request, edit, error) || (op != WH_EDIT_DELETE && !take_body (request, edit, error)))
    return NULL;
  return g_steal_pointer (&edit);
}

/* -- what became of it ------------------------------------------------------------------------------------------------ */

/* Whether search, recommendations, analyses and prices are made of such rows. */
static gboolean
is_in_catalogue (WhKind kind)
{
  return kind != WH_KIND_NOTE && kind != WH_KIND_FAVORITE && kind != WH_KIND_WATCH && kind != WH_KIND_PROMOTION;
}

static void
tell_host (WhHost *host, const GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++)
    {
      const WhLedgerResult *result = results->pdata[i];
      if (result->outcome < WH_LEDGER_UNCHANGED && is_in_catalogue (result->kind))
        {
          wh_host_changed (host);
          return;
        }
    }
}

static char *
write_row (const WhLedgerResult *result)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  if (!result->row)
    {
      wh_json_writer_null (writer);
      return g_string_free (text, FALSE);
    }
  wh_json_writer_begin_object (writer);
  wh_wire_write_entity (writer, result->row, FALSE);
  if (result->remark)
    wh_json_writer_add_string (writer, "remark", result->remark);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

static void
fail (WhRequest *request, WhLedgerResult *result, GError **error)
{
  WhErrorCode code = (WhErrorCode) result->error->code;

  if (code == WH_ERROR_INVALID || code == WH_ERROR_TOO_LARGE)
    refuse_content (request, g_steal_pointer (&result->field));
  else if (code == WH_ERROR_NOT_FOUND)
    wh_handlers_set_not_found (request, result->kind);
  else if (code == WH_ERROR_CONFLICT)
    {
      g_autofree char *row = write_row (result);
      request->error_details = g_strdup_printf ("{\"current\":%s}", row);
    }
  g_propagate_error (error, g_steal_pointer (&result->error));
}

/* Deleting what is not there is no failure of a batch, but an address without a row is. */
static gboolean
is_missing (const WhRequest *request, const WhLedgerResult *result)
{
  return request->route->id == WH_ROUTE_ROW_DELETE && result->outcome == WH_LEDGER_UNCHANGED;
}

static void
set_location (WhRequest *request, const WhLedgerResult *result)
{
  g_autofree char *id = wh_id_to_string (&result->id);
  const WhRoute *route = wh_route_of_kind (WH_ROUTE_ROW_DELETE, result->kind);   /* the same path; every kind has it */

  request->location = wh_route_path (route, id);
}

static char *
answer_result (WhRequest *request, WhLedgerResult *result, GError **error)
{
  if (is_missing (request, result))
    {
      wh_handlers_set_not_found (request, result->kind);
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no such %s."), wh_entity_class (result->kind)->name);
      return NULL;
    }
  if (!wh_ledger_result_done (result))
    {
      fail (request, result, error);
      return NULL;
    }
  if (result->outcome == WH_LEDGER_INSERTED)
    {
      request->reply_status = STATUS_CREATED;
      set_location (request, result);
    }
  if (result->outcome == WH_LEDGER_DELETED)
    request->reply_status = STATUS_NO_CONTENT;
  request->revision = result->row ? result->row->revision : 0;
  return write_row (result);
}

char *
wh_handle_edit (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  g_autoptr (GPtrArray) results = NULL;
  WhEdit *edit = read_edit (host, request, error);

  if (!edit)
    return NULL;
  g_ptr_array_add (edits, edit);
  results = wh_ledger_apply (host->store, request->principal, edits, FALSE, error);
  if (!results)
    return NULL;
  tell_host (host, results);
  return answer_result (request, results->pdata[0], error);
}

/* -- several ---------------------------------------------------------------------------------------------------------- */

static gboolean
read_edits (WhRequest *request, const WhJsonNode *list, GPtrArray *edits, GError **error)
{
  for (guint i = 0; i < wh_json_length (list); i++)
    {
      g_autofree char *key = NULL;
      WhEdit *edit = wh_wire_read_edit (wh_json_element (list, i), &key, error);
      if (!edit)
        return refuse_content (request, g_strdup_printf ("changes[%u]%s%s", i, key ? "." : "", key ? key : ""));
      g_ptr_array_add (edits, edit);
    }
  return TRUE;
}

static char *
write_results (const GPtrArray *results)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "results");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < results->len; i++)
    wh_present_ledger_result (writer, results->pdata[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

char *
wh_handle_edits (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  g_autoptr (GPtrArray) results = NULL;
  gboolean all;

  if (!json && request->field_kept)
    refuse_content (request, request->field_kept);
  if (!json || !read_edits (request, wh_json_member (wh_json_root (json), "changes"), edits, error))
    return NULL;
  all = wh_json_boolean (wh_json_member (wh_json_root (json), "all_or_nothing"), FALSE);
  results = wh_ledger_apply (host->store, request->principal, edits, all, error);
  if (!results)
    return NULL;
  tell_host (host, results);
  return write_results (results);
}
