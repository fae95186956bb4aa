#include "wh-menu.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-text.h"
#include "wh-pricing.h"

#define OTHER "other"
#define FOLDED_LIMIT 256

/* A menu while it is read. */
typedef struct {
  const WhMenuQuestion *question;
  WhMenu *menu;
  char   *brand;      /* folded, a space before it; NULL: any */
  gint64  now;
} Builder;

gboolean
wh_menu_parse_sort (const char *word, WhMenuSort *out_sort)
{
  static const char *const words[] = { [WH_MENU_NAME] = "name", [WH_MENU_PRICE] = "price", [WH_MENU_THC] = "thc",
                                       [WH_MENU_POPULARITY] = "popularity" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i]) == 0)
      {
        *out_sort = (WhMenuSort) i;
        return TRUE;
      }
  return FALSE;
}

gboolean
wh_menu_question_check (const WhMenuQuestion *question, GError **error)
{
  if (question->category && !wh_pricing_is_category (question->category))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The category must be one of: %s."), wh_pricing_categories ());
  else if (question->price_min < 0 || question->price_max < 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("Prices must be 0 or more."));
  else if (question->price_min > question->price_max)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("The lowest price must not be above the highest."));
  else
    return TRUE;
  return FALSE;
}

/* -- one item ----------------------------------------------------------------------------------------------------- */

static void
item_free (gpointer data)
{
  WhMenuItem *item = data;

  wh_entity_unref (item->product);
  g_clear_pointer (&item->result, wh_entity_unref);
  g_free (item->category_given);
  g_free (item);
}

/* One of the known categories; what the source wrote is kept beside it. Nobody else has the product yet. */
static void
normalise_category (WhMenuItem *item)
{
  WhProduct *product = item->product;
  g_autofree char *lower = product->category ? g_utf8_strdown (product->category, -1) : NULL;
  const char *category = lower && wh_pricing_is_category (lower) ? lower : OTHER;

  if (g_strcmp0 (product->category, category) == 0)
    return;
  item->category_given = product->category;
  product->category = g_strdup (category);
}

/* Takes the product. */
static WhMenuItem *
item_new (const Builder *builder, WhProduct *product)
{
  WhMenuItem *item = g_new0 (WhMenuItem, 1);
  gboolean priced = product->price_cents != WH_INTEGER_UNSET && product->price_cents >= 0;

  item->product = product;
  normalise_category (item);
  item->card = wh_snapshot_find (builder->menu->snapshot, &product->strain_id);
  item->price = priced ? product->price_cents / 100.0 : NAN;
  item->per_gram = wh_product_price_per_gram (product);
  item->thc_mg = wh_product_label_thc_mg (product);
  item->thc_computed = !isnan (item->thc_mg) && !(product->thc_mg > 0);
  item->per_mg_thc = wh_product_price_per_mg_thc (product);
  item->stale = wh_freshness_is_stale (WH_FACT_PRICE, product->price_observed_at, builder->now);
  item->menu_stale = wh_freshness_is_stale (WH_FACT_MENU, product->price_observed_at, builder->now);
  return item;
}

static gboolean
has_brand (const Builder *builder, const WhProduct *product)
{
  g_autofree char *folded = builder->brand && product->brand ? wh_text_fold (product->brand) : NULL;
  g_autofree char *padded = folded ? g_strconcat (" ", folded, NULL) : NULL;

  return !builder->brand || (padded && strstr (padded, builder->brand));
}

static gboolean
is_meant (const Builder *builder, const WhMenuItem *item)
{
  const WhMenuQuestion *question = builder->question;
  const WhProduct *product = item->product;

  if (question->category && strcmp (product->category, question->category) != 0)
    return FALSE;
  if (question->strain_id && !wh_id_equal (&product->strain_id, question->strain_id))
    return FALSE;
  if (question->in_stock && product->in_stock != 1)
    return FALSE;
  /* A price that nobody knows is within no bounds. */
  if (!isnan (question->price_min) && !(item->price >= question->price_min))
    return FALSE;
  if (!isnan (question->price_max) && !(item->price <= question->price_max))
    return FALSE;
  return has_brand (builder, product);
}

static void
note_item (WhMenu *menu, WhMenuItem *item)
{
  gint64 observed = item->product->price_observed_at;

  menu->n_stale += item->stale;
  menu->n_menu_stale += item->menu_stale;
  menu->demonstration |= wh_entity_is_demonstration (item->product);
  if (observed != WH_TIME_UNSET)
    {
      menu->newest = MAX (menu->newest, observed);   /* unset is the least number there is */
      menu->oldest = menu->oldest == WH_TIME_UNSET ? observed : MIN (menu->oldest, observed);
    }
  g_ptr_array_add (menu->items, item);
}

