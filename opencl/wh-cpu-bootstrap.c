#include <math.h>

#include "wh-cpu-private.h"
#include "wh-draw.h"

typedef struct {
  WhMetric            metric;
  const WhIntervals  *intervals;
  const WhPairOfRows *pairs;
  gsize               n_draws;
  float               sigma;
  guint64             seed;
  float              *out_distances;
} Bootstrap;

static void
draw_profile (const Bootstrap *bootstrap, guint32 profile, guint32 draw, float *out)
{
  const WhIntervals *intervals = bootstrap->intervals;

  for (gsize column = 0; column < intervals->n_columns; column++)
    {
      gsize cell = profile * intervals->n_columns + column;
      if (intervals->masks[profile] >> column & 1)
        out[column] = wh_draw_amount (intervals->estimates[cell], intervals->lows[cell], intervals->highs[cell], (guint32) column, draw,
                                      profile, bootstrap->seed, bootstrap->sigma);
    }
}

static void
draw_pair (gpointer data, gsize item, guint thread)
{
  const Bootstrap *bootstrap = data;
  const WhIntervals *intervals = bootstrap->intervals;
  WhPairOfRows pair = bootstrap->pairs[item];
  float first[WH_ENGINE_COLUMNS] = { 0 }, second[WH_ENGINE_COLUMNS] = { 0 };

  for (gsize draw = 0; draw < bootstrap->n_draws; draw++)
    {
      draw_profile (bootstrap, pair.first, (guint32) draw, first);
      draw_profile (bootstrap, pair.second, (guint32) draw, second);
      bootstrap->out_distances[item * bootstrap->n_draws + draw]
          = (float) wh_engine_distance (bootstrap->metric, first, intervals->masks[pair.first], second, intervals->masks[pair.second],
                                        intervals->n_columns, NULL);
    }
}

WhRun
wh_cpu_bootstrap (gpointer state, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs, gsize n_draws,
                  float rsd, guint64 seed, float *out_distances, GCancellable *cancellable)
{
  const WhCpu *cpu = state;
  Bootstrap bootstrap = { metric, intervals, pairs, n_draws, sqrtf (logf (1 + rsd * rsd)), seed, out_distances };

  return wh_workers_run (cpu->workers, n_pairs, draw_pair, &bootstrap, cancellable) ? WH_RUN_DONE : WH_RUN_CANCELLED;
}
