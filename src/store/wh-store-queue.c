#include "wh-store-queue.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "base/wh-random.h"
#include "core/wh-recurrence.h"
#include "wh-store-jobs.h"
#include "wh-store-private.h"

/* A run of a schedule may lie so much farther ahead than its rule says. */
#define SLACK (60 * WH_TIME_SECOND)

struct _WhQueue {
  WhStore           *store;
  char              *holder;
  const WhQueueKind *kinds;
  guint              n_kinds;
  char              *due;         /* SQL: what may be taken */
  char              *take;
  gboolean           alone;       /* no other queue takes from this store */
  GMutex             lock;        /* guards `own` */
  WhConnection      *own;         /* on a server: so that a long write of this process keeps no lease from being renewed */
  WhBackOff          back_off;
  GMutex             drawing;
  WhRng              rng;
};

/* -- fences ------------------------------------------------------------------------------------------------------------ */

typedef struct {
  WhStore *store;
  WhId     id;
  gint64   lease;
} Fence;

static GPrivate fences = G_PRIVATE_INIT (g_free);

void
wh_store_fence_set (WhStore *store, const WhJob *job)
{
  Fence *fence = job ? g_new0 (Fence, 1) : NULL;

  if (job)
    *fence = (Fence){ store, job->id, job->lease };
  g_private_replace (&fences, fence);
}

static gboolean
lost (GError **error)
{
  g_set_error_literal (error, WH_ERROR, WH_ERROR_CONFLICT,
                       _("another server has taken this job, since this one did not answer for too long"));
  return FALSE;
}

/* The row stays as it is until the transaction ends, so that nobody takes the job in between. */
gboolean
wh_store_check_fence (WhStore *store, WhConnection *connection, GError **error)
{
  const Fence *fence = g_private_get (&fences);
  g_autofree char *sql = NULL;
  WhStatement *statement;
  WhStep step;

  if (!fence || fence->store != store)
    return TRUE;
  sql = g_strconcat ("SELECT 1 FROM job WHERE id = ?1 AND lease = ?2 AND state = 2", connection->driver->holding, NULL);
  statement = wh_connection_statement (connection, sql, error);
  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &fence->id, sizeof fence->id);
  wh_statement_bind_integer (statement, 2, fence->lease);
  step = wh_statement_step (statement, error);
  wh_statement_reset (statement);
  return step == WH_STEP_ROW || (step == WH_STEP_DONE && lost (error));
}

/* -- the queue --------------------------------------------------------------------------------------------------------- */

/* "'import', 'backup'": names are small letters, so they need no more quoting. */
static char *
list_kinds (const WhQueue *queue)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < queue->n_kinds; i++)
    g_string_append_printf (list, "%s'%s'", i ? ", " : "", queue->kinds[i].name);
  return g_string_free (list, FALSE);
}

static void
make_sql (WhQueue *queue, const char *taking)
{
  g_autofree char *kinds = list_kinds (queue);
  /* Alone, whoever else has it is gone; and our own lease does not run out when somebody sets the clock. On a server one of our own whose
   * lease ran out is taken, too: nobody is at it any more, and there may be no other server to take it. */
  const char *left = queue->alone ? "state = 2 AND holder <> ?2" : "state = 2 AND lease_until < ?1";

  queue->due = g_strdup_printf ("SELECT id FROM job WHERE state < 3 AND kind IN (%s) AND ((state = 1 AND run_at <= ?1) OR (%s))"
                                " ORDER BY priority DESC, run_at, id LIMIT 1", kinds, left);
  queue->take = g_strdup_printf ("UPDATE job SET state = 2, lease = lease + 1, lease_until = ?3, holder = ?2, attempts = attempts + 1,"
                                 " started_at = ?1, progress = NULL, note = NULL WHERE id = (%s%s) RETURNING " WH_STORE_JOB_COLUMNS,
                                 queue->due, taking);
}

