#include <immintrin.h>

#include "wh-cpu-private.h"

#define PATH_NAME "cpu-avx2"
#define PATH_SYMBOL wh_cpu_avx2
#define PATH_USABLE has_avx2
#define LANES 8
#define TILE 6
#define MULTIPLY_QUADS(s, a, b) ((Vi) _mm256_add_epi16 ((__m256i) (s), _mm256_maddubs_epi16 ((__m256i) (a), (__m256i) (b))))
#define SUM_HALVES(s) ((Vi) _mm256_madd_epi16 ((__m256i) (s), _mm256_set1_epi16 (1)))
#define AT_LEAST(a, b) _mm256_movemask_ps (_mm256_cmp_ps ((__m256) (a), (__m256) (b), _CMP_GE_OQ))
#define IN_REGISTER(v) __asm__ volatile ("" : "+x" (v))

static gboolean
has_avx2 (void)
{
  return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
}

#include "wh-cpu-template.h"
