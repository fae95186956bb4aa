/* Every CPU path against the double-precision definition, on random rows with gaps and zeros. */
#include <math.h>

#include "base/wh-error.h"
#include "support/wh-test.h"
#include "wh-matrix-private.h"

#define TOLERANCE 1e-5   /* of the squared distance, see opencl/README.md */

typedef struct {
  gsize    n_rows, n_columns;
  float   *values;
  guint64 *masks;
  WhMatrix *matrix;
} Data;

static Data
make_data (gsize n_rows, gsize n_columns)
{
  Data data = { n_rows, n_columns, g_new0 (float, n_rows * n_columns + 1), g_new0 (guint64, n_rows + 1), NULL };

  for (gsize row = 0; row < n_rows; row++)
    {
      gboolean empty = g_test_rand_int_range (0, 10) == 0;
      for (gsize column = 0; column < n_columns; column++)
        {
          if (g_test_rand_int_range (0, 4))
            data.masks[row] |= G_GUINT64_CONSTANT (1) << column;
          if (!empty && g_test_rand_int_range (0, 3))
            data.values[row * n_columns + column] = (float) g_test_rand_double_range (0, 20);
        }
    }
  data.matrix = wh_matrix_new (data.values, data.masks, n_rows, n_columns, NULL);
  g_assert_nonnull (data.matrix);
  return data;
}

static void
clear_data (Data *data)
{
  wh_matrix_unref (data->matrix);
  g_free (data->values);
  g_free (data->masks);
}

static double
distance_to (const Data *data, gsize query, gsize row, guint *out_shared)
{
  return wh_engine_hellinger (data->values + query * data->n_columns, data->masks[query], data->values + row * data->n_columns,
                              data->masks[row], data->n_columns, out_shared);
}

/* All neighbours: each must have its true distance, none may be missing, and they must come nearest first. */
static void
check_query (const WhCpuPath *path, const Data *data, gsize query)
{
  g_autofree WhNeighbour *found = g_new (WhNeighbour, data->n_rows + 1);
  gsize n = wh_engine_cpu_nearest (path, data->matrix, data->values + query * data->n_columns, data->masks[query], (guint32) query,
                                   data->n_rows + 1, found);
  gsize expected = 0;

  for (gsize row = 0; row < data->n_rows; row++)
    expected += row != query && !isnan (distance_to (data, query, row, NULL));
  g_assert_cmpuint (n, ==, expected);
  for (gsize i = 0; i < n; i++)
    {
      guint shared;
      double truth = distance_to (data, query, found[i].row, &shared);
      g_assert_cmpuint (found[i].shared, ==, shared);
      g_assert_cmpfloat (fabs (truth * truth - (double) found[i].distance * found[i].distance), <, TOLERANCE);
      g_assert_true (i == 0 || found[i].distance > found[i - 1].distance
                     || (found[i].distance == found[i - 1].distance && found[i].row > found[i - 1].row));
    }
}

/* A query that is all zero, or tested for nothing, has no neighbours. */
static void
check_nothing_known (const WhCpuPath *path, const Data *data)
{
  const float zeros[WH_ENGINE_COLUMNS] = { 0 };
  const guint64 masks[] = { 0, G_MAXUINT64 >> (WH_ENGINE_COLUMNS - data->n_columns) };
  WhNeighbour found[3];

  for (guint i = 0; i < G_N_ELEMENTS (masks); i++)
    g_assert_cmpuint (wh_engine_cpu_nearest (path, data->matrix, zeros, masks[i], G_MAXUINT32, 3, found), ==, 0);
}

/* Equal rows, more of them than are asked for: the first ones are kept, in their order. */
static void
test_ties (gconstpointer user_data)
{
  enum { N = 40, COLUMNS = 6, K = 7, EXCLUDED = 3 };
  const WhCpuPath *path = user_data;
  float values[N * COLUMNS];
  guint64 masks[N];
  WhNeighbour found[K];
  g_autoptr (WhMatrix) matrix = NULL;

  if (!path->usable ())
    {
      g_test_skip ("this processor does not have it");
      return;
    }
  for (guint i = 0; i < N * COLUMNS; i++)
    values[i] = 1 + i % COLUMNS;
  for (guint i = 0; i < N; i++)
    masks[i] = (1 << COLUMNS) - 1;
  matrix = wh_matrix_new (values, masks, N, COLUMNS, NULL);
  g_assert_cmpuint (wh_engine_cpu_nearest (path, matrix, values, masks[0], EXCLUDED, K, found), ==, K);
  for (guint i = 0; i < K; i++)
    g_assert_cmpuint (found[i].row, ==, i < EXCLUDED ? i : i + 1);
}

