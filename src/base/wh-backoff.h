/* wh-backoff.h: when something that failed is asked again: after a growing time, with jitter, by one caller at first.
 *
 * Not thread-safe: the owner holds its own lock. */
#pragma once

#include "wh-random.h"

G_BEGIN_DECLS

typedef struct {
  gint64   least, most;    /* microseconds of the first pause and of the longest */
  guint    failures;       /* in a row; 0: all is well */
  gint64   resume;         /* wh_clock_monotonic from which it may be tried again */
  gboolean trying;         /* somebody does, after a pause; the others do not yet */
  WhRng    rng;
} WhBackoff;

void     wh_backoff_init      (WhBackoff *backoff, gint64 least, gint64 most);
/* How long to wait after so many failures in a row, for who keeps count of them elsewhere. */
gint64   wh_backoff_pause     (WhBackoff *backoff, guint failures);
/* FALSE: leave it alone. *out_trial: this caller tries for all the others, and must tell how it went. */
gboolean wh_backoff_enter     (WhBackoff *backoff, gboolean *out_trial);
void     wh_backoff_succeeded (WhBackoff *backoff);
/* Many callers that fail at once make one longer pause, not many. */
void     wh_backoff_failed    (WhBackoff *backoff, gboolean trial);
/* It was not tried after all. */
void     wh_backoff_leave     (WhBackoff *backoff, gboolean trial);

G_END_DECLS
