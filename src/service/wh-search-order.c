/* Results in an order other than the best first. */
#include <math.h>

#include "wh-search.h"

typedef struct {
  const WhSnapshot *snapshot;
  const WhQuery    *query;
  const WhBits     *matches;
  guint             wanted;
  GArray           *strains;
} Walk;

static void
take (Walk *walk, guint32 strain)
{
  if (walk->strains->len < walk->wanted && wh_bits_test (walk->matches, strain))
    g_array_append_val (walk->strains, strain);
}

static gboolean
same_value (const WhOrder *order, guint a, guint b)
{
  return order->values && order->values[a] == order->values[b];
}

/* Downwards, equal values keep the order of their names; strains without the value stay last either way. */
static void
walk_order (Walk *walk, const WhOrder *order)
{
  guint n_known = order->n_known;

  for (guint i = 0; !walk->query->descending && i < n_known; i++)
    take (walk, order->strains[i]);
  for (guint end = n_known; walk->query->descending && end > 0;)
    {
      guint first = end - 1;
      while (first > 0 && same_value (order, first - 1, end - 1))
        first--;
      for (guint i = first; i < end; i++)
        take (walk, order->strains[i]);
      end = first;
    }
  for (guint i = n_known; i < walk->snapshot->n; i++)
    take (walk, order->strains[i]);
}

typedef struct {
  guint32 strain;
  double  price;
} Priced;

static int
compare_prices_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Priced *x = a, *y = b;
  const WhQuery *query = user_data;

  if (isnan (x->price) != isnan (y->price))
    return isnan (x->price) ? 1 : -1;
  if (isnan (x->price) || x->price == y->price)
    return 0;
  return (x->price < y->price) == !query->descending ? -1 : 1;
}

/* Prices of the products that were asked for; the sort is stable, so equal ones keep the order of their names. */
static void
order_by_shelf (Walk *walk, const WhSearchFilter *filter)
{
  const WhOrder *names = &walk->snapshot->orders[WH_SORT_NAME];
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Priced));

  for (guint i = 0; i < walk->snapshot->n; i++)
    if (wh_bits_test (walk->matches, names->strains[i]))
      {
        Priced priced = { names->strains[i], wh_search_filter_shelf (filter, names->strains[i]).price };
        g_array_append_val (list, priced);
      }
  g_array_sort_with_data (list, compare_prices_cb, (gpointer) walk->query);
  for (guint i = 0; i < MIN (list->len, walk->wanted); i++)
    g_array_append_val (walk->strains, g_array_index (list, Priced, i).strain);
}

GArray *
wh_search_order (const WhSnapshot *snapshot, const WhQuery *query, const WhSearchFilter *filter, const WhBits *matches, guint wanted)
{
  Walk walk = { snapshot, query, matches, wanted, g_array_new (FALSE, FALSE, sizeof (guint32)) };

  if (query->sort == WH_SORT_PRICE && wh_search_filter_asks_products (filter))
    order_by_shelf (&walk, filter);
  else
    walk_order (&walk, &snapshot->orders[query->sort]);
  return walk.strains;
}
