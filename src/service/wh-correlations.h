/* wh-correlations.h: which terpenes go together over the strains of the catalogue.
 *
 * Amounts in mg/g, medians per strain; a strain counts for a pair where it was tested for both. Amounts rise and fall with the total,
 * so weak positive correlations say little. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"

G_BEGIN_DECLS

typedef struct {
  const WhAnalyte *first, *second;
  double           spearman, pearson;
  guint            n;          /* strains tested for both */
} WhCorrelation;

typedef struct {
  WhSnapshot *snapshot;
  GArray     *pairs;           /* of WhCorrelation, strongest Spearman first */
} WhCorrelations;

/* `analyte` (may be NULL): only pairs with it. Pairs of fewer than 30 strains are left out. WH_ERROR_INVALID where none is left. */
WhCorrelations *wh_analyst_correlate    (WhAnalyst *analyst, const WhPrincipal *principal, const WhAnalyte *analyte, GError **error);
void            wh_correlations_free    (WhCorrelations *correlations);
/* [{analyte, name, other_analyte, other_name, spearman, pearson, n}], at most `limit` (0: all) */
void            wh_present_correlations (WhJsonWriter *writer, const WhCorrelations *correlations, guint limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhCorrelations, wh_correlations_free)

G_END_DECLS
