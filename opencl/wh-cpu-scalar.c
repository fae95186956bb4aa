/* The reference: one number at a time. */
#include "wh-cpu-private.h"

#define PATH_NAME "cpu-scalar"
#define PATH_SYMBOL wh_cpu_scalar
#define PATH_USABLE always
#define LANES 1
#define TILE 2
#define MULTIPLY_QUADS(s, a, b) ((Vi) ((Vs) (s) + multiply_quads ((guint32) (a)[0], (b)[0])))
#define SUM_HALVES(s) sum_halves ((Vs) (s))
#define AT_LEAST(a, b) ((a)[0] >= (b)[0])
#define IN_REGISTER(v) ((void) 0)

typedef guint16 Halves __attribute__ ((vector_size (4)));
typedef gint32 Whole __attribute__ ((vector_size (4)));

static inline Halves
multiply_quads (guint32 a, gint32 b)
{
  Halves halves;

  for (int half = 0; half < 2; half++)
    halves[half] = (guint16) ((gint32) (a >> half * 16 & 0xff) * (gint8) (b >> half * 16)
                              + (gint32) (a >> (half * 16 + 8) & 0xff) * (gint8) (b >> (half * 16 + 8)));
  return halves;
}

static inline Whole
sum_halves (Halves halves)
{
  return (Whole) { (gint16) halves[0] + (gint16) halves[1] };
}

static gboolean
always (void)
{
  return TRUE;
}

#include "wh-cpu-template.h"
