/* What is a set already (in stock, a state, a leading terpene, a flavour) is intersected once; what needs a look at a strain is
 * asked only of those a search found. */
#include "wh-search-filter.h"

#include <math.h>
#include <string.h>

#include "core/wh-category.h"

#define MG_PER_PERCENT 10.0

struct _WhSearchFilter {
  const WhSnapshot *snapshot;
  const WhQuery    *query;
  gsize    n_bits;
  WhBits  *allowed;          /* NULL: all */
  gboolean asks_strains;     /* bounds on what was measured */
  gboolean walks_offers;     /* conditions on products that no set answers */
  gboolean asks_products;
  guint64  states;
  guint    categories;
  WhBits  *brands;           /* NULL: any */
  WhBits  *not_brands;       /* NULL: none */
};

/* -- sets -------------------------------------------------------------------------------------------------------- */

/* `set` NULL is the empty set. */
static void
allow (WhSearchFilter *filter, const WhBits *set, gboolean without)
{
  if (!filter->allowed)
    {
      filter->allowed = g_new (WhBits, filter->n_bits);
      memset (filter->allowed, 0xff, filter->n_bits * sizeof (WhBits));
    }
  if (without && set)
    wh_bits_remove (filter->allowed, set, filter->n_bits);
  else if (!without && set)
    wh_bits_intersect (filter->allowed, set, filter->n_bits);
  else if (!without)
    memset (filter->allowed, 0, filter->n_bits * sizeof (WhBits));
}

static void
allow_flavour (WhSearchFilter *filter, const WhCondition *condition)
{
  g_autofree WhBits *set = g_new0 (WhBits, filter->n_bits);

  wh_search_index_match_flavour (filter->snapshot->index, condition->value, set);
  /* Without a flavour means: people reported some, and not this one. */
  if (condition->without)
    allow (filter, filter->snapshot->reported, FALSE);
  allow (filter, set, condition->without);
}

static void
allow_leading (WhSearchFilter *filter, const WhCondition *condition)
{
  const WhAnalyte *analyte = wh_analyte_by_key (condition->value);

  if (condition->without)   /* something leads, and it is not this one */
    allow (filter, wh_facet_sets_find (filter->snapshot->facets, WH_FACET_TERPENE, WH_FACET_UNKNOWN), TRUE);
  allow (filter, wh_facet_sets_find (filter->snapshot->facets, WH_FACET_TERPENE, analyte->index), condition->without);
}

static void
allow_type (WhSearchFilter *filter, const char *type, gboolean without)
{
  if (without)
    allow (filter, wh_facet_sets_find (filter->snapshot->facets, WH_FACET_TYPE, WH_FACET_UNKNOWN), TRUE);
  allow (filter, wh_facet_sets_find (filter->snapshot->facets, WH_FACET_TYPE, wh_facet_type (type)), without);
}

static void
add_brands (WhBits **set, const WhOffers *offers, const char *words)
{
  WhBits *more = wh_offers_brands (offers, words);

  if (*set)
    wh_bits_unite (*set, more, wh_bits_words (MAX (offers->brands->len, 1)));
  else
    *set = g_steal_pointer (&more);
  g_free (more);
}

static void
take_condition (WhSearchFilter *filter, const WhCondition *condition, guint *wanted_categories)
{
  const WhOffers *offers = filter->snapshot->offers;

  switch (condition->tag)
    {
    case WH_TAG_TYPE:
      allow_type (filter, condition->value, condition->without);
      break;
    case WH_TAG_STATE:
      filter->states &= ~wh_snapshot_state_bit (filter->snapshot, condition->value);
      break;
    case WH_TAG_CATEGORY:
      if (condition->without)
        filter->categories &= ~wh_category_bit (condition->value);
      else
        *wanted_categories |= wh_category_bit (condition->value);
      break;
    case WH_TAG_BRAND:
      add_brands (condition->without ? &filter->not_brands : &filter->brands, offers, condition->value);
      break;
    case WH_TAG_FLAVOUR:
      allow_flavour (filter, condition);
      break;
    case WH_TAG_LEADING:
      allow_leading (filter, condition);
      break;
    case WH_TAG_TERPENE:
      filter->asks_strains = TRUE;
      break;
    }
}

