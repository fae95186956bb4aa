/* The real program compares prices that were imported from a menu. */
#include <string.h>

#include "wh-test-run.h"

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();

  /* No date: the prices are of now. The last one is old. */
  wh_test_write (dir, "menu.csv",
                 "Product,Category,Size,Price,THC,In Stock,Dispensary,State,Date\n"
                 "Blue Dream,Flower,1/8 oz,35.00,20%,yes,Green Door,NJ,\n"
                 "Blue Dream,Flower,3.5g,28.00,20%,yes,Blue Door,NJ,\n"
                 "Blue Dream,Flower,ounce,140.00,20%,yes,Blue Door,NJ,\n"
                 "Blue Dream 5pk 2.5g,Pre-Rolls,,25.00,,yes,Green Door,NJ,\n"
                 "Blue Dream,Flower,eighth,10.00,20%,yes,Red Door,CO,2026-01-02\n");
  wh_test_write (dir, "strains.csv", "Name,Type\nBlue Dream,Hybrid\n");
  g_free (wh_test_say (dir, "import strains strains.csv", 0));
  g_free (wh_test_say (dir, "import menu menu.csv", 0));
  return dir;
}

static double
number_at (const WhJsonNode *node, const char *key)
{
  return wh_json_number (wh_json_member (node, key), -1);
}

static void
test_document (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = wh_test_ask (dir, "prices compare blue-dream", 0);
  const WhJsonNode *root = wh_json_root (json), *rows = wh_json_member (root, "price_comparison");
  const WhJsonNode *statistics = wh_json_member (root, "price_statistics"), *best = wh_json_member (root, "best_value");

  wh_test_has_keys (root, "compared price_comparison price_statistics best_value closest_option demonstration");
  wh_test_has_keys (wh_json_element (rows, 0), "dispensary product price currency unit price_per_gram price_per_mg_thc in_stock "
                                               "distance_miles delivery pickup observed_at stale comparable check");
  wh_test_has_keys (statistics, "lowest highest average median price_range dispensaries_compared offers unit stale");
  g_assert_cmpuint (wh_json_length (rows), ==, 4);
  g_assert_cmpfloat (number_at (statistics, "lowest"), ==, 8);
  g_assert_cmpfloat (number_at (statistics, "highest"), ==, 10);
  g_assert_cmpfloat (number_at (statistics, "dispensaries_compared"), ==, 2);
  /* The old one costs less, and nobody is told that it is the best. */
  g_assert_cmpfloat (number_at (best, "price"), ==, 28);
  g_assert_cmpfloat (number_at (best, "price_per_mg_thc"), ==, 0.04);
  g_assert_true (wh_json_boolean (wh_json_member (wh_json_element (rows, 2), "stale"), FALSE));
  g_assert_false (wh_json_boolean (wh_json_member (wh_json_element (rows, 3), "comparable"), TRUE));
  wh_test_remove_dir (dir);
}

static void
test_forms (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *table = wh_test_say (dir, "prices compare Blue Dream", 0);
  g_autofree char *csv = wh_test_say (dir, "prices compare blue-dream --csv", 0);
  g_autofree char *state = wh_test_say (dir, "prices compare blue-dream --state CO", 0);
  g_autofree char *rolls = wh_test_say (dir, "prices compare --product 'dream 5pk'", 0);
  g_autofree char *none = wh_test_say (dir, "prices compare --product nothing-like-it", 0);
  g_autofree char *far = wh_test_say (dir, "prices compare blue-dream --near 40.7,-74", 0);

  g_assert_nonnull (strstr (table, "Best value: Blue Door, Blue Dream, 28.00 USD"));
  g_assert_nonnull (strstr (table, "other size"));
  g_assert_nonnull (strstr (table, "stale"));
  g_assert_true (g_str_has_prefix (csv, "dispensary,product,price,currency,unit,price_per_gram,price_per_mg_thc,in_stock,"));
  g_assert_nonnull (strstr (state, "All of these prices are older"));
  g_assert_nonnull (strstr (rolls, "pre-rolls, per gram in packages of 2.5 g"));
  g_assert_nonnull (strstr (none, "nothing to compare"));
  g_assert_nonnull (strstr (far, "whose place nobody knows"));
  g_free (wh_test_say (dir, "prices compare no-such-strain", 3));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/prices/document", test_document);
  g_test_add_func ("/cli/prices/forms", test_forms);
  return g_test_run ();
}
