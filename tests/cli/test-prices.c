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

/* -- what was seen of a price ------------------------------------------------------------------------------------ */

static void
test_history (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *table = NULL, *csv = NULL, *picture = NULL, *said = NULL;
  g_autoptr (WhJson) json = NULL, one = NULL, since = NULL;
  const WhJsonNode *rows, *row;

  wh_test_write (dir, "earlier.csv",
                 "Product,Category,Size,Price,THC,In Stock,Dispensary,State,Date\n"
                 "Blue Dream,Flower,1/8 oz,30.00,20%,no,Green Door,NJ,2026-01-05\n"
                 "Blue Dream,Flower,1/8 oz,33.00,20%,no,Green Door,NJ,2026-01-05\n");
  g_free (wh_test_say (dir, "import menu earlier.csv", 0));
  json = wh_test_ask (dir, "prices history blue-dream", 0);
  rows = wh_json_member (wh_json_root (json), "observations");
  row = wh_json_element (rows, 0);
  wh_test_has_keys (wh_json_root (json), "of since unit currency category step observations periods statistics demonstration");
  wh_test_has_keys (row, "price_id product dispensary price list_price currency unit price_per_gram value change tax_basis observed_at "
                         "until gap source observed_by photo_hash check");
  g_assert_cmpuint (wh_json_length (rows), ==, 6);   /* four of flower today and in January, two of January more */
  g_assert_cmpstr (wh_json_string (wh_json_member (row, "source"), ""), ==, "generic-menu");
  g_assert_cmpstr (wh_json_string (wh_json_member (row, "observed_by"), ""), ==, "menu.csv");
  g_assert_cmpint (wh_json_integer (wh_json_member (wh_json_member (wh_json_root (json), "statistics"), "checks"), 0), ==, 2);
  /* What is called exactly so, not the pre-rolls whose name goes on. The old menu did not turn back the price of today. */
  one = wh_test_ask (dir, "prices history --product 'blue dream' --shop 'green door'", 0);
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (one), "observations")), ==, 3);
  g_assert_cmpfloat (number_at (wh_json_member (wh_json_root (one), "statistics"), "last"), ==, 35);
  g_free (wh_test_say (dir, "prices history dream", 4));
  since = wh_test_ask (dir, "prices history blue-dream --shop green --since 2d", 0);
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (since), "observations")), ==, 1);
  g_assert_cmpfloat (number_at (wh_json_element (wh_json_member (wh_json_root (since), "observations"), 0), "price"), ==, 35);
  table = wh_test_say (dir, "prices history blue-dream --state NJ", 0);
  g_assert_nonnull (strstr (table, "check: 33.00 at the same time, too"));
  g_assert_nonnull (strstr (table, "disagree: check which is right"));
  g_assert_nonnull (strstr (table, "earlier.csv (generic-menu)"));
  csv = wh_test_say (dir, "prices history blue-dream --csv", 0);
  g_assert_true (g_str_has_prefix (csv, "price_id,product,dispensary,price,list_price,currency,unit,price_per_gram,value,change,"));
  said = wh_test_say (dir, "prices history blue-dream --chart history.svg", 0);
  picture = g_build_filename (dir, "history.svg", NULL);
  g_assert_true (g_file_test (picture, G_FILE_TEST_IS_REGULAR));
  g_free (wh_test_say (dir, "prices history no-such-thing", 3));
  g_free (wh_test_say (dir, "prices history blue-dream --shop nobody", 3));
  wh_test_remove_dir (dir);
}

/* -- watches ----------------------------------------------------------------------------------------------------- */

static void
test_watch (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) list = NULL, check = NULL, nothing = NULL, cheaper = NULL;
  g_autofree char *table = NULL, *remove = NULL, *since = NULL, *watch_id = NULL;
  const WhJsonNode *watch, *hit;

  g_free (wh_test_say (dir, "watch add blue-dream --below 10/g --category flower", 0));
  list = wh_test_ask (dir, "watch list", 0);
  watch = wh_json_element (wh_json_member (wh_json_root (list), "watches"), 0);
  wh_test_has_keys (watch, "watch_id strain_id product_id name dispensary_id dispensary category limit limit_unit owner hits stale");
  watch_id = g_strdup (wh_json_string (wh_json_member (watch, "watch_id"), ""));
  check = wh_test_ask (dir, "watch check", 0);
  hit = wh_json_element (wh_json_member (wh_json_root (check), "hits"), 0);
  wh_test_has_keys (hit, "watch_id product dispensary price currency price_per_gram limit limit_unit in_stock observed_at stale");
  /* 10 a gram and 8 a gram and 5 a gram today, and one of January. */
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (check), "hits")), ==, 4);
  g_assert_cmpfloat (number_at (hit, "price"), ==, 140);
  g_assert_true (wh_json_boolean (wh_json_member (wh_json_element (wh_json_member (wh_json_root (check), "hits"), 3), "stale"), FALSE));
  table = wh_test_say (dir, "watch check", 0);
  g_assert_nonnull (strstr (table, "stale: "));
  since = g_strdup_printf ("watch check --since %" G_GINT64_FORMAT, wh_json_integer (wh_json_member (wh_json_root (check), "revision"), 0));
  nothing = wh_test_ask (dir, since, 0);
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (nothing), "hits")), ==, 0);
  wh_test_write (dir, "menu.csv", "Product,Category,Size,Price,THC,In Stock,Dispensary,State\n"
                                  "Blue Dream,Flower,3.5g,27.00,20%,yes,Blue Door,NJ\n");
  g_free (wh_test_say (dir, "import menu menu.csv", 0));
  cheaper = wh_test_ask (dir, since, 0);
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (cheaper), "hits")), ==, 1);
  remove = g_strconcat ("watch remove ", watch_id, NULL);
  g_free (wh_test_say (dir, remove, 0));
  g_free (wh_test_say (dir, remove, 3));
  g_free (wh_test_say (dir, "watch add no-such-thing --below 10/g", 3));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/prices/document", test_document);
  g_test_add_func ("/cli/prices/forms", test_forms);
  g_test_add_func ("/prices/history", test_history);
  g_test_add_func ("/prices/watch", test_watch);
  return g_test_run ();
}
