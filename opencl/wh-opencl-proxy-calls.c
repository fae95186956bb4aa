/* The operations through the proxy: what goes to the child in which order, and whether what comes back can be an answer at all.
 * What comes back is copied out of the shared memory before it is looked at. */
#include <math.h>

#include "wh-matrix-private.h"
#include "wh-opencl-proxy-private.h"

#define WIDEST 1.001f          /* distances between 0 and 1, as rounded */
#define FARTHEST 1e6f          /* Aitchison: logarithms of single-precision numbers, 64 of them */
#define LOGARITHMS 10          /* cells that cost as much as one that takes a logarithm */
#define DRAW 100               /* and as one that is drawn */
#define ROUNDS 100             /* of Lloyd's method, for the time limit */

static gboolean
is_distance (WhMetric metric, float distance)
{
  return distance >= 0 && distance <= (metric == WH_METRIC_AITCHISON ? FARTHEST : WIDEST);
}

static double
weight_of (WhMetric metric)
{
  return metric == WH_METRIC_JENSEN_SHANNON ? LOGARITHMS : 1;
}

static WhOpenclPiece
piece (gconstpointer data, gsize count, gsize size)
{
  return (WhOpenclPiece) { (void *) data, count * size };
}

static WhOpenclQuestion
question_of (WhOpenclVerb verb, const WhOpenclPiece *input, gsize n_input, const WhOpenclPiece *output, gsize n_output)
{
  return (WhOpenclQuestion) { .request = { .verb = verb }, .input = input, .n_input = n_input, .output = output, .n_output = n_output };
}

/* -- nearest -- */

typedef struct {
  const WhMatrix    *matrix;
  const WhQueries   *queries;
  gsize              k;
  const WhNeighbour *neighbours;
  const gsize       *counts;
} Nearest;

static gboolean
is_neighbour (const Nearest *about, gsize query, const WhNeighbour *neighbour)
{
  guint64 mask = about->queries->masks[query];

  return neighbour->row < about->matrix->n_rows && (!about->queries->excludes || neighbour->row != about->queries->excludes[query])
         && is_distance (about->matrix->metric, neighbour->distance) && neighbour->shared >= WH_ENGINE_MIN_SHARED
         && neighbour->shared == (guint32) __builtin_popcountll (mask & about->matrix->masks[neighbour->row]);
}

static gboolean
comes_before (const WhNeighbour *a, const WhNeighbour *b)
{
  return a->distance < b->distance || (a->distance == b->distance && a->row < b->row);
}

static gboolean
nearest_possible (const WhOpenclCall *call)
{
  const Nearest *about = call->about;

  for (gsize query = 0; query < about->queries->n; query++)
    {
      const WhNeighbour *list = about->neighbours + query * about->k;
      if (about->counts[query] > MIN (about->k, about->matrix->n_rows))
        return FALSE;
      for (gsize i = 0; i < about->counts[query]; i++)
        if (!is_neighbour (about, query, &list[i]) || (i && !comes_before (&list[i - 1], &list[i])))
          return FALSE;
    }
  return TRUE;
}

WhRun
wh_opencl_proxy_nearest (gpointer state, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours,
                         gsize *out_counts, GCancellable *cancellable)
{
  const Nearest about = { matrix, queries, k, out_neighbours, out_counts };
  const WhOpenclPiece input[] = { piece (queries->values, queries->n * matrix->n_columns, sizeof *queries->values),
                                  piece (queries->masks, queries->n, sizeof *queries->masks),
                                  piece (queries->excludes, queries->excludes ? queries->n : 0, sizeof *queries->excludes) };
  const WhOpenclPiece output[] = { piece (out_neighbours, queries->n * k, sizeof *out_neighbours),
                                   piece (out_counts, queries->n, sizeof *out_counts) };
  WhOpenclCall call = { .operation = WH_OPERATION_NEAREST, .matrix = matrix, .k = k, .is_possible = nearest_possible, .about = &about,
                        .cancellable = cancellable,
                        .work = weight_of (matrix->metric) * wh_operation_nearest (matrix->n_rows, matrix->n_columns, queries->n),
                        .question = question_of (WH_OPENCL_NEAREST, input, G_N_ELEMENTS (input), output, G_N_ELEMENTS (output)) };

  call.question.request.serial = matrix->serial;
  call.question.request.sizes[0] = queries->n;
  call.question.request.sizes[1] = k;
  call.question.request.sizes[2] = queries->excludes != NULL;
  return wh_opencl_proxy_call (state, &call);
}

/* -- pairs -- */

typedef struct {
  const WhMatrix   *matrix;
  gsize             n_bins;
  const guint64    *histogram;
  const WhPairSums *sums;
} Pairs;

