/* wh-facets.h: how all strains that a query finds divide, by what could narrow it further. */
#pragma once

#include "wh-catalogue.h"

G_BEGIN_DECLS

typedef enum {
  WH_FACET_TYPE,       /* the label on the package */
  WH_FACET_TERPENE,    /* the leading one, measured */
  WH_FACET_STATE,      /* of shops that sell it; a strain counts in each */
  WH_FACET_CATEGORY,   /* in stock; a strain counts in each */
  WH_FACET_PRICE,      /* per gram */
  WH_FACET_THC,        /* total, % w/w */
  WH_N_FACETS
} WhFacet;

typedef struct {
  char *value;         /* "indica", "d_limonene", "NJ", "vapes", "5-10"; NULL: not known */
  char *name;          /* for people */
  char *query;         /* what narrows a search to it; NULL where nothing does */
  guint count;         /* strains */
} WhFacetCount;

typedef struct {
  WhSnapshot *snapshot;
  guint       total;                  /* strains found */
  GArray     *counts[WH_N_FACETS];    /* of WhFacetCount, the largest first, bands in their order; none is zero, unknown comes last */
} WhFacets;

const char *wh_facet_key        (WhFacet facet);   /* "type", "terpene" … */
/* Counts over the whole result, whatever page the query asks for. NULL on error, as of wh_catalogue_search. */
WhFacets   *wh_catalogue_facets (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query, GError **error);
void        wh_facets_free      (WhFacets *facets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhFacets, wh_facets_free)

G_END_DECLS
