/* wh-operation.h: the operations of an engine as kinds of work, so that time can be predicted: by how many cells they touch. */
#pragma once

#include "wh-engine-ops.h"

G_BEGIN_DECLS

typedef enum {
  WH_OPERATION_NEAREST,
  WH_OPERATION_PAIRS,
  WH_OPERATION_DISTANCES,
  WH_OPERATION_BOOTSTRAP,
  WH_OPERATION_LLOYD,
  WH_OPERATION_SPREADS,
  WH_OPERATION_MOMENTS,
  WH_N_OPERATIONS
} WhOperation;

/* "nearest" …; stable. */
const char *wh_operation_key (WhOperation operation);

static inline double
wh_operation_nearest (gsize n_rows, gsize n_columns, gsize n_queries)
{
  return (double) n_rows * n_columns * n_queries;
}

/* Also of the full matrix. */
static inline double
wh_operation_pairs (gsize n_rows, gsize n_columns)
{
  return (double) n_rows * n_rows * n_columns / 2;
}

static inline double
wh_operation_bootstrap (gsize n_pairs, gsize n_columns, gsize n_draws)
{
  return (double) n_pairs * n_columns * n_draws;
}

/* Of one round: how many there will be nobody knows. */
static inline double
wh_operation_lloyd (gsize n_rows, gsize n_columns, guint k, gsize n_starts)
{
  return (double) n_rows * n_columns * k * n_starts;
}

static inline double
wh_operation_spreads (gsize n_rows, gsize n_columns, gsize step)
{
  return (double) n_rows * n_columns * ((n_rows + step - 1) / step);
}

static inline double
wh_operation_moments (gsize n_rows, gsize n_columns)
{
  return (double) n_rows * n_columns * (n_columns + 1) / 2;
}

G_END_DECLS
