#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "service/wh-price-history.h"
#include "service/wh-pricing.h"
#include "service/wh-watch.h"
#include "wh-handlers-private.h"

#define ROWS_LIMIT 100
#define ROWS_MAX 1000

static gboolean
take_category (WhRequest *request, const char **out_category, GError **error)
{
  g_autofree char *message = NULL;

  *out_category = wh_request_parameter (request, "category");
  if (!*out_category || wh_pricing_is_category (*out_category))
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
      || !wh_parameters_state (request, &state, error) || !take_category (request, &question.category, error)
      || !wh_parameters_place (request, WH_PRICING_MOST_RADIUS, &question.near, &question.radius, error)
      || !take_what (host, request, &question, &id, error))
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

/* -- history ----------------------------------------------------------------------------------------------------- */

/* NULL in out_id without the parameter. */
static gboolean
take_id (WhRequest *request, const char *name, WhId *id, const WhId **out_id, GError **error)
{
  const char *text = wh_request_parameter (request, name);
  g_autofree char *message = NULL;

  *out_id = text ? id : NULL;
  if (!text || wh_id_parse (text, id))
    return TRUE;
  message = g_strdup_printf (_("“%s” must be an id of 36 characters."), name);
  return wh_parameters_refuse (request, name, message, error);
}

typedef struct {
  WhPriceHistoryQuestion question;
  WhId  product_id, strain_id, shop_id;
} Asked;

static gboolean
take_subject (WhHost *host, WhRequest *request, Asked *asked, GError **error)
{
  const char *strain = wh_request_parameter (request, "strain_id"), *product = wh_request_parameter (request, "product_id");

  if (!strain == !product)
    return wh_parameters_refuse (request, "product_id", _("Give either “product_id” or “strain_id”."), error);
  if (product)
    return take_id (request, "product_id", &asked->product_id, &asked->question.product_id, error);
  asked->question.strain_id = &asked->strain_id;
  request->error_field = "strain_id";
  if (!wh_handlers_resolve (host, request, strain, &asked->strain_id, error))
    return FALSE;
  request->error_field = NULL;
  return TRUE;
}

static gboolean
take_since (WhRequest *request, gint64 *out_since, GError **error)
{
  const char *text = wh_request_parameter (request, "since");

  if (!text || wh_price_history_since (text, out_since))
    return TRUE;
  return wh_parameters_refuse (request, "since", _("“since” must be a date such as 2026-01-31, or how long ago: 90d, 24h."), error);
}

char *
wh_handle_price_history (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  Asked asked = { .question = WH_PRICE_HISTORY_QUESTION_INIT };
  g_autoptr (WhPriceHistory) history = NULL;
  g_autofree char *state = NULL;
  guint limit, offset;

  if (!wh_parameters_check (request, error) || !wh_parameters_integer (request, "limit", 1, ROWS_MAX, ROWS_LIMIT, &limit, error)
      || !wh_parameters_integer (request, "offset", 0, G_MAXINT, 0, &offset, error)
      || !wh_parameters_state (request, &state, error) || !take_category (request, &asked.question.category, error)
      || !take_id (request, "dispensary_id", &asked.shop_id, &asked.question.shop_id, error)
      || !take_since (request, &asked.question.since, error) || !take_subject (host, request, &asked, error))
    return NULL;
  asked.question.state = state;
  history = wh_analyst_price_history (host->analyst, request->principal, &asked.question, error);
  if (!history)
    return NULL;
  meta->total_count = history->newest->len;
  meta->per_page = limit;
  meta->offset = offset;
  WH_WRITE_DOCUMENT (wh_present_price_history (writer, history, offset, limit));
}

/* -- watches ----------------------------------------------------------------------------------------------------- */

char *
wh_handle_watches (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  const char *text = wh_request_parameter (request, "since");
  g_autoptr (WhWatchReport) report = NULL;
  gint64 since = 0;

  if (!wh_parameters_check (request, error))
    return NULL;
  if (text && !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &since, NULL))
    {
      wh_parameters_refuse (request, "since", _("“since” must be the “revision” of an earlier reply."), error);
      return NULL;
    }
  report = wh_watch_check (host->store, request->principal, since, error);
  if (!report)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_watches (writer, report));
}
