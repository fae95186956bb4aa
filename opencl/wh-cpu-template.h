/* wh-cpu-template.h: the kernels, written once and compiled per instruction set. The includer defines
 *   PATH_NAME, PATH_SYMBOL   "cpu-avx2", wh_cpu_avx2
 *   PATH_USABLE              a function that asks the processor
 *   LANES                    floats of a register
 *   TILE                     queries at once: TILE x 16 / LANES sums must stay in registers
 *   MULTIPLY_QUADS(s, a, b)  to the two halves of sixteen bits of each lane of s, adds the products of two unsigned bytes of a and two
 *                            signed ones of b; sums may wrap around, the pairs of products do not
 *   SUM_HALVES(s)            the two halves of s, signed, added up
 *   AT_LEAST(a, b)           a bit for each lane of `a` that is at least that of `b`, the first lowest
 *   IN_REGISTER(v)           keeps the compiler from loading all queries first, which leaves no registers for the sums
 * Vectors are the compiler's; they are as wide as the registers, since wider ones are kept on the stack. Sums run over the
 * columns in the same order in every path; those with fused multiply-add round once less. No #pragma once: it is a body. */
#include <math.h>
#include <string.h>

#include "wh-cpu-private.h"

typedef float V __attribute__ ((vector_size (LANES * 4), may_alias));
typedef guint16 Vs __attribute__ ((vector_size (LANES * 4), may_alias));   /* they wrap around, which signed ones must not */
typedef gint32 Vi __attribute__ ((vector_size (LANES * 4), may_alias));

#define PARTS (WH_MATRIX_BLOCK / LANES)
#define EACH_PART _Pragma ("GCC unroll 16") for (guint part = 0; part < PARTS; part++)
#define EACH_QUERY _Pragma ("GCC unroll 16") for (guint query = 0; query < TILE; query++)
#define INLINE static inline __attribute__ ((always_inline))

INLINE V
splat (float value)
{
  return value - (V) { 0 };
}

INLINE Vi
splat_int (gint32 value)
{
  return value - (Vi) { 0 };
}

/* Dot products of a block and a tile. */
INLINE void
multiply (const float *block, gsize n_columns, const float *queries, V sums[TILE][PARTS])
{
  const V *values = (const V *) block;

  EACH_QUERY EACH_PART sums[query][part] = (V) { 0 };
  for (gsize column = 0; column < n_columns; column++, values += PARTS, queries += TILE)
    {
      V row[PARTS];
      EACH_PART row[part] = values[part];
      EACH_QUERY
      {
        V value = splat (queries[query]);
        EACH_PART sums[query][part] += row[part] * value;
      }
    }
}

/* What the sums of a query's steps and a block's bytes say of the rows; a bit for each that reaches the threshold. */
INLINE guint32
estimate (const Vi sums[PARTS], const V *lifts, const WhCpuBatch *batch, guint query, V out_estimates[PARTS])
{
  V scale = splat (batch->scales[query]), threshold = splat (batch->thresholds[query]);
  guint32 reached = 0;

  EACH_PART
  {
    out_estimates[part] = __builtin_convertvector (SUM_HALVES (sums[part]), V) * scale + lifts[part];
    reached |= (guint32) AT_LEAST (out_estimates[part], threshold) << part * LANES;
  }
  return reached;
}

static void
scan (const WhCoarse *coarse, gsize from, gsize to, const WhCpuBatch *batch, WhCpuHit hit, gpointer data)
{
  for (gsize block = from; block < to; block++)
    {
      const Vi *bytes = (const Vi *) coarse->bytes + block * coarse->n_quads * PARTS;
      Vi sums[TILE][PARTS];
      EACH_QUERY EACH_PART sums[query][part] = splat_int (batch->offsets[query]);
      for (gsize quad = 0; quad < coarse->n_quads; quad++, bytes += PARTS)
        {
          Vi row[PARTS];
          EACH_PART row[part] = bytes[part];
          EACH_QUERY
          {
            Vi steps = splat_int (batch->steps[quad * TILE + query]);
            EACH_PART sums[query][part] = MULTIPLY_QUADS (sums[query][part], row[part], steps);
            EACH_PART IN_REGISTER (sums[query][part]);
          }
        }
      EACH_QUERY
      {
        V estimates[PARTS];
        guint32 reached = estimate (sums[query], (const V *) coarse->lifts + block * PARTS, batch, query, estimates);
        if (G_UNLIKELY (reached))
          hit (data, query, block, reached, (const float *) estimates);
      }
    }
}

