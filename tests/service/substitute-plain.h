/* substitute-plain.h: the search for substitutes written down as it is defined, to hold the quick one against. */
#pragma once

#include "service/wh-substitute-private.h"

static inline int
plain_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhStanding *x = a, *y = b;

  return x->place == y->place ? 0 : wh_substitute_is_before (user_data, x, y) ? -1 : 1;
}

/* Every product is weighed anew and all are sorted; then the first of each article. */
static inline guint
plain_search (const WhSubstituteSearch *search, WhStanding *out_best)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (WhStanding));
  g_autoptr (GHashTable) articles = g_hash_table_new (NULL, NULL);
  guint n = 0;

  for (guint32 i = 0; i < search->index->products->len; i++)
    {
      const WhPriceProduct *product = &g_array_index (search->index->products, WhPriceProduct, i);
      if (!wh_substitute_is_candidate (search, product))
        continue;
      WhStrainParts parts = wh_substitute_weigh_strain (search, product->strain);
      WhStanding standing = wh_substitute_weigh (search, i, &parts, NULL, NULL);
      g_array_append_val (all, standing);
    }
  g_array_sort_with_data (all, plain_compare, (gpointer) search);
  for (guint i = 0; i < all->len && n < search->question->limit; i++)
    {
      const WhStanding *standing = &g_array_index (all, WhStanding, i);
      const WhPriceProduct *product = &g_array_index (search->index->products, WhPriceProduct, standing->place);
      if (g_hash_table_add (articles, GUINT_TO_POINTER (product->article)))
        out_best[n++] = *standing;
    }
  return n;
}

static inline gboolean
plain_is_equal (const WhStanding *one, guint n_one, const WhStanding *other, guint n_other)
{
  gboolean equal = n_one == n_other;

  for (guint i = 0; equal && i < n_one; i++)
    equal = one[i].place == other[i].place && one[i].score == other[i].score;
  return equal;
}
