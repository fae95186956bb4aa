#include "wh-deviation.h"

#include <math.h>
#include <stdlib.h>

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

double
wh_deviation_median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

double
wh_deviation_mad (const double *values, guint n, double median)
{
  g_autofree double *deviations = g_new (double, n + 1);
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    {
      deviations[kept] = fabs (values[i] - median);
      kept += deviations[kept] > 0;
    }
  return kept ? wh_deviation_median (deviations, kept) : NAN;
}
