#include "wh-store-outbox-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-hash.h"
#include "base/wh-limits.h"
#include "wh-store-resources.h"

/* One transaction each, in order; a file's position is the version it leads to. Never change one that has shipped. */
static const char *const migrations[] = {
  "0001-first.sql",
};
#define NEWEST ((gint64) G_N_ELEMENTS (migrations))

void
wh_letter_free (WhLetter *letter)
{
  g_free (letter->server_id);
  g_free (letter->user);
  g_free (letter->action);
  g_free (letter->epoch);
  g_clear_pointer (&letter->content, g_bytes_unref);
  g_free (letter);
}

/* -- opening ---------------------------------------------------------------------------------------------------- */

static gboolean
check_version (WhConnection *connection, gint64 *out_version, GError **error)
{
  if (!connection->driver->schema_version (connection, out_version, error))
    return FALSE;
  if (*out_version <= NEWEST)
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
               _("This outbox was written by a newer WeedHounds (schema %" G_GINT64_FORMAT ", this program knows %" G_GINT64_FORMAT
                 "). Update the program; the outbox was not touched."), *out_version, NEWEST);
  return FALSE;
}

static gboolean
ensure_name (WhConnection *connection, GError **error)
{
  WhId id = wh_id_new ();
  g_autofree char *client_id = wh_store_outbox_fact (connection, "client_id");
  g_autofree char *text = wh_id_to_string (&id);

  return client_id || wh_store_outbox_set_fact (connection, "client_id", text, error);
}

/* Another program may do the same: who comes second finds it done. */
static gboolean
migrate (WhConnection *connection, GError **error)
{
  gint64 version;

  if (!check_version (connection, &version, error))
    return FALSE;
  if (version == NEWEST)
    return TRUE;
  wh_store_register_sql ();
  for (; version < NEWEST; version++)
    {
      g_autofree char *path = g_strdup_printf ("/com/weedhounds/store/outbox/%s", migrations[version]);
      g_autoptr (GBytes) sql = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
      if (!sql || !connection->driver->migrate (connection, g_bytes_get_data (sql, NULL), version + 1, error))
        return FALSE;
    }
  return wh_connection_in_write (connection, ensure_name, error);
}

static gboolean
remember_file (WhStoreOutbox *outbox, GError **error)
{
  GStatBuf buffer;

  if (g_stat (outbox->path, &buffer) != 0)
    {
      wh_error_set_errno (error, errno, outbox->path);
      return FALSE;
    }
  outbox->device = buffer.st_dev;
  outbox->inode = buffer.st_ino;
  return TRUE;
}

WhStoreOutbox *
wh_store_outbox_open (const char *path, GError **error)
{
  g_autoptr (WhStoreOutbox) outbox = g_new0 (WhStoreOutbox, 1);

  g_mutex_init (&outbox->lock);
  outbox->path = g_strdup (path);
  wh_store_create_private (path);
  outbox->connection = wh_connection_open_with (&wh_driver_outbox, path, WH_STORE_WRITE, FALSE, error);
  if (outbox->connection && migrate (outbox->connection, error) && outbox->connection->driver->check (outbox->connection, error)
      && remember_file (outbox, error))
    return g_steal_pointer (&outbox);
  g_prefix_error (error, "%s: ", path);
  return NULL;
}

void
wh_store_outbox_close (WhStoreOutbox *outbox)
{
  wh_connection_close (outbox->connection);
  g_mutex_clear (&outbox->lock);
  g_free (outbox->path);
  g_free (outbox);
}

gboolean
wh_store_outbox_is_current (const WhStoreOutbox *outbox)
{
  GStatBuf buffer;

  return g_stat (outbox->path, &buffer) == 0 && buffer.st_dev == outbox->device && buffer.st_ino == outbox->inode;
}

/* -- facts ------------------------------------------------------------------------------------------------------- */

char *
wh_store_outbox_fact (WhConnection *connection, const char *key)
{
  WhStatement *statement = wh_connection_statement (connection, "SELECT value FROM fact WHERE key = ?1", NULL);
  char *value = NULL;

  if (!statement)
    return NULL;
  wh_statement_bind_text (statement, 1, key);
  if (wh_statement_step (statement, NULL) == WH_STEP_ROW)
    value = g_strdup (wh_statement_text (statement, 0));
  wh_statement_reset (statement);
  return value;
}

gint64
wh_store_outbox_number (WhConnection *connection, const char *key, gint64 fallback)
{
  g_autofree char *text = wh_store_outbox_fact (connection, key);
  gint64 number;

  return text && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL) ? number : fallback;
}

