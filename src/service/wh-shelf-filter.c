#include "wh-shelf-filter.h"

#include <math.h>

#include "core/wh-category.h"

#define ANY G_MAXUINT64
#define UNKNOWN_STATE (G_GUINT64_CONSTANT (1) << WH_SHELF_NO_STATE)
#define UNKNOWN_CATEGORY (1u << WH_SHELF_NO_CATEGORY)

struct _WhShelfFilter {
  const WhShelves *shelves;
  const WhQuery   *query;
  guint64  states;           /* that pass, as bits; the last is that of unknown ones, set in ANY */
  guint64  categories;
  WhBits  *brands;           /* NULL: any */
  WhBits  *not_brands;       /* NULL: none */
};

/* -- building ---------------------------------------------------------------------------------------------------- */

static void
add_brands (WhBits **set, const WhShelves *shelves, const char *words)
{
  WhBits *more = wh_shelves_brands (shelves, words);

  if (*set)
    wh_bits_unite (*set, more, wh_bits_words (MAX (shelves->brands->len, 1)));
  else
    *set = g_steal_pointer (&more);
  g_free (more);
}

static void
take_condition (WhShelfFilter *filter, const WhSnapshot *snapshot, const WhCondition *condition, guint64 *wanted_categories)
{
  if (condition->tag == WH_TAG_STATE)
    filter->states &= ~(wh_snapshot_state_bit (snapshot, condition->value) | UNKNOWN_STATE);
  else if (condition->tag == WH_TAG_CATEGORY && condition->without)
    filter->categories &= ~(guint64) (wh_category_bit (condition->value) | UNKNOWN_CATEGORY);
  else if (condition->tag == WH_TAG_CATEGORY)
    *wanted_categories |= wh_category_bit (condition->value);
  else if (condition->tag == WH_TAG_BRAND)
    add_brands (condition->without ? &filter->not_brands : &filter->brands, filter->shelves, condition->value);
}

WhShelfFilter *
wh_shelf_filter_new (const WhSnapshot *snapshot, const WhShelves *shelves, const WhQuery *query)
{
  WhShelfFilter *filter = g_new0 (WhShelfFilter, 1);
  guint64 wanted_categories = 0;

  filter->shelves = shelves;
  filter->query = query;
  filter->states = query->state ? wh_snapshot_state_bit (snapshot, query->state) : ANY;
  filter->categories = ANY;
  for (guint i = 0; i < query->conditions->len; i++)
    take_condition (filter, snapshot, &g_array_index (query->conditions, WhCondition, i), &wanted_categories);
  if (wanted_categories)
    filter->categories &= wanted_categories;
  return filter;
}

void
wh_shelf_filter_free (WhShelfFilter *filter)
{
  g_free (filter->brands);
  g_free (filter->not_brands);
  g_free (filter);
}

/* -- what it asks ------------------------------------------------------------------------------------------------ */

static gboolean
asks_brand (const WhShelfFilter *filter)
{
  return filter->brands || filter->not_brands;
}

gboolean
wh_shelf_filter_asks (const WhShelfFilter *filter)
{
  return filter->query->in_stock || filter->states != ANY || filter->categories != ANY || asks_brand (filter);
}

gboolean
wh_shelf_filter_prices (const WhShelfFilter *filter)
{
  return !isnan (filter->query->price_min) || !isnan (filter->query->price_max);
}

gboolean
wh_shelf_filter_is_set (const WhShelfFilter *filter)
{
  gboolean state = filter->states != ANY;
  gboolean other_states = state && (!filter->query->state || filter->states == 0);   /* all but one, which no set holds */

  return !other_states && filter->categories == ANY && !asks_brand (filter) && !wh_shelf_filter_prices (filter)
         && filter->query->in_stock + state < 2;
}

/* -- asking ------------------------------------------------------------------------------------------------------ */

static gboolean
brand_passes (const WhShelfFilter *filter, guint brand)
{
  return brand != WH_SHELF_NO_BRAND && (!filter->brands || wh_bits_test (filter->brands, brand))
         && !(filter->not_brands && wh_bits_test (filter->not_brands, brand));
}

/* 1 or 0, without branches where it can be: products come in no order that a processor could guess. What nobody knows of a product
 * passes no condition, negated or not. */
static inline guint
item_passes (const WhShelfFilter *filter, WhShelfItem item)
{
  guint passes = (guint) (filter->states >> item.state & filter->categories >> item.category & 1)
                 & (item.in_stock | !filter->query->in_stock);

  if (asks_brand (filter))
    return passes && brand_passes (filter, item.brand);
  return passes;
}

/* They lie by tier and price, so the first price is the one. */
static double
first_price (const WhShelfFilter *filter, guint place)
{
  const WhShelves *shelves = filter->shelves;

  for (guint i = shelves->first[place]; i < shelves->first[place + 1]; i++)
    if (shelves->items[i].price != WH_SHELF_NO_PRICE && item_passes (filter, shelves->items[i]))
      return shelves->items[i].price / WH_SHELF_PRICE;
  return NAN;
}

WhShelf
wh_shelf_filter_shelf (const WhShelfFilter *filter, guint place)
{
  const WhShelves *shelves = filter->shelves;
  const WhShelfItem *items = shelves->items + shelves->first[place], *end = shelves->items + shelves->first[place + 1];
  guint32 price = WH_SHELF_NO_PRICE;
  WhShelf shelf = { 0 };

  for (; items < end; items++)
    {
      WhShelfItem item = *items;
      guint passes = item_passes (filter, item);
      guint stocked = passes & item.in_stock;
      guint32 offered = item.price | (passes - 1);   /* as without a price, where it does not pass */
      price = price == WH_SHELF_NO_PRICE ? offered : price;
      shelf.n += passes;
      shelf.n_in_stock += stocked;
      shelf.states |= (guint64) passes << item.state;
      shelf.categories |= stocked << item.category;
    }
  shelf.states &= ~UNKNOWN_STATE;
  shelf.categories &= ~UNKNOWN_CATEGORY;
  shelf.price = price == WH_SHELF_NO_PRICE ? NAN : price / WH_SHELF_PRICE;
  return shelf;
}

static gboolean
has_item (const WhShelfFilter *filter, guint place)
{
  const WhShelves *shelves = filter->shelves;

  for (guint i = shelves->first[place]; i < shelves->first[place + 1]; i++)
    if (item_passes (filter, shelves->items[i]))
      return TRUE;
  return FALSE;
}

gboolean
wh_shelf_filter_passes (const WhShelfFilter *filter, guint place)
{
  double price = wh_shelf_filter_prices (filter) ? first_price (filter, place) : NAN;

  if (!wh_shelf_filter_prices (filter))
    return has_item (filter, place);
  return !isnan (price) && !(price < filter->query->price_min) && !(price > filter->query->price_max);
}
