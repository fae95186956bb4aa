#include "wh-test-web.h"

#include <string.h>

#define SILENCE_SECONDS 10

typedef struct {
  char  *head, *body;
  guint  asked, now, at_once, slow;
  char  *request;
} Page;

struct _WhTestWeb {
  GTlsCertificate *certificate;
  GSocketService  *service;
  guint16          port;
  GMainContext    *context;
  GMainLoop       *loop;
  GThread         *thread;
  GMutex           lock;     /* guards pages */
  GHashTable      *pages;
};

static void
page_free (gpointer data)
{
  Page *page = data;

  g_free (page->head);
  g_free (page->body);
  g_free (page->request);
  g_free (page);
}

/* Head and body, as long as Content-Length says. */
static char *
read_request (GInputStream *input)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while ((n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL)) > 0)
    {
      const char *end, *length;
      g_string_append_len (text, buffer, n);
      end = strstr (text->str, "\r\n\r\n");
      length = end ? strstr (text->str, "Content-Length: ") : NULL;
      if (end && text->len - (gsize) (end + 4 - text->str) >= (length ? g_ascii_strtoull (length + 16, NULL, 10) : 0))
        break;
    }
  return g_string_free (text, FALSE);
}

static gboolean
write_text (GIOStream *stream, const char *text)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, strlen (text), NULL, NULL, NULL);
}

static void
write_answer (GIOStream *stream, const char *head, const char *body)
{
  static const char more[] = "000010\r\n0123456789abcdef\r\n";
  g_autofree char *text = NULL;

  if (g_str_equal (head, "hang"))
    {
      char byte;
      g_input_stream_read (g_io_stream_get_input_stream (stream), &byte, 1, NULL, NULL);
      return;
    }
  if (g_str_equal (head, "endless"))
    {
      gboolean open = write_text (stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      while (open)
        open = write_text (stream, more);
      return;
    }
  text = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\n\r\n%s", head, strlen (body), body);
  write_text (stream, text);
}

static GIOStream *
begin_stream (WhTestWeb *web, GSocketConnection *connection)
{
  GIOStream *secure;

  g_socket_set_timeout (g_socket_connection_get_socket (connection), SILENCE_SECONDS);
  if (!web->certificate)
    return g_object_ref (G_IO_STREAM (connection));
  secure = g_tls_server_connection_new (G_IO_STREAM (connection), web->certificate, NULL);
  if (secure && g_tls_connection_handshake (G_TLS_CONNECTION (secure), NULL, NULL))
    return secure;
  g_clear_object (&secure);
  return NULL;
}

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  WhTestWeb *web = user_data;
  g_autoptr (GIOStream) stream = begin_stream (web, connection);
  g_autofree char *request = stream ? read_request (g_io_stream_get_input_stream (stream)) : NULL;
  g_auto (GStrv) words = request ? g_strsplit (request, " ", 3) : NULL;
  g_autofree char *head = g_strdup ("404 Not Found"), *body = g_strdup ("");
  Page *page;
  guint slow = 0;

  if (!words || g_strv_length (words) < 3)
    return TRUE;
  g_mutex_lock (&web->lock);
  page = g_hash_table_lookup (web->pages, words[1]);
  if (page)
    {
      page->asked++;
      page->now++;
      page->at_once = MAX (page->at_once, page->now);
      slow = page->slow;
      g_free (page->request);
      page->request = g_strdup (request);
      g_free (head);
      g_free (body);
      head = g_strdup (page->head);
      body = g_strdup (page->body);
    }
  g_mutex_unlock (&web->lock);
  g_usleep (slow * 1000);
  write_answer (stream, head, body);
  g_mutex_lock (&web->lock);
  page = g_hash_table_lookup (web->pages, words[1]);
  if (page && page->now > 0)
    page->now--;
  g_mutex_unlock (&web->lock);
  g_io_stream_close (stream, NULL, NULL);
  return TRUE;
}

