#include "wh-clusters.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-random.h"
#include "wh-engine-ops.h"

#define MOST_ROUNDS 300

/* -- points: single precision about the columns' means, where it loses least -- */

static float *
centred (const double *values, gsize n_rows, gsize n_columns)
{
  float *out = g_new (float, n_rows * n_columns + 1);
  g_autofree double *means = g_new0 (double, n_columns + 1);

  for (gsize row = 0; row < n_rows; row++)
    for (gsize column = 0; column < n_columns; column++)
      means[column] += values[row * n_columns + column] / (double) n_rows;
  for (gsize row = 0; row < n_rows; row++)
    for (gsize column = 0; column < n_columns; column++)
      out[row * n_columns + column] = (float) (values[row * n_columns + column] - means[column]);
  return out;
}

/* -- k-means++: each further centre is a row that is likely to be far from those there are -- */

static float
squared_distance (const float *a, const float *b, gsize n)
{
  float sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

/* A row drawn with a chance in proportion to `nearest`; any row where all are zero. */
static gsize
draw_row (const float *nearest, gsize n_rows, WhRng *rng)
{
  double sum = 0, mark;

  for (gsize row = 0; row < n_rows; row++)
    sum += nearest[row];
  if (sum == 0)
    return wh_rng_below (rng, (guint32) n_rows);
  mark = wh_rng_uniform (rng) * sum;
  for (gsize row = 0; row < n_rows; row++)
    if ((mark -= nearest[row]) < 0)
      return row;
  return n_rows - 1;
}

static void
choose_centres (const WhPoints *points, guint k, float *nearest, WhRng *rng, float *out_centres)
{
  gsize n = points->n_columns;

  for (gsize row = 0; row < points->n_rows; row++)
    nearest[row] = INFINITY;
  for (guint centre = 0; centre < k; centre++)
    {
      gsize chosen = centre ? draw_row (nearest, points->n_rows, rng) : wh_rng_below (rng, (guint32) points->n_rows);
      float *to = out_centres + centre * n;
      memcpy (to, points->values + chosen * n, n * sizeof *to);
      for (gsize row = 0; row < points->n_rows; row++)
        nearest[row] = MIN (nearest[row], squared_distance (points->values + row * n, to, n));
    }
}

static float *
make_starts (const WhPoints *points, guint k, guint n_starts, guint64 seed)
{
  float *starts = g_new (float, (gsize) n_starts * k * points->n_columns + 1);
  g_autofree float *nearest = g_new (float, points->n_rows + 1);
  WhRng rng;

  wh_rng_init (&rng, seed);
  for (guint start = 0; start < n_starts; start++)
    choose_centres (points, k, nearest, &rng, starts + (gsize) start * k * points->n_columns);
  return starts;
}

/* -- the result -- */

typedef struct {
  guint label;
  gsize size;
} Cluster;

static int
compare_clusters (gconstpointer a, gconstpointer b)
{
  const Cluster *x = a, *y = b;

  if (x->size != y->size)
    return x->size > y->size ? -1 : 1;
  return (x->label > y->label) - (x->label < y->label);
}

/* Clusters renumbered by size. */
static void
renumber (WhClusters *clusters)
{
  g_autofree Cluster *order = g_new0 (Cluster, clusters->k);
  g_autofree guint *place = g_new (guint, clusters->k);

  for (guint i = 0; i < clusters->k; i++)
    order[i].label = i;
  for (gsize row = 0; row < clusters->n_rows; row++)
    order[clusters->labels[row]].size++;
  qsort (order, clusters->k, sizeof *order, compare_clusters);
  for (guint i = 0; i < clusters->k; i++)
    {
      place[order[i].label] = i;
      clusters->sizes[i] = order[i].size;
    }
  for (gsize row = 0; row < clusters->n_rows; row++)
    clusters->labels[row] = place[clusters->labels[row]];
}

static void
measure (WhClusters *clusters, const double *values)
{
  gsize n = clusters->n_columns;

  for (gsize row = 0; row < clusters->n_rows; row++)
    for (gsize column = 0; column < n; column++)
      clusters->centres[clusters->labels[row] * n + column]
          += values[row * n + column] / (double) clusters->sizes[clusters->labels[row]];
  for (gsize row = 0; row < clusters->n_rows; row++)
    for (gsize column = 0; column < n; column++)
      {
        double difference = values[row * n + column] - clusters->centres[clusters->labels[row] * n + column];
        clusters->inertia += difference * difference;
      }
}

static gboolean
are_numbers (const double *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;
  return TRUE;
}

WhClusters *
wh_clusters_new (WhEngine *engine, const double *values, gsize n_rows, gsize n_columns, guint k, guint n_starts, guint64 seed,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (WhClusters) clusters = NULL;
  g_autofree float *points_values = NULL, *starts = NULL;
  WhPoints points;
  gsize start;

  if (k == 0 || k > n_rows || k > WH_ENGINE_CLUSTERS || !are_numbers (values, n_rows * n_columns))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("%u clusters cannot be made of %" G_GSIZE_FORMAT " rows of numbers."), k, n_rows);
      return NULL;
    }
  points_values = centred (values, n_rows, n_columns);
  points = (WhPoints) { n_rows, n_columns, points_values };
  starts = make_starts (&points, k, MAX (1, n_starts), seed);
  clusters = g_new0 (WhClusters, 1);
  *clusters = (WhClusters) { n_rows, n_columns, k, g_new (guint, n_rows), g_new (gsize, k), g_new0 (double, k * n_columns + 1), 0, NULL };
  if (!wh_engine_lloyd (engine, &points, k, MAX (1, n_starts), starts, MOST_ROUNDS, clusters->labels, &start, cancellable,
                        &clusters->path))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, _("Cancelled."));
      return NULL;
    }
  renumber (clusters);
  measure (clusters, values);
  return g_steal_pointer (&clusters);
}