WhQueue *
wh_queue_new (WhStore *store, const char *holder, const WhQueueKind *kinds, guint n_kinds)
{
  WhQueue *queue = g_new0 (WhQueue, 1);
  const WhDriver *driver = wh_driver_for (store->location, NULL);
  WhId id = wh_id_new ();
  guint64 seed;
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (&id, text);
  wh_random_bytes (&seed, sizeof seed);
  wh_rng_init (&queue->rng, seed);
  queue->store = wh_store_ref (store);
  queue->holder = g_strdup_printf ("%s %s", holder, text);
  queue->kinds = kinds;
  queue->n_kinds = n_kinds;
  queue->alone = !wh_store_location_is_server (store->location);
  g_mutex_init (&queue->lock);
  g_mutex_init (&queue->drawing);
  wh_back_off_init (&queue->back_off);
  make_sql (queue, driver->taking);
  return queue;
}

void
wh_queue_free (WhQueue *queue)
{
  if (!queue)
    return;
  wh_connection_close (queue->own);
  wh_back_off_clear (&queue->back_off);
  g_mutex_clear (&queue->lock);
  g_mutex_clear (&queue->drawing);
  wh_store_unref (queue->store);
  g_free (queue->holder);
  g_free (queue->due);
  g_free (queue->take);
  g_free (queue);
}

const char *
wh_queue_holder (const WhQueue *queue)
{
  return queue->holder;
}

typedef gboolean (*Change) (WhQueue *queue, WhConnection *connection, gint64 now, gpointer data, GError **error);

static gboolean
run_change (WhQueue *queue, WhConnection *connection, Change change, gpointer data, GError **error)
{
  gint64 now;

  if (connection->driver->begin_rows (connection, error) && wh_store_check_place (connection, TRUE, error)
      && wh_store_clock (connection, &now, error) && change (queue, connection, now, data, error)
      && connection->driver->commit (connection, error))
    return TRUE;
  connection->driver->rollback (connection);
  return FALSE;
}

/* On a server, so that renewing waits for nobody; a file has one connection that writes. */
static gboolean
change_on_own (WhQueue *queue, Change change, gpointer data, GError **error)
{
  gboolean done = FALSE;

  g_mutex_lock (&queue->lock);
  if (!queue->own)
    queue->own = wh_back_off_open (&queue->back_off, queue->store->location, WH_STORE_WRITE, FALSE, FALSE, error);
  if (queue->own)
    done = run_change (queue, queue->own, change, data, error);
  else if (!error || !*error)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_OFFLINE, _("the database has not answered for some time; check that it runs"));
  if (queue->own && queue->own->fault != WH_FAULT_NONE && queue->own->fault != WH_FAULT_AGAIN)
    g_clear_pointer (&queue->own, wh_connection_close);
  g_mutex_unlock (&queue->lock);
  return done;
}

static gboolean
change_rows (WhQueue *queue, Change change, gpointer data, GError **error)
{
  gboolean done;

  if (!queue->alone)
    return change_on_own (queue, change, data, error);
  g_rec_mutex_lock (&queue->store->writing);
  done = run_change (queue, queue->store->writer, change, data, error);
  g_rec_mutex_unlock (&queue->store->writing);
  return done;
}

/* -- taking ------------------------------------------------------------------------------------------------------------ */

typedef struct {
  gint64 lease;
  WhJob *job;
} Take;