static void
test_path (gconstpointer user_data)
{
  static const gsize sizes[] = { 0, 1, 2, 15, 16, 17, 63, 64, 65, 4096 };
  static const gsize columns[] = { 1, 5, 14, 23, 64 };
  const WhCpuPath *path = user_data;

  if (!path->usable ())
    {
      g_test_skip ("this processor does not have it");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (columns); j++)
      {
        Data data = make_data (sizes[i], columns[j]);
        if (sizes[i] > 0)
          check_query (path, &data, (gsize) g_test_rand_int_range (0, (int) sizes[i]));
        check_nothing_known (path, &data);
        clear_data (&data);
      }
}

static void
test_top_k (void)
{
  enum { ROWS = 4096, COLUMNS = 20, ALL = (1 << COLUMNS) - 1 };
  Data data = make_data (ROWS, COLUMNS);
  g_autoptr (WhEngine) engine = wh_engine_new ();
  g_autofree WhNeighbour *all = g_new (WhNeighbour, ROWS);
  WhNeighbour ten[10];
  float query[COLUMNS];
  const char *path = NULL;

  for (guint i = 0; i < COLUMNS; i++)
    query[i] = (float) g_test_rand_double_range (1, 20);
  g_assert_cmpuint (wh_engine_nearest (engine, data.matrix, query, ALL, 0, ROWS, all, &path), >, 10);
  g_assert_true (g_str_has_prefix (path, "cpu-"));
  g_assert_cmpuint (wh_engine_nearest (engine, data.matrix, query, ALL, 0, 10, ten, NULL), ==, 10);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (ten[i].row, ==, all[i].row);
  g_assert_cmpuint (wh_engine_nearest (engine, data.matrix, query, ALL, 0, 0, ten, NULL), ==, 0);
  clear_data (&data);
}

static void
test_no_rows (void)
{
  g_autoptr (WhMatrix) matrix = wh_matrix_new ((const float[]) { 0 }, (const guint64[]) { 0 }, 0, 5, NULL);
  g_autoptr (WhEngine) engine = wh_engine_new ();
  const float query[] = { 1, 2, 3, 4, 5 };
  WhNeighbour found[3];

  g_assert_cmpuint (wh_engine_nearest (engine, matrix, query, 31, G_MAXUINT32, 3, found, NULL), ==, 0);
}

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
test_bad_values (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_matrix_new ((const float[]) { -1 }, (const guint64[]) { 1 }, 1, 1, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (wh_matrix_new ((const float[]) { NAN }, (const guint64[]) { 1 }, 1, 1, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

static void
test_random_pairs (void)
{
  Data data = make_data (200, 20);
  g_autoptr (WhEngine) engine = wh_engine_new ();
  g_autoptr (GArray) first = wh_engine_random_pairs (engine, data.matrix, 1000, 7);
  g_autoptr (GArray) again = wh_engine_random_pairs (engine, data.matrix, 1000, 7);

  g_assert_cmpuint (first->len, >, 500);
  g_assert_cmpmem (first->data, first->len * sizeof (float), again->data, again->len * sizeof (float));
  for (guint i = 1; i < first->len; i++)
    g_assert_true (g_array_index (first, float, i - 1) <= g_array_index (first, float, i));
  clear_data (&data);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const WhCpuPath *path = wh_engine_cpu_paths; path->name; path++)
    {
      g_autofree char *name = g_strdup_printf ("/engine/%s/definition", path->name);
      g_autofree char *ties = g_strdup_printf ("/engine/%s/ties", path->name);
      g_test_add_data_func (name, path, test_path);
      g_test_add_data_func (ties, path, test_ties);
    }
  g_test_add_func ("/engine/top-k", test_top_k);
  g_test_add_func ("/engine/no-rows", test_no_rows);
  g_test_add_func ("/engine/known-distances", test_known_distances);
  g_test_add_func ("/engine/bad-values", test_bad_values);
  g_test_add_func ("/engine/random-pairs", test_random_pairs);
  return g_test_run ();
}
