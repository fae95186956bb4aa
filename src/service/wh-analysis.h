/* wh-analysis.h: what the lab results of a strain, or one profile, say: totals with their formula, type, terpenes by share, how
 * firmly one of them leads, aroma. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"
#include "wh-catalogue.h"

G_BEGIN_DECLS

typedef struct {
  const char *key;        /* "thc", "cbd", "cbg", "thcv", "terpenes", "cannabinoids" */
  const char *name;       /* translated */
  char       *formula;    /* "Δ9-THC + 0.877 × THCA"; NULL for plain sums */
  WhAmount    amount;     /* mg/g, median over the results that tell; n == 0: none does */
} WhTotal;

typedef struct {
  const WhAnalyte *analyte;
  WhAmount         amount;   /* mg/g */
  double           share;    /* of the terpenes listed, 0..1 */
  double           share_low, share_high;   /* what the intervals of all amounts leave open */
  guint            leads;    /* results in which it is the largest */
} WhTerpeneShare;

typedef struct {
  guint       n_results;    /* that were looked at */
  guint       n_left_out;   /* of the strain, that were not: of other products than flower, by dry weight, or without an amount */
  guint       n_profiles;   /* of these, with at least five tested terpenes: who leads is only asked there */
  GArray     *totals;       /* of WhTotal */
  WhChemotype type;
  double      ratio;        /* THC:CBD; INFINITY without CBD, NAN without both */
  double      ratio_low, ratio_high;   /* what the intervals leave open; INFINITY where CBD may be none */
  GArray     *terpenes;     /* of WhTerpeneShare, largest first; isomers within their total */
} WhAnalysis;

/* Never NULL; panels may be NULL. */
WhAnalysis *wh_analysis_new        (const WhPanel *const *panels, guint n_panels);
/* Over the lab results that speak for a strain, as its card does: flower where there is any, as received where there is any. */
WhAnalysis *wh_analysis_of_strain  (const WhStrainDetail *detail);
void        wh_analysis_free       (WhAnalysis *analysis);
/* Share of the profiles in which the leading terpene of the medians leads, 0..1; NAN without profiles. */
double      wh_analysis_stability  (const WhAnalysis *analysis);
/* By how much of itself the leading terpene is ahead of the second, 0..1; NAN without two. */
double      wh_analysis_lead       (const WhAnalysis *analysis);

/* {n_results, n_left_out, totals:[{key, name, formula, amount, low, high, n, unit}], chemotype, thc_cbd_ratio,
 *  thc_cbd_ratio_low, thc_cbd_ratio_high,
 *  terpenes:[{analyte, name, amount, low, high, n, unit, share, share_low, share_high, leads_in}],
 *  dominant:{analyte, name, share, leads_in, of, stability, lead, stable, in_words},
 *  aroma:[{analyte, words, source}]} after strain_id, name and demonstration of the card. */
void        wh_present_analysis       (WhJsonWriter *writer, const WhAnalysis *analysis, const WhCard *card);
/* The same of a profile that is no strain: `name` (may be NULL), and at the end the nearest strains, or NULL with the reason why
 * there are none: similar:[…], similar_reason. */
void        wh_present_analysis_of_profile (WhJsonWriter *writer, const WhAnalysis *analysis, const char *name,
                                            const WhSimilars *similars, const char *reason);
/* name, effects: null, the same, and not_supported{fields, reason}. */
void        wh_present_effects_of_profile (WhJsonWriter *writer, const WhAnalysis *analysis, const char *name);
/* "β-Myrcene leads, in 61 % of 34 results"; translated; caller frees. NULL without terpenes. */
char       *wh_present_dominant_words (const WhAnalysis *analysis);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhAnalysis, wh_analysis_free)

G_END_DECLS
