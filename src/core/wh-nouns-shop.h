/* wh-nouns-shop.h: the nouns that people in a shop make: what they decide, count, say, watch and ask.
 *
 * They stand in the same field tables as the catalogue's (wh-nouns.h). None holds who a customer is: authors are
 * staff, reviewers are pseudonyms, feedback and searches belong to nobody. */
#pragma once

#include "wh-nouns.h"

G_BEGIN_DECLS

/* Another name of a strain, as somebody decided it. A rejected one stays, so that it is not proposed again. */
typedef struct {
  WhEntity entity;
  WhId   strain_id;         /* required */
  char  *name;              /* required; as the source wrote it */
  char  *status;            /* accepted, rejected */
  double confidence;        /* 0..1 when it was proposed; NAN: decided without a proposal */
  char  *decided_by;
  gint64 decided_at;
} WhAlias;

/* A movement of stock: operations add up whatever order they arrive in, so two desktops never overwrite each other. */
typedef struct {
  WhEntity entity;
  WhId   product_id;        /* required */
  gint64 quantity;          /* required; packages: positive in, negative out */
  char  *reason;            /* delivery, sale, return, waste, count */
  gint64 moved_at;
  char  *moved_by;
} WhStock;

/* A discount for a time. One of percent_off and cents_off. */
typedef struct {
  WhEntity entity;
  WhId   dispensary_id;     /* none: all shops */
  WhId   product_id;        /* none: all that category and brand name */
  char  *name;              /* required */
  char  *description;
  char  *category;
  char  *brand;
  double percent_off;       /* 0..100 */
  gint64 cents_off;
  gint64 starts_at;
  gint64 ends_at;
} WhPromotion;

/* What somebody reported about a strain. */
typedef struct {
  WhEntity entity;
  WhId   strain_id;         /* required */
  WhId   product_id;
  double rating;            /* 1..5 */
  char  *text;
  char **effects;
  char **flavors;
  char  *reviewer;          /* a pseudonym that ties one person's reviews together */
  gint64 reviewed_at;
} WhReview;

/* A note of the staff on anything. */
typedef struct {
  WhEntity entity;
  char  *object_kind;       /* required; "strain", "product" … */
  WhId   object_id;         /* required */
  char  *text;              /* required */
  char  *author;
} WhNote;

typedef struct {
  WhEntity entity;
  char  *object_kind;       /* required */
  WhId   object_id;         /* required */
  char  *owner;
} WhFavorite;

/* A price somebody waits for: any product of the strain or the product itself at or under the limit. */
typedef struct {
  WhEntity entity;
  WhId   strain_id;         /* one of the two */
  WhId   product_id;
  WhId   dispensary_id;     /* none: any shop */
  char  *category;
  gint64 limit_cents;       /* required */
  char  *limit_unit;        /* gram, package */
  char  *owner;
} WhWatch;

/* What became of an offer; teaches the ranking. */
typedef struct {
  WhEntity entity;
  char  *about;             /* required; substitute, recommendation */
  char  *offer_id;          /* the reply it answers */
  char  *subject_kind;      /* what was asked for */
  WhId   subject_id;
  char  *offered_kind;      /* required; what was offered */
  WhId   offered_id;        /* required */
  char  *outcome;           /* required; accepted, rejected */
  char  *reason;
  gint64 decided_at;
} WhFeedback;

/* How often a thing was looked for on one day, without who or when exactly. */
typedef struct {
  WhEntity entity;
  gint64 day;               /* required; date */
  char  *term;              /* required; folded */
  gint64 searches;
  gint64 empty;             /* of them without a result */
} WhSearchDay;

WhAlias     *wh_alias_new      (WhId id);
WhStock     *wh_stock_new      (WhId id);
WhPromotion *wh_promotion_new  (WhId id);
WhReview    *wh_review_new     (WhId id);
WhNote      *wh_note_new       (WhId id);
WhFavorite  *wh_favorite_new   (WhId id);
WhWatch     *wh_watch_new      (WhId id);
WhFeedback  *wh_feedback_new   (WhId id);
WhSearchDay *wh_search_day_new (WhId id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhAlias, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhStock, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPromotion, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhReview, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhNote, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhFavorite, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhWatch, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhFeedback, wh_entity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSearchDay, wh_entity_unref)

G_END_DECLS
