#include "wh-profiles.h"

#include <math.h>
#include <string.h>

#include "wh-calibration.h"
#include "wh-snapshot.h"

#define CALIBRATION_PAIRS 20000
#define CALIBRATION_SEED 420
#define N_DRAWS 200
#define BAND 0.9
#define FEWEST_PAIRS 100
#define FEWEST_PRODUCER_PAIRS 30
#define NO_COLUMN G_MAXUINT8
#define EQUAL 1e-6                /* a distance below this is rounding */

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
  g_clear_pointer (&profiles->producer_pairs, g_array_unref);
  g_clear_pointer (&profiles->snapshot, wh_snapshot_unref);
  g_free (profiles->values);
  g_free (profiles->masks);
  g_free (profiles->censored);
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
  const WhSnapshot *snapshot = profiles->snapshot;
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_autofree guint *n_tested = g_new0 (guint, wh_analyte_count () + WH_N_SUMS);

  for (guint32 fact = 0; fact < snapshot->facts_first[snapshot->n]; fact++)
    n_tested[snapshot->facts[fact].analyte]++;
  for (guint i = 0; i < wh_analyte_count (); i++)
    {
      const WhAnalyte *analyte = wh_analyte_get (i);
      Candidate candidate = { analyte->index, n_tested[i] };
      if (wh_analyte_is_terpene (analyte) && analyte->total == WH_ANALYTE_NONE && candidate.n_tested)
        g_array_append_val (candidates, candidate);
    }
  g_array_sort (candidates, compare_candidates);
  profiles->n_columns = MIN (WH_ENGINE_COLUMNS, candidates->len);
  for (guint i = 0; i < profiles->n_columns; i++)
    profiles->columns[i] = g_array_index (candidates, Candidate, i).analyte;
}

static void
pack_row (WhProfiles *profiles, guint row, const guint8 *column_of)
{
  const WhSnapshot *snapshot = profiles->snapshot;

  for (guint32 i = snapshot->facts_first[row]; i < snapshot->facts_first[row + 1]; i++)
    {
      const WhFact *fact = &snapshot->facts[i];
      guint column = column_of[fact->analyte];
      if (column == NO_COLUMN)
        continue;
      profiles->masks[row] |= G_GUINT64_CONSTANT (1) << column;
      if (fact->low < fact->high || fact->high == 0)
        profiles->censored[row] |= G_GUINT64_CONSTANT (1) << column;
      profiles->values[(gsize) row * profiles->n_columns + column] = (float) (fact->estimate / WH_FACT_UNIT);
    }
}

static void
pack_rows (WhProfiles *profiles)
{
  guint n_kinds = wh_analyte_count () + WH_N_SUMS;
  g_autofree guint8 *column_of = g_malloc (n_kinds);

  memset (column_of, NO_COLUMN, n_kinds);
  for (guint column = 0; column < profiles->n_columns; column++)
    column_of[profiles->columns[column]] = (guint8) column;
  for (guint row = 0; row < profiles->snapshot->n; row++)
    pack_row (profiles, row, column_of);
}

/* Distances of random pairs of strains that have a profile. Most of a catalogue may have none: pairs with one of those would tell
 * nothing, and hardly a pair would be left. */
static GArray *
random_pairs (const WhProfiles *profiles)
{
  guint n_rows = wh_snapshot_length (profiles->snapshot), n_columns = profiles->n_columns, n = 0;
  g_autofree float *values = g_new (float, (gsize) n_rows * n_columns + 1);
  g_autofree guint64 *masks = g_new (guint64, n_rows + 1);

  for (guint row = 0; row < n_rows; row++)
    if (__builtin_popcountll (profiles->masks[row]) >= WH_ENGINE_MIN_SHARED)
      {
        memcpy (values + (gsize) n * n_columns, profiles->values + (gsize) row * n_columns, n_columns * sizeof *values);
        masks[n++] = profiles->masks[row];
      }
  return wh_engine_random_pairs (values, masks, n, n_columns, CALIBRATION_PAIRS, CALIBRATION_SEED);
}

WhProfiles *
wh_profiles_new (WhSnapshot *snapshot, WhStore *store, GError **error)
{
  g_autoptr (WhProfiles) profiles = g_new0 (WhProfiles, 1);
  guint n_rows = wh_snapshot_length (snapshot);

  g_atomic_ref_count_init (&profiles->ref_count);
  profiles->snapshot = wh_snapshot_ref (snapshot);
  choose_columns (profiles);
  profiles->n_columns = MAX (1, profiles->n_columns);
  profiles->values = g_new0 (float, (gsize) n_rows * profiles->n_columns + 1);
  profiles->masks = g_new0 (guint64, n_rows + 1);
  profiles->censored = g_new0 (guint64, n_rows + 1);
  pack_rows (profiles);
  profiles->matrix = wh_matrix_new (WH_METRIC_HELLINGER, profiles->values, profiles->masks, n_rows, profiles->n_columns, error);
  if (!profiles->matrix)
    return NULL;
  profiles->pairs = random_pairs (profiles);
  profiles->producer_pairs = wh_calibration_producer_pairs (profiles, store, error);
  return profiles->producer_pairs ? g_steal_pointer (&profiles) : NULL;
}

