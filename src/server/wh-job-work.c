#include "wh-job-work.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"

#define SECOND WH_TIME_SECOND
#define RENEWALS 4               /* of a lease: three may fail */
#define FIRST_PAUSE (100 * 1000)
#define LONGEST_PAUSE SECOND
#define NOTE_BYTES 200
#define OUTCOME_BYTES (512 * 1024)

WhJobWork *
wh_job_work_new (WhHost *host, WhJob *job)
{
  WhJobWork *work = g_new0 (WhJobWork, 1);
  g_autofree char *who = g_strdup_printf ("job:%s", job->created_by);

  g_atomic_ref_count_init (&work->ref_count);
  g_mutex_init (&work->lock);
  work->job = job;
  work->kind = wh_job_kind_find (job->kind);
  work->arguments = wh_json_parse (job->arguments, strlen (job->arguments), WH_JOB_ARGUMENTS, NULL);
  work->started = work->renewed = wh_clock_monotonic ();
  work->progress = NAN;
  work->run = (WhJobRun){ host, job, work->arguments ? wh_json_root (work->arguments) : NULL,
                          wh_principal_new (who, (const char *const[]) { "administrator", NULL }), g_cancellable_new () };
  return work;
}

WhJobWork *
wh_job_work_ref (WhJobWork *work)
{
  g_atomic_ref_count_inc (&work->ref_count);
  return work;
}

void
wh_job_work_unref (WhJobWork *work)
{
  if (!g_atomic_ref_count_dec (&work->ref_count))
    return;
  g_mutex_clear (&work->lock);
  g_clear_pointer (&work->arguments, wh_json_free);
  wh_principal_unref (work->run.principal);
  g_object_unref (work->run.cancellable);
  wh_job_free (work->job);
  g_free (work->note);
  g_free (work);
}

void
wh_job_work_stop (WhJobWork *work, WhJobStop reason)
{
  g_mutex_lock (&work->lock);
  if (work->stop == WH_STOP_NONE)
    work->stop = reason;
  work->ending = work->ending || reason == WH_STOP_ENDING;
  g_mutex_unlock (&work->lock);
  g_cancellable_cancel (work->run.cancellable);
}

static WhJobStop
stop_of (WhJobWork *work)
{
  WhJobStop stop;

  g_mutex_lock (&work->lock);
  stop = work->stop;
  g_mutex_unlock (&work->lock);
  return stop;
}

static gboolean
is_ending (WhJobWork *work)
{
  gboolean ending;

  g_mutex_lock (&work->lock);
  ending = work->ending;
  g_mutex_unlock (&work->lock);
  return ending;
}

void
wh_job_run_tell (WhJobRun *run, double progress, const char *note)
{
  WhJobWork *work = (WhJobWork *) (void *) ((char *) run - G_STRUCT_OFFSET (WhJobWork, run));

  g_mutex_lock (&work->lock);
  work->progress = isnan (progress) ? NAN : CLAMP (progress, 0, 1);
  g_free (work->note);
  work->note = note ? g_utf8_make_valid (note, (gssize) MIN (strlen (note), NOTE_BYTES)) : NULL;
  work->told = TRUE;
  g_mutex_unlock (&work->lock);
}

/* -- keeping it -------------------------------------------------------------------------------------------------------- */

/* Whether to write now, and what. Progress is written once a second at most. */
static gboolean
is_due (WhJobWork *work, gint64 lease, double *out_progress, char **out_note)
{
  gint64 since = wh_clock_monotonic () - work->renewed;
  gboolean due;

  g_mutex_lock (&work->lock);
  due = since >= lease / RENEWALS || (work->told && since >= SECOND);
  *out_progress = work->progress;
  *out_note = due ? g_strdup (work->note) : NULL;
  work->told = work->told && !due;
  g_mutex_unlock (&work->lock);
  return due;
}

void
wh_job_work_renew (WhJobWork *work, WhQueue *queue, gint64 lease)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *note = NULL;
  double progress;
  gboolean cancel = FALSE;
  gint64 asked = wh_clock_monotonic ();

  if (work->kind && asked - work->started > work->kind->seconds * SECOND)
    wh_job_work_stop (work, WH_STOP_LATE);
  if (!is_due (work, lease, &progress, &note))
    return;
  if (wh_queue_renew (queue, work->job, lease, progress, note, &cancel, &error))
    work->renewed = asked;
  /* Nobody says that it is still ours: by the time its lease has run out it must have stopped. */
  else if (g_error_matches (error, WH_ERROR, WH_ERROR_CONFLICT) || asked - work->renewed > lease - lease / RENEWALS)
    wh_job_work_stop (work, WH_STOP_LOST);
  if (cancel)
    wh_job_work_stop (work, WH_STOP_ASKED);
}

/* -- doing it ---------------------------------------------------------------------------------------------------------- */

static gboolean
may_pass (const GError *error)
{
  static const WhErrorCode passing[] = { WH_ERROR_FAILED, WH_ERROR_BUSY, WH_ERROR_OFFLINE, WH_ERROR_NO_SPACE, WH_ERROR_CONFLICT };

  for (guint i = 0; i < G_N_ELEMENTS (passing); i++)
    if (g_error_matches (error, WH_ERROR, passing[i]))
      return TRUE;
  return error->domain != WH_ERROR;
}

