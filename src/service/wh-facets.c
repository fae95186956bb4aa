#include "wh-facets.h"

#include <string.h>

#include "base/wh-error.h"
#include "wh-search.h"

#define MAX_BANDS 16

static void
count_clear_cb (gpointer data)
{
  WhFacetCount *count = data;

  g_free (count->value);
  g_free (count->name);
  g_free (count->query);
}

static void
add_count (WhFacets *facets, WhFacet facet, guint value, guint n)
{
  WhFacetCount count = { .count = n };

  if (n == 0)
    return;
  wh_facet_describe (facets->snapshot, &count, facet, value);
  g_array_append_val (facets->counts[facet], count);
}

static gboolean
is_unknown (const WhFacetCount *count)
{
  return count->value == NULL;
}

static int
compare_counts (gconstpointer a, gconstpointer b)
{
  const WhFacetCount *x = a, *y = b;

  if (is_unknown (x) != is_unknown (y))
    return is_unknown (x) ? 1 : -1;
  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  return g_strcmp0 (x->value, y->value);
}

static int
band_start (const WhFacetCount *count)
{
  return count->value ? (int) g_ascii_strtoll (count->value, NULL, 10) : G_MAXINT;
}

static int
compare_bands (gconstpointer a, gconstpointer b)
{
  int x = band_start (a), y = band_start (b);

  return (x > y) - (x < y);
}

/* Where a query has conditions on products, only the products that meet them say where, as what and for how much. Masks are counted
 * by their bytes first: a hundred thousand of them cost no branch. */
#define MASK_BYTES 8

typedef struct {
  guint bytes[MASK_BYTES][256];
} MaskTally;

static void
add_mask (MaskTally *tally, guint64 mask)
{
  for (guint i = 0; i < MASK_BYTES; i++)
    tally->bytes[i][mask >> 8 * i & 0xff]++;
}

static guint
count_of_bit (const MaskTally *tally, guint bit)
{
  guint count = 0;

  for (guint value = 0; value < 256; value++)
    count += value >> bit % 8 & 1 ? tally->bytes[bit / 8][value] : 0;
  return count;
}

static void
count_shelves (WhFacets *facets, const WhSearchFilter *filter, const WhBits *matches)
{
  g_autofree MaskTally *states = g_new0 (MaskTally, 1);
  g_autofree MaskTally *categories = g_new0 (MaskTally, 1);
  guint prices[MAX_BANDS] = { 0 }, unpriced = 0;

  WH_BITS_EACH (matches, facets->snapshot->n, strain)
    {
      WhShelf shelf = wh_search_filter_shelf (filter, strain);
      guint band = wh_facet_price_band (shelf.price);
      add_mask (states, shelf.states);
      add_mask (categories, shelf.categories);
      *(band == WH_FACET_UNKNOWN ? &unpriced : &prices[MIN (band, MAX_BANDS - 1)]) += 1;
    }
  for (guint bit = 0; bit < 8 * MASK_BYTES; bit++)
    {
      add_count (facets, WH_FACET_STATE, bit, count_of_bit (states, bit));
      add_count (facets, WH_FACET_CATEGORY, bit, count_of_bit (categories, bit));
    }
  for (guint band = 0; band < MAX_BANDS; band++)
    add_count (facets, WH_FACET_PRICE, band, prices[band]);
  add_count (facets, WH_FACET_PRICE, WH_FACET_UNKNOWN, unpriced);
}

static gboolean
is_of_products (WhFacet facet)
{
  return facet == WH_FACET_STATE || facet == WH_FACET_CATEGORY || facet == WH_FACET_PRICE;
}

WhFacets *
wh_facets_count (WhSnapshot *snapshot, const WhSearchFilter *filter, const WhBits *matches)
{
  WhFacets *facets = g_new0 (WhFacets, 1);
  const WhFacetSets *sets = snapshot->facets;
  gboolean asks_products = wh_search_filter_asks_products (filter);

  facets->snapshot = wh_snapshot_ref (snapshot);
  facets->total = wh_bits_count (matches, sets->n_bits);
  for (guint facet = 0; facet < WH_N_FACETS; facet++)
    {
      facets->counts[facet] = g_array_new (FALSE, FALSE, sizeof (WhFacetCount));
      g_array_set_clear_func (facets->counts[facet], count_clear_cb);
    }
  for (guint i = 0; i < sets->sets->len; i++)
    {
      const WhFacetSet *set = &g_array_index (sets->sets, WhFacetSet, i);
      if (!asks_products || !is_of_products (set->facet))
        add_count (facets, set->facet, set->value, wh_bits_count_common (matches, set->bits, sets->n_bits));
    }
  if (asks_products)
    count_shelves (facets, filter, matches);
  for (guint facet = 0; facet < WH_N_FACETS; facet++)
    g_array_sort (facets->counts[facet], facet == WH_FACET_PRICE || facet == WH_FACET_THC ? compare_bands : compare_counts);
  return facets;
}

const char *
wh_facet_key (WhFacet facet)
{
  static const char *const keys[] = { "type", "terpene", "state", "category", "price", "thc" };

  g_return_val_if_fail ((guint) facet < G_N_ELEMENTS (keys), "type");
  return keys[facet];
}

void
wh_facets_free (WhFacets *facets)
{
  for (guint facet = 0; facet < WH_N_FACETS; facet++)
    g_array_unref (facets->counts[facet]);
  wh_snapshot_unref (facets->snapshot);
  g_free (facets);
}
