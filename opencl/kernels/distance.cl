/* The distances of rows to queries, four by four: one lane holds four rows in its registers and walks the columns once for
 * four queries, whose values lie in local memory. Rows and queries are tables of features, [column][stride], with one mask a
 * row; a mask of 0 is a row without distances, which also fills up a table. What a feature is and why this renormalises over
 * the shared columns: ../README.md.
 *
 * A group is LANES lanes, that is BLOCK rows, and takes TILE queries at a time. */
#define LANES 64
#define BLOCK (4 * LANES)
#define TILE 16
#define COLUMNS 64
#define MIN_SHARED 5
#define TINY 1e-30f     /* shares below it count as none: their term is smaller than any rounding, and 2 / share is finite */

enum { HELLINGER, JENSEN_SHANNON, COSINE, AITCHISON };

/* Queries in local memory: four beside each other, [TILE / 4][n_columns]; the same of 1 and 0 for what they tested. */
typedef struct {
  __local float4 *values, *tested;
  __local ulong  *masks;
} Tile;

/* Four rows: the first column's values, the distance to the next, and what was tested, split in halves for cheaper shifts. */
typedef struct {
  __global const float4 *values;
  uint   stride;
  ulong4 masks;
  uint4  low, high;
} Rows;

/* On a graphics card arrays stay in registers only if the function's body is in the kernel. On a processor the compiler then takes
 * four times as long, and the loop is half as fast. */
#define INLINE static inline __attribute__ ((always_inline))
#ifdef WH_ON_CPU
#define BODY static __attribute__ ((noinline))
#else
#define BODY INLINE
#endif
#define FOUR(each) each (0, s0) each (1, s1) each (2, s2) each (3, s3)

INLINE Rows
take_rows (__global const float *values, __global const ulong *masks, uint stride, uint first)
{
  Rows rows;

  rows.values = (__global const float4 *) (values + first);
  rows.stride = stride / 4;
  rows.masks = vload4 (0, masks + first);
  rows.low = convert_uint4 (rows.masks & 0xffffffffUL);
  rows.high = convert_uint4 (rows.masks >> 32);
  return rows;
}

/* By all lanes of a group together. */
INLINE void
take_tile (Tile tile, __global const float *values, __global const ulong *masks, uint stride, uint first, uint n_columns)
{
  __local float *out_values = (__local float *) tile.values, *out_tested = (__local float *) tile.tested;

  barrier (CLK_LOCAL_MEM_FENCE);
  for (uint i = get_local_id (0); i < n_columns * TILE; i += LANES)
    {
      uint query = i % TILE, column = i / TILE, at = (query / 4 * n_columns + column) * 4 + query % 4;
      out_values[at] = values[(size_t) column * stride + first + query];
      out_tested[at] = masks[first + query] >> column & 1 ? 1.0f : 0.0f;
    }
  if (get_local_id (0) < TILE)
    tile.masks[get_local_id (0)] = masks[first + get_local_id (0)];
  barrier (CLK_LOCAL_MEM_FENCE);
}

INLINE float4
tested_flags (Rows rows, uint column)
{
  uint4 bits = (column < 32 ? rows.low : rows.high) & (1u << (column & 31));

  return select ((float4) (0), (float4) (1), bits != 0);
}

/* Hellinger and cosine: 1 - A / sqrt (B C), with B = C = 1 where both sides tested the same columns. */
BODY void
angles (Rows rows, __local const float4 *values, __local const float4 *tested, uint n_columns, int one_mask, float4 *out)
{
  float4 a[4] = { 0, 0, 0, 0 }, b[4] = { 0, 0, 0, 0 }, c[4] = { 0, 0, 0, 0 };

  if (one_mask)
    for (uint column = 0; column < n_columns; column++)
      {
        float4 x = rows.values[column * rows.stride], q = values[column];
#define ADD(i, s) a[i] += x * q.s;
        FOUR (ADD)
#undef ADD
      }
  else
    for (uint column = 0; column < n_columns; column++)
      {
        float4 x = rows.values[column * rows.stride], q = values[column], u = tested[column];
        float4 xx = x * x, qq = q * q, t = tested_flags (rows, column);
#define ADD(i, s) a[i] += x * q.s; b[i] += xx * u.s; c[i] += t * qq.s;
        FOUR (ADD)
#undef ADD
      }
  for (int i = 0; i < 4; i++)
    {
      float4 similarity = one_mask ? a[i] : select ((float4) (NAN), a[i] / (sqrt (b[i]) * sqrt (c[i])), b[i] > 0 && c[i] > 0);
      out[i] = select ((float4) (NAN), fmax (1 - similarity, 0.0f), similarity == similarity);
    }
}

