#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "service/wh-demo.h"
#include "service/wh-importer.h"
#include "service/wh-present.h"
#include "wh-handlers.h"
#include "wh-parameters.h"

/* Files are named by paths of the server's machine. */
static gboolean
read_import (WhRequest *request, const WhJsonNode *body, WhImportOptions *options, const char **out_path, GError **error)
{
  *out_path = wh_json_string (wh_json_member (body, "path"), "");
  wh_import_kind_parse (wh_json_string (wh_json_member (body, "kind"), NULL), &options->kind);
  if (!g_path_is_absolute (*out_path))
    return wh_parameters_refuse (request, "path", _("“path” must be the absolute path of a file on the server's machine."), error);
  options->format = wh_json_string (wh_json_member (body, "format"), NULL);
  options->strict = wh_json_boolean (wh_json_member (body, "strict"), FALSE);
  options->dry_run = wh_json_boolean (wh_json_member (body, "dry_run"), FALSE);
  return TRUE;
}

char *
wh_handle_import (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  g_autoptr (WhImportReport) report = NULL;
  WhImportOptions options = { 0 };
  const char *path;
  GString *text;

  if (!json || !read_import (request, wh_json_root (json), &options, &path, error))
    return NULL;
  report = wh_importer_run (host->store, request->principal, path, &options, host->cancellable, NULL, NULL, error);
  wh_host_changed (host);
  if (!report)
    {
      request->error_field = g_error_matches (*error, WH_ERROR, WH_ERROR_INVALID) ? options.format ? "format" : "kind" : "path";
      return NULL;
    }
  text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  wh_present_reports (writer, (const WhImportReport *const[]) { report }, 1);
  return g_string_free (text, FALSE);
}

char *
wh_handle_demo (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  WhDemoSize size = WH_DEMO_DOCUMENTED;
  gboolean made;

  if (!json)
    return NULL;
  size.seed = (guint64) wh_json_integer (wh_json_member (wh_json_root (json), "seed"), (gint64) size.seed);
  made = wh_demo_make (host->store, request->principal, &size, host->cancellable, NULL, NULL, error);
  wh_host_changed (host);
  if (!made)
    return NULL;
  return g_strdup_printf ("{\"seed\":%" G_GUINT64_FORMAT ",\"strains\":%u,\"dispensaries\":%u,\"products\":%u,\"batches\":%u}",
                          size.seed, size.strains, size.dispensaries, size.products, size.batches);
}
