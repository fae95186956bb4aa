/* wh-opencl-proxy-private.h: how the operations (wh-opencl-proxy-calls.c) go through the proxy. */
#pragma once

#include "wh-opencl-child.h"
#include "wh-opencl-proxy.h"

G_BEGIN_DECLS

typedef struct _WhOpenclCall WhOpenclCall;

struct _WhOpenclCall {
  WhOperation      operation;
  double           work;                                  /* wh-operation.h, more where a cell takes more; for the time limit */
  gsize            k;                                     /* neighbours asked for, 0 elsewhere */
  WhOpenclQuestion question;                              /* its time limit is set by the proxy */
  const WhMatrix  *matrix;                                /* NULL where there is none */
  gboolean       (*is_possible) (const WhOpenclCall *call);   /* whether what lies in the outputs can be an answer */
  gconstpointer    about;                                 /* for is_possible */
  GCancellable    *cancellable;
};

WhRun wh_opencl_proxy_call      (WhOpenclProxy *proxy, WhOpenclCall *call);

WhRun wh_opencl_proxy_nearest   (gpointer state, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours,
                                 gsize *out_counts, GCancellable *cancellable);
WhRun wh_opencl_proxy_pairs     (gpointer state, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram,
                                 WhPairSums *out_sums, GCancellable *cancellable);
WhRun wh_opencl_proxy_distances (gpointer state, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable);
WhRun wh_opencl_proxy_bootstrap (gpointer state, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs,
                                 gsize n_pairs, gsize n_draws, float rsd, guint64 seed, float *out_distances, GCancellable *cancellable);
WhRun wh_opencl_proxy_lloyd     (gpointer state, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds,
                                 guint *out_labels, gsize *out_start, GCancellable *cancellable);
WhRun wh_opencl_proxy_spreads   (gpointer state, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                                 GCancellable *cancellable);
WhRun wh_opencl_proxy_moments   (gpointer state, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments,
                                 GCancellable *cancellable);

G_END_DECLS
