/* wh-matrix-private.h: the matrix as the engines see it. */
#pragma once

#include "wh-engine.h"

G_BEGIN_DECLS

#define WH_MATRIX_BLOCK 16
#define WH_MATRIX_ALIGN 64

struct _WhMatrix {
  gatomicrefcount ref_count;
  gsize    n_rows, n_columns;
  guint64 *masks;      /* n_rows */
  /* [n_rows / 16][n_columns][16], the last block filled up with zeros */
  float   *values;
  float   *roots;
  float   *tested;
};

gsize wh_matrix_place (const WhMatrix *matrix, gsize row, gsize column);

/* One query, spread out for the kernels. */
typedef struct {
  float values[WH_ENGINE_COLUMNS];
  float roots[WH_ENGINE_COLUMNS];
  float tested[WH_ENGINE_COLUMNS];
  guint64 mask;
} WhEngineQuery;

/* Squared-cosine parts of sixteen rows against the query, over the columns both tested:
 * out_products = sum sqrt(p q), out_rows = sum p, out_query = sum q. */
typedef void (*WhBlockKernel) (const WhMatrix *matrix, gsize block, const WhEngineQuery *query, float *out_products, float *out_rows,
                               float *out_query);

typedef struct {
  const char   *name;          /* "cpu-scalar", "cpu-sse2", "cpu-avx2", "cpu-avx512" */
  WhBlockKernel block;
  gboolean    (*usable) (void);
} WhCpuPath;

/* Best last; the scalar path is always usable. Ends with a NULL name. */
extern const WhCpuPath wh_engine_cpu_paths[];

/* wh_engine_nearest on one path; for the engine and its conformance tests. */
gsize wh_engine_cpu_nearest (const WhCpuPath *path, const WhMatrix *matrix, const float *query, guint64 mask, guint32 exclude, gsize k,
                             WhNeighbour *out_neighbours);

G_END_DECLS
