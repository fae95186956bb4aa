/* Every engine of this machine through one suite: the CPU's paths, the OpenCL devices, and an engine that lies, which must not
 * get through. */
#include <string.h>

#include "support/wh-test.h"
#include "wh-config.h"
#include "wh-conformance.h"
#include "wh-cpu-private.h"
#if WH_HAVE_OPENCL
#include "wh-opencl-private.h"
#include "wh-opencl-proxy.h"
#endif

#define OPENCL_NEAREST 32
#define MOST_ROWS 100000   /* whose pairs the fastest path counts in seconds, the slowest in minutes */
#define MANY_ROWS 8000

typedef struct {
  const WhSubject          *subject;
  const WhConformanceCheck *check;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (GString) wrong = g_string_new (NULL);

  if (!one->subject->state)
    {
      g_test_skip ("this machine does not have it");
      return;
    }
  one->check->run (one->subject, wrong);
  if (wrong->len > 0)
    {
      g_test_message ("%s, %s:\n%s", one->subject->name, one->check->name, wrong->str);
      g_test_fail ();
    }
}

static void
run_case_of_liar (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (GString) wrong = g_string_new (NULL);

  one->check->run (one->subject, wrong);
  if (wrong->len == 0)
    {
      g_test_message ("%s lets a wrong engine through", one->check->name);
      g_test_fail ();
    }
}

static void
add_cases (const WhSubject *subject, const WhConformanceCheck *checks, GTestDataFunc run)
{
  for (; checks->name; checks++)
    {
      g_autofree char *path = g_strdup_printf ("/conformance/%s/%s", subject->name, checks->name);
      Case *one = g_new (Case, 1);
      *one = (Case) { subject, checks };
      g_test_add_data_func_full (path, one, run, g_free);
    }
}

static void
add_subject (const WhSubject *subject, GTestDataFunc run)
{
  add_cases (subject, wh_conformance_distances, run);
  add_cases (subject, wh_conformance_tables, run);
}

static void
subject_free (gpointer data)
{
  WhSubject *subject = data;

  if (subject->state)
    subject->ops->close (subject->state);
  g_free ((char *) subject->name);
  g_free (subject);
}

/* Takes `name`. */
static WhSubject *
add_engine (GPtrArray *subjects, char *name, const WhEngineOps *ops, gpointer state)
{
  WhSubject *subject = g_new0 (WhSubject, 1);

  *subject = (WhSubject) { name, ops, state, G_MAXSIZE, TRUE, g_getenv ("WH_CONFORMANCE_ALL") ? MOST_ROWS : MANY_ROWS };
  g_ptr_array_add (subjects, subject);
  return subject;
}

static void
add_cpu_paths (GPtrArray *subjects)
{
  for (guint i = 0; wh_cpu_paths[i]; i++)
    {
      const WhCpuPath *path = wh_cpu_paths[i];
      gpointer state = path->usable () ? wh_cpu_open (path, 2) : NULL;
      WhSubject *subject = add_engine (subjects, g_strdup (path->name), &wh_engine_cpu_ops, state);
      subject->many_rows = path == wh_cpu_best () ? MOST_ROWS : subject->many_rows;
      add_subject (subject, run_case);
    }
}

/* -- OpenCL: each device as it is, and with so little memory that all work is done in pieces -- */

#if WH_HAVE_OPENCL
#define SMALL (64 * 1024)

static void
add_device (GPtrArray *subjects, guint place, const WhOpenclInfo *info, const char *cache, gboolean small)
{
  g_autoptr (GError) error = NULL;
  char *name = g_strdup_printf (small ? "opencl-%u-in-pieces" : "opencl-%u", place);
  WhOpencl *state = wh_opencl_open (place, cache, &error);
  WhSubject *subject = add_engine (subjects, name, &wh_opencl_ops, state);

  if (state && small)
    state->budget = state->piece = SMALL;
  g_test_message ("%s: %s, %s", name, info->name, error ? error->message : info->driver);
  subject->most_nearest = OPENCL_NEAREST;
  subject->doubles = info->doubles;
  add_subject (subject, run_case);
}

/* As the program uses it: in a child process. */
static void
add_proxy (GPtrArray *subjects, guint place, const WhOpenclInfo *info, const char *cache)
{
  const WhOpenclIdentity identity = { .platform = info->platform, .name = info->name, .version = info->version, .driver = info->driver };
  const char *vendors = g_getenv ("OCL_ICD_VENDORS");
  WhOpenclProxy *proxy = wh_opencl_proxy_new (g_getenv ("WEEDHOUNDS_TEST_BINARY"), vendors ? vendors : "/etc/OpenCL/vendors", cache,
                                              place, &identity, &wh_opencl_limits);
  WhSubject *subject = add_engine (subjects, g_strdup_printf ("opencl-%u-in-a-child", place), &wh_opencl_proxy_ops, proxy);

  subject->most_nearest = OPENCL_NEAREST;
  subject->doubles = info->doubles;
  add_subject (subject, run_case);
}

