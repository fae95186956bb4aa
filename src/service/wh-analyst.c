#include "wh-analyst.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "wh-analyst-private.h"
#include "wh-price-index.h"
#include "wh-sentinel.h"

#define MOST_SIMILAR 1000

struct _WhAnalyst {
  WhCatalogue *catalogue;
  WhEngine    *engine;
  GMutex       packing;    /* held while profiles are packed, so that they are packed once; */
  GMutex       drawing;    /* the same for the map, which nobody else waits for, */
  GMutex       watching;   /* and for findings */
  GMutex       lock;       /* guards profiles and map; held for moments */
  WhProfiles  *profiles;
  WhMap       *map;        /* of these profiles */
  GPtrArray   *findings;   /* of the revision and the day below; guarded by `watching` */
  gint64       findings_revision, findings_day;
  GMutex       pricing;    /* guards prices; held while they are packed for the first time */
  WhPriceIndex *prices;
  WhPriceIndex *next_prices;   /* of a snapshot that is about to be the current one; guarded as `prices` */
  gboolean     priced;     /* somebody asked for prices; guarded as `prices` */
  GMutex       listening;  /* guards opinions; held while they are read */
  WhOpinions  *opinions;
  gint64       heard;      /* feedback up to here is in the opinions; guarded by `listening` */
};

/* What was kept of an older snapshot goes with it: the map would hold it for as long as nobody asks for a map. */
static void
keep_profiles (WhAnalyst *analyst, WhProfiles *profiles)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&analyst->lock);

  g_clear_pointer (&analyst->map, wh_map_unref);
  g_clear_pointer (&analyst->profiles, wh_profiles_unref);
  analyst->profiles = profiles ? wh_profiles_ref (profiles) : NULL;
}

static WhProfiles *
kept_profiles (WhAnalyst *analyst, const WhSnapshot *snapshot)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&analyst->lock);

  return analyst->profiles && analyst->profiles->snapshot == snapshot ? wh_profiles_ref (analyst->profiles) : NULL;
}

static void
keep_map (WhAnalyst *analyst, WhMap *map)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&analyst->lock);

  if (!analyst->profiles || analyst->profiles->snapshot != map->snapshot)
    return;
  g_clear_pointer (&analyst->map, wh_map_unref);
  analyst->map = wh_map_ref (map);
}

static WhMap *
kept_map (WhAnalyst *analyst, const WhSnapshot *snapshot)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&analyst->lock);

  return analyst->map && analyst->map->snapshot == snapshot ? wh_map_ref (analyst->map) : NULL;
}

WhProfiles *
wh_analyst_profiles (WhAnalyst *analyst, GError **error)
{
  g_autoptr (GMutexLocker) packing = g_mutex_locker_new (&analyst->packing);
  /* Of the snapshot that is current when it is this caller's turn. */
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (analyst->catalogue);
  WhProfiles *profiles = kept_profiles (analyst, snapshot);

  if (profiles)
    return profiles;
  keep_profiles (analyst, NULL);
  profiles = wh_profiles_new (snapshot, wh_catalogue_store (analyst->catalogue), error);
  if (profiles)
    keep_profiles (analyst, profiles);
  return profiles;
}

WhEngine *
wh_analyst_engine (WhAnalyst *analyst)
{
  return analyst->engine;
}

WhCatalogue *
wh_analyst_catalogue (WhAnalyst *analyst)
{
  return analyst->catalogue;
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
  g_autoptr (GMutexLocker) drawing = NULL;
  WhMap *map;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !(profiles = wh_analyst_profiles (analyst, error)))
    return NULL;
  drawing = g_mutex_locker_new (&analyst->drawing);
  map = kept_map (analyst, profiles->snapshot);
  if (!map && (map = wh_map_new (analyst->engine, profiles, error)))
    keep_map (analyst, map);
  return map;
}

/* The store may be ahead of the snapshot: what is found then is newer than it needs to be, and found again with the next one. */
GPtrArray *
wh_analyst_findings (WhAnalyst *analyst, const WhPrincipal *principal, GError **error)
{
  g_autoptr (GMutexLocker) watching = g_mutex_locker_new (&analyst->watching);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (analyst->catalogue);
  gint64 revision = wh_snapshot_revision (snapshot), day = wh_clock_now () / WH_TIME_DAY;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return NULL;
  if (!analyst->findings || analyst->findings_revision != revision || analyst->findings_day != day)
    {
      g_clear_pointer (&analyst->findings, g_ptr_array_unref);
      analyst->findings = wh_sentinel_run (wh_catalogue_store (analyst->catalogue), principal, error);
      analyst->findings_revision = revision;
      analyst->findings_day = day;
    }
  return analyst->findings ? g_ptr_array_ref (analyst->findings) : NULL;
}

