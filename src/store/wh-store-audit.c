#include "wh-store-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"

static void
hash_integer (WhHasher *hasher, gint64 value)
{
  guint64 big_endian = GUINT64_TO_BE ((guint64) value);

  wh_hasher_data (hasher, &big_endian, sizeof big_endian);
}

/* Absent numbers hash alike whatever bits their NAN has. */
static void
hash_number (WhHasher *hasher, double value)
{
  guint64 bits = 0;

  if (isnan (value))
    value = NAN;
  memcpy (&bits, &value, sizeof bits);
  hash_integer (hasher, (gint64) (isnan (value) ? G_MAXUINT64 : bits));
}

static void
hash_panel (WhHasher *hasher, const WhPanel *panel)
{
  guint length = panel ? wh_panel_length (panel) : 0;

  hash_integer (hasher, length);
  for (guint i = 0; i < length; i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      wh_hasher_text (hasher, wh_analyte_get (measure->analyte)->key);
      hash_integer (hasher, measure->state << 16 | measure->unit << 8 | measure->basis);
      hash_number (hasher, measure->value);
      hash_number (hasher, measure->lod);
      hash_number (hasher, measure->loq);
      wh_hasher_text (hasher, measure->text);
    }
}

static void
hash_list (WhHasher *hasher, char **list)
{
  hash_integer (hasher, list ? g_strv_length (list) : 0);
  for (; list && *list; list++)
    wh_hasher_text (hasher, *list);
}

static void
hash_field (WhHasher *hasher, const WhEntity *entity, const WhField *field)
{
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      wh_hasher_text (hasher, WH_FIELD_AT (entity, field, char *));
      break;
    case WH_FIELD_LIST:
      hash_list (hasher, WH_FIELD_AT (entity, field, char **));
      break;
    case WH_FIELD_REAL:
      hash_number (hasher, WH_FIELD_AT (entity, field, double));
      break;
    case WH_FIELD_ID:
      wh_hasher_data (hasher, &WH_FIELD_AT (entity, field, WhId), sizeof (WhId));
      break;
    case WH_FIELD_PANEL:
      hash_panel (hasher, WH_FIELD_AT (entity, field, WhPanel *));
      break;
    default:
      hash_integer (hasher, WH_FIELD_AT (entity, field, gint64));
    }
}

void
wh_store_hash_change (WhHasher *hasher, WhChangeOp op, WhKind kind, const WhId *id, const WhEntity *entity)
{
  const WhEntityClass *class = wh_entity_class (kind);

  hash_integer (hasher, op);
  wh_hasher_text (hasher, class->name);
  wh_hasher_data (hasher, id, sizeof *id);
  if (!entity)
    return;
  hash_integer (hasher, entity->revision);
  wh_hasher_text (hasher, entity->source);
  for (guint i = 0; i < class->n_fields; i++)
    hash_field (hasher, entity, &class->fields[i]);
}

/* One entry as it is hashed; text is borrowed. */
typedef struct {
  gint64      seq, time;
  const char *principal, *action, *object;
  WhHash      change, previous;
} Entry;

static WhHash
entry_hash (const Entry *entry)
{
  WhHasher *hasher = wh_hasher_new ();

  hash_integer (hasher, entry->seq);
  hash_integer (hasher, entry->time);
  wh_hasher_text (hasher, entry->principal);
  wh_hasher_text (hasher, entry->action);
  wh_hasher_text (hasher, entry->object);
  wh_hasher_data (hasher, &entry->change, sizeof entry->change);
  wh_hasher_data (hasher, &entry->previous, sizeof entry->previous);
  return wh_hasher_finish (hasher);
}

static WhHash
column_hash (sqlite3_stmt *statement, int column)
{
  WhHash hash = { { 0 } };

  if (sqlite3_column_bytes (statement, column) == sizeof hash)
    memcpy (&hash, sqlite3_column_blob (statement, column), sizeof hash);
  return hash;
}