static void
add_devices (GPtrArray *subjects)
{
  g_autoptr (GPtrArray) devices = wh_opencl_list (NULL);
  g_autofree char *cache = wh_test_make_dir ();

  for (guint i = 0; devices && i < devices->len; i++)
    {
      add_device (subjects, i, devices->pdata[i], cache, FALSE);
      add_device (subjects, i, devices->pdata[i], cache, TRUE);
      add_proxy (subjects, i, devices->pdata[i], cache);
    }
  wh_test_remove_dir (cache);
}
#endif

/* -- an engine that is off by a little everywhere -- */

#define A_LITTLE 1.001

static WhRun
lie_nearest (gpointer state, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours, gsize *out_counts,
             GCancellable *cancellable)
{
  WhRun run = wh_engine_cpu_ops.nearest (state, matrix, queries, k, out_neighbours, out_counts, NULL);

  for (gsize query = 0; query < queries->n; query++)
    {
      WhNeighbour *found = out_neighbours + query * k;
      for (gsize i = 0; i < out_counts[query]; i++)
        found[i].distance *= (float) A_LITTLE;
      if (out_counts[query] >= 2)
        found[1].row = found[0].row;
    }
  return run;
}

static WhRun
lie_pairs (gpointer state, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram, WhPairSums *out_sums,
           GCancellable *cancellable)
{
  WhRun run = wh_engine_cpu_ops.pairs (state, matrix, n_bins, bin_width, histogram, out_sums, NULL);

  out_sums->sum *= A_LITTLE;
  return run;
}

static WhRun
lie_distances (gpointer state, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable)
{
  WhRun run = wh_engine_cpu_ops.distances (state, matrix, out_distances, NULL);
  gsize n = wh_matrix_rows (matrix);

  for (gsize i = 0; i < n * n; i++)
    out_distances[i] *= (float) A_LITTLE;
  return run;
}

static WhRun
lie_bootstrap (gpointer state, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs, gsize n_draws,
               float rsd, guint64 seed, float *out_distances, GCancellable *cancellable)
{
  return wh_engine_cpu_ops.bootstrap (state, metric, intervals, pairs, n_pairs, n_draws, rsd * (float) A_LITTLE, seed ^ 1,
                                      out_distances, NULL);
}

static WhRun
lie_lloyd (gpointer state, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds, guint *out_labels,
           gsize *out_start, GCancellable *cancellable)
{
  WhRun run = wh_engine_cpu_ops.lloyd (state, points, k, n_starts, starts, most_rounds, out_labels, out_start, NULL);

  for (gsize row = 0; row < points->n_rows; row += 100)
    out_labels[row] = (out_labels[row] + 1) % k;
  return run;
}

static WhRun
lie_spreads (gpointer state, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums, GCancellable *cancellable)
{
  WhRun run = wh_engine_cpu_ops.spreads (state, points, k, labels, step, out_sums, NULL);

  for (gsize i = 0; i < (points->n_rows + step - 1) / step * k; i++)
    out_sums[i] *= A_LITTLE;
  return run;
}

static WhRun
lie_moments (gpointer state, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments, GCancellable *cancellable)
{
  WhRun run = wh_engine_cpu_ops.moments (state, columns, n_rows, n_columns, out_moments, NULL);

  for (gsize i = 0; i < n_columns * (n_columns + 1) / 2; i++)
    out_moments[i].xy = (float) out_moments[i].xy;
  return run;
}

static void
add_liar (GPtrArray *subjects)
{
  static WhEngineOps ops;

  ops = wh_engine_cpu_ops;
  ops.nearest = lie_nearest;
  ops.pairs = lie_pairs;
  ops.distances = lie_distances;
  ops.bootstrap = lie_bootstrap;
  ops.lloyd = lie_lloyd;
  ops.spreads = lie_spreads;
  ops.moments = lie_moments;
  add_subject (add_engine (subjects, g_strdup ("liar"), &ops, wh_cpu_open (wh_cpu_best (), 1)), run_case_of_liar);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) subjects = g_ptr_array_new_with_free_func (subject_free);

  g_test_init (&argc, &argv, NULL);
  add_cpu_paths (subjects);
#if WH_HAVE_OPENCL
  add_devices (subjects);
#endif
  add_liar (subjects);
  return g_test_run ();
}
