#include "base/wh-random.h"

#include <errno.h>
#include <math.h>
#include <sys/random.h>

void
wh_random_bytes (void *buffer, gsize length)
{
  guint8 *rest = buffer;

  while (length > 0)
    {
      ssize_t got = getrandom (rest, length, 0);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        g_error ("the kernel gives no random bytes: %s", g_strerror (errno));
      rest += got;
      length -= (gsize) got;
    }
}

/* splitmix64: any seed, also 0, gives a good state. */
void
wh_rng_init (WhRng *rng, guint64 seed)
{
  for (guint i = 0; i < G_N_ELEMENTS (rng->state); i++)
    {
      guint64 mix = (seed += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

      mix = (mix ^ (mix >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
      mix = (mix ^ (mix >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
      rng->state[i] = mix ^ (mix >> 31);
    }
}

static guint64
rotate_left (guint64 value, guint by)
{
  return value << by | value >> (64 - by);
}

guint64
wh_rng_next (WhRng *rng)
{
  guint64 *state = rng->state;
  guint64 result = rotate_left (state[1] * 5, 7) * 9;
  guint64 shifted = state[1] << 17;

  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= shifted;
  state[3] = rotate_left (state[3], 45);
  return result;
}

double
wh_rng_uniform (WhRng *rng)
{
  return (double) (wh_rng_next (rng) >> 11) * 0x1.0p-53;
}

/* Lemire's multiplication; the few values that would favour small results are drawn again. */
guint32
wh_rng_below (WhRng *rng, guint32 bound)
{
  guint32 unfair;
  guint64 product;

  g_return_val_if_fail (bound > 0, 0);
  unfair = -bound % bound;
  do
    product = (wh_rng_next (rng) >> 32) * bound;
  while ((guint32) product < unfair);
  return (guint32) (product >> 32);
}

/* Marsaglia's polar method; the second value is thrown away so that the state is all there is. */
double
wh_rng_normal (WhRng *rng, double mean, double sd)
{
  double x, y, square;

  do
    {
      x = 2 * wh_rng_uniform (rng) - 1;
      y = 2 * wh_rng_uniform (rng) - 1;
      square = x * x + y * y;
    }
  while (square >= 1 || square == 0);
  return mean + sd * x * sqrt (-2 * log (square) / square);
}

/* Marsaglia and Tsang 2000. */
double
wh_rng_gamma (WhRng *rng, double shape)
{
  double d, c;

  g_return_val_if_fail (shape > 0, 0);
  if (shape < 1)
    return wh_rng_gamma (rng, shape + 1) * pow (1 - wh_rng_uniform (rng), 1 / shape);

  d = shape - 1.0 / 3;
  c = 1 / sqrt (9 * d);
  for (;;)
    {
      double x = wh_rng_normal (rng, 0, 1);
      double root = 1 + c * x;
      double v = root * root * root;

      if (root > 0 && log (1 - wh_rng_uniform (rng)) < x * x / 2 + d - d * v + d * log (v))
        return d * v;
    }
}