#define ANY_STATE G_MAXUINT64
#define ANY_CATEGORY G_MAXUINT

static gboolean
is_bounded (double min, double max)
{
  return !isnan (min) || !isnan (max);
}

/* A lone "in stock" or a lone state is a set; more than that has to hold of one product. */
static void
settle_products (WhSearchFilter *filter)
{
  const WhQuery *query = filter->query;
  const WhFacetSets *facets = filter->snapshot->facets;
  gboolean state = filter->states != ANY_STATE, category = filter->categories != ANY_CATEGORY;
  gboolean brand = filter->brands || filter->not_brands;
  gboolean priced = is_bounded (query->price_min, query->price_max);

  filter->asks_products = query->in_stock || state || category || brand;
  filter->walks_offers = (query->in_stock + state + priced > 1) || category || brand || (state && !query->state);
  filter->asks_strains |= priced;
  if (query->in_stock)
    allow (filter, facets->in_stock, FALSE);
  if (query->state)
    {
      guint64 bit = wh_snapshot_state_bit (filter->snapshot, query->state);
      allow (filter, bit ? wh_facet_sets_find (facets, WH_FACET_STATE, (guint) __builtin_ctzll (bit)) : NULL, FALSE);
    }
}

WhSearchFilter *
wh_search_filter_new (const WhSnapshot *snapshot, const WhQuery *query)
{
  g_autoptr (WhSearchFilter) filter = g_new0 (WhSearchFilter, 1);
  guint wanted_categories = 0;

  filter->snapshot = snapshot;
  filter->query = query;
  filter->n_bits = wh_bits_words (MAX (snapshot->n, 1));
  filter->states = query->state ? wh_snapshot_state_bit (snapshot, query->state) : ANY_STATE;
  filter->categories = ANY_CATEGORY;
  filter->asks_strains = query->ranges->len > 0 || is_bounded (query->thc_min, query->thc_max)
                         || is_bounded (query->cbd_min, query->cbd_max);
  if (query->type)
    allow_type (filter, query->type, FALSE);
  for (guint i = 0; i < query->conditions->len; i++)
    take_condition (filter, &g_array_index (query->conditions, WhCondition, i), &wanted_categories);
  if (wanted_categories)
    filter->categories &= wanted_categories;
  settle_products (filter);
  if (!filter->allowed && !filter->asks_strains && !filter->walks_offers)
    return NULL;
  return g_steal_pointer (&filter);
}

void
wh_search_filter_free (WhSearchFilter *filter)
{
  g_free (filter->allowed);
  g_free (filter->brands);
  g_free (filter->not_brands);
  g_free (filter);
}

/* -- one strain -------------------------------------------------------------------------------------------------- */

static gboolean
within (double value, double min, double max)
{
  return !is_bounded (min, max) || (!isnan (value) && !(value < min) && !(value > max));
}

static gboolean
passes_terpene (const WhSnapshot *snapshot, const WhCondition *condition, guint strain)
{
  WhAmount amount = wh_snapshot_amount (snapshot, strain, wh_analyte_by_key (condition->value)->index);

  return amount.n > 0 && (condition->without ? wh_chemistry_is_below (&amount) : amount.estimate > 0);
}

