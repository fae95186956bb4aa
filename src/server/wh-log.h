/* wh-log.h: the log of `serve`: lines with level, place, message and the id of the request they are about, to the journal or on
 * standard error. For the whole process; thread-safe.
 *
 * Whoever logs uses g_message, g_warning … as everywhere. No more than WH_LOG_MOST lines a second are written; how many were left out is
 * told with the next one. */
#pragma once

#include "wh-answer.h"
#include "wh-request.h"
#include "wh-settings.h"

G_BEGIN_DECLS

#define WH_LOG_MOST 500

/* Told of every line from a warning on, on the thread that logs; must not log itself. NULL: nobody. */
typedef void (*WhLogListener) (GLogLevelFlags level, const char *domain, const char *message, const char *request_id, gpointer user_data);

/* Takes over the process's log, once; then reads what is set. */
void     wh_log_start     (const WhSettings *settings);
/* After SIGHUP. */
void     wh_log_configure (const WhSettings *settings);
/* NULL: nobody any more; when this returns no thread is in the one before. It may log nothing itself. */
void     wh_log_listen    (WhLogListener listener, gpointer user_data);

/* What this thread logs from now on is about this request (borrowed until wh_log_leave). */
void     wh_log_enter     (const char *request_id);
void     wh_log_leave     (void);
/* A line about a request that is done, if such lines are wanted. `status` 499: the client went away. */
void     wh_log_request   (const WhRequest *request, guint status, gint64 microseconds);

/* How many lines were written and left out, by level: for /metrics. */
typedef struct {
  guint64 warnings, errors, left_out, slow_queries;
} WhLogCounts;
void     wh_log_counts    (WhLogCounts *out_counts);

G_END_DECLS
