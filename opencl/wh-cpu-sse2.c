#include <emmintrin.h>

#include "wh-cpu-private.h"

#define PATH_NAME "cpu-sse2"
#define PATH_SYMBOL wh_cpu_sse2
#define PATH_USABLE always
#define LANES 4
#define TILE 3
#define MULTIPLY_PAIRS(s, a, b) ((Vi) _mm_add_epi32 ((__m128i) (s), _mm_madd_epi16 ((__m128i) (a), (__m128i) (b))))
#define ANY_ABOVE(a, b) (_mm_movemask_epi8 (_mm_cmpgt_epi32 ((__m128i) (a), (__m128i) (b))) != 0)

static gboolean
always (void)
{
  return TRUE;   /* every x86-64 has it */
}

#include "wh-cpu-template.h"
