#include <emmintrin.h>

#include "wh-cpu-private.h"

#define PATH_NAME "cpu-sse2"
#define PATH_SYMBOL wh_cpu_sse2
#define PATH_USABLE always
#define LANES 4
#define TILE 3
#define MULTIPLY_QUADS(s, a, b) ((Vi) _mm_add_epi16 ((__m128i) (s), multiply_quads ((__m128i) (a), (__m128i) (b))))
#define SUM_HALVES(s) ((Vi) _mm_madd_epi16 ((__m128i) (s), _mm_set1_epi16 (1)))
#define AT_LEAST(a, b) _mm_movemask_ps (_mm_cmpge_ps ((__m128) (a), (__m128) (b)))
#define IN_REGISTER(v) __asm__ volatile ("" : "+x" (v))

/* What _mm_maddubs_epi16 does, which came later. */
static inline __m128i
multiply_quads (__m128i a, __m128i b)
{
  __m128i even = _mm_mullo_epi16 (_mm_and_si128 (a, _mm_set1_epi16 (0xff)), _mm_srai_epi16 (_mm_slli_epi16 (b, 8), 8));
  __m128i odd = _mm_mullo_epi16 (_mm_srli_epi16 (a, 8), _mm_srai_epi16 (b, 8));

  return _mm_add_epi16 (even, odd);
}

static gboolean
always (void)
{
  return TRUE;   /* every x86-64 has it */
}

#include "wh-cpu-template.h"
