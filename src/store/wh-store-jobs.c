#include "wh-store-jobs.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-store-private.h"

#define OPEN "state < 3"
#define MOST 1000   /* rows of one answer */

/* -- what the tables share --------------------------------------------------------------------------------------------- */

gboolean
wh_store_clock (WhConnection *connection, gint64 *out_now, GError **error)
{
  *out_now = wh_clock_now ();
  if (!connection->driver->clock || wh_clock_is_frozen ())
    return TRUE;
  return wh_connection_integer (connection, connection->driver->clock, *out_now, out_now, error);
}

void
wh_store_note_change (WhWriter *writer, const char *object, const char *what)
{
  if (writer->n_changes++ == 0)
    writer->object = g_strdup (object);
  wh_hasher_text (writer->hasher, object);
  wh_hasher_text (writer->hasher, what);
}

void
wh_store_bind_moment (WhStatement *statement, int column, gint64 moment)
{
  if (moment == WH_TIME_UNSET)
    wh_statement_bind_text (statement, column, NULL);
  else
    wh_statement_bind_integer (statement, column, moment);
}

gint64
wh_store_moment (WhStatement *statement, int column)
{
  return wh_statement_is_null (statement, column) ? WH_TIME_UNSET : wh_statement_integer (statement, column);
}

static gboolean
check_writer (WhWriter *writer, GError **error)
{
  if (!writer->capture)
    return TRUE;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("Jobs belong to a server; ask it with the network up."));
  return FALSE;
}

/* -- rows -------------------------------------------------------------------------------------------------------------- */

WhJob *
wh_store_job_of (WhStatement *row)
{
  WhJob *job = g_new0 (WhJob, 1);

  job->id = wh_statement_id (row, 0);
  job->kind = g_strdup (wh_statement_text (row, 1));
  job->arguments = g_strdup (wh_statement_text (row, 2));
  job->state = (WhJobState) wh_statement_integer (row, 3);
  job->priority = wh_statement_integer (row, 4);
  job->key = g_strdup (wh_statement_text (row, 5));
  job->schedule = g_strdup (wh_statement_text (row, 6));
  job->created_by = g_strdup (wh_statement_text (row, 7));
  job->created_at = wh_statement_integer (row, 8);
  job->run_at = wh_statement_integer (row, 9);
  job->started_at = wh_store_moment (row, 10);
  job->ended_at = wh_store_moment (row, 11);
  job->attempts = wh_statement_integer (row, 12);
  job->most_attempts = wh_statement_integer (row, 13);
  job->lease = wh_statement_integer (row, 14);
  job->lease_until = wh_store_moment (row, 15);
  job->holder = g_strdup (wh_statement_text (row, 16));
  job->cancel = wh_statement_integer (row, 17) != 0;
  job->progress = wh_statement_real (row, 18);
  job->note = g_strdup (wh_statement_text (row, 19));
  job->outcome = g_strdup (wh_statement_text (row, 20));
  job->error_code = g_strdup (wh_statement_text (row, 21));
  job->error = g_strdup (wh_statement_text (row, 22));
  return job;
}

/* Resets the statement. NULL on error. */
static GPtrArray *
collect (WhStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_job_free);
  WhStep step;

  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    g_ptr_array_add (jobs, wh_store_job_of (statement));
  wh_statement_reset (statement);
  return step == WH_STEP_DONE ? g_steal_pointer (&jobs) : NULL;
}

GPtrArray *
wh_reader_jobs (WhReader *reader, const WhJobFilter *filter, GError **error)
{
  static const guint8 newest[sizeof (WhId)] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  WhStatement *statement = wh_connection_statement (reader->connection, "SELECT " WH_STORE_JOB_COLUMNS " FROM job WHERE id < ?1"
                                                    " AND (?2 = 0 OR state = ?2) AND (?3 = '' OR kind = ?3)"
                                                    " AND (?4 = '' OR schedule = ?4) ORDER BY id DESC LIMIT ?5", error);

  if (!statement)
    return NULL;
  wh_statement_bind_bytes (statement, 1, wh_id_is_none (&filter->before) ? newest : filter->before.bytes, sizeof newest);
  wh_statement_bind_integer (statement, 2, filter->state);
  wh_statement_bind_text (statement, 3, filter->kind ? filter->kind : "");
  wh_statement_bind_text (statement, 4, filter->schedule ? filter->schedule : "");
  wh_statement_bind_integer (statement, 5, filter->limit ? MIN (filter->limit, MOST) : MOST);
  return collect (statement, error);
}

