/* Slow, many and greedy clients: each step has its time, each address its share, and what was full is open again as soon as it is not. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "wh-test-server.h"

#define N_BODIES 40
#define BODY_BYTES 900000u
#define GET "GET /live HTTP/1.1\r\nHost: localhost\r\n"
#define POST "POST /api/terpenes/compare HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
#define STEP_US 100000
#define N_REPLIES 60      /* of 370 kB: more than the kernel keeps */

static WhTestServer server;

static void
run (const char *const *options)
{
  wh_test_server_make (&server);
  server.port = 0;
  wh_test_server_run_with (&server, options);
}

static void
end (void)
{
  wh_test_server_clear (&server);
  memset (&server, 0, sizeof server);
}

/* Sends a byte of `bytes` each step, and again from its start, until the server ends the connection; seconds that took. */
static double
drip (GSocketConnection *connection, const char *bytes, guint most_seconds)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  gint64 start = g_get_monotonic_time ();
  char buffer[4096];

  for (gsize i = 0; g_get_monotonic_time () - start < most_seconds * G_USEC_PER_SEC; i++)
    {
      if (*bytes)
        wh_test_server_send (connection, bytes + i % strlen (bytes), 1);
      if (g_socket_condition_timed_wait (socket, G_IO_IN, STEP_US, NULL, NULL)
          && g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL) <= 0)
        break;
    }
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

/* -- time -- */

static const char *const quick[] = { "--set", "server.head_seconds=1", "--set", "server.idle_seconds=4", "--set", "server.grace_seconds=1",
                                     "--set", "server.bytes_a_second=100", NULL };

static void
test_slow_head (void)
{
  g_autoptr (GSocketConnection) first = wh_test_server_connect (&server), second = wh_test_server_connect (&server);
  char buffer[4096];

  wh_test_server_send (first, GET, -1);
  g_assert_cmpfloat (drip (first, "X-A: b\r\n", 10), <, 3.9);
  /* After a reply the same holds for the next head. */
  wh_test_server_send (second, GET "\r\n", -1);
  g_assert_cmpint (g_socket_receive (g_socket_connection_get_socket (second), buffer, sizeof buffer, NULL, NULL), >, 0);
  g_usleep (2 * G_USEC_PER_SEC);
  g_assert_cmpfloat (drip (second, GET, 10), <, 3.9);
}

static void
test_half_a_head (void)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);

  wh_test_server_send (connection, "GET /li", -1);
  g_assert_cmpfloat (drip (connection, "", 10), <, 3.0);
}

/* Who asks nothing may stay longer than a head may take, but not for ever. */
static void
test_idle (void)
{
  g_autoptr (GSocketConnection) waiting = wh_test_server_connect (&server), idle = wh_test_server_connect (&server);
  g_autofree char *reply = NULL;
  double took;

  g_usleep (2500000);
  wh_test_server_send (waiting, GET "Connection: close\r\n\r\n", -1);
  reply = wh_test_server_read (waiting);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200"));
  took = drip (idle, "", 10);
  g_assert_cmpfloat (took, >, 0.5);
  g_assert_cmpfloat (took, <, 4.0);
}

static void
test_slow_body (void)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);

  wh_test_server_send (connection, POST "Content-Length: 1000\r\n\r\n{", -1);
  g_assert_cmpfloat (drip (connection, " ", 10), <, 4.0);
}

/* Slower than the grace as a whole, but not than the rate. */
static void
test_steady_body (void)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
  g_autofree char *reply = NULL;

  wh_test_server_send (connection, POST "Content-Length: 600\r\n\r\n", -1);
  for (guint i = 0; i < 30; i++)
    {
      wh_test_server_send (connection, "                    ", 20);
      g_usleep (STEP_US);
    }
  reply = wh_test_server_read (connection);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 400"));   /* read to its end: it is no JSON */
}

static gsize
count_bytes (GSocketConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  static char buffer[65536];
  gsize total = 0;
  gssize n;

  while ((n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL)) > 0)
    total += (gsize) n;
  return total;
}

/* Asks for much and takes nothing for a while: it does not get all of it. */
static void
test_reply_not_taken (void)
{
  g_autoptr (WhTestReply) one = wh_test_server_ask (&server, "GET", "/openapi.json", NULL, NULL);
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
  g_autoptr (GString) requests = g_string_new (NULL);
  gsize total;

  for (guint i = 0; i < N_REPLIES; i++)
    g_string_append (requests, "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n");
  wh_test_server_send (connection, requests->str, (gssize) requests->len);
  g_usleep (5 * G_USEC_PER_SEC);
  total = count_bytes (connection);
  g_test_message ("%" G_GSIZE_FORMAT " bytes came, %" G_GSIZE_FORMAT " a reply", total, strlen (one->body));
  g_assert_cmpuint (one->status, ==, 200);
  g_assert_cmpuint (total, <, N_REPLIES * strlen (one->body));
  wh_test_server_alive (&server);
}

