#include <string.h>

#include "wh-opencl-private.h"

#define MOST_BINS 4096      /* counters of a work-group in local memory */
#define MOST_COPIES 8

/* Some steps of kernels/pairs.cl at once: what a launch leaves. */
typedef struct {
  const WhOpenclTable *rows;
  WhMetric metric;
  gsize    n_blocks, n_steps, n_bins, copies;
  float    bin_width;
  cl_mem   histogram, sums, counts;
} Pairs;

static gboolean
launch (WhOpencl *self, const Pairs *pairs, gsize first_step, gsize n_steps)
{
  const WhOpenclTable *rows = pairs->rows;

  return wh_opencl_run (self, "pairs", pairs->n_blocks, n_steps, 1, WH_OPENCL_INT (pairs->metric), WH_OPENCL_INT (rows->one_mask),
                        WH_OPENCL_MEM (rows->features), WH_OPENCL_MEM (rows->masks), WH_OPENCL_UINT (rows->stride),
                        WH_OPENCL_UINT (rows->n_columns), WH_OPENCL_UINT (first_step), WH_OPENCL_UINT (pairs->n_bins),
                        WH_OPENCL_FLOAT (pairs->bin_width), WH_OPENCL_UINT (pairs->copies),
                        WH_OPENCL_LOCAL (MAX (pairs->n_bins, 1) * pairs->copies * sizeof (cl_uint)), WH_OPENCL_MEM (pairs->histogram),
                        WH_OPENCL_MEM (pairs->sums), WH_OPENCL_MEM (pairs->counts));
}

static gboolean
add_sums (WhOpencl *self, const Pairs *pairs, gsize n_groups, WhPairSums *out_sums)
{
  g_autofree cl_float2 *sums = g_new (cl_float2, n_groups);
  g_autofree cl_uint *counts = g_new (cl_uint, n_groups);

  if (!wh_opencl_read_all (self, pairs->sums, sums, n_groups * sizeof *sums)
      || !wh_opencl_read_all (self, pairs->counts, counts, n_groups * sizeof *counts))
    return FALSE;
  for (gsize group = 0; group < n_groups; group++)
    {
      out_sums->sum += sums[group].s[0];
      out_sums->sum_squares += sums[group].s[1];
      out_sums->n_pairs += counts[group];
    }
  return TRUE;
}

/* A launch counts fewer than 2^32 pairs, so that its counters hold; they start at 0 each time. */
static gboolean
run_steps (WhOpencl *self, Pairs *pairs, gsize first_step, gsize n_steps, guint64 *histogram, WhPairSums *out_sums)
{
  g_autofree cl_uint *bins = g_new0 (cl_uint, pairs->n_bins + 1);
  gboolean done;

  pairs->histogram = wh_opencl_buffer (self, pairs->n_bins * sizeof *bins, NULL);
  done = pairs->histogram && launch (self, pairs, first_step, n_steps)
         && add_sums (self, pairs, n_steps * pairs->n_blocks, out_sums)
         && wh_opencl_read_all (self, pairs->histogram, bins, pairs->n_bins * sizeof *bins);
  g_clear_pointer (&pairs->histogram, wh_opencl_release_mem);
  for (gsize bin = 0; done && bin < pairs->n_bins; bin++)
    histogram[bin] += bins[bin];
  return done;
}

static WhRun
run_pairs (WhOpencl *self, Pairs *pairs, guint64 *histogram, WhPairSums *out_sums, GCancellable *cancellable)
{
  const guint64 step_pairs = (guint64) pairs->n_blocks * WH_OPENCL_BLOCK * WH_OPENCL_BLOCK;
  const gsize piece = (gsize) CLAMP (self->piece / step_pairs, 1, WH_OPENCL_GROUPS);
  g_auto (cl_mem) sums = wh_opencl_buffer (self, MIN (piece, pairs->n_steps) * pairs->n_blocks * sizeof (cl_float2), NULL);
  g_auto (cl_mem) counts = wh_opencl_buffer (self, MIN (piece, pairs->n_steps) * pairs->n_blocks * sizeof (cl_uint), NULL);

  if (step_pairs > G_MAXUINT32 || !sums || !counts)
    return WH_RUN_UNABLE;
  pairs->sums = sums;
  pairs->counts = counts;
  for (gsize first = 0; first < pairs->n_steps; first += piece)
    {
      if (g_cancellable_is_cancelled (cancellable))
        return WH_RUN_CANCELLED;
      if (!run_steps (self, pairs, first, MIN (piece, pairs->n_steps - first), histogram, out_sums))
        return WH_RUN_UNABLE;
    }
  return WH_RUN_DONE;
}

WhRun
wh_opencl_pairs (WhOpencl *self, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram, WhPairSums *out_sums,
                 GCancellable *cancellable)
{
  Pairs pairs = { .metric = matrix->metric, .n_bins = n_bins, .bin_width = bin_width };

  if (g_cancellable_is_cancelled (cancellable))
    return WH_RUN_CANCELLED;
  *out_sums = (WhPairSums) { 0 };
  if (n_bins > 0)
    memset (histogram, 0, n_bins * sizeof *histogram);
  if (matrix->n_rows < 2)
    return WH_RUN_DONE;
  if (n_bins > MOST_BINS || !(pairs.rows = wh_opencl_matrix (self, matrix)))
    return WH_RUN_UNABLE;
  pairs.copies = CLAMP (MOST_BINS / MAX (n_bins, 1), 1, MOST_COPIES);
  pairs.n_blocks = pairs.rows->stride / WH_OPENCL_BLOCK;
  pairs.n_steps = pairs.n_blocks / 2 + 1;
  return run_pairs (self, &pairs, histogram, out_sums, cancellable);
}

WhRun
wh_opencl_distances (WhOpencl *self, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable)
{
  const gsize n = matrix->n_rows, width = n * sizeof (float);
  const WhOpenclTable *rows;
  gsize piece;
  g_auto (cl_mem) buffer = NULL;

  if (g_cancellable_is_cancelled (cancellable))
    return WH_RUN_CANCELLED;
  if (n == 0)
    return WH_RUN_DONE;
  if (n > WH_ENGINE_FULL_ROWS || !(rows = wh_opencl_matrix (self, matrix)))
    return WH_RUN_UNABLE;
  piece = MIN (rows->stride, MAX (self->piece / rows->stride / WH_OPENCL_TILE, 1) * WH_OPENCL_TILE);
  if (!(buffer = wh_opencl_buffer (self, piece * rows->stride * sizeof (float), NULL)))
    return WH_RUN_UNABLE;
  for (gsize first = 0; first < n; first += piece)
    {
      const WhOpenclShape shape = { width, MIN (piece, n - first), rows->stride * sizeof (float), width };
      if (g_cancellable_is_cancelled (cancellable))
        return WH_RUN_CANCELLED;
      if (!wh_opencl_measure (self, matrix->metric, rows, rows, first, shape.n, buffer)
          || !wh_opencl_read (self, buffer, out_distances + first * n, shape))
        return WH_RUN_UNABLE;
    }
  for (gsize row = 0; row < n; row++)
    out_distances[row * n + row] = 0;
  return WH_RUN_DONE;
}
