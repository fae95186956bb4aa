#include "wh-job-runner.h"

#include <glib/gi18n.h>
#include <math.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "core/wh-recurrence.h"
#include "service/wh-jobs.h"
#include "wh-job-work.h"

#define SECOND WH_TIME_SECOND
#define LOOK_EVERY (5 * SECOND)     /* how the queue is */
#define LATE (15 * 60 * SECOND)     /* a job that is due for so long waits for nobody */
#define MOST_KINDS 16

/* Counted in this process. */
typedef struct {
  guint64 done, failed, again, cancelled, lost;
  double  seconds;
} Tally;

/* As the store had it when it was last looked at. */
typedef struct {
  WhJobCounts counts;
  gboolean    failed[MOST_KINDS];    /* the last one of the kind */
  gint64      ended[MOST_KINDS];     /* the last one that was done or failed; WH_TIME_UNSET: none */
  gint64      looked;                /* wh_clock_monotonic */
} Outlook;

struct _WhJobRunner {
  WhHost            *host;
  WhQueue           *queue;
  const WhQueueKind *kinds;
  guint              n_kinds;
  gint64             lease;
  gboolean           does_jobs;
  GPtrArray         *threads;
  GThread           *keeper;
  GMutex             lock;       /* guards what follows */
  GCond              woken;
  guint              alarms;     /* grows when somebody is to look */
  gboolean           stop;
  GPtrArray         *at_work;    /* of WhJobWork */
  Tally              tallies[MOST_KINDS];
  Outlook            outlook;
};

static guint
place_of (const WhJobRunner *runner, const char *kind)
{
  guint i = 0;

  while (i + 1 < runner->n_kinds && !g_str_equal (runner->kinds[i].name, kind))
    i++;
  return i;
}

static gint64
poll_interval (WhJobRunner *runner)
{
  return wh_settings_integer (wh_host_settings (runner->host), WH_SETTING_JOBS_POLL_MS) * 1000;
}

/* FALSE: it is time to end. */
static gboolean
sleep_until_woken (WhJobRunner *runner, gint64 interval, guint *alarms)
{
  gint64 deadline = g_get_monotonic_time () + interval;
  gboolean in_time = TRUE, goes_on;

  g_mutex_lock (&runner->lock);
  while (!runner->stop && in_time && runner->alarms == *alarms)
    in_time = g_cond_wait_until (&runner->woken, &runner->lock, deadline);
  *alarms = runner->alarms;
  goes_on = !runner->stop;
  g_mutex_unlock (&runner->lock);
  return goes_on;
}

/* -- the threads that do it -------------------------------------------------------------------------------------------- */

/* FALSE: the server ends, and nobody would tell this one to stop. */
static gboolean
sign_in (WhJobRunner *runner, WhJobWork *work)
{
  gboolean stop;

  g_mutex_lock (&runner->lock);
  stop = runner->stop;
  g_ptr_array_add (runner->at_work, wh_job_work_ref (work));
  g_mutex_unlock (&runner->lock);
  return !stop;
}

static void
sign_out (WhJobRunner *runner, WhJobWork *work, const WhJobResult *result)
{
  Tally *tally = &runner->tallies[place_of (runner, work->job->kind)];

  g_mutex_lock (&runner->lock);
  g_ptr_array_remove_fast (runner->at_work, work);
  tally->seconds += (double) result->spent / SECOND;
  tally->done += result->written && result->state == WH_JOB_DONE;
  tally->failed += result->written && result->state == WH_JOB_FAILED;
  tally->again += result->written && result->state == WH_JOB_WAITING;
  tally->cancelled += result->written && result->state == WH_JOB_CANCELLED;
  tally->lost += !result->written;
  runner->outlook.looked = 0;
  g_mutex_unlock (&runner->lock);
}

/* One job, if there is one. FALSE: there is none, or none can be had. */
static gboolean
do_one (WhJobRunner *runner, gboolean *complained)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhJobWork) work = NULL;
  WhJob *job = NULL;
  WhJobResult result;

  if (!wh_queue_take (runner->queue, runner->lease, &job, &error) && !*complained)
    g_warning ("no job can be taken: %s", error->message);
  *complained = error != NULL;
  if (!job)
    return FALSE;
  work = wh_job_work_new (runner->host, job);
  if (!sign_in (runner, work))
    wh_job_work_stop (work, WH_STOP_ENDING);
  result = wh_job_work_do (work, runner->queue);
  sign_out (runner, work, &result);
  return TRUE;
}

