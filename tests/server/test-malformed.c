/* Every malformed request is refused, and nothing that hides behind it is answered; its valid twin is served. The same bytes go to
 * nginx, where that is installed: no group of them may fare better there. Tables: wh-malformed-*.c. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "wh-malformed.h"
#include "wh-test-server.h"

#define STATUS "HTTP/1.1 "
#define SECONDS 10
#define SILENCE_US 100000   /* after which a server is taken to wait */

static WhTestServer server;

static struct {
  char        *dir;
  guint16      port;
  GSubprocess *process;   /* NULL: not installed */
} nginx;

static struct {
  guint cases, refused, refused_by_nginx, hidden, twins;
} counts;

/* -- one exchange -- */

/* Everything up to the end. Who is silent, and so waits for more of a request, is told then that none comes. */
static char *
read_to_end (GSocketConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GSocket *socket = g_socket_connection_get_socket (connection);
  GString *text = g_string_new (NULL);
  gboolean told = FALSE;
  char buffer[4096];

  for (gssize n = 1; n > 0;)
    {
      if (!g_socket_condition_timed_wait (socket, G_IO_IN, told ? SECONDS * G_USEC_PER_SEC : SILENCE_US, NULL, NULL))
        {
          if (told)
            break;
          g_socket_shutdown (socket, FALSE, TRUE, NULL);
          told = TRUE;
          continue;
        }
      n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL);
      if (n > 0)
        g_string_append_len (text, buffer, n);
    }
  return g_string_free (text, FALSE);
}

static char *
exchange (guint16 port, const WhMalformed *request)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;

  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  wh_test_server_send (connection, request->bytes, (gssize) request->length);
  return read_to_end (connection);
}

/* "200 404" of a text with these replies. */
static char *
statuses_of (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *at = strstr (text, STATUS); at; at = strstr (at + 1, STATUS))
    g_string_append_printf (out, "%s%.3s", out->len ? " " : "", at + strlen (STATUS));
  return g_string_free (out, FALSE);
}

/* Nothing but errors; a reply without a status line is one of HTTP/0.9. What is hidden in a request would be answered with success.
 * One error may come twice: the library sends its own about a bad Content-Length so, and ends the connection. */
static gboolean
is_refusal (const char *text, const char *statuses)
{
  g_auto (GStrv) all = g_strsplit (statuses, " ", -1);

  for (char **status = all; *status; status++)
    if (**status < '4')
      return FALSE;
  return *statuses || *text == '\0';
}

/* -- nginx, with a reply of its own -- */

static guint16
find_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static void
die_with_parent_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
nginx_start (void)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *program = g_find_program_in_path ("nginx"), *path = NULL, *log = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!program)
    return;
  nginx.dir = wh_test_make_dir ();
  nginx.port = find_port ();
  path = g_build_filename (nginx.dir, "nginx.conf", NULL);
  log = g_build_filename (nginx.dir, "log", NULL);
  text = g_strdup_printf ("daemon off;\nworker_processes 1;\npid %s/pid;\nerror_log %s crit;\nevents {}\nhttp {\naccess_log off;\n"
                          "client_body_temp_path %s/b;\nproxy_temp_path %s/p;\nfastcgi_temp_path %s/f;\nuwsgi_temp_path %s/u;\n"
                          "scgi_temp_path %s/s;\nserver {\nlisten 127.0.0.1:%u;\nserver_name localhost;\nkeepalive_timeout 1s;\n"
                          "client_max_body_size 64k;\nlocation / { return 200 ok; }\n}\n}\n",
                          nginx.dir, log, nginx.dir, nginx.dir, nginx.dir, nginx.dir, nginx.dir, nginx.port);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  nginx.process = g_subprocess_launcher_spawn (launcher, &error, program, "-c", path, "-e", log, NULL);
  g_assert_no_error (error);
  for (guint tries = 0; tries < 500; tries++, g_usleep (10000))
    {
      g_autoptr (GSocketClient) client = g_socket_client_new ();
      g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", nginx.port, NULL, NULL);
      if (connection)
        return;
    }
  g_assert_not_reached ();
}

static void
nginx_clear (void)
{
  if (!nginx.process)
    return;
  g_subprocess_send_signal (nginx.process, SIGTERM);
  g_subprocess_wait (nginx.process, NULL, NULL);
  g_object_unref (nginx.process);
  wh_test_remove_dir (nginx.dir);
  g_free (nginx.dir);
}

