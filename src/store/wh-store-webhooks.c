#include "wh-store-webhooks.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "wh-store-private.h"

WhWebhook *
wh_store_webhook_of (WhStatement *row)
{
  WhWebhook *webhook = g_new0 (WhWebhook, 1);

  webhook->id = wh_statement_id (row, 0);
  webhook->url = g_strdup (wh_statement_text (row, 1));
  webhook->events = (guint) wh_statement_integer (row, 2);
  webhook->secret = g_strdup (wh_statement_text (row, 3));
  webhook->state = (WhWebhookState) wh_statement_integer (row, 4);
  webhook->reason = g_strdup (wh_statement_text (row, 5));
  webhook->cursor = wh_statement_integer (row, 6);
  webhook->failures = wh_statement_integer (row, 7);
  webhook->created_at = wh_statement_integer (row, 8);
  webhook->updated_at = wh_statement_integer (row, 9);
  webhook->created_by = g_strdup (wh_statement_text (row, 10));
  webhook->holder = g_strdup (wh_statement_text (row, 11));
  webhook->lease_until = wh_store_moment (row, 12);
  return webhook;
}

WhDelivery *
wh_store_delivery_of (WhStatement *row)
{
  WhDelivery *delivery = g_new0 (WhDelivery, 1);

  delivery->id = wh_statement_id (row, 0);
  delivery->webhook_id = wh_statement_id (row, 1);
  delivery->seq = wh_statement_integer (row, 2);
  delivery->event = (WhEvent) wh_statement_integer (row, 3);
  delivery->body = g_strdup (wh_statement_text (row, 4));
  delivery->state = (WhDeliveryState) wh_statement_integer (row, 5);
  delivery->tries = wh_statement_integer (row, 6);
  delivery->due_at = wh_statement_integer (row, 7);
  delivery->created_at = wh_statement_integer (row, 8);
  delivery->ended_at = wh_store_moment (row, 9);
  delivery->status = wh_statement_integer (row, 10);
  delivery->error = g_strdup (wh_statement_text (row, 11));
  return delivery;
}

GPtrArray *
wh_reader_webhooks (WhReader *reader, GError **error)
{
  g_autoptr (GPtrArray) webhooks = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_webhook_free);
  WhStatement *statement = wh_connection_statement (reader->connection, "SELECT " WH_STORE_WEBHOOK_COLUMNS " FROM webhook ORDER BY id",
                                                    error);
  WhStep step;

  if (!statement)
    return NULL;
  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    g_ptr_array_add (webhooks, wh_store_webhook_of (statement));
  wh_statement_reset (statement);
  return step == WH_STEP_DONE ? g_steal_pointer (&webhooks) : NULL;
}

gboolean
wh_store_look_for_webhook (WhConnection *connection, const WhId *id, WhWebhook **out_webhook, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT " WH_STORE_WEBHOOK_COLUMNS " FROM webhook WHERE id = ?1", error);
  WhStep step;

  *out_webhook = NULL;
  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, id, sizeof *id);
  step = wh_statement_step (statement, error);
  if (step == WH_STEP_ROW)
    *out_webhook = wh_store_webhook_of (statement);
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

WhWebhook *
wh_reader_webhook (WhReader *reader, const WhId *id, GError **error)
{
  WhWebhook *webhook;

  if (wh_store_look_for_webhook (reader->connection, id, &webhook, error) && !webhook)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no webhook with this id."));
  return webhook;
}

GPtrArray *
wh_reader_deliveries (WhReader *reader, const WhId *webhook, WhDeliveryState state, gint64 before, guint limit, GError **error)
{
  g_autoptr (GPtrArray) deliveries = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_delivery_free);
  WhStatement *statement = wh_connection_statement (reader->connection, "SELECT " WH_STORE_DELIVERY_COLUMNS " FROM webhook_delivery"
                                                    " WHERE webhook = ?1 AND (?2 = 0 OR state = ?2) AND seq < ?3"
                                                    " ORDER BY seq DESC, id LIMIT ?4", error);
  WhStep step;

  if (!statement)
    return NULL;
  wh_statement_bind_bytes (statement, 1, webhook, sizeof *webhook);
  wh_statement_bind_integer (statement, 2, state);
  wh_statement_bind_integer (statement, 3, before ? before : G_MAXINT64);
  wh_statement_bind_integer (statement, 4, limit);
  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    g_ptr_array_add (deliveries, wh_store_delivery_of (statement));
  wh_statement_reset (statement);
  return step == WH_STEP_DONE ? g_steal_pointer (&deliveries) : NULL;
}