static void
test_time (void)
{
  run (quick);
  test_half_a_head ();
  test_slow_head ();
  test_idle ();
  test_slow_body ();
  test_steady_body ();
  test_reply_not_taken ();
  end ();
}

/* -- numbers -- */

static void
expect_turned_away (void)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
  g_autofree char *reply = NULL;

  wh_test_server_send (connection, GET "\r\n", -1);
  reply = wh_test_server_read (connection);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 503"));
  g_assert_nonnull (strstr (reply, "Retry-After: "));
}

/* Once a connection is gone, there is room for another. */
static void
expect_room_soon (void)
{
  for (guint tries = 0; tries < 100; tries++, g_usleep (50000))
    {
      g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
      g_autofree char *reply = NULL;
      wh_test_server_send (connection, GET "Connection: close\r\n\r\n", -1);
      reply = wh_test_server_read (connection);
      if (g_str_has_prefix (reply, "HTTP/1.1 200"))
        return;
    }
  g_assert_not_reached ();
}

static void
fill_and_empty (const char *const *options, guint n)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);

  run (options);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (connections, wh_test_server_connect (&server));
  expect_turned_away ();
  expect_turned_away ();
  g_ptr_array_set_size (connections, n - 1);
  expect_room_soon ();
  g_ptr_array_set_size (connections, 0);
  expect_room_soon ();
  end ();
}

static void
test_too_many_of_address (void)
{
  const char *const options[] = { "--set", "server.connections_per_address=8", "--set", "server.limit_loopback=true", NULL };

  fill_and_empty (options, 8);
}

static void
test_too_many (void)
{
  const char *const options[] = { "--set", "server.connections=16", NULL };

  fill_and_empty (options, 16);
}

static guint
count_descriptors (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/fd", g_subprocess_get_identifier (server.process));
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* No descriptor is left for a peer: it is told so, and the server goes on when there are some again. */
static void
test_descriptors (void)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  struct rlimit limit, few;
  pid_t process;
  guint before;

  run ((const char *const[]) { NULL });
  process = (pid_t) g_ascii_strtoll (g_subprocess_get_identifier (server.process), NULL, 10);
  before = count_descriptors ();
  g_assert_cmpint (prlimit (process, RLIMIT_NOFILE, NULL, &limit), ==, 0);
  few = limit;
  few.rlim_cur = before + 6;
  g_assert_cmpint (prlimit (process, RLIMIT_NOFILE, &few, NULL), ==, 0);
  for (guint i = 0; i < 40; i++)
    g_ptr_array_add (connections, wh_test_server_connect (&server));
  expect_turned_away ();
  g_ptr_array_set_size (connections, 0);
  expect_room_soon ();
  for (guint tries = 0; count_descriptors () > before + 2 && tries < 100; tries++)
    g_usleep (20000);
  g_assert_cmpuint (count_descriptors (), <=, before + 2);
  end ();
}

/* -- who may come, and how -- */

static guint
status_of (const char *target, const char *extra)
{
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", target, extra, NULL);

  return reply->status;
}

static void
test_anonymous (void)
{
  const char *const options[] = { "--set", "access.anonymous=none", NULL };
  g_autofree char *bearer = NULL;

  run (options);
  bearer = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  g_assert_cmpuint (status_of ("/api/strains", NULL), ==, 401);
  g_assert_cmpuint (status_of ("/metrics", NULL), ==, 401);
  g_assert_cmpuint (status_of ("/live", NULL), ==, 200);
  g_assert_cmpuint (status_of ("/api/strains", bearer), ==, 200);
  end ();
}

/* What a proxy on this machine hands on comes from elsewhere. */
static void
test_handed_on (void)
{
  run ((const char *const[]) { NULL });
  g_assert_cmpuint (status_of ("/api/strains", NULL), ==, 200);
  g_assert_cmpuint (status_of ("/api/strains", "X-Forwarded-For: 192.0.2.7\r\n"), ==, 401);
  g_assert_cmpuint (status_of ("/api/strains", "X-Forwarded-For: 127.0.0.1, 192.0.2.7\r\n"), ==, 401);
  g_assert_cmpuint (status_of ("/api/strains", "Forwarded: for=192.0.2.7\r\n"), ==, 401);
  g_assert_cmpuint (status_of ("/live", "X-Forwarded-For: 192.0.2.7\r\n"), ==, 200);
  end ();
}

static char *
ask_raw (const char *request)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);

  wh_test_server_send (connection, request, -1);
  return wh_test_server_read (connection);
}

