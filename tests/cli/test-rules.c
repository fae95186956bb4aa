/* The real program lists, checks and signs rule packs, and says what is paid at the counter. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "wh-test-run.h"

#define HEAD                                                                                                                \
  "weedhounds-rules\t1\npack\town\ntitle\tOf a place\nissued\t2026-11-01\n"                                                \
  "jurisdiction\tsubject\tcategory\tbuyer\tcondition\tstatus\tvalue\tunit\tbase\trounding\teffective_from\teffective_to\t"  \
  "reviewed_on\tcitation\turl\tnote\n"
#define ROW(place, subject, value)                                                                                          \
  place "\t" subject "\t*\tadult\t\tknown\t" value "\tpercent\tprice\thalf_up\t2020-01-01\t\t2026-01-01\tOrdinance 1\t"   \
        "https://example.org\t\n"

/* All taxes of a state that nobody has, so that the program's own pack says nothing. */
#define PACK                                                                                                             \
  HEAD ROW ("ZZ", "tax.excise.local", "3") ROW ("ZZ", "tax.excise.retail", "10") ROW ("ZZ", "tax.sales.state", "6.625") \
    ROW ("ZZ", "tax.sales.local", "0")

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();

  wh_test_write (dir, "menu.csv",
                 "Product,Category,Size,Price,THC,In Stock,Dispensary,State,Date\n"
                 "Blue Dream,Flower,3.5g,45.00,20%,yes,Green Door,NJ,\n"
                 "OG Kush,Flower,3.5g,30.00,20%,yes,Green Door,NJ,\n"
                 "OG Kush,Flower,3.5g,31.00,20%,yes,Blue Door,NJ,\n");
  g_free (wh_test_say (dir, "import menu menu.csv", 0));
  return dir;
}

static void
add_pack (const char *dir, const char *text)
{
  g_autofree char *rules = g_build_filename (dir, "data", "rules", NULL);

  g_assert_cmpint (g_mkdir_with_parents (rules, 0700), ==, 0);
  wh_test_write (dir, "data/rules/own.tsv", text);
}

static void
test_list (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *table = wh_test_say (dir, "rules list --jurisdiction MI", 0);
  g_autofree char *none = wh_test_say (dir, "rules list --jurisdiction ZZ", 0);
  g_autofree char *csv = wh_test_say (dir, "rules list --csv", 0);
  g_autoptr (WhJson) all = wh_test_ask (dir, "rules list", 0), town = wh_test_ask (dir, "rules list --jurisdiction NJ/Newark", 0);
  const WhJsonNode *rules = wh_json_member (wh_json_root (all), "rules"), *first = wh_json_element (rules, 0);

  g_assert_nonnull (strstr (table, "6 % of price + tax.excise.retail"));
  g_assert_nonnull (strstr (table, "unknown"));
  g_assert_nonnull (strstr (none, "which is not zero"));
  g_assert_true (g_str_has_prefix (csv, "jurisdiction,subject,title,category,buyer,condition,status,value,unit,"));
  wh_test_has_keys (wh_json_root (all), "packs refused rules");
  wh_test_has_keys (first, "jurisdiction subject title category buyer condition status value unit base rounding effective_from "
                           "effective_to reviewed_on review_due citation url note pack trust");
  g_assert_cmpuint (wh_json_length (rules), >, 80);
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (town), "rules")), <, 20);
  wh_test_remove_dir (dir);
}

static void
test_check (void)
{
  g_autofree char *dir = wh_test_make_dir ();

  wh_test_write (dir, "good.tsv", PACK);
  wh_test_write (dir, "bad.tsv", HEAD ROW ("ZZ", "tax.sales.state", "6,625"));
  wh_test_write (dir, "twice.tsv", HEAD ROW ("ZZ/X", "tax.sales.state", "6") ROW ("ZZ/X", "tax.sales.state", "7"));
  g_autofree char *good = wh_test_say (dir, "rules check good.tsv", 0);
  g_autoptr (WhTestRun) bad = wh_test_run (dir, "rules check bad.tsv"), twice = wh_test_run (dir, "rules check twice.tsv");
  g_autoptr (WhTestRun) json = wh_test_run (dir, "rules check bad.tsv --json");
  g_autoptr (WhJson) document = wh_json_parse (json->out, strlen (json->out), 100000, NULL);
  const WhJsonNode *problem = wh_json_element (wh_json_member (wh_json_root (document), "problems"), 0);

  g_assert_nonnull (strstr (good, "can be used: 4 rules"));
  g_assert_nonnull (strstr (good, "Nobody signed it"));
  g_assert_cmpint (bad->status, ==, 1);
  g_assert_nonnull (strstr (bad->out, "bad.tsv:6:35: error: “6,625” is no value"));
  g_assert_cmpint (twice->status, ==, 1);
  g_assert_nonnull (strstr (twice->out, "twice.tsv:7: error: contradicts line 6"));
  g_assert_cmpint (json->status, ==, 1);
  wh_test_has_keys (problem, "line column severity message");
  g_assert_cmpint (wh_json_integer (wh_json_member (problem, "column"), 0), ==, 35);
  g_free (wh_test_say (dir, "rules check absent.tsv", 3));
  wh_test_remove_dir (dir);
}

