/* Every OpenCL device against one core of the processor in the same run. Transfers are included: nothing is left on the device
 * from one run to the next but where it is said. A device that is a processor itself gets fewer rows. */
#include <stdio.h>
#include <string.h>

#include "base/wh-random.h"
#include "wh-bench.h"
#include "wh-config.h"
#include "wh-cpu-private.h"
#if WH_HAVE_OPENCL
#include "wh-opencl-private.h"

#define COLUMNS 40
#define BINS 100
#define NEAREST 10
#define DRAWS 1000
#define CLUSTERS 8
#define STARTS 8
#define ROUNDS 20
#define STEP 45
#define RUNS 3

typedef struct {
  gsize pair_rows, rows, queries, pairs;
} Sizes;

static const Sizes for_graphics = { 50000, 90000, 4096, 1000 }, for_processor = { 5000, 90000, 64, 50 };

typedef struct {
  const WhEngineOps *ops;
  gpointer           state;
  gboolean           on_device;
  Sizes         sizes;
  WhMatrix     *one_mask, *mixed, *large;
  WhQueries     queries;
  WhNeighbour  *found;
  gsize        *counts;
  WhIntervals   intervals;
  WhPairOfRows *pairs;
  float        *distances, *values, *starts;
  double       *columns, *spreads;
  guint        *labels;
  WhMoments     moments[COLUMNS * (COLUMNS + 1) / 2];
  guint64       histogram[BINS];
} Bench;

/* -- inputs: one set for a device and the processor -- */

static guint64 *
make_masks (WhRng *rng, gsize n_rows, gboolean mixed)
{
  guint64 *masks = g_new0 (guint64, n_rows);

  for (gsize row = 0; row < n_rows; row++)
    for (guint column = 0; column < COLUMNS; column++)
      if (!mixed || wh_rng_below (rng, 8))   /* an eighth was not tested */
        masks[row] |= G_GUINT64_CONSTANT (1) << column;
  return masks;
}

static void
make_inputs (Bench *bench, const Sizes *sizes)
{
  const gsize n = sizes->rows, most = MAX (n, sizes->pair_rows);
  guint64 *masks, *mixed;
  WhRng rng;

  wh_rng_init (&rng, 420);
  masks = make_masks (&rng, most, FALSE);
  mixed = make_masks (&rng, most, TRUE);
  *bench = (Bench) { .sizes = *sizes };
  bench->values = g_new (float, most * COLUMNS);
  bench->columns = g_new (double, n * COLUMNS);
  for (gsize i = 0; i < most * COLUMNS; i++)
    bench->values[i] = (float) (1 / (0.02 + wh_rng_uniform (&rng)) - 0.98);
  for (gsize i = 0; i < n * COLUMNS; i++)
    bench->columns[i] = bench->values[i];
  bench->one_mask = wh_matrix_new (WH_METRIC_HELLINGER, bench->values, masks, sizes->pair_rows, COLUMNS, NULL);
  bench->mixed = wh_matrix_new (WH_METRIC_HELLINGER, bench->values, mixed, sizes->pair_rows, COLUMNS, NULL);
  bench->large = wh_matrix_new (WH_METRIC_HELLINGER, bench->values, masks, n, COLUMNS, NULL);
  bench->queries = (WhQueries) { sizes->queries, bench->values, masks, NULL };
  bench->intervals = (WhIntervals) { n, COLUMNS, bench->values, bench->values, bench->values, mixed };
  bench->found = g_new (WhNeighbour, sizes->queries * NEAREST);
  bench->counts = g_new (gsize, sizes->queries);
  bench->pairs = g_new (WhPairOfRows, sizes->pairs);
  bench->distances = g_new (float, MAX (sizes->pairs * DRAWS, WH_ENGINE_FULL_ROWS * WH_ENGINE_FULL_ROWS));
  bench->spreads = g_new (double, (n / STEP + 1) * CLUSTERS);
  bench->labels = g_new0 (guint, n);
  bench->starts = g_memdup2 (bench->values, STARTS * CLUSTERS * COLUMNS * sizeof (float));
  for (gsize i = 0; i < sizes->pairs; i++)
    bench->pairs[i] = (WhPairOfRows) { wh_rng_below (&rng, (guint32) n), wh_rng_below (&rng, (guint32) n) };
}

static void
clear_inputs (Bench *bench)
{
  wh_matrix_unref (bench->one_mask);
  wh_matrix_unref (bench->mixed);
  wh_matrix_unref (bench->large);
  g_free ((gpointer) bench->queries.masks);
  g_free ((gpointer) bench->intervals.masks);
  g_free (bench->found);
  g_free (bench->counts);
  g_free (bench->pairs);
  g_free (bench->distances);
  g_free (bench->values);
  g_free (bench->starts);
  g_free (bench->columns);
  g_free (bench->spreads);
  g_free (bench->labels);
}

/* -- what is timed -- */

static void
forget (Bench *bench)
{
  if (bench->on_device)
    wh_opencl_forget (bench->state);
}

static void
must (WhRun run)
{
  if (run != WH_RUN_DONE)
    printf ("   the next could not be done, its time means nothing:\n");
}

static void
run_nearest_again (gpointer data)
{
  Bench *bench = data;

  must (bench->ops->nearest (bench->state, bench->large, &bench->queries, NEAREST, bench->found, bench->counts, NULL));
}

