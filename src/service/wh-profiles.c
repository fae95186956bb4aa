#include "wh-profiles.h"

#include <math.h>

#define CALIBRATION_PAIRS 20000
#define CALIBRATION_SEED 420
#define FEWEST_PAIRS 100

WhProfiles *
wh_profiles_ref (WhProfiles *profiles)
{
  g_atomic_ref_count_inc (&profiles->ref_count);
  return profiles;
}

void
wh_profiles_unref (WhProfiles *profiles)
{
  if (!g_atomic_ref_count_dec (&profiles->ref_count))
    return;
  g_clear_pointer (&profiles->matrix, wh_matrix_unref);
  g_clear_pointer (&profiles->pairs, g_array_unref);
  g_clear_pointer (&profiles->snapshot, wh_snapshot_unref);
  g_free (profiles->values);
  g_free (profiles->masks);
  g_free (profiles);
}

typedef struct {
  WhAnalyteIndex analyte;
  guint          n_tested;
} Candidate;

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *x = a, *y = b;

  if (x->n_tested != y->n_tested)
    return x->n_tested > y->n_tested ? -1 : 1;
  return (int) x->analyte - (int) y->analyte;
}

/* Terpenes that stand for themselves: isomers that a total sums up are left to the total, since labs report either. Of
 * more than the engine takes, the most tested. */
static void
choose_columns (WhProfiles *profiles)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));

  for (guint i = 0; i < wh_analyte_count (); i++)
    {
      const WhAnalyte *analyte = wh_analyte_get (i);
      Candidate candidate = { analyte->index, 0 };

      if (!wh_analyte_is_terpene (analyte) || analyte->total != WH_ANALYTE_NONE)
        continue;
      for (guint row = 0; row < wh_snapshot_length (profiles->snapshot); row++)
        candidate.n_tested += wh_snapshot_amount (profiles->snapshot, row, analyte->index).n > 0;
      if (candidate.n_tested)
        g_array_append_val (candidates, candidate);
    }
  g_array_sort (candidates, compare_candidates);
  profiles->n_columns = MIN (WH_ENGINE_COLUMNS, candidates->len);
  for (guint i = 0; i < profiles->n_columns; i++)
    profiles->columns[i] = g_array_index (candidates, Candidate, i).analyte;
}

static void
pack_row (WhProfiles *profiles, guint row)
{
  for (guint column = 0; column < profiles->n_columns; column++)
    {
      WhAmount amount = wh_snapshot_amount (profiles->snapshot, row, profiles->columns[column]);
      if (amount.n == 0)
        continue;
      profiles->masks[row] |= G_GUINT64_CONSTANT (1) << column;
      profiles->values[row * profiles->n_columns + column] = (float) amount.estimate;
    }
}

WhProfiles *
wh_profiles_new (WhSnapshot *snapshot, GError **error)
{
  g_autoptr (WhProfiles) profiles = g_new0 (WhProfiles, 1);
  guint n_rows = wh_snapshot_length (snapshot);

  g_atomic_ref_count_init (&profiles->ref_count);
  profiles->snapshot = wh_snapshot_ref (snapshot);
  choose_columns (profiles);
  profiles->n_columns = MAX (1, profiles->n_columns);
  profiles->values = g_new0 (float, (gsize) n_rows * profiles->n_columns + 1);
  profiles->masks = g_new0 (guint64, n_rows + 1);
  for (guint row = 0; row < n_rows; row++)
    pack_row (profiles, row);
  profiles->matrix = wh_matrix_new (WH_METRIC_HELLINGER, profiles->values, profiles->masks, n_rows, profiles->n_columns, error);
  if (!profiles->matrix)
    return NULL;
  profiles->pairs = wh_engine_random_pairs (profiles->values, profiles->masks, n_rows, profiles->n_columns, CALIBRATION_PAIRS,
                                             CALIBRATION_SEED);
  return g_steal_pointer (&profiles);
}

double
wh_profiles_percentile (const WhProfiles *profiles, double distance)
{
  const GArray *pairs = profiles->pairs;
  guint low = 0, high = pairs->len;

  if (pairs->len < FEWEST_PAIRS)
    return NAN;
  while (low < high)
    {
      guint middle = (low + high) / 2;
      if (g_array_index (pairs, float, middle) <= distance)
        low = middle + 1;
      else
        high = middle;
    }
  return 100.0 * (pairs->len - low) / pairs->len;
}
