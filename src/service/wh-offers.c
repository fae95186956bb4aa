#include "wh-offers.h"

#include <math.h>
#include <string.h>

#include "base/wh-text.h"
#include "core/wh-category.h"

typedef struct {
  guint32 strain;
  WhOffer offer;
} Pending;

WhOffers *
wh_offers_new (void)
{
  WhOffers *offers = g_new0 (WhOffers, 1);

  offers->text = g_string_chunk_new (4096);
  offers->brands = g_ptr_array_new ();
  offers->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  offers->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  return offers;
}

void
wh_offers_free (WhOffers *offers)
{
  g_string_chunk_free (offers->text);
  g_ptr_array_unref (offers->brands);
  g_clear_pointer (&offers->numbers, g_hash_table_unref);
  g_clear_pointer (&offers->pending, g_array_unref);
  g_free (offers->first);
  g_free (offers->offers);
  g_free (offers);
}

/* -- building ---------------------------------------------------------------------------------------------------- */

static guint
brand_number (WhOffers *offers, const char *brand)
{
  g_autofree char *folded = brand ? wh_text_fold (brand) : NULL;
  guint number = folded && *folded ? GPOINTER_TO_UINT (g_hash_table_lookup (offers->numbers, folded)) : 0;

  if (number)
    return number - 1;
  if (!folded || !*folded || offers->brands->len == WH_OFFER_NO_BRAND)
    return WH_OFFER_NO_BRAND;
  char *kept = g_string_chunk_insert (offers->text, folded);
  g_ptr_array_add (offers->brands, kept);
  g_hash_table_insert (offers->numbers, kept, GUINT_TO_POINTER (offers->brands->len));
  return offers->brands->len - 1;
}

static guint32
price_of (const WhProduct *product)
{
  double price = wh_product_price_per_gram (product) * WH_OFFER_PRICE;

  return price >= 0 && price < WH_OFFER_NO_PRICE ? (guint32) llround (price) : WH_OFFER_NO_PRICE;
}

void
wh_offers_add (WhOffers *offers, guint strain, guint state, const WhProduct *product)
{
  guint category = wh_category_bit (product->category);
  Pending pending = { strain,
                      { .price = price_of (product),
                        .brand = brand_number (offers, product->brand) & WH_OFFER_NO_BRAND,
                        .state = state & WH_OFFER_NO_STATE,
                        .category = category ? g_bit_nth_lsf (category, -1) & WH_OFFER_NO_CATEGORY : WH_OFFER_NO_CATEGORY,
                        .in_stock = product->in_stock == 1 } };

  g_array_append_val (offers->pending, pending);
}

void
wh_offers_finish (WhOffers *offers, guint n)
{
  const Pending *pending = (const Pending *) offers->pending->data;
  guint n_offers = offers->pending->len;

  offers->first = g_new0 (guint32, n + 1);
  for (guint i = 0; i < n_offers; i++)
    offers->first[pending[i].strain + 1]++;
  for (guint i = 0; i < n; i++)
    offers->first[i + 1] += offers->first[i];
  g_autofree guint32 *next = g_memdup2 (offers->first, (n + 1) * sizeof *next);
  offers->offers = g_new (WhOffer, MAX (n_offers, 1));
  for (guint i = 0; i < n_offers; i++)
    offers->offers[next[pending[i].strain]++] = pending[i].offer;
  g_clear_pointer (&offers->pending, g_array_unref);
  g_clear_pointer (&offers->numbers, g_hash_table_unref);
}

/* -- asking ------------------------------------------------------------------------------------------------------ */

static gboolean
has_words (const char *brand, const char *words)
{
  const char *place = brand;

  while ((place = strstr (place, words)))
    {
      if (place == brand || place[-1] == ' ')
        return TRUE;
      place++;
    }
  return FALSE;
}

WhBits *
wh_offers_brands (const WhOffers *offers, const char *words)
{
  WhBits *set = g_new0 (WhBits, wh_bits_words (MAX (offers->brands->len, 1)));

  for (guint i = 0; i < offers->brands->len; i++)
    if (has_words (g_ptr_array_index (offers->brands, i), words))
      wh_bits_set (set, i);
  return set;
}

guint
wh_offer_tier (const WhOffer *offer)
{
  return (offer->in_stock ? 0 : 2) + (offer->category != 0);   /* flower is the first category */
}
