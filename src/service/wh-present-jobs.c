#include "wh-jobs.h"

static void
add_moment (WhJsonWriter *writer, const char *key, gint64 moment)
{
  g_autofree char *text = wh_clock_format (moment);

  wh_json_writer_add_string (writer, key, text);
}

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  g_autofree char *text = wh_id_is_none (id) ? NULL : wh_id_to_string (id);

  wh_json_writer_add_string (writer, key, text);
}

/* `json` NULL: null. */
static void
add_document (WhJsonWriter *writer, const char *key, const char *json)
{
  wh_json_writer_key (writer, key);
  if (json)
    wh_json_writer_raw (writer, json);
  else
    wh_json_writer_null (writer);
}

static void
add_error (WhJsonWriter *writer, const WhJob *job)
{
  wh_json_writer_key (writer, "error");
  if (!job->error)
    {
      wh_json_writer_null (writer);
      return;
    }
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "code", job->error_code);
  wh_json_writer_add_string (writer, "message", job->error);
  wh_json_writer_end_object (writer);
}

void
wh_present_job (WhJsonWriter *writer, const WhJob *job, gboolean whole)
{
  wh_json_writer_begin_object (writer);
  add_id (writer, "job_id", &job->id);
  wh_json_writer_add_string (writer, "kind", job->kind);
  wh_json_writer_add_string (writer, "state", wh_job_state_key (job->state));
  wh_json_writer_add_integer (writer, "priority", job->priority);
  add_document (writer, "arguments", job->arguments);
  wh_json_writer_add_string (writer, "key", job->key);
  wh_json_writer_add_string (writer, "schedule", job->schedule);
  wh_json_writer_add_string (writer, "created_by", job->created_by);
  add_moment (writer, "created_at", job->created_at);
  add_moment (writer, "run_at", job->run_at);
  add_moment (writer, "started_at", job->started_at);
  add_moment (writer, "ended_at", job->ended_at);
  wh_json_writer_add_integer (writer, "attempts", job->attempts);
  wh_json_writer_add_integer (writer, "most_attempts", job->most_attempts);
  wh_json_writer_add_boolean (writer, "cancel_requested", job->cancel);
  wh_json_writer_add_number (writer, "progress", job->progress, 4);
  wh_json_writer_add_string (writer, "note", job->note);
  wh_json_writer_add_string (writer, "holder", job->holder);
  if (whole)
    add_document (writer, "outcome", job->outcome);
  add_error (writer, job);
  wh_json_writer_end_object (writer);
}

void
wh_present_schedule (WhJsonWriter *writer, const WhSchedule *schedule)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "name", schedule->name);
  wh_json_writer_add_string (writer, "kind", schedule->kind);
  add_document (writer, "arguments", schedule->arguments);
  wh_json_writer_add_string (writer, "rule", schedule->rule);
  wh_json_writer_add_integer (writer, "priority", schedule->priority);
  wh_json_writer_add_boolean (writer, "enabled", schedule->enabled);
  wh_json_writer_add_integer (writer, "jitter_seconds", schedule->jitter);
  add_moment (writer, "next_run", schedule->next_run);
  add_moment (writer, "last_run", schedule->last_run);
  add_id (writer, "last_job_id", &schedule->last_job);
  wh_json_writer_add_integer (writer, "revision", schedule->revision);
  add_moment (writer, "updated_at", schedule->updated_at);
  wh_json_writer_add_string (writer, "updated_by", schedule->updated_by);
  wh_json_writer_end_object (writer);
}

void
wh_present_jobs (WhJsonWriter *writer, const GPtrArray *jobs)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < jobs->len; i++)
    wh_present_job (writer, jobs->pdata[i], FALSE);
  wh_json_writer_end_array (writer);
}

void
wh_present_schedules (WhJsonWriter *writer, const GPtrArray *schedules)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < schedules->len; i++)
    wh_present_schedule (writer, schedules->pdata[i]);
  wh_json_writer_end_array (writer);
}
