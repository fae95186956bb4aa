/* wh-webhook-call.h: one call of a webhook, and what it means for the delivery. */
#pragma once

#include "core/wh-webhook.h"
#include "wh-outgoing.h"
#include "wh-settings.h"

G_BEGIN_DECLS

typedef enum {
  WH_CALL_TAKEN,       /* answered with a status of 200 to 299 */
  WH_CALL_FAILED,
  WH_CALL_GONE,        /* answered with 410: nobody wants it any more */
  WH_CALL_BROKEN_OFF,  /* by the cancellable; the delivery is as it was */
} WhCallOutcome;

/* Sets state, tries, due_at, status and error of the delivery. `now` is the store's. */
WhCallOutcome wh_webhook_call (WhOutgoing *outgoing, const WhSettings *settings, const WhWebhook *webhook, WhDelivery *delivery,
                               gint64 now, GCancellable *cancellable);

G_END_DECLS
