/* What entries of the change log mean to those who asked to be called. */
#include <string.h>

#include "base/wh-error.h"
#include "core/wh-analyte.h"
#include "core/wh-nouns.h"
#include "wh-webhooks.h"

/* A delivery on its way: what its body says besides what all say. */
typedef struct {
  WhReader         *reader;
  const WhWebhook  *webhook;
  const WhLogEntry *entry;
  GPtrArray        *deliveries;
  char             *server_id;
} Spread;

static void
add_id (WhJsonWriter *writer, const char *key, const WhId *id)
{
  char text[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (id, text);
  wh_json_writer_add_string (writer, key, text);
}

/* The same for the same change however often it is made, so that who gets it twice sees that. */
static WhId
id_of (const Spread *spread, WhEvent event)
{
  char webhook[WH_ID_TEXT_LENGTH + 1];
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT "/%s", spread->entry->seq, wh_event_keys[event]);

  wh_id_format (&spread->webhook->id, webhook);
  return wh_id_from_key ("delivery", webhook, key);
}

/* `price` and `before`: of price.changed, else NULL. */
static void
add_delivery (Spread *spread, WhEvent event, const WhPrice *price, const WhPrice *before)
{
  const WhLogEntry *entry = spread->entry;
  WhDelivery *delivery = g_new0 (WhDelivery, 1);
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  delivery->id = id_of (spread, event);
  delivery->webhook_id = spread->webhook->id;
  delivery->seq = entry->seq;
  delivery->event = event;
  wh_json_writer_begin_object (writer);
  add_id (writer, "delivery_id", &delivery->id);
  wh_json_writer_add_string (writer, "event", wh_event_keys[event]);
  wh_json_writer_add_string (writer, "server_id", spread->server_id);
  wh_json_writer_key (writer, "data");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "kind", wh_entity_class (entry->kind)->name);
  add_id (writer, "id", &entry->id);
  wh_json_writer_add_integer (writer, "revision", entry->seq);
  if (price)
    {
      add_id (writer, "product_id", &price->product_id);
      wh_json_writer_add_integer (writer, "amount_cents", price->amount_cents);
      wh_json_writer_add_integer (writer, "previous_cents", before->amount_cents);
    }
  wh_json_writer_end_object (writer);
  wh_json_writer_end_object (writer);
  delivery->body = g_string_free (text, FALSE);
  g_ptr_array_add (spread->deliveries, delivery);
}

static gboolean
wants (const Spread *spread, WhEvent event)
{
  return (spread->webhook->events & (1u << event)) != 0;
}

/* Of the same product and package, stored before and seen no later. */
static gboolean
is_before (const WhPrice *other, const WhPrice *price, gint64 seq)
{
  return other->entity.revision < seq && g_strcmp0 (other->unit, price->unit) == 0
         && (price->observed_at == WH_TIME_UNSET || other->observed_at == WH_TIME_UNSET || other->observed_at <= price->observed_at);
}

static gboolean
spread_price (Spread *spread, GError **error)
{
  g_autoptr (WhPrice) price = NULL;
  g_autoptr (GPtrArray) prices = NULL;
  const WhPrice *before = NULL;
  gpointer found;

  if (!wh_reader_look (spread->reader, WH_KIND_PRICE, &spread->entry->id, &found, error))
    return FALSE;
  price = found;
  prices = price ? wh_reader_find (spread->reader, WH_KIND_PRICE, "product_id", &price->product_id, 0, error) : NULL;
  if (!prices)
    return price == NULL;
  for (guint i = 0; i < prices->len; i++)
    {
      const WhPrice *other = prices->pdata[i];
      if (!wh_id_equal (&other->entity.id, &price->entity.id) && is_before (other, price, spread->entry->seq)
          && (!before || other->observed_at > before->observed_at
              || (other->observed_at == before->observed_at && other->entity.revision > before->entity.revision)))
        before = other;
    }
  if (before && (before->amount_cents != price->amount_cents || g_strcmp0 (before->currency, price->currency) != 0))
    add_delivery (spread, WH_EVENT_PRICE_CHANGED, price, before);
  return TRUE;
}

static gboolean
has_terpenes (const WhPanel *panel)
{
  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      if (measure->analyte < wh_analyte_count () && wh_analyte_is_terpene (wh_analyte_get (measure->analyte))
          && measure->state != WH_STATE_NOT_TESTED && measure->state != WH_STATE_NOT_APPLICABLE)
        return TRUE;
    }
  return FALSE;
}

static gboolean
spread_result (Spread *spread, GError **error)
{
  g_autoptr (WhLabResult) result = NULL;
  gpointer found;

  if (!wh_reader_look (spread->reader, WH_KIND_LAB_RESULT, &spread->entry->id, &found, error))
    return FALSE;
  result = found;
  if (result && has_terpenes (result->panel))
    add_delivery (spread, WH_EVENT_TERPENE_ANALYZED, NULL, NULL);
  return TRUE;
}

static gboolean
spread_entry (Spread *spread, GError **error)
{
  const WhLogEntry *entry = spread->entry;

  if (entry->op != WH_CHANGE_PUT || !entry->is_there)
    return TRUE;
  if (entry->kind == WH_KIND_STRAIN)
    {
      WhEvent event = entry->made ? WH_EVENT_STRAIN_CREATED : WH_EVENT_STRAIN_UPDATED;
      if (wants (spread, event))
        add_delivery (spread, event, NULL, NULL);
    }
  else if (entry->kind == WH_KIND_DISPENSARY && entry->made && wants (spread, WH_EVENT_DISPENSARY_CREATED))
    add_delivery (spread, WH_EVENT_DISPENSARY_CREATED, NULL, NULL);
  else if (entry->kind == WH_KIND_PRICE && entry->made && wants (spread, WH_EVENT_PRICE_CHANGED))
    return spread_price (spread, error);
  else if (entry->kind == WH_KIND_LAB_RESULT && wants (spread, WH_EVENT_TERPENE_ANALYZED))
    return spread_result (spread, error);
  return TRUE;
}

GPtrArray *
wh_webhook_deliveries_of (WhReader *reader, const WhWebhook *webhook, const GPtrArray *entries, GError **error)
{
  g_autoptr (GPtrArray) deliveries = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_delivery_free);
  g_autofree char *server_id = wh_reader_note (reader, "server_id");
  Spread spread = { reader, webhook, NULL, deliveries, server_id };

  for (guint i = 0; i < entries->len; i++)
    {
      spread.entry = entries->pdata[i];
      if (!spread_entry (&spread, error))
        return NULL;
    }
  return g_steal_pointer (&deliveries);
}
