/* wh-engine.h: the analysis engine. Vectors and matrices only; knows no strain and no SQL.
 *
 * A matrix has one row per profile and one column per analyte: amounts >= 0 in any one unit (rows are renormalised) and a
 * bit mask of the columns that were tested, at most WH_ENGINE_COLUMNS. Two rows are compared on the columns both tested;
 * with fewer than WH_ENGINE_MIN_SHARED of them, or a side that is all zero there, they have no distance. README.md gives
 * the mathematics and the tolerances.
 *
 * An engine is thread-safe. Every operation runs on the device where it is measured to be faster there, else on the CPU,
 * and on the CPU whenever the device fails; `out_path` (may be NULL) says which path ran: "cpu-avx2", "opencl:<device>";
 * interned. Operations that may take long return FALSE when `cancellable` (may be NULL) was cancelled, and only then; their
 * results are undefined in that case. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WH_ENGINE_COLUMNS 64
#define WH_ENGINE_MIN_SHARED 5
#define WH_ENGINE_FULL_ROWS 4096    /* most rows of a full distance matrix */
#define WH_ENGINE_CLUSTERS 64       /* most clusters of one k-means */

/* What a distance is; a matrix is made for one of them. */
typedef enum {
  WH_METRIC_HELLINGER,        /* sqrt(1 - sum sqrt(p q)), 0..1: search */
  WH_METRIC_JENSEN_SHANNON,   /* base 2, square root, 0..1: shown */
  WH_METRIC_COSINE,           /* 1 - cosine of the amounts, 0..1: for comparison with others */
  WH_METRIC_AITCHISON,        /* Euclid on centred log-ratios, >= 0: map and statistics; takes no zeros */
  WH_N_METRICS
} WhMetric;

typedef struct _WhMatrix WhMatrix;

/* Immutable once built, refcounted. `values` is n_rows x n_columns row by row, not kept; what the mask leaves out is not
 * read. Negative or non-finite values, and a tested zero for Aitchison (wh-composition.h replaces zeros), are
 * WH_ERROR_INVALID. */
WhMatrix     *wh_matrix_new     (WhMetric metric, const float *values, const guint64 *masks, gsize n_rows, gsize n_columns,
                                 GError **error);
WhMatrix     *wh_matrix_ref     (WhMatrix *matrix);
void          wh_matrix_unref   (WhMatrix *matrix);
gsize         wh_matrix_rows    (const WhMatrix *matrix);
gsize         wh_matrix_columns (const WhMatrix *matrix);

typedef struct _WhEngine WhEngine;

/* The engine of this machine. `cache_dir` (may be NULL: nothing is remembered) holds what is known of the devices and their
 * compiled programs. Returns at once and starts nothing: devices that have proven themselves before are used, others when
 * wh_engine_look has found them. */
WhEngine   *wh_engine_new      (const char *cache_dir);
/* Looks for devices that are not known yet, and tries them, in the background. For programs that stay. `anew`: also those that are
 * known, as if they were not. */
void        wh_engine_look     (WhEngine *engine, gboolean anew);
/* The CPU alone, with `n_threads` threads (0: as many as there are cores). */
WhEngine   *wh_engine_new_cpu  (guint n_threads);
/* Ends children and threads at once. No call of it may be under way any more. */
void        wh_engine_free     (WhEngine *engine);

/* -- nearest neighbours -- */

typedef struct {
  guint32 row;
  guint32 shared;     /* columns both sides tested */
  float   distance;
} WhNeighbour;

/* Profiles to look for, in the unit of the matrix's values or any other. */
typedef struct {
  gsize          n;
  const float   *values;     /* n x n_columns */
  const guint64 *masks;      /* n */
  const guint32 *excludes;   /* n: a row that each leaves out, G_MAXUINT32 for none; NULL: none at all */
} WhQueries;

/* The k nearest rows to each query, ties by row number. Query i's neighbours are at out_neighbours[i * k …], out_counts[i]
 * of them. Rows without a distance are left out. */
gboolean    wh_engine_nearest  (WhEngine *engine, const WhMatrix *matrix, const WhQueries *queries, gsize k,
                                WhNeighbour *out_neighbours, gsize *out_counts, GCancellable *cancellable, const char **out_path);

/* -- all pairs -- */

typedef struct {
  guint64 n_pairs;       /* that have a distance */
  double  sum;           /* of distances */
  double  sum_squares;
} WhPairSums;

/* Over every pair of different rows, each once. histogram (n_bins, may be NULL with n_bins 0): pairs whose distance d is in
 * [i, i + 1) * bin_width; the last bin takes all that are farther. */
