#include "wh-opencl-check.h"

#include <math.h>
#include <string.h>

#include "base/wh-clock.h"
#include "wh-opencl-sample.h"

#define SEED 20
#define NEAREST 7
#define BINS 50
#define DRAWS 40
#define CLUSTERS 3
#define STARTS 4
#define ROUNDS 30

/* Either side may be off by 1e-5 of the squared distance; Aitchison's by as much of the squared lengths of its features, which are a few
 * times the distance. */
#define FAR 2e-5
#define FAR_OF_LOGARITHMS 2e-4
/* Draws take logarithms, roots and cosines in single precision on both sides. */
#define FAR_OF_DRAWS 2e-4
#define PART_OF_SUMS 1e-4
#define PART_OF_MOMENTS 1e-9
#define SHARE_OF_BINS 0.01      /* pairs on the border of two bins may fall on either side */

typedef struct {
  const WhOpenclEngine *engine, *cpu;
  GCancellable         *cancellable;
  WhOpenclSample       *sample;
} Trial;

/* What both sides said of one question; WH_OPENCL_AGREES: there are numbers to compare. */
static WhOpenclAgreement
both (WhRun run, WhRun cpu_run)
{
  if (run == WH_RUN_CANCELLED || cpu_run == WH_RUN_CANCELLED)
    return WH_OPENCL_UNDECIDED;
  return run == WH_RUN_UNABLE || cpu_run == WH_RUN_UNABLE ? WH_OPENCL_DECLINES : WH_OPENCL_AGREES;
}

static WhOpenclAgreement
verdict (gboolean agrees)
{
  return agrees ? WH_OPENCL_AGREES : WH_OPENCL_DIFFERS;
}

static gboolean
equal_distances (float a, float b, double far)
{
  double x = (double) a * a, y = (double) b * b;

  return (isnan (a) && isnan (b)) || fabs (x - y) <= far * MAX (1, MAX (x, y));
}

static double
far_of (WhMetric metric)
{
  return metric == WH_METRIC_AITCHISON ? FAR_OF_LOGARITHMS : FAR;
}

static gboolean
equal_numbers (double a, double b, double part)
{
  return fabs (a - b) <= part * MAX (1, MAX (fabs (a), fabs (b)));
}

/* -- nearest -- */

/* The distance of a row in a list; that of the last one when it is not there: then it can only be a tie that was cut off. */
static float
distance_in (const WhNeighbour *list, gsize n, guint32 row)
{
  for (gsize i = 0; i < n; i++)
    if (list[i].row == row)
      return list[i].distance;
  return list[n - 1].distance;
}

static gboolean
equal_lists (const WhNeighbour *a, const WhNeighbour *b, gsize n, double far)
{
  for (gsize i = 0; i < n; i++)
    if (!equal_distances (a[i].distance, b[i].distance, far) || !equal_distances (a[i].distance, distance_in (b, n, a[i].row), far))
      return FALSE;
  return TRUE;
}

static WhOpenclAgreement
check_nearest (const Trial *trial, WhMetric metric)
{
  const WhOpenclSample *sample = trial->sample;
  g_autoptr (WhMatrix) matrix = wh_opencl_sample_matrix (sample, metric);
  gsize n = MIN (sample->n_rows, 20);
  g_autofree float *values = g_new (float, n * sample->n_columns + 1);
  g_autofree guint32 *excludes = g_new (guint32, n + 1);
  const WhQueries queries = { n, values, sample->masks, excludes };
  g_autofree WhNeighbour *mine = g_new0 (WhNeighbour, n * NEAREST + 1), *theirs = g_new0 (WhNeighbour, n * NEAREST + 1);
  g_autofree gsize *my_counts = g_new0 (gsize, n + 1), *their_counts = g_new0 (gsize, n + 1);
  WhOpenclAgreement agreement;

  for (gsize i = 0; i < n; i++)
    excludes[i] = i % 2 ? (guint32) i : G_MAXUINT32;
  for (gsize i = 0; i < n * sample->n_columns; i++)
    values[i] = sample->lows[i] > 0 ? sample->lows[i] : sample->highs[i];
  agreement = both (trial->engine->ops->nearest (trial->engine->state, matrix, &queries, NEAREST, mine, my_counts, trial->cancellable),
                    trial->cpu->ops->nearest (trial->cpu->state, matrix, &queries, NEAREST, theirs, their_counts, trial->cancellable));
  for (gsize i = 0; i < n && agreement == WH_OPENCL_AGREES; i++)
    agreement = verdict (my_counts[i] == their_counts[i]
                         && equal_lists (mine + i * NEAREST, theirs + i * NEAREST, my_counts[i], far_of (metric)));
  return agreement;
}

