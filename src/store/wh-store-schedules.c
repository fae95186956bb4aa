#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "core/wh-recurrence.h"
#include "wh-store-jobs.h"
#include "wh-store-private.h"

#define SELECT "SELECT " WH_STORE_SCHEDULE_COLUMNS " FROM schedule"
#define MOST 1000

WhSchedule *
wh_store_schedule_of (WhStatement *row)
{
  WhSchedule *schedule = g_new0 (WhSchedule, 1);

  schedule->name = g_strdup (wh_statement_text (row, 0));
  schedule->kind = g_strdup (wh_statement_text (row, 1));
  schedule->arguments = g_strdup (wh_statement_text (row, 2));
  schedule->rule = g_strdup (wh_statement_text (row, 3));
  schedule->priority = wh_statement_integer (row, 4);
  schedule->enabled = wh_statement_integer (row, 5) != 0;
  schedule->jitter = wh_statement_integer (row, 6);
  schedule->next_run = wh_statement_integer (row, 7);
  schedule->last_run = wh_store_moment (row, 8);
  schedule->last_job = wh_statement_is_null (row, 9) ? WH_ID_NONE : wh_statement_id (row, 9);
  schedule->revision = wh_statement_integer (row, 10);
  schedule->updated_at = wh_statement_integer (row, 11);
  schedule->updated_by = g_strdup (wh_statement_text (row, 12));
  return schedule;
}

GPtrArray *
wh_reader_schedules (WhReader *reader, GError **error)
{
  g_autoptr (GPtrArray) schedules = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_schedule_free);
  WhStatement *statement = wh_connection_statement (reader->connection, SELECT " ORDER BY name", error);
  WhStep step = WH_STEP_FAILED;

  while (statement && (step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    g_ptr_array_add (schedules, wh_store_schedule_of (statement));
  if (statement)
    wh_statement_reset (statement);
  return step == WH_STEP_DONE ? g_steal_pointer (&schedules) : NULL;
}

WhSchedule *
wh_reader_schedule (WhReader *reader, const char *name, GError **error)
{
  WhStatement *statement = wh_connection_statement (reader->connection, SELECT " WHERE name = ?1", error);
  WhSchedule *schedule;
  WhStep step;

  if (!statement)
    return NULL;
  wh_statement_bind_text (statement, 1, name);
  step = wh_statement_step (statement, error);
  schedule = step == WH_STEP_ROW ? wh_store_schedule_of (statement) : NULL;
  wh_statement_reset (statement);
  if (step == WH_STEP_DONE)
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no schedule “%s”."), name);
  return schedule;
}

static gboolean
check_writer (WhWriter *writer, GError **error)
{
  gint64 rows = 0;

  if (writer->capture)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("Schedules belong to a server; ask it with the network up."));
  if (writer->capture || !wh_connection_integer (writer->reader.connection, "SELECT count(*) FROM schedule", 0, &rows, error))
    return FALSE;
  if (rows >= MOST)
    g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE, _("There are %d schedules already; delete some first."), MOST);
  return rows < MOST;
}

static void
note (WhWriter *writer, const WhSchedule *schedule)
{
  g_autofree char *object = g_strdup_printf ("schedule/%s", schedule->name);
  g_autofree char *numbers = g_strdup_printf ("%" G_GINT64_FORMAT " %d %" G_GINT64_FORMAT, schedule->priority, schedule->enabled,
                                              schedule->jitter);

  wh_store_note_change (writer, object, schedule->kind);
  wh_store_note_change (writer, object, schedule->arguments);
  wh_store_note_change (writer, object, schedule->rule);
  wh_store_note_change (writer, object, numbers);
}

gboolean
wh_writer_put_schedule (WhWriter *writer, const WhSchedule *schedule, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  WhStatement *statement;
  WhRecurrence rule;
  gint64 now;

  if (!wh_recurrence_parse (schedule->rule, &rule, error) || !check_writer (writer, error) || !wh_store_clock (connection, &now, error))
    return FALSE;
  statement = wh_connection_statement (connection, "INSERT INTO schedule (name, kind, arguments, rule, priority, enabled, jitter, next_run,"
                                       " revision, updated_at, updated_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10)"
                                       " ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, arguments = excluded.arguments,"
                                       " rule = excluded.rule, priority = excluded.priority, enabled = excluded.enabled,"
                                       " jitter = excluded.jitter, next_run = excluded.next_run, revision = schedule.revision + 1,"
                                       " updated_at = excluded.updated_at, updated_by = excluded.updated_by", error);
  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, schedule->name);
  wh_statement_bind_text (statement, 2, schedule->kind);
  wh_statement_bind_text (statement, 3, schedule->arguments);
  wh_statement_bind_text (statement, 4, schedule->rule);
  wh_statement_bind_integer (statement, 5, schedule->priority);
  wh_statement_bind_integer (statement, 6, schedule->enabled != 0);
  wh_statement_bind_integer (statement, 7, schedule->jitter);
  wh_statement_bind_integer (statement, 8, wh_recurrence_after (&rule, now));
  wh_statement_bind_integer (statement, 9, now);
  wh_statement_bind_text (statement, 10, schedule->updated_by);
  note (writer, schedule);
  return wh_statement_run (statement, error);
}

gboolean
wh_writer_drop_schedule (WhWriter *writer, const char *name, GError **error)
{
  g_autofree char *object = g_strdup_printf ("schedule/%s", name);
  WhStatement *statement = wh_connection_statement (writer->reader.connection, "DELETE FROM schedule WHERE name = ?1 RETURNING 1", error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, name);
  step = wh_statement_step (statement, error);
  wh_statement_reset (statement);
  if (step == WH_STEP_ROW)
    wh_store_note_change (writer, object, "drop");
  else if (step == WH_STEP_DONE)
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no schedule “%s”."), name);
  return step == WH_STEP_ROW;
}
