/* Which product a text means. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wh-price-index.h"
#include "wh-substitute.h"

#define NOBODY G_MAXUINT32
#define CANDIDATES_SHOWN 5

static const WhPriceProduct *
product_at (const WhPriceIndex *index, guint32 place)
{
  return &g_array_index (index->products, WhPriceProduct, place);
}

/* Products with this text that are called so, or so with their brand (`whole`), but not with the beginning of it. */
static void
take_text (const WhPriceIndex *index, guint text, const char *folded, gboolean whole, guint32 shop, GPtrArray *found)
{
  for (guint32 i = index->text_products[text]; i < index->text_products[text + 1]; i++)
    {
      const WhPriceProduct *product = product_at (index, index->by_text[i]);
      g_autofree char *name = shop == NOBODY || product->shop == shop ? wh_text_fold (product->name) : NULL;
      if (name && (whole || strcmp (name, folded) == 0))
        g_ptr_array_add (found, (gpointer) product);
    }
}

static GPtrArray *
products_called (const WhPriceIndex *index, const char *name, guint32 shop)
{
  const guint32 *first = (const guint32 *) (gpointer) index->text_first->data;
  g_autofree char *folded = wh_text_fold (name);
  gsize length = strlen (folded);
  GPtrArray *found = g_ptr_array_new ();

  for (guint text = 0; *folded && text + 1 < index->text_first->len; text++)
    {
      const char *own = index->texts->str + first[text] + 1;   /* behind its space */
      if (first[text + 1] - first[text] > length + 1 && memcmp (own, folded, length) == 0 && (own[length] == ' ' || own[length] == '\n'))
        take_text (index, text, folded, own[length] == '\n', shop, found);
    }
  return found;
}

static void
set_ambiguous (const WhPriceIndex *index, const char *name, const GPtrArray *found, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);
  char id[WH_ID_TEXT_LENGTH + 1];

  for (guint i = 0; i < MIN (found->len, CANDIDATES_SHOWN); i++)
    {
      const WhPriceProduct *product = found->pdata[i];
      wh_id_format (&product->id, id);
      g_string_append_printf (list, "%s%s, %s (%s)", i ? "; " : "", product->brand ? product->brand : product->name,
                              g_array_index (index->shops, WhPriceShop, product->shop).name, id);
    }
  g_set_error (error, WH_ERROR, WH_ERROR_AMBIGUOUS, _("“%s” is the name of %u products; say in which shop, or give the id of one: %s"),
               name, found->len, list->str);
}

static guint32
number_of_shop (const WhPriceIndex *index, const WhId *shop_id)
{
  const WhPriceShop *shop = shop_id ? wh_price_index_find_shop (index, shop_id) : NULL;

  return shop ? (guint32) (shop - (const WhPriceShop *) (gconstpointer) index->shops->data) : NOBODY;
}

gboolean
wh_analyst_find_product (WhAnalyst *analyst, const WhPrincipal *principal, const char *text, const WhId *shop_id, WhId *out_product_id,
                         GError **error)
{
  g_autoptr (WhSnapshot) snapshot = NULL;
  g_autoptr (WhPriceIndex) index = wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error)
                                       ? wh_analyst_price_index (analyst, principal, &snapshot, error)
                                       : NULL;
  g_autofree char *shown = wh_text_clean (text, WH_LIMIT_QUERY);
  g_autoptr (GPtrArray) found = NULL;

  if (!index)
    return FALSE;
  if (wh_id_parse (text, out_product_id) && wh_price_index_find (index, out_product_id))
    return TRUE;
  found = products_called (index, shown, number_of_shop (index, shop_id));
  if (found->len > 1)
    set_ambiguous (index, shown, found, error);
  else if (found->len == 0)
    g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no product “%s”"), shown);
  else
    *out_product_id = ((const WhPriceProduct *) found->pdata[0])->id;
  return found->len == 1;
}
