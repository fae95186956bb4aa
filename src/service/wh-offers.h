/* wh-offers.h: what the shops have of each strain, small: a million products are eight megabytes. Inside the room. */
#pragma once

#include "core/wh-nouns.h"
#include "wh-bits.h"

G_BEGIN_DECLS

#define WH_OFFER_PRICE 1e4              /* of a dollar */
#define WH_OFFER_NO_PRICE G_MAXUINT32
#define WH_OFFER_NO_BRAND 0xfffffu
#define WH_OFFER_NO_STATE 0x7fu
#define WH_OFFER_NO_CATEGORY 0xfu

typedef struct {
  guint32 price;            /* per gram, in hundredths of a cent */
  guint32 brand : 20;       /* position in brands */
  guint32 state : 7;        /* bit in WhSnapshot.sold_in */
  guint32 category : 4;     /* place in wh-category.h */
  guint32 in_stock : 1;
} WhOffer;

typedef struct {
  GStringChunk *text;
  GPtrArray    *brands;     /* folded names; they end with `text` */
  GHashTable   *numbers;    /* folded name -> position + 1, until finished */
  GArray       *pending;    /* until finished */
  guint32      *first;      /* n + 1: where the offers of each strain begin */
  WhOffer      *offers;
} WhOffers;

WhOffers *wh_offers_new    (void);
void      wh_offers_free   (WhOffers *offers);
/* `state`: WH_OFFER_NO_STATE when the shop has none. */
void      wh_offers_add    (WhOffers *offers, guint strain, guint state, const WhProduct *product);
/* Groups them by strain, for `n` strains. */
void      wh_offers_finish (WhOffers *offers, guint n);
/* The brands that have a word beginning with the folded `words`, as a set of brands. Caller frees. */
WhBits   *wh_offers_brands (const WhOffers *offers, const char *words);
/* Flower in stock, other things in stock, flower, other things: what a strain costs is the lowest price of the first that has one. */
#define WH_OFFER_TIERS 4
guint     wh_offer_tier    (const WhOffer *offer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhOffers, wh_offers_free)

G_END_DECLS