static void
test_hosts (void)
{
  const char *const options[] = { "--set", "access.hosts=shop.example till.example", NULL };
  g_autofree char *known = NULL, *unknown = NULL;

  run (options);
  known = ask_raw ("GET /live HTTP/1.1\r\nHost: Shop.Example:8000\r\nConnection: close\r\n\r\n");
  unknown = ask_raw ("GET /live HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n");
  g_assert_true (g_str_has_prefix (known, "HTTP/1.1 200"));
  g_assert_true (g_str_has_prefix (unknown, "HTTP/1.1 421"));
  end ();
}

static void
test_headers (void)
{
  static const char *const targets[] = { "/live", "/nowhere", "/api/admin/demo", "/api/strains?limit=x", "/%" };
  static const char *const headers[] = { "X-Content-Type-Options: nosniff", "Content-Security-Policy: default-src 'none'",
                                         "Referrer-Policy: no-referrer", "Cross-Origin-Resource-Policy: ", "Cache-Control: " };

  run ((const char *const[]) { NULL });
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", targets[i], NULL, NULL);
      for (guint j = 0; j < G_N_ELEMENTS (headers); j++)
        g_assert_nonnull (strstr (reply->head, headers[j]));
      g_assert_null (strstr (reply->head, "\nServer:"));
    }
  end ();
}

/* The service manager holds the door and hands it over: who came before the server ran is served. */
static void
test_passed_door (void)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0), bound = NULL;
  g_autoptr (GSocketConnection) early = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                                                                        | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) door = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_autofree char *command = NULL, *reply = NULL;

  g_assert_true (g_socket_bind (door, any, TRUE, &error) && g_socket_listen (door, &error));
  bound = g_socket_get_local_address (door, &error);
  wh_test_server_make (&server);
  server.port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  early = wh_test_server_connect (&server);
  wh_test_server_send (early, GET "Connection: close\r\n\r\n", -1);
  command = g_strdup_printf ("LISTEN_FDS=1 LISTEN_PID=$$ exec \"$WEEDHOUNDS_TEST_BINARY\" --data-dir %s serve --listen 127.0.0.1:%u",
                             server.dir, server.port);
  g_subprocess_launcher_take_fd (launcher, dup (g_socket_get_fd (door)), 3);
  server.process = g_subprocess_launcher_spawn (launcher, &error, "sh", "-c", command, NULL);
  g_assert_no_error (error);
  reply = wh_test_server_read (early);
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200"));
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  end ();
}

/* In clear, nobody on another machine is let in by mistake. */
static void
test_open_network (void)
{
  g_autofree char *dir = wh_test_make_dir (), *message = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, g_getenv ("WEEDHOUNDS_TEST_BINARY"),
                                                      "--data-dir", dir, "serve", "--limits", "on", "--listen", "0.0.0.0:0", NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &message, &error));
  g_assert_cmpint (g_subprocess_get_exit_status (process), !=, 0);
  g_assert_nonnull (strstr (message, "plain_network"));
  wh_test_remove_dir (dir);
}

/* Who sends a body that nobody wants hears why, though the answer comes before the body is read; and at once where it never comes. */
static void
test_unwanted_bodies (void)
{
  g_autofree char *body = g_strnfill (BODY_BYTES, 'x');
  g_autofree char *head = g_strdup_printf ("POST /api/notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong\r\n"
                                           "Content-Type: application/json\r\nContent-Length: %u\r\n\r\n", BODY_BYTES);
  gint64 begun;

  run ((const char *const[]) { NULL });
  for (guint i = 0; i < N_BODIES; i++)
    {
      g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
      g_autofree char *reply = NULL;
      wh_test_server_send (connection, head, -1);
      if (i % 2)
        wh_test_server_send (connection, body, BODY_BYTES);
      begun = g_get_monotonic_time ();
      reply = wh_test_server_read (connection);
      g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 401 "));
      g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_USEC_PER_SEC);
    }
  end ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/listener/time", test_time);
  g_test_add_func ("/server/listener/too-many-of-address", test_too_many_of_address);
  g_test_add_func ("/server/listener/too-many", test_too_many);
  g_test_add_func ("/server/listener/descriptors", test_descriptors);
  g_test_add_func ("/server/listener/anonymous", test_anonymous);
  g_test_add_func ("/server/listener/handed-on", test_handed_on);
  g_test_add_func ("/server/listener/hosts", test_hosts);
  g_test_add_func ("/server/listener/headers", test_headers);
  g_test_add_func ("/server/listener/passed-door", test_passed_door);
  g_test_add_func ("/server/listener/open-network", test_open_network);
  g_test_add_func ("/server/listener/unwanted-bodies", test_unwanted_bodies);
  return g_test_run ();
}
