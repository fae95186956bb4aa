/* wh-opencl.h: the OpenCL engine. Calls into drivers, which may crash or hang: whoever uses it decides in which process.
 *
 * One device is one state. Operations that fail for any reason (memory, a driver's error, a limit of README.md) are
 * WH_RUN_UNABLE; nothing aborts. A state may be used from several threads, one operation at a time runs. */
#pragma once

#include "wh-engine-ops.h"

G_BEGIN_DECLS

typedef struct {
  char    *platform, *name;
  char    *version;     /* CL_DEVICE_VERSION */
  char    *driver;      /* CL_DRIVER_VERSION */
  guint    units;
  guint64  memory;      /* bytes */
  gboolean doubles;     /* double precision; without it `moments` is not offered */
  gboolean is_cpu;
} WhOpenclInfo;

void       wh_opencl_info_free (WhOpenclInfo *info);

/* Every device of every platform, in the same order each time. Of WhOpenclInfo*, free with g_ptr_array_unref.
 * WH_ERROR_UNSUPPORTED without the library, WH_ERROR_NOT_FOUND without a platform or device. */
GPtrArray *wh_opencl_list (GError **error);

/* The state of the device at this place of the list, for wh_opencl_ops; its `close` frees it. Builds the programs, which takes
 * seconds the first time; binaries are kept in `cache_dir` (may be NULL) and built anew where they do not fit. */
gpointer   wh_opencl_open (guint device, const char *cache_dir, GError **error);

extern const WhEngineOps wh_opencl_ops;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOpenclInfo, wh_opencl_info_free)

G_END_DECLS
