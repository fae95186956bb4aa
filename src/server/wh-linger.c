#include "wh-linger.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/wh-clock.h"

#define MOST 256
#define MOST_BYTES (4 * 1024 * 1024)   /* of one */
#define MOST_US (2 * G_USEC_PER_SEC)
#define LOOK_MS 20

typedef struct {
  int    fd;
  gsize  bytes;
  gint64 until;
} Leaver;

struct _WhLinger {
  GMutex   lock;
  GCond    wake;
  GArray  *leavers;   /* of Leaver */
  GThread *thread;
  gboolean stop;
};

/* FALSE: the peer is done, or has had its time. */
static gboolean
drain (Leaver *leaver, gint64 now)
{
  char unwanted[16384];
  gssize n;

  while ((n = recv (leaver->fd, unwanted, sizeof unwanted, MSG_DONTWAIT)) > 0 && leaver->bytes < MOST_BYTES)
    leaver->bytes += (gsize) n;
  return n < 0 && errno == EAGAIN && now < leaver->until;
}

static void
drain_all (WhLinger *linger)
{
  gint64 now = wh_clock_monotonic ();

  for (guint i = linger->leavers->len; i > 0; i--)
    {
      Leaver *leaver = &g_array_index (linger->leavers, Leaver, i - 1);
      if (drain (leaver, now))
        continue;
      close (leaver->fd);
      g_array_remove_index_fast (linger->leavers, i - 1);
    }
}

/* Until one of them says something, but no longer than a look; who came meanwhile is seen then. */
static void
wait_for_any (const struct pollfd *places, guint n)
{
  poll ((struct pollfd *) places, n, LOOK_MS);
}

static gpointer
linger_thread (gpointer data)
{
  WhLinger *linger = data;
  struct pollfd places[MOST];

  g_mutex_lock (&linger->lock);
  while (!linger->stop)
    {
      guint n = linger->leavers->len;
      if (n == 0)
        {
          g_cond_wait (&linger->wake, &linger->lock);
          continue;
        }
      for (guint i = 0; i < n; i++)
        places[i] = (struct pollfd){ g_array_index (linger->leavers, Leaver, i).fd, POLLIN, 0 };
      g_mutex_unlock (&linger->lock);
      wait_for_any (places, n);
      g_mutex_lock (&linger->lock);
      drain_all (linger);
    }
  g_mutex_unlock (&linger->lock);
  return NULL;
}

WhLinger *
wh_linger_new (void)
{
  WhLinger *linger = g_new0 (WhLinger, 1);

  g_mutex_init (&linger->lock);
  g_cond_init (&linger->wake);
  linger->leavers = g_array_new (FALSE, FALSE, sizeof (Leaver));
  linger->thread = g_thread_new ("linger", linger_thread, linger);
  return linger;
}

void
wh_linger_free (WhLinger *linger)
{
  g_mutex_lock (&linger->lock);
  linger->stop = TRUE;
  g_cond_signal (&linger->wake);
  g_mutex_unlock (&linger->lock);
  g_thread_join (linger->thread);
  for (guint i = 0; i < linger->leavers->len; i++)
    close (g_array_index (linger->leavers, Leaver, i).fd);
  g_array_unref (linger->leavers);
  g_mutex_clear (&linger->lock);
  g_cond_clear (&linger->wake);
  g_free (linger);
}

void
wh_linger_take (WhLinger *linger, int fd)
{
  const Leaver leaver = { fd, 0, wh_clock_monotonic () + MOST_US };
  gboolean taken;

  if (fd < 0)
    return;
  shutdown (fd, SHUT_WR);
  g_mutex_lock (&linger->lock);
  taken = linger->leavers->len < MOST;
  if (taken)
    g_array_append_val (linger->leavers, leaver);
  g_cond_signal (&linger->wake);
  g_mutex_unlock (&linger->lock);
  if (!taken)
    close (fd);
}
