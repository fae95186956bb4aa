/* wh-conformance.h: what every engine is held to, whatever it runs on.
 *
 * A check runs one operation on fresh random inputs and appends a line to `wrong` for each thing that is not as the plain
 * definitions in double precision say; it asserts nothing, so that an engine known to be wrong can be put to it. */
#pragma once

#include "wh-engine-ops.h"

typedef struct {
  const char        *name;       /* "cpu-avx2", "opencl-0" */
  const WhEngineOps *ops;
  gpointer           state;
  gsize              most_nearest;   /* k up to which it must answer; beyond it, it may be unable */
  gboolean           doubles;        /* whether it must offer moments */
  gsize              many_rows;      /* of the largest number of pairs it is asked for, which goes with the square */
} WhSubject;

typedef struct {
  const char *name;
  void      (*run) (const WhSubject *subject, GString *wrong);
} WhConformanceCheck;

extern const WhConformanceCheck wh_conformance_distances[], wh_conformance_tables[];   /* end with a NULL name */

/* At most a handful of lines: one cause makes thousands. */
void wh_conformance_note (GString *wrong, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* -- random rows -- */

typedef enum {
  WH_MASKS_ONE,         /* all rows tested the same columns, but one */
  WH_MASKS_GROUPS,      /* a few panels, with rows enough for a group each */
  WH_MASKS_RANDOM,
  WH_N_MASKS
} WhMasks;

typedef struct {
  WhMetric  metric;
  gsize     n_rows, n_columns;
  float    *values;
  guint64  *masks;
  WhMatrix *matrix;
} WhRows;

/* With zeros, rows that are all zero (where the metric takes them) and rows that occur twice. */
WhRows  *wh_rows_new  (WhMetric metric, gsize n_rows, gsize n_columns, WhMasks kind);
void     wh_rows_free (WhRows *rows);
/* What distances are compared by, NAN without one: d², since the square root widens a rounding error near zero; for the cosine d. */
double   wh_rows_far  (const WhRows *rows, gsize a, gsize b);
double   wh_far       (WhMetric metric, double distance);
/* How far an engine's far may be off: see opencl/README.md. */
double   wh_rows_tolerance (const WhRows *rows, gsize a, gsize b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRows, wh_rows_free)
