/* wh-workers.h: threads that share one piece of work at a time. Thread-safe; several callers may run at once. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _WhWorkers WhWorkers;

/* Does item `item`; `thread` is below wh_workers_count and no two items run at once with the same one within a run. */
typedef void (*WhWorkFunc) (gpointer data, gsize item, guint thread);

/* `n_threads` 0: as many as there are cores. The caller of a run is one of them; one thread starts none. */
WhWorkers *wh_workers_new   (guint n_threads);
void       wh_workers_free  (WhWorkers *workers);
guint      wh_workers_count (const WhWorkers *workers);
/* Items 0 to n_items - 1, in no order, until all are done. FALSE when `cancellable` (may be NULL) stopped it before the last. */
gboolean   wh_workers_run   (WhWorkers *workers, gsize n_items, WhWorkFunc work, gpointer data, GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhWorkers, wh_workers_free)

G_END_DECLS
