/* Operators and facets over a small catalogue: what they let through, and that every facet counts what its words find. */
#include <string.h>

#include "catalogue-fixture.h"
#include "service/wh-facets.h"
#include "service/wh-products.h"

static WhDispensary *
add_shop (Fixture *fixture, const char *name, const char *state)
{
  WhDispensary *shop = wh_dispensary_new (wh_id_from_key ("dispensary", "test", name));

  shop->name = g_strdup (name);
  shop->state = g_strdup (state);
  return fixture_add (fixture, shop);
}

typedef struct {
  const char *brand, *category;
  int         cents;       /* for a gram; 0: no price */
  gboolean    in_stock;
} Sold;

static void
add_product (Fixture *fixture, const WhStrain *strain, const WhDispensary *shop, Sold sold)
{
  g_autofree char *key = g_strdup_printf ("%s/%s/%s/%s/%d", strain->name, shop->name, sold.brand, sold.category, sold.cents);
  WhProduct *product = wh_product_new (wh_id_from_key ("product", "test", key));

  product->dispensary_id = shop->entity.id;
  product->strain_id = strain->entity.id;
  product->name = g_strdup (strain->name);
  product->brand = g_strdup (sold.brand);
  product->category = g_strdup (sold.category);
  product->weight_grams = 1;
  product->price_cents = sold.cents ? sold.cents : WH_INTEGER_UNSET;
  product->in_stock = sold.in_stock;
  fixture_add (fixture, product);
}

static WhStrain *
add_flavoured (Fixture *fixture, const char *name, const char *type, const char *flavour, double popularity)
{
  WhStrain *strain = fixture_strain (fixture, name, type, popularity);

  strain->flavors = g_strsplit (flavour, "|", -1);
  return strain;
}

static void
add_result (Fixture *fixture, const WhStrain *strain, double thca, double limonene, double myrcene)
{
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");

  fixture_value (result, "thca", thca);
  fixture_measure (result, "d_limonene", limonene > 0 ? WH_STATE_VALUE : WH_STATE_NOT_DETECTED, limonene > 0 ? limonene : NAN, NAN,
                   WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
  fixture_value (result, "beta_myrcene", myrcene);
}

static void
add_shelf (Fixture *fixture)
{
  WhDispensary *nj = add_shop (fixture, "Garden", "NJ"), *ca = add_shop (fixture, "Coast", "CA");
  WhStrain *tart = add_flavoured (fixture, "Tart Sun", "sativa", "Lemon|Sweet", 0.9);
  WhStrain *forest = add_flavoured (fixture, "Forest", "indica", "Pine|Earthy", 0.8);
  WhStrain *engine = add_flavoured (fixture, "Engine", "hybrid", "Diesel", 0.7);
  WhStrain *island = add_flavoured (fixture, "Island", "sativa", "Pineapple", 0.6);
  WhStrain *calm = fixture_strain (fixture, "Calm", NULL, 0.5);

  add_result (fixture, tart, 228.0501, 8, 2);
  add_result (fixture, forest, 100, 0, 6);
  add_result (fixture, engine, 300, 1, 9);
  add_product (fixture, tart, nj, (Sold){ "Cookies", "flower", 1300, TRUE });
  add_product (fixture, tart, nj, (Sold){ "Select Elite", "vapes", 1100, FALSE });
  add_product (fixture, tart, ca, (Sold){ "Select Elite", "vapes", 1200, TRUE });
  add_product (fixture, forest, ca, (Sold){ "Cookies", "flower", 800, TRUE });
  add_product (fixture, forest, nj, (Sold){ NULL, "edibles", 300, TRUE });
  add_product (fixture, engine, nj, (Sold){ "Other", "flower", 1200, FALSE });
  add_product (fixture, island, nj, (Sold){ "Other", "flower", 0, TRUE });
  fixture_commit (fixture);
  g_assert_nonnull (calm);
}

static WhHits *
type_in (Fixture *fixture, const char *typed)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  wh_query_set_typed (query, typed);
  return fixture_ask (fixture, query);
}

/* "Tart Sun, Forest": the names found, in their order. */
static void
assert_found (Fixture *fixture, const char *typed, const char *names)
{
  g_autoptr (WhHits) hits = type_in (fixture, typed);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < hits->hits->len; i++)
    g_string_append_printf (found, "%s%s", i ? ", " : "", hit_at (hits, i)->card->name);
  g_test_message ("%s", typed);
  g_assert_cmpstr (found->str, ==, names);
  g_assert_cmpuint (hits->total, ==, hits->hits->len);
}

