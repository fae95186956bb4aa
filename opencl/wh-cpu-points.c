/* Clusters and moments: tables of points and columns. */
#include <math.h>
#include <string.h>

#include "wh-cpu-private.h"

#define BLOCKS_AT_ONCE 64   /* of an item for a thread */

/* Points in blocks as a matrix keeps its rows: [block][column][16]; with an order, row i is points' row order[i]. */
static float *
make_blocks (const WhPoints *points, const guint32 *order, gsize n_rows)
{
  gsize n_blocks = (n_rows + WH_MATRIX_BLOCK - 1) / WH_MATRIX_BLOCK, n = points->n_columns;
  float *blocks = g_aligned_alloc0 (MAX (1, n_blocks * n * WH_MATRIX_BLOCK), sizeof (float), WH_MATRIX_ALIGN);

  for (gsize i = 0; i < n_rows; i++)
    {
      const float *from = points->values + (order ? order[i] : i) * n;
      float *to = blocks + i / WH_MATRIX_BLOCK * n * WH_MATRIX_BLOCK + i % WH_MATRIX_BLOCK;
      for (gsize column = 0; column < n; column++)
        to[column * WH_MATRIX_BLOCK] = from[column];
    }
  return blocks;
}

/* -- Lloyd's method -- */

typedef struct {
  const WhCpu    *cpu;
  const WhPoints *points;
  const float    *blocks;
  guint           k, n_tiles;
  gsize           n_blocks;
  double         *centres;    /* k x n_columns */
  float          *packed;     /* [tile][column][tile width] */
  float          *halves;     /* half the squared length of each centre, INFINITY for none */
  guint32        *labels;     /* n_blocks x 16 */
  guint32        *old_labels;
  double         *sums;       /* k x n_columns, of the rows with each label */
  gsize          *sizes;
} Lloyd;

static void
pack_centres (Lloyd *lloyd)
{
  guint width = lloyd->cpu->path->tile;
  gsize n = lloyd->points->n_columns;

  for (guint centre = 0; centre < lloyd->n_tiles * width; centre++)
    {
      double half = centre < lloyd->k ? 0 : INFINITY;
      for (gsize column = 0; column < n; column++)
        {
          float value = centre < lloyd->k ? (float) lloyd->centres[centre * n + column] : 0;
          lloyd->packed[(centre / width * n + column) * width + centre % width] = value;
          half += (double) value * value / 2;
        }
      lloyd->halves[centre] = (float) half;
    }
}

static void
assign_blocks (gpointer data, gsize item, guint thread)
{
  const Lloyd *lloyd = data;
  gsize from = item * BLOCKS_AT_ONCE, to = MIN (lloyd->n_blocks, from + BLOCKS_AT_ONCE);

  for (gsize block = from; block < to; block++)
    lloyd->cpu->path->assign (lloyd->blocks, lloyd->points->n_columns, block, lloyd->packed, lloyd->halves, lloyd->n_tiles,
                              lloyd->labels + block * WH_MATRIX_BLOCK);
}

static void
add_row (Lloyd *lloyd, gsize row, guint label, double sign)
{
  gsize n = lloyd->points->n_columns;
  const float *values = lloyd->points->values + row * n;
  double *sum = lloyd->sums + label * n;

  for (gsize column = 0; column < n; column++)
    sum[column] += sign * values[column];
  if (sign > 0)
    lloyd->sizes[label]++;
  else
    lloyd->sizes[label]--;
}

/* Sums follow the rows that moved: after a few rounds hardly any do. Whether any did. */
static gboolean
move_rows (Lloyd *lloyd)
{
  gboolean moved = FALSE;

  for (gsize row = 0; row < lloyd->points->n_rows; row++)
    {
      guint32 from = lloyd->old_labels[row], to = lloyd->labels[row];
      if (from == to)
        continue;
      if (from != G_MAXUINT32)
        add_row (lloyd, row, from, -1);
      add_row (lloyd, row, to, 1);
      lloyd->old_labels[row] = to;
      moved = TRUE;
    }
  return moved;
}

