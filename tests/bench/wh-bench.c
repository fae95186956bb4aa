#include "wh-bench.h"

#include <string.h>
#include <sys/mman.h>

#include "base/wh-clock.h"

#define HUGE_PAGE (2 * 1024 * 1024)

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static gint64
time_run (WhBenchRun run, gpointer data)
{
  gint64 start = wh_clock_monotonic ();

  run (data);
  return wh_clock_monotonic () - start;
}

static double
median (gint64 *times, guint n)
{
  qsort (times, n, sizeof *times, compare_times);
  return (double) times[n / 2];
}

void
wh_bench_pair (WhBenchRun first, WhBenchRun second, gpointer data, guint n_runs, double *out_first, double *out_second)
{
  g_autofree gint64 *firsts = g_new (gint64, n_runs);
  g_autofree gint64 *seconds = g_new (gint64, n_runs);

  first (data);
  second (data);
  for (guint run = 0; run < n_runs; run++)
    {
      firsts[run] = time_run (first, data);
      seconds[run] = time_run (second, data);
    }
  *out_first = median (firsts, n_runs);
  *out_second = median (seconds, n_runs);
}

double
wh_bench_median (WhBenchRun run, gpointer data, guint n_runs)
{
  g_autofree gint64 *times = g_new (gint64, n_runs);

  run (data);
  for (guint i = 0; i < n_runs; i++)
    times[i] = time_run (run, data);
  return median (times, n_runs);
}

gpointer
wh_bench_alloc (gsize n_bytes)
{
  gpointer bytes = g_aligned_alloc (n_bytes, 1, HUGE_PAGE);

  madvise (bytes, n_bytes, MADV_HUGEPAGE);
  memset (bytes, 1, n_bytes);
  return bytes;
}

typedef float Vector __attribute__ ((vector_size (16)));

typedef struct {
  const Vector *vectors;
  gsize         n;
  volatile float sum;
} Reading;

static void
read_all (gpointer data)
{
  Reading *reading = data;
  Vector sums[4] = { { 0 } };

  for (gsize i = 0; i + 4 <= reading->n; i += 4)
    for (guint j = 0; j < 4; j++)
      sums[j] += reading->vectors[i + j];
  reading->sum = sums[0][0] + sums[1][0] + sums[2][0] + sums[3][0];
}

double
wh_bench_read_speed (gconstpointer bytes, gsize n_bytes)
{
  Reading reading = { bytes, n_bytes / sizeof (Vector), 0 };

  return (double) n_bytes / wh_bench_median (read_all, &reading, 9);
}
