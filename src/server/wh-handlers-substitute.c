/* What can be sold in place of a product or a strain, and what became of it. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "service/wh-feedback.h"
#include "service/wh-shop.h"
#include "service/wh-substitute.h"
#include "wh-handlers-private.h"
#include "wh-once.h"

/* The ids that a question borrows. */
typedef struct {
  WhSubstituteQuestion question;
  WhId product, strain, shop;
} Asked;

/* Exactly one of both. */
static gboolean
take_subject (WhHost *host, WhRequest *request, Asked *asked, GError **error)
{
  gboolean product = wh_parameters_id (request, "product_id", &asked->product);
  const char *strain = wh_request_parameter (request, "strain_id");

  if (product == !!strain)
    return wh_parameters_refuse (request, "product_id", _("Say in place of what: one of “product_id” and “strain_id” is needed."), error);
  asked->question.product_id = product ? &asked->product : NULL;
  asked->question.strain_id = product ? NULL : &asked->strain;
  if (product)
    return TRUE;
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

char *
wh_handle_substitutes (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  Asked asked = { .question = WH_SUBSTITUTE_QUESTION_INIT };
  g_autoptr (WhSubstitutes) found = NULL;

  asked.question.limit = wh_parameters_unsigned (request, "limit");
  asked.question.max_price = wh_parameters_number (request, "price_max");
  asked.question.category = wh_request_parameter (request, "category");
  if (!take_subject (host, request, &asked, error) || !take_shop (host, request, &asked, error))
    return NULL;
  request->error_field = asked.question.product_id ? "product_id" : NULL;   /* all that may still be wrong */
  found = wh_analyst_substitutes (host->analyst, request->principal, &asked.question, error);
  if (!found)
    return NULL;
  WH_WRITE_DOCUMENT (wh_present_substitutes (writer, found));
}

/* -- what became of it ---------------------------------------------------------------------------------------------- */

static void
take_id (const WhJsonNode *body, const char *field, WhId *out_id)
{
  wh_id_parse (wh_json_string (wh_json_member (body, field), ""), out_id);
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
  take_id (body, "substitution_id", &outcome->offer_id);
  take_id (body, product ? "product_id" : "strain_id", &outcome->subject_id);
  take_id (body, "offered_id", &outcome->offered_id);
  wh_feedback_parse_outcome (wh_json_string (wh_json_member (body, "outcome"), NULL), &outcome->accepted);
  outcome->reason = wh_json_string (wh_json_member (body, "reason"), NULL);
  return TRUE;
}

/* What the body calls a field of the row. */
static const char *
member_of (const WhOutcome *outcome, const char *field)
{
  if (g_strcmp0 (field, "subject_id") == 0)
    return outcome->subject_kind == WH_KIND_PRODUCT ? "product_id" : "strain_id";
  return field;
}

static char *
write_feedback (const WhFeedback *feedback)
{
  WH_WRITE_DOCUMENT (wh_present_feedback (writer, feedback));
}

static gboolean
keep_reply_cb (WhWriter *writer, const GPtrArray *results, gpointer user_data, GError **error)
{
  WhRequest *request = user_data;
  const WhLedgerResult *result = results->pdata[0];
  g_autofree char *data = request->once ? write_feedback ((const WhFeedback *) result->row) : NULL;

  return !data || wh_once_keep (request, writer, data, error);
}

char *
wh_handle_substitute_feedback (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  g_autoptr (WhFeedback) feedback = NULL;
  const WhLedgerSeal seal = { keep_reply_cb, request };
  WhOutcome outcome = { 0 };

  if (!json || !read_outcome (request, wh_json_root (json), &outcome, error))
    return NULL;
  feedback = wh_feedback_write (host->store, request->principal, &outcome, &seal, &request->field_kept, error);
  request->error_field = member_of (&outcome, request->field_kept);
  if (!feedback)
    return NULL;
  wh_host_changed (host);
  return write_feedback (feedback);
}
