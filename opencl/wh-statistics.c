#include "wh-statistics.h"

#include <math.h>

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

double *
wh_statistics_correlations (const double *values, gsize n_rows, gsize n_columns, WhCorrelate kind)
{
  g_autofree double *columns = g_new (double, n_rows * n_columns + 1);
  double *out = g_new (double, n_columns * n_columns + 1);

  for (gsize row = 0; row < n_rows; row++)
    for (gsize column = 0; column < n_columns; column++)
      columns[column * n_rows + row] = values[row * n_columns + column];
  for (gsize i = 0; i < n_columns; i++)
    for (gsize j = 0; j <= i; j++)
      out[i * n_columns + j] = out[j * n_columns + i] = kind (columns + i * n_rows, columns + j * n_rows, n_rows, NULL);
  return out;
}
