#include <immintrin.h>

#include "wh-cpu-private.h"

#define PATH_NAME "cpu-avx512"
#define PATH_SYMBOL wh_cpu_avx512
#define PATH_USABLE has_avx512
#define LANES 16
#define TILE 12
#define ANY_AT_LEAST(a, b) (_mm512_cmp_ps_mask ((__m512) (a), (__m512) (b), _CMP_GE_OQ) != 0)

static gboolean
has_avx512 (void)
{
  return __builtin_cpu_supports ("avx512f") != 0;
}

#include "wh-cpu-template.h"
