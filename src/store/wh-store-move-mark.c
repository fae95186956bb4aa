#include "wh-store-move-mark.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"

gboolean
wh_store_check_place (WhConnection *connection, gboolean writing, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT key, value FROM store_note WHERE key IN ('" WH_NOTE_MOVING_FROM
                                                    "', '" WH_NOTE_MOVED_TO "', 'epoch')", error);
  g_autofree char *moved = NULL;
  gboolean moving = FALSE, named = FALSE;
  WhStep step = WH_STEP_FAILED;

  while (statement && (step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    if (g_str_equal (wh_statement_text (statement, 0), WH_NOTE_MOVING_FROM))
      moving = TRUE;
    else if (g_str_equal (wh_statement_text (statement, 0), "epoch"))
      named = TRUE;
    else
      moved = g_strdup (wh_statement_text (statement, 1));
  if (statement)
    wh_statement_reset (statement);
  if (step == WH_STEP_DONE && moving)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_BUSY, _("A store is being moved here and is not whole yet. “weedhounds migrate” goes on"
                                                           " with it."));
  else if (step == WH_STEP_DONE && moved && writing)
    g_set_error (error, WH_ERROR, WH_ERROR_DENIED, _("This store has moved to %s and can only be read. Write there: --store, or “store” in"
                                                     " weedhounds.conf."), moved);
  else if (step == WH_STEP_DONE && !named && !writing)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("it holds no store yet; import something first"));
  return step == WH_STEP_DONE && !moving && (writing ? !moved : named);
}

gboolean
wh_store_check_place_now (WhConnection *connection, gboolean writing, GError **error)
{
  gboolean fine;

  if (!connection->driver->begin_read (connection, error))
    return FALSE;
  fine = wh_store_check_place (connection, writing, error);
  connection->driver->rollback (connection);
  return fine;
}

gboolean
wh_store_mark_set (WhConnection *connection, const char *key, const char *value, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "INSERT INTO store_note (key, value) VALUES (?1, ?2) ON CONFLICT (key)"
                                                    " DO UPDATE SET value = excluded.value", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, key);
  wh_statement_bind_text (statement, 2, value);
  return wh_statement_run (statement, error);
}

/* Nothing but tables. A store that has a name may be open somewhere, in a program that goes by its numbers of analytes. */
static gboolean
is_empty (WhConnection *connection, const GPtrArray *tables, gboolean *out_empty, GError **error)
{
  gint64 rows = 0;

  if (!wh_connection_integer (connection, "SELECT count(*) FROM store_note", 0, &rows, error))
    return FALSE;
  for (guint i = 0; i < tables->len && rows == 0; i++)
    if (!wh_store_table_count (connection, tables->pdata[i], &rows, error))
      return FALSE;
  *out_empty = rows == 0;
  return TRUE;
}

gboolean
wh_store_mark_look (WhConnection *connection, const GPtrArray *tables, const WhMark *mark, WhMarkState *out_state, GError **error)
{
  g_autofree char *from = wh_connection_note (connection, WH_NOTE_MOVING_FROM);
  g_autofree char *head = wh_connection_note (connection, WH_NOTE_MOVING_HEAD);
  gboolean empty = FALSE;

  if (from)
    {
      *out_state = g_strcmp0 (head, mark->head) == 0 ? WH_MARK_HALF : WH_MARK_CHANGED;
      if (g_str_equal (from, mark->from))
        return TRUE;
      g_set_error_literal (error, WH_ERROR, WH_ERROR_CONFLICT,
                           _("Another store is being moved to that place, or the same one with or without --keep. Finish that, or take"
                             " an empty place."));
      return FALSE;
    }
  if (!is_empty (connection, tables, &empty, error))
    return FALSE;
  *out_state = WH_MARK_EMPTY;
  if (!empty)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_CONFLICT,
                         _("There is a store already at the place to move to; nothing was changed. Take an empty database, or put the"
                           " file aside."));
  return empty;
}

/* Half a copy, if there is one, goes. */
static gboolean
begin_anew (WhConnection *connection, const GPtrArray *tables, const WhMark *mark, GError **error)
{
  for (guint i = 0; i < tables->len; i++)
    if (!wh_store_table_clear (connection, tables->pdata[i], error))
      return FALSE;
  return wh_connection_run (connection, "DELETE FROM store_note", error)
         && wh_store_mark_set (connection, WH_NOTE_MOVING_FROM, mark->from, error)
         && wh_store_mark_set (connection, WH_NOTE_MOVING_HEAD, mark->head, error);
}

gboolean
wh_store_mark_claim (WhConnection *connection, const GPtrArray *tables, const WhMark *mark, gboolean only_half, WhMarkState *out_state,
               GError **error)
{
  if (!connection->driver->begin_write (connection, error))
    return FALSE;
  if (wh_store_mark_look (connection, tables, mark, out_state, error))
    {
      if (only_half && *out_state != WH_MARK_HALF)
        g_set_error_literal (error, WH_ERROR, WH_ERROR_DENIED, _("This store has moved already. --keep makes a copy of it."));
      else if ((*out_state == WH_MARK_HALF || begin_anew (connection, tables, mark, error))
               && connection->driver->commit (connection, error))
        return TRUE;
    }
  connection->driver->rollback (connection);
  return FALSE;
}

/* Puts the mark so that the next move begins anew. */
static gboolean
spoil (WhConnection *connection, GError **error)
{
  return wh_store_mark_set (connection, WH_NOTE_MOVING_HEAD, "", error);
}

void
wh_store_mark_spoil (WhConnection *connection)
{
  wh_connection_in_write (connection, spoil, NULL);
}

static gboolean
lift (WhConnection *connection, GError **error)
{
  return wh_connection_run (connection, "DELETE FROM store_note WHERE key IN ('" WH_NOTE_MOVING_FROM "', '" WH_NOTE_MOVING_HEAD "')",
                            error);
}

gboolean
wh_store_mark_lift (WhConnection *connection, GError **error)
{
  return wh_connection_in_write (connection, lift, error);
}
