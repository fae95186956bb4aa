#include "wh-patience.h"

#include <sys/socket.h>

#include "base/wh-clock.h"

#define SWEEP_US 500000

struct _WhPeer {
  int  fd;
  gint due;   /* atomic: monotonic second, 0 none */
};

struct _WhPatience {
  GMutex      lock;
  GCond       wake;
  GHashTable *peers;   /* set of WhPeer */
  GThread    *sweeper;
  gboolean    stop;
};

static gint
second_now (void)
{
  return (gint) (wh_clock_monotonic () / G_USEC_PER_SEC) + 1;
}

/* The library then sees the end of the stream and closes; the descriptor stays its own. */
static void
hang_up_on_late (WhPatience *patience)
{
  GHashTableIter iter;
  gpointer key;
  gint now = second_now ();

  g_hash_table_iter_init (&iter, patience->peers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      WhPeer *peer = key;
      gint due = g_atomic_int_get (&peer->due);
      if (due && now > due && g_atomic_int_compare_and_exchange (&peer->due, due, 0))
        shutdown (peer->fd, SHUT_RDWR);
    }
}

static gpointer
sweeper_thread (gpointer data)
{
  WhPatience *patience = data;

  g_mutex_lock (&patience->lock);
  while (!patience->stop)
    {
      hang_up_on_late (patience);
      g_cond_wait_until (&patience->wake, &patience->lock, g_get_monotonic_time () + SWEEP_US);
    }
  g_mutex_unlock (&patience->lock);
  return NULL;
}

WhPatience *
wh_patience_new (void)
{
  WhPatience *patience = g_new0 (WhPatience, 1);

  g_mutex_init (&patience->lock);
  g_cond_init (&patience->wake);
  patience->peers = g_hash_table_new_full (NULL, NULL, g_free, NULL);
  patience->sweeper = g_thread_new ("patience", sweeper_thread, patience);
  return patience;
}

void
wh_patience_free (WhPatience *patience)
{
  g_mutex_lock (&patience->lock);
  patience->stop = TRUE;
  g_cond_signal (&patience->wake);
  g_mutex_unlock (&patience->lock);
  g_thread_join (patience->sweeper);
  g_hash_table_unref (patience->peers);
  g_mutex_clear (&patience->lock);
  g_cond_clear (&patience->wake);
  g_free (patience);
}

WhPeer *
wh_patience_add (WhPatience *patience, int fd)
{
  WhPeer *peer = g_new0 (WhPeer, 1);

  peer->fd = fd;
  g_mutex_lock (&patience->lock);
  g_hash_table_add (patience->peers, peer);
  g_mutex_unlock (&patience->lock);
  return peer;
}

void
wh_patience_remove (WhPatience *patience, WhPeer *peer)
{
  g_mutex_lock (&patience->lock);
  g_hash_table_remove (patience->peers, peer);
  g_mutex_unlock (&patience->lock);
}

void
wh_patience_expect (WhPeer *peer, guint seconds)
{
  g_atomic_int_set (&peer->due, seconds ? second_now () + (gint) seconds : 0);
}
