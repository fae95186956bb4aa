/* Every item once, no thread number twice at a time, several callers at once, and an orderly end when cancelled. */
#include "base/wh-workers.h"
#include "support/wh-test.h"

#define ITEMS 2000
#define CALLERS 4
#define ROUNDS 50

typedef struct {
  WhWorkers    *workers;
  GCancellable *cancellable;
  gsize         cancel_at;
  int           done[ITEMS];
  int           busy[16];
  int           clashes;
} Run;

static void
count_item (gpointer data, gsize item, guint thread)
{
  Run *run = data;

  if (g_atomic_int_add (&run->busy[thread], 1) != 0)
    g_atomic_int_inc (&run->clashes);
  g_atomic_int_inc (&run->done[item]);
  if (run->cancellable && item == run->cancel_at)
    g_cancellable_cancel (run->cancellable);
  g_atomic_int_add (&run->busy[thread], -1);
}

static void
check_run (WhWorkers *workers, gsize n_items)
{
  Run run = { .workers = workers };

  g_assert_true (wh_workers_run (workers, n_items, count_item, &run, NULL));
  for (gsize i = 0; i < ITEMS; i++)
    g_assert_cmpint (run.done[i], ==, i < n_items);
  g_assert_cmpint (run.clashes, ==, 0);
}

static void
test_every_item_once (void)
{
  static const gsize sizes[] = { 0, 1, 2, 3, ITEMS };

  for (guint threads = 1; threads <= 5; threads += 2)
    {
      g_autoptr (WhWorkers) workers = wh_workers_new (threads);
      g_assert_cmpuint (wh_workers_count (workers), ==, threads);
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        check_run (workers, sizes[i]);
    }
}

static gpointer
call_cb (gpointer data)
{
  for (guint round = 0; round < ROUNDS; round++)
    check_run (data, (gsize) (round * 7 % ITEMS));
  return NULL;
}

static void
test_callers_at_once (void)
{
  g_autoptr (WhWorkers) workers = wh_workers_new (3);
  GThread *callers[CALLERS];

  for (guint i = 0; i < CALLERS; i++)
    callers[i] = g_thread_new ("caller", call_cb, workers);
  for (guint i = 0; i < CALLERS; i++)
    g_thread_join (callers[i]);
}

static void
test_cancelled (void)
{
  g_autoptr (WhWorkers) workers = wh_workers_new (3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Run run = { .workers = workers, .cancellable = cancellable, .cancel_at = 10 };
  guint done = 0;

  g_assert_false (wh_workers_run (workers, ITEMS, count_item, &run, cancellable));
  for (guint i = 0; i < ITEMS; i++)
    done += (guint) run.done[i];
  g_assert_cmpuint (done, <, ITEMS);
  g_assert_false (wh_workers_run (workers, 1, count_item, &run, cancellable));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workers/every-item-once", test_every_item_once);
  g_test_add_func ("/workers/callers-at-once", test_callers_at_once);
  g_test_add_func ("/workers/cancelled", test_cancelled);
  return g_test_run ();
}
