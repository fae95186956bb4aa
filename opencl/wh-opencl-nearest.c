#include <math.h>
#include <string.h>

#include "wh-opencl-private.h"

#define SEGMENT 2048        /* as in kernels/nearest.cl */
#define MOST_NEAREST 32     /* k: a segment's candidates must fit several times into a segment */
#define MOST_QUERIES 4096   /* of one piece */

gboolean
wh_opencl_measure (WhOpencl *self, WhMetric metric, const WhOpenclTable *rows, const WhOpenclTable *queries, gsize first_query,
                   gsize n_queries, cl_mem out)
{
  gboolean one_mask = rows->one_mask && queries->one_mask && rows->mask == queries->mask;

  return wh_opencl_run (self, "distances", rows->stride / WH_OPENCL_BLOCK, (n_queries + WH_OPENCL_TILE - 1) / WH_OPENCL_TILE, 1,
                        WH_OPENCL_INT (metric), WH_OPENCL_INT (one_mask), WH_OPENCL_MEM (rows->features), WH_OPENCL_MEM (rows->masks),
                        WH_OPENCL_UINT (rows->stride), WH_OPENCL_MEM (queries->features), WH_OPENCL_MEM (queries->masks),
                        WH_OPENCL_UINT (queries->stride), WH_OPENCL_UINT (first_query), WH_OPENCL_UINT (n_queries),
                        WH_OPENCL_UINT (rows->n_columns), WH_OPENCL_MEM (out));
}

/* Some queries, and what is left of their distances: lists of candidates. */
typedef struct {
  const WhOpenclTable *rows;
  gsize  n, k;
  cl_mem all;                    /* distances of all rows; room for the largest piece, not owned */
  cl_mem excludes;
  cl_mem distances, numbers;     /* the lists; NULL as long as `all` is what there is */
  gsize  stride, n_values;
} Search;

/* Of each segment the k nearest; TRUE with `search` standing on what was kept. */
static gboolean
narrow (WhOpencl *self, Search *search)
{
  const gsize n_segments = (search->n_values + SEGMENT - 1) / SEGMENT, n_kept = n_segments * search->k;
  const cl_mem from = search->distances ? search->distances : search->all;
  g_auto (cl_mem) distances = wh_opencl_buffer (self, search->n * n_kept * sizeof (cl_float), NULL);
  g_auto (cl_mem) numbers = wh_opencl_buffer (self, search->n * n_kept * sizeof (cl_uint), NULL);

  if (!distances || !numbers
      || !wh_opencl_run (self, "nearest", n_segments, search->n, 1, WH_OPENCL_MEM (from), WH_OPENCL_MEM (search->numbers),
                         WH_OPENCL_UINT (search->stride), WH_OPENCL_UINT (search->n_values), WH_OPENCL_MEM (search->excludes),
                         WH_OPENCL_UINT (search->k), WH_OPENCL_MEM (distances), WH_OPENCL_MEM (numbers)))
    return FALSE;
  wh_opencl_release_mem (search->distances);
  wh_opencl_release_mem (search->numbers);
  search->distances = g_steal_pointer (&distances);
  search->numbers = g_steal_pointer (&numbers);
  search->stride = search->n_values = n_kept;
  return TRUE;
}

static gboolean
run_search (WhOpencl *self, Search *search, WhMetric metric, const WhOpenclTable *queries, gsize first)
{
  search->stride = search->rows->stride;
  search->n_values = search->rows->n_rows;
  if (!wh_opencl_measure (self, metric, search->rows, queries, first, search->n, search->all))
    return FALSE;
  do
    if (!narrow (self, search))
      return FALSE;
  while (search->n_values > search->k);
  return TRUE;
}

static void
clear_search (Search *search)
{
  wh_opencl_release_mem (search->distances);
  wh_opencl_release_mem (search->numbers);
  wh_opencl_release_mem (search->excludes);
}

