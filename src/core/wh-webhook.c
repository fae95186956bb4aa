#include "wh-webhook.h"

const char *const wh_event_keys[] = {
  [WH_EVENT_STRAIN_CREATED] = "strain.created",         [WH_EVENT_STRAIN_UPDATED] = "strain.updated",
  [WH_EVENT_PRICE_CHANGED] = "price.changed",           [WH_EVENT_DISPENSARY_CREATED] = "dispensary.created",
  [WH_EVENT_TERPENE_ANALYZED] = "terpene.analyzed",     [WH_N_EVENTS] = NULL,
};

static const char *const states[] = {
  [WH_WEBHOOK_ACTIVE] = "active",
  [WH_WEBHOOK_PAUSED] = "paused",
  [WH_WEBHOOK_DISABLED] = "disabled",
};

static const char *const delivery_states[] = {
  [WH_DELIVERY_WAITING] = "waiting",
  [WH_DELIVERY_DONE] = "delivered",
  [WH_DELIVERY_DEAD] = "dead",
};

const char *
wh_webhook_state_key (WhWebhookState state)
{
  g_return_val_if_fail (state >= WH_WEBHOOK_ACTIVE && state < G_N_ELEMENTS (states), "disabled");
  return states[state];
}

const char *
wh_delivery_state_key (WhDeliveryState state)
{
  g_return_val_if_fail (state >= WH_DELIVERY_WAITING && state < G_N_ELEMENTS (delivery_states), "dead");
  return delivery_states[state];
}

gboolean
wh_delivery_state_parse (const char *text, WhDeliveryState *out_state)
{
  for (guint i = WH_DELIVERY_WAITING; i < G_N_ELEMENTS (delivery_states); i++)
    if (g_strcmp0 (delivery_states[i], text) == 0)
      {
        *out_state = (WhDeliveryState) i;
        return TRUE;
      }
  return FALSE;
}

void
wh_webhook_free (WhWebhook *webhook)
{
  if (!webhook)
    return;
  g_free (webhook->url);
  g_free (webhook->secret);
  g_free (webhook->reason);
  g_free (webhook->created_by);
  g_free (webhook->holder);
  g_free (webhook);
}

void
wh_delivery_free (WhDelivery *delivery)
{
  if (!delivery)
    return;
  g_free (delivery->body);
  g_free (delivery->error);
  g_free (delivery);
}
