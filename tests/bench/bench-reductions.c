/* All pairs reduced to a histogram, and rounds of k-means, on one thread, against the same written over OpenBLAS in the same run. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/wh-random.h"
#include "wh-bench.h"
#include "wh-engine-ops.h"

#define COLUMNS 40
#define PAIR_ROWS 10000
#define BINS 100
#define TILE 256         /* rows of one product */

#define POINTS 90000
#define POINT_COLUMNS 32
#define CLUSTERS 8
#define ROUNDS 10
#define STRETCH 4096     /* points of one product */

typedef struct {
  WhEngine *engine;
  /* pairs */
  WhMatrix *matrix;
  float    *roots;
  guint64   histogram[BINS], other_histogram[BINS];
  WhPairSums sums, other_sums;
  /* clusters */
  float    *points;
  float     starts[CLUSTERS * POINT_COLUMNS];
  guint    *labels, *other_labels;
  float    *products;
  gboolean  have_blas;
} Bench;

static void
bench_init (Bench *bench)
{
  g_autofree float *values = g_new (float, PAIR_ROWS * COLUMNS);
  g_autofree guint64 *masks = g_new (guint64, PAIR_ROWS);
  WhRng rng;

  wh_rng_init (&rng, 420);
  *bench = (Bench) { .engine = wh_engine_new_cpu (1), .have_blas = wh_bench_blas_core () != NULL };
  bench->roots = g_new (float, PAIR_ROWS * COLUMNS);
  bench->points = g_new (float, POINTS * POINT_COLUMNS);
  bench->labels = g_new (guint, POINTS);
  bench->other_labels = g_new (guint, POINTS);
  bench->products = g_new (float, MAX (TILE * TILE, STRETCH * CLUSTERS));
  for (gsize row = 0; row < PAIR_ROWS; row++)
    {
      double sum = 0;
      masks[row] = G_MAXUINT64 >> (WH_ENGINE_COLUMNS - COLUMNS);
      for (gsize column = 0; column < COLUMNS; column++)
        sum += values[row * COLUMNS + column] = (float) (1 / (0.02 + wh_rng_uniform (&rng)) - 0.98);
      for (gsize column = 0; column < COLUMNS; column++)
        bench->roots[row * COLUMNS + column] = (float) sqrt (values[row * COLUMNS + column] / sum);
    }
  for (gsize i = 0; i < POINTS * POINT_COLUMNS; i++)
    bench->points[i] = (float) wh_rng_normal (&rng, (double) (i / POINT_COLUMNS % CLUSTERS), 4);
  memcpy (bench->starts, bench->points, sizeof bench->starts);
  bench->matrix = wh_matrix_new (WH_METRIC_HELLINGER, values, masks, PAIR_ROWS, COLUMNS, NULL);
}

static void
bench_clear (Bench *bench)
{
  wh_matrix_unref (bench->matrix);
  wh_engine_free (bench->engine);
  g_free (bench->roots);
  g_free (bench->points);
  g_free (bench->labels);
  g_free (bench->other_labels);
  g_free (bench->products);
}

/* -- pairs -- */

static void
pairs_engine (gpointer data)
{
  Bench *bench = data;

  wh_engine_pairs (bench->engine, bench->matrix, BINS, 1.0f / BINS, bench->histogram, &bench->sums, NULL, NULL);
}

static void
count_products (Bench *bench, const float *products, gsize n)
{
  float sum = 0, squares = 0;

  for (gsize i = 0; i < n; i++)
    {
      float far = 1 - products[i], distance = sqrtf (far > 0 ? far : 0);
      gint32 bin = (gint32) (distance * BINS);
      bench->other_histogram[MIN (bin, BINS - 1)]++;
      sum += distance;
      squares += distance * distance;
    }
  bench->other_sums.sum += sum;
  bench->other_sums.sum_squares += squares;
  bench->other_sums.n_pairs += n;
}

static void
pairs_blas (gpointer data)
{
  Bench *bench = data;

  memset (bench->other_histogram, 0, sizeof bench->other_histogram);
  bench->other_sums = (WhPairSums) { 0 };
  for (gsize a = 0; a < PAIR_ROWS; a += TILE)
    for (gsize b = a; b < PAIR_ROWS; b += TILE)
      {
        gsize n_a = MIN (TILE, PAIR_ROWS - a), n_b = MIN (TILE, PAIR_ROWS - b);
        wh_bench_multiply (bench->roots + a * COLUMNS, n_a, bench->roots + b * COLUMNS, n_b, COLUMNS, bench->products);
        for (gsize i = 0; i < n_a; i++)
          {
            gsize first = a == b ? i + 1 : 0;
            count_products (bench, bench->products + i * n_b + first, n_b - first);
          }
      }
}

