/* wh-analyst.h: similar strains, calibrated against random pairs of the local catalogue. */
#pragma once

#include "wh-catalogue.h"

G_BEGIN_DECLS

typedef struct _WhAnalyst WhAnalyst;

typedef struct {
  const WhCard *card;
  double        hellinger_distance;
  double        js_distance;       /* Jensen–Shannon, base 2, square root */
  double        percentile;        /* share of random pairs that are farther apart, 0..100; NAN when fewer than 100 pairs exist */
  guint         shared_analytes;
} WhSimilar;

typedef struct {
  WhSnapshot *snapshot;
  const WhCard *card;              /* the one asked about */
  GArray     *similar;             /* of WhSimilar, nearest first, ties by id */
  const char *engine;              /* "cpu-avx2" … */
} WhSimilars;

WhAnalyst  *wh_analyst_new      (WhCatalogue *catalogue);
void        wh_analyst_free     (WhAnalyst *analyst);
/* Over terpenes. WH_ERROR_NOT_FOUND when the strain is unknown; WH_ERROR_INVALID when it has fewer than five tested terpenes. */
WhSimilars *wh_analyst_similar  (WhAnalyst *analyst, const WhPrincipal *principal, const WhId *strain_id, guint limit, GError **error);
void        wh_similars_free    (WhSimilars *similars);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhAnalyst, wh_analyst_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSimilars, wh_similars_free)

G_END_DECLS
