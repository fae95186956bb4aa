/* wh-jobs.h: what an administrator asks of jobs and schedules. All of it needs ADMINISTER. */
#pragma once

#include "base/wh-json-writer.h"
#include "store/wh-store-jobs.h"

G_BEGIN_DECLS

/* See store/wh-store-jobs.h for what comes back and what is wrong. */
GPtrArray  *wh_jobs_list          (WhStore *store, const WhPrincipal *principal, const WhJobFilter *filter, GError **error);
WhJob      *wh_jobs_get           (WhStore *store, const WhPrincipal *principal, const WhId *id, GError **error);
/* The job as it is in the queue then; *out_added FALSE: it was there. Takes nothing. */
WhJob      *wh_jobs_add           (WhStore *store, const WhPrincipal *principal, const WhJob *job, gboolean *out_added, GError **error);
WhJob      *wh_jobs_cancel        (WhStore *store, const WhPrincipal *principal, const WhId *id, GError **error);

GPtrArray  *wh_jobs_schedules     (WhStore *store, const WhPrincipal *principal, GError **error);
WhSchedule *wh_jobs_schedule      (WhStore *store, const WhPrincipal *principal, const char *name, GError **error);
/* As it stands then. */
WhSchedule *wh_jobs_put_schedule  (WhStore *store, const WhPrincipal *principal, const WhSchedule *schedule, GError **error);
gboolean    wh_jobs_drop_schedule (WhStore *store, const WhPrincipal *principal, const char *name, GError **error);

/* `whole`: with its outcome, which may be long.
 * {job_id, kind, state, priority, arguments, key, schedule, created_by, created_at, run_at, started_at, ended_at, attempts, most_attempts,
 * cancel_requested, progress, note, holder, outcome, error{code, message}} */
void        wh_present_job        (WhJsonWriter *writer, const WhJob *job, gboolean whole);
/* {name, kind, arguments, rule, priority, enabled, jitter_seconds, next_run, last_run, last_job_id, revision, updated_at, updated_by} */
void        wh_present_schedule   (WhJsonWriter *writer, const WhSchedule *schedule);
/* Arrays of them, not whole. */
void        wh_present_jobs       (WhJsonWriter *writer, const GPtrArray *jobs);
void        wh_present_schedules  (WhJsonWriter *writer, const GPtrArray *schedules);

G_END_DECLS
