/* The ten nearest of 90,000 x 32: every CPU path against a plain loop over rows, in the same run. */
#include <math.h>
#include <stdio.h>

#include "base/wh-clock.h"
#include "base/wh-random.h"
#include "wh-matrix-private.h"

#define N_ROWS 90000
#define N_COLUMNS 32
#define N_NEAREST 10
#define N_RUNS 51
#define MICROSECONDS_PER_MS 1e3

typedef struct {
  float    *values;
  guint64  *masks;
  WhMatrix *matrix;
} Data;

typedef void (*Search) (const Data *data, gsize query, gconstpointer path, WhNeighbour *out);

static Data
make_data (WhRng *rng)
{
  Data data = { g_new0 (float, N_ROWS * N_COLUMNS), g_new0 (guint64, N_ROWS), NULL };

  for (gsize row = 0; row < N_ROWS; row++)
    for (gsize column = 0; column < N_COLUMNS; column++)
      if (wh_rng_below (rng, 8))   /* an eighth was not tested */
        {
          data.masks[row] |= G_GUINT64_CONSTANT (1) << column;
          data.values[row * N_COLUMNS + column] = (float) wh_rng_uniform (rng);
        }
  data.matrix = wh_matrix_new (data.values, data.masks, N_ROWS, N_COLUMNS, NULL);
  return data;
}

/* What one writes first: row by row, only the columns both sides tested. */
static float
plain_distance (const Data *data, gsize a, gsize b)
{
  const float *p = data->values + a * N_COLUMNS, *q = data->values + b * N_COLUMNS;
  guint64 shared = data->masks[a] & data->masks[b];
  float products = 0, sum_p = 0, sum_q = 0;

  for (gsize column = 0; column < N_COLUMNS; column++)
    if (shared >> column & 1)
      {
        products += sqrtf (p[column] * q[column]);
        sum_p += p[column];
        sum_q += q[column];
      }
  return sqrtf (MAX (0, 1 - products / sqrtf (sum_p * sum_q)));
}

static void
search_plain (const Data *data, gsize query, gconstpointer path, WhNeighbour *out)
{
  gsize n = 0;

  for (gsize row = 0; row < N_ROWS; row++)
    {
      WhNeighbour candidate = { (guint32) row, 0, row == query ? INFINITY : plain_distance (data, query, row) };
      gsize at = n < N_NEAREST ? n++ : N_NEAREST;
      for (; at > 0 && candidate.distance < out[at - 1].distance; at--)
        if (at < N_NEAREST)
          out[at] = out[at - 1];
      if (at < N_NEAREST)
        out[at] = candidate;
    }
}

static void
search_path (const Data *data, gsize query, gconstpointer path, WhNeighbour *out)
{
  wh_engine_cpu_nearest (path, data->matrix, data->values + query * N_COLUMNS, data->masks[query], (guint32) query, N_NEAREST, out);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* Median milliseconds of a search. */
static double
time_search (const Data *data, Search search, gconstpointer path, WhNeighbour *out)
{
  gint64 times[N_RUNS];

  for (gsize run = 0; run < N_RUNS; run++)
    {
      gint64 start = wh_clock_monotonic ();
      search (data, run * 17, path, out);
      times[run] = wh_clock_monotonic () - start;
    }
  qsort (times, N_RUNS, sizeof *times, compare_times);
  return (double) times[N_RUNS / 2] / MICROSECONDS_PER_MS;
}

static guint
count_equal (const WhNeighbour *a, const WhNeighbour *b)
{
  guint n = 0;

  for (guint i = 0; i < N_NEAREST; i++)
    n += a[i].row == b[i].row;
  return n;
}

int
main (void)
{
  WhNeighbour plain[N_NEAREST], found[N_NEAREST];
  WhRng rng;
  Data data;
  double plain_ms;

  wh_rng_init (&rng, 420);
  data = make_data (&rng);
  plain_ms = time_search (&data, search_plain, NULL, plain);
  printf ("nearest %d of %d x %d, median of %d\n", N_NEAREST, N_ROWS, N_COLUMNS, N_RUNS);
  printf ("%-12s %8.3f ms\n", "plain", plain_ms);
  for (const WhCpuPath *path = wh_engine_cpu_paths; path->name; path++)
    if (path->usable ())
      {
        double ms = time_search (&data, search_path, path, found);
        printf ("%-12s %8.3f ms  %5.1f times plain, %u of %d the same rows\n", path->name, ms, plain_ms / ms,
                count_equal (plain, found), N_NEAREST);
      }
  wh_matrix_unref (data.matrix);
  g_free (data.values);
  g_free (data.masks);
  return 0;
}
