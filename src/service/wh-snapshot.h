/* wh-snapshot.h: the inside of a snapshot, for the rooms' files that build, search and show it.
 *
 * Strains are numbered by popularity (unknown last), then name, then id: walking upwards is walking the best known first. */
#pragma once

#include "wh-catalogue.h"
#include "wh-facet-sets.h"
#include "wh-shelves.h"
#include "wh-search-index.h"

G_BEGIN_DECLS

/* Sums that stand beside the analytes in the amounts of a strain. */
typedef enum {
  WH_SUM_THC,
  WH_SUM_CBD,
  WH_SUM_THCV,
  WH_SUM_CBG,
  WH_SUM_TERPENES,
  WH_SUM_CANNABINOIDS,
  WH_N_SUMS
} WhSum;

#define WH_FACT_UNIT 1e6   /* of a mg/g */

/* A median in millionths of a mg/g: exact for every decimal that labs write, a third of the size of doubles. */
typedef struct {
  guint16 analyte;      /* WhAnalyteIndex, or wh_analyte_count () + WhSum */
  guint16 n;
  guint32 estimate, low, high;
} WhFact;

/* The same median again, by analyte: a bound on one analyte walks one list. */
typedef struct {
  guint32 strain : 31;
  guint32 below : 1;    /* tested, and nothing found above the limits (wh_chemistry_is_below) */
  guint32 estimate;
} WhReading;

/* Strains sorted by a value; those without it come after `n_known`. */
typedef struct {
  guint32 *strains;
  double  *values;      /* of the first n_known; NULL for names */
  guint    n_known;
} WhOrder;

/* A strain in which a terpene leads, and how much of all its terpenes it is. */
typedef struct {
  guint32 strain;
  float   share;
} WhLeader;

struct _WhSnapshot {
  gatomicrefcount ref_count;
  gint64         revision;
  char          *head;          /* of the audit trail at that revision; NULL: of no store */
  guint          n;
  WhCard        *cards;
  gboolean       has_demonstration;
  GStringChunk  *text;
  GPtrArray     *alias_lists;   /* owns the arrays that cards point to */
  guint32       *by_id;
  guint32       *by_slug;
  WhOrder        orders[WH_SORT_PRICE + 1];
  guint32       *facts_first;   /* n + 1: where the facts of each strain begin */
  WhFact        *facts;         /* per strain ascending by analyte */
  guint32       *readings_first;   /* per analyte, then per sum, and the end */
  WhReading     *readings;         /* per analyte ascending by strain */
  GArray       **leaders;       /* per analyte of WhLeader, largest share first; NULL when there are none */
  GPtrArray     *states;        /* folded names of states; the position is the bit in sold_in */
  guint64       *sold_in;       /* per strain */
  WhSearchIndex *index;
  WhBits        *reported;      /* strains of which people reported flavours */
  WhShelves     *shelves;
  WhFacetSets   *facets;
};

/* An empty snapshot of `n` strains, to be filled by the builder. */
WhSnapshot *wh_snapshot_new    (guint n);
/* Sorts what is sorted and builds the index, after cards, facts and states are there. `flavours`: n texts, may hold NULL. */
void        wh_snapshot_finish (WhSnapshot *snapshot, const char *const *flavours);
/* Reads the whole store once, row by row. */
WhSnapshot *wh_snapshot_build  (WhReader *reader, GError **error);
/* Which lab results speak for a strain: those of the least tier that have amounts. Flower (kind 0) before what nobody named (1) before
 * other products (2), as received before dry. */
guint       wh_snapshot_kind   (const char *product_type);
guint       wh_snapshot_tier   (guint kind, const WhLabResult *result);
WhAmount    wh_snapshot_sum    (const WhSnapshot *snapshot, guint index, WhSum sum);
/* Whether the terpene at this place of the card is much of all its terpenes. */
gboolean    wh_snapshot_leads  (const WhSnapshot *snapshot, guint index, guint place);
const WhCard *wh_snapshot_find_slug (const WhSnapshot *snapshot, const char *slug);
/* The value that `sort` sorts by; NAN when unknown. Not for names. */
double      wh_snapshot_value  (const WhCard *card, WhSort sort);
/* The bit of a state in sold_in, 0 when no shop is there. */
guint64     wh_snapshot_state_bit (const WhSnapshot *snapshot, const char *state);

G_END_DECLS
