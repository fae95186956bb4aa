/* A driver without a platform. */
#include "made-driver.h"

int
clIcdGetPlatformIDsKHR (unsigned n_entries, void **platforms, unsigned *n_platforms)
{
  if (n_platforms)
    *n_platforms = 0;
  return NO_PLATFORM;
}
