/* wh-query.h: what somebody asks of the catalogue, as a value. Neither SQL nor a URL.
 *
 * Percentages are total THC/CBD in % w/w as received, per strain the median over its batches; analyte ranges
 * are mg/g. All bounds are inclusive; one that was typed without "=" is the next number beside. */
#pragma once

#include "wh-analyte.h"

G_BEGIN_DECLS

typedef enum {
  WH_SORT_RELEVANCE,   /* best match first; popularity where there is no text */
  WH_SORT_NAME,
  WH_SORT_THC,
  WH_SORT_CBD,
  WH_SORT_POPULARITY,
  WH_SORT_PRICE,       /* per gram */
} WhSort;

typedef struct {
  WhAnalyteIndex analyte;
  double         min, max;   /* NAN: open */
} WhRange;

typedef enum {
  WH_TAG_TYPE,
  WH_TAG_STATE,
  WH_TAG_CATEGORY,     /* of wh-category.h */
  WH_TAG_BRAND,        /* folded words that a brand has */
  WH_TAG_FLAVOUR,      /* folded word that people reported */
  WH_TAG_TERPENE,      /* key of an analyte: measured, or (without) tested for and not found */
  WH_TAG_LEADING,      /* key of an analyte: the largest of the strain's terpenes */
} WhTag;

/* "flavour:lemon"; "-flavour:lemon" is one without. Flavours must all be there; of several brands or categories one is enough.
 * Category, brand, state, stock and price are asked of one product at a time. */
typedef struct {
  WhTag    tag;
  gboolean without;
  char    *value;
} WhCondition;

typedef struct {
  gatomicrefcount ref_count;
  char    *text;              /* folded words, NULL for all */
  char    *type;              /* indica, sativa, hybrid */
  char    *state;             /* sold in this state, NULL for all */
  double   thc_min, thc_max, cbd_min, cbd_max;   /* NAN: open */
  GArray  *ranges;            /* of WhRange, never NULL */
  GArray  *conditions;        /* of WhCondition, never NULL; owns the values */
  double   price_min, price_max;   /* per gram; NAN: open */
  gboolean in_stock;
  gboolean fuzzy;             /* typos allowed; default TRUE */
  WhSort   sort;
  gboolean descending;
  guint    limit;             /* default 20 */
  guint    offset;
} WhQuery;

WhQuery  *wh_query_new    (void);
WhQuery  *wh_query_ref    (const WhQuery *query);
void      wh_query_unref  (WhQuery *query);
/* Sets text and filters from what was typed: words plus thc>20, cbd<1, limonene>2mg/g, price<12, in-stock, type:indica,
 * state:NJ, category:vapes, brand:cookies, flavor:lemon, terpene:limonene, leading:limonene; all with a colon also
 * negated, -terpene:limonene. A word that is no operator stays text. */
void      wh_query_set_typed (WhQuery *query, const char *typed);
/* Takes `value`. */
void      wh_query_add_condition (WhQuery *query, WhTag tag, gboolean without, char *value);
/* A bound on an analyte from words: "250", "25%", "2500 ppm"; mg/g without a unit. FALSE when it is none. */
gboolean  wh_query_add_bound (WhQuery *query, const char *analyte, gboolean minimum, const char *amount);
gboolean  wh_sort_parse   (const char *key, WhSort *out_sort);   /* name, thc_percentage, cbd_percentage, popularity, price, relevance */
const char *wh_sort_key   (WhSort sort);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhQuery, wh_query_unref)

G_END_DECLS
