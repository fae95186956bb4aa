#include "wh-test-listen.h"

#include <string.h>
#include <sys/socket.h>

#define WINDOW 4096

WhTestListener *
wh_test_listen_begin (const WhTestServer *server, const char *target, const char *extra)
{
  WhTestListener *listener = g_new0 (WhTestListener, 1);
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", target, extra ? extra : "");

  listener->connection = wh_test_server_connect (server);
  listener->text = g_string_new (NULL);
  listener->raw = g_string_new (NULL);
  g_socket_set_option (g_socket_connection_get_socket (listener->connection), SOL_SOCKET, SO_RCVBUF, WINDOW, NULL);
  wh_test_server_send (listener->connection, request, -1);
  return listener;
}

WhTestListener *
wh_test_listen_open (const WhTestServer *server, const char *target, const char *extra)
{
  WhTestListener *listener = wh_test_listen_begin (server, target, extra);

  wh_test_listen_until (listener, "\n\nid: ");
  return listener;
}

static void
move (WhTestListener *listener, gsize skip, gsize length, gsize drop)
{
  g_string_append_len (listener->text, listener->raw->str + skip, (gssize) length);
  g_string_erase (listener->raw, 0, (gssize) (skip + length + drop));
}

/* The head as it is, then chunk by chunk, whole ones only. */
static void
decode (WhTestListener *listener)
{
  char *end;

  if (listener->text->len == 0 && (end = strstr (listener->raw->str, "\r\n\r\n")))
    move (listener, 0, (gsize) (end - listener->raw->str) + 4, 0);
  while (listener->text->len > 0 && (end = strstr (listener->raw->str, "\r\n")))
    {
      gsize head = (gsize) (end - listener->raw->str) + 2, length = (gsize) g_ascii_strtoull (listener->raw->str, NULL, 16);
      if (listener->raw->len < head + length + 2)
        return;
      move (listener, head, length, 2);
    }
}

void
wh_test_listen_until (WhTestListener *listener, const char *needle)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (listener->connection));
  char buffer[4096];

  while (!strstr (listener->text->str, needle))
    {
      gssize n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL);
      if (n <= 0)
        g_test_message ("waiting for “%s”, the end of: %s", needle, listener->text->str);
      g_assert_cmpint (n, >, 0);
      g_string_append_len (listener->raw, buffer, n);
      decode (listener);
    }
}

char *
wh_test_listen_id (const WhTestListener *listener)
{
  const char *id = g_strrstr (listener->text->str, "\nid: ");

  g_assert_nonnull (id);
  id += strlen ("\nid: ");
  return g_strndup (id, strcspn (id, "\r\n"));
}

guint
wh_test_listen_count (const WhTestListener *listener, const char *needle)
{
  guint count = 0;

  for (const char *place = listener->text->str; (place = strstr (place, needle)); place += strlen (needle))
    count++;
  return count;
}

void
wh_test_listen_free (WhTestListener *listener)
{
  g_object_unref (listener->connection);
  g_string_free (listener->text, TRUE);
  g_string_free (listener->raw, TRUE);
  g_free (listener);
}
