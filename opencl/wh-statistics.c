#include "wh-statistics.h"

#include <float.h>
#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "wh-engine-ops.h"

#define LEAST_PAIRS 3

/* The pairs where both are numbers, side by side; how many. */
static gsize
take_pairs (const double *x, const double *y, gsize n, double *out_x, double *out_y)
{
  gsize kept = 0;

  for (gsize i = 0; i < n; i++)
    if (!isnan (x[i]) && !isnan (y[i]))
      {
        out_x[kept] = x[i];
        out_y[kept++] = y[i];
      }
  return kept;
}

static double
mean_of (const double *x, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += x[i];
  return sum / n;
}

/* Of pairs without gaps. */
static double
correlate (const double *x, const double *y, gsize n)
{
  double mean_x = mean_of (x, n), mean_y = mean_of (y, n), xx = 0, yy = 0, xy = 0;

  for (gsize i = 0; i < n; i++)
    {
      xx += (x[i] - mean_x) * (x[i] - mean_x);
      yy += (y[i] - mean_y) * (y[i] - mean_y);
      xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
  return xx > 0 && yy > 0 ? CLAMP (xy / sqrt (xx * yy), -1, 1) : NAN;
}

typedef struct {
  double value;
  gsize  place;
} Ranked;

static int
compare_ranked (gconstpointer a, gconstpointer b)
{
  double x = ((const Ranked *) a)->value, y = ((const Ranked *) b)->value;

  return (x > y) - (x < y);
}

/* Replaces values by their ranks, equal ones by the mean of theirs. */
static void
rank (double *x, gsize n)
{
  g_autofree Ranked *order = g_new (Ranked, n);

  for (gsize i = 0; i < n; i++)
    order[i] = (Ranked) { x[i], i };
  qsort (order, n, sizeof *order, compare_ranked);
  for (gsize first = 0, next; first < n; first = next)
    {
      for (next = first + 1; next < n && order[next].value == order[first].value; next++)
        ;
      for (gsize i = first; i < next; i++)
        x[order[i].place] = (first + next + 1) / 2.0;
    }
}

static double
correlate_pairs (const double *x, const double *y, gsize n, gboolean ranks, gsize *out_pairs)
{
  g_autofree double *a = g_new (double, n + 1);
  g_autofree double *b = g_new (double, n + 1);
  gsize pairs = take_pairs (x, y, n, a, b);

  if (out_pairs)
    *out_pairs = pairs;
  if (pairs < LEAST_PAIRS)
    return NAN;
  if (ranks)
    {
      rank (a, pairs);
      rank (b, pairs);
    }
  return correlate (a, b, pairs);
}

double
wh_statistics_pearson (const double *x, const double *y, gsize n, gsize *out_pairs)
{
  return correlate_pairs (x, y, n, FALSE, out_pairs);
}

double
wh_statistics_spearman (const double *x, const double *y, gsize n, gsize *out_pairs)
{
  return correlate_pairs (x, y, n, TRUE, out_pairs);
}

/* -- all pairs of columns -- */

/* Columns one after the other, each about its mean, so that sums of products keep their digits. */
static double *
centred_columns (const double *values, gsize n_rows, gsize n_columns)
{
  double *columns = g_new (double, n_rows * n_columns + 1);

  for (gsize column = 0; column < n_columns; column++)
    {
      double *to = columns + column * n_rows, sum = 0;
      gsize n = 0;
      for (gsize row = 0; row < n_rows; row++)
        {
          to[row] = values[row * n_columns + column];
          sum += isnan (to[row]) ? 0 : to[row];
          n += !isnan (to[row]);
        }
      for (gsize row = 0; row < n_rows; row++)
        to[row] -= n ? sum / (double) n : 0;
    }
  return columns;
}

static gboolean
same_gaps (const double *x, const double *y, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (isnan (x[i]) != isnan (y[i]))
      return FALSE;
  return TRUE;
}

/* Ranks of what is there, about their mean; gaps stay. */
static void
rank_column (double *x, gsize n)
{
  g_autofree double *there = g_new (double, n + 1);
  gsize kept = take_pairs (x, x, n, there, there), next = 0;

  rank (there, kept);
  for (gsize i = 0; i < n; i++)
    if (!isnan (x[i]))
      x[i] = there[next++] - ((double) kept + 1) / 2;
}

static double
correlation_of (const WhMoments *moments)
{
  double xx = moments->xx - moments->x * moments->x / moments->n, yy = moments->yy - moments->y * moments->y / moments->n;
  double xy = moments->xy - moments->x * moments->y / moments->n;
  /* Rounding alone must not look like variation. */
  gboolean varies = xx > DBL_EPSILON * moments->xx * moments->n && yy > DBL_EPSILON * moments->yy * moments->n;

  return moments->n >= LEAST_PAIRS && varies ? CLAMP (xy / sqrt (xx * yy), -1, 1) : NAN;
}

static void
fill_correlations (WhCorrelationMatrix *matrix, const double *columns, gsize n_rows, WhCorrelationKind kind, const WhMoments *moments)
{
  gsize n = matrix->n_columns;

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      {
        const WhMoments *pair = &moments[i * (i + 1) / 2 + j];
        const double *x = columns + i * n_rows, *y = columns + j * n_rows;
        /* Ranks of a column are those of a pair only where both have the same gaps. */
        gboolean own = kind == WH_CORRELATION_SPEARMAN && !same_gaps (x, y, n_rows);
        matrix->values[i * n + j] = matrix->values[j * n + i]
            = own ? wh_statistics_spearman (x, y, n_rows, NULL) : correlation_of (pair);
        matrix->pairs[i * n + j] = matrix->pairs[j * n + i] = (gsize) pair->n;
      }
}

WhCorrelationMatrix *
wh_statistics_correlations (WhEngine *engine, const double *values, gsize n_rows, gsize n_columns, WhCorrelationKind kind,
                            GCancellable *cancellable, GError **error)
{
  g_autoptr (WhCorrelationMatrix) matrix = NULL;
  g_autofree double *columns = NULL;
  g_autofree WhMoments *moments = NULL;

  if (n_columns > WH_STATISTICS_COLUMNS)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("At most %d columns can be correlated."), WH_STATISTICS_COLUMNS);
      return NULL;
    }
  columns = centred_columns (values, n_rows, n_columns);
  moments = g_new (WhMoments, n_columns * (n_columns + 1) / 2 + 1);
  matrix = g_new0 (WhCorrelationMatrix, 1);
  matrix->n_columns = n_columns;
  matrix->values = g_new (double, n_columns * n_columns + 1);
  matrix->pairs = g_new (gsize, n_columns * n_columns + 1);
  for (gsize column = 0; kind == WH_CORRELATION_SPEARMAN && column < n_columns; column++)
    rank_column (columns + column * n_rows, n_rows);
  if (!wh_engine_moments (engine, columns, n_rows, n_columns, moments, cancellable, &matrix->path))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, _("Cancelled."));
      return NULL;
    }
  fill_correlations (matrix, columns, n_rows, kind, moments);
  return g_steal_pointer (&matrix);
}

void
wh_correlation_matrix_free (WhCorrelationMatrix *matrix)
{
  g_free (matrix->values);
  g_free (matrix->pairs);
  g_free (matrix);
}
