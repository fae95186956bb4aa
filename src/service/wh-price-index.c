#include "wh-price-index.h"

#include <math.h>
#include <string.h>

#include "base/wh-text.h"

#define NOWHERE G_MAXUINT32
#define OTHER "other"
#define CURRENCY "USD"

/* Where one size of packages ends and the next begins, in grams: about a doubling each. */
static const double sizes[] = { 0.4, 0.75, 1.5, 2.75, 5, 10, 20, 40 };

typedef struct {
  WhPriceIndex *index;
  WhSnapshot   *snapshot;
  GHashTable   *shops;        /* WhId -> position + 1 */
  GHashTable   *texts;        /* text -> position + 1 */
  GHashTable   *likenesses;   /* key -> position + 1 */
  GHashTable   *articles;     /* Article -> number + 1 */
} Builder;

/* What makes two offers the same thing in different shops; texts by their address in the chunk. */
typedef struct {
  const char *brand, *category, *subcategory, *amount;
  double      grams;
  guint32     strain;
  guint32     text;   /* without a strain: name and brand; else 0 */
  guint32     shop;   /* of an unknown brand: its shop + 1; else 0 */
  guint32     unused; /* so that all bytes count */
} Article;

WhPriceIndex *
wh_price_index_ref (WhPriceIndex *index)
{
  g_atomic_ref_count_inc (&index->ref_count);
  return index;
}

void
wh_price_index_unref (WhPriceIndex *index)
{
  if (!g_atomic_ref_count_dec (&index->ref_count))
    return;
  g_array_unref (index->shops);
  g_array_unref (index->products);
  g_array_unref (index->likenesses);
  g_string_free (index->texts, TRUE);
  g_array_unref (index->text_first);
  g_string_chunk_free (index->text);
  g_free (index->strain_first);
  g_free (index->by_id);
  g_free (index->by_shop);
  g_free (index->shop_first);
  g_free (index->by_text);
  g_free (index->text_products);
  g_free (index);
}

static const char *
keep (Builder *builder, const char *text)
{
  return text && *text ? g_string_chunk_insert_const (builder->index->text, text) : NULL;
}

static gint8
flag_of (gint64 value)
{
  return value == WH_INTEGER_UNSET ? -1 : value != 0;
}

static gboolean
take_shop_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhDispensary *shop = entity;
  WhPriceShop row = { shop->entity.id, keep (builder, shop->name), keep (builder, shop->city), keep (builder, shop->state),
                      { shop->latitude, shop->longitude }, flag_of (shop->delivery_available), flag_of (shop->pickup_available) };

  g_array_append_val (builder->index->shops, row);
  g_hash_table_insert (builder->shops, g_memdup2 (&shop->entity.id, sizeof (WhId)), GUINT_TO_POINTER (builder->index->shops->len));
  return TRUE;
}

/* -- products ---------------------------------------------------------------------------------------------------- */

/* " blue dream pre roll green farms" */
static guint32
text_of (Builder *builder, const WhProduct *product)
{
  WhPriceIndex *index = builder->index;
  g_autofree char *all = g_strjoin (" ", product->name, product->brand, NULL);
  g_autofree char *folded = wh_text_fold (all);
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (builder->texts, folded));
  guint32 end;

  if (place)
    return place - 1;
  g_string_append_printf (index->texts, " %s\n", folded);
  end = (guint32) index->texts->len;
  place = index->text_first->len;
  g_array_append_val (index->text_first, end);
  g_hash_table_insert (builder->texts, g_steal_pointer (&folded), GUINT_TO_POINTER (place));
  return place - 1;
}

static guint
size_of (double grams)
{
  guint size = 1;

  if (!(grams > 0))
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (sizes) && grams > sizes[i]; i++)
    size++;
  return size;
}

/* "100 MG" -> "100mg"; points and commas stay, since they count. NULL when it says nothing. */
static char *
squeeze_amount (const char *amount)
{
  g_autofree char *lower = g_utf8_strdown (amount ? amount : "", -1);
  GString *squeezed = g_string_new (NULL);

  for (const char *place = lower; *place; place = g_utf8_next_char (place))
    if (!g_unichar_isspace (g_utf8_get_char (place)))
      g_string_append_unichar (squeezed, g_utf8_get_char (place));
  return g_string_free (squeezed, squeezed->len == 0);
}

