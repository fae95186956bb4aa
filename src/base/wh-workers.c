#include "wh-workers.h"

struct _WhWorkers {
  guint        n_threads;
  GThreadPool *pool;      /* NULL with one thread */
};

/* One run. Threads that come late find nothing left; the job lives until the last of them has looked. */
typedef struct {
  gatomicrefcount ref_count;
  WhWorkFunc      work;
  gpointer        data;
  GCancellable   *cancellable;
  gsize           n_items;
  gsize           next;         /* guarded by lock, like all below: items are large, so the lock is cheap */
  gsize           running;
  guint           n_joined;
  GMutex          lock;
  GCond           idle;
} Job;

static void
job_unref (Job *job)
{
  if (!g_atomic_ref_count_dec (&job->ref_count))
    return;
  g_mutex_clear (&job->lock);
  g_cond_clear (&job->idle);
  g_free (job);
}

/* The next item, or FALSE. Cancelling takes away what has not begun. */
static gboolean
take_item (Job *job, gsize *out_item)
{
  gboolean taken;

  g_mutex_lock (&job->lock);
  taken = job->next < job->n_items && !g_cancellable_is_cancelled (job->cancellable);
  if (taken)
    {
      *out_item = job->next++;
      job->running++;
    }
  g_mutex_unlock (&job->lock);
  return taken;
}

static void
end_item (Job *job)
{
  g_mutex_lock (&job->lock);
  if (--job->running == 0)
    g_cond_signal (&job->idle);
  g_mutex_unlock (&job->lock);
}

static void
join (Job *job)
{
  gsize item;
  guint thread;

  g_mutex_lock (&job->lock);
  thread = job->n_joined++;
  g_mutex_unlock (&job->lock);
  while (take_item (job, &item))
    {
      job->work (job->data, item, thread);
      end_item (job);
    }
}

static void
join_in_pool (gpointer data, gpointer user_data)
{
  join (data);
  job_unref (data);
}

WhWorkers *
wh_workers_new (guint n_threads)
{
  WhWorkers *workers = g_new0 (WhWorkers, 1);

  workers->n_threads = n_threads ? n_threads : g_get_num_processors ();
  if (workers->n_threads > 1)
    workers->pool = g_thread_pool_new (join_in_pool, NULL, (int) workers->n_threads - 1, FALSE, NULL);
  return workers;
}

void
wh_workers_free (WhWorkers *workers)
{
  if (workers->pool)
    g_thread_pool_free (workers->pool, FALSE, TRUE);
  g_free (workers);
}

guint
wh_workers_count (const WhWorkers *workers)
{
  return workers->n_threads;
}

static void
call_others (WhWorkers *workers, Job *job)
{
  gsize wanted = MIN (workers->n_threads - 1, job->n_items > 0 ? job->n_items - 1 : 0);

  for (gsize i = 0; i < wanted; i++)
    {
      g_atomic_ref_count_inc (&job->ref_count);
      g_thread_pool_push (workers->pool, job, NULL);
    }
}

gboolean
wh_workers_run (WhWorkers *workers, gsize n_items, WhWorkFunc work, gpointer data, GCancellable *cancellable)
{
  Job *job = g_new0 (Job, 1);
  gboolean complete;

  *job = (Job) { .work = work, .data = data, .cancellable = cancellable, .n_items = n_items };
  g_atomic_ref_count_init (&job->ref_count);
  g_mutex_init (&job->lock);
  g_cond_init (&job->idle);
  call_others (workers, job);
  join (job);
  g_mutex_lock (&job->lock);
  while (job->running > 0)
    g_cond_wait (&job->idle, &job->lock);
  complete = job->next == job->n_items;
  job->next = job->n_items;   /* nothing for those who come late: the caller's data end with this call */
  g_mutex_unlock (&job->lock);
  job_unref (job);
  return complete;
}
