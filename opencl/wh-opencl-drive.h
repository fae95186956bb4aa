/* wh-opencl-drive.h: real OpenCL for the child process (wh-opencl-host.h). */
#pragma once

#include "wh-opencl-host.h"

G_BEGIN_DECLS

extern const WhOpenclDrive wh_opencl_drive;

G_END_DECLS
