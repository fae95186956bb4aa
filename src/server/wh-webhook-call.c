#include "wh-webhook-call.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-hash.h"
#include "base/wh-random.h"

#define MOST_REPLY 4096        /* bytes of a reply that are read; nobody looks at them */
#define FACTOR 4               /* of a pause and the next one: eight tries take a day */
#define MOST_PAUSE WH_TIME_DAY
#define MOST_ERROR 300

static WhOutgoingReply *
send_body (WhOutgoing *outgoing, const WhSettings *settings, const WhWebhook *webhook, const WhDelivery *delivery,
           GCancellable *cancellable, GError **error)
{
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, wh_clock_now () / WH_TIME_SECOND);
  g_autofree char *signed_text = g_strdup_printf ("%s.%s", timestamp, delivery->body);
  g_autofree char *signature = wh_hash_sign (webhook->secret, signed_text, strlen (signed_text));
  g_autofree char *versioned = g_strconcat ("v1=", signature, NULL);
  g_autofree char *id = wh_id_to_string (&delivery->id);
  g_autoptr (GBytes) body = g_bytes_new (delivery->body, strlen (delivery->body));
  const char *const headers[] = { "X-WeedHounds-Event", wh_event_keys[delivery->event], "X-WeedHounds-Delivery", id,
                                  "X-WeedHounds-Timestamp", timestamp, "X-WeedHounds-Signature", versioned, NULL };
  const WhOutgoingCall call = { .method = "POST", .url = webhook->url, .headers = headers, .content_type = "application/json", .body = body,
                                .seconds = (guint) wh_settings_integer (settings, WH_SETTING_WEBHOOKS_SECONDS),
                                .max_bytes = MOST_REPLY, .cut = TRUE };

  return wh_outgoing_send (outgoing, &call, cancellable, error);
}

/* 15 s, 1 min, 4 min … and some more by chance, so that not all come back at once; never before the receiver asked for. */
static gint64
pause_after (const WhSettings *settings, gint64 tries, const char *retry_after)
{
  gint64 pause = wh_settings_integer (settings, WH_SETTING_WEBHOOKS_PAUSE_SECONDS) * WH_TIME_SECOND;
  guint64 asked = 0;
  guint8 chance;

  for (gint64 i = 1; i < tries && pause < MOST_PAUSE; i++)
    pause *= FACTOR;
  wh_random_bytes (&chance, sizeof chance);
  pause += pause / 4 * chance / G_MAXUINT8;
  if (retry_after)
    g_ascii_string_to_unsigned (retry_after, 10, 0, MOST_PAUSE / WH_TIME_SECOND, &asked, NULL);
  return MIN (MAX (pause, (gint64) asked * WH_TIME_SECOND), MOST_PAUSE);
}

/* What failed, short; NULL: nothing. Caller frees. */
static char *
words_of (const WhOutgoingReply *reply, const GError *failure)
{
  if (failure)
    return g_utf8_substring (failure->message, 0, MIN (g_utf8_strlen (failure->message, -1), MOST_ERROR));
  if (reply->status < 200 || reply->status > 299)
    return g_strdup_printf (_("It was answered with the status %u."), reply->status);
  return NULL;
}

WhCallOutcome
wh_webhook_call (WhOutgoing *outgoing, const WhSettings *settings, const WhWebhook *webhook, WhDelivery *delivery, gint64 now,
                 GCancellable *cancellable)
{
  g_autoptr (GError) failure = NULL;
  WhOutgoingReply *reply = send_body (outgoing, settings, webhook, delivery, cancellable, &failure);
  WhCallOutcome outcome = WH_CALL_FAILED;

  if (!reply && g_cancellable_is_cancelled (cancellable))
    return WH_CALL_BROKEN_OFF;
  delivery->tries++;
  delivery->status = reply ? reply->status : 0;
  g_free (delivery->error);
  delivery->error = words_of (reply, failure);
  if (!delivery->error)
    {
      delivery->state = WH_DELIVERY_DONE;
      outcome = WH_CALL_TAKEN;
    }
  else if (delivery->status == 410 || delivery->tries >= wh_settings_integer (settings, WH_SETTING_WEBHOOKS_TRIES))
    delivery->state = WH_DELIVERY_DEAD;
  else
    delivery->due_at = now + pause_after (settings, delivery->tries, reply ? reply->retry_after : NULL);
  if (delivery->status == 410)
    outcome = WH_CALL_GONE;
  g_clear_pointer (&reply, wh_outgoing_reply_free);
  return outcome;
}
