/* wh-price-index.h: every product with its shop, packed for comparing prices and finding substitutes.
 *
 * Immutable; one per revision of the catalogue; refcounted, read by any thread. Not for other rooms. */
#pragma once

#include "wh-pricing.h"

G_BEGIN_DECLS

/* What products must share to be held against each other. */
typedef struct {
  const char *category;
  const char *currency;
  const char *amount;      /* as written, but for case and spaces; NULL where the package is weighed, or says nothing */
  guint       size;        /* class of weights; 0: not weighed */
} WhLikeness;

struct _WhPriceIndex {
  gatomicrefcount ref_count;
  gint64        revision;      /* of the snapshot whose numbers of strains these are; the snapshot itself may go */
  GStringChunk *text;
  GArray       *shops;         /* of WhPriceShop */
  GArray       *products;      /* of WhPriceProduct, by strain, then id; those without a strain last */
  guint32      *strain_first;  /* n + 1: where the products of each strain begin */
  guint32      *by_id;         /* places of the products, by id */
  guint32      *by_shop;       /* places of the products, by shop */
  guint32      *shop_first;    /* where the products of each shop begin in by_shop, and their end */
  GString      *texts;         /* " name brand", folded, each once, ended by a line's end */
  GArray       *text_first;    /* of guint32: where each text begins, and the end of the last */
  guint32      *by_text;       /* places of the products, by text */
  guint32      *text_products; /* where the products of each text begin in by_text, and their end */
  GArray       *likenesses;    /* of WhLikeness */
};

WhPriceIndex *wh_price_index_new   (WhSnapshot *snapshot, WhStore *store, const WhPrincipal *principal, GError **error);
WhPriceIndex *wh_price_index_ref   (WhPriceIndex *index);
void          wh_price_index_unref (WhPriceIndex *index);
/* NULL when there is none. */
const WhPriceProduct *wh_price_index_find (const WhPriceIndex *index, const WhId *product_id);
const WhPriceShop    *wh_price_index_find_shop (const WhPriceIndex *index, const WhId *shop_id);

/* The index of the current snapshot, packed when the catalogue has moved on, and that snapshot. Caller unrefs both. */
WhPriceIndex *wh_analyst_price_index (WhAnalyst *analyst, const WhPrincipal *principal, WhSnapshot **out_snapshot, GError **error);
/* The index of this snapshot if it is packed; NULL: it is not, and nothing is begun. Caller unrefs. */
WhPriceIndex *wh_analyst_kept_price_index (WhAnalyst *analyst, const WhSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPriceIndex, wh_price_index_unref)

G_END_DECLS
