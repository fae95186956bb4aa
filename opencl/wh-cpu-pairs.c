/* Every pair of rows once: sixteen rows at a time against all that come after them. */
#include <math.h>
#include <string.h>

#include "wh-cpu-private.h"

#define MOST_TURNS 16  /* of tiles, in single precision before it would lose digits */

typedef struct _Walk Walk;

/* What is done with n rows and sixteen others; far [n][16] is INFINITY where there is no pair or no distance. */
typedef void (*Visit) (const Walk *walk, guint thread, guint n, const guint32 *rows, const guint32 *others, const float *fars);

struct _Walk {
  const WhCpu    *cpu;
  const WhMatrix *matrix;
  Visit           visit;
  float          *distances;    /* of wh_cpu_distances */
  gsize           n_bins;       /* of wh_cpu_pairs: at least one, and one more for what is no pair */
  float           bins_per_unit;
  guint64        *histograms;   /* per thread WH_CPU_HISTOGRAMS of them */
  WhCpuSums      *sums;         /* per thread */
};

/* The rows of a block as queries of a group. */
typedef struct {
  guint     n;                                          /* rows of the block */
  gboolean  whole;                                      /* all of them tested all that the group did */
  gboolean  known[WH_MATRIX_BLOCK];                     /* shares enough */
  WhCpuPart parts[WH_MATRIX_BLOCK];
  float     packed[WH_ENGINE_COLUMNS * 2 * WH_MATRIX_BLOCK];   /* tile after tile of [column][tile] */
} Rows;

static void
read_row (const WhGroup *group, gsize block, guint lane, float *out)
{
  for (guint i = 0; i < group->n_columns; i++)
    out[group->columns[i]] = group->features[(block * group->n_columns + i) * WH_MATRIX_BLOCK + lane];
}

static void
pack (Rows *rows, const WhGroup *group, guint width)
{
  memset (rows->packed, 0, sizeof rows->packed);
  for (guint lane = 0; lane < rows->n; lane++)
    for (guint i = 0; i < group->n_columns; i++)
      rows->packed[lane / width * width * group->n_columns + i * width + lane % width] = rows->parts[lane].features[i];
}

static void
rows_init (Rows *rows, const Walk *walk, const WhGroup *from, gsize block, const WhGroup *group)
{
  WhMetric metric = walk->matrix->metric;

  rows->n = (guint) MIN (WH_MATRIX_BLOCK, from->n_rows - block * WH_MATRIX_BLOCK);
  rows->whole = TRUE;
  for (guint lane = 0; lane < rows->n; lane++)
    {
      float features[WH_ENGINE_COLUMNS] = { 0 };
      guint64 mask = walk->matrix->masks[from->rows[block * WH_MATRIX_BLOCK + lane]];
      read_row (from, block, lane, features);
      rows->known[lane] = wh_cpu_part (group, metric, features, mask, &rows->parts[lane]);
      rows->whole &= rows->known[lane] && wh_cpu_is_whole (group, metric, &rows->parts[lane]);
    }
  if (rows->whole)
    pack (rows, group, walk->cpu->path->tile);
}

/* INFINITY for what is no pair: rows that fill up, rows up to the row itself, and those that share too few columns. */
static void
strike_out (const Walk *walk, guint32 row, const WhGroup *group, gsize block, guint first_lane, float *fars)
{
  const guint32 *others = group->rows + block * WH_MATRIX_BLOCK;
  guint n = (guint) MIN (WH_MATRIX_BLOCK, group->n_rows - block * WH_MATRIX_BLOCK);

  for (guint lane = 0; lane < first_lane; lane++)
    fars[lane] = INFINITY;
  for (guint lane = n; lane < WH_MATRIX_BLOCK; lane++)
    fars[lane] = INFINITY;
  for (guint lane = first_lane; group->tested && lane < n; lane++)
    if (__builtin_popcountll (walk->matrix->masks[row] & walk->matrix->masks[others[lane]]) < WH_ENGINE_MIN_SHARED)
      fars[lane] = INFINITY;
}

static void
walk_whole (const Walk *walk, guint thread, const Rows *rows, const guint32 *ids, const WhGroup *group, gsize block, gboolean own)
{
  guint width = walk->cpu->path->tile;
  gboolean full = !own && (block + 1) * WH_MATRIX_BLOCK <= group->n_rows;
  float fars[WH_CPU_TILE * WH_MATRIX_BLOCK];

  for (guint first = 0; first < rows->n; first += width)
    {
      guint n = MIN (width, rows->n - first);
      walk->cpu->path->products (group->features, group->n_columns, block, rows->packed + first * group->n_columns, fars);
      for (guint i = 0; i < n * WH_MATRIX_BLOCK; i++)
        fars[i] = 1 - fars[i];
      for (guint i = 0; !full && i < n; i++)
        strike_out (walk, ids[first + i], group, block, own ? first + i + 1 : 0, fars + i * WH_MATRIX_BLOCK);
      walk->visit (walk, thread, n, ids + first, group->rows + block * WH_MATRIX_BLOCK, fars);
    }
}

