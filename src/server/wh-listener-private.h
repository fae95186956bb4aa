/* wh-listener-private.h: what the files of the listener share. */
#pragma once

#include <microhttpd.h>

#include "wh-doors.h"
#include "wh-linger.h"
#include "wh-listener.h"
#include "wh-peers.h"
#include "wh-tls.h"

G_BEGIN_DECLS

struct _WhListener {
  WhHost            *host;
  struct MHD_Daemon *plain;
  struct MHD_Daemon *secure;       /* NULL: no TLS */
  WhDoors           *doors;
  WhPeers           *peers;
  WhLinger          *linger;
  WhTls             *tls;          /* NULL: no TLS */
  GPtrArray         *places;       /* of char *, ended by NULL */
  char              *socket_path;
  guint              most;         /* connections */
  guint16            secure_port;  /* of the first door with TLS */
  gint               running;      /* atomic: requests begun and not completed */
  gssize             owed;         /* atomic: bytes of large replies that were not taken yet */
};

/* One request on its way. */
typedef struct {
  WhListener            *listener;
  struct MHD_Connection *connection;
  WhPeer                *peer;
  char                  *target;    /* raw, as it came */
  const char            *raw_target;   /* where it stands in the library's buffer */
  const char            *body_start;   /* in that buffer, of a chunked body; NULL: it is not chunked */
  const char            *chunk_end;    /* of what came last of it; NULL: nothing yet */
  GPtrArray             *texts;     /* field values without the blanks after them; NULL: none had some */
  WhRequest             *request;   /* NULL until the head is checked */
  WhAnswer              *reply;     /* NULL until it is answered */
  gsize                  received;  /* bytes of the body */
  gsize                  discarded; /* those of them that nobody wants */
  gsize                  owed;      /* of its listener's, those of this reply */
  gboolean               close;     /* end the connection after the reply */
  gint64                 streaming; /* wh_clock_monotonic when a stream began; 0: it is none */
} WhExchange;

/* What the library calls: when a request line is there, for the head and each part of the body, when all is done. */
void           *wh_listener_begin_cb     (void *user_data, const char *target, struct MHD_Connection *connection);
void            wh_listener_completed_cb (void *user_data, struct MHD_Connection *connection, void **state,
                                          enum MHD_RequestTerminationCode code);
enum MHD_Result wh_listener_handle_cb    (void *user_data, struct MHD_Connection *connection, const char *url, const char *method,
                                          const char *version, const char *data, size_t *length, void **state);
/* What a pool of the host calls for a request that waits: `data` is its WhExchange. */
void            wh_listener_job_cb       (gpointer data, gpointer user_data);

/* The reply that tells a peer to come again later. */
WhAnswer       *wh_listener_busy         (const WhExchange *exchange);
/* The reply that sends a peer of a door for that to the first one with TLS. */
WhAnswer       *wh_listener_redirect     (const WhExchange *exchange);
/* Sends the reply that is there. */
enum MHD_Result wh_listener_send         (WhExchange *exchange);
/* Takes `stream`. */
struct MHD_Response *wh_listener_stream_response (struct MHD_Connection *connection, WhStream *stream);

G_END_DECLS
