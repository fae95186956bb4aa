/* The k smallest of each segment of a query's list of distances, k at most 32, equal ones by row; run again over what it left
 * until one segment is left. */
#define SEGMENT 2048
#define SIDE 8          /* LANES is SIDE x SIDE */

typedef struct {
  float distance;
  uint  row;
  uint  at;
} Candidate;

INLINE int
is_nearer (Candidate a, Candidate b)
{
  return a.distance < b.distance || (a.distance == b.distance && a.row < b.row);
}

/* The nearest of the lane's own values; what has been taken is NAN. */
INLINE Candidate
nearest_of_lane (__local const float *distances, __local const uint *rows)
{
  Candidate best = { INFINITY, UINT_MAX, 0 };

  for (uint i = get_local_id (0); i < SEGMENT; i += LANES)
    {
      Candidate candidate = { distances[i], rows[i], i };
      if (is_nearer (candidate, best))
        best = candidate;
    }
  return best;
}

INLINE Candidate
nearest_of_side (__local const Candidate *candidates)
{
  Candidate best = candidates[0];

  for (uint i = 1; i < SIDE; i++)
    if (is_nearer (candidates[i], best))
      best = candidates[i];
  return best;
}

/* distances [query][stride]; numbers the same of rows, NULL where the place is the row. Out: [query][segment][k], a distance of
 * INFINITY where there are fewer. */
__kernel __attribute__ ((reqd_work_group_size (LANES, 1, 1))) void
nearest (__global const float *distances, __global const uint *numbers, uint stride, uint n_values, __global const uint *excludes,
         uint k, __global float *out_distances, __global uint *out_rows)
{
  __local float values[SEGMENT];
  __local uint rows[SEGMENT];
  __local Candidate lanes[LANES], sides[SIDE];
  uint lane = get_local_id (0), query = get_group_id (1), first = get_group_id (0) * SEGMENT;
  size_t out = ((size_t) query * get_num_groups (0) + get_group_id (0)) * k;
  Candidate own, best;

  for (uint i = lane; i < SEGMENT; i += LANES)
    {
      size_t at = (size_t) query * stride + first + i;
      int there = first + i < n_values;
      uint row = there && numbers ? numbers[at] : first + i;
      values[i] = there && row != excludes[query] ? distances[at] : NAN;
      rows[i] = row;
    }
  own = nearest_of_lane (values, rows);   /* only what this lane wrote */
  for (uint i = 0; i < k; i++)
    {
      lanes[lane] = own;
      barrier (CLK_LOCAL_MEM_FENCE);
      if (lane < SIDE)
        sides[lane] = nearest_of_side (lanes + lane * SIDE);
      barrier (CLK_LOCAL_MEM_FENCE);
      best = nearest_of_side (sides);
      if (lane == 0)
        {
          out_distances[out + i] = best.distance;
          out_rows[out + i] = best.row;
        }
      if (lane == best.at % LANES)
        {
          values[best.at] = NAN;
          own = nearest_of_lane (values, rows);
        }
    }
}
