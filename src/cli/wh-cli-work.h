/* wh-cli-work.h: long work: in a thread, with a bar on stderr and an orderly end at Ctrl+C. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef gboolean (*WhCliWork) (gpointer user_data, GCancellable *cancellable, GError **error);

/* Runs `work` in a thread until it ends; SIGINT and SIGTERM cancel it. */
gboolean wh_cli_work_run (WhCliWork work, gpointer user_data, GError **error);

/* Iterates the main context until `*done`; SIGINT and SIGTERM cancel `cancellable`. */
void     wh_cli_work_wait (const gboolean *done, GCancellable *cancellable);

/* A bar with what is being done, drawn over itself; nothing where stderr is no terminal. Any one thread at a time. */
void     wh_cli_work_progress (double fraction, const char *what);
/* Removes the bar. */
void     wh_cli_work_clear    (void);

G_END_DECLS
