/* wh-shop-figures.h: what a dispensary has on its menu, in figures. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-nouns.h"
#include "store/wh-store.h"

G_BEGIN_DECLS

typedef struct {
  guint products;
  guint brands;        /* names that differ in more than case */
  guint categories;    /* bits of wh_category_bit */
} WhShopFigures;

gboolean wh_shop_figures_read    (WhReader *reader, const WhId *shop_id, WhShopFigures *out_figures, GError **error);
/* delivery_fee, delivery_minimum in dollars, product_categories, brand_count, product_count; the caller has opened the object. */
void     wh_shop_figures_present (WhJsonWriter *writer, const WhDispensary *shop, const WhShopFigures *figures);

G_END_DECLS
