/* wh-compare.h: two to six strains side by side, and what differs. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"

G_BEGIN_DECLS

#define WH_COMPARE_MOST 6

/* One analyte over the strains compared. */
typedef struct {
  const WhAnalyte *analyte;
  WhAmount         amounts[WH_COMPARE_MOST];   /* mg/g, median; n == 0: not tested */
  double           difference;                 /* mg/g between the strains farthest apart, as far as the tests can tell; 0: none */
} WhContrast;

typedef struct {
  guint       first, second;   /* positions in `cards` */
  WhCloseness closeness;
} WhPair;

typedef struct {
  WhSnapshot   *snapshot;
  guint         n;
  const WhCard *cards[WH_COMPARE_MOST];
  GArray       *contrasts;     /* of WhContrast: terpenes and total cannabinoids any of them was tested for, greatest difference first */
  const char   *engine;        /* which path ran: "cpu-avx2" … */
  GArray       *pairs;         /* of WhPair, every two strains, closest first */
} WhComparison;

/* WH_ERROR_INVALID unless two to six different strains; WH_ERROR_NOT_FOUND. */
WhComparison *wh_analyst_compare      (WhAnalyst *analyst, const WhPrincipal *principal, const WhId *strain_ids, guint n, GError **error);
void          wh_comparison_free      (WhComparison *comparison);

/* {strains:[…], differences:[{analyte, name, difference, unit, amounts:[{strain_id, amount, low, high, n}]}],
 *  engine, pairs:[{strain_id, other_strain_id, what wh_present_closeness writes, words, differs, in_words}]} */
void          wh_present_comparison   (WhJsonWriter *writer, const WhComparison *comparison);
/* A sentence: how close two strains are and what each has more of; translated; caller frees. */
char         *wh_present_pair_words   (const WhComparison *comparison, const WhPair *pair);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhComparison, wh_comparison_free)

G_END_DECLS
