/* wh-request.h: what was asked, as a value. Handlers know no HTTP library. */
#pragma once

#include "base/wh-id.h"
#include "core/wh-principal.h"
#include "wire/wh-route.h"
#include "wh-forwarded.h"
#include "wh-gate.h"
#include "wh-rate-limits.h"
#include "wh-stream.h"

G_BEGIN_DECLS

typedef struct {
  char *name;
  char *value;
} WhParameter;

typedef struct _WhOnceKey WhOnceKey;   /* of wh-once.h */

#define WH_REQUEST_PEER_SIZE 16

/* Owned by the listener; borrowed by router and handlers for the call. */
typedef struct {
  char     *method;
  char     *path;            /* as it came, without the query */
  GArray   *parameters;      /* of WhParameter, percent-decoded, in order */
  gboolean  not_text;        /* parameters are missing, because they were no UTF-8 text */
  GArray   *fields;          /* of WhGateField: the header; its texts are borrowed for as long as the request lives */
  gboolean  local;           /* came through the data directory's socket: the owner of the data */
  guint8    peer[WH_REQUEST_PEER_SIZE];   /* who is connected: an IPv6 address, or an IPv4 one mapped into it; zeros where local */
  char     *certificate;     /* subject of the certificate that the client showed, as in RFC 4514; NULL: none */
  GByteArray *body;          /* empty without one */
  char      id[WH_ID_TEXT_LENGTH + 1];
  gint64    started;         /* wh_clock_monotonic */

  /* Set by the router. */
  WhClient       client;     /* whose request it is; not where local */
  WhRateVerdict  rate;       /* what is left of its class; limit 0: it was not counted */
  const WhRoute *route;      /* NULL: none */
  char          *value;      /* of {id} */
  WhPrincipal   *principal;
  WhOnceKey     *once;       /* of a write that came with an idempotency key; NULL: none */

  /* Set by a handler that is done, where its reply is not simply 200. */
  guint          reply_status; /* 0: 200 */
  char          *location;     /* where what was made is; NULL: no header */
  const char    *reply_type;   /* of a reply that is sent as it is; NULL: JSON in the envelope */
  const char    *reply_tag;    /* its ETag, quotes and all; NULL: none, or that of the revision */
  gboolean       reply_says_more;  /* than the row: that its revision is the same is no reason to answer 304 */
  WhStream      *stream;       /* the reply, which then has no envelope; NULL: none */
  gint64         revision;     /* of the row in the reply, for its ETag; 0: none */

  /* Set by a handler that fails: what the error is about. */
  guint          error_status; /* of HTTP; 0: the general one of the error */
  const char    *error_code;   /* stable word; NULL: the general one of the error */
  const char    *error_field;  /* parameter or body field; NULL: none */
  char          *code_kept;    /* memory of error_code where it is made up */
  char          *field_kept;   /* the same of error_field */
  char          *error_details;  /* one JSON value; NULL: none */
  char          *next_cursor;  /* of a list; lives as long as the reply is written */
  char          *searched;     /* what a search looked for, to be counted each time it is asked; NULL: nothing */

  char          *kept_under;   /* set by wh-documents: what the answer will be kept under; NULL: it is not kept */
} WhRequest;

WhRequest  *wh_request_new       (const char *method, const char *path);
void        wh_request_free      (WhRequest *request);
/* The value of a header field, whatever the case of its name; the first where there are several; NULL when absent. */
const char *wh_request_header    (const WhRequest *request, const char *name);
/* Adds the parameters of "a=1&b=2". What is no UTF-8 text is left out, and the request marked. */
void        wh_request_take_query (WhRequest *request, const char *query);
/* The last value of a query parameter, NULL when absent. */
const char *wh_request_parameter (const WhRequest *request, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRequest, wh_request_free)

G_END_DECLS
