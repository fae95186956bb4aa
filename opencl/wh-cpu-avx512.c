#include <immintrin.h>

#include "wh-cpu-private.h"

#define PATH_NAME "cpu-avx512"
#define PATH_SYMBOL wh_cpu_avx512
#define PATH_USABLE has_avx512
#define LANES 16
#define TILE 12
#define MULTIPLY_QUADS(s, a, b) ((Vi) _mm512_add_epi16 ((__m512i) (s), _mm512_maddubs_epi16 ((__m512i) (a), (__m512i) (b))))
#define SUM_HALVES(s) ((Vi) _mm512_madd_epi16 ((__m512i) (s), _mm512_set1_epi16 (1)))
#define AT_LEAST(a, b) _mm512_cmp_ps_mask ((__m512) (a), (__m512) (b), _CMP_GE_OQ)
#define IN_REGISTER(v) __asm__ volatile ("" : "+v" (v))

static gboolean
has_avx512 (void)
{
  return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw");
}

#include "wh-cpu-template.h"
