/* wh-pricing.h: what a strain or product costs in the shops, and which of the offers may be held against each other.
 *
 * Compared are prices of one category, one currency and packages of about one size: per gram where the package is weighed, else per
 * package with the same amount written on it. Other sizes, and packages that do not say theirs, are listed but not compared. Prices
 * are as the source gives them, with or without tax; a price older than its limit (core/wh-freshness.h) is listed as stale, counts
 * only where there is no fresh one, and is never the best value beside a fresh one. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-geo.h"
#include "wh-analyst.h"

G_BEGIN_DECLS

#define WH_PRICING_RADIUS 25.0         /* miles, where none is given */
#define WH_PRICING_MOST_RADIUS 100.0

typedef struct _WhPriceIndex WhPriceIndex;

/* At least one of strain_id and product_name. */
typedef struct {
  const WhId *strain_id;       /* NULL: any */
  const char *product_name;    /* products whose name or brand has words that begin like these; NULL: any */
  const char *category;        /* NULL: flower of a strain where there is any, else what most offers are of */
  const char *state;           /* of the shop, two letters; NULL: any */
  WhPlace     near;            /* NAN: anywhere */
  double      radius;          /* miles; > 0 */
} WhPriceQuestion;

#define WH_PRICE_QUESTION_INIT { .near = { NAN, NAN }, .radius = WH_PRICING_RADIUS }

typedef struct {
  WhId        id;
  const char *name, *city, *state;   /* may be NULL but for the name */
  WhPlace     place;
  gint8       delivery, pickup;      /* 0, 1, -1 not known */
} WhPriceShop;

typedef struct {
  WhId        id;
  const char *name, *brand, *amount, *subcategory;   /* all but the name may be NULL */
  const char *currency;                /* "USD" */
  double      grams;                   /* of the package; NAN unknown */
  double      thc_mg;                  /* of the package by its label; NAN unknown */
  double      thc_percentage;          /* by the label, % w/w; NAN unknown */
  double      price;                   /* units of currency for the package; NAN unknown */
  gint64      observed_at;
  guint32     strain;                  /* number in the snapshot; G_MAXUINT32: none */
  guint32     shop, text, likeness;    /* positions in the index */
  guint32     article;                 /* equal where strain, brand and package are; a product of an unknown brand is one of its shop's */
  gint8       in_stock;                /* 0, 1, -1 not known */
  gboolean    demonstration;
} WhPriceProduct;

typedef struct {
  const WhPriceProduct *product;
  const WhPriceShop    *shop;
  double   per_gram, per_mg_thc;   /* NAN unknown; THC by the label */
  double   miles;                  /* NAN unknown */
  gboolean stale;
  gboolean comparable;             /* of the size that is compared */
  gboolean check;                  /* comparable, and far from the middle of those */
} WhOffer;

typedef struct {
  double   lowest, highest, average, median;   /* NAN: nothing to compare */
  guint    n_offers, n_shops;
  gboolean stale;                              /* there is no fresh price: these are of stale ones */
} WhPriceStatistics;

typedef struct {
  WhPriceIndex *index;         /* holds products and shops */
  GArray     *offers;          /* of WhOffer of the category: comparable first, fresh before stale, cheapest first */
  const char *category;        /* NULL: no offers */
  const char *currency, *amount;   /* of those compared, NULL: none; amount only where not weighed */
  gboolean    weighed;         /* compared per gram, else per package */
  double      grams_low, grams_high;
  guint       n_comparable, n_stale;   /* n_stale of the comparable ones */
  guint       n_other_categories;      /* offers that match but for the category */
  guint       n_unpriced;      /* products without a price */
  guint       n_unplaced;      /* offers of shops whose place nobody knows, where a place was asked for */
  gboolean    demonstration;
  GHashTable *doors;           /* product id -> WhOfferDoor (wh-out-the-door.h): what is paid at the counter; NULL: not asked for */
  WhPriceStatistics statistics;
  const WhOffer *best;         /* NULL: none that is not sold out */
  const WhOffer *closest;      /* NULL likewise, or no place was asked for */
} WhPriceComparison;

/* Whether it is one of the catalogue's categories of products, and all of them as "flower, pre-rolls, …". */
gboolean           wh_pricing_is_category (const char *category);
const char        *wh_pricing_categories  (void);

/* Whether category and radius are within their bounds; WH_ERROR_INVALID. */
gboolean           wh_price_question_check   (const WhPriceQuestion *question, GError **error);
/* Reads the store once per revision of the catalogue. WH_ERROR_INVALID for a question out of its bounds, WH_ERROR_NOT_FOUND for an
 * unknown strain; no offers are no error. */
WhPriceComparison *wh_analyst_compare_prices (WhAnalyst *analyst, const WhPrincipal *principal, const WhPriceQuestion *question,
                                              GError **error);
void               wh_price_comparison_free  (WhPriceComparison *comparison);
/* What an offer is held against others by: per gram or per package. */
double             wh_price_comparison_value (const WhPriceComparison *comparison, const WhOffer *offer);

/* {compared{category, by, package_grams_low, package_grams_high, amount, currency, offers, stale, other_sizes, other_categories,
 *  without_price, without_place, words}, price_comparison[{dispensary{}, product{}, price, currency, unit, price_per_gram,
 *  price_per_mg_thc, in_stock, distance_miles, delivery, pickup, observed_at, stale, comparable, check, out_the_door{} where it was
 *  asked for}], price_statistics{lowest,
 *  highest, average, median, price_range, dispensaries_compared, offers, unit, stale}, best_value, closest_option, demonstration};
 * the rows from `offset`, at most `limit` (0: all). */
void               wh_present_prices      (WhJsonWriter *writer, const WhPriceComparison *comparison, guint offset, guint limit);
/* A sentence: what was compared. Translated; caller frees. */
char              *wh_present_prices_words (const WhPriceComparison *comparison);
/* Why an offer deserves a look; NULL when it does not. Translated; caller frees. */
char              *wh_present_prices_check (const WhPriceComparison *comparison, const WhOffer *offer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPriceComparison, wh_price_comparison_free)

G_END_DECLS
