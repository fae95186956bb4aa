#include "wh-backoff.h"

#include "wh-clock.h"

/* A pause is this share of its length at least; the rest is drawn, so that many do not come back at the same moment. */
#define LEAST_SHARE 0.5

void
wh_backoff_init (WhBackoff *backoff, gint64 least, gint64 most)
{
  guint64 seed;

  wh_random_bytes (&seed, sizeof seed);
  *backoff = (WhBackoff){ .least = least, .most = most };
  wh_rng_init (&backoff->rng, seed);
}

gboolean
wh_backoff_enter (WhBackoff *backoff, gboolean *out_trial)
{
  *out_trial = FALSE;
  if (backoff->failures == 0)
    return TRUE;
  if (backoff->trying || wh_clock_monotonic () < backoff->resume)
    return FALSE;
  backoff->trying = *out_trial = TRUE;
  return TRUE;
}

void
wh_backoff_succeeded (WhBackoff *backoff)
{
  backoff->failures = 0;
  backoff->trying = FALSE;
}

gint64
wh_backoff_pause (WhBackoff *backoff, guint failures)
{
  gint64 whole = backoff->least;

  for (guint i = 1; i < failures && whole < backoff->most; i++)
    whole *= 2;
  return (gint64) ((double) MIN (whole, backoff->most) * (LEAST_SHARE + (1 - LEAST_SHARE) * wh_rng_uniform (&backoff->rng)));
}

void
wh_backoff_failed (WhBackoff *backoff, gboolean trial)
{
  if (backoff->failures > 0 && !trial)
    return;
  backoff->failures++;
  backoff->trying = FALSE;
  backoff->resume = wh_clock_monotonic () + wh_backoff_pause (backoff, backoff->failures);
}

void
wh_backoff_leave (WhBackoff *backoff, gboolean trial)
{
  if (trial)
    backoff->trying = FALSE;
}
