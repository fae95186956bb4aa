/* The queue of jobs, in every database: who gets a job, who keeps it, what becomes of it, and when schedules begin one. */
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "store/wh-store-jobs.h"
#include "store/wh-store-queue.h"
#include "store/wh-test-store.h"

#define LEASE (30 * WH_TIME_SECOND)
#define START (G_GINT64_CONSTANT (1764000000) * WH_TIME_SECOND)

static const WhQueueKind kinds[] = { { "count", 3 }, { "sleep", 1 } };

static WhQueue *
make_queue (WhTestStore *fixture, const char *holder)
{
  return wh_queue_new (fixture->store, holder, kinds, G_N_ELEMENTS (kinds));
}

typedef struct {
  WhJob    job;
  WhId     id;
  gboolean added;
} Add;

static gboolean
add_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Add *add = user_data;

  return wh_writer_add_job (writer, &add->job, &add->id, &add->added, error);
}

static Add
add_job (WhTestStore *fixture, const char *kind, gint64 priority, const char *key)
{
  Add add = { .job = { .id = wh_id_new (), .kind = (char *) kind, .arguments = (char *) "{}", .priority = priority, .key = (char *) key,
                       .created_by = (char *) "test", .run_at = WH_TIME_UNSET, .most_attempts = 3 } };
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_ADMINISTER, "job.enqueue", add_cb, &add, NULL, &error);
  g_assert_no_error (error);
  return add;
}

static WhJob *
take (WhQueue *queue)
{
  g_autoptr (GError) error = NULL;
  WhJob *job = NULL;

  wh_queue_take (queue, LEASE, &job, &error);
  g_assert_no_error (error);
  return job;
}

static void
finish (WhQueue *queue, const WhJob *job, WhJobState state, gint64 pause)
{
  const WhJobEnd end = { .state = state, .pause = pause, .outcome = state == WH_JOB_DONE ? "{\"n\":1}" : NULL,
                         .error_code = state == WH_JOB_DONE ? NULL : "offline", .error = state == WH_JOB_DONE ? NULL : "not now" };
  g_autoptr (GError) error = NULL;

  wh_queue_finish (queue, job, &end, &error);
  g_assert_no_error (error);
}

typedef struct {
  WhId         id;
  WhJobFilter  filter;
  WhJob       *job;
  GPtrArray   *jobs;
  WhJobCounts  counts;
  WhSchedule  *schedule;
} Look;

static gboolean
look_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Look *look = user_data;

  look->job = wh_id_is_none (&look->id) ? NULL : wh_reader_job (reader, &look->id, error);
  look->jobs = wh_reader_jobs (reader, &look->filter, error);
  return look->jobs && (look->job || wh_id_is_none (&look->id)) && wh_reader_job_counts (reader, &look->counts, error);
}

static WhJob *
look_up (WhTestStore *fixture, const WhId *id)
{
  Look look = { .id = *id, .filter = { .limit = 1 } };
  g_autoptr (GError) error = NULL;

  wh_store_read (fixture->store, fixture->principal, look_cb, &look, &error);
  g_assert_no_error (error);
  g_ptr_array_unref (look.jobs);
  return look.job;
}

static gboolean
cancel_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  return wh_writer_cancel_job (writer, user_data, error);
}

static gboolean
cancel (WhTestStore *fixture, const WhId *id, GError **error)
{
  return wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_ADMINISTER, "job.cancel", cancel_cb, (gpointer) id, NULL, error);
}

/* -- who gets it ------------------------------------------------------------------------------------------------------- */

static void
test_order (WhTestStore *fixture)
{
  WhQueue *queue = make_queue (fixture, "a");
  Add low = add_job (fixture, "count", 1, NULL), first = add_job (fixture, "count", 5, NULL), second = add_job (fixture, "count", 5, NULL);
  Add strange = add_job (fixture, "of a newer program", 9, NULL);
  const Add *expected[] = { &first, &second, &low };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (WhJob) job = take (queue), stored = look_up (fixture, &expected[i]->id);
      g_assert_true (wh_id_equal (&job->id, &expected[i]->id));
      g_assert_cmpint (job->attempts, ==, 1);
      g_assert_cmpint (stored->state, ==, WH_JOB_RUNNING);
      g_assert_cmpstr (stored->holder, ==, wh_queue_holder (queue));
      finish (queue, job, WH_JOB_DONE, 0);
    }
  g_assert_null (take (queue));
  g_autoptr (WhJob) left = look_up (fixture, &strange.id);
  g_assert_cmpint (left->state, ==, WH_JOB_WAITING);
  wh_queue_free (queue);
}

