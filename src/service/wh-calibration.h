/* wh-calibration.h: how far apart two batches are that one producer sells under one name. Not for other rooms. */
#pragma once

#include "wh-profiles.h"

G_BEGIN_DECLS

/* Hellinger distances of pairs of batches of the same producer, name and kind of product, ascending, floats: at most 12,000, at most
 * six of one name so that a big one does not rule. The same for the same store. Batches are all looked at, lab results only of
 * the pairs taken. NULL on error. */
GArray *wh_calibration_producer_pairs (const WhProfiles *profiles, WhStore *store, GError **error);

G_END_DECLS
