/* Prices by hand: what is compared with what, what is stale, far away, out of stock or a slip of the pen. */
#include <string.h>

#include "catalogue-fixture.h"
#include "service/wh-pricing.h"

#define NOW "2026-06-01T12:00:00Z"
#define MINUTE (60 * WH_TIME_SECOND)

typedef struct {
  Fixture    base;
  WhAnalyst *analyst;
  WhStrain  *strain;   /* "Blue Dream" */
  WhId       strain_id;
  gint64     now;
} Prices;

static void
set_up (Prices *prices, gconstpointer data)
{
  fixture_set_up (&prices->base, data);
  prices->analyst = wh_analyst_new (prices->base.catalogue, NULL);
  prices->strain = fixture_strain (&prices->base, "Blue Dream", "hybrid", 0.9);
  prices->strain_id = prices->strain->entity.id;
  g_assert_true (wh_clock_parse (NOW, &prices->now));
  wh_clock_freeze (prices->now);
}

static void
tear_down (Prices *prices, gconstpointer data)
{
  wh_clock_freeze (WH_TIME_UNSET);
  g_clear_pointer (&prices->analyst, wh_analyst_free);
  fixture_tear_down (&prices->base, data);
}

static WhDispensary *
add_shop (Prices *prices, const char *name, const char *state, double latitude, double longitude)
{
  WhDispensary *shop = fixture_add (&prices->base, wh_dispensary_new (wh_id_from_key ("dispensary", "test", name)));

  shop->name = g_strdup (name);
  shop->state = g_strdup (state);
  shop->latitude = latitude;
  shop->longitude = longitude;
  shop->pickup_available = 1;
  return shop;
}

/* An eighth of flower in stock, seen a minute ago. */
static WhProduct *
add_offer (Prices *prices, const WhDispensary *shop, const char *name, gint64 cents)
{
  g_autofree char *key = g_strconcat (shop->name, "/", name, NULL);
  WhProduct *product = fixture_add (&prices->base, wh_product_new (wh_id_from_key ("product", "test", key)));

  product->name = g_strdup (name);
  product->category = g_strdup ("flower");
  product->dispensary_id = shop->entity.id;
  product->strain_id = prices->strain_id;
  product->weight_grams = 3.5;
  product->in_stock = 1;
  product->price_cents = cents;
  product->currency = g_strdup ("USD");
  product->price_observed_at = prices->now - MINUTE;
  return product;
}

static WhPriceComparison *
ask (Prices *prices, const WhPriceQuestion *question)
{
  g_autoptr (GError) error = NULL;
  WhPriceComparison *comparison;

  if (prices->base.rows->len > 0)
    fixture_commit (&prices->base);
  comparison = wh_analyst_compare_prices (prices->analyst, prices->base.principal, question, &error);
  g_assert_no_error (error);
  return comparison;
}

static WhPriceComparison *
ask_for_strain (Prices *prices)
{
  WhPriceQuestion question = WH_PRICE_QUESTION_INIT;

  question.strain_id = &prices->strain_id;
  return ask (prices, &question);
}

static const WhOffer *
offer_at (const WhPriceComparison *comparison, guint place)
{
  g_assert_cmpuint (place, <, comparison->offers->len);
  return &g_array_index (comparison->offers, WhOffer, place);
}

static const WhOffer *
offer_of (const WhPriceComparison *comparison, const char *shop)
{
  for (guint i = 0; i < comparison->offers->len; i++)
    if (g_str_equal (offer_at (comparison, i)->shop->name, shop))
      return offer_at (comparison, i);
  return NULL;
}

static void
test_statistics (Prices *prices, gconstpointer data)
{
  static const gint64 cents[] = { 3500, 2800, 4200, 7000 };
  const char *const names[] = { "A", "B", "C", "D" };
  g_autoptr (WhPriceComparison) comparison = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cents); i++)
    add_offer (prices, add_shop (prices, names[i], "NJ", NAN, NAN), "Blue Dream", cents[i]);
  comparison = ask_for_strain (prices);
  g_assert_cmpuint (comparison->offers->len, ==, 4);
  g_assert_true (comparison->weighed);
  g_assert_cmpfloat_with_epsilon (comparison->statistics.lowest, 8, 1e-9);
  g_assert_cmpfloat_with_epsilon (comparison->statistics.highest, 20, 1e-9);
  g_assert_cmpfloat_with_epsilon (comparison->statistics.median, 11, 1e-9);
  g_assert_cmpfloat_with_epsilon (comparison->statistics.average, 12.5, 1e-9);
  g_assert_cmpuint (comparison->statistics.n_shops, ==, 4);
  g_assert_false (comparison->statistics.stale);
  g_assert_cmpstr (comparison->best->shop->name, ==, "B");
  g_assert_true (comparison->best == offer_at (comparison, 0));
  g_assert_null (comparison->closest);
}

