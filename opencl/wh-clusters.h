/* wh-clusters.h: k-means with k-means++ starts, and the silhouette.
 *
 * A table is n_rows x n_columns doubles, row by row, numbers only. Rows are assigned in single precision, about the columns'
 * means; centres and inertia of the result are in double precision. */
#pragma once

#include "wh-engine.h"

G_BEGIN_DECLS

typedef struct {
  gsize       n_rows, n_columns;
  guint       k;
  guint      *labels;    /* n_rows: 0 is the largest cluster */
  gsize      *sizes;     /* k, largest first */
  double     *centres;   /* k x n_columns */
  double      inertia;   /* sum of squared distances to the centres */
  const char *path;      /* which path ran */
} WhClusters;

/* The best of `n_starts` runs of Lloyd's method (Arthur and Vassilvitskii 2007 for the starts), the same for the same seed.
 * WH_ERROR_INVALID unless 1 <= k <= n_rows, k <= WH_ENGINE_CLUSTERS and all are numbers; WH_ERROR_CANCELLED. */
WhClusters *wh_clusters_new        (WhEngine *engine, const double *values, gsize n_rows, gsize n_columns, guint k, guint n_starts,
                                    guint64 seed, GCancellable *cancellable, GError **error);
void        wh_clusters_free       (WhClusters *clusters);
/* Mean silhouette width (Rousseeuw 1987) with Euclidean distance, of at most `most_rows` rows spread evenly (0: of all), each
 * against all rows; a row alone in its cluster counts 0. NAN with one cluster, or cancelled. */
double      wh_clusters_silhouette (WhEngine *engine, const WhClusters *clusters, const double *values, gsize most_rows,
                                    GCancellable *cancellable);
/* Adjusted Rand index (Hubert and Arabie 1985) of two groupings of the same n rows: 1 the same groups, 0 as alike as chance.
 * NAN with fewer than two rows. */
double      wh_clusters_agreement  (const guint *a, const guint *b, gsize n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhClusters, wh_clusters_free)

G_END_DECLS
