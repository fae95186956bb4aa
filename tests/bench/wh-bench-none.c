/* Stands in for peers that are not installed. */
#include "wh-bench.h"

G_GNUC_UNUSED static gboolean
cannot_open (const float *rows, gsize n_rows, gsize n_columns)
{
  return FALSE;
}

#if !WH_BENCH_HAVE_FAISS
const WhBenchPeer wh_bench_faiss = { "FAISS IndexFlatIP", cannot_open, NULL, NULL };
#endif

#if !WH_BENCH_HAVE_BLAS
const WhBenchPeer wh_bench_blas = { "OpenBLAS", cannot_open, NULL, NULL };

gboolean
wh_bench_multiply (const float *queries, gsize n_queries, const float *rows, gsize n_rows, gsize n_columns, float *out)
{
  return FALSE;
}

const char *
wh_bench_blas_core (void)
{
  return NULL;
}
#endif
