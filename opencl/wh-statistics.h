/* wh-statistics.h: correlations and principal components, in double precision.
 *
 * A table is n_rows x n_columns doubles, row by row; NAN is "not tested". */
#pragma once

#include "wh-engine.h"

G_BEGIN_DECLS

#define WH_STATISTICS_COLUMNS 256   /* most columns of a table that is decomposed or correlated */

/* Product-moment correlation over the pairs where both are numbers. NAN with fewer than three pairs or where a side does not vary.
 * out_pairs (may be NULL): how many pairs. */
double  wh_statistics_pearson      (const double *x, const double *y, gsize n, gsize *out_pairs);
/* The same of the ranks; equal values share the mean of their ranks. */
double  wh_statistics_spearman     (const double *x, const double *y, gsize n, gsize *out_pairs);

typedef struct {
  gsize       n_columns;
  double     *values;    /* n_columns x n_columns, symmetric, 1 on the diagonal; NAN as above */
  gsize      *pairs;     /* n_columns x n_columns: rows where both are numbers */
  const char *path;      /* which path ran */
} WhCorrelationMatrix;

typedef enum {
  WH_CORRELATION_PEARSON,
  WH_CORRELATION_SPEARMAN,   /* ranks are sorted on the processor; of two columns with different gaps all is done there */
} WhCorrelationKind;

/* Of all pairs of at most WH_STATISTICS_COLUMNS columns. NULL when there are more (WH_ERROR_INVALID) or cancelled. */
WhCorrelationMatrix *wh_statistics_correlations (WhEngine *engine, const double *values, gsize n_rows, gsize n_columns,
                                                 WhCorrelationKind kind, GCancellable *cancellable, GError **error);
void                 wh_correlation_matrix_free (WhCorrelationMatrix *matrix);

typedef struct {
  gsize   n_rows, n_columns;
  double *shares;     /* n_columns: part of the variance, largest first, sum 1; all zero where nothing varies */
  double *loadings;   /* component by component, n_columns each, of length 1; the largest entry is positive */
  double *scores;     /* row by row, n_columns each */
  const char *path;   /* which path ran */
} WhComponents;

/* Principal components of centred columns, `standardise`d to variance 1 where asked (a column that does not vary stays zero).
 * WH_ERROR_INVALID with NAN in the table, fewer than two rows, no column or more than WH_STATISTICS_COLUMNS;
 * WH_ERROR_CANCELLED. */
WhComponents *wh_components_new  (WhEngine *engine, const double *values, gsize n_rows, gsize n_columns, gboolean standardise,
                                  GCancellable *cancellable, GError **error);
void          wh_components_free (WhComponents *components);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhComponents, wh_components_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhCorrelationMatrix, wh_correlation_matrix_free)

G_END_DECLS
