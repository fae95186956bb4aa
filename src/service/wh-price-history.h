/* wh-price-history.h: what was observed of the prices of a product, or of a strain in the shops, and with what proof.
 *
 * A price holds until the next observation of the product; nobody knows it any more once it is older than its limit
 * (core/wh-freshness.h). Every observation keeps where it comes from. Two of one product at one time that differ are both listed, to
 * check. Prices of a product are held against each other per package, those of a strain per gram. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-analyst.h"

G_BEGIN_DECLS

#define WH_PRICE_HISTORY_LINES 500             /* products */
#define WH_PRICE_HISTORY_OBSERVATIONS 20000

/* One of product_id and strain_id; the rest narrows a strain. */
typedef struct {
  const WhId *product_id, *strain_id;
  const WhId *shop_id;         /* NULL: any */
  const char *state;           /* of the shop, two letters; NULL: any */
  const char *category;        /* NULL: flower where there is any, else all */
  const char *product_name;    /* products whose name or brand has words that begin like these; NULL: any */
  gint64      since;           /* WH_TIME_UNSET: all */
} WhPriceHistoryQuestion;

#define WH_PRICE_HISTORY_QUESTION_INIT { .since = WH_TIME_UNSET }

/* A product and its observations. */
typedef struct {
  WhProduct    *product;
  WhDispensary *shop;          /* NULL: nobody knows it */
  guint         first, n;      /* in `observations`, oldest first, those of unknown time before all */
  gint64        held_at;       /* of the last observation before `since`; WH_TIME_UNSET: none */
  double        held_value;    /* what it was; NAN: none, or not counted */
} WhPriceLine;

typedef struct {
  WhPrice *price;              /* with source, observed_by, photo_hash, tax_basis */
  guint    line;
  double   amount;             /* units of its currency for what it buys */
  double   per_gram;           /* NAN: not weighed, or not a price of the package */
  double   value;              /* what is held against others; NAN: of another currency or unit, not counted */
  double   change;             /* of value since the one before of its product; NAN: the first, or not counted */
  gint64   until;              /* when it was observed anew; WH_TIME_UNSET: not yet */
  gboolean gap;                /* it was older than its limit before anybody looked again, or now */
  gboolean check;              /* another of the same product and time says something else */
} WhPriceObservation;

typedef struct {
  gint64 from, to;             /* moments; `to` is the next one's `from` */
  guint  n;                    /* observations that count */
  double lowest, highest, median;
} WhPricePeriod;

typedef enum {
  WH_PRICE_DAYS,
  WH_PRICE_WEEKS,              /* from Monday */
  WH_PRICE_MONTHS,
} WhPriceStep;

typedef struct {
  char       *title;           /* of the product or strain */
  const WhCard *card;          /* the strain; NULL: of a product */
  WhSnapshot *snapshot;        /* holds the card */
  GArray     *lines;           /* of WhPriceLine */
  GArray     *observations;    /* of WhPriceObservation, by line and time */
  GPtrArray  *newest;          /* the same as WhPriceObservation*, newest first, those of unknown time last */
  GArray     *periods;         /* of WhPricePeriod, oldest first; only those in which something was observed */
  WhPriceStep step;
  char       *category;        /* of a strain; NULL: all */
  char       *currency;        /* of those that count; NULL: none does */
  gboolean    per_gram;
  gint64      since, now;
  guint       n_counted, n_checks;
  double      lowest, highest, median;   /* NAN: none counts */
  gboolean    demonstration;
} WhPriceHistory;

/* WH_ERROR_NOT_FOUND; WH_ERROR_TOO_LARGE where it should be narrowed. No observations are no error. */
WhPriceHistory *wh_analyst_price_history (WhAnalyst *analyst, const WhPrincipal *principal, const WhPriceHistoryQuestion *question,
                                          GError **error);
void            wh_price_history_free    (WhPriceHistory *history);
/* Moments such as "2026-01-31", or how long ago: "90d", "24h". */
gboolean        wh_price_history_since   (const char *text, gint64 *out_since);

/* {of{strain_id | product_id, name}, since, unit, currency, category, step, observations[{price_id, product{}, dispensary{}, price,
 *  list_price, currency, unit, price_per_gram, value, change, tax_basis, observed_at, until, gap, source, observed_by, photo_hash,
 *  check}] newest first, periods[{from, to, observations, lowest, highest, median}], statistics{lowest, highest, median, counted,
 *  observations, products, checks, last, change, change_percent}, demonstration}; observations from `offset`, at most `limit` (0: all). */
void            wh_present_price_history (WhJsonWriter *writer, const WhPriceHistory *history, guint offset, guint limit);
/* What deserves a look; NULL: nothing. Translated; caller frees. */
char           *wh_present_price_check   (const WhPriceHistory *history, const WhPriceObservation *observation);
/* "USD/g", "USD/package"; NULL where nothing counts. Caller frees. */
char           *wh_present_price_unit    (const WhPriceHistory *history);
/* The last of a history of one product that counts, NULL: none. */
const WhPriceObservation *wh_price_history_last (const WhPriceHistory *history);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPriceHistory, wh_price_history_free)

G_END_DECLS
