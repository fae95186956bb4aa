/* wh-opencl-measure.h: how long an engine takes for how much work, measured, and from which size on a device is worth it.
 *
 * Time is taken to be `fixed` + `per_cell` x cells (wh-operation.h), fitted to two sizes. */
#pragma once

#include "wh-opencl-check.h"

G_BEGIN_DECLS

typedef struct {
  double fixed, per_cell;      /* seconds */
} WhOpenclPace;

typedef struct {
  gboolean     does[WH_N_OPERATIONS];      /* the device offers it */
  WhOpenclPace cpu[WH_N_OPERATIONS], device[WH_N_OPERATIONS];
  double       open;                       /* to start and compile, once; seconds */
  double       per_byte;                   /* to hand a matrix over; seconds */
} WhOpenclPaces;

/* Measures one operation on both. FALSE when one of them did not answer. For nearest neighbours also what handing over costs. */
gboolean wh_opencl_measure_operation (const WhOpenclEngine *engine, const WhOpenclEngine *cpu, WhOperation operation, WhOpenclPaces *paces,
                                   GCancellable *cancellable);
double   wh_opencl_pace_seconds   (const WhOpenclPace *pace, double cells);
/* From how many cells on the device is predicted to be clearly faster; INFINITY: never. */
double   wh_opencl_paces_from     (const WhOpenclPaces *paces, WhOperation operation);

G_END_DECLS
