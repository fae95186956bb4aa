/* k-means on tables whose clusters are known, and what must hold for any table. */
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "support/wh-test.h"
#include "wh-clusters.h"

#define CLOSE 1e-9
#define ROWS 600

static WhEngine *engine;

/* Three heaps of 300, 200 and 100 rows, mixed. */
static double *
make_heaps (guint *out_heaps)
{
  static const double middles[3][2] = { { 0, 0 }, { 100, 0 }, { 0, 100 } };
  double *values = g_new (double, ROWS * 2);

  for (guint i = 0; i < ROWS; i++)
    {
      guint heap = i % 6 < 3 ? 0 : i % 6 < 5 ? 1 : 2;
      out_heaps[i] = heap;
      values[2 * i] = middles[heap][0] + g_test_rand_double_range (-5, 5);
      values[2 * i + 1] = middles[heap][1] + g_test_rand_double_range (-5, 5);
    }
  return values;
}

static void
test_heaps_are_found (void)
{
  guint heaps[ROWS];
  g_autofree double *values = make_heaps (heaps);
  g_autoptr (WhClusters) clusters = wh_clusters_new (engine, values, ROWS, 2, 3, 5, 1, NULL, NULL);

  g_assert_cmpmem (clusters->labels, sizeof heaps, heaps, sizeof heaps);
  g_assert_cmpuint (clusters->sizes[0], ==, 300);
  g_assert_cmpuint (clusters->sizes[2], ==, 100);
  g_assert_cmpfloat_with_epsilon (clusters->centres[2], 100, 2);
  g_assert_cmpfloat (wh_clusters_silhouette (engine, clusters, values, 0, NULL), >, 0.9);
  g_assert_cmpfloat_with_epsilon (wh_clusters_silhouette (engine, clusters, values, 0, NULL),
                                  wh_clusters_silhouette (engine, clusters, values, 100, NULL), 0.05);
}

/* The inertia is that of the labels and centres, and no row is nearer to another centre. */
static void
test_result_is_consistent (void)
{
  enum { N = 200, COLUMNS = 5, K = 7 };
  double values[N * COLUMNS], inertia = 0;
  g_autoptr (WhClusters) clusters = NULL;

  for (guint i = 0; i < N * COLUMNS; i++)
    values[i] = g_test_rand_double_range (0, 1);
  clusters = wh_clusters_new (engine, values, N, COLUMNS, K, 3, 2, NULL, NULL);
  for (guint row = 0; row < N; row++)
    {
      double own = 0, least = INFINITY;
      for (guint k = 0; k < K; k++)
        {
          double sum = 0;
          for (guint c = 0; c < COLUMNS; c++)
            sum += pow (values[row * COLUMNS + c] - clusters->centres[k * COLUMNS + c], 2);
          least = MIN (least, sum);
          own = k == clusters->labels[row] ? sum : own;
        }
      g_assert_cmpfloat_with_epsilon (own, least, CLOSE);
      inertia += own;
    }
  g_assert_cmpfloat_with_epsilon (clusters->inertia, inertia, 1e-6);
}

static void
test_same_seed_same_result (void)
{
  guint heaps[ROWS];
  g_autofree double *values = make_heaps (heaps);
  g_autoptr (WhClusters) first = wh_clusters_new (engine, values, ROWS, 2, 8, 2, 99, NULL, NULL);
  g_autoptr (WhClusters) again = wh_clusters_new (engine, values, ROWS, 2, 8, 2, 99, NULL, NULL);

  g_assert_cmpmem (first->labels, ROWS * sizeof (guint), again->labels, ROWS * sizeof (guint));
}

/* Fewer different rows than clusters: no cluster may take the program down or hold a number that is none. */
static void
test_equal_rows (void)
{
  const double values[] = { 1, 1, 1, 1, 1, 2 };
  g_autoptr (WhClusters) clusters = wh_clusters_new (engine, values, 6, 1, 4, 3, 5, NULL, NULL);

  g_assert_cmpfloat_with_epsilon (clusters->inertia, 0, CLOSE);
  for (guint k = 0; k < 4; k++)
    g_assert_true (isfinite (clusters->centres[k]));
  g_assert_true (isfinite (wh_clusters_silhouette (engine, clusters, values, 0, NULL)));
}

/* 0, 1 | 10: a = 1, b = 10 for the first, 1 and 9 for the second, alone (0) the third. */
static void
test_silhouette_by_hand (void)
{
  const double values[] = { 0, 1, 10 };
  g_autoptr (WhClusters) clusters = wh_clusters_new (engine, values, 3, 1, 2, 10, 7, NULL, NULL);
  g_autoptr (WhClusters) one = wh_clusters_new (engine, values, 3, 1, 1, 1, 7, NULL, NULL);

  g_assert_cmpfloat_with_epsilon (wh_clusters_silhouette (engine, clusters, values, 0, NULL), (0.9 + 8.0 / 9) / 3, CLOSE);
  g_assert_true (isnan (wh_clusters_silhouette (engine, one, values, 0, NULL)));
}

static void
test_refused (void)
{
  const double values[] = { 0, NAN };
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_clusters_new (engine, values, 2, 1, 1, 1, 1, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (wh_clusters_new (engine, values, 1, 1, 2, 1, 1, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

/* Two splits of four: 2 pairs in common, 2 x 1 / 6 expected by chance, at most (2 + 1) / 2. */
static void
test_agreement_by_hand (void)
{
  const guint a[] = { 0, 0, 1, 1 }, renamed[] = { 1, 1, 0, 0 }, finer[] = { 0, 0, 1, 2 }, crossed[] = { 0, 1, 0, 1 };
  const guint one[] = { 0, 0, 0, 0 };

  g_assert_cmpfloat_with_epsilon (wh_clusters_agreement (a, renamed, 4), 1, CLOSE);
  g_assert_cmpfloat_with_epsilon (wh_clusters_agreement (a, finer, 4), (1 - 1.0 / 3) / (1.5 - 1.0 / 3), CLOSE);
  g_assert_cmpfloat_with_epsilon (wh_clusters_agreement (a, crossed, 4), -0.5, CLOSE);
  g_assert_cmpfloat_with_epsilon (wh_clusters_agreement (a, one, 4), 0, CLOSE);
  g_assert_cmpfloat_with_epsilon (wh_clusters_agreement (one, one, 4), 1, CLOSE);
  g_assert_true (isnan (wh_clusters_agreement (a, a, 1)));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  engine = wh_engine_new_cpu (2);
  g_test_add_func ("/clusters/heaps-are-found", test_heaps_are_found);
  g_test_add_func ("/clusters/result-is-consistent", test_result_is_consistent);
  g_test_add_func ("/clusters/same-seed-same-result", test_same_seed_same_result);
  g_test_add_func ("/clusters/equal-rows", test_equal_rows);
  g_test_add_func ("/clusters/silhouette-by-hand", test_silhouette_by_hand);
  g_test_add_func ("/clusters/agreement-by-hand", test_agreement_by_hand);
  g_test_add_func ("/clusters/refused", test_refused);
  status = g_test_run ();
  wh_engine_free (engine);
  return status;
}
