#include "wh-test-fault-server.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static WhTestFaults *faults;
static char *fault_dir;
static char *environment[5];

const char *const *
wh_test_faults_environment (const char *dir)
{
  const char *sanitizer = g_getenv ("ASAN_OPTIONS");
  g_autofree char *path = NULL;
  int fd;

  fault_dir = wh_test_make_dir ();
  path = g_build_filename (fault_dir, "faults", NULL);
  fd = g_open (path, O_RDWR | O_CREAT, 0600);
  g_assert_cmpint (ftruncate (fd, sizeof *faults), ==, 0);
  faults = mmap (NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (faults != MAP_FAILED);
  close (fd);
  environment[0] = g_strconcat ("LD_PRELOAD=", g_getenv ("WEEDHOUNDS_TEST_FAULT_LIBRARY"), NULL);
  environment[1] = g_strconcat ("WEEDHOUNDS_TEST_FAULTS=", path, NULL);
  environment[2] = g_strconcat ("WEEDHOUNDS_TEST_FAULTS_DIR=", dir, NULL);
  environment[3] = g_strconcat ("ASAN_OPTIONS=verify_asan_link_order=0:", sanitizer, NULL);
  return (const char *const *) environment;
}

void
wh_test_faults_arm (const WhTestFaultPlan *plan, guint n)
{
  g_atomic_int_set (&faults->calls, 0);
  g_atomic_int_set (&faults->failed, 0);
  g_atomic_int_set (&faults->error, plan->error);
  g_atomic_int_set (&faults->first, (gint) n);
  g_atomic_int_set (&faults->last, plan->goes_on ? G_MAXINT : (gint) n);
  g_atomic_int_set (&faults->classes, plan->classes);
}

guint
wh_test_faults_disarm (void)
{
  g_atomic_int_set (&faults->classes, 0);
  return (guint) g_atomic_int_get (&faults->failed);
}

void
wh_test_faults_clear (void)
{
  munmap (faults, sizeof *faults);
  wh_test_remove_dir (fault_dir);
  g_free (fault_dir);
  for (guint i = 0; i < G_N_ELEMENTS (environment); i++)
    g_clear_pointer (&environment[i], g_free);
}
