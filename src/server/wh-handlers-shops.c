#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "service/wh-menu.h"
#include "service/wh-pricing.h"
#include "service/wh-shop.h"
#include "service/wh-shops.h"
#include "wh-handlers-private.h"
#include "wire/wh-wire.h"

#define SHOPS_LIMIT 50
#define PRODUCTS_LIMIT 100
#define MOST_PRICE 1e6

/* -- GET /api/dispensaries ------------------------------------------------------------------------------------------- */

/* "true" asks for it; "false" for all, with it or not. */
static gboolean
take_wish (WhRequest *request, const char *name, gboolean *out_wished, GError **error)
{
  int flag;

  if (!wh_parameters_flag (request, name, &flag, error))
    return FALSE;
  *out_wished = flag == 1;
  return TRUE;
}

static gboolean
take_offset (WhRequest *request, guint most, guint fallback, WhMeta *meta, GError **error)
{
  return wh_parameters_integer (request, "limit", 1, most, fallback, &meta->per_page, error)
         && wh_parameters_integer (request, "offset", 0, G_MAXINT, 0, &meta->offset, error);
}

char *
wh_handle_dispensaries (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhShopsQuestion question = WH_SHOPS_QUESTION_INIT;
  g_autoptr (WhShops) shops = NULL;
  g_autofree char *state = NULL;

  if (!wh_parameters_check (request, error) || !take_offset (request, WH_LIMIT_PAGE, SHOPS_LIMIT, meta, error)
      || !wh_parameters_state (request, &state, error) || !take_wish (request, "delivery", &question.delivery, error)
      || !take_wish (request, "pickup", &question.pickup, error)
      || !wh_parameters_place (request, WH_SHOPS_MOST_RADIUS, &question.near, &question.radius, error))
    return NULL;
  question.state = state;
  question.license_type = wh_request_parameter (request, "license_type");
  request->error_field = "license_type";   /* all that may still be wrong */
  if (!wh_shops_question_check (&question, error))
    return NULL;
  request->error_field = NULL;
  shops = wh_catalogue_shops (host->catalogue, request->principal, &question, error);
  if (!shops)
    return NULL;
  meta->total_count = shops->shops->len;
  WH_WRITE_DOCUMENT (wh_present_shops (writer, shops, meta->offset, meta->per_page));
}

/* -- one ------------------------------------------------------------------------------------------------------------- */

static WhDispensary *
resolve (WhHost *host, WhRequest *request, GError **error)
{
  g_autoptr (GError) failure = NULL;
  WhDispensary *shop = wh_catalogue_resolve_shop (host->catalogue, request->principal, request->value, NULL, &failure);

  if (shop)
    return shop;
  if (failure->code == WH_ERROR_NOT_FOUND)
    wh_handlers_set_not_found (request, WH_KIND_DISPENSARY);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

gboolean
wh_handlers_resolve_shop (WhHost *host, WhRequest *request, WhId *out_id, GError **error)
{
  g_autoptr (WhDispensary) shop = resolve (host, request, error);

  if (shop)
    *out_id = shop->entity.id;
  return shop != NULL;
}

char *
wh_handle_dispensary (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhDispensary) shop = wh_parameters_check (request, error) ? resolve (host, request, error) : NULL;

  if (!shop)
    return NULL;
  request->revision = shop->entity.revision;
  WH_WRITE_DOCUMENT (wh_wire_write_entity (writer, shop, TRUE));
}

/* -- its products ---------------------------------------------------------------------------------------------------- */

static gboolean
take_category (WhRequest *request, WhMenuQuestion *question, GError **error)
{
  g_autofree char *message = NULL;

  question->category = wh_request_parameter (request, "category");
  if (!question->category || wh_pricing_is_category (question->category))
    return TRUE;
  message = g_strdup_printf (_("“category” must be one of: %s."), wh_pricing_categories ());
  return wh_parameters_refuse (request, "category", message, error);
}

static gboolean
take_strain (WhHost *host, WhRequest *request, WhMenuQuestion *question, WhId *id, GError **error)
{
  const char *strain = wh_request_parameter (request, "strain_id");

  if (!strain)
    return TRUE;
  question->strain_id = id;
  request->error_field = "strain_id";
  if (!wh_handlers_resolve (host, request, strain, id, error))
    return FALSE;
  request->error_field = NULL;
  return TRUE;
}

static gboolean
take_sort (WhRequest *request, WhMenuQuestion *question, GError **error)
{
  const char *sort = wh_request_parameter (request, "sort");

  return !sort || wh_menu_parse_sort (sort, &question->sort)
         || wh_parameters_refuse (request, "sort", _("“sort” must be price, name, thc or popularity."), error);
}

char *
wh_handle_shop_products (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhMenuQuestion question = WH_MENU_QUESTION_INIT;
  g_autoptr (WhMenu) menu = NULL;
  WhId strain;

  if (!wh_parameters_check (request, error) || !take_offset (request, WH_LIMIT_PAGE, PRODUCTS_LIMIT, meta, error)
      || !take_category (request, &question, error) || !take_sort (request, &question, error)
      || !take_wish (request, "in_stock", &question.in_stock, error)
      || !wh_parameters_number (request, "price_min", 0, MOST_PRICE, &question.price_min, error)
      || !wh_parameters_number (request, "price_max", 0, MOST_PRICE, &question.price_max, error)
      || !take_strain (host, request, &question, &strain, error)
      || !wh_handlers_resolve_shop (host, request, &question.shop_id, error))
    return NULL;
  question.brand = wh_request_parameter (request, "brand");
  request->error_field = "price_max";   /* all that may still be wrong */
  if (!wh_menu_question_check (&question, error))
    return NULL;
  request->error_field = NULL;
  menu = wh_catalogue_menu (host->catalogue, request->principal, &question, error);
  if (!menu)
    return NULL;
  meta->total_count = menu->items->len;
  WH_WRITE_DOCUMENT (wh_present_menu (writer, menu, meta->offset, meta->per_page));
}
