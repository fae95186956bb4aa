/* wh-opencl-host.h: the child process in which all use of OpenCL happens, so that a driver that crashes, hangs or lies takes nothing
 * else down. The program starts itself with WH_OPENCL_WIRE_COMMAND; see wh-opencl-child.h for the other side. */
#pragma once

#include "wh-opencl-wire.h"

G_BEGIN_DECLS

/* What drives the devices: OpenCL, or what tests put in its place. */
typedef struct {
  /* Fills at most WH_OPENCL_WIRE_DEVICES records; < 0 with `why` set when the driver cannot be asked. */
  int                (*list) (WhOpenclRecord *records, char why[WH_OPENCL_WIRE_TEXT]);
  /* The state for `ops`; NULL with `why` set. `cache_dir` may be NULL. */
  gpointer           (*open) (guint device, const char *cache_dir, char why[WH_OPENCL_WIRE_TEXT]);
  const WhEngineOps *ops;
} WhOpenclDrive;

/* Whether this process was started as the child: the first thing that main asks. */
gboolean wh_opencl_host_wanted (int argc, char **argv);
/* Answers until the parent is gone; the exit status. Call it before anything else has been set up. */
int      wh_opencl_host_main   (int argc, char **argv, const WhOpenclDrive *drive);

G_END_DECLS
