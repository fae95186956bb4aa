/* One request on its way: its head, its body, what is answered, and where it waits meanwhile. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-clock.h"
#include "wh-address.h"
#include "wh-listener-private.h"
#include "wh-log.h"

#define MAX_WAITING_JOBS 16
#define MAX_WAITING_SURVEYS 64
#define MAX_WAITING_WRITES 1024
#define MAX_WAITING_ANALYSES 1024     /* a few seconds on one thread */
#define MAX_DISCARDED (1024 * 1024)   /* of a body that is refused anyway */

void *
wh_listener_begin_cb (void *user_data, const char *target, struct MHD_Connection *connection)
{
  WhExchange *exchange = g_new0 (WhExchange, 1);

  exchange->connection = connection;
  exchange->peer = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
  wh_peer_head (exchange->peer);
  exchange->target = g_strdup (target);
  exchange->raw_target = target;
  return exchange;
}

void
wh_listener_completed_cb (void *user_data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
  WhExchange *exchange = *state;

  if (!exchange)
    return;
  wh_peer_rest (exchange->peer);
  if (exchange->request)
    {
      guint status = exchange->reply ? exchange->reply->status : 499;
      gint64 took = (exchange->streaming ? exchange->streaming : wh_clock_monotonic ()) - exchange->request->started;
      wh_metrics_count (exchange->listener->host->metrics, exchange->request->route, status, took);
      wh_log_request (exchange->request, status, took);
      if (!exchange->streaming)
        g_atomic_int_add (&exchange->listener->running, -1);
    }
  if (exchange->owed)
    g_atomic_pointer_add (&exchange->listener->owed, -(gssize) exchange->owed);
  wh_request_free (exchange->request);
  wh_answer_free (exchange->reply);
  g_clear_pointer (&exchange->texts, g_ptr_array_unref);
  g_free (exchange->target);
  g_free (exchange);
  *state = NULL;
}

static enum MHD_Result
collect_field_cb (void *user_data, enum MHD_ValueKind kind, const char *name, size_t name_length, const char *value, size_t value_length)
{
  GArray *fields = user_data;
  WhGateField field = { name, name_length, value ? value : "", value ? value_length : 0 };

  while (field.value_length > 0 && (field.value[field.value_length - 1] == ' ' || field.value[field.value_length - 1] == '\t'))
    field.value_length--;
  g_array_append_val (fields, field);
  return fields->len > WH_GATE_MAX_FIELDS ? MHD_NO : MHD_YES;
}

static const WhDoor *
door_of (const WhExchange *exchange)
{
  return wh_peer_door (exchange->peer);
}

/* Takes `fields`. */
static WhRequest *
make_request (WhExchange *exchange, const char *method, GArray *fields)
{
  const char *origin = wh_gate_origin_form (exchange->target);
  const char *query = strchr (origin, '?');
  g_autofree char *path = query ? g_strndup (origin, query - origin) : g_strdup (origin);
  WhRequest *request = wh_request_new (method, path);

  if (query)
    wh_request_take_query (request, query + 1);
  g_array_unref (request->fields);
  request->fields = fields;
  request->local = door_of (exchange)->kind == WH_DOOR_LOCAL;
  wh_address_to_bytes (MHD_get_connection_info (exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr, request->peer);
  return request;
}

static gint64
announced_length (struct MHD_Connection *connection)
{
  const char *length = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, "Content-Length");

  return length ? g_ascii_strtoll (length, NULL, 10) : 0;
}

static gboolean
is_chunked (struct MHD_Connection *connection)
{
  return MHD_lookup_connection_value (connection, MHD_HEADER_KIND, "Transfer-Encoding") != NULL;
}