gboolean
wh_store_outbox_set_fact (WhConnection *connection, const char *key, const char *value, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "INSERT INTO fact (key, value) VALUES (?1, ?2)"
                                                                " ON CONFLICT (key) DO UPDATE SET value = excluded.value", error);

  if (!statement)
    return FALSE;
  wh_statement_bind_text (statement, 1, key);
  wh_statement_bind_text (statement, 2, value);
  return wh_statement_run (statement, error);
}

static gboolean
set_number (WhConnection *connection, const char *key, gint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return wh_store_outbox_set_fact (connection, key, text, error);
}

char *
wh_store_outbox_client_id (WhStoreOutbox *outbox, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  char *client_id = wh_store_outbox_fact (outbox->connection, "client_id");

  if (!client_id)
    g_set_error (error, WH_ERROR, WH_ERROR_CORRUPT, _("%s has lost its name"), outbox->path);
  return client_id;
}

gint64
wh_store_outbox_generation (WhStoreOutbox *outbox, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  gint64 generation = wh_store_outbox_number (outbox->connection, "generation", -1);

  if (generation < 0)
    g_set_error (error, WH_ERROR, WH_ERROR_CORRUPT, _("%s does not know how far it is"), outbox->path);
  return generation;
}

/* -- letters in --------------------------------------------------------------------------------------------------- */

/* Over everything that must not change once the letter is sealed. */
static WhHash
digest (const WhLetter *letter)
{
  WhHasher *hasher = wh_hasher_new ();
  gsize length;
  gconstpointer content = g_bytes_get_data (letter->content, &length);
  const gint64 numbers[] = { GINT64_TO_BE (letter->base_revision), GINT64_TO_BE (letter->format), GINT64_TO_BE (letter->created_at) };

  wh_hasher_data (hasher, &letter->key, sizeof letter->key);
  wh_hasher_text (hasher, letter->server_id);
  wh_hasher_text (hasher, letter->user);
  wh_hasher_text (hasher, letter->action);
  wh_hasher_text (hasher, letter->epoch);
  wh_hasher_data (hasher, numbers, sizeof numbers);
  wh_hasher_data (hasher, content, length);
  return wh_hasher_finish (hasher);
}

static void
bind_letter (WhStatement *statement, const WhLetter *letter, const WhHash *hash)
{
  gsize length;
  gconstpointer content = g_bytes_get_data (letter->content, &length);

  if (letter->number)
    wh_statement_bind_integer (statement, 1, letter->number);
  wh_statement_bind_bytes (statement, 2, &letter->key, sizeof letter->key);
  wh_statement_bind_integer (statement, 3, letter->state);
  wh_statement_bind_text (statement, 4, letter->server_id);
  wh_statement_bind_text (statement, 5, letter->user);
  wh_statement_bind_text (statement, 6, letter->action);
  wh_statement_bind_text (statement, 7, letter->epoch);
  wh_statement_bind_integer (statement, 8, letter->base_revision);
  wh_statement_bind_integer (statement, 9, letter->format);
  wh_statement_bind_integer (statement, 10, letter->created_at);
  wh_statement_bind_bytes (statement, 11, content, length);
  wh_statement_bind_bytes (statement, 12, hash, sizeof *hash);
}

gboolean
wh_store_outbox_count (WhConnection *connection, gint64 n_letters, gint64 n_bytes, GError **error)
{
  gint64 letters = wh_store_outbox_number (connection, "letters", 0) + n_letters;
  gint64 bytes = wh_store_outbox_number (connection, "bytes", 0) + n_bytes;

  if (letters > WH_LIMIT_OUTBOX_LETTERS || bytes > WH_LIMIT_OUTBOX_BYTES)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE,
                   _("More changes would wait to be sent than the outbox holds (%d, or %d MiB). Let those that wait go to the server "
                     "first; nothing of this was kept."),
                   WH_LIMIT_OUTBOX_LETTERS, (int) (WH_LIMIT_OUTBOX_BYTES / (1024 * 1024)));
      return FALSE;
    }
  return set_number (connection, "letters", letters, error) && set_number (connection, "bytes", bytes, error)
         && set_number (connection, "generation", wh_store_outbox_number (connection, "generation", 0) + 1, error);
}

gboolean
wh_store_outbox_put_letter (WhConnection *connection, WhLetter *letter, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection, "INSERT INTO letter (" WH_LETTER_COLUMNS ")"
                                                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", error);
  WhHash hash = digest (letter);

  if (!statement)
    return FALSE;
  bind_letter (statement, letter, &hash);
  return wh_statement_run (statement, error)
         && wh_connection_integer (connection, "SELECT last_insert_rowid()", 0, &letter->number, error);
}

