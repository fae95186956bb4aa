#include "wh-store-replies.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-store-private.h"

/* So many old ones go with each that comes: they never become more than were kept within their time. */
#define DROPPED_AT_ONCE "16"

void
wh_kept_reply_free (WhKeptReply *reply)
{
  if (!reply)
    return;
  g_free (reply->who);
  g_free (reply->key);
  g_free (reply->location);
  g_free (reply->tag);
  g_free (reply->data);
  g_free (reply);
}

static WhKeptReply *
reply_of (WhStatement *row)
{
  WhKeptReply *reply = g_new0 (WhKeptReply, 1);
  gsize length;
  gconstpointer request = row->connection->driver->bytes (row, 2, &length);

  if (length == sizeof reply->request)
    memcpy (&reply->request, request, length);
  reply->who = g_strdup (wh_statement_text (row, 0));
  reply->key = g_strdup (wh_statement_text (row, 1));
  reply->kept_at = wh_statement_integer (row, 3);
  reply->status = (guint) wh_statement_integer (row, 4);
  reply->location = g_strdup (wh_statement_text (row, 5));
  reply->tag = g_strdup (wh_statement_text (row, 6));
  reply->data = g_strdup (wh_statement_text (row, 7));
  return reply;
}

static gboolean
find_reply (WhConnection *connection, const char *who, const char *key, gint64 since, WhKeptReply **out_reply, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT " WH_STORE_REPLY_COLUMNS " FROM reply"
                                                    " WHERE who = ?1 AND key = ?2 AND kept_at > ?3", error);
  WhStep step;

  *out_reply = NULL;
  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, who);
  wh_statement_bind_text (statement, 2, key);
  wh_statement_bind_integer (statement, 3, since);
  step = wh_statement_step (statement, error);
  if (step == WH_STEP_ROW)
    *out_reply = reply_of (statement);
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

gboolean
wh_reader_reply (WhReader *reader, const char *who, const char *key, gint64 since, WhKeptReply **out_reply, GError **error)
{
  return find_reply (reader->connection, who, key, since, out_reply, error);
}

static gboolean
drop_old (WhConnection *connection, gint64 since, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "DELETE FROM reply WHERE (who, key) IN (SELECT who, key FROM reply"
                                                    " WHERE kept_at <= ?1 ORDER BY kept_at LIMIT " DROPPED_AT_ONCE ")", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_integer (statement, 1, since);
  return wh_statement_run (statement, error);
}

/* One that is too old, and was not yet dropped, makes room. */
static gboolean
insert (WhWriter *writer, const WhKeptReply *reply, GError **error)
{
  WhStatement *statement = wh_connection_statement (writer->reader.connection, "INSERT INTO reply (" WH_STORE_REPLY_COLUMNS ")"
                                                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (who, key) DO UPDATE SET"
                                                    " request = excluded.request, kept_at = excluded.kept_at, status = excluded.status,"
                                                    " location = excluded.location, tag = excluded.tag, data = excluded.data", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, reply->who);
  wh_statement_bind_text (statement, 2, reply->key);
  wh_statement_bind_bytes (statement, 3, &reply->request, sizeof reply->request);
  wh_statement_bind_integer (statement, 4, writer->now);
  wh_statement_bind_integer (statement, 5, reply->status);
  wh_statement_bind_text (statement, 6, reply->location);
  wh_statement_bind_text (statement, 7, reply->tag);
  wh_statement_bind_text (statement, 8, reply->data);
  return wh_statement_run (statement, error);
}

gboolean
wh_writer_keep_reply (WhWriter *writer, const WhKeptReply *reply, gint64 since, gboolean *out_kept, GError **error)
{
  g_autoptr (WhKeptReply) earlier = NULL;

  *out_kept = FALSE;
  if (writer->capture)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("Only the server itself keeps what it answered."));
      return FALSE;
    }
  if (!find_reply (writer->reader.connection, reply->who, reply->key, since, &earlier, error))
    return FALSE;
  if (earlier)
    return TRUE;
  *out_kept = TRUE;
  return insert (writer, reply, error) && drop_old (writer->reader.connection, since, error);
}
