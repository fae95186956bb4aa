/* Hostile and clumsy clients: each gets what it deserves, the others are served all the same. */
#include <string.h>

#include "wh-test-server.h"

#define MANY 200

static WhTestServer server;

/* Sends bytes and returns the status of the first reply; 0: closed without one. */
static guint
status_of (const char *bytes, gssize length)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
  g_autofree char *reply = NULL;

  wh_test_server_send (connection, bytes, length);
  reply = wh_test_server_read (connection);
  return g_str_has_prefix (reply, "HTTP/1.1 ") ? (guint) g_ascii_strtoull (reply + strlen ("HTTP/1.1 "), NULL, 10) : 0;
}

static void
expect_refused (const char *bytes, gssize length)
{
  guint status = status_of (bytes, length);
  g_autofree char *start = g_strndup (bytes, 60);
  g_autofree char *shown = g_strescape (start, NULL);

  g_test_message ("%s: %u", shown, status);
  g_assert_true (status == 0 || (status >= 400 && status < 500) || status == 505);   /* 505: no such HTTP version */
  wh_test_server_alive (&server);
}

static void
test_garbage (void)
{
  static const char hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 secure?\r\n\r\n";

  expect_refused (hello, sizeof hello - 1);
  expect_refused ("GET / HTTP/9.9\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
  expect_refused ("\r\n\r\n\r\n\r\nnonsense\r\n\r\n", -1);
}

static void
test_lengths (void)
{
  expect_refused ("POST /api/terpenes/compare HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: -1\r\n\r\n{}", -1);
  expect_refused (
      "POST /api/terpenes/compare HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
      -1);
  expect_refused ("POST /api/terpenes/compare HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", -1);
  expect_refused ("POST /api/terpenes/compare HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 99999999999\r\n\r\n", -1);
  expect_refused ("GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", -1);
}

static void
test_large_head (void)
{
  g_autofree char *filling = g_strnfill (100000, 'a');
  g_autofree char *target = g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", filling);
  g_autofree char *header = g_strdup_printf ("GET /live HTTP/1.1\r\nHost: localhost\r\nX-A: %s\r\nConnection: close\r\n\r\n", filling);

  expect_refused (target, -1);
  expect_refused (header, -1);
}

static void
test_paths (void)
{
  expect_refused ("GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
  expect_refused ("GET /api/strains/%2e%2e%2f%2e%2e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
  expect_refused ("GET /api/strains/%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
  expect_refused ("GET /api/strains/%ff%fe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
}

/* What is no text cannot be what is looked for, and leaving it out would be another question. */
static void
test_queries (void)
{
  expect_refused ("GET /api/strains?type=%ff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
  expect_refused ("GET /api/strains?%c3%28=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
  expect_refused ("GET /api/products?contains.name=%ed%a0%80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
  g_assert_cmpuint (status_of ("GET /api/products?contains.name=%c3%a9 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1),
                    ==, 200);
}

/* A page in a browser may point a name of its own at this machine; it must not read what is here. */
static void
test_hosts (void)
{
  expect_refused ("GET /live HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", -1);
  expect_refused ("GET /live HTTP/1.1\r\nHost: localhost.evil.example:80\r\nConnection: close\r\n\r\n", -1);
  expect_refused ("GET /live HTTP/1.1\r\nConnection: close\r\n\r\n", -1);
  g_assert_cmpuint (status_of ("GET /live HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n", -1), ==, 200);
  g_assert_cmpuint (status_of ("GET /live HTTP/1.1\r\nHost: [::1]:1\r\nConnection: close\r\n\r\n", -1), ==, 200);
}

static void
test_many_connections (void)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < MANY; i++)
    {
      g_ptr_array_add (connections, wh_test_server_connect (&server));
      if (i % 2)
        wh_test_server_send (connections->pdata[i], "GET /live HT", -1);
    }
  wh_test_server_alive (&server);
  g_ptr_array_set_size (connections, 0);
  wh_test_server_alive (&server);
}

/* Several requests sent at once are answered in their order. */
static void
test_pipelining (void)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
  g_autofree char *text = NULL;
  const char *first, *second;

  wh_test_server_send (connection,
                       "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                       "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
  text = wh_test_server_read (connection);
  first = strstr (text, "HTTP/1.1 200");
  second = strstr (text, "HTTP/1.1 404");
  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_true (first < second);
}

/* Asking and closing one's own half still brings the answer. */
static void
test_half_closed (void)
{
  g_autoptr (GSocketConnection) connection = wh_test_server_connect (&server);
  g_autofree char *text = NULL;

  wh_test_server_send (connection, "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", -1);
  g_socket_shutdown (g_socket_connection_get_socket (connection), FALSE, TRUE, NULL);
  text = wh_test_server_read (connection);
  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 200"));
}

/* Idle connections do not hold up the end. */
static void
test_drain (void)
{
  g_autoptr (GSocketConnection) idle = wh_test_server_connect (&server);
  g_autoptr (GSocketConnection) begun = wh_test_server_connect (&server);
  gint64 start;

  wh_test_server_send (idle, "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n", -1);
  wh_test_server_send (begun, "GET /live HTTP/1.1\r\nHo", -1);
  wh_test_server_alive (&server);
  start = g_get_monotonic_time ();
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  g_test_add_func ("/server/gate/garbage", test_garbage);
  g_test_add_func ("/server/gate/lengths", test_lengths);
  g_test_add_func ("/server/gate/large-head", test_large_head);
  g_test_add_func ("/server/gate/paths", test_paths);
  g_test_add_func ("/server/gate/queries", test_queries);
  g_test_add_func ("/server/gate/hosts", test_hosts);
  g_test_add_func ("/server/gate/many-connections", test_many_connections);
  g_test_add_func ("/server/gate/pipelining", test_pipelining);
  g_test_add_func ("/server/gate/half-closed", test_half_closed);
  g_test_add_func ("/server/gate/drain", test_drain);
  status = g_test_run ();
  wh_test_server_clear (&server);
  return status;
}
