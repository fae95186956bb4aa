/* What scanners and lost clients send to any port: other protocols, other versions, noise. On the plain and on the TLS port it is refused
 * or hung up on, never answered as a request, and everybody else is served meanwhile. */
#include <string.h>

#include "wh-test-server.h"

#define NOISES 200
#define MOST_NOISE 3000
#define AT_ONCE 100
#define HEAD_SECONDS "server.head_seconds=1"   /* a half of a head is waited for so long */
#define PROBE_US (G_USEC_PER_SEC)

typedef struct {
  const char *name;
  const char *bytes;
  gsize       length;
} Knock;

#define KNOCK(name, bytes) { name, bytes, sizeof bytes - 1 }

/* Written from the protocols' own descriptions. */
static const Knock knocks[] = {
  KNOCK ("nothing", ""),
  KNOCK ("line ends", "\r\n\r\n\r\n\r\n"),
  KNOCK ("TLS ClientHello", "\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03" "0123456789abcdef0123456789abcdef"
         "\x00\x00\x02\x13\x01\x01\x00"),
  KNOCK ("SSL 2", "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10\x07\x00\xc0\x05\x00\x80"),
  KNOCK ("TLS heartbeat", "\x18\x03\x02\x00\x03\x01\x40\x00"),
  KNOCK ("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"),
  KNOCK ("HTTP/0.9", "GET /live\r\n"),
  KNOCK ("HTTP/3.0", "GET /live HTTP/3.0\r\nHost: localhost\r\n\r\n"),
  KNOCK ("RTSP", "OPTIONS / RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
  KNOCK ("SIP", "OPTIONS sip:nobody SIP/2.0\r\nVia: SIP/2.0/TCP nobody;branch=z\r\nFrom: <sip:a@b>\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\n\r\n"),
  KNOCK ("SMB 1", "\x00\x00\x00\x54\xff" "SMBr\x00\x00\x00\x00\x18\x01\x28\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02NT LM 0.12\x00"),
  KNOCK ("SMB 2", "\x00\x00\x00\x44\xfe" "SMB\x40\x00\x00\x00\x00\x00\x00\x00\x00\x00\x1f\x00"),
  KNOCK ("RDP", "\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00"),
  KNOCK ("SSH", "SSH-2.0-nobody\r\n\x00\x00\x00\x14\x06\x14"),
  KNOCK ("SMTP", "EHLO nobody\r\nMAIL FROM:<a@b>\r\n"),
  KNOCK ("SOCKS 5", "\x05\x01\x00"),
  KNOCK ("SOCKS 4", "\x04\x01\x00\x50\x7f\x00\x00\x01\x00"),
  KNOCK ("DNS over TCP", "\x00\x1e\x00\x06\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07version\x04" "bind\x00\x00\x10\x00\x03"),
  KNOCK ("LDAP", "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x02\x04\x00\x80\x00"),
  KNOCK ("PostgreSQL", "\x00\x00\x00\x08\x04\xd2\x16\x2f"),
  KNOCK ("Redis", "*1\r\n$4\r\nINFO\r\n"),
  KNOCK ("memcached", "stats\r\n"),
  KNOCK ("X11", "\x6c\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
  KNOCK ("Java RMI", "JRMI\x00\x02K"),
  KNOCK ("MQTT", "\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02" "ab"),
  KNOCK ("AMQP", "AMQP\x00\x00\x09\x01"),
  KNOCK ("PROXY protocol", "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\nGET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"),
  KNOCK ("PROXY protocol 2", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01\x00\x01\x00\x02"),
  KNOCK ("a proxy's CONNECT", "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n"),
  KNOCK ("TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
  KNOCK ("WebDAV", "PROPFIND / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"),
  KNOCK ("another host", "GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n"),
  KNOCK ("help", "HELP\r\n\r\n"),
  KNOCK ("zeros", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
};

static WhTestServer server;
static guint16 secure_port;

static GSocketConnection *
connect_to (guint16 port)
{
  const WhTestServer there = { .port = port };

  return wh_test_server_connect (&there);
}

static void
assert_probe (void)
{
  gint64 start = g_get_monotonic_time ();

  wh_test_server_alive (&server);
  g_assert_cmpint (g_get_monotonic_time () - start, <, PROBE_US);
}

/* Says it, says no more, and hears what comes. */
static char *
hear (guint16 port, const char *bytes, gsize length)
{
  g_autoptr (GSocketConnection) connection = connect_to (port);

  wh_test_server_send (connection, bytes, (gssize) length);
  g_socket_shutdown (g_socket_connection_get_socket (connection), FALSE, TRUE, NULL);
  return wh_test_server_read (connection);
}

/* Every status line in it is a refusal. */
static void
assert_refused (const char *name, const char *reply)
{
  for (const char *line = strstr (reply, "HTTP/1."); line; line = strstr (line + 1, "HTTP/1."))
    {
      guint64 status = strlen (line) > 9 ? g_ascii_strtoull (line + 9, NULL, 10) : 0;
      if (status < 400)
        g_test_message ("%s: %.300s", name, reply);
      g_assert_cmpuint (status, >=, 400);
    }
}

static void
knock_all (guint16 port)
{
  for (guint i = 0; i < G_N_ELEMENTS (knocks); i++)
    {
      g_autofree char *reply = hear (port, knocks[i].bytes, knocks[i].length);
      assert_refused (knocks[i].name, reply);
      assert_probe ();
    }
}

static void
test_knocks (void)
{
  knock_all (server.port);
}

static void
test_knocks_secure (void)
{
  if (secure_port)
    knock_all (secure_port);
  else
    g_test_skip ("openssl(1) is not installed");
}

static void
make_noise (guint8 *noise, gsize *out_length)
{
  *out_length = (gsize) g_test_rand_int_range (1, MOST_NOISE);
  for (gsize i = 0; i < *out_length; i++)
    noise[i] = (guint8) g_test_rand_int ();
}

static void
test_noise (void)
{
  guint8 noise[MOST_NOISE];
  gsize length;

  for (guint i = 0; i < NOISES; i++)
    {
      guint16 port = secure_port && i % 2 ? secure_port : server.port;
      make_noise (noise, &length);
      g_autofree char *reply = hear (port, (const char *) noise, length);
      assert_refused ("noise", reply);
    }
  assert_probe ();
}

/* Many at a time that neither go on nor go away. */
static void
test_at_once (void)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < AT_ONCE; i++)
    {
      const Knock *knock = &knocks[i % G_N_ELEMENTS (knocks)];
      g_ptr_array_add (connections, connect_to (secure_port && i % 3 == 0 ? secure_port : server.port));
      wh_test_server_send (connections->pdata[i], knock->bytes, (gssize) knock->length);
      if (i % 10 == 0)
        assert_probe ();
    }
  assert_probe ();
}

/* -- the server ------------------------------------------------------------------------------------------------------ */

static guint16
find_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

/* FALSE where there is no openssl(1). */
static gboolean
make_certificate (const char *key, const char *certificate)
{
  const char *const argv[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                               "-out", certificate, "-days", "2", "-subj", "/CN=localhost", NULL };
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);

  return process && g_subprocess_wait_check (process, NULL, NULL);
}

static void
start (void)
{
  g_autofree char *key = NULL, *certificate = NULL, *listen = NULL, *key_option = NULL, *certificate_option = NULL;

  wh_test_server_make (&server);
  key = g_build_filename (server.dir, "tls.key", NULL);
  certificate = g_build_filename (server.dir, "tls.pem", NULL);
  secure_port = make_certificate (key, certificate) ? find_port () : 0;
  listen = g_strdup_printf ("tls.listen=127.0.0.1:%u", secure_port);
  key_option = g_strconcat ("tls.key=", key, NULL);
  certificate_option = g_strconcat ("tls.certificate=", certificate, NULL);
  const char *const secure[] = { "--set", listen, "--set", key_option, "--set", certificate_option, "--set",
                                 HEAD_SECONDS, NULL };
  const char *const plain[] = { "--set", HEAD_SECONDS, NULL };
  wh_test_server_run_with (&server, secure_port ? secure : plain);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  start ();
  g_test_add_func ("/server/hostile/knocks", test_knocks);
  g_test_add_func ("/server/hostile/knocks-secure", test_knocks_secure);
  g_test_add_func ("/server/hostile/noise", test_noise);
  g_test_add_func ("/server/hostile/at-once", test_at_once);
  status = g_test_run ();
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  wh_test_server_clear (&server);
  return status;
}