/* The first job of a statement whose only placeholder is bound; NULL without error when there is none. */
static WhJob *
first (WhStatement *statement, GError **error)
{
  WhJob *job = wh_statement_step (statement, error) == WH_STEP_ROW ? wh_store_job_of (statement) : NULL;

  wh_statement_reset (statement);
  return job;
}

static WhJob *
find (WhConnection *connection, const WhId *id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  WhStatement *statement = wh_connection_statement (connection, "SELECT " WH_STORE_JOB_COLUMNS " FROM job WHERE id = ?1", error);
  WhJob *job;

  if (!statement)
    return NULL;
  wh_statement_bind_bytes (statement, 1, id, sizeof *id);
  job = first (statement, &failure);
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (!job)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no job with this id; jobs that are over are kept for some time"
                                                                " only."));
  return job;
}

WhJob *
wh_reader_job (WhReader *reader, const WhId *id, GError **error)
{
  return find (reader->connection, id, error);
}

gboolean
wh_reader_last_job (WhReader *reader, const char *kind, WhJob **out_job, GError **error)
{
  g_autoptr (GError) failure = NULL;
  WhStatement *statement = wh_connection_statement (reader->connection, "SELECT " WH_STORE_JOB_COLUMNS " FROM job WHERE kind = ?1"
                                                    " AND state IN (3, 4) ORDER BY id DESC LIMIT 1", error);

  *out_job = NULL;
  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, kind);
  *out_job = first (statement, &failure);
  if (!failure)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
wh_reader_job_counts (WhReader *reader, WhJobCounts *out_counts, GError **error)
{
  WhStatement *statement;
  gint64 now;
  WhStep step;

  *out_counts = (WhJobCounts){ .due_since = WH_TIME_UNSET };
  if (!wh_store_clock (reader->connection, &now, error))
    return FALSE;
  statement = wh_connection_statement (reader->connection, "SELECT state, count(*), min(run_at) FROM job WHERE " OPEN " GROUP BY state",
                                       error);
  if (!statement)
    return FALSE;
  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    if (wh_statement_integer (statement, 0) == WH_JOB_RUNNING)
      out_counts->running = wh_statement_integer (statement, 1);
    else
      {
        out_counts->waiting = wh_statement_integer (statement, 1);
        if (wh_statement_integer (statement, 2) <= now)
          out_counts->due_since = wh_statement_integer (statement, 2);
      }
  wh_statement_reset (statement);
  return step == WH_STEP_DONE;
}

/* -- putting in, taking out -------------------------------------------------------------------------------------------- */

gboolean
wh_store_insert_job (WhConnection *connection, const WhJob *job, gboolean *out_added, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "INSERT INTO job (id, kind, arguments, state, priority, key, schedule,"
                                                    " created_by, created_at, run_at, attempts, most_attempts, lease, cancel)"
                                                    " VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, 0, 0)"
                                                    " ON CONFLICT DO NOTHING RETURNING 1", error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &job->id, sizeof job->id);
  wh_statement_bind_text (statement, 2, job->kind);
  wh_statement_bind_text (statement, 3, job->arguments);
  wh_statement_bind_integer (statement, 4, job->priority);
  wh_statement_bind_text (statement, 5, job->key);
  wh_statement_bind_text (statement, 6, job->schedule);
  wh_statement_bind_text (statement, 7, job->created_by);
  wh_statement_bind_integer (statement, 8, job->created_at);
  wh_statement_bind_integer (statement, 9, job->run_at);
  wh_statement_bind_integer (statement, 10, job->most_attempts);
  step = wh_statement_step (statement, error);
  *out_added = step == WH_STEP_ROW;
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

