#include <string.h>

#include "wh-store-jobs.h"
#include "wh-store-private.h"

void
wh_taken_file_free (WhTakenFile *file)
{
  if (!file)
    return;
  g_free (file->source);
  g_free (file->name);
  g_free (file->etag);
  g_free (file->last_modified);
  g_free (file);
}

static WhTakenFile *
file_of (WhStatement *row)
{
  WhTakenFile *file = g_new0 (WhTakenFile, 1);
  gsize length;
  gconstpointer hash = row->connection->driver->bytes (row, 4, &length);

  if (length == sizeof file->hash)
    memcpy (&file->hash, hash, length);
  file->source = g_strdup (wh_statement_text (row, 0));
  file->name = g_strdup (wh_statement_text (row, 1));
  file->size = wh_statement_integer (row, 2);
  file->changed_at = wh_statement_integer (row, 3);
  file->etag = g_strdup (wh_statement_text (row, 5));
  file->last_modified = g_strdup (wh_statement_text (row, 6));
  return file;
}

gboolean
wh_reader_taken (WhReader *reader, const char *source, const char *name, WhTakenFile **out_file, GError **error)
{
  WhStatement *statement = wh_connection_statement (reader->connection, "SELECT " WH_STORE_TAKEN_COLUMNS " FROM taken_file"
                                                    " WHERE source = ?1 AND name = ?2", error);
  WhStep step;

  *out_file = NULL;
  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, source);
  wh_statement_bind_text (statement, 2, name);
  step = wh_statement_step (statement, error);
  if (step == WH_STEP_ROW)
    *out_file = file_of (statement);
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

gboolean
wh_writer_take_file (WhWriter *writer, const WhTakenFile *file, GError **error)
{
  WhStatement *statement = wh_connection_statement (writer->reader.connection, "INSERT INTO taken_file (" WH_STORE_TAKEN_COLUMNS ")"
                                                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (source, name) DO UPDATE SET"
                                                    " size = excluded.size, changed_at = excluded.changed_at, hash = excluded.hash,"
                                                    " etag = excluded.etag, last_modified = excluded.last_modified,"
                                                    " taken_at = excluded.taken_at", error);
  g_autofree char *hash = wh_hash_to_string (&file->hash);

  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, file->source);
  wh_statement_bind_text (statement, 2, file->name);
  wh_statement_bind_integer (statement, 3, file->size);
  wh_statement_bind_integer (statement, 4, file->changed_at);
  wh_statement_bind_bytes (statement, 5, &file->hash, sizeof file->hash);
  wh_statement_bind_text (statement, 6, file->etag);
  wh_statement_bind_text (statement, 7, file->last_modified);
  wh_statement_bind_integer (statement, 8, writer->now);
  wh_store_note_change (writer, "taken_file", file->source);
  wh_store_note_change (writer, file->name, hash);
  return wh_statement_run (statement, error);
}
