/* wh-catalogue.h: searching, listing and showing strains.
 *
 * Names, aliases and facts live in an immutable snapshot in memory, built from the store; readers hold a reference,
 * nobody locks. The same code runs on the server and over a desktop's mirror. */
#pragma once

#include "core/wh-chemistry.h"
#include "core/wh-nouns-shop.h"
#include "core/wh-query.h"
#include "store/wh-store.h"
#include "wh-ledger.h"

G_BEGIN_DECLS

typedef struct _WhCatalogue WhCatalogue;
typedef struct _WhSnapshot  WhSnapshot;

#define WH_CARD_TERPENES 3

/* What a result row shows; a const view into the snapshot, valid while the snapshot is held. */
typedef struct {
  guint32      index;            /* position in the snapshot */
  WhId         id;
  const char  *name;
  const char  *slug;
  const char *const *aliases;    /* may be NULL */
  const char  *type;             /* label, may be NULL */
  const char  *flavours;         /* as people reported: "Lemon, Citrus"; may be NULL */
  double       popularity;       /* 0..1, NAN unknown */
  WhAmount     thc, cbd;         /* total, mg/g, median over batches */
  WhChemotype  chemotype;
  guint        n_terpenes;       /* of `terpenes` that are set */
  struct { WhAnalyteIndex analyte; double amount; } terpenes[WH_CARD_TERPENES];   /* leading, mg/g, descending */
  guint        n_batches;
  guint        n_in_stock;       /* products */
  guint        n_products;
  guint        sold_as;          /* categories in stock: wh_category_bit */
  double       price_per_gram;   /* lowest in stock, else lowest; NAN unknown */
  gint64       tested_at;        /* newest test; WH_TIME_UNSET */
  gint64       priced_at;        /* when price_per_gram was seen; without one, the newest price; WH_TIME_UNSET */
  gboolean     demonstration;
} WhCard;

/* What a search met in a strain. */
typedef enum {
  WH_MATCH_NAME,
  WH_MATCH_ALIAS,
  WH_MATCH_FLAVOUR,              /* people reported it */
  WH_MATCH_TERPENE,              /* measured: one of its leading terpenes */
  WH_MATCH_TYPE,                 /* the label on the package */
} WhMatch;

typedef struct {
  const WhCard *card;
  double        score;           /* 0..1, 1 is exact */
  char         *highlight;       /* the name with matching parts between U+2068 and U+2069; NULL without text */
  char         *matched;         /* the alias, flavour, terpene or type that matched when it was not the name, else NULL */
  WhMatch       matched_by;
  guint         n_in_stock;      /* of the products that meet the query's conditions: state, category, brand, stock */
  double        price_per_gram;  /* of those; NAN unknown */
} WhHit;

/* When a price of this card, or of the products that a hit means, was seen; WH_TIME_UNSET where only other prices are dated. */
gint64 wh_card_price_seen (const WhCard *card, double price);

typedef struct {
  WhSnapshot *snapshot;          /* holds the cards */
  GArray     *hits;              /* of WhHit: the page asked for */
  guint       total;             /* of all that match */
} WhHits;

WhCatalogue *wh_catalogue_new      (WhStore *store);
void         wh_catalogue_free     (WhCatalogue *catalogue);
/* Builds or renews the snapshot when the store has moved on. May take a second on 100,000 strains; any thread, one at a
 * time does the work. out_changed may be NULL. */
gboolean     wh_catalogue_refresh  (WhCatalogue *catalogue, const WhPrincipal *principal, gboolean *out_changed, GError **error);
/* Called by whoever refreshes, with a fresh snapshot that nobody sees yet: what is packed from it can be made ready meanwhile, while
 * the old one answers. One of a catalogue at a time. */
