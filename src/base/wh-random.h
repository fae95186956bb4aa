/* wh-random.h: randomness. Secrets come from the kernel; repeatable data from a seeded WhRng (xoshiro256**). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fills from getrandom(2); aborts the program if the kernel cannot, since no caller could go on safely. */
void    wh_random_bytes (void *buffer, gsize length);

typedef struct {
  guint64 state[4];
} WhRng;

void    wh_rng_init     (WhRng *rng, guint64 seed);
guint64 wh_rng_next     (WhRng *rng);
double  wh_rng_uniform  (WhRng *rng);                       /* [0, 1) */
guint32 wh_rng_below    (WhRng *rng, guint32 bound);        /* [0, bound), bound > 0 */
double  wh_rng_normal   (WhRng *rng, double mean, double sd);
double  wh_rng_gamma    (WhRng *rng, double shape);         /* scale 1, shape > 0 */

G_END_DECLS
