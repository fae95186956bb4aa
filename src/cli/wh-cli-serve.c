#include <glib/gi18n.h>

#include "server/wh-server.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"

#define USUAL_LISTEN "127.0.0.1:8000"

int
wh_cli_serve (const WhCliOptions *options, GError **error)
{
  const WhServerOptions server = {
    .data_dir = options->data_dir,
    .store = options->store,
    .replicas = (const char *const *) options->replicas,
    .listen = options->listen ? options->listen : USUAL_LISTEN,
    .threads = (guint) options->threads,
    .cache = options->cache,
    .quiet = FALSE,
  };

  return wh_server_run (&server, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}

static gboolean
print_sync (const WhCliOptions *options, WhSession *session, GError **error)
{
  g_autofree char *moment = wh_clock_format (wh_session_synced_at (session));
  g_autofree char *server_id = wh_store_server_id (wh_session_store (session));
  gint64 revision = wh_store_revision (wh_session_store (session));

  if (options->format == WH_FORMAT_TABLE)
    {
      wh_cli_output_line (_("Everything %s had at %s is here (change %" G_GINT64_FORMAT ")"), options->server, moment, revision);
      return TRUE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "server_url", options->server);
  wh_json_writer_add_string (writer, "server_id", server_id);
  wh_json_writer_add_string (writer, "mirror", wh_store_path (wh_session_store (session)));
  wh_json_writer_add_string (writer, "synced_at", moment);
  wh_json_writer_add_integer (writer, "revision", revision);
  wh_json_writer_end_object (writer);
  return wh_cli_output_document (options, json, NULL, error);
}

int
wh_cli_sync (const WhCliOptions *options, GError **error)
{
  if (!options->server)
    {
      wh_cli_output_error (options, "usage", _("sync with which server? Give --server URL, or “server” in weedhounds.conf"), NULL);
      return WH_EXIT_USAGE;
    }
  g_autoptr (WhSession) session = wh_session_new (options->data_dir, options->server, error);
  if (!session || !wh_cli_source_sync (session, 0, error))
    return WH_EXIT_FAILED;
  return print_sync (options, session, error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
