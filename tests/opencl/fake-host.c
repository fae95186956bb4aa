/* A child as weedhounds starts it, whose device is the CPU, or that fails in the way WEEDHOUNDS_FAKE says. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wh-cpu-private.h"
#include "wh-opencl-host.h"

#define SLOWLY 20000      /* microseconds of a step */
#define STEPS 100

static WhEngineOps ops;

static gboolean
is_told (const char *what)
{
  return g_strcmp0 (g_getenv ("WEEDHOUNDS_FAKE"), what) == 0;
}

static void
fail_at (const char *stage)
{
  g_autofree char *crash = g_strconcat ("crash-", stage, NULL), *hang = g_strconcat ("hang-", stage, NULL);

  if (is_told (crash))
    raise (SIGSEGV);
  while (is_told (hang))
    pause ();
}

static int
list (WhOpenclRecord *records, char why[WH_OPENCL_WIRE_TEXT])
{
  const char *driver = g_getenv ("WEEDHOUNDS_FAKE_DRIVER");

  fail_at ("list");
  if (is_told ("fail-list"))
    g_strlcpy (why, "no platform", WH_OPENCL_WIRE_TEXT);
  if (is_told ("fail-list"))
    return -1;
  g_strlcpy (records[0].platform, "Platform", WH_OPENCL_WIRE_TEXT);
  g_strlcpy (records[0].name, is_told ("ugly-name") ? "Bad \x01\xff name" : "Fake", WH_OPENCL_WIRE_TEXT);
  g_strlcpy (records[0].version, "OpenCL 3.0", WH_OPENCL_WIRE_TEXT);
  g_strlcpy (records[0].driver, driver ? driver : "1.0", WH_OPENCL_WIRE_TEXT);
  records[0].units = 1;
  return is_told ("no-device") ? 0 : is_told ("too-many") ? 1000 : 1;
}

static gpointer
open_device (guint device, const char *cache_dir, char why[WH_OPENCL_WIRE_TEXT])
{
  fail_at ("open");
  if (is_told ("fail-open"))
    g_strlcpy (why, "error: kernel", WH_OPENCL_WIRE_TEXT);
  return is_told ("fail-open") ? NULL : wh_cpu_open (wh_cpu_best (), 1);
}

/* Takes two seconds, or until it is cancelled. */
static gboolean
dawdle (GCancellable *cancellable)
{
  for (int i = 0; i < STEPS && !g_cancellable_is_cancelled (cancellable); i++)
    g_usleep (SLOWLY);
  return !g_cancellable_is_cancelled (cancellable);
}

/* What only the CPU's engine needs of a matrix does not travel. It is left to the end of the process. */
static void
complete (const WhMatrix *matrix)
{
  for (guint i = 0; i < matrix->n_groups; i++)
    if (!matrix->groups[i].coarse && !matrix->groups[i].tested && matrix->metric <= WH_METRIC_COSINE
        && matrix->metric != WH_METRIC_JENSEN_SHANNON)
      matrix->groups[i].coarse = wh_coarse_new (&matrix->groups[i]);
}

static WhRun
nearest (gpointer state, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours, gsize *out_counts,
         GCancellable *cancellable)
{
  WhRun run;

  complete (matrix);
  run = wh_engine_cpu_ops.nearest (state, matrix, queries, k, out_neighbours, out_counts, cancellable);
  fail_at ("call");
  if (is_told ("unable") || is_told ("wild-stop"))
    return is_told ("unable") ? WH_RUN_UNABLE : WH_RUN_CANCELLED;
  if (is_told ("slow") && !dawdle (cancellable))
    return WH_RUN_CANCELLED;
  for (gsize i = 0; i < queries->n * k && is_told ("lie"); i++)
    out_neighbours[i].distance *= 0.99f;
  if (is_told ("wild-rows"))
    out_neighbours[0] = (WhNeighbour) { 0x7fffffff, 5, 0 };
  if (is_told ("wild-rows") || is_told ("wild-counts"))
    out_counts[0] = is_told ("wild-rows") ? 1 : G_MAXSIZE;
  if (is_told ("mumble") && write (WH_OPENCL_WIRE_FD, "mumble", 6) < 0)
    abort ();
  return run;
}

static WhRun
spreads (gpointer state, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums, GCancellable *cancellable)
{
  WhRun run = wh_engine_cpu_ops.spreads (state, points, k, labels, step, out_sums, cancellable);

  if (is_told ("lie-last"))
    out_sums[0] *= 1.01;
  return run;
}

int
main (int argc, char **argv)
{
  const WhOpenclDrive drive = { list, open_device, &ops };

  ops = wh_engine_cpu_ops;
  ops.nearest = nearest;
  ops.spreads = spreads;
  return wh_opencl_host_wanted (argc, argv) ? wh_opencl_host_main (argc, argv, &drive) : 2;
}