/* -- pairs -- */

static gboolean
equal_histograms (const guint64 *a, const guint64 *b, guint64 n_pairs)
{
  double moved = 0, balance = 0;

  for (guint bin = 0; bin < BINS; bin++)
    {
      balance += (double) a[bin] - (double) b[bin];
      moved += fabs (balance);
    }
  return moved <= 2 + SHARE_OF_BINS * (double) n_pairs;
}

static WhOpenclAgreement
check_pairs (const Trial *trial, WhMetric metric)
{
  g_autoptr (WhMatrix) matrix = wh_opencl_sample_matrix (trial->sample, metric);
  guint64 mine[BINS] = { 0 }, theirs[BINS] = { 0 };
  float width = metric == WH_METRIC_AITCHISON ? 0.5f : 1.0f / BINS;
  WhPairSums my_sums = { 0 }, their_sums = { 0 };
  WhOpenclAgreement agreement
      = both (trial->engine->ops->pairs (trial->engine->state, matrix, BINS, width, mine, &my_sums, trial->cancellable),
              trial->cpu->ops->pairs (trial->cpu->state, matrix, BINS, width, theirs, &their_sums, trial->cancellable));

  if (agreement != WH_OPENCL_AGREES)
    return agreement;
  return verdict (my_sums.n_pairs == their_sums.n_pairs && equal_numbers (my_sums.sum, their_sums.sum, PART_OF_SUMS)
                  && equal_numbers (my_sums.sum_squares, their_sums.sum_squares, PART_OF_SUMS)
                  && equal_histograms (mine, theirs, my_sums.n_pairs));
}

/* -- distances -- */

static WhOpenclAgreement
compare_distances (const float *mine, const float *theirs, gsize n, double far)
{
  for (gsize i = 0; i < n; i++)
    if (!equal_distances (mine[i], theirs[i], far))
      return WH_OPENCL_DIFFERS;
  return WH_OPENCL_AGREES;
}

static WhOpenclAgreement
check_distances (const Trial *trial, WhMetric metric)
{
  g_autoptr (WhMatrix) matrix = wh_opencl_sample_matrix (trial->sample, metric);
  gsize n = trial->sample->n_rows * trial->sample->n_rows;
  g_autofree float *mine = g_new0 (float, n + 1), *theirs = g_new0 (float, n + 1);
  WhOpenclAgreement agreement = both (trial->engine->ops->distances (trial->engine->state, matrix, mine, trial->cancellable),
                                      trial->cpu->ops->distances (trial->cpu->state, matrix, theirs, trial->cancellable));

  return agreement == WH_OPENCL_AGREES ? compare_distances (mine, theirs, n, far_of (metric)) : agreement;
}

/* -- bootstrap -- */

static WhOpenclAgreement
check_bootstrap (const Trial *trial, WhMetric metric)
{
  const WhOpenclSample *sample = trial->sample;
  const WhIntervals intervals = { sample->n_rows, sample->n_columns, sample->values, sample->lows, sample->highs, sample->masks };
  gsize n_pairs = MIN (sample->n_rows, 16), n = n_pairs * DRAWS;
  WhPairOfRows pairs[16];
  g_autofree float *mine = g_new0 (float, n + 1), *theirs = g_new0 (float, n + 1);
  WhOpenclAgreement agreement;

  if (metric == WH_METRIC_AITCHISON)
    return WH_OPENCL_AGREES;
  for (gsize i = 0; i < n_pairs; i++)
    pairs[i] = (WhPairOfRows) { (guint32) i, (guint32) (sample->n_rows - 1 - i) };
  agreement = both (trial->engine->ops->bootstrap (trial->engine->state, metric, &intervals, pairs, n_pairs, DRAWS, 0.1f, SEED, mine,
                                                   trial->cancellable),
                    trial->cpu->ops->bootstrap (trial->cpu->state, metric, &intervals, pairs, n_pairs, DRAWS, 0.1f, SEED, theirs,
                                                trial->cancellable));
  return agreement == WH_OPENCL_AGREES ? compare_distances (mine, theirs, n, FAR_OF_DRAWS) : agreement;
}

