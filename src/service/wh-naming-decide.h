/* wh-naming-decide.h: what a decision about a free name changes: the alias that keeps it, and the batches and products of that name
 * that stood for no strain. Nothing is written here; a row that has a strain is never given another. */
#pragma once

#include "core/wh-edit.h"
#include "wh-naming-queue.h"

G_BEGIN_DECLS

typedef struct {
  GPtrArray *edits;       /* of WhEdit*, for the ledger (wh-ledger.h), WH_LEDGER_MOST_EDITS at a time */
  guint      n_names;
  guint      n_batches;
  guint      n_products;
} WhNamingDecision;

/* `confidence`: of the proposal that is decided on, NAN without one. Need READ_CATALOGUE. WH_ERROR_INVALID for a name without letters. */
WhNamingDecision *wh_naming_accept (WhStore *store, const WhPrincipal *principal, const char *name, const WhId *strain_id,
                                    double confidence, GError **error);
/* The strain will not be proposed for this name again. */
WhNamingDecision *wh_naming_reject (WhStore *store, const WhPrincipal *principal, const char *name, const WhId *strain_id,
                                    double confidence, GError **error);
/* Every name that the namer is certain of; no aliases are made, since the namer finds these names again. */
WhNamingDecision *wh_naming_link   (WhStore *store, const WhPrincipal *principal, WhNamer *namer, GError **error);
void              wh_naming_decision_free (WhNamingDecision *decision);

/* Decisions against a strain: inside a read, a set of what wh_naming_decided_id gives. Caller unrefs. */
GHashTable       *wh_naming_rejections    (WhReader *reader, GError **error);
/* The id of the alias that keeps a decision on this name and strain. */
WhId              wh_naming_decided_id    (const char *name, const WhId *strain_id);
/* Whether a product of this category may be of one strain. */
gboolean          wh_naming_is_of_a_strain (const char *category);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhNamingDecision, wh_naming_decision_free)

G_END_DECLS
