/* wh-engine-ops.h: what an engine offers; one table per engine, the choice is made in wh-engine.c. */
#pragma once

#include "wh-engine.h"

G_BEGIN_DECLS

/* Raised when the table or the meaning of an entry changes; a table of another version is not used. */
#define WH_ENGINE_OPS_VERSION 2

typedef enum {
  WH_RUN_DONE,
  WH_RUN_CANCELLED,
  WH_RUN_UNABLE,      /* this engine cannot do it or failed: another must. Never from the CPU. */
} WhRun;

/* A table of single-precision points for clustering. */
typedef struct {
  gsize        n_rows, n_columns;
  const float *values;            /* row by row, numbers only */
} WhPoints;

/* Sums over the rows where both columns of a pair are numbers. */
typedef struct {
  double n, x, y, xx, yy, xy;
} WhMoments;

/* Operations as their namesakes in wh-engine.h; no pointer argument is NULL but `cancellable` and a histogram of no bins. */
typedef struct {
  guint       version;
  void        (*close)     (gpointer state);
  /* "cpu-avx2", "opencl:<device>", interned. */
  const char *(*path)      (gpointer state);

  WhRun       (*nearest)   (gpointer state, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours,
                            gsize *out_counts, GCancellable *cancellable);
  WhRun       (*pairs)     (gpointer state, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram,
                            WhPairSums *out_sums, GCancellable *cancellable);
  WhRun       (*distances) (gpointer state, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable);
  WhRun       (*bootstrap) (gpointer state, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs,
                            gsize n_draws, float rsd, guint64 seed, float *out_distances, GCancellable *cancellable);

  /* Lloyd's method from each of n_starts sets of k centres (starts: n_starts x k x n_columns), until no row moves or for
   * most_rounds; the run with the smallest inertia: its labels (n_rows, 0..k-1) and which start it was. A centre that loses all
   * its rows takes the row that is farthest from its own centre. */
  WhRun       (*lloyd)     (gpointer state, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds,
                            guint *out_labels, gsize *out_start, GCancellable *cancellable);
  /* For every step-th row, from 0 on, the sums of its Euclidean distances to the rows of each cluster:
   * out_sums: ceil(n_rows / step) x k. */
  WhRun       (*spreads)   (gpointer state, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                            GCancellable *cancellable);
  /* Of every pair of columns (i, j <= i) at out_moments[i * (i + 1) / 2 + j]: x is column i, y is column j. `columns`: n_columns x
   * n_rows doubles, column by column, NAN is "not there". At most 256 columns. */
  WhRun       (*moments)   (gpointer state, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments,
                            GCancellable *cancellable);
} WhEngineOps;

/* What wh-engine.c calls to run the shared parts (wh-clusters.c, wh-statistics.c) on the engine of choice. */
gboolean wh_engine_lloyd   (WhEngine *engine, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds,
                            guint *out_labels, gsize *out_start, GCancellable *cancellable, const char **out_path);
gboolean wh_engine_spreads (WhEngine *engine, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                            GCancellable *cancellable, const char **out_path);
gboolean wh_engine_moments (WhEngine *engine, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments,
                            GCancellable *cancellable, const char **out_path);

extern const WhEngineOps wh_engine_cpu_ops;

G_END_DECLS
