#include <math.h>
#include <sys/mman.h>

#include "wh-matrix-private.h"

#define HUGE_PAGE (2 * 1024 * 1024)
#define MOST_STEPS 127

/* Large ones on huge pages: a scan of gigabytes otherwise spends its time looking pages up. */
gpointer
wh_matrix_alloc (gsize n, gsize size)
{
  gboolean large = n * size >= HUGE_PAGE;
  gpointer cells = g_aligned_alloc (MAX (1, n), size, large ? HUGE_PAGE : WH_MATRIX_ALIGN);

  if (large)
    madvise (cells, n * size, MADV_HUGEPAGE);
  return cells;
}

static float
feature_at (const WhGroup *group, gsize row, gsize column)
{
  return group->features[(row / WH_MATRIX_BLOCK * group->n_columns + column) * WH_MATRIX_BLOCK + row % WH_MATRIX_BLOCK];
}

static void
find_middle (WhCoarse *coarse, const WhGroup *group)
{
  coarse->middle = g_new0 (float, group->n_columns);
  for (gsize column = 0; column < group->n_columns; column++)
    {
      double sum = 0;
      for (gsize row = 0; row < group->n_rows; row++)
        sum += feature_at (group, row, column);
      coarse->middle[column] = (float) (sum / (double) group->n_rows);
    }
}

/* The step that lets the largest difference from the middle have MOST_STEPS of them. */
static void
find_step (WhCoarse *coarse, const WhGroup *group)
{
  float most = 0;

  for (gsize row = 0; row < group->n_rows; row++)
    for (gsize column = 0; column < group->n_columns; column++)
      most = MAX (most, fabsf (feature_at (group, row, column) - coarse->middle[column]));
  coarse->step = MAX (most, 1e-6f) / MOST_STEPS;
}

static void
fill_row (WhCoarse *coarse, const WhGroup *group, gsize row)
{
  double lift = 0, squares = 0;

  for (gsize column = 0; column < 4 * coarse->n_quads; column++)
    {
      gboolean there = row < group->n_rows && column < group->n_columns;
      float feature = there ? feature_at (group, row, column) : 0, away = there ? feature - coarse->middle[column] : 0;
      long steps = lrintf (away / coarse->step);
      gsize quad = row / WH_MATRIX_BLOCK * coarse->n_quads + column / 4;
      coarse->bytes[(quad * WH_MATRIX_BLOCK + row % WH_MATRIX_BLOCK) * 4 + column % 4] = (guint8) (128 + steps);
      if (row < group->n_rows && column < coarse->stride)
        coarse->lines[row * coarse->stride + column] = feature;
      lift += there ? (double) away * coarse->middle[column] : 0;
      squares += (double) steps * (double) steps;
    }
  for (gsize column = 4 * coarse->n_quads; row < group->n_rows && column < coarse->stride; column++)
    coarse->lines[row * coarse->stride + column] = 0;
  coarse->lifts[row] = row < group->n_rows ? (float) lift : -INFINITY;
  coarse->longest = MAX (coarse->longest, (float) sqrt (squares) * coarse->step);
}

WhCoarse *
wh_coarse_new (const WhGroup *group)
{
  WhCoarse *coarse = g_new0 (WhCoarse, 1);
  gsize n_rows = group->n_blocks * WH_MATRIX_BLOCK;

  coarse->n_quads = (group->n_columns + 3) / 4;
  coarse->stride = (group->n_columns + WH_MATRIX_STRIDE - 1) / WH_MATRIX_STRIDE * WH_MATRIX_STRIDE;
  coarse->bytes = wh_matrix_alloc (n_rows * coarse->n_quads, 4);
  coarse->lifts = wh_matrix_alloc (n_rows, sizeof (float));
  coarse->lines = wh_matrix_alloc (group->n_rows * coarse->stride, sizeof (float));
  find_middle (coarse, group);
  find_step (coarse, group);
  for (gsize row = 0; row < n_rows; row++)
    fill_row (coarse, group, row);
  return coarse;
}

void
wh_coarse_free (WhCoarse *coarse)
{
  g_aligned_free (coarse->bytes);
  g_aligned_free (coarse->lifts);
  g_aligned_free (coarse->lines);
  g_free (coarse->middle);
  g_free (coarse);
}