/* -- tables -- */

static gboolean
nginx_refuses (const WhMalformed *request)
{
  g_autofree char *text = nginx.process ? exchange (nginx.port, request) : NULL;
  g_autofree char *statuses = text ? statuses_of (text) : NULL;

  return text && is_refusal (text, statuses);
}

static void
check_malformed (const WhMalformed *request, const char *text, const char *statuses)
{
  gboolean refused = is_refusal (text, statuses);

  counts.cases++;
  counts.refused += refused;
  counts.hidden += !refused;
  /* What the library hides is answered once, and never what comes behind it. */
  if (!refused && (!request->hidden || strlen (statuses) > 3))
    {
      g_test_message ("%s: answered “%s”", request->name, statuses);
      g_test_fail ();
    }
}

static void
check_table (gconstpointer data)
{
  guint refused = counts.refused, by_nginx = counts.refused_by_nginx;

  for (const WhMalformed *request = data; request->name; request++)
    {
      g_autofree char *text = exchange (server.port, request);
      g_autofree char *statuses = statuses_of (text);
      if (!request->replies)
        {
          check_malformed (request, text, statuses);
          counts.refused_by_nginx += nginx_refuses (request);
          continue;
        }
      counts.twins++;
      if (strcmp (statuses, request->replies) != 0)
        {
          g_test_message ("%s: “%s”, not “%s”", request->name, statuses, request->replies);
          g_test_fail ();
        }
    }
  if (nginx.process)
    g_assert_cmpuint (counts.refused - refused, >=, counts.refused_by_nginx - by_nginx);
  wh_test_server_alive (&server);
}

/* The same, a byte at a time: what becomes of a head must not depend on how it comes. What stands between chunks is gone from the library's
 * buffer then; it may pass, but the connection ends after it. */
static void
test_in_pieces (void)
{
  static const WhMalformed *const tables[] = { wh_malformed_line, wh_malformed_framing, wh_malformed_chunks, wh_malformed_pipeline };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const WhMalformed *request = tables[i]; request->name; request++)
      {
        g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
        g_autofree char *text = NULL, *statuses = NULL;
        gboolean passes;
        g_socket_set_option (g_socket_connection_get_socket (connection), 6, 1, 1, NULL);   /* TCP_NODELAY */
        for (gsize at = 0; at < request->length; at++)
          wh_test_server_send (connection, request->bytes + at, 1);
        text = read_to_end (connection);
        statuses = statuses_of (text);
        passes = request->hidden || (strstr (request->bytes, CHUNKED) && strlen (statuses) == 3);
        if (request->replies ? strcmp (statuses, request->replies) != 0 : !passes && !is_refusal (text, statuses))
          {
            g_test_message ("%s: in pieces answered “%s”", request->name, statuses);
            g_test_fail ();
          }
      }
}

/* -- limits -- */

static void
expect (const char *name, const char *text, gboolean passes)
{
  const WhMalformed request = { name, text, strlen (text), NULL, NULL };
  g_autofree char *reply = exchange (server.port, &request);
  g_autofree char *statuses = statuses_of (reply);

  g_test_message ("%s: %s", name, statuses);
  if (passes)
    g_assert_cmpstr (statuses, ==, "200");
  else
    g_assert_true (is_refusal (reply, statuses));
}

