/* Every pair of rows once: a group takes a block of rows against the block `step` farther on, round the end, for the steps
 * 0 … n_blocks / 2. Each group has the same work that way. Block against itself counts the pairs in ascending order; half way
 * round, with an even number of blocks, only the first half of the groups counts. */
INLINE uint
bin_of (float distance, float bin_width, uint n_bins)
{
  return (uint) fmin (distance / bin_width, (float) (n_bins - 1));
}

/* Sums over the lanes of a group, in lane 0. */
INLINE float
sum_of_lanes (float value, __local float *scratch)
{
  uint lane = get_local_id (0);

  barrier (CLK_LOCAL_MEM_FENCE);
  scratch[lane] = value;
  for (uint half_way = LANES / 2; half_way > 0; half_way /= 2)
    {
      barrier (CLK_LOCAL_MEM_FENCE);
      if (lane < half_way)
        scratch[lane] += scratch[lane + half_way];
    }
  return scratch[lane];
}

typedef struct {
  uint  n;
  float sum, sum_squares;
} Sums;

/* Four distances into the sums and the lane's copy of the histogram. */
INLINE void
count (Sums *sums, float4 distances, __local uint *bins, uint copies, uint n_bins, float bin_width)
{
  float4 known = select ((float4) (0), distances, distances == distances);
  uint copy = get_local_id (0) % copies;

  sums->sum += known.s0 + known.s1 + known.s2 + known.s3;
  sums->sum_squares += dot (known, known);
#define COUNT(i, s) \
  if (distances.s == distances.s) \
    { \
      sums->n++; \
      if (n_bins) \
        atomic_inc (&bins[bin_of (distances.s, bin_width, n_bins) * copies + copy]); \
    }
  FOUR (COUNT)
#undef COUNT
}

/* Histogram: added to, n_bins counters; local room for `copies` of it spares lanes that fall in one bin waiting. Per group the
 * sum and the sum of squares (out_sums) and how many pairs (out_counts). */
__kernel __attribute__ ((reqd_work_group_size (LANES, 1, 1))) void
pairs (int metric, int one_mask, __global const float *rows, __global const ulong *row_masks, uint stride, uint n_columns,
       uint first_step, uint n_bins, float bin_width, uint copies, __local uint *bins, __global uint *histogram,
       __global float2 *out_sums, __global uint *out_counts)
{
  __local float4 values[TILE / 4 * COLUMNS], tested[TILE / 4 * COLUMNS];
  __local ulong masks[TILE];
  __local float scratch[LANES];
  __local uint n_pairs;
  Tile tile = { values, tested, masks };
  uint lane = get_local_id (0), n_blocks = get_num_groups (0), block = get_group_id (0), step = first_step + get_group_id (1);
  uint other = (block + step) % n_blocks, first_row = block * BLOCK + lane * 4;
  int counts = 2 * step != n_blocks || block < other;
  uint4 numbers = first_row + (uint4) (0, 1, 2, 3);
  Rows own = take_rows (rows, row_masks, stride, first_row);
  Sums sums = { 0, 0, 0 };
  float4 found[4];
  float sum, sum_squares;

  for (uint i = lane; i < n_bins * copies; i += LANES)
    bins[i] = 0;
  if (lane == 0)
    n_pairs = 0;
  for (uint first = other * BLOCK; first < other * BLOCK + BLOCK; first += TILE)
    {
      take_tile (tile, rows, row_masks, stride, first, n_columns);
      for (uint part = 0; part < TILE / 4; part++)
        {
          distances_of (metric, one_mask, own, tile, part, n_columns, found);
          for (uint i = 0; i < 4; i++)
            {
              int4 counted = counts ? (step ? (int4) (-1) : numbers < first + part * 4 + i) : (int4) (0);
              count (&sums, select ((float4) (NAN), found[i], counted), bins, copies, n_bins, bin_width);
            }
        }
    }
  sum = sum_of_lanes (sums.sum, scratch);
  sum_squares = sum_of_lanes (sums.sum_squares, scratch);
  atomic_add (&n_pairs, sums.n);
  barrier (CLK_LOCAL_MEM_FENCE);
  for (uint i = lane; i < n_bins * copies; i += LANES)
    if (bins[i])
      atomic_add (&histogram[i / copies], bins[i]);
  if (lane == 0)
    {
      uint group = get_group_id (1) * n_blocks + block;
      out_sums[group] = (float2) (sum, sum_squares);
      out_counts[group] = n_pairs;
    }
}
