#include "wh-analyst.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "wh-engine.h"

#define CALIBRATION_PAIRS 20000
#define CALIBRATION_SEED 420
#define FEWEST_PAIRS 100
#define MOST_SIMILAR 1000

/* The catalogue's profiles packed for the engine, with the distances of random pairs. Immutable; one per revision. */
typedef struct {
  gatomicrefcount ref_count;
  WhSnapshot *snapshot;
  guint       n_columns;
  WhAnalyteIndex columns[WH_ENGINE_COLUMNS];
  float      *values;      /* rows x n_columns */
  guint64    *masks;
  WhMatrix   *matrix;
  GArray     *pairs;       /* of float, ascending */
} Profiles;

struct _WhAnalyst {
  WhCatalogue *catalogue;
  WhEngine    *engine;
  GMutex       lock;       /* guards `profiles`; held while they are built, so that they are built once */
  Profiles    *profiles;
};

static void
profiles_unref (Profiles *profiles)
{
  if (!profiles || !g_atomic_ref_count_dec (&profiles->ref_count))
    return;
  g_clear_pointer (&profiles->matrix, wh_matrix_unref);
  g_clear_pointer (&profiles->pairs, g_array_unref);
  g_clear_pointer (&profiles->snapshot, wh_snapshot_unref);
  g_free (profiles->values);
  g_free (profiles->masks);
  g_free (profiles);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Profiles, profiles_unref)

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
choose_columns (Profiles *profiles)
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
pack_row (Profiles *profiles, guint row)
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

static Profiles *
profiles_new (WhEngine *engine, WhSnapshot *snapshot, GError **error)
{
  g_autoptr (Profiles) profiles = g_new0 (Profiles, 1);
  guint n_rows = wh_snapshot_length (snapshot);

  g_atomic_ref_count_init (&profiles->ref_count);
  profiles->snapshot = wh_snapshot_ref (snapshot);
  choose_columns (profiles);
  profiles->n_columns = MAX (1, profiles->n_columns);
  profiles->values = g_new0 (float, (gsize) n_rows * profiles->n_columns + 1);
  profiles->masks = g_new0 (guint64, n_rows + 1);
  for (guint row = 0; row < n_rows; row++)
    pack_row (profiles, row);
  profiles->matrix = wh_matrix_new (profiles->values, profiles->masks, n_rows, profiles->n_columns, error);
  if (!profiles->matrix)
    return NULL;
  profiles->pairs = wh_engine_random_pairs (engine, profiles->matrix, CALIBRATION_PAIRS, CALIBRATION_SEED);
  return g_steal_pointer (&profiles);
}

/* The profiles of the current snapshot, built when the catalogue has moved on. Caller unrefs. */
static Profiles *
current_profiles (WhAnalyst *analyst, GError **error)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (analyst->catalogue);
  Profiles *profiles;

  g_mutex_lock (&analyst->lock);
  if (!analyst->profiles || analyst->profiles->snapshot != snapshot)
    {
      g_clear_pointer (&analyst->profiles, profiles_unref);
      analyst->profiles = profiles_new (analyst->engine, snapshot, error);
    }
  profiles = analyst->profiles;
  if (profiles)
    g_atomic_ref_count_inc (&profiles->ref_count);
  g_mutex_unlock (&analyst->lock);
  return profiles;
}

WhAnalyst *
wh_analyst_new (WhCatalogue *catalogue)
{
  WhAnalyst *analyst = g_new0 (WhAnalyst, 1);

  analyst->catalogue = catalogue;
  analyst->engine = wh_engine_new ();
  g_mutex_init (&analyst->lock);
  return analyst;
}

void
wh_analyst_free (WhAnalyst *analyst)
{
  g_clear_pointer (&analyst->profiles, profiles_unref);
  wh_engine_free (analyst->engine);
  g_mutex_clear (&analyst->lock);
  g_free (analyst);
}

/* Share of random pairs that are farther apart, in percent. */
static double
percentile_of (const GArray *pairs, float distance)
{
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

static WhSimilar
describe (const Profiles *profiles, guint row, const WhNeighbour *neighbour)
{
  const float *a = profiles->values + (gsize) row * profiles->n_columns;
  const float *b = profiles->values + (gsize) neighbour->row * profiles->n_columns;
  guint64 mask_a = profiles->masks[row], mask_b = profiles->masks[neighbour->row];

  return (WhSimilar){
    .card = wh_snapshot_card (profiles->snapshot, neighbour->row),
    .hellinger_distance = wh_engine_hellinger (a, mask_a, b, mask_b, profiles->n_columns, NULL),
    .js_distance = wh_engine_jensen_shannon (a, mask_a, b, mask_b, profiles->n_columns),
    .percentile = percentile_of (profiles->pairs, neighbour->distance),
    .shared_analytes = neighbour->shared,
  };
}

static int
compare_similar (gconstpointer a, gconstpointer b)
{
  const WhSimilar *x = a, *y = b;

  if (x->hellinger_distance != y->hellinger_distance)
    return x->hellinger_distance < y->hellinger_distance ? -1 : 1;
  return wh_id_compare (&x->card->id, &y->card->id);
}

static gboolean
check_profile (const Profiles *profiles, const WhCard *card, GError **error)
{
  if (__builtin_popcountll (profiles->masks[card->index]) >= WH_ENGINE_MIN_SHARED)
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("%s has fewer than %d tested terpenes, too few to compare. Import a lab result with a terpene panel."), card->name,
               WH_ENGINE_MIN_SHARED);
  return FALSE;
}

/* The distances shown are the double-precision ones; the engine's order is refined by them, so equal ones tie by id. */
static WhSimilars *
similar_to (WhAnalyst *analyst, const Profiles *profiles, const WhCard *card, guint limit)
{
  WhSimilars *similars = g_new0 (WhSimilars, 1);
  g_autofree WhNeighbour *found = g_new (WhNeighbour, limit);
  gsize n = wh_engine_nearest (analyst->engine, profiles->matrix, profiles->values + (gsize) card->index * profiles->n_columns,
                               profiles->masks[card->index], card->index, limit, found, &similars->engine);

  similars->snapshot = wh_snapshot_ref (profiles->snapshot);
  similars->card = card;
  similars->similar = g_array_sized_new (FALSE, FALSE, sizeof (WhSimilar), (guint) n);
  for (gsize i = 0; i < n; i++)
    {
      WhSimilar similar = describe (profiles, card->index, &found[i]);
      g_array_append_val (similars->similar, similar);
    }
  g_array_sort (similars->similar, compare_similar);
  return similars;
}

WhSimilars *
wh_analyst_similar (WhAnalyst *analyst, const WhPrincipal *principal, const WhId *strain_id, guint limit, GError **error)
{
  g_autoptr (Profiles) profiles = NULL;
  const WhCard *card;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  profiles = current_profiles (analyst, error);
  if (!profiles)
    return NULL;
  card = wh_snapshot_find (profiles->snapshot, strain_id);
  if (!card)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no such strain."));
      return NULL;
    }
  return check_profile (profiles, card, error) ? similar_to (analyst, profiles, card, CLAMP (limit, 1, MOST_SIMILAR)) : NULL;
}

void
wh_similars_free (WhSimilars *similars)
{
  g_array_unref (similars->similar);
  wh_snapshot_unref (similars->snapshot);
  g_free (similars);
}
