#include <string.h>

#include "wh-opencl-private.h"

#define SEGMENT_ROWS 1024      /* of one cluster */
#define MOST_SAMPLES 16384     /* of one piece */

cl_mem
wh_opencl_points (WhOpencl *self, const WhPoints *points, const guint32 *order, gsize n, gsize stride)
{
  const gsize width = n * sizeof (float);
  g_autofree float *columns = g_try_new0 (float, n * points->n_columns + 1);
  g_auto (cl_mem) buffer = columns ? wh_opencl_buffer (self, stride * points->n_columns * sizeof (float), NULL) : NULL;

  for (gsize i = 0; buffer && i < n; i++)
    for (gsize column = 0, row = order ? order[i] : i; row < points->n_rows && column < points->n_columns; column++)
      columns[column * n + i] = points->values[row * points->n_columns + column];
  if (!buffer || !wh_opencl_write (self, buffer, columns, (WhOpenclShape) { width, points->n_columns, stride * sizeof (float), width }))
    return NULL;
  return g_steal_pointer (&buffer);
}

/* Rows sorted by cluster, cut into segments of one cluster each. */

typedef struct {
  const WhPoints *points;
  guint    k;
  gsize    step, n_samples, sample_stride, stride;
  GArray  *order;          /* guint32: the row at each place; G_MAXUINT32 fills up */
  GArray  *segments;       /* cl_uint2: first and last place */
  GArray  *clusters;       /* guint: of each segment */
  cl_mem   samples, values, weights, ends;
} Spreads;

static void
end_cluster (Spreads *spreads, guint cluster, guint first)
{
  const guint32 nothing = G_MAXUINT32;

  while (spreads->order->len % 4)
    g_array_append_val (spreads->order, nothing);
  for (guint at = first; at < spreads->order->len; at += SEGMENT_ROWS)
    {
      cl_uint2 segment = { { at, MIN (at + SEGMENT_ROWS, spreads->order->len) } };
      g_array_append_val (spreads->segments, segment);
      g_array_append_val (spreads->clusters, cluster);
    }
}

static void
sort_rows (Spreads *spreads, const guint *labels)
{
  g_autofree gsize *sizes = g_new0 (gsize, spreads->k + 1);
  g_autofree guint32 *sorted = g_new (guint32, spreads->points->n_rows);

  for (gsize row = 0; row < spreads->points->n_rows; row++)
    sizes[labels[row] + 1]++;
  for (guint cluster = 0; cluster < spreads->k; cluster++)
    sizes[cluster + 1] += sizes[cluster];
  for (gsize row = 0; row < spreads->points->n_rows; row++)
    sorted[sizes[labels[row]]++] = (guint32) row;
  for (guint cluster = 0; cluster < spreads->k; cluster++)
    {
      gsize start = cluster ? sizes[cluster - 1] : 0;
      guint first = spreads->order->len;
      g_array_append_vals (spreads->order, sorted + start, (guint) (sizes[cluster] - start));
      end_cluster (spreads, cluster, first);
    }
}

static cl_mem
upload_weights (WhOpencl *self, const Spreads *spreads)
{
  g_autofree float *weights = g_new0 (float, spreads->stride);

  for (guint i = 0; i < spreads->order->len; i++)
    weights[i] = g_array_index (spreads->order, guint32, i) != G_MAXUINT32;
  return wh_opencl_buffer (self, spreads->stride * sizeof *weights, weights);
}

static gboolean
upload_all (WhOpencl *self, Spreads *spreads)
{
  g_autofree guint32 *samples = g_new (guint32, spreads->n_samples);

  for (gsize i = 0; i < spreads->n_samples; i++)
    samples[i] = (guint32) (i * spreads->step);
  spreads->stride = wh_opencl_stride (spreads->order->len);
  spreads->sample_stride = wh_opencl_stride (spreads->n_samples);
  spreads->samples = wh_opencl_points (self, spreads->points, samples, spreads->n_samples, spreads->sample_stride);
  spreads->values = wh_opencl_points (self, spreads->points, (const guint32 *) spreads->order->data, spreads->order->len, spreads->stride);
  spreads->weights = upload_weights (self, spreads);
  spreads->ends = wh_opencl_buffer (self, spreads->segments->len * sizeof (cl_uint2), spreads->segments->data);
  return spreads->samples && spreads->values && spreads->weights && spreads->ends;
}

