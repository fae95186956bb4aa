/* wh-outliers.h: tests of a strain that are far from its others, and strains whose tests scatter most. Worded as "check".
 *
 * Tests of flower (and of what nobody named), with at least five terpenes; a strain's middle is the median of each terpene.
 * - profile: Hellinger distance to the middle, 0.6745 (d - median) / MAD over 3.5, and over 0.1
 * - analyte, for one strain: mg/g against the tests of the same lab, 0.6745 |x - median| / MAD over 3.5, and at least 0.5 mg/g off;
 *   of an interval the end that is nearer to the median
 * Both need five tests; how much a strain scatters needs three. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"

G_BEGIN_DECLS

typedef struct {
  const WhCard *card;
  guint         n_tests;
  double        spread;       /* median Hellinger distance of its tests to their middle */
} WhSpread;

typedef struct {
  const WhCard    *card;
  WhId             batch_id, result_id;
  char            *batch_number, *lab, *sample_id;   /* NULL: unknown */
  gint64           test_date;                        /* WH_TIME_UNSET: unknown */
  const WhAnalyte *analyte;   /* NULL: the profile as a whole */
  double           value;     /* Hellinger distance, or mg/g; NAN: below what the lab can tell */
  double           median;    /* of the tests it is held against */
  double           z;
  guint            n_tests;   /* it is held against */
  char            *message;   /* "check: …", translated */
} WhOutlier;

typedef struct {
  WhSnapshot *snapshot;
  guint       n_tests;        /* that were looked at */
  GArray     *spreads;        /* of WhSpread, widest first */
  GPtrArray  *outliers;       /* of WhOutlier*, farthest first */
} WhOutliers;

/* `strain_id` NULL: the whole catalogue. WH_ERROR_NOT_FOUND. */
WhOutliers *wh_analyst_outliers  (WhAnalyst *analyst, const WhPrincipal *principal, const WhId *strain_id, GError **error);
void        wh_outliers_free     (WhOutliers *outliers);
/* {n_tests, strains:[{strain_id, name, n_tests, spread, demonstration}], tests:[{strain_id, name, batch_id, batch_number,
 *  lab_result_id, lab, sample_id, test_date, kind, analyte, value, median, unit, z, n_tests, message}]}, at most `limit` of each (0: all);
 * `kind` is "profile" or "analyte". */
void        wh_present_outliers  (WhJsonWriter *writer, const WhOutliers *outliers, guint limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOutliers, wh_outliers_free)

G_END_DECLS