static guint32
likeness_of (Builder *builder, const WhProduct *product)
{
  guint size = size_of (product->weight_grams);
  g_autofree char *amount = size ? NULL : squeeze_amount (product->amount);
  WhLikeness likeness = { keep (builder, product->category && *product->category ? product->category : OTHER),
                          keep (builder, product->currency && *product->currency ? product->currency : CURRENCY),
                          keep (builder, amount), size };
  g_autofree char *key = g_strdup_printf ("%s\x1f%s\x1f%u\x1f%s", likeness.category, likeness.currency, size, amount ? amount : "");
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (builder->likenesses, key));

  if (place)
    return place - 1;
  g_array_append_val (builder->index->likenesses, likeness);
  place = builder->index->likenesses->len;
  g_hash_table_insert (builder->likenesses, g_steal_pointer (&key), GUINT_TO_POINTER (place));
  return place - 1;
}

static guint
article_hash (gconstpointer key)
{
  const guint8 *bytes = key;
  guint hash = 2166136261u;

  for (gsize i = 0; i < sizeof (Article); i++)
    hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

static gboolean
article_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Article)) == 0;
}

static guint32
article_of (Builder *builder, const WhPriceProduct *row)
{
  const WhLikeness *likeness = &g_array_index (builder->index->likenesses, WhLikeness, row->likeness);
  Article article = { row->brand, likeness->category, row->subcategory, likeness->amount, isnan (row->grams) ? 0 : row->grams,
                      row->strain, row->strain == NOWHERE ? row->text : 0, row->brand ? 0 : row->shop + 1, 0 };
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (builder->articles, &article));

  if (number == 0)
    {
      number = g_hash_table_size (builder->articles) + 1;
      g_hash_table_insert (builder->articles, g_memdup2 (&article, sizeof article), GUINT_TO_POINTER (number));
    }
  return number - 1;
}

static gboolean
take_product_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  const WhProduct *product = entity;
  guint shop = GPOINTER_TO_UINT (g_hash_table_lookup (builder->shops, &product->dispensary_id));
  const WhCard *card = wh_snapshot_find (builder->snapshot, &product->strain_id);
  WhPriceProduct row = { .id = product->entity.id, .strain = card ? card->index : NOWHERE };

  if (!shop)
    return TRUE;
  row.name = keep (builder, product->name);
  row.brand = keep (builder, product->brand);
  row.amount = keep (builder, product->amount);
  row.subcategory = keep (builder, product->subcategory);
  row.grams = product->weight_grams > 0 ? product->weight_grams : NAN;
  row.thc_mg = wh_product_label_thc_mg (product);
  row.thc_percentage = product->thc_percentage > 0 ? product->thc_percentage : NAN;
  row.price = product->price_cents != WH_INTEGER_UNSET && product->price_cents > 0 ? product->price_cents / 100.0 : NAN;
  row.observed_at = product->price_observed_at;
  row.shop = shop - 1;
  row.text = text_of (builder, product);
  row.likeness = likeness_of (builder, product);
  row.currency = g_array_index (builder->index->likenesses, WhLikeness, row.likeness).currency;
  row.in_stock = flag_of (product->in_stock);
  row.demonstration = wh_entity_is_demonstration (product);
  row.article = article_of (builder, &row);
  g_array_append_val (builder->index->products, row);
  return TRUE;
}

/* -- all together ------------------------------------------------------------------------------------------------ */

static int
compare_products (gconstpointer a, gconstpointer b)
{
  const WhPriceProduct *x = a, *y = b;

  if (x->strain != y->strain)
    return x->strain < y->strain ? -1 : 1;
  return wh_id_compare (&x->id, &y->id);
}

static int
compare_ids_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhPriceProduct *products = user_data;

  return wh_id_compare (&products[*(const guint32 *) a].id, &products[*(const guint32 *) b].id);
}