/* With `pricing` held. */
static gboolean
pack_prices (WhAnalyst *analyst, WhSnapshot *snapshot, const WhPrincipal *principal, GError **error)
{
  if (analyst->next_prices && analyst->next_prices->revision == wh_snapshot_revision (snapshot))
    {
      g_clear_pointer (&analyst->prices, wh_price_index_unref);
      analyst->prices = g_steal_pointer (&analyst->next_prices);
    }
  if (!analyst->prices || analyst->prices->revision != wh_snapshot_revision (snapshot))
    {
      g_clear_pointer (&analyst->prices, wh_price_index_unref);
      analyst->prices = wh_price_index_new (snapshot, wh_catalogue_store (analyst->catalogue), principal, error);
    }
  return analyst->prices != NULL;
}

WhPriceIndex *
wh_analyst_price_index (WhAnalyst *analyst, const WhPrincipal *principal, WhSnapshot **out_snapshot, GError **error)
{
  g_autoptr (GMutexLocker) pricing = g_mutex_locker_new (&analyst->pricing);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (analyst->catalogue);

  analyst->priced = TRUE;
  if (!pack_prices (analyst, snapshot, principal, error))
    return NULL;
  *out_snapshot = g_steal_pointer (&snapshot);
  return wh_price_index_ref (analyst->prices);
}

WhPriceIndex *
wh_analyst_kept_price_index (WhAnalyst *analyst, const WhSnapshot *snapshot)
{
  WhPriceIndex *index = NULL;

  if (!g_mutex_trylock (&analyst->pricing))   /* it is being packed */
    return NULL;
  if (analyst->prices && analyst->prices->revision == wh_snapshot_revision (snapshot))
    index = wh_price_index_ref (analyst->prices);
  g_mutex_unlock (&analyst->pricing);
  return index;
}

/* Packing takes a second for a hundred thousand products, so where prices are asked for it is done before anybody has to wait for it. */
static void
prepare_cb (WhSnapshot *fresh, const WhPrincipal *principal, gpointer user_data)
{
  WhAnalyst *analyst = user_data;
  WhPriceIndex *next;
  gboolean asked;

  g_mutex_lock (&analyst->pricing);
  asked = analyst->priced;
  g_mutex_unlock (&analyst->pricing);
  if (!asked)
    return;
  next = wh_price_index_new (fresh, wh_catalogue_store (analyst->catalogue), principal, NULL);
  g_mutex_lock (&analyst->pricing);
  g_clear_pointer (&analyst->next_prices, wh_price_index_unref);
  analyst->next_prices = next;   /* NULL: the next question tries again, and tells why */
  g_mutex_unlock (&analyst->pricing);
}

WhOpinions *
wh_analyst_opinions (WhAnalyst *analyst, const WhPrincipal *principal, WhSnapshot *snapshot, GError **error)
{
  g_autoptr (GMutexLocker) listening = g_mutex_locker_new (&analyst->listening);
  WhStore *store = wh_catalogue_store (analyst->catalogue);

  if (!analyst->opinions || analyst->opinions->snapshot != snapshot || wh_opinions_have_grown (store, principal, &analyst->heard))
    {
      g_autoptr (WhOpinions) older = g_steal_pointer (&analyst->opinions);
      analyst->opinions = wh_opinions_new (snapshot, store, principal, older, error);
      analyst->heard = analyst->opinions ? analyst->opinions->revision : 0;
    }
  return analyst->opinions ? wh_opinions_ref (analyst->opinions) : NULL;
}

/* What fails here is told to who asks. */
void
wh_analyst_warm (WhAnalyst *analyst, const WhPrincipal *principal)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (analyst->catalogue);
  g_autoptr (WhProfiles) profiles = wh_analyst_profiles (analyst, NULL);
  g_autoptr (WhOpinions) opinions = wh_analyst_opinions (analyst, principal, snapshot, NULL);

  g_mutex_lock (&analyst->pricing);
  pack_prices (analyst, snapshot, principal, NULL);
  g_mutex_unlock (&analyst->pricing);
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
  g_mutex_init (&analyst->packing);
  g_mutex_init (&analyst->drawing);
  g_mutex_init (&analyst->watching);
  g_mutex_init (&analyst->lock);
  g_mutex_init (&analyst->pricing);
  g_mutex_init (&analyst->listening);
  wh_catalogue_set_prepare (catalogue, prepare_cb, analyst);
  return analyst;
}

void
wh_analyst_free (WhAnalyst *analyst)
{
  wh_catalogue_drop_prepare (analyst->catalogue, analyst);
  g_clear_pointer (&analyst->findings, g_ptr_array_unref);
  g_clear_pointer (&analyst->next_prices, wh_price_index_unref);
  g_clear_pointer (&analyst->prices, wh_price_index_unref);
  g_clear_pointer (&analyst->opinions, wh_opinions_unref);
  g_clear_pointer (&analyst->map, wh_map_unref);
  g_clear_pointer (&analyst->profiles, wh_profiles_unref);
  wh_engine_free (analyst->engine);
  g_mutex_clear (&analyst->packing);
  g_mutex_clear (&analyst->drawing);
  g_mutex_clear (&analyst->watching);
  g_mutex_clear (&analyst->lock);
  g_mutex_clear (&analyst->pricing);
  g_mutex_clear (&analyst->listening);
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
