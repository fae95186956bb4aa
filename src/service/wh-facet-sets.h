/* wh-facet-sets.h: the strains of a snapshot by what they are, a set for each value, so that counting a result is intersecting.
 * Inside the room. */
#pragma once

#include "wh-bits.h"
#include "wh-facets.h"

G_BEGIN_DECLS

#define WH_FACET_UNKNOWN G_MAXUINT

typedef struct {
  WhFacet facet;
  guint   value;      /* place of the type, analyte index, bit of the state, place of the category, place of the band, or UNKNOWN */
  WhBits *bits;
} WhFacetSet;

typedef struct {
  gsize   n_bits;
  GArray *sets;       /* of WhFacetSet */
  WhBits *in_stock;
} WhFacetSets;

/* Of a snapshot whose cards, facts and states are there. */
WhFacetSets  *wh_facet_sets_new   (const WhSnapshot *snapshot);
void          wh_facet_sets_free  (WhFacetSets *sets);
/* NULL: no strain has it. */
const WhBits *wh_facet_sets_find  (const WhFacetSets *sets, WhFacet facet, guint value);
/* The place of a type among the values; WH_FACET_UNKNOWN for what is none. */
guint         wh_facet_type       (const char *type);
/* The place of the band that a price per gram lies in. */
guint         wh_facet_price_band (double price);
/* What people call a value, and what narrows to it. */
void          wh_facet_describe   (const WhSnapshot *snapshot, WhFacetCount *count, WhFacet facet, guint value);

G_END_DECLS
