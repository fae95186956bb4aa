/* wh-store-jobs.h: jobs, schedules and files taken in, as rows: what people ask of them. Who runs jobs: wh-store-queue.h.
 *
 * They are this store's own: no change log, no mirror. What somebody writes here stands in the audit trail. A write that is diverted
 * cannot hold them: WH_ERROR_UNSUPPORTED. */
#pragma once

#include "base/wh-hash.h"
#include "core/wh-job.h"
#include "wh-store.h"

G_BEGIN_DECLS

typedef struct {
  WhJobState  state;      /* 0: any */
  const char *kind;       /* NULL: any */
  const char *schedule;   /* the same */
  WhId        before;     /* only older ones; none: from the newest */
  guint       limit;
} WhJobFilter;

/* -- jobs -- */
/* The newest first. Elements WhJob, owned by the array. */
GPtrArray  *wh_reader_jobs       (WhReader *reader, const WhJobFilter *filter, GError **error);
/* NULL with WH_ERROR_NOT_FOUND. */
WhJob      *wh_reader_job        (WhReader *reader, const WhId *id, GError **error);
/* The last one of a kind that is done or has failed; NULL in *out_job where there is none. */
gboolean    wh_reader_last_job   (WhReader *reader, const char *kind, WhJob **out_job, GError **error);

typedef struct {
  gint64 waiting, running;   /* how many */
  gint64 due_since;          /* when the one that is due for the longest came due; WH_TIME_UNSET: none is */
} WhJobCounts;
gboolean    wh_reader_job_counts (WhReader *reader, WhJobCounts *out_counts, GError **error);

/* Puts it into the queue: id, kind, arguments, priority, key, most_attempts, created_by and run_at (WH_TIME_UNSET: now) count. Where one
 * with its id is there, or one with its key is not over, nothing is added and *out_id is that one's. */
gboolean    wh_writer_add_job    (WhWriter *writer, const WhJob *job, WhId *out_id, gboolean *out_added, GError **error);
/* One that waits is over at once; one that runs is told to stop. WH_ERROR_NOT_FOUND, WH_ERROR_CONFLICT for one that is over. */
gboolean    wh_writer_cancel_job (WhWriter *writer, const WhId *id, GError **error);
/* Forgets jobs that ended before a moment, at most `limit`. */
gboolean    wh_writer_drop_jobs  (WhWriter *writer, gint64 ended_before, guint limit, guint *out_dropped, GError **error);

/* -- schedules -- */
/* By name. Elements WhSchedule, owned by the array. */
GPtrArray  *wh_reader_schedules     (WhReader *reader, GError **error);
WhSchedule *wh_reader_schedule      (WhReader *reader, const char *name, GError **error);
/* Makes it, or replaces what stands under the name; its next run follows from its rule. */
gboolean    wh_writer_put_schedule  (WhWriter *writer, const WhSchedule *schedule, GError **error);
/* WH_ERROR_NOT_FOUND */
gboolean    wh_writer_drop_schedule (WhWriter *writer, const char *name, GError **error);

/* -- files taken in -- */
typedef struct {
  char  *source;          /* folder or address */
  char  *name;            /* in the folder; "" for an address */
  gint64 size, changed_at;
  WhHash hash;
  char  *etag, *last_modified;   /* NULL: not told */
} WhTakenFile;

/* NULL in *out_file where it was not taken. */
gboolean    wh_reader_taken      (WhReader *reader, const char *source, const char *name, WhTakenFile **out_file, GError **error);
gboolean    wh_writer_take_file  (WhWriter *writer, const WhTakenFile *file, GError **error);
void        wh_taken_file_free   (WhTakenFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhTakenFile, wh_taken_file_free)

G_END_DECLS
