/* wh-webhooks.h: what an administrator asks of webhooks, and what the change log says has happened. All of it needs ADMINISTER. */
#pragma once

#include "base/wh-json-writer.h"
#include "store/wh-store-log.h"
#include "store/wh-store-webhooks.h"

G_BEGIN_DECLS

/* See store/wh-store-webhooks.h for what comes back and what is wrong. */
GPtrArray *wh_webhooks_list   (WhStore *store, const WhPrincipal *principal, GError **error);
WhWebhook *wh_webhooks_get    (WhStore *store, const WhPrincipal *principal, const WhId *id, GError **error);
/* id, url, events and secret (NULL: one is made) count. As it stands then; one that is there under the id already stays as it is. */
WhWebhook *wh_webhooks_add    (WhStore *store, const WhPrincipal *principal, const WhWebhook *wanted, guint most, GError **error);
/* url and events where they are not NULL and 0, state where it is not 0. As it stands then. */
WhWebhook *wh_webhooks_change (WhStore *store, const WhPrincipal *principal, const WhWebhook *wanted, GError **error);
gboolean   wh_webhooks_drop   (WhStore *store, const WhPrincipal *principal, const WhId *id, GError **error);
GPtrArray *wh_webhooks_deliveries (WhStore *store, const WhPrincipal *principal, const WhId *id, WhDeliveryState state, gint64 before,
                                   guint limit, GError **error);
gboolean   wh_webhooks_revive (WhStore *store, const WhPrincipal *principal, const WhId *id, gint64 *out_revived, GError **error);

/* `secret`: with it. {webhook_id, url, events, state, reason, secret, created_by, created_at, updated_at} */
void       wh_present_webhook    (WhJsonWriter *writer, const WhWebhook *webhook, gboolean secret);
void       wh_present_webhooks   (WhJsonWriter *writer, const GPtrArray *webhooks);
/* [{delivery_id, event, revision, state, tries, due_at, created_at, ended_at, status, error}] */
void       wh_present_deliveries (WhJsonWriter *writer, const GPtrArray *deliveries);

/* The deliveries that a webhook gets of entries of the log; elements WhDelivery. NULL when the store cannot be read. */
GPtrArray *wh_webhook_deliveries_of (WhReader *reader, const WhWebhook *webhook, const GPtrArray *entries, GError **error);

G_END_DECLS
