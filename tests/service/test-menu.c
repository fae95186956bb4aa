/* A dispensary's menu and the list of dispensaries: what is shown, in which order, what is marked, and which shop a text means. */
#include <string.h>

#include "catalogue-fixture.h"
#include "core/wh-category.h"
#include "service/wh-menu.h"
#include "service/wh-shop.h"
#include "service/wh-shops.h"

#define NOW "2026-06-01T12:00:00Z"
#define MINUTE (60 * WH_TIME_SECOND)

typedef struct {
  Fixture base;
  WhId    shop;
  gint64  now;
} Counter;

static WhDispensary *
add_shop (Counter *counter, const char *name, const char *slug)
{
  WhDispensary *shop = fixture_add (&counter->base, wh_dispensary_new (wh_id_from_key ("dispensary", "test", slug)));

  shop->name = g_strdup (name);
  shop->slug = g_strdup (slug);
  shop->state = g_strdup ("NJ");
  return shop;
}

static WhProduct *
add_product (Counter *counter, const char *name, const char *category, gint64 cents)
{
  WhProduct *product = fixture_add (&counter->base, wh_product_new (wh_id_from_key ("product", "test", name)));

  product->dispensary_id = counter->shop;
  product->name = g_strdup (name);
  product->category = g_strdup (category);
  product->brand = g_strdup ("Green Farm");
  product->weight_grams = 3.5;
  product->in_stock = 1;
  product->price_cents = cents;
  product->currency = g_strdup ("USD");
  product->price_observed_at = counter->now - MINUTE;
  return product;
}

static void
set_up (Counter *counter, gconstpointer data)
{
  fixture_set_up (&counter->base, data);
  g_assert_true (wh_clock_parse (NOW, &counter->now));
  wh_clock_freeze (counter->now);
  counter->shop = add_shop (counter, "Corner Store", "corner")->entity.id;
}

static void
tear_down (Counter *counter, gconstpointer data)
{
  wh_clock_freeze (WH_TIME_UNSET);
  fixture_tear_down (&counter->base, data);
}

static WhMenu *
ask (Counter *counter, WhMenuQuestion *question)
{
  g_autoptr (GError) error = NULL;
  WhMenu *menu;

  question->shop_id = counter->shop;
  if (counter->base.rows->len > 0)
    fixture_commit (&counter->base);
  menu = wh_catalogue_menu (counter->base.catalogue, counter->base.principal, question, &error);
  g_assert_no_error (error);
  return menu;
}

/* "Apple, Berry": the names in order. */
static void
assert_names (Counter *counter, WhMenuQuestion question, const char *expected)
{
  g_autoptr (WhMenu) menu = ask (counter, &question);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < menu->items->len; i++)
    g_string_append_printf (names, "%s%s", i ? ", " : "", ((const WhMenuItem *) menu->items->pdata[i])->product->name);
  g_assert_cmpstr (names->str, ==, expected);
}

static void
test_order (Counter *counter, gconstpointer data)
{
  WhStrain *known = fixture_strain (&counter->base, "Known", "hybrid", 0.9);

  add_product (counter, "Berry", "flower", 3000)->thc_percentage = 18;
  add_product (counter, "Cherry", "flower", 2000)->strain_id = known->entity.id;
  add_product (counter, "Apple", "flower", WH_INTEGER_UNSET)->thc_percentage = 25;
  add_product (counter, "Dates", "edibles", 1000)->thc_mg = 100;
  assert_names (counter, (WhMenuQuestion) WH_MENU_QUESTION_INIT, "Apple, Berry, Cherry, Dates");
  assert_names (counter, (WhMenuQuestion) { .price_min = NAN, .price_max = NAN, .sort = WH_MENU_PRICE }, "Dates, Cherry, Berry, Apple");
  assert_names (counter, (WhMenuQuestion) { .price_min = NAN, .price_max = NAN, .sort = WH_MENU_THC }, "Apple, Berry, Dates, Cherry");
  assert_names (counter, (WhMenuQuestion) { .price_min = NAN, .price_max = NAN, .sort = WH_MENU_POPULARITY },
                "Cherry, Apple, Berry, Dates");
}