/* The hash of the newest entry; all zero before the first. */
static gboolean
last_hash (WhConnection *connection, WhHash *out_hash, GError **error)
{
  sqlite3_stmt *statement = wh_connection_statement (connection, "SELECT hash FROM audit ORDER BY seq DESC LIMIT 1", error);
  int result;

  if (!statement)
    return FALSE;
  memset (out_hash, 0, sizeof *out_hash);
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    *out_hash = column_hash (statement, 0);
  return wh_connection_end (connection, statement, result == SQLITE_ROW ? SQLITE_DONE : result, error);
}

static void
bind_hash (sqlite3_stmt *statement, int column, const WhHash *hash)
{
  sqlite3_bind_blob (statement, column, hash, sizeof *hash, SQLITE_TRANSIENT);
}

gboolean
wh_store_append_audit (WhWriter *writer, const WhPrincipal *principal, const char *action, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  Entry entry = { .seq = writer->audit, .time = writer->now, .principal = principal->who, .action = action, .object = writer->object };
  sqlite3_stmt *statement;
  WhHash hash;

  entry.change = wh_hasher_finish (g_steal_pointer (&writer->hasher));
  if (!last_hash (connection, &entry.previous, error))
    return FALSE;
  hash = entry_hash (&entry);
  statement = wh_connection_statement (connection, "INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", error);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, entry.seq);
  sqlite3_bind_int64 (statement, 2, entry.time);
  sqlite3_bind_text (statement, 3, entry.principal, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text (statement, 4, entry.action, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text (statement, 5, entry.object, -1, SQLITE_TRANSIENT);
  bind_hash (statement, 6, &entry.change);
  bind_hash (statement, 7, &entry.previous);
  bind_hash (statement, 8, &hash);
  return wh_connection_finish (connection, statement, error);
}

static gboolean
broken_at (gint64 seq, GError **error)
{
  g_set_error (error, WH_ERROR, WH_ERROR_CORRUPT,
               _("The audit trail is broken at entry %" G_GINT64_FORMAT ": it was changed from outside. Keep the file and "
                 "restore a backup."),
               seq);
  return FALSE;
}

static gboolean
entry_holds (sqlite3_stmt *statement, const WhHash *previous, WhHash *out_hash)
{
  Entry entry = { .seq = sqlite3_column_int64 (statement, 0), .time = sqlite3_column_int64 (statement, 1),
                  .principal = (const char *) sqlite3_column_text (statement, 2),
                  .action = (const char *) sqlite3_column_text (statement, 3),
                  .object = (const char *) sqlite3_column_text (statement, 4), .change = column_hash (statement, 5),
                  .previous = column_hash (statement, 6) };
  WhHash stored = column_hash (statement, 7);

  *out_hash = entry_hash (&entry);
  return memcmp (&entry.previous, previous, sizeof *previous) == 0 && memcmp (&stored, out_hash, sizeof stored) == 0;
}

gboolean
wh_store_verify_audit (WhConnection *connection, GError **error)
{
  sqlite3_stmt *statement = wh_connection_statement (connection, "SELECT * FROM audit ORDER BY seq", error);
  WhHash previous = { { 0 } };
  gint64 expected = 1;
  int result;

  if (!statement)
    return FALSE;
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    {
      WhHash hash;
      if (sqlite3_column_int64 (statement, 0) != expected || !entry_holds (statement, &previous, &hash))
        {
          sqlite3_reset (statement);
          return broken_at (expected, error);
        }
      previous = hash;
      expected++;
    }
  if (!wh_connection_end (connection, statement, result, error))
    return FALSE;
  /* Cutting the newest entries off leaves changes that name an entry which is not there. */
  return wh_connection_integer (connection, "SELECT max(audit) FROM change_log", 0) < expected || broken_at (expected, error);
}

char *
wh_reader_head (WhReader *reader, GError **error)
{
  WhHash hash;

  return last_hash (reader->connection, &hash, error) ? wh_hash_to_string (&hash) : NULL;
}
