/* wh-job.h: work that a server does by itself, and when it begins: as they stand in the store. */
#pragma once

#include "base/wh-clock.h"
#include "base/wh-id.h"

G_BEGIN_DECLS

/* The numbers stand in stores; what is below DONE is not over. */
typedef enum {
  WH_JOB_WAITING = 1,   /* also between two tries */
  WH_JOB_RUNNING = 2,
  WH_JOB_DONE = 3,
  WH_JOB_FAILED = 4,
  WH_JOB_CANCELLED = 5,
} WhJobState;

#define WH_JOB_PRIORITY 5         /* 0 is last, 9 first */
#define WH_JOB_PRIORITY_MOST 9
#define WH_JOB_NAME 64            /* bytes of a kind, or of a schedule's name */
#define WH_JOB_KEY 200            /* bytes of a key */
#define WH_JOB_ARGUMENTS 16384    /* bytes of JSON */

typedef struct {
  WhId       id;
  char      *kind;
  char      *arguments;    /* a JSON object */
  WhJobState state;
  gint64     priority;
  char      *key;          /* of those that are not over, one has it; NULL: none */
  char      *schedule;     /* that began it; NULL: none */
  char      *created_by;
  gint64     created_at, run_at, started_at, ended_at;   /* moments; the last two WH_TIME_UNSET before */
  gint64     attempts, most_attempts;
  gint64     lease;        /* grows each time a server takes it */
  gint64     lease_until;  /* WH_TIME_UNSET: nobody has it */
  char      *holder;       /* the server that has it; NULL: none */
  gboolean   cancel;       /* somebody asked it to stop */
  double     progress;     /* 0 to 1; NAN: not known */
  char      *note;         /* what it is at, or why it waits; NULL: nothing */
  char      *outcome;      /* JSON; NULL: none yet */
  char      *error_code;   /* wh_error_word of the last try that failed; NULL: none */
  char      *error;
} WhJob;

typedef struct {
  char    *name;
  char    *kind, *arguments;   /* of the jobs it begins */
  char    *rule;               /* wh-recurrence.h */
  gint64   priority;
  gboolean enabled;
  gint64   jitter;             /* seconds that a run is late at most, so that many servers do not call at once */
  gint64   next_run, last_run; /* moments; the last WH_TIME_UNSET: never */
  WhId     last_job;
  gint64   revision;           /* grows with each change that somebody made */
  gint64   updated_at;
  char    *updated_by;
} WhSchedule;

/* What a server knows how to do, NULL-terminated; how is told by server/wh-job-kinds.c. */
extern const char *const wh_job_kinds[];

void        wh_job_free        (WhJob *job);
void        wh_schedule_free   (WhSchedule *schedule);
const char *wh_job_state_key   (WhJobState state);   /* "waiting", "running", "done", "failed", "cancelled" */
gboolean    wh_job_state_parse (const char *text, WhJobState *out_state);
/* Small letters, digits, "-", "_" and "."; 1 to WH_JOB_NAME bytes. */
gboolean    wh_job_is_name     (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhJob, wh_job_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSchedule, wh_schedule_free)

G_END_DECLS
