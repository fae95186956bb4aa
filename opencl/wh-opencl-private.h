/* wh-opencl-private.h: what the files of the OpenCL engine share: the state of a device, tables on it, launches. */
#pragma once

#include "wh-matrix-private.h"
#include "wh-opencl-library.h"
#include "wh-opencl.h"

G_BEGIN_DECLS

/* As in kernels/distance.cl. */
#define WH_OPENCL_LANES 64
#define WH_OPENCL_BLOCK 256      /* rows of a work-group; tables are filled up to a multiple of it */
#define WH_OPENCL_TILE 16        /* queries of a work-group */
#define WH_OPENCL_GROUPS 65535   /* most work-groups along the second and third dimension, on every known device */

/* Features of rows or queries: [n_columns][stride], and a mask for each, 0 where it has no distance. */
typedef struct {
  guint64  serial;         /* of the matrix; 0 for queries */
  gsize    n_rows, n_columns, stride, bytes;
  gboolean one_mask;       /* all masks are `mask` or 0 */
  guint64  mask;
  cl_mem   features, masks;
} WhOpenclTable;

typedef struct {
  const WhOpenclLibrary *cl;
  cl_context       context;
  cl_command_queue queue;
  cl_program       program;
  GHashTable      *kernels;      /* by name */
  const char      *path;         /* interned */
  gboolean         doubles;
  gsize            budget;       /* bytes of buffers for one piece of work */
  gsize            most_bytes;   /* of one buffer */
  guint64          piece;        /* pairs of rows in one piece of work: bounds how long a launch takes */
  GQueue           tables;       /* of WhOpenclTable*, that of the last operation first */
  gsize            tables_bytes, tables_most;
  GMutex           lock;
} WhOpencl;

/* -- devices and programs -- */

/* cl_device_id of a place in the list. */
cl_device_id wh_opencl_device  (const WhOpenclLibrary *cl, guint place, WhOpenclInfo **out_info, GError **error);
/* NULL after an error: the kernels built for the device. */
cl_program   wh_opencl_program (const WhOpenclLibrary *cl, cl_context context, cl_device_id device, const WhOpenclInfo *info,
                                const char *cache_dir, GError **error);

/* -- buffers and launches; FALSE or NULL on any error of OpenCL, which is logged -- */

typedef struct {
  size_t      size;
  const void *value;
} WhOpenclArg;

#define WH_OPENCL_MEM(buffer) { sizeof (cl_mem), &(buffer) }
#define WH_OPENCL_INT(number) { sizeof (cl_int), &(cl_int) { (cl_int) (number) } }
#define WH_OPENCL_UINT(number) { sizeof (cl_uint), &(cl_uint) { (cl_uint) (number) } }
#define WH_OPENCL_FLOAT(number) { sizeof (cl_float), &(cl_float) { (number) } }
#define WH_OPENCL_LOCAL(bytes) { (bytes), NULL }

/* A block of bytes here and there: `n` rows of `width` bytes, whose starts are `pitch` bytes apart; on the device from its
 * row `first` on. */
typedef struct {
  gsize width, n, device_pitch, host_pitch, first;
} WhOpenclShape;

gboolean wh_opencl_ok        (cl_int code, const char *what);
/* Filled with zeros where `data` is NULL. */
cl_mem   wh_opencl_buffer    (WhOpencl *self, gsize bytes, const void *data);
gboolean wh_opencl_write     (WhOpencl *self, cl_mem buffer, const void *data, WhOpenclShape shape);
/* Waits for everything that was launched before. */
gboolean wh_opencl_read      (WhOpencl *self, cl_mem buffer, void *out, WhOpenclShape shape);
gboolean wh_opencl_read_all  (WhOpencl *self, cl_mem buffer, void *out, gsize bytes);
/* Work-groups of WH_OPENCL_LANES along x. */
gboolean wh_opencl_launch    (WhOpencl *self, const char *kernel, gsize x, gsize y, gsize z, const WhOpenclArg *args, guint n_args);
#define wh_opencl_run(self, kernel, x, y, z, ...)                                                      \
  wh_opencl_launch (self, kernel, x, y, z, (const WhOpenclArg[]) { __VA_ARGS__ },                      \
                    G_N_ELEMENTS (((const WhOpenclArg[]) { __VA_ARGS__ })))

/* -- tables -- */

gsize          wh_opencl_stride      (gsize n_rows);
/* features: [n_columns][n_rows]; FALSE leaves nothing to clear. */
gboolean       wh_opencl_table_init  (WhOpencl *self, WhOpenclTable *table, WhMetric metric, const float *features,
                                      const guint64 *masks, gsize n_rows, gsize n_columns);
void           wh_opencl_table_clear (WhOpenclTable *table);
/* The matrix on the device, uploaded if it is not there; owned by the state, valid until the next call. */
WhOpenclTable *wh_opencl_matrix      (WhOpencl *self, const WhMatrix *matrix);
void           wh_opencl_forget      (WhOpencl *self);
/* Points as [n_columns][stride]; rows in the order given (NULL: their own), G_MAXUINT32 for a place to fill up. */
cl_mem         wh_opencl_points      (WhOpencl *self, const WhPoints *points, const guint32 *order, gsize n, gsize stride);

/* -- operations, under the state's lock -- */

WhRun wh_opencl_nearest   (WhOpencl *self, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours,
                           gsize *out_counts, GCancellable *cancellable);
WhRun wh_opencl_pairs     (WhOpencl *self, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram,
                           WhPairSums *out_sums, GCancellable *cancellable);
WhRun wh_opencl_distances (WhOpencl *self, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable);
WhRun wh_opencl_bootstrap (WhOpencl *self, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs,
                           gsize n_draws, float rsd, guint64 seed, float *out_distances, GCancellable *cancellable);
WhRun wh_opencl_lloyd     (WhOpencl *self, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds,
                           guint *out_labels, gsize *out_start, GCancellable *cancellable);
WhRun wh_opencl_spreads   (WhOpencl *self, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                           GCancellable *cancellable);
WhRun wh_opencl_moments   (WhOpencl *self, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments,
                           GCancellable *cancellable);

/* The launch of kernels/distance.cl: `out` [n_queries][stride of the rows]. */
gboolean wh_opencl_measure (WhOpencl *self, WhMetric metric, const WhOpenclTable *rows, const WhOpenclTable *queries, gsize first_query,
                            gsize n_queries, cl_mem out);

G_END_DECLS
