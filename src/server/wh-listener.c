#include "wh-listener.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <microhttpd.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "wh-address.h"
#include "wh-gate.h"
#include "wh-patience.h"

#define COMMON_FLAGS (MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC)
#define N_COMMON_OPTIONS 7
#define MAX_CONNECTIONS 16384
#define MAX_PER_ADDRESS 12000
#define MAX_LOCAL_CONNECTIONS 64
#define CONNECTION_MEMORY (16 * 1024)
#define MAX_WAITING_JOBS 16
#define MAX_WAITING_SURVEYS 64
#define MAX_WAITING_WRITES 1024
#define MAX_WAITING_ANALYSES 1024     /* a few seconds on one thread */
#define MAX_DISCARDED (1024 * 1024)   /* of a body that is refused anyway */

/* Seconds a peer has for a step. */
#define IDLE_SECONDS 30
#define HEAD_SECONDS 15               /* from the end of the last reply, or the connection, to the end of the next head */
#define BODY_SECONDS 30
#define REPLY_SECONDS 60

#define DRAIN_STEP_US 20000
#define QUIET_STEPS 10                /* without a request before idle connections are cut */
#define CANCEL_SECONDS 5              /* for a job to stop after it was told to */

struct _WhListener {
  WhHost            *host;
  struct MHD_Daemon *tcp;
  struct MHD_Daemon *local;
  WhPatience        *patience;
  char              *socket_path;
  gint               running;     /* atomic: requests begun and not completed */
};

/* One request on its way. */
typedef struct {
  WhListener            *listener;
  struct MHD_Connection *connection;
  char                  *target;    /* raw, as it came */
  WhRequest             *request;   /* NULL until the head is checked */
  WhAnswer               *reply;     /* NULL until it is answered */
  gsize                  discarded; /* bytes of a body nobody wants */
  gboolean               close;     /* end the connection after the reply */
  gboolean               local;
} Exchange;

static void
expect (struct MHD_Connection *connection, guint seconds)
{
  wh_patience_expect (MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context, seconds);
}

static void
connection_cb (void *user_data, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
  WhListener *listener = user_data;

  if (code == MHD_CONNECTION_NOTIFY_CLOSED)
    {
      wh_patience_remove (listener->patience, *context);
      return;
    }
  *context = wh_patience_add (listener->patience, MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
  wh_patience_expect (*context, HEAD_SECONDS);
}

static void *
begin_cb (void *user_data, const char *target, struct MHD_Connection *connection)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->connection = connection;
  exchange->target = g_strdup (target);
  return exchange;
}

static void
completed_cb (void *user_data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
  Exchange *exchange = *state;

  if (!exchange)
    return;
  expect (connection, HEAD_SECONDS);
  if (exchange->request)
    {
      wh_metrics_count (exchange->listener->host->metrics, exchange->request->route, exchange->reply ? exchange->reply->status : 499,
                        wh_clock_monotonic () - exchange->request->started);
      g_atomic_int_add (&exchange->listener->running, -1);
    }
  wh_request_free (exchange->request);
  wh_answer_free (exchange->reply);
  g_free (exchange->target);
  g_free (exchange);
  *state = NULL;
}

static enum MHD_Result
collect_field_cb (void *user_data, enum MHD_ValueKind kind, const char *name, size_t name_length, const char *value, size_t value_length)
{
  GArray *fields = user_data;
  WhGateField field = { name, name_length, value ? value : "", value ? value_length : 0 };

  g_array_append_val (fields, field);
  return fields->len > WH_GATE_MAX_FIELDS ? MHD_NO : MHD_YES;
}

/* Decodes "a=1&b=2". What cannot be decoded is kept as it came; the handler then refuses the value. */
static void
parse_query (WhRequest *request, const char *query)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", -1);

  for (char **pair = pairs; *pair; pair++)
    {
      g_auto (GStrv) parts = g_strsplit (*pair, "=", 2);
      WhParameter parameter = { NULL, NULL };

      if (!**pair)
        continue;
      g_strdelimit (*parts, "+", ' ');
      parameter.name = g_uri_unescape_string (parts[0], NULL);
      if (parts[1])
        {
          g_strdelimit (parts[1], "+", ' ');
          parameter.value = g_uri_unescape_string (parts[1], NULL);
        }
      if (!parameter.name)
        parameter.name = g_strdup (parts[0]);
      if (!parameter.value || !g_utf8_validate (parameter.value, -1, NULL))
        {
          g_free (parameter.value);
          parameter.value = g_strdup ("");
        }
      g_array_append_val (request->parameters, parameter);
    }
}

