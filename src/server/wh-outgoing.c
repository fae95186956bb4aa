#include "wh-outgoing.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include "base/wh-error.h"
#include "wh-config.h"
#include "wh-outgoing-address.h"

#define CHUNK (64 * 1024)
#define USUAL_SECONDS 30
#define USUAL_BYTES (64 * 1024 * 1024)
#define LONGEST_URL 2048
#define URL_FLAGS (G_URI_FLAGS_SCHEME_NORMALIZE | G_URI_FLAGS_ENCODED)

struct _WhOutgoing {
  gatomicrefcount ref_count;
  GPtrArray      *networks;
  GTlsDatabase   *authorities;   /* NULL: the system's */
  guint           seconds;
  gsize           max_bytes;
  guint           redirects;
};

/* One call under way, redirects included. `cancellable` is its own, so that the deadline and the caller can both end it. */
typedef struct {
  WhOutgoing   *outgoing;
  char         *method;
  GUri         *uri;          /* now asked */
  GUri         *first;        /* asked at first */
  char        **headers;
  char         *content_type;
  GBytes       *sent;
  gsize         max_bytes;
  gboolean      cut;
  guint         redirects;    /* that may still be followed */
  SoupSession  *session;      /* of this host */
  SoupMessage  *message;
  GInputStream *stream;
  GByteArray   *body;
  GCancellable *cancellable;
  GCancellable *callers;
  gulong        callers_handler;
  GSource      *deadline;
  gboolean      late;
} Call;

/* -- the door ---------------------------------------------------------------------------------------------------------- */

static gboolean
load_authorities (WhOutgoing *outgoing, const char *path, GError **error)
{
  g_autoptr (GError) foreign = NULL;

  if (!path)
    return TRUE;
  outgoing->authorities = g_tls_file_database_new (path, &foreign);
  if (!outgoing->authorities)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%s holds no certificates: %s"), path, foreign->message);
  return outgoing->authorities != NULL;
}

WhOutgoing *
wh_outgoing_new (const WhOutgoingOptions *options, GError **error)
{
  g_autoptr (WhOutgoing) outgoing = g_new0 (WhOutgoing, 1);

  g_atomic_ref_count_init (&outgoing->ref_count);
  outgoing->seconds = options->seconds ? options->seconds : USUAL_SECONDS;
  outgoing->max_bytes = options->max_bytes ? options->max_bytes : USUAL_BYTES;
  outgoing->redirects = options->redirects;
  outgoing->networks = wh_outgoing_networks (options->allowed, error);
  if (!outgoing->networks || !load_authorities (outgoing, options->ca_file, error))
    return NULL;
  return g_steal_pointer (&outgoing);
}

WhOutgoing *
wh_outgoing_ref (WhOutgoing *outgoing)
{
  g_atomic_ref_count_inc (&outgoing->ref_count);
  return outgoing;
}

void
wh_outgoing_unref (WhOutgoing *outgoing)
{
  if (!g_atomic_ref_count_dec (&outgoing->ref_count))
    return;
  g_clear_pointer (&outgoing->networks, g_ptr_array_unref);
  g_clear_object (&outgoing->authorities);
  g_free (outgoing);
}

/* -- addresses --------------------------------------------------------------------------------------------------------- */

static GUri *
refuse_url (const char *url, GError **error)
{
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("“%s” is no address to call; one looks like https://host/path and has no user or password in it"), url);
  return NULL;
}

/* GLib takes nearly everything for the name of a host. */
static gboolean
is_host (const char *host)
{
  gboolean fine = host && *host;

  for (; fine && *host; host++)
    fine = g_ascii_isalnum (*host) || (guchar) *host >= 0x80 || strchr ("-._:", *host);
  return fine;
}

/* `base` NULL, or what `url` may be relative to. */
static GUri *
parse_url (GUri *base, const char *url, GError **error)
{
  g_autoptr (GUri) uri = strlen (url) > LONGEST_URL ? NULL : g_uri_parse_relative (base, url, URL_FLAGS, NULL);
  const char *scheme = uri ? g_uri_get_scheme (uri) : NULL;

  if (!uri || !is_host (g_uri_get_host (uri)) || (g_strcmp0 (scheme, "http") && g_strcmp0 (scheme, "https")) || g_uri_get_userinfo (uri)
      || g_uri_get_port (uri) == 0)
    return refuse_url (url, error);
  return g_steal_pointer (&uri);
}

static guint16
port_of (GUri *uri)
{
  int port = g_uri_get_port (uri);

  return port > 0 ? (guint16) port : g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80;
}

gboolean
wh_outgoing_check_url (const WhOutgoing *outgoing, const char *url, GError **error)
{
  g_autoptr (GUri) uri = parse_url (NULL, url, error);
  g_autoptr (GInetAddress) address = uri ? g_inet_address_new_from_string (g_uri_get_host (uri)) : NULL;

  if (address && !wh_outgoing_may_reach (outgoing->networks, address))
    g_set_error (error, WH_ERROR, WH_ERROR_DENIED,
                 _("%s is an address of a private network, which is not called. The configuration can allow it: [outgoing] allow."),
                 g_uri_get_host (uri));
  return uri && (!address || wh_outgoing_may_reach (outgoing->networks, address));
}

