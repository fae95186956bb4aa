// The peer FAISS, whose interface is C++: nothing else here is.
#include <faiss/IndexFlat.h>
#include <omp.h>

#include <cstdint>
#include <memory>

extern "C" {
#include "wh-bench.h"
}

static std::unique_ptr<faiss::IndexFlatIP> flat;

static gboolean
open_faiss (const float *rows, gsize n_rows, gsize n_columns)
{
  omp_set_num_threads (1);
  flat = std::make_unique<faiss::IndexFlatIP> ((faiss::Index::idx_t) n_columns);
  flat->add ((faiss::Index::idx_t) n_rows, rows);
  return TRUE;
}

static void
top_faiss (const float *queries, gsize n_queries, gsize k, float *out_products, gint64 *out_rows)
{
  flat->search ((faiss::Index::idx_t) n_queries, queries, (faiss::Index::idx_t) k, out_products, (faiss::Index::idx_t *) out_rows);
}

static void
close_faiss (void)
{
  flat.reset ();
}

extern "C" {
const WhBenchPeer wh_bench_faiss = { "FAISS IndexFlatIP", open_faiss, top_faiss, close_faiss };
}