static gboolean
is_stopping (WhJobRunner *runner)
{
  gboolean stop;

  g_mutex_lock (&runner->lock);
  stop = runner->stop;
  g_mutex_unlock (&runner->lock);
  return stop;
}

static gpointer
worker_thread (gpointer data)
{
  WhJobRunner *runner = data;
  gboolean complained = FALSE;
  guint alarms = 0;

  while (sleep_until_woken (runner, poll_interval (runner), &alarms))
    while (do_one (runner, &complained) && !is_stopping (runner))
      ;
  return NULL;
}

/* -- the thread that keeps it ------------------------------------------------------------------------------------------ */

typedef struct {
  WhJobRunner *runner;
  Outlook      outlook;
} Looking;

static gboolean
look_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Looking *looking = user_data;
  Outlook *outlook = &looking->outlook;

  if (!wh_reader_job_counts (reader, &outlook->counts, error))
    return FALSE;
  for (guint i = 0; i < looking->runner->n_kinds; i++)
    {
      g_autoptr (WhJob) job = NULL;
      if (!wh_reader_last_job (reader, looking->runner->kinds[i].name, &job, error))
        return FALSE;
      outlook->failed[i] = job && job->state == WH_JOB_FAILED;
      outlook->ended[i] = job ? job->ended_at : WH_TIME_UNSET;
    }
  return TRUE;
}

static void
look (WhJobRunner *runner)
{
  Looking looking = { .runner = runner, .outlook = { .looked = wh_clock_monotonic () } };
  gboolean due;

  g_mutex_lock (&runner->lock);
  due = looking.outlook.looked - runner->outlook.looked > LOOK_EVERY || runner->outlook.looked == 0;
  g_mutex_unlock (&runner->lock);
  if (!due || !wh_store_read (runner->host->store, runner->host->local, look_cb, &looking, NULL))
    return;
  g_mutex_lock (&runner->lock);
  runner->outlook = looking.outlook;
  g_mutex_unlock (&runner->lock);
}

static GPtrArray *
copy_at_work (WhJobRunner *runner)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_job_work_unref);

  g_mutex_lock (&runner->lock);
  for (guint i = 0; i < runner->at_work->len; i++)
    g_ptr_array_add (copy, wh_job_work_ref (runner->at_work->pdata[i]));
  g_mutex_unlock (&runner->lock);
  return copy;
}

static void
keep (WhJobRunner *runner)
{
  g_autoptr (GPtrArray) at_work = copy_at_work (runner);

  for (guint i = 0; i < at_work->len; i++)
    wh_job_work_renew (at_work->pdata[i], runner->queue, runner->lease);
}

static void
begin_due (WhJobRunner *runner, gboolean *complained)
{
  g_autoptr (GError) error = NULL;
  guint begun;

  if (!wh_queue_begin_due (runner->queue, &begun, &error) && !*complained)
    g_warning ("schedules cannot be looked at: %s", error->message);
  *complained = error != NULL;
  if (begun)
    wh_job_runner_wake (runner);
}

/* Its own alarms do not wake it: it comes round soon enough. */
static gpointer
keeper_thread (gpointer data)
{
  WhJobRunner *runner = data;
  gboolean complained = FALSE, goes_on = TRUE;
  guint alarms;

  while (goes_on)
    {
      keep (runner);
      if (runner->does_jobs)
        begin_due (runner, &complained);
      look (runner);
      g_mutex_lock (&runner->lock);
      alarms = runner->alarms;
      g_mutex_unlock (&runner->lock);
      goes_on = sleep_until_woken (runner, MIN (poll_interval (runner), SECOND), &alarms);
    }
  return NULL;
}

/* -- what the settings say --------------------------------------------------------------------------------------------- */

static const struct {
  const char *kind;
  WhSetting   rule;
} usual[] = {
  { "freshness", WH_SETTING_JOBS_FRESHNESS },
  { "analytics", WH_SETTING_JOBS_ANALYTICS },
  { "retention", WH_SETTING_JOBS_RETENTION },
  { "backup", WH_SETTING_JOBS_BACKUP },
};

#define BY_SETTINGS "settings"
#define USUAL_JITTER 60

