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

/* -- GET /api/dispensaries ------------------------------------------------------------------------------------------- */

char *
wh_handle_dispensaries (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhShopsQuestion question = WH_SHOPS_QUESTION_INIT;
  g_autoptr (WhShops) shops = NULL;
  g_autofree char *state = wh_parameters_state (request);

  if (!wh_parameters_place (request, &question.near, &question.radius, error))
    return NULL;
  question.state = state;
  question.license_type = wh_request_parameter (request, "license_type");
  question.delivery = wh_parameters_flag (request, "delivery") == 1;
  question.pickup = wh_parameters_flag (request, "pickup") == 1;
  shops = wh_catalogue_shops (host->catalogue, request->principal, &question, error);
  if (!shops)
    return NULL;
  wh_parameters_page (request, shops->shops->len, meta);
  if (!wh_catalogue_count_shops (host->catalogue, request->principal, shops, meta->offset, meta->per_page, error))
    return NULL;
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

typedef struct {
  const WhId    *shop_id;
  WhShopFigures  figures;
} Count;

static gboolean
count_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Count *count = user_data;

  return wh_shop_figures_read (reader, count->shop_id, &count->figures, error);
}

static void
write_shop (WhJsonWriter *writer, const WhDispensary *shop, const WhShopFigures *figures)
{
  wh_json_writer_begin_object (writer);
  wh_wire_write_entity (writer, shop, FALSE);
  wh_shop_figures_present (writer, shop, figures);
  wh_json_writer_end_object (writer);
}

char *
wh_handle_dispensary (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhDispensary) shop = resolve (host, request, error);

  Count count = { shop ? &shop->entity.id : NULL, { 0 } };

  if (!shop || !wh_store_read (host->store, request->principal, count_cb, &count, error))
    return NULL;
  request->revision = shop->entity.revision;
  request->reply_says_more = TRUE;
  WH_WRITE_DOCUMENT (write_shop (writer, shop, &count.figures));
}

/* -- its products ---------------------------------------------------------------------------------------------------- */

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

static void
take_wishes (const WhRequest *request, WhMenuQuestion *question)
{
  question->category = wh_request_parameter (request, "category");
  question->brand = wh_request_parameter (request, "brand");
  question->in_stock = wh_parameters_flag (request, "in_stock") == 1;
  question->price_min = wh_parameters_number (request, "price_min");
  question->price_max = wh_parameters_number (request, "price_max");
  wh_menu_parse_sort (wh_parameters_text (request, "sort"), &question->sort);
}

char *
wh_handle_shop_products (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhMenuQuestion question = WH_MENU_QUESTION_INIT;
  g_autoptr (WhMenu) menu = NULL;
  WhId strain;

  take_wishes (request, &question);
  if (!take_strain (host, request, &question, &strain, error)
      || !wh_handlers_resolve_shop (host, request, &question.shop_id, error))
    return NULL;
  request->error_field = "price_max";   /* all that may still be wrong */
  if (!wh_menu_question_check (&question, error))
    return NULL;
  request->error_field = NULL;
  menu = wh_catalogue_menu (host->catalogue, request->principal, &question, error);
  if (!menu)
    return NULL;
  wh_parameters_page (request, menu->items->len, meta);
  WH_WRITE_DOCUMENT (wh_present_menu (writer, menu, meta->offset, meta->per_page));
}
