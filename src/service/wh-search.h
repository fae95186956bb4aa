/* wh-search.h: the parts of a search, inside the room. */
#pragma once

#include "wh-facets.h"
#include "wh-search-filter.h"
#include "wh-search-text.h"

G_BEGIN_DECLS

/* WH_ERROR_TOO_LARGE for a text beyond its limit. */
gboolean      wh_search_check     (const WhQuery *query, GError **error);
WhHits       *wh_search_run       (WhSnapshot *snapshot, const WhQuery *query, GError **error);

/* The first `wanted` of the strains in `matches`, by a sort other than relevance: guint32. Caller frees. */
GArray       *wh_search_order     (const WhSnapshot *snapshot, const WhQuery *query, const WhSearchFilter *filter, const WhBits *matches,
                                   guint wanted);
/* Counts over all that the query finds. */
WhFacets     *wh_search_facets    (WhSnapshot *snapshot, const WhQuery *query, GError **error);
WhFacets     *wh_facets_count     (WhSnapshot *snapshot, const WhSearchFilter *filter, const WhBits *matches);

/* Fills highlight, matched and matched_by of a hit. */
void          wh_highlight_hit    (WhHit *hit, const WhSnapshot *snapshot, const WhSearchText *text);
/* The text with the matching parts marked; NULL when nothing of it matches. Caller frees. */
char         *wh_highlight_text   (const char *text, const WhSearchText *search);

G_END_DECLS
