/* wh-chemotypes.h: strains grouped by their terpene shares, with room for those that fit nowhere.
 *
 * k-means on the square roots of shares (so that Euclidean distance is Hellinger distance), over the terpenes that most strains with
 * a profile were tested for. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"

G_BEGIN_DECLS

#define WH_CHEMOTYPES_LEADING 3
#define WH_CHEMOTYPES_EXAMPLES 5

typedef struct {
  guint n;
  struct { const WhAnalyte *analyte; double share; } leading[WH_CHEMOTYPES_LEADING];   /* of its middle; analyte NULL: fewer */
  const WhCard *examples[WH_CHEMOTYPES_EXAMPLES];   /* its best known; NULL: fewer */
} WhChemotypeGroup;

typedef struct {
  WhSnapshot *snapshot;
  GPtrArray  *terpenes;      /* of const WhAnalyte*: what was compared */
  GArray     *groups;        /* of WhChemotypeGroup, largest first; "A" is the first */
  const char *engine;        /* which path ran: "cpu-avx2" … */
  double      silhouette;    /* mean width: 1 apart, 0 no groups at all */
  double      stability;     /* mean adjusted Rand index of these groups and those found again in ten bootstrap samples of the strains,
                                censored amounts drawn anew from their intervals: 1 always the same, 0 as alike as chance */
  guint       n_values;      /* amounts that were compared */
  guint       n_censored;    /* of these, known as an interval only: the groups are those of their middles */
  guint       n_between;     /* unclassified: as near to another group as to their own */
  guint       n_untested;    /* unclassified: not tested for all of the terpenes */
  guint       n_empty;       /* unclassified: tested for all, and nothing of any was found */
  gint8      *labels;        /* per strain of the snapshot: group, or -1 unclassified */
} WhChemotypes;

/* `k` 2 to 8, or 0: as many as give the widest silhouette. WH_ERROR_INVALID with too few strains that have a profile. */
WhChemotypes *wh_analyst_chemotypes   (WhAnalyst *analyst, const WhPrincipal *principal, guint k, GError **error);
void          wh_chemotypes_free      (WhChemotypes *chemotypes);

/* {k, engine, silhouette, stability, n_values, n_censored, terpenes[], groups:[{label, n, leading:[{analyte, name, share}],
 *  examples:[{strain_id, name}]}], unclassified:{between, untested, empty}} */
void          wh_present_chemotypes   (WhJsonWriter *writer, const WhChemotypes *chemotypes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhChemotypes, wh_chemotypes_free)

G_END_DECLS
