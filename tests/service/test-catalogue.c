#include "catalogue-fixture.h"
#include "core/wh-nouns-shop.h"

#include <string.h>

static WhAmount
amount_of (Fixture *fixture, const WhStrain *strain, const char *analyte)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  const WhCard *card = wh_snapshot_find (snapshot, &strain->entity.id);

  g_assert_nonnull (card);
  return wh_snapshot_amount (snapshot, card->index, wh_analyte_by_key (analyte)->index);
}

static const WhCard *
card_of (Fixture *fixture, WhSnapshot *snapshot, const char *name)
{
  g_autoptr (GError) error = NULL;
  const WhCard *card = wh_catalogue_resolve (snapshot, name, NULL, &error);

  g_assert_no_error (error);
  return card;
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  g_autoptr (WhHits) hits = fixture_search (fixture, "anything");

  g_assert_cmpuint (wh_snapshot_length (snapshot), ==, 0);
  g_assert_cmpuint (hits->total, ==, 0);
  g_assert_null (wh_catalogue_resolve (snapshot, "anything", NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

/* Three batches, one of them tested twice: the median is over batches. */
static void
test_median (Fixture *fixture, gconstpointer data)
{
  static const double values[] = { 1.0, 3.25, 9.0 };
  WhStrain *strain = wh_entity_ref (fixture_strain (fixture, "Median", NULL, NAN));
  WhBatch *batch = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);
      batch = fixture_batch (fixture, strain, number, "flower");
      fixture_value (fixture_result (fixture, batch, "a", "2026-01-01"), "linalool", values[i]);
    }
  fixture_value (fixture_result (fixture, batch, "b", "2026-02-01"), "linalool", 9.5);
  fixture_commit (fixture);
  WhAmount amount = amount_of (fixture, strain, "linalool");
  g_assert_cmpuint (amount.n, ==, 3);
  g_assert_cmpfloat (amount.estimate, ==, 3.25);
  g_assert_cmpuint (amount_of (fixture, strain, "cbd").n, ==, 0);
  g_assert_true (isnan (amount_of (fixture, strain, "cbd").estimate));
  wh_entity_unref (strain);
}

static void
test_states (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = wh_entity_ref (fixture_strain (fixture, "States", NULL, NAN));
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-01");

  fixture_measure (result, "d_limonene", WH_STATE_BELOW_LOQ, NAN, 0.2, WH_UNIT_MG_PER_G, WH_BASIS_UNKNOWN);
  fixture_measure (result, "linalool", WH_STATE_NOT_TESTED, NAN, NAN, WH_UNIT_MG_PER_G, WH_BASIS_UNKNOWN);
  fixture_measure (result, "camphene", WH_STATE_NOT_DETECTED, NAN, NAN, WH_UNIT_MG_PER_G, WH_BASIS_UNKNOWN);
  fixture_measure (result, "terpinolene", WH_STATE_VALUE, 3, NAN, WH_UNIT_UNKNOWN, WH_BASIS_UNKNOWN);
  fixture_value (result, "alpha_ocimene", 1);
  fixture_value (result, "beta_ocimene", 2.5);
  fixture_commit (fixture);
  g_assert_cmpfloat (amount_of (fixture, strain, "d_limonene").estimate, ==, 0.1);
  g_assert_cmpfloat (amount_of (fixture, strain, "d_limonene").high, ==, 0.2);
  g_assert_cmpuint (amount_of (fixture, strain, "linalool").n, ==, 0);
  g_assert_cmpuint (amount_of (fixture, strain, "camphene").n, ==, 1);
  g_assert_cmpuint (amount_of (fixture, strain, "terpinolene").n, ==, 0);
  g_assert_cmpfloat (amount_of (fixture, strain, "ocimene").estimate, ==, 3.5);
  wh_entity_unref (strain);
}

/* Flower as received counts; oil, dry basis and impossible amounts do not beside it. */
static void
test_what_counts (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = wh_entity_ref (fixture_strain (fixture, "Counts", NULL, NAN));
  WhStrain *oil_only = wh_entity_ref (fixture_strain (fixture, "Oil", NULL, NAN));
  WhBatch *flower = fixture_batch (fixture, strain, "1", "flower");

  fixture_value (fixture_result (fixture, flower, "a", "2026-01-01"), "thca", 200);
  fixture_measure (fixture_result (fixture, fixture_batch (fixture, strain, "2", "flower"), "a", "2026-01-01"), "thca",
                   WH_STATE_VALUE, 260, NAN, WH_UNIT_MG_PER_G, WH_BASIS_DRY);
  fixture_value (fixture_result (fixture, fixture_batch (fixture, strain, "3", "concentrate"), "a", "2026-03-01"), "thca", 800);
  fixture_value (fixture_result (fixture, fixture_batch (fixture, strain, "4", "flower"), "a", "2026-01-01"), "thca", 15069);
  fixture_value (fixture_result (fixture, fixture_batch (fixture, oil_only, "1", "concentrate"), "a", "2026-01-01"), "thca", 800);
  fixture_commit (fixture);
  g_assert_cmpfloat (amount_of (fixture, strain, "thca").estimate, ==, 200);
  g_assert_cmpuint (amount_of (fixture, strain, "thca").n, ==, 1);
  g_assert_cmpfloat (amount_of (fixture, oil_only, "thca").estimate, ==, 800);

  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  const WhCard *card = card_of (fixture, snapshot, "Counts");
  g_assert_cmpfloat_with_epsilon (card->thc.estimate, 175.4, 1e-6);
  g_assert_cmpuint (card->n_batches, ==, 4);
  g_autofree char *tested = wh_clock_format_date (card->tested_at);
  g_assert_cmpstr (tested, ==, "2026-03-01");
  wh_entity_unref (strain);
  wh_entity_unref (oil_only);
}

static WhProduct *
add_product (Fixture *fixture, const WhStrain *strain, const WhDispensary *shop, const char *category, double grams, gint64 cents,
             gboolean in_stock)
{
  g_autofree char *key = g_strdup_printf ("%s/%s/%g/%d", strain->name, category, grams, (int) cents);
  WhProduct *product = wh_product_new (wh_id_from_key ("product", "test", key));

  product->name = g_strdup (key);
  product->strain_id = strain->entity.id;
  product->dispensary_id = shop->entity.id;
  product->category = g_strdup (category);
  product->weight_grams = grams;
  product->price_cents = cents;
  product->currency = g_strdup ("USD");
  product->in_stock = in_stock;
  g_assert_true (wh_clock_parse ("2026-05-06", &product->price_observed_at));
  return fixture_add (fixture, product);
}

static WhDispensary *
add_shop (Fixture *fixture, const char *name, const char *state)
{
  WhDispensary *shop = wh_dispensary_new (wh_id_from_key ("dispensary", "test", name));

  shop->name = g_strdup (name);
  shop->state = g_strdup (state);
  return fixture_add (fixture, shop);
}

static void
add_market (Fixture *fixture)
{
  WhDispensary *garden = add_shop (fixture, "Garden", "NJ"), *west = add_shop (fixture, "West", "CA");
  WhStrain *first = fixture_smelling (fixture, "First", 0.9, "d_limonene", 4, 2);
  WhStrain *second = fixture_smelling (fixture, "Second", 0.5, "linalool", 4, 2);

  fixture_strain (fixture, "Third", "sativa", 0.1);
  add_product (fixture, first, garden, "flower", 3.5, 4550, TRUE);
  add_product (fixture, first, garden, "flower", 3.5, 3500, FALSE);
  add_product (fixture, first, west, "edibles", 10, 2000, TRUE);
  add_product (fixture, second, west, "vapes", 1, 3000, FALSE);
  fixture_commit (fixture);
}

static void
test_prices (Fixture *fixture, gconstpointer data)
{
  add_market (fixture);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  const WhCard *first = card_of (fixture, snapshot, "First");

  g_assert_cmpfloat_with_epsilon (first->price_per_gram, 13, 1e-9);
  g_assert_cmpuint (first->n_products, ==, 3);
  g_assert_cmpuint (first->n_in_stock, ==, 2);
  g_assert_cmpfloat_with_epsilon (card_of (fixture, snapshot, "Second")->price_per_gram, 30, 1e-9);
  g_assert_true (isnan (card_of (fixture, snapshot, "Third")->price_per_gram));
  g_assert_cmpint (first->priced_at, !=, WH_TIME_UNSET);
}

/* The lowest price is from January: that others were seen since makes it no newer. */
static void
test_age_of_a_price (Fixture *fixture, gconstpointer data)
{
  WhDispensary *shop = add_shop (fixture, "Garden", "NJ");
  WhStrain *strain = fixture_strain (fixture, "First", "hybrid", 0.9), *sold_out = fixture_strain (fixture, "Second", "hybrid", 0.5);
  WhProduct *cheap = add_product (fixture, strain, shop, "flower", 3.5, 3500, TRUE);
  gint64 january = 0;

  g_assert_true (wh_clock_parse ("2026-01-01", &january));
  cheap->price_observed_at = january;
  add_product (fixture, strain, shop, "flower", 3.5, 4200, TRUE);
  add_product (fixture, strain, shop, "flower", 3.5, 2800, FALSE);
  add_product (fixture, sold_out, shop, "edibles", NAN, 2000, FALSE);
  fixture_commit (fixture);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  g_assert_cmpfloat_with_epsilon (card_of (fixture, snapshot, "First")->price_per_gram, 10, 1e-9);
  g_assert_cmpint (card_of (fixture, snapshot, "First")->priced_at, ==, january);
  g_assert_cmpint (card_of (fixture, snapshot, "Second")->priced_at, >, january);
}

static void
assert_only (Fixture *fixture, WhQuery *query, const char *name)
{
  g_autoptr (WhHits) hits = fixture_ask (fixture, query);

  g_assert_cmpuint (hits->total, ==, name ? 1 : 0);
  if (name)
    g_assert_cmpstr (hit_at (hits, 0)->card->name, ==, name);
}

static void
test_filters (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "state:NJ", "First" },    { "state:TX", NULL },       { "in-stock", "First" },         { "price<20", "First" },
    { "type:sativa", "Third" }, { "thc>1", NULL },          { "limonene>3mg/g", "First" },   { "linalool>0.1%", "Second" },
    { "first price<5", NULL },  { "limonene>5mg/g", NULL }, { "second state:CA", "Second" },
  };

  add_market (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WhQuery) query = wh_query_new ();
      g_test_message ("%s", cases[i][0]);
      wh_query_set_typed (query, cases[i][0]);
      assert_only (fixture, query, cases[i][1]);
    }
}

