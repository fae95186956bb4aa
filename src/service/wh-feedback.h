/* wh-feedback.h: what became of an offer. Belongs to nobody: it holds no customer, and not who was asked. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-edit.h"
#include "core/wh-nouns-shop.h"
#include "wh-ledger.h"

G_BEGIN_DECLS

#define WH_FEEDBACK_REASON 500   /* bytes */
#define WH_FEEDBACK_SUBSTITUTE "substitute"
#define WH_FEEDBACK_RECOMMENDATION "recommendation"

/* Both kinds are strain or product. */
typedef struct {
  const char *about;         /* WH_FEEDBACK_SUBSTITUTE … */
  WhId        offer_id;      /* of the reply */
  WhKind      subject_kind;  /* what was asked for */
  WhId        subject_id;
  WhKind      offered_kind;
  WhId        offered_id;
  gboolean    accepted;
  const char *reason;        /* NULL: none given */
} WhOutcome;

/* "accepted" or "rejected"; FALSE for any other word. */
gboolean    wh_feedback_parse_outcome (const char *word, gboolean *out_accepted);
/* The row as an edit for the ledger, which looks whether what was asked for and offered is there. WH_ERROR_INVALID for a reason that
 * is too long. NULL on error. */
WhEdit     *wh_feedback_edit    (const WhOutcome *outcome, GError **error);
/* Gives that edit to the ledger; `seal` may be NULL. NULL with what was wrong; *out_field (may be NULL) is then the field of the row, or
 * NULL where it is none: free it. Caller unrefs. */
WhFeedback *wh_feedback_write   (WhStore *store, const WhPrincipal *principal, const WhOutcome *outcome, const WhLedgerSeal *seal,
                                 char **out_field, GError **error);
/* {feedback_id, about, substitution_id or recommendation_id, subject_kind, subject_id, offered_kind, offered_id, outcome, reason,
 * decided_at} */
void        wh_present_feedback (WhJsonWriter *writer, const WhFeedback *feedback);

G_END_DECLS
