#include <math.h>
#include <string.h>

#include "wh-opencl-private.h"

#define MOST_PAIRS 1024      /* of one piece; at most twice as many profiles */

/* Some pairs and the profiles that occur in them, numbered anew. */
typedef struct {
  const WhIntervals *intervals;
  gsize       n_pairs, n_profiles;
  guint32     numbers[2 * MOST_PAIRS];     /* the profiles' own */
  cl_uint2    sides[MOST_PAIRS];
} Piece;

typedef struct {
  cl_mem estimates, lows, highs, masks, numbers, sides;
} Profiles;

typedef struct {
  WhMetric metric;
  float    sigma;
  guint64  seed;
  gsize    n_draws;
} Draws;

static guint32
number_of (Piece *piece, GHashTable *seen, guint32 profile)
{
  gpointer place = NULL;

  if (g_hash_table_lookup_extended (seen, GUINT_TO_POINTER (profile), NULL, &place))
    return GPOINTER_TO_UINT (place);
  g_hash_table_insert (seen, GUINT_TO_POINTER (profile), GUINT_TO_POINTER (piece->n_profiles));
  piece->numbers[piece->n_profiles] = profile;
  return (guint32) piece->n_profiles++;
}

static void
fill_piece (Piece *piece, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  piece->intervals = intervals;
  piece->n_pairs = n_pairs;
  piece->n_profiles = 0;
  for (gsize i = 0; i < n_pairs; i++)
    {
      piece->sides[i].s[0] = number_of (piece, seen, pairs[i].first);
      piece->sides[i].s[1] = number_of (piece, seen, pairs[i].second);
    }
}

/* The rows of the profiles in use, one after the other. */
static cl_mem
gather (WhOpencl *self, const Piece *piece, const float *table)
{
  const gsize n = piece->intervals->n_columns;
  g_autofree float *rows = g_new (float, piece->n_profiles * n);

  for (gsize i = 0; i < piece->n_profiles; i++)
    memcpy (rows + i * n, table + piece->numbers[i] * n, n * sizeof *rows);
  return wh_opencl_buffer (self, piece->n_profiles * n * sizeof *rows, rows);
}

static cl_mem
gather_masks (WhOpencl *self, const Piece *piece)
{
  g_autofree guint64 *masks = g_new (guint64, piece->n_profiles);

  for (gsize i = 0; i < piece->n_profiles; i++)
    masks[i] = piece->intervals->masks[piece->numbers[i]] & G_MAXUINT64 >> (WH_ENGINE_COLUMNS - piece->intervals->n_columns);
  return wh_opencl_buffer (self, piece->n_profiles * sizeof *masks, masks);
}

static gboolean
upload (WhOpencl *self, const Piece *piece, Profiles *out)
{
  const WhIntervals *intervals = piece->intervals;

  out->estimates = gather (self, piece, intervals->estimates);
  out->lows = gather (self, piece, intervals->lows);
  out->highs = gather (self, piece, intervals->highs);
  out->masks = gather_masks (self, piece);
  out->numbers = wh_opencl_buffer (self, piece->n_profiles * sizeof (guint32), piece->numbers);
  out->sides = wh_opencl_buffer (self, piece->n_pairs * sizeof (cl_uint2), piece->sides);
  return out->estimates && out->lows && out->highs && out->masks && out->numbers && out->sides;
}

static void
clear_profiles (Profiles *profiles)
{
  wh_opencl_release_mem (profiles->estimates);
  wh_opencl_release_mem (profiles->lows);
  wh_opencl_release_mem (profiles->highs);
  wh_opencl_release_mem (profiles->masks);
  wh_opencl_release_mem (profiles->numbers);
  wh_opencl_release_mem (profiles->sides);
}

