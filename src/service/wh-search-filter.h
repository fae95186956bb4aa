/* wh-search-filter.h: which strains a query's filters let through. Inside the room. */
#pragma once

#include "wh-snapshot.h"

G_BEGIN_DECLS

typedef struct _WhSearchFilter WhSearchFilter;

/* What the shops have of a strain, as far as it meets the query's conditions on products. */
typedef struct {
  guint   n_in_stock;
  double  price;          /* per gram; NAN unknown */
  guint64 states;         /* bits of WhSnapshot.sold_in */
  guint   categories;     /* in stock, wh_category_bit */
} WhShelf;

/* NULL when everything passes. The query must outlive it. */
WhSearchFilter *wh_search_filter_new   (const WhSnapshot *snapshot, const WhQuery *query);
void            wh_search_filter_free  (WhSearchFilter *filter);
/* Leaves in the set of strains those that pass. NULL-safe. */
void            wh_search_filter_apply (const WhSearchFilter *filter, WhBits *strains);
/* Whether the query asks something of products beside their price, so that a strain's shelf is not all of it. NULL-safe. */
gboolean        wh_search_filter_asks_products (const WhSearchFilter *filter);
WhShelf         wh_search_filter_shelf (const WhSearchFilter *filter, guint strain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSearchFilter, wh_search_filter_free)

G_END_DECLS