static void
test_resolve (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) candidates = NULL;
  WhStrain *twin = wh_strain_new (wh_id_from_key ("strain", "test", "another twin"));

  fixture_strain (fixture, "Granddaddy Purple", "indica", 0.5);
  fixture_strain (fixture, "Twin", "indica", 0.2);
  twin->name = g_strdup ("TWIN");
  fixture_add (fixture, twin);
  fixture_commit (fixture);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  const WhCard *card = card_of (fixture, snapshot, "granddaddy-purple");
  g_autofree char *id = wh_id_to_string (&card->id);
  g_assert_true (card_of (fixture, snapshot, id) == card);
  g_assert_true (card_of (fixture, snapshot, "GRANDDADDY purple!") == card);
  g_assert_true (card_of (fixture, snapshot, "gdp") == card);
  g_assert_null (wh_catalogue_resolve (snapshot, "grandaddy purpel", NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "Granddaddy Purple"));
  g_clear_error (&error);
  g_assert_null (wh_catalogue_resolve (snapshot, "Twin!", &candidates, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_AMBIGUOUS);
  g_assert_cmpuint (candidates->len, ==, 2);
}

static void
test_show (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const WhId nobody = WH_ID_NONE;

  add_market (fixture);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  const WhCard *card = card_of (fixture, snapshot, "First");
  g_autoptr (WhStrainDetail) detail = wh_catalogue_show (fixture->catalogue, fixture->principal, &card->id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (detail->strain->name, ==, "First");
  g_assert_cmpuint (detail->batches->len, ==, 1);
  g_assert_cmpuint (detail->results->len, ==, 1);
  g_assert_cmpuint (detail->products->len, ==, 3);
  g_assert_cmpstr (((WhProduct *) g_ptr_array_index (detail->products, 0))->category, ==, "edibles");
  g_assert_cmpstr (((WhDispensary *) g_ptr_array_index (detail->dispensaries, 0))->name, ==, "West");
  g_assert_cmpint (((WhProduct *) g_ptr_array_index (detail->products, 2))->in_stock, ==, 0);
  g_assert_null (wh_catalogue_show (fixture->catalogue, fixture->principal, &nobody, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhPrincipal) nobody = wh_principal_new ("nobody", NULL);
  gboolean changed = TRUE;

  add_market (fixture);
  g_autoptr (WhSnapshot) before = wh_catalogue_snapshot (fixture->catalogue);
  g_assert_true (wh_catalogue_refresh (fixture->catalogue, fixture->principal, &changed, &error));
  g_assert_false (changed);
  fixture_strain (fixture, "Fourth", NULL, NAN);
  fixture_commit (fixture);
  g_autoptr (WhSnapshot) after = wh_catalogue_snapshot (fixture->catalogue);
  g_assert_cmpuint (wh_snapshot_length (before), ==, 3);
  g_assert_cmpuint (wh_snapshot_length (after), ==, 4);
  g_assert_cmpint (wh_snapshot_revision (after), ==, wh_store_revision (fixture->store));
  g_assert_false (wh_catalogue_refresh (fixture->catalogue, nobody, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
}

/* What was searched for moves the store on and is on no card; what comes after it is not missed. */
static void
test_refresh_for_what_matters (Fixture *fixture, gconstpointer data)
{
  WhSearchDay *day;
  gboolean changed = TRUE;

  add_market (fixture);
  g_autoptr (WhSnapshot) before = wh_catalogue_snapshot (fixture->catalogue);
  day = fixture_add (fixture, wh_search_day_new (WH_ID_NONE));
  day->day = 0;
  day->term = g_strdup ("blue dream");
  fixture_commit (fixture);
  g_autoptr (WhSnapshot) same = wh_catalogue_snapshot (fixture->catalogue);
  g_assert_true (same == before);
  fixture_strain (fixture, "Fourth", NULL, NAN);
  fixture_commit (fixture);
  g_autoptr (WhSnapshot) after = wh_catalogue_snapshot (fixture->catalogue);
  g_assert_cmpuint (wh_snapshot_length (after), ==, 4);
  g_assert_true (wh_catalogue_refresh (fixture->catalogue, fixture->principal, &changed, NULL));
  g_assert_false (changed);
}

typedef struct {
  Fixture *fixture;
  gint     stop;
  gint     n_searches;
} Stress;

static gpointer
search_cb (gpointer data)
{
  Stress *stress = data;

  while (!g_atomic_int_get (&stress->stop))
    {
      g_autoptr (WhHits) hits = fixture_search (stress->fixture, "firs");
      g_assert_cmpstr (hit_at (hits, 0)->card->name, ==, "First");
      g_atomic_int_inc (&stress->n_searches);
    }
  return NULL;
}

static void
test_stress (Fixture *fixture, gconstpointer data)
{
  Stress stress = { .fixture = fixture };
  GThread *threads[3];

  add_market (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("search", search_cb, &stress);
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *name = g_strdup_printf ("Another %u", i);
      fixture_strain (fixture, name, NULL, NAN);
      fixture_commit (fixture);
    }
  g_atomic_int_set (&stress.stop, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (stress.n_searches, >, 0);
}

/* Nothing was built, and the store cannot be read: that is no empty catalogue. */
static void
test_unreadable_store (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dir = wh_test_make_dir (), *path = g_build_filename (dir, "store.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_WRITE, &error);
  g_autoptr (WhCatalogue) catalogue = wh_catalogue_new (store);

  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_false (wh_catalogue_refresh (catalogue, fixture->principal, NULL, &error));
  g_assert_nonnull (error);
  wh_test_remove_dir (dir);
}

#define add(path, test) g_test_add ("/catalogue/" path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("empty", test_empty);
  add ("median", test_median);
  add ("states", test_states);
  add ("what-counts", test_what_counts);
  add ("prices", test_prices);
  add ("age-of-a-price", test_age_of_a_price);
  add ("filters", test_filters);
  add ("resolve", test_resolve);
  add ("show", test_show);
  add ("refresh", test_refresh);
  add ("refresh-for-what-matters", test_refresh_for_what_matters);
  add ("unreadable-store", test_unreadable_store);
  add ("stress", test_stress);
  return g_test_run ();
}
