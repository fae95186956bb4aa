#include "wh-matrix-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"

#define FEWEST_OF_A_GROUP 64                 /* rows with one mask, for a group of their own */

/* -- features -- */

/* What a row's amounts are divided by; 0 for a row without any. */
static double
scale_of (WhMetric metric, const float *values, guint64 mask, gsize n_columns)
{
  double sum = 0;

  for (gsize column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      sum += metric == WH_METRIC_COSINE ? (double) values[column] * values[column] : values[column];
  return metric == WH_METRIC_COSINE ? sqrt (sum) : sum;
}

static void
log_ratios (const float *values, guint64 mask, gsize n_columns, float *out)
{
  guint n = (guint) __builtin_popcountll (mask);
  double mean = 0;

  for (gsize column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      mean += log (values[column]) / n;
  for (gsize column = 0; column < n_columns; column++)
    out[column] = mask >> column & 1 ? (float) (log (values[column]) - mean) : 0;
}

void
wh_matrix_features (WhMetric metric, const float *values, guint64 mask, gsize n_columns, float *out_features)
{
  double scale;

  if (metric == WH_METRIC_AITCHISON)
    {
      log_ratios (values, mask, n_columns, out_features);
      return;
    }
  scale = scale_of (metric, values, mask, n_columns);
  for (gsize column = 0; column < n_columns; column++)
    {
      double share = mask >> column & 1 && scale > 0 ? values[column] / scale : 0;
      out_features[column] = (float) (metric == WH_METRIC_HELLINGER ? sqrt (share) : share);
    }
}

static gboolean
check_rows (WhMetric metric, const float *values, const guint64 *masks, gsize n_rows, gsize n_columns, GError **error)
{
  for (gsize row = 0; row < n_rows; row++)
    for (gsize column = 0; column < n_columns; column++)
      {
        float value = values[row * n_columns + column];
        if (!(masks[row] >> column & 1))
          continue;
        if (!isfinite (value) || value < 0)
          {
            g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("Amount %" G_GSIZE_FORMAT " is negative or not a number."),
                         row * n_columns + column);
            return FALSE;
          }
        if (value == 0 && metric == WH_METRIC_AITCHISON)
          {
            g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("Amount %" G_GSIZE_FORMAT " is zero and has no logarithm; replace it first."),
                         row * n_columns + column);
            return FALSE;
          }
      }
  return TRUE;
}

/* -- groups -- */

