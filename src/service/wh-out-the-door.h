/* wh-out-the-door.h: what a buyer pays at the counter: shelf price, discount, taxes line by line, each with the text it follows.
 *
 * All in whole cents. The discount comes off the shelf price of all packages together, before tax, rounded half a cent up. A tax in
 * percent is levied on the price after discount and on the taxes its rule names; each line is rounded for itself, as its rule says.
 * Every tax that a state is expected to have a rule on is asked for: what no rule answers makes the sum "at least so much", never a
 * number that looks final. A price that has its taxes in it already gets none added; of a price of which nobody says whether it has,
 * both ends are told. */
#pragma once

#include "wh-pricing.h"
#include "wh-rules.h"

G_BEGIN_DECLS

#define WH_DOOR_MOST_PACKAGES 1000
#define WH_DOOR_MOST_CENTS 100000000   /* of a whole purchase */

typedef enum {
  WH_TAX_BASIS_UNKNOWN,
  WH_TAX_BASIS_INCLUDED,
  WH_TAX_BASIS_EXCLUDED,
} WhTaxBasis;

typedef struct {
  gint64 percent;   /* millionths; 0: none */
  gint64 cents;     /* off the whole purchase; 0: none */
} WhDiscount;

typedef struct {
  gint64      shelf_cents;    /* of one package */
  guint       quantity;       /* packages, 1 to WH_DOOR_MOST_PACKAGES */
  WhTaxBasis  tax_basis;
  WhDiscount  discount;
  const WhJurisdiction *place;
  const char *category;       /* may be NULL */
  WhBuyer     buyer;          /* adult or medical */
  double      grams;          /* of one package; NAN: not known */
  double      thc_mg;         /* of one package by its label; NAN: not known */
  double      thc_percent;    /* by the label; NAN: not known */
  gint64      moment;         /* of the purchase */
} WhDoorQuestion;

typedef enum {
  WH_DOOR_KNOWN,
  WH_DOOR_AT_LEAST,   /* levied on a tax that is not known */
  WH_DOOR_NOT_KNOWN,  /* amount_cents is 0 and means nothing */
} WhDoorCertainty;

typedef struct {
  const WhRuleSubject *subject;
  WhRuleAnswer    answer;
  WhDoorCertainty certainty;
  gint64          base_cents;     /* what it is levied on, as far as known; WH_INTEGER_UNSET for taxes not in percent */
  gint64          amount_cents;
  char           *why;            /* what is not known; NULL when all is. Translated */
} WhDoorLine;

/* What is to be paid. */
typedef struct {
  gint64     list_cents;        /* shelf price of all packages */
  gint64     discount_cents;
  gint64     price_cents;       /* after discount, before what is added */
  WhTaxBasis tax_basis;
  GArray    *lines;             /* of WhDoorLine; none where the price has its taxes in it */
  gint64     least_cents;       /* what is paid at least */
  gint64     most_cents;        /* what is paid at most; WH_INTEGER_UNSET: nobody knows */
  gint64     total_cents;       /* where both are one; else WH_INTEGER_UNSET */
} WhDoor;

const char *wh_tax_basis_key    (WhTaxBasis basis);              /* "included", "excluded", "unknown" */
WhTaxBasis  wh_tax_basis_parse  (const char *text);              /* NULL or anything else: unknown */
/* "10%" or "5.00" (dollars). FALSE for anything else, and for more than 100 %. */
gboolean    wh_discount_parse   (const char *text, WhDiscount *out_discount);

/* WH_ERROR_INVALID for a discount larger than the price, a price or quantity out of bounds. The lines point into `rules`, which must
 * live as long. */
WhDoor     *wh_door_compute     (const WhRules *rules, const WhDoorQuestion *question, GError **error);
void        wh_door_free        (WhDoor *door);

/* -- of products of the catalogue -------------------------------------------------------------------------------- */

typedef struct {
  const char *jurisdiction;     /* as typed; NULL: where the shop is */
  const char *discount;         /* as typed; NULL: none */
  guint       quantity;
  WhBuyer     buyer;
} WhDoorWish;

#define WH_DOOR_WISH_INIT { .quantity = 1, .buyer = WH_BUYER_ADULT }

typedef struct {
  WhProduct     *product;
  WhDispensary  *shop;
  WhJurisdiction place;
  WhBuyer        buyer;
  guint          quantity;
  gint64         observed_at;   /* of the price; WH_TIME_UNSET: not known */
  gint64         moment;
  WhDoor        *door;
  char         **refused;       /* of rule packs that are not used: what is wrong; NULL: none */
} WhDoorProduct;

/* The newest price seen, held against the rules of today. WH_ERROR_NOT_FOUND for an unknown product, WH_ERROR_INVALID for one without a
 * price or in another currency, a jurisdiction or a discount that cannot be read, a shop whose state nobody knows. `rules` must live as
 * long. */
WhDoorProduct *wh_door_of_product    (WhStore *store, const WhPrincipal *principal, const WhRules *rules, const WhId *product_id,
                                      const WhDoorWish *wish, GError **error);
void           wh_door_product_free  (WhDoorProduct *product);
/* Whether a wish can be read at all; WH_ERROR_INVALID. */
gboolean       wh_door_wish_check    (const WhDoorWish *wish, GError **error);

/* -- beside the offers of a comparison --------------------------------------------------------------------------- */

typedef struct {
  WhDoorProduct *product;   /* NULL: cannot be computed */
  char          *why;       /* then why; translated */
} WhOfferDoor;

/* Of the offers from `offset`, at most `limit` (0: all), of the best and of the closest; the order stays that of the shelf prices.
 * `rules` must live as long. */
gboolean           wh_price_comparison_add_doors (WhPriceComparison *comparison, WhStore *store, const WhPrincipal *principal,
                                                  const WhRules *rules, const WhDoorWish *wish, guint offset, guint limit, GError **error);
/* NULL where nobody asked. */
const WhOfferDoor *wh_price_comparison_door      (const WhPriceComparison *comparison, const WhOffer *offer);

/* -- in words and as JSON ---------------------------------------------------------------------------------------- */

/* "48.74", "at least 45.00", "45.00 to 48.74"; caller frees. */
char *wh_door_amount_words (const WhDoor *door);
/* Sentences: what the sum leaves open and why. Translated; caller frees. */
char *wh_door_words        (const WhDoor *door, const char *currency, gint64 now);
/* Members of an open object: tax_basis, list_price, discount, price, taxes[{subject, title, certainty, rate, base, amount, why, rule}],
 * total, at_least, at_most, words. */
void  wh_present_door      (WhJsonWriter *writer, const WhDoor *door, const char *currency, gint64 now);
/* {jurisdiction, total, at_least, at_most, words} */
void  wh_present_offer_door   (WhJsonWriter *writer, const WhOfferDoor *door);
/* {product{}, dispensary{}, jurisdiction, buyer, quantity, shelf_price, currency, observed_at, stale, …, refused_rules[],
 *  demonstration} */
void  wh_present_door_product (WhJsonWriter *writer, const WhDoorProduct *product);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhDoor, wh_door_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhDoorProduct, wh_door_product_free)

G_END_DECLS
