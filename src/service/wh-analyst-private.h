/* wh-analyst-private.h: what the analyses share. */
#pragma once

#include "wh-analyst.h"
#include "wh-map.h"
#include "wh-opinions.h"
#include "wh-profiles.h"

G_BEGIN_DECLS

/* The profiles of the current snapshot, built when the catalogue has moved on. Caller unrefs. */
WhProfiles *wh_analyst_profiles (WhAnalyst *analyst, GError **error);
/* What people said of the strains of this snapshot; kept until another is asked for. Caller unrefs. */
WhOpinions *wh_analyst_opinions (WhAnalyst *analyst, const WhPrincipal *principal, WhSnapshot *snapshot, GError **error);
/* The map of these profiles, without a cache. */
WhMap      *wh_map_new          (WhEngine *engine, const WhProfiles *profiles, GError **error);
/* The engine that all analyses share, the catalogue and its store; borrowed. */
WhEngine   *wh_analyst_engine   (WhAnalyst *analyst);
WhCatalogue *wh_analyst_catalogue (WhAnalyst *analyst);
WhStore    *wh_analyst_store    (WhAnalyst *analyst);
/* FALSE with WH_ERROR_INVALID, in words that name `name`, when too few terpenes were tested to compare. */
gboolean    wh_analyst_check    (const WhProfile *profile, const char *name, GError **error);

G_END_DECLS
