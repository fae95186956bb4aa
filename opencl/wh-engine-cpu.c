#include <math.h>
#include <string.h>

#include "wh-engine-ops.h"
#include "wh-matrix-private.h"

typedef float Vector4 __attribute__ ((vector_size (16), may_alias));
typedef float Vector8 __attribute__ ((vector_size (32), may_alias));
typedef float Vector16 __attribute__ ((vector_size (64), may_alias));

/* The same loop for every width: sixteen rows at a time, one column after the other, so that each row's sum is added in the
 * same order on every path and all paths agree bit for bit where the machine does not fuse multiply and add. The vectors are
 * as wide as the registers: with wider ones the compiler keeps the sums on the stack. */
#define BLOCK_KERNEL(name, Vector, attributes)                                                                                \
  attributes void name (const WhMatrix *matrix, gsize block, const WhEngineQuery *query, float *out_products,                 \
                               float *out_rows, float *out_query)                                                             \
  {                                                                                                                           \
    enum { LANES = sizeof (Vector) / sizeof (float), PARTS = WH_MATRIX_BLOCK / LANES };                                       \
    const gsize start = block * matrix->n_columns * PARTS;                                                                    \
    const Vector *values = (const Vector *) matrix->values + start;                                                           \
    const Vector *roots = (const Vector *) matrix->roots + start;                                                             \
    const Vector *tested = (const Vector *) matrix->tested + start;                                                           \
    Vector products[PARTS] = { 0 }, rows[PARTS] = { 0 }, queries[PARTS] = { 0 };                                              \
                                                                                                                              \
    for (gsize column = 0; column < matrix->n_columns; column++, values += PARTS, roots += PARTS, tested += PARTS)            \
      _Pragma ("GCC unroll 4") for (gsize part = 0; part < PARTS; part++)                                                     \
      {                                                                                                                       \
        products[part] += roots[part] * query->roots[column];                                                                 \
        rows[part] += values[part] * query->tested[column];                                                                   \
        queries[part] += tested[part] * query->values[column];                                                                \
      }                                                                                                                       \
    memcpy (out_products, products, sizeof products);                                                                         \
    memcpy (out_rows, rows, sizeof rows);                                                                                     \
    memcpy (out_query, queries, sizeof queries);                                                                              \
  }

static void
block_scalar (const WhMatrix *matrix, gsize block, const WhEngineQuery *query, float *out_products, float *out_rows, float *out_query)
{
  for (gsize lane = 0; lane < WH_MATRIX_BLOCK; lane++)
    {
      float products = 0, rows = 0, queries = 0;
      for (gsize column = 0; column < matrix->n_columns; column++)
        {
          gsize at = (block * matrix->n_columns + column) * WH_MATRIX_BLOCK + lane;
          products += matrix->roots[at] * query->roots[column];
          rows += matrix->values[at] * query->tested[column];
          queries += matrix->tested[at] * query->values[column];
        }
      out_products[lane] = products;
      out_rows[lane] = rows;
      out_query[lane] = queries;
    }
}

static gboolean
always (void)
{
  return TRUE;
}

#if defined (__x86_64__)
static BLOCK_KERNEL (block_sse2, Vector4, )
static BLOCK_KERNEL (block_avx2, Vector8, __attribute__ ((target ("avx2,fma"))))
static BLOCK_KERNEL (block_avx512, Vector16, __attribute__ ((target ("avx512f"))))

static gboolean
has_avx2 (void)
{
  return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
}

static gboolean
has_avx512 (void)
{
  return __builtin_cpu_supports ("avx512f") != 0;
}
#endif

const WhCpuPath wh_engine_cpu_paths[] = {
  { "cpu-scalar", block_scalar, always },
#if defined (__x86_64__)
  { "cpu-sse2", block_sse2, always },
  { "cpu-avx2", block_avx2, has_avx2 },
  { "cpu-avx512", block_avx512, has_avx512 },
#endif
  { NULL, NULL, NULL },
};

/* -- the k nearest, kept as a heap with the farthest on top -- */

static gboolean
farther (const WhNeighbour *a, const WhNeighbour *b)
{
  return a->distance > b->distance || (a->distance == b->distance && a->row > b->row);
}