static WhGateVerdict
check_head (WhExchange *exchange, const char *method, const char *version, const GArray *fields)
{
  const WhSettings *settings = wh_host_settings (exchange->listener->host);
  const WhGateRules rules = { .hosts = wh_settings_list (settings, WH_SETTING_HOSTS),
                              .max_head = (gsize) wh_settings_integer (settings, WH_SETTING_HEAD_BYTES) };
  const WhGateHead head = {
    .method = method,
    .target = exchange->target,
    .version = version,
    .fields = (const WhGateField *) (void *) fields->data,
    .n_fields = fields->len,
    .raw_target = exchange->raw_target,
    .size = MHD_get_connection_info (exchange->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size,
  };

  if (is_chunked (exchange->connection))
    exchange->body_start = method + head.size;
  return wh_gate_check (&head, &rules);
}

/* What reads a field wants its value without blanks at its end. */
static void
trim_fields (WhExchange *exchange, GArray *fields)
{
  for (guint i = 0; i < fields->len; i++)
    {
      WhGateField *field = &g_array_index (fields, WhGateField, i);
      if (!field->value[field->value_length])
        continue;
      if (!exchange->texts)
        exchange->texts = g_ptr_array_new_with_free_func (g_free);
      field->value = g_strndup (field->value, field->value_length);
      g_ptr_array_add (exchange->texts, (gpointer) field->value);
    }
}

static WhAnswer *
refuse_malformed (WhExchange *exchange, const WhGateVerdict *verdict)
{
  wh_metrics_refused (exchange->listener->host->metrics);
  exchange->close = TRUE;
  return wh_router_refuse (exchange->request, verdict->status, verdict->code, verdict->reason);
}

/* The head, before any byte of a body: gate, route, principal. */
static enum MHD_Result
take_head (WhExchange *exchange, const char *method, const char *version)
{
  GArray *fields = g_array_new (FALSE, FALSE, sizeof (WhGateField));
  WhGateVerdict verdict;

  MHD_get_connection_values_n (exchange->connection, MHD_HEADER_KIND, collect_field_cb, fields);
  verdict = check_head (exchange, method, version, fields);
  trim_fields (exchange, fields);
  exchange->request = make_request (exchange, verdict.status ? "GET" : method, fields);
  if (door_of (exchange)->kind == WH_DOOR_TLS)
    exchange->request->certificate
      = wh_tls_subject (MHD_get_connection_info (exchange->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session);
  g_atomic_int_inc (&exchange->listener->running);
  if (verdict.status)
    exchange->reply = refuse_malformed (exchange, &verdict);
  else if (door_of (exchange)->kind == WH_DOOR_REDIRECT)
    exchange->reply = wh_listener_redirect (exchange);
  else
    exchange->reply = wh_router_begin (exchange->listener->host, exchange->request, announced_length (exchange->connection));
  /* Where a chunked body ends is the library's word alone. */
  exchange->close |= exchange->body_start != NULL;
  wh_peer_body (exchange->peer);
  if (!exchange->reply || (verdict.status == 0 && announced_length (exchange->connection) == 0 && !exchange->body_start))
    return MHD_YES;
  /* The library ends a connection that is answered before its request was read; what is still on its way must not tear up the reply. */
  exchange->close = TRUE;
  wh_peer_linger (exchange->peer);
  return wh_listener_send (exchange);
}

/* The library says where the data of a chunk is; what stands before it in its buffer must be the head of a chunk. It is gone where the
 * data came later than its head. */
static gboolean
chunk_is_plain (const WhExchange *exchange, const char *data)
{
  const char *start = exchange->body_start, *end = exchange->chunk_end;

  return !start || data <= start || (end && end < data && wh_gate_is_chunk_head (end, (gsize) (data - end)))
         || wh_gate_is_chunk_head (start, (gsize) (data - start));
}

static enum MHD_Result
take_body (WhExchange *exchange, const char *data, size_t *length)
{
  WhRequest *request = exchange->request;

  if (!exchange->reply && !chunk_is_plain (exchange, data))
    exchange->reply = refuse_malformed (exchange, &(WhGateVerdict){ 400, "BAD_REQUEST", "bad chunk" });
  else if (!exchange->reply && request->body->len + *length > request->route->max_body)
    {
      exchange->reply = wh_router_refuse (request, 413, "TOO_LARGE", _("The body is larger than this address takes."));
      exchange->close = TRUE;
    }
  exchange->chunk_end = data + *length;
  exchange->received += *length;
  wh_peer_progress (exchange->peer, exchange->received);
  if (!exchange->reply)
    g_byte_array_append (request->body, (const guint8 *) data, (guint) *length);
  else
    exchange->discarded += *length;
  *length = 0;
  return exchange->discarded > MAX_DISCARDED ? MHD_NO : MHD_YES;
}

/* What may follow a chunked body. Where that comes in pieces, the library takes the last field of the head for its first one. */
static void
check_trailers (WhExchange *exchange)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (WhGateField));
  const GArray *head = exchange->request->fields;
  WhGateVerdict verdict;

  MHD_get_connection_values_n (exchange->connection, MHD_FOOTER_KIND, collect_field_cb, fields);
  if (fields->len > 0 && head->len > 0
      && g_array_index (fields, WhGateField, 0).name == g_array_index (head, WhGateField, head->len - 1).name)
    g_array_remove_index (fields, 0);
  verdict = wh_gate_check_trailers ((const WhGateField *) (void *) fields->data, fields->len, exchange->body_start);
  if (verdict.status)
    exchange->reply = refuse_malformed (exchange, &verdict);
}

WhAnswer *
wh_listener_busy (const WhExchange *exchange)
{
  return wh_router_refuse (exchange->request, 503, "BUSY", _("Too much is waiting to be done; try again later."));
}

/* On a thread of a pool: the connection sleeps meanwhile. */
void
wh_listener_job_cb (gpointer data, gpointer user_data)
{
  WhExchange *exchange = data;

  exchange->reply = g_cancellable_is_cancelled (exchange->listener->host->cancellable)
                      ? wh_listener_busy (exchange)
                      : wh_router_answer (exchange->listener->host, exchange->request);
  MHD_resume_connection (exchange->connection);
}

static enum MHD_Result
start_job (WhExchange *exchange, GThreadPool *pool, guint most_waiting)
{
  if (g_thread_pool_unprocessed (pool) >= most_waiting)
    {
      exchange->reply = wh_listener_busy (exchange);
      return wh_listener_send (exchange);
    }
  MHD_suspend_connection (exchange->connection);
  g_thread_pool_push (pool, exchange, NULL);
  return MHD_YES;
}

static enum MHD_Result
answer (WhExchange *exchange)
{
  const WhHost *host = exchange->listener->host;

  if (exchange->body_start && !exchange->reply)
    check_trailers (exchange);
  if (exchange->reply)
    return wh_listener_send (exchange);
  exchange->reply = wh_router_find (exchange->listener->host, exchange->request);
  if (exchange->reply)
    return wh_listener_send (exchange);
  wh_peer_work (exchange->peer);
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
      return wh_listener_send (exchange);
    }
}

enum MHD_Result
wh_listener_handle_cb (void *user_data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                       const char *data, size_t *length, void **state)
{
  WhExchange *exchange = *state;

  if (exchange->request)
    return *length ? take_body (exchange, data, length) : answer (exchange);
  exchange->listener = user_data;
  return take_head (exchange, method, version);
}
