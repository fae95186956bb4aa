/* The choice: on which engine an operation runs. Only here is it made. */
#include "wh-engine.h"

#include "wh-cpu-private.h"
#include "wh-engine-private.h"

struct _WhEngine {
  const WhEngineOps *cpu_ops;
  gpointer           cpu;
  WhOpenclDevices   *devices;      /* NULL: the CPU alone */
};

/* Set before there is an engine. */
static struct {
  char    *host;
  char   **denied;
  gboolean disabled;
} policy;

void
wh_engine_set_host (const char *program)
{
  g_free (policy.host);
  policy.host = g_strdup (program);
}

void
wh_engine_set_policy (gboolean enabled, const char *const *denied)
{
  g_strfreev (policy.denied);
  policy.denied = g_strdupv ((char **) denied);
  policy.disabled = !enabled;
}

gboolean
wh_engine_enabled (void)
{
  return !policy.disabled;
}

WhEngine *
wh_engine_new_cpu (guint n_threads)
{
  WhEngine *engine = g_new0 (WhEngine, 1);

  engine->cpu_ops = &wh_engine_cpu_ops;
  engine->cpu = wh_cpu_open (wh_cpu_best (), n_threads);
  return engine;
}

WhEngine *
wh_engine_new_within (const char *cache_dir, const WhOpenclLimits *limits)
{
  WhEngine *engine = wh_engine_new_cpu (0);
  const WhOpenclEngine cpu = { engine->cpu_ops, engine->cpu };

  if (policy.host && !policy.disabled)
    engine->devices = wh_opencl_devices_new (policy.host, cache_dir, (const char *const *) policy.denied, limits, &cpu);
  return engine;
}

WhEngine *
wh_engine_new (const char *cache_dir)
{
  return wh_engine_new_within (cache_dir, &wh_opencl_limits);
}

WhOpenclDevices *
wh_engine_opencl (WhEngine *engine)
{
  return engine->devices;
}

void
wh_engine_look (WhEngine *engine, gboolean anew)
{
  if (engine->devices)
    wh_opencl_devices_look (engine->devices, anew);
}

gboolean
wh_engine_is_looking (WhEngine *engine)
{
  return engine->devices && wh_opencl_devices_is_looking (engine->devices);
}

void
wh_engine_free (WhEngine *engine)
{
  g_clear_pointer (&engine->devices, wh_opencl_devices_free);
  engine->cpu_ops->close (engine->cpu);
  g_free (engine);
}

const char *
wh_engine_cpu_path (WhEngine *engine)
{
  return engine->cpu_ops->path (engine->cpu);
}

GPtrArray *
wh_engine_devices (WhEngine *engine, gboolean wait)
{
  if (!engine->devices)
    return g_ptr_array_new ();
  if (wait)
    wh_opencl_devices_look (engine->devices, FALSE);
  return wh_opencl_devices_report (engine->devices, wait);
}

/* -- choosing -- */

typedef struct {
  const WhEngineOps *ops;
  gpointer           state;
  gboolean           is_device;
} Choice;

static Choice
choose (WhEngine *engine, WhOperation operation, double cells, const WhMatrix *matrix)
{
  WhOpenclProxy *proxy = engine->devices ? wh_opencl_devices_choose (engine->devices, operation, cells, matrix) : NULL;

  return proxy ? (Choice) { &wh_opencl_proxy_ops, proxy, TRUE } : (Choice) { engine->cpu_ops, engine->cpu, FALSE };
}

/* Whether it has to be run again, which a device's failure makes necessary: on the CPU. */
static gboolean
falls_back (WhEngine *engine, Choice *choice, WhRun run)
{
  if (run != WH_RUN_UNABLE || !choice->is_device)
    return FALSE;
  wh_opencl_devices_failed (engine->devices, choice->state);
  *choice = (Choice) { engine->cpu_ops, engine->cpu, FALSE };
  return TRUE;
}

static gboolean
finish (const Choice *choice, WhRun run, const char **out_path)
{
  if (out_path)
    *out_path = choice->ops->path (choice->state);
  return run == WH_RUN_DONE;
}