/* -- single profiles -- */

static void
set_amount (WhProfile *profile, guint column, const WhAmount *amount)
{
  if (amount->n == 0)
    return;
  profile->mask |= G_GUINT64_CONSTANT (1) << column;
  profile->amounts[column] = (float) amount->estimate;
  profile->lows[column] = (float) amount->low;
  profile->highs[column] = (float) amount->high;
}

WhProfile
wh_profiles_strain (const WhProfiles *profiles, guint row)
{
  WhProfile profile = { 0 };

  for (guint column = 0; column < profiles->n_columns; column++)
    {
      WhAmount amount = wh_snapshot_amount (profiles->snapshot, row, profiles->columns[column]);
      set_amount (&profile, column, &amount);
    }
  return profile;
}

WhProfile
wh_profiles_panels (const WhProfiles *profiles, const WhPanel *const *panels, guint n_panels)
{
  g_autofree WhAmount *amounts = g_new (WhAmount, n_panels + 1);
  WhProfile profile = { 0 };

  for (guint column = 0; column < profiles->n_columns; column++)
    {
      WhAmount median;
      for (guint i = 0; i < n_panels; i++)
        amounts[i] = wh_chemistry_amount (panels[i], profiles->columns[column]);
      median = n_panels == 1 ? amounts[0] : wh_chemistry_median (amounts, n_panels);
      set_amount (&profile, column, &median);
    }
  return profile;
}

gboolean
wh_profile_is_whole (const WhProfile *profile)
{
  return __builtin_popcountll (profile->mask) >= WH_ENGINE_MIN_SHARED;
}

double
wh_profiles_distance (const WhProfiles *profiles, const WhProfile *a, const WhProfile *b)
{
  return wh_engine_hellinger (a->amounts, a->mask, b->amounts, b->mask, profiles->n_columns, NULL);
}

/* -- closeness -- */