static gboolean
pairs_possible (const WhOpenclCall *call)
{
  const Pairs *about = call->about;
  const WhPairSums *sums = about->sums;
  double widest = about->matrix->metric == WH_METRIC_AITCHISON ? (double) FARTHEST : (double) WIDEST, n = (double) sums->n_pairs;
  guint64 total = 0;

  for (gsize bin = 0; bin < about->n_bins; bin++)
    {
      if (about->histogram[bin] > sums->n_pairs)
        return FALSE;
      total += about->histogram[bin];
    }
  return (about->n_bins == 0 || total == sums->n_pairs) && n <= (double) about->matrix->n_rows * (about->matrix->n_rows - 1.0) / 2
         && sums->sum >= 0 && sums->sum <= n * widest && sums->sum_squares >= 0 && sums->sum_squares <= n * widest * widest
         && sums->sum * sums->sum <= n * sums->sum_squares * (double) WIDEST + 1e-9;
}

WhRun
wh_opencl_proxy_pairs (gpointer state, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram, WhPairSums *out_sums,
                       GCancellable *cancellable)
{
  const Pairs about = { matrix, n_bins, histogram, out_sums };
  const WhOpenclPiece output[] = { piece (histogram, n_bins, sizeof *histogram), piece (out_sums, 1, sizeof *out_sums) };
  WhOpenclCall call = { .operation = WH_OPERATION_PAIRS, .matrix = matrix, .is_possible = pairs_possible, .about = &about,
                        .cancellable = cancellable,
                        .work = weight_of (matrix->metric) * wh_operation_pairs (matrix->n_rows, matrix->n_columns),
                        .question = question_of (WH_OPENCL_PAIRS, NULL, 0, output, G_N_ELEMENTS (output)) };

  call.question.request.serial = matrix->serial;
  call.question.request.sizes[0] = n_bins;
  call.question.request.parameter = (double) bin_width;
  return wh_opencl_proxy_call (state, &call);
}

/* -- distances -- */

typedef struct {
  const WhMatrix *matrix;
  const float    *distances;
} Distances;

static gboolean
distances_possible (const WhOpenclCall *call)
{
  const Distances *about = call->about;
  gsize n = about->matrix->n_rows;

  for (gsize i = 0; i < n * n; i++)
    if (!isnan (about->distances[i]) && !is_distance (about->matrix->metric, about->distances[i]))
      return FALSE;
  for (gsize row = 0; row < n; row++)
    if (about->distances[row * n + row] != 0)
      return FALSE;
  return TRUE;
}

WhRun
wh_opencl_proxy_distances (gpointer state, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable)
{
  const Distances about = { matrix, out_distances };
  const WhOpenclPiece output = piece (out_distances, matrix->n_rows * matrix->n_rows, sizeof *out_distances);
  WhOpenclCall call = { .operation = WH_OPERATION_DISTANCES, .matrix = matrix, .is_possible = distances_possible, .about = &about,
                        .cancellable = cancellable,
                        .work = weight_of (matrix->metric) * wh_operation_pairs (matrix->n_rows, matrix->n_columns),
                        .question = question_of (WH_OPENCL_DISTANCES, NULL, 0, &output, 1) };

  call.question.request.serial = matrix->serial;
  return wh_opencl_proxy_call (state, &call);
}

/* -- bootstrap -- */

typedef struct {
  WhMetric     metric;
  gsize        n;
  const float *distances;
} Bootstrap;

static gboolean
bootstrap_possible (const WhOpenclCall *call)
{
  const Bootstrap *about = call->about;

  for (gsize i = 0; i < about->n; i++)
    if (!isnan (about->distances[i]) && !is_distance (about->metric, about->distances[i]))
      return FALSE;
  return TRUE;
}

WhRun
wh_opencl_proxy_bootstrap (gpointer state, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs,
                           gsize n_draws, float rsd, guint64 seed, float *out_distances, GCancellable *cancellable)
{
  const Bootstrap about = { metric, n_pairs * n_draws, out_distances };
  const gsize cells = intervals->n_profiles * intervals->n_columns;
  const WhOpenclPiece input[] = { piece (intervals->estimates, cells, sizeof (float)), piece (intervals->lows, cells, sizeof (float)),
                                  piece (intervals->highs, cells, sizeof (float)),
                                  piece (intervals->masks, intervals->n_profiles, sizeof *intervals->masks),
                                  piece (pairs, n_pairs, sizeof *pairs) };
  const WhOpenclPiece output = piece (out_distances, about.n, sizeof *out_distances);
  WhOpenclCall call = { .operation = WH_OPERATION_BOOTSTRAP, .is_possible = bootstrap_possible, .about = &about, .cancellable = cancellable,
                        .work = DRAW * wh_operation_bootstrap (n_pairs, intervals->n_columns, n_draws),
                        .question = question_of (WH_OPENCL_BOOTSTRAP, input, G_N_ELEMENTS (input), &output, 1) };
  WhOpenclRequest *request = &call.question.request;
  const guint64 sizes[] = { metric, intervals->n_profiles, intervals->n_columns, n_pairs, n_draws };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    request->sizes[i] = sizes[i];
  request->parameter = (double) rsd;
  request->seed = seed;
  return wh_opencl_proxy_call (state, &call);
}