/* An ounce is cheaper per gram; it is listed, and not held against eighths. */
static void
test_sizes_are_not_mixed (Prices *prices, gconstpointer data)
{
  WhDispensary *shop = add_shop (prices, "A", "NJ", NAN, NAN), *other = add_shop (prices, "B", "NJ", NAN, NAN);
  WhProduct *ounce = add_offer (prices, shop, "Blue Dream ounce", 14000), *vape = add_offer (prices, shop, "Blue Dream vape", 1000);
  g_autoptr (WhPriceComparison) comparison = NULL;
  g_autofree char *words = NULL;

  ounce->weight_grams = 28;
  g_free (vape->category);
  vape->category = g_strdup ("vapes");
  add_offer (prices, shop, "Blue Dream", 3500);
  add_offer (prices, other, "Blue Dream", 3600);
  comparison = ask_for_strain (prices);
  words = wh_present_prices_words (comparison);
  g_assert_cmpstr (comparison->category, ==, "flower");
  g_assert_cmpuint (comparison->offers->len, ==, 3);
  g_assert_cmpuint (comparison->n_comparable, ==, 2);
  g_assert_cmpuint (comparison->n_other_categories, ==, 1);
  g_assert_false (offer_at (comparison, 2)->comparable);
  g_assert_cmpfloat (comparison->grams_low, ==, 3.5);
  g_assert_cmpfloat (comparison->grams_high, ==, 3.5);
  g_assert_cmpfloat_with_epsilon (comparison->best->product->price, 35, 1e-9);
  g_assert_nonnull (strstr (words, "3.5 g"));
}

/* What is not weighed is held against equal packages only. */
static void
test_per_package (Prices *prices, gconstpointer data)
{
  WhPriceQuestion question = WH_PRICE_QUESTION_INIT;
  WhDispensary *shop = add_shop (prices, "A", "NJ", NAN, NAN);
  const char *const amounts[] = { "2.5mg", "2.5 MG", "25mg", "50mg" };
  g_autoptr (WhPriceComparison) comparison = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      g_autofree char *name = g_strdup_printf ("Gummies %u", i);
      WhProduct *product = add_offer (prices, shop, name, 1000 + 100 * i);
      product->weight_grams = NAN;
      product->amount = g_strdup (amounts[i]);
      product->thc_mg = 100;
      g_free (product->category);
      product->category = g_strdup ("edibles");
    }
  question.product_name = "gumm";
  comparison = ask (prices, &question);
  g_assert_cmpstr (comparison->category, ==, "edibles");
  g_assert_false (comparison->weighed);
  g_assert_cmpstr (comparison->amount, ==, "2.5mg");
  g_assert_cmpuint (comparison->n_comparable, ==, 2);
  g_assert_true (isnan (offer_at (comparison, 0)->per_gram));
  g_assert_cmpfloat_with_epsilon (offer_at (comparison, 0)->per_mg_thc, 0.10, 1e-9);
  g_assert_cmpfloat_with_epsilon (comparison->statistics.median, 10.5, 1e-9);
}

/* The cheapest is an hour and a minute old: listed, marked, and not the best value while there is a fresh one. */
static void
test_stale (Prices *prices, gconstpointer data)
{
  WhProduct *old = add_offer (prices, add_shop (prices, "Old", "NJ", NAN, NAN), "Blue Dream", 1000);
  g_autoptr (WhPriceComparison) comparison = NULL;
  g_autoptr (WhPriceComparison) later = NULL;

  old->price_observed_at = prices->now - 61 * MINUTE;
  add_offer (prices, add_shop (prices, "New", "NJ", NAN, NAN), "Blue Dream", 3500);
  comparison = ask_for_strain (prices);
  g_assert_cmpuint (comparison->offers->len, ==, 2);
  g_assert_true (offer_of (comparison, "Old")->stale);
  g_assert_false (offer_of (comparison, "New")->stale);
  g_assert_cmpstr (comparison->best->shop->name, ==, "New");
  g_assert_cmpfloat_with_epsilon (comparison->statistics.lowest, 10, 1e-9);
  g_assert_cmpuint (comparison->statistics.n_offers, ==, 1);
  /* When all are old the cheapest of them is the best value, and says that it is stale. */
  wh_clock_freeze (prices->now + 60 * MINUTE);
  later = ask_for_strain (prices);
  g_assert_true (later->statistics.stale);
  g_assert_cmpstr (later->best->shop->name, ==, "Old");
  g_assert_true (later->best->stale);
}