void
wh_clusters_free (WhClusters *clusters)
{
  g_free (clusters->labels);
  g_free (clusters->sizes);
  g_free (clusters->centres);
  g_free (clusters);
}

/* -- silhouette -- */

/* (b - a) / max(a, b): a, the mean distance to the own cluster; b, to the nearest other one. */
static double
width_of (const WhClusters *clusters, guint own, const double *sums)
{
  double a = sums[own] / MAX (1, clusters->sizes[own] - 1), b = INFINITY, larger;

  if (clusters->sizes[own] < 2)
    return 0;
  for (guint other = 0; other < clusters->k; other++)
    if (other != own && clusters->sizes[other])
      b = MIN (b, sums[other] / clusters->sizes[other]);
  larger = MAX (a, b);
  return larger > 0 && b < INFINITY ? (b - a) / larger : 0;
}

double
wh_clusters_silhouette (WhEngine *engine, const WhClusters *clusters, const double *values, gsize most_rows, GCancellable *cancellable)
{
  gsize step = most_rows ? MAX (1, (clusters->n_rows + most_rows - 1) / most_rows) : 1;
  gsize measured = (clusters->n_rows + step - 1) / step;
  g_autofree double *sums = g_new (double, measured * clusters->k + 1);
  g_autofree float *points_values = NULL;
  WhPoints points;
  double total = 0;

  if (clusters->k < 2)
    return NAN;
  points_values = centred (values, clusters->n_rows, clusters->n_columns);
  points = (WhPoints) { clusters->n_rows, clusters->n_columns, points_values };
  if (!wh_engine_spreads (engine, &points, clusters->k, clusters->labels, step, sums, cancellable, NULL))
    return NAN;
  for (gsize i = 0; i < measured; i++)
    total += width_of (clusters, clusters->labels[i * step], sums + i * clusters->k);
  return total / (double) measured;
}
