/* wh-clock.h: the only source of "now", so that tests can set it.
 *
 * A moment is gint64 microseconds since 1970-01-01T00:00:00Z; WH_TIME_UNSET means not known. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_TIME_UNSET G_MININT64
#define WH_TIME_SECOND G_GINT64_CONSTANT (1000000)
#define WH_TIME_DAY (86400 * WH_TIME_SECOND)

gint64   wh_clock_now        (void);
/* Freezes the clock at `moment`; WH_TIME_UNSET lets it run again. For tests and seeded generators. */
void     wh_clock_freeze     (gint64 moment);
gboolean wh_clock_is_frozen  (void);
/* Microseconds that never go back; for durations only. */
gint64   wh_clock_monotonic  (void);

/* "2026-11-24T08:53:38.000000Z"; NULL for WH_TIME_UNSET, and outside the years 1 to 9999. */
char    *wh_clock_format     (gint64 moment);
/* The same into memory of the caller. FALSE where that is NULL. */
#define WH_CLOCK_TEXT 32
gboolean wh_clock_write      (gint64 moment, char out_text[WH_CLOCK_TEXT]);
/* "2026-11-24"; NULL for WH_TIME_UNSET. */
char    *wh_clock_format_date (gint64 moment);
gboolean wh_clock_write_date (gint64 moment, char out_text[WH_CLOCK_TEXT]);
/* RFC 3339 date-times (no zone: UTC), dates 2023-09-06, 9/6/2023 (US) and 20230906. Years 1900–2200. */
gboolean wh_clock_parse      (const char *text, gint64 *out_moment);

G_END_DECLS
