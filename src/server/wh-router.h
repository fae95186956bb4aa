/* wh-router.h: from a request value to a reply value: route table, principal, permission, handler, envelope. */
#pragma once

#include "wh-answer.h"
#include "wh-host.h"
#include "wh-request.h"

G_BEGIN_DECLS

typedef enum {
  WH_WORK_QUICK,      /* read and written at once */
  WH_WORK_ANALYSIS,   /* computed about a strain or a profile, in milliseconds: on a thread of the analyses */
  WH_WORK_SURVEY,     /* computed over the whole catalogue, in seconds maybe: on the one thread of the surveys */
  WH_WORK_WRITE,      /* changes some rows of the store: on the one thread of the writes */
  WH_WORK_JOB,        /* changes much of the store: on the one thread of the jobs */
} WhWork;

/* Once the head is known: finds the route and who asks, and checks the parameters. A reply when the answer is already certain (404,
 * 405, 401, 403, 413, 400, OPTIONS), else NULL: take the body, then call wh_router_answer. `body_length` is what the head announces, -1
 * unknown. */
WhAnswer *wh_router_begin (WhHost *host, WhRequest *request, gint64 body_length);
/* The same answer as somebody had before, while it is still true; NULL: it must be made. Takes microseconds. */
WhAnswer *wh_router_find   (WhHost *host, WhRequest *request);
/* How long answering may take. */
WhWork    wh_router_work   (const WhRequest *request);
WhAnswer *wh_router_answer (WhHost *host, WhRequest *request);
/* A reply about an error that has no route: from the gate or the listener. */
WhAnswer *wh_router_refuse (const WhRequest *request, guint status, const char *code, const char *message);

G_END_DECLS
