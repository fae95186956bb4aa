/* A driver that never says what platforms it has. */
#include "made-driver.h"

int
clIcdGetPlatformIDsKHR (unsigned n_entries, void **platforms, unsigned *n_platforms)
{
  for (;;)
    pause ();
  return NO_PLATFORM;
}
