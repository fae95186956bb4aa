#include "wh-clusters.h"

#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-random.h"

#define MOST_ROUNDS 300

typedef struct {
  const double *values;
  gsize         n_rows, n_columns;
  guint         k;
  guint        *labels;
  double       *centres;
  double       *nearest;   /* n_rows: squared distance to the centre it is with */
  double        inertia;
} Run;

static double
squared_distance (const double *a, const double *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

static const double *
row_of (const Run *run, gsize row)
{
  return run->values + row * run->n_columns;
}

static void
set_centre (Run *run, guint centre, gsize row)
{
  memcpy (run->centres + centre * run->n_columns, row_of (run, row), run->n_columns * sizeof (double));
}

/* A row drawn with a chance in proportion to `nearest`; any row where all are zero. */
static gsize
draw_row (const Run *run, WhRng *rng)
{
  double sum = 0, mark;

  for (gsize row = 0; row < run->n_rows; row++)
    sum += run->nearest[row];
  if (sum == 0)
    return wh_rng_below (rng, (guint32) run->n_rows);
  mark = wh_rng_uniform (rng) * sum;
  for (gsize row = 0; row < run->n_rows; row++)
    if ((mark -= run->nearest[row]) < 0)
      return row;
  return run->n_rows - 1;
}

/* k-means++: each further centre is a row that is likely to be far from those there are. */
static void
choose_centres (Run *run, WhRng *rng)
{
  set_centre (run, 0, wh_rng_below (rng, (guint32) run->n_rows));
  for (gsize row = 0; row < run->n_rows; row++)
    run->nearest[row] = squared_distance (row_of (run, row), run->centres, run->n_columns);
  for (guint centre = 1; centre < run->k; centre++)
    {
      set_centre (run, centre, draw_row (run, rng));
      for (gsize row = 0; row < run->n_rows; row++)
        run->nearest[row] = MIN (run->nearest[row], squared_distance (row_of (run, row), run->centres + centre * run->n_columns,
                                                                      run->n_columns));
    }
}

/* Every row to its nearest centre; whether any moved. */
static gboolean
assign (Run *run)
{
  gboolean moved = FALSE;

  run->inertia = 0;
  for (gsize row = 0; row < run->n_rows; row++)
    {
      guint best = 0;
      run->nearest[row] = INFINITY;
      for (guint centre = 0; centre < run->k; centre++)
        {
          double distance = squared_distance (row_of (run, row), run->centres + centre * run->n_columns, run->n_columns);
          if (distance < run->nearest[row])
            {
              run->nearest[row] = distance;
              best = centre;
            }
        }
      moved |= run->labels[row] != best;
      run->labels[row] = best;
      run->inertia += run->nearest[row];
    }
  return moved;
}

static gsize
farthest_row (const Run *run)
{
  gsize farthest = 0;

  for (gsize row = 1; row < run->n_rows; row++)
    if (run->nearest[row] > run->nearest[farthest])
      farthest = row;
  return farthest;
}

/* Centres into the middle of their rows; one that lost all its rows takes the row that is farthest from its own centre. */
static void
move_centres (Run *run)
{
  g_autofree gsize *sizes = g_new0 (gsize, run->k);

  memset (run->centres, 0, run->k * run->n_columns * sizeof (double));
  for (gsize row = 0; row < run->n_rows; row++)
    {
      double *centre = run->centres + run->labels[row] * run->n_columns;
      sizes[run->labels[row]]++;
      for (gsize column = 0; column < run->n_columns; column++)
        centre[column] += row_of (run, row)[column];
    }
  for (guint centre = 0; centre < run->k; centre++)
    if (sizes[centre] == 0)
      {
        gsize row = farthest_row (run);
        set_centre (run, centre, row);
        run->nearest[row] = 0;
      }
    else
      for (gsize column = 0; column < run->n_columns; column++)
        run->centres[centre * run->n_columns + column] /= sizes[centre];
}

static void
run_once (Run *run, WhRng *rng)
{
  choose_centres (run, rng);
  memset (run->labels, 0xff, run->n_rows * sizeof (guint));
  for (guint round = 0; assign (run) && round < MOST_ROUNDS; round++)
    move_centres (run);
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

/* Takes a run over, clusters renumbered by size. */
static void
take (WhClusters *clusters, const Run *run)
{
  g_autofree Cluster *order = g_new0 (Cluster, run->k);
  g_autofree guint *place = g_new (guint, run->k);

  for (guint i = 0; i < run->k; i++)
    order[i].label = i;
  for (gsize row = 0; row < run->n_rows; row++)
    order[run->labels[row]].size++;
  qsort (order, run->k, sizeof *order, compare_clusters);
  for (guint i = 0; i < run->k; i++)
    {
      place[order[i].label] = i;
      clusters->sizes[i] = order[i].size;
      memcpy (clusters->centres + i * run->n_columns, run->centres + order[i].label * run->n_columns,
              run->n_columns * sizeof (double));
    }
  for (gsize row = 0; row < run->n_rows; row++)
    clusters->labels[row] = place[run->labels[row]];
  clusters->inertia = run->inertia;
}

static gboolean
are_numbers (const double *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;
  return TRUE;
}

static WhClusters *
clusters_alloc (gsize n_rows, gsize n_columns, guint k)
{
  WhClusters *clusters = g_new0 (WhClusters, 1);

  clusters->n_rows = n_rows;
  clusters->n_columns = n_columns;
  clusters->k = k;
  clusters->labels = g_new (guint, n_rows);
  clusters->sizes = g_new (gsize, k);
  clusters->centres = g_new (double, k * n_columns + 1);
  clusters->inertia = INFINITY;
  return clusters;
}

WhClusters *
wh_clusters_new (const double *values, gsize n_rows, gsize n_columns, guint k, guint n_starts, guint64 seed, GError **error)
{
  g_autofree guint *labels = g_new (guint, n_rows + 1);
  g_autofree double *centres = g_new (double, k * n_columns + 1);
  g_autofree double *nearest = g_new (double, n_rows + 1);
  Run run = { values, n_rows, n_columns, k, labels, centres, nearest, 0 };
  WhClusters *clusters;
  WhRng rng;

  if (k == 0 || k > n_rows || !are_numbers (values, n_rows * n_columns))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, "%u clusters cannot be made of %" G_GSIZE_FORMAT " rows of numbers", k, n_rows);
      return NULL;
    }
  clusters = clusters_alloc (n_rows, n_columns, k);
  wh_rng_init (&rng, seed);
  for (guint start = 0; start < MAX (1, n_starts); start++)
    {
      run_once (&run, &rng);
      if (run.inertia < clusters->inertia)
        take (clusters, &run);
    }
  return clusters;
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
  return larger > 0 ? (b - a) / larger : 0;
}

double
wh_clusters_silhouette (const WhClusters *clusters, const double *values, gsize most_rows)
{
  g_autofree double *sums = g_new (double, clusters->k);
  gsize n = clusters->n_columns, step = most_rows ? (clusters->n_rows + most_rows - 1) / most_rows : 1, measured = 0;
  double total = 0;

  if (clusters->k < 2)
    return NAN;
  for (gsize row = 0; row < clusters->n_rows; row += step, measured++)
    {
      memset (sums, 0, clusters->k * sizeof (double));
      for (gsize other = 0; other < clusters->n_rows; other++)
        sums[clusters->labels[other]] += sqrt (squared_distance (values + row * n, values + other * n, n));
      total += width_of (clusters, clusters->labels[row], sums);
    }
  return total / measured;
}
