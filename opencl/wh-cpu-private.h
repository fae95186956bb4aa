/* wh-cpu-private.h: the CPU engine's inside: kernels per instruction set (wh-cpu-template.h compiled once for each) and the
 * operations above them. */
#pragma once

#include "base/wh-workers.h"
#include "wh-engine-ops.h"
#include "wh-matrix-private.h"

G_BEGIN_DECLS

#define WH_CPU_TILE 16         /* most queries that a kernel takes at once */
#define WH_CPU_HISTOGRAMS 4    /* beside one another, so that neighbours with one distance do not wait for each other's count */

/* A query cut down to the columns it shares with a group. */
typedef struct {
  guint  n;
  guint8 places[WH_ENGINE_COLUMNS];     /* columns of the group */
  float  features[WH_ENGINE_COLUMNS];   /* of the query at these, divided by `norm` */
  float  norm;                          /* of the query on them; 0: nothing there */
} WhCpuPart;

/* A tile of queries that go over a group's coarse rows. The estimate of a row is bytes · steps x scale + its lift; that and the query's
 * product with the middle make the whole product. */
typedef struct {
  gint32 steps[WH_ENGINE_COLUMNS / 4 * WH_CPU_TILE];   /* [quad][tile]: four signed bytes each */
  gint32 offsets[WH_CPU_TILE];      /* what sums begin with: -128 x the sums of the steps, of the quads' first and last halves in
                                       sixteen bits each */
  float  scales[WH_CPU_TILE];
  float  thresholds[WH_CPU_TILE];   /* estimates below need no look; `hit` may raise its own */
} WhCpuBatch;

/* Rows of a block may be near enough to query `query`: those whose bit is set in `reached`, for their estimate [16] reaches the
 * query's threshold. */
typedef void (*WhCpuHit) (gpointer data, guint query, gsize block, guint32 reached, const float *estimates);

/* Per lane, so that sixteen additions need not wait for each other; in single precision for a few turns at a time. */
typedef struct {
  float  sums[WH_MATRIX_BLOCK], squares[WH_MATRIX_BLOCK];
  guint  turns;
  double sum, sum_squares;
} WhCpuSums;

/* "Far" is what distances are made of: 1 − Σ√(pq) for Hellinger, 1 − cosine, the squared distance for the others; INFINITY where
 * there is none. Queries of a tile stand side by side: [column][tile]. */
typedef struct {
  const char *name;            /* "cpu-scalar", "cpu-sse2", "cpu-avx2", "cpu-avx512" */
  gboolean  (*usable)     (void);
  guint       tile;            /* queries of one call below; at most WH_CPU_TILE */
  /* Estimates of blocks for a tile of queries, or (scan_one) for the only one of a batch packed one wide; calls `hit` where one
   * reaches its threshold. */
  void      (*scan)       (const WhCoarse *coarse, gsize from, gsize to, const WhCpuBatch *batch, WhCpuHit hit, gpointer data);
  void      (*scan_one)   (const WhCoarse *coarse, gsize from, gsize to, const WhCpuBatch *batch, WhCpuHit hit, gpointer data);
  /* Dot product of two lines of a multiple of WH_MATRIX_STRIDE floats. */
  float     (*dot)        (const float *a, const float *b, gsize n);
  /* Dot products of a block with a tile: out_products [tile][16]. */
  void      (*products)   (const float *features, gsize n_columns, gsize block, const float *queries, float *out_products);
  /* Far of the sixteen rows of a block from one query, by metric. */
  void      (*far[WH_N_METRICS]) (const WhGroup *group, gsize block, const WhCpuPart *part, float *out_far);
  /* Distances (roots of far, or far itself) of n x 16 pairs, n at most WH_CPU_TILE, added up and counted in WH_CPU_HISTOGRAMS of
   * n_bins + 1, where the last bin is for what is no pair. */
  void      (*measure)    (const float *fars, guint n, gboolean is_root, float bins_per_unit, gint32 n_bins, guint64 *histograms,
                           WhCpuSums *sums);
  /* The centre c with the smallest halves[c] − x·c for sixteen points; centres [column][tile] tile after tile, k filled up to
   * whole tiles with halves of INFINITY. */
  void      (*assign)     (const float *points, gsize n_columns, gsize block, const float *centres, const float *halves, guint n_tiles,
                           guint32 *out_centres);
  /* Sum of the distances of one point to the rows from..to of a table in blocks. */
  double    (*spread)     (const float *points, gsize n_columns, gsize from, gsize to, const float *point);
  /* Sums over the rows where both are numbers. */
  void      (*moments)    (const double *x, const double *y, gsize n, WhMoments *out_moments);
} WhCpuPath;

extern const WhCpuPath wh_cpu_scalar;
#if defined (__x86_64__)
extern const WhCpuPath wh_cpu_sse2, wh_cpu_avx2, wh_cpu_avx512;
#endif
/* Best last; the scalar path is always usable. Ends with NULL. */
extern const WhCpuPath *const wh_cpu_paths[];

typedef struct {
  const WhCpuPath *path;
  WhWorkers       *workers;
} WhCpu;

/* The engine on one path; 0 threads: as many as there are cores. Freed by wh_engine_cpu_ops.close. */
WhCpu *wh_cpu_open (const WhCpuPath *path, guint n_threads);
/* The best path that this machine has. */
const WhCpuPath *wh_cpu_best (void);

/* FALSE when the two share too few columns. */
gboolean wh_cpu_part     (const WhGroup *group, WhMetric metric, const float *features, guint64 mask, WhCpuPart *out_part);
/* Whether a part covers every column of a group whose rows are of length one there, so that far is 1 − one dot product. */
gboolean wh_cpu_is_whole (const WhGroup *group, WhMetric metric, const WhCpuPart *part);
/* The distance that belongs to a far. */
float    wh_cpu_distance (WhMetric metric, float far);

WhRun wh_cpu_nearest   (gpointer state, const WhMatrix *matrix, const WhQueries *queries, gsize k, WhNeighbour *out_neighbours,
                        gsize *out_counts, GCancellable *cancellable);
WhRun wh_cpu_pairs     (gpointer state, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram, WhPairSums *out_sums,
                        GCancellable *cancellable);
WhRun wh_cpu_distances (gpointer state, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable);
WhRun wh_cpu_bootstrap (gpointer state, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs,
                        gsize n_draws, float rsd, guint64 seed, float *out_distances, GCancellable *cancellable);
WhRun wh_cpu_lloyd     (gpointer state, const WhPoints *points, guint k, gsize n_starts, const float *starts, guint most_rounds,
                        guint *out_labels, gsize *out_start, GCancellable *cancellable);
WhRun wh_cpu_spreads   (gpointer state, const WhPoints *points, guint k, const guint *labels, gsize step, double *out_sums,
                        GCancellable *cancellable);
WhRun wh_cpu_moments   (gpointer state, const double *columns, gsize n_rows, gsize n_columns, WhMoments *out_moments,
                        GCancellable *cancellable);

G_END_DECLS
