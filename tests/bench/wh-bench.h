/* wh-bench.h: times, and the peers that the engine is measured against in the same run. */
#pragma once

#include "wh-engine.h"

G_BEGIN_DECLS

#define WH_BENCH_MS 1e3   /* microseconds */

typedef void (*WhBenchRun) (gpointer data);

/* Median microseconds of `n_runs` runs of each of two, turn by turn so that both meet the same machine. */
void        wh_bench_pair   (WhBenchRun first, WhBenchRun second, gpointer data, guint n_runs, double *out_first, double *out_second);
double      wh_bench_median (WhBenchRun run, gpointer data, guint n_runs);
/* Memory of ones on huge pages, as the engine keeps a large matrix; free with g_aligned_free. */
gpointer    wh_bench_alloc  (gsize n_bytes);
/* Bytes per microsecond of one thread that reads and does nothing else. */
double      wh_bench_read_speed (gconstpointer bytes, gsize n_bytes);

/* Rows of unit length, n_rows x n_columns, in both peers; one thread each. Each gives the k largest dot products of each query. */
typedef struct {
  const char *name;
  /* FALSE: not built in; the bench says so. */
  gboolean  (*open)  (const float *rows, gsize n_rows, gsize n_columns);
  void      (*top)   (const float *queries, gsize n_queries, gsize k, float *out_products, gint64 *out_rows);
  void      (*close) (void);
} WhBenchPeer;

extern const WhBenchPeer wh_bench_blas;    /* OpenBLAS sgemm, then the best of each row of products */
extern const WhBenchPeer wh_bench_faiss;   /* FAISS IndexFlatIP */

/* The matrix product rows x queries of OpenBLAS: out [n_queries][n_rows]. FALSE: not built in. */
gboolean    wh_bench_multiply (const float *queries, gsize n_queries, const float *rows, gsize n_rows, gsize n_columns, float *out);
/* "OpenBLAS (Zen)"; NULL: not built in. */
const char *wh_bench_blas_core (void);

G_END_DECLS