static void
run_nearest (gpointer data)
{
  forget (data);
  run_nearest_again (data);
}

static void
run_pairs (Bench *bench, const WhMatrix *matrix)
{
  WhPairSums sums;

  forget (bench);
  must (bench->ops->pairs (bench->state, matrix, BINS, 1.0f / BINS, bench->histogram, &sums, NULL));
}

static void
run_pairs_one (gpointer data)
{
  run_pairs (data, ((Bench *) data)->one_mask);
}

static void
run_pairs_mixed (gpointer data)
{
  run_pairs (data, ((Bench *) data)->mixed);
}

static void
run_bootstrap (gpointer data)
{
  Bench *bench = data;

  must (bench->ops->bootstrap (bench->state, WH_METRIC_HELLINGER, &bench->intervals, bench->pairs, bench->sizes.pairs, DRAWS, 0.1f, 420,
                               bench->distances, NULL));
}

static void
run_lloyd (gpointer data)
{
  Bench *bench = data;
  const WhPoints points = { bench->sizes.rows, COLUMNS, bench->values };
  gsize start;

  must (bench->ops->lloyd (bench->state, &points, CLUSTERS, STARTS, bench->starts, ROUNDS, bench->labels, &start, NULL));
}

static void
run_spreads (gpointer data)
{
  Bench *bench = data;
  const WhPoints points = { bench->sizes.rows, COLUMNS, bench->values };

  must (bench->ops->spreads (bench->state, &points, CLUSTERS, bench->labels, STEP, bench->spreads, NULL));
}

static void
run_moments (gpointer data)
{
  Bench *bench = data;

  must (bench->ops->moments (bench->state, bench->columns, bench->sizes.rows, COLUMNS, bench->moments, NULL));
}

static void
compare (Bench *bench, WhCpu *cpu, WhOpencl *device, const char *what, WhBenchRun run)
{
  double own, other;

  bench->ops = &wh_engine_cpu_ops;
  bench->state = cpu;
  bench->on_device = FALSE;
  own = wh_bench_median (run, bench, RUNS);
  bench->ops = &wh_opencl_ops;
  bench->state = device;
  bench->on_device = TRUE;
  other = wh_bench_median (run, bench, RUNS);
  printf ("   %-52s %10.1f ms %10.1f ms %8.2f times\n", what, own / WH_BENCH_MS, other / WH_BENCH_MS, own / other);
  fflush (stdout);
}

static void
compare_all (Bench *bench, WhCpu *cpu, WhOpencl *device)
{
  const Sizes *sizes = &bench->sizes;
  g_autofree char *nearest = g_strdup_printf ("%zu nearest-%d of %zu x %d", sizes->queries, NEAREST, sizes->rows, COLUMNS);
  g_autofree char *one = g_strdup_printf ("pairs of %zu x %d, one panel", sizes->pair_rows, COLUMNS);
  g_autofree char *mixed = g_strdup_printf ("pairs of %zu x %d, mixed panels", sizes->pair_rows, COLUMNS);
  g_autofree char *bootstrap = g_strdup_printf ("bootstrap of %zu pairs x %d draws", sizes->pairs, DRAWS);
  g_autofree char *lloyd = g_strdup_printf ("k-means of %zu x %d, k = %d, %d starts, %d rounds", sizes->rows, COLUMNS, CLUSTERS, STARTS,
                                            ROUNDS);
  g_autofree char *spreads = g_strdup_printf ("spreads of %zu x %d, every %dth", sizes->rows, COLUMNS, STEP);
  g_autofree char *moments = g_strdup_printf ("moments of %zu x %d", sizes->rows, COLUMNS);

  compare (bench, cpu, device, nearest, run_nearest);
  compare (bench, cpu, device, "the same, rows on the device already", run_nearest_again);
  compare (bench, cpu, device, one, run_pairs_one);
  compare (bench, cpu, device, mixed, run_pairs_mixed);
  compare (bench, cpu, device, bootstrap, run_bootstrap);
  compare (bench, cpu, device, lloyd, run_lloyd);
  compare (bench, cpu, device, spreads, run_spreads);
  if (device->doubles)
    compare (bench, cpu, device, moments, run_moments);
}

static void
bench_device (guint place, const WhOpenclInfo *info, WhCpu *cpu)
{
  g_autoptr (GError) error = NULL;
  WhOpencl *device = wh_opencl_open (place, NULL, &error);
  Bench bench;

  printf ("%s (%s, %s), %u units, %.1f GiB\n", info->name, info->version, info->driver, info->units, (double) info->memory / (1 << 30));
  if (!device)
    {
      printf ("   %s\n", error->message);
      return;
    }
  printf ("   %-52s %13s %13s\n", "", cpu->path->name, "device");
  make_inputs (&bench, info->is_cpu ? &for_processor : &for_graphics);
  compare_all (&bench, cpu, device);
  clear_inputs (&bench);
  wh_opencl_ops.close (device);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = wh_opencl_list (&error);
  WhCpu *cpu = wh_cpu_open (wh_cpu_best (), 1);

  if (!devices)
    printf ("no OpenCL device: %s\n", error->message);
  for (guint i = 0; devices && i < devices->len; i++)
    bench_device (i, devices->pdata[i], cpu);
  wh_engine_cpu_ops.close (cpu);
  return 0;
}
#else
int
main (void)
{
  printf ("no OpenCL device: built without OpenCL\n");
  return 0;
}
#endif
