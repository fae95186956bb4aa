/* wh-recommend-private.h: how far each strain meets each wish, and that in words. */
#pragma once

#include "wh-opinions.h"
#include "wh-profiles.h"
#include "wh-recommend.h"

G_BEGIN_DECLS

typedef struct {
  WhSnapshot          *snapshot;      /* borrowed, as are the next three */
  const WhPreferences *preferences;
  const WhTaste       *taste;         /* of the opinions unless another was given; NULL: nobody reported */
  WhOpinions          *opinions;
  guint                n, n_wishes;
  float               *strengths;     /* n_wishes x n, 0..1 */
  double              *weights;       /* of the wishes */
  double              *people;        /* per strain, 0..1 */
  double               people_weight;
  double              *sums;          /* per strain, of people and all wishes, weighted */
  double               total_weight;
  WhProfiles          *profiles;      /* of the snapshot; NULL: flavours alone say what is alike */
} WhWeighing;

/* `profiles` (may be NULL) are of `snapshot`; the weighing takes a reference. `taste` (may be NULL) comes before that of `opinions`. */
void   wh_weighing_init      (WhWeighing *weighing, WhSnapshot *snapshot, WhProfiles *profiles, const WhPreferences *preferences,
                              const WhTaste *taste, WhOpinions *opinions);
void   wh_weighing_clear     (WhWeighing *weighing);
/* The score with every wish but `without` (G_MAXUINT: with all). */
double wh_weighing_score     (const WhWeighing *weighing, guint strain, guint without);
/* Reasons for a strain, best first; caller frees the array. */
char **wh_weighing_reasons   (const WhWeighing *weighing, const WhCard *card);
/* "your wish for limonene", translated; caller frees. */
char  *wh_weighing_name_wish (const WhWeighing *weighing, guint wish);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WhWeighing, wh_weighing_clear)

G_END_DECLS