/* -- clusters -- */

typedef struct {
  gsize        n_rows, n_starts;
  guint        k;
  const guint *labels;
  const gsize *start;
} Lloyd;

static gboolean
lloyd_possible (const WhOpenclCall *call)
{
  const Lloyd *about = call->about;

  for (gsize row = 0; row < about->n_rows; row++)
    if (about->labels[row] >= about->k)
      return FALSE;
  return *about->start < about->n_starts;
}

WhRun
wh_opencl_proxy_lloyd (gpointer state, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds,
                       guint *out_labels, gsize *out_start, GCancellable *cancellable)
{
  const Lloyd about = { points->n_rows, n_starts, k, out_labels, out_start };
  const WhOpenclPiece input[] = { piece (points->values, points->n_rows * points->n_columns, sizeof *points->values),
                                  piece (starts, n_starts * k * points->n_columns, sizeof *starts) };
  const WhOpenclPiece output[] = { piece (out_labels, points->n_rows, sizeof *out_labels), piece (out_start, 1, sizeof *out_start) };
  WhOpenclCall call = { .operation = WH_OPERATION_LLOYD, .is_possible = lloyd_possible, .about = &about, .cancellable = cancellable,
                        .work = MIN (most_rounds, ROUNDS) * wh_operation_lloyd (points->n_rows, points->n_columns, k, n_starts),
                        .question = question_of (WH_OPENCL_LLOYD, input, G_N_ELEMENTS (input), output, G_N_ELEMENTS (output)) };
  WhOpenclRequest *request = &call.question.request;
  const guint64 sizes[] = { points->n_rows, points->n_columns, k, n_starts, most_rounds };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    request->sizes[i] = sizes[i];
  return wh_opencl_proxy_call (state, &call);
}

typedef struct {
  gsize         n;
  const double *sums;
} Spreads;

static gboolean
spreads_possible (const WhOpenclCall *call)
{
  const Spreads *about = call->about;

  for (gsize i = 0; i < about->n; i++)
    if (!isfinite (about->sums[i]) || about->sums[i] < 0)
      return FALSE;
  return TRUE;
}

WhRun
wh_opencl_proxy_spreads (gpointer state, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                         GCancellable *cancellable)
{
  const Spreads about = { (points->n_rows + step - 1) / step * k, out_sums };
  const WhOpenclPiece input[] = { piece (points->values, points->n_rows * points->n_columns, sizeof *points->values),
                                  piece (labels, points->n_rows, sizeof *labels) };
  const WhOpenclPiece output = piece (out_sums, about.n, sizeof *out_sums);
  WhOpenclCall call = { .operation = WH_OPERATION_SPREADS, .is_possible = spreads_possible, .about = &about, .cancellable = cancellable,
                        .work = wh_operation_spreads (points->n_rows, points->n_columns, step),
                        .question = question_of (WH_OPENCL_SPREADS, input, G_N_ELEMENTS (input), &output, 1) };
  const guint64 sizes[] = { points->n_rows, points->n_columns, k, step };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    call.question.request.sizes[i] = sizes[i];
  return wh_opencl_proxy_call (state, &call);
}

/* -- moments -- */

typedef struct {
  gsize            n_rows, n;
  const WhMoments *moments;
} Moments;

static gboolean
moments_possible (const WhOpenclCall *call)
{
  const Moments *about = call->about;

  for (gsize i = 0; i < about->n; i++)
    {
      const WhMoments *m = &about->moments[i];
      if (!(m->n >= 0 && m->n <= (double) about->n_rows && m->n == floor (m->n)) || !(m->xx >= 0) || !(m->yy >= 0) || isnan (m->x)
          || isnan (m->y) || isnan (m->xy))
        return FALSE;
    }
  return TRUE;
}

WhRun
wh_opencl_proxy_moments (gpointer state, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments,
                         GCancellable *cancellable)
{
  const Moments about = { n_rows, n_columns * (n_columns + 1) / 2, out_moments };
  const WhOpenclPiece input = piece (columns, n_rows * n_columns, sizeof *columns);
  const WhOpenclPiece output = piece (out_moments, about.n, sizeof *out_moments);
  WhOpenclCall call = { .operation = WH_OPERATION_MOMENTS, .is_possible = moments_possible, .about = &about, .cancellable = cancellable,
                        .work = wh_operation_moments (n_rows, n_columns),
                        .question = question_of (WH_OPENCL_MOMENTS, &input, 1, &output, 1) };

  call.question.request.sizes[0] = n_rows;
  call.question.request.sizes[1] = n_columns;
  return wh_opencl_proxy_call (state, &call);
}
