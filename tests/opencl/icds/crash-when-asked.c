/* A driver that crashes when it is asked for its platforms. */
#include <signal.h>

#include "made-driver.h"

int
clIcdGetPlatformIDsKHR (unsigned n_entries, void **platforms, unsigned *n_platforms)
{
  raise (SIGSEGV);
  return NO_PLATFORM;
}
