/* wh-job-kinds.h: what a server knows how to do by itself: a row a kind. A new one is a row in wh-job-kinds.c, its name in
 * core/wh-job.c, and a function that does it. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-job.h"
#include "store/wh-store-queue.h"
#include "wh-host.h"
#include "wire/wh-spec.h"

G_BEGIN_DECLS

/* One job at work, as the function that does it sees it. */
typedef struct {
  WhHost           *host;
  const WhJob      *job;
  const WhJsonNode *arguments;    /* checked */
  WhPrincipal      *principal;    /* "job:<who asked for it>", an administrator */
  GCancellable     *cancellable;  /* to be minded: somebody cancelled it, its time is over, another server has it, the server ends */
} WhJobRun;

typedef struct {
  const char   *name;
  const char   *summary;         /* for people; to be translated */
  gint64        most_attempts;
  guint         first_pause, longest_pause;   /* seconds before it is tried again, growing from one to the other */
  guint         seconds;         /* that it may take */
  const WhSpec *arguments;
  /* What several arguments say together; NULL: nothing to check. *out_field: the one that is wrong, static. */
  gboolean    (*check) (const WhJsonNode *arguments, const char **out_field, GError **error);
  /* Does it. The outcome as a JSON object; with `error` set it failed, and the outcome (may be NULL) tells how far it came. Errors that
   * may pass by themselves (busy, offline, no space, failed) are tried again, others not. Writes go through the store, which refuses
   * them once another server has the job. */
  char       *(*run) (WhJobRun *run, GError **error);
} WhJobKind;

/* NULL where there is none. */
const WhJobKind   *wh_job_kind_find  (const char *name);
/* All, for a queue. */
const WhQueueKind *wh_job_kind_queue (guint *out_n);
/* Whether these are arguments of the kind: the text of a JSON object. *out_field names the one that is wrong, or is NULL. Free it. */
gboolean           wh_job_kind_check (const WhJobKind *kind, const char *arguments, char **out_field, GError **error);

/* How far it is: 0 to 1 or NAN, and a few words, or NULL. Cheap; from the thread that runs it. */
void               wh_job_run_tell   (WhJobRun *run, double progress, const char *note);
/* Whether it has to stop; then with WH_ERROR_CANCELLED. */
gboolean           wh_job_run_ended  (WhJobRun *run, GError **error);

/* -- wh-job-import.c -- */
extern const WhSpec wh_job_import_arguments[];
gboolean wh_job_import_check (const WhJsonNode *arguments, const char **out_field, GError **error);
char    *wh_job_import       (WhJobRun *run, GError **error);
/* -- wh-job-figures.c -- */
extern const WhSpec wh_job_freshness_arguments[];
extern const WhSpec wh_job_no_arguments[];
char    *wh_job_freshness    (WhJobRun *run, GError **error);
char    *wh_job_analytics    (WhJobRun *run, GError **error);
/* -- wh-job-retention.c -- */
char    *wh_job_retention    (WhJobRun *run, GError **error);
/* -- wh-job-backup.c -- */
extern const WhSpec wh_job_backup_arguments[];
gboolean wh_job_backup_check (const WhJsonNode *arguments, const char **out_field, GError **error);
char    *wh_job_backup       (WhJobRun *run, GError **error);

G_END_DECLS