/* A schedule that somebody made under this name is that one's. */
static gboolean
settle_schedule (WhJobRunner *runner, const char *kind, const char *rule, GError **error)
{
  WhHost *host = runner->host;
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhSchedule) stands = wh_jobs_schedule (host->store, host->local, kind, &failure), put = NULL;
  WhSchedule schedule = { .name = (char *) kind, .kind = (char *) kind, .arguments = (char *) "{}", .rule = (char *) rule,
                          .priority = WH_JOB_PRIORITY, .enabled = TRUE, .jitter = USUAL_JITTER, .updated_by = (char *) BY_SETTINGS };

  if (!stands && !g_error_matches (failure, WH_ERROR, WH_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (stands && (!g_str_equal (stands->updated_by, BY_SETTINGS) || g_strcmp0 (stands->rule, rule) == 0))
    return TRUE;
  if (!rule)
    return !stands || wh_jobs_drop_schedule (host->store, host->local, kind, error);
  put = wh_jobs_put_schedule (host->store, host->local, &schedule, error);
  return put != NULL;
}

/* Backups need a place. */
static const char *
rule_of (WhJobRunner *runner, guint i)
{
  const WhSettings *settings = wh_host_settings (runner->host);

  if (usual[i].rule == WH_SETTING_JOBS_BACKUP && !wh_settings_text (settings, WH_SETTING_BACKUP_DIRECTORY))
    return NULL;
  return wh_settings_text (settings, usual[i].rule);
}

static void
settle_schedules (WhJobRunner *runner)
{
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      g_autoptr (GError) error = NULL;
      if (!settle_schedule (runner, usual[i].kind, rule_of (runner, i), &error))
        g_warning ("the schedule of %s could not be settled: %s", usual[i].kind, error->message);
    }
}

/* -- the runner -------------------------------------------------------------------------------------------------------- */

WhJobRunner *
wh_job_runner_new (WhHost *host)
{
  WhJobRunner *runner = g_new0 (WhJobRunner, 1);
  const WhSettings *settings = wh_host_settings (host);
  guint n_threads = (guint) wh_settings_integer (settings, WH_SETTING_JOBS_THREADS);
  g_autofree char *holder = g_strdup_printf ("%s/%d", g_get_host_name (), (int) getpid ());

  runner->host = host;
  runner->kinds = wh_job_kind_queue (&runner->n_kinds);
  g_assert (runner->n_kinds <= MOST_KINDS);
  runner->queue = wh_queue_new (host->store, holder, runner->kinds, runner->n_kinds);
  runner->lease = wh_settings_integer (settings, WH_SETTING_JOBS_LEASE_SECONDS) * SECOND;
  runner->at_work = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_job_work_unref);
  runner->threads = g_ptr_array_new ();
  runner->does_jobs = n_threads > 0;
  runner->outlook.counts.due_since = WH_TIME_UNSET;
  g_mutex_init (&runner->lock);
  g_cond_init (&runner->woken);
  runner->alarms = 1;
  if (n_threads > 0)
    settle_schedules (runner);
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (runner->threads, g_thread_new ("jobs", worker_thread, runner));
  runner->keeper = g_thread_new ("job-keeper", keeper_thread, runner);
  return runner;
}

static void
stop_all (WhJobRunner *runner)
{
  g_autoptr (GPtrArray) at_work = NULL;

  g_mutex_lock (&runner->lock);
  runner->stop = TRUE;
  g_cond_broadcast (&runner->woken);
  g_mutex_unlock (&runner->lock);
  at_work = copy_at_work (runner);
  for (guint i = 0; i < at_work->len; i++)
    wh_job_work_stop (at_work->pdata[i], WH_STOP_ENDING);
}

void
wh_job_runner_stop (WhJobRunner *runner)
{
  stop_all (runner);
  for (guint i = 0; i < runner->threads->len; i++)
    g_thread_join (runner->threads->pdata[i]);
  g_ptr_array_set_size (runner->threads, 0);
  g_clear_pointer (&runner->keeper, g_thread_join);
}

void
wh_job_runner_free (WhJobRunner *runner)
{
  if (!runner)
    return;
  wh_job_runner_stop (runner);
  g_ptr_array_unref (runner->threads);
  g_ptr_array_unref (runner->at_work);
  wh_queue_free (runner->queue);
  g_mutex_clear (&runner->lock);
  g_cond_clear (&runner->woken);
  g_free (runner);
}

void
wh_job_runner_wake (WhJobRunner *runner)
{
  g_mutex_lock (&runner->lock);
  runner->alarms++;
  g_cond_broadcast (&runner->woken);
  g_mutex_unlock (&runner->lock);
}

