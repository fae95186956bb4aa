#include <emmintrin.h>

#include "wh-cpu-private.h"

#define PATH_NAME "cpu-sse2"
#define PATH_SYMBOL wh_cpu_sse2
#define PATH_USABLE always
#define LANES 4
#define TILE 3
#define ANY_AT_LEAST(a, b) (_mm_movemask_ps (_mm_cmpge_ps ((__m128) (a), (__m128) (b))) != 0)

static gboolean
always (void)
{
  return TRUE;   /* every x86-64 has it */
}

#include "wh-cpu-template.h"
