/* Sums of pairs of columns in double precision: a group takes two columns against two, its lanes the rows. */
#ifdef WH_DOUBLES
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

#define SUMS 6          /* n, x, y, xx, yy, xy */

INLINE void
add_moments (double x, double y, double *sums)
{
  int both = !isnan (x) && !isnan (y);
  double a = both ? x : 0, b = both ? y : 0;

  sums[0] += both;
  sums[1] += a;
  sums[2] += b;
  sums[3] += a * a;
  sums[4] += b * b;
  sums[5] += a * b;
}

/* columns [n_columns][stride], an even number of them. A group's tile (i, j) is the columns 2 i and 2 i + 1 against 2 j and
 * 2 j + 1: out [group][pair][SUMS], pairs in the order (2 i, 2 j), (2 i, 2 j + 1), (2 i + 1, 2 j), (2 i + 1, 2 j + 1). */
__kernel __attribute__ ((reqd_work_group_size (LANES, 1, 1))) void
moments (__global const double *columns, uint stride, uint n_rows, __global const uint2 *tiles, __global double *out)
{
  __local double scratch[LANES];
  uint lane = get_local_id (0);
  uint2 tile = tiles[get_group_id (0)];
  __global const double *x = columns + (size_t) tile.s0 * 2 * stride, *y = columns + (size_t) tile.s1 * 2 * stride;
  double sums[4 * SUMS];

  for (uint i = 0; i < 4 * SUMS; i++)
    sums[i] = 0;
  for (uint row = lane; row < n_rows; row += LANES)
#pragma unroll
    for (uint pair = 0; pair < 4; pair++)
      add_moments (x[(size_t) (pair / 2) * stride + row], y[(size_t) (pair % 2) * stride + row], sums + pair * SUMS);
  for (uint i = 0; i < 4 * SUMS; i++)
    {
      double sum = 0;
      barrier (CLK_LOCAL_MEM_FENCE);
      scratch[lane] = sums[i];
      barrier (CLK_LOCAL_MEM_FENCE);
      if (lane == 0)
        {
          for (uint other = 0; other < LANES; other++)
            sum += scratch[other];
          out[(size_t) get_group_id (0) * 4 * SUMS + i] = sum;
        }
    }
}
#endif
