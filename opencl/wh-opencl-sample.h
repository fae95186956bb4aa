/* wh-opencl-sample.h: made-up data to hold a device against the CPU with; the same for the same seed. */
#pragma once

#include "base/wh-random.h"
#include "wh-engine-ops.h"

G_BEGIN_DECLS

typedef enum {
  WH_OPENCL_SAMPLE_PLAIN,     /* every row is tested for everything */
  WH_OPENCL_SAMPLE_GAPS,      /* a quarter is not tested, a quarter is zero, some rows are all zero */
} WhOpenclSampleKind;

typedef struct {
  gsize    n_rows, n_columns;
  float   *values, *lows, *highs;      /* where a value is zero it is known to lie between low and high */
  guint64 *masks;
  double  *columns;                    /* column by column, NAN where not tested */
} WhOpenclSample;

WhOpenclSample *wh_opencl_sample_new    (WhRng *rng, gsize n_rows, gsize n_columns, WhOpenclSampleKind kind);
/* For Aitchison zeros are replaced. */
WhMatrix       *wh_opencl_sample_matrix (const WhOpenclSample *sample, WhMetric metric);
void            wh_opencl_sample_free   (WhOpenclSample *sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOpenclSample, wh_opencl_sample_free)

G_END_DECLS