/* Samples first … against some segments. */
static gboolean
add_spreads (WhOpencl *self, const Spreads *spreads, gsize first, gsize n, gsize first_segment, gsize n_segments, double *out_sums)
{
  const gsize out_stride = wh_opencl_stride (n);
  g_autofree float *sums = g_new (float, n_segments * out_stride);
  g_auto (cl_mem) out = wh_opencl_buffer (self, n_segments * out_stride * sizeof *sums, NULL);

  if (!out
      || !wh_opencl_run (self, "spreads", out_stride / WH_OPENCL_BLOCK, n_segments, 1, WH_OPENCL_MEM (spreads->samples),
                         WH_OPENCL_UINT (spreads->sample_stride), WH_OPENCL_UINT (first), WH_OPENCL_MEM (spreads->values),
                         WH_OPENCL_MEM (spreads->weights), WH_OPENCL_UINT (spreads->stride), WH_OPENCL_UINT (spreads->points->n_columns),
                         WH_OPENCL_MEM (spreads->ends), WH_OPENCL_UINT (first_segment), WH_OPENCL_UINT (out_stride), WH_OPENCL_MEM (out))
      || !wh_opencl_read_all (self, out, sums, n_segments * out_stride * sizeof *sums))
    return FALSE;
  for (gsize segment = 0; segment < n_segments; segment++)
    for (gsize i = 0; i < n; i++)
      out_sums[(first + i) * spreads->k + g_array_index (spreads->clusters, guint, first_segment + segment)]
          += sums[segment * out_stride + i];
  return TRUE;
}

static WhRun
run_spreads (WhOpencl *self, const Spreads *spreads, double *out_sums, GCancellable *cancellable)
{
  const gsize samples = MIN (MOST_SAMPLES, spreads->n_samples);
  const gsize piece = (gsize) CLAMP (self->piece / (wh_opencl_stride (samples) * SEGMENT_ROWS), 1, WH_OPENCL_GROUPS);

  for (gsize first = 0; first < spreads->n_samples; first += samples)
    for (gsize segment = 0; segment < spreads->segments->len; segment += piece)
      {
        if (g_cancellable_is_cancelled (cancellable))
          return WH_RUN_CANCELLED;
        if (!add_spreads (self, spreads, first, MIN (samples, spreads->n_samples - first), segment,
                          MIN (piece, spreads->segments->len - segment), out_sums))
          return WH_RUN_UNABLE;
      }
  return WH_RUN_DONE;
}

WhRun
wh_opencl_spreads (WhOpencl *self, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                   GCancellable *cancellable)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) segments = g_array_new (FALSE, FALSE, sizeof (cl_uint2));
  g_autoptr (GArray) clusters = g_array_new (FALSE, FALSE, sizeof (guint));
  Spreads spreads = { .points = points, .k = k, .step = step, .order = order, .segments = segments, .clusters = clusters };
  WhRun run = WH_RUN_UNABLE;

  if (g_cancellable_is_cancelled (cancellable))
    return WH_RUN_CANCELLED;
  spreads.n_samples = (points->n_rows + step - 1) / step;
  memset (out_sums, 0, spreads.n_samples * k * sizeof *out_sums);
  if (points->n_rows == 0 || points->n_columns == 0)
    return WH_RUN_DONE;
  sort_rows (&spreads, labels);
  if (upload_all (self, &spreads))
    run = run_spreads (self, &spreads, out_sums, cancellable);
  wh_opencl_release_mem (spreads.samples);
  wh_opencl_release_mem (spreads.values);
  wh_opencl_release_mem (spreads.weights);
  wh_opencl_release_mem (spreads.ends);
  return run;
}
