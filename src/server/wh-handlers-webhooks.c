/* Webhooks, for administrators. */
#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "service/wh-webhooks.h"
#include "wh-handlers-private.h"
#include "wh-once.h"
#include "wh-webhook-runner.h"

static gboolean
take_id (WhRequest *request, WhId *out_id, GError **error)
{
  if (wh_id_parse (request->value, out_id))
    return TRUE;
  request->error_code = "WEBHOOK_NOT_FOUND";
  g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no webhook with this id."));
  return FALSE;
}

/* Hands an error on, with its word. */
static char *
fail (WhRequest *request, GError *failure, GError **error)
{
  if (g_error_matches (failure, WH_ERROR, WH_ERROR_NOT_FOUND))
    request->error_code = "WEBHOOK_NOT_FOUND";
  g_propagate_error (error, failure);
  return NULL;
}

static guint
events_of (const WhJsonNode *list)
{
  guint events = 0;

  for (guint i = 0; i < wh_json_length (list); i++)
    for (guint j = 0; j < WH_N_EVENTS; j++)
      if (g_strcmp0 (wh_json_string (wh_json_element (list, i), NULL), wh_event_keys[j]) == 0)
        events |= 1u << j;
  return events;
}

/* What a name stands for is looked at again with each call. */
static gboolean
check_url (WhHost *host, WhRequest *request, const char *url, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!url || wh_outgoing_check_url (host->outgoing, url, &failure))
    return TRUE;
  return wh_parameters_refuse (request, "url", failure->message, error);
}

static char *
write_webhook (const WhWebhook *webhook, gboolean secret)
{
  WH_WRITE_DOCUMENT (wh_present_webhook (writer, webhook, secret));
}

char *
wh_handle_webhooks (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (GPtrArray) webhooks = wh_webhooks_list (host->store, request->principal, error);

  if (!webhooks)
    return NULL;
  meta->total_count = webhooks->len;
  WH_WRITE_DOCUMENT (wh_present_webhooks (writer, webhooks));
}

char *
wh_handle_webhook_add (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  const WhJsonNode *body = json ? wh_json_root (json) : NULL;
  g_autoptr (WhWebhook) webhook = NULL;
  g_autofree char *id = NULL;
  guint most = (guint) wh_settings_integer (wh_host_settings (host), WH_SETTING_WEBHOOKS_MOST);
  WhWebhook wanted = { .id = wh_once_id (request), .url = (char *) wh_json_string (wh_json_member (body, "url"), NULL),
                       .secret = (char *) wh_json_string (wh_json_member (body, "secret"), NULL),
                       .events = events_of (wh_json_member (body, "events")) };

  if (!json || !check_url (host, request, wanted.url, error))
    return NULL;
  webhook = wh_webhooks_add (host->store, request->principal, &wanted, most, error);
  if (!webhook)
    return NULL;
  wh_webhook_runner_wake (host->webhooks);
  id = wh_id_to_string (&webhook->id);
  request->reply_status = 201;
  request->location = wh_route_path (wh_route_get (WH_ROUTE_WEBHOOK), id);
  return write_webhook (webhook, TRUE);
}

char *
wh_handle_webhook (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhWebhook) webhook = NULL;
  GError *failure = NULL;
  WhId id;

  if (!take_id (request, &id, error))
    return NULL;
  webhook = wh_webhooks_get (host->store, request->principal, &id, &failure);
  return webhook ? write_webhook (webhook, FALSE) : fail (request, failure, error);
}

char *
wh_handle_webhook_change (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  g_autoptr (WhJson) json = wh_parameters_body (request, error);
  const WhJsonNode *body = json ? wh_json_root (json) : NULL, *paused = wh_json_member (body, "paused");
  g_autoptr (WhWebhook) webhook = NULL;
  GError *failure = NULL;
  WhWebhook wanted = { .url = (char *) wh_json_string (wh_json_member (body, "url"), NULL),
                       .events = events_of (wh_json_member (body, "events")) };

  if (!wh_json_is_null (paused))
    wanted.state = wh_json_boolean (paused, FALSE) ? WH_WEBHOOK_PAUSED : WH_WEBHOOK_ACTIVE;
  if (!json || !take_id (request, &wanted.id, error) || !check_url (host, request, wanted.url, error))
    return NULL;
  webhook = wh_webhooks_change (host->store, request->principal, &wanted, &failure);
  if (!webhook)
    return fail (request, failure, error);
  wh_webhook_runner_wake (host->webhooks);
  return write_webhook (webhook, FALSE);
}

char *
wh_handle_webhook_delete (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  GError *failure = NULL;
  WhId id;

  if (!take_id (request, &id, error))
    return NULL;
  if (!wh_webhooks_drop (host->store, request->principal, &id, &failure))
    return fail (request, failure, error);
  return g_strdup_printf ("{\"webhook_id\":\"%s\"}", request->value);
}

char *
wh_handle_webhook_deliveries (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  WhDeliveryState state = 0;
  guint limit = wh_parameters_unsigned (request, "limit");
  const char *before = wh_request_parameter (request, "before");
  g_autoptr (GPtrArray) deliveries = NULL;
  GError *failure = NULL;
  WhId id;

  if (!take_id (request, &id, error))
    return NULL;
  wh_delivery_state_parse (wh_request_parameter (request, "state"), &state);
  deliveries = wh_webhooks_deliveries (host->store, request->principal, &id, state, before ? g_ascii_strtoll (before, NULL, 10) : 0, limit,
                                       &failure);
  if (!deliveries)
    return fail (request, failure, error);
  WH_WRITE_DOCUMENT (wh_present_deliveries (writer, deliveries));
}

char *
wh_handle_webhook_retry (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  GError *failure = NULL;
  gint64 revived;
  WhId id;

  if (!take_id (request, &id, error))
    return NULL;
  if (!wh_webhooks_revive (host->store, request->principal, &id, &revived, &failure))
    return fail (request, failure, error);
  wh_webhook_runner_wake (host->webhooks);
  return g_strdup_printf ("{\"retried\":%" G_GINT64_FORMAT "}", revived);
}