static void
test_measured (Fixture *fixture, gconstpointer data)
{
  add_shelf (fixture);
  assert_found (fixture, "thc>20", "Engine");
  assert_found (fixture, "thc>=19.9", "Tart Sun, Engine");
  assert_found (fixture, "thc<10", "Forest");
  assert_found (fixture, "limonene>2mg/g", "Tart Sun");
  assert_found (fixture, "terpene:limonene", "Tart Sun, Engine");
  assert_found (fixture, "-terpene:limonene", "Forest");   /* tested and not there; Calm was never tested */
  assert_found (fixture, "leading:myrcene", "Forest, Engine");
  assert_found (fixture, "-leading:myrcene", "Tart Sun");
}

static void
test_labels (Fixture *fixture, gconstpointer data)
{
  add_shelf (fixture);
  assert_found (fixture, "type:sativa", "Tart Sun, Island");
  assert_found (fixture, "-type:sativa", "Forest, Engine");   /* Calm has no label */
  assert_found (fixture, "flavor:lemon", "Tart Sun");
  assert_found (fixture, "flavor:lemon flavor:sweet", "Tart Sun");
  assert_found (fixture, "flavor:lemon flavor:pine", "");
  assert_found (fixture, "flavor:pine", "Forest");            /* not Pineapple */
  assert_found (fixture, "flavor:pinea", "Island");
  assert_found (fixture, "-flavor:lemon", "Forest, Engine, Island");
  assert_found (fixture, "flavor:vanilla", "");
}

/* Conditions on products hold of one product at a time. */
static void
test_products (Fixture *fixture, gconstpointer data)
{
  add_shelf (fixture);
  assert_found (fixture, "in-stock", "Tart Sun, Forest, Island");
  assert_found (fixture, "state:NJ", "Tart Sun, Forest, Engine, Island");
  assert_found (fixture, "state:NJ in-stock", "Tart Sun, Forest, Island");
  assert_found (fixture, "state:MA", "");
  assert_found (fixture, "-state:NJ", "Tart Sun, Forest");
  assert_found (fixture, "state:NJ -state:NJ", "");
  assert_found (fixture, "state:NJ -state:CA", "Tart Sun, Forest, Engine, Island");
  assert_found (fixture, "category:vapes", "Tart Sun");
  assert_found (fixture, "category:vapes in-stock state:NJ", "");
  assert_found (fixture, "category:vapes category:edibles", "Tart Sun, Forest");
  assert_found (fixture, "-category:flower", "Tart Sun, Forest");
  assert_found (fixture, "brand:select", "Tart Sun");
  assert_found (fixture, "brand:elite", "Tart Sun");
  assert_found (fixture, "brand:lect", "");
  assert_found (fixture, "-brand:cookies", "Tart Sun, Engine, Island");
  assert_found (fixture, "brand:cookies category:vapes", "");
}

/* A price is that of the best tier among the products asked about: flower in stock first. */
static void
test_prices (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  add_shelf (fixture);
  assert_found (fixture, "price<12", "Forest");
  assert_found (fixture, "price<=12", "Forest, Engine");
  assert_found (fixture, "price<=12 in-stock", "Forest");
  assert_found (fixture, "price<4 state:NJ", "Forest");
  assert_found (fixture, "price<=12 category:vapes in-stock", "Tart Sun");
  assert_found (fixture, "price>12", "Tart Sun");
  g_autoptr (WhHits) hits = type_in (fixture, "category:vapes");
  g_assert_cmpfloat (hit_at (hits, 0)->price_per_gram, ==, 12);   /* in stock before sold out */
  g_assert_cmpuint (hit_at (hits, 0)->n_in_stock, ==, 1);
  wh_query_set_typed (query, "state:NJ");
  query->sort = WH_SORT_PRICE;
  g_autoptr (WhHits) cheap = fixture_ask (fixture, query);
  g_assert_cmpuint (place_of (cheap, "Forest"), ==, 0);
  g_assert_cmpuint (place_of (cheap, "Engine"), ==, 1);
  g_assert_cmpuint (place_of (cheap, "Island"), ==, 3);
  query->descending = TRUE;
  g_autoptr (WhHits) dear = fixture_ask (fixture, query);
  g_assert_cmpuint (place_of (dear, "Tart Sun"), ==, 0);
  g_assert_cmpuint (place_of (dear, "Island"), ==, 3);
}