static void
swap (WhNeighbour *a, WhNeighbour *b)
{
  WhNeighbour kept = *a;

  *a = *b;
  *b = kept;
}

static void
sift_down (WhNeighbour *heap, gsize n, gsize i)
{
  for (;;)
    {
      gsize largest = i, left = 2 * i + 1, right = 2 * i + 2;
      if (left < n && farther (&heap[left], &heap[largest]))
        largest = left;
      if (right < n && farther (&heap[right], &heap[largest]))
        largest = right;
      if (largest == i)
        return;
      swap (&heap[i], &heap[largest]);
      i = largest;
    }
}

static void
sift_up (WhNeighbour *heap, gsize i)
{
  for (; i > 0 && farther (&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2)
    swap (&heap[i], &heap[(i - 1) / 2]);
}

static gsize
offer (WhNeighbour *heap, gsize n, gsize k, WhNeighbour candidate)
{
  if (n < k)
    {
      heap[n] = candidate;
      sift_up (heap, n);
      return n + 1;
    }
  if (farther (&heap[0], &candidate))
    {
      heap[0] = candidate;
      sift_down (heap, n, 0);
    }
  return n;
}

static void
sort_ascending (WhNeighbour *heap, gsize n)
{
  for (; n > 1; n--)
    {
      swap (&heap[0], &heap[n - 1]);
      sift_down (heap, n - 1, 0);
    }
}

static void
spread (WhEngineQuery *out, const float *query, guint64 mask, gsize n_columns)
{
  out->mask = mask;
  for (gsize column = 0; column < n_columns; column++)
    {
      gboolean tested = mask >> column & 1;
      out->values[column] = tested ? query[column] : 0;
      out->roots[column] = sqrtf (out->values[column]);
      out->tested[column] = tested;
    }
}

gsize
wh_engine_cpu_nearest (const WhCpuPath *path, const WhMatrix *matrix, const float *query, guint64 mask, guint32 exclude, gsize k,
                       WhNeighbour *out_neighbours)
{
  float products[WH_MATRIX_BLOCK], rows[WH_MATRIX_BLOCK], queries[WH_MATRIX_BLOCK];
  WhEngineQuery spread_query;
  gsize n = 0;

  spread (&spread_query, query, mask, matrix->n_columns);
  for (gsize row = 0; k > 0 && row < matrix->n_rows; row++)
    {
      gsize lane = row % WH_MATRIX_BLOCK;
      guint shared = (guint) __builtin_popcountll (mask & matrix->masks[row]);
      WhNeighbour candidate = { (guint32) row, shared, 0 };

      if (lane == 0)
        path->block (matrix, row / WH_MATRIX_BLOCK, &spread_query, products, rows, queries);
      if (row == exclude || shared < WH_ENGINE_MIN_SHARED || !(rows[lane] > 0) || !(queries[lane] > 0))
        continue;
      candidate.distance = sqrtf (MAX (0, 1 - products[lane] / sqrtf (rows[lane] * queries[lane])));
      n = offer (out_neighbours, n, k, candidate);
    }
  sort_ascending (out_neighbours, n);
  return n;
}

/* -- the table of the CPU engine: its state is the path it runs -- */

static gpointer
open_cpu (void)
{
  const WhCpuPath *best = NULL;

  for (const WhCpuPath *path = wh_engine_cpu_paths; path->name; path++)
    if (path->usable ())
      best = path;
  return (gpointer) best;
}

static void
close_cpu (gpointer state)
{
  /* paths are static */
}

static gsize
nearest_cpu (gpointer state, const WhMatrix *matrix, const float *query, guint64 mask, guint32 exclude, gsize k,
             WhNeighbour *out_neighbours, const char **out_path)
{
  const WhCpuPath *path = state;

  *out_path = path->name;
  return wh_engine_cpu_nearest (path, matrix, query, mask, exclude, k, out_neighbours);
}

const WhEngineOps wh_engine_cpu_ops = {
  .version = WH_ENGINE_OPS_VERSION,
  .open = open_cpu,
  .close = close_cpu,
  .nearest = nearest_cpu,
};
