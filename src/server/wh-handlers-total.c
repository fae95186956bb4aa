#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "service/wh-out-the-door.h"
#include "wh-handlers-private.h"

/* Each for itself, so that the field that is wrong is named. */
static gboolean
take_text (WhRequest *request, const char *name, const char **out_text, const WhDoorWish *wish, GError **error)
{
  g_autoptr (GError) wrong = NULL;

  *out_text = wh_request_parameter (request, name);
  return wh_door_wish_check (wish, &wrong) || wh_parameters_refuse (request, name, wrong->message, error);
}

static gboolean
take_wish (WhRequest *request, WhDoorWish *wish, GError **error)
{
  wish->quantity = wh_parameters_unsigned (request, "quantity");
  wh_buyer_parse (wh_parameters_text (request, "buyer"), &wish->buyer);
  return take_text (request, "jurisdiction", &wish->jurisdiction, wish, error)
         && take_text (request, "discount", &wish->discount, wish, error);
}

char *
wh_handle_total (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhDoorWish wish = WH_DOOR_WISH_INIT;
  g_autoptr (WhRules) rules = NULL;
  g_autoptr (WhDoorProduct) product = NULL;
  g_autoptr (GError) failure = NULL;
  WhId id;

  if (!wh_parameters_id (request, "product_id", &id) || !take_wish (request, &wish, error))
    return NULL;
  rules = wh_rules_load (host->data_dir, request->principal, error);
  if (!rules)
    return NULL;
  product = wh_door_of_product (host->store, request->principal, rules, &id, &wish, &failure);
  if (!product)
    {
      if (g_error_matches (failure, WH_ERROR, WH_ERROR_NOT_FOUND))
        request->error_code = "PRODUCT_NOT_FOUND";
      request->error_field = "product_id";
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  WH_WRITE_DOCUMENT (wh_present_door_product (writer, product));
}
