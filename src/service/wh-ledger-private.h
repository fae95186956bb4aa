/* wh-ledger-private.h: what the files of the ledger share. */
#pragma once

#include "base/wh-error.h"
#include "wh-ledger.h"

G_BEGIN_DECLS

/* One edit at work. */
typedef struct {
  WhReader          *reader;      /* sees what the transaction has written so far */
  const WhPrincipal *principal;
  gint64             now;
  const WhEdit      *edit;
  const WhEntity    *stored;      /* NULL: none */
  WhEntity          *row;         /* as it would be; NULL when it is deleted */
  GPtrArray         *changes;     /* of WhChange: what follows from it, besides the row itself */
  WhLedgerResult    *result;      /* borrowed */
  GError            *failure;     /* the store could not be read: nothing that was decided counts */
} WhLedgerWork;

/* NULL where there is none. Caller unrefs. */
gpointer wh_ledger_read    (WhLedgerWork *work, WhKind kind, const WhId *id);
/* Rows of a kind whose field is an id; NULL after a failure. */
GPtrArray *wh_ledger_find  (WhLedgerWork *work, WhKind kind, const char *field, const WhId *id);

/* Always FALSE: says why not. `field` may be NULL. */
gboolean wh_ledger_refuse  (WhLedgerWork *work, const char *field, WhErrorCode code, const char *format, ...) G_GNUC_PRINTF (4, 5);
void     wh_ledger_remark  (WhLedgerWork *work, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* -- wh-ledger-fill.c: what nobody needs to type -- */
/* The id of a new row that brings none. */
WhId     wh_ledger_fresh_id (const WhEdit *edit, const WhPrincipal *principal);
/* Authors, moments, units; and one spelling of what has several. */
void     wh_ledger_fill    (WhLedgerWork *work);

/* -- wh-ledger-check.c -- */
/* Whether the fields that were given may hold what they do. */
gboolean wh_ledger_check   (WhLedgerWork *work);

/* -- wh-ledger-links.c -- */
/* Whether what the given fields refer to is there. */
gboolean wh_ledger_check_links (WhLedgerWork *work);
/* Whether the row may go; adds the parts that go along. */
gboolean wh_ledger_release (WhLedgerWork *work);

/* -- wh-ledger-effects.c -- */
/* Adds what follows for other rows. */
void     wh_ledger_follow  (WhLedgerWork *work);

G_END_DECLS
