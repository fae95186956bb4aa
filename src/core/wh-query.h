/* wh-query.h: what somebody asks of the catalogue, as a value. Neither SQL nor a URL.
 *
 * Percentages are total THC/CBD in % w/w as received, per strain the median over its batches; analyte ranges
 * are mg/g. */
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

typedef struct {
  gatomicrefcount ref_count;
  char    *text;              /* folded words, NULL for all */
  char    *type;              /* indica, sativa, hybrid */
  char    *state;             /* sold in this state, NULL for all */
  double   thc_min, thc_max, cbd_min, cbd_max;   /* NAN: open */
  GArray  *ranges;            /* of WhRange, never NULL */
  double   price_max;         /* per gram; NAN: open */
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
 * state:NJ. A word that is no operator stays text. */
void      wh_query_set_typed (WhQuery *query, const char *typed);
/* A bound on an analyte from words: "250", "25%", "2500 ppm"; mg/g without a unit. FALSE when it is none. */
gboolean  wh_query_add_bound (WhQuery *query, const char *analyte, gboolean minimum, const char *amount);
gboolean  wh_sort_parse   (const char *key, WhSort *out_sort);   /* name, thc_percentage, cbd_percentage, popularity, price, relevance */
const char *wh_sort_key   (WhSort sort);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhQuery, wh_query_unref)

G_END_DECLS
