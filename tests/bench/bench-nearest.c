/* The ten nearest of 90,000 and 1,000,000 x 40 for a batch of queries, on one core, against FAISS and OpenBLAS in the same run;
 * mixed panels beside; one query; and one query over 5,000,000 rows against the speed at which memory can be read. */
#include <math.h>
#include <stdio.h>

#include "base/wh-random.h"
#include "wh-bench.h"

#define COLUMNS 40
#define NEAREST 10
#define BATCH 64
#define ALL (G_MAXUINT64 >> (WH_ENGINE_COLUMNS - COLUMNS))
#define GIGA 1e3   /* bytes per microsecond */

typedef struct {
  WhEngine          *engine;
  WhMatrix          *matrix;
  gsize              n_rows, n_queries;
  float             *values, *roots;   /* amounts, and their unit roots as peers take them */
  guint64           *masks;
  WhNeighbour        found[BATCH * NEAREST];
  gsize              counts[BATCH];
  const WhBenchPeer *peer;
  float              products[BATCH * NEAREST];
  gint64             rows[BATCH * NEAREST];
  const char        *path;
} Bench;

/* `mixed`: an eighth of all cells was not tested. */
static void
bench_init (Bench *bench, gsize n_rows, gboolean mixed, guint n_threads)
{
  WhRng rng;

  wh_rng_init (&rng, 420);
  *bench = (Bench) { .engine = wh_engine_new_cpu (n_threads), .n_rows = n_rows, .n_queries = BATCH };
  bench->values = g_new (float, n_rows * COLUMNS);
  bench->masks = g_new (guint64, n_rows);
  for (gsize row = 0; row < n_rows; row++)
    {
      bench->masks[row] = ALL;
      for (gsize column = 0; column < COLUMNS; column++)
        {
          /* Skewed as amounts of terpenes are: few lead. */
          bench->values[row * COLUMNS + column] = (float) (1 / (0.02 + wh_rng_uniform (&rng)) - 0.98);
          if (mixed && wh_rng_below (&rng, 8) == 0)
            bench->masks[row] &= ~(G_GUINT64_CONSTANT (1) << column);
        }
    }
  bench->matrix = wh_matrix_new (WH_METRIC_HELLINGER, bench->values, bench->masks, n_rows, COLUMNS, NULL);
}

static void
bench_clear (Bench *bench)
{
  wh_matrix_unref (bench->matrix);
  wh_engine_free (bench->engine);
  g_free (bench->values);
  g_free (bench->roots);
  g_free (bench->masks);
}

static void
make_roots (Bench *bench)
{
  bench->roots = g_new (float, bench->n_rows * COLUMNS);
  for (gsize row = 0; row < bench->n_rows; row++)
    {
      double sum = 0;
      for (gsize column = 0; column < COLUMNS; column++)
        sum += bench->values[row * COLUMNS + column];
      for (gsize column = 0; column < COLUMNS; column++)
        bench->roots[row * COLUMNS + column] = (float) sqrt (bench->values[row * COLUMNS + column] / sum);
    }
}

static void
run_engine (gpointer data)
{
  Bench *bench = data;
  const WhQueries queries = { bench->n_queries, bench->values, bench->masks, NULL };

  wh_engine_nearest (bench->engine, bench->matrix, &queries, NEAREST, bench->found, bench->counts, NULL, &bench->path);
}

static void
run_peer (gpointer data)
{
  Bench *bench = data;

  bench->peer->top (bench->roots, bench->n_queries, NEAREST, bench->products, bench->rows);
}

static guint
count_equal (const Bench *bench)
{
  guint n = 0;

  for (gsize i = 0; i < bench->n_queries * NEAREST; i++)
    n += bench->found[i].row == bench->rows[i];
  return n;
}

static void
against_peer (Bench *bench, const WhBenchPeer *peer, guint n_runs)
{
  double own, other;

  bench->peer = peer;
  if (!peer->open (bench->roots, bench->n_rows, COLUMNS))
    {
      printf ("  %-18s not built in\n", peer->name);
      return;
    }
  wh_bench_pair (run_engine, run_peer, bench, n_runs, &own, &other);
  printf ("  %-18s %8.4f ms a query, %s %8.4f ms: %.2f times as fast, %u of %d the same rows\n", peer->name,
          other / WH_BENCH_MS / BATCH, bench->path, own / WH_BENCH_MS / BATCH, other / own, count_equal (bench), BATCH * NEAREST);
  peer->close ();
}

static void
batched (gsize n_rows, guint n_runs)
{
  Bench bench;

  bench_init (&bench, n_rows, FALSE, 1);
  make_roots (&bench);
  printf ("%d nearest of %" G_GSIZE_FORMAT " x %d, batches of %d, one panel, one thread\n", NEAREST, n_rows, COLUMNS, BATCH);
  against_peer (&bench, &wh_bench_faiss, n_runs);
  against_peer (&bench, &wh_bench_blas, n_runs);
  bench_clear (&bench);
  bench_init (&bench, n_rows, TRUE, 1);
  printf ("  mixed panels, no peer: %8.4f ms a query\n", wh_bench_median (run_engine, &bench, 3) / WH_BENCH_MS / BATCH);
  bench_clear (&bench);
}

static void
single (gsize n_rows, guint n_threads, guint n_runs)
{
  Bench bench;
  double time;

  bench_init (&bench, n_rows, FALSE, n_threads);
  bench.n_queries = 1;
  time = wh_bench_median (run_engine, &bench, n_runs);
  printf ("one query of %" G_GSIZE_FORMAT " x %d, %u threads: %.3f ms\n", n_rows, COLUMNS, n_threads, time / WH_BENCH_MS);
  bench_clear (&bench);
}

static void
against_memory (gsize n_rows)
{
  /* What one query must read of a row: a byte a column and the row's lift. In single precision it would be four bytes a column. */
  gsize n_bytes = n_rows * (COLUMNS + sizeof (float)), n_floats = n_rows * COLUMNS * sizeof (float);
  Bench bench;
  double time, speed;
  gpointer bytes;

  bench_init (&bench, n_rows, FALSE, 1);
  bench.n_queries = 1;
  time = wh_bench_median (run_engine, &bench, 9);
  bench_clear (&bench);
  bytes = wh_bench_alloc (n_bytes);
  speed = wh_bench_read_speed (bytes, n_bytes);
  g_aligned_free (bytes);
  printf ("one query of %" G_GSIZE_FORMAT " x %d, one thread: %.2f ms, %.1f GB/s; memory is read at %.1f GB/s: %.2f of it"
          " (%.2f times as fast as reading it in single precision)\n", n_rows, COLUMNS, time / WH_BENCH_MS, (double) n_bytes / time / GIGA,
          speed / GIGA, (double) n_bytes / time / speed, (double) n_floats / time / speed);
}

int
main (void)
{
  const char *core = wh_bench_blas_core ();

  printf ("peers: FAISS IndexFlatIP; OpenBLAS %s\n", core ? core : "not built in");
  batched (90000, 15);
  batched (1000000, 5);
  single (90000, 1, 101);
  single (90000, 2, 101);
  against_memory (5000000);
  return 0;
}
