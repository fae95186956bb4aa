/* Webhooks as those see them who deliver. */
#include "base/wh-error.h"
#include "wh-store-private.h"
#include "wh-store-webhooks.h"

#define KEEP_DONE (7 * WH_TIME_DAY)
#define KEEP_DEAD (30 * WH_TIME_DAY)

static gboolean
add_delivery (WhWriter *writer, const WhDelivery *delivery, gint64 now, GError **error)
{
  WhStatement *statement = wh_connection_statement (writer->reader.connection, "INSERT INTO webhook_delivery (" WH_STORE_DELIVERY_COLUMNS
                                                    ") VALUES (?1, ?2, ?3, ?4, ?5, 1, 0, ?6, ?6, NULL, 0, NULL)"
                                                    " ON CONFLICT (id) DO NOTHING", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &delivery->id, sizeof delivery->id);
  wh_statement_bind_bytes (statement, 2, &delivery->webhook_id, sizeof delivery->webhook_id);
  wh_statement_bind_integer (statement, 3, delivery->seq);
  wh_statement_bind_integer (statement, 4, delivery->event);
  wh_statement_bind_text (statement, 5, delivery->body);
  wh_statement_bind_integer (statement, 6, now);
  return wh_statement_run (statement, error);
}

static gboolean
move_on (WhWriter *writer, const WhId *webhook, gint64 to, GError **error)
{
  WhStatement *statement = wh_connection_statement (writer->reader.connection, "UPDATE webhook SET cursor = ?2 WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, webhook, sizeof *webhook);
  wh_statement_bind_integer (statement, 2, to);
  return wh_statement_run (statement, error);
}

static gboolean
forget_old (WhWriter *writer, const WhId *webhook, gint64 now, GError **error)
{
  WhStatement *statement = wh_connection_statement (writer->reader.connection, "DELETE FROM webhook_delivery WHERE webhook = ?1"
                                                    " AND ((state = 2 AND ended_at < ?2) OR (state = 3 AND ended_at < ?3))", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, webhook, sizeof *webhook);
  wh_statement_bind_integer (statement, 2, now - KEEP_DONE);
  wh_statement_bind_integer (statement, 3, now - KEEP_DEAD);
  return wh_statement_run (statement, error);
}

gboolean
wh_writer_spread (WhWriter *writer, const WhId *webhook, gint64 from, gint64 to, const GPtrArray *deliveries, gboolean *out_moved,
                  GError **error)
{
  g_autoptr (WhWebhook) stored = NULL;
  gint64 now;

  *out_moved = FALSE;
  if (!wh_store_clock (writer->reader.connection, &now, error)
      || !wh_store_look_for_webhook (writer->reader.connection, webhook, &stored, error))
    return FALSE;
  if (!stored || stored->cursor != from)
    return TRUE;
  for (guint i = 0; i < deliveries->len; i++)
    if (!add_delivery (writer, deliveries->pdata[i], now, error))
      return FALSE;
  *out_moved = TRUE;
  return move_on (writer, webhook, to, error) && forget_old (writer, webhook, now, error);
}

static gboolean
set_holder (WhWriter *writer, const WhId *webhook, const char *holder, gint64 until, GError **error)
{
  WhStatement *statement = wh_connection_statement (writer->reader.connection,
                                                    "UPDATE webhook SET holder = ?2, lease_until = ?3 WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, webhook, sizeof *webhook);
  wh_statement_bind_text (statement, 2, holder);
  wh_store_bind_moment (statement, 3, until);
  return wh_statement_run (statement, error);
}

static gboolean
is_held_by_other (const WhWebhook *webhook, const char *holder, gint64 now)
{
  return webhook->holder && g_strcmp0 (webhook->holder, holder) != 0 && webhook->lease_until > now;
}

gboolean
wh_writer_hold_webhook (WhWriter *writer, const WhId *id, const char *holder, gint64 lease, WhWebhook **out_webhook, GError **error)
{
  g_autoptr (WhWebhook) stored = NULL;
  gint64 now;

  g_clear_pointer (out_webhook, wh_webhook_free);
  if (!wh_store_clock (writer->reader.connection, &now, error)
      || !wh_store_look_for_webhook (writer->reader.connection, id, &stored, error))
    return FALSE;
  if (!stored || stored->state != WH_WEBHOOK_ACTIVE || is_held_by_other (stored, holder, now))
    return TRUE;
  if (!set_holder (writer, id, holder, now + lease, error))
    return FALSE;
  *out_webhook = g_steal_pointer (&stored);
  return TRUE;
}

gboolean
wh_writer_release_webhook (WhWriter *writer, const WhId *id, const char *holder, GError **error)
{
  g_autoptr (WhWebhook) stored = NULL;

  if (!wh_store_look_for_webhook (writer->reader.connection, id, &stored, error))
    return FALSE;
  return !stored || g_strcmp0 (stored->holder, holder) != 0 || set_holder (writer, id, NULL, WH_TIME_UNSET, error);
}

gboolean
wh_reader_due_delivery (WhReader *reader, const WhId *webhook, WhDelivery **out_delivery, GError **error)
{
  WhStatement *statement;
  WhStep step;
  gint64 now;

  *out_delivery = NULL;
  if (!wh_store_clock (reader->connection, &now, error))
    return FALSE;
  statement = wh_connection_statement (reader->connection, "SELECT " WH_STORE_DELIVERY_COLUMNS " FROM webhook_delivery WHERE webhook = ?1"
                                       " AND state = 1 AND due_at <= ?2 ORDER BY seq, id LIMIT 1", error);
  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, webhook, sizeof *webhook);
  wh_statement_bind_integer (statement, 2, now);
  step = wh_statement_step (statement, error);
  if (step == WH_STEP_ROW)
    *out_delivery = wh_store_delivery_of (statement);
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

gint64
wh_reader_waiting (WhReader *reader, const WhId *webhook)
{
  WhStatement *statement = wh_connection_statement (reader->connection,
                                                    "SELECT count(*) FROM webhook_delivery WHERE webhook = ?1 AND state = 1", NULL);
  gint64 count = -1;

  if (!statement)
    return -1;
  wh_statement_bind_bytes (statement, 1, webhook, sizeof *webhook);
  if (wh_statement_step (statement, NULL) == WH_STEP_ROW)
    count = wh_statement_integer (statement, 0);
  wh_statement_reset (statement);
  return count;
}

/* -- what became of a try --------------------------------------------------------------------------------------------- */

static gboolean
set_delivery (WhWriter *writer, const WhDelivery *delivery, gint64 now, GError **error)
{
  WhStatement *statement = wh_connection_statement (writer->reader.connection, "UPDATE webhook_delivery SET state = ?2, tries = ?3,"
                                                    " due_at = ?4, ended_at = ?5, status = ?6, error = ?7 WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, &delivery->id, sizeof delivery->id);
  wh_statement_bind_integer (statement, 2, delivery->state);
  wh_statement_bind_integer (statement, 3, delivery->tries);
  wh_statement_bind_integer (statement, 4, delivery->due_at);
  wh_store_bind_moment (statement, 5, delivery->state == WH_DELIVERY_WAITING ? WH_TIME_UNSET : now);
  wh_statement_bind_integer (statement, 6, delivery->status);
  wh_statement_bind_text (statement, 7, delivery->error);
  return wh_statement_run (statement, error);
}

static gboolean
set_failures (WhWriter *writer, const WhId *webhook, gint64 failures, const char *reason, GError **error)
{
  WhStatement *statement = wh_connection_statement (writer->reader.connection, "UPDATE webhook SET failures = ?2, reason = ?3,"
                                                    " state = CASE WHEN ?3 IS NULL THEN state ELSE 3 END WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_bytes (statement, 1, webhook, sizeof *webhook);
  wh_statement_bind_integer (statement, 2, failures);
  wh_statement_bind_text (statement, 3, reason);
  return wh_statement_run (statement, error);
}

gboolean
wh_writer_end_try (WhWriter *writer, const WhDelivery *delivery, const char *reason, guint most_dead, GError **error)
{
  g_autoptr (WhWebhook) stored = NULL;
  gint64 now, failures;

  if (!wh_store_clock (writer->reader.connection, &now, error)
      || !wh_store_look_for_webhook (writer->reader.connection, &delivery->webhook_id, &stored, error))
    return FALSE;
  if (!stored || !set_delivery (writer, delivery, now, error))
    return stored == NULL;
  failures = delivery->state == WH_DELIVERY_DONE ? 0 : stored->failures + (delivery->state == WH_DELIVERY_DEAD);
  if (!reason && failures >= most_dead)
    reason = delivery->error ? delivery->error : "";
  if (failures == stored->failures && !reason)
    return TRUE;
  return set_failures (writer, &delivery->webhook_id, failures, reason, error);
}

gboolean
wh_reader_clock (WhReader *reader, gint64 *out_now, GError **error)
{
  return wh_store_clock (reader->connection, out_now, error);
}
