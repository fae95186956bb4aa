/* wh-stats-private.h: the parts of the figures, each worked out of the kept rows. Not for other rooms. */
#pragma once

#include "wh-stats-state.h"
#include "wh-stats.h"

G_BEGIN_DECLS

G_STATIC_ASSERT (G_N_ELEMENTS (((WhStatsReport *) 0)->counts) >= WH_N_KINDS);

/* -- wh-stats-searches.c -- */
void wh_stats_search_figures (WhStatsReport *report, const WhStatsState *state);

/* -- wh-stats-facts.c -- */
void wh_stats_freshness_figures (WhStatsReport *report, const WhStatsState *state);
void wh_stats_price_figures     (WhStatsReport *report, const WhStatsState *state);
void wh_stats_offer_figures     (WhStatsReport *report, const WhStatsState *state);

G_END_DECLS
