/* wh-product-index.h: all listings of products, arranged for being searched. Immutable, refcounted, read by any thread. Inside the
 * room. */
#pragma once

#include "wh-products.h"
#include "wh-snapshot.h"

G_BEGIN_DECLS

struct _WhProductIndex {
  gatomicrefcount ref_count;
  WhSnapshot    *snapshot;     /* whose numbers of strains these are */
  guint          n;
  WhProductListing *listings;  /* sold in most places first, then by name */
  GStringChunk  *text;
  WhSearchIndex *index;        /* names; brands as aliases are */
  WhShelves     *shelves;      /* prices per gram, or per package of what is not weighed */
};

WhProductIndex *wh_product_index_new   (WhSnapshot *snapshot, WhStore *store, const WhPrincipal *principal, GError **error);
WhProductIndex *wh_product_index_ref   (WhProductIndex *index);
void            wh_product_index_unref (WhProductIndex *index);
/* The newest there is, made when it is first asked for. Caller unrefs. */
WhProductIndex *wh_catalogue_product_index (WhCatalogue *catalogue, const WhPrincipal *principal, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhProductIndex, wh_product_index_unref)

G_END_DECLS