typedef void (*WhPrepareFunc) (WhSnapshot *fresh, const WhPrincipal *principal, gpointer user_data);
void         wh_catalogue_set_prepare (WhCatalogue *catalogue, WhPrepareFunc func, gpointer user_data);
/* Takes it away if it is still this one's; no call of it is running afterwards. */
void         wh_catalogue_drop_prepare (WhCatalogue *catalogue, gpointer user_data);
/* The current snapshot, never NULL (empty before the first refresh). Caller unrefs. */
WhSnapshot  *wh_catalogue_snapshot (WhCatalogue *catalogue);
/* The same with the revision up to which nothing that is in it has changed, at least the snapshot's own; -1 before the first refresh. */
WhSnapshot  *wh_catalogue_snapshot_until (WhCatalogue *catalogue, gint64 *out_revision);
/* The current snapshot's revision, and out_until as above. */
gint64       wh_catalogue_state    (WhCatalogue *catalogue, gint64 *out_until);
WhStore     *wh_catalogue_store    (WhCatalogue *catalogue);

WhSnapshot  *wh_snapshot_ref       (WhSnapshot *snapshot);
void         wh_snapshot_unref     (WhSnapshot *snapshot);
guint        wh_snapshot_length    (const WhSnapshot *snapshot);
gint64       wh_snapshot_revision  (const WhSnapshot *snapshot);
/* The audit trail's head at that revision; NULL before the first refresh. Two snapshots with the same one are of one history. */
const char  *wh_snapshot_head      (const WhSnapshot *snapshot);
gboolean     wh_snapshot_has_demonstration (const WhSnapshot *snapshot);
const WhCard *wh_snapshot_card     (const WhSnapshot *snapshot, guint index);
const WhCard *wh_snapshot_find     (const WhSnapshot *snapshot, const WhId *id);   /* NULL when absent */
/* Median amount (mg/g) of an analyte over the strain's batches that tested it. */
WhAmount     wh_snapshot_amount    (const WhSnapshot *snapshot, guint index, WhAnalyteIndex analyte);

/* Search and list in one: text, filters, sort, page. NULL on error (denied, query too long). */
WhHits      *wh_catalogue_search   (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query, GError **error);
void         wh_hits_free          (WhHits *hits);
const char  *wh_match_key          (WhMatch match);   /* "name", "alias", "flavour", "terpene", "type" */
/* What matched, and how it is known: "people reported Lemon", "measured: Limonene"; NULL when the name says it. Caller frees. */
char        *wh_hit_words          (const WhHit *hit);

/* A STRAIN argument: id, slug, name or alias. WH_ERROR_NOT_FOUND; WH_ERROR_AMBIGUOUS with out_candidates (may be NULL;
 * const WhCard*, the caller frees the array and holds the snapshot). */
const WhCard *wh_catalogue_resolve (WhSnapshot *snapshot, const char *argument, GPtrArray **out_candidates, GError **error);

/* Everything about one strain. Arrays own their entities. */
typedef struct {
  WhSnapshot *snapshot;
  const WhCard *card;
  gint64      revision;          /* of the store as these were read */
  WhStrain   *strain;
  GPtrArray  *batches;           /* WhBatch*, newest test first */
  GPtrArray  *results;           /* WhLabResult*, newest first */
  GPtrArray  *products;          /* WhProduct*, in stock and cheapest per gram first, at most 200 */
  GPtrArray  *dispensaries;      /* WhDispensary* of those products, same order, may hold NULL */
  WhRatings   ratings;           /* of its reviews */
  GPtrArray  *notes;             /* WhNote*, newest first; NULL for one who may not read them */
  WhFavorite *favorite;          /* the mark of the one who asks; NULL: none */
} WhStrainDetail;

WhStrainDetail *wh_catalogue_show   (WhCatalogue *catalogue, const WhPrincipal *principal, const WhId *id, GError **error);
void            wh_strain_detail_free (WhStrainDetail *detail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhCatalogue, wh_catalogue_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSnapshot, wh_snapshot_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhHits, wh_hits_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStrainDetail, wh_strain_detail_free)

G_END_DECLS
