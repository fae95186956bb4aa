#include "wh-webhooks.h"

#include "base/wh-error.h"
#include "base/wh-random.h"
#include "base/wh-sign.h"

#define SECRET_BYTES 32

/* One question or order on its way into the store and out of it. */
typedef struct {
  WhId             id;
  const WhWebhook *wanted;
  const char      *who;
  WhDeliveryState  state;
  gint64           before, revived;
  guint            limit;
  WhWebhook       *webhook;
  GPtrArray       *rows;
} Question;

static gboolean
ask (WhStore *store, const WhPrincipal *principal, WhReadFunc func, Question *question, GError **error)
{
  return wh_principal_require (principal, WH_PERMISSION_ADMINISTER, error) && wh_store_read (store, principal, func, question, error);
}

static gboolean
order (WhStore *store, const WhPrincipal *principal, const char *action, WhWriteFunc func, Question *question, GError **error)
{
  return wh_store_write (store, principal, WH_PERMISSION_ADMINISTER, action, func, question, NULL, error);
}

static WhWebhook *
webhook_if (gboolean done, Question *question)
{
  if (!done)
    g_clear_pointer (&question->webhook, wh_webhook_free);
  return question->webhook;
}

static GPtrArray *
rows_if (gboolean done, Question *question)
{
  if (!done)
    g_clear_pointer (&question->rows, g_ptr_array_unref);
  return question->rows;
}

static gboolean
list_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Question *question = user_data;

  question->rows = wh_reader_webhooks (reader, error);
  return question->rows != NULL;
}

GPtrArray *
wh_webhooks_list (WhStore *store, const WhPrincipal *principal, GError **error)
{
  Question question = { .limit = 0 };

  return rows_if (ask (store, principal, list_cb, &question, error), &question);
}

static gboolean
get_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Question *question = user_data;

  g_clear_pointer (&question->webhook, wh_webhook_free);
  question->webhook = wh_reader_webhook (reader, &question->id, error);
  return question->webhook != NULL;
}

WhWebhook *
wh_webhooks_get (WhStore *store, const WhPrincipal *principal, const WhId *id, GError **error)
{
  Question question = { .id = *id };

  return webhook_if (ask (store, principal, get_cb, &question, error), &question);
}

static char *
make_secret (void)
{
  guint8 bytes[SECRET_BYTES];

  wh_random_bytes (bytes, sizeof bytes);
  return wh_sign_to_hex (bytes, sizeof bytes);
}

/* One with this id is what the same request has made before. */
static gboolean
add_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Question *question = user_data;
  g_autoptr (GError) missing = NULL;

  if (get_cb (wh_writer_reader (writer), question, &missing))
    return TRUE;
  if (!g_error_matches (missing, WH_ERROR, WH_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&missing));
      return FALSE;
    }
  return wh_writer_add_webhook (writer, question->wanted, question->limit, error)
         && get_cb (wh_writer_reader (writer), question, error);
}

WhWebhook *
wh_webhooks_add (WhStore *store, const WhPrincipal *principal, const WhWebhook *wanted, guint most, GError **error)
{
  g_autofree char *secret = wanted->secret ? g_strdup (wanted->secret) : make_secret ();
  const WhWebhook webhook = { .id = wanted->id, .url = wanted->url, .events = wanted->events, .secret = secret,
                              .state = WH_WEBHOOK_ACTIVE, .created_by = principal->who };
  Question question = { .id = webhook.id, .wanted = &webhook, .limit = most };

  return webhook_if (order (store, principal, "webhook.add", add_cb, &question, error), &question);
}

static gboolean
change_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Question *question = user_data;
  const WhWebhook *wanted = question->wanted;
  WhWebhook changed;

  if (!get_cb (wh_writer_reader (writer), question, error))
    return FALSE;
  changed = *question->webhook;
  changed.url = wanted->url ? wanted->url : changed.url;
  changed.events = wanted->events ? wanted->events : changed.events;
  changed.state = wanted->state ? wanted->state : changed.state;
  return wh_writer_set_webhook (writer, &changed, error) && get_cb (wh_writer_reader (writer), question, error);
}

WhWebhook *
wh_webhooks_change (WhStore *store, const WhPrincipal *principal, const WhWebhook *wanted, GError **error)
{
  Question question = { .id = wanted->id, .wanted = wanted };

  return webhook_if (order (store, principal, "webhook.change", change_cb, &question, error), &question);
}