static void
walk_parts (const Walk *walk, guint thread, const Rows *rows, const guint32 *ids, const WhGroup *group, gsize block, gboolean own)
{
  float fars[WH_MATRIX_BLOCK];

  for (guint i = 0; i < rows->n; i++)
    if (rows->known[i])
      {
        walk->cpu->path->far[walk->matrix->metric](group, block, &rows->parts[i], fars);
        strike_out (walk, ids[i], group, block, own ? i + 1 : 0, fars);
        walk->visit (walk, thread, 1, ids + i, group->rows + block * WH_MATRIX_BLOCK, fars);
      }
}

static void
walk_block (gpointer data, gsize item, guint thread)
{
  const Walk *walk = data;
  guint index = 0;
  const WhGroup *from;
  g_autofree Rows *rows = g_new (Rows, 1);

  for (; item >= walk->matrix->groups[index].n_blocks; index++)
    item -= walk->matrix->groups[index].n_blocks;
  from = &walk->matrix->groups[index];
  for (guint i = index; i < walk->matrix->n_groups; i++)
    {
      const WhGroup *group = &walk->matrix->groups[i];
      gboolean own = i == index;
      rows_init (rows, walk, from, item, group);
      for (gsize block = own ? item : 0; block < group->n_blocks; block++)
        (rows->whole ? walk_whole : walk_parts) (walk, thread, rows, from->rows + item * WH_MATRIX_BLOCK, group, block,
                                                 own && block == item);
    }
}

static WhRun
walk_all (Walk *walk, GCancellable *cancellable)
{
  gsize n_blocks = 0;

  for (guint i = 0; i < walk->matrix->n_groups; i++)
    n_blocks += walk->matrix->groups[i].n_blocks;
  return wh_workers_run (walk->cpu->workers, n_blocks, walk_block, walk, cancellable) ? WH_RUN_DONE : WH_RUN_CANCELLED;
}

/* -- sums and histogram -- */

static void
flush (WhCpuSums *sums)
{
  for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
    {
      sums->sum += sums->sums[lane];
      sums->sum_squares += sums->squares[lane];
      sums->sums[lane] = sums->squares[lane] = 0;
    }
  sums->turns = 0;
}

static void
count (const Walk *walk, guint thread, guint n, const guint32 *rows, const guint32 *others, const float *fars)
{
  WhCpuSums *sums = &walk->sums[thread];

  walk->cpu->path->measure (fars, n, walk->matrix->metric != WH_METRIC_COSINE, walk->bins_per_unit, (gint32) walk->n_bins,
                            walk->histograms + thread * WH_CPU_HISTOGRAMS * (walk->n_bins + 1), sums);
  if (++sums->turns == MOST_TURNS)
    flush (sums);
}

static void
add_up (const Walk *walk, guint n_threads, gsize n_bins, guint64 *histogram, WhPairSums *out_sums)
{
  *out_sums = (WhPairSums) { 0 };
  if (n_bins)
    memset (histogram, 0, n_bins * sizeof *histogram);
  for (guint thread = 0; thread < n_threads; thread++)
    {
      flush (&walk->sums[thread]);
      out_sums->sum += walk->sums[thread].sum;
      out_sums->sum_squares += walk->sums[thread].sum_squares;
    }
  for (guint i = 0; i < n_threads * WH_CPU_HISTOGRAMS; i++)
    for (gsize bin = 0; bin < walk->n_bins; bin++)
      {
        guint64 n = walk->histograms[i * (walk->n_bins + 1) + bin];
        out_sums->n_pairs += n;
        if (n_bins)
          histogram[bin] += n;
      }
}

WhRun
wh_cpu_pairs (gpointer state, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram, WhPairSums *out_sums,
              GCancellable *cancellable)
{
  const WhCpu *cpu = state;
  guint threads = wh_workers_count (cpu->workers);
  Walk walk = { .cpu = cpu, .matrix = matrix, .visit = count, .n_bins = MAX (1, n_bins), .bins_per_unit = n_bins ? 1 / bin_width : 0 };
  g_autofree guint64 *histograms = walk.histograms = g_new0 (guint64, threads * WH_CPU_HISTOGRAMS * (walk.n_bins + 1));
  g_autofree WhCpuSums *sums = walk.sums = g_new0 (WhCpuSums, threads);
  WhRun run = walk_all (&walk, cancellable);

  add_up (&walk, threads, n_bins, histogram, out_sums);
  return run;
}

/* -- all distances -- */

static void
keep (const Walk *walk, guint thread, guint n, const guint32 *rows, const guint32 *others, const float *fars)
{
  gsize n_rows = walk->matrix->n_rows;

  for (guint i = 0; i < n * WH_MATRIX_BLOCK; i++)
    if (fars[i] < INFINITY)
      {
        gsize row = rows[i / WH_MATRIX_BLOCK], other = others[i % WH_MATRIX_BLOCK];
        walk->distances[row * n_rows + other] = walk->distances[other * n_rows + row] = wh_cpu_distance (walk->matrix->metric, fars[i]);
      }
}

WhRun
wh_cpu_distances (gpointer state, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable)
{
  Walk walk = { .cpu = state, .matrix = matrix, .visit = keep, .distances = out_distances };
  gsize n = matrix->n_rows;

  for (gsize i = 0; i < n * n; i++)
    out_distances[i] = NAN;
  for (gsize row = 0; row < n; row++)
    out_distances[row * n + row] = 0;
  return walk_all (&walk, cancellable);
}