static void
test_filters (Counter *counter, gconstpointer data)
{
  WhStrain *strain = fixture_strain (&counter->base, "Known", "hybrid", 0.9);
  WhId id = strain->entity.id;
  WhProduct *other = add_product (counter, "Berry", "flower", 3000);

  other->strain_id = id;
  g_free (other->brand);
  other->brand = NULL;
  add_product (counter, "Apple", "vapes", 2000)->in_stock = 0;
  add_product (counter, "Cherry", "flower", WH_INTEGER_UNSET)->in_stock = WH_INTEGER_UNSET;
  assert_names (counter, (WhMenuQuestion) { .price_min = NAN, .price_max = NAN, .category = "vapes" }, "Apple");
  assert_names (counter, (WhMenuQuestion) { .price_min = NAN, .price_max = NAN, .brand = "fArM" }, "Apple, Cherry");
  assert_names (counter, (WhMenuQuestion) { .price_min = NAN, .price_max = NAN, .brand = "arm" }, "");
  assert_names (counter, (WhMenuQuestion) { .price_min = NAN, .price_max = NAN, .strain_id = &id }, "Berry");
  assert_names (counter, (WhMenuQuestion) { .price_min = NAN, .price_max = NAN, .in_stock = TRUE }, "Berry");
  assert_names (counter, (WhMenuQuestion) { .price_min = 20, .price_max = NAN }, "Apple, Berry");
  assert_names (counter, (WhMenuQuestion) { .price_min = 20.01, .price_max = 30 }, "Berry");
}

static void
test_amounts (Counter *counter, gconstpointer data)
{
  WhMenuQuestion question = WH_MENU_QUESTION_INIT;
  g_autoptr (WhMenu) menu = NULL;
  WhProduct *gummies = add_product (counter, "B gummies", "Edibles", 2000);

  gummies->weight_grams = NAN;
  gummies->thc_mg = 100;
  add_product (counter, "A flower", "flower", 3500)->thc_percentage = 20;
  add_product (counter, "C sweets", "confectionery", 500)->price_observed_at = counter->now - 90 * MINUTE;
  menu = ask (counter, &question);
  const WhMenuItem *flower = menu->items->pdata[0], *edible = menu->items->pdata[1], *sweets = menu->items->pdata[2];
  g_assert_cmpfloat (flower->per_gram, ==, 10);
  g_assert_cmpfloat (flower->thc_mg, ==, 700);
  g_assert_cmpfloat (flower->per_mg_thc, ==, 0.05);
  g_assert_true (flower->thc_computed);
  g_assert_false (edible->thc_computed);
  g_assert_cmpfloat (edible->per_mg_thc, ==, 0.2);
  g_assert_true (isnan (edible->per_gram));
  /* Spelled otherwise it is the same category; another word is "other", and kept. */
  g_assert_cmpstr (edible->product->category, ==, "edibles");
  g_assert_cmpstr (sweets->product->category, ==, "other");
  g_assert_cmpstr (sweets->category_given, ==, "confectionery");
  /* A price may be an hour old, a menu two. */
  g_assert_true (sweets->stale && !sweets->menu_stale);
  g_assert_false (flower->stale);
  g_assert_cmpuint (menu->n_stale, ==, 1);
  g_assert_true (isnan (sweets->thc_mg) && isnan (sweets->per_mg_thc));
}

static void
test_refused (Counter *counter, gconstpointer data)
{
  WhMenuQuestion category = { .price_min = NAN, .price_max = NAN, .category = "motorcycles" }, prices = { .price_min = 5, .price_max = 4 };
  WhMenuQuestion nowhere = WH_MENU_QUESTION_INIT;
  g_autoptr (GError) unknown = NULL;
  WhMenuSort sort;

  fixture_commit (&counter->base);
  g_assert_false (wh_menu_question_check (&category, NULL));
  g_assert_false (wh_menu_question_check (&prices, NULL));
  g_assert_null (wh_catalogue_menu (counter->base.catalogue, counter->base.principal, &nowhere, &unknown));
  g_assert_error (unknown, WH_ERROR, WH_ERROR_NOT_FOUND);
  g_assert_false (wh_menu_parse_sort ("colour", &sort));
}

