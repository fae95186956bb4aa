/* wh-demo-chemistry.h: made-up profiles that follow published distributions.
 *
 * Dominant-terpene shares of Smith et al. 2022 (PLOS ONE e0267498): myrcene 38.0, caryophyllene 25.6, limonene 18.6,
 * terpinolene 10.0, alpha-pinene 2.8, ocimene 1.0, other 2.2 %; about 96 % THC-dominant; total terpenes about 1.7 %;
 * a large part of the cells censored. */
#pragma once

#include "base/wh-random.h"
#include "core/wh-measure.h"

G_BEGIN_DECLS

#define WH_DEMO_TERPENES 20

/* What all batches of a strain have in common. */
typedef struct {
  double terpenes[WH_DEMO_TERPENES];   /* shares, sum 1 */
  double total_terpenes;               /* % w/w */
  double thc, cbd;                     /* total, % w/w */
} WhDemoProfile;

/* `leader`: key of the leading terpene, NULL: drawn from the shares. `cbd_rich`: force a CBD-dominant profile. */
void     wh_demo_profile_draw (WhRng *rng, const char *leader, gboolean cbd_rich, WhDemoProfile *out_profile);
/* One batch as one lab measures it; `lab` chooses its panel and limits. */
WhPanel *wh_demo_panel_draw   (WhRng *rng, const WhDemoProfile *profile, guint lab);

G_END_DECLS