static void
test_lengths (void)
{
  static const struct {
    const char *name, *format;
    gsize       filling;
    gboolean    passes;
  } cases[] = {
    { "head-large", GET "X-A: %s\r\n" CLOSE END, 7900, TRUE },
    { "head-too-large", GET "X-A: %s\r\n" CLOSE END, 8192, FALSE },
    { "head-huge", GET "X-A: %s\r\n" CLOSE END, 200000, FALSE },
    { "name-huge", GET "%s: x\r\n" CLOSE END, 9000, FALSE },
    { "target-long", "GET /live?a=%s HTTP/1.1\r\n" HOST CLOSE END, 4000, TRUE },
    { "target-too-long", "GET /live?a=%s HTTP/1.1\r\n" HOST CLOSE END, 4096, FALSE },
    { "target-huge", "GET /live?a=%s HTTP/1.1\r\n" HOST CLOSE END, 100000, FALSE },
    { "method-huge", "%s /live HTTP/1.1\r\n" HOST CLOSE END, 9000, FALSE },
    { "version-huge", "GET /live HTTP/1.1%s\r\n" HOST CLOSE END, 9000, FALSE },
    { "host-huge", "GET /live HTTP/1.1\r\nHost: %s\r\n" CLOSE END, 300, FALSE },
    { "no-line-end", "%s", 100000, FALSE },
    { "body-too-large", POST "Content-Length: 70000\r\n" CLOSE END "%s", 70000, FALSE },
    { "chunk-too-large", POST CHUNKED CLOSE END "11170\r\n%s\r\n" LAST, 70000, FALSE },
    { "chunk-extension-huge", POST CHUNKED CLOSE END "27;%s\r\n" JSON "\r\n" LAST, 30000, FALSE },
    { "trailer-huge", POST CHUNKED CLOSE END CHUNK "0\r\nX-A: %s\r\n\r\n", 30000, FALSE },
    { "length-of-many-digits", POST "Content-Length: 0%s39\r\n" CLOSE END JSON, 1000, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *filling = g_strnfill (cases[i].filling, '0');
      g_auto (GStrv) parts = g_strsplit (cases[i].format, "%s", 2);
      g_autofree char *text = g_strconcat (parts[0], filling, parts[1], NULL);
      expect (cases[i].name, text, cases[i].passes);
    }
  wh_test_server_alive (&server);
}

static void
expect_many (const char *name, const char *start, const char *before, const char *after, guint n, const char *end, gboolean passes)
{
  GString *text = g_string_new (start);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%u%s", before, i, after);
  g_string_append (text, end);
  expect (name, text->str, passes);
  g_string_free (text, TRUE);
}

static void
test_numbers (void)
{
  expect_many ("fields", GET, "X-", ": y\r\n", 98, CLOSE END, TRUE);
  expect_many ("fields-too-many", GET, "X-", ": y\r\n", 99, CLOSE END, FALSE);
  expect_many ("fields-far-too-many", GET, "X-", ": y\r\n", 5000, CLOSE END, FALSE);
  expect_many ("parameters", "GET /live?", "a", "=1&", 400, "z=1 HTTP/1.1\r\n" HOST CLOSE END, FALSE);
  expect_many ("cookies", GET "Cookie: a=b", "; c", "=d", 100, "\r\n" CLOSE END, TRUE);
  expect_many ("chunks-of-one-byte", POST CHUNKED CLOSE END, "1\r\n", "\r\n", 9, LAST, FALSE);
  expect_many ("trailers-too-many", POST CHUNKED CLOSE END CHUNK "0\r\n", "X-", ": y\r\n", 200, END, FALSE);
  wh_test_server_alive (&server);
}

static void
test_counts (void)
{
  g_test_message ("%u malformed requests: %u refused, %u answered since the library hides what is wrong; %u valid twins", counts.cases,
                  counts.refused, counts.hidden, counts.twins);
  if (nginx.process)
    g_test_message ("nginx refuses %u of them", counts.refused_by_nginx);
  else
    g_test_message ("nginx is not installed: not compared");
  g_assert_cmpuint (counts.cases, >=, 150);
  g_assert_cmpuint (counts.refused, >=, counts.refused_by_nginx);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  nginx_start ();
  g_test_add_data_func ("/server/malformed/line", wh_malformed_line, check_table);
  g_test_add_data_func ("/server/malformed/target", wh_malformed_target, check_table);
  g_test_add_data_func ("/server/malformed/fields", wh_malformed_fields, check_table);
  g_test_add_data_func ("/server/malformed/framing", wh_malformed_framing, check_table);
  g_test_add_data_func ("/server/malformed/chunks", wh_malformed_chunks, check_table);
  g_test_add_data_func ("/server/malformed/pipeline", wh_malformed_pipeline, check_table);
  g_test_add_func ("/server/malformed/counts", test_counts);
  g_test_add_func ("/server/malformed/in-pieces", test_in_pieces);
  g_test_add_func ("/server/malformed/lengths", test_lengths);
  g_test_add_func ("/server/malformed/numbers", test_numbers);
  status = g_test_run ();
  nginx_clear ();
  wh_test_server_clear (&server);
  return status;
}