static void
scan_one (const WhCoarse *coarse, gsize from, gsize to, const WhCpuBatch *batch, WhCpuHit hit, gpointer data)
{
  const Vi *bytes = (const Vi *) coarse->bytes + from * coarse->n_quads * PARTS;

  for (gsize block = from; block < to; block++)
    {
      Vi sums[PARTS];
      V estimates[PARTS];
      guint32 reached;
      EACH_PART sums[part] = splat_int (batch->offsets[0]);
      for (gsize quad = 0; quad < coarse->n_quads; quad++, bytes += PARTS)
        {
          Vi steps = splat_int (batch->steps[quad]);
          EACH_PART sums[part] = MULTIPLY_QUADS (sums[part], bytes[part], steps);
        }
      reached = estimate (sums, (const V *) coarse->lifts + block * PARTS, batch, 0, estimates);
      if (G_UNLIKELY (reached))
        hit (data, 0, block, reached, (const float *) estimates);
    }
}

static float
dot (const float *a, const float *b, gsize n)
{
  float sums[WH_MATRIX_STRIDE] = { 0 }, sum = 0;

  for (gsize i = 0; i < n; i += WH_MATRIX_STRIDE)
    for (guint lane = 0; lane < WH_MATRIX_STRIDE; lane++)
      sums[lane] += a[i + lane] * b[i + lane];
  for (guint lane = 0; lane < WH_MATRIX_STRIDE; lane++)
    sum += sums[lane];
  return sum;
}

static void
products (const float *features, gsize n_columns, gsize block, const float *queries, float *out_products)
{
  V sums[TILE][PARTS];

  multiply (features + block * n_columns * WH_MATRIX_BLOCK, n_columns, queries, sums);
  memcpy (out_products, sums, sizeof sums);
}

/* -- far, by metric -- */

#define CELLS(group, block, place) (((block) * (group)->n_columns + (place)) * WH_MATRIX_BLOCK)

/* 1 − Σ a q / sqrt (Σ a² · Σ q²) over the shared columns; the part's features have length one already, but for what a row of a
 * mixed group did not test. */
static void
far_angular (const WhGroup *group, gsize block, const WhCpuPart *part_, float *out_far)
{
  V sums[PARTS], rows[PARTS], queries[PARTS];
  float product[WH_MATRIX_BLOCK], row[WH_MATRIX_BLOCK], query[WH_MATRIX_BLOCK];

  EACH_PART sums[part] = rows[part] = queries[part] = (V) { 0 };
  for (guint i = 0; i < part_->n; i++)
    {
      gsize cells = CELLS (group, block, part_->places[i]);
      const V *values = (const V *) (group->features + cells);
      const V *tested = group->tested ? (const V *) (group->tested + cells) : NULL;
      V value = splat (part_->features[i]), square = value * value;
      EACH_PART
      {
        sums[part] += values[part] * value;
        rows[part] += values[part] * values[part];
        queries[part] += tested ? (V) (tested[part] * square) : square;
      }
    }
  memcpy (product, sums, sizeof product);
  memcpy (row, rows, sizeof row);
  memcpy (query, queries, sizeof query);
  for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
    out_far[lane] = row[lane] > 0 && query[lane] > 0 ? 1 - product[lane] / sqrtf (row[lane] * query[lane]) : INFINITY;
}

/* Σ D² − (Σ D)² / n of the differences D of log-ratios over the shared columns. */
static void
far_aitchison (const WhGroup *group, gsize block, const WhCpuPart *part_, float *out_far)
{
  V sums[PARTS], squares[PARTS], counts[PARTS];
  float sum[WH_MATRIX_BLOCK], square[WH_MATRIX_BLOCK], count[WH_MATRIX_BLOCK];

  EACH_PART sums[part] = squares[part] = counts[part] = (V) { 0 };
  for (guint i = 0; i < part_->n; i++)
    {
      gsize cells = CELLS (group, block, part_->places[i]);
      const V *values = (const V *) (group->features + cells);
      const V *tested = group->tested ? (const V *) (group->tested + cells) : NULL;
      EACH_PART
      {
        V there = tested ? tested[part] : splat (1);
        V difference = (values[part] - part_->features[i]) * there;
        sums[part] += difference;
        squares[part] += difference * difference;
        counts[part] += there;
      }
    }
  memcpy (sum, sums, sizeof sum);
  memcpy (square, squares, sizeof square);
  memcpy (count, counts, sizeof count);
  for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
    out_far[lane] = count[lane] >= WH_ENGINE_MIN_SHARED ? fmaxf (0, square[lane] - sum[lane] * sum[lane] / count[lane]) : INFINITY;
}

