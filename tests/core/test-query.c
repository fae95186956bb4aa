/* What is typed: words to search for, and bounds said in signs or in speech. */
#include <math.h>

#include "core/wh-query.h"
#include "support/wh-test.h"

static void
test_speech (void)
{
  g_autoptr (WhQuery) query = wh_query_new ();
  g_autoptr (WhQuery) plain = wh_query_new ();
  g_autoptr (WhQuery) names = wh_query_new ();

  wh_query_set_typed (query, "something  lemony under 12 a gram in stock");
  g_assert_cmpstr (query->text, ==, "something lemony");
  g_assert_cmpfloat (query->price_max, ==, 12);
  g_assert_true (query->in_stock);
  wh_query_set_typed (plain, "below $9.50 og");
  g_assert_cmpstr (plain->text, ==, "og");
  g_assert_cmpfloat (plain->price_max, ==, 9.5);
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
  g_assert_cmpfloat (query->thc_min, ==, 20);
  g_assert_cmpfloat (query->cbd_max, ==, 1);
  g_assert_cmpfloat (query->price_max, ==, 12);
  g_assert_true (query->in_stock);
  g_assert_cmpstr (query->type, ==, "indica");
  g_assert_cmpstr (query->state, ==, "NJ");
  g_assert_cmpuint (query->ranges->len, ==, 2);
  g_assert_cmpfloat_with_epsilon (g_array_index (query->ranges, WhRange, 1).min, 5, 1e-9);
}

/* What is no bound is searched for, never dropped. */
static void
test_no_bounds (void)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  wh_query_set_typed (query, "price<cheap thc>much unobtainium>3 type:blue");
  g_assert_nonnull (query->text);
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
  g_test_add_func ("/query/no-bounds", test_no_bounds);
  return g_test_run ();
}
