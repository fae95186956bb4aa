#include "wh-opencl-measure.h"

#include <math.h>

#include "base/wh-clock.h"
#include "wh-matrix-private.h"
#include "wh-opencl-sample.h"

#define SEED 21
#define TRIES 3                 /* the fastest counts: others were held up */
#define LONG_ENOUGH 0.1         /* seconds after which there are no more tries */
#define CLEARLY 1.25            /* times faster that a device has to be */
#define COLUMNS 24
#define NEAREST 10
#define QUERIES 16
#define DRAWS 200
#define CLUSTERS 6
#define STARTS 4
#define BINS 100

typedef struct {
  const WhOpenclEngine *engine;
  GCancellable         *cancellable;
  const WhOpenclSample *sample;
  WhMatrix             *matrix;
  gpointer              out;          /* large enough for every operation */
  double                cells;        /* out: the work that was done */
} Run;

static WhRun
run_nearest (Run *run)
{
  const WhQueries queries = { QUERIES, run->sample->values, run->sample->masks, NULL };
  gsize counts[QUERIES];

  run->cells = wh_operation_nearest (run->sample->n_rows, COLUMNS, QUERIES);
  return run->engine->ops->nearest (run->engine->state, run->matrix, &queries, NEAREST, run->out, counts, run->cancellable);
}

static WhRun
run_pairs (Run *run)
{
  guint64 histogram[BINS];
  WhPairSums sums;

  run->cells = wh_operation_pairs (run->sample->n_rows, COLUMNS);
  return run->engine->ops->pairs (run->engine->state, run->matrix, BINS, 1.0f / BINS, histogram, &sums, run->cancellable);
}

static WhRun
run_distances (Run *run)
{
  run->cells = wh_operation_pairs (run->sample->n_rows, COLUMNS);
  return run->engine->ops->distances (run->engine->state, run->matrix, run->out, run->cancellable);
}

static WhRun
run_bootstrap (Run *run)
{
  const WhOpenclSample *sample = run->sample;
  const WhIntervals intervals = { sample->n_rows, COLUMNS, sample->values, sample->lows, sample->highs, sample->masks };
  g_autofree WhPairOfRows *pairs = g_new (WhPairOfRows, sample->n_rows);

  for (gsize i = 0; i < sample->n_rows; i++)
    pairs[i] = (WhPairOfRows) { 0, (guint32) i };
  run->cells = wh_operation_bootstrap (sample->n_rows, COLUMNS, DRAWS);
  return run->engine->ops->bootstrap (run->engine->state, WH_METRIC_HELLINGER, &intervals, pairs, sample->n_rows, DRAWS, 0.1f, SEED,
                                      run->out, run->cancellable);
}

static WhRun
run_lloyd (Run *run)
{
  const WhPoints points = { run->sample->n_rows, COLUMNS, run->sample->values };
  gsize start;

  run->cells = wh_operation_lloyd (run->sample->n_rows, COLUMNS, CLUSTERS, STARTS);
  return run->engine->ops->lloyd (run->engine->state, &points, CLUSTERS, STARTS, run->sample->values, 10, run->out, &start,
                                  run->cancellable);
}

static WhRun
run_spreads (Run *run)
{
  const WhPoints points = { run->sample->n_rows, COLUMNS, run->sample->values };
  g_autofree guint *labels = g_new (guint, run->sample->n_rows);

  for (gsize row = 0; row < run->sample->n_rows; row++)
    labels[row] = (guint) (row % CLUSTERS);
  run->cells = wh_operation_spreads (run->sample->n_rows, COLUMNS, 1);
  return run->engine->ops->spreads (run->engine->state, &points, CLUSTERS, labels, 1, run->out, run->cancellable);
}

static WhRun
run_moments (Run *run)
{
  run->cells = wh_operation_moments (run->sample->n_rows, COLUMNS);
  return run->engine->ops->moments (run->engine->state, run->sample->columns, run->sample->n_rows, COLUMNS, run->out, run->cancellable);
}

