#include <glib/gi18n.h>
#include <math.h>

#include "core/wh-freshness.h"
#include "wh-out-the-door.h"

#define MONEY_DECIMALS 2
#define MILES_DECIMALS 1
#define THC_DECIMALS 4
#define GRAM_DECIMALS 3
#define HOUR (3600 * WH_TIME_SECOND)

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

/* null: nobody knows. */
static void
add_flag (WhJsonWriter *writer, const char *key, gint8 flag)
{
  wh_json_writer_key (writer, key);
  if (flag < 0)
    wh_json_writer_null (writer);
  else
    wh_json_writer_boolean (writer, flag);
}

static void
write_shop (WhJsonWriter *writer, const WhPriceShop *shop)
{
  wh_json_writer_key (writer, "dispensary");
  wh_json_writer_begin_object (writer);
  add_id (writer, "dispensary_id", &shop->id);
  wh_json_writer_add_string (writer, "name", shop->name);
  wh_json_writer_add_string (writer, "city", shop->city);
  wh_json_writer_add_string (writer, "state", shop->state);
  wh_json_writer_end_object (writer);
}

static void
write_product (WhJsonWriter *writer, const WhPriceComparison *comparison, const WhPriceProduct *product)
{
  wh_json_writer_key (writer, "product");
  wh_json_writer_begin_object (writer);
  add_id (writer, "product_id", &product->id);
  wh_json_writer_add_string (writer, "name", product->name);
  wh_json_writer_add_string (writer, "brand", product->brand);
  wh_json_writer_add_string (writer, "category", comparison->category);
  wh_json_writer_add_string (writer, "amount", product->amount);
  wh_json_writer_add_number (writer, "weight_grams", product->grams, GRAM_DECIMALS);
  wh_json_writer_end_object (writer);
}

static void
write_offer (WhJsonWriter *writer, const WhPriceComparison *comparison, const WhOffer *offer)
{
  g_autofree char *observed = wh_clock_format (offer->product->observed_at);
  g_autofree char *check = wh_present_prices_check (comparison, offer);

  wh_json_writer_begin_object (writer);
  write_shop (writer, offer->shop);
  write_product (writer, comparison, offer->product);
  wh_json_writer_add_number (writer, "price", offer->product->price, MONEY_DECIMALS);
  wh_json_writer_add_string (writer, "currency", offer->product->currency);
  wh_json_writer_add_string (writer, "unit", "package");
  wh_json_writer_add_number (writer, "price_per_gram", offer->per_gram, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "price_per_mg_thc", offer->per_mg_thc, THC_DECIMALS);
  add_flag (writer, "in_stock", offer->product->in_stock);
  wh_json_writer_add_number (writer, "distance_miles", offer->miles, MILES_DECIMALS);
  add_flag (writer, "delivery", offer->shop->delivery);
  add_flag (writer, "pickup", offer->shop->pickup);
  wh_json_writer_add_string (writer, "observed_at", observed);
  wh_json_writer_add_boolean (writer, "stale", offer->stale);
  wh_json_writer_add_boolean (writer, "comparable", offer->comparable);
  wh_json_writer_add_string (writer, "check", check);
  if (comparison->doors)
    {
      wh_json_writer_key (writer, "out_the_door");
      wh_present_offer_door (writer, wh_price_comparison_door (comparison, offer));
    }
  wh_json_writer_end_object (writer);
}

static void
add_offer (WhJsonWriter *writer, const char *key, const WhPriceComparison *comparison, const WhOffer *offer)
{
  wh_json_writer_key (writer, key);
  if (offer)
    write_offer (writer, comparison, offer);
  else
    wh_json_writer_null (writer);
}

static void
write_compared (WhJsonWriter *writer, const WhPriceComparison *comparison)
{
  g_autofree char *words = wh_present_prices_words (comparison);

  wh_json_writer_key (writer, "compared");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "category", comparison->category);
  wh_json_writer_add_string (writer, "by", !comparison->currency ? NULL : comparison->weighed ? "price_per_gram" : "price");
  wh_json_writer_add_number (writer, "package_grams_low", comparison->grams_low, GRAM_DECIMALS);
  wh_json_writer_add_number (writer, "package_grams_high", comparison->grams_high, GRAM_DECIMALS);
  wh_json_writer_add_string (writer, "amount", comparison->amount);
  wh_json_writer_add_string (writer, "currency", comparison->currency);
  wh_json_writer_add_integer (writer, "offers", comparison->n_comparable);
  wh_json_writer_add_integer (writer, "stale", comparison->n_stale);
  wh_json_writer_add_integer (writer, "other_sizes", comparison->offers->len - comparison->n_comparable);
  wh_json_writer_add_integer (writer, "other_categories", comparison->n_other_categories);
  wh_json_writer_add_integer (writer, "without_price", comparison->n_unpriced);
  wh_json_writer_add_integer (writer, "without_place", comparison->n_unplaced);
  wh_json_writer_add_string (writer, "words", words);
  wh_json_writer_end_object (writer);
}

