#include "wh-job.h"

#include <string.h>

static const char *const states[] = {
  [WH_JOB_WAITING] = "waiting", [WH_JOB_RUNNING] = "running",     [WH_JOB_DONE] = "done",
  [WH_JOB_FAILED] = "failed",   [WH_JOB_CANCELLED] = "cancelled",
};

const char *const wh_job_kinds[] = { "import", "freshness", "analytics", "retention", "backup", NULL };

void
wh_job_free (WhJob *job)
{
  if (!job)
    return;
  g_free (job->kind);
  g_free (job->arguments);
  g_free (job->key);
  g_free (job->schedule);
  g_free (job->created_by);
  g_free (job->holder);
  g_free (job->note);
  g_free (job->outcome);
  g_free (job->error_code);
  g_free (job->error);
  g_free (job);
}

void
wh_schedule_free (WhSchedule *schedule)
{
  if (!schedule)
    return;
  g_free (schedule->name);
  g_free (schedule->kind);
  g_free (schedule->arguments);
  g_free (schedule->rule);
  g_free (schedule->updated_by);
  g_free (schedule);
}

const char *
wh_job_state_key (WhJobState state)
{
  g_return_val_if_fail (state >= WH_JOB_WAITING && state < G_N_ELEMENTS (states), "failed");
  return states[state];
}

gboolean
wh_job_state_parse (const char *text, WhJobState *out_state)
{
  for (guint i = WH_JOB_WAITING; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i], text) == 0)
      {
        *out_state = (WhJobState) i;
        return TRUE;
      }
  return FALSE;
}

gboolean
wh_job_is_name (const char *text)
{
  gsize length = text ? strlen (text) : 0;

  return length > 0 && length <= WH_JOB_NAME && strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == length;
}
