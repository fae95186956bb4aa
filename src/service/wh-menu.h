/* wh-menu.h: what one dispensary offers: packages with their prices a gram and a milligram of THC, and how old each fact is.
 *
 * Everything is as the package and the menu say: milligrams of THC by the label, where need be its percentage of the weight, which is
 * then said. The category is one of wh_pricing_categories: "other" stands for any other word, and for none. Old facts are marked, never
 * left out. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-freshness.h"
#include "core/wh-nouns.h"
#include "wh-catalogue.h"

G_BEGIN_DECLS

typedef enum {
  WH_MENU_NAME,
  WH_MENU_PRICE,        /* of the package, cheapest first; as all, what is not known comes last, ties by name, then by id */
  WH_MENU_THC,          /* by the label, strongest first: % w/w, then milligrams in the package */
  WH_MENU_POPULARITY,   /* of the strain, best known first */
} WhMenuSort;

typedef struct {
  WhId        shop_id;
  const char *category;    /* one of wh_pricing_categories; NULL: all */
  const char *brand;       /* brands with words that begin like these; NULL: all */
  const WhId *strain_id;   /* NULL: all */
  gboolean    in_stock;    /* only what is known to be */
  double      price_min, price_max;   /* units of currency for the package; NAN: any */
  WhMenuSort  sort;
} WhMenuQuestion;

#define WH_MENU_QUESTION_INIT { .price_min = NAN, .price_max = NAN }

typedef struct {
  WhProduct    *product;        /* owned; its category is the one above */
  char         *category_given; /* as the source wrote it, where that differs */
  WhLabResult  *result;         /* owned; the newest of its batch; NULL: none is known */
  const WhCard *card;           /* NULL: nobody knows which strain it is */
  double        price;          /* NAN unknown, as the rest */
  double        per_gram;
  double        thc_mg;         /* in the package, by the label */
  gboolean      thc_computed;   /* from the label's percentage and the weight */
  double        per_mg_thc;
  gboolean      stale;          /* the price is older than its limit, or of unknown age */
  gboolean      menu_stale;     /* so is the menu that it stands on */
} WhMenuItem;

typedef struct {
  WhSnapshot   *snapshot;       /* holds the cards */
  WhDispensary *shop;
  GPtrArray    *items;          /* of WhMenuItem*, sorted */
  guint         n_all;          /* products of the shop, whatever was asked for */
  guint         n_stale, n_menu_stale;   /* of the items */
  gint64        newest, oldest; /* times of the items' prices; WH_TIME_UNSET where there is none */
  gboolean      demonstration;
} WhMenu;

/* "price", "name", "thc" or "popularity". */
gboolean wh_menu_parse_sort  (const char *word, WhMenuSort *out_sort);
/* Whether category and prices are within their bounds; WH_ERROR_INVALID. */
gboolean wh_menu_question_check (const WhMenuQuestion *question, GError **error);
/* WH_ERROR_INVALID for a category or prices out of their bounds, WH_ERROR_NOT_FOUND for an unknown shop. NULL on error. */
WhMenu  *wh_catalogue_menu   (WhCatalogue *catalogue, const WhPrincipal *principal, const WhMenuQuestion *question, GError **error);
void     wh_menu_free        (WhMenu *menu);
/* [every field of the product, and category_given, strain, price, unit, price_per_gram, thc_mg_label, thc_mg_source ("label",
 * "label_percentage"), price_per_mg_thc, stale, menu_stale, price_age_hours, lab_results {lab_result_id, batch_id, lab_name, test_date} and
 * terpene_profile [measurement]: both null where its batch is not known or not tested]; from `offset`, at most `limit` (0: all). */
void     wh_present_menu     (WhJsonWriter *writer, const WhMenu *menu, guint offset, guint limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhMenu, wh_menu_free)

G_END_DECLS
