/* wh-recurrence.h: when something comes again: "every 15 minutes", "every 6 hours", "daily 03:30", "weekly sun 04:00".
 *
 * Of a rule and a moment follows the next one, and nothing else: what was missed is not made up for by many, and a clock that was set
 * back or forth needs no care. Every N minutes or hours: the multiples of it since 1970, so that all machines mean the same. Daily and
 * weekly: by this machine's local time; an hour that the change to summer time leaves out is made up for by the next one. */
#pragma once

#include "base/wh-clock.h"

G_BEGIN_DECLS

typedef struct {
  gint64 period;    /* microseconds from one to the next, about */
  int    minute;    /* of the day; -1: every so often */
  int    weekday;   /* 1 Monday … 7 Sunday; 0: every day */
} WhRecurrence;

/* WH_ERROR_INVALID with a sentence that shows the forms. */
gboolean wh_recurrence_parse (const char *text, WhRecurrence *out_rule, GError **error);
/* The first moment after `moment`. */
gint64   wh_recurrence_after (const WhRecurrence *rule, gint64 moment);

G_END_DECLS
