#include <math.h>
#include <string.h>

#include "wh-opencl-private.h"

#define SUM_ROWS 4096     /* as in kernels/points.cl */

/* Some starts beside each other; the device assigns and adds, the host moves the centres. */
typedef struct {
  const WhPoints *points;
  guint   k;
  gsize   stride, n_starts, n_groups, n_blocks, n_running;
  guint   most_rounds;
  double *centres;               /* [start][k][column] */
  double *inertias;              /* [start] */
  guint32 *running;              /* the starts that still move */
  cl_mem  values, labels, nearest, numbers, inertia_sums, moved_counts, centre_sums;
} Lloyd;

static gsize
centre_size (const Lloyd *lloyd)
{
  return lloyd->k * lloyd->points->n_columns;
}

/* [start][column][k4 x 4], as the kernel wants them. */
static cl_mem
upload_centres (WhOpencl *self, const Lloyd *lloyd)
{
  const gsize n_columns = lloyd->points->n_columns, places = (lloyd->k + 3) / 4 * 4;
  g_autofree float *values = g_new0 (float, lloyd->n_starts * n_columns * places + 1);

  for (gsize start = 0; start < lloyd->n_starts; start++)
    for (gsize column = 0; column < n_columns; column++)
      for (guint centre = 0; centre < lloyd->k; centre++)
        values[(start * n_columns + column) * places + centre]
            = (float) lloyd->centres[start * centre_size (lloyd) + centre * n_columns + column];
  return wh_opencl_buffer (self, lloyd->n_starts * n_columns * places * sizeof (float), values);
}

/* Inertias of the starts that run; those whose rows stay where they are run no longer. */
static gboolean
take_inertias (WhOpencl *self, Lloyd *lloyd)
{
  const gsize n = lloyd->n_running * lloyd->n_groups;
  g_autofree float *sums = g_new (float, n);
  g_autofree guint32 *moved = g_new (guint32, n);
  gsize kept = 0;

  if (!wh_opencl_read_all (self, lloyd->inertia_sums, sums, n * sizeof *sums)
      || !wh_opencl_read_all (self, lloyd->moved_counts, moved, n * sizeof *moved))
    return FALSE;
  for (gsize i = 0; i < lloyd->n_running; i++)
    {
      guint32 start = lloyd->running[i];
      gboolean any = FALSE;
      lloyd->inertias[start] = 0;
      for (gsize group = i * lloyd->n_groups; group < (i + 1) * lloyd->n_groups; group++)
        {
          lloyd->inertias[start] += sums[group];
          any |= moved[group] != 0;
        }
      if (any)
        lloyd->running[kept++] = start;
    }
  lloyd->n_running = kept;
  return TRUE;
}

static gboolean
write_running (WhOpencl *self, const Lloyd *lloyd)
{
  const gsize bytes = lloyd->n_running * sizeof (guint32);

  return wh_opencl_write (self, lloyd->numbers, lloyd->running, (WhOpenclShape) { bytes, 1, bytes, bytes });
}

/* Rows to their nearest centres; `keep`: only measures how far they are from their own. */
static gboolean
assign (WhOpencl *self, Lloyd *lloyd, gboolean keep)
{
  g_auto (cl_mem) centres = upload_centres (self, lloyd);

  return centres && write_running (self, lloyd)
         && wh_opencl_run (self, "assign", lloyd->n_groups, lloyd->n_running, 1, WH_OPENCL_MEM (lloyd->values),
                           WH_OPENCL_UINT (lloyd->stride), WH_OPENCL_UINT (lloyd->points->n_rows),
                           WH_OPENCL_UINT (lloyd->points->n_columns), WH_OPENCL_MEM (centres), WH_OPENCL_UINT (lloyd->k),
                           WH_OPENCL_UINT ((lloyd->k + 3) / 4), WH_OPENCL_MEM (lloyd->numbers), WH_OPENCL_INT (keep),
                           WH_OPENCL_MEM (lloyd->labels), WH_OPENCL_MEM (lloyd->nearest), WH_OPENCL_MEM (lloyd->inertia_sums),
                           WH_OPENCL_MEM (lloyd->moved_counts))
         && take_inertias (self, lloyd);
}

/* -- a centre that lost its rows takes the row that is farthest from its own and not alone there -- */

static gsize
farthest_of (const Lloyd *lloyd, const float *nearest, const guint32 *labels, const double *sizes)
{
  gsize farthest = 0;
  float largest = -1;

  for (gsize row = 0; row < lloyd->points->n_rows; row++)
    if (sizes[labels[row]] > 1 && nearest[row] > largest)
      {
        largest = nearest[row];
        farthest = row;
      }
  return farthest;
}

/* sums: [column][k], and of the column after the last how many rows. */
static void
add_row (const Lloyd *lloyd, double *sums, gsize row, guint32 label, double sign)
{
  const gsize n_columns = lloyd->points->n_columns;

  for (gsize column = 0; column < n_columns; column++)
    sums[column * lloyd->k + label] += sign * lloyd->points->values[row * n_columns + column];
  sums[n_columns * lloyd->k + label] += sign;
}

