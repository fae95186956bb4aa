/* What can be sold in place of a product or a strain, and what became of it. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "service/wh-feedback.h"
#include "service/wh-shop.h"
#include "service/wh-substitute.h"
#include "wh-handlers-private.h"

#define MOST_PRICE 1e6

/* The ids that a question borrows. */
typedef struct {
  WhSubstituteQuestion question;
  WhId product, strain, shop;
} Asked;

static gboolean
parse_id (WhRequest *request, const char *field, const char *text, WhId *out_id, GError **error)
{
  g_autofree char *message = NULL;

  if (text && wh_id_parse (text, out_id))
    return TRUE;
  message = g_strdup_printf (_("“%s” must be an id of 36 characters."), field);
  return wh_parameters_refuse (request, field, message, error);
}

/* Exactly one of both. */
static gboolean
take_subject (WhHost *host, WhRequest *request, Asked *asked, GError **error)
{
  const char *product = wh_request_parameter (request, "product_id"), *strain = wh_request_parameter (request, "strain_id");

  if (!product == !strain)
    return wh_parameters_refuse (request, "product_id", _("Say in place of what: one of “product_id” and “strain_id” is needed."), error);
  if (product)
    {
      asked->question.product_id = &asked->product;
      return parse_id (request, "product_id", product, &asked->product, error);
    }
  asked->question.strain_id = &asked->strain;
  request->error_field = "strain_id";
  if (!wh_handlers_resolve (host, request, strain, &asked->strain, error))
    return FALSE;
  request->error_field = NULL;
  return TRUE;
}

static gboolean
take_shop (WhHost *host, WhRequest *request, Asked *asked, GError **error)
{
  const char *text = wh_request_parameter (request, "dispensary_id");
  g_autoptr (WhDispensary) shop = NULL;

  if (!text)
    return TRUE;
  request->error_field = "dispensary_id";
  shop = wh_catalogue_resolve_shop (host->catalogue, request->principal, text, NULL, error);
  if (!shop)
    return FALSE;
  request->error_field = NULL;
  asked->shop = shop->entity.id;
  asked->question.shop_id = &asked->shop;
  return TRUE;
}

static gboolean
take_category (WhRequest *request, Asked *asked, GError **error)
{
  const char *category = asked->question.category = wh_request_parameter (request, "category");
  g_autofree char *message = NULL;

  if (!category || strcmp (category, WH_SUBSTITUTE_ANY) == 0 || wh_pricing_is_category (category))
    return TRUE;
  message = g_strdup_printf (_("“category” must be “any” or one of: %s."), wh_pricing_categories ());
  return wh_parameters_refuse (request, "category", message, error);
}

char *
wh_handle_substitutes (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  Asked asked = { .question = WH_SUBSTITUTE_QUESTION_INIT };
  g_autoptr (WhSubstitutes) found = NULL;

  if (!wh_parameters_check (request, error)
      || !wh_parameters_integer (request, "limit", 1, WH_SUBSTITUTE_MOST, WH_SUBSTITUTE_LIMIT, &asked.question.limit, error)
      || !wh_parameters_number (request, "price_max", 0.01, MOST_PRICE, &asked.question.max_price, error)
      || !take_category (request, &asked, error) || !take_subject (host, request, &asked, error)
      || !take_shop (host, request, &asked, error))
    return NULL;
  request->error_field = asked.question.product_id ? "product_id" : NULL;   /* all that may still be wrong */
  found = wh_analyst_substitutes (host->analyst, request->principal, &asked.question, error);
  if (!found)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_substitutes (writer, found));
}

/* -- what became of it ---------------------------------------------------------------------------------------------- */

static gboolean
take_id (WhRequest *request, const WhJsonNode *body, const char *field, WhId *out_id, GError **error)
{
  return parse_id (request, field, wh_json_string (wh_json_member (body, field), NULL), out_id, error);
}

static gboolean
take_words (WhRequest *request, const WhJsonNode *body, WhOutcome *outcome, GError **error)
{
  const WhJsonNode *reason = wh_json_member (body, "reason");

  if (!wh_feedback_parse_outcome (wh_json_string (wh_json_member (body, "outcome"), NULL), &outcome->accepted))
    return wh_parameters_refuse (request, "outcome", _("“outcome” must be “accepted” or “rejected”."), error);
  outcome->reason = wh_json_string (reason, NULL);
  if (!wh_json_is_null (reason) && (!outcome->reason || strlen (outcome->reason) > WH_FEEDBACK_REASON))
    return wh_parameters_refuse (request, "reason", _("“reason” must be a text of at most 500 bytes."), error);
  return TRUE;
}

static gboolean
read_outcome (WhRequest *request, const WhJsonNode *body, WhOutcome *outcome, GError **error)
{
  gboolean product = !wh_json_is_null (wh_json_member (body, "product_id"));

  outcome->about = WH_FEEDBACK_SUBSTITUTE;
  outcome->offered_kind = WH_KIND_PRODUCT;
  outcome->subject_kind = product ? WH_KIND_PRODUCT : WH_KIND_STRAIN;
  if (product == !wh_json_is_null (wh_json_member (body, "strain_id")))
    return wh_parameters_refuse (request, "product_id", _("Say in place of what: one of “product_id” and “strain_id” is needed."), error);
  return take_id (request, body, "substitution_id", &outcome->offer_id, error)
         && take_id (request, body, product ? "product_id" : "strain_id", &outcome->subject_id, error)
         && take_id (request, body, "offered_id", &outcome->offered_id, error) && take_words (request, body, outcome, error);
}

char *
wh_handle_substitute_feedback (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_check (request, error) ? wh_parameters_body (request, error) : NULL;
  g_autoptr (WhFeedback) feedback = NULL;
  WhOutcome outcome = { 0 };

  if (!json || !read_outcome (request, wh_json_root (json), &outcome, error))
    return NULL;
  feedback = wh_feedback_write (host->store, request->principal, &outcome, error);
  if (!feedback)
    return NULL;
  wh_host_changed (host);
  WH_WRITE_DOCUMENT (wh_present_feedback (writer, feedback));
}