/* -- clusters: three clouds that no rounding can mix up -- */

static float *
make_clouds (const WhOpenclSample *sample)
{
  gsize cells = sample->n_rows * sample->n_columns;
  float *values = g_new (float, cells + 1);

  for (gsize cell = 0; cell < cells; cell++)
    values[cell] = sample->values[cell] + 200.0f * (float) (cell / sample->n_columns % CLUSTERS);
  return values;
}

/* Every start takes its centres from the three clouds, beginning with another row. */
static float *
make_starts (const float *values, gsize n_rows, gsize n_columns)
{
  float *starts = g_new (float, STARTS * CLUSTERS * n_columns + 1);

  for (gsize i = 0; i < STARTS * CLUSTERS; i++)
    memcpy (starts + i * n_columns, values + (i % n_rows) * n_columns, n_columns * sizeof *starts);
  return starts;
}

/* Clusters may be numbered otherwise. */
static gboolean
equal_labels (const guint *a, const guint *b, gsize n)
{
  guint other[CLUSTERS] = { G_MAXUINT, G_MAXUINT, G_MAXUINT };

  for (gsize row = 0; row < n; row++)
    {
      if (a[row] >= CLUSTERS || b[row] >= CLUSTERS)
        return FALSE;
      if (other[a[row]] == G_MAXUINT)
        other[a[row]] = b[row];
      if (other[a[row]] != b[row])
        return FALSE;
    }
  return TRUE;
}

static WhOpenclAgreement
check_lloyd (const Trial *trial, WhMetric metric)
{
  const WhOpenclSample *sample = trial->sample;
  g_autofree float *values = make_clouds (sample), *starts = make_starts (values, sample->n_rows, sample->n_columns);
  const WhPoints points = { sample->n_rows, sample->n_columns, values };
  g_autofree guint *mine = g_new0 (guint, sample->n_rows), *theirs = g_new0 (guint, sample->n_rows);
  gsize my_start, their_start;
  WhOpenclAgreement agreement;

  if (metric != 0 || sample->n_rows < CLUSTERS)
    return WH_OPENCL_AGREES;
  agreement = both (trial->engine->ops->lloyd (trial->engine->state, &points, CLUSTERS, STARTS, starts, ROUNDS, mine, &my_start,
                                               trial->cancellable),
                    trial->cpu->ops->lloyd (trial->cpu->state, &points, CLUSTERS, STARTS, starts, ROUNDS, theirs, &their_start,
                                            trial->cancellable));
  return agreement == WH_OPENCL_AGREES ? verdict (equal_labels (mine, theirs, sample->n_rows)) : agreement;
}

static WhOpenclAgreement
check_spreads (const Trial *trial, WhMetric metric)
{
  const WhOpenclSample *sample = trial->sample;
  const WhPoints points = { sample->n_rows, sample->n_columns, sample->values };
  gsize step = 3, n = (sample->n_rows + step - 1) / step * CLUSTERS;
  g_autofree guint *labels = g_new (guint, sample->n_rows + 1);
  g_autofree double *mine = g_new0 (double, n + 1), *theirs = g_new0 (double, n + 1);
  WhOpenclAgreement agreement;

  if (metric != 0)
    return WH_OPENCL_AGREES;
  for (gsize row = 0; row < sample->n_rows; row++)
    labels[row] = (guint) (row % CLUSTERS);
  agreement = both (trial->engine->ops->spreads (trial->engine->state, &points, CLUSTERS, labels, step, mine, trial->cancellable),
                    trial->cpu->ops->spreads (trial->cpu->state, &points, CLUSTERS, labels, step, theirs, trial->cancellable));
  for (gsize i = 0; i < n && agreement == WH_OPENCL_AGREES; i++)
    agreement = verdict (equal_numbers (mine[i], theirs[i], PART_OF_SUMS));
  return agreement;
}