/* -- one call ---------------------------------------------------------------------------------------------------------- */

/* Lets go of the host that was asked. */
static void
hang_up (Call *call)
{
  g_clear_object (&call->stream);
  g_clear_object (&call->message);
  if (call->session)
    soup_session_abort (call->session);
  g_clear_object (&call->session);
}

static void
call_free (gpointer data)
{
  Call *call = data;

  if (call->deadline)
    g_source_destroy (call->deadline);
  g_clear_pointer (&call->deadline, g_source_unref);
  if (call->callers)
    g_cancellable_disconnect (call->callers, call->callers_handler);
  hang_up (call);
  g_clear_object (&call->callers);
  g_clear_object (&call->cancellable);
  g_clear_pointer (&call->uri, g_uri_unref);
  g_clear_pointer (&call->first, g_uri_unref);
  g_clear_pointer (&call->sent, g_bytes_unref);
  g_byte_array_unref (call->body);
  g_strfreev (call->headers);
  g_free (call->method);
  g_free (call->content_type);
  wh_outgoing_unref (call->outgoing);
  g_free (call);
}

/* The one place where errors of libsoup and GIO become ours. */
static void
fail (GTask *task, GError *foreign)
{
  Call *call = g_task_get_task_data (task);
  gboolean cancelled = g_error_matches (foreign, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  const char *host = g_uri_get_host (call->uri);

  if (foreign->domain == WH_ERROR)
    g_task_return_error (task, g_error_copy (foreign));
  else if (cancelled && !call->late)
    g_task_return_new_error (task, WH_ERROR, WH_ERROR_CANCELLED, _("cancelled"));
  else if (cancelled || g_error_matches (foreign, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_task_return_new_error (task, WH_ERROR, WH_ERROR_OFFLINE, _("%s did not answer in time"), host);
  else
    g_task_return_new_error (task, WH_ERROR, WH_ERROR_OFFLINE, _("%s cannot be reached: %s"), host, foreign->message);
  g_error_free (foreign);
  g_object_unref (task);
}

static void
succeed (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->message);
  WhOutgoingReply *reply = g_new0 (WhOutgoingReply, 1);

  reply->status = soup_message_get_status (call->message);
  reply->url = g_uri_to_string (call->uri);
  reply->content_type = g_strdup (soup_message_headers_get_content_type (headers, NULL));
  reply->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  reply->last_modified = g_strdup (soup_message_headers_get_one (headers, "Last-Modified"));
  reply->retry_after = g_strdup (soup_message_headers_get_one (headers, "Retry-After"));
  reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&call->body));
  call->body = g_byte_array_new ();
  g_task_return_pointer (task, reply, (GDestroyNotify) wh_outgoing_reply_free);
  g_object_unref (task);
}

static void ask (GTask *task);
static void read_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
read_more (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (call->stream, CHUNK, G_PRIORITY_DEFAULT, call->cancellable, read_cb, task);
}

/* FALSE: no more than that is wanted, and the call has ended. */
static gboolean
keep_bytes (GTask *task, GBytes *bytes)
{
  Call *call = g_task_get_task_data (task);
  gsize length = g_bytes_get_size (bytes), room = call->max_bytes - call->body->len;

  g_byte_array_append (call->body, g_bytes_get_data (bytes, NULL), (guint) MIN (length, room));
  if (length <= room)
    return TRUE;
  if (call->cut)
    succeed (task);
  else
    fail (task, g_error_new (WH_ERROR, WH_ERROR_TOO_LARGE, _("the reply of %s is larger than %" G_GSIZE_FORMAT " bytes"),
                             g_uri_get_host (call->uri), call->max_bytes));
  return FALSE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *foreign = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &foreign);

  if (!bytes)
    fail (task, foreign);
  else if (g_bytes_get_size (bytes) == 0)
    succeed (task);
  else if (keep_bytes (task, bytes))
    read_more (task);
}

/* Where the reply sends this call; NULL: it does not, or may not be followed, and is the answer. */
static GUri *
next_hop (Call *call, GError **error)
{
  static const guint moved[] = { 301, 302, 303, 307, 308 };
  guint status = soup_message_get_status (call->message);
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (call->message), "Location");
  gboolean goes_on = FALSE;
  g_autoptr (GUri) next = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (moved); i++)
    goes_on = goes_on || status == moved[i];
  if (!goes_on || !location || call->sent || call->redirects == 0)
    return NULL;
  next = parse_url (call->uri, location, error);
  if (next && g_str_equal (g_uri_get_scheme (call->uri), "https") && !g_str_equal (g_uri_get_scheme (next), "https"))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_DENIED, _("%s sends on to an address without encryption, which is not followed"),
                   g_uri_get_host (call->uri));
      return NULL;
    }
  return g_steal_pointer (&next);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *failure = NULL;
  g_autoptr (GUri) next = NULL;

  call->stream = soup_session_send_finish (SOUP_SESSION (source), result, &failure);
  if (call->stream)
    next = next_hop (call, &failure);
  if (failure)
    fail (task, failure);
  else if (next)
    {
      hang_up (call);
      call->redirects--;
      g_uri_unref (call->uri);
      call->uri = g_steal_pointer (&next);
      ask (task);
    }
  else
    read_more (task);
}

