#include <math.h>
#include <string.h>

#include "wh-conformance.h"
#include "wh-matrix-private.h"

#define MOST_NOTES 2000     /* characters */
#define N_PANELS 4
/* Sums of at most 64 products in single precision are within 64 · 2⁻²⁴ = 4e-6 of those in double precision, and shares are at
 * most 1; twice that and a little for renormalising. Log-ratios are not bounded by 1, so theirs is in proportion to what is
 * added: the squared lengths of both rows. */
#define TOLERANCE 1e-5

void
wh_conformance_note (GString *wrong, const char *format, ...)
{
  va_list args;

  if (wrong->len > MOST_NOTES)
    return;
  va_start (args, format);
  g_string_append_vprintf (wrong, format, args);
  va_end (args);
  g_string_append_c (wrong, '\n');
}

static guint64
random_mask (gsize n_columns)
{
  guint64 mask = 0;

  for (gsize column = 0; column < n_columns; column++)
    if (g_test_rand_int_range (0, 4))
      mask |= G_GUINT64_CONSTANT (1) << column;
  return mask;
}

static void
fill_row (WhRows *rows, gsize row)
{
  const gboolean positive = rows->metric == WH_METRIC_AITCHISON;
  const gboolean empty = !positive && g_test_rand_int_range (0, 12) == 0;
  float *values = rows->values + row * rows->n_columns;

  for (gsize column = 0; column < rows->n_columns; column++)
    if (positive || (!empty && g_test_rand_int_range (0, 3)))
      values[column] = (float) g_test_rand_double_range (0.01, 20);
}

static void
repeat_row (WhRows *rows, gsize row, gsize other)
{
  memcpy (rows->values + row * rows->n_columns, rows->values + other * rows->n_columns, rows->n_columns * sizeof (float));
  rows->masks[row] = rows->masks[other];
}

WhRows *
wh_rows_new (WhMetric metric, gsize n_rows, gsize n_columns, WhMasks kind)
{
  WhRows *rows = g_new0 (WhRows, 1);
  guint64 panels[N_PANELS];

  *rows = (WhRows) { metric, n_rows, n_columns, g_new0 (float, n_rows * n_columns + 1), g_new0 (guint64, n_rows + 1), NULL };
  for (guint i = 0; i < N_PANELS; i++)
    panels[i] = random_mask (n_columns);
  for (gsize row = 0; row < n_rows; row++)
    {
      fill_row (rows, row);
      rows->masks[row] = kind == WH_MASKS_ONE      ? G_MAXUINT64 >> (WH_ENGINE_COLUMNS - n_columns)
                         : kind == WH_MASKS_GROUPS ? panels[g_test_rand_int_range (0, N_PANELS)]
                                                   : random_mask (n_columns);
      if (row > 0 && g_test_rand_int_range (0, 20) == 0)
        repeat_row (rows, row, (gsize) g_test_rand_int_range (0, (int) row));
    }
  rows->matrix = wh_matrix_new (metric, rows->values, rows->masks, n_rows, n_columns, NULL);
  g_assert_nonnull (rows->matrix);
  return rows;
}

void
wh_rows_free (WhRows *rows)
{
  wh_matrix_unref (rows->matrix);
  g_free (rows->values);
  g_free (rows->masks);
  g_free (rows);
}

double
wh_far (WhMetric metric, double distance)
{
  return metric == WH_METRIC_COSINE ? distance : distance * distance;
}

double
wh_rows_far (const WhRows *rows, gsize a, gsize b)
{
  return wh_far (rows->metric, wh_engine_distance (rows->metric, rows->values + a * rows->n_columns, rows->masks[a],
                                                   rows->values + b * rows->n_columns, rows->masks[b], rows->n_columns, NULL));
}

static double
squared_length (const WhRows *rows, gsize row)
{
  float features[WH_ENGINE_COLUMNS];
  double sum = 0;

  wh_matrix_features (rows->metric, rows->values + row * rows->n_columns, rows->masks[row], rows->n_columns, features);
  for (gsize column = 0; column < rows->n_columns; column++)
    sum += (double) features[column] * features[column];
  return sum;
}

double
wh_rows_tolerance (const WhRows *rows, gsize a, gsize b)
{
  if (rows->metric != WH_METRIC_AITCHISON)
    return TOLERANCE;
  return TOLERANCE * (squared_length (rows, a) + squared_length (rows, b));
}
