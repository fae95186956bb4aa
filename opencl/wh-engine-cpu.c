#include "wh-cpu-private.h"

const WhCpuPath *const wh_cpu_paths[] = {
  &wh_cpu_scalar,
#if defined (__x86_64__)
  &wh_cpu_sse2,
  &wh_cpu_avx2,
  &wh_cpu_avx512,
#endif
  NULL,
};

const WhCpuPath *
wh_cpu_best (void)
{
  const WhCpuPath *best = NULL;

  for (guint i = 0; wh_cpu_paths[i]; i++)
    if (wh_cpu_paths[i]->usable ())
      best = wh_cpu_paths[i];
  return best;
}

WhCpu *
wh_cpu_open (const WhCpuPath *path, guint n_threads)
{
  WhCpu *cpu = g_new0 (WhCpu, 1);

  cpu->path = path;
  cpu->workers = wh_workers_new (n_threads);
  return cpu;
}

static void
close_cpu (gpointer state)
{
  wh_workers_free (((WhCpu *) state)->workers);
  g_free (state);
}

static const char *
path_of_cpu (gpointer state)
{
  return ((WhCpu *) state)->path->name;
}

const WhEngineOps wh_engine_cpu_ops = {
  .version = WH_ENGINE_OPS_VERSION,
  .close = close_cpu,
  .path = path_of_cpu,
  .nearest = wh_cpu_nearest,
  .pairs = wh_cpu_pairs,
  .distances = wh_cpu_distances,
  .bootstrap = wh_cpu_bootstrap,
  .lloyd = wh_cpu_lloyd,
  .spreads = wh_cpu_spreads,
  .moments = wh_cpu_moments,
};