static void
sort_products (WhPriceIndex *index, guint n)
{
  guint place = 0;

  g_array_sort (index->products, compare_products);
  index->strain_first = g_new (guint32, n + 1);
  for (guint strain = 0; strain <= n; strain++)
    {
      while (place < index->products->len && g_array_index (index->products, WhPriceProduct, place).strain < strain)
        place++;
      index->strain_first[strain] = place;
    }
}

static void
sort_by_id (WhPriceIndex *index)
{
  index->by_id = g_new (guint32, index->products->len + 1);
  for (guint i = 0; i < index->products->len; i++)
    index->by_id[i] = i;
  g_qsort_with_data (index->by_id, (gint) index->products->len, sizeof *index->by_id, compare_ids_cb, index->products->data);
}

/* By counting a number of each product, below `n`: first how many of each, then where the next of each goes. */
static void
sort_by_number (const WhPriceIndex *index, gsize number_offset, guint n, guint32 **out_places, guint32 **out_first)
{
  guint n_products = index->products->len;
  g_autofree guint32 *next = g_new0 (guint32, n + 1);
  guint32 *places = g_new (guint32, n_products + 1), *first = g_new0 (guint32, n + 1);

  for (guint i = 0; i < n_products; i++)
    first[G_STRUCT_MEMBER (guint32, &g_array_index (index->products, WhPriceProduct, i), number_offset) + 1]++;
  for (guint number = 0; number < n; number++)
    first[number + 1] += next[number] = first[number];
  for (guint i = 0; i < n_products; i++)
    places[next[G_STRUCT_MEMBER (guint32, &g_array_index (index->products, WhPriceProduct, i), number_offset)]++] = i;
  *out_places = places;
  *out_first = first;
}

const WhPriceProduct *
wh_price_index_find (const WhPriceIndex *index, const WhId *product_id)
{
  guint low = 0, high = index->products->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const WhPriceProduct *product = &g_array_index (index->products, WhPriceProduct, index->by_id[middle]);
      int order = wh_id_compare (product_id, &product->id);
      if (order == 0)
        return product;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}

const WhPriceShop *
wh_price_index_find_shop (const WhPriceIndex *index, const WhId *shop_id)
{
  for (guint i = 0; i < index->shops->len; i++)
    if (wh_id_equal (&g_array_index (index->shops, WhPriceShop, i).id, shop_id))
      return &g_array_index (index->shops, WhPriceShop, i);
  return NULL;
}

static gboolean
read_all_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_DISPENSARY, take_shop_cb, user_data, error)
         && wh_reader_each (reader, WH_KIND_PRODUCT, take_product_cb, user_data, error);
}

WhPriceIndex *
wh_price_index_new (WhSnapshot *snapshot, WhStore *store, const WhPrincipal *principal, GError **error)
{
  g_autoptr (WhPriceIndex) index = g_new0 (WhPriceIndex, 1);
  g_autoptr (GHashTable) shops = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) likenesses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) articles = g_hash_table_new_full (article_hash, article_equal, g_free, NULL);
  Builder builder = { index, snapshot, shops, texts, likenesses, articles };

  g_atomic_ref_count_init (&index->ref_count);
  index->revision = wh_snapshot_revision (snapshot);
  index->text = g_string_chunk_new (64 * 1024);
  index->shops = g_array_new (FALSE, FALSE, sizeof (WhPriceShop));
  index->products = g_array_new (FALSE, FALSE, sizeof (WhPriceProduct));
  index->texts = g_string_new (NULL);
  index->text_first = g_array_new (FALSE, TRUE, sizeof (guint32));
  g_array_set_size (index->text_first, 1);
  index->likenesses = g_array_new (FALSE, FALSE, sizeof (WhLikeness));
  if (!wh_store_read (store, principal, read_all_cb, &builder, error))
    return NULL;
  sort_products (index, wh_snapshot_length (snapshot));
  sort_by_id (index);
  sort_by_number (index, G_STRUCT_OFFSET (WhPriceProduct, shop), index->shops->len, &index->by_shop, &index->shop_first);
  sort_by_number (index, G_STRUCT_OFFSET (WhPriceProduct, text), index->text_first->len - 1, &index->by_text, &index->text_products);
  return g_steal_pointer (&index);
}