gboolean
wh_engine_nearest (WhEngine *engine, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours,
                   gsize *out_counts, GCancellable *cancellable, const char **out_path)
{
  double cells = wh_operation_nearest (wh_matrix_rows (matrix), wh_matrix_columns (matrix), queries->n);
  Choice choice = choose (engine, WH_OPERATION_NEAREST, cells, matrix);
  WhRun run;

  do
    run = choice.ops->nearest (choice.state, matrix, queries, k, out_neighbours, out_counts, cancellable);
  while (falls_back (engine, &choice, run));
  return finish (&choice, run, out_path);
}

gboolean
wh_engine_pairs (WhEngine *engine, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram, WhPairSums *out_sums,
                 GCancellable *cancellable, const char **out_path)
{
  double cells = wh_operation_pairs (wh_matrix_rows (matrix), wh_matrix_columns (matrix));
  Choice choice = choose (engine, WH_OPERATION_PAIRS, cells, matrix);
  WhRun run;

  do
    run = choice.ops->pairs (choice.state, matrix, n_bins, bin_width, histogram, out_sums, cancellable);
  while (falls_back (engine, &choice, run));
  return finish (&choice, run, out_path);
}

gboolean
wh_engine_distances (WhEngine *engine, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable, const char **out_path)
{
  double cells = wh_operation_pairs (wh_matrix_rows (matrix), wh_matrix_columns (matrix));
  Choice choice = choose (engine, WH_OPERATION_DISTANCES, cells, matrix);
  WhRun run;

  g_return_val_if_fail (wh_matrix_rows (matrix) <= WH_ENGINE_FULL_ROWS, FALSE);
  do
    run = choice.ops->distances (choice.state, matrix, out_distances, cancellable);
  while (falls_back (engine, &choice, run));
  return finish (&choice, run, out_path);
}

gboolean
wh_engine_bootstrap (WhEngine *engine, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs,
                     gsize n_draws, float rsd, guint64 seed, float *out_distances, GCancellable *cancellable, const char **out_path)
{
  Choice choice = choose (engine, WH_OPERATION_BOOTSTRAP, wh_operation_bootstrap (n_pairs, intervals->n_columns, n_draws), NULL);
  WhRun run;

  g_return_val_if_fail (metric < WH_N_METRICS && metric != WH_METRIC_AITCHISON, FALSE);
  do
    run = choice.ops->bootstrap (choice.state, metric, intervals, pairs, n_pairs, n_draws, rsd, seed, out_distances, cancellable);
  while (falls_back (engine, &choice, run));
  return finish (&choice, run, out_path);
}

gboolean
wh_engine_lloyd (WhEngine *engine, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds,
                 guint *out_labels, gsize *out_start, GCancellable *cancellable, const char **out_path)
{
  double cells = wh_operation_lloyd (points->n_rows, points->n_columns, k, n_starts);
  Choice choice = choose (engine, WH_OPERATION_LLOYD, cells, NULL);
  WhRun run;

  do
    run = choice.ops->lloyd (choice.state, points, k, n_starts, starts, most_rounds, out_labels, out_start, cancellable);
  while (falls_back (engine, &choice, run));
  return finish (&choice, run, out_path);
}

gboolean
wh_engine_spreads (WhEngine *engine, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                   GCancellable *cancellable, const char **out_path)
{
  double cells = wh_operation_spreads (points->n_rows, points->n_columns, step);
  Choice choice = choose (engine, WH_OPERATION_SPREADS, cells, NULL);
  WhRun run;

  do
    run = choice.ops->spreads (choice.state, points, k, labels, step, out_sums, cancellable);
  while (falls_back (engine, &choice, run));
  return finish (&choice, run, out_path);
}

gboolean
wh_engine_moments (WhEngine *engine, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments,
                   GCancellable *cancellable, const char **out_path)
{
  Choice choice = choose (engine, WH_OPERATION_MOMENTS, wh_operation_moments (n_rows, n_columns), NULL);
  WhRun run;

  do
    run = choice.ops->moments (choice.state, columns, n_rows, n_columns, out_moments, cancellable);
  while (falls_back (engine, &choice, run));
  return finish (&choice, run, out_path);
}