/* What is run and with how many rows: so few that the fixed part is seen, and so many that the other one is. */
static const struct {
  WhRun (*run) (Run *run);
  gsize   n_rows[2];
} trials[WH_N_OPERATIONS] = {
  [WH_OPERATION_NEAREST] = { run_nearest, { 1024, 65536 } },     [WH_OPERATION_PAIRS] = { run_pairs, { 256, 6144 } },
  [WH_OPERATION_DISTANCES] = { run_distances, { 256, 3072 } },   [WH_OPERATION_BOOTSTRAP] = { run_bootstrap, { 16, 256 } },
  [WH_OPERATION_LLOYD] = { run_lloyd, { 512, 32768 } },          [WH_OPERATION_SPREADS] = { run_spreads, { 128, 4096 } },
  [WH_OPERATION_MOMENTS] = { run_moments, { 256, 32768 } },
};

static gsize
room_for (WhOperation operation, gsize n_rows)
{
  switch (operation)
    {
    case WH_OPERATION_DISTANCES:
      return n_rows * n_rows * sizeof (float);
    case WH_OPERATION_BOOTSTRAP:
      return n_rows * DRAWS * sizeof (float);
    case WH_OPERATION_SPREADS:
      return n_rows * CLUSTERS * sizeof (double);
    case WH_OPERATION_MOMENTS:
      return COLUMNS * (COLUMNS + 1) / 2 * sizeof (WhMoments);
    default:
      return n_rows * sizeof (guint) + QUERIES * NEAREST * sizeof (WhNeighbour);
    }
}

/* Seconds of the fastest run; < 0: no answer. out_first: of the one before, which may hand over and compile. */
static double
time_of (Run *run, WhOperation operation, const WhOpenclEngine *engine, double *out_first)
{
  double fastest = INFINITY, spent = 0;

  run->engine = engine;
  for (int i = 0; i <= TRIES && (i < 2 || spent < LONG_ENOUGH); i++)
    {
      gint64 start = wh_clock_monotonic ();
      double seconds;
      if (trials[operation].run (run) != WH_RUN_DONE)
        return -1;
      seconds = (double) (wh_clock_monotonic () - start) / 1e6;
      spent += seconds;
      if (i == 0)
        *out_first = seconds;
      else
        fastest = MIN (fastest, seconds);
    }
  return fastest;
}

static WhOpenclPace
fit (const double cells[2], const double seconds[2])
{
  double per_cell = MAX ((seconds[1] - seconds[0]) / (cells[1] - cells[0]), 1e-15);

  return (WhOpenclPace) { MAX (seconds[0] - per_cell * cells[0], 0), per_cell };
}

gboolean
wh_opencl_measure_operation (const WhOpenclEngine *engine, const WhOpenclEngine *cpu, WhOperation operation, WhOpenclPaces *paces,
                   GCancellable *cancellable)
{
  double cells[2], device[2], processor[2], first;
  WhRng rng;

  wh_rng_init (&rng, SEED);
  for (int i = 0; i < 2; i++)
    {
      gsize n_rows = trials[operation].n_rows[i];
      g_autoptr (WhOpenclSample) sample = wh_opencl_sample_new (&rng, n_rows, COLUMNS, WH_OPENCL_SAMPLE_PLAIN);
      g_autoptr (WhMatrix) matrix = wh_opencl_sample_matrix (sample, WH_METRIC_HELLINGER);
      g_autofree gpointer out = g_malloc (room_for (operation, n_rows));
      Run run = { .cancellable = cancellable, .sample = sample, .matrix = matrix, .out = out };
      processor[i] = time_of (&run, operation, cpu, &first);
      device[i] = processor[i] < 0 ? -1 : time_of (&run, operation, engine, &first);
      cells[i] = run.cells;
      if (device[i] < 0)
        return FALSE;
      if (operation == WH_OPERATION_NEAREST)
        paces->per_byte = MAX (first - device[i], 0) / ((double) n_rows * COLUMNS * sizeof (float));
    }
  paces->cpu[operation] = fit (cells, processor);
  paces->device[operation] = fit (cells, device);
  paces->does[operation] = TRUE;
  return TRUE;
}

double
wh_opencl_pace_seconds (const WhOpenclPace *pace, double cells)
{
  return pace->fixed + pace->per_cell * cells;
}

double
wh_opencl_paces_from (const WhOpenclPaces *paces, WhOperation operation)
{
  const WhOpenclPace *cpu = &paces->cpu[operation], *device = &paces->device[operation];
  double gain = cpu->per_cell - CLEARLY * device->per_cell;

  if (!paces->does[operation] || gain <= 0)
    return INFINITY;
  return MAX ((CLEARLY * device->fixed - cpu->fixed) / gain, 0);
}