static gboolean
fill_centres (WhOpencl *self, const Lloyd *lloyd, guint32 start, double *sums)
{
  const gsize bytes = lloyd->stride * sizeof (guint32);
  const WhOpenclShape shape = { bytes, 1, bytes, bytes, start };
  const double *sizes = sums + lloyd->points->n_columns * lloyd->k;
  g_autofree float *nearest = g_new (float, lloyd->stride);
  g_autofree guint32 *labels = g_new (guint32, lloyd->stride);

  if (!wh_opencl_read (self, lloyd->nearest, nearest, shape) || !wh_opencl_read (self, lloyd->labels, labels, shape))
    return FALSE;
  for (guint centre = 0; centre < lloyd->k; centre++)
    if (sizes[centre] < 1)
      {
        gsize row = farthest_of (lloyd, nearest, labels, sizes);
        add_row (lloyd, sums, row, labels[row], -1);
        add_row (lloyd, sums, row, centre, 1);
        labels[row] = centre;
      }
  return wh_opencl_write (self, lloyd->labels, labels, shape);
}

/* -- centres into the middle of their rows -- */

/* Sums of a start over the blocks of rows. */
static void
add_blocks (const Lloyd *lloyd, const float *sums, double *out)
{
  const gsize n = (lloyd->points->n_columns + 1) * lloyd->k;

  memset (out, 0, n * sizeof *out);
  for (gsize block = 0; block < lloyd->n_blocks; block++)
    for (gsize i = 0; i < n; i++)
      out[i] += sums[block * n + i];
}

static gboolean
move_start (WhOpencl *self, Lloyd *lloyd, guint32 start, double *sums)
{
  const gsize n_columns = lloyd->points->n_columns;
  const double *sizes = sums + n_columns * lloyd->k;
  gboolean lost = FALSE;

  for (guint centre = 0; centre < lloyd->k; centre++)
    lost |= sizes[centre] < 1;
  if (lost && !fill_centres (self, lloyd, start, sums))
    return FALSE;
  for (guint centre = 0; centre < lloyd->k; centre++)
    for (gsize column = 0; column < n_columns; column++)
      lloyd->centres[start * centre_size (lloyd) + centre * n_columns + column] = sums[column * lloyd->k + centre] / sizes[centre];
  return TRUE;
}

static gboolean
move_centres (WhOpencl *self, Lloyd *lloyd)
{
  const gsize n = lloyd->n_blocks * (lloyd->points->n_columns + 1) * lloyd->k;
  g_autofree float *sums = g_new (float, lloyd->n_running * n);
  g_autofree double *totals = g_new (double, (lloyd->points->n_columns + 1) * lloyd->k);

  if (!write_running (self, lloyd)
      || !wh_opencl_run (self, "centre_sums", lloyd->n_blocks, lloyd->points->n_columns + 1, lloyd->n_running,
                         WH_OPENCL_MEM (lloyd->values), WH_OPENCL_UINT (lloyd->stride), WH_OPENCL_UINT (lloyd->points->n_rows),
                         WH_OPENCL_UINT (lloyd->points->n_columns), WH_OPENCL_UINT (lloyd->k), WH_OPENCL_MEM (lloyd->numbers),
                         WH_OPENCL_MEM (lloyd->labels), WH_OPENCL_LOCAL (lloyd->k * WH_OPENCL_LANES * sizeof (cl_float)),
                         WH_OPENCL_MEM (lloyd->centre_sums))
      || !wh_opencl_read_all (self, lloyd->centre_sums, sums, lloyd->n_running * n * sizeof *sums))
    return FALSE;
  for (gsize i = 0; i < lloyd->n_running; i++)
    {
      add_blocks (lloyd, sums + i * n, totals);
      if (!move_start (self, lloyd, lloyd->running[i], totals))
        return FALSE;
    }
  return TRUE;
}

static WhRun
run_rounds (WhOpencl *self, Lloyd *lloyd, GCancellable *cancellable)
{
  for (guint round = 0; round < MAX (1, lloyd->most_rounds) && lloyd->n_running > 0; round++)
    {
      if (g_cancellable_is_cancelled (cancellable))
        return WH_RUN_CANCELLED;
      if (!assign (self, lloyd, FALSE) || (lloyd->n_running > 0 && !move_centres (self, lloyd)))
        return WH_RUN_UNABLE;
    }
  /* Starts that were stopped moved their centres last. */
  return lloyd->n_running == 0 || assign (self, lloyd, TRUE) ? WH_RUN_DONE : WH_RUN_UNABLE;
}

/* -- memory -- */

static void
clear_starts (Lloyd *lloyd)
{
  g_clear_pointer (&lloyd->centres, g_free);
  g_clear_pointer (&lloyd->inertias, g_free);
  g_clear_pointer (&lloyd->running, g_free);
  g_clear_pointer (&lloyd->labels, wh_opencl_release_mem);
  g_clear_pointer (&lloyd->nearest, wh_opencl_release_mem);
  g_clear_pointer (&lloyd->numbers, wh_opencl_release_mem);
  g_clear_pointer (&lloyd->inertia_sums, wh_opencl_release_mem);
  g_clear_pointer (&lloyd->moved_counts, wh_opencl_release_mem);
  g_clear_pointer (&lloyd->centre_sums, wh_opencl_release_mem);
}

