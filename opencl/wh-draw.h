/* wh-draw.h: the random draws of the bootstrap, the same on every engine: Philox4x32-10 (Salmon et al. 2011, "Parallel random
 * numbers: as easy as 1, 2, 3"), whose numbers depend on counter and key alone. kernels/draw.cl says the same in OpenCL C. */
#pragma once

#include <glib.h>
#include <math.h>

G_BEGIN_DECLS

typedef struct {
  guint32 word[4];
} WhDraw;

/* The draw of one cell: counter (column, draw, profile, 0), key the two halves of the seed. */
static inline WhDraw
wh_draw_cell (guint32 column, guint32 draw, guint32 profile, guint64 seed)
{
  WhDraw x = { { column, draw, profile, 0 } };
  guint32 key_low = (guint32) seed, key_high = (guint32) (seed >> 32);

  for (guint round = 0; round < 10; round++)
    {
      guint64 a = (guint64) x.word[0] * 0xD2511F53u, b = (guint64) x.word[2] * 0xCD9E8D57u;
      x = (WhDraw) { { (guint32) (b >> 32) ^ x.word[1] ^ key_low, (guint32) b, (guint32) (a >> 32) ^ x.word[3] ^ key_high, (guint32) a } };
      key_low += 0x9E3779B9u;
      key_high += 0xBB67AE85u;
    }
  return x;
}

/* 24 bits, never 0, whose logarithm is taken. */
static inline float
wh_draw_uniform (guint32 word)
{
  return ((float) (word >> 8) + 0.5f) * 0x1p-24f;
}

/* Lognormal with mean 1 (Box and Muller); sigma = sqrt (ln (1 + rsd²)). */
static inline float
wh_draw_factor (const WhDraw *draw, float sigma)
{
  float z = sqrtf (-2 * logf (wh_draw_uniform (draw->word[0]))) * cosf (6.2831853f * wh_draw_uniform (draw->word[1]));

  return expf (sigma * z - 0.5f * sigma * sigma);
}

/* An amount drawn from its interval, or around its estimate where that is a point. */
static inline float
wh_draw_amount (float estimate, float low, float high, guint32 column, guint32 draw, guint32 profile, guint64 seed, float sigma)
{
  WhDraw cell = wh_draw_cell (column, draw, profile, seed);

  return low < high ? low + (high - low) * wh_draw_uniform (cell.word[0]) : estimate * wh_draw_factor (&cell, sigma);
}

G_END_DECLS
