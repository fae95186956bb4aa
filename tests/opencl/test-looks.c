/* Estimating rows from a byte a column must never lose a near row, whatever the rows and queries are like: nearest neighbours of every
 * path of the processor against all distances in double precision, where rounding has the least room. */
#include <math.h>

#include "support/wh-test.h"
#include "wh-cpu-private.h"

#define MOST_ROWS 400
#define QUERIES 60
#define TRIES 12
#define FAR 1e-6        /* that a far in single precision may be off by */

typedef enum {
  EVEN,
  SPARSE,
  NEARLY_EQUAL,
  NEARLY_EQUAL_BUT_ONE,
  TWO_CAMPS,     /* each row has the same of half of every other pair of columns: all are as far from the middle as steps go */
  N_KINDS
} Kind;

typedef struct {
  Kind     kind;
  WhMetric metric;
  gsize    n_rows, n_columns, k;
  float    values[MOST_ROWS * WH_ENGINE_COLUMNS], queries[QUERIES * WH_ENGINE_COLUMNS];
  guint64  masks[MOST_ROWS];
} Case;

static float
amount_in_two_camps (gsize column, gsize n_columns, gboolean second)
{
  return column % 4 < 2 && (column >= n_columns / 2) == second;
}

static float
amount_of (const Case *self, gsize row, gsize column)
{
  switch (self->kind)
    {
    case SPARSE:
      return g_test_rand_int_range (0, 5) && column != row % self->n_columns ? 0 : (float) g_test_rand_double_range (0.1, 20);
    case NEARLY_EQUAL_BUT_ONE:
      if (row == 7)
        return column == 0;
      G_GNUC_FALLTHROUGH;
    case NEARLY_EQUAL:
      return (float) (1 + (double) column + g_test_rand_double_range (0, 1e-4));
    case TWO_CAMPS:
      return amount_in_two_camps (column, self->n_columns, row % 2);
    default:
      return (float) g_test_rand_double_range (0, 20);
    }
}

/* In the first camp, with amounts just above and just below the rows': where rounding to steps goes one way in all columns. */
static void
fill_query_in_camp (const Case *self, float *query)
{
  double low = g_test_rand_double_range (0.97, 1), n = (double) self->n_columns / 4, n_high = g_test_rand_int_range (1, 8);
  double high = (n - (n - n_high) * low * low) / n_high;
  guint place = 0;

  for (gsize column = 0; column < self->n_columns; column++)
    {
      double share = place < n_high ? high : low * low;
      gboolean there = amount_in_two_camps (column, self->n_columns, FALSE) > 0;
      query[column] = there ? (float) (self->metric == WH_METRIC_COSINE ? sqrt (share) : share) : 0;
      place += there;
    }
}

/* A row, a row a little changed, one amount alone, or anything. */
static void
fill_query (const Case *self, guint i, float *query)
{
  gsize row = (gsize) g_test_rand_int_range (0, (gint32) self->n_rows), one = (gsize) g_test_rand_int_range (0, (gint32) self->n_columns);

  for (gsize column = 0; column < self->n_columns; column++)
    {
      float same = self->values[row * self->n_columns + column];
      const float amounts[] = { same, same * (float) g_test_rand_double_range (0.9, 1.1), column == one,
                                (float) g_test_rand_double_range (0, 20) };
      query[column] = amounts[i % G_N_ELEMENTS (amounts)];
    }
  if (self->kind == TWO_CAMPS && i % 2)
    fill_query_in_camp (self, query);
}

static Case *
case_new (Kind kind, WhMetric metric)
{
  Case *self = g_new0 (Case, 1);

  self->kind = kind;
  self->metric = metric;
  self->n_columns = kind == TWO_CAMPS ? 64 : (gsize) g_test_rand_int_range (5, 65);
  self->n_rows = (gsize) g_test_rand_int_range (64, MOST_ROWS);
  self->k = (gsize) g_test_rand_int_range (1, 12);
  for (gsize row = 0; row < self->n_rows; row++)
    {
      self->masks[row] = G_MAXUINT64 >> (WH_ENGINE_COLUMNS - self->n_columns);
      for (gsize column = 0; column < self->n_columns; column++)
        self->values[row * self->n_columns + column] = amount_of (self, row, column);
    }
  for (guint i = 0; i < QUERIES; i++)
    fill_query (self, i, self->queries + i * self->n_columns);
  return self;
}

static double
far_of (const Case *self, gsize query, gsize row)
{
  float a[WH_ENGINE_COLUMNS], b[WH_ENGINE_COLUMNS];
  double product = 0;

  wh_matrix_features (self->metric, self->queries + query * self->n_columns, self->masks[0], self->n_columns, a);
  wh_matrix_features (self->metric, self->values + row * self->n_columns, self->masks[0], self->n_columns, b);
  for (gsize column = 0; column < self->n_columns; column++)
    product += (double) a[column] * b[column];
  return MAX (0, 1 - product);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
assert_nearest (const Case *self, gsize query, const WhNeighbour *found, gsize n)
{
  g_autofree double *fars = g_new (double, self->n_rows), *sorted = NULL;

  for (gsize row = 0; row < self->n_rows; row++)
    fars[row] = far_of (self, query, row);
  sorted = g_memdup2 (fars, self->n_rows * sizeof *fars);
  qsort (sorted, self->n_rows, sizeof *sorted, compare_doubles);
  g_assert_cmpuint (n, ==, MIN (self->k, self->n_rows));
  for (gsize i = 0; i < n; i++)
    {
      double far = self->metric == WH_METRIC_COSINE ? (double) found[i].distance : (double) found[i].distance * (double) found[i].distance;
      g_assert_cmpfloat_with_epsilon (far, fars[found[i].row], FAR);
      g_assert_cmpfloat_with_epsilon (far, sorted[i], FAR);
    }
}

static void
run_case (const WhCpuPath *path, Kind kind, WhMetric metric)
{
  g_autofree Case *self = case_new (kind, metric);
  g_autoptr (WhMatrix) matrix = wh_matrix_new (metric, self->values, self->masks, self->n_rows, self->n_columns, NULL);
  g_autofree WhNeighbour *found = g_new (WhNeighbour, QUERIES * self->k);
  gsize counts[QUERIES];
  gpointer cpu = wh_cpu_open (path, 1);

  g_assert_nonnull (matrix);
  /* Alone and side by side take different ways. */
  for (gsize width = 1; width <= QUERIES; width += QUERIES - 1)
    {
      for (gsize first = 0; first < QUERIES; first += width)
        {
          const WhQueries queries = { width, self->queries + first * self->n_columns, self->masks, NULL };
          g_assert_cmpint (wh_cpu_nearest (cpu, matrix, &queries, self->k, found + first * self->k, counts + first, NULL), ==, WH_RUN_DONE);
        }
      for (gsize query = 0; query < QUERIES; query++)
        assert_nearest (self, query, found + query * self->k, counts[query]);
    }
  wh_engine_cpu_ops.close (cpu);
}

static void
test_path (gconstpointer data)
{
  for (Kind kind = 0; kind < N_KINDS; kind++)
    for (guint i = 0; i < TRIES; i++)
      run_case (data, kind, i % 2 ? WH_METRIC_COSINE : WH_METRIC_HELLINGER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; wh_cpu_paths[i]; i++)
    {
      g_autofree char *name = g_strconcat ("/looks/", wh_cpu_paths[i]->name, NULL);
      if (wh_cpu_paths[i]->usable ())
        g_test_add_data_func (name, wh_cpu_paths[i], test_path);
    }
  return g_test_run ();
}
