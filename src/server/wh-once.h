/* wh-once.h: writes that are done once however often they are asked for: the header field Idempotency-Key.
 *
 * A key is a client's own word for one request. What was answered is kept in the transaction of the write (store/wh-store-replies.h), on
 * every server of the store; the same request with the same key gets it again, also after a crash, and anything else under that key is
 * refused. What failed has changed nothing and is not kept: it may be tried again. Thread-safe. */
#pragma once

#include "store/wh-store-replies.h"
#include "wh-request.h"

G_BEGIN_DECLS

typedef struct _WhOnce WhOnce;

/* Which keys are at work in this process. */
WhOnce  *wh_once_new  (void);
void     wh_once_free (WhOnce *once);

/* Reads the key of a request that writes, if it has one: request->once. Where it was answered before, *out_reply is what was kept (free
 * it) and nothing is to be done. FALSE with request->error_… set: 400 for a key that is none, 409 while the same request is being
 * answered, 422 for another one under this key. `hours`: how long replies are kept. */
gboolean wh_once_begin (WhOnce *once, WhStore *store, WhRequest *request, guint hours, WhKeptReply **out_reply, GError **error);
/* At the end of the write: keeps what will be answered, which is `data` with request->reply_status, location, revision and reply_tag.
 * Does nothing for a request without a key. FALSE: nothing may be written. */
gboolean wh_once_keep  (WhRequest *request, WhWriter *writer, const char *data, GError **error);
/* After a handler that failed: whether another server was faster; *out_reply is then what that one answered. */
gboolean wh_once_lost  (WhStore *store, WhRequest *request, WhKeptReply **out_reply);
/* After a handler that did not call wh_once_keep in its own transaction: it has one of its own. */
void     wh_once_keep_late (WhStore *store, WhRequest *request, const char *data);
/* The id of something new that cannot keep its reply in the transaction that makes it: always the same one for the same request and key,
 * so that it is there once; without a key a fresh one. */
WhId     wh_once_id    (const WhRequest *request);
/* The request is answered. */
void     wh_once_end   (WhOnce *once, WhRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOnce, wh_once_free)

G_END_DECLS