static gboolean
same_place (GUri *a, GUri *b)
{
  return g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0 && port_of (a) == port_of (b)
         && g_str_equal (g_uri_get_scheme (a), g_uri_get_scheme (b));
}

static SoupMessage *
message_new (const Call *call)
{
  SoupMessage *message = soup_message_new_from_uri (call->method, call->uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (call->sent)
    soup_message_set_request_body_from_bytes (message, call->content_type, call->sent);
  for (char **header = call->headers; header && *header && same_place (call->uri, call->first); header += 2)
    soup_message_headers_replace (headers, header[0], header[1]);
  return message;
}

/* A session of its own for each host, since its connections go where the host's guard lets them. */
static void
ask (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  g_autoptr (GSocketConnectable) host = wh_outgoing_guard_host (call->outgoing->networks, g_uri_get_host (call->uri),
                                                                port_of (call->uri));

  call->session = soup_session_new_with_options ("user-agent", "weedhounds/" WH_VERSION, "remote-connectable", host,
                                                 "timeout", call->outgoing->seconds, NULL);
  soup_session_set_proxy_resolver (call->session, NULL);
  if (call->outgoing->authorities)
    soup_session_set_tls_database (call->session, call->outgoing->authorities);
  call->message = message_new (call);
  soup_session_send_async (call->session, call->message, G_PRIORITY_DEFAULT, call->cancellable, sent_cb, task);
}

static gboolean
deadline_cb (gpointer user_data)
{
  Call *call = user_data;

  call->late = TRUE;
  g_cancellable_cancel (call->cancellable);
  return G_SOURCE_REMOVE;
}

static void
callers_cancelled_cb (GCancellable *callers, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
set_ends (Call *call, guint seconds, GCancellable *cancellable)
{
  call->deadline = g_timeout_source_new_seconds (seconds ? MIN (seconds, call->outgoing->seconds) : call->outgoing->seconds);
  g_source_set_callback (call->deadline, deadline_cb, call, NULL);
  g_source_attach (call->deadline, g_main_context_get_thread_default ());
  if (!cancellable)
    return;
  call->callers = g_object_ref (cancellable);
  call->callers_handler = g_cancellable_connect (cancellable, G_CALLBACK (callers_cancelled_cb), g_object_ref (call->cancellable),
                                                 g_object_unref);
}

static Call *
call_new (WhOutgoing *outgoing, const WhOutgoingCall *wanted)
{
  Call *call = g_new0 (Call, 1);

  call->outgoing = wh_outgoing_ref (outgoing);
  call->method = g_strdup (wanted->method);
  call->headers = g_strdupv ((char **) wanted->headers);
  call->content_type = g_strdup (wanted->content_type);
  call->sent = wanted->body ? g_bytes_ref (wanted->body) : NULL;
  call->max_bytes = wanted->max_bytes ? MIN (wanted->max_bytes, outgoing->max_bytes) : outgoing->max_bytes;
  call->cut = wanted->cut;
  call->redirects = outgoing->redirects;
  call->body = g_byte_array_new ();
  call->cancellable = g_cancellable_new ();
  return call;
}

void
wh_outgoing_send_async (WhOutgoing *outgoing, const WhOutgoingCall *wanted, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Call *call = call_new (outgoing, wanted);
  GError *error = NULL;

  g_task_set_task_data (task, call, call_free);
  call->uri = parse_url (NULL, wanted->url, &error);
  if (!call->uri)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  call->first = g_uri_ref (call->uri);
  set_ends (call, wanted->seconds, cancellable);
  ask (task);
}

WhOutgoingReply *
wh_outgoing_send_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

WhOutgoingReply *
wh_outgoing_send (WhOutgoing *outgoing, const WhOutgoingCall *call, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GAsyncResult) result = NULL;
  WhOutgoingReply *reply;

  g_main_context_push_thread_default (context);
  wh_outgoing_send_async (outgoing, call, cancellable, keep_result_cb, &result);
  while (!result)
    g_main_context_iteration (context, TRUE);
  reply = wh_outgoing_send_finish (result, error);
  /* What the session still has to put away. */
  g_clear_object (&result);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  return reply;
}

void
wh_outgoing_reply_free (WhOutgoingReply *reply)
{
  g_free (reply->url);
  g_free (reply->content_type);
  g_free (reply->etag);
  g_free (reply->last_modified);
  g_free (reply->retry_after);
  g_bytes_unref (reply->body);
  g_free (reply);
}
