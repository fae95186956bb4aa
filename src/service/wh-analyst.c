#include "wh-analyst.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "wh-analyst-private.h"

#define MOST_SIMILAR 1000

struct _WhAnalyst {
  WhCatalogue *catalogue;
  WhEngine    *engine;
  GMutex       lock;       /* guards the two below; held while they are built, so that they are built once */
  WhProfiles    *profiles;
  WhMap         *map;
};

WhProfiles *
wh_analyst_profiles (WhAnalyst *analyst, GError **error)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (analyst->catalogue);
  WhProfiles *profiles;

  g_mutex_lock (&analyst->lock);
  if (!analyst->profiles || analyst->profiles->snapshot != snapshot)
    {
      g_clear_pointer (&analyst->profiles, wh_profiles_unref);
      analyst->profiles = wh_profiles_new (snapshot, error);
    }
  profiles = analyst->profiles ? wh_profiles_ref (analyst->profiles) : NULL;
  g_mutex_unlock (&analyst->lock);
  return profiles;
}

WhEngine *
wh_analyst_engine (WhAnalyst *analyst)
{
  return analyst->engine;
}

WhMap *
wh_analyst_map (WhAnalyst *analyst, const WhPrincipal *principal, GError **error)
{
  g_autoptr (WhProfiles) profiles = NULL;
  WhMap *map;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !(profiles = wh_analyst_profiles (analyst, error)))
    return NULL;
  g_mutex_lock (&analyst->lock);
  if (!analyst->map || analyst->map->snapshot != profiles->snapshot)
    {
      g_clear_pointer (&analyst->map, wh_map_unref);
      analyst->map = wh_map_new (analyst->engine, profiles, error);
    }
  map = analyst->map ? wh_map_ref (analyst->map) : NULL;
  g_mutex_unlock (&analyst->lock);
  return map;
}

WhAnalyst *
wh_analyst_new (WhCatalogue *catalogue)
{
  WhAnalyst *analyst = g_new0 (WhAnalyst, 1);

  analyst->catalogue = catalogue;
  analyst->engine = wh_engine_new (NULL);
  g_mutex_init (&analyst->lock);
  return analyst;
}

void
wh_analyst_free (WhAnalyst *analyst)
{
  g_clear_pointer (&analyst->map, wh_map_unref);
  g_clear_pointer (&analyst->profiles, wh_profiles_unref);
  wh_engine_free (analyst->engine);
  g_mutex_clear (&analyst->lock);
  g_free (analyst);
}

static WhSimilar
describe (const WhProfiles *profiles, guint row, const WhNeighbour *neighbour)
{
  const float *a = profiles->values + (gsize) row * profiles->n_columns;
  const float *b = profiles->values + (gsize) neighbour->row * profiles->n_columns;
  guint64 mask_a = profiles->masks[row], mask_b = profiles->masks[neighbour->row];

  return (WhSimilar){
    .card = wh_snapshot_card (profiles->snapshot, neighbour->row),
    .hellinger_distance = wh_engine_hellinger (a, mask_a, b, mask_b, profiles->n_columns, NULL),
    .js_distance = wh_engine_jensen_shannon (a, mask_a, b, mask_b, profiles->n_columns),
    .percentile = wh_profiles_percentile (profiles, neighbour->distance),
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
check_profile (const WhProfiles *profiles, const WhCard *card, GError **error)
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
similar_to (WhAnalyst *analyst, const WhProfiles *profiles, const WhCard *card, guint limit)
{
  WhSimilars *similars = g_new0 (WhSimilars, 1);
  g_autofree WhNeighbour *found = g_new (WhNeighbour, limit);
  WhQueries query = { 1, profiles->values + (gsize) card->index * profiles->n_columns, &profiles->masks[card->index], &card->index };
  gsize n;

  wh_engine_nearest (analyst->engine, profiles->matrix, &query, limit, found, &n, NULL, &similars->engine);
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
  g_autoptr (WhProfiles) profiles = NULL;
  const WhCard *card;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  profiles = wh_analyst_profiles (analyst, error);
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
