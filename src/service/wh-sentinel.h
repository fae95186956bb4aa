/* wh-sentinel.h: lab results that deserve a second look, each with its evidence. Worded as "check", never as a verdict.
 *
 * Rules and where they come from:
 * - impossible_ratio: THC over 15 % together with CBD over 5 % (no flower of 4,570 tested has both)
 * - over_100_percent: cannabinoids that sum to more than the sample weighs
 * - sum_over_50_percent, cannabinoid_over_40_percent, terpene_over_5_percent: more than Smith et al. 2022 accept of a flower. What
 *   nobody named counts as flower where its cannabinoids sum to no more than 50 %, and so for impossible_ratio
 * - unit_slip: cannabinoids or terpenes ten times, or a tenth of, what the strain's or the lab's other results have
 * - outlier: total THC far from the lab's other flower, or its other samples of no named kind, 0.6745 |x - median| / MAD over 5
 *   (Smith et al. 2022)
 * - bunching: clearly more of a lab's flower just above 20 % THC than just below (Zoorob 2021)
 * - copied_panel: all terpenes the same to the last digit as in another batch
 * - amended: one sample, or one batch, with two results that differ; a label that follows the older one
 * - label_over_result, label_under_result: THC on the package more than 15 % away from the result (Schwabe et al. 2023). Without a
 *   batch, away from every result of the strain
 * - expired: the newest result of what is in stock is over a year old; and once for a lab, how many of its results are
 * - and whatever the import found suspicious, by its own code. */
#pragma once

#include "base/wh-json-writer.h"
#include "store/wh-store.h"

G_BEGIN_DECLS

typedef struct {
  const char *code;        /* one of the above, or the importer's; interned */
  char       *lab;         /* NULL: not named */
  char       *name;        /* of the batch or product; NULL where it is about a lab */
  char       *sample_id;   /* NULL: unknown */
  WhId        result_id;   /* none where it is about a lab */
  WhId        product_id;  /* the one whose label is farthest off; none where it is not about products */
  double      value;       /* what the rule looked at: percent, deviations, ratio, days; NAN: nothing to show */
  char       *message;     /* "check: …", translated */
  gboolean    demonstration;   /* of a result that is made up */
} WhFinding;

/* Of WhFinding*, most serious code first: what cannot be (impossible_ratio, over_100_percent), what was written down wrongly
 * (lost_decimal_point, unit_slip, copied_panel, copied_column), outlier, the labels, bunching, the three limits of flower, the
 * importer's other codes, then amended, expired and no_unit; of one code by lab, name and sample. One finding for a code and a result,
 * however many products it concerns. Reads every lab result once, in n log n. */
GPtrArray *wh_sentinel_run      (WhStore *store, const WhPrincipal *principal, GError **error);
/* Those of a code, a lab or both (NULL: any); borrowed from `findings`. */
GPtrArray *wh_sentinel_select   (const GPtrArray *findings, const char *code, const char *lab);
/* [{code, lab, name, sample_id, lab_result_id, product_id, value, message}], at most `limit` (0: all) */
void       wh_present_findings  (WhJsonWriter *writer, const GPtrArray *findings, guint limit);

G_END_DECLS