static gint64
pause_before_next (const WhJobWork *work)
{
  WhBackoff backoff;

  wh_backoff_init (&backoff, work->kind->first_pause * SECOND, work->kind->longest_pause * SECOND);
  return wh_backoff_pause (&backoff, (guint) work->job->attempts);
}

static WhJobEnd
end_of_failure (WhJobWork *work, const GError *error, const char *outcome)
{
  gboolean again = may_pass (error) && work->job->attempts < work->job->most_attempts;

  return (WhJobEnd){ .state = again ? WH_JOB_WAITING : WH_JOB_FAILED, .pause = again ? pause_before_next (work) : 0, .outcome = outcome,
                     .error_code = error->domain == WH_ERROR ? wh_error_word ((WhErrorCode) error->code) : wh_error_word (WH_ERROR_FAILED),
                     .error = error->message };
}

/* `error` NULL: it was done. */
static WhJobEnd
end_of (WhJobWork *work, GError **error, const char *outcome)
{
  WhJobStop stop = stop_of (work);

  if (!*error)
    return (WhJobEnd){ .state = WH_JOB_DONE, .outcome = outcome };
  if (stop == WH_STOP_ASKED)
    return (WhJobEnd){ .state = WH_JOB_CANCELLED, .outcome = outcome };
  if (stop == WH_STOP_ENDING)
    return (WhJobEnd){ .state = WH_JOB_WAITING, .uncounted = TRUE, .note = _("the server that was at it ended") };
  if (stop == WH_STOP_LATE || stop == WH_STOP_LOST)
    g_clear_error (error);
  if (stop == WH_STOP_LATE)
    g_set_error (error, WH_ERROR, WH_ERROR_FAILED, _("it took longer than %u minutes"), work->kind->seconds / 60);
  else if (stop == WH_STOP_LOST)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_OFFLINE, _("the database did not answer in time to keep it for this server"));
  return end_of_failure (work, *error, outcome);
}

/* What speaks against beginning; FALSE with the reason. */
static gboolean
may_begin (WhJobWork *work, GError **error)
{
  g_autofree char *field = NULL;

  if (work->job->cancel)
    wh_job_work_stop (work, WH_STOP_ASKED);
  if (wh_job_run_ended (&work->run, error))
    return FALSE;
  if (work->job->attempts > work->job->most_attempts)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("servers ended %d times while they were at it; it is not tried again"),
                   (int) work->job->attempts - 1);
      return FALSE;
    }
  return wh_job_kind_check (work->kind, work->job->arguments, &field, error);
}

/* Under our lease, so that it never overwrites what another server has made of it. */
static gboolean
write_end (WhJobWork *work, WhQueue *queue, const WhJobEnd *end)
{
  gint64 pause = FIRST_PAUSE, ended = WH_TIME_UNSET;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      if (wh_queue_finish (queue, work->job, end, &error))
        return TRUE;
      if (ended == WH_TIME_UNSET && is_ending (work))
        ended = wh_clock_monotonic ();
      if (g_error_matches (error, WH_ERROR, WH_ERROR_CONFLICT)
          || (ended != WH_TIME_UNSET && wh_clock_monotonic () - ended > SECOND))
        {
          g_warning ("what came of a job of kind %s could not be written: %s", work->job->kind, error->message);
          return FALSE;
        }
      if (pause == FIRST_PAUSE)
        g_warning ("what came of a job of kind %s cannot be written yet: %s", work->job->kind, error->message);
      g_usleep ((gulong) pause);
      pause = MIN (pause * 2, LONGEST_PAUSE);
    }
}

static void
say (const WhJobWork *work, const WhJobEnd *end)
{
  if (end->state == WH_JOB_FAILED)
    g_warning ("a job of kind %s failed: %s", work->job->kind, end->error);
  else if (end->state == WH_JOB_WAITING && end->error)
    g_message ("a job of kind %s will be tried again: %s", work->job->kind, end->error);
}

WhJobResult
wh_job_work_do (WhJobWork *work, WhQueue *queue)
{
  WhHost *host = work->run.host;
  g_autoptr (GError) error = NULL;
  g_autofree char *outcome = NULL;
  WhJobResult result;
  WhJobEnd end;

  if (may_begin (work, &error))
    {
      wh_store_fence_set (host->store, work->job);
      outcome = work->kind->run (&work->run, &error);
      wh_store_fence_set (host->store, NULL);
      if (outcome && strlen (outcome) > OUTCOME_BYTES)
        {
          g_free (outcome);
          outcome = g_strdup ("{\"left_out\":\"too long\"}");
        }
      wh_host_changed (host);
    }
  end = end_of (work, &error, outcome);
  result = (WhJobResult){ end.state, FALSE, wh_clock_monotonic () - work->started };
  result.written = write_end (work, queue, &end);
  if (result.written)
    say (work, &end);
  return result;
}
