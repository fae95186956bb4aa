/* Statements that take long are told to who wants to know, with either database. */
#include "base/wh-clock.h"
#include "wh-driver.h"

gint64 wh_store_slow_us;
static WhStoreSlowFunc tell;

void
wh_store_watch_slow (guint milliseconds, WhStoreSlowFunc func)
{
  g_atomic_pointer_set (&tell, func);
  __atomic_store_n (&wh_store_slow_us, func ? (gint64) milliseconds * 1000 : 0, __ATOMIC_RELAXED);
}

static void
look (const WhStatement *statement, gint64 begun)
{
  gint64 took = wh_clock_monotonic () - begun, least = __atomic_load_n (&wh_store_slow_us, __ATOMIC_RELAXED);
  WhStoreSlowFunc func = g_atomic_pointer_get (&tell);

  if (least > 0 && took >= least && func)
    func (statement->sql ? statement->sql : "", took);
}

WhStep
wh_statement_step_watched (WhStatement *statement, GError **error)
{
  gint64 begun = wh_clock_monotonic ();
  WhStep step = statement->connection->driver->step (statement, error);

  look (statement, begun);
  return step;
}

gboolean
wh_statement_run_watched (WhStatement *statement, GError **error)
{
  gint64 begun = wh_clock_monotonic ();
  gboolean done = statement->connection->driver->run (statement, error);

  look (statement, begun);
  return done;
}
