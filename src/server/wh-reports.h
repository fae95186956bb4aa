/* wh-reports.h: failures of the server itself, told to a Sentry-compatible service where one is set. What is sent is the text of the
 * warning without names, addresses, ids and numbers, the version, and the id of the request to look for in the log. One report of a kind
 * in ten minutes; nothing waits for it, and what cannot be sent is dropped. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WH_REPORTS_MOST_WAITING 64
#define WH_REPORTS_QUIET_SECONDS 600

typedef struct _WhReports WhReports;

typedef struct {
  guint64 sent, failed, dropped;
} WhReportsCounts;

/* `dsn`: https://KEY@HOST[:PORT][/PATH]/PROJECT. `ca_file` may be NULL. Starts a thread. WH_ERROR_INVALID. */
WhReports *wh_reports_new    (const char *dsn, const char *ca_file, GError **error);
/* Gives what waits two seconds. */
void       wh_reports_free   (WhReports *reports);
/* As a WhLogListener: `user_data` is a WhReports. */
void       wh_reports_log_cb (GLogLevelFlags level, const char *domain, const char *message, const char *request_id, gpointer user_data);
void       wh_reports_counts (WhReports *reports, WhReportsCounts *out_counts);

/* A text without what tells who or where: quoted words become “…”, addresses and paths <url>, <mail>, <path>, <id>, numbers #. Caller
 * frees. */
char      *wh_reports_scrub  (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhReports, wh_reports_free)

G_END_DECLS
