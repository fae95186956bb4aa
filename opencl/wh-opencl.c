#include "wh-opencl.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "wh-opencl-private.h"

#define MEGABYTE ((gsize) 1024 * 1024)
/* Pieces of work are cut so that one takes milliseconds on a graphics card and less than a second on a processor. */
#define BUDGET_DEVICE (256 * MEGABYTE)
#define BUDGET_CPU (32 * MEGABYTE)
#define PIECE_DEVICE (G_GUINT64_CONSTANT (1) << 30)
#define PIECE_CPU (G_GUINT64_CONSTANT (1) << 24)
#define TABLES_CPU (512 * MEGABYTE)
#define BUDGET_SHARE 16       /* of the device's memory, for one piece of work */
#define TABLES_SHARE 4        /* and for the matrices that stay */

static void
close_state (gpointer state)
{
  WhOpencl *self = state;

  if (self->queue)
    self->cl->clFinish (self->queue);
  wh_opencl_forget (self);
  g_hash_table_unref (self->kernels);
  wh_opencl_release_program (self->program);
  if (self->queue)
    self->cl->clReleaseCommandQueue (self->queue);
  if (self->context)
    self->cl->clReleaseContext (self->context);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
release_kernel (gpointer kernel)
{
  wh_opencl_library (NULL)->clReleaseKernel (kernel);
}

static void
set_limits (WhOpencl *self, cl_device_id device, const WhOpenclInfo *info)
{
  cl_ulong most = 0;

  self->cl->clGetDeviceInfo (device, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof most, &most, NULL);
  self->most_bytes = (gsize) most;
  self->budget = MIN (MIN (info->memory / BUDGET_SHARE, info->is_cpu ? BUDGET_CPU : BUDGET_DEVICE), self->most_bytes);
  self->piece = info->is_cpu ? PIECE_CPU : PIECE_DEVICE;
  self->tables_most = info->is_cpu ? MIN (info->memory / TABLES_SHARE, TABLES_CPU) : info->memory / TABLES_SHARE;
}

/* A state with whatever came about; `queue` is NULL after an error. */
static WhOpencl *
new_state (const WhOpenclLibrary *cl, cl_device_id device, const WhOpenclInfo *info)
{
  WhOpencl *self = g_new0 (WhOpencl, 1);
  g_autofree char *path = g_strconcat ("opencl:", info->name, NULL);
  cl_int code = CL_SUCCESS;

  self->cl = cl;
  self->path = g_intern_string (path);
  self->doubles = info->doubles;
  self->kernels = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, release_kernel);
  g_mutex_init (&self->lock);
  set_limits (self, device, info);
  self->context = cl->clCreateContext (NULL, 1, &device, NULL, NULL, &code);
  if (self->context)
    self->queue = cl->clCreateCommandQueue (self->context, device, 0, &code);
  wh_opencl_ok (code, "opening the device");
  return self;
}

gpointer
wh_opencl_open (guint device, const char *cache_dir, GError **error)
{
  const WhOpenclLibrary *cl = wh_opencl_library (error);
  g_autoptr (WhOpenclInfo) info = NULL;
  cl_device_id id = cl ? wh_opencl_device (cl, device, &info, error) : NULL;
  WhOpencl *self;

  if (!id)
    return NULL;
  self = new_state (cl, id, info);
  if (self->queue)
    self->program = wh_opencl_program (cl, self->context, id, info, cache_dir, error);
  else
    g_set_error (error, WH_ERROR, WH_ERROR_FAILED, _("The driver does not open %s."), info->name);
  if (!self->program)
    g_clear_pointer (&self, close_state);
  return self;
}

/* -- the table: each operation alone on the device -- */

static const char *
path_of (gpointer state)
{
  return ((WhOpencl *) state)->path;
}

#define LOCKED(self) g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&(self)->lock)

static WhRun
nearest (gpointer state, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours, gsize *out_counts,
         GCancellable *cancellable)
{
  WhOpencl *self = state;
  LOCKED (self);

  return wh_opencl_nearest (self, matrix, queries, k, out_neighbours, out_counts, cancellable);
}

static WhRun
pairs (gpointer state, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram, WhPairSums *out_sums,
       GCancellable *cancellable)
{
  WhOpencl *self = state;
  LOCKED (self);

  return wh_opencl_pairs (self, matrix, n_bins, bin_width, histogram, out_sums, cancellable);
}

static WhRun
distances (gpointer state, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable)
{
  WhOpencl *self = state;
  LOCKED (self);

  return wh_opencl_distances (self, matrix, out_distances, cancellable);
}

static WhRun
bootstrap (gpointer state, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs_of_rows, gsize n_pairs, gsize n_draws,
           float rsd, guint64 seed, float *out_distances, GCancellable *cancellable)
{
  WhOpencl *self = state;
  LOCKED (self);

  return wh_opencl_bootstrap (self, metric, intervals, pairs_of_rows, n_pairs, n_draws, rsd, seed, out_distances, cancellable);
}

static WhRun
lloyd (gpointer state, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds, guint *out_labels,
       gsize *out_start, GCancellable *cancellable)
{
  WhOpencl *self = state;
  LOCKED (self);

  return wh_opencl_lloyd (self, points, k, n_starts, starts, most_rounds, out_labels, out_start, cancellable);
}

static WhRun
spreads (gpointer state, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums, GCancellable *cancellable)
{
  WhOpencl *self = state;
  LOCKED (self);

  return wh_opencl_spreads (self, points, k, labels, step, out_sums, cancellable);
}

static WhRun
moments (gpointer state, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments, GCancellable *cancellable)
{
  WhOpencl *self = state;
  LOCKED (self);

  return wh_opencl_moments (self, columns, n_rows, n_columns, out_moments, cancellable);
}

const WhEngineOps wh_opencl_ops = {
  .version = WH_ENGINE_OPS_VERSION,
  .close = close_state,
  .path = path_of,
  .nearest = nearest,
  .pairs = pairs,
  .distances = distances,
  .bootstrap = bootstrap,
  .lloyd = lloyd,
  .spreads = spreads,
  .moments = moments,
};