static void
test_outcome (WhTestStore *fixture)
{
  WhQueue *queue = make_queue (fixture, "a");
  Add add = add_job (fixture, "count", 5, "menu");
  g_autoptr (WhJob) job = take (queue), stored = NULL;
  g_autoptr (GError) error = NULL;
  gboolean asked;

  g_assert_true (wh_queue_renew (queue, job, LEASE, 0.5, "half", &asked, &error));
  g_assert_false (asked);
  stored = look_up (fixture, &add.id);
  g_assert_cmpfloat (stored->progress, ==, 0.5);
  g_assert_cmpstr (stored->note, ==, "half");
  g_assert_cmpstr (stored->created_by, ==, "test");
  finish (queue, job, WH_JOB_DONE, 0);
  g_clear_pointer (&stored, wh_job_free);
  stored = look_up (fixture, &add.id);
  g_assert_cmpint (stored->state, ==, WH_JOB_DONE);
  g_assert_cmpstr (stored->outcome, ==, "{\"n\":1}");
  g_assert_cmpfloat (stored->progress, ==, 1);
  g_assert_cmpint (stored->ended_at, !=, WH_TIME_UNSET);
  g_assert_null (stored->holder);
  g_assert_true (wh_store_check (fixture->store, &error));
  g_assert_no_error (error);
  wh_queue_free (queue);
}

static void
test_key (WhTestStore *fixture)
{
  WhQueue *queue = make_queue (fixture, "a");
  Add one = add_job (fixture, "count", 5, "menu"), same = add_job (fixture, "count", 5, "menu"), other = add_job (fixture, "count", 5, "x");
  g_autoptr (WhJob) job = take (queue);
  Add while_running = add_job (fixture, "count", 5, "menu"), again;

  g_assert_true (one.added && other.added);
  g_assert_false (same.added || while_running.added);
  g_assert_true (wh_id_equal (&same.id, &one.id));
  g_assert_true (wh_id_equal (&while_running.id, &one.id));
  finish (queue, job, WH_JOB_DONE, 0);
  again = add_job (fixture, "count", 5, "menu");
  g_assert_true (again.added);
  wh_queue_free (queue);
}

/* -- who keeps it ------------------------------------------------------------------------------------------------------ */

