/* The plain definitions, in double precision. */
#include "wh-engine.h"

#include <math.h>

#include "base/wh-random.h"

/* What both sides tested: their sums there. FALSE when they cannot be compared. */
static gboolean
shared_sums (const float *a, const float *b, guint64 mask, gsize n_columns, double *out_a, double *out_b)
{
  *out_a = *out_b = 0;
  for (gsize column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      {
        *out_a += a[column];
        *out_b += b[column];
      }
  return __builtin_popcountll (mask) >= WH_ENGINE_MIN_SHARED && *out_a > 0 && *out_b > 0;
}

static double
hellinger (const float *a, const float *b, guint64 mask, gsize n_columns)
{
  double sum_a, sum_b, product = 0;

  if (!shared_sums (a, b, mask, n_columns, &sum_a, &sum_b))
    return NAN;
  for (gsize column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      product += sqrt ((a[column] / sum_a) * (b[column] / sum_b));
  return sqrt (MAX (0, 1 - product));
}

/* p log2 (p / m), 0 at p = 0. */
static double
divergence (double p, double m)
{
  return p > 0 ? p * log2 (p / m) : 0;
}

static double
jensen_shannon (const float *a, const float *b, guint64 mask, gsize n_columns)
{
  double sum_a, sum_b, total = 0;

  if (!shared_sums (a, b, mask, n_columns, &sum_a, &sum_b))
    return NAN;
  for (gsize column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      {
        double p = a[column] / sum_a, q = b[column] / sum_b, m = (p + q) / 2;
        total += divergence (p, m) / 2 + divergence (q, m) / 2;
      }
  return sqrt (MAX (0, total));
}

static double
cosine (const float *a, const float *b, guint64 mask, gsize n_columns)
{
  double sum_a, sum_b, aa = 0, bb = 0, ab = 0;

  if (!shared_sums (a, b, mask, n_columns, &sum_a, &sum_b))
    return NAN;
  for (gsize column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      {
        aa += (double) a[column] * a[column];
        bb += (double) b[column] * b[column];
        ab += (double) a[column] * b[column];
      }
  return MAX (0, 1 - ab / sqrt (aa * bb));
}

static double
aitchison (const float *a, const float *b, guint64 mask, gsize n_columns)
{
  double sum = 0, squares = 0;
  int n = __builtin_popcountll (mask);

  if (n < WH_ENGINE_MIN_SHARED)
    return NAN;
  for (gsize column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      {
        double difference = log (a[column]) - log (b[column]);
        sum += difference;
        squares += difference * difference;
      }
  return sqrt (MAX (0, squares - sum * sum / n));
}

double
wh_engine_distance (WhMetric metric, const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns, guint *out_shared)
{
  static double (*const definitions[WH_N_METRICS]) (const float *a, const float *b, guint64 mask, gsize n_columns)
      = { hellinger, jensen_shannon, cosine, aitchison };
  guint64 mask = mask_a & mask_b & G_MAXUINT64 >> (WH_ENGINE_COLUMNS - n_columns);

  g_return_val_if_fail (metric < WH_N_METRICS && n_columns >= 1 && n_columns <= WH_ENGINE_COLUMNS, NAN);
  if (out_shared)
    *out_shared = (guint) __builtin_popcountll (mask);
  return definitions[metric](a, b, mask, n_columns);
}

double
wh_engine_hellinger (const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns, guint *out_shared)
{
  return wh_engine_distance (WH_METRIC_HELLINGER, a, mask_a, b, mask_b, n_columns, out_shared);
}

double
wh_engine_jensen_shannon (const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns)
{
  return wh_engine_distance (WH_METRIC_JENSEN_SHANNON, a, mask_a, b, mask_b, n_columns, NULL);
}

/* -- calibration -- */

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

GArray *
wh_engine_random_pairs (const float *values, const guint64 *masks, gsize n_rows, gsize n_columns, gsize n_pairs, guint64 seed)
{
  GArray *distances = g_array_sized_new (FALSE, FALSE, sizeof (float), (guint) n_pairs);
  WhRng rng;

  wh_rng_init (&rng, seed);
  for (gsize i = 0; n_rows > 1 && i < n_pairs; i++)
    {
      gsize first = wh_rng_below (&rng, (guint32) n_rows), second = wh_rng_below (&rng, (guint32) n_rows - 1);
      float distance;

      second += second >= first;
      distance = (float) wh_engine_hellinger (values + first * n_columns, masks[first], values + second * n_columns, masks[second],
                                              n_columns, NULL);
      if (!isnan (distance))
        g_array_append_val (distances, distance);
    }
  g_array_sort (distances, compare_floats);
  return distances;
}

void
wh_engine_band (float *distances, gsize n, double share, double *out_low, double *out_high)
{
  double tail = (1 - share) / 2;

  *out_low = *out_high = NAN;
  for (gsize i = 0; i < n; i++)
    if (isnan (distances[i]))
      return;
  if (n == 0)
    return;
  qsort (distances, n, sizeof *distances, compare_floats);
  *out_low = distances[(gsize) (tail * (double) (n - 1) + 0.5)];
  *out_high = distances[(gsize) ((1 - tail) * (double) (n - 1) + 0.5)];
}
