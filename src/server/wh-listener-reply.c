/* From an answer to bytes: the header fields that every reply has, and its own. */
#include "wh-listener-private.h"

enum MHD_Result
wh_listener_send (WhExchange *exchange)
{
  WhAnswer *reply = exchange->reply;
  gboolean close = exchange->close || g_atomic_int_get (&exchange->listener->host->draining);
  struct MHD_Response *response = MHD_create_response_from_buffer (reply->length, reply->body, MHD_RESPMEM_PERSISTENT);
  enum MHD_Result result;

  MHD_add_response_header (response, "Content-Type", reply->type);
  MHD_add_response_header (response, "X-Request-Id", exchange->request->id);
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
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
  wh_listener_expect (exchange->connection, WH_LISTENER_REPLY_SECONDS);
  result = MHD_queue_response (exchange->connection, reply->status, response);
  MHD_destroy_response (response);
  return result;
}
