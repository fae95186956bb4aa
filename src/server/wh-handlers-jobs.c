/* Jobs and schedules, for administrators. */
#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "core/wh-recurrence.h"
#include "service/wh-jobs.h"
#include "wh-handlers-private.h"
#include "wh-job-kinds.h"
#include "wh-job-runner.h"
#include "wh-once.h"

/* The member "arguments" as text; "{}" without one. Caller frees. */
static char *
arguments_of (const WhJsonNode *body)
{
  const WhJsonNode *node = wh_json_member (body, "arguments");
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  if (node && !wh_json_is_null (node))
    wh_json_writer_node (writer, node);
  else
    g_string_append (text, "{}");
  return g_string_free (text, FALSE);
}

/* As the kind wants them; the field of an error is "arguments.path". */
static gboolean
check_arguments (WhRequest *request, const char *kind, const char *arguments, GError **error)
{
  g_autofree char *field = NULL;

  if (wh_job_kind_check (wh_job_kind_find (kind), arguments, &field, error))
    return TRUE;
  g_free (request->field_kept);
  request->error_field = request->field_kept = field ? g_strconcat ("arguments.", field, NULL) : g_strdup ("arguments");
  return FALSE;
}

static void
set_missing (WhRequest *request, const char *code, const GError *error)
{
  if (g_error_matches (error, WH_ERROR, WH_ERROR_NOT_FOUND))
    request->error_code = code;
}

/* -- jobs -------------------------------------------------------------------------------------------------------------- */

static gboolean
take_cursor (WhRequest *request, WhJobFilter *filter, GError **error)
{
  const char *cursor = wh_request_parameter (request, "cursor");

  if (!cursor || wh_id_parse (cursor, &filter->before))
    return TRUE;
  return wh_parameters_refuse (request, "cursor", _("This cursor is none of this list."), error);
}

char *
wh_handle_jobs (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhJobFilter filter = { .kind = wh_request_parameter (request, "kind"), .schedule = wh_request_parameter (request, "schedule"),
                         .limit = wh_parameters_unsigned (request, "limit") + 1 };
  g_autoptr (GPtrArray) jobs = NULL;

  wh_job_state_parse (wh_request_parameter (request, "state"), &filter.state);
  if (!take_cursor (request, &filter, error))
    return NULL;
  jobs = wh_jobs_list (host->store, request->principal, &filter, error);
  if (!jobs)
    return NULL;
  meta->per_page = filter.limit - 1;
  if (jobs->len == filter.limit)
    {
      g_ptr_array_set_size (jobs, (int) filter.limit - 1);
      request->next_cursor = wh_id_to_string (&((const WhJob *) jobs->pdata[jobs->len - 1])->id);
      meta->next_cursor = request->next_cursor;
    }
  WH_WRITE_DOCUMENT (wh_present_jobs (writer, jobs));
}

static char *
write_job (const WhJob *job)
{
  WH_WRITE_DOCUMENT (wh_present_job (writer, job, TRUE));
}

char *
wh_handle_job_add (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  const WhJsonNode *body = json ? wh_json_root (json) : NULL;
  g_autofree char *arguments = json ? arguments_of (body) : NULL;
  const char *kind = wh_json_string (wh_json_member (body, "kind"), NULL);
  g_autoptr (WhJob) job = NULL;
  gboolean added;

  if (!json || !check_arguments (request, kind, arguments, error))
    return NULL;
  WhJob wanted = { .id = wh_once_id (request), .kind = (char *) kind, .arguments = arguments,
                   .priority = wh_json_integer (wh_json_member (body, "priority"), WH_JOB_PRIORITY),
                   .key = (char *) wh_json_string (wh_json_member (body, "key"), NULL), .run_at = WH_TIME_UNSET,
                   .most_attempts = wh_json_integer (wh_json_member (body, "attempts"), wh_job_kind_find (kind)->most_attempts) };
  wh_clock_parse (wh_json_string (wh_json_member (body, "run_at"), NULL), &wanted.run_at);
  job = wh_jobs_add (host->store, request->principal, &wanted, &added, error);
  if (!job)
    return NULL;
  wh_job_runner_wake (host->runner);
  request->reply_status = added ? 202 : 200;
  g_autofree char *id = wh_id_to_string (&job->id);
  request->location = wh_route_path (wh_route_get (WH_ROUTE_JOB), id);
  return write_job (job);
}

