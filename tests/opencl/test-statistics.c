/* Correlations and components against values worked out by hand and against what must hold for any table. */
#include <math.h>

#include "base/wh-error.h"
#include "support/wh-test.h"
#include "wh-statistics.h"

#define CLOSE 1e-10

static WhEngine *engine;

static void
test_pearson (void)
{
  const double x[] = { 1, 2, 3, 4, 5 }, y[] = { 2, 1, 4, 3, 5 }, flat[] = { 7, 7, 7, 7, 7 };
  const double gaps[] = { 2, NAN, 4, NAN, 5 };
  gsize pairs;

  g_assert_cmpfloat_with_epsilon (wh_statistics_pearson (x, y, 5, &pairs), 0.8, CLOSE);
  g_assert_cmpuint (pairs, ==, 5);
  g_assert_cmpfloat_with_epsilon (wh_statistics_pearson (x, x, 5, NULL), 1, CLOSE);
  g_assert_true (isnan (wh_statistics_pearson (x, flat, 5, NULL)));
  g_assert_cmpfloat_with_epsilon (wh_statistics_pearson (x, gaps, 5, &pairs), 6 / sqrt (8 * 14.0 / 3), CLOSE);
  g_assert_cmpuint (pairs, ==, 3);
  g_assert_true (isnan (wh_statistics_pearson (x, y, 2, NULL)));
}

static void
test_spearman (void)
{
  const double x[] = { 1, 10, 100, 1000, 10000 }, y[] = { 1, 2, 3, 4, 5 };
  const double tied[] = { 1, 2, 2, 3 }, other[] = { 1, 3, 2, 4 };

  g_assert_cmpfloat_with_epsilon (wh_statistics_spearman (x, y, 5, NULL), 1, CLOSE);
  /* Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4. */
  g_assert_cmpfloat_with_epsilon (wh_statistics_spearman (tied, other, 4, NULL), 4.5 / sqrt (4.5 * 5), CLOSE);
}

static double *
make_table (gsize n_rows, gsize n_columns)
{
  double *values = g_new (double, n_rows * n_columns);

  for (gsize i = 0; i < n_rows * n_columns; i++)
    values[i] = g_test_rand_double_range (-3, 3) * (1 + i % n_columns);
  return values;
}

static void
test_correlations_are_those_of_pairs (void)
{
  g_autofree double *values = make_table (40, 5);
  g_autoptr (WhCorrelationMatrix) matrix
      = wh_statistics_correlations (engine, values, 40, 5, WH_CORRELATION_SPEARMAN, NULL, NULL);
  double x[40], y[40];

  for (gsize row = 0; row < 40; row++)
    {
      x[row] = values[row * 5 + 1];
      y[row] = values[row * 5 + 4];
    }
  g_assert_cmpfloat_with_epsilon (matrix->values[1 * 5 + 4], wh_statistics_spearman (x, y, 40, NULL), CLOSE);
  g_assert_cmpfloat_with_epsilon (matrix->values[4 * 5 + 1], matrix->values[1 * 5 + 4], CLOSE);
  g_assert_cmpfloat_with_epsilon (matrix->values[2 * 5 + 2], 1, CLOSE);
}

/* Points on a line through (1, 1) have one component. */
static void
test_one_direction (void)
{
  const double values[] = { 1, 1, 2, 2, 5, 5, -4, -4 };
  g_autoptr (WhComponents) components = wh_components_new (engine, values, 4, 2, FALSE, NULL, NULL);

  g_assert_cmpfloat_with_epsilon (components->shares[0], 1, CLOSE);
  g_assert_cmpfloat_with_epsilon (components->shares[1], 0, CLOSE);
  g_assert_cmpfloat_with_epsilon (components->loadings[0], sqrt (0.5), CLOSE);
  g_assert_cmpfloat_with_epsilon (components->scores[0 * 2], 0, CLOSE);   /* (1, 1) is the mean */
  g_assert_cmpfloat_with_epsilon (components->scores[2 * 2], 4 * sqrt (2), CLOSE);
}

/* Loadings are orthonormal, and scores turned back give the centred table. */
static void
test_components_carry_everything (void)
{
  enum { ROWS = 60, COLUMNS = 9 };
  g_autofree double *values = make_table (ROWS, COLUMNS);
  g_autoptr (WhComponents) components = wh_components_new (engine, values, ROWS, COLUMNS, FALSE, NULL, NULL);

  for (gsize i = 0; i < COLUMNS; i++)
    for (gsize j = 0; j < COLUMNS; j++)
      {
        double product = 0;
        for (gsize c = 0; c < COLUMNS; c++)
          product += components->loadings[i * COLUMNS + c] * components->loadings[j * COLUMNS + c];
        g_assert_cmpfloat_with_epsilon (product, i == j, CLOSE);
      }
  for (gsize column = 0; column < COLUMNS; column++)
    {
      double first = 0, second = 0;
      for (gsize i = 0; i < COLUMNS; i++)
        {
          first += components->scores[0 * COLUMNS + i] * components->loadings[i * COLUMNS + column];
          second += components->scores[1 * COLUMNS + i] * components->loadings[i * COLUMNS + column];
        }
      g_assert_cmpfloat_with_epsilon (first - second, values[column] - values[COLUMNS + column], 1e-8);
    }
}

static void
test_standardised (void)
{
  /* The second column does not vary; the first and third are the same but for their scale. */
  const double values[] = { 1, 5, 100, 2, 5, 200, 3, 5, 300 };
  g_autoptr (WhComponents) components = wh_components_new (engine, values, 3, 3, TRUE, NULL, NULL);

  g_assert_cmpfloat_with_epsilon (components->shares[0], 1, CLOSE);
  g_assert_cmpfloat_with_epsilon (components->loadings[0], components->loadings[2], CLOSE);
}

static void
test_refused (void)
{
  const double values[] = { 1, 2, NAN, 4 };
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_components_new (engine, values, 2, 2, FALSE, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (wh_components_new (engine, values, 1, 2, FALSE, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  engine = wh_engine_new_cpu (2);
  g_test_add_func ("/statistics/pearson", test_pearson);
  g_test_add_func ("/statistics/spearman", test_spearman);
  g_test_add_func ("/statistics/correlations", test_correlations_are_those_of_pairs);
  g_test_add_func ("/statistics/components/one-direction", test_one_direction);
  g_test_add_func ("/statistics/components/carry-everything", test_components_carry_everything);
  g_test_add_func ("/statistics/components/standardised", test_standardised);
  g_test_add_func ("/statistics/components/refused", test_refused);
  status = g_test_run ();
  wh_engine_free (engine);
  return status;
}