static gboolean
passes_measured (const WhSnapshot *snapshot, const WhQuery *query, guint strain)
{
  const WhCard *card = &snapshot->cards[strain];

  if (!within (card->thc.estimate / MG_PER_PERCENT, query->thc_min, query->thc_max)
      || !within (card->cbd.estimate / MG_PER_PERCENT, query->cbd_min, query->cbd_max))
    return FALSE;
  for (guint i = 0; i < query->ranges->len; i++)
    {
      const WhRange *range = &g_array_index (query->ranges, WhRange, i);
      if (!within (wh_snapshot_amount (snapshot, strain, range->analyte).estimate, range->min, range->max))
        return FALSE;
    }
  for (guint i = 0; i < query->conditions->len; i++)
    {
      const WhCondition *condition = &g_array_index (query->conditions, WhCondition, i);
      if (condition->tag == WH_TAG_TERPENE && !passes_terpene (snapshot, condition, strain))
        return FALSE;
    }
  return TRUE;
}

/* What nobody knows of a product passes no condition, negated or not. */
static gboolean
offer_passes (const WhSearchFilter *filter, const WhOffer *offer)
{
  return (offer->in_stock || !filter->query->in_stock)
         && (filter->states == ANY_STATE || (offer->state < 64 && (filter->states >> offer->state & 1)))
         && (filter->categories == ANY_CATEGORY
             || (offer->category != WH_OFFER_NO_CATEGORY && (filter->categories >> offer->category & 1)))
         && (!filter->brands || (offer->brand != WH_OFFER_NO_BRAND && wh_bits_test (filter->brands, offer->brand)))
         && (!filter->not_brands || (offer->brand != WH_OFFER_NO_BRAND && !wh_bits_test (filter->not_brands, offer->brand)));
}

static double
lowest_price (const guint32 *prices)
{
  for (guint tier = 0; tier < WH_OFFER_TIERS; tier++)
    if (prices[tier] != WH_OFFER_NO_PRICE)
      return prices[tier] / WH_OFFER_PRICE;
  return NAN;
}

/* FALSE when no product passes. */
static gboolean
walk_offers (const WhSearchFilter *filter, guint strain, WhShelf *shelf)
{
  const WhOffers *offers = filter->snapshot->offers;
  guint32 prices[WH_OFFER_TIERS];
  gboolean any = FALSE;

  *shelf = (WhShelf){ 0 };
  memset (prices, 0xff, sizeof prices);
  for (guint i = offers->first[strain]; i < offers->first[strain + 1]; i++)
    {
      const WhOffer *offer = &offers->offers[i];
      if (!offer_passes (filter, offer))
        continue;
      guint32 *price = &prices[wh_offer_tier (offer)];
      any = TRUE;
      *price = MIN (*price, offer->price);
      shelf->n_in_stock += offer->in_stock;
      shelf->states |= offer->state < 64 ? G_GUINT64_CONSTANT (1) << offer->state : 0;
      shelf->categories |= offer->in_stock && offer->category != WH_OFFER_NO_CATEGORY ? 1u << offer->category : 0;
    }
  shelf->price = lowest_price (prices);
  return any;
}

static gboolean
passes_shelf (const WhSearchFilter *filter, guint strain)
{
  const WhQuery *query = filter->query;
  WhShelf shelf;

  if (!filter->walks_offers)
    return within (filter->snapshot->cards[strain].price_per_gram, query->price_min, query->price_max);
  return walk_offers (filter, strain, &shelf) && within (shelf.price, query->price_min, query->price_max);
}

void
wh_search_filter_apply (const WhSearchFilter *filter, WhBits *strains)
{
  if (filter && filter->allowed)
    wh_bits_intersect (strains, filter->allowed, filter->n_bits);
  if (!filter || (!filter->asks_strains && !filter->walks_offers))
    return;
  WH_BITS_EACH (strains, filter->snapshot->n, strain)
    if (!passes_measured (filter->snapshot, filter->query, strain) || !passes_shelf (filter, strain))
      wh_bits_clear (strains, strain);
}

gboolean
wh_search_filter_asks_products (const WhSearchFilter *filter)
{
  return filter && filter->asks_products;
}

WhShelf
wh_search_filter_shelf (const WhSearchFilter *filter, guint strain)
{
  WhShelf shelf;

  walk_offers (filter, strain, &shelf);
  return shelf;
}
