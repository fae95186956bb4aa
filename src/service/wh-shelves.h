/* wh-shelves.h: what the shops have, a shelf for each strain (or listing), small: a million products are eight megabytes. Inside the
 * room. */
#pragma once

#include "core/wh-nouns.h"
#include "wh-bits.h"

G_BEGIN_DECLS

#define WH_SHELF_PRICE 1e4              /* of a dollar */
#define WH_SHELF_NO_PRICE G_MAXUINT32
#define WH_SHELF_NO_BRAND 0xfffffu
#define WH_SHELF_NO_STATE 63u            /* so there are at most 63 states */
#define WH_SHELF_NO_CATEGORY 0xfu

typedef struct {
  guint32 price;            /* hundredths of a cent; of strains per gram */
  guint32 brand : 20;       /* position in brands */
  guint32 state : 6;        /* bit in WhSnapshot.sold_in */
  guint32 category : 4;     /* place in wh-category.h */
  guint32 in_stock : 1;
} WhShelfItem;

typedef struct {
  GStringChunk *text;
  GPtrArray    *brands;     /* folded names; they end with `text` */
  GHashTable   *numbers;    /* folded name -> position + 1, until finished */
  GArray       *pending;    /* until finished */
  guint32      *first;      /* n + 1: where each shelf begins */
  WhShelfItem  *items;      /* of a shelf by tier, then price; in each tier those without a price come last */
} WhShelves;

WhShelves *wh_shelves_new    (void);
void       wh_shelves_free   (WhShelves *shelves);
/* `state`: WH_SHELF_NO_STATE when the shop has none. `price`: in dollars; NAN unknown. */
void       wh_shelves_add    (WhShelves *shelves, guint place, guint state, const WhProduct *product, double price);
/* Groups them by place, for `n` places; what was added at a place is found at places[place] (NULL: where it was). */
void       wh_shelves_finish (WhShelves *shelves, guint n, const guint32 *places);
/* The brands that have a word beginning with the folded `words`, as a set of brands. Caller frees. */
WhBits    *wh_shelves_brands (const WhShelves *shelves, const char *words);
/* Flower in stock, other things in stock, flower, other things: what a shelf costs is the lowest price of the first that has one. */
guint      wh_shelf_tier     (const WhShelfItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhShelves, wh_shelves_free)

G_END_DECLS
