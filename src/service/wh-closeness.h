/* wh-closeness.h: how close two terpene profiles are: distance, its band, two calibrations, and what it comes from. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-analyte.h"

G_BEGIN_DECLS

#define WH_CLOSENESS_CONTRIBUTIONS 3
/* The spread of a repeated measurement, relative standard deviation. Labs seldom tell theirs: an assumption, and labelled as one. */
#define WH_CLOSENESS_RSD 0.10

/* A terpene's part in the squared Hellinger distance 1 - sum sqrt(p q) = 1/2 sum (sqrt(p) - sqrt(q))^2. */
typedef struct {
  const WhAnalyte *analyte;
  double           share, other_share;   /* of the terpenes both were tested for, 0..1: p and q */
  double           part;                 /* of the squared distance, 0..1 */
} WhContribution;

/* Everything but `shared_analytes` is NAN or empty with fewer than five terpenes that both were tested for. */
typedef struct {
  double hellinger_distance;
  double hellinger_low, hellinger_high;  /* 90 % of the distances of amounts drawn anew: measured ones with WH_CLOSENESS_RSD, censored
                                            ones anywhere in their interval. Scatter only adds to the distance of profiles that are
                                            all but equal, so theirs may lie below the band */
  double js_distance;                    /* Jensen–Shannon, base 2, square root */
  double percentile;                     /* share of random pairs of strains that are farther apart, 0..100; NAN: fewer than 100 pairs */
  double same_producer_percentile;       /* the same of two batches of one producer under one name; NAN: fewer than 30 pairs */
  guint  shared_analytes;
  guint  n_contributions;
  WhContribution contributions[WH_CLOSENESS_CONTRIBUTIONS];   /* the largest first; none between equal profiles */
} WhCloseness;

/* hellinger_distance, hellinger_low, hellinger_high, rsd_assumed, js_distance, percentile, same_producer_percentile, shared_analytes,
 * contributions:[{analyte, name, share, other_share, part, direction}], into the object that is open. `direction`: whether the first
 * has "more" or "less" of it. */
void  wh_present_closeness            (WhJsonWriter *writer, const WhCloseness *closeness);
/* "closer than 97 % of random pairs"; translated; caller frees. */
char *wh_present_closeness_words      (const WhCloseness *closeness);
/* "differs most in Limonene: 31 % against 12 % of the terpenes", "… ND against 3.1 % …"; translated; caller frees. NULL where nothing
 * differs that can be seen. */
char *wh_present_contribution_words   (const WhCloseness *closeness);

G_END_DECLS
