/* wh-chemistry.h: formulas over panels and medians over batches. Amounts in mg/g.
 *
 * Sources: 7 CFR 990.1 (total THC = THC + 0.877 THCA); Smith et al. 2022, PLOS ONE e0267498 (type bins). */
#pragma once

#include "wh-measure.h"

G_BEGIN_DECLS

/* An amount with what is known about it. n == 0: nothing was tested. */
typedef struct {
  double estimate;   /* NAN when n == 0 */
  double low, high;  /* the interval; equal to the estimate for plain values */
  guint  n;          /* tests it rests on */
} WhAmount;

#define WH_AMOUNT_NONE { NAN, NAN, NAN, 0 }

typedef enum {
  WH_TYPE_UNKNOWN,
  WH_TYPE_THC_DOMINANT,   /* THC:CBD > 5 (Type I) */
  WH_TYPE_BALANCED,       /* 0.2 < THC:CBD <= 5 (Type II) */
  WH_TYPE_CBD_DOMINANT,   /* THC:CBD <= 0.2 (Type III) */
} WhChemotype;

/* Total of a neutral cannabinoid and its acid ("delta_9_thc", "cbd", "cbg" …): neutral + factor x acid.
 * n == 0 unless at least one of the two was tested. A missing one counts as not there. */
WhAmount    wh_chemistry_total       (const WhPanel *panel, const char *neutral_key);
/* Sum over a panel's terpenes, parts and their totals not counted twice. */
WhAmount    wh_chemistry_terpenes    (const WhPanel *panel);
WhAmount    wh_chemistry_cannabinoids (const WhPanel *panel);
/* The amount of one analyte, totals summed by rule from their parts ("ocimene" = reported, or alpha + beta …). */
WhAmount    wh_chemistry_amount      (const WhPanel *panel, WhAnalyteIndex analyte);
/* Median over tests; entries with n == 0 are left out. The interval is [median of lows, median of highs]. */
WhAmount    wh_chemistry_median      (const WhAmount *amounts, guint n_amounts);
/* Whether an amount (n > 0) lies below a limit rather than was measured: not detected, or below LOQ, in most tests at least. */
gboolean    wh_chemistry_is_below    (const WhAmount *amount);
WhChemotype wh_chemistry_type        (double total_thc, double total_cbd);
const char *wh_chemotype_key         (WhChemotype type);   /* "thc_dominant" … "unknown" */

G_END_DECLS