/* Two queues on a database; on a file the second one stands for the next process. */
static void
test_take_over (WhTestStore *fixture)
{
  WhQueue *dead = make_queue (fixture, "dead"), *heir = make_queue (fixture, "heir");
  Add add = add_job (fixture, "count", 5, NULL);
  g_autoptr (WhJob) lost = NULL, job = NULL, stored = NULL;
  g_autoptr (GError) error = NULL;
  gboolean asked;

  wh_clock_freeze (START + 10 * 365 * WH_TIME_DAY);
  lost = take (dead);
  g_assert_nonnull (lost);
  g_assert_null (take (dead));
  if (fixture->database == WH_TEST_POSTGRES)
    {
      g_assert_null (take (heir));
      g_assert_true (wh_queue_renew (dead, lost, LEASE, NAN, NULL, &asked, &error));
      wh_clock_freeze (wh_clock_now () + LEASE - WH_TIME_SECOND);
      g_assert_null (take (heir));
    }
  wh_clock_freeze (wh_clock_now () + LEASE + WH_TIME_SECOND);
  if (fixture->database != WH_TEST_POSTGRES)
    g_assert_null (take (dead));
  job = take (heir);
  g_assert_true (wh_id_equal (&job->id, &add.id));
  g_assert_cmpint (job->lease, >, lost->lease);
  g_assert_cmpint (job->attempts, ==, 2);
  /* Whoever lost it can neither keep nor end it. */
  g_assert_false (wh_queue_renew (dead, lost, LEASE, NAN, NULL, &asked, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (wh_queue_finish (dead, lost, &(WhJobEnd){ .state = WH_JOB_DONE, .outcome = "{\"n\":99}" }, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
  finish (heir, job, WH_JOB_DONE, 0);
  stored = look_up (fixture, &add.id);
  g_assert_cmpstr (stored->outcome, ==, "{\"n\":1}");
  /* Said twice, as after a COMMIT without an answer. */
  finish (heir, job, WH_JOB_DONE, 0);
  wh_clock_freeze (WH_TIME_UNSET);
  wh_queue_free (dead);
  wh_queue_free (heir);
}

/* The only server of a database that was away for longer than a lease: nobody else would ever take the job. */
static void
test_take_again (WhTestStore *fixture)
{
  WhQueue *queue = make_queue (fixture, "only");
  Add add = add_job (fixture, "count", 5, NULL);
  g_autoptr (WhJob) lost = NULL, job = NULL;
  g_autoptr (GError) error = NULL;

  wh_clock_freeze (START + 10 * 365 * WH_TIME_DAY);
  lost = take (queue);
  g_assert_nonnull (lost);
  g_assert_null (take (queue));
  wh_clock_freeze (wh_clock_now () + LEASE + WH_TIME_SECOND);
  job = take (queue);
  if (fixture->database == WH_TEST_POSTGRES)
    {
      g_assert_true (wh_id_equal (&job->id, &add.id));
      g_assert_cmpint (job->lease, >, lost->lease);
      g_assert_false (wh_queue_finish (queue, lost, &(WhJobEnd){ .state = WH_JOB_DONE }, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
      finish (queue, job, WH_JOB_DONE, 0);
    }
  else
    {
      g_assert_null (job);
      finish (queue, lost, WH_JOB_DONE, 0);
    }
  wh_clock_freeze (WH_TIME_UNSET);
  wh_queue_free (queue);
}

static gboolean
put_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  return wh_writer_put (writer, user_data, NULL, error);
}

static gboolean
put_fenced (WhTestStore *fixture, const WhJob *job, const char *name, GError **error)
{
  g_autoptr (WhStrain) strain = wh_test_store_strain (name);
  gboolean done;

  wh_store_fence_set (fixture->store, job);
  done = wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", put_cb, strain, NULL, error);
  wh_store_fence_set (fixture->store, NULL);
  return done;
}

static void
test_fence (WhTestStore *fixture)
{
  WhQueue *dead = make_queue (fixture, "dead"), *heir = make_queue (fixture, "heir");
  g_autoptr (WhJob) lost = NULL, job = NULL;
  g_autoptr (GError) error = NULL;

  add_job (fixture, "count", 5, NULL);
  wh_clock_freeze (START + 10 * 365 * WH_TIME_DAY);
  lost = take (dead);
  g_assert_true (put_fenced (fixture, lost, "one", &error));
  wh_clock_freeze (wh_clock_now () + LEASE + WH_TIME_SECOND);
  /* Late, but nobody else has it. */
  g_assert_true (put_fenced (fixture, lost, "two", &error));
  job = take (heir);
  g_assert_nonnull (job);
  g_assert_false (put_fenced (fixture, lost, "three", &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_true (put_fenced (fixture, job, "four", &error));
  g_assert_cmpint (wh_store_revision (fixture->store), ==, 3);
  wh_clock_freeze (WH_TIME_UNSET);
  wh_queue_free (dead);
  wh_queue_free (heir);
}

/* -- again, or not at all ---------------------------------------------------------------------------------------------- */

static void
test_again (WhTestStore *fixture)
{
  WhQueue *queue = make_queue (fixture, "a");
  Add add = add_job (fixture, "count", 5, NULL);
  g_autoptr (WhJob) job = NULL, stored = NULL, second = NULL;

  wh_clock_freeze (START + 10 * 365 * WH_TIME_DAY);
  job = take (queue);
  finish (queue, job, WH_JOB_WAITING, 10 * WH_TIME_SECOND);
  stored = look_up (fixture, &add.id);
  g_assert_cmpint (stored->state, ==, WH_JOB_WAITING);
  g_assert_cmpint (stored->run_at, ==, wh_clock_now () + 10 * WH_TIME_SECOND);
  g_assert_cmpstr (stored->error_code, ==, "offline");
  g_assert_null (take (queue));
  wh_clock_freeze (wh_clock_now () + 10 * WH_TIME_SECOND - 1);
  g_assert_null (take (queue));
  wh_clock_freeze (wh_clock_now () + 1);
  second = take (queue);
  g_assert_cmpint (second->attempts, ==, 2);
  wh_clock_freeze (WH_TIME_UNSET);
  wh_queue_free (queue);
}

static void
test_cancel (WhTestStore *fixture)
{
  WhQueue *queue = make_queue (fixture, "a");
  Add running = add_job (fixture, "count", 9, NULL), waiting = add_job (fixture, "count", 5, NULL);
  g_autoptr (WhJob) job = take (queue), stored = NULL, ended = NULL;
  g_autoptr (GError) error = NULL;
  WhId nobody = wh_id_new ();
  gboolean asked = FALSE;

  g_assert_true (cancel (fixture, &waiting.id, &error));
  stored = look_up (fixture, &waiting.id);
  g_assert_cmpint (stored->state, ==, WH_JOB_CANCELLED);
  g_assert_null (take (queue));
  g_assert_true (cancel (fixture, &running.id, &error));
  g_assert_true (wh_queue_renew (queue, job, LEASE, NAN, NULL, &asked, &error));
  g_assert_true (asked);
  /* It failed in the same moment: it is not tried again. */
  finish (queue, job, WH_JOB_WAITING, 0);
  ended = look_up (fixture, &running.id);
  g_assert_cmpint (ended->state, ==, WH_JOB_CANCELLED);
  g_assert_false (cancel (fixture, &running.id, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (cancel (fixture, &nobody, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
  wh_queue_free (queue);
}

static void
test_lists (WhTestStore *fixture)
{
  WhQueue *queue = make_queue (fixture, "a");
  Add adds[5];
  Look look = { .filter = { .limit = 3 } };
  g_autoptr (WhJob) job = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (adds); i++)
    adds[i] = add_job (fixture, i == 2 ? "sleep" : "count", 5, NULL);
  g_assert_true (wh_store_read (fixture->store, fixture->principal, look_cb, &look, &error));
  g_assert_cmpuint (look.jobs->len, ==, 3);
  g_assert_true (wh_id_equal (&((WhJob *) look.jobs->pdata[0])->id, &adds[4].id));
  g_assert_cmpint (look.counts.waiting, ==, 5);
  g_assert_cmpint (look.counts.due_since, !=, WH_TIME_UNSET);
  look.filter.before = ((WhJob *) look.jobs->pdata[2])->id;
  g_ptr_array_unref (look.jobs);
  g_assert_true (wh_store_read (fixture->store, fixture->principal, look_cb, &look, &error));
  g_assert_cmpuint (look.jobs->len, ==, 2);
  g_ptr_array_unref (look.jobs);
  look.filter = (WhJobFilter){ .kind = "sleep" };
  g_assert_true (wh_store_read (fixture->store, fixture->principal, look_cb, &look, &error));
  g_assert_cmpuint (look.jobs->len, ==, 1);
  g_ptr_array_unref (look.jobs);
  job = take (queue);
  look.filter = (WhJobFilter){ .state = WH_JOB_RUNNING };
  g_assert_true (wh_store_read (fixture->store, fixture->principal, look_cb, &look, &error));
  g_assert_cmpuint (look.jobs->len, ==, 1);
  g_assert_cmpint (look.counts.running, ==, 1);
  g_ptr_array_unref (look.jobs);
  wh_queue_free (queue);
}

/* -- schedules --------------------------------------------------------------------------------------------------------- */

static gboolean
schedule_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  return wh_writer_put_schedule (writer, user_data, error);
}

static gboolean
read_schedule_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Look *look = user_data;

  look->schedule = wh_reader_schedule (reader, "refresh", error);
  return look->schedule != NULL;
}

static WhSchedule *
read_schedule (WhTestStore *fixture)
{
  Look look = { .schedule = NULL };
  g_autoptr (GError) error = NULL;

  wh_store_read (fixture->store, fixture->principal, read_schedule_cb, &look, &error);
  g_assert_no_error (error);
  return look.schedule;
}

static void
put_schedule (WhTestStore *fixture, const char *rule, gint64 jitter)
{
  WhSchedule schedule = { .name = (char *) "refresh", .kind = (char *) "count", .arguments = (char *) "{}", .rule = (char *) rule,
                          .priority = 5, .enabled = TRUE, .jitter = jitter, .updated_by = (char *) "test" };
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_ADMINISTER, "schedule.put", schedule_cb, &schedule, NULL, &error);
  g_assert_no_error (error);
}

static guint
begin_due (WhQueue *queue)
{
  g_autoptr (GError) error = NULL;
  guint begun;

  wh_queue_begin_due (queue, &begun, &error);
  g_assert_no_error (error);
  return begun;
}

static void
test_schedule (WhTestStore *fixture)
{
  WhQueue *queue = make_queue (fixture, "a"), *other = make_queue (fixture, "b");
  g_autoptr (WhSchedule) schedule = NULL;
  g_autoptr (WhJob) job = NULL;

  wh_clock_freeze (START);
  put_schedule (fixture, "every 10 minutes", 0);
  g_assert_cmpuint (begin_due (queue), ==, 0);
  wh_clock_freeze (START + 600 * WH_TIME_SECOND);
  g_assert_cmpuint (begin_due (queue), ==, 1);
  g_assert_cmpuint (begin_due (other), ==, 0);
  /* Three days asleep: one run, and none while the last one is not over. */
  wh_clock_freeze (START + 3 * WH_TIME_DAY);
  g_assert_cmpuint (begin_due (queue), ==, 0);
  job = take (queue);
  g_assert_cmpstr (job->schedule, ==, "refresh");
  finish (queue, job, WH_JOB_DONE, 0);
  wh_clock_freeze (START + 6 * WH_TIME_DAY);
  g_assert_cmpuint (begin_due (queue), ==, 1);
  g_assert_cmpuint (begin_due (queue), ==, 0);
  /* The clock was ahead, and somebody set it right. */
  wh_clock_freeze (START + WH_TIME_DAY);
  g_assert_cmpuint (begin_due (queue), ==, 0);
  schedule = read_schedule (fixture);
  g_assert_cmpint (schedule->next_run, >, wh_clock_now ());
  g_assert_cmpint (schedule->next_run, <=, wh_clock_now () + 600 * WH_TIME_SECOND);
  wh_clock_freeze (WH_TIME_UNSET);
  wh_queue_free (queue);
  wh_queue_free (other);
}

static void
test_jitter (WhTestStore *fixture)
{
  WhQueue *queue = make_queue (fixture, "a");
  gint64 least = G_MAXINT64, most = 0;

  put_schedule (fixture, "every 1 hour", 120);
  for (guint i = 1; i <= 12; i++)
    {
      gint64 slot = (START / (3600 * WH_TIME_SECOND) + i * 2) * 3600 * WH_TIME_SECOND;
      g_autoptr (WhSchedule) schedule = NULL;
      wh_clock_freeze (slot + 1800 * WH_TIME_SECOND);
      begin_due (queue);
      schedule = read_schedule (fixture);
      least = MIN (least, schedule->next_run - slot - 3600 * WH_TIME_SECOND);
      most = MAX (most, schedule->next_run - slot - 3600 * WH_TIME_SECOND);
    }
  g_assert_cmpint (least, >=, 0);
  g_assert_cmpint (most, <=, 120 * WH_TIME_SECOND);
  g_assert_cmpint (most, >, least);
  wh_clock_freeze (WH_TIME_UNSET);
  wh_queue_free (queue);
}

/* -- files ------------------------------------------------------------------------------------------------------------- */

static gboolean
take_file_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  return wh_writer_take_file (writer, user_data, error);
}

static gboolean
taken_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_taken (reader, "/menus", "a.csv", user_data, error);
}

static void
test_taken (WhTestStore *fixture)
{
  WhTakenFile file = { .source = (char *) "/menus", .name = (char *) "a.csv", .size = 7, .changed_at = 8, .hash = wh_hash_data ("x", 1),
                       .etag = (char *) "\"1\"" };
  g_autoptr (WhTakenFile) found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (wh_store_read (fixture->store, fixture->principal, taken_cb, &found, &error));
  g_assert_null (found);
  for (guint i = 0; i < 2; i++)
    {
      file.size += i;
      wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", take_file_cb, &file, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_true (wh_store_read (fixture->store, fixture->principal, taken_cb, &found, &error));
  g_assert_cmpint (found->size, ==, 8);
  g_assert_cmpstr (found->etag, ==, "\"1\"");
  g_assert_cmpmem (&found->hash, sizeof found->hash, &file.hash, sizeof file.hash);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("order", WH_TEST_EVERYWHERE, test_order);
  wh_test_store_add ("outcome", WH_TEST_EVERYWHERE, test_outcome);
  wh_test_store_add ("key", WH_TEST_EVERYWHERE, test_key);
  wh_test_store_add ("take-over", WH_TEST_EVERYWHERE, test_take_over);
  wh_test_store_add ("take-again", WH_TEST_EVERYWHERE, test_take_again);
  wh_test_store_add ("fence", WH_TEST_EVERYWHERE, test_fence);
  wh_test_store_add ("again", WH_TEST_EVERYWHERE, test_again);
  wh_test_store_add ("cancel", WH_TEST_EVERYWHERE, test_cancel);
  wh_test_store_add ("lists", WH_TEST_EVERYWHERE, test_lists);
  wh_test_store_add ("schedule", WH_TEST_EVERYWHERE, test_schedule);
  wh_test_store_add ("jitter", WH_TEST_EVERYWHERE, test_jitter);
  wh_test_store_add ("taken", WH_TEST_EVERYWHERE, test_taken);
  return g_test_run ();
}
