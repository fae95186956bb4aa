/* wh-store-log.h: the change log as it was written, entry by entry, for who tells others what happened. Rows are not read. */
#pragma once

#include "wh-store.h"

G_BEGIN_DECLS

typedef struct {
  gint64     seq;
  WhChangeOp op;
  WhKind     kind;
  WhId       id;
  gboolean   made;       /* PUT: this change made the row that is there now */
  gboolean   is_there;   /* the row, now */
  char      *owner;      /* of the row that is there; NULL: none */
} WhLogEntry;

/* Entries after `since`, oldest first, superseded ones too; of a row that one transaction changed several times the last. From at
 * most `limit` entries, so fewer may come; *out_last is where the next page begins: `since` when there is nothing more. */
GPtrArray *wh_reader_log       (WhReader *reader, gint64 since, guint limit, gint64 *out_last, GError **error);
/* The oldest entry that is kept is the one after this; -1 on error. */
gint64     wh_reader_log_begin (WhReader *reader);

G_END_DECLS
