/* wh-engine.h: the analysis engine. Vectors and matrices only; knows no strain and no SQL.
 *
 * A matrix has one row per profile and one column per analyte: amounts >= 0 in any one unit (rows are
 * renormalised) and a bit mask of the columns that were tested. At most WH_ENGINE_COLUMNS columns. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_ENGINE_COLUMNS 64
#define WH_ENGINE_MIN_SHARED 5

typedef struct _WhMatrix WhMatrix;

/* Immutable once built, refcounted. `values` is n_rows x n_columns row by row, copied; what the mask leaves out is
 * read as zero. Negative or non-finite values are WH_ERROR_INVALID. */
WhMatrix     *wh_matrix_new     (const float *values, const guint64 *masks, gsize n_rows, gsize n_columns, GError **error);
WhMatrix     *wh_matrix_ref     (WhMatrix *matrix);
void          wh_matrix_unref   (WhMatrix *matrix);
gsize         wh_matrix_rows    (const WhMatrix *matrix);
gsize         wh_matrix_columns (const WhMatrix *matrix);
guint64       wh_matrix_mask    (const WhMatrix *matrix, gsize row);
float         wh_matrix_value   (const WhMatrix *matrix, gsize row, gsize column);

typedef struct {
  guint32 row;
  guint32 shared;     /* columns both sides tested */
  float   distance;   /* Hellinger, 0..1 */
} WhNeighbour;

typedef struct _WhEngine WhEngine;

/* The engine of this machine: decides CPU or OpenCL per operation and size. */
WhEngine   *wh_engine_new   (void);
void        wh_engine_free  (WhEngine *engine);

/* The k nearest rows to one query (values and mask of n_columns), by sqrt(1 - sum sqrt(p q)) over the shared columns,
 * each side renormalised over them; rows sharing fewer than WH_ENGINE_MIN_SHARED columns, or all zero on them, are
 * left out. Ties by row number. Row `exclude` (or G_MAXUINT32) is left out. Writes at most k, returns how many.
 * out_path (may be NULL): which path ran ("cpu-avx2"), static. Thread-safe. */
gsize       wh_engine_nearest (WhEngine *engine, const WhMatrix *matrix, const float *query, guint64 mask, guint32 exclude,
                               gsize k, WhNeighbour *out_neighbours, const char **out_path);

/* Plain definitions in double precision, for explanations and as the reference in tests. NAN when fewer than
 * WH_ENGINE_MIN_SHARED columns are shared or a side is all zero. out_shared may be NULL. */
double      wh_engine_hellinger      (const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns,
                                      guint *out_shared);
/* Base 2, square root. */
double      wh_engine_jensen_shannon (const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns);

/* Hellinger distances of `n_pairs` random row pairs (seeded), ascending, pairs without enough shared columns left out.
 * Floats; free with g_array_unref. */
GArray     *wh_engine_random_pairs (WhEngine *engine, const WhMatrix *matrix, gsize n_pairs, guint64 seed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhMatrix, wh_matrix_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhEngine, wh_engine_free)

G_END_DECLS
