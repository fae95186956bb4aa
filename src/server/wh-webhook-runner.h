/* wh-webhook-runner.h: calls those who asked to be called when something happens (service/wh-webhooks.h).
 *
 * Each call is a POST of JSON to the webhook's address, with
 *   X-WeedHounds-Event      "strain.created" …
 *   X-WeedHounds-Delivery   an id; the same when a call is repeated, so that a receiver can tell
 *   X-WeedHounds-Timestamp  seconds since 1970
 *   X-WeedHounds-Signature  "v1=" and HMAC-SHA256 in hex, with the webhook's secret, over timestamp, ".", body
 * A webhook's calls are made one after the other, in the order of the changes; one that fails is tried again after growing pauses and the
 * others pass it. A call may come twice (a server died after it), never not at all. Any number of servers may share a database.
 * Thread-safe. */
#pragma once

#include "wh-host.h"

G_BEGIN_DECLS

WhWebhookRunner *wh_webhook_runner_new  (WhHost *host);
/* Breaks calls off, which are then made by the next one, and waits for their threads. */
void             wh_webhook_runner_free (WhWebhookRunner *runner);
/* The store has moved on, or webhooks are others: look now. May be NULL. */
void             wh_webhook_runner_wake (WhWebhookRunner *runner);

G_END_DECLS
