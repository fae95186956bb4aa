/* wh-products.h: products by the words of their names and brands. What several shops sell under one name, brand, category and weight
 * is one listing.
 *
 * The index is made when it is first asked for, and follows the catalogue from then on: about 200 bytes a listing, eight a product. */
#pragma once

#include "base/wh-json-writer.h"
#include "wh-catalogue.h"

G_BEGIN_DECLS

typedef struct {
  WhId        id;            /* of one of its products */
  const char *name;
  const char *brand;         /* may be NULL */
  const char *category;      /* may be NULL */
  double      weight_grams;  /* NAN: not weighed */
  guint32     strain;        /* number in the snapshot; G_MAXUINT32: none */
  guint       n_products;
  gboolean    demonstration;
} WhProductListing;

typedef struct {
  const WhProductListing *listing;
  const WhCard    *card;           /* of its strain, NULL: none */
  guint            n_products, n_in_stock;   /* that meet the query's conditions */
  double           price;          /* of the package, the lowest of those in stock, else of all; NAN unknown */
  double           price_per_gram; /* NAN: unknown or not weighed */
  double           score;          /* 0..1, 1 is exact */
  char            *highlight;      /* the name with matching parts between U+2068 and U+2069; NULL without text */
  gboolean         by_brand;       /* nothing of the name matched, but the brand */
} WhListingHit;

typedef struct _WhProductIndex WhProductIndex;

typedef struct {
  WhProductIndex *index;           /* holds the listings */
  WhSnapshot     *snapshot;        /* holds the cards */
  GArray         *hits;            /* of WhListingHit: the page asked for */
  guint           total;
} WhListingHits;

/* By relevance, whatever the query's sort. Conditions on products hold of one product of the listing, others of its strain; a bound on
 * the price per gram passes nothing that is not weighed. NULL on error, as of wh_catalogue_search. The first question reads
 * all products. */
WhListingHits *wh_catalogue_search_products (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query, GError **error);
void           wh_listing_hits_free         (WhListingHits *hits);

/* [{product_id, name, brand, category, strain_id, strain, weight_grams, products, in_stock, price, price_per_gram, match_score, highlight,
 *   matched_by, demonstration}]; matched_by is name or brand; products, in_stock and prices are of those that meet the conditions. */
void           wh_present_listings          (WhJsonWriter *writer, const WhListingHits *hits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhListingHits, wh_listing_hits_free)

G_END_DECLS
