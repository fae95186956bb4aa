#include "base/wh-random.h"
#include "support/wh-test.h"

#include <math.h>

#define N 200000

static void
test_kernel (void)
{
  guint8 bytes[4096];
  guint ones = 0;

  wh_random_bytes (bytes, sizeof bytes);
  for (guint i = 0; i < sizeof bytes; i++)
    ones += (guint) __builtin_popcount (bytes[i]);
  /* Half of 32,768 bits, give or take eight standard deviations. */
  g_assert_cmpuint (ones, >, 16384 - 724);
  g_assert_cmpuint (ones, <, 16384 + 724);
}

/* The first outputs of xoshiro256** from the state 1, 2, 3, 4, worked out by hand from its definition. */
static void
test_sequence (void)
{
  WhRng rng = { { 1, 2, 3, 4 } };

  g_assert_cmpuint (wh_rng_next (&rng), ==, 11520);
  g_assert_cmpuint (wh_rng_next (&rng), ==, 0);
  g_assert_cmpuint (wh_rng_next (&rng), ==, 1509978240);
}

static void
test_seed (void)
{
  WhRng one, same, other;

  wh_rng_init (&one, 7);
  wh_rng_init (&same, 7);
  wh_rng_init (&other, 8);
  for (guint i = 0; i < 100; i++)
    {
      guint64 value = wh_rng_next (&one);

      g_assert_cmpuint (value, ==, wh_rng_next (&same));
      g_assert_cmpuint (value, !=, wh_rng_next (&other));
    }
}

static void
test_below (void)
{
  guint counts[7] = { 0 };
  WhRng rng;

  wh_rng_init (&rng, 3);
  for (guint i = 0; i < N; i++)
    {
      guint32 value = wh_rng_below (&rng, G_N_ELEMENTS (counts));

      g_assert_cmpuint (value, <, G_N_ELEMENTS (counts));
      counts[value]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpfloat_with_epsilon (counts[i] / (double) N, 1.0 / G_N_ELEMENTS (counts), 0.005);
  g_assert_cmpuint (wh_rng_below (&rng, 1), ==, 0);
}

typedef double (*Draw) (WhRng *rng, double parameter);

static void
assert_moments (Draw draw, double parameter, double mean, double variance)
{
  double sum = 0, squares = 0;
  WhRng rng;

  wh_rng_init (&rng, 11);
  for (guint i = 0; i < N; i++)
    {
      double value = draw (&rng, parameter);

      sum += value;
      squares += value * value;
    }
  g_assert_cmpfloat_with_epsilon (sum / N, mean, 0.02 * sqrt (variance));
  g_assert_cmpfloat_with_epsilon (squares / N - (sum / N) * (sum / N), variance, 0.04 * variance);
}

static double
draw_uniform (WhRng *rng, double parameter)
{
  double value = wh_rng_uniform (rng);

  g_assert_true (value >= 0 && value < 1);
  return value;
}

static double
draw_normal (WhRng *rng, double mean)
{
  return wh_rng_normal (rng, mean, 3);
}

static double
draw_gamma (WhRng *rng, double shape)
{
  double value = wh_rng_gamma (rng, shape);

  g_assert_true (value >= 0 && isfinite (value));
  return value;
}

static void
test_distributions (void)
{
  static const double shapes[] = { 0.3, 1, 2.5, 40 };

  assert_moments (draw_uniform, 0, 0.5, 1.0 / 12);
  assert_moments (draw_normal, 5, 5, 9);
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    assert_moments (draw_gamma, shapes[i], shapes[i], shapes[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/random/kernel", test_kernel);
  g_test_add_func ("/base/random/sequence", test_sequence);
  g_test_add_func ("/base/random/seed", test_seed);
  g_test_add_func ("/base/random/below", test_below);
  g_test_add_func ("/base/random/distributions", test_distributions);
  return g_test_run ();
}
