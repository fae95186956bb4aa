/* What is typed: words to search for, and bounds said in signs or in speech. */
#include <math.h>

#include "core/wh-query.h"
#include "support/wh-test.h"

/* "<12" leaves 12 out, and nothing below it. */
static void
assert_below (double bound, double number)
{
  g_assert_cmpfloat (bound, <, number);
  g_assert_cmpfloat_with_epsilon (bound, number, 1e-9);
}

static void
test_speech (void)
{
  g_autoptr (WhQuery) query = wh_query_new ();
  g_autoptr (WhQuery) plain = wh_query_new ();
  g_autoptr (WhQuery) names = wh_query_new ();

  wh_query_set_typed (query, "something  lemony under 12 a gram in stock");
  g_assert_cmpstr (query->text, ==, "something lemony");
  assert_below (query->price_max, 12);
  g_assert_true (query->in_stock);
  wh_query_set_typed (plain, "below $9.50 og");
  g_assert_cmpstr (plain->text, ==, "og");
  assert_below (plain->price_max, 9.5);
  g_assert_false (plain->in_stock);
  wh_query_set_typed (names, "under dog in bloom under");
  g_assert_cmpstr (names->text, ==, "under dog in bloom under");
  g_assert_true (isnan (names->price_max));
}

static void
test_signs (void)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  wh_query_set_typed (query, "gelato thc>20 cbd<=1 price<12/g in-stock type:Indica state:nj limonene>2mg/g myrcene>0.5%");
  g_assert_cmpstr (query->text, ==, "gelato");
  g_assert_cmpfloat (query->thc_min, >, 20);
  g_assert_cmpfloat_with_epsilon (query->thc_min, 20, 1e-9);
  g_assert_cmpfloat (query->cbd_max, ==, 1);
  assert_below (query->price_max, 12);
  g_assert_true (query->in_stock);
  g_assert_cmpstr (query->type, ==, "indica");
  g_assert_cmpstr (query->state, ==, "NJ");
  g_assert_cmpuint (query->ranges->len, ==, 2);
  g_assert_cmpfloat_with_epsilon (g_array_index (query->ranges, WhRange, 1).min, 5, 1e-9);
}

static void
assert_condition (const WhQuery *query, guint place, WhTag tag, gboolean without, const char *value)
{
  const WhCondition *condition = &g_array_index (query->conditions, WhCondition, place);

  g_assert_cmpuint (place, <, query->conditions->len);
  g_assert_cmpint (condition->tag, ==, tag);
  g_assert_cmpint (condition->without, ==, without);
  g_assert_cmpstr (condition->value, ==, value);
}

static void
test_tags (void)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  wh_query_set_typed (query, "haze category:Vape brand:Select-Elite flavor:Lemon -flavour:pine terpene:limonene -terpene:b-myrcene "
                             "leading:Limonene -type:indica -state:ca -category:prerolls price>=5/g");
  g_assert_cmpstr (query->text, ==, "haze");
  g_assert_cmpuint (query->conditions->len, ==, 10);
  assert_condition (query, 0, WH_TAG_CATEGORY, FALSE, "vapes");
  assert_condition (query, 1, WH_TAG_BRAND, FALSE, "select elite");
  assert_condition (query, 2, WH_TAG_FLAVOUR, FALSE, "lemon");
  assert_condition (query, 3, WH_TAG_FLAVOUR, TRUE, "pine");
  assert_condition (query, 4, WH_TAG_TERPENE, FALSE, "d_limonene");
  assert_condition (query, 5, WH_TAG_TERPENE, TRUE, "beta_myrcene");
  assert_condition (query, 6, WH_TAG_LEADING, FALSE, "d_limonene");
  assert_condition (query, 7, WH_TAG_TYPE, TRUE, "indica");
  assert_condition (query, 8, WH_TAG_STATE, TRUE, "CA");
  assert_condition (query, 9, WH_TAG_CATEGORY, TRUE, "pre-rolls");
  g_assert_cmpfloat (query->price_min, ==, 5);
  g_assert_null (query->type);
  g_assert_null (query->state);
}

/* What is no bound is searched for, never dropped. */
static void
test_no_bounds (void)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  wh_query_set_typed (query, "price<cheap thc>much unobtainium>3 type:blue brand: category:cars -terpene:thc "
                             "-lemon aroma:pine flavor:");
  g_assert_cmpstr (query->text, ==,
                   "price cheap thc much unobtainium 3 type blue brand category cars terpene thc lemon aroma pine flavor");
  g_assert_cmpuint (query->conditions->len, ==, 0);
  g_assert_true (isnan (query->price_max));
  g_assert_true (isnan (query->thc_min));
  g_assert_null (query->type);
  g_assert_cmpuint (query->ranges->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/query/speech", test_speech);
  g_test_add_func ("/query/signs", test_signs);
  g_test_add_func ("/query/tags", test_tags);
  g_test_add_func ("/query/no-bounds", test_no_bounds);
  return g_test_run ();
}