static gboolean
put_letters (WhConnection *connection, const GPtrArray *letters, GError **error)
{
  gint64 bytes = 0;

  for (guint i = 0; i < letters->len; i++)
    {
      WhLetter *letter = letters->pdata[i];
      bytes += (gint64) g_bytes_get_size (letter->content);
      letter->number = 0;
      letter->key = wh_id_new ();
      letter->state = WH_OUTBOX_WAITING;
      if (!wh_store_outbox_put_letter (connection, letter, error))
        return FALSE;
    }
  return wh_store_outbox_count (connection, letters->len, bytes, error);
}

gboolean
wh_store_outbox_append (WhStoreOutbox *outbox, GPtrArray *letters, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  WhConnection *connection = outbox->connection;

  if (!connection->driver->begin_write (connection, error))
    return FALSE;
  if (put_letters (connection, letters, error) && connection->driver->commit (connection, error))
    return TRUE;
  connection->driver->rollback (connection);
  return FALSE;
}

/* -- letters out -------------------------------------------------------------------------------------------------- */

static GBytes *
column_bytes (WhStatement *statement, int column)
{
  gsize length;
  gconstpointer bytes = statement->connection->driver->bytes (statement, column, &length);

  return g_bytes_new (bytes, length);
}

static WhLetter *
letter_of (WhStatement *statement)
{
  WhLetter *letter = g_new0 (WhLetter, 1);

  letter->number = wh_statement_integer (statement, 0);
  letter->key = wh_statement_id (statement, 1);
  letter->state = (WhOutboxState) wh_statement_integer (statement, 2);
  letter->server_id = g_strdup (wh_statement_text (statement, 3));
  letter->user = g_strdup (wh_statement_text (statement, 4));
  letter->action = g_strdup (wh_statement_text (statement, 5));
  letter->epoch = g_strdup (wh_statement_text (statement, 6));
  letter->base_revision = wh_statement_integer (statement, 7);
  letter->format = wh_statement_integer (statement, 8);
  letter->created_at = wh_statement_integer (statement, 9);
  letter->content = column_bytes (statement, 10);
  return letter;
}

WhLetter *
wh_store_outbox_read_letter (WhStatement *statement, GError **error)
{
  g_autoptr (WhLetter) letter = letter_of (statement);
  g_autoptr (GBytes) sealed = column_bytes (statement, 11);
  WhHash hash = digest (letter);
  gsize length;
  gconstpointer bytes = g_bytes_get_data (sealed, &length);

  if (length == sizeof hash && memcmp (bytes, &hash, sizeof hash) == 0)
    return g_steal_pointer (&letter);
  g_set_error (error, WH_ERROR, WH_ERROR_CORRUPT, _("Change %" G_GINT64_FORMAT " of the outbox is damaged"), letter->number);
  return NULL;
}

/* Reads a page at a time, so that the lock is not held while `func` runs. */
#define PAGE 500

static WhStatement *
ask_for_page (WhConnection *connection, const char *server_id, const char *user, gint64 after, GError **error)
{
  WhStatement *statement = wh_connection_statement (connection,
                                                    "SELECT " WH_LETTER_COLUMNS " FROM letter WHERE state = ?1 AND number > ?2"
                                                    " AND (?3 IS NULL OR server_id = ?3) AND (?4 IS NULL OR user = ?4)"
                                                    " ORDER BY number LIMIT ?5", error);

  if (!statement)
    return NULL;
  wh_statement_bind_integer (statement, 1, WH_OUTBOX_WAITING);
  wh_statement_bind_integer (statement, 2, after);
  wh_statement_bind_text (statement, 3, server_id);
  wh_statement_bind_text (statement, 4, user);
  wh_statement_bind_integer (statement, 5, PAGE);
  return statement;
}

static GPtrArray *
read_page (WhStoreOutbox *outbox, const char *server_id, const char *user, gint64 after, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);
  g_autoptr (GPtrArray) letters = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_letter_free);
  WhStatement *statement = ask_for_page (outbox->connection, server_id, user, after, error);
  WhLetter *letter = NULL;
  WhStep step;

  if (!statement)
    return NULL;
  while ((step = wh_statement_step (statement, error)) == WH_STEP_ROW && (letter = wh_store_outbox_read_letter (statement, error)))
    g_ptr_array_add (letters, letter);
  wh_statement_reset (statement);
  return step == WH_STEP_DONE ? g_steal_pointer (&letters) : NULL;
}

gboolean
wh_store_outbox_each (WhStoreOutbox *outbox, const char *server_id, const char *user, gint64 after, WhLetterFunc func,
                      gpointer user_data, GError **error)
{
  for (;;)
    {
      g_autoptr (GPtrArray) letters = read_page (outbox, server_id, user, after, error);

      if (!letters)
        return FALSE;
      for (guint i = 0; func && i < letters->len; i++)
        if (!func (letters->pdata[i], user_data, error))
          return FALSE;
      if (letters->len < PAGE)
        return TRUE;
      after = ((WhLetter *) letters->pdata[letters->len - 1])->number;
    }
}
