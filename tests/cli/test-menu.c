/* The real program shows menus and dispensaries that were imported. */
#include <string.h>

#include "wh-test-run.h"

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();

  /* The last one is old. */
  wh_test_write (dir, "menu.csv",
                 "Product,Brand,Category,Size,Price,THC,In Stock,Dispensary,State,Date\n"
                 "Blue Dream,Farm,Flower,3.5g,35.00,20%,yes,Green Door,NJ,\n"
                 "OG Kush,Garden,Flower,1/8 oz,28.00,,no,Green Door,NJ,\n"
                 "Sweet Gummies,Farm,Edibles,100mg,20.00,,yes,Green Door,NJ,2026-01-02\n"
                 "Blue Dream,Farm,Flower,3.5g,31.00,20%,yes,Red Door,CO,\n");
  g_free (wh_test_say (dir, "import menu menu.csv", 0));
  return dir;
}

static void
test_table (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *menu = wh_test_say (dir, "menu green door", 0);
  const char *flower = strstr (menu, "flower (2)"), *edibles = strstr (menu, "edibles (1)");

  g_assert_true (g_str_has_prefix (menu, "Green Door, NJ\n"));
  g_assert_nonnull (flower);
  g_assert_nonnull (edibles);
  g_assert_true (flower < strstr (menu, "OG Kush") && strstr (menu, "OG Kush") < edibles);
  g_assert_nonnull (strstr (menu, "~0.050"));
  g_assert_nonnull (strstr (menu, "sold out"));
  g_assert_nonnull (strstr (edibles, "stale: "));
  g_assert_nonnull (strstr (menu, "1 of 3 are stale"));
  wh_test_remove_dir (dir);
}

static void
test_documents (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = wh_test_ask (dir, "menu 'Green Door' --sort price --in-stock", 0);
  g_autofree char *csv = wh_test_say (dir, "menu 'green door' --category flower --brand garden --csv", 0);
  const WhJsonNode *root = wh_json_root (json), *first = wh_json_element (root, 0), *second = wh_json_element (root, 1);

  g_assert_cmpuint (wh_json_length (root), ==, 2);
  wh_test_has_keys (first, "product_id dispensary_id name brand category category_given strain price unit price_per_gram thc_mg_label "
                           "thc_mg_source price_per_mg_thc in_stock stale menu_stale price_age_hours price_observed_at");
  g_assert_cmpstr (wh_json_string (wh_json_member (first, "name"), NULL), ==, "Sweet Gummies");
  g_assert_true (wh_json_boolean (wh_json_member (first, "stale"), FALSE));
  g_assert_cmpfloat (wh_json_number (wh_json_member (second, "price_per_gram"), 0), ==, 10);
  g_assert_cmpfloat (wh_json_number (wh_json_member (second, "thc_mg_label"), 0), ==, 700);
  g_assert_cmpstr (wh_json_string (wh_json_member (second, "thc_mg_source"), NULL), ==, "label_percentage");
  g_assert_nonnull (strstr (csv, "OG Kush"));
  g_assert_null (strstr (csv, "Blue Dream"));
  g_free (wh_test_say (dir, "menu --csv", 4));
  g_free (wh_test_say (dir, "menu nowhere", 3));
  wh_test_remove_dir (dir);
}

static void
test_dispensaries (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *table = wh_test_say (dir, "dispensaries", 0);
  g_autoptr (WhJson) json = wh_test_ask (dir, "dispensaries --state CO", 0);
  g_autofree char *near = wh_test_say (dir, "dispensaries --near 40,-74", 0);

  g_assert_nonnull (strstr (table, "Green Door"));
  g_assert_cmpuint (wh_json_length (wh_json_root (json)), ==, 1);
  wh_test_has_keys (wh_json_element (wh_json_root (json), 0), "dispensary_id name slug state license_type distance_miles");
  g_assert_nonnull (strstr (near, "2 whose place nobody knows"));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/menu/table", test_table);
  g_test_add_func ("/cli/menu/documents", test_documents);
  g_test_add_func ("/cli/menu/dispensaries", test_dispensaries);
  return g_test_run ();
}
