#include "wh-store-pool.h"

#include <glib/gi18n.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "wh-store-private.h"

/* So many stay open for the next reader where there is no limit. */
#define IDLE_READERS 8
/* How long a caller waits for a database that went away; after that they are told at once, while one at a time tries. */
#define AWAY_US (10 * WH_TIME_SECOND)
#define FIRST_PAUSE_US (20 * 1000)
#define LONGEST_PAUSE_US (2 * WH_TIME_SECOND)

struct _WhPool {
  char       *location;
  WhStoreMode mode;
  guint       most;
  gint64      patience;
  GMutex      lock;       /* guards what follows */
  GCond       returned;
  guint       n_open;     /* idle, in use and being opened */
  GPtrArray  *idle;       /* of WhConnection */
  WhBackOff   back_off;
};

/* -- opening --------------------------------------------------------------------------------------------------- */

void
wh_back_off_init (WhBackOff *back_off)
{
  *back_off = (WhBackOff) { .away_since = 0 };
  g_mutex_init (&back_off->lock);
}

void
wh_back_off_clear (WhBackOff *back_off)
{
  g_mutex_clear (&back_off->lock);
}

static gboolean
make_ready (WhConnection *connection, WhStoreMode mode, gboolean reader, GError **error)
{
  if (reader)
    return wh_store_check_reader (connection, mode, error) && wh_store_load_analytes (connection, FALSE, error);
  return wh_store_migrate (connection, error) && wh_store_load_analytes (connection, TRUE, error);
}

/* How long to wait before the next try. FALSE: do not wait, the database has been away for long. */
static gboolean
look_at_pause (WhBackOff *back_off, gint64 *out_pause)
{
  gint64 now = wh_clock_monotonic ();
  gboolean worth_waiting;

  g_mutex_lock (&back_off->lock);
  *out_pause = back_off->next_try - now;
  worth_waiting = back_off->away_since == 0 || now - back_off->away_since < AWAY_US;
  g_mutex_unlock (&back_off->lock);
  return *out_pause <= 0 || worth_waiting;
}

static void
note_try (WhBackOff *back_off, gboolean away)
{
  gint64 now = wh_clock_monotonic ();

  g_mutex_lock (&back_off->lock);
  if (!away)
    back_off->away_since = back_off->next_try = back_off->n_tries = 0;
  else
    {
      back_off->away_since = back_off->away_since ? back_off->away_since : now;
      back_off->next_try = now + MIN (FIRST_PAUSE_US << MIN (back_off->n_tries, 10), LONGEST_PAUSE_US);
      back_off->n_tries++;
    }
  g_mutex_unlock (&back_off->lock);
}

static WhConnection *
open_once (WhBackOff *back_off, const char *location, WhStoreMode mode, gboolean reader, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhConnection) connection = wh_connection_open (location, mode, reader, &failure);

  if (connection && !make_ready (connection, mode, reader, &failure))
    g_clear_pointer (&connection, wh_connection_close);
  note_try (back_off, g_error_matches (failure, WH_ERROR, WH_ERROR_OFFLINE));
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return g_steal_pointer (&connection);
}

WhConnection *
wh_back_off_open (WhBackOff *back_off, const char *location, WhStoreMode mode, gboolean reader, gboolean wait, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      gint64 pause;
      gboolean worth_waiting = look_at_pause (back_off, &pause);
      if (pause > 0 && !wait)
        return NULL;
      if (!worth_waiting)
        {
          g_set_error_literal (error, WH_ERROR, WH_ERROR_OFFLINE, _("the database has not answered for some time; check that it runs"));
          return NULL;
        }
      if (pause > 0)
        g_usleep ((gulong) pause);
      WhConnection *connection = open_once (back_off, location, mode, reader, &failure);
      if (connection)
        return connection;
      if (wait && g_error_matches (failure, WH_ERROR, WH_ERROR_OFFLINE) && look_at_pause (back_off, &pause))
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
}

/* -- the pool -------------------------------------------------------------------------------------------------- */

