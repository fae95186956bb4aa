/* What a product costs by what is in it. */
#include <math.h>

#include "core/wh-nouns.h"
#include "support/wh-test.h"

static WhProduct *
make_product (gint64 cents, double grams, double percent, double thc_mg)
{
  WhProduct *product = wh_product_new ((WhId) { 0 });

  product->price_cents = cents;
  product->weight_grams = grams;
  product->thc_percentage = percent;
  product->thc_mg = thc_mg;
  return product;
}

static void
test_price_per_mg_thc (void)
{
  static const struct {
    gint64 cents;
    double grams, percent, thc_mg, label_mg, price;
  } cases[] = {
    { 4500, 3.5, 20, NAN, 700, 45.0 / 700 },      /* 20 % of 3.5 g */
    { 2000, NAN, NAN, 100, 100, 0.20 },           /* what the label says */
    { 2000, 40, 5, 100, 100, 0.20 },              /* before what the percentage comes to */
    { 4500, 3.5, 20, 0, 700, 45.0 / 700 },        /* a zero says nothing beside a percentage */
    { 0, 3.5, 20, NAN, 700, 0 },                  /* given away */
    { 4500, 3.5, NAN, NAN, NAN, NAN },
    { 4500, NAN, 20, NAN, NAN, NAN },
    { 4500, 3.5, 0, 0, NAN, NAN },                /* without THC there is no price of it */
    { WH_INTEGER_UNSET, 3.5, 20, NAN, 700, NAN },
    { -1, 3.5, 20, NAN, 700, NAN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WhProduct) product = make_product (cases[i].cents, cases[i].grams, cases[i].percent, cases[i].thc_mg);
      double label = wh_product_label_thc_mg (product), price = wh_product_price_per_mg_thc (product);
      g_test_message ("case %u: %g mg, %g", i, label, price);
      g_assert_true (isnan (cases[i].label_mg) ? isnan (label) : fabs (label - cases[i].label_mg) < 1e-9);
      g_assert_true (isnan (cases[i].price) ? isnan (price) : fabs (price - cases[i].price) < 1e-12);
    }
}

static void
test_price_per_gram (void)
{
  g_autoptr (WhProduct) weighed = make_product (4550, 3.5, NAN, NAN), unweighed = make_product (4550, NAN, NAN, NAN);

  g_assert_cmpfloat_with_epsilon (wh_product_price_per_gram (weighed), 13, 1e-12);
  g_assert_true (isnan (wh_product_price_per_gram (unweighed)));
}

static void
test_price_of_package (void)
{
  static const struct {
    const char *unit;
    gboolean    whole;
  } units[] = { { NULL, TRUE }, { "", TRUE }, { "package", TRUE }, { "3.5g", TRUE }, { "gram", FALSE }, { "1g", FALSE } };
  g_autoptr (WhProduct) product = make_product (4550, 3.5, NAN, NAN);

  product->amount = g_strdup ("3.5g");
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (WhPrice) price = wh_price_new (WH_ID_NONE);
      price->unit = g_strdup (units[i].unit);
      g_assert_cmpint (wh_price_is_of_package (price, product), ==, units[i].whole);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/product/price-per-mg-thc", test_price_per_mg_thc);
  g_test_add_func ("/product/price-per-gram", test_price_per_gram);
  g_test_add_func ("/product/price-of-package", test_price_of_package);
  return g_test_run ();
}
