#include "wh-jobs.h"

#include "base/wh-error.h"

/* One question or order on its way into the store and out of it. */
typedef struct {
  const WhJobFilter *filter;
  WhId               id;
  const char        *name;
  const WhJob       *wanted;
  const WhSchedule  *schedule;
  const char        *who;
  gboolean           added;
  WhJob             *job;
  WhSchedule        *found;
  GPtrArray         *rows;
} Question;

static gboolean
ask (WhStore *store, const WhPrincipal *principal, WhReadFunc func, Question *question, GError **error)
{
  return wh_principal_require (principal, WH_PERMISSION_ADMINISTER, error) && wh_store_read (store, principal, func, question, error);
}

static gboolean
order (WhStore *store, const WhPrincipal *principal, const char *action, WhWriteFunc func, Question *question, GError **error)
{
  return wh_store_write (store, principal, WH_PERMISSION_ADMINISTER, action, func, question, NULL, error);
}

/* -- jobs -------------------------------------------------------------------------------------------------------------- */

static gboolean
list_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Question *question = user_data;

  question->rows = wh_reader_jobs (reader, question->filter, error);
  return question->rows != NULL;
}

GPtrArray *
wh_jobs_list (WhStore *store, const WhPrincipal *principal, const WhJobFilter *filter, GError **error)
{
  Question question = { .filter = filter };

  if (ask (store, principal, list_cb, &question, error))
    return question.rows;
  g_clear_pointer (&question.rows, g_ptr_array_unref);
  return NULL;
}

static gboolean
get_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Question *question = user_data;

  question->job = wh_reader_job (reader, &question->id, error);
  return question->job != NULL;
}

WhJob *
wh_jobs_get (WhStore *store, const WhPrincipal *principal, const WhId *id, GError **error)
{
  Question question = { .id = *id };

  if (ask (store, principal, get_cb, &question, error))
    return question.job;
  g_clear_pointer (&question.job, wh_job_free);
  return NULL;
}

/* After an order, within its transaction: what it made of the job. */
static gboolean
look_again (WhWriter *writer, Question *question, GError **error)
{
  g_clear_pointer (&question->job, wh_job_free);
  return get_cb (wh_writer_reader (writer), question, error);
}

static gboolean
add_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Question *question = user_data;
  WhJob job = *question->wanted;

  job.created_by = (char *) question->who;
  return wh_writer_add_job (writer, &job, &question->id, &question->added, error) && look_again (writer, question, error);
}

WhJob *
wh_jobs_add (WhStore *store, const WhPrincipal *principal, const WhJob *job, gboolean *out_added, GError **error)
{
  Question question = { .wanted = job, .who = principal->who };
  gboolean done = order (store, principal, "job.add", add_cb, &question, error);

  *out_added = question.added;
  if (!done)
    g_clear_pointer (&question.job, wh_job_free);
  return question.job;
}

static gboolean
cancel_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Question *question = user_data;

  return wh_writer_cancel_job (writer, &question->id, error) && look_again (writer, question, error);
}

WhJob *
wh_jobs_cancel (WhStore *store, const WhPrincipal *principal, const WhId *id, GError **error)
{
  Question question = { .id = *id };

  if (!order (store, principal, "job.cancel", cancel_cb, &question, error))
    g_clear_pointer (&question.job, wh_job_free);
  return question.job;
}

/* -- schedules --------------------------------------------------------------------------------------------------------- */

static gboolean
schedules_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Question *question = user_data;

  question->rows = wh_reader_schedules (reader, error);
  return question->rows != NULL;
}

GPtrArray *
wh_jobs_schedules (WhStore *store, const WhPrincipal *principal, GError **error)
{
  Question question = { .filter = NULL };

  if (ask (store, principal, schedules_cb, &question, error))
    return question.rows;
  g_clear_pointer (&question.rows, g_ptr_array_unref);
  return NULL;
}

static gboolean
schedule_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Question *question = user_data;

  question->found = wh_reader_schedule (reader, question->name, error);
  return question->found != NULL;
}

WhSchedule *
wh_jobs_schedule (WhStore *store, const WhPrincipal *principal, const char *name, GError **error)
{
  Question question = { .name = name };

  if (ask (store, principal, schedule_cb, &question, error))
    return question.found;
  g_clear_pointer (&question.found, wh_schedule_free);
  return NULL;
}

static gboolean
put_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Question *question = user_data;
  WhSchedule schedule = *question->schedule;

  if (!schedule.updated_by)
    schedule.updated_by = (char *) question->who;
  g_clear_pointer (&question->found, wh_schedule_free);
  return wh_writer_put_schedule (writer, &schedule, error) && schedule_cb (wh_writer_reader (writer), question, error);
}

WhSchedule *
wh_jobs_put_schedule (WhStore *store, const WhPrincipal *principal, const WhSchedule *schedule, GError **error)
{
  Question question = { .schedule = schedule, .name = schedule->name, .who = principal->who };

  if (!order (store, principal, "schedule.put", put_cb, &question, error))
    g_clear_pointer (&question.found, wh_schedule_free);
  return question.found;
}

static gboolean
drop_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  return wh_writer_drop_schedule (writer, ((Question *) user_data)->name, error);
}

gboolean
wh_jobs_drop_schedule (WhStore *store, const WhPrincipal *principal, const char *name, GError **error)
{
  Question question = { .name = name };

  return order (store, principal, "schedule.drop", drop_cb, &question, error);
}