static gboolean
take_id (WhRequest *request, WhId *out_id, GError **error)
{
  if (wh_id_parse (request->value, out_id))
    return TRUE;
  request->error_code = "JOB_NOT_FOUND";
  g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("“%s” is no id: one has 36 characters."), request->value);
  return FALSE;
}

char *
wh_handle_job (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhJob) job = NULL;
  WhId id;

  if (!take_id (request, &id, error))
    return NULL;
  job = wh_jobs_get (host->store, request->principal, &id, &failure);
  if (job)
    return write_job (job);
  set_missing (request, "JOB_NOT_FOUND", failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

char *
wh_handle_job_cancel (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhJob) job = NULL;
  WhId id;

  if (!take_id (request, &id, error))
    return NULL;
  job = wh_jobs_cancel (host->store, request->principal, &id, &failure);
  if (job)
    {
      wh_job_runner_cancel (host->runner, &id);
      request->reply_status = job->state == WH_JOB_RUNNING ? 202 : 200;
      return write_job (job);
    }
  set_missing (request, "JOB_NOT_FOUND", failure);
  if (g_error_matches (failure, WH_ERROR, WH_ERROR_CONFLICT))
    request->error_code = "JOB_ENDED";
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* -- schedules --------------------------------------------------------------------------------------------------------- */

char *
wh_handle_schedules (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (GPtrArray) schedules = wh_jobs_schedules (host->store, request->principal, error);

  if (!schedules)
    return NULL;
  meta->total_count = schedules->len;
  WH_WRITE_DOCUMENT (wh_present_schedules (writer, schedules));
}

static char *
write_schedule (WhRequest *request, const WhSchedule *schedule)
{
  request->revision = schedule->revision;
  WH_WRITE_DOCUMENT (wh_present_schedule (writer, schedule));
}

char *
wh_handle_schedule (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhSchedule) schedule = wh_jobs_schedule (host->store, request->principal, request->value, &failure);

  if (schedule)
    return write_schedule (request, schedule);
  set_missing (request, "SCHEDULE_NOT_FOUND", failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

static gboolean
check_rule (WhRequest *request, const char *text, GError **error)
{
  WhRecurrence rule;

  if (wh_recurrence_parse (text, &rule, error))
    return TRUE;
  request->error_field = "rule";
  return FALSE;
}

static gboolean
check_name (WhRequest *request, GError **error)
{
  return wh_job_is_name (request->value)
         || wh_parameters_refuse (request, "name", _("A name has small letters, digits, “-”, “_” and “.”, 64 at most."), error);
}

char *
wh_handle_schedule_put (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  const WhJsonNode *body = json ? wh_json_root (json) : NULL;
  g_autofree char *arguments = json ? arguments_of (body) : NULL;
  const char *kind = wh_json_string (wh_json_member (body, "kind"), NULL), *rule = wh_json_string (wh_json_member (body, "rule"), NULL);
  WhSchedule wanted = { .name = request->value, .kind = (char *) kind, .arguments = arguments, .rule = (char *) rule,
                        .priority = wh_json_integer (wh_json_member (body, "priority"), WH_JOB_PRIORITY),
                        .enabled = wh_json_boolean (wh_json_member (body, "enabled"), TRUE),
                        .jitter = wh_json_integer (wh_json_member (body, "jitter_seconds"), 0) };
  g_autoptr (WhSchedule) schedule = NULL;

  if (!json || !check_name (request, error) || !check_rule (request, rule, error) || !check_arguments (request, kind, arguments, error))
    return NULL;
  schedule = wh_jobs_put_schedule (host->store, request->principal, &wanted, error);
  if (!schedule)
    return NULL;
  request->reply_status = schedule->revision == 1 ? 201 : 200;
  return write_schedule (request, schedule);
}

char *
wh_handle_schedule_delete (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (wh_jobs_drop_schedule (host->store, request->principal, request->value, &failure))
    WH_WRITE_DOCUMENT (wh_json_writer_begin_object (writer); wh_json_writer_add_string (writer, "name", request->value);
                       wh_json_writer_end_object (writer));
  set_missing (request, "SCHEDULE_NOT_FOUND", failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}