static void
assert_matched (Fixture *fixture, const char *typed, const char *name, const char *words)
{
  g_autoptr (WhHits) hits = type_in (fixture, typed);
  g_autofree char *said = NULL;

  g_test_message ("%s", typed);
  g_assert_cmpuint (hits->hits->len, >, 0);
  g_assert_cmpstr (hit_at (hits, 0)->card->name, ==, name);
  said = wh_hit_words (hit_at (hits, 0));
  g_assert_cmpstr (said, ==, words);
}

/* Aroma words find what was measured and what people reported, and say which. */
static void
test_aromas (Fixture *fixture, gconstpointer data)
{
  add_shelf (fixture);
  assert_matched (fixture, "lemony", "Tart Sun", "measured: Limonene");
  assert_matched (fixture, "limonene", "Tart Sun", "measured: Limonene");
  assert_matched (fixture, "diesel", "Engine", "people reported Diesel");
  assert_matched (fixture, "something gassy", "Engine", "people reported Diesel");
  assert_matched (fixture, "fuel", "Engine", "people reported Diesel");
  assert_matched (fixture, "sweetish", "Tart Sun", "people reported Sweet");
  assert_matched (fixture, "piney", "Forest", "people reported Pine");
  assert_matched (fixture, "indica", "Forest", "label: indica");
  assert_found (fixture, "piney", "Forest");     /* nothing that begins with "pineapple" */
  assert_found (fixture, "lemony in-stock price<20", "Tart Sun");
}

static WhFacets *
facets_of (Fixture *fixture, const char *typed)
{
  g_autoptr (WhQuery) query = wh_query_new ();
  g_autoptr (GError) error = NULL;

  wh_query_set_typed (query, typed);
  WhFacets *facets = wh_catalogue_facets (fixture->catalogue, fixture->principal, query, &error);
  g_assert_no_error (error);
  return facets;
}

static guint
count_of (const WhFacets *facets, WhFacet facet, const char *value)
{
  for (guint i = 0; i < facets->counts[facet]->len; i++)
    if (g_strcmp0 (g_array_index (facets->counts[facet], WhFacetCount, i).value, value) == 0)
      return g_array_index (facets->counts[facet], WhFacetCount, i).count;
  return 0;
}

static void
test_facets (Fixture *fixture, gconstpointer data)
{
  add_shelf (fixture);
  g_autoptr (WhFacets) all = facets_of (fixture, "");
  g_assert_cmpuint (all->total, ==, 5);
  g_assert_cmpuint (count_of (all, WH_FACET_TYPE, "sativa"), ==, 2);
  g_assert_cmpuint (count_of (all, WH_FACET_TYPE, NULL), ==, 1);
  g_assert_cmpuint (count_of (all, WH_FACET_TERPENE, "beta_myrcene"), ==, 2);
  g_assert_cmpuint (count_of (all, WH_FACET_TERPENE, NULL), ==, 2);
  g_assert_cmpuint (count_of (all, WH_FACET_STATE, "NJ"), ==, 4);
  g_assert_cmpuint (count_of (all, WH_FACET_CATEGORY, "vapes"), ==, 1);
  g_assert_cmpuint (count_of (all, WH_FACET_PRICE, "12-15"), ==, 2);
  g_assert_cmpuint (count_of (all, WH_FACET_PRICE, NULL), ==, 2);
  g_assert_cmpuint (count_of (all, WH_FACET_THC, "15-20"), ==, 1);
  g_assert_cmpuint (count_of (all, WH_FACET_THC, NULL), ==, 2);
  g_autoptr (WhFacets) nj = facets_of (fixture, "state:NJ in-stock");
  g_assert_cmpuint (nj->total, ==, 3);
  g_assert_cmpuint (count_of (nj, WH_FACET_STATE, "CA"), ==, 0);
  g_assert_cmpuint (count_of (nj, WH_FACET_CATEGORY, "vapes"), ==, 0);
  g_assert_cmpuint (count_of (nj, WH_FACET_PRICE, "0-5"), ==, 1);
}

/* Narrowing by what a facet offers finds as many as it counted. */
static void
assert_narrows (Fixture *fixture, const char *typed)
{
  g_autoptr (WhFacets) facets = facets_of (fixture, typed);
  guint n_narrowed = 0;

  for (guint facet = 0; facet < WH_N_FACETS; facet++)
    for (guint i = 0; i < facets->counts[facet]->len; i++)
      {
        const WhFacetCount *count = &g_array_index (facets->counts[facet], WhFacetCount, i);
        g_autofree char *narrowed = g_strconcat (typed, " ", count->query, NULL);
        g_autoptr (WhHits) hits = count->query ? type_in (fixture, narrowed) : NULL;
        g_test_message ("%s", narrowed);
        g_assert_cmpuint (hits ? hits->total : count->count, ==, count->count);
        n_narrowed += hits != NULL;
      }
  g_assert_true (n_narrowed > 0 || facets->total == 0);
}