static guint64
moved_pairs (const Bench *bench)
{
  guint64 moved = 0;

  for (guint bin = 0; bin < BINS; bin++)
    moved += bench->histogram[bin] > bench->other_histogram[bin] ? bench->histogram[bin] - bench->other_histogram[bin] : 0;
  return moved;
}

/* -- rounds of k-means -- */

static void
rounds_engine (gpointer data)
{
  Bench *bench = data;
  const WhPoints points = { POINTS, POINT_COLUMNS, bench->points };
  gsize start;

  wh_engine_lloyd (bench->engine, &points, CLUSTERS, 1, bench->starts, ROUNDS, bench->labels, &start, NULL, NULL);
}

static void
assign_blas (Bench *bench, const float *centres, double *sums, gsize *sizes)
{
  float halves[CLUSTERS] = { 0 };

  for (guint i = 0; i < CLUSTERS * POINT_COLUMNS; i++)
    halves[i / POINT_COLUMNS] += centres[i] * centres[i] / 2;
  for (gsize first = 0; first < POINTS; first += STRETCH)
    {
      gsize n = MIN (STRETCH, POINTS - first);
      wh_bench_multiply (bench->points + first * POINT_COLUMNS, n, centres, CLUSTERS, POINT_COLUMNS, bench->products);
      for (gsize row = 0; row < n; row++)
        {
          const float *products = bench->products + row * CLUSTERS, *values = bench->points + (first + row) * POINT_COLUMNS;
          guint best = 0;
          for (guint centre = 1; centre < CLUSTERS; centre++)
            if (halves[centre] - products[centre] < halves[best] - products[best])
              best = centre;
          bench->other_labels[first + row] = best;
          sizes[best]++;
          for (guint column = 0; column < POINT_COLUMNS; column++)
            sums[best * POINT_COLUMNS + column] += values[column];
        }
    }
}

static void
rounds_blas (gpointer data)
{
  Bench *bench = data;
  float centres[CLUSTERS * POINT_COLUMNS];

  memcpy (centres, bench->starts, sizeof centres);
  for (guint round = 0; round < ROUNDS; round++)
    {
      double sums[CLUSTERS * POINT_COLUMNS] = { 0 };
      gsize sizes[CLUSTERS] = { 0 };
      assign_blas (bench, centres, sums, sizes);
      for (guint i = 0; i < CLUSTERS * POINT_COLUMNS; i++)
        centres[i] = (float) (sums[i] / (double) MAX (1, sizes[i / POINT_COLUMNS]));
    }
}

static guint
equal_labels (const Bench *bench)
{
  guint n = 0;

  for (gsize row = 0; row < POINTS; row++)
    n += bench->labels[row] == bench->other_labels[row];
  return n;
}

int
main (void)
{
  const char *core = wh_bench_blas_core ();
  double own, other;
  Bench bench;

  bench_init (&bench);
  if (!core)
    {
      printf ("OpenBLAS: not built in\npairs of %d x %d: %.1f ms\n", PAIR_ROWS, COLUMNS,
              wh_bench_median (pairs_engine, &bench, 5) / WH_BENCH_MS);
      printf ("%d rounds of k-means, %d x %d, k = %d: %.2f ms each\n", ROUNDS, POINTS, POINT_COLUMNS, CLUSTERS,
              wh_bench_median (rounds_engine, &bench, 5) / WH_BENCH_MS / ROUNDS);
      bench_clear (&bench);
      return 0;
    }
  wh_bench_pair (pairs_engine, pairs_blas, &bench, 7, &own, &other);
  printf ("pairs of %d x %d: %s %.1f ms, OpenBLAS (%s) %.1f ms: %.2f times as fast; %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
          " in another bin\n", PAIR_ROWS, COLUMNS, wh_engine_cpu_path (bench.engine), own / WH_BENCH_MS, core, other / WH_BENCH_MS,
          other / own, moved_pairs (&bench), bench.sums.n_pairs);
  wh_bench_pair (rounds_engine, rounds_blas, &bench, 7, &own, &other);
  printf ("%d rounds of k-means, %d x %d, k = %d: %s %.2f ms each, OpenBLAS %.2f ms: %.2f times as fast; %u labels equal\n", ROUNDS,
          POINTS, POINT_COLUMNS, CLUSTERS, wh_engine_cpu_path (bench.engine), own / WH_BENCH_MS / ROUNDS, other / WH_BENCH_MS / ROUNDS,
          other / own, equal_labels (&bench));
  bench_clear (&bench);
  return 0;
}