static void
note_change (WhWriter *writer, const WhId *id, const char *what)
{
  char text[WH_ID_TEXT_LENGTH + 1];
  g_autofree char *object = NULL;

  wh_id_format (id, text);
  object = g_strconcat ("webhook/", text, NULL);
  wh_store_note_change (writer, object, what);
}

static gboolean
check_writer (WhWriter *writer, GError **error)
{
  if (!writer->capture)
    return TRUE;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("Webhooks belong to a server; ask it with the network up."));
  return FALSE;
}

gboolean
wh_writer_add_webhook (WhWriter *writer, const WhWebhook *webhook, guint most, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  WhStatement *statement;
  gint64 count, now;

  if (!check_writer (writer, error) || !wh_store_clock (connection, &now, error)
      || !wh_connection_integer (connection, "SELECT count(*) FROM webhook", 0, &count, error))
    return FALSE;
  if (count >= most)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_CONFLICT, _("There are %u webhooks already, which is the most; delete one first."), most);
      return FALSE;
    }
  statement = wh_connection_statement (connection, "INSERT INTO webhook (" WH_STORE_WEBHOOK_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, NULL,"
                                       " ?6, 0, ?7, ?7, ?8, NULL, NULL)", error);
  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &webhook->id, sizeof webhook->id);
  wh_statement_bind_text (statement, 2, webhook->url);
  wh_statement_bind_integer (statement, 3, webhook->events);
  wh_statement_bind_text (statement, 4, webhook->secret);
  wh_statement_bind_integer (statement, 5, webhook->state);
  wh_statement_bind_integer (statement, 6, writer->seq);
  wh_statement_bind_integer (statement, 7, now);
  wh_statement_bind_text (statement, 8, webhook->created_by);
  note_change (writer, &webhook->id, webhook->url);
  return wh_statement_run (statement, error);
}

gboolean
wh_writer_set_webhook (WhWriter *writer, const WhWebhook *webhook, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  g_autoptr (WhWebhook) stored = check_writer (writer, error) ? wh_reader_webhook (&writer->reader, &webhook->id, error) : NULL;
  WhStatement *statement;
  gint64 now;

  if (!stored || !wh_store_clock (connection, &now, error))
    return FALSE;
  statement = wh_connection_statement (connection, "UPDATE webhook SET url = ?2, events = ?3, state = ?4, updated_at = ?5,"
                                       " reason = CASE WHEN ?4 = 1 THEN NULL ELSE reason END,"
                                       " failures = CASE WHEN ?4 = 1 THEN 0 ELSE failures END WHERE id = ?1", error);
  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &webhook->id, sizeof webhook->id);
  wh_statement_bind_text (statement, 2, webhook->url);
  wh_statement_bind_integer (statement, 3, webhook->events);
  wh_statement_bind_integer (statement, 4, webhook->state);
  wh_statement_bind_integer (statement, 5, now);
  note_change (writer, &webhook->id, wh_webhook_state_key (webhook->state));
  return wh_statement_run (statement, error);
}

gboolean
wh_writer_drop_webhook (WhWriter *writer, const WhId *id, GError **error)
{
  static const char *const sql[] = { "DELETE FROM webhook_delivery WHERE webhook = ?1", "DELETE FROM webhook WHERE id = ?1" };
  g_autoptr (WhWebhook) stored = check_writer (writer, error) ? wh_reader_webhook (&writer->reader, id, error) : NULL;

  if (!stored)
    return FALSE;
  note_change (writer, id, "deleted");
  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    {
      WhStatement *statement = wh_connection_statement (writer->reader.connection, sql[i], error);
      if (!statement)
        return FALSE;
      wh_statement_bind_bytes (statement, 1, id, sizeof *id);
      if (!wh_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
wh_writer_revive_deliveries (WhWriter *writer, const WhId *webhook, gint64 *out_revived, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  g_autoptr (WhWebhook) stored = check_writer (writer, error) ? wh_reader_webhook (&writer->reader, webhook, error) : NULL;
  WhStatement *statement;
  WhStep step;
  gint64 now;

  *out_revived = 0;
  if (!stored || !wh_store_clock (connection, &now, error))
    return FALSE;
  statement = wh_connection_statement (connection, "UPDATE webhook_delivery SET state = 1, tries = 0, due_at = ?2, ended_at = NULL"
                                       " WHERE webhook = ?1 AND state = 3 RETURNING seq", error);
  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, webhook, sizeof *webhook);
  wh_statement_bind_integer (statement, 2, now);
  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    ++*out_revived;
  wh_statement_reset (statement);
  note_change (writer, webhook, "revived");
  return step == WH_STEP_DONE;
}
