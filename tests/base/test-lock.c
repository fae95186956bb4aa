#include "base/wh-error.h"
#include "base/wh-lock.h"
#include "support/wh-test.h"

#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  char *dir;
  char *path;
} Place;

static void
set_up (Place *place, gconstpointer data)
{
  place->dir = wh_test_make_dir ();
  place->path = g_build_filename (place->dir, "writer.lock", NULL);
}

static void
tear_down (Place *place, gconstpointer data)
{
  wh_test_remove_dir (place->dir);
  g_free (place->dir);
  g_free (place->path);
}

/* A process that takes the lock, says so, and holds it until it is killed. */
static pid_t
start_holder (const char *path)
{
  int channel[2];
  char said;
  pid_t child;

  g_assert_cmpint (pipe (channel), ==, 0);
  child = fork ();
  if (child == 0)
    {
      said = wh_lock_take (path, NULL) ? 'y' : 'n';
      if (write (channel[1], &said, 1) == 1)
        pause ();
      _exit (1);
    }
  g_assert_cmpint (read (channel[0], &said, 1), ==, 1);
  g_assert_cmpint (said, ==, 'y');
  close (channel[0]);
  close (channel[1]);
  return child;
}

static void
test_two_processes (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  pid_t holder = start_holder (place->path);

  g_assert_null (wh_lock_take (place->path, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_BUSY);

  /* A killed process leaves no lock behind. */
  kill (holder, SIGKILL);
  waitpid (holder, NULL, 0);
  g_autoptr (WhLock) lock = wh_lock_take (place->path, NULL);
  g_assert_nonnull (lock);
}

static void
test_release (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  WhLock *lock = wh_lock_take (place->path, &error);

  wh_test_no_error (error);
  g_assert_null (wh_lock_take (place->path, NULL));
  wh_lock_release (lock);
  lock = wh_lock_take (place->path, &error);
  wh_test_no_error (error);
  wh_lock_release (lock);
  wh_lock_release (NULL);
}

static void
test_missing_dir (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->dir, "absent", "lock", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_lock_take (path, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/base/lock/two-processes", Place, NULL, set_up, test_two_processes, tear_down);
  g_test_add ("/base/lock/release", Place, NULL, set_up, test_release, tear_down);
  g_test_add ("/base/lock/missing-dir", Place, NULL, set_up, test_missing_dir, tear_down);
  return g_test_run ();
}
