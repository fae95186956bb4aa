#include <immintrin.h>

#include "wh-cpu-private.h"

#define PATH_NAME "cpu-avx2"
#define PATH_SYMBOL wh_cpu_avx2
#define PATH_USABLE has_avx2
#define LANES 8
#define TILE 6
#define MULTIPLY_PAIRS(s, a, b) ((Vi) _mm256_add_epi32 ((__m256i) (s), _mm256_madd_epi16 ((__m256i) (a), (__m256i) (b))))
#define ANY_ABOVE(a, b) (_mm256_movemask_epi8 (_mm256_cmpgt_epi32 ((__m256i) (a), (__m256i) (b))) != 0)

static gboolean
has_avx2 (void)
{
  return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
}

#include "wh-cpu-template.h"
