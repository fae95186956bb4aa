/* The real program on two shops: what it offers, in every form, and what is noted of it. */
#include <string.h>

#include "wh-test-run.h"

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();

  wh_test_write (dir, "strains.csv", "name,type\nBlue Dream,hybrid\nSuper Lemon Haze,sativa\nOG Kush,hybrid\n");
  wh_test_write (
      dir, "lab.csv",
      "Sample ID,Strain,Type,Test Date,THCA (%),CBD (%),beta-Myrcene (%),D-Limonene (%),beta-Caryophyllene (%),Linalool (%),"
      "alpha-Humulene (%)\n1,Blue Dream,flower,2026-01-02,20,ND,0.9,0.1,0.2,0.1,0.1\n"
      "2,Super Lemon Haze,flower,2026-01-02,22,ND,0.1,0.9,0.2,0.1,0.1\n3,OG Kush,flower,2026-01-02,25,ND,0.8,0.1,0.3,0.1,0.1\n");
  wh_test_write (dir, "menu.csv",
                 "Product,Brand,Category,Size,Price,THC,In Stock,Dispensary,State,Date\n"
                 "Blue Dream,Farm,Flower,3.5g,35.00,20%,no,Green Door,NJ,\n"
                 "OG Kush,Farm,Flower,3.5g,28.00,18%,yes,Green Door,NJ,\n"
                 "Super Lemon Haze,Farm,Flower,3.5g,28.00,20%,yes,Green Door,NJ,\n"
                 "Blue Dream,Garden,Flower,3.5g,40.00,20%,yes,Red Door,NJ,2026-01-02\n"
                 "Blue Dream,Farm,Edibles,100mg,20.00,,yes,Green Door,NJ,\n");
  g_free (wh_test_say (dir, "import strains strains.csv", 0));
  g_free (wh_test_say (dir, "import lab lab.csv", 0));
  g_free (wh_test_say (dir, "import menu menu.csv", 0));
  return dir;
}

static const WhJsonNode *
row_of (const WhJson *json, guint place)
{
  return wh_json_element (wh_json_member (wh_json_root (json), "substitutes"), place);
}

static const char *
text_at (const WhJsonNode *node, const char *key)
{
  return wh_json_string (wh_json_member (node, key), "");
}

static char *
sold_out_product (const char *dir)
{
  g_autoptr (WhJson) json = wh_test_ask (dir, "prices compare blue-dream", 0);
  const WhJsonNode *rows = wh_json_member (wh_json_root (json), "price_comparison");

  for (guint i = 0; i < wh_json_length (rows); i++)
    if (!wh_json_boolean (wh_json_member (wh_json_element (rows, i), "in_stock"), TRUE))
      return g_strdup (text_at (wh_json_member (wh_json_element (rows, i), "product"), "product_id"));
  g_assert_not_reached ();
}

static void
test_document (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *id = sold_out_product (dir), *command = g_strconcat ("substitute ", id, NULL);
  g_autoptr (WhJson) json = wh_test_ask (dir, command, 0);
  const WhJsonNode *first = row_of (json, 0), *second = row_of (json, 1);

  wh_test_has_keys (wh_json_root (json), "substitution_id asked searched same_product_elsewhere stock_not_known substitutes words "
                                         "demonstration");
  wh_test_has_keys (first, "product dispensary strain_id strain category subcategory amount weight_grams thc_percentage thc_source thc_mg "
                           "price currency price_per_gram in_stock observed_at stale price_age_hours same_strain score parts reasons "
                           "hellinger_distance percentile shared_analytes contributions thc_difference thc_mg_difference price_difference "
                           "price_by weight_difference dispensaries not_known demonstration");
  wh_test_has_keys (wh_json_member (first, "parts"), "chemistry aroma format strength price");
  wh_test_has_keys (wh_json_member (wh_json_member (first, "parts"), "price"), "weight value known");
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (json), "substitutes")), ==, 3);
  /* The same strain from somebody else, though its price is old, which is said. */
  g_assert_true (wh_json_boolean (wh_json_member (first, "same_strain"), FALSE));
  g_assert_true (wh_json_boolean (wh_json_member (first, "stale"), FALSE));
  g_assert_cmpfloat (wh_json_number (wh_json_member (first, "price_age_hours"), 0), >, 24);
  g_assert_cmpstr (text_at (second, "strain"), ==, "OG Kush");
  g_assert_cmpfloat (wh_json_number (wh_json_member (second, "price_difference"), 0), ==, -2);
  g_assert_cmpfloat (wh_json_number (wh_json_member (second, "thc_difference"), 0), ==, -2);
  g_assert_cmpstr (text_at (second, "thc_source"), ==, "label");
  wh_test_remove_dir (dir);
}

