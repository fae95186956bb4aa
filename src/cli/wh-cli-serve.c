#include <glib/gi18n.h>

#include "server/wh-server.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wire/wh-openapi.h"

#define OPENAPI_INDENT 2

/* "name=value", where there is a value. */
static void
give (GStrvBuilder *given, const char *name, const char *value)
{
  g_autofree char *text = value ? g_strconcat (name, "=", value, NULL) : NULL;

  if (text)
    g_strv_builder_add (given, text);
}

/* What options say. Store, replicas and cache are settled before, since other commands read them, too. */
static char **
list_given (const WhCliOptions *options)
{
  g_autoptr (GStrvBuilder) given = g_strv_builder_new ();
  g_autofree char *threads = options->threads ? g_strdup_printf ("%d", options->threads) : NULL;
  g_autofree char *replicas = options->replicas ? g_strjoinv (" ", options->replicas) : NULL;

  give (given, "weedhounds.store", options->store ? options->store : "");
  give (given, "weedhounds.store_replicas", replicas);
  give (given, "weedhounds.cache", options->cache);
  give (given, "server.listen", options->listen);
  give (given, "server.threads", threads);
  give (given, "limits.enforce", options->limits);
  if (options->set)
    g_strv_builder_addv (given, (const char **) options->set);
  return g_strv_builder_end (given);
}

static int
print_settings (const WhServerOptions *server, GError **error)
{
  g_autoptr (WhSettings) settings = wh_settings_load (server->settings_file, server->given, error);
  g_autofree char *text = settings ? wh_settings_print (settings) : NULL;

  if (!text)
    return WH_EXIT_USAGE;
  wh_cli_output_line ("%s", text);
  return WH_EXIT_DONE;
}

static int
print_openapi (void)
{
  g_autofree char *document = wh_openapi_document (OPENAPI_INDENT);

  wh_cli_output_line ("%s", document);
  return WH_EXIT_DONE;
}

int
wh_cli_serve (const WhCliOptions *options, GError **error)
{
  g_autofree char *file = wh_cli_options_file (options);
  g_auto (GStrv) given = list_given (options);
  const WhServerOptions server = { options->data_dir, file, (const char *const *) given };

  if (options->print_openapi)
    return print_openapi ();
  if (options->print_config)
    return print_settings (&server, error);
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
