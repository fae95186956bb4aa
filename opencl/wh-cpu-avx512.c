#include <immintrin.h>

#include "wh-cpu-private.h"

#define PATH_NAME "cpu-avx512"
#define PATH_SYMBOL wh_cpu_avx512
#define PATH_USABLE has_avx512
#define LANES 16
#define TILE 12
#define MULTIPLY_PAIRS(s, a, b) ((Vi) _mm512_add_epi32 ((__m512i) (s), _mm512_madd_epi16 ((__m512i) (a), (__m512i) (b))))
#define ANY_ABOVE(a, b) (_mm512_cmpgt_epi32_mask ((__m512i) (a), (__m512i) (b)) != 0)

static gboolean
has_avx512 (void)
{
  return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw");
}

#include "wh-cpu-template.h"
