/* wh-store-replies.h: what was answered to writes that came with an idempotency key. Kept in the transaction of the write, so that a
 * reply which got lost on its way, or with the server, can be given again.
 *
 * They are this store's own: no change log, no mirror, no audit. A write that is diverted cannot hold them: WH_ERROR_UNSUPPORTED. */
#pragma once

#include "base/wh-hash.h"
#include "wh-store.h"

G_BEGIN_DECLS

typedef struct {
  char   *who;        /* the principal */
  char   *key;        /* its own word for the request */
  WhHash  request;    /* of all that was asked for */
  gint64  kept_at;    /* when; set by the store */
  guint   status;     /* of HTTP */
  char   *location;   /* NULL: none */
  char   *tag;        /* ETag; NULL: none */
  char   *data;       /* one JSON value */
} WhKeptReply;

/* The one kept under a key after `since`; NULL in *out_reply where there is none. FALSE when it could not be read. */
gboolean wh_reader_reply      (WhReader *reader, const char *who, const char *key, gint64 since, WhKeptReply **out_reply, GError **error);
/* Keeps one, and forgets some that are as old as `since` or older. *out_kept FALSE: one was kept under the key after `since`; whoever
 * writes must then fail, so that nothing is done twice. */
gboolean wh_writer_keep_reply (WhWriter *writer, const WhKeptReply *reply, gint64 since, gboolean *out_kept, GError **error);
void     wh_kept_reply_free   (WhKeptReply *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhKeptReply, wh_kept_reply_free)

G_END_DECLS
