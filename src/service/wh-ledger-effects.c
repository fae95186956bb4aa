#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "wh-ledger-private.h"

static void
add_put (WhLedgerWork *work, gconstpointer entity)
{
  g_ptr_array_add (work->changes, wh_change_new_put (entity));
}

/* -- prices -------------------------------------------------------------------------------------------------------- */

static void
set_price (WhProduct *product, const WhPrice *price)
{
  product->price_cents = price ? price->amount_cents : WH_INTEGER_UNSET;
  product->price_observed_at = price ? price->observed_at : WH_TIME_UNSET;
  if (!price || !price->currency)
    return;
  g_free (product->currency);
  product->currency = g_strdup (price->currency);
}

static void
follow_new_price (WhLedgerWork *work, const WhPrice *price)
{
  g_autoptr (WhProduct) product = wh_ledger_read (work, WH_KIND_PRODUCT, &price->product_id);

  if (!product)
    return;
  if (!wh_price_is_of_package (price, product))
    wh_ledger_remark (work, _("The product's own price stays: this one is not of its package."));
  else if (product->price_observed_at != WH_TIME_UNSET && price->observed_at < product->price_observed_at)
    wh_ledger_remark (work, _("The product's own price stays: it was observed later."));
  else
    {
      set_price (product, price);
      add_put (work, product);
    }
}

/* The newest of the others of a product's package; ties by id. */
static const WhPrice *
newest_other (const GPtrArray *prices, const WhPrice *left_out, const WhProduct *product)
{
  const WhPrice *newest = NULL;

  for (guint i = 0; prices && i < prices->len; i++)
    {
      const WhPrice *price = prices->pdata[i];
      if (!wh_id_equal (&price->entity.id, &left_out->entity.id) && wh_price_is_of_package (price, product)
          && (!newest || price->observed_at >= newest->observed_at))
        newest = price;
    }
  return newest;
}

/* A price that was a mistake: the one before it is the product's again. */
static void
follow_lost_price (WhLedgerWork *work, const WhPrice *price)
{
  g_autoptr (WhProduct) product = wh_ledger_read (work, WH_KIND_PRODUCT, &price->product_id);
  g_autoptr (GPtrArray) prices = NULL;

  if (!product || product->price_cents != price->amount_cents || product->price_observed_at != price->observed_at)
    return;
  prices = wh_ledger_find (work, WH_KIND_PRICE, "product_id", &price->product_id);
  set_price (product, newest_other (prices, price, product));
  add_put (work, product);
}

/* Who sets a product's price has observed it: without that the history would have a gap. */
static void
follow_product (WhLedgerWork *work)
{
  const WhProduct *product = (const WhProduct *) work->row, *stored = (const WhProduct *) work->stored;
  g_autofree char *id = NULL, *moment = NULL, *key = NULL;
  g_autoptr (WhPrice) price = NULL;

  if (product->price_cents == WH_INTEGER_UNSET || (stored && stored->price_cents == product->price_cents))
    return;
  id = wh_id_to_string (&product->entity.id);
  moment = wh_clock_format (product->price_observed_at);
  key = g_strdup_printf ("%s/%" G_GINT64_FORMAT "/%s", id, product->price_cents, moment);
  price = wh_price_new (wh_id_from_key ("price", "ledger", key));
  price->product_id = product->entity.id;
  price->amount_cents = product->price_cents;
  price->currency = g_strdup (product->currency);
  price->unit = g_strdup ("package");
  price->tax_basis = g_strdup ("unknown");
  price->observed_at = product->price_observed_at;
  price->observed_by = g_strdup (work->principal->who);
  add_put (work, price);
}

/* -- stock --------------------------------------------------------------------------------------------------------- */

/* Movements add up in whatever order they come, so nothing is cut off at zero on the way. Less than nothing means that somebody
 * forgot a delivery or the shelf was never counted: whether there is any is then as it was said before. */
static void
move_stock (WhLedgerWork *work, const WhStock *movement, gint64 quantity)
{
  g_autoptr (WhProduct) product = wh_ledger_read (work, WH_KIND_PRODUCT, &movement->product_id);
  gboolean known;

  if (!product)
    return;
  known = product->stock_quantity != WH_INTEGER_UNSET;
  product->stock_quantity = (known ? product->stock_quantity : 0) + quantity;
  if (product->stock_quantity > 0 || known)
    product->in_stock = product->stock_quantity > 0;
  if (product->stock_quantity < 0)
    wh_ledger_remark (work, _("More has gone out than was known to be there (%" G_GINT64_FORMAT "); count this product."),
                      product->stock_quantity);
  else if (!known)
    wh_ledger_remark (work, _("Nobody had counted this product; its stock is now taken to have been zero before."));
  add_put (work, product);
}

/* -- together ------------------------------------------------------------------------------------------------------ */

static void
follow_lost (WhLedgerWork *work)
{
  if (work->edit->kind == WH_KIND_PRICE)
    follow_lost_price (work, (const WhPrice *) work->stored);
  else if (work->edit->kind == WH_KIND_STOCK)
    move_stock (work, (const WhStock *) work->stored, -((const WhStock *) work->stored)->quantity);
}

void
wh_ledger_follow (WhLedgerWork *work)
{
  if (work->edit->op == WH_EDIT_DELETE)
    follow_lost (work);
  else if (work->edit->kind == WH_KIND_PRICE)
    follow_new_price (work, (const WhPrice *) work->row);
  else if (work->edit->kind == WH_KIND_STOCK)
    move_stock (work, (const WhStock *) work->row, ((const WhStock *) work->row)->quantity);
  else if (work->edit->kind == WH_KIND_PRODUCT)
    follow_product (work);
}

/* -- reviews ------------------------------------------------------------------------------------------------------- */

gboolean
wh_ledger_ratings (WhReader *reader, const char *field, const WhId *id, WhRatings *out_ratings, GError **error)
{
  g_autoptr (GPtrArray) reviews = wh_reader_find (reader, WH_KIND_REVIEW, field, id, 0, error);
  double sum = 0;

  *out_ratings = (WhRatings){ 0, 0, NAN };
  if (!reviews)
    return FALSE;
  out_ratings->count = reviews->len;
  for (guint i = 0; i < reviews->len; i++)
    {
      const WhReview *review = reviews->pdata[i];
      if (isnan (review->rating))
        continue;
      sum += review->rating;
      out_ratings->rated++;
    }
  if (out_ratings->rated)
    out_ratings->average = sum / out_ratings->rated;
  return TRUE;
}
