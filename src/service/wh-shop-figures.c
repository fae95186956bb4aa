#include "wh-shop-figures.h"

#include <math.h>

#include "core/wh-category.h"

#define MONEY_DECIMALS 2

gboolean
wh_shop_figures_read (WhReader *reader, const WhId *shop_id, WhShopFigures *out_figures, GError **error)
{
  g_autoptr (GPtrArray) products = wh_reader_find (reader, WH_KIND_PRODUCT, "dispensary_id", shop_id, 0, error);
  g_autoptr (GHashTable) brands = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  *out_figures = (WhShopFigures){ 0 };
  for (guint i = 0; products && i < products->len; i++)
    {
      const WhProduct *product = products->pdata[i];
      out_figures->categories |= wh_category_bit (product->category);
      if (product->brand && *product->brand)
        g_hash_table_add (brands, g_utf8_casefold (product->brand, -1));
    }
  out_figures->products = products ? products->len : 0;
  out_figures->brands = g_hash_table_size (brands);
  return products != NULL;
}

static void
add_dollars (WhJsonWriter *writer, const char *key, gint64 cents)
{
  wh_json_writer_add_number (writer, key, cents == WH_INTEGER_UNSET ? NAN : (double) cents / 100, MONEY_DECIMALS);
}

void
wh_shop_figures_present (WhJsonWriter *writer, const WhDispensary *shop, const WhShopFigures *figures)
{
  add_dollars (writer, "delivery_fee", shop->delivery_fee_cents);
  add_dollars (writer, "delivery_minimum", shop->delivery_minimum_cents);
  wh_json_writer_key (writer, "product_categories");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < WH_N_CATEGORIES; i++)
    if (figures->categories & 1u << i)
      wh_json_writer_string (writer, wh_category_name (i));
  wh_json_writer_end_array (writer);
  wh_json_writer_add_integer (writer, "brand_count", figures->brands);
  wh_json_writer_add_integer (writer, "product_count", figures->products);
}