/* log2 within 1e-7 of x > 0: the exponent, and of the rest the series of atanh. Branches nowhere, so loops over lanes become
 * vectors. */
INLINE float
log_two (float x)
{
  union { float f; gint32 i; } bits = { x }, rest;
  gint32 exponent = (bits.i - 0x3f3504f3) >> 23;
  float s, s2;

  rest.i = bits.i - (gint32) ((guint32) exponent << 23);
  s = (rest.f - 1) / (rest.f + 1);
  s2 = s * s;
  return (float) exponent + s * (2.8853900818f + s2 * (0.9617966939f + s2 * (0.5770780164f + s2 * (0.4121985831f + s2 * 0.3205988979f))));
}

/* x log2 x, 0 at 0. */
INLINE float
x_log_x (float x)
{
  return x * log_two (fmaxf (x, 1e-30f));
}

/* ½ Σ (h(p) + h(q) − h(p + q) + p + q), h(x) = x log2 x: each column's part is at least 0 and small where p and q are close, so
 * that little is lost by cancelling. First the sums over what is shared. */
static void
far_jensen_shannon (const WhGroup *group, gsize block, const WhCpuPart *part_, float *out_far)
{
  float rows[WH_MATRIX_BLOCK] = { 0 }, queries[WH_MATRIX_BLOCK] = { 0 }, totals[WH_MATRIX_BLOCK] = { 0 };

  for (guint i = 0; i < part_->n; i++)
    {
      gsize cells = CELLS (group, block, part_->places[i]);
      for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
        {
          rows[lane] += group->features[cells + lane];
          queries[lane] += group->tested ? group->tested[cells + lane] * part_->features[i] : part_->features[i];
        }
    }
  for (guint i = 0; i < part_->n; i++)
    {
      gsize cells = CELLS (group, block, part_->places[i]);
      for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
        {
          float there = group->tested ? group->tested[cells + lane] : 1;
          float p = group->features[cells + lane] / fmaxf (rows[lane], 1e-30f);
          float q = there * part_->features[i] / fmaxf (queries[lane], 1e-30f);
          totals[lane] += x_log_x (p) + x_log_x (q) - x_log_x (p + q) + p + q;
        }
    }
  for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
    out_far[lane] = rows[lane] > 0 && queries[lane] > 0 ? fmaxf (0, totals[lane] / 2) : INFINITY;
}

/* Without a branch per pair. */
static void
measure (const float *fars, guint n, gboolean is_root, float bins_per_unit, gint32 n_bins, guint64 *histograms, WhCpuSums *sums)
{
  float distances[WH_CPU_TILE * WH_MATRIX_BLOCK];
  gint32 bins[WH_CPU_TILE * WH_MATRIX_BLOCK];
  const float last = (float) (n_bins - 1);
  const gsize n_pairs = n * WH_MATRIX_BLOCK, size = (gsize) n_bins + 1;
  guint64 *first = histograms, *second = first + size, *third = second + size, *fourth = third + size;

  for (gsize i = 0; i < n_pairs; i++)
    distances[i] = fars[i] < INFINITY && fars[i] > 0 ? fars[i] : 0;
  for (gsize i = 0; is_root && i < n_pairs; i++)
    distances[i] = sqrtf (distances[i]);
  for (gsize i = 0; i < n_pairs; i++)
    {
      float place = distances[i] * bins_per_unit;
      gint32 bin = (gint32) (place < last ? place : last);
      bins[i] = fars[i] < INFINITY ? bin : n_bins;
    }
  for (gsize i = 0; i < n_pairs; i += WH_CPU_HISTOGRAMS)
    {
      first[bins[i]]++;
      second[bins[i + 1]]++;
      third[bins[i + 2]]++;
      fourth[bins[i + 3]]++;
    }
  for (gsize i = 0; i < n_pairs; i += WH_MATRIX_BLOCK)
    for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
      {
        sums->sums[lane] += distances[i + lane];
        sums->squares[lane] += distances[i + lane] * distances[i + lane];
      }
}

