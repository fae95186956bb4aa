#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-out-the-door.h"

#define CURRENCY "USD"
#define TAXED_BY_LABEL_GRAMS 10.0   /* mg of THC in a gram that is one per cent */

/* What a reading closure fills. */
typedef struct {
  const WhId    *product_id;
  WhDoorProduct *out;
  WhPrice       *price;     /* the newest seen; NULL: none */
} Reading;

void
wh_door_product_free (WhDoorProduct *product)
{
  g_clear_pointer (&product->product, wh_entity_unref);
  g_clear_pointer (&product->shop, wh_entity_unref);
  wh_jurisdiction_clear (&product->place);
  g_clear_pointer (&product->door, wh_door_free);
  g_strfreev (product->refused);
  g_free (product);
}

/* -- what was wished for ----------------------------------------------------------------------------------------- */

static gboolean
read_wish (const WhDoorWish *wish, WhJurisdiction *out_place, WhDiscount *out_discount, GError **error)
{
  if (wish->jurisdiction && !wh_jurisdiction_parse (wish->jurisdiction, out_place))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no jurisdiction: write NJ, NJ/Newark or NJ/county:Essex."),
                 wish->jurisdiction);
  else if (wish->discount && !wh_discount_parse (wish->discount, out_discount))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no discount: write 10%% or, in dollars, 5.00."), wish->discount);
  else if (wish->quantity < 1 || wish->quantity > WH_DOOR_MOST_PACKAGES)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The quantity is a number of packages from 1 to %d."), WH_DOOR_MOST_PACKAGES);
  else
    return TRUE;
  return FALSE;
}

gboolean
wh_door_wish_check (const WhDoorWish *wish, GError **error)
{
  g_auto (WhJurisdiction) place = { NULL };
  WhDiscount discount = { 0, 0 };

  return read_wish (wish, &place, &discount, error);
}

/* -- what is known ----------------------------------------------------------------------------------------------- */

/* A price of a part of the package, such as a gram, is not what the product costs. Of one moment the later row counts, as it does for
 * the product's own price. */
static WhPrice *
newest (const WhProduct *product, GPtrArray *prices)
{
  const WhPrice *found = NULL;

  for (guint i = 0; i < prices->len; i++)
    {
      const WhPrice *price = prices->pdata[i];
      if (wh_price_is_of_package (price, product) && (!found || price->observed_at >= found->observed_at))   /* unset is the least */
        found = price;
    }
  return found ? wh_entity_ref ((gpointer) found) : NULL;
}

static gboolean
read_product_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Reading *reading = user_data;
  g_autoptr (GPtrArray) prices = NULL;

  reading->out->product = wh_reader_get (reader, WH_KIND_PRODUCT, reading->product_id, error);
  if (!reading->out->product)
    return FALSE;
  reading->out->shop = wh_reader_get (reader, WH_KIND_DISPENSARY, &reading->out->product->dispensary_id, error);
  prices = reading->out->shop ? wh_reader_find (reader, WH_KIND_PRICE, "product_id", reading->product_id, 0, error) : NULL;
  reading->price = prices ? newest (reading->out->product, prices) : NULL;
  return prices != NULL;
}

/* Where the shop is, as far as its row says; a state of two letters it must have. */
static gboolean
place_of_shop (const WhDispensary *shop, WhJurisdiction *out_place, GError **error)
{
  g_auto (WhJurisdiction) place = { NULL };

  if (shop->state && wh_jurisdiction_parse (shop->state, &place) && !place.city && !place.county)
    {
      *out_place = (WhJurisdiction) { g_steal_pointer (&place.state), g_strdup (shop->county && *shop->county ? shop->county : NULL),
                                      g_strdup (shop->city && *shop->city ? shop->city : NULL) };
      return TRUE;
    }
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("Nobody knows in which state %s is: say where with a jurisdiction such as NJ/Newark."),
               shop->name);
  return FALSE;
}

/* The price and how it stands to tax: of the newest observation, else what the product itself says. */
static gboolean
take_price (const Reading *reading, WhDoorQuestion *question, GError **error)
{
  const WhProduct *product = reading->out->product;
  const WhPrice *price = reading->price;
  const char *currency = price && price->currency ? price->currency : product->currency;

  question->shelf_cents = price ? price->amount_cents : product->price_cents;
  question->tax_basis = wh_tax_basis_parse (price ? price->tax_basis : NULL);
  reading->out->observed_at = price ? price->observed_at : product->price_observed_at;
  if (question->shelf_cents == WH_INTEGER_UNSET || question->shelf_cents < 0)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("Nobody knows what %s costs."), product->name);
  else if (currency && *currency && strcmp (currency, CURRENCY) != 0)
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("The price of %s is in %s; taxes are computed in %s only."), product->name, currency,
                 CURRENCY);
  else
    return TRUE;
  return FALSE;
}

static void
take_contents (const WhProduct *product, WhDoorQuestion *question)
{
  question->category = product->category;
  question->grams = product->weight_grams > 0 ? product->weight_grams : NAN;
  question->thc_mg = wh_product_label_thc_mg (product);
  question->thc_percent = product->thc_percentage;
  if (isnan (question->thc_percent))
    question->thc_percent = question->thc_mg / question->grams / TAXED_BY_LABEL_GRAMS;
}

static GStrv
refused_of (const WhRules *rules)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < rules->refused->len; i++)
    {
      const WhRuleRefusal *refusal = rules->refused->pdata[i];
      g_autofree char *text = g_strdup_printf (_("%s is not used: %s"), refusal->path, refusal->message);
      g_strv_builder_add (builder, text);
    }
  return rules->refused->len > 0 ? g_strv_builder_end (builder) : NULL;
}

WhDoorProduct *
wh_door_of_product (WhStore *store, const WhPrincipal *principal, const WhRules *rules, const WhId *product_id, const WhDoorWish *wish,
                    GError **error)
{
  g_autoptr (WhDoorProduct) out = g_new0 (WhDoorProduct, 1);
  Reading reading = { product_id, out, NULL };
  WhDoorQuestion question = { .quantity = wish->quantity, .buyer = wish->buyer, .place = &out->place };
  gboolean done;

  out->moment = question.moment = wh_clock_now ();
  out->quantity = wish->quantity;
  out->buyer = wish->buyer;
  if (!read_wish (wish, &out->place, &question.discount, error) || !wh_store_read (store, principal, read_product_cb, &reading, error))
    return NULL;
  g_autoptr (WhPrice) price = reading.price;
  done = (wish->jurisdiction || place_of_shop (out->shop, &out->place, error)) && take_price (&reading, &question, error);
  if (!done)
    return NULL;
  take_contents (out->product, &question);
  out->door = wh_door_compute (rules, &question, error);
  out->refused = refused_of (rules);
  return out->door ? g_steal_pointer (&out) : NULL;
}
