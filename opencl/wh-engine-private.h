/* wh-engine-private.h: the inside of the engine, for its tests. */
#pragma once

#include "wh-opencl-devices.h"

G_BEGIN_DECLS

/* wh_engine_new with other time limits. */
WhEngine        *wh_engine_new_within   (const char *cache_dir, const WhOpenclLimits *limits);
/* NULL: the CPU alone. */
WhOpenclDevices *wh_engine_opencl       (WhEngine *engine);

G_END_DECLS
