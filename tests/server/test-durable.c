/* The server killed at any moment while rows are written over HTTP: what was acknowledged is there, the store and its audit trail are
 * whole, and sending everything again changes nothing. */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/wh-paths.h"
#include "store/wh-store.h"
#include "wh-test-server.h"

#define N_KILLS 12
#define WRITERS 3
#define STRAIN "0190a6c0-0000-7000-8000-000000000001"

/* One who writes notes until the server is gone. */
typedef struct {
  const WhTestServer *server;
  GPtrArray          *bodies;         /* sent */
  GPtrArray          *acknowledged;   /* ids */
} Writer;

static void
die_with_parent_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
start (WhTestServer *server)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                                        | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL, *key = g_build_filename (server->dir, "admin.key", NULL);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  server->process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("WEEDHOUNDS_TEST_BINARY"), "--data-dir", server->dir,
                                                 "serve", "--listen", "127.0.0.1:0", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, NULL);
  server->port = (guint16) g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
  g_free (server->key);
  g_assert_true (g_file_get_contents (key, &server->key, NULL, NULL));
  g_strstrip (server->key);
}

/* The status of the reply; 0 when there is none. */
static guint
post (const WhTestServer *server, const char *path, const char *body)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", server->port, NULL, NULL);
  g_autofree char *request = NULL, *reply = NULL;

  if (!connection)
    return 0;
  request = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
                             "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", path, server->key, strlen (body), body);
  wh_test_server_send (connection, request, -1);
  reply = wh_test_server_read (connection);
  return g_str_has_prefix (reply, "HTTP/1.1 ") ? (guint) g_ascii_strtoull (reply + strlen ("HTTP/1.1 "), NULL, 10) : 0;
}

static gpointer
write_thread (gpointer data)
{
  Writer *writer = data;
  guint status;

  do
    {
      WhId id = wh_id_new ();
      char *text = wh_id_to_string (&id);
      char *body = g_strdup_printf ("{\"note_id\":\"%s\",\"object_kind\":\"strain\",\"object_id\":\"" STRAIN "\",\"text\":\"%s\"}", text,
                                    text);
      status = post (writer->server, "/api/notes", body);
      g_ptr_array_add (writer->bodies, body);
      if (status == 201)
        g_ptr_array_add (writer->acknowledged, text);
      else
        g_free (text);
    }
  while (status == 201);
  return NULL;
}

static void
kill_while_writing (WhTestServer *server, Writer *writers)
{
  GThread *threads[WRITERS];

  start (server);
  g_assert_true (post (server, "/api/strains", "{\"strain_id\":\"" STRAIN "\",\"name\":\"Durable\"}") != 0);
  for (guint i = 0; i < WRITERS; i++)
    threads[i] = g_thread_new ("writer", write_thread, &writers[i]);
  g_usleep ((gulong) g_test_rand_int_range (1000, 120000));
  g_subprocess_send_signal (server->process, SIGKILL);
  g_assert_true (g_subprocess_wait (server->process, NULL, NULL));
  for (guint i = 0; i < WRITERS; i++)
    g_thread_join (threads[i]);
  g_clear_object (&server->process);
}

static gboolean
find_cb (WhReader *reader, gpointer user_data, GError **error)
{
  const GPtrArray *acknowledged = user_data;

  for (guint i = 0; i < acknowledged->len; i++)
    {
      g_autoptr (WhEntity) note = NULL;
      WhId id;
      g_assert_true (wh_id_parse (acknowledged->pdata[i], &id));
      note = wh_reader_get (reader, WH_KIND_NOTE, &id, error);
      g_assert_nonnull (note);
    }
  return TRUE;
}

/* Returns the revision. */
static gint64
assert_whole (const WhTestServer *server, const Writer *writers)
{
  g_autofree char *path = wh_paths_store (server->dir);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < WRITERS; i++)
    wh_store_read (store, principal, find_cb, writers[i].acknowledged, &error);
  g_assert_no_error (error);
  wh_store_check (store, &error);
  g_assert_no_error (error);
  return wh_store_revision (store);
}

/* Everything that was ever sent, as one does who got no reply. */
static void
send_again (const WhTestServer *server, const Writer *writers)
{
  for (guint i = 0; i < WRITERS; i++)
    for (guint j = 0; j < writers[i].bodies->len; j++)
      {
        guint status = post (server, "/api/notes", writers[i].bodies->pdata[j]);
        g_assert_true (status == 200 || status == 201);
      }
}

static void
test_kills (void)
{
  WhTestServer server = { .dir = wh_test_make_dir () };
  Writer writers[WRITERS];
  gint64 complete;
  guint sent = 0;

  for (guint i = 0; i < WRITERS; i++)
    writers[i] = (Writer){ &server, g_ptr_array_new_with_free_func (g_free), g_ptr_array_new_with_free_func (g_free) };
  for (guint i = 0; i < N_KILLS; i++)
    {
      kill_while_writing (&server, writers);
      assert_whole (&server, writers);
    }
  start (&server);
  send_again (&server, writers);
  g_subprocess_send_signal (server.process, SIGTERM);
  g_assert_true (g_subprocess_wait (server.process, NULL, NULL));
  g_clear_object (&server.process);
  complete = assert_whole (&server, writers);
  for (guint i = 0; i < WRITERS; i++)
    sent += writers[i].bodies->len;
  g_test_message ("%u notes", sent);
  g_assert_cmpint (complete, ==, sent + 1);   /* each once, and the strain */
  for (guint i = 0; i < WRITERS; i++)
    {
      g_ptr_array_unref (writers[i].bodies);
      g_ptr_array_unref (writers[i].acknowledged);
    }
  wh_test_remove_dir (server.dir);
  g_free (server.dir);
  g_free (server.key);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/durable/kills", test_kills);
  return g_test_run ();
}
