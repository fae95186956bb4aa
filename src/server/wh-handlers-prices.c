#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "service/wh-price-history.h"
#include "service/wh-pricing.h"
#include "service/wh-watch.h"
#include "wh-handlers-private.h"

/* The strain, the product's name, or both. */
static gboolean
take_what (WhHost *host, WhRequest *request, WhPriceQuestion *question, WhId *id, GError **error)
{
  const char *strain = wh_request_parameter (request, "strain_id");

  question->product_name = wh_request_parameter (request, "product_name");
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
  g_autofree char *state = wh_parameters_state (request);
  WhId id;

  if (!wh_parameters_place (request, &question.near, &question.radius, error) || !take_what (host, request, &question, &id, error))
    return NULL;
  question.state = state;
  question.category = wh_request_parameter (request, "category");
  request->error_field = question.product_name ? "product_name" : NULL;   /* all that may still be wrong */
  comparison = wh_analyst_compare_prices (host->analyst, request->principal, &question, error);
  if (!comparison)
    return NULL;
  wh_parameters_page (request, comparison->offers->len, meta);
  WH_WRITE_DOCUMENT (wh_present_prices (writer, comparison, meta->offset, meta->per_page));
}

/* -- history ----------------------------------------------------------------------------------------------------- */

typedef struct {
  WhPriceHistoryQuestion question;
  WhId  product_id, strain_id, shop_id;
} Asked;

static gboolean
take_subject (WhHost *host, WhRequest *request, Asked *asked, GError **error)
{
  const char *strain = wh_request_parameter (request, "strain_id");
  gboolean product = wh_parameters_id (request, "product_id", &asked->product_id);

  if (product == !!strain)
    return wh_parameters_refuse (request, "product_id", _("Give either “product_id” or “strain_id”."), error);
  asked->question.product_id = product ? &asked->product_id : NULL;
  asked->question.strain_id = product ? NULL : &asked->strain_id;
  if (product)
    return TRUE;
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
  g_autofree char *state = wh_parameters_state (request);

  if (!take_since (request, &asked.question.since, error) || !take_subject (host, request, &asked, error))
    return NULL;
  asked.question.state = state;
  asked.question.category = wh_request_parameter (request, "category");
  asked.question.shop_id = wh_parameters_id (request, "dispensary_id", &asked.shop_id) ? &asked.shop_id : NULL;
  request->error_field = asked.question.product_id ? "product_id" : "strain_id";   /* all that may still be wrong */
  request->error_code = asked.question.product_id ? "PRODUCT_NOT_FOUND" : NULL;
  history = wh_analyst_price_history (host->analyst, request->principal, &asked.question, error);
  if (!history)
    return NULL;
  wh_parameters_page (request, history->newest->len, meta);
  WH_WRITE_DOCUMENT (wh_present_price_history (writer, history, meta->offset, meta->per_page));
}

/* -- watches ----------------------------------------------------------------------------------------------------- */

char *
wh_handle_watches (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  gint64 since = g_ascii_strtoll (wh_parameters_text (request, "since"), NULL, 10);
  g_autoptr (WhWatchReport) report = wh_watch_check (host->store, request->principal, since, error);

  if (!report)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_watches (writer, report));
}
