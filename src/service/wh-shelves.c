#include "wh-shelves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/wh-text.h"
#include "core/wh-category.h"

typedef struct {
  guint32 place;
  WhShelfItem item;
} Pending;

WhShelves *
wh_shelves_new (void)
{
  WhShelves *shelves = g_new0 (WhShelves, 1);

  shelves->text = g_string_chunk_new (4096);
  shelves->brands = g_ptr_array_new ();
  shelves->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  shelves->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  return shelves;
}

void
wh_shelves_free (WhShelves *shelves)
{
  g_string_chunk_free (shelves->text);
  g_ptr_array_unref (shelves->brands);
  g_clear_pointer (&shelves->numbers, g_hash_table_unref);
  g_clear_pointer (&shelves->pending, g_array_unref);
  g_free (shelves->first);
  g_free (shelves->items);
  g_free (shelves);
}

/* -- building ---------------------------------------------------------------------------------------------------- */

static guint
brand_number (WhShelves *shelves, const char *brand)
{
  g_autofree char *folded = brand ? wh_text_fold (brand) : NULL;
  guint number = folded && *folded ? GPOINTER_TO_UINT (g_hash_table_lookup (shelves->numbers, folded)) : 0;

  if (number)
    return number - 1;
  if (!folded || !*folded || shelves->brands->len == WH_SHELF_NO_BRAND)
    return WH_SHELF_NO_BRAND;
  char *kept = g_string_chunk_insert (shelves->text, folded);
  g_ptr_array_add (shelves->brands, kept);
  g_hash_table_insert (shelves->numbers, kept, GUINT_TO_POINTER (shelves->brands->len));
  return shelves->brands->len - 1;
}

static guint32
price_of (double dollars)
{
  double price = dollars * WH_SHELF_PRICE;

  return price >= 0 && price < WH_SHELF_NO_PRICE ? (guint32) llround (price) : WH_SHELF_NO_PRICE;
}

void
wh_shelves_add (WhShelves *shelves, guint place, guint state, const WhProduct *product, double price)
{
  guint category = wh_category_bit (product->category);
  Pending pending = { place,
                      { .price = price_of (price),
                        .brand = brand_number (shelves, product->brand) & WH_SHELF_NO_BRAND,
                        .state = state & WH_SHELF_NO_STATE,
                        .category = category ? g_bit_nth_lsf (category, -1) & WH_SHELF_NO_CATEGORY : WH_SHELF_NO_CATEGORY,
                        .in_stock = product->in_stock == 1 } };

  g_array_append_val (shelves->pending, pending);
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const WhShelfItem *x = a, *y = b;
  guint tier_x = wh_shelf_tier (x), tier_y = wh_shelf_tier (y);

  if (tier_x != tier_y)
    return tier_x < tier_y ? -1 : 1;
  return (x->price > y->price) - (x->price < y->price);
}

void
wh_shelves_finish (WhShelves *shelves, guint n, const guint32 *places)
{
  Pending *pending = (Pending *) shelves->pending->data;
  guint n_items = shelves->pending->len;

  for (guint i = 0; places && i < n_items; i++)
    pending[i].place = places[pending[i].place];

  shelves->first = g_new0 (guint32, n + 1);
  for (guint i = 0; i < n_items; i++)
    shelves->first[pending[i].place + 1]++;
  for (guint i = 0; i < n; i++)
    shelves->first[i + 1] += shelves->first[i];
  g_autofree guint32 *next = g_memdup2 (shelves->first, (n + 1) * sizeof *next);
  shelves->items = g_new (WhShelfItem, MAX (n_items, 1));
  for (guint i = 0; i < n_items; i++)
    shelves->items[next[pending[i].place]++] = pending[i].item;
  for (guint i = 0; i < n; i++)
    qsort (shelves->items + shelves->first[i], shelves->first[i + 1] - shelves->first[i], sizeof (WhShelfItem), compare_items);
  g_clear_pointer (&shelves->pending, g_array_unref);
  g_clear_pointer (&shelves->numbers, g_hash_table_unref);
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
wh_shelves_brands (const WhShelves *shelves, const char *words)
{
  WhBits *set = g_new0 (WhBits, wh_bits_words (MAX (shelves->brands->len, 1)));

  for (guint i = 0; i < shelves->brands->len; i++)
    if (has_words (g_ptr_array_index (shelves->brands, i), words))
      wh_bits_set (set, i);
  return set;
}

guint
wh_shelf_tier (const WhShelfItem *item)
{
  return (item->in_stock ? 0 : 2) + (item->category != 0);   /* flower is the first category */
}
