/* Zeros replaced and log-ratios taken, against values worked out by hand. */
#include <math.h>

#include "support/wh-test.h"
#include "wh-composition.h"

#define CLOSE 1e-12

static double
sum_of (const double *row, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += row[i];
  return sum;
}

/* 0.5, 0.3, 0.2 and two zeros with limits 0.1 and 0.02: 0.065 and 0.013 stand for them, 0.922 is left for the rest. */
static void
test_replace (void)
{
  double row[] = { 0.5, 0, 0.3, 0, 0.2 };
  const double limits[] = { 9, 0.1, 9, 0.02, 9 };

  g_assert_true (wh_composition_replace (row, limits, 5));
  g_assert_cmpfloat_with_epsilon (row[0], 0.461, CLOSE);
  g_assert_cmpfloat_with_epsilon (row[1], 0.065, CLOSE);
  g_assert_cmpfloat_with_epsilon (row[2], 0.2766, CLOSE);
  g_assert_cmpfloat_with_epsilon (row[3], 0.013, CLOSE);
  g_assert_cmpfloat_with_epsilon (row[4], 0.1844, CLOSE);
  g_assert_cmpfloat_with_epsilon (sum_of (row, 5), 1, CLOSE);
  g_assert_cmpfloat_with_epsilon (row[0] / row[2], 5.0 / 3, CLOSE);
}

/* Amounts need not be closed to one: the result is the same in every unit. */
static void
test_unit_does_not_matter (void)
{
  double shares[] = { 0.6, 0.4, 0 }, amounts[] = { 12, 8, 0 };

  g_assert_true (wh_composition_replace (shares, (const double[]) { 1, 1, 0.005 }, 3));
  g_assert_true (wh_composition_replace (amounts, (const double[]) { 20, 20, 0.1 }, 3));
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon (amounts[i], 20 * shares[i], 1e-9);
  g_assert_cmpfloat_with_epsilon (sum_of (amounts, 3), 20, 1e-9);
}

static void
test_without_zeros (void)
{
  double row[] = { 3, 2, 1 };

  g_assert_true (wh_composition_replace (row, (const double[]) { 9, 9, 9 }, 3));
  g_assert_cmpfloat (row[0], ==, 3);
  g_assert_cmpfloat (row[2], ==, 1);
}

static void
test_refused (void)
{
  double nothing[] = { 0, 0, 0 }, little[] = { 0.1, 0, 0 };

  g_assert_false (wh_composition_replace (nothing, (const double[]) { 0.1, 0.1, 0.1 }, 3));
  g_assert_cmpfloat (nothing[1], ==, 0);
  /* 0.65 of 0.2 is more than the 0.1 there is. */
  g_assert_false (wh_composition_replace (little, (const double[]) { 0.1, 0.1, 0.1 }, 3));
  g_assert_cmpfloat (little[0], ==, 0.1);
  g_assert_false (wh_composition_replace (nothing, NULL, 0));
}

/* 1, 2, 4: the geometric mean is 2. */
static void
test_clr (void)
{
  double row[] = { 1, 2, 4 }, tenfold[] = { 10, 20, 40 };

  wh_composition_clr (row, 3);
  wh_composition_clr (tenfold, 3);
  g_assert_cmpfloat_with_epsilon (row[0], -log (2), CLOSE);
  g_assert_cmpfloat_with_epsilon (row[1], 0, CLOSE);
  g_assert_cmpfloat_with_epsilon (row[2], log (2), CLOSE);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon (row[i], tenfold[i], CLOSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/composition/replace", test_replace);
  g_test_add_func ("/composition/unit-does-not-matter", test_unit_does_not_matter);
  g_test_add_func ("/composition/without-zeros", test_without_zeros);
  g_test_add_func ("/composition/refused", test_refused);
  g_test_add_func ("/composition/clr", test_clr);
  return g_test_run ();
}
