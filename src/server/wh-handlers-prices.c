#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "service/wh-pricing.h"
#include "wh-handlers-private.h"

#define ROWS_LIMIT 100
#define ROWS_MAX 1000

static gboolean
take_place (WhRequest *request, WhPriceQuestion *question, GError **error)
{
  if (!wh_parameters_number (request, "latitude", -90, 90, &question->near.latitude, error)
      || !wh_parameters_number (request, "longitude", -180, 180, &question->near.longitude, error)
      || !wh_parameters_number (request, "radius", 0.1, WH_PRICING_MOST_RADIUS, &question->radius, error))
    return FALSE;
  if (isnan (question->near.latitude) != isnan (question->near.longitude))
    return wh_parameters_refuse (request, isnan (question->near.latitude) ? "latitude" : "longitude",
                                 _("“latitude” and “longitude” make a place only together."), error);
  if (isnan (question->near.latitude) && wh_request_parameter (request, "radius"))
    return wh_parameters_refuse (request, "radius", _("“radius” needs “latitude” and “longitude”: say from where."), error);
  return TRUE;
}

static gboolean
take_category (WhRequest *request, WhPriceQuestion *question, GError **error)
{
  g_autofree char *message = NULL;

  question->category = wh_request_parameter (request, "category");
  if (!question->category || wh_pricing_is_category (question->category))
    return TRUE;
  message = g_strdup_printf (_("“category” must be one of: %s."), wh_pricing_categories ());
  return wh_parameters_refuse (request, "category", message, error);
}

/* The strain, the product's name, or both. */
static gboolean
take_what (WhHost *host, WhRequest *request, WhPriceQuestion *question, WhId *id, GError **error)
{
  const char *strain = wh_request_parameter (request, "strain_id");

  question->product_name = wh_request_parameter (request, "product_name");
  if (question->product_name && strlen (question->product_name) > WH_LIMIT_QUERY)
    return wh_parameters_refuse (request, "product_name", _("“product_name” is too long."), error);
  if (!strain && !question->product_name)
    return wh_parameters_refuse (request, "strain_id", _("Say which strain or product: “strain_id” or “product_name” is needed."), error);
  if (!strain)
    return TRUE;
  question->strain_id = id;
  request->error_field = "strain_id";
  if (!wh_handlers_resolve (host, request, strain, id, error))
    return FALSE;
  request->error_field = NULL;
  return TRUE;
}

char *
wh_handle_prices (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhPriceQuestion question = WH_PRICE_QUESTION_INIT;
  g_autoptr (WhPriceComparison) comparison = NULL;
  g_autofree char *state = NULL;
  guint limit, offset;
  WhId id;

  if (!wh_parameters_check (request, error) || !wh_parameters_integer (request, "limit", 1, ROWS_MAX, ROWS_LIMIT, &limit, error)
      || !wh_parameters_integer (request, "offset", 0, G_MAXINT, 0, &offset, error)
      || !wh_parameters_state (request, &state, error) || !take_category (request, &question, error)
      || !take_place (request, &question, error) || !take_what (host, request, &question, &id, error))
    return NULL;
  question.state = state;
  request->error_field = question.product_name ? "product_name" : NULL;   /* all that may still be wrong */
  comparison = wh_analyst_compare_prices (host->analyst, request->principal, &question, error);
  if (!comparison)
    return NULL;
  meta->total_count = comparison->offers->len;
  meta->per_page = limit;
  meta->offset = offset;
  WH_WRITE_DOCUMENT (wh_present_prices (writer, comparison, offset, limit));
}