static void
test_facets_narrow (Fixture *fixture, gconstpointer data)
{
  static const char *const typed[] = { "", "in-stock", "state:NJ", "lemony", "category:vapes", "brand:cookies", "price<12",
                                       "thc>5", "sun" };

  add_shelf (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    assert_narrows (fixture, typed[i]);
}

static WhListingHits *
products_of (Fixture *fixture, const char *typed)
{
  g_autoptr (WhQuery) query = wh_query_new ();
  g_autoptr (GError) error = NULL;

  wh_query_set_typed (query, typed);
  WhListingHits *hits = wh_catalogue_search_products (fixture->catalogue, fixture->principal, query, &error);
  g_assert_no_error (error);
  return hits;
}

static const WhListingHit *
listing_at (const WhListingHits *hits, guint place)
{
  g_assert_cmpuint (place, <, hits->hits->len);
  return &g_array_index (hits->hits, WhListingHit, place);
}

static void
add_garden_edible (Fixture *fixture)
{
  WhDispensary *garden = add_shop (fixture, "Garden", "NJ");
  WhProduct *gummies = wh_product_new (wh_id_from_key ("product", "test", "gummies"));

  gummies->dispensary_id = garden->entity.id;
  gummies->name = g_strdup ("Blueberry Gummies");
  gummies->brand = g_strdup ("Encore");
  gummies->category = g_strdup ("edibles");
  gummies->amount = g_strdup ("100mg");
  gummies->price_cents = 500;
  gummies->in_stock = 1;
  fixture_add (fixture, gummies);
}

/* What several shops sell is one listing; its price is of the products asked about, and none per gram of what is not weighed. */
static void
test_listings (Fixture *fixture, gconstpointer data)
{
  add_garden_edible (fixture);
  add_shelf (fixture);
  g_autoptr (WhListingHits) vapes = products_of (fixture, "tart sun select");
  g_assert_cmpuint (vapes->total, ==, 1);
  g_assert_cmpuint (listing_at (vapes, 0)->n_products, ==, 2);
  g_assert_cmpuint (listing_at (vapes, 0)->n_in_stock, ==, 1);
  g_assert_cmpfloat (listing_at (vapes, 0)->price, ==, 12);
  g_autoptr (WhListingHits) jersey = products_of (fixture, "tart sun select state:NJ");
  g_assert_cmpuint (listing_at (jersey, 0)->n_in_stock, ==, 0);
  g_assert_cmpfloat (listing_at (jersey, 0)->price, ==, 11);
  g_autoptr (WhListingHits) typo = products_of (fixture, "bluebery gumies");
  g_assert_cmpstr (listing_at (typo, 0)->listing->name, ==, "Blueberry Gummies");
  g_assert_cmpfloat (listing_at (typo, 0)->price, ==, 5);
  g_assert_true (isnan (listing_at (typo, 0)->price_per_gram));
  g_assert_null (listing_at (typo, 0)->card);
  g_autoptr (WhListingHits) brand = products_of (fixture, "encore");
  g_assert_true (listing_at (brand, 0)->by_brand);
  g_autoptr (WhListingHits) unweighed = products_of (fixture, "gummies price<12");
  g_assert_cmpuint (unweighed->total, ==, 0);
  g_autoptr (WhListingHits) strong = products_of (fixture, "thc>15 price<13");
  g_assert_cmpuint (strong->total, ==, 2);      /* Tart Sun as a vape, Engine */
  add_product (fixture, fixture_strain (fixture, "Newcomer", "hybrid", 1), add_shop (fixture, "Garden", "NJ"),
               (Sold){ "Late", "flower", 900, TRUE });
  fixture_commit (fixture);
  g_autoptr (WhListingHits) late = products_of (fixture, "newcomer thc<1");
  g_assert_cmpuint (late->total, ==, 0);
  g_autoptr (WhListingHits) later = products_of (fixture, "newcomer type:hybrid");   /* strains have other numbers now */
  g_assert_cmpuint (later->total, ==, 1);
  g_assert_cmpstr (listing_at (later, 0)->card->name, ==, "Newcomer");
}

#define add(path, test) g_test_add ("/filters/" path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("measured", test_measured);
  add ("labels", test_labels);
  add ("products", test_products);
  add ("prices", test_prices);
  add ("aromas", test_aromas);
  add ("facets", test_facets);
  add ("facets-narrow", test_facets_narrow);
  add ("listings", test_listings);
  return g_test_run ();
}