/* -- order --------------------------------------------------------------------------------------------------------- */

/* The larger first; what is not known last. */
static int
compare_values (double x, double y)
{
  if (isnan (x) || isnan (y))
    return !!isnan (x) - !!isnan (y);
  return (x < y) - (x > y);
}

static int
compare_strength (const WhMenuItem *x, const WhMenuItem *y)
{
  int order = compare_values (x->product->thc_percentage, y->product->thc_percentage);

  return order ? order : compare_values (x->thc_mg, y->thc_mg);
}

static int
compare_items_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WhMenuItem *x = *(WhMenuItem *const *) a, *y = *(WhMenuItem *const *) b;
  int order = 0;

  switch (*(const WhMenuSort *) user_data)
    {
    case WH_MENU_PRICE:
      order = compare_values (-x->price, -y->price);
      break;
    case WH_MENU_THC:
      order = compare_strength (x, y);
      break;
    case WH_MENU_POPULARITY:
      order = compare_values (x->card ? x->card->popularity : NAN, y->card ? y->card->popularity : NAN);
      break;
    case WH_MENU_NAME:
      break;
    }
  if (order == 0)
    order = g_ascii_strcasecmp (x->product->name, y->product->name);
  return order ? order : wh_id_compare (&x->product->entity.id, &y->product->entity.id);
}

/* -- all together -------------------------------------------------------------------------------------------------- */

/* Of one day the later row. */
static WhLabResult *
newest (GPtrArray *results)
{
  WhLabResult *found = NULL;

  for (guint i = 0; i < results->len; i++)
    {
      WhLabResult *result = results->pdata[i];
      if (!found || result->test_date >= found->test_date)   /* unset is the least */
        found = result;
    }
  return found ? wh_entity_ref (found) : NULL;
}

static gboolean
read_results (WhReader *reader, WhMenu *menu, GError **error)
{
  for (guint i = 0; i < menu->items->len; i++)
    {
      WhMenuItem *item = menu->items->pdata[i];
      g_autoptr (GPtrArray) results = NULL;

      if (wh_id_is_none (&item->product->batch_id))
        continue;
      results = wh_reader_find (reader, WH_KIND_LAB_RESULT, "batch_id", &item->product->batch_id, 0, error);
      if (!results)
        return FALSE;
      item->result = newest (results);
    }
  return TRUE;
}

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Builder *builder = user_data;
  WhMenu *menu = builder->menu;
  const WhId *id = &builder->question->shop_id;
  g_autoptr (GPtrArray) products = NULL;

  menu->shop = wh_reader_get (reader, WH_KIND_DISPENSARY, id, error);
  products = menu->shop ? wh_reader_find (reader, WH_KIND_PRODUCT, "dispensary_id", id, 0, error) : NULL;
  if (!products)
    return FALSE;
  menu->n_all = products->len;
  for (guint i = 0; i < products->len; i++)
    {
      WhMenuItem *item = item_new (builder, wh_entity_ref (products->pdata[i]));
      if (is_meant (builder, item))
        note_item (menu, item);
      else
        item_free (item);
    }
  return read_results (reader, menu, error);
}

WhMenu *
wh_catalogue_menu (WhCatalogue *catalogue, const WhPrincipal *principal, const WhMenuQuestion *question, GError **error)
{
  g_autoptr (WhMenu) menu = g_new0 (WhMenu, 1);
  g_autofree char *cut = question->brand ? wh_text_clean (question->brand, FOLDED_LIMIT) : NULL;
  g_autofree char *folded = cut ? wh_text_fold (cut) : NULL;
  g_autofree char *brand = folded ? g_strconcat (" ", folded, NULL) : NULL;
  Builder builder = { question, menu, brand, wh_clock_now () };
  WhMenuSort sort = question->sort;

  menu->snapshot = wh_catalogue_snapshot (catalogue);
  menu->items = g_ptr_array_new_with_free_func (item_free);
  menu->newest = menu->oldest = WH_TIME_UNSET;
  if (!wh_menu_question_check (question, error)
      || !wh_store_read (wh_catalogue_store (catalogue), principal, read_cb, &builder, error))
    return NULL;
  menu->demonstration |= wh_entity_is_demonstration (menu->shop);
  g_ptr_array_sort_with_data (menu->items, compare_items_cb, &sort);
  return g_steal_pointer (&menu);
}

void
wh_menu_free (WhMenu *menu)
{
  g_clear_pointer (&menu->shop, wh_entity_unref);
  g_ptr_array_unref (menu->items);
  wh_snapshot_unref (menu->snapshot);
  g_free (menu);
}
