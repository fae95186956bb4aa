#include "wh-store-private.h"

#include <glib/gi18n.h>

#include "base/wh-error.h"

#define SET_TOMBSTONE "INSERT INTO tombstone (kind, id, seq) VALUES (?1, ?2, ?3) ON CONFLICT (kind, id) DO UPDATE SET seq = excluded.seq"
#define SET_NOTE "INSERT INTO store_note (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value"

static gboolean
log_change (WhWriter *writer, gint64 seq, WhChangeOp op, WhKind kind, const WhId *id, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  /* A mirror may be sent a page again after a cut; the entry is then the same. */
  WhStatement *statement = wh_connection_statement (connection, "INSERT INTO change_log (seq, kind, id, op, audit)"
                                                    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (seq) DO UPDATE SET"
                                                    " kind = excluded.kind, id = excluded.id, op = excluded.op,"
                                                    " audit = excluded.audit", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_integer (statement, 1, seq);
  wh_statement_bind_integer (statement, 2, kind);
  wh_statement_bind_bytes (statement, 3, id, sizeof *id);
  wh_statement_bind_integer (statement, 4, op);
  wh_statement_bind_integer (statement, 5, writer->audit);
  if (!wh_statement_run (statement, error))
    return FALSE;
  if (writer->n_changes++ == 0)
    {
      g_autofree char *text = wh_id_to_string (id);
      writer->object = g_strdup_printf ("%s/%s", wh_entity_class (kind)->name, text);
    }
  writer->seq = MAX (writer->seq, seq);
  return TRUE;
}

static gboolean
set_tombstone (WhWriter *writer, WhKind kind, const WhId *id, gint64 seq, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  WhStatement *statement = wh_connection_statement (connection, seq ? SET_TOMBSTONE : "DELETE FROM tombstone WHERE kind = ?1 AND id = ?2",
                                                    error);

  if (!statement)
    return FALSE;
  writer->no_tombstones = writer->no_tombstones && !seq;
  wh_statement_bind_integer (statement, 1, kind);
  wh_statement_bind_bytes (statement, 2, id, sizeof *id);
  if (seq)
    wh_statement_bind_integer (statement, 3, seq);
  return wh_statement_run (statement, error);
}

/* Writes the row under a sequence number, logs it and takes it into the audit hash. */
static gboolean
put_row (WhWriter *writer, WhEntity *entity, gint64 seq, gint64 row, GError **error)
{
  entity->revision = seq;
  if (!wh_store_write_row (writer->reader.connection, entity, row, error)
      || !log_change (writer, seq, WH_CHANGE_PUT, entity->kind, &entity->id, error))
    return FALSE;
  wh_store_hash_change (writer->hasher, WH_CHANGE_PUT, entity->kind, &entity->id, entity);
  return row != 0 || writer->no_tombstones || set_tombstone (writer, entity->kind, &entity->id, 0, error);
}

gboolean
wh_writer_put (WhWriter *writer, gconstpointer data, WhPutOutcome *out_outcome, GError **error)
{
  WhEntity *entity = (WhEntity *) data;
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhEntity) stored = NULL;
  gint64 row = 0;

  if (!wh_entity_validate (entity, error))
    return FALSE;
  if (writer->capture)
    return wh_store_capture_put (writer, entity, out_outcome, error);
  stored = wh_store_read_row (writer->reader.connection, entity->kind, &entity->id, &row, &failure);
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (out_outcome)
    *out_outcome = !stored ? WH_PUT_INSERTED : wh_entity_equal (stored, entity) ? WH_PUT_UNCHANGED : WH_PUT_UPDATED;
  if (stored && wh_entity_equal (stored, entity))
    return TRUE;
  entity->created_at = stored ? stored->created_at : writer->now;
  entity->updated_at = writer->now;
  return put_row (writer, entity, writer->seq + 1, row, error);
}

static gboolean
delete_at (WhWriter *writer, WhKind kind, const WhId *id, gint64 seq, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhEntity) stored = NULL;
  gint64 row = 0;

  stored = wh_store_read_row (writer->reader.connection, kind, id, &row, &failure);
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (!stored && seq == 0)
    return TRUE;
  if (stored && !wh_store_delete_row (writer->reader.connection, kind, id, row, error))
    return FALSE;
  seq = seq ? seq : writer->seq + 1;
  wh_store_hash_change (writer->hasher, WH_CHANGE_DELETE, kind, id, NULL);
  return log_change (writer, seq, WH_CHANGE_DELETE, kind, id, error) && set_tombstone (writer, kind, id, seq, error);
}