/* -- dispensaries -------------------------------------------------------------------------------------------------- */

static void
assert_resolves (Counter *counter, const char *text, const char *slug)
{
  g_autoptr (WhDispensary) shop = wh_catalogue_resolve_shop (counter->base.catalogue, counter->base.principal, text, NULL, NULL);

  g_assert_nonnull (shop);
  g_assert_cmpstr (shop->slug, ==, slug);
}

static void
test_resolve (Counter *counter, gconstpointer data)
{
  g_autofree char *id = wh_id_to_string (&counter->shop);
  g_autoptr (GPtrArray) candidates = NULL;
  g_autoptr (GError) several = NULL, none = NULL;

  fixture_commit (&counter->base);
  assert_resolves (counter, NULL, "corner");
  assert_resolves (counter, id, "corner");
  assert_resolves (counter, "corner", "corner");
  assert_resolves (counter, "  CORNER-store ", "corner");
  add_shop (counter, "Corner Store", "other");
  fixture_commit (&counter->base);
  assert_resolves (counter, "other", "other");
  g_assert_null (wh_catalogue_resolve_shop (counter->base.catalogue, counter->base.principal, "corner store", &candidates, &several));
  g_assert_error (several, WH_ERROR, WH_ERROR_AMBIGUOUS);
  g_assert_cmpuint (candidates->len, ==, 2);
  g_assert_null (wh_catalogue_resolve_shop (counter->base.catalogue, counter->base.principal, "--", NULL, &none));
  g_assert_error (none, WH_ERROR, WH_ERROR_NOT_FOUND);
}

static void
place (WhDispensary *shop, double latitude, double longitude, const char *license, gint64 delivery)
{
  shop->latitude = latitude;
  shop->longitude = longitude;
  shop->license_type = g_strdup (license);
  shop->delivery_available = delivery;
}

static void
assert_slugs (Counter *counter, WhShopsQuestion question, const char *expected, guint n_unplaced)
{
  g_autoptr (WhShops) shops = wh_catalogue_shops (counter->base.catalogue, counter->base.principal, &question, NULL);
  g_autoptr (GString) slugs = g_string_new (NULL);

  for (guint i = 0; i < shops->shops->len; i++)
    g_string_append_printf (slugs, "%s%s", i ? ", " : "", g_array_index (shops->shops, WhShopFound, i).shop->slug);
  g_assert_cmpstr (slugs->str, ==, expected);
  g_assert_cmpuint (shops->n_unplaced, ==, n_unplaced);
}

static void
test_dispensaries (Counter *counter, gconstpointer data)
{
  const WhPlace here = { 40, -74 };
  WhDispensary *far = add_shop (counter, "A far one", "far");

  place (add_shop (counter, "Z near", "near"), 40.01, -74, "both", 1);
  place (add_shop (counter, "B nearer", "nearer"), 40.001, -74, "medical", 0);
  place (far, 42, -74, "recreational", WH_INTEGER_UNSET);
  g_free (far->state);
  far->state = g_strdup ("CO");
  fixture_commit (&counter->base);
  assert_slugs (counter, (WhShopsQuestion) WH_SHOPS_QUESTION_INIT, "far, nearer, corner, near", 0);
  assert_slugs (counter, (WhShopsQuestion) { .near = here, .radius = 25 }, "nearer, near", 1);
  assert_slugs (counter, (WhShopsQuestion) { .near = here, .radius = 0.5 }, "nearer", 1);
  assert_slugs (counter, (WhShopsQuestion) { .near = { NAN, NAN }, .radius = 25, .state = "co" }, "far", 0);
  assert_slugs (counter, (WhShopsQuestion) { .near = { NAN, NAN }, .radius = 25, .license_type = "recreational" }, "far, near", 0);
  assert_slugs (counter, (WhShopsQuestion) { .near = { NAN, NAN }, .radius = 25, .license_type = "both" }, "near", 0);
  assert_slugs (counter, (WhShopsQuestion) { .near = { NAN, NAN }, .radius = 25, .delivery = TRUE }, "near", 0);
  g_assert_false (wh_shops_question_check (&(WhShopsQuestion) { .near = here, .radius = 101 }, NULL));
  g_assert_false (wh_shops_question_check (&(WhShopsQuestion) { .near = here, .radius = 25, .license_type = "x" }, NULL));
}