static gboolean
drop_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  return wh_writer_drop_webhook (writer, &((Question *) user_data)->id, error);
}

gboolean
wh_webhooks_drop (WhStore *store, const WhPrincipal *principal, const WhId *id, GError **error)
{
  Question question = { .id = *id };

  return order (store, principal, "webhook.delete", drop_cb, &question, error);
}

static gboolean
deliveries_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Question *question = user_data;

  g_clear_pointer (&question->rows, g_ptr_array_unref);
  if (!get_cb (reader, question, error))
    return FALSE;
  question->rows = wh_reader_deliveries (reader, &question->id, question->state, question->before, question->limit, error);
  return question->rows != NULL;
}

GPtrArray *
wh_webhooks_deliveries (WhStore *store, const WhPrincipal *principal, const WhId *id, WhDeliveryState state, gint64 before, guint limit,
                        GError **error)
{
  Question question = { .id = *id, .state = state, .before = before, .limit = limit };
  gboolean done = ask (store, principal, deliveries_cb, &question, error);

  g_clear_pointer (&question.webhook, wh_webhook_free);
  return rows_if (done, &question);
}

static gboolean
revive_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Question *question = user_data;

  return wh_writer_revive_deliveries (writer, &question->id, &question->revived, error);
}

gboolean
wh_webhooks_revive (WhStore *store, const WhPrincipal *principal, const WhId *id, gint64 *out_revived, GError **error)
{
  Question question = { .id = *id };
  gboolean done = order (store, principal, "webhook.retry", revive_cb, &question, error);

  *out_revived = question.revived;
  return done;
}

/* -- documents -------------------------------------------------------------------------------------------------------- */

static void
add_time (WhJsonWriter *writer, const char *key, gint64 moment)
{
  g_autofree char *text = wh_clock_format (moment);

  wh_json_writer_add_string (writer, key, text);
}

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

void
wh_present_webhook (WhJsonWriter *writer, const WhWebhook *webhook, gboolean secret)
{
  wh_json_writer_begin_object (writer);
  add_id (writer, "webhook_id", &webhook->id);
  wh_json_writer_add_string (writer, "url", webhook->url);
  wh_json_writer_key (writer, "events");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < WH_N_EVENTS; i++)
    if (webhook->events & (1u << i))
      wh_json_writer_string (writer, wh_event_keys[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_add_string (writer, "state", wh_webhook_state_key (webhook->state));
  wh_json_writer_add_string (writer, "reason", webhook->reason);
  if (secret)
    wh_json_writer_add_string (writer, "secret", webhook->secret);
  wh_json_writer_add_string (writer, "created_by", webhook->created_by);
  add_time (writer, "created_at", webhook->created_at);
  add_time (writer, "updated_at", webhook->updated_at);
  wh_json_writer_end_object (writer);
}

void
wh_present_webhooks (WhJsonWriter *writer, const GPtrArray *webhooks)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < webhooks->len; i++)
    wh_present_webhook (writer, webhooks->pdata[i], FALSE);
  wh_json_writer_end_array (writer);
}

static void
present_delivery (WhJsonWriter *writer, const WhDelivery *delivery)
{
  wh_json_writer_begin_object (writer);
  add_id (writer, "delivery_id", &delivery->id);
  wh_json_writer_add_string (writer, "event", delivery->event < WH_N_EVENTS ? wh_event_keys[delivery->event] : NULL);
  wh_json_writer_add_integer (writer, "revision", delivery->seq);
  wh_json_writer_add_string (writer, "state", wh_delivery_state_key (delivery->state));
  wh_json_writer_add_integer (writer, "tries", delivery->tries);
  add_time (writer, "due_at", delivery->due_at);
  add_time (writer, "created_at", delivery->created_at);
  add_time (writer, "ended_at", delivery->ended_at);
  wh_json_writer_key (writer, "status");
  if (delivery->status)
    wh_json_writer_integer (writer, delivery->status);
  else
    wh_json_writer_null (writer);
  wh_json_writer_add_string (writer, "error", delivery->error);
  wh_json_writer_end_object (writer);
}

void
wh_present_deliveries (WhJsonWriter *writer, const GPtrArray *deliveries)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < deliveries->len; i++)
    present_delivery (writer, deliveries->pdata[i]);
  wh_json_writer_end_array (writer);
}
