/* wh-store-webhooks.h: webhooks and their deliveries, as rows. The log of changes is the queue: each webhook has a place in it, and what
 * lies behind that place gets deliveries in the transaction that moves it on. So nothing is lost and nothing made twice, whoever dies,
 * and several servers on one database may do it. */
#pragma once

#include "core/wh-webhook.h"
#include "wh-store.h"

G_BEGIN_DECLS

/* -- for people; what they write stands in the audit trail -- */
/* The oldest first. Elements WhWebhook, owned by the array. */
GPtrArray *wh_reader_webhooks    (WhReader *reader, GError **error);
/* NULL with WH_ERROR_NOT_FOUND. */
WhWebhook *wh_reader_webhook     (WhReader *reader, const WhId *id, GError **error);
/* The newest first, `state` 0: any, with numbers below `before` (0: all). Elements WhDelivery, owned by the array. */
GPtrArray *wh_reader_deliveries  (WhReader *reader, const WhId *webhook, WhDeliveryState state, gint64 before, guint limit, GError **error);
/* url, events, secret, state and created_by count; what happens from now on is told. WH_ERROR_CONFLICT where there are `most`. */
gboolean   wh_writer_add_webhook (WhWriter *writer, const WhWebhook *webhook, guint most, GError **error);
/* url, events and state; an active one has a fresh start. WH_ERROR_NOT_FOUND. */
gboolean   wh_writer_set_webhook (WhWriter *writer, const WhWebhook *webhook, GError **error);
/* With its deliveries. WH_ERROR_NOT_FOUND */
gboolean   wh_writer_drop_webhook (WhWriter *writer, const WhId *id, GError **error);
/* All dead ones wait again, as if they had not been tried. */
gboolean   wh_writer_revive_deliveries (WhWriter *writer, const WhId *webhook, gint64 *out_revived, GError **error);

/* -- for who delivers -- */
/* Moves a webhook on from `from` to `to` with these deliveries (WhDelivery), and forgets old ones. *out_moved FALSE: another server was
 * faster, and nothing was written. */
gboolean   wh_writer_spread      (WhWriter *writer, const WhId *webhook, gint64 from, gint64 to, const GPtrArray *deliveries,
                                  gboolean *out_moved, GError **error);
/* Whoever holds a webhook delivers, one after the other. NULL in *out_webhook: somebody else does, or it is not active. */
gboolean   wh_writer_hold_webhook (WhWriter *writer, const WhId *id, const char *holder, gint64 lease, WhWebhook **out_webhook,
                                  GError **error);
gboolean   wh_writer_release_webhook (WhWriter *writer, const WhId *id, const char *holder, GError **error);
/* The waiting one that is due, by its number; NULL in *out_delivery: none is. */
gboolean   wh_reader_due_delivery (WhReader *reader, const WhId *webhook, WhDelivery **out_delivery, GError **error);
/* How many wait, due or not; -1 on error. */
gint64     wh_reader_waiting     (WhReader *reader, const WhId *webhook);
/* What became of a try: state, tries, due_at, status and error. A delivery that is done ends the row of failures, a dead one adds to it;
 * `most_dead` of them in a row, or a `reason`, disable the webhook. */
gboolean   wh_writer_end_try     (WhWriter *writer, const WhDelivery *delivery, const char *reason, guint most_dead, GError **error);
/* What the store's clock says: leases and due_at go by it. */
gboolean   wh_reader_clock       (WhReader *reader, gint64 *out_now, GError **error);

G_END_DECLS
