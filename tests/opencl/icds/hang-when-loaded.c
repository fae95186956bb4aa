/* A driver that never comes back from being loaded. */
#include <unistd.h>

static void __attribute__ ((constructor))
hang (void)
{
  for (;;)
    pause ();
}
