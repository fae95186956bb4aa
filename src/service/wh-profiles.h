/* wh-profiles.h: the catalogue's terpene profiles packed for the engine, with what distances are held against.
 *
 * Immutable; one per snapshot; refcounted, read by any thread. Not for other rooms. */
#pragma once

#include "wh-catalogue.h"
#include "wh-closeness.h"
#include "wh-engine.h"

G_BEGIN_DECLS

typedef struct {
  gatomicrefcount ref_count;
  WhSnapshot     *snapshot;
  guint           n_columns;
  WhAnalyteIndex  columns[WH_ENGINE_COLUMNS];
  float          *values;      /* strains x n_columns, mg/g */
  guint64        *masks;       /* per strain: the columns that were tested */
  guint64        *censored;    /* per strain: tested columns below what the lab can tell; no width where the limit is unknown */
  WhMatrix       *matrix;
  GArray         *pairs;       /* of float: Hellinger distances of random pairs, ascending */
  GArray         *producer_pairs;   /* the same of two batches of one producer under one name */
} WhProfiles;

/* What single precision makes of a distance near 0, at most. */
#define WH_PROFILES_SLACK 0.004

/* One profile on the columns of the rest, mg/g, with the interval that each amount lies in. */
typedef struct {
  float   amounts[WH_ENGINE_COLUMNS];
  float   lows[WH_ENGINE_COLUMNS];
  float   highs[WH_ENGINE_COLUMNS];
  guint64 mask;
} WhProfile;

/* Reads batches and a bounded sample of lab results from the store. */
WhProfiles *wh_profiles_new        (WhSnapshot *snapshot, WhStore *store, GError **error);
WhProfiles *wh_profiles_ref        (WhProfiles *profiles);
void        wh_profiles_unref      (WhProfiles *profiles);

WhProfile   wh_profiles_strain     (const WhProfiles *profiles, guint row);
/* Medians over panels (any may be NULL): a batch, or what somebody typed. */
WhProfile   wh_profiles_panels     (const WhProfiles *profiles, const WhPanel *const *panels, guint n_panels);
/* Whether enough was tested to compare. */
gboolean    wh_profile_is_whole    (const WhProfile *profile);
/* NAN as in wh_engine_hellinger. */
double      wh_profiles_distance   (const WhProfiles *profiles, const WhProfile *a, const WhProfile *b);
/* Of all strains to one, in single precision, off by WH_PROFILES_SLACK at most: product / sqrt (mine * theirs) over the terpenes that
 * both were tested for. */
void        wh_profiles_distances  (const WhProfiles *profiles, guint row, float *out_distances);
/* Share of random pairs that are farther apart than this, 0..100; NAN: too few pairs, or no distance. */
double      wh_profiles_percentile (const WhProfiles *profiles, double hellinger_distance);
/* Of each pair, the first to the second, in out_closeness. Returns which path drew the bands. */
const char *wh_profiles_closeness  (const WhProfiles *profiles, WhEngine *engine, const WhProfile *all, guint n_all,
                                    const WhPairOfRows *pairs, guint n_pairs, WhCloseness *out_closeness);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhProfiles, wh_profiles_unref)

G_END_DECLS
