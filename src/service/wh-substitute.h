/* wh-substitute.h: what can be sold in place of a product, or of a strain, that is not there: in stock, nearest first, with reasons.
 *
 * Products of the same strain stand first. Within both groups the order is that of the score, the weighted mean of five parts, each
 * 0..1 and 1 for no difference:
 *
 *   chemistry  0.40  share of random pairs of strains that are farther apart in terpenes (wh-profiles.h); 1 - Hellinger distance
 *                    where the catalogue is too small for that. Compared are strains, each the median over its tests
 *   aroma      0.15  mean of what is known of two: leading terpenes in common, weighed 3, 2, 1 by their place; flavours that people
 *                    reported in common, |A and B| / sqrt (|A| |B|)
 *   format     0.15  half for the category (a quarter where subcategories are known to differ), half for the size: the smaller weight
 *                    of a package over the larger, or 1 where an equal amount is written on it
 *   strength   0.15  1 - difference of total THC in percentage points / 10, but not below 0: of the label, or of the strain's tests
 *                    where flower has no label; else the smaller over the larger of the milligrams of THC in the package
 *   price      0.15  1 where it is not dearer, 0 where it is twice as dear or more; per gram, or per package of equal amount
 *
 * What is not known counts as a random pair would: one half. A price older than its limit (core/wh-freshness.h) is marked and says
 * half as much. Equal scores stand by distance, then by id. Each article (strain, brand, package) is offered once, by its best shop.
 * Nothing here speaks of effects. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-closeness.h"
#include "wh-pricing.h"

G_BEGIN_DECLS

#define WH_SUBSTITUTE_LIMIT 5
#define WH_SUBSTITUTE_MOST 50
#define WH_SUBSTITUTE_UNKNOWN 0.5 /* what a part counts that nobody knows */
#define WH_SUBSTITUTE_ANY "any"   /* as a category */

/* One of product_id and strain_id. */
typedef struct {
  const WhId *product_id;
  const WhId *strain_id;
  const WhId *shop_id;     /* NULL: any shop */
  const char *category;    /* NULL: that of what was asked about; WH_SUBSTITUTE_ANY; or one of wh_pricing_categories */
  double      max_price;   /* units of currency a gram, or a package that is not weighed; NAN: any */
  guint       limit;
} WhSubstituteQuestion;

#define WH_SUBSTITUTE_QUESTION_INIT { .max_price = NAN, .limit = WH_SUBSTITUTE_LIMIT }

typedef enum {
  WH_PART_CHEMISTRY,
  WH_PART_AROMA,
  WH_PART_FORMAT,
  WH_PART_STRENGTH,
  WH_PART_PRICE,
  WH_N_PARTS
} WhSubstitutePart;

/* What is compared of either side. Of a strain that was asked about: its usual category, and the median of its prices a gram there. */
typedef struct {
  const WhPriceProduct *product;   /* NULL: a strain */
  const WhCard *card;              /* NULL: nobody knows which strain it is */
  const char *category;            /* one text for all that are equal, as are subcategory, currency and amount; NULL unknown */
  const char *subcategory, *currency, *amount;
  double      grams, price, per_gram;
  double      thc_percentage;      /* % w/w; NAN unknown */
  gboolean    thc_measured;        /* that of the strain's tests, not of a label */
  double      thc_mg;              /* of the package; NAN unknown */
  gint64      observed_at;         /* of the price */
  gboolean    stale;
} WhSubstituteSide;

typedef struct {
  WhSubstituteSide   side;
  const WhPriceShop *shop;
  gboolean same_strain;
  double   score;                  /* 0..1 */
  double   parts[WH_N_PARTS];
  guint    unknown;                /* bits of parts that count as one half, 1 << WhSubstitutePart */
  double   hellinger_distance;     /* NAN: none */
  double   thc_difference;         /* of this to what was asked about, percentage points; NAN unknown */
  double   thc_mg_difference;      /* NAN unknown, or the percentages are known */
  double   price_difference;       /* NAN unknown */
  gboolean per_gram;               /* that is per gram, else per package */
  double   weight_difference;      /* grams; NAN unknown */
  guint    n_shops;                /* that have this article in stock, of those looked in */
  WhCloseness closeness;           /* of the strains */
} WhSubstitute;

typedef struct {
  WhSnapshot   *snapshot;
  WhPriceIndex *index;             /* holds products and shops */
  WhId          id;                /* of this question and these answers */
  WhSubstituteSide asked;
  const WhPriceShop *shop;         /* of the product asked about; NULL: a strain */
  const WhPriceShop *at;           /* the only shop looked in; NULL: all */
  const char   *category;          /* the only one looked in; NULL: all */
  guint         n_elsewhere;       /* other shops that have the very article in stock */
  guint         n_stock_unknown;   /* products that would fit if they were in stock, which nobody knows; 0 where enough were found */
  GArray       *substitutes;       /* of WhSubstitute, best first */
  gboolean      demonstration;
} WhSubstitutes;

double         wh_substitute_weight       (WhSubstitutePart part);
const char    *wh_substitute_part_key     (WhSubstitutePart part);   /* "chemistry" … */

/* Whether category, price and limit are within their bounds; WH_ERROR_INVALID. */
gboolean       wh_substitute_question_check (const WhSubstituteQuestion *question, GError **error);
/* Reads the store once per revision of the catalogue. WH_ERROR_INVALID for a question out of its bounds, WH_ERROR_NOT_FOUND for an
 * unknown product, strain or shop; nothing that fits is no error. */
WhSubstitutes *wh_analyst_substitutes     (WhAnalyst *analyst, const WhPrincipal *principal, const WhSubstituteQuestion *question,
                                           GError **error);
void           wh_substitutes_free        (WhSubstitutes *substitutes);

/* A product by its id, or by its name, with its brand or without (at `shop_id`; NULL: in any shop). WH_ERROR_NOT_FOUND;
 * WH_ERROR_AMBIGUOUS with a message that names candidates by id. */
gboolean       wh_analyst_find_product    (WhAnalyst *analyst, const WhPrincipal *principal, const char *text, const WhId *shop_id,
                                           WhId *out_product_id, GError **error);

/* In words, translated, the weightiest first; caller frees. */
char         **wh_substitute_reasons      (const WhSubstitutes *substitutes, const WhSubstitute *substitute);
/* What could not be compared; may be empty. */
char         **wh_substitute_not_known    (const WhSubstitutes *substitutes, const WhSubstitute *substitute);
/* {substitution_id, asked{product, dispensary, a side}, searched{dispensary, category}, same_product_elsewhere, stock_not_known,
 * substitutes:[{product, dispensary, a side, same_strain, score, parts{chemistry … price: {weight, value, known}}, reasons, what
 * wh_present_closeness writes, thc_difference, thc_mg_difference, price_difference, price_by, weight_difference, dispensaries, not_known,
 * demonstration}], words, demonstration}; product{product_id, name, brand}; dispensary{dispensary_id, name, city, state}; a side:
 * strain_id, strain, category, subcategory, amount, weight_grams, thc_percentage, thc_source ("label", "strain_tests"), thc_mg, price,
 * currency, price_per_gram, in_stock, observed_at, stale, price_age_hours. Differences are of the substitute less what was asked about. */
void           wh_present_substitutes     (WhJsonWriter *writer, const WhSubstitutes *substitutes);
/* What it was compared by, and whether nothing was found. Translated; caller frees. */
char          *wh_present_substitutes_words (const WhSubstitutes *substitutes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSubstitutes, wh_substitutes_free)

G_END_DECLS
