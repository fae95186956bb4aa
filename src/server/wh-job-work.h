/* wh-job-work.h: the jobs that this server is at. Not for handlers. */
#pragma once

#include "base/wh-backoff.h"
#include "wh-job-kinds.h"

G_BEGIN_DECLS

typedef enum {
  WH_STOP_NONE,
  WH_STOP_ASKED,     /* somebody cancelled it */
  WH_STOP_LOST,      /* another server has it, or may have it; it may also still be ours */
  WH_STOP_LATE,      /* it took too long */
  WH_STOP_ENDING,    /* this server ends */
} WhJobStop;

/* Shared by the thread that does it and the one that keeps it. */
typedef struct {
  gatomicrefcount  ref_count;
  WhJobRun         run;         /* first, so that a run is its work */
  WhJob           *job;
  const WhJobKind *kind;
  WhJson          *arguments;
  gint64           started;     /* wh_clock_monotonic */
  GMutex           lock;        /* guards what follows */
  WhJobStop        stop;        /* the first reason stands */
  gboolean         ending;      /* this server ends, whatever the first reason is */
  double           progress;
  char            *note;
  gboolean         told;        /* since it was renewed */
  gint64           renewed;     /* wh_clock_monotonic */
} WhJobWork;

/* Takes `job`. */
WhJobWork *wh_job_work_new   (WhHost *host, WhJob *job);
WhJobWork *wh_job_work_ref   (WhJobWork *work);
void       wh_job_work_unref (WhJobWork *work);
void       wh_job_work_stop  (WhJobWork *work, WhJobStop reason);
/* Keeps it for another `lease` where it is time, or something was told. */
void       wh_job_work_renew (WhJobWork *work, WhQueue *queue, gint64 lease);

/* What became of it. */
typedef struct {
  WhJobState state;       /* WAITING: it will be tried again */
  gboolean   written;     /* FALSE: it was taken from us, or the database stays away while this server ends */
  gint64     spent;       /* microseconds */
} WhJobResult;
/* Does it, on this thread, and writes what came of it, however long the store is away: nobody else might ever. */
WhJobResult wh_job_work_do   (WhJobWork *work, WhQueue *queue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhJobWork, wh_job_work_unref)

G_END_DECLS
