#include "wh-engine.h"

#include <math.h>

#include "wh-engine-ops.h"
#include "wh-matrix-private.h"

struct _WhEngine {
  const WhEngineOps *ops;
  gpointer           state;
};

/* The first that opens is taken; the CPU always does. */
static const WhEngineOps *const engines[] = { &wh_engine_cpu_ops };

WhEngine *
wh_engine_new (void)
{
  WhEngine *engine = g_new0 (WhEngine, 1);

  for (guint i = 0; i < G_N_ELEMENTS (engines) && !engine->state; i++)
    {
      engine->ops = engines[i];
      engine->state = engines[i]->version == WH_ENGINE_OPS_VERSION ? engines[i]->open () : NULL;
    }
  g_assert (engine->state);
  return engine;
}

void
wh_engine_free (WhEngine *engine)
{
  engine->ops->close (engine->state);
  g_free (engine);
}

gsize
wh_engine_nearest (WhEngine *engine, const WhMatrix *matrix, const float *query, guint64 mask, guint32 exclude, gsize k,
                   WhNeighbour *out_neighbours, const char **out_path)
{
  const char *path;

  return engine->ops->nearest (engine->state, matrix, query, mask, exclude, k, out_neighbours, out_path ? out_path : &path);
}

/* What both sides tested: sums for renormalising, and how many columns. FALSE when they cannot be compared. */
static gboolean
shared_sums (const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns, double *out_a, double *out_b,
             guint *out_shared)
{
  guint64 mask = mask_a & mask_b;

  *out_a = *out_b = 0;
  *out_shared = 0;
  for (gsize column = 0; column < n_columns; column++)
    if (mask >> column & 1)
      {
        *out_a += a[column];
        *out_b += b[column];
        ++*out_shared;
      }
  return *out_shared >= WH_ENGINE_MIN_SHARED && *out_a > 0 && *out_b > 0;
}

double
wh_engine_hellinger (const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns, guint *out_shared)
{
  double sum_a, sum_b, product = 0;
  guint shared;
  gboolean comparable = shared_sums (a, mask_a, b, mask_b, n_columns, &sum_a, &sum_b, &shared);

  if (out_shared)
    *out_shared = shared;
  if (!comparable)
    return NAN;
  for (gsize column = 0; column < n_columns; column++)
    if ((mask_a & mask_b) >> column & 1)
      product += sqrt ((a[column] / sum_a) * (b[column] / sum_b));
  return sqrt (MAX (0, 1 - product));
}

/* p log2 (p / m), 0 at p = 0. */
static double
divergence (double p, double m)
{
  return p > 0 ? p * log2 (p / m) : 0;
}

double
wh_engine_jensen_shannon (const float *a, guint64 mask_a, const float *b, guint64 mask_b, gsize n_columns)
{
  double sum_a, sum_b, total = 0;
  guint shared;

  if (!shared_sums (a, mask_a, b, mask_b, n_columns, &sum_a, &sum_b, &shared))
    return NAN;
  for (gsize column = 0; column < n_columns; column++)
    if ((mask_a & mask_b) >> column & 1)
      {
        double p = a[column] / sum_a, q = b[column] / sum_b, m = (p + q) / 2;
        total += divergence (p, m) / 2 + divergence (q, m) / 2;
      }
  return sqrt (MAX (0, total));
}

/* SplitMix64: enough to choose pairs, the same on every machine. */
static guint64
next_random (guint64 *state)
{
  guint64 z = *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ z >> 31;
}

static void
copy_row (const WhMatrix *matrix, gsize row, float *out)
{
  for (gsize column = 0; column < matrix->n_columns; column++)
    out[column] = wh_matrix_value (matrix, row, column);
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

GArray *
wh_engine_random_pairs (WhEngine *engine, const WhMatrix *matrix, gsize n_pairs, guint64 seed)
{
  GArray *distances = g_array_sized_new (FALSE, FALSE, sizeof (float), (guint) n_pairs);
  float a[WH_ENGINE_COLUMNS], b[WH_ENGINE_COLUMNS];

  for (gsize i = 0; matrix->n_rows > 1 && i < n_pairs; i++)
    {
      gsize first = next_random (&seed) % matrix->n_rows, second = next_random (&seed) % (matrix->n_rows - 1);
      float distance;

      second += second >= first;
      copy_row (matrix, first, a);
      copy_row (matrix, second, b);
      distance = (float) wh_engine_hellinger (a, matrix->masks[first], b, matrix->masks[second], matrix->n_columns, NULL);
      if (!isnan (distance))
        g_array_append_val (distances, distance);
    }
  g_array_sort (distances, compare_floats);
  return distances;
}
