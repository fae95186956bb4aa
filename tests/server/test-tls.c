/* TLS: which versions, whose certificate, and whom a client's certificate is about; and what is no TLS where it should be. */
#include <signal.h>
#include <string.h>

#include "wh-test-server.h"

#define SECONDS 10

static WhTestServer server;
static char *dir;
static guint16 secure, redirect;

/* -- certificates -- */

static char *
file_of (const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (dir, file, NULL);
}

static void
openssl (const char *const *arguments)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) command = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;

  g_strv_builder_add (builder, "openssl");
  g_strv_builder_addv (builder, (const char **) arguments);
  command = g_strv_builder_end (builder);
  process = g_subprocess_newv ((const char *const *) command, G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

/* Signed by itself. */
static void
make_certificate (const char *name, const char *subject)
{
  g_autofree char *key = file_of (name, ".key"), *certificate = file_of (name, ".pem");

  openssl ((const char *const[]) { "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                                   certificate, "-days", "2", "-subj", subject, NULL });
}

static void
make_client_certificate (const char *name, const char *subject, const char *authority)
{
  g_autofree char *key = file_of (name, ".key"), *request = file_of (name, ".csr"), *certificate = file_of (name, ".pem");
  g_autofree char *ca_key = file_of (authority, ".key"), *ca = file_of (authority, ".pem");

  openssl ((const char *const[]) { "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", request,
                                   "-subj", subject, NULL });
  openssl ((const char *const[]) { "x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2", "-out",
                                   certificate, NULL });
}

/* What the server shows from now on, once it is told. */
static void
show (const char *name)
{
  static const char *const suffixes[] = { ".key", ".pem" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = file_of (name, suffixes[i]), *to = file_of ("shown", suffixes[i]), *text = NULL;
      g_assert_true (g_file_get_contents (from, &text, NULL, NULL));
      g_assert_true (g_file_set_contents (to, text, -1, NULL));
    }
}

/* -- the server -- */

static guint16
find_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static void
start (const char *clients)
{
  g_autofree char *key = file_of ("shown", ".key"), *certificate = file_of ("shown", ".pem"), *ca = file_of ("ca", ".pem");
  g_autofree char *listen = NULL, *from = NULL, *set_key = g_strconcat ("tls.key=", key, NULL);
  g_autofree char *set_certificate = g_strconcat ("tls.certificate=", certificate, NULL);
  g_autofree char *set_ca = g_strconcat ("tls.client_ca=", ca, NULL);
  g_autofree char *set_clients = g_strconcat ("tls.client_certificates=", clients, NULL);

  secure = find_port ();
  redirect = find_port ();
  listen = g_strdup_printf ("tls.listen=127.0.0.1:%u [::1]:0", secure);
  from = g_strdup_printf ("tls.redirect=127.0.0.1:%u", redirect);
  show ("first");
  wh_test_server_make (&server);
  server.port = 0;
  wh_test_server_run_with (&server, (const char *const[]) { "--set", listen, "--set", from, "--set", set_key, "--set", set_certificate,
                                                            "--set", set_ca, "--set", set_clients, "--set", "server.head_seconds=1",
                                                            NULL });
}

static void
end (void)
{
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  wh_test_server_clear (&server);
  memset (&server, 0, sizeof server);
}

/* -- a client -- */

static gboolean
accept_cb (GTlsConnection *connection, GTlsCertificate *peer, GTlsCertificateFlags flags, gpointer user_data)
{
  return TRUE;   /* it is the test's own */
}

/* NULL: the handshake failed. `name`: of the client's certificate; NULL: none. */
static GIOStream *
connect_secure (const char *name)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) base = NULL;
  g_autoptr (GIOStream) stream = NULL;

  g_socket_client_set_timeout (client, SECONDS);
  base = g_socket_client_connect_to_host (client, "127.0.0.1", secure, NULL, &error);
  g_assert_no_error (error);
  stream = g_tls_client_connection_new (G_IO_STREAM (base), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (stream, "accept-certificate", G_CALLBACK (accept_cb), NULL);
  if (name)
    {
      g_autofree char *key = file_of (name, ".key"), *file = file_of (name, ".pem");
      g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (file, key, &error);
      g_assert_no_error (error);
      g_tls_connection_set_certificate (G_TLS_CONNECTION (stream), certificate);
    }
  return g_tls_connection_handshake (G_TLS_CONNECTION (stream), NULL, NULL) ? g_steal_pointer (&stream) : NULL;
}

/* One request; the start of what comes. "" when the connection is gone. */
static char *
ask (GIOStream *stream, const char *extra)
{
  g_autofree char *request = g_strdup_printf ("GET /live HTTP/1.1\r\nHost: localhost\r\n%s\r\n", extra);
  char buffer[4096];
  gssize n;

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), request, strlen (request), NULL, NULL, NULL);
  n = g_input_stream_read (g_io_stream_get_input_stream (stream), buffer, sizeof buffer - 1, NULL, NULL);
  return g_strndup (buffer, n > 0 ? (gsize) n : 0);
}

