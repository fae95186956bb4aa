/* wh-job-runner.h: does the jobs of the queue (store/wh-store-queue.h) on threads of its own, keeps what it has, begins what schedules say
 * is due, and knows how it all goes. Any number of servers may do so on one database. Thread-safe. */
#pragma once

#include "wh-figures.h"
#include "wh-host.h"

G_BEGIN_DECLS

/* With the settings of [jobs]; without threads it only looks how the queue is. Puts the schedules that the settings name. */
WhJobRunner *wh_job_runner_new    (WhHost *host);
/* Tells what runs to stop, waits for it, and leaves it to others; from then on nothing is done. */
void         wh_job_runner_stop   (WhJobRunner *runner);
void         wh_job_runner_free   (WhJobRunner *runner);
/* Something was added: look now. */
void         wh_job_runner_wake   (WhJobRunner *runner);
/* Somebody cancelled this one: if it runs here, it hears of it now. */
void         wh_job_runner_cancel (WhJobRunner *runner, const WhId *id);

/* What the checks of /health say: "ok", "failing" where the last job of a kind failed, "late" where jobs wait for long and none is taken;
 * "ok", "failed" or "not_configured" of backups. Static. */
const char  *wh_job_runner_health (WhJobRunner *runner);
const char  *wh_job_runner_backup (WhJobRunner *runner);
void         wh_job_runner_figures (WhJobRunner *runner, WhFigures *figures);

G_END_DECLS