gboolean
wh_writer_delete (WhWriter *writer, WhKind kind, const WhId *id, GError **error)
{
  return writer->capture ? wh_store_capture_delete (writer, kind, id, error) : delete_at (writer, kind, id, 0, error);
}

gboolean
wh_writer_apply (WhWriter *writer, const WhChange *change, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhEntity) stored = NULL;
  gint64 row = 0;

  g_return_val_if_fail (writer->mode == WH_STORE_MIRROR && change->seq > 0, FALSE);
  if (change->op == WH_CHANGE_DELETE)
    return delete_at (writer, change->kind, &change->id, change->seq, error);
  stored = wh_store_read_row (writer->reader.connection, change->kind, &change->id, &row, &failure);
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return put_row (writer, change->entity, change->seq, row, error);
}

gboolean
wh_writer_set_note (WhWriter *writer, const char *key, const char *value, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  WhStatement *statement = wh_connection_statement (connection, value ? SET_NOTE : "DELETE FROM store_note WHERE key = ?1", error);

  g_return_val_if_fail (!writer->capture, FALSE);
  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, key);
  if (value)
    wh_statement_bind_text (statement, 2, value);
  return wh_statement_run (statement, error);
}

void
wh_writer_set_follows (WhWriter *writer, gboolean follows)
{
  writer->follows = follows;
}

WhReader *
wh_writer_reader (WhWriter *writer)
{
  return &writer->reader;
}

gint64
wh_reader_revision (WhReader *reader)
{
  gint64 revision;

  if (!wh_connection_integer (reader->connection, "SELECT max(seq) FROM change_log", 0, &revision, NULL))
    return -1;
  return revision + reader->generation;
}

char *
wh_reader_note (WhReader *reader, const char *key)
{
  return wh_connection_note (reader->connection, key);
}

/* The change a log row stands for, or NULL when a later one took its place. */
static WhChange *
change_of (WhConnection *connection, WhStatement *statement, GError **error)
{
  gint64 seq = wh_statement_integer (statement, 0), kind = wh_statement_integer (statement, 1);
  WhId id = wh_statement_id (statement, 2);
  WhChange *change = NULL;

  if (kind <= WH_KIND_NONE || kind >= WH_N_KINDS || wh_id_is_none (&id))
    return NULL;
  if (wh_statement_integer (statement, 3) == WH_CHANGE_DELETE)
    change = wh_statement_integer (statement, 4) == seq ? wh_change_new_delete ((WhKind) kind, id) : NULL;
  else
    {
      g_autoptr (WhEntity) entity = wh_store_read_row (connection, (WhKind) kind, &id, NULL, error);
      if (entity && entity->revision == seq)
        change = wh_change_new_put (entity);
    }
  if (change)
    change->seq = seq;
  return change;
}

GPtrArray *
wh_reader_changes (WhReader *reader, gint64 since, guint limit, gboolean *out_has_more, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_change_free);
  g_autoptr (GError) failure = NULL;
  g_autoptr (WhStatement) statement = wh_connection_walk (reader->connection,
                                                          "SELECT c.seq, c.kind, c.id, c.op, (SELECT t.seq FROM tombstone t"
                                                          " WHERE t.kind = c.kind AND t.id = c.id)"
                                                          " FROM change_log c WHERE c.seq > ?1 ORDER BY c.seq", error);

  if (!statement)
    return NULL;
  wh_statement_bind_integer (statement, 1, since);
  while (changes->len <= limit && !failure && wh_statement_step (statement, &failure) == WH_STEP_ROW)
    {
      WhChange *change = change_of (reader->connection, statement, &failure);
      if (change)
        g_ptr_array_add (changes, change);
    }
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (out_has_more)
    *out_has_more = changes->len > limit;
  if (changes->len > limit)
    g_ptr_array_set_size (changes, limit);
  return g_steal_pointer (&changes);
}