static gboolean
take_cb (WhQueue *queue, WhConnection *connection, gint64 now, gpointer data, GError **error)
{
  Take *take = data;
  WhStatement *statement = wh_connection_statement (connection, queue->take, error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_integer (statement, 1, now);
  wh_statement_bind_text (statement, 2, queue->holder);
  wh_statement_bind_integer (statement, 3, now + take->lease);
  step = wh_statement_step (statement, error);
  g_clear_pointer (&take->job, wh_job_free);
  if (step == WH_STEP_ROW)
    take->job = wh_store_job_of (statement);
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

/* Looking costs no write and no lock. */
static gboolean
is_any_due (WhQueue *queue, gboolean *out_due, GError **error)
{
  WhConnection *connection = wh_store_begin_reading (queue->store, error);
  WhStatement *statement = connection ? wh_connection_statement (connection, queue->due, error) : NULL;
  WhStep step = WH_STEP_FAILED;
  gint64 now;

  if (statement && wh_store_clock (connection, &now, error))
    {
      wh_statement_bind_integer (statement, 1, now);
      if (queue->alone)
        wh_statement_bind_text (statement, 2, queue->holder);
      step = wh_statement_step (statement, error);
      wh_statement_reset (statement);
    }
  *out_due = step == WH_STEP_ROW;
  return connection && wh_store_end_reading (queue->store, connection, step != WH_STEP_FAILED ? error : NULL) && step != WH_STEP_FAILED;
}

gboolean
wh_queue_take (WhQueue *queue, gint64 lease, WhJob **out_job, GError **error)
{
  Take take = { lease, NULL };
  gboolean due, done;

  *out_job = NULL;
  if (!is_any_due (queue, &due, error))
    return FALSE;
  if (!due)
    return TRUE;
  done = change_rows (queue, take_cb, &take, error);
  if (!done)
    g_clear_pointer (&take.job, wh_job_free);
  *out_job = take.job;
  return done;
}

/* -- keeping and ending ------------------------------------------------------------------------------------------------ */

typedef struct {
  const WhJob *job;
  gint64       lease;
  double       progress;
  const char  *note;
  gboolean     cancel;
} Renewal;

static gboolean
renew_cb (WhQueue *queue, WhConnection *connection, gint64 now, gpointer data, GError **error)
{
  Renewal *renewal = data;
  WhStatement *statement = wh_connection_statement (connection, "UPDATE job SET lease_until = ?3, progress = ?4, note = ?5"
                                                    " WHERE id = ?1 AND lease = ?2 AND state = 2 RETURNING cancel", error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &renewal->job->id, sizeof renewal->job->id);
  wh_statement_bind_integer (statement, 2, renewal->job->lease);
  wh_statement_bind_integer (statement, 3, now + renewal->lease);
  wh_statement_bind_real (statement, 4, renewal->progress);
  wh_statement_bind_text (statement, 5, renewal->note);
  step = wh_statement_step (statement, error);
  if (step == WH_STEP_ROW)
    renewal->cancel = wh_statement_integer (statement, 0) != 0;
  wh_statement_reset (statement);
  return step == WH_STEP_ROW || (step == WH_STEP_DONE && lost (error));
}

gboolean
wh_queue_renew (WhQueue *queue, const WhJob *job, gint64 lease, double progress, const char *note, gboolean *out_cancel, GError **error)
{
  Renewal renewal = { job, lease, progress, note, FALSE };
  gboolean done = change_rows (queue, renew_cb, &renewal, error);

  *out_cancel = renewal.cancel;
  return done;
}

typedef struct {
  const WhJob    *job;
  const WhJobEnd *end;
} Ending;

/* After a COMMIT without an answer this is asked again, and finds what it wrote. */
static gboolean
is_finished (WhConnection *connection, const WhJob *job, gboolean *out_finished, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT 1 FROM job WHERE id = ?1 AND lease = ?2 AND state <> 2", error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &job->id, sizeof job->id);
  wh_statement_bind_integer (statement, 2, job->lease);
  step = wh_statement_step (statement, error);
  *out_finished = step == WH_STEP_ROW;
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

static WhStatement *
bind_end (WhConnection *connection, const Ending *ending, gint64 now, GError **error)
{
  const WhJobEnd *end = ending->end;
  gboolean again = end->state == WH_JOB_WAITING;
  WhStatement *statement = wh_connection_statement (connection, "UPDATE job SET state = CASE WHEN ?3 = 1 AND cancel = 1 THEN 5 ELSE ?3 END,"
                                                    " ended_at = CASE WHEN ?3 = 1 AND cancel = 0 THEN NULL ELSE CAST(?4 AS BIGINT) END,"
                                                    " run_at = ?5,"
                                                    " attempts = attempts - ?6, lease_until = NULL, holder = NULL, outcome = ?7,"
                                                    " error_code = ?8, error = ?9, note = ?10, progress = ?11"
                                                    " WHERE id = ?1 AND lease = ?2 AND state = 2 RETURNING 1", error);

  if (!statement)
    return NULL;
  wh_statement_bind_bytes (statement, 1, &ending->job->id, sizeof ending->job->id);
  wh_statement_bind_integer (statement, 2, ending->job->lease);
  wh_statement_bind_integer (statement, 3, end->state);
  wh_statement_bind_integer (statement, 4, now);
  wh_statement_bind_integer (statement, 5, again ? now + end->pause : ending->job->run_at);
  wh_statement_bind_integer (statement, 6, end->uncounted);
  wh_statement_bind_text (statement, 7, end->outcome);
  wh_statement_bind_text (statement, 8, end->error_code);
  wh_statement_bind_text (statement, 9, end->error);
  wh_statement_bind_text (statement, 10, end->note);
  wh_statement_bind_real (statement, 11, end->state == WH_JOB_DONE ? 1 : NAN);
  return statement;
}

static gboolean
finish_cb (WhQueue *queue, WhConnection *connection, gint64 now, gpointer data, GError **error)
{
  const Ending *ending = data;
  WhStatement *statement = bind_end (connection, ending, now, error);
  WhStep step = statement ? wh_statement_step (statement, error) : WH_STEP_FAILED;
  gboolean finished;

  if (statement)
    wh_statement_reset (statement);
  if (step != WH_STEP_DONE)
    return step == WH_STEP_ROW;
  return is_finished (connection, ending->job, &finished, error) && (finished || lost (error));
}

gboolean
wh_queue_finish (WhQueue *queue, const WhJob *job, const WhJobEnd *end, GError **error)
{
  Ending ending = { job, end };

  return change_rows (queue, finish_cb, &ending, error);
}

/* -- schedules --------------------------------------------------------------------------------------------------------- */

static const WhQueueKind *
kind_of (const WhQueue *queue, const char *name)
{
  for (guint i = 0; i < queue->n_kinds; i++)
    if (g_str_equal (queue->kinds[i].name, name))
      return &queue->kinds[i];
  return NULL;
}

typedef enum {
  NOT_YET,
  DUE,
  ASTRAY,   /* its next run is farther ahead than it may be */
} When;

static When
look_at (const WhQueue *queue, const WhSchedule *schedule, gint64 now, WhRecurrence *out_rule)
{
  if (!schedule->enabled || !kind_of (queue, schedule->kind) || !wh_recurrence_parse (schedule->rule, out_rule, NULL))
    return NOT_YET;
  if (schedule->next_run <= now)
    return DUE;
  /* An hour more or less where summer time begins or ends. */
  return schedule->next_run > now + out_rule->period + WH_TIME_DAY / 24 + schedule->jitter * WH_TIME_SECOND + SLACK ? ASTRAY : NOT_YET;
}

/* FALSE in *out_claimed: another server was faster. */
static gboolean
claim_run (WhConnection *connection, const WhSchedule *schedule, When when, gint64 next, gint64 now, const WhId *job, gboolean *out_claimed,
           GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "UPDATE schedule SET next_run = ?3,"
                                                    " last_run = CASE WHEN ?4 = 1 THEN ?5 ELSE last_run END,"
                                                    " last_job = CASE WHEN ?4 = 1 THEN ?6 ELSE last_job END"
                                                    " WHERE name = ?1 AND next_run = ?2 AND enabled = 1 RETURNING 1", error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, schedule->name);
  wh_statement_bind_integer (statement, 2, schedule->next_run);
  wh_statement_bind_integer (statement, 3, next);
  wh_statement_bind_integer (statement, 4, when == DUE);
  wh_statement_bind_integer (statement, 5, now);
  wh_statement_bind_bytes (statement, 6, job, sizeof *job);
  step = wh_statement_step (statement, error);
  *out_claimed = step == WH_STEP_ROW;
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

static gboolean
begin_job (WhQueue *queue, WhConnection *connection, const WhSchedule *schedule, const WhId *id, gint64 now, guint *begun, GError **error)
{
  g_autofree char *key = g_strdup_printf ("schedule/%s", schedule->name);
  WhJob job = { .id = *id, .kind = schedule->kind, .arguments = schedule->arguments, .priority = schedule->priority, .key = key,
                .schedule = schedule->name, .created_by = schedule->updated_by, .created_at = now, .run_at = now,
                .most_attempts = kind_of (queue, schedule->kind)->most_attempts };
  gboolean added;

  if (!wh_store_insert_job (connection, &job, &added, error))
    return FALSE;
  *begun += added;
  return TRUE;
}

static gint64
draw_jitter (WhQueue *queue, const WhSchedule *schedule)
{
  double share;

  g_mutex_lock (&queue->drawing);
  share = wh_rng_uniform (&queue->rng);
  g_mutex_unlock (&queue->drawing);
  return (gint64) (share * (double) schedule->jitter * WH_TIME_SECOND);
}

typedef struct {
  const GPtrArray *schedules;
  guint            begun;
} Due;

static gboolean
begin_cb (WhQueue *queue, WhConnection *connection, gint64 now, gpointer data, GError **error)
{
  Due *due = data;

  due->begun = 0;
  for (guint i = 0; i < due->schedules->len; i++)
    {
      const WhSchedule *schedule = due->schedules->pdata[i];
      WhRecurrence rule;
      When when = look_at (queue, schedule, now, &rule);
      WhId id = wh_id_new ();
      gboolean claimed = FALSE;
      if (when != NOT_YET && !claim_run (connection, schedule, when, wh_recurrence_after (&rule, now) + draw_jitter (queue, schedule), now,
                                         &id, &claimed, error))
        return FALSE;
      if (claimed && when == DUE && !begin_job (queue, connection, schedule, &id, now, &due->begun, error))
        return FALSE;
    }
  return TRUE;
}

/* FALSE in *out_any: nothing to do, as is mostly so. */
static GPtrArray *
read_schedules (WhQueue *queue, gboolean *out_any, GError **error)
{
  WhReader reader = { wh_store_begin_reading (queue->store, error) };
  g_autoptr (GPtrArray) schedules = reader.connection ? wh_reader_schedules (&reader, error) : NULL;
  WhRecurrence rule;
  gint64 now;

  *out_any = FALSE;
  if (schedules && !wh_store_clock (reader.connection, &now, error))
    g_clear_pointer (&schedules, g_ptr_array_unref);
  for (guint i = 0; schedules && i < schedules->len; i++)
    *out_any = *out_any || look_at (queue, schedules->pdata[i], now, &rule) != NOT_YET;
  if (reader.connection && !wh_store_end_reading (queue->store, reader.connection, schedules ? error : NULL))
    return NULL;
  return g_steal_pointer (&schedules);
}

gboolean
wh_queue_begin_due (WhQueue *queue, guint *out_begun, GError **error)
{
  gboolean any;
  g_autoptr (GPtrArray) schedules = read_schedules (queue, &any, error);
  Due due = { schedules, 0 };
  gboolean done = schedules && (!any || change_rows (queue, begin_cb, &due, error));

  *out_begun = done ? due.begun : 0;
  return done;
}