static double
squared_distance (const Lloyd *lloyd, gsize row, guint centre)
{
  gsize n = lloyd->points->n_columns;
  double sum = 0;

  for (gsize column = 0; column < n; column++)
    {
      double difference = lloyd->points->values[row * n + column] - lloyd->centres[centre * n + column];
      sum += difference * difference;
    }
  return sum;
}

/* The row that is farthest from its own centre and not alone there. */
static gsize
farthest_row (const Lloyd *lloyd)
{
  gsize farthest = 0;
  double largest = -1;

  for (gsize row = 0; row < lloyd->points->n_rows; row++)
    {
      guint32 label = lloyd->labels[row];
      double distance = lloyd->sizes[label] > 1 ? squared_distance (lloyd, row, label) : -1;
      if (distance > largest)
        {
          largest = distance;
          farthest = row;
        }
    }
  return farthest;
}

static void
move_centres (Lloyd *lloyd)
{
  gsize n = lloyd->points->n_columns;

  for (guint centre = 0; centre < lloyd->k; centre++)
    if (lloyd->sizes[centre] == 0)
      {
        gsize row = farthest_row (lloyd);
        add_row (lloyd, row, lloyd->labels[row], -1);
        add_row (lloyd, row, centre, 1);
        lloyd->labels[row] = lloyd->old_labels[row] = centre;
      }
  for (guint centre = 0; centre < lloyd->k; centre++)
    for (gsize column = 0; column < n; column++)
      lloyd->centres[centre * n + column] = lloyd->sums[centre * n + column] / (double) lloyd->sizes[centre];
}

/* The sum of squared distances at the end; NAN when cancelled. */
static double
run_lloyd (Lloyd *lloyd, const float *start, guint most_rounds, GCancellable *cancellable)
{
  gsize n = lloyd->points->n_columns, n_items = (lloyd->n_blocks + BLOCKS_AT_ONCE - 1) / BLOCKS_AT_ONCE;
  double inertia = 0;

  for (gsize i = 0; i < lloyd->k * n; i++)
    lloyd->centres[i] = start[i];
  memset (lloyd->old_labels, 0xff, lloyd->n_blocks * WH_MATRIX_BLOCK * sizeof *lloyd->old_labels);
  memset (lloyd->sums, 0, lloyd->k * n * sizeof *lloyd->sums);
  memset (lloyd->sizes, 0, lloyd->k * sizeof *lloyd->sizes);
  for (guint round = 0; round < MAX (1, most_rounds); round++)
    {
      pack_centres (lloyd);
      if (!wh_workers_run (lloyd->cpu->workers, n_items, assign_blocks, lloyd, cancellable))
        return NAN;
      if (!move_rows (lloyd))
        break;
      move_centres (lloyd);
    }
  for (gsize row = 0; row < lloyd->points->n_rows; row++)
    inertia += squared_distance (lloyd, row, lloyd->labels[row]);
  return inertia;
}

static void
lloyd_init (Lloyd *lloyd, const WhCpu *cpu, const WhPoints *points, guint k)
{
  guint width = cpu->path->tile;
  gsize n_blocks = (points->n_rows + WH_MATRIX_BLOCK - 1) / WH_MATRIX_BLOCK;

  *lloyd = (Lloyd) { .cpu = cpu, .points = points, .k = k, .n_tiles = (k + width - 1) / width, .n_blocks = n_blocks };
  lloyd->blocks = make_blocks (points, NULL, points->n_rows);
  lloyd->centres = g_new (double, k * points->n_columns + 1);
  lloyd->packed = g_new (float, lloyd->n_tiles * width * points->n_columns + 1);
  lloyd->halves = g_new (float, lloyd->n_tiles * width);
  lloyd->labels = g_new (guint32, n_blocks * WH_MATRIX_BLOCK + 1);
  lloyd->old_labels = g_new (guint32, n_blocks * WH_MATRIX_BLOCK + 1);
  lloyd->sums = g_new (double, k * points->n_columns + 1);
  lloyd->sizes = g_new (gsize, k);
}

