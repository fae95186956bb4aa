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
  WhProfiles  *profiles;
  WhMap       *map;
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
      analyst->profiles = wh_profiles_new (snapshot, wh_catalogue_store (analyst->catalogue), error);
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

WhStore *
wh_analyst_store (WhAnalyst *analyst)
{
  return wh_catalogue_store (analyst->catalogue);
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

void
wh_analyst_look_for_devices (WhAnalyst *analyst)
{
  wh_engine_look (analyst->engine, FALSE);
}

WhAnalyst *
wh_analyst_new (WhCatalogue *catalogue, const char *cache_dir)
{
  WhAnalyst *analyst = g_new0 (WhAnalyst, 1);

  analyst->catalogue = catalogue;
  analyst->engine = wh_engine_new (cache_dir);
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

static int
compare_similar (gconstpointer a, gconstpointer b)
{
  const WhSimilar *x = a, *y = b;

  if (x->closeness.hellinger_distance != y->closeness.hellinger_distance)
    return x->closeness.hellinger_distance < y->closeness.hellinger_distance ? -1 : 1;
  return wh_id_compare (&x->card->id, &y->card->id);
}

gboolean
wh_analyst_check (const WhProfile *profile, const char *name, GError **error)
{
  if (wh_profile_is_whole (profile))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("%s has fewer than %d tested terpenes, too few to compare. Import a lab result with a terpene panel."), name,
               WH_ENGINE_MIN_SHARED);
  return FALSE;
}

/* The distances shown are the double-precision ones; the engine's order is refined by them, so equal ones tie by id. */
static WhSimilars *
similars_new (const WhProfiles *profiles, WhEngine *engine, const WhProfile *asked, const WhNeighbour *found, guint n)
{
  WhSimilars *similars = g_new0 (WhSimilars, 1);
  g_autofree WhProfile *all = g_new (WhProfile, n + 1);
  g_autofree WhPairOfRows *pairs = g_new (WhPairOfRows, n + 1);
  g_autofree WhCloseness *closeness = g_new (WhCloseness, n + 1);

  all[n] = *asked;
  for (guint i = 0; i < n; i++)
    {
      all[i] = wh_profiles_strain (profiles, found[i].row);
      pairs[i] = (WhPairOfRows) { i, n };
    }
  wh_profiles_closeness (profiles, engine, all, n + 1, pairs, n, closeness);
  similars->snapshot = wh_snapshot_ref (profiles->snapshot);
  similars->similar = g_array_sized_new (FALSE, FALSE, sizeof (WhSimilar), n);
  for (guint i = 0; i < n; i++)
    {
      WhSimilar similar = { wh_snapshot_card (profiles->snapshot, found[i].row), closeness[i] };
      g_array_append_val (similars->similar, similar);
    }
  g_array_sort (similars->similar, compare_similar);
  return similars;
}

static WhSimilars *
similar_to (WhAnalyst *analyst, const WhProfiles *profiles, const WhProfile *asked, guint32 exclude, guint limit)
{
  g_autofree WhNeighbour *found = g_new (WhNeighbour, limit);
  WhQueries query = { 1, asked->amounts, &asked->mask, &exclude };
  const char *path;
  WhSimilars *similars;
  gsize n;

  wh_engine_nearest (analyst->engine, profiles->matrix, &query, limit, found, &n, NULL, &path);
  similars = similars_new (profiles, analyst->engine, asked, found, (guint) n);
  similars->engine = path;
  return similars;
}

WhSimilars *
wh_analyst_similar (WhAnalyst *analyst, const WhPrincipal *principal, const WhId *strain_id, guint limit, GError **error)
{
  g_autoptr (WhProfiles) profiles = NULL;
  WhSimilars *similars;
  const WhCard *card;
  WhProfile asked;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !(profiles = wh_analyst_profiles (analyst, error)))
    return NULL;
  card = wh_snapshot_find (profiles->snapshot, strain_id);
  if (!card)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no such strain."));
      return NULL;
    }
  asked = wh_profiles_strain (profiles, card->index);
  if (!wh_analyst_check (&asked, card->name, error))
    return NULL;
  similars = similar_to (analyst, profiles, &asked, card->index, CLAMP (limit, 1, MOST_SIMILAR));
  similars->card = card;
  return similars;
}

WhSimilars *
wh_analyst_similar_to_panel (WhAnalyst *analyst, const WhPrincipal *principal, const WhPanel *panel, guint limit, GError **error)
{
  g_autoptr (WhProfiles) profiles = NULL;
  WhProfile asked;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !(profiles = wh_analyst_profiles (analyst, error)))
    return NULL;
  asked = wh_profiles_panels (profiles, &panel, 1);
  if (!wh_analyst_check (&asked, _("This profile"), error))
    return NULL;
  return similar_to (analyst, profiles, &asked, G_MAXUINT32, CLAMP (limit, 1, MOST_SIMILAR));
}

void
wh_similars_free (WhSimilars *similars)
{
  g_array_unref (similars->similar);
  wh_snapshot_unref (similars->snapshot);
  g_free (similars);
}
