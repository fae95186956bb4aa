/* First all amounts of the profiles in use are drawn, [profile][column][draw], then the pairs read theirs: neighbouring lanes
 * are neighbouring draws in both. */
__kernel __attribute__ ((reqd_work_group_size (LANES, 1, 1))) void
draw_amounts (__global const float *estimates, __global const float *lows, __global const float *highs, __global const ulong *masks,
              __global const uint *numbers, uint n_columns, uint first_draw, uint stride, uint2 seed, float sigma,
              __global float *out)
{
  uint draw = get_global_id (0), column = get_group_id (1), profile = get_group_id (2), cell = profile * n_columns + column;

  out[(size_t) cell * stride + draw]
      = masks[profile] >> column & 1
            ? draw_amount (estimates[cell], lows[cell], highs[cell], column, first_draw + draw, numbers[profile], seed, sigma)
            : 0;
}

/* p log2 (p / m) + q log2 (q / m), as `divergence`. */
INLINE float
divergence_of_draw (float p, float q)
{
  float r = 2 / (p + q);

  return (p > TINY ? p * log2 (p * r) : 0) + (q > TINY ? q * log2 (q * r) : 0);
}

INLINE float
jensen_shannon_of_draw (__global const float *a, __global const float *b, uint stride, ulong mask, uint n_columns)
{
  float sum_a = 0, sum_b = 0, sum = 0;

  for (uint column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      {
        sum_a += a[column * stride];
        sum_b += b[column * stride];
      }
  for (uint column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      sum += divergence_of_draw (a[column * stride] / sum_a, b[column * stride] / sum_b);
  return sum_a > 0 && sum_b > 0 ? sqrt (fmax (sum / 2, 0.0f)) : NAN;
}

/* 1 - A / sqrt (B C) of the amounts' roots (Hellinger) or of the amounts (cosine). */
INLINE float
angle_of_draw (__global const float *a, __global const float *b, uint stride, ulong mask, uint n_columns, int roots)
{
  float product = 0, sum_a = 0, sum_b = 0;

  for (uint column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      {
        float x = a[column * stride], y = b[column * stride];
        product += roots ? sqrt (x) * sqrt (y) : x * y;
        sum_a += roots ? x : x * x;
        sum_b += roots ? y : y * y;
      }
  return sum_a > 0 && sum_b > 0 ? fmax (1 - product / (sqrt (sum_a) * sqrt (sum_b)), 0.0f) : NAN;
}

/* pairs: places among the profiles in use. out [pair][stride]. */
__kernel __attribute__ ((reqd_work_group_size (LANES, 1, 1))) void
draw_distances (int metric, __global const float *amounts, __global const ulong *masks, __global const uint2 *pairs, uint n_columns,
                uint stride, __global float *out)
{
  uint draw = get_global_id (0), pair = get_group_id (1);
  uint2 sides = pairs[pair];
  ulong mask = masks[sides.s0] & masks[sides.s1];
  __global const float *a = amounts + (size_t) sides.s0 * n_columns * stride + draw;
  __global const float *b = amounts + (size_t) sides.s1 * n_columns * stride + draw;
  float distance;

  if (popcount (mask) < MIN_SHARED)
    distance = NAN;
  else if (metric == JENSEN_SHANNON)
    distance = jensen_shannon_of_draw (a, b, stride, mask, n_columns);
  else
    distance = angle_of_draw (a, b, stride, mask, n_columns, metric == HELLINGER);
  out[(size_t) pair * stride + draw] = metric == HELLINGER ? sqrt (distance) : distance;
}