static char *
subject_of (GIOStream *stream)
{
  GTlsCertificate *certificate = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (stream));
  char *subject = NULL;

  g_object_get (certificate, "subject-name", &subject, NULL);
  return subject;
}

static gboolean
is_served (const char *name)
{
  g_autoptr (GIOStream) stream = connect_secure (name);
  g_autofree char *reply = stream ? ask (stream, "Connection: close\r\n") : NULL;

  return reply && g_str_has_prefix (reply, "HTTP/1.1 200");
}

/* -- tests -- */

static void
test_reply (void)
{
  g_autoptr (GIOStream) stream = connect_secure (NULL);
  g_autofree char *reply = ask (stream, ""), *clear = NULL;
  g_autoptr (WhTestReply) plain = wh_test_server_ask (&server, "GET", "/live", NULL, NULL);

  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200"));
  g_assert_nonnull (strstr (reply, "Strict-Transport-Security: max-age="));
  g_assert_null (strstr (plain->head, "Strict-Transport-Security"));
}

/* After the handshake a client may take its time, as without TLS; before it, it may not. */
static void
test_time (void)
{
  g_autoptr (GIOStream) waiting = connect_secure (NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) silent = g_socket_client_connect_to_host (client, "127.0.0.1", secure, NULL, NULL);
  g_autofree char *reply = NULL, *rest = NULL;
  gint64 begin = g_get_monotonic_time ();

  wh_test_server_send (silent, "\x16\x03\x01", 3);
  rest = wh_test_server_read (silent);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 4 * G_USEC_PER_SEC);
  reply = ask (waiting, "");
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200"));
}

static char *
handshake_by_openssl (const char *version)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", secure);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                          | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                                      &error, "openssl", "s_client", "-connect", address, version, "-cipher",
                                                      "ALL:@SECLEVEL=0", NULL);
  char *text = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, "", NULL, &text, NULL, NULL);
  return text ? text : g_strdup ("");
}

static void
test_versions (void)
{
  static const char *const refused[] = { "-tls1", "-tls1_1" }, *const taken[] = { "-tls1_2", "-tls1_3" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *old = handshake_by_openssl (refused[i]), *new = handshake_by_openssl (taken[i]);
      g_assert_null (strstr (old, "Cipher is TLS"));
      g_assert_null (strstr (old, "Cipher is ECDHE"));
      g_assert_true (strstr (new, "Cipher is TLS_") || strstr (new, "Cipher is ECDHE-"));
    }
}

/* The plain port shrugs TLS off, and the other way round. */
static void
test_mixed_up (void)
{
  static const char greeting[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 secure?\r\n\r\n";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) plain = g_socket_client_connect_to_host (client, "127.0.0.1", secure, NULL, NULL);
  g_autoptr (GSocketConnection) hello = wh_test_server_connect (&server);
  g_autofree char *answer = NULL, *refusal = NULL;

  wh_test_server_send (plain, "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n", -1);
  answer = wh_test_server_read (plain);
  g_assert_false (g_str_has_prefix (answer, "HTTP/"));
  wh_test_server_send (hello, greeting, sizeof greeting - 1);
  refusal = wh_test_server_read (hello);
  g_assert_false (g_str_has_prefix (refusal, "HTTP/1.1 2"));
  g_assert_true (is_served (NULL));
  wh_test_server_alive (&server);
}

static void
test_redirect (void)
{
  const WhTestServer other = { .port = redirect };
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&other, "GET", "/api/strains?limit=2", NULL, NULL);
  g_autoptr (WhTestReply) foreign = NULL;
  g_autofree char *location = g_strdup_printf ("Location: https://localhost:%u/api/strains?limit=2\r\n", secure);

  g_assert_cmpuint (reply->status, ==, 308);
  g_assert_nonnull (strstr (reply->head, location));
}