static gpointer
web_thread (gpointer data)
{
  WhTestWeb *web = data;

  g_main_context_push_thread_default (web->context);
  g_socket_service_start (web->service);
  g_main_loop_run (web->loop);
  g_socket_service_stop (web->service);
  g_main_context_pop_thread_default (web->context);
  return NULL;
}

WhTestWeb *
wh_test_web_start (GTlsCertificate *certificate)
{
  WhTestWeb *web = g_new0 (WhTestWeb, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0), bound = NULL;

  web->certificate = certificate ? g_object_ref (certificate) : NULL;
  g_mutex_init (&web->lock);
  web->pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, page_free);
  web->context = g_main_context_new ();
  web->loop = g_main_loop_new (web->context, FALSE);
  g_main_context_push_thread_default (web->context);
  web->service = g_threaded_socket_service_new (16);
  g_socket_service_stop (web->service);
  g_signal_connect (web->service, "run", G_CALLBACK (run_cb), web);
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (web->service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                                NULL, &bound, NULL));
  g_main_context_pop_thread_default (web->context);
  web->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  web->thread = g_thread_new ("web", web_thread, web);
  return web;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
wh_test_web_stop (WhTestWeb *web)
{
  g_main_context_invoke (web->context, quit_cb, web->loop);
  g_thread_join (web->thread);
  g_socket_listener_close (G_SOCKET_LISTENER (web->service));
  /* Waits for the threads that still answer, whose clients are gone. */
  g_object_unref (web->service);
  g_main_loop_unref (web->loop);
  g_main_context_unref (web->context);
  g_clear_object (&web->certificate);
}

char *
wh_test_web_url (const WhTestWeb *web, const char *host, const char *path)
{
  return g_strdup_printf ("%s://%s:%u%s", web->certificate ? "https" : "http", host ? host : "127.0.0.1", web->port, path);
}

void
wh_test_web_set (WhTestWeb *web, const char *path, const char *head, const char *body)
{
  Page *page = g_new0 (Page, 1);

  page->head = g_strdup (head);
  page->body = g_strdup (body ? body : "");
  g_mutex_lock (&web->lock);
  g_hash_table_replace (web->pages, g_strdup (path), page);
  g_mutex_unlock (&web->lock);
}

guint
wh_test_web_asked (WhTestWeb *web, const char *path)
{
  const Page *page;
  guint asked;

  g_mutex_lock (&web->lock);
  page = g_hash_table_lookup (web->pages, path);
  asked = page ? page->asked : 0;
  g_mutex_unlock (&web->lock);
  return asked;
}

void
wh_test_web_slow (WhTestWeb *web, const char *path, guint milliseconds)
{
  Page *page;

  g_mutex_lock (&web->lock);
  page = g_hash_table_lookup (web->pages, path);
  g_assert_nonnull (page);
  page->slow = milliseconds;
  g_mutex_unlock (&web->lock);
}

guint
wh_test_web_at_once (WhTestWeb *web, const char *path)
{
  const Page *page;
  guint at_once;

  g_mutex_lock (&web->lock);
  page = g_hash_table_lookup (web->pages, path);
  at_once = page ? page->at_once : 0;
  g_mutex_unlock (&web->lock);
  return at_once;
}

char *
wh_test_web_request (WhTestWeb *web, const char *path)
{
  const Page *page;
  char *request;

  g_mutex_lock (&web->lock);
  page = g_hash_table_lookup (web->pages, path);
  request = page ? g_strdup (page->request) : NULL;
  g_mutex_unlock (&web->lock);
  return request;
}

GTlsCertificate *
wh_test_web_certificate (const char *dir, char **out_path)
{
  g_autofree char *openssl = g_find_program_in_path ("openssl"), *key = g_build_filename (dir, "key.pem", NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;

  if (!openssl)
    {
      g_test_skip ("there is no openssl to make a certificate with");
      return NULL;
    }
  *out_path = g_build_filename (dir, "certificate.pem", NULL);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                              "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", *out_path,
                              NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  certificate = g_tls_certificate_new_from_files (*out_path, key, &error);
  g_assert_no_error (error);
  return certificate;
}
