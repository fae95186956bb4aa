#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-engine-ops.h"
#include "wh-statistics.h"

#define MOST_SWEEPS 64
#define CLOSE 1e-22   /* of the squared off-diagonal to the squared diagonal */

/* Centred (and standardised) copy. */
static double *
prepare (const double *values, gsize n_rows, gsize n_columns, gboolean standardise)
{
  double *out = g_memdup2 (values, n_rows * n_columns * sizeof (double));

  for (gsize column = 0; column < n_columns; column++)
    {
      double mean = 0, squares = 0, scale = 1;
      for (gsize row = 0; row < n_rows; row++)
        mean += values[row * n_columns + column] / n_rows;
      for (gsize row = 0; row < n_rows; row++)
        squares += (values[row * n_columns + column] - mean) * (values[row * n_columns + column] - mean);
      if (standardise)
        scale = squares > 0 ? 1 / sqrt (squares / (n_rows - 1)) : 0;
      for (gsize row = 0; row < n_rows; row++)
        out[row * n_columns + column] = (values[row * n_columns + column] - mean) * scale;
    }
  return out;
}

/* Of centred columns; NULL when cancelled. */
static double *
covariance (WhEngine *engine, const double *table, gsize n_rows, gsize n, GCancellable *cancellable, const char **out_path)
{
  g_autofree double *columns = g_new (double, n_rows * n);
  g_autofree WhMoments *moments = g_new (WhMoments, n * (n + 1) / 2);
  double *out = g_new (double, n * n);

  for (gsize row = 0; row < n_rows; row++)
    for (gsize column = 0; column < n; column++)
      columns[column * n_rows + row] = table[row * n + column];
  if (!wh_engine_moments (engine, columns, n_rows, n, moments, cancellable, out_path))
    {
      g_free (out);
      return NULL;
    }
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      out[i * n + j] = out[j * n + i] = moments[i * (i + 1) / 2 + j].xy / ((double) n_rows - 1);
  return out;
}

/* One plane rotation that makes entry (p, q) zero; the rows of `vectors` turn along. */
static void
rotate (double *matrix, double *vectors, gsize n, gsize p, gsize q)
{
  double apq = matrix[p * n + q], theta, t, c, s;

  if (apq == 0)
    return;
  theta = (matrix[q * n + q] - matrix[p * n + p]) / (2 * apq);
  t = (theta < 0 ? -1 : 1) / (fabs (theta) + sqrt (theta * theta + 1));
  c = 1 / sqrt (t * t + 1);
  s = t * c;
  for (gsize i = 0; i < n; i++)
    {
      double ip = matrix[i * n + p], iq = matrix[i * n + q];
      matrix[i * n + p] = c * ip - s * iq;
      matrix[i * n + q] = s * ip + c * iq;
    }
  for (gsize i = 0; i < n; i++)
    {
      double pi = matrix[p * n + i], qi = matrix[q * n + i], vp = vectors[p * n + i], vq = vectors[q * n + i];
      matrix[p * n + i] = c * pi - s * qi;
      matrix[q * n + i] = s * pi + c * qi;
      vectors[p * n + i] = c * vp - s * vq;
      vectors[q * n + i] = s * vp + c * vq;
    }
}

static gboolean
is_diagonal (const double *matrix, gsize n)
{
  double on = 0, off = 0;

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < n; j++)
      *(i == j ? &on : &off) += matrix[i * n + j] * matrix[i * n + j];
  return off <= CLOSE * on;
}

/* Jacobi's method: at most a few hundred columns, and every digit right. Rows of the result are the vectors. */
static double *
eigenvectors (double *matrix, gsize n)
{
  double *vectors = g_new0 (double, n * n);

  for (gsize i = 0; i < n; i++)
    vectors[i * n + i] = 1;
  for (guint sweep = 0; sweep < MOST_SWEEPS && !is_diagonal (matrix, n); sweep++)
    for (gsize p = 0; p < n; p++)
      for (gsize q = p + 1; q < n; q++)
        rotate (matrix, vectors, n, p, q);
  return vectors;
}

typedef struct {
  double variance;
  gsize  place;
} Component;

static int
compare_components (gconstpointer a, gconstpointer b)
{
  const Component *x = a, *y = b;

  if (x->variance != y->variance)
    return x->variance > y->variance ? -1 : 1;
  return (x->place > y->place) - (x->place < y->place);
}

static void
copy_loading (double *out, const double *vector, gsize n)
{
  gsize largest = 0;

  for (gsize i = 1; i < n; i++)
    if (fabs (vector[i]) > fabs (vector[largest]))
      largest = i;
  for (gsize i = 0; i < n; i++)
    out[i] = vector[largest] < 0 ? -vector[i] : vector[i];
}

static void
take_in_order (WhComponents *components, const double *matrix, const double *vectors)
{
  gsize n = components->n_columns;
  g_autofree Component *order = g_new (Component, n);
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    {
      order[i] = (Component) { MAX (0, matrix[i * n + i]), i };
      sum += order[i].variance;
    }
  qsort (order, n, sizeof *order, compare_components);
  for (gsize i = 0; i < n; i++)
    {
      components->shares[i] = sum > 0 ? order[i].variance / sum : 0;
      copy_loading (components->loadings + i * n, vectors + order[i].place * n, n);
    }
}

static void
project (WhComponents *components, const double *table)
{
  gsize n = components->n_columns;

  for (gsize row = 0; row < components->n_rows; row++)
    for (gsize component = 0; component < n; component++)
      for (gsize column = 0; column < n; column++)
        components->scores[row * n + component] += table[row * n + column] * components->loadings[component * n + column];
}

static gboolean
is_decomposable (const double *values, gsize n_rows, gsize n_columns)
{
  if (n_rows < 2 || n_columns == 0 || n_columns > WH_STATISTICS_COLUMNS)
    return FALSE;
  for (gsize i = 0; i < n_rows * n_columns; i++)
    if (!isfinite (values[i]))
      return FALSE;
  return TRUE;
}

WhComponents *
wh_components_new (WhEngine *engine, const double *values, gsize n_rows, gsize n_columns, gboolean standardise,
                   GCancellable *cancellable, GError **error)
{
  g_autofree double *table = NULL, *matrix = NULL, *vectors = NULL;
  const char *path;
  WhComponents *components;

  if (!is_decomposable (values, n_rows, n_columns))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
                   _("Principal components need two rows or more, 1 to %d columns and numbers only."), WH_STATISTICS_COLUMNS);
      return NULL;
    }
  table = prepare (values, n_rows, n_columns, standardise);
  matrix = covariance (engine, table, n_rows, n_columns, cancellable, &path);
  if (!matrix)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, _("Cancelled."));
      return NULL;
    }
  components = g_new0 (WhComponents, 1);
  *components = (WhComponents) { n_rows, n_columns, g_new0 (double, n_columns), g_new0 (double, n_columns * n_columns),
                                 g_new0 (double, n_rows * n_columns), path };
  vectors = eigenvectors (matrix, n_columns);
  take_in_order (components, matrix, vectors);
  project (components, table);
  return components;
}

void
wh_components_free (WhComponents *components)
{
  g_free (components->shares);
  g_free (components->loadings);
  g_free (components->scores);
  g_free (components);
}
