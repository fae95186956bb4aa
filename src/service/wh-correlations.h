/* wh-correlations.h: which terpenes go together over the strains of the catalogue.
 *
 * Amounts in mg/g, medians per strain; a strain counts for a pair where it was tested for both. Amounts rise and fall with the total,
 * so weak positive correlations say little. Bands are 90 %: Fisher's z for Pearson, with the variance of Bonett and Wright 2000
 * (Psychometrika 65:23) for Spearman. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"

G_BEGIN_DECLS

typedef struct {
  const WhAnalyte *first, *second;
  double           spearman, pearson;
  double           spearman_low, spearman_high, pearson_low, pearson_high;
  guint            n;          /* strains tested for both */
  guint            n_censored; /* of these, with an amount that is known as an interval only: its middle was taken */
} WhCorrelation;

typedef struct {
  WhSnapshot *snapshot;
  GArray     *pairs;           /* of WhCorrelation, strongest Spearman first */
  const char *engine;          /* which path ran: "cpu-avx2" … */
} WhCorrelations;

/* `analyte` (may be NULL): only pairs with it, or with the total that it is an isomer of. Pairs of fewer than 30 strains are left
 * out. WH_ERROR_INVALID where none is left. */
WhCorrelations *wh_analyst_correlate    (WhAnalyst *analyst, const WhPrincipal *principal, const WhAnalyte *analyte, GError **error);
void            wh_correlations_free    (WhCorrelations *correlations);
/* [{analyte, name, other_analyte, other_name, spearman, spearman_low, spearman_high, pearson, pearson_low, pearson_high, n,
 * n_censored, engine}], at most `limit` (0: all) */
void            wh_present_correlations (WhJsonWriter *writer, const WhCorrelations *correlations, guint limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhCorrelations, wh_correlations_free)

G_END_DECLS