static void
test_forms (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *table = wh_test_say (dir, "substitute 'blue dream'", 0);
  g_autofree char *csv = wh_test_say (dir, "substitute blue-dream --csv", 0);
  g_autofree char *shop = wh_test_say (dir, "substitute blue-dream --shop 'green door'", 0);
  g_autofree char *any = wh_test_say (dir, "substitute blue-dream --shop green-door --category any", 0);
  g_autofree char *cheap = wh_test_say (dir, "substitute blue-dream --max-price 9 --limit 1 --csv", 0);
  g_autofree char *none = wh_test_say (dir, "substitute blue-dream --category topicals", 0);

  g_assert_nonnull (strstr (table, "it is this very strain"));
  g_assert_nonnull (strstr (table, "old"));
  g_assert_true (g_str_has_prefix (csv, "product,dispensary,strain_id,strain,category,"));
  g_assert_null (strstr (shop, "Red Door"));
  g_assert_null (strstr (shop, "edibles"));
  g_assert_nonnull (strstr (any, "edibles"));
  g_assert_nonnull (strstr (cheap, "OG Kush"));
  g_assert_null (strstr (cheap, "Red Door"));
  g_assert_nonnull (strstr (none, "Nothing in stock fits"));
  g_free (wh_test_say (dir, "substitute 'no such thing'", 3));
  g_free (wh_test_say (dir, "substitute blue-dream --shop nowhere", 3));
  wh_test_remove_dir (dir);
}

static void
test_feedback (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) offer = wh_test_ask (dir, "substitute blue-dream", 0);
  g_autofree char *id = g_strndup (text_at (wh_json_member (row_of (offer, 1), "product"), "product_id"), 8);
  g_autofree char *accept = g_strdup_printf ("substitute blue-dream --accept %s", id);
  g_autofree char *reject = g_strdup_printf ("substitute blue-dream --reject %s --reason 'too strong'", id);
  g_autoptr (WhJson) accepted = wh_test_ask (dir, accept, 0);
  g_autoptr (WhJson) rejected = wh_test_ask (dir, reject, 0);

  wh_test_has_keys (wh_json_root (accepted), "feedback_id about substitution_id subject_kind subject_id offered_kind offered_id outcome "
                                             "reason decided_at");
  g_assert_cmpstr (text_at (wh_json_root (accepted), "outcome"), ==, "accepted");
  g_assert_cmpstr (text_at (wh_json_root (rejected), "reason"), ==, "too strong");
  /* Both answer the same reply. */
  g_assert_cmpstr (text_at (wh_json_root (accepted), "substitution_id"), ==, text_at (wh_json_root (offer), "substitution_id"));
  g_assert_cmpstr (text_at (wh_json_root (rejected), "substitution_id"), ==, text_at (wh_json_root (offer), "substitution_id"));
  g_free (wh_test_say (dir, "substitute blue-dream --accept ffffffff", 3));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/substitute/document", test_document);
  g_test_add_func ("/cli/substitute/forms", test_forms);
  g_test_add_func ("/cli/substitute/feedback", test_feedback);
  return g_test_run ();
}
