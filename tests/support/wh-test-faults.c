/* The library that is loaded before the C library (wh-test-faults.h). It makes the system calls itself, so that it needs nothing that
 * might not be there yet, and works below a sanitizer as well. */
#include "wh-test-faults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_FILES 4096
#define EXPORT __attribute__ ((visibility ("default")))

static WhTestFaults *faults;
static const char *folder;
static gint ours[MOST_FILES];   /* atomic: whether a descriptor is of a file below the folder */

__attribute__ ((constructor)) static void
map_faults (void)
{
  const char *path = getenv ("WEEDHOUNDS_TEST_FAULTS");
  int fd = path ? (int) syscall (SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0) : -1;
  void *place = fd >= 0 ? mmap (NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;

  if (fd >= 0)
    syscall (SYS_close, fd);
  folder = getenv ("WEEDHOUNDS_TEST_FAULTS_DIR");
  faults = place == MAP_FAILED || !folder ? NULL : place;
}

static int
is_ours (int fd)
{
  return fd >= 0 && fd < MOST_FILES && g_atomic_int_get (&ours[fd]);
}

/* Counts a call; whether it is one that fails, errno set. */
static int
fails (WhFaultClass class)
{
  gint number;

  if (!faults || !(g_atomic_int_get (&faults->classes) & (gint) class))
    return 0;
  number = g_atomic_int_add (&faults->calls, 1) + 1;
  if (number < g_atomic_int_get (&faults->first) || number > g_atomic_int_get (&faults->last))
    return 0;
  g_atomic_int_inc (&faults->failed);
  errno = g_atomic_int_get (&faults->error);
  return 1;
}

/* -- opening -- */

static int
open_at (int at, const char *path, int flags, mode_t mode)
{
  int below = faults && strncmp (path, folder, strlen (folder)) == 0, fd;

  if (below && fails (WH_FAULT_OPEN))
    return -1;
  fd = (int) syscall (SYS_openat, at, path, flags, mode);
  if (fd >= 0 && fd < MOST_FILES)
    g_atomic_int_set (&ours[fd], below);
  return fd;
}

static mode_t
mode_of (int flags, va_list arguments)
{
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg (arguments, mode_t) : 0;
}

#define DEFINE_OPEN(name) \
  EXPORT int name (const char *path, int flags, ...); \
  EXPORT int name (const char *path, int flags, ...) \
  { \
    va_list arguments; \
    mode_t mode; \
    va_start (arguments, flags); \
    mode = mode_of (flags, arguments); \
    va_end (arguments); \
    return open_at (AT_FDCWD, path, flags, mode); \
  }

#undef open
#undef open64
DEFINE_OPEN (open)
DEFINE_OPEN (open64)

EXPORT int
close (int fd)
{
  if (fd >= 0 && fd < MOST_FILES)
    g_atomic_int_set (&ours[fd], 0);
  return (int) syscall (SYS_close, fd);
}

/* -- reading and writing -- */

static ssize_t
write_at (long call, int fd, const void *bytes, size_t length, off_t offset)
{
  if (!is_ours (fd) || !fails (WH_FAULT_WRITE))
    return syscall (call, fd, bytes, length, offset);
  int error = errno;
  syscall (call, fd, bytes, length / 2, offset);
  errno = error;
  return -1;
}

EXPORT ssize_t
write (int fd, const void *bytes, size_t length)
{
  return write_at (SYS_write, fd, bytes, length, 0);
}

#undef pwrite
#undef pwrite64
#undef pread
#undef pread64
#define DEFINE_PLACED(suffix) \
  EXPORT ssize_t pwrite##suffix (int fd, const void *bytes, size_t length, off_t offset); \
  EXPORT ssize_t pread##suffix (int fd, void *bytes, size_t length, off_t offset); \
  EXPORT ssize_t pwrite##suffix (int fd, const void *bytes, size_t length, off_t offset) \
  { \
    return write_at (SYS_pwrite64, fd, bytes, length, offset); \
  } \
  EXPORT ssize_t pread##suffix (int fd, void *bytes, size_t length, off_t offset) \
  { \
    return is_ours (fd) && fails (WH_FAULT_READ) ? -1 : syscall (SYS_pread64, fd, bytes, length, offset); \
  }

DEFINE_PLACED ()
DEFINE_PLACED (64)

/* -- length and durability -- */

#undef ftruncate
#undef ftruncate64
#define DEFINE_LENGTH(suffix) \
  EXPORT int ftruncate##suffix (int fd, off_t length); \
  EXPORT int ftruncate##suffix (int fd, off_t length) \
  { \
    return is_ours (fd) && fails (WH_FAULT_WRITE) ? -1 : (int) syscall (SYS_ftruncate, fd, length); \
  }

DEFINE_LENGTH ()
DEFINE_LENGTH (64)

EXPORT int
fsync (int fd)
{
  return is_ours (fd) && fails (WH_FAULT_SYNC) ? -1 : (int) syscall (SYS_fsync, fd);
}

EXPORT int
fdatasync (int fd)
{
  return is_ours (fd) && fails (WH_FAULT_SYNC) ? -1 : (int) syscall (SYS_fdatasync, fd);
}