WhPool *
wh_pool_new (const char *location, WhStoreMode mode, guint most, guint patience_ms)
{
  WhPool *pool = g_new0 (WhPool, 1);

  pool->location = g_strdup (location);
  pool->mode = mode;
  pool->most = most;
  pool->patience = patience_ms * (WH_TIME_SECOND / 1000);
  g_mutex_init (&pool->lock);
  g_cond_init (&pool->returned);
  wh_back_off_init (&pool->back_off);
  pool->idle = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_connection_close);
  return pool;
}

void
wh_pool_free (WhPool *pool)
{
  g_ptr_array_unref (pool->idle);
  wh_back_off_clear (&pool->back_off);
  g_cond_clear (&pool->returned);
  g_mutex_clear (&pool->lock);
  g_free (pool->location);
  g_free (pool);
}

/* An idle connection or NULL for the right to open one; FALSE when there is neither in time. */
static gboolean
take_slot (WhPool *pool, WhConnection **out_connection, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + pool->patience;
  gboolean in_time = TRUE;

  *out_connection = NULL;
  g_mutex_lock (&pool->lock);
  while (in_time && pool->idle->len == 0 && pool->most && pool->n_open >= pool->most)
    in_time = g_cond_wait_until (&pool->returned, &pool->lock, deadline);
  if (pool->idle->len)
    *out_connection = g_ptr_array_steal_index_fast (pool->idle, pool->idle->len - 1);
  else if (in_time)
    pool->n_open++;
  in_time = in_time || *out_connection;
  g_mutex_unlock (&pool->lock);
  if (!in_time)
    g_set_error (error, WH_ERROR, WH_ERROR_BUSY, ngettext ("the only connection to the database is in use; try again in a moment",
                                                           "all %u connections to the database are in use; try again in a moment",
                                                           pool->most), pool->most);
  return in_time;
}

static void
give_slot_back (WhPool *pool)
{
  g_mutex_lock (&pool->lock);
  pool->n_open--;
  g_cond_signal (&pool->returned);
  g_mutex_unlock (&pool->lock);
}

/* When one connection is lost, the others mostly are, too. */
static void
drop_idle (WhPool *pool)
{
  g_autoptr (GPtrArray) idle = NULL;

  g_mutex_lock (&pool->lock);
  idle = g_steal_pointer (&pool->idle);
  pool->idle = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_connection_close);
  pool->n_open -= idle->len;
  g_cond_broadcast (&pool->returned);
  g_mutex_unlock (&pool->lock);
}

static WhConnection *
begin (WhPool *pool, gboolean wait, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhConnection) connection = NULL;

  if (!take_slot (pool, &connection, error))
    return NULL;
  if (connection && connection->driver->begin_read (connection, &failure))
    return g_steal_pointer (&connection);
  if (connection && connection->fault != WH_FAULT_NONE)
    {
      drop_idle (pool);
      g_clear_pointer (&connection, wh_connection_close);
      g_clear_error (&failure);
    }
  if (!connection && !failure)
    connection = wh_back_off_open (&pool->back_off, pool->location, pool->mode, TRUE, wait, &failure);
  if (connection && !failure && connection->driver->begin_read (connection, &failure))
    return g_steal_pointer (&connection);
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  give_slot_back (pool);
  return NULL;
}

WhConnection *
wh_pool_begin (WhPool *pool, GError **error)
{
  return begin (pool, TRUE, error);
}

WhConnection *
wh_pool_try_begin (WhPool *pool, GError **error)
{
  return begin (pool, FALSE, error);
}

gboolean
wh_pool_end (WhPool *pool, WhConnection *connection, GError **error)
{
  gboolean done = connection->driver->commit (connection, error);
  gboolean keep;

  if (!done)
    connection->driver->rollback (connection);
  g_mutex_lock (&pool->lock);
  keep = connection->fault == WH_FAULT_NONE && (pool->most || pool->idle->len < IDLE_READERS);
  if (keep)
    g_ptr_array_add (pool->idle, g_steal_pointer (&connection));
  else
    pool->n_open--;
  g_cond_signal (&pool->returned);
  g_mutex_unlock (&pool->lock);
  wh_connection_close (connection);
  return done;
}
