/* wh-opencl-probe.h: tries one driver: lists its devices, opens each, holds it against the CPU, measures it. */
#pragma once

#include "wh-opencl-verdict.h"

G_BEGIN_DECLS

typedef struct {
  const char        *program, *cache_dir;
  WhOpenclLimits     limits;
  WhOpenclEngine     cpu;
  const char *const *denied;       /* names of devices that are not tried; may be NULL */
  GMutex            *measuring;    /* held while a device works, so that two do not disturb each other's times */
} WhOpenclProbe;

/* Called when the devices are known, before they are tried. */
typedef void (*WhOpenclFound) (gpointer user_data, WhOpenclDriver *driver, GPtrArray *identities);

/* A WhOpenclVerdict for each device, or one for the driver; NULL: cancelled. Free with g_ptr_array_unref. */
GPtrArray *wh_opencl_probe         (const WhOpenclProbe *probe, WhOpenclDriver *driver, WhOpenclFound found, gpointer user_data,
                                    GCancellable *cancellable);
/* Whether `denied` (may be NULL) names the device: a part of its name, in any case. */
gboolean   wh_opencl_probe_denied  (const char *const *denied, const char *name);

G_END_DECLS
