/* wh-webhook.h: who asked to be called when something happens, and the calls: as they stand in the store. */
#pragma once

#include "base/wh-clock.h"
#include "base/wh-id.h"

G_BEGIN_DECLS

/* What can be asked for; the numbers are bits of WhWebhook.events. */
typedef enum {
  WH_EVENT_STRAIN_CREATED,
  WH_EVENT_STRAIN_UPDATED,
  WH_EVENT_PRICE_CHANGED,        /* a price was seen that differs from the one before */
  WH_EVENT_DISPENSARY_CREATED,
  WH_EVENT_TERPENE_ANALYZED,     /* a lab result with terpenes was stored */
  WH_N_EVENTS
} WhEvent;

/* Their names, NULL-terminated: "strain.created" … */
extern const char *const wh_event_keys[];

/* The numbers stand in stores. */
typedef enum {
  WH_WEBHOOK_ACTIVE = 1,
  WH_WEBHOOK_PAUSED = 2,     /* by somebody; what happens meanwhile is sent afterwards */
  WH_WEBHOOK_DISABLED = 3,   /* by the server, see `reason` */
} WhWebhookState;

typedef enum {
  WH_DELIVERY_WAITING = 1,
  WH_DELIVERY_DONE = 2,
  WH_DELIVERY_DEAD = 3,      /* tried as often as it is */
} WhDeliveryState;

#define WH_WEBHOOK_URL 2048
#define WH_WEBHOOK_SECRET_LEAST 16
#define WH_WEBHOOK_SECRET 256

typedef struct {
  WhId           id;
  char          *url;
  guint          events;      /* a bit for each WhEvent */
  char          *secret;
  WhWebhookState state;
  char          *reason;      /* why it is disabled; NULL: it is not */
  gint64         cursor;      /* what happened up to this sequence number has its deliveries */
  gint64         failures;    /* deliveries in a row that died */
  gint64         created_at, updated_at;
  char          *created_by;
  char          *holder;      /* the server that delivers, and until when; NULL: none */
  gint64         lease_until;
} WhWebhook;

typedef struct {
  WhId            id;         /* of webhook, change and event: the same however often it is made */
  WhId            webhook_id;
  gint64          seq;        /* of the change */
  WhEvent         event;
  char           *body;       /* JSON, as it is sent */
  WhDeliveryState state;
  gint64          tries;
  gint64          due_at;
  gint64          created_at;
  gint64          ended_at;   /* WH_TIME_UNSET: it is not over */
  gint64          status;     /* of HTTP at the last try; 0: there was no reply */
  char           *error;      /* of the last try; NULL: none */
} WhDelivery;

const char *wh_webhook_state_key   (WhWebhookState state);    /* "active", "paused", "disabled" */
const char *wh_delivery_state_key  (WhDeliveryState state);   /* "waiting", "delivered", "dead" */
gboolean    wh_delivery_state_parse (const char *text, WhDeliveryState *out_state);
void        wh_webhook_free        (WhWebhook *webhook);
void        wh_delivery_free       (WhDelivery *delivery);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhWebhook, wh_webhook_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhDelivery, wh_delivery_free)

G_END_DECLS