/* A fresh price beats a stale one even where it is not known whether there is any in stock. */
static void
test_stale_in_stock (Prices *prices, gconstpointer data)
{
  WhProduct *old = add_offer (prices, add_shop (prices, "Old", "NJ", NAN, NAN), "Blue Dream", 1000);
  WhProduct *fresh = add_offer (prices, add_shop (prices, "New", "NJ", NAN, NAN), "Blue Dream", 3500);
  g_autoptr (WhPriceComparison) comparison = NULL;

  old->price_observed_at = WH_TIME_UNSET;
  fresh->in_stock = WH_INTEGER_UNSET;
  comparison = ask_for_strain (prices);
  g_assert_cmpstr (comparison->best->shop->name, ==, "New");
}

/* Nobody knows how much is in these packages: two and five joints, perhaps. */
static void
test_unknown_packages (Prices *prices, gconstpointer data)
{
  WhDispensary *shop = add_shop (prices, "A", "NJ", NAN, NAN);
  g_autoptr (WhPriceComparison) comparison = NULL;
  g_autofree char *words = NULL;

  add_offer (prices, shop, "Two", 1500)->weight_grams = NAN;
  add_offer (prices, shop, "Five", 3000)->weight_grams = NAN;
  comparison = ask_for_strain (prices);
  words = wh_present_prices_words (comparison);
  g_assert_cmpuint (comparison->offers->len, ==, 2);
  g_assert_cmpuint (comparison->n_comparable, ==, 0);
  g_assert_null (comparison->best);
  g_assert_true (isnan (comparison->statistics.median));
  g_assert_nonnull (strstr (words, "do not say how much"));
}

static void
test_sold_out (Prices *prices, gconstpointer data)
{
  WhProduct *cheap = add_offer (prices, add_shop (prices, "Out", "NJ", NAN, NAN), "Blue Dream", 1000);
  WhProduct *open = add_offer (prices, add_shop (prices, "Unknown", "NJ", NAN, NAN), "Blue Dream", 2000);
  g_autoptr (WhPriceComparison) comparison = NULL;

  cheap->in_stock = 0;
  open->in_stock = WH_INTEGER_UNSET;
  add_offer (prices, add_shop (prices, "In", "NJ", NAN, NAN), "Blue Dream", 3000);
  comparison = ask_for_strain (prices);
  g_assert_cmpuint (comparison->offers->len, ==, 3);
  g_assert_cmpstr (comparison->best->shop->name, ==, "In");
}

/* Newark and Trenton from New York: 8.6 and 54 miles; and a shop that may be anywhere. */
static void
test_near (Prices *prices, gconstpointer data)
{
  WhPriceQuestion question = { .strain_id = &prices->strain_id, .near = { 40.7128, -74.0060 }, .radius = 25 };
  g_autoptr (WhPriceComparison) near = NULL;
  g_autoptr (WhPriceComparison) wide = NULL;

  add_offer (prices, add_shop (prices, "Newark", "NJ", 40.7357, -74.1724), "Blue Dream", 4000);
  add_offer (prices, add_shop (prices, "Trenton", "NJ", 40.2206, -74.7597), "Blue Dream", 3000);
  add_offer (prices, add_shop (prices, "Corner", "NJ", 41.04, -73.58), "Blue Dream", 5000);   /* in the box, not in the circle */
  add_offer (prices, add_shop (prices, "Denver", "CO", 39.7392, -104.9903), "Blue Dream", 2000);
  add_offer (prices, add_shop (prices, "Somewhere", "NJ", NAN, NAN), "Blue Dream", 1000);
  near = ask (prices, &question);
  g_assert_cmpuint (near->offers->len, ==, 1);
  g_assert_cmpuint (near->n_unplaced, ==, 1);
  g_assert_null (offer_of (near, "Corner"));
  g_assert_cmpfloat_with_epsilon (near->closest->miles, 8.85, 0.1);
  question.radius = 100;
  wide = ask (prices, &question);
  g_assert_cmpuint (wide->offers->len, ==, 3);
  g_assert_cmpstr (wide->best->shop->name, ==, "Trenton");
  g_assert_cmpstr (wide->closest->shop->name, ==, "Newark");
}

