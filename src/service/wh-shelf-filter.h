/* wh-shelf-filter.h: which products on a shelf meet a query's conditions on products. Inside the room. */
#pragma once

#include "wh-snapshot.h"

G_BEGIN_DECLS

typedef struct _WhShelfFilter WhShelfFilter;

/* What is on a shelf, as far as it meets the conditions. */
typedef struct {
  guint   n, n_in_stock;
  double  price;          /* per gram, of the best tier that has one; NAN unknown */
  guint64 states;         /* bits of WhSnapshot.sold_in */
  guint   categories;     /* in stock, wh_category_bit */
} WhShelf;

/* The query and the shelves must outlive it; `snapshot` knows the states. */
WhShelfFilter *wh_shelf_filter_new    (const WhSnapshot *snapshot, const WhShelves *shelves, const WhQuery *query);
void           wh_shelf_filter_free   (WhShelfFilter *filter);
/* Whether it asks anything of products beside their price. */
gboolean       wh_shelf_filter_asks   (const WhShelfFilter *filter);
/* Whether it asks for a price. */
gboolean       wh_shelf_filter_prices (const WhShelfFilter *filter);
/* Whether all it asks for is being in stock, or a state. */
gboolean       wh_shelf_filter_is_set (const WhShelfFilter *filter);
/* Whether one of the products of shelf `place` meets all conditions, and their price is within its bounds. */
gboolean       wh_shelf_filter_passes (const WhShelfFilter *filter, guint place);
WhShelf        wh_shelf_filter_shelf  (const WhShelfFilter *filter, guint place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhShelfFilter, wh_shelf_filter_free)

G_END_DECLS
