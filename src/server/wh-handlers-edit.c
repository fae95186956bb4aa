#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "service/wh-ledger.h"
#include "wh-handlers-private.h"
#include "wh-once.h"
#include "wh-tags.h"
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

static gboolean
wrong_match (WhRequest *request, GError **error)
{
  return wh_parameters_refuse (request, "If-Match", _("“If-Match” must be the revision of the row in quotes, as its ETag says."), error);
}

typedef struct {
  const WhEdit *edit;
  gint64        revision;   /* 0: there is no such row */
} Look;

static gboolean
look_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Look *look = user_data;
  gpointer row = NULL;
  gboolean looked = wh_reader_look (reader, look->edit->kind, &look->edit->id, &row, error);

  look->revision = row ? ((const WhEntity *) row)->revision : 0;
  wh_entity_unref (row);
  return looked;
}

/* If-Match: “"7"”, several of which one must be the row's, or “*”, which is any row. */
static gboolean
take_base (WhHost *host, WhRequest *request, WhEdit *edit, GError **error)
{
  const char *list = wh_request_header (request, "If-Match");
  gboolean any = list && wh_tags_any (list);
  Look look = { edit, 0 };
  WhEntityTag tag;

  if (!list || (any && edit->op != WH_EDIT_REPLACE))
    return TRUE;
  if (!wh_store_read (host->store, request->principal, look_cb, &look, error))
    return FALSE;
  if (any && look.revision == 0)
    edit->base = G_MAXINT64;   /* no row has it: it must be there, and is not */
  while (!any && list)
    {
      gint64 revision;
      g_autofree char *number = wh_tags_next (&list, &tag) ? g_strndup (tag.text, tag.length) : NULL;
      if (!number || tag.weak || !g_ascii_string_to_signed (number, 10, 1, G_MAXINT64, &revision, NULL))
        return wrong_match (request, error);
      edit->base = edit->base == 0 || revision == look.revision ? revision : edit->base;
    }
  return TRUE;
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
  /* A row is made only where there is none. */
  if (op == WH_EDIT_REPLACE && wh_request_header (request, "If-None-Match") && wh_tags_any (wh_request_header (request, "If-None-Match")))
    edit->op = WH_EDIT_CREATE;
  edit->with_parts = wh_parameters_flag (request, "with_parts") == 1;
  if (!take_base (host, request, edit, error) || (op != WH_EDIT_DELETE && !take_body (request, edit, error)))
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

  g_free (request->location);
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

/* The reply of a row that was written, kept beside it. */
static gboolean
keep_row_cb (WhWriter *writer, const GPtrArray *results, gpointer user_data, GError **error)
{
  WhRequest *request = user_data;
  WhLedgerResult *result = results->pdata[0];
  g_autofree char *data = NULL;

  if (!request->once || is_missing (request, result) || !wh_ledger_result_done (result))
    return TRUE;
  data = answer_result (request, result, error);
  return wh_once_keep (request, writer, data, error);
}

char *
wh_handle_edit (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  g_autoptr (GPtrArray) results = NULL;
  const WhLedgerSeal seal = { keep_row_cb, request };
  WhEdit *edit = read_edit (host, request, error);

  if (!edit)
    return NULL;
  g_ptr_array_add (edits, edit);
  results = wh_ledger_apply_sealed (host->store, request->principal, edits, FALSE, &seal, error);
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

static gboolean
keep_results_cb (WhWriter *writer, const GPtrArray *results, gpointer user_data, GError **error)
{
  WhRequest *request = user_data;
  g_autofree char *data = request->once ? write_results (results) : NULL;

  return !data || wh_once_keep (request, writer, data, error);
}

char *
wh_handle_edits (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_edit_free);
  g_autoptr (GPtrArray) results = NULL;
  const WhLedgerSeal seal = { keep_results_cb, request };
  gboolean all;

  if (!json && request->field_kept)
    refuse_content (request, request->field_kept);
  if (!json || !read_edits (request, wh_json_member (wh_json_root (json), "changes"), edits, error))
    return NULL;
  all = wh_json_boolean (wh_json_member (wh_json_root (json), "all_or_nothing"), FALSE);
  results = wh_ledger_apply_sealed (host->store, request->principal, edits, all, &seal, error);
  if (!results)
    return NULL;
  tell_host (host, results);
  return write_results (results);
}