typedef struct {
  guint64 mask;    /* the group's: 0 for rows that stand alone or hold nothing, which go last */
  guint32 row;
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *x = a, *y = b;

  if (x->mask != y->mask)
    return x->mask > y->mask ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static gsize
length_of_run (const Place *places, gsize from, gsize n)
{
  gsize to = from;

  while (to < n && places[to].mask == places[from].mask)
    to++;
  return to - from;
}

/* Rows in the order of their groups. */
static Place *
sort_rows (const WhMatrix *matrix, const float *values)
{
  Place *places = g_new (Place, matrix->n_rows + 1);
  gsize n = matrix->n_rows, run;

  for (gsize row = 0; row < n; row++)
    {
      gboolean holds = matrix->metric == WH_METRIC_AITCHISON
                       || scale_of (matrix->metric, values + row * matrix->n_columns, matrix->masks[row], matrix->n_columns) > 0;
      places[row] = (Place) { holds ? matrix->masks[row] : 0, (guint32) row };
    }
  qsort (places, n, sizeof *places, compare_places);
  for (gsize from = 0; from < n; from += run)
    {
      run = length_of_run (places, from, n);
      for (gsize i = from; i < from + run && run < FEWEST_OF_A_GROUP; i++)
        places[i].mask = 0;
    }
  qsort (places, n, sizeof *places, compare_places);
  return places;
}

static void
fill_row (const WhMatrix *matrix, WhGroup *group, gsize position, const float *values)
{
  gsize block = position / WH_MATRIX_BLOCK, lane = position % WH_MATRIX_BLOCK;
  guint32 row = group->rows[position];
  float features[WH_ENGINE_COLUMNS] = { 0 };

  if (row != G_MAXUINT32)
    wh_matrix_features (matrix->metric, values + row * matrix->n_columns, matrix->masks[row], matrix->n_columns, features);
  for (guint i = 0; i < group->n_columns; i++)
    {
      gsize cell = (block * group->n_columns + i) * WH_MATRIX_BLOCK + lane;
      group->features[cell] = features[group->columns[i]];
      if (group->tested)
        group->tested[cell] = row != G_MAXUINT32 && matrix->masks[row] >> group->columns[i] & 1;
    }
}

static void
fill_group (const WhMatrix *matrix, WhGroup *group, const Place *places, gsize n_rows, const float *values)
{
  gboolean mixed = places[0].mask == 0;
  gsize n_cells;

  group->mask = mixed ? G_MAXUINT64 >> (WH_ENGINE_COLUMNS - matrix->n_columns) : places[0].mask;
  group->n_rows = n_rows;
  group->n_blocks = (n_rows + WH_MATRIX_BLOCK - 1) / WH_MATRIX_BLOCK;
  for (guint column = 0; column < matrix->n_columns; column++)
    if (group->mask >> column & 1)
      group->columns[group->n_columns++] = (guint8) column;
  n_cells = group->n_blocks * WH_MATRIX_BLOCK * group->n_columns;
  group->rows = g_new (guint32, group->n_blocks * WH_MATRIX_BLOCK);
  group->features = wh_matrix_alloc (n_cells, sizeof (float));
  group->tested = mixed ? wh_matrix_alloc (n_cells, sizeof (float)) : NULL;
  for (gsize i = 0; i < group->n_blocks * WH_MATRIX_BLOCK; i++)
    {
      group->rows[i] = i < n_rows ? places[i].row : G_MAXUINT32;
      fill_row (matrix, group, i, values);
    }
  if (!mixed && (matrix->metric == WH_METRIC_HELLINGER || matrix->metric == WH_METRIC_COSINE))
    group->coarse = wh_coarse_new (group);
}

static void
fill (WhMatrix *matrix, const float *values)
{
  g_autofree Place *places = sort_rows (matrix, values);
  g_autoptr (GArray) groups = g_array_new (FALSE, TRUE, sizeof (WhGroup));
  gsize run;

  for (gsize from = 0; from < matrix->n_rows; from += run)
    {
      WhGroup group = { 0 };
      run = length_of_run (places, from, matrix->n_rows);
      fill_group (matrix, &group, places + from, run, values);
      g_array_append_val (groups, group);
    }
  matrix->n_groups = groups->len;
  matrix->groups = (WhGroup *) g_array_free (g_steal_pointer (&groups), FALSE);
}

WhMatrix *
wh_matrix_new (WhMetric metric, const float *values, const guint64 *masks, gsize n_rows, gsize n_columns, GError **error)
{
  static guint64 serials;
  static GMutex lock;
  WhMatrix *matrix;

  g_return_val_if_fail (metric < WH_N_METRICS && n_columns >= 1 && n_columns <= WH_ENGINE_COLUMNS && n_rows < G_MAXUINT32, NULL);
  if (!check_rows (metric, values, masks, n_rows, n_columns, error))
    return NULL;
  matrix = g_new0 (WhMatrix, 1);
  g_atomic_ref_count_init (&matrix->ref_count);
  g_mutex_lock (&lock);
  matrix->serial = ++serials;
  g_mutex_unlock (&lock);
  matrix->metric = metric;
  matrix->n_rows = n_rows;
  matrix->n_columns = n_columns;
  matrix->masks = g_new (guint64, n_rows + 1);
  for (gsize row = 0; row < n_rows; row++)
    matrix->masks[row] = masks[row] & G_MAXUINT64 >> (WH_ENGINE_COLUMNS - n_columns);
  fill (matrix, values);
  return matrix;
}

WhMatrix *
wh_matrix_ref (WhMatrix *matrix)
{
  g_atomic_ref_count_inc (&matrix->ref_count);
  return matrix;
}

void
wh_matrix_unref (WhMatrix *matrix)
{
  if (!g_atomic_ref_count_dec (&matrix->ref_count))
    return;
  for (guint i = 0; i < matrix->n_groups; i++)
    {
      g_free (matrix->groups[i].rows);
      g_aligned_free (matrix->groups[i].features);
      g_clear_pointer (&matrix->groups[i].coarse, wh_coarse_free);
      g_clear_pointer (&matrix->groups[i].tested, g_aligned_free);
    }
  g_free (matrix->groups);
  g_free (matrix->masks);
  g_free (matrix);
}

gsize
wh_matrix_rows (const WhMatrix *matrix)
{
  return matrix->n_rows;
}

gsize
wh_matrix_columns (const WhMatrix *matrix)
{
  return matrix->n_columns;
}

static void
export_group (const WhMatrix *matrix, const WhGroup *group, float *out_features)
{
  for (gsize position = 0; position < group->n_rows; position++)
    for (guint i = 0; i < group->n_columns; i++)
      {
        gsize cell = (position / WH_MATRIX_BLOCK * group->n_columns + i) * WH_MATRIX_BLOCK + position % WH_MATRIX_BLOCK;
        out_features[group->columns[i] * matrix->n_rows + group->rows[position]] = group->features[cell];
      }
}

void
wh_matrix_export (const WhMatrix *matrix, float *out_features)
{
  memset (out_features, 0, matrix->n_rows * matrix->n_columns * sizeof *out_features);
  for (guint i = 0; i < matrix->n_groups; i++)
    export_group (matrix, &matrix->groups[i], out_features);
}