/* Labels start as a cluster that none is. */
static cl_mem
new_labels (WhOpencl *self, gsize n)
{
  g_autofree guint32 *none = g_new (guint32, n);

  memset (none, 0xff, n * sizeof *none);
  return wh_opencl_buffer (self, n * sizeof *none, none);
}

static gboolean
set_starts (WhOpencl *self, Lloyd *lloyd, const float *starts, gsize n_starts)
{
  const gsize n = n_starts * centre_size (lloyd), sums = lloyd->n_blocks * (lloyd->points->n_columns + 1) * lloyd->k;

  lloyd->n_starts = lloyd->n_running = n_starts;
  lloyd->centres = g_new (double, n + 1);
  lloyd->inertias = g_new0 (double, n_starts);
  lloyd->running = g_new (guint32, n_starts);
  for (gsize i = 0; i < n; i++)
    lloyd->centres[i] = starts[i];
  for (gsize i = 0; i < n_starts; i++)
    lloyd->running[i] = (guint32) i;
  lloyd->labels = new_labels (self, n_starts * lloyd->stride);
  lloyd->nearest = wh_opencl_buffer (self, n_starts * lloyd->stride * sizeof (cl_float), NULL);
  lloyd->numbers = wh_opencl_buffer (self, n_starts * sizeof (cl_uint), NULL);
  lloyd->inertia_sums = wh_opencl_buffer (self, n_starts * lloyd->n_groups * sizeof (cl_float), NULL);
  lloyd->moved_counts = wh_opencl_buffer (self, n_starts * lloyd->n_groups * sizeof (cl_uint), NULL);
  lloyd->centre_sums = wh_opencl_buffer (self, n_starts * sums * sizeof (cl_float), NULL);
  return lloyd->labels && lloyd->nearest && lloyd->numbers && lloyd->inertia_sums && lloyd->moved_counts && lloyd->centre_sums;
}

static gsize
best_of (const Lloyd *lloyd)
{
  gsize best = 0;

  for (gsize start = 1; start < lloyd->n_starts; start++)
    if (lloyd->inertias[start] < lloyd->inertias[best])
      best = start;
  return best;
}

static gboolean
take_labels (WhOpencl *self, const Lloyd *lloyd, gsize start, guint *out_labels)
{
  const WhOpenclShape shape = { lloyd->points->n_rows * sizeof (guint32), 1, lloyd->stride * sizeof (guint32),
                                lloyd->points->n_rows * sizeof (guint32), start };

  return wh_opencl_read (self, lloyd->labels, out_labels, shape);
}

/* As many starts at once as fit. */
static WhRun
run_pieces (WhOpencl *self, Lloyd *lloyd, gsize n_starts, const float *starts, guint *out_labels, gsize *out_start,
            GCancellable *cancellable)
{
  const gsize piece = CLAMP (self->budget / (lloyd->stride * (sizeof (cl_uint) + sizeof (cl_float))), 1, MIN (n_starts, WH_OPENCL_GROUPS));
  double smallest = INFINITY;
  WhRun run = WH_RUN_DONE;

  *out_start = 0;
  for (gsize first = 0; first < n_starts && run == WH_RUN_DONE; first += piece)
    {
      run = set_starts (self, lloyd, starts + first * centre_size (lloyd), MIN (piece, n_starts - first))
                ? run_rounds (self, lloyd, cancellable) : WH_RUN_UNABLE;
      if (run == WH_RUN_DONE && (first == 0 || lloyd->inertias[best_of (lloyd)] < smallest))
        {
          gsize best = best_of (lloyd);
          smallest = lloyd->inertias[best];
          *out_start = first + best;
          run = take_labels (self, lloyd, best, out_labels) ? WH_RUN_DONE : WH_RUN_UNABLE;
        }
      clear_starts (lloyd);
    }
  return run;
}

WhRun
wh_opencl_lloyd (WhOpencl *self, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds, guint *out_labels,
                 gsize *out_start, GCancellable *cancellable)
{
  Lloyd lloyd = { .points = points, .k = k, .most_rounds = most_rounds, .stride = wh_opencl_stride (points->n_rows) };
  WhRun run;

  if (g_cancellable_is_cancelled (cancellable))
    return WH_RUN_CANCELLED;
  *out_start = 0;
  if (points->n_rows == 0 || n_starts == 0)
    return WH_RUN_DONE;
  if (k == 0 || k > WH_ENGINE_CLUSTERS || points->n_columns == 0
      || !(lloyd.values = wh_opencl_points (self, points, NULL, points->n_rows, lloyd.stride)))
    return WH_RUN_UNABLE;
  lloyd.n_groups = lloyd.stride / WH_OPENCL_BLOCK;
  lloyd.n_blocks = (points->n_rows + SUM_ROWS - 1) / SUM_ROWS;
  run = run_pieces (self, &lloyd, n_starts, starts, out_labels, out_start, cancellable);
  wh_opencl_release_mem (lloyd.values);
  return run;
}
