/* A driver that crashes as soon as it is loaded. */
#include <signal.h>

static void __attribute__ ((constructor))
crash (void)
{
  raise (SIGSEGV);
}
