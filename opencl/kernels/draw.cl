/* The draws of ../wh-draw.h in OpenCL C, word for word: Philox4x32-10. */
INLINE uint4
draw_cell (uint column, uint draw, uint profile, uint2 seed)
{
  uint4 x = (uint4) (column, draw, profile, 0);
  uint key_low = seed.s0, key_high = seed.s1;

  for (int i = 0; i < 10; i++)
    {
      uint a_high = mul_hi (x.s0, 0xD2511F53u), a_low = x.s0 * 0xD2511F53u;
      uint b_high = mul_hi (x.s2, 0xCD9E8D57u), b_low = x.s2 * 0xCD9E8D57u;
      x = (uint4) (b_high ^ x.s1 ^ key_low, b_low, a_high ^ x.s3 ^ key_high, a_low);
      key_low += 0x9E3779B9u;
      key_high += 0xBB67AE85u;
    }
  return x;
}

INLINE float
draw_uniform (uint word)
{
  return ((float) (word >> 8) + 0.5f) * 0x1p-24f;
}

INLINE float
draw_factor (uint4 cell, float sigma)
{
  float z = sqrt (-2 * log (draw_uniform (cell.s0))) * cos (6.2831853f * draw_uniform (cell.s1));

  return exp (sigma * z - 0.5f * sigma * sigma);
}

INLINE float
draw_amount (float estimate, float low, float high, uint column, uint draw, uint profile, uint2 seed, float sigma)
{
  uint4 cell = draw_cell (column, draw, profile, seed);

  return low < high ? low + (high - low) * draw_uniform (cell.s0) : estimate * draw_factor (cell, sigma);
}