/* `stride` draws, from the first on, into `amounts` and from there into `distances`. */
static gboolean
draw (WhOpencl *self, const Piece *piece, const Profiles *profiles, const Draws *draws, gsize first_draw, gsize stride, cl_mem amounts,
      cl_mem distances)
{
  const cl_uint2 seed = { { (cl_uint) draws->seed, (cl_uint) (draws->seed >> 32) } };
  const gsize groups = stride / WH_OPENCL_LANES, n_columns = piece->intervals->n_columns;

  return wh_opencl_run (self, "draw_amounts", groups, n_columns, piece->n_profiles, WH_OPENCL_MEM (profiles->estimates),
                        WH_OPENCL_MEM (profiles->lows), WH_OPENCL_MEM (profiles->highs), WH_OPENCL_MEM (profiles->masks),
                        WH_OPENCL_MEM (profiles->numbers), WH_OPENCL_UINT (n_columns), WH_OPENCL_UINT (first_draw),
                        WH_OPENCL_UINT (stride), { sizeof seed, &seed }, WH_OPENCL_FLOAT (draws->sigma), WH_OPENCL_MEM (amounts))
         && wh_opencl_run (self, "draw_distances", groups, piece->n_pairs, 1, WH_OPENCL_INT (draws->metric), WH_OPENCL_MEM (amounts),
                           WH_OPENCL_MEM (profiles->masks), WH_OPENCL_MEM (profiles->sides), WH_OPENCL_UINT (n_columns),
                           WH_OPENCL_UINT (stride), WH_OPENCL_MEM (distances));
}

static WhRun
draw_all (WhOpencl *self, const Piece *piece, const Profiles *profiles, const Draws *draws, float *out_distances, GCancellable *cancellable)
{
  const gsize bytes = (piece->n_profiles * piece->intervals->n_columns + piece->n_pairs) * sizeof (float);
  const gsize all = (draws->n_draws + WH_OPENCL_LANES - 1) / WH_OPENCL_LANES, fit = self->budget / bytes / WH_OPENCL_LANES;
  const gsize stride = CLAMP (fit, 1, all) * WH_OPENCL_LANES;
  g_auto (cl_mem) amounts = wh_opencl_buffer (self, piece->n_profiles * piece->intervals->n_columns * stride * sizeof (float), NULL);
  g_auto (cl_mem) distances = wh_opencl_buffer (self, piece->n_pairs * stride * sizeof (float), NULL);

  if (!amounts || !distances)
    return WH_RUN_UNABLE;
  for (gsize first = 0; first < draws->n_draws; first += stride)
    {
      const WhOpenclShape shape = { MIN (stride, draws->n_draws - first) * sizeof (float), piece->n_pairs, stride * sizeof (float),
                                    draws->n_draws * sizeof (float) };
      if (g_cancellable_is_cancelled (cancellable))
        return WH_RUN_CANCELLED;
      if (!draw (self, piece, profiles, draws, first, stride, amounts, distances)
          || !wh_opencl_read (self, distances, out_distances + first, shape))
        return WH_RUN_UNABLE;
    }
  return WH_RUN_DONE;
}

static WhRun
run_piece (WhOpencl *self, const Piece *piece, const Draws *draws, float *out_distances, GCancellable *cancellable)
{
  Profiles profiles = { 0 };
  WhRun run = WH_RUN_UNABLE;

  if (upload (self, piece, &profiles))
    run = draw_all (self, piece, &profiles, draws, out_distances, cancellable);
  clear_profiles (&profiles);
  return run;
}

WhRun
wh_opencl_bootstrap (WhOpencl *self, WhMetric metric, const WhIntervals *intervals, const WhPairOfRows *pairs, gsize n_pairs, gsize n_draws,
                     float rsd, guint64 seed, float *out_distances, GCancellable *cancellable)
{
  const Draws draws = { metric, sqrtf (logf (1 + rsd * rsd)), seed, n_draws };
  g_autofree Piece *piece = g_new0 (Piece, 1);
  WhRun run = WH_RUN_DONE;

  if (g_cancellable_is_cancelled (cancellable))
    return WH_RUN_CANCELLED;
  if (metric == WH_METRIC_AITCHISON)
    return WH_RUN_UNABLE;
  for (gsize first = 0; first < n_pairs && n_draws > 0 && run == WH_RUN_DONE; first += MOST_PAIRS)
    {
      fill_piece (piece, intervals, pairs + first, MIN (MOST_PAIRS, n_pairs - first));
      run = run_piece (self, piece, &draws, out_distances + first * n_draws, cancellable);
    }
  return run;
}
