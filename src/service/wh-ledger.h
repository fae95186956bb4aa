/* wh-ledger.h: the one place where changes asked for by people are checked and written.
 *
 * An edit names fields of one row. It is checked against what the fields may hold, what they refer to and what is stored; what follows
 * from it is written in the same transaction: a new observation sets the product's price when it is the newest, a movement of stock adds
 * its quantity to the product's. Doing the same again changes nothing.
 *
 * Observations of prices and movements of stock never change; they are made and, where they were a mistake, deleted, which takes back
 * what followed from them. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-edit.h"
#include "core/wh-nouns-shop.h"
#include "store/wh-store.h"

G_BEGIN_DECLS

typedef enum {
  WH_LEDGER_INSERTED,
  WH_LEDGER_UPDATED,
  WH_LEDGER_DELETED,
  WH_LEDGER_UNCHANGED,   /* it is already so */
  WH_LEDGER_CONFLICT,    /* the row is not what the edit was made on; `row` is what is there now */
  WH_LEDGER_REFUSED,
  WH_LEDGER_NOT_DONE,    /* it would have been, but another one of all or nothing was not */
} WhLedgerOutcome;

/* What became of one edit. */
typedef struct {
  WhLedgerOutcome outcome;
  WhKind    kind;
  WhId      id;
  WhEntity *row;      /* as it is now; NULL where there is none */
  GError   *error;    /* of CONFLICT and REFUSED: WH_ERROR_*, a sentence */
  char     *field;    /* what is wrong; NULL: the whole */
  char     *remark;   /* something to look at although it was done; NULL: nothing */
} WhLedgerResult;

#define WH_LEDGER_MOST_EDITS 1000

/* Applies edits (const WhEdit*) in their order in one transaction. `all_or_nothing`: one conflict or refusal undoes the others. The
 * results, one per edit, owned by the array; NULL with an error only when the store could not be written or the edits are too many. */
GPtrArray  *wh_ledger_apply       (WhStore *store, const WhPrincipal *principal, const GPtrArray *edits, gboolean all_or_nothing,
                                   GError **error);
/* Runs at the end of the transaction, with what became of the edits; FALSE takes all of it back. May run several times. */
typedef struct {
  gboolean (*func) (WhWriter *writer, const GPtrArray *results, gpointer user_data, GError **error);
  gpointer   user_data;
} WhLedgerSeal;
/* The same; `seal` may be NULL. */
GPtrArray  *wh_ledger_apply_sealed (WhStore *store, const WhPrincipal *principal, const GPtrArray *edits, gboolean all_or_nothing,
                                    const WhLedgerSeal *seal, GError **error);
/* Whether the edit was done, or already was. */
gboolean    wh_ledger_result_done (const WhLedgerResult *result);
void        wh_ledger_result_free (WhLedgerResult *result);
const char *wh_ledger_outcome_key (WhLedgerOutcome outcome);   /* "inserted" … */

/* {outcome, kind, id, row, remark, error{code, message, field}} */
void        wh_present_ledger_result (WhJsonWriter *writer, const WhLedgerResult *result);

/* What people said of a strain (field "strain_id") or product ("product_id") in their reviews. */
typedef struct {
  guint  count;      /* reviews */
  guint  rated;      /* of them with a rating */
  double average;    /* NAN without any */
} WhRatings;

gboolean    wh_ledger_ratings     (WhReader *reader, const char *field, const WhId *id, WhRatings *out_ratings, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhLedgerResult, wh_ledger_result_free)

G_END_DECLS