static gboolean
take_results (WhOpencl *self, const Search *search, const WhMatrix *matrix, const guint64 *masks, WhNeighbour *out_neighbours,
              gsize *out_counts)
{
  g_autofree float *distances = g_new (float, search->n * search->k);
  g_autofree guint32 *numbers = g_new (guint32, search->n * search->k);

  if (!wh_opencl_read_all (self, search->distances, distances, search->n * search->k * sizeof *distances)
      || !wh_opencl_read_all (self, search->numbers, numbers, search->n * search->k * sizeof *numbers))
    return FALSE;
  for (gsize query = 0; query < search->n; query++)
    {
      gsize n = 0;
      for (const gsize first = query * search->k; n < search->k && isfinite (distances[first + n]); n++)
        {
          guint32 row = numbers[first + n];
          if (row >= matrix->n_rows)
            return FALSE;
          out_neighbours[first + n] = (WhNeighbour) { row, (guint32) __builtin_popcountll (masks[query] & matrix->masks[row]),
                                                      distances[first + n] };
        }
      out_counts[query] = n;
    }
  return TRUE;
}

/* What an operation gives and takes. */
typedef struct {
  const WhMatrix  *matrix;
  const WhQueries *queries;
  WhOpenclTable    table;        /* of the queries */
  WhNeighbour     *out_neighbours;
  gsize           *out_counts;
} Task;

static gboolean
search_piece (WhOpencl *self, const Task *task, Search search, gsize first)
{
  const WhQueries *queries = task->queries;
  g_autofree guint32 *none = g_new (guint32, search.n);
  gboolean done;

  memset (none, 0xff, search.n * sizeof *none);
  search.excludes = wh_opencl_buffer (self, search.n * sizeof *none, queries->excludes ? queries->excludes + first : none);
  done = search.excludes && run_search (self, &search, task->matrix->metric, &task->table, first)
         && take_results (self, &search, task->matrix, queries->masks + first, task->out_neighbours + first * search.k,
                          task->out_counts + first);
  clear_search (&search);
  return done;
}

static WhRun
search_all (WhOpencl *self, const Task *task, const WhOpenclTable *rows, gsize k, GCancellable *cancellable)
{
  const gsize n = task->queries->n, width = rows->stride * sizeof (cl_float), tiles = self->budget / width / WH_OPENCL_TILE;
  const gsize piece = MIN (n, CLAMP (tiles, 1, MOST_QUERIES / WH_OPENCL_TILE) * WH_OPENCL_TILE);
  g_auto (cl_mem) all = wh_opencl_buffer (self, piece * width, NULL);

  if (!all)
    return WH_RUN_UNABLE;
  for (gsize first = 0; first < n; first += piece)
    {
      if (g_cancellable_is_cancelled (cancellable))
        return WH_RUN_CANCELLED;
      if (!search_piece (self, task, (Search) { .rows = rows, .n = MIN (piece, n - first), .k = k, .all = all }, first))
        return WH_RUN_UNABLE;
    }
  return WH_RUN_DONE;
}

/* [n_columns][n]; caller frees. */
static float *
query_features (const WhMatrix *matrix, const WhQueries *queries)
{
  const gsize n_columns = matrix->n_columns;
  const guint64 all = G_MAXUINT64 >> (WH_ENGINE_COLUMNS - n_columns);
  float row[WH_ENGINE_COLUMNS], *features = g_new (float, queries->n * n_columns + 1);

  for (gsize query = 0; query < queries->n; query++)
    {
      wh_matrix_features (matrix->metric, queries->values + query * n_columns, queries->masks[query] & all, n_columns, row);
      for (gsize column = 0; column < n_columns; column++)
        features[column * queries->n + query] = row[column];
    }
  return features;
}

WhRun
wh_opencl_nearest (WhOpencl *self, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours,
                   gsize *out_counts, GCancellable *cancellable)
{
  Task task = { .matrix = matrix, .queries = queries, .out_neighbours = out_neighbours, .out_counts = out_counts };
  g_autofree float *features = NULL;
  const WhOpenclTable *rows;
  WhRun run;

  if (g_cancellable_is_cancelled (cancellable))
    return WH_RUN_CANCELLED;
  memset (out_counts, 0, queries->n * sizeof *out_counts);
  if (queries->n == 0 || matrix->n_rows == 0 || k == 0)
    return WH_RUN_DONE;
  if (k > MOST_NEAREST || !(rows = wh_opencl_matrix (self, matrix)))
    return WH_RUN_UNABLE;
  features = query_features (matrix, queries);
  if (!wh_opencl_table_init (self, &task.table, matrix->metric, features, queries->masks, queries->n, matrix->n_columns))
    return WH_RUN_UNABLE;
  run = search_all (self, &task, rows, k, cancellable);
  wh_opencl_table_clear (&task.table);
  return run;
}
