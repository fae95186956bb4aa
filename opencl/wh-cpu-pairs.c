/* Every pair of rows once: sixteen rows at a time against all that come after them. */
#include <math.h>
#include <string.h>

#include "wh-cpu-private.h"

typedef struct _Walk Walk;

/* What is done with a row and sixteen others; far is INFINITY where there is no pair or no distance. */
typedef void (*Visit) (const Walk *walk, guint thread, guint32 row, const guint32 *others, const float *fars);

struct _Walk {
  const WhCpu    *cpu;
  const WhMatrix *matrix;
  Visit           visit;
  float          *distances;    /* of wh_cpu_distances */
  gsize           n_bins;       /* of wh_cpu_pairs: at least one, and one more for what is no pair */
  float           bins_per_unit;
  guint64        *histograms;   /* per thread */
  WhPairSums     *sums;         /* per thread */
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
finish (const Walk *walk, guint thread, guint32 row, const WhGroup *group, gsize block, guint first_lane, float *fars)
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
  walk->visit (walk, thread, row, others, fars);
}

static void
walk_whole (const Walk *walk, guint thread, const Rows *rows, const guint32 *ids, const WhGroup *group, gsize block, gboolean own)
{
  guint width = walk->cpu->path->tile;
  float products[WH_CPU_TILE * WH_MATRIX_BLOCK];

  for (guint first = 0; first < rows->n; first += width)
    {
      walk->cpu->path->products (group->features, group->n_columns, block, rows->packed + first * group->n_columns, products);
      for (guint i = 0; i < MIN (width, rows->n - first); i++)
        {
          float *fars = products + i * WH_MATRIX_BLOCK;
          for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
            fars[lane] = 1 - fars[lane];
          finish (walk, thread, ids[first + i], group, block, own ? first + i + 1 : 0, fars);
        }
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
        finish (walk, thread, ids[i], group, block, own ? i + 1 : 0, fars);
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

/* Without a branch per pair: what is no pair counts in a bin of its own. */
static void
count (const Walk *walk, guint thread, guint32 row, const guint32 *others, const float *fars)
{
  const gboolean is_root = walk->matrix->metric != WH_METRIC_COSINE;
  const float last = (float) walk->n_bins - 1, scale = walk->bins_per_unit;
  guint64 *histogram = walk->histograms + thread * (walk->n_bins + 1);
  float distances[WH_MATRIX_BLOCK], sum = 0, squares = 0;
  gint32 bins[WH_MATRIX_BLOCK];

  for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
    {
      float far = fars[lane] < INFINITY ? MAX (0, fars[lane]) : 0, distance = is_root ? sqrtf (far) : far;
      gint32 bin = (gint32) MIN (distance * scale, last);
      distances[lane] = distance;
      bins[lane] = fars[lane] < INFINITY ? bin : (gint32) walk->n_bins;
    }
  for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
    {
      sum += distances[lane];
      squares += distances[lane] * distances[lane];
      histogram[bins[lane]]++;
    }
  walk->sums[thread].sum += sum;
  walk->sums[thread].sum_squares += squares;
}

WhRun
wh_cpu_pairs (gpointer state, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram, WhPairSums *out_sums,
              GCancellable *cancellable)
{
  const WhCpu *cpu = state;
  guint threads = wh_workers_count (cpu->workers);
  Walk walk = { .cpu = cpu, .matrix = matrix, .visit = count, .n_bins = MAX (1, n_bins), .bins_per_unit = n_bins ? 1 / bin_width : 0 };
  g_autofree guint64 *histograms = walk.histograms = g_new0 (guint64, threads * (walk.n_bins + 1));
  g_autofree WhPairSums *sums = walk.sums = g_new0 (WhPairSums, threads);
  WhRun run = walk_all (&walk, cancellable);

  *out_sums = (WhPairSums) { 0 };
  for (gsize bin = 0; bin < n_bins; bin++)
    histogram[bin] = 0;
  for (guint thread = 0; thread < threads; thread++)
    {
      out_sums->sum += sums[thread].sum;
      out_sums->sum_squares += sums[thread].sum_squares;
      for (gsize bin = 0; bin < walk.n_bins; bin++)
        {
          guint64 n = histograms[thread * (walk.n_bins + 1) + bin];
          out_sums->n_pairs += n;
          if (n_bins)
            histogram[bin] += n;
        }
    }
  return run;
}

/* -- all distances -- */

static void
keep (const Walk *walk, guint thread, guint32 row, const guint32 *others, const float *fars)
{
  gsize n = walk->matrix->n_rows;

  for (guint lane = 0; lane < WH_MATRIX_BLOCK; lane++)
    if (fars[lane] < INFINITY)
      walk->distances[row * n + others[lane]] = walk->distances[others[lane] * n + row]
          = wh_cpu_distance (walk->matrix->metric, fars[lane]);
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
