/* wh-opencl-devices.h: the devices of this machine as they are known at the moment, and which of them should do a given piece of work. */
#pragma once

#include "wh-opencl-probe.h"

G_BEGIN_DECLS

typedef struct _WhOpenclDevices WhOpenclDevices;

/* What is known from before is there at once; nothing is started. `program` is the one to start as child; `denied` may be NULL. */
WhOpenclDevices *wh_opencl_devices_new     (const char *program, const char *cache_dir, const char *const *denied,
                                            const WhOpenclLimits *limits, const WhOpenclEngine *cpu);
/* Ends children and threads at once. */
void             wh_opencl_devices_free    (WhOpenclDevices *devices);
/* Tries what is not known (`anew`: all) in the background. */
void             wh_opencl_devices_look    (WhOpenclDevices *devices, gboolean anew);
gboolean         wh_opencl_devices_is_looking (WhOpenclDevices *devices);
/* Of WhDevice*. `wait`: until nothing is being tried. */
GPtrArray       *wh_opencl_devices_report  (WhOpenclDevices *devices, gboolean wait);

/* The device that is predicted to do this clearly faster than the CPU, as a state for wh_opencl_proxy_ops that lives as long as `devices`;
 * NULL: none. A device that has to be started first is started in the background and NULL returned, unless it is faster even so.
 * `matrix` (may be NULL) is what it works on. */
WhOpenclProxy   *wh_opencl_devices_choose  (WhOpenclDevices *devices, WhOperation operation, double cells, const WhMatrix *matrix);
/* Tells that it was of no use. */
void             wh_opencl_devices_failed  (WhOpenclDevices *devices, WhOpenclProxy *proxy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOpenclDevices, wh_opencl_devices_free)

G_END_DECLS
