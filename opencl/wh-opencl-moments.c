#include <string.h>

#include "wh-opencl-private.h"

#define MOST_COLUMNS 256
#define SUMS 6              /* of a pair, as in kernels/moments.cl */
#define TILE_PAIRS 4        /* two columns against two */

typedef struct {
  const double *columns;
  gsize  n_rows, n_columns, n_tiles, stride;
  cl_mem values, tiles, sums;
} Moments;

static cl_mem
upload_tiles (WhOpencl *self, Moments *moments)
{
  const gsize n = (moments->n_columns + 1) / 2;
  g_autofree cl_uint2 *tiles = g_new (cl_uint2, n * (n + 1) / 2);

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      tiles[moments->n_tiles++] = (cl_uint2) { { (cl_uint) i, (cl_uint) j } };
  return wh_opencl_buffer (self, moments->n_tiles * sizeof *tiles, tiles);
}

/* As many rows at once as the budget takes, with an even number of columns. */
static gboolean
set_buffers (WhOpencl *self, Moments *moments)
{
  const gsize columns = (moments->n_columns + 1) / 2 * 2, fit = self->budget / (columns * sizeof (double));

  moments->stride = CLAMP (fit, 1, moments->n_rows);
  moments->tiles = upload_tiles (self, moments);
  moments->values = wh_opencl_buffer (self, columns * moments->stride * sizeof (double), NULL);
  moments->sums = wh_opencl_buffer (self, moments->n_tiles * TILE_PAIRS * SUMS * sizeof (double), NULL);
  return moments->tiles && moments->values && moments->sums;
}

static void
add_pair (WhMoments *moments, const double *sums)
{
  moments->n += sums[0];
  moments->x += sums[1];
  moments->y += sums[2];
  moments->xx += sums[3];
  moments->yy += sums[4];
  moments->xy += sums[5];
}

/* A tile on the diagonal also holds (j, i), and the last one may hold a column that is not there. */
static void
add_tiles (const Moments *moments, const double *sums, WhMoments *out_moments)
{
  gsize tile = 0;

  for (gsize i = 0; i < moments->n_columns; i += 2)
    for (gsize j = 0; j <= i; j += 2, tile++)
      for (gsize pair = 0; pair < TILE_PAIRS; pair++)
        {
          gsize x = i + pair / 2, y = j + pair % 2;
          if (y <= x && x < moments->n_columns)
            add_pair (&out_moments[x * (x + 1) / 2 + y], sums + (tile * TILE_PAIRS + pair) * SUMS);
        }
}

static WhRun
run_moments (WhOpencl *self, const Moments *moments, WhMoments *out_moments, GCancellable *cancellable)
{
  const gsize n = moments->n_tiles * TILE_PAIRS * SUMS;
  g_autofree double *sums = g_new (double, n);

  for (gsize first = 0; first < moments->n_rows; first += moments->stride)
    {
      const gsize rows = MIN (moments->stride, moments->n_rows - first);
      const WhOpenclShape shape = { rows * sizeof (double), moments->n_columns, moments->stride * sizeof (double),
                                    moments->n_rows * sizeof (double) };
      if (g_cancellable_is_cancelled (cancellable))
        return WH_RUN_CANCELLED;
      if (!wh_opencl_write (self, moments->values, moments->columns + first, shape)
          || !wh_opencl_run (self, "moments", moments->n_tiles, 1, 1, WH_OPENCL_MEM (moments->values), WH_OPENCL_UINT (moments->stride),
                             WH_OPENCL_UINT (rows), WH_OPENCL_MEM (moments->tiles), WH_OPENCL_MEM (moments->sums))
          || !wh_opencl_read_all (self, moments->sums, sums, n * sizeof *sums))
        return WH_RUN_UNABLE;
      add_tiles (moments, sums, out_moments);
    }
  return WH_RUN_DONE;
}

WhRun
wh_opencl_moments (WhOpencl *self, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments, GCancellable *cancellable)
{
  Moments moments = { .columns = columns, .n_rows = n_rows, .n_columns = n_columns };
  WhRun run = WH_RUN_UNABLE;

  if (g_cancellable_is_cancelled (cancellable))
    return WH_RUN_CANCELLED;
  memset (out_moments, 0, n_columns * (n_columns + 1) / 2 * sizeof *out_moments);
  if (n_rows == 0 || n_columns == 0)
    return WH_RUN_DONE;
  if (!self->doubles || n_columns > MOST_COLUMNS)
    return WH_RUN_UNABLE;
  if (set_buffers (self, &moments))
    run = run_moments (self, &moments, out_moments, cancellable);
  wh_opencl_release_mem (moments.tiles);
  wh_opencl_release_mem (moments.values);
  wh_opencl_release_mem (moments.sums);
  return run;
}
