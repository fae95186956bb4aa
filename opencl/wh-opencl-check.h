/* wh-opencl-check.h: whether an engine computes what the CPU computes, within the tolerances of README.md: every operation on made-up data
 * with zeros, gaps and intervals, in several sizes, by every metric. */
#pragma once

#include "wh-operation.h"

G_BEGIN_DECLS

typedef struct {
  const WhEngineOps *ops;
  gpointer           state;
} WhOpenclEngine;

typedef enum {
  WH_OPENCL_AGREES,
  WH_OPENCL_DIFFERS,
  WH_OPENCL_DECLINES,      /* cannot, at least once, or failed */
  WH_OPENCL_UNDECIDED,     /* cancelled, or too late */
} WhOpenclAgreement;

/* Asks the engine and the CPU for one operation; nothing more once it is later than `deadline` (wh_clock_monotonic). */
WhOpenclAgreement wh_opencl_check (const WhOpenclEngine *engine, const WhOpenclEngine *cpu, WhOperation operation,
                                   gint64 deadline, GCancellable *cancellable);

G_END_DECLS
