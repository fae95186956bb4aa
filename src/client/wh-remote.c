#include "wh-remote.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include "base/wh-error.h"
#include "wh-config.h"

#define CHUNK (64 * 1024)
/* A peer that is silent for so long is gone, even where a request may take minutes in all. */
#define SILENCE_SECONDS 30

struct _WhRemote {
  gatomicrefcount ref_count;
  char           *url;
  char           *key;
  SoupSession    *session;
};

/* One request under way. `cancellable` is its own, so that the deadline and the caller can both end it. */
typedef struct {
  WhRemote     *remote;
  SoupMessage  *message;
  GInputStream *stream;
  GByteArray   *body;
  gsize         max_bytes;
  GCancellable *cancellable;
  GCancellable *callers;
  gulong        callers_handler;
  guint         deadline;
  gboolean      late;
} Exchange;

char *
wh_remote_normalize_url (const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
  const char *scheme = uri ? g_uri_get_scheme (uri) : NULL;
  const char *path = uri ? g_uri_get_path (uri) : NULL;

  if (!uri || !g_uri_get_host (uri) || !*g_uri_get_host (uri) || (g_strcmp0 (scheme, "http") && g_strcmp0 (scheme, "https"))
      || (*path && strcmp (path, "/")) || g_uri_get_query (uri) || g_uri_get_fragment (uri) || g_uri_get_userinfo (uri))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no server address; it looks like https://host:8000"), url);
      return NULL;
    }
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);
  return g_uri_join (G_URI_FLAGS_NONE, scheme, NULL, host, g_uri_get_port (uri), "", NULL, NULL);
}

static WhRemote *
remote_new (const char *url, SoupSession *session)
{
  WhRemote *remote = g_new0 (WhRemote, 1);

  g_atomic_ref_count_init (&remote->ref_count);
  remote->url = g_strdup (url);
  remote->session = session;
  return remote;
}

WhRemote *
wh_remote_new (const char *url)
{
  return remote_new (url, soup_session_new_with_options ("user-agent", "weedhounds/" WH_VERSION, "timeout", SILENCE_SECONDS, NULL));
}

WhRemote *
wh_remote_new_socket (const char *socket_path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket_path);

  return remote_new ("http://localhost", soup_session_new_with_options ("user-agent", "weedhounds/" WH_VERSION,
                                                                        "remote-connectable", address, NULL));
}

WhRemote *
wh_remote_ref (WhRemote *remote)
{
  g_atomic_ref_count_inc (&remote->ref_count);
  return remote;
}

void
wh_remote_unref (WhRemote *remote)
{
  if (!g_atomic_ref_count_dec (&remote->ref_count))
    return;
  soup_session_abort (remote->session);
  g_object_unref (remote->session);
  g_free (remote->url);
  g_free (remote->key);
  g_free (remote);
}

void
wh_remote_set_key (WhRemote *remote, const char *key)
{
  g_free (remote->key);
  remote->key = g_strdup (key);
}

void
wh_remote_reply_free (WhRemoteReply *reply)
{
  g_bytes_unref (reply->body);
  g_free (reply);
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_handle_id (&exchange->deadline, g_source_remove);
  if (exchange->callers)
    g_cancellable_disconnect (exchange->callers, exchange->callers_handler);
  g_clear_object (&exchange->callers);
  g_clear_object (&exchange->cancellable);
  g_clear_object (&exchange->stream);
  g_clear_object (&exchange->message);
  g_byte_array_unref (exchange->body);
  wh_remote_unref (exchange->remote);
  g_free (exchange);
}

/* The one place where errors of libsoup and GIO become ours: whatever kept the answer away, the server is out of reach. */
static void
take_error (GError **error, Exchange *exchange, GError *foreign)
{
  gboolean cancelled = g_error_matches (foreign, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  if (cancelled && !exchange->late)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, _("cancelled"));
  else if (cancelled || g_error_matches (foreign, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error (error, WH_ERROR, WH_ERROR_OFFLINE, _("%s did not answer in time"), exchange->remote->url);
  else
    g_set_error (error, WH_ERROR, WH_ERROR_OFFLINE, _("%s cannot be reached: %s"), exchange->remote->url, foreign->message);
  g_error_free (foreign);
}

static void
fail (GTask *task, GError *foreign)
{
  GError *error = NULL;

  take_error (&error, g_task_get_task_data (task), foreign);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
succeed (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  WhRemoteReply *reply = g_new0 (WhRemoteReply, 1);

  reply->status = soup_message_get_status (exchange->message);
  reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&exchange->body));
  exchange->body = g_byte_array_new ();
  g_task_return_pointer (task, reply, (GDestroyNotify) wh_remote_reply_free);
  g_object_unref (task);
}

static void read_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
read_more (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (exchange->stream, CHUNK, G_PRIORITY_DEFAULT, exchange->cancellable, read_cb, task);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *foreign = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &foreign);

  if (!bytes)
    {
      fail (task, foreign);
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      succeed (task);
      return;
    }
  if (exchange->body->len + g_bytes_get_size (bytes) > exchange->max_bytes)
    {
      g_task_return_new_error (task, WH_ERROR, WH_ERROR_TOO_LARGE, _("the reply of %s is larger than %" G_GSIZE_FORMAT " bytes"),
                               exchange->remote->url, exchange->max_bytes);
      g_object_unref (task);
      return;
    }
  g_byte_array_append (exchange->body, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  read_more (task);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *foreign = NULL;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &foreign);
  if (exchange->stream)
    read_more (task);
  else
    fail (task, foreign);
}

static gboolean
deadline_cb (gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->deadline = 0;
  exchange->late = TRUE;
  g_cancellable_cancel (exchange->cancellable);
  return G_SOURCE_REMOVE;
}

static void
callers_cancelled_cb (GCancellable *callers, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static SoupMessage *
message_new (WhRemote *remote, const WhRemoteRequest *request)
{
  g_autofree char *address = g_strconcat (remote->url, request->path, NULL);
  SoupMessage *message = soup_message_new (request->method, address);

  if (!message)
    return NULL;
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (request->body)
    {
      g_autoptr (GBytes) body = g_bytes_new (request->body, strlen (request->body));
      soup_message_set_request_body_from_bytes (message, "application/json", body);
    }
  if (remote->key)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", remote->key, NULL);
      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
    }
  return message;
}

void
wh_remote_send_async (WhRemote *remote, const WhRemoteRequest *request, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  g_task_set_task_data (task, exchange, exchange_free);
  exchange->remote = wh_remote_ref (remote);
  exchange->body = g_byte_array_new ();
  exchange->max_bytes = request->max_bytes;
  exchange->cancellable = g_cancellable_new ();
  exchange->message = message_new (remote, request);
  if (!exchange->message)
    {
      g_task_return_new_error (task, WH_ERROR, WH_ERROR_INVALID, _("“%s%s” is no address"), remote->url, request->path);
      g_object_unref (task);
      return;
    }
  if (cancellable)
    {
      exchange->callers = g_object_ref (cancellable);
      exchange->callers_handler = g_cancellable_connect (cancellable, G_CALLBACK (callers_cancelled_cb),
                                                         g_object_ref (exchange->cancellable), g_object_unref);
    }
  if (request->seconds)
    exchange->deadline = g_timeout_add_seconds (request->seconds, deadline_cb, exchange);
  soup_session_send_async (remote->session, exchange->message, G_PRIORITY_DEFAULT, exchange->cancellable, sent_cb, task);
}

WhRemoteReply *
wh_remote_send_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