/* -- clusters -- */

static void
assign (const float *points, gsize n_columns, gsize block, const float *centres, const float *halves, guint n_tiles, guint32 *out_centres)
{
  V best[PARTS];
  Vi labels[PARTS];

  EACH_PART
  {
    best[part] = splat (INFINITY);
    labels[part] = (Vi) { 0 };
  }
  for (guint tile = 0; tile < n_tiles; tile++, centres += n_columns * TILE)
    {
      V sums[TILE][PARTS];
      multiply (points + block * n_columns * WH_MATRIX_BLOCK, n_columns, centres, sums);
      EACH_QUERY EACH_PART
      {
        V score = splat (halves[tile * TILE + query]) - sums[query][part];
        Vi nearer = score < best[part];
        best[part] = (V) ((nearer & (Vi) score) | (~nearer & (Vi) best[part]));
        labels[part] = (nearer & ((gint32) (tile * TILE + query) - (Vi) { 0 })) | (~nearer & labels[part]);
      }
    }
  memcpy (out_centres, labels, sizeof labels);
}

static double
spread (const float *points, gsize n_columns, gsize from, gsize to, const float *point)
{
  double total = 0;

  for (gsize block = from / WH_MATRIX_BLOCK; block * WH_MATRIX_BLOCK < to; block++)
    {
      const V *values = (const V *) (points + block * n_columns * WH_MATRIX_BLOCK);
      V squares[PARTS];
      float square[WH_MATRIX_BLOCK], sum = 0;
      gsize first = MAX (from, block * WH_MATRIX_BLOCK) % WH_MATRIX_BLOCK, n = MIN (WH_MATRIX_BLOCK, to - block * WH_MATRIX_BLOCK);
      EACH_PART squares[part] = (V) { 0 };
      for (gsize column = 0; column < n_columns; column++, values += PARTS)
        EACH_PART
        {
          V difference = values[part] - splat (point[column]);
          squares[part] += difference * difference;
        }
      memcpy (square, squares, sizeof square);
      for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
        square[lane] = sqrtf (square[lane]);
      for (gsize lane = first; lane < n; lane++)
        sum += square[lane];
      total += sum;
    }
  return total;
}

/* -- moments: four rows' partial sums beside one another, so that the compiler may use vectors of doubles -- */

#define SLOTS 8

static void
moments (const double *x, const double *y, gsize n, WhMoments *out_moments)
{
  double counts[SLOTS] = { 0 }, xs[SLOTS] = { 0 }, ys[SLOTS] = { 0 }, xxs[SLOTS] = { 0 }, yys[SLOTS] = { 0 }, xys[SLOTS] = { 0 };
  WhMoments sums = { 0 };

  for (gsize first = 0; first < n; first += SLOTS)
    for (gsize slot = 0; slot < MIN (SLOTS, n - first); slot++)
      {
        double a = x[first + slot], b = y[first + slot], there = a == a && b == b;
        a = there != 0 ? a : 0;
        b = there != 0 ? b : 0;
        counts[slot] += there;
        xs[slot] += a;
        ys[slot] += b;
        xxs[slot] += a * a;
        yys[slot] += b * b;
        xys[slot] += a * b;
      }
  for (guint slot = 0; slot < SLOTS; slot++)
    {
      sums.n += counts[slot];
      sums.x += xs[slot];
      sums.y += ys[slot];
      sums.xx += xxs[slot];
      sums.yy += yys[slot];
      sums.xy += xys[slot];
    }
  *out_moments = sums;
}

const WhCpuPath PATH_SYMBOL = {
  .name = PATH_NAME,
  .usable = PATH_USABLE,
  .tile = TILE,
  .scan = scan,
  .scan_one = scan_one,
  .dot = dot,
  .products = products,
  .far = { far_angular, far_jensen_shannon, far_angular, far_aitchison },
  .measure = measure,
  .assign = assign,
  .spread = spread,
  .moments = moments,
};