static void
add_result (Counter *counter, const char *name, const WhId *batch, gint64 day)
{
  WhLabResult *result = fixture_add (&counter->base, wh_lab_result_new (wh_id_from_key ("lab_result", "test", name)));
  WhMeasure measure = WH_MEASURE_INIT;

  result->batch_id = *batch;
  result->lab_name = g_strdup (name);
  result->test_date = day * WH_TIME_DAY;
  result->panel = wh_panel_new ();
  measure.analyte = wh_analyte_by_key ("d_limonene")->index;
  measure.state = WH_STATE_NOT_DETECTED;
  measure.unit = WH_UNIT_MG_PER_G;
  g_assert_true (wh_panel_add (result->panel, &measure, NULL));
}

/* The newest result of its batch; a product whose batch nobody knows has none. */
static void
test_results (Counter *counter, gconstpointer data)
{
  WhBatch *batch = fixture_add (&counter->base, wh_batch_new (wh_id_from_key ("batch", "test", "b")));
  WhMenuQuestion question = WH_MENU_QUESTION_INIT;
  g_autoptr (WhMenu) menu = NULL;
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  g_autofree char *whole = NULL;

  batch->name = g_strdup ("Berry");
  add_product (counter, "Berry", "flower", 3000)->batch_id = batch->entity.id;
  add_product (counter, "Cherry", "flower", 2000);
  add_result (counter, "Newer", &batch->entity.id, 20000);
  add_result (counter, "Older", &batch->entity.id, 19000);
  menu = ask (counter, &question);
  wh_present_menu (writer, menu, 0, 0);
  whole = g_string_free (text, FALSE);
  g_assert_nonnull (strstr (whole, "\"lab_name\":\"Newer\",\"test_date\":\"2024-10-04\"},\"terpene_profile\":"
                                  "[{\"analyte\":\"d_limonene\""));
  g_assert_null (strstr (whole, "Older"));
  g_assert_nonnull (strstr (whole, "\"lab_results\":null,\"terpene_profile\":null"));
}

static void
test_figures (Counter *counter, gconstpointer data)
{
  WhShopsQuestion question = WH_SHOPS_QUESTION_INIT;
  g_autoptr (WhShops) shops = NULL;
  const WhShopFigures *first, *second;
  WhProduct *other;

  add_product (counter, "Berry", "flower", 3000);
  add_product (counter, "Cherry", "flower", 2000)->brand[0] = 'g';
  other = add_product (counter, "Dates", "edibles", 1000);
  g_clear_pointer (&other->brand, g_free);
  add_product (counter, "Sweets", "no such category", 1000);
  add_shop (counter, "Empty", "empty");
  fixture_commit (&counter->base);
  shops = wh_catalogue_shops (counter->base.catalogue, counter->base.principal, &question, NULL);
  g_assert_true (wh_catalogue_count_shops (counter->base.catalogue, counter->base.principal, shops, 0, 0, NULL));
  first = &g_array_index (shops->shops, WhShopFound, 0).figures;
  second = &g_array_index (shops->shops, WhShopFound, 1).figures;
  g_assert_cmpuint (first->products, ==, 4);
  g_assert_cmpuint (first->brands, ==, 1);
  g_assert_cmpuint (first->categories, ==, wh_category_bit ("flower") | wh_category_bit ("edibles"));
  g_assert_cmpuint (second->products + second->brands + second->categories, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/service/menu/" name, Counter, NULL, set_up, test, tear_down)
  ADD ("order", test_order);
  ADD ("filters", test_filters);
  ADD ("amounts", test_amounts);
  ADD ("refused", test_refused);
  ADD ("resolve", test_resolve);
  ADD ("dispensaries", test_dispensaries);
  ADD ("figures", test_figures);
  ADD ("results", test_results);
  return g_test_run ();
}
