/* What is a set already (in stock, a state, a leading terpene, a flavour) is intersected once; what needs a look at a strain is
 * asked only of those a search found. */
#include "wh-search-filter.h"

#include <math.h>
#include <string.h>

#define MG_PER_PERCENT 10.0

struct _WhSearchFilter {
  const WhSnapshot *snapshot;
  const WhQuery    *query;
  gsize    n_bits;
  WhBits  *allowed;          /* NULL: all */
  WhShelfFilter *shelf;      /* what is asked of products */
  gboolean walks_shelves;    /* and no set answers it */
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

static gboolean
is_bounded (double min, double max)
{
  return !isnan (min) || !isnan (max);
}

static gboolean
within (double value, double min, double max)
{
  return !is_bounded (min, max) || (!isnan (value) && !(value < min) && !(value > max));
}

/* The least amount in millionths of a mg/g that, divided by `per`, is not below `bound`; one more than any when all are. */
static guint64
least_amount (double bound, double per)
{
  guint64 low = 0, high = (guint64) G_MAXUINT32 + 1;

  while (low < high)
    {
      guint64 middle = (low + high) / 2;
      if (middle / WH_FACT_UNIT / per < bound)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Strains of which `value` (an analyte, or beyond them a sum) was measured between the bounds, in mg/g divided by `per`. */
static void
allow_amount (WhSearchFilter *filter, guint value, double min, double max, double per)
{
  const WhSnapshot *snapshot = filter->snapshot;
  g_autofree WhBits *set = NULL;

  if (!is_bounded (min, max))
    return;
  guint64 least = isnan (min) ? 0 : least_amount (min, per);
  guint64 beyond = isnan (max) ? G_MAXUINT64 : least_amount (nextafter (max, INFINITY), per);
  set = g_new0 (WhBits, filter->n_bits);
  for (guint i = snapshot->readings_first[value]; i < snapshot->readings_first[value + 1]; i++)
    if (snapshot->readings[i].estimate >= least && snapshot->readings[i].estimate < beyond)
      wh_bits_set (set, snapshot->readings[i].strain);
  allow (filter, set, FALSE);
}

/* With: any amount. Without: tested, and none found. */
static void
allow_terpene (WhSearchFilter *filter, const WhCondition *condition)
{
  const WhSnapshot *snapshot = filter->snapshot;
  WhAnalyteIndex analyte = wh_analyte_by_key (condition->value)->index;
  g_autofree WhBits *set = g_new0 (WhBits, filter->n_bits);

  for (guint i = snapshot->readings_first[analyte]; i < snapshot->readings_first[analyte + 1]; i++)
    if (condition->without ? snapshot->readings[i].below : snapshot->readings[i].estimate > 0)
      wh_bits_set (set, snapshot->readings[i].strain);
  allow (filter, set, FALSE);
}

/* Strains whose own price lies between the bounds. */
static void
allow_price (WhSearchFilter *filter)
{
  const WhSnapshot *snapshot = filter->snapshot;
  const WhOrder *order = &snapshot->orders[WH_SORT_PRICE];
  g_autofree WhBits *set = g_new0 (WhBits, filter->n_bits);

  for (guint i = 0; i < order->n_known; i++)
    if (within (order->values[i], filter->query->price_min, filter->query->price_max))
      wh_bits_set (set, order->strains[i]);
  allow (filter, set, FALSE);
}

static void
take_condition (WhSearchFilter *filter, const WhCondition *condition)
{
  switch (condition->tag)
    {
    case WH_TAG_TYPE:
      allow_type (filter, condition->value, condition->without);
      break;
    case WH_TAG_FLAVOUR:
      allow_flavour (filter, condition);
      break;
    case WH_TAG_LEADING:
      allow_leading (filter, condition);
      break;
    case WH_TAG_TERPENE:
      allow_terpene (filter, condition);
      break;
    default:   /* of products */
      break;
    }
}

static void
take_measured (WhSearchFilter *filter)
{
  const WhQuery *query = filter->query;

  allow_amount (filter, wh_analyte_count () + WH_SUM_THC, query->thc_min, query->thc_max, MG_PER_PERCENT);
  allow_amount (filter, wh_analyte_count () + WH_SUM_CBD, query->cbd_min, query->cbd_max, MG_PER_PERCENT);
  for (guint i = 0; i < query->ranges->len; i++)
    {
      const WhRange *range = &g_array_index (query->ranges, WhRange, i);
      allow_amount (filter, range->analyte, range->min, range->max, 1);
    }
}

/* A lone "in stock", a lone state or a lone price is a set; more than that has to hold of one product. */
static void
take_products (WhSearchFilter *filter)
{
  const WhQuery *query = filter->query;
  const WhFacetSets *facets = filter->snapshot->facets;
  gboolean asks = wh_shelf_filter_asks (filter->shelf);

  filter->walks_shelves = asks && !wh_shelf_filter_is_set (filter->shelf);
  if (!asks && wh_shelf_filter_prices (filter->shelf))
    allow_price (filter);
  if (query->in_stock)
    allow (filter, facets->in_stock, FALSE);
  if (query->state)
    {
      guint64 bit = wh_snapshot_state_bit (filter->snapshot, query->state);
      allow (filter, bit ? wh_facet_sets_find (facets, WH_FACET_STATE, (guint) __builtin_ctzll (bit)) : NULL, FALSE);
    }
}

/* What is asked of the strains themselves. */
static WhSearchFilter *
new_of_strains (const WhSnapshot *snapshot, const WhQuery *query)
{
  WhSearchFilter *filter = g_new0 (WhSearchFilter, 1);

  filter->snapshot = snapshot;
  filter->query = query;
  filter->n_bits = wh_bits_words (MAX (snapshot->n, 1));
  if (query->type)
    allow_type (filter, query->type, FALSE);
  take_measured (filter);
  for (guint i = 0; i < query->conditions->len; i++)
    take_condition (filter, &g_array_index (query->conditions, WhCondition, i));
  return filter;
}

WhSearchFilter *
wh_search_filter_new (const WhSnapshot *snapshot, const WhQuery *query)
{
  g_autoptr (WhSearchFilter) filter = new_of_strains (snapshot, query);

  filter->shelf = wh_shelf_filter_new (snapshot, snapshot->shelves, query);
  take_products (filter);
  if (!filter->allowed && !filter->walks_shelves)
    return NULL;
  return g_steal_pointer (&filter);
}

WhBits *
wh_search_filter_strains (const WhSnapshot *snapshot, const WhQuery *query)
{
  g_autoptr (WhSearchFilter) filter = new_of_strains (snapshot, query);

  return g_steal_pointer (&filter->allowed);
}

void
wh_search_filter_free (WhSearchFilter *filter)
{
  g_free (filter->allowed);
  g_clear_pointer (&filter->shelf, wh_shelf_filter_free);
  g_free (filter);
}

void
wh_search_filter_apply (const WhSearchFilter *filter, WhBits *strains)
{
  if (filter && filter->allowed)
    wh_bits_intersect (strains, filter->allowed, filter->n_bits);
  if (!filter || !filter->walks_shelves)
    return;
  WH_BITS_EACH (strains, filter->snapshot->n, strain)
    if (!wh_shelf_filter_passes (filter->shelf, strain))
      wh_bits_clear (strains, strain);
}

gboolean
wh_search_filter_asks_products (const WhSearchFilter *filter)
{
  return filter && wh_shelf_filter_asks (filter->shelf);
}

WhShelf
wh_search_filter_shelf (const WhSearchFilter *filter, guint strain)
{
  return wh_shelf_filter_shelf (filter->shelf, strain);
}
