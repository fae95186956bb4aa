/* wh-deviation.h: how far a number is from the others, by medians: 0.6745 |x - median| / MAD. Not for other rooms. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_DEVIATION_SCALE 0.6745   /* makes the median deviation of a normal distribution one */

/* Sorts. n > 0. */
double wh_deviation_median (double *values, guint n);
/* The median of the deviations from `median` that are not zero (Smith et al. 2022); NAN where there is none. */
double wh_deviation_mad    (const double *values, guint n, double median);

G_END_DECLS
