#include "base/wh-lock.h"

#include "base/wh-clock.h"
#include "base/wh-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/file.h>
#include <unistd.h>

#define PAUSE_US 10000

struct _WhLock {
  int fd;
};

static gboolean
lock_fd (int fd, const char *path, GError **error)
{
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno == EWOULDBLOCK)
    g_set_error (error, WH_ERROR, WH_ERROR_BUSY, _("Another running program holds %s; end it or try again later."), path);
  else
    wh_error_set_errno (error, errno, path);
  return FALSE;
}

WhLock *
wh_lock_take (const char *path, GError **error)
{
  WhLock *lock;
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      wh_error_set_errno (error, errno, path);
      return NULL;
    }
  if (!lock_fd (fd, path, error))
    {
      close (fd);
      return NULL;
    }
  lock = g_new (WhLock, 1);
  lock->fd = fd;
  return lock;
}

/* The file stays: removing it would let a third process lock a new file of the same name. */
WhLock *
wh_lock_wait (const char *path, gint64 patience, GError **error)
{
  gint64 start = wh_clock_monotonic ();

  for (;;)
    {
      GError *failure = NULL;
      WhLock *lock = wh_lock_take (path, &failure);

      if (lock)
        return lock;
      if (failure->code != WH_ERROR_BUSY || wh_clock_monotonic () - start > patience)
        {
          g_propagate_error (error, failure);
          return NULL;
        }
      g_error_free (failure);
      g_usleep (PAUSE_US);
    }
}

void
wh_lock_release (WhLock *lock)
{
  if (!lock)
    return;
  close (lock->fd);
  g_free (lock);
}
