/* wh-shops.h: dispensaries by state, place and what they do. */
#pragma once

#include "base/wh-json-writer.h"
#include "core/wh-geo.h"
#include "wh-catalogue.h"
#include "wh-shop-figures.h"

G_BEGIN_DECLS

#define WH_SHOPS_RADIUS 25.0         /* miles, where none is given */
#define WH_SHOPS_MOST_RADIUS 100.0

typedef struct {
  const char *state;          /* two letters; NULL: any */
  WhPlace     near;           /* NAN: anywhere */
  double      radius;         /* miles; > 0 */
  const char *license_type;   /* "medical" or "recreational": those or both; "both"; NULL: any */
  gboolean    delivery, pickup;   /* only what is known to do so */
} WhShopsQuestion;

#define WH_SHOPS_QUESTION_INIT { .near = { NAN, NAN }, .radius = WH_SHOPS_RADIUS }

typedef struct {
  WhDispensary *shop;         /* owned */
  double        miles;        /* NAN: not asked for, or its place is unknown */
  WhShopFigures figures;      /* all zero before wh_catalogue_count_shops */
} WhShopFound;

typedef struct {
  GArray  *shops;             /* of WhShopFound; nearest first, else by state, city and name; ties by id */
  guint    n_unplaced;        /* left out since nobody knows where they are, where a place was asked for */
  gboolean demonstration;
} WhShops;

/* Whether radius and type are within their bounds; WH_ERROR_INVALID. */
gboolean wh_shops_question_check (const WhShopsQuestion *question, GError **error);
/* WH_ERROR_INVALID for a radius or type out of bounds; no shops are no error. NULL on error. */
WhShops *wh_catalogue_shops (WhCatalogue *catalogue, const WhPrincipal *principal, const WhShopsQuestion *question, GError **error);
void     wh_shops_free      (WhShops *shops);
/* Reads the figures of those from `offset`, at most `limit` (0: all). */
gboolean wh_catalogue_count_shops (WhCatalogue *catalogue, const WhPrincipal *principal, WhShops *shops, guint offset, guint limit,
                                   GError **error);
/* [every field of the dispensary, distance_miles and its figures]; from `offset`, at most `limit` (0: all). */
void     wh_present_shops   (WhJsonWriter *writer, const WhShops *shops, guint offset, guint limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhShops, wh_shops_free)

G_END_DECLS
