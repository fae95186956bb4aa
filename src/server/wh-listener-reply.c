/* From an answer to bytes: the header fields that every reply has, and its own. */
#include <string.h>

#include "base/wh-clock.h"
#include "wh-listener-private.h"

#define TLS_PORT 443
#define LARGE 16384      /* bytes; smaller replies fit into the kernel's buffers, and nobody waits for them */

/* Nothing here is a page: who takes a reply for one shall find that it may load, run, frame and tell nothing. */
static const struct {
  const char *name, *value;
} always[] = {
  { "X-Content-Type-Options", "nosniff" },
  { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
  { "Referrer-Policy", "no-referrer" },
  { "Cross-Origin-Resource-Policy", "same-origin" },
};

WhAnswer *
wh_listener_redirect (const WhExchange *exchange)
{
  const char *host = wh_request_header (exchange->request, "Host");
  const guint16 port = exchange->listener->secure_port;
  const char *bracket = host ? strchr (host, ']') : NULL, *colon = host ? strrchr (host, ':') : NULL;
  gsize length = colon && (!bracket || colon > bracket) ? (gsize) (colon - host) : host ? strlen (host) : 0;
  g_autofree char *name = host ? g_strndup (host, length) : NULL;
  g_autofree char *place = port == TLS_PORT ? g_strdup (name) : g_strdup_printf ("%s:%u", name, port);
  WhAnswer *answer;

  if (!host)
    return wh_router_refuse (exchange->request, 400, "BAD_REQUEST", "no Host");
  answer = wh_answer_new (308, "text/plain; charset=utf-8", g_strdup (""));
  wh_answer_set_header (answer, "Location", g_strconcat ("https://", place, wh_gate_origin_form (exchange->target), NULL));
  return answer;
}

static gboolean
has_header (const WhAnswer *reply, const char *name)
{
  for (guint i = 0; reply->headers && i < reply->headers->len; i++)
    if (g_ascii_strcasecmp (g_array_index (reply->headers, WhAnswerHeader, i).name, name) == 0)
      return TRUE;
  return FALSE;
}

static void
add_number (struct MHD_Response *response, const char *name, gint64 number)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, number);
  MHD_add_response_header (response, name, text);
}

static void
add_rate_headers (const WhRateVerdict *rate, struct MHD_Response *response)
{
  if (rate->limit == 0)
    return;
  add_number (response, "X-RateLimit-Limit", rate->limit);
  add_number (response, "X-RateLimit-Remaining", rate->remaining);
  add_number (response, "X-RateLimit-Reset", rate->reset);
}

static void
add_common_headers (const WhExchange *exchange, struct MHD_Response *response)
{
  const WhDoor *door = wh_peer_door (exchange->peer);
  gint64 seconds = wh_settings_integer (wh_host_settings (exchange->listener->host), WH_SETTING_TLS_HSTS_SECONDS);
  char text[32];

  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    MHD_add_response_header (response, always[i].name, always[i].value);
  if (door->kind != WH_DOOR_TLS || seconds == 0)
    return;
  g_snprintf (text, sizeof text, "max-age=%" G_GINT64_FORMAT, seconds);
  MHD_add_response_header (response, "Strict-Transport-Security", text);
}

/* Who asks for much and takes it slowly makes us keep it. Together they may have so much, and the next is told to come again. */
static WhAnswer *
weigh (WhExchange *exchange)
{
  WhListener *listener = exchange->listener;
  gsize length = exchange->reply->length, most;

  if (length < LARGE)
    return exchange->reply;
  most = (gsize) wh_settings_integer (wh_host_settings (listener->host), WH_SETTING_REPLY_MEGABYTES) * 1024 * 1024;
  if ((gsize) g_atomic_pointer_add (&listener->owed, (gssize) length) + length <= most)
    {
      exchange->owed = length;
      return exchange->reply;
    }
  g_atomic_pointer_add (&listener->owed, -(gssize) length);
  wh_answer_free (exchange->reply);
  return exchange->reply = wh_listener_busy (exchange);
}

/* A stream is no request that the end of the server waits for. */
static struct MHD_Response *
make_response (WhExchange *exchange)
{
  WhAnswer *reply = exchange->reply;

  if (!reply->stream)
    return MHD_create_response_from_buffer (reply->length, reply->body, MHD_RESPMEM_PERSISTENT);
  exchange->streaming = wh_clock_monotonic ();
  g_atomic_int_add (&exchange->listener->running, -1);
  return wh_listener_stream_response (exchange->connection, g_steal_pointer (&reply->stream));
}

enum MHD_Result
wh_listener_send (WhExchange *exchange)
{
  WhAnswer *reply = weigh (exchange);
  gboolean close = exchange->close || g_atomic_int_get (&exchange->listener->host->draining);
  gboolean streams = reply->stream != NULL;
  struct MHD_Response *response = make_response (exchange);
  enum MHD_Result result;

  if (reply->type)
    MHD_add_response_header (response, "Content-Type", reply->type);
  MHD_add_response_header (response, "X-Request-Id", exchange->request->id);
  add_common_headers (exchange, response);
  add_rate_headers (&exchange->request->rate, response);
  if (!has_header (reply, "Cache-Control"))
    MHD_add_response_header (response, "Cache-Control", "no-store");
  for (guint i = 0; reply->headers && i < reply->headers->len; i++)
    {
      const WhAnswerHeader *header = &g_array_index (reply->headers, WhAnswerHeader, i);
      MHD_add_response_header (response, header->name, header->value);
    }
  if (reply->status == 401)
    MHD_add_response_header (response, "WWW-Authenticate", "Bearer");
  if (close)
    MHD_add_response_header (response, "Connection", "close");
  if (streams)
    wh_peer_work (exchange->peer);
  else
    wh_peer_reply (exchange->peer);
  result = MHD_queue_response (exchange->connection, reply->status, response);
  MHD_destroy_response (response);
  return result;
}