/* -- moments -- */

static gboolean
equal_moments (const WhMoments *a, const WhMoments *b)
{
  return a->n == b->n && equal_numbers (a->x, b->x, PART_OF_MOMENTS) && equal_numbers (a->y, b->y, PART_OF_MOMENTS)
         && equal_numbers (a->xx, b->xx, PART_OF_MOMENTS) && equal_numbers (a->yy, b->yy, PART_OF_MOMENTS)
         && equal_numbers (a->xy, b->xy, PART_OF_MOMENTS);
}

static WhOpenclAgreement
check_moments (const Trial *trial, WhMetric metric)
{
  const WhOpenclSample *sample = trial->sample;
  gsize n = sample->n_columns * (sample->n_columns + 1) / 2;
  g_autofree WhMoments *mine = g_new0 (WhMoments, n), *theirs = g_new0 (WhMoments, n);
  WhOpenclAgreement agreement;

  if (metric != 0)
    return WH_OPENCL_AGREES;
  agreement = both (trial->engine->ops->moments (trial->engine->state, sample->columns, sample->n_rows, sample->n_columns, mine,
                                                 trial->cancellable),
                    trial->cpu->ops->moments (trial->cpu->state, sample->columns, sample->n_rows, sample->n_columns, theirs,
                                              trial->cancellable));
  for (gsize i = 0; i < n && agreement == WH_OPENCL_AGREES; i++)
    agreement = verdict (equal_moments (&mine[i], &theirs[i]));
  return agreement;
}

/* -- all of it -- */

typedef WhOpenclAgreement (*Check) (const Trial *trial, WhMetric metric);

static const Check checks[WH_N_OPERATIONS] = {
  [WH_OPERATION_NEAREST] = check_nearest, [WH_OPERATION_PAIRS] = check_pairs, [WH_OPERATION_DISTANCES] = check_distances,
  [WH_OPERATION_BOOTSTRAP] = check_bootstrap, [WH_OPERATION_LLOYD] = check_lloyd, [WH_OPERATION_SPREADS] = check_spreads,
  [WH_OPERATION_MOMENTS] = check_moments,
};

WhOpenclAgreement
wh_opencl_check (const WhOpenclEngine *engine, const WhOpenclEngine *cpu, WhOperation operation, gint64 deadline,
                 GCancellable *cancellable)
{
  static const struct {
    gsize              n_rows, n_columns;
    WhOpenclSampleKind kind;
  } sizes[] = { { 1, 6, WH_OPENCL_SAMPLE_PLAIN },    { 17, 5, WH_OPENCL_SAMPLE_PLAIN },  { 65, 23, WH_OPENCL_SAMPLE_GAPS },
                { 130, 20, WH_OPENCL_SAMPLE_PLAIN }, { 400, 64, WH_OPENCL_SAMPLE_GAPS } };
  WhOpenclAgreement agreement = WH_OPENCL_AGREES;
  WhRng rng;

  wh_rng_init (&rng, SEED);
  for (guint i = 0; i < G_N_ELEMENTS (sizes) && agreement == WH_OPENCL_AGREES; i++)
    {
      g_autoptr (WhOpenclSample) sample = wh_opencl_sample_new (&rng, sizes[i].n_rows, sizes[i].n_columns, sizes[i].kind);
      const Trial trial = { engine, cpu, cancellable, sample };
      for (WhMetric metric = 0; metric < WH_N_METRICS && agreement == WH_OPENCL_AGREES; metric++)
        agreement = wh_clock_monotonic () < deadline ? checks[operation](&trial, metric) : WH_OPENCL_UNDECIDED;
    }
  return agreement;
}