static char *
header_of (const Exchange *exchange, const char *name)
{
  return g_strdup (MHD_lookup_connection_value (exchange->connection, MHD_HEADER_KIND, name));
}

static WhRequest *
make_request (Exchange *exchange, const char *method)
{
  const char *origin = wh_gate_origin_form (exchange->target);
  const char *query = strchr (origin, '?');
  g_autofree char *path = query ? g_strndup (origin, query - origin) : g_strdup (origin);
  WhRequest *request = wh_request_new (method, path);

  if (query)
    parse_query (request, query + 1);
  request->authorization = header_of (exchange, "Authorization");
  request->accept = header_of (exchange, "Accept");
  request->if_match = header_of (exchange, "If-Match");
  request->if_none_match = header_of (exchange, "If-None-Match");
  request->local = exchange->local;
  return request;
}

static gint64
announced_length (struct MHD_Connection *connection)
{
  const char *length = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, "Content-Length");

  return length ? g_ascii_strtoll (length, NULL, 10) : 0;
}

static enum MHD_Result
send_reply (Exchange *exchange)
{
  WhAnswer *reply = exchange->reply;
  gboolean close = exchange->close || g_atomic_int_get (&exchange->listener->host->draining);
  struct MHD_Response *response = MHD_create_response_from_buffer (reply->length, reply->body, MHD_RESPMEM_PERSISTENT);
  enum MHD_Result result;

  MHD_add_response_header (response, "Content-Type", reply->type);
  MHD_add_response_header (response, "X-Request-Id", exchange->request->id);
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  MHD_add_response_header (response, "Cache-Control", "no-store");
  if (reply->allow)
    MHD_add_response_header (response, "Allow", reply->allow);
  if (reply->location)
    MHD_add_response_header (response, "Location", reply->location);
  if (reply->etag)
    MHD_add_response_header (response, "ETag", reply->etag);
  if (reply->status == 401)
    MHD_add_response_header (response, "WWW-Authenticate", "Bearer");
  if (reply->retry_after)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", reply->retry_after);
      MHD_add_response_header (response, "Retry-After", seconds);
    }
  if (close)
    MHD_add_response_header (response, "Connection", "close");
  expect (exchange->connection, REPLY_SECONDS);
  result = MHD_queue_response (exchange->connection, reply->status, response);
  MHD_destroy_response (response);
  return result;
}

/* The head, before any byte of a body: gate, route, principal. */
static enum MHD_Result
take_head (Exchange *exchange, const char *method, const char *version)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (WhGateField));
  WhGateHead head = { method, exchange->target, version, NULL, 0 };
  const char *reason;

  MHD_get_connection_values_n (exchange->connection, MHD_HEADER_KIND, collect_field_cb, fields);
  head.fields = (const WhGateField *) (void *) fields->data;
  head.n_fields = fields->len;
  reason = wh_gate_check (&head);
  exchange->request = make_request (exchange, reason ? "GET" : method);
  g_atomic_int_inc (&exchange->listener->running);
  if (reason)
    {
      wh_metrics_refused (exchange->listener->host->metrics);
      exchange->reply = wh_router_refuse (exchange->request, 400, "BAD_REQUEST", reason);
    }
  else
    exchange->reply = wh_router_begin (exchange->listener->host, exchange->request, announced_length (exchange->connection));
  expect (exchange->connection, BODY_SECONDS);
  if (!exchange->reply)
    return MHD_YES;
  /* Answered before the body was read: what follows on this connection could be anything. */
  exchange->close = reason != NULL || announced_length (exchange->connection) > 0
                    || MHD_lookup_connection_value (exchange->connection, MHD_HEADER_KIND, "Transfer-Encoding");
  return send_reply (exchange);
}

static enum MHD_Result
take_body (Exchange *exchange, const char *data, size_t *length)
{
  WhRequest *request = exchange->request;

  if (!exchange->reply && request->body->len + *length > request->route->max_body)
    {
      exchange->reply = wh_router_refuse (request, 413, "TOO_LARGE", _("The body is larger than this address takes."));
      exchange->close = TRUE;
    }
  if (!exchange->reply)
    g_byte_array_append (request->body, (const guint8 *) data, (guint) *length);
  else
    exchange->discarded += *length;
  *length = 0;
  return exchange->discarded > MAX_DISCARDED ? MHD_NO : MHD_YES;
}

