/* The reference: one number at a time. */
#include "wh-cpu-private.h"

#define PATH_NAME "cpu-scalar"
#define PATH_SYMBOL wh_cpu_scalar
#define PATH_USABLE always
#define LANES 1
#define TILE 2
#define MULTIPLY_PAIRS(s, a, b) \
  ((s) + (gint32) (gint16) (a)[0] * (gint16) (b)[0] + (gint32) (gint16) ((a)[0] >> 16) * (gint16) ((b)[0] >> 16))
#define ANY_ABOVE(a, b) ((a)[0] > (b)[0])

static gboolean
always (void)
{
  return TRUE;
}

#include "wh-cpu-template.h"
