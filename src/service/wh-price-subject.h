/* wh-price-subject.h: what somebody means whose prices are asked for or watched: a strain or one product; and which shop. */
#pragma once

#include "wh-analyst.h"

G_BEGIN_DECLS

typedef struct {
  WhId strain_id, product_id;   /* one of the two; the other is WH_ID_NONE */
} WhPriceSubject;

/* `typed`: the id of a product; the id, slug, name or alias of a strain; or words that begin words of the name or brand of one priced
 * product. `shop_id` (NULL: any) is where the product is. WH_ERROR_NOT_FOUND; WH_ERROR_AMBIGUOUS with the candidates and their ids. */
gboolean wh_price_subject_find (WhAnalyst *analyst, const WhPrincipal *principal, const char *typed, const WhId *shop_id,
                                WhPriceSubject *out_subject, GError **error);
/* The same among products alone. */
gboolean wh_price_product_find (WhAnalyst *analyst, const WhPrincipal *principal, const char *typed, const WhId *shop_id,
                                WhId *out_product_id, GError **error);
/* A shop by id, name, or words that begin words of one name. Errors likewise. */
gboolean wh_price_shop_find    (WhAnalyst *analyst, const WhPrincipal *principal, const char *typed, WhId *out_shop_id, GError **error);

/* Whether each word of `typed` begins a word of one of the texts (NULL: none), whatever case and accents. No words: TRUE. */
gboolean wh_price_words_match  (const char *typed, const char *name, const char *brand);

G_END_DECLS