static WhAnswer *
refuse_busy (Exchange *exchange)
{
  return wh_router_refuse (exchange->request, 503, "BUSY", _("Too much is waiting to be done; try again later."));
}

/* On a thread of a pool: the connection sleeps meanwhile. */
static void
job_cb (gpointer data, gpointer user_data)
{
  Exchange *exchange = data;

  exchange->reply = g_cancellable_is_cancelled (exchange->listener->host->cancellable)
                      ? refuse_busy (exchange)
                      : wh_router_answer (exchange->listener->host, exchange->request);
  MHD_resume_connection (exchange->connection);
}

static enum MHD_Result
start_job (Exchange *exchange, GThreadPool *pool, guint most_waiting)
{
  if (g_thread_pool_unprocessed (pool) >= most_waiting)
    {
      exchange->reply = refuse_busy (exchange);
      return send_reply (exchange);
    }
  MHD_suspend_connection (exchange->connection);
  g_thread_pool_push (pool, exchange, NULL);
  return MHD_YES;
}

static enum MHD_Result
answer (Exchange *exchange)
{
  const WhHost *host = exchange->listener->host;

  if (exchange->reply)
    return send_reply (exchange);
  expect (exchange->connection, 0);
  switch (wh_router_work (exchange->request))
    {
    case WH_WORK_ANALYSIS:
      return start_job (exchange, host->analyses, MAX_WAITING_ANALYSES);
    case WH_WORK_SURVEY:
      return start_job (exchange, host->surveys, MAX_WAITING_SURVEYS);
    case WH_WORK_WRITE:
      return start_job (exchange, host->writes, MAX_WAITING_WRITES);
    case WH_WORK_JOB:
      return start_job (exchange, host->jobs, MAX_WAITING_JOBS);
    default:
      exchange->reply = wh_router_answer (exchange->listener->host, exchange->request);
      return send_reply (exchange);
    }
}

static enum MHD_Result
handle (WhListener *listener, gboolean local, const char *method, const char *version, const char *data, size_t *length,
        Exchange *exchange)
{
  if (!exchange->request)
    {
      exchange->listener = listener;
      exchange->local = local;
      return take_head (exchange, method, version);
    }
  return *length ? take_body (exchange, data, length) : answer (exchange);
}

static enum MHD_Result
tcp_cb (void *user_data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
        const char *data, size_t *length, void **state)
{
  return handle (user_data, FALSE, method, version, data, length, *state);
}

static enum MHD_Result
local_cb (void *user_data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
          const char *data, size_t *length, void **state)
{
  return handle (user_data, TRUE, method, version, data, length, *state);
}

/* What holds for both daemons. */
static void
fill_common_options (WhListener *listener, struct MHD_OptionItem options[N_COMMON_OPTIONS])
{
  const struct MHD_OptionItem items[N_COMMON_OPTIONS] = {
    { MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, NULL },
    { MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
    { MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
    { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t) begin_cb, NULL },
    { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t) completed_cb, NULL },
    { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t) connection_cb, listener },
    { MHD_OPTION_END, 0, NULL },
  };

  memcpy (options, items, sizeof items);
}

static struct MHD_Daemon *
start_tcp (WhListener *listener, const char *text, guint threads, GError **error)
{
  g_autoptr (GSocketAddress) address = wh_address_parse (text, error);
  struct MHD_OptionItem options[N_COMMON_OPTIONS];
  struct sockaddr_storage native;
  struct MHD_Daemon *daemon;
  guint flags = COMMON_FLAGS;

  if (!address || !g_socket_address_to_native (address, &native, sizeof native, error))
    return NULL;
  if (native.ss_family == AF_INET6)
    flags |= MHD_USE_IPv6;
  fill_common_options (listener, options);
  daemon = MHD_start_daemon (flags, 0, NULL, NULL, tcp_cb, listener, MHD_OPTION_SOCK_ADDR, &native, MHD_OPTION_THREAD_POOL_SIZE,
                             threads > 1 ? threads : 0u, MHD_OPTION_CONNECTION_LIMIT, (unsigned) MAX_CONNECTIONS,
                             MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned) MAX_PER_ADDRESS, MHD_OPTION_ARRAY, options,
                             MHD_OPTION_END);
  if (!daemon)
    g_set_error (error, WH_ERROR, WH_ERROR_BUSY, _("Cannot listen on %s: %s. Choose another port with --listen."), text,
                 g_strerror (errno));
  return daemon;
}