static void
test_state_and_name (Prices *prices, gconstpointer data)
{
  WhPriceQuestion state = { .strain_id = &prices->strain_id, .state = "co", .near = { NAN, NAN }, .radius = 25 };
  WhPriceQuestion name = { .product_name = "KUSH green", .near = { NAN, NAN }, .radius = 25 };
  WhProduct *kush = add_offer (prices, add_shop (prices, "A", "NJ", NAN, NAN), "OG Kush", 4000);
  g_autoptr (WhPriceComparison) in_state = NULL;
  g_autoptr (WhPriceComparison) named = NULL;

  kush->brand = g_strdup ("Greenleaf");
  add_offer (prices, add_shop (prices, "B", "CO", NAN, NAN), "Bushkush", 2000);
  in_state = ask (prices, &state);
  named = ask (prices, &name);
  g_assert_cmpuint (in_state->offers->len, ==, 1);
  g_assert_cmpstr (offer_at (in_state, 0)->shop->name, ==, "B");
  g_assert_cmpuint (named->offers->len, ==, 1);
  g_assert_cmpstr (offer_at (named, 0)->product->name, ==, "OG Kush");
}

/* 3.50 for what costs 35 elsewhere is a slip of the pen, and no bargain. */
static void
test_outlier (Prices *prices, gconstpointer data)
{
  static const gint64 cents[] = { 350, 3400, 3500, 3600, 3500, 3700, 3300 };
  g_autoptr (WhPriceComparison) comparison = NULL;
  g_autofree char *check = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cents); i++)
    {
      g_autofree char *name = g_strdup_printf ("Shop %u", i);
      add_offer (prices, add_shop (prices, name, "NJ", NAN, NAN), "Blue Dream", cents[i]);
    }
  comparison = ask_for_strain (prices);
  check = wh_present_prices_check (comparison, offer_of (comparison, "Shop 0"));
  g_assert_true (g_str_has_prefix (check, "check: 1.00"));
  g_assert_false (offer_of (comparison, "Shop 5")->check);
  g_assert_null (wh_present_prices_check (comparison, offer_of (comparison, "Shop 5")));
  g_assert_cmpstr (comparison->best->shop->name, ==, "Shop 6");
}

static void
test_currencies_are_not_mixed (Prices *prices, gconstpointer data)
{
  WhProduct *foreign = add_offer (prices, add_shop (prices, "C", "ON", NAN, NAN), "Blue Dream", 1000);
  g_autoptr (WhPriceComparison) comparison = NULL;

  g_free (foreign->currency);
  foreign->currency = g_strdup ("CAD");
  add_offer (prices, add_shop (prices, "A", "NJ", NAN, NAN), "Blue Dream", 3500);
  add_offer (prices, add_shop (prices, "B", "NJ", NAN, NAN), "Blue Dream", 3600);
  comparison = ask_for_strain (prices);
  g_assert_cmpuint (comparison->n_comparable, ==, 2);
  g_assert_cmpstr (comparison->currency, ==, "USD");
  g_assert_cmpstr (comparison->best->shop->name, ==, "A");
}

static void
test_wrong_questions (Prices *prices, gconstpointer data)
{
  const WhId unknown = wh_id_from_key ("strain", "test", "nobody");
  const WhPriceQuestion wrong[] = {
    { .near = { NAN, NAN }, .radius = 25 },
    { .product_name = " - ", .near = { NAN, NAN }, .radius = 25 },
    { .strain_id = &prices->strain_id, .near = { NAN, NAN }, .radius = 0 },
    { .strain_id = &prices->strain_id, .near = { NAN, NAN }, .radius = 101 },
    { .strain_id = &prices->strain_id, .category = "motorcycles", .near = { NAN, NAN }, .radius = 25 },
    { .strain_id = &unknown, .near = { NAN, NAN }, .radius = 25 },
  };
  g_autoptr (WhPriceComparison) empty = ask_for_strain (prices);

  g_assert_cmpuint (empty->offers->len, ==, 0);
  g_assert_null (empty->best);
  g_assert_true (isnan (empty->statistics.median));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (wh_analyst_compare_prices (prices->analyst, prices->base.principal, &wrong[i], &error));
      g_assert_error (error, WH_ERROR, (i + 1 < G_N_ELEMENTS (wrong) ? WH_ERROR_INVALID : WH_ERROR_NOT_FOUND));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/pricing/" path, Prices, NULL, set_up, test, tear_down)
  ADD ("statistics", test_statistics);
  ADD ("sizes", test_sizes_are_not_mixed);
  ADD ("per-package", test_per_package);
  ADD ("stale", test_stale);
  ADD ("stale-in-stock", test_stale_in_stock);
  ADD ("unknown-packages", test_unknown_packages);
  ADD ("sold-out", test_sold_out);
  ADD ("near", test_near);
  ADD ("state-and-name", test_state_and_name);
  ADD ("outlier", test_outlier);
  ADD ("currencies", test_currencies_are_not_mixed);
  ADD ("wrong", test_wrong_questions);
  return g_test_run ();
}
