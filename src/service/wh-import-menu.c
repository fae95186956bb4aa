#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "core/wh-weight.h"
#include "wh-import-private.h"

static char *
category_of (WhImport *import)
{
  g_autofree char *folded = wh_text_fold (wh_import_text (import, "category"));

  for (guint i = 0; *folded && i < import->categories->len; i++)
    {
      char **row = import->categories->pdata[i];
      if (strstr (folded, row[0]))
        return g_strdup (row[1]);
    }
  return *folded ? g_strdup ("other") : NULL;
}

/* The shop of the row: a column, or what the layout says. */
static WhDispensary *
make_shop (WhImport *import)
{
  g_autofree char *name = wh_import_copy (import, "shop");
  const char *prefix = wh_preset_constant (import->preset, "shop_prefix");
  const char *constant = wh_preset_constant (import->preset, "shop");
  g_autofree char *full = NULL;
  g_autofree char *slug = NULL;
  WhDispensary *shop;

  if (name)
    full = prefix ? g_strjoin (" ", prefix, name, NULL) : g_strdup (name);
  else
    full = g_strdup (constant ? constant : import->file);
  slug = wh_text_slug (full);
  shop = wh_dispensary_new (wh_id_from_key ("dispensary", import->source, slug));
  shop->name = g_steal_pointer (&full);
  shop->slug = g_steal_pointer (&slug);
  shop->state = wh_import_copy (import, "state");
  if (!shop->state)
    shop->state = g_strdup (wh_preset_constant (import->preset, "state"));
  return shop;
}

/* When the price was seen: the row, the layout, or (a menu just exported) now. "unknown" in the layout means that nobody knows. */
static gint64
observed_at (WhImport *import)
{
  const char *constant = wh_preset_constant (import->preset, "observed");
  gint64 moment = wh_import_date (import, "date");

  if (moment != WH_TIME_UNSET)
    return moment;
  if (!constant)
    return import->now;
  return wh_clock_parse (constant, &moment) ? moment : WH_TIME_UNSET;
}

static double
weight_of (WhImport *import)
{
  double grams = wh_import_number (import, "grams");

  if (!isnan (grams) && grams > 0)
    return grams;
  grams = wh_weight_parse (wh_import_text (import, "amount"));
  return isnan (grams) ? wh_weight_parse (wh_import_text (import, "name")) : grams;
}

/* A label's milligrams of active substance are no weight of the package. */
static gboolean
is_weighed (const char *category)
{
  return category && (strcmp (category, "flower") == 0 || strcmp (category, "pre-rolls") == 0 || strcmp (category, "vapes") == 0
                      || strcmp (category, "concentrates") == 0);
}

static double
label_percent (WhImport *import, const char *field, const char *text_field)
{
  const char *text = wh_import_text (import, text_field);
  double value = *wh_import_text (import, field) ? wh_import_number (import, field) : NAN;

  if (isnan (value) && g_str_has_suffix (text, "%"))
    {
      g_autofree char *number = g_strndup (text, strlen (text) - 1);
      if (!wh_text_to_number (number, &value))
        value = NAN;
    }
  return value > 0 && value <= 100 ? value : NAN;
}

static gint64
stock_flag (WhImport *import)
{
  g_autofree char *folded = wh_text_fold (wh_import_text (import, "in_stock"));

  if (!*folded)
    return WH_INTEGER_UNSET;
  return strcmp (folded, "no") != 0 && strcmp (folded, "false") != 0 && strcmp (folded, "0") != 0 && !strstr (folded, "out");
}

static void
read_stock (WhImport *import, WhProduct *product)
{
  const char *text = wh_import_text (import, "stock_quantity");
  double quantity;

  product->in_stock = stock_flag (import);
  if (!wh_text_to_number (text, &quantity) || quantity < 0 || quantity > 1e9)
    return;
  product->stock_quantity = (gint64) quantity;
  if (product->in_stock == WH_INTEGER_UNSET)
    product->in_stock = quantity > 0;
}

static void
read_price (WhImport *import, WhProduct *product)
{
  gint64 price = wh_import_cents (import, "price"), discounted = wh_import_cents (import, "discount_price");

  /* A price of 0 tells none, as everywhere: nothing is sold for nothing. */
  product->price_cents = discounted > 0 ? discounted : price > 0 ? price : WH_INTEGER_UNSET;
  if (product->price_cents == WH_INTEGER_UNSET)
    return;
  product->currency = g_strdup ("USD");
  product->price_observed_at = observed_at (import);
}

static WhProduct *
make_product (WhImport *import, const WhDispensary *shop)
{
  g_autofree char *key = wh_import_key (import);
  WhProduct *product = wh_product_new (wh_id_from_key ("product", import->source, key));

  product->dispensary_id = shop->entity.id;
  product->name = wh_import_copy (import, "name");
  product->brand = wh_import_copy (import, "brand");
  product->category = category_of (import);
  product->subcategory = wh_import_copy (import, "subcategory");
  product->strain_type = wh_import_type (wh_import_text (import, "strain_type"));
  product->amount = wh_import_copy (import, "amount");
  product->description = wh_import_copy (import, "description");
  product->url = wh_import_copy (import, "url");
  product->weight_grams = is_weighed (product->category) ? weight_of (import) : NAN;
  product->thc_percentage = label_percent (import, "thc_percent", "thc_text");
  product->cbd_percentage = label_percent (import, "cbd_percent", "cbd_text");
  read_stock (import, product);
  read_price (import, product);
  return product;
}

/* The strain a product names itself, or whose name is the product's: resolved against what is stored when written. */
static void
link_strain (WhImport *import, WhProduct *product)
{
  const char *name = wh_import_text (import, "strain");
  g_autofree char *slug = wh_text_slug (*name ? name : product->name);

  if (*slug)
    product->strain_id = wh_id_from_key ("strain", "name", slug);
}

static WhPrice *
make_price (WhImport *import, const WhProduct *product)
{
  gint64 list = wh_import_cents (import, "price");
  g_autofree char *date = wh_import_date (import, "date") != WH_TIME_UNSET ? wh_clock_format (product->price_observed_at) : g_strdup ("");
  g_autofree char *id = wh_id_to_string (&product->entity.id);
  g_autofree char *key = g_strdup_printf ("%s/%" G_GINT64_FORMAT "/%s", id, product->price_cents, date);
  WhPrice *price = wh_price_new (wh_id_from_key ("price", import->source, key));

  price->product_id = product->entity.id;
  price->amount_cents = product->price_cents;
  price->list_cents = list > product->price_cents ? list : WH_INTEGER_UNSET;
  price->currency = g_strdup ("USD");
  price->unit = g_strdup ("package");
  price->tax_basis = g_strdup ("unknown");
  price->observed_at = product->price_observed_at;
  price->observed_by = g_strdup (import->file);
  return price;
}

gboolean
wh_import_menu_row (WhImport *import, GError **error)
{
  g_autofree char *name = wh_import_copy (import, "name");
  WhDispensary *shop;
  WhProduct *product;
  WhImportUnit *unit;

  if (!name)
    {
      wh_import_refuse_row (import, "no_name", wh_import_column_name (import, "name"), NULL, _("This row has no product name."));
      return TRUE;
    }
  unit = wh_import_unit_new (1);
  shop = wh_import_unit_add (import, unit, make_shop (import), FALSE);
  product = wh_import_unit_add (import, unit, make_product (import, shop), TRUE);
  link_strain (import, product);
  if (product->price_cents != WH_INTEGER_UNSET)
    wh_import_unit_add (import, unit, make_price (import, product), FALSE);
  return wh_import_submit (import, unit, error);
}
