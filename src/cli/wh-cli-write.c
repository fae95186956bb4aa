#include "wh-cli-write.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "service/wh-ledger.h"
#include "wh-cli-source.h"
#include "wh-cli-store.h"
#include "wire/wh-wire.h"

static WhJson *
parse_results (const GPtrArray *results, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < results->len; i++)
    wh_present_ledger_result (writer, results->pdata[i]);
  wh_json_writer_end_array (writer);
  return wh_json_parse (text->str, text->len, G_MAXSIZE, error);
}

static WhJson *
apply_here (WhStore *store, const GPtrArray *edits, GError **error)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (GPtrArray) results = wh_ledger_apply (store, principal, edits, FALSE, error);

  return results ? parse_results (results, error) : NULL;
}

/* They wait in the outbox: the mirror hands over what is written to it. */
static WhJson *
apply_for_server (const WhCliOptions *options, const GPtrArray *edits, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open_store (options, error);

  return session ? apply_here (wh_session_store (session), edits, error) : NULL;
}

static WhJson *
apply_through_serve (const WhCliOptions *options, const GPtrArray *edits, GError **error)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (body, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "changes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < edits->len; i++)
    wh_wire_write_edit (writer, edits->pdata[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return wh_cli_source_ask (options->data_dir, WH_ROUTE_CHANGES, body->str, error);
}

const WhJsonNode *
wh_cli_write_results (const WhJson *reply)
{
  const WhJsonNode *root = wh_json_root (reply);

  return wh_json_is_array (root) ? root : wh_json_member (wh_json_member (root, "data"), "results");
}

WhJson *
wh_cli_write_edits (const WhCliOptions *options, const GPtrArray *edits, GError **error)
{
  g_autoptr (WhLock) lock = NULL;
  g_autoptr (WhStore) store = NULL;

  if (options->server)
    return apply_for_server (options, edits, error);
  if (!wh_cli_store_open_for_writing (options, &lock, &store, error))
    return NULL;
  return store ? apply_here (store, edits, error) : apply_through_serve (options, edits, error);
}

static WhErrorCode
code_of (const char *word)
{
  for (WhErrorCode code = WH_ERROR_FAILED; code <= WH_ERROR_NO_SPACE; code++)
    if (g_strcmp0 (wh_error_word (code), word) == 0)
      return code;
  return WH_ERROR_FAILED;
}

/* To the ledger what is not there is as good as deleted; who typed an id meant something. */
static gboolean
found_nothing (const WhJsonNode *result)
{
  return g_strcmp0 (wh_json_string (wh_json_member (result, "outcome"), NULL), wh_ledger_outcome_key (WH_LEDGER_UNCHANGED)) == 0
         && wh_json_is_null (wh_json_member (result, "row"));
}

gboolean
wh_cli_write_check (const WhJsonNode *result, GError **error)
{
  const WhJsonNode *failure = wh_json_member (result, "error");

  if (!wh_json_is_null (failure))
    g_set_error_literal (error, WH_ERROR, (int) code_of (wh_json_string (wh_json_member (failure, "code"), NULL)),
                         wh_json_string (wh_json_member (failure, "message"), _("nothing was changed")));
  else if (found_nothing (result))
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("there is no %s with this id"),
                 wh_json_string (wh_json_member (result, "kind"), ""));
  else
    return TRUE;
  return FALSE;
}

/* The first thing that was not done, as an error. */
static gboolean
check_results (const WhJsonNode *results, GError **error)
{
  for (guint i = 0; i < wh_json_length (results); i++)
    if (!wh_cli_write_check (wh_json_element (results, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
write_some (const WhCliOptions *options, const GPtrArray *edits, GError **error)
{
  g_autoptr (WhJson) reply = wh_cli_write_edits (options, edits, error);

  return reply && check_results (wh_cli_write_results (reply), error);
}

gboolean
wh_cli_write_all (const WhCliOptions *options, const GPtrArray *edits, GError **error)
{
  for (guint done = 0; done < edits->len; done += WH_LEDGER_MOST_EDITS)
    {
      g_autoptr (GPtrArray) some = g_ptr_array_new ();
      for (guint i = done; i < MIN (done + WH_LEDGER_MOST_EDITS, edits->len); i++)
        g_ptr_array_add (some, edits->pdata[i]);
      if (!write_some (options, some, error))
        return FALSE;
    }
  return TRUE;
}
