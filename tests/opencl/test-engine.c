/* What the engine refuses, the plain definitions, calibration and bands; test-conformance.c holds every path to them. */
#include <math.h>

#include "base/wh-error.h"
#include "support/wh-test.h"
#include "wh-engine.h"

static void
test_known_distances (void)
{
  const float a[] = { 1, 1, 0, 0, 0 }, b[] = { 0, 0, 1, 1, 0 }, c[] = { 2, 2, 0, 0, 0 };

  g_assert_cmpfloat_with_epsilon (wh_engine_hellinger (a, 31, b, 31, 5, NULL), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (wh_engine_jensen_shannon (a, 31, b, 31, 5), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (wh_engine_hellinger (a, 31, c, 31, 5, NULL), 0, 1e-7);
  g_assert_true (isnan (wh_engine_hellinger (a, 15, c, 31, 5, NULL)));   /* four shared columns are too few */
}

static void
test_more_distances (void)
{
  const float a[] = { 1, 2, 4, 8, 16 }, b[] = { 16, 8, 4, 2, 1 }, scaled[] = { 3, 6, 12, 24, 48 };

  /* Differences of logarithms: ln 16 times -1, -1/2, 0, 1/2, 1. */
  g_assert_cmpfloat_with_epsilon (wh_engine_distance (WH_METRIC_AITCHISON, a, 31, b, 31, 5, NULL), log (16) * sqrt (2.5), 1e-9);
  g_assert_cmpfloat_with_epsilon (wh_engine_distance (WH_METRIC_AITCHISON, a, 31, scaled, 31, 5, NULL), 0, 1e-7);
  g_assert_cmpfloat_with_epsilon (wh_engine_distance (WH_METRIC_COSINE, a, 31, b, 31, 5, NULL), 1 - 80.0 / 341, 1e-12);
  g_assert_cmpfloat_with_epsilon (wh_engine_distance (WH_METRIC_COSINE, a, 31, scaled, 31, 5, NULL), 0, 1e-12);
}

static void
test_bad_values (void)
{
  static const float bad[] = { -1, NAN, INFINITY };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WhMatrix) unread = NULL;
      g_assert_null (wh_matrix_new (WH_METRIC_HELLINGER, &bad[i], (const guint64[]) { 1 }, 1, 1, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
      unread = wh_matrix_new (WH_METRIC_HELLINGER, &bad[i], (const guint64[]) { 0 }, 1, 1, NULL);
      g_assert_nonnull (unread);   /* what was not tested is not read */
    }
}

static void
test_no_zeros_in_ratios (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_matrix_new (WH_METRIC_AITCHISON, (const float[]) { 0 }, (const guint64[]) { 1 }, 1, 1, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

static void
test_random_pairs (void)
{
  enum { ROWS = 200, COLUMNS = 20 };
  float values[ROWS * COLUMNS];
  guint64 masks[ROWS];
  g_autoptr (GArray) first = NULL;
  g_autoptr (GArray) again = NULL;

  for (guint i = 0; i < ROWS * COLUMNS; i++)
    values[i] = (float) g_test_rand_double_range (0, 20);
  for (guint i = 0; i < ROWS; i++)
    masks[i] = (guint64) g_test_rand_int () & ((1 << COLUMNS) - 1);
  first = wh_engine_random_pairs (values, masks, ROWS, COLUMNS, 1000, 7);
  again = wh_engine_random_pairs (values, masks, ROWS, COLUMNS, 1000, 7);
  g_assert_cmpuint (first->len, >, 200);
  g_assert_cmpmem (first->data, first->len * sizeof (float), again->data, again->len * sizeof (float));
  for (guint i = 1; i < first->len; i++)
    g_assert_true (g_array_index (first, float, i - 1) <= g_array_index (first, float, i));
}

static void
test_band (void)
{
  float distances[101], gap[] = { 1, NAN };
  double low, high;

  for (guint i = 0; i < G_N_ELEMENTS (distances); i++)
    distances[i] = (float) (i * 37 % 101);
  wh_engine_band (distances, G_N_ELEMENTS (distances), 0.9, &low, &high);
  g_assert_cmpfloat (low, ==, 5);
  g_assert_cmpfloat (high, ==, 95);
  wh_engine_band (gap, 2, 0.9, &low, &high);
  g_assert_true (isnan (low) && isnan (high));
  wh_engine_band (gap, 0, 0.9, &low, &high);
  g_assert_true (isnan (low));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/known-distances", test_known_distances);
  g_test_add_func ("/engine/more-distances", test_more_distances);
  g_test_add_func ("/engine/bad-values", test_bad_values);
  g_test_add_func ("/engine/no-zeros-in-ratios", test_no_zeros_in_ratios);
  g_test_add_func ("/engine/random-pairs", test_random_pairs);
  g_test_add_func ("/engine/band", test_band);
  return g_test_run ();
}