gboolean    wh_engine_pairs     (WhEngine *engine, const WhMatrix *matrix, gsize n_bins, float bin_width, guint64 *histogram,
                                 WhPairSums *out_sums, GCancellable *cancellable, const char **out_path);
/* All distances, n_rows x n_rows, 0 on the diagonal, NAN where there is none; at most WH_ENGINE_FULL_ROWS rows. */
gboolean    wh_engine_distances (WhEngine *engine, const WhMatrix *matrix, float *out_distances, GCancellable *cancellable,
                                 const char **out_path);

/* -- uncertainty -- */

/* Profiles whose amounts are known to lie somewhere: where low < high the amount is uniform on that interval, elsewhere it
 * is `estimates` with the relative standard deviation given. */
typedef struct {
  gsize          n_profiles, n_columns;
  const float   *estimates, *lows, *highs;   /* n_profiles x n_columns each */
  const guint64 *masks;                      /* n_profiles */
} WhIntervals;

typedef struct {
  guint32 first, second;     /* profiles */
} WhPairOfRows;

/* Distances of each pair in `n_draws` draws of all amounts (parametric bootstrap; measured amounts are lognormal). A profile's
 * draw depends on its number, the draw and the seed alone. out_distances: n_pairs x n_draws, NAN where a draw has none.
 * Hellinger, Jensen-Shannon and cosine. */
gboolean    wh_engine_bootstrap (WhEngine *engine, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs,
                                 gsize n_pairs, gsize n_draws, float rsd, guint64 seed, float *out_distances,
                                 GCancellable *cancellable, const char **out_path);
/* The band that holds `share` (0.9: 5 to 95 %) of n distances, which are sorted in place; NAN both when any is NAN or n is 0. */
void        wh_engine_band      (float *distances, gsize n, double share, double *out_low, double *out_high);

/* -- plain definitions in double precision, for explanations and as the reference in tests -- */

/* NAN where there is no distance. out_shared may be NULL. */
double      wh_engine_distance       (WhMetric metric, const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns,
                                      guint *out_shared);
double      wh_engine_hellinger      (const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns, guint *out_shared);
double      wh_engine_jensen_shannon (const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns);

/* Hellinger distances of `n_pairs` random pairs of rows (seeded), ascending, pairs without a distance left out. `values` and
 * `masks` as for wh_matrix_new. Floats; free with g_array_unref. */
GArray     *wh_engine_random_pairs (const float *values, const guint64 *masks, gsize n_rows, gsize n_columns, gsize n_pairs, guint64 seed);

/* -- what doctor shows -- */

typedef enum {
  WH_DEVICE_USABLE,      /* agreed with the CPU; used where it is faster */
  WH_DEVICE_REFUSED,     /* crashed, hung, lied or failed: `reason` */
  WH_DEVICE_CHECKING,    /* not known yet */
  WH_DEVICE_OFF,         /* failed repeatedly since the program began, or switched off: `reason` */
} WhDeviceState;

/* An operation that goes to a device. */
typedef struct {
  const char *operation;   /* "nearest", "pairs", "distances", "bootstrap", "clusters", "silhouette", "correlations" */
  double      from;        /* from how many cells on: rows x columns x what each row is held against */
} WhDeviceUse;

typedef struct {
  char         *name;        /* "NVIDIA H100"; for a driver that could not be asked, its file */
  char         *file;        /* the driver's .icd file */
  char         *driver;      /* version; NULL unknown */
  WhDeviceState state;
  char         *reason;      /* translated; NULL when usable */
  char         *choice;      /* which operations go to it from what size on; translated; NULL unless usable */
  GArray       *uses;        /* of WhDeviceUse: the same for programs */
  gint64        checked_at;  /* when this was found out; WH_TIME_UNSET while it is not */
} WhDevice;

/* Of WhDevice*, free with g_ptr_array_unref: what is known. `wait`: looks, and waits until all have been tried (each has a time limit). */
GPtrArray  *wh_engine_devices  (WhEngine *engine, gboolean wait);
/* Whether devices are being tried. */
gboolean    wh_engine_is_looking (WhEngine *engine);
/* Set once before there is an engine: the program that is started anew, with one argument, to use a device in its place
 * (wh-opencl-host.h); without it there are no devices. */
void        wh_engine_set_host (const char *program);
/* Set once before there is an engine: FALSE for no devices at all; `denied` (NULL-terminated, may be NULL): names of devices, in part,
 * and of drivers' files that are not to be used. */
void        wh_engine_set_policy (gboolean enabled, const char *const *denied);
/* Whether devices may be used at all. */
gboolean    wh_engine_enabled  (void);
/* "cpu-avx2". */
const char *wh_engine_cpu_path (WhEngine *engine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhMatrix, wh_matrix_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhEngine, wh_engine_free)

G_END_DECLS