static struct MHD_Daemon *
start_local (WhListener *listener, GError **error)
{
  int fd = wh_address_bind_local (listener->socket_path, error);
  struct MHD_OptionItem options[N_COMMON_OPTIONS];
  struct MHD_Daemon *daemon;

  if (fd < 0)
    return NULL;
  fill_common_options (listener, options);
  daemon = MHD_start_daemon (COMMON_FLAGS, 0, NULL, NULL, local_cb, listener, MHD_OPTION_LISTEN_SOCKET, fd,
                             MHD_OPTION_CONNECTION_LIMIT, (unsigned) MAX_LOCAL_CONNECTIONS, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
  if (!daemon)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_FAILED, _("Cannot serve on %s: %s"), listener->socket_path, g_strerror (errno));
      close (fd);
    }
  return daemon;
}

WhListener *
wh_listener_new (WhHost *host, const char *address, guint threads, GError **error)
{
  WhListener *listener = g_new0 (WhListener, 1);

  listener->host = host;
  listener->patience = wh_patience_new ();
  listener->socket_path = wh_paths_serve_socket (host->data_dir);
  host->jobs = g_thread_pool_new (job_cb, NULL, 1, FALSE, NULL);
  host->writes = g_thread_pool_new (job_cb, NULL, 1, FALSE, NULL);
  host->analyses = g_thread_pool_new (job_cb, NULL, (gint) g_get_num_processors (), FALSE, NULL);
  host->surveys = g_thread_pool_new (job_cb, NULL, 1, FALSE, NULL);
  listener->tcp = start_tcp (listener, address, threads ? threads : g_get_num_processors (), error);
  listener->local = listener->tcp ? start_local (listener, error) : NULL;
  if (listener->local)
    return listener;
  wh_listener_stop (listener, 0);
  return NULL;
}

guint16
wh_listener_port (WhListener *listener)
{
  return MHD_get_daemon_info (listener->tcp, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/* Closes the door, but lets in who stands before it already: the kernel has accepted them. */
static void
stop_accepting (struct MHD_Daemon *daemon)
{
  int door = daemon ? (int) MHD_quiesce_daemon (daemon) : -1;
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  int fd;

  if (door < 0)
    return;
  while ((fd = accept4 (door, (struct sockaddr *) &address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
    {
      MHD_add_connection (daemon, fd, (struct sockaddr *) &address, length);
      length = sizeof address;
    }
  close (door);
}

static guint
count_connections (struct MHD_Daemon *daemon)
{
  return daemon ? MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections : 0;
}

/* Until nobody is connected, or those who are have asked nothing for a while. FALSE when time runs out first. */
static gboolean
wait_until_quiet (WhListener *listener, guint seconds)
{
  gint64 deadline = wh_clock_monotonic () + (gint64) seconds * G_USEC_PER_SEC;

  for (guint quiet = 0; quiet < QUIET_STEPS && count_connections (listener->tcp) + count_connections (listener->local) > 0; quiet++)
    {
      if (wh_clock_monotonic () > deadline)
        return FALSE;
      g_usleep (DRAIN_STEP_US);
      if (g_atomic_int_get (&listener->running) > 0)
        quiet = 0;
    }
  return TRUE;
}

void
wh_listener_stop (WhListener *listener, guint seconds)
{
  g_atomic_int_set (&listener->host->draining, 1);
  stop_accepting (listener->tcp);
  stop_accepting (listener->local);
  g_unlink (listener->socket_path);
  if (!wait_until_quiet (listener, seconds))
    {
      g_cancellable_cancel (listener->host->cancellable);
      wait_until_quiet (listener, CANCEL_SECONDS);
    }
  /* A suspended connection must be resumed before its daemon stops, so jobs end first. */
  g_thread_pool_free (g_steal_pointer (&listener->host->jobs), FALSE, TRUE);
  g_thread_pool_free (g_steal_pointer (&listener->host->writes), FALSE, TRUE);
  g_thread_pool_free (g_steal_pointer (&listener->host->analyses), FALSE, TRUE);
  g_thread_pool_free (g_steal_pointer (&listener->host->surveys), FALSE, TRUE);
  g_clear_pointer (&listener->tcp, MHD_stop_daemon);
  g_clear_pointer (&listener->local, MHD_stop_daemon);
  wh_patience_free (listener->patience);
  g_free (listener->socket_path);
  g_free (listener);
}
