#include "wh-cli-work.h"

#include <glib-unix.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 24

static gboolean
interrupted_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_CONTINUE;
}

void
wh_cli_work_wait (const gboolean *done, GCancellable *cancellable)
{
  guint interrupt = g_unix_signal_add (SIGINT, interrupted_cb, cancellable);
  guint terminate = g_unix_signal_add (SIGTERM, interrupted_cb, cancellable);

  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (interrupt);
  g_source_remove (terminate);
}

typedef struct {
  WhCliWork work;
  gpointer  user_data;
  gboolean  done;
  gboolean  succeeded;
  GError   *error;
} Job;

static void
job_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;

  job->succeeded = job->work (job->user_data, cancellable, &job->error);
  g_task_return_boolean (task, TRUE);
}

static void
job_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Job *) user_data)->done = TRUE;
}

gboolean
wh_cli_work_run (WhCliWork work, gpointer user_data, GError **error)
{
  Job job = { work, user_data, FALSE, FALSE, NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, job_done_cb, &job);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, &job, NULL);
  g_task_run_in_thread (task, job_thread);
  wh_cli_work_wait (&job.done, cancellable);
  wh_cli_work_clear ();
  if (job.error)
    g_propagate_error (error, job.error);
  return job.succeeded;
}

void
wh_cli_work_progress (double fraction, const char *what)
{
  int full = (int) round (CLAMP (fraction, 0, 1) * BAR_WIDTH);

  if (!isatty (STDERR_FILENO))
    return;
  fputs ("\r\033[K[", stderr);
  for (int i = 0; i < BAR_WIDTH; i++)
    fputs (i < full ? "█" : "·", stderr);
  fprintf (stderr, "] %3.0f %%  %s", 100 * CLAMP (fraction, 0, 1), what);
  fflush (stderr);
}

void
wh_cli_work_clear (void)
{
  if (isatty (STDERR_FILENO))
    fputs ("\r\033[K", stderr);
}
