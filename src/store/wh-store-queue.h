/* wh-store-queue.h: the queue of jobs as those who run them see it. Several servers on one database share it.
 *
 * Whoever takes a job has it for the length of a lease and renews that while it works; a server that dies, or cannot reach the database,
 * lets its lease run out, and another takes the job, or the same one again. Each taking has a number of its own (WhJob.lease): with an
 * old one nothing can be written any more, neither what came of the job nor, inside wh_store_fence_*, any row of the store. Leases go by
 * the clock of the database where machines share one.
 * Thread-safe. */
#pragma once

#include "core/wh-job.h"
#include "wh-store.h"

G_BEGIN_DECLS

typedef struct _WhQueue WhQueue;

typedef struct {
  const char *name;
  gint64      most_attempts;   /* of jobs that a schedule begins */
} WhQueueKind;

/* Takes only jobs of these kinds, which must outlive it. `holder`: who takes them, for people; a random part makes it this queue's own.
 * A queue on a file is its only one: what was running when the last one ended is taken at once. */
WhQueue    *wh_queue_new    (WhStore *store, const char *holder, const WhQueueKind *kinds, guint n_kinds);
void        wh_queue_free   (WhQueue *queue);
const char *wh_queue_holder (const WhQueue *queue);

/* The most urgent job that is due, marked as running; NULL in *out_job where there is none. `lease` in microseconds. */
gboolean    wh_queue_take   (WhQueue *queue, gint64 lease, WhJob **out_job, GError **error);
/* Keeps it and tells how far it is: `progress` 0 to 1 or NAN, `note` NULL or a few words. WH_ERROR_CONFLICT: it is no longer ours. */
gboolean    wh_queue_renew  (WhQueue *queue, const WhJob *job, gint64 lease, double progress, const char *note, gboolean *out_cancel,
                             GError **error);

typedef struct {
  WhJobState  state;        /* WAITING: it is tried again, unless somebody asked it to stop */
  gint64      pause;        /* microseconds until then */
  gboolean    uncounted;    /* this try does not count: the server ends */
  const char *outcome;      /* JSON or NULL */
  const char *error_code, *error, *note;
} WhJobEnd;

/* WH_ERROR_CONFLICT: it is no longer ours, and nothing was written. May be repeated after any other error. */
gboolean    wh_queue_finish (WhQueue *queue, const WhJob *job, const WhJobEnd *end, GError **error);

/* Begins what schedules say is due: one job of each, however many runs were missed, and none while the last one is not over. A next run
 * that lies too far ahead, since the clock was wrong when it was settled, is settled anew. out_begun: how many. */
gboolean    wh_queue_begin_due (WhQueue *queue, guint *out_begun, GError **error);

/* While it is set, what this thread writes to the store is written only as long as the job is this one's. NULL ends it. */
void        wh_store_fence_set (WhStore *store, const WhJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhQueue, wh_queue_free)

G_END_DECLS
