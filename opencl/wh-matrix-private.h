/* wh-matrix-private.h: the matrix as the engines see it.
 *
 * What is kept of a row is its features, made for the matrix's metric and 0 where not tested:
 *   Hellinger       sqrt (x / sum x)
 *   Jensen–Shannon  x / sum x
 *   cosine          x / sqrt (sum x²)
 *   Aitchison       ln x − mean (ln x)
 * over the row's own tested columns; a row that is all zero has features of zero. From them the distance on any shared columns
 * follows by renormalising (README.md).
 *
 * Rows with the same mask form a group that keeps only the columns it tested, so that a query that tested them all needs one
 * dot product a row. Masks that too few rows have share one last, mixed group with all columns and a tested flag per cell. */
#pragma once

#include "wh-engine.h"

G_BEGIN_DECLS

#define WH_MATRIX_BLOCK 16     /* rows of a block; the layout is [block][column][16], so one vector takes a column of many rows */
#define WH_MATRIX_ALIGN 64
#define WH_MATRIX_STRIDE 8     /* floats that the length of a line is a multiple of */

/* Rows of length one in a byte a feature, to leave out quickly those that cannot be near: how far each is from their middle, in
 * steps. With d the row less the middle m, q·r = q·m + (q − m)·d + m·d; only the second term is rounded. */
typedef struct {
  gsize   n_quads;             /* groups of four columns; the last is filled up with nothing */
  float  *middle;              /* n_columns */
  float   step, longest;       /* longest: of the rows' lengths from the middle */
  guint8 *bytes;               /* [block][quad][16][4]: 128 + d / step */
  float  *lifts;               /* per row m·d; -INFINITY where the last block is filled up */
  gsize   stride;
  float  *lines;               /* features row by row, each filled up with 0 to `stride`, for a look at single rows */
} WhCoarse;

typedef struct {
  guint64  mask;               /* of all rows; of a mixed group: every column */
  gsize    n_rows, n_blocks;
  guint    n_columns;
  guint8   columns[WH_ENGINE_COLUMNS];   /* the matrix's column of each column here */
  guint32 *rows;               /* n_blocks x 16: the matrix's row, ascending; G_MAXUINT32 fills up the last block */
  float   *features;           /* n_blocks x n_columns x 16 */
  WhCoarse *coarse;            /* NULL: rows are not of length one, or mixed */
  float   *tested;             /* the same of 1 and 0; NULL: not mixed, all are tested */
} WhGroup;

struct _WhMatrix {
  gatomicrefcount ref_count;
  guint64   serial;            /* never given twice in a process: a device knows by it what it already holds */
  WhMetric  metric;
  gsize     n_rows, n_columns;
  guint64  *masks;             /* n_rows */
  guint     n_groups;
  WhGroup  *groups;
};

/* Of a group whose features are filled in; and memory for large tables. Free with g_aligned_free. */
WhCoarse *wh_coarse_new   (const WhGroup *group);
void      wh_coarse_free  (WhCoarse *coarse);
gpointer  wh_matrix_alloc (gsize n, gsize size);
/* For engines with a layout of their own: out_features [n_columns][n_rows], rows in the matrix's order. Masks are at
 * matrix->masks. */
void wh_matrix_export   (const WhMatrix *matrix, float *out_features);
/* One profile's features under a metric, n_columns of them, as a row's; untested columns get 0. */
void wh_matrix_features (WhMetric metric, const float *values, guint64 mask, gsize n_columns, float *out_features);

G_END_DECLS
