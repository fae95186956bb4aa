#include "wh-product-index.h"

#include <malloc.h>
#include <math.h>
#include <string.h>

#include "base/wh-text.h"

#define NO_STRAIN G_MAXUINT32

typedef struct {
  WhProductIndex *index;
  WhSnapshot     *snapshot;
  GArray         *drafts;      /* of WhProductListing */
  GHashTable     *numbers;     /* a listing's key -> position in drafts + 1 */
  GHashTable     *shops;       /* WhId -> bit of its state + 1 */
} Builder;

WhProductIndex *
wh_product_index_ref (WhProductIndex *index)
{
  g_atomic_ref_count_inc (&index->ref_count);
  return index;
}

void
wh_product_index_unref (WhProductIndex *index)
{
  if (!g_atomic_ref_count_dec (&index->ref_count))
    return;
  g_clear_pointer (&index->index, wh_search_index_free);
  g_clear_pointer (&index->shelves, wh_shelves_free);
  wh_snapshot_unref (index->snapshot);
  g_string_chunk_free (index->text);
  g_free (index->listings);
  g_free (index);
}

static gboolean
take_shop_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhDispensary *shop = entity;
  guint64 bit = shop->state ? wh_snapshot_state_bit (builder->snapshot, shop->state) : 0;

  if (bit)
    g_hash_table_insert (builder->shops, g_memdup2 (&shop->entity.id, sizeof (WhId)), GUINT_TO_POINTER (__builtin_ctzll (bit) + 1));
  return TRUE;
}

static const char *
keep (Builder *builder, const char *text)
{
  return text && *text ? g_string_chunk_insert (builder->index->text, text) : NULL;
}

static const char *
keep_once (Builder *builder, const char *text)
{
  return text && *text ? g_string_chunk_insert_const (builder->index->text, text) : NULL;
}

/* The number of the product's listing, a new one where it is the first of it. */
static guint
listing_of (Builder *builder, const WhProduct *product)
{
  const WhCard *card = wh_snapshot_find (builder->snapshot, &product->strain_id);
  double weight = product->weight_grams > 0 ? product->weight_grams : NAN;
  g_autofree char *key = g_strdup_printf ("%s\x1f%s\x1f%s\x1f%.3f", product->name, product->brand ? product->brand : "",
                                          product->category ? product->category : "", weight);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (builder->numbers, key));

  if (number)
    return number - 1;
  WhProductListing listing = { product->entity.id, keep (builder, product->name), keep_once (builder, product->brand),
                        keep_once (builder, product->category), weight, card ? card->index : NO_STRAIN, 0,
                        wh_entity_is_demonstration (product) };
  g_array_append_val (builder->drafts, listing);
  g_hash_table_insert (builder->numbers, g_steal_pointer (&key), GUINT_TO_POINTER (builder->drafts->len));
  return builder->drafts->len - 1;
}

static gboolean
take_product_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhProduct *product = entity;
  guint number = listing_of (builder, product);
  guint state = GPOINTER_TO_UINT (g_hash_table_lookup (builder->shops, &product->dispensary_id));
  gboolean weighed = product->weight_grams > 0, priced = product->price_cents != WH_INTEGER_UNSET && product->price_cents >= 0;
  double price = weighed ? wh_product_price_per_gram (product) : priced ? product->price_cents / 100.0 : NAN;

  g_array_index (builder->drafts, WhProductListing, number).n_products++;
  wh_shelves_add (builder->index->shelves, number, state ? state - 1 : WH_SHELF_NO_STATE, product, price);
  return TRUE;
}

static gboolean
read_all_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_DISPENSARY, take_shop_cb, user_data, error)
         && wh_reader_each (reader, WH_KIND_PRODUCT, take_product_cb, user_data, error);
}

/* -- order ------------------------------------------------------------------------------------------------------- */

static int
by_popularity_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhProductListing *listings = user_data;
  const WhProductListing *x = &listings[*(const guint32 *) a], *y = &listings[*(const guint32 *) b];

  if (x->n_products != y->n_products)
    return x->n_products > y->n_products ? -1 : 1;
  int order = strcmp (x->name, y->name);
  return order ? order : wh_id_compare (&x->id, &y->id);
}

/* Numbers the listings anew; what stood at a place stands at out[place] afterwards. */
static guint32 *
sort_listings (Builder *builder)
{
  WhProductIndex *index = builder->index;
  const WhProductListing *drafts = (const WhProductListing *) builder->drafts->data;
  guint32 *places = g_new (guint32, index->n + 1);
  g_autofree guint32 *order = g_new (guint32, index->n + 1);

  for (guint i = 0; i < index->n; i++)
    order[i] = i;
  g_qsort_with_data (order, (int) index->n, sizeof *order, by_popularity_cb, (gpointer) drafts);
  index->listings = g_new (WhProductListing, MAX (index->n, 1));
  for (guint i = 0; i < index->n; i++)
    {
      index->listings[i] = drafts[order[i]];
      places[order[i]] = i;
    }
  return places;
}

static void
arrange (Builder *builder)
{
  WhProductIndex *index = builder->index;

  index->n = builder->drafts->len;
  g_autofree guint32 *places = sort_listings (builder);
  g_hash_table_remove_all (builder->numbers);
  wh_shelves_finish (index->shelves, index->n, places);
  index->index = wh_search_index_new (index->n);
  for (guint i = 0; i < index->n; i++)
    {
      wh_search_index_add_title (index->index, i, index->listings[i].name, WH_INDEX_NAME);
      if (index->listings[i].brand)
        wh_search_index_add_words (index->index, i, index->listings[i].brand, WH_INDEX_ALIAS);
    }
  wh_search_index_finish (index->index);
}

WhProductIndex *
wh_product_index_new (WhSnapshot *snapshot, WhStore *store, const WhPrincipal *principal, GError **error)
{
  g_autoptr (WhProductIndex) index = g_new0 (WhProductIndex, 1);
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) shops = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);
  g_autoptr (GArray) drafts = g_array_new (FALSE, FALSE, sizeof (WhProductListing));
  Builder builder = { index, snapshot, drafts, numbers, shops };

  g_atomic_ref_count_init (&index->ref_count);
  index->snapshot = wh_snapshot_ref (snapshot);
  index->text = g_string_chunk_new (64 * 1024);
  index->shelves = wh_shelves_new ();
  if (!wh_store_read (store, principal, read_all_cb, &builder, error))
    return NULL;
  arrange (&builder);
  malloc_trim (0);   /* as after building a snapshot */
  return g_steal_pointer (&index);
}