void
wh_job_runner_cancel (WhJobRunner *runner, const WhId *id)
{
  g_autoptr (GPtrArray) at_work = copy_at_work (runner);

  for (guint i = 0; i < at_work->len; i++)
    if (wh_id_equal (&((WhJobWork *) at_work->pdata[i])->job->id, id))
      wh_job_work_stop (at_work->pdata[i], WH_STOP_ASKED);
}

/* -- how it goes ------------------------------------------------------------------------------------------------------- */

static Outlook
outlook_of (WhJobRunner *runner)
{
  Outlook outlook;

  g_mutex_lock (&runner->lock);
  outlook = runner->outlook;
  g_mutex_unlock (&runner->lock);
  return outlook;
}

static double
seconds_due (const Outlook *outlook)
{
  return outlook->counts.due_since == WH_TIME_UNSET ? 0 : (double) MAX (wh_clock_now () - outlook->counts.due_since, 0) / SECOND;
}

const char *
wh_job_runner_health (WhJobRunner *runner)
{
  Outlook outlook = outlook_of (runner);

  for (guint i = 0; i < runner->n_kinds; i++)
    if (outlook.failed[i])
      return "failing";
  return seconds_due (&outlook) * SECOND > LATE && outlook.counts.running == 0 ? "late" : "ok";
}

const char *
wh_job_runner_backup (WhJobRunner *runner)
{
  guint i = place_of (runner, "backup");
  Outlook outlook = outlook_of (runner);

  return outlook.ended[i] == WH_TIME_UNSET ? "not_configured" : outlook.failed[i] ? "failed" : "ok";
}

static void
add_tallies (WhJobRunner *runner, WhFigures *figures)
{
  static const struct {
    const char *name, *help;
    gsize       offset;
  } counters[] = {
    { "weedhounds_jobs_done_total", "Jobs that this server did.", G_STRUCT_OFFSET (Tally, done) },
    { "weedhounds_jobs_failed_total", "Jobs that failed for good.", G_STRUCT_OFFSET (Tally, failed) },
    { "weedhounds_jobs_retried_total", "Tries that failed and are made again.", G_STRUCT_OFFSET (Tally, again) },
    { "weedhounds_jobs_cancelled_total", "Jobs that somebody stopped.", G_STRUCT_OFFSET (Tally, cancelled) },
    { "weedhounds_jobs_lost_total", "Jobs that another server took over.", G_STRUCT_OFFSET (Tally, lost) },
  };
  Tally tallies[MOST_KINDS];

  g_mutex_lock (&runner->lock);
  memcpy (tallies, runner->tallies, sizeof tallies);
  g_mutex_unlock (&runner->lock);
  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    for (guint kind = 0; kind < runner->n_kinds; kind++)
      wh_figures_add_for (figures, counters[i].name, counters[i].help, "kind", runner->kinds[kind].name,
                          (double) G_STRUCT_MEMBER (guint64, &tallies[kind], counters[i].offset));
  for (guint kind = 0; kind < runner->n_kinds; kind++)
    wh_figures_add_for (figures, "weedhounds_job_seconds_total", "Seconds spent on jobs.", "kind", runner->kinds[kind].name,
                        tallies[kind].seconds);
}

void
wh_job_runner_figures (WhJobRunner *runner, WhFigures *figures)
{
  Outlook outlook = outlook_of (runner);

  wh_figures_add_for (figures, "weedhounds_jobs", "Jobs that are not over, of all servers.", "state", "waiting",
                      (double) outlook.counts.waiting);
  wh_figures_add_for (figures, "weedhounds_jobs", "", "state", "running", (double) outlook.counts.running);
  wh_figures_add (figures, "weedhounds_jobs_due_seconds", "For how long the job that is due first has been waiting.",
                  seconds_due (&outlook));
  for (guint i = 0; i < runner->n_kinds; i++)
    wh_figures_add_for (figures, "weedhounds_job_failing", "1: the last job of the kind failed.", "kind", runner->kinds[i].name,
                        outlook.failed[i]);
  for (guint i = 0; i < runner->n_kinds; i++)
    if (outlook.ended[i] != WH_TIME_UNSET)
      wh_figures_add_for (figures, "weedhounds_job_ended_seconds", "When the last job of the kind ended, since 1970.", "kind",
                          runner->kinds[i].name, (double) (outlook.ended[i] / SECOND));
  add_tallies (runner, figures);
}
