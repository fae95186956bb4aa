#include "wh-test-server.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/wh-paths.h"
#include "store/wh-store.h"

#define SILENCE_SECONDS 10
#define MOST_REPLY (1024 * 1024)

/* -- the store -- */

static WhPanel *
make_panel (void)
{
  static const char *const keys[] = { "thca", "cbd", "beta_myrcene", "d_limonene", "linalool", "alpha_pinene", "alpha_humulene" };
  WhPanel *panel = wh_panel_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      WhMeasure measure = WH_MEASURE_INIT;
      measure.analyte = wh_analyte_by_key (keys[i])->index;
      measure.state = WH_STATE_VALUE;
      measure.unit = WH_UNIT_MG_PER_G;
      measure.value = i ? i : 200;
      g_assert_true (wh_panel_add (panel, &measure, NULL));
    }
  return panel;
}

static gboolean
put_strain (WhWriter *writer, const char *name, GError **error)
{
  g_autoptr (WhStrain) strain = wh_strain_new (wh_id_from_key ("strain", "test", name));
  g_autoptr (WhBatch) batch = wh_batch_new (wh_id_from_key ("batch", "test", name));
  g_autoptr (WhLabResult) result = wh_lab_result_new (wh_id_from_key ("lab_result", "test", name));

  strain->name = g_strdup (name);
  strain->type = g_strdup ("hybrid");
  batch->strain_id = strain->entity.id;
  batch->name = g_strdup (name);
  result->batch_id = batch->entity.id;
  result->panel = make_panel ();
  return wh_writer_put (writer, strain, NULL, error) && wh_writer_put (writer, batch, NULL, error)
         && wh_writer_put (writer, result, NULL, error);
}

static gboolean
fill (WhWriter *writer, gpointer user_data, GError **error)
{
  return put_strain (writer, "Blue Dream", error) && put_strain (writer, "Sour Diesel", error) && put_strain (writer, "OG Kush", error);
}

static void
make_store (const WhTestServer *server)
{
  g_autofree char *path = wh_paths_store (server->dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "test", fill, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* -- the process -- */

static void
prepare_child_cb (gpointer data)
{
  const WhTestServer *server = data;
  const struct rlimit limit = { server->descriptors, server->descriptors };

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (server->descriptors)
    setrlimit (RLIMIT_NOFILE, &limit);
}

static guint16
read_port (GSubprocess *process)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *line = NULL;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  g_assert_nonnull (strrchr (line, ':'));
  return (guint16) g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
}

/* It listens before its catalogue is read. */
static void
wait_until_ready (const WhTestServer *server)
{
  for (gint64 start = g_get_monotonic_time (); g_get_monotonic_time () - start < SILENCE_SECONDS * G_USEC_PER_SEC; g_usleep (10000))
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "GET", "/ready", NULL, NULL);
      if (reply->status == 200)
        return;
    }
  g_assert_not_reached ();
}

void
wh_test_server_make (WhTestServer *server)
{
  WhId id = wh_id_from_key ("strain", "test", "Blue Dream");

  server->dir = wh_test_make_dir ();
  server->id = wh_id_to_string (&id);
  make_store (server);
}

void
wh_test_server_start (WhTestServer *server)
{
  wh_test_server_make (server);
  wh_test_server_run (server, NULL);
}

static void
read_key (WhTestServer *server)
{
  g_autofree char *path = g_build_filename (server->dir, "admin.key", NULL);

  g_free (server->key);
  g_assert_true (g_file_get_contents (path, &server->key, NULL, NULL));
  g_strstrip (server->key);
}

void
wh_test_server_run_with (WhTestServer *server, const char *const *options)
{
  GSubprocessFlags silence = server->log ? G_SUBPROCESS_FLAGS_NONE : G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | silence);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", server->port);
  g_autoptr (GError) error = NULL;

  g_strv_builder_add_many (builder, g_getenv ("WEEDHOUNDS_TEST_BINARY"), "--data-dir", server->dir, "serve", "--listen", address, NULL);
  g_strv_builder_addv (builder, (const char **) options);
  arguments = g_strv_builder_end (builder);
  if (server->log)
    g_subprocess_launcher_set_stderr_file_path (launcher, server->log);
  g_subprocess_launcher_set_child_setup (launcher, prepare_child_cb, server, NULL);
  for (const char *const *pair = server->environment; pair && *pair; pair++)
    {
      g_auto (GStrv) parts = g_strsplit (*pair, "=", 2);
      g_subprocess_launcher_setenv (launcher, parts[0], parts[1], TRUE);
    }
  server->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments, &error);
  g_assert_no_error (error);
  server->port = read_port (server->process);
  read_key (server);
  wait_until_ready (server);
}

void
wh_test_server_run (WhTestServer *server, const char *cache)
{
  const char *const options[] = { cache ? "--cache" : NULL, cache, NULL };

  server->port = 0;
  wh_test_server_run_with (server, options);
}

int
wh_test_server_stop (WhTestServer *server)
{
  g_subprocess_send_signal (server->process, SIGTERM);
  g_assert_true (g_subprocess_wait (server->process, NULL, NULL));
  return g_subprocess_get_if_exited (server->process) ? g_subprocess_get_exit_status (server->process) : -1;
}

void
wh_test_server_clear (WhTestServer *server)
{
  g_subprocess_force_exit (server->process);
  g_object_unref (server->process);
  wh_test_remove_dir (server->dir);
  g_free (server->dir);
  g_free (server->key);
  g_free (server->id);
  g_free (server->log);
}

/* -- raw HTTP -- */

GSocketConnection *
wh_test_server_connect (const WhTestServer *server)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_timeout (client, SILENCE_SECONDS);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", server->port, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

/* A server that has enough of us may close while we write. */
void
wh_test_server_send (GSocketConnection *connection, const char *bytes, gssize length)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes,
                             length < 0 ? strlen (bytes) : (gsize) length, NULL, NULL, NULL);
}

char *
wh_test_server_read (GSocketConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GString *text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while (text->len < MOST_REPLY && (n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (text, buffer, n);
  return g_string_free (text, FALSE);
}

WhTestReply *
wh_test_server_ask (const WhTestServer *server, const char *method, const char *target, const char *extra, const char *body)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (server);
  g_autofree char *request = g_strdup_printf (
      "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n%s\r\n%s", method, target,
      body ? strlen (body) : 0, extra ? extra : "", body ? body : "");
  WhTestReply *reply = g_new0 (WhTestReply, 1);
  char *end;

  wh_test_server_send (connection, request, -1);
  reply->head = wh_test_server_read (connection);
  end = strstr (reply->head, "\r\n\r\n");
  reply->body = g_strdup (end ? end + 4 : "");
  if (end)
    *end = '\0';
  if (g_str_has_prefix (reply->head, "HTTP/1.1 "))
    reply->status = (guint) g_ascii_strtoull (reply->head + strlen ("HTTP/1.1 "), NULL, 10);
  reply->json = wh_json_parse (reply->body, strlen (reply->body), MOST_REPLY, NULL);
  return reply;
}

void
wh_test_reply_free (WhTestReply *reply)
{
  g_free (reply->head);
  g_free (reply->body);
  g_clear_pointer (&reply->json, wh_json_free);
  g_free (reply);
}

void
wh_test_server_alive (const WhTestServer *server)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "GET", "/live", NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
}
