/* wh-analyst-private.h: what the analyses share. */
#pragma once

#include "wh-analyst.h"
#include "wh-profiles.h"

G_BEGIN_DECLS

/* The profiles of the current snapshot, built when the catalogue has moved on. Caller unrefs. */
WhProfiles *wh_analyst_profiles (WhAnalyst *analyst, GError **error);

G_END_DECLS
