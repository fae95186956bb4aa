/* The reference: one number at a time. */
#include "wh-cpu-private.h"

#define PATH_NAME "cpu-scalar"
#define PATH_SYMBOL wh_cpu_scalar
#define PATH_USABLE always
#define LANES 1
#define TILE 2
#define ANY_AT_LEAST(a, b) ((a)[0] >= (b)[0])

static gboolean
always (void)
{
  return TRUE;
}

#include "wh-cpu-template.h"
