#include "wh-cli-write.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "service/wh-ledger.h"
#include "wh-cli-source.h"
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
apply_here (const WhCliOptions *options, const GPtrArray *edits, GError **error)
{
  g_autofree char *path = wh_paths_store (options->data_dir);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_WRITE, error);
  g_autoptr (GPtrArray) results = store ? wh_ledger_apply (store, principal, edits, FALSE, error) : NULL;

  return results ? parse_results (results, error) : NULL;
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

WhJson *
wh_cli_write_edits (const WhCliOptions *options, const GPtrArray *edits, GError **error)
{
  g_autofree char *lock_path = wh_paths_writer_lock (options->data_dir);
  g_autoptr (GError) busy = NULL;
  g_autoptr (WhLock) lock = NULL;

  if (options->server)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
                   _("changes are made on the server's machine; --server \"\" means the store of this one"));
      return NULL;
    }
  if (!wh_paths_ensure_dir (options->data_dir, error))
    return NULL;
  lock = wh_lock_take (lock_path, &busy);
  if (lock)
    return apply_here (options, edits, error);
  if (g_error_matches (busy, WH_ERROR, WH_ERROR_BUSY))
    return apply_through_serve (options, edits, error);
  g_propagate_error (error, g_steal_pointer (&busy));
  return NULL;
}
