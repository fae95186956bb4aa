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
column_hash (WhStatement *statement, int column)
{
  WhHash hash = { { 0 } };
  gsize length;
  gconstpointer bytes = statement->connection->driver->bytes (statement, column, &length);

  if (length == sizeof hash)
    memcpy (&hash, bytes, sizeof hash);
  return hash;
}

/* The hash of the newest entry; all zero before the first. */
static gboolean
last_hash (WhConnection *connection, WhHash *out_hash, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT hash FROM audit ORDER BY seq DESC LIMIT 1", error);
  WhStep step;

  if (!statement)
    return FALSE;
  memset (out_hash, 0, sizeof *out_hash);
  step = wh_statement_step (statement, error);
  if (step == WH_STEP_ROW)
    *out_hash = column_hash (statement, 0);
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

gboolean
wh_store_append_audit (WhWriter *writer, const WhPrincipal *principal, const char *action, GError **error)
{
  WhConnection *connection = writer->reader.connection;
  Entry entry = { .seq = writer->audit, .time = writer->now, .principal = principal->who, .action = action, .object = writer->object };
  WhStatement *statement;

  entry.change = wh_hasher_finish (g_steal_pointer (&writer->hasher));
  if (!last_hash (connection, &entry.previous, error))
    return FALSE;
  writer->entry = entry_hash (&entry);
  statement = wh_connection_statement (connection, "INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", error);
  if (!statement)
    return FALSE;
  wh_statement_bind_integer (statement, 1, entry.seq);
  wh_statement_bind_integer (statement, 2, entry.time);
  wh_statement_bind_text (statement, 3, entry.principal);
  wh_statement_bind_text (statement, 4, entry.action);
  wh_statement_bind_text (statement, 5, entry.object);
  wh_statement_bind_bytes (statement, 6, &entry.change, sizeof entry.change);
  wh_statement_bind_bytes (statement, 7, &entry.previous, sizeof entry.previous);
  wh_statement_bind_bytes (statement, 8, &writer->entry, sizeof writer->entry);
  return wh_statement_run (statement, error);
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
entry_holds (WhStatement *statement, const WhHash *previous, WhHash *out_hash)
{
  Entry entry = { .seq = wh_statement_integer (statement, 0), .time = wh_statement_integer (statement, 1),
                  .principal = wh_statement_text (statement, 2), .action = wh_statement_text (statement, 3),
                  .object = wh_statement_text (statement, 4), .change = column_hash (statement, 5),
                  .previous = column_hash (statement, 6) };
  WhHash stored = column_hash (statement, 7);

  *out_hash = entry_hash (&entry);
  return memcmp (&entry.previous, previous, sizeof *previous) == 0 && memcmp (&stored, out_hash, sizeof stored) == 0;
}

gboolean
wh_store_verify_audit (WhConnection *connection, GError **error)
{
  g_autoptr (WhStatement) statement = wh_connection_walk (connection, "SELECT seq, time, principal, action, object, change_hash,"
                                                          " prev_hash, hash FROM audit ORDER BY seq", error);
  WhHash previous = { { 0 } };
  gint64 expected = 1, named = 0;
  WhStep step = WH_STEP_FAILED;

  while (statement && (step = wh_statement_step (statement, error)) == WH_STEP_ROW)
    {
      WhHash hash;
      if (wh_statement_integer (statement, 0) != expected || !entry_holds (statement, &previous, &hash))
        return broken_at (expected, error);
      previous = hash;
      expected++;
    }
  /* Cutting the newest entries off leaves changes that name an entry which is not there. */
  return step == WH_STEP_DONE && wh_connection_integer (connection, "SELECT max(audit) FROM change_log", 0, &named, error)
         && (named < expected || broken_at (expected, error));
}

gboolean
wh_store_has_entry (WhConnection *connection, gint64 seq, const WhHash *hash, gboolean *out_found, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT hash FROM audit WHERE seq = ?1", error);
  WhStep step;

  if (!statement)
    return FALSE;
  wh_statement_bind_integer (statement, 1, seq);
  step = wh_statement_step (statement, error);
  if (step == WH_STEP_ROW)
    {
      WhHash stored = column_hash (statement, 0);
      *out_found = memcmp (&stored, hash, sizeof stored) == 0;
    }
  else
    *out_found = FALSE;
  wh_statement_reset (statement);
  return step != WH_STEP_FAILED;
}

char *
wh_reader_head (WhReader *reader, GError **error)
{
  WhHash hash;

  return last_hash (reader->connection, &hash, error) ? wh_hash_to_string (&hash) : NULL;
}