/* p log2 (p / m) + q log2 (q / m), m = (p + q) / 2, where a share of none adds nothing. */
INLINE float4
divergence (float4 p, float4 q)
{
  float4 r = 2 / (p + q);

  return select ((float4) (0), p * log2 (p * r), p > TINY) + select ((float4) (0), q * log2 (q * r), q > TINY);
}

BODY void
jensen_shannon (Rows rows, __local const float4 *values, __local const float4 *tested, uint n_columns, int one_mask, float4 *out)
{
  float4 row_sums[4] = { 0, 0, 0, 0 }, query_sums[4] = { 0, 0, 0, 0 }, sums[4] = { 0, 0, 0, 0 };

  if (one_mask)
    for (int i = 0; i < 4; i++)
      row_sums[i] = query_sums[i] = 1;
  else
    for (uint column = 0; column < n_columns; column++)
      {
        float4 x = rows.values[column * rows.stride], t = tested_flags (rows, column), q = values[column], u = tested[column];
#define ADD(i, s) row_sums[i] += x * u.s; query_sums[i] += t * q.s;
        FOUR (ADD)
#undef ADD
      }
  for (uint column = 0; column < n_columns; column++)
    {
      float4 x = rows.values[column * rows.stride], t = tested_flags (rows, column), q = values[column], u = tested[column];
#define ADD(i, s) sums[i] += divergence (x * u.s / row_sums[i], t * q.s / query_sums[i]);
      FOUR (ADD)
#undef ADD
    }
  for (int i = 0; i < 4; i++)
    out[i] = select ((float4) (NAN), sqrt (fmax (sums[i] / 2, 0.0f)), row_sums[i] > 0 && query_sums[i] > 0);
}

BODY void
aitchison (Rows rows, __local const float4 *values, __local const float4 *tested, __local const ulong *masks, uint n_columns,
           float4 *out)
{
  float4 sums[4] = { 0, 0, 0, 0 }, squares[4] = { 0, 0, 0, 0 }, difference;

  for (uint column = 0; column < n_columns; column++)
    {
      float4 x = rows.values[column * rows.stride], t = tested_flags (rows, column), q = values[column], u = tested[column];
#define ADD(i, s) difference = (x - q.s) * (t * u.s); sums[i] += difference; squares[i] += difference * difference;
      FOUR (ADD)
#undef ADD
    }
  for (int i = 0; i < 4; i++)
    out[i] = sqrt (fmax (squares[i] - sums[i] * sums[i] / convert_float4 (popcount (rows.masks & masks[i])), 0.0f));
}

/* The distances of four rows to the `part`-th four queries of a tile; NAN where there is none. */
INLINE void
distances_of (int metric, int one_mask, Rows rows, Tile tile, uint part, uint n_columns, float4 *out)
{
  __local const float4 *values = tile.values + part * n_columns, *tested = tile.tested + part * n_columns;
  __local const ulong *masks = tile.masks + part * 4;

  if (metric == JENSEN_SHANNON)
    jensen_shannon (rows, values, tested, n_columns, one_mask, out);
  else if (metric == AITCHISON)
    aitchison (rows, values, tested, masks, n_columns, out);
  else
    angles (rows, values, tested, n_columns, one_mask, out);
  for (int i = 0; i < 4; i++)
    {
      int4 shared = convert_int4 (popcount (rows.masks & masks[i]));
      float4 distance = metric == HELLINGER ? sqrt (out[i]) : out[i];
      out[i] = select ((float4) (NAN), distance, shared >= MIN_SHARED);
    }
}

/* out [query][stride of the rows], from the first query on. */
__kernel __attribute__ ((reqd_work_group_size (LANES, 1, 1))) void
distances (int metric, int one_mask, __global const float *rows, __global const ulong *row_masks, uint stride,
           __global const float *queries, __global const ulong *query_masks, uint query_stride, uint first_query, uint n_queries,
           uint n_columns, __global float *out)
{
  __local float4 values[TILE / 4 * COLUMNS], tested[TILE / 4 * COLUMNS];
  __local ulong masks[TILE];
  Tile tile = { values, tested, masks };
  uint first_row = get_group_id (0) * BLOCK + get_local_id (0) * 4, first = get_group_id (1) * TILE;
  Rows block = take_rows (rows, row_masks, stride, first_row);
  float4 found[4];

  take_tile (tile, queries, query_masks, query_stride, first_query + first, n_columns);
  for (uint part = 0; part < TILE / 4 && first + part * 4 < n_queries; part++)
    {
      distances_of (metric, one_mask, block, tile, part, n_columns, found);
      for (uint i = 0; i < 4 && first + part * 4 + i < n_queries; i++)
        vstore4 (found[i], 0, out + (size_t) (first + part * 4 + i) * stride + first_row);
    }
}
