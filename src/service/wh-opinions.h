/* wh-opinions.h: what people reported about strains, and what became of offers made here, as far as it ranks strains.
 *
 * Read once for a snapshot, and feedback again when there is more of it.
 * Nobody is known by it: reviewers are pseudonyms, feedback belongs to nobody. */
#pragma once

#include "wh-snapshot.h"
#include "wh-taste.h"

G_BEGIN_DECLS

/* Fewer people with two strains or more than this say too little to rank by. */
#define WH_OPINIONS_WITNESSES 50
/* Reviews under this rating do not say that the strain was liked; reviews without one count. */
#define WH_OPINIONS_LIKED 3.0

typedef struct {
  guint32 accepted, rejected;
} WhTally;

typedef struct _WhOpinions WhOpinions;

struct _WhOpinions {
  gatomicrefcount ref_count;
  WhSnapshot *snapshot;
  WhTaste    *taste;      /* NULL: too few people reported */
  WhTally    *tallies;    /* per strain: recommendations of it */
  double      share;      /* of all recommendations that were accepted; NAN without any */
  gint64      revision;   /* of the store when it was read */
  WhOpinions *origin;     /* whose taste this is; NULL: its own */
};

/* Needs READ_CATALOGUE. `older` (may be NULL): those of before; of the same snapshot, their reviews are not read again. */
WhOpinions *wh_opinions_new    (WhSnapshot *snapshot, WhStore *store, const WhPrincipal *principal, WhOpinions *older, GError **error);
/* Whether feedback came after *since, which is moved on where none did: it changes no snapshot. TRUE when that cannot be found out. */
gboolean    wh_opinions_have_grown (WhStore *store, const WhPrincipal *principal, gint64 *since);
WhOpinions *wh_opinions_ref    (WhOpinions *opinions);
void        wh_opinions_unref  (WhOpinions *opinions);
/* What the tally of a strain is worth, 0.5..1.5: its share accepted over that of all, drawn towards 1 as ten offers of the average
 * would. 1 without offers. */
double      wh_opinions_factor (const WhOpinions *opinions, guint strain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOpinions, wh_opinions_unref)

G_END_DECLS
