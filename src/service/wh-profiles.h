/* wh-profiles.h: the catalogue's terpene profiles packed for the engine, with the distances of random pairs.
 *
 * Immutable; one per snapshot; refcounted, read by any thread. Not for other rooms. */
#pragma once

#include "wh-catalogue.h"
#include "wh-engine.h"

G_BEGIN_DECLS

typedef struct {
  gatomicrefcount ref_count;
  WhSnapshot     *snapshot;
  guint           n_columns;
  WhAnalyteIndex  columns[WH_ENGINE_COLUMNS];
  float          *values;      /* strains x n_columns, mg/g */
  guint64        *masks;       /* per strain: the columns that were tested */
  WhMatrix       *matrix;
  GArray         *pairs;       /* of float: Hellinger distances of random pairs, ascending */
} WhProfiles;

WhProfiles *wh_profiles_new        (WhSnapshot *snapshot, GError **error);
WhProfiles *wh_profiles_ref        (WhProfiles *profiles);
void        wh_profiles_unref      (WhProfiles *profiles);
/* Share of random pairs that are farther apart than a Hellinger distance, 0 to 100; NAN with too few pairs to tell. */
double      wh_profiles_percentile (const WhProfiles *profiles, double distance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhProfiles, wh_profiles_unref)

G_END_DECLS