/* The one that is in the way. None: it has ended meanwhile. */
static gboolean
find_same (WhConnection *connection, const WhJob *job, WhId *out_id, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT id FROM job WHERE id = ?1 OR (key = ?2 AND " OPEN ")"
                                                    " ORDER BY id = ?1 DESC LIMIT 1", error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &job->id, sizeof job->id);
  wh_statement_bind_text (statement, 2, job->key);
  step = wh_statement_step (statement, error);
  *out_id = step == WH_STEP_ROW ? wh_statement_id (statement, 0) : WH_ID_NONE;
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

gboolean
wh_writer_add_job (WhWriter *writer, const WhJob *job, WhId *out_id, gboolean *out_added, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  WhJob wanted = *job;
  char id[WH_ID_TEXT_LENGTH + 1];
  g_autofree char *object = NULL;

  if (!check_writer (writer, error) || !wh_store_clock (connection, &wanted.created_at, error))
    return FALSE;
  if (job->run_at == WH_TIME_UNSET)
    wanted.run_at = wanted.created_at;
  *out_added = FALSE;
  *out_id = WH_ID_NONE;
  while (!*out_added && wh_id_is_none (out_id))
    if (!wh_store_insert_job (connection, &wanted, out_added, error)
        || (!*out_added && !find_same (connection, &wanted, out_id, error)))
      return FALSE;
  if (!*out_added)
    return TRUE;
  *out_id = job->id;
  wh_id_format (&job->id, id);
  object = g_strdup_printf ("job/%s", id);
  wh_store_note_change (writer, object, job->kind);
  wh_store_note_change (writer, object, job->arguments);
  return TRUE;
}

gboolean
wh_writer_cancel_job (WhWriter *writer, const WhId *id, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  WhStatement *statement;
  g_autoptr (WhJob) job = NULL;
  char text[WH_ID_TEXT_LENGTH + 1];
  g_autofree char *object = NULL;
  gint64 now;
  WhStep step;

  if (!check_writer (writer, error) || !wh_store_clock (connection, &now, error))
    return FALSE;
  statement = wh_connection_statement (connection, "UPDATE job SET cancel = 1, ended_at = CASE WHEN state = 1 THEN ?2 ELSE ended_at END,"
                                       " state = CASE WHEN state = 1 THEN 5 ELSE state END WHERE id = ?1 AND " OPEN " RETURNING 1", error);
  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, id, sizeof *id);
  wh_statement_bind_integer (statement, 2, now);
  step = wh_statement_step (statement, error);
  wh_statement_reset (statement);
  if (step == WH_STEP_ROW)
    {
      wh_id_format (id, text);
      object = g_strdup_printf ("job/%s", text);
      wh_store_note_change (writer, object, "cancel");
      return TRUE;
    }
  job = step == WH_STEP_DONE ? find (connection, id, error) : NULL;
  if (job)
    g_set_error (error, WH_ERROR, WH_ERROR_CONFLICT, _("This job is over (%s); there is nothing to cancel."),
                 wh_job_state_key (job->state));
  return FALSE;
}

gboolean
wh_writer_drop_jobs (WhWriter *writer, gint64 ended_before, guint limit, guint *out_dropped, GError **error)
{
  WhStatement *statement = wh_connection_statement (writer->reader.connection, "DELETE FROM job WHERE id IN (SELECT id FROM job"
                                                    " WHERE state > 2 AND ended_at < ?1 ORDER BY id LIMIT ?2) RETURNING 1", error);
  WhStep step;

  *out_dropped = 0;
  if (!statement)
    return FALSE;
  wh_statement_bind_integer (statement, 1, ended_before);
  wh_statement_bind_integer (statement, 2, limit);
  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    *out_dropped += 1;
  wh_statement_reset (statement);
  if (*out_dropped > 0)
    wh_store_note_change (writer, "job", "drop");
  return step == WH_STEP_DONE;
}