static void
write_statistics (WhJsonWriter *writer, const WhPriceComparison *comparison)
{
  const WhPriceStatistics *statistics = &comparison->statistics;
  g_autofree char *unit = comparison->currency ? g_strconcat (comparison->currency, comparison->weighed ? "/g" : "/package", NULL) : NULL;

  wh_json_writer_key (writer, "price_statistics");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_number (writer, "lowest", statistics->lowest, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "highest", statistics->highest, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "average", statistics->average, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "median", statistics->median, MONEY_DECIMALS);
  wh_json_writer_add_number (writer, "price_range", statistics->highest - statistics->lowest, MONEY_DECIMALS);
  wh_json_writer_add_integer (writer, "dispensaries_compared", statistics->n_shops);
  wh_json_writer_add_integer (writer, "offers", statistics->n_offers);
  wh_json_writer_add_string (writer, "unit", unit);
  wh_json_writer_add_boolean (writer, "stale", statistics->stale);
  wh_json_writer_end_object (writer);
}

void
wh_present_prices (WhJsonWriter *writer, const WhPriceComparison *comparison, guint offset, guint limit)
{
  wh_json_writer_begin_object (writer);
  write_compared (writer, comparison);
  wh_json_writer_key (writer, "price_comparison");
  wh_json_writer_begin_array (writer);
  for (guint i = offset; i < comparison->offers->len && (limit == 0 || i - offset < limit); i++)
    write_offer (writer, comparison, &g_array_index (comparison->offers, WhOffer, i));
  wh_json_writer_end_array (writer);
  write_statistics (writer, comparison);
  add_offer (writer, "best_value", comparison, comparison->best);
  add_offer (writer, "closest_option", comparison, comparison->closest);
  wh_json_writer_add_boolean (writer, "demonstration", comparison->demonstration);
  wh_json_writer_end_object (writer);
}

/* -- in words ---------------------------------------------------------------------------------------------------- */

static char *
packages_in_words (const WhPriceComparison *comparison)
{
  if (!comparison->weighed)
    return g_strdup_printf (_("per package of “%s”"), comparison->amount);
  if (comparison->grams_low == comparison->grams_high)
    return g_strdup_printf (_("per gram in packages of %g g"), comparison->grams_low);
  return g_strdup_printf (_("per gram in packages of %g to %g g"), comparison->grams_low, comparison->grams_high);
}

static void
add_age (GString *words, const WhPriceComparison *comparison)
{
  const int hours = (int) (wh_freshness_limit (WH_FACT_PRICE) / HOUR);

  if (comparison->statistics.stale)
    /* Translators: goes on after a sentence; a number of hours. */
    g_string_append_printf (words, _(" All of these prices are older than %d h: ask before relying on them."), hours);
  else if (comparison->n_stale > 0)
    /* Translators: goes on after a sentence; a number of prices, a number of hours. */
    g_string_append_printf (words, _(" %u older than %d h are listed but do not count."), comparison->n_stale, hours);
}

char *
wh_present_prices_words (const WhPriceComparison *comparison)
{
  g_autofree char *packages = NULL;
  GString *words;

  if (!comparison->category)
    return g_strdup (_("There is nothing to compare: no shop offers it."));
  if (comparison->n_comparable == 0)
    /* Translators: a category. */
    return g_strdup_printf (_("Nothing can be compared: these offers of %s do not say how much is in the package."), comparison->category);
  words = g_string_new (NULL);
  packages = packages_in_words (comparison);
  /* Translators: a category, "per gram in packages of 3.5 g", numbers of offers and of shops. */
  g_string_append_printf (words, _("Compared: %s, %s (offers: %u, shops: %u)."), comparison->category, packages,
                          comparison->statistics.n_offers, comparison->statistics.n_shops);
  add_age (words, comparison);
  return g_string_free (words, FALSE);
}

char *
wh_present_prices_check (const WhPriceComparison *comparison, const WhOffer *offer)
{
  double value = wh_price_comparison_value (comparison, offer);

  if (!offer->check)
    return NULL;
  return g_strdup_printf (comparison->weighed ? _("check: %.2f per gram is far from the middle of what is compared")
                                              : _("check: %.2f per package is far from the middle of what is compared"),
                          value);
}
