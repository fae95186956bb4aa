/* wh-listener-private.h: what the files of the listener share. */
#pragma once

#include <microhttpd.h>

#include "wh-listener.h"
#include "wh-patience.h"

G_BEGIN_DECLS

/* Seconds a peer has for a step. */
#define WH_LISTENER_HEAD_SECONDS 15   /* from the end of the last reply, or the connection, to the end of the next head */
#define WH_LISTENER_BODY_SECONDS 30
#define WH_LISTENER_REPLY_SECONDS 60

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
  const char            *raw_target;   /* where it stands in the library's buffer */
  const char            *body_start;   /* in that buffer, of a chunked body; NULL: it is not chunked */
  const char            *chunk_end;    /* of what came last of it; NULL: nothing yet */
  GPtrArray             *texts;     /* field values without the blanks after them; NULL: none had some */
  WhRequest             *request;   /* NULL until the head is checked */
  WhAnswer              *reply;     /* NULL until it is answered */
  gsize                  discarded; /* bytes of a body nobody wants */
  gboolean               close;     /* end the connection after the reply */
  gboolean               local;
} WhExchange;

/* What the library calls: when a request line is there, for the head and each part of the body, when all is done. */
void           *wh_listener_begin_cb     (void *user_data, const char *target, struct MHD_Connection *connection);
void            wh_listener_completed_cb (void *user_data, struct MHD_Connection *connection, void **state,
                                          enum MHD_RequestTerminationCode code);
enum MHD_Result wh_listener_tcp_cb       (void *user_data, struct MHD_Connection *connection, const char *url, const char *method,
                                          const char *version, const char *data, size_t *length, void **state);
enum MHD_Result wh_listener_local_cb     (void *user_data, struct MHD_Connection *connection, const char *url, const char *method,
                                          const char *version, const char *data, size_t *length, void **state);
/* What a pool of the host calls for a request that waits: `data` is its WhExchange. */
void            wh_listener_job_cb       (gpointer data, gpointer user_data);

/* Sends the reply that is there. */
enum MHD_Result wh_listener_send         (WhExchange *exchange);
/* The peer has so long for the next step; 0: as long as it takes. */
void            wh_listener_expect       (struct MHD_Connection *connection, guint seconds);

G_END_DECLS