/* SIGHUP: new handshakes see the new certificate, who is connected notices nothing; a wrong one changes nothing. */
static void
test_renewal (void)
{
  g_autoptr (GIOStream) before = connect_secure (NULL), after = NULL, still = NULL;
  g_autofree char *old = subject_of (before), *new = NULL, *same = NULL, *reply = NULL, *key = file_of ("shown", ".key");

  show ("second");
  g_subprocess_send_signal (server.process, SIGHUP);
  g_usleep (G_USEC_PER_SEC / 2);
  after = connect_secure (NULL);
  new = subject_of (after);
  g_assert_cmpstr (old, ==, "CN=first");
  g_assert_cmpstr (new, ==, "CN=second");
  reply = ask (before, "");
  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200"));

  g_assert_true (g_file_set_contents (key, "no key", -1, NULL));
  g_subprocess_send_signal (server.process, SIGHUP);
  g_usleep (G_USEC_PER_SEC / 2);
  still = connect_secure (NULL);
  same = subject_of (still);
  g_assert_cmpstr (same, ==, "CN=second");
}

static void
test_without_clients (void)
{
  start ("none");
  test_reply ();
  test_time ();
  test_versions ();
  test_mixed_up ();
  test_redirect ();
  test_renewal ();
  end ();
}

static void
test_clients (void)
{
  start ("required");
  g_assert_false (is_served (NULL));
  g_assert_false (is_served ("stranger"));
  g_assert_true (is_served ("till"));
  end ();
  start ("optional");
  g_assert_true (is_served (NULL));
  g_assert_false (is_served ("stranger"));
  g_assert_true (is_served ("till"));
  end ();
}

/* It says which file is wrong. */
static void
test_wrong_files (void)
{
  g_autofree char *key = file_of ("second", ".key"), *certificate = file_of ("first", ".pem"), *data = wh_test_make_dir ();
  g_autofree char *message = NULL;
  g_autofree char *set_key = g_strconcat ("tls.key=", key, NULL), *set_certificate = g_strconcat ("tls.certificate=", certificate, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, g_getenv ("WEEDHOUNDS_TEST_BINARY"), "--data-dir", data, "serve",
                          "--listen", "127.0.0.1:0", "--set", "tls.listen=127.0.0.1:0", "--set", set_key, "--set", set_certificate, NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &message, &error));
  g_assert_cmpint (g_subprocess_get_exit_status (process), !=, 0);
  g_assert_nonnull (strstr (message, "first.pem"));
  wh_test_remove_dir (data);
}

int
main (int argc, char **argv)
{
  g_autofree char *program = g_find_program_in_path ("openssl");
  int status;

  g_test_init (&argc, &argv, NULL);
  if (!program || !g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_print ("1..0 # SKIP openssl or glib-networking is not installed\n");
      return 0;
    }
  dir = wh_test_make_dir ();
  make_certificate ("first", "/CN=first");
  make_certificate ("second", "/CN=second");
  make_certificate ("ca", "/CN=ca");
  make_certificate ("other", "/CN=other");
  make_client_certificate ("till", "/CN=till 3", "ca");
  make_client_certificate ("stranger", "/CN=till 3", "other");
  g_test_add_func ("/server/tls/server", test_without_clients);
  g_test_add_func ("/server/tls/clients", test_clients);
  g_test_add_func ("/server/tls/wrong-files", test_wrong_files);
  status = g_test_run ();
  wh_test_remove_dir (dir);
  g_free (dir);
  return status;
}
