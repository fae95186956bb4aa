#include "wh-opencl-sample.h"

#include <math.h>

#define MOST_OF_A_CELL 20
#define LIMIT_OF_QUANTIFICATION 0.5f
#define REPLACEMENT 0.05f

static void
fill_cell (WhOpenclSample *sample, WhRng *rng, gsize row, gsize column, WhOpenclSampleKind kind, gboolean empty)
{
  gsize cell = row * sample->n_columns + column;
  gboolean has_gaps = kind == WH_OPENCL_SAMPLE_GAPS;
  gboolean tested = !has_gaps || wh_rng_below (rng, 4) > 0, zero = empty || (has_gaps && wh_rng_below (rng, 4) == 0);
  float value = (float) (wh_rng_uniform (rng) * MOST_OF_A_CELL) + REPLACEMENT;

  if (tested)
    sample->masks[row] |= G_GUINT64_CONSTANT (1) << column;
  sample->values[cell] = zero ? 0 : value;
  sample->lows[cell] = zero ? 0 : value;
  sample->highs[cell] = zero ? LIMIT_OF_QUANTIFICATION : value;
  sample->columns[column * sample->n_rows + row] = tested ? (double) sample->values[cell] : NAN;
}

WhOpenclSample *
wh_opencl_sample_new (WhRng *rng, gsize n_rows, gsize n_columns, WhOpenclSampleKind kind)
{
  WhOpenclSample *sample = g_new0 (WhOpenclSample, 1);
  gsize cells = n_rows * n_columns;

  sample->n_rows = n_rows;
  sample->n_columns = n_columns;
  sample->values = g_new (float, cells + 1);
  sample->lows = g_new (float, cells + 1);
  sample->highs = g_new (float, cells + 1);
  sample->masks = g_new0 (guint64, n_rows + 1);
  sample->columns = g_new (double, cells + 1);
  for (gsize row = 0; row < n_rows; row++)
    {
      gboolean empty = kind == WH_OPENCL_SAMPLE_GAPS && wh_rng_below (rng, 16) == 0;
      for (gsize column = 0; column < n_columns; column++)
        fill_cell (sample, rng, row, column, kind, empty);
    }
  return sample;
}

WhMatrix *
wh_opencl_sample_matrix (const WhOpenclSample *sample, WhMetric metric)
{
  gsize cells = sample->n_rows * sample->n_columns;
  g_autofree float *values = g_new (float, cells + 1);
  g_autoptr (GError) error = NULL;
  WhMatrix *matrix;

  for (gsize cell = 0; cell < cells; cell++)
    values[cell] = metric == WH_METRIC_AITCHISON && sample->values[cell] == 0 ? REPLACEMENT : sample->values[cell];
  matrix = wh_matrix_new (metric, values, sample->masks, sample->n_rows, sample->n_columns, &error);
  g_assert_no_error (error);
  return matrix;
}

void
wh_opencl_sample_free (WhOpenclSample *sample)
{
  g_free (sample->values);
  g_free (sample->lows);
  g_free (sample->highs);
  g_free (sample->masks);
  g_free (sample->columns);
  g_free (sample);
}
