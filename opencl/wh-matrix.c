#include "wh-matrix-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"

/* Rows are kept in blocks of WH_MATRIX_BLOCK, column by column inside a block, so that one vector instruction takes the
 * same column of many rows. Per row: the amounts, their square roots, and 1 or 0 for tested. */
static gboolean
check_values (const float *values, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]) || values[i] < 0)
      {
        g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("Amount %" G_GSIZE_FORMAT " is negative or not a number."), i);
        return FALSE;
      }
  return TRUE;
}

gsize
wh_matrix_place (const WhMatrix *matrix, gsize row, gsize column)
{
  return (row / WH_MATRIX_BLOCK * matrix->n_columns + column) * WH_MATRIX_BLOCK + row % WH_MATRIX_BLOCK;
}

static void
fill (WhMatrix *matrix, const float *values)
{
  for (gsize row = 0; row < matrix->n_rows; row++)
    for (gsize column = 0; column < matrix->n_columns; column++)
      {
        gsize place = wh_matrix_place (matrix, row, column);
        gboolean tested = matrix->masks[row] >> column & 1;
        float value = tested ? values[row * matrix->n_columns + column] : 0;

        matrix->values[place] = value;
        matrix->roots[place] = sqrtf (value);
        matrix->tested[place] = tested;
      }
}

WhMatrix *
wh_matrix_new (const float *values, const guint64 *masks, gsize n_rows, gsize n_columns, GError **error)
{
  gsize n_blocks = (n_rows + WH_MATRIX_BLOCK - 1) / WH_MATRIX_BLOCK;
  gsize cells = MAX (1, n_blocks * n_columns) * WH_MATRIX_BLOCK;
  WhMatrix *matrix;

  g_return_val_if_fail (n_columns >= 1 && n_columns <= WH_ENGINE_COLUMNS && n_rows < G_MAXUINT32, NULL);
  if (!check_values (values, n_rows * n_columns, error))
    return NULL;
  matrix = g_new0 (WhMatrix, 1);
  g_atomic_ref_count_init (&matrix->ref_count);
  matrix->n_rows = n_rows;
  matrix->n_columns = n_columns;
  matrix->masks = g_memdup2 (masks, n_rows * sizeof *masks);
  matrix->values = g_aligned_alloc0 (cells, sizeof (float), WH_MATRIX_ALIGN);
  matrix->roots = g_aligned_alloc0 (cells, sizeof (float), WH_MATRIX_ALIGN);
  matrix->tested = g_aligned_alloc0 (cells, sizeof (float), WH_MATRIX_ALIGN);
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
  g_free (matrix->masks);
  g_aligned_free (matrix->values);
  g_aligned_free (matrix->roots);
  g_aligned_free (matrix->tested);
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

guint64
wh_matrix_mask (const WhMatrix *matrix, gsize row)
{
  return matrix->masks[row];
}

float
wh_matrix_value (const WhMatrix *matrix, gsize row, gsize column)
{
  return matrix->values[wh_matrix_place (matrix, row, column)];
}
