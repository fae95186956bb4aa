#include "wh-engine.h"

#include "wh-cpu-private.h"
#include "wh-engine-ops.h"

struct _WhEngine {
  const WhEngineOps *ops;
  gpointer           state;
};

WhEngine *
wh_engine_new_cpu (guint n_threads)
{
  WhEngine *engine = g_new0 (WhEngine, 1);

  engine->ops = &wh_engine_cpu_ops;
  engine->state = wh_cpu_open (wh_cpu_best (), n_threads);
  return engine;
}

WhEngine *
wh_engine_new (const char *cache_dir)
{
  return wh_engine_new_cpu (0);
}

void
wh_engine_free (WhEngine *engine)
{
  engine->ops->close (engine->state);
  g_free (engine);
}

const char *
wh_engine_cpu_path (WhEngine *engine)
{
  return engine->ops->path (engine->state);
}

/* Runs an operation and says where. */
#define RUN(operation, ...)                                                                                         \
  G_STMT_START                                                                                                      \
  {                                                                                                                 \
    if (out_path)                                                                                                   \
      *out_path = engine->ops->path (engine->state);                                                                \
    return engine->ops->operation (engine->state, __VA_ARGS__) == WH_RUN_DONE;                                      \
  }                                                                                                                 \
  G_STMT_END

gboolean
wh_engine_nearest (WhEngine *engine, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours,
                   gsize *out_counts, GCancellable *cancellable, const char **out_path)
{
  RUN (nearest, matrix, queries, k, out_neighbours, out_counts, cancellable);
}

gboolean
wh_engine_pairs (WhEngine *engine, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram, WhPairSums *out_sums,
                 GCancellable *cancellable, const char **out_path)
{
  RUN (pairs, matrix, n_bins, bin_width, histogram, out_sums, cancellable);
}

gboolean
wh_engine_distances (WhEngine *engine, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable, const char **out_path)
{
  g_return_val_if_fail (wh_matrix_rows (matrix) <= WH_ENGINE_FULL_ROWS, FALSE);
  RUN (distances, matrix, out_distances, cancellable);
}

gboolean
wh_engine_bootstrap (WhEngine *engine, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs,
                     gsize n_draws, float rsd, guint64 seed, float *out_distances, GCancellable *cancellable, const char **out_path)
{
  g_return_val_if_fail (metric < WH_N_METRICS && metric != WH_METRIC_AITCHISON, FALSE);
  RUN (bootstrap, metric, intervals, pairs, n_pairs, n_draws, rsd, seed, out_distances, cancellable);
}

gboolean
wh_engine_lloyd (WhEngine *engine, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds,
                 guint *out_labels, gsize *out_start, GCancellable *cancellable, const char **out_path)
{
  RUN (lloyd, points, k, n_starts, starts, most_rounds, out_labels, out_start, cancellable);
}

gboolean
wh_engine_spreads (WhEngine *engine, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                   GCancellable *cancellable, const char **out_path)
{
  RUN (spreads, points, k, labels, step, out_sums, cancellable);
}

gboolean
wh_engine_moments (WhEngine *engine, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments,
                   GCancellable *cancellable, const char **out_path)
{
  RUN (moments, columns, n_rows, n_columns, out_moments, cancellable);
}
