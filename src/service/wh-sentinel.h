/* wh-sentinel.h: lab results that deserve a second look, each with its evidence. Worded as "check", never as a verdict.
 *
 * Rules and where they come from:
 * - impossible_ratio: THC over 15 % together with CBD over 5 % (no flower of 4,570 tested has both)
 * - over_100_percent: cannabinoids that sum to more than the sample weighs
 * - outlier: total THC of a flower far from the others of its lab, 0.6745 |x - median| / MAD over 5 (Smith et al. 2022)
 * - bunching: clearly more of a lab's flower just above 20 % THC than just below (Zoorob 2021)
 * - copied_panel: all terpenes the same to the last digit as in another batch
 * - and whatever the import found suspicious, by its own code. */
#pragma once

#include "base/wh-json-writer.h"
#include "store/wh-store.h"

G_BEGIN_DECLS

typedef struct {
  const char *code;        /* one of the above, or the importer's; interned */
  char       *lab;         /* NULL: not named */
  char       *name;        /* of the batch; NULL where it is about a lab */
  char       *sample_id;   /* NULL: unknown */
  double      value;       /* what the rule looked at: percent, deviations, ratio; NAN: nothing to show */
  char       *message;     /* "check: …", translated */
} WhFinding;

/* Of WhFinding*, by code, then lab and name. */
GPtrArray *wh_sentinel_run      (WhStore *store, const WhPrincipal *principal, GError **error);
/* [{code, lab, name, sample_id, value, message}], at most `limit` (0: all) */
void       wh_present_findings  (WhJsonWriter *writer, const GPtrArray *findings, guint limit);

G_END_DECLS