/* Share of sorted distances that are farther than this one, 0 to 100. */
static double
percentile_of (const GArray *pairs, guint fewest, double distance)
{
  guint low = 0, high = pairs->len;

  if (pairs->len < fewest || isnan (distance))
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

void
wh_profiles_distances (const WhProfiles *profiles, guint row, float *out_distances)
{
  guint n = wh_snapshot_length (profiles->snapshot);
  const float *amounts = profiles->values + (gsize) row * profiles->n_columns, *other = profiles->values;
  float roots[WH_ENGINE_COLUMNS];

  for (guint c = 0; c < profiles->n_columns; c++)
    roots[c] = sqrtf (amounts[c]);
  for (guint i = 0; i < n; i++, other += profiles->n_columns)
    {
      guint64 shared = profiles->masks[i] & profiles->masks[row];
      float product = 0, mine = 0, theirs = 0;
      for (guint c = 0; c < profiles->n_columns; c++)
        {
          float both = (float) (shared >> c & 1);
          product += roots[c] * sqrtf (other[c]);   /* what was not tested is 0 on one side */
          mine += both * amounts[c];
          theirs += both * other[c];
        }
      gboolean whole = __builtin_popcountll (shared) >= WH_ENGINE_MIN_SHARED && mine > 0 && theirs > 0;
      out_distances[i] = whole ? sqrtf (MAX (0, 1 - product / sqrtf (mine * theirs))) : NAN;
    }
}

double
wh_profiles_percentile (const WhProfiles *profiles, double hellinger_distance)
{
  return percentile_of (profiles->pairs, FEWEST_PAIRS, hellinger_distance);
}

static double
sum_over (const float *amounts, guint64 mask, guint n_columns)
{
  double sum = 0;

  for (guint i = 0; i < n_columns; i++)
    if (mask >> i & 1)
      sum += amounts[i];
  return sum;
}

static void
keep_largest (WhCloseness *closeness, WhContribution contribution)
{
  guint place = closeness->n_contributions;

  while (place > 0 && closeness->contributions[place - 1].part < contribution.part)
    place--;
  if (place == WH_CLOSENESS_CONTRIBUTIONS)
    return;
  closeness->n_contributions = MIN (closeness->n_contributions + 1, WH_CLOSENESS_CONTRIBUTIONS);
  memmove (&closeness->contributions[place + 1], &closeness->contributions[place],
           (closeness->n_contributions - 1 - place) * sizeof contribution);
  closeness->contributions[place] = contribution;
}

/* The parts sum to the squared distance, which is over a half of (sqrt(p) - sqrt(q))^2. */
static void
explain (const WhProfiles *profiles, const WhProfile *a, const WhProfile *b, WhCloseness *closeness)
{
  guint64 shared = a->mask & b->mask;
  double sum_a = sum_over (a->amounts, shared, profiles->n_columns), sum_b = sum_over (b->amounts, shared, profiles->n_columns);
  double total = closeness->hellinger_distance * closeness->hellinger_distance;

  for (guint i = 0; i < profiles->n_columns; i++)
    {
      WhContribution contribution = { wh_analyte_get (profiles->columns[i]), a->amounts[i] / sum_a, b->amounts[i] / sum_b, 0 };
      double difference = sqrt (contribution.share) - sqrt (contribution.other_share);
      contribution.part = difference * difference / 2 / total;
      if (shared >> i & 1 && contribution.part > 0)
        keep_largest (closeness, contribution);
    }
}

static WhCloseness
compare (const WhProfiles *profiles, const WhProfile *a, const WhProfile *b)
{
  WhCloseness closeness = { .hellinger_low = NAN, .hellinger_high = NAN };

  closeness.hellinger_distance = wh_engine_hellinger (a->amounts, a->mask, b->amounts, b->mask, profiles->n_columns,
                                                      &closeness.shared_analytes);
  closeness.js_distance = wh_engine_jensen_shannon (a->amounts, a->mask, b->amounts, b->mask, profiles->n_columns);
  closeness.percentile = wh_profiles_percentile (profiles, closeness.hellinger_distance);
  closeness.same_producer_percentile = percentile_of (profiles->producer_pairs, FEWEST_PRODUCER_PAIRS, closeness.hellinger_distance);
  if (closeness.hellinger_distance > EQUAL)
    explain (profiles, a, b, &closeness);
  return closeness;
}

/* One of amounts, lows and highs of all profiles, row by row as the engine wants it. */
static float *
pack (const WhProfiles *profiles, const WhProfile *all, guint n_all, gsize offset)
{
  float *packed = g_new (float, (gsize) n_all * profiles->n_columns + 1);

  for (guint i = 0; i < n_all; i++)
    memcpy (packed + (gsize) i * profiles->n_columns, G_STRUCT_MEMBER_P (&all[i], offset), profiles->n_columns * sizeof *packed);
  return packed;
}

static const char *
add_bands (const WhProfiles *profiles, WhEngine *engine, const WhProfile *all, guint n_all, const WhPairOfRows *pairs, guint n_pairs,
           WhCloseness *closeness)
{
  g_autofree float *estimates = pack (profiles, all, n_all, G_STRUCT_OFFSET (WhProfile, amounts));
  g_autofree float *lows = pack (profiles, all, n_all, G_STRUCT_OFFSET (WhProfile, lows));
  g_autofree float *highs = pack (profiles, all, n_all, G_STRUCT_OFFSET (WhProfile, highs));
  g_autofree float *distances = g_new (float, (gsize) n_pairs * N_DRAWS + 1);
  g_autofree guint64 *masks = g_new (guint64, n_all + 1);
  WhIntervals intervals = { n_all, profiles->n_columns, estimates, lows, highs, masks };
  const char *path;

  for (guint i = 0; i < n_all; i++)
    masks[i] = all[i].mask;
  wh_engine_bootstrap (engine, WH_METRIC_HELLINGER, &intervals, pairs, n_pairs, N_DRAWS, WH_CLOSENESS_RSD, CALIBRATION_SEED, distances,
                       NULL, &path);
  for (guint i = 0; i < n_pairs; i++)
    wh_engine_band (distances + (gsize) i * N_DRAWS, N_DRAWS, BAND, &closeness[i].hellinger_low, &closeness[i].hellinger_high);
  return path;
}

const char *
wh_profiles_closeness (const WhProfiles *profiles, WhEngine *engine, const WhProfile *all, guint n_all, const WhPairOfRows *pairs,
                       guint n_pairs, WhCloseness *out_closeness)
{
  for (guint i = 0; i < n_pairs; i++)
    out_closeness[i] = compare (profiles, &all[pairs[i].first], &all[pairs[i].second]);
  return n_pairs > 0 ? add_bands (profiles, engine, all, n_all, pairs, n_pairs, out_closeness) : wh_engine_cpu_path (engine);
}