static void
lloyd_clear (Lloyd *lloyd)
{
  g_aligned_free ((gpointer) lloyd->blocks);
  g_free (lloyd->centres);
  g_free (lloyd->packed);
  g_free (lloyd->halves);
  g_free (lloyd->labels);
  g_free (lloyd->old_labels);
  g_free (lloyd->sums);
  g_free (lloyd->sizes);
}

WhRun
wh_cpu_lloyd (gpointer state, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds,
              guint *out_labels, gsize *out_start, GCancellable *cancellable)
{
  double best = INFINITY;
  Lloyd lloyd;
  gboolean cancelled = FALSE;

  lloyd_init (&lloyd, state, points, k);
  *out_start = 0;
  for (gsize start = 0; start < n_starts && !cancelled; start++)
    {
      double inertia = run_lloyd (&lloyd, starts + start * k * points->n_columns, most_rounds, cancellable);
      cancelled = isnan (inertia);
      if (inertia < best)
        {
          best = inertia;
          *out_start = start;
          memcpy (out_labels, lloyd.labels, points->n_rows * sizeof *out_labels);
        }
    }
  lloyd_clear (&lloyd);
  return cancelled ? WH_RUN_CANCELLED : WH_RUN_DONE;
}

/* -- spreads: rows in the order of their clusters, so that a cluster is one stretch of blocks -- */

typedef struct {
  const WhCpu    *cpu;
  const WhPoints *points;
  const float    *blocks;
  guint           k;
  const gsize    *first;      /* k + 1: where each cluster begins */
  gsize           step;
  double         *out_sums;
} Spreads;

static void
spread_row (gpointer data, gsize item, guint thread)
{
  const Spreads *spreads = data;
  gsize n = spreads->points->n_columns;

  for (guint cluster = 0; cluster < spreads->k; cluster++)
    spreads->out_sums[item * spreads->k + cluster]
        = spreads->cpu->path->spread (spreads->blocks, n, spreads->first[cluster], spreads->first[cluster + 1],
                                      spreads->points->values + item * spreads->step * n);
}

WhRun
wh_cpu_spreads (gpointer state, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                GCancellable *cancellable)
{
  const WhCpu *cpu = state;
  g_autofree gsize *first = g_new0 (gsize, k + 2);
  g_autofree gsize *next = NULL;
  g_autofree guint32 *order = g_new (guint32, points->n_rows + 1);
  Spreads spreads = { cpu, points, NULL, k, first, step, out_sums };
  gboolean complete;

  for (gsize row = 0; row < points->n_rows; row++)
    first[labels[row] + 1]++;
  for (guint cluster = 0; cluster < k; cluster++)
    first[cluster + 1] += first[cluster];
  next = g_memdup2 (first, (k + 1) * sizeof *first);
  for (gsize row = 0; row < points->n_rows; row++)
    order[next[labels[row]]++] = (guint32) row;
  spreads.blocks = make_blocks (points, order, points->n_rows);
  complete = wh_workers_run (cpu->workers, (points->n_rows + step - 1) / step, spread_row, &spreads, cancellable);
  g_aligned_free ((gpointer) spreads.blocks);
  return complete ? WH_RUN_DONE : WH_RUN_CANCELLED;
}

/* -- moments -- */

typedef struct {
  const WhCpu  *cpu;
  const double *columns;
  gsize         n_rows;
  WhMoments    *out_moments;
} Moments;

static void
moments_of_column (gpointer data, gsize item, guint thread)
{
  const Moments *moments = data;

  for (gsize other = 0; other <= item; other++)
    moments->cpu->path->moments (moments->columns + item * moments->n_rows, moments->columns + other * moments->n_rows,
                                 moments->n_rows, &moments->out_moments[item * (item + 1) / 2 + other]);
}

WhRun
wh_cpu_moments (gpointer state, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments, GCancellable *cancellable)
{
  const WhCpu *cpu = state;
  Moments moments = { cpu, columns, n_rows, out_moments };

  return wh_workers_run (cpu->workers, n_columns, moments_of_column, &moments, cancellable) ? WH_RUN_DONE : WH_RUN_CANCELLED;
}
