/* wh-devices.h: the devices that analyses may run on, for those who look after the machine. */
#pragma once

#include "wh-engine.h"

G_BEGIN_DECLS

/* Once, before there is an analyst: whether devices may be used, and the names of those that may not (NULL-terminated, may be NULL). */
void       wh_devices_configure (gboolean enabled, const char *const *denied);
gboolean   wh_devices_enabled   (void);

/* How far a trial is: 0..1, and the device that is being tried. Called from the thread that asked. */
typedef void (*WhDevicesProgress) (double fraction, const char *name);

/* Tries what is not known yet (`anew`: all) and waits. Of WhDevice*, free with g_ptr_array_unref; NULL when `cancellable` was cancelled.
 * `cache_dir` as for wh_analyst_new. */
GPtrArray *wh_devices_examine   (const char *cache_dir, gboolean anew, WhDevicesProgress progress, GCancellable *cancellable);
/* What the processor computes with: "cpu-avx2". Static. */
const char *wh_devices_cpu_path (void);

G_END_DECLS
