/* wh-search-filter.h: which strains a query's filters let through. Inside the room. */
#pragma once

#include "wh-shelf-filter.h"

G_BEGIN_DECLS

typedef struct _WhSearchFilter WhSearchFilter;

/* NULL when everything passes. The query must outlive it. */
WhSearchFilter *wh_search_filter_new   (const WhSnapshot *snapshot, const WhQuery *query);
void            wh_search_filter_free  (WhSearchFilter *filter);
/* Leaves in the set of strains those that pass. NULL-safe. */
void            wh_search_filter_apply (const WhSearchFilter *filter, WhBits *strains);
/* Whether the query asks something of products beside their price, so that a strain's shelf is not all of it. NULL-safe. */
gboolean        wh_search_filter_asks_products (const WhSearchFilter *filter);
WhShelf         wh_search_filter_shelf (const WhSearchFilter *filter, guint strain);
/* The strains that pass what is asked of strains, whatever is asked of products; NULL: all. Caller frees. */
WhBits         *wh_search_filter_strains (const WhSnapshot *snapshot, const WhQuery *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSearchFilter, wh_search_filter_free)

G_END_DECLS