/* From a key to a pack that is shown as signed; a byte more, and it is not used. */
static void
test_sign (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *key_file = g_build_filename (dir, "key", NULL), *config = g_build_filename (dir, "weedhounds", NULL);
  struct stat info;

  add_pack (dir, PACK);
  g_autoptr (WhJson) made = wh_test_ask (dir, "rules keygen --key key", 0);
  const char *key = wh_json_string (wh_json_member (wh_json_root (made), "key"), "");
  g_assert_cmpint (stat (key_file, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_mkdir_with_parents (config, 0700), ==, 0);
  g_free (wh_test_say (dir, "rules sign data/rules/own.tsv --key key", 0));
  g_autofree char *checked = wh_test_say (dir, "rules check data/rules/own.tsv", 0);
  g_assert_nonnull (strstr (checked, key));
  g_autofree char *before = wh_test_say (dir, "rules list --jurisdiction ZZ", 0);
  g_assert_nonnull (strstr (before, "UNSIGNED"));
  g_autofree char *settings = g_strdup_printf ("[rules]\nkeys=%s\n", key);
  wh_test_write (dir, "weedhounds/weedhounds.conf", settings);
  g_autofree char *after = wh_test_say (dir, "rules list --jurisdiction ZZ", 0);
  g_assert_nonnull (strstr (after, "pack own, signed;"));
  wh_test_write (dir, "weedhounds/weedhounds.conf", "[rules]\nkeys=abc\n");
  g_free (wh_test_say (dir, "rules list", 2));
  wh_test_write (dir, "weedhounds/weedhounds.conf", settings);
  add_pack (dir, PACK "\n");
  g_autofree char *broken = wh_test_say (dir, "rules list --jurisdiction ZZ", 0);
  g_assert_nonnull (strstr (broken, "NOT USED"));
  g_assert_nonnull (strstr (broken, "which is not zero"));
  wh_test_remove_dir (dir);
}

static double
number_at (const WhJsonNode *node, const char *key)
{
  return wh_json_number (wh_json_member (node, key), -1);
}

/* The menu does not say whether its prices have their taxes in them: both ends are told. */
static void
test_total (void)
{
  g_autofree char *dir = make_dir ();

  add_pack (dir, PACK);
  g_autoptr (WhJson) json = wh_test_ask (dir, "prices total blue dream --jurisdiction ZZ --discount 10% --quantity 2", 0);
  const WhJsonNode *root = wh_json_root (json), *taxes = wh_json_member (root, "taxes");
  wh_test_has_keys (root, "product dispensary jurisdiction buyer quantity shelf_price currency observed_at stale tax_basis list_price "
                          "discount price taxes total at_least at_most words refused_rules demonstration");
  wh_test_has_keys (wh_json_element (taxes, 0), "subject title certainty rate base amount why rule");
  g_assert_cmpfloat (number_at (root, "list_price"), ==, 90);
  g_assert_cmpfloat (number_at (root, "discount"), ==, 9);
  g_assert_cmpfloat (number_at (root, "at_least"), ==, 81);
  g_assert_cmpfloat (number_at (root, "at_most"), ==, 96.90);   /* 2.43 and 8.10 and 5.366 -> 5.37 more */
  g_assert_true (wh_json_is_null (wh_json_member (root, "total")));
  g_assert_cmpfloat (number_at (wh_json_element (taxes, 2), "amount"), ==, 5.37);
  g_autofree char *table = wh_test_say (dir, "prices total Blue Dream --jurisdiction ZZ", 0);
  g_assert_nonnull (strstr (table, "45.00 to 53.83"));   /* 1.35, 4.50, 2.98 */
  g_assert_nonnull (strstr (table, "UNSIGNED"));
  g_autofree char *shop = wh_test_say (dir, "prices total Blue Dream", 0);
  g_assert_nonnull (strstr (shop, "taxes of NJ"));
  g_assert_nonnull (strstr (shop, "at least 45.00"));
  wh_test_remove_dir (dir);
}

static void
test_which_product (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *several = wh_test_say (dir, "prices total og kush", 4);
  g_autoptr (WhJson) offers = wh_test_ask (dir, "prices compare --product kush --out-the-door --jurisdiction NJ/Newark", 0);
  const WhJsonNode *row = wh_json_element (wh_json_member (wh_json_root (offers), "price_comparison"), 0);
  const WhJsonNode *door = wh_json_member (row, "out_the_door");
  const char *id = wh_json_string (wh_json_member (wh_json_member (row, "product"), "product_id"), "");
  g_autofree char *command = g_strconcat ("prices total --jurisdiction NJ/Newark ", id, NULL);
  g_autoptr (WhJson) total = wh_test_ask (dir, command, 0);

  g_assert_nonnull (strstr (several, id));
  wh_test_has_keys (door, "jurisdiction total at_least at_most words");
  g_assert_cmpfloat (number_at (door, "at_most"), ==, 32.59);   /* 2 % and 6.625 % of 30.00: 0.60, 1.9875 */
  g_assert_cmpfloat (number_at (door, "at_most"), ==, number_at (wh_json_root (total), "at_most"));
  g_autofree char *plain = wh_test_say (dir, "prices compare --product kush", 0);
  g_assert_null (strstr (plain, "Out the door"));
  g_autofree char *asked = wh_test_say (dir, "prices compare --product kush --out-the-door", 0);
  g_assert_nonnull (strstr (asked, "Out the door"));
  g_free (wh_test_say (dir, "prices total nothing-like-it", 3));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/rules/list", test_list);
  g_test_add_func ("/cli/rules/check", test_check);
  g_test_add_func ("/cli/rules/sign", test_sign);
  g_test_add_func ("/cli/rules/total", test_total);
  g_test_add_func ("/cli/rules/which-product", test_which_product);
  return g_test_run ();
}
