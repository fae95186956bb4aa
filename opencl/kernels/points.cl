/* Lloyd's method and the sums for the silhouette, on points [column][stride]. */
#define SUM_ROWS 4096       /* rows a group of `centre_sums` adds */

/* Every row of every start that still runs to its nearest centre, or where all are kept, measured from its own; a lane takes
 * four rows against four centres. centres: [start][column][k4] of four beside each other. Per group the sum of squared distances
 * and how many rows moved. */
__kernel __attribute__ ((reqd_work_group_size (LANES, 1, 1))) void
assign (__global const float *points, uint stride, uint n_rows, uint n_columns, __global const float4 *centres, uint k, uint k4,
        __global const uint *running, int keep, __global uint *labels, __global float *nearest, __global float *out_inertia,
        __global uint *out_moved)
{
  __local float scratch[LANES];
  uint start = running[get_group_id (1)], first = get_global_id (0) * 4, group = get_group_id (1) * get_num_groups (0) + get_group_id (0);
  size_t at = (size_t) start * stride + first;
  __global const float4 *x = (__global const float4 *) (points + first);
  uint4 own = vload4 (0, labels + at), best = 0;
  int4 there = first + (uint4) (0, 1, 2, 3) < n_rows, moved;
  float4 smallest = INFINITY;
  float inertia, n_moved;

  for (uint four = 0; four < k4; four++)
    {
      float4 sums[4] = { 0, 0, 0, 0 }, difference;
      __global const float4 *centre = centres + (size_t) start * n_columns * k4 + four;
      for (uint column = 0; column < n_columns; column++)
        {
          float4 point = x[column * (stride / 4)], place = centre[column * k4];
#define ADD(i, s) difference = point - place.s; sums[i] += difference * difference;
          FOUR (ADD)
#undef ADD
        }
      for (uint i = 0; i < 4 && four * 4 + i < k; i++)
        {
          int4 taken = keep ? own == four * 4 + i : sums[i] < smallest;
          smallest = select (smallest, sums[i], taken);
          best = select (best, (uint4) (four * 4 + i), taken);
        }
    }
  vstore4 (best, 0, labels + at);
  vstore4 (smallest, 0, nearest + at);
  moved = own != best && there;
  inertia = sum_of_lanes (dot (select ((float4) (0), smallest, there), (float4) (1)), scratch);
  n_moved = sum_of_lanes (-(float) (moved.s0 + moved.s1 + moved.s2 + moved.s3), scratch);
  if (get_local_id (0) == 0)
    {
      out_inertia[group] = inertia;
      out_moved[group] = (uint) n_moved;
    }
}

/* Of SUM_ROWS rows the sums of one column in each cluster, of the column after the last the number of rows: [running start]
 * [block of rows][column][k]. `sums` has k x LANES places; k is at most LANES. */
__kernel __attribute__ ((reqd_work_group_size (LANES, 1, 1))) void
centre_sums (__global const float *points, uint stride, uint n_rows, uint n_columns, uint k, __global const uint *running,
             __global const uint *labels, __local float *sums, __global float *out)
{
  uint lane = get_local_id (0), block = get_group_id (0), column = get_group_id (1), last = min (n_rows, (block + 1) * SUM_ROWS);
  __global const uint *own = labels + (size_t) running[get_group_id (2)] * stride;
  float sum = 0;

  for (uint cluster = 0; cluster < k; cluster++)
    sums[cluster * LANES + lane] = 0;
  for (uint row = block * SUM_ROWS + lane; row < last; row += LANES)
    sums[own[row] * LANES + lane] += column < n_columns ? points[(size_t) column * stride + row] : 1;
  barrier (CLK_LOCAL_MEM_FENCE);
  if (lane >= k)
    return;
  for (uint i = 0; i < LANES; i++)
    sum += sums[lane * LANES + (i + lane) % LANES];
  out[((((size_t) get_group_id (2) * get_num_groups (0) + block) * (n_columns + 1)) + column) * k + lane] = sum;
}

/* Sums of the distances of four samples a lane to the rows of a segment, which all are of one cluster: [segment][sample
 * stride]. Rows lie sorted by cluster; each cluster is filled up to a multiple of four with rows of weight 0. */
__kernel __attribute__ ((reqd_work_group_size (LANES, 1, 1))) void
spreads (__global const float *samples, uint sample_stride, uint first_sample, __global const float *points, __global const float *weights,
         uint stride, uint n_columns, __global const uint2 *segments, uint first_segment, uint out_stride, __global float *out)
{
  uint first = get_global_id (0) * 4;
  uint2 segment = segments[first_segment + get_group_id (1)];
  __global const float4 *x = (__global const float4 *) (samples + first_sample + first);
  float4 total = 0;

  for (uint row = segment.s0; row < segment.s1; row += 4)
    {
      __global const float4 *y = (__global const float4 *) (points + row);
      float4 sums[4] = { 0, 0, 0, 0 }, weight = vload4 (0, weights + row), difference;
      for (uint column = 0; column < n_columns; column++)
        {
          float4 sample = x[(size_t) column * sample_stride / 4], point = y[(size_t) column * stride / 4];
#define ADD(i, s) difference = sample - point.s; sums[i] += difference * difference;
          FOUR (ADD)
#undef ADD
        }
#define ADD(i, s) total += weight.s * sqrt (sums[i]);
      FOUR (ADD)
#undef ADD
    }
  vstore4 (total, 0, out + (size_t) get_group_id (1) * out_stride + first);
}
