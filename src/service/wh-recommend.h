/* wh-recommend.h: which strains fit what somebody likes and wishes, why, and what else would lead.
 *
 * The score of a strain is the mean, 0..1, of what people say and how far each wish is met:
 *
 *   people    popularity of the catalogue, at a quarter of a wish's weight; or, with people's lists (wh-taste.h; the reviews of the
 *             store) and something liked, their score over the highest of all, at a whole weight
 *             Feedback on recommendations moves it by up to a half (wh-opinions.h)
 *   like      the larger of: flavours in common, |A and B| / sqrt (|A| |B|); 1 - Hellinger distance of the terpenes / 0.4.
 *             With people's lists all likes together weigh WH_TASTE_LIKENESS over their highest score, as it was measured
 *   dislike   1 - flavours in common
 *   flavour   1 where people reported it, 0.5 where the leading terpene smells of it
 *   terpene   1, 2/3, 1/3 for the first, second and third of the strain
 *   THC, CBD  1 where the total, % w/w, may lie in the range
 *
 * What nobody tested or reported meets a wish as far as the average of the strains where it is known. Stock, price, state and kind
 * of product are no wishes but conditions. Equal scores stand by popularity, then by id. Nothing here speaks of effects. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"
#include "wh-taste.h"

G_BEGIN_DECLS

#define WH_WISHES_MOST 32
#define WH_RECOMMEND_LIMIT 10
#define WH_RECOMMEND_MOST 100

typedef enum {
  WH_WISH_LIKE,
  WH_WISH_DISLIKE,
  WH_WISH_FLAVOUR,
  WH_WISH_TERPENE,
  WH_WISH_THC,
  WH_WISH_CBD,
} WhWishKind;

typedef struct {
  WhWishKind       kind;
  guint32          strain;      /* LIKE, DISLIKE: number in the snapshot */
  char            *word;        /* FLAVOUR, as typed; else NULL */
  const WhAnalyte *terpene;     /* TERPENE */
  double           low, high;   /* THC, CBD: % w/w, high may be INFINITY */
} WhWish;

typedef struct {
  GArray  *wishes;      /* of WhWish */
  gboolean in_stock;    /* only that */
  double   max_price;   /* dollars a gram; NAN: any */
  char    *state;       /* sold there; NULL: anywhere */
  guint    sold_as;     /* in stock in one of these categories (wh_category_bit); 0: any */
  guint    limit;
} WhPreferences;

typedef struct {
  const WhCard *card;
  double        score;            /* 0..1 */
  char        **reasons;          /* in words, translated */
  guint         n_dispensaries;   /* that have it in stock */
  double        average_price;    /* dollars a gram of what is in stock; NAN unknown */
  guint         n_stale;          /* prices in it that are older than their limit */
} WhRecommendation;

/* What one change would bring to the top. */
typedef struct {
  const WhCard *card;
  const char   *change;   /* "in_stock", "price", "wish" */
  char         *words;    /* translated */
} WhCounterfactual;

typedef struct {
  WhSnapshot *snapshot;
  WhId        id;                /* of the same question to the same catalogue */
  GArray     *recommendations;   /* of WhRecommendation, best first */
  GArray     *counterfactuals;   /* of WhCounterfactual */
} WhRecommendations;

WhPreferences     *wh_preferences_new         (void);
void               wh_preferences_free        (WhPreferences *preferences);
/* All of these: WH_ERROR_INVALID in words for the one who asked, also for more than WH_WISHES_MOST. `strain` is a number in the
 * snapshot that is asked later. */
gboolean           wh_preferences_add_strain  (WhPreferences *preferences, WhWishKind kind, guint strain, GError **error);
gboolean           wh_preferences_add_flavour (WhPreferences *preferences, const char *word, GError **error);
gboolean           wh_preferences_add_terpene (WhPreferences *preferences, const char *name, GError **error);
/* "low" (under 10 % THC, 1 % CBD), "medium" (to 20 and 5 %) or "high". */
gboolean           wh_preferences_add_level   (WhPreferences *preferences, WhWishKind kind, const char *level, GError **error);
gboolean           wh_preferences_add_range   (WhPreferences *preferences, WhWishKind kind, double low, double high, GError **error);
/* smoking, vaping, edibles, tinctures, topicals: sets sold_as. */
gboolean           wh_preferences_set_method  (WhPreferences *preferences, const char *method, GError **error);

/* People's lists over the strains of a snapshot; errors of wh_taste_read. */
WhTaste           *wh_recommend_read_taste    (const WhSnapshot *snapshot, const char *path, GError **error);
/* Among the strains of `snapshot`, with which the preferences and `taste` (NULL: the reviews of the store) were made. */
WhRecommendations *wh_analyst_recommend       (WhAnalyst *analyst, const WhPrincipal *principal, WhSnapshot *snapshot,
                                               const WhPreferences *preferences, const WhTaste *taste, GError **error);
void               wh_recommendations_free    (WhRecommendations *recommendations);
/* {recommendation_id, recommendations:[{strain_id, name, type, match_score, match_reasons, availability{dispensaries_count,
 * avg_price, unit, stale_prices, in_stock}, strain, demonstration}], counterfactuals:[{strain_id, name, change, words}],
 * not_supported{fields, reason}}; `refused`: names of fields that were sent and cannot be answered, NULL-terminated; NULL: no member
 * not_supported. */
void               wh_present_recommendations (WhJsonWriter *writer, const WhRecommendations *recommendations, const char *const *refused);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPreferences, wh_preferences_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhRecommendations, wh_recommendations_free)

G_END_DECLS
