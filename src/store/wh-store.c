#include "wh-store-private.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/wh-error.h"

#define MEMORY ":memory:"
#define IDLE_READERS 8

struct _WhStore {
  gatomicrefcount ref_count;
  char           *path;
  WhStoreMode     mode;
  GRecMutex       writing;   /* held by the one writer; in memory by readers, too */
  WhConnection   *writer;    /* NULL when opened for reading */
  GMutex          lock;      /* guards `idle` */
  GPtrArray      *idle;      /* of WhConnection: readers nobody uses */
};

static gboolean
is_memory (const WhStore *store)
{
  return strcmp (store->path, MEMORY) == 0;
}

/* Reading cannot migrate; it takes the writer's lock, which is the caller's to know. */
static gboolean
refuse_old (const WhStore *store, WhConnection *connection, GError **error)
{
  if (store->mode != WH_STORE_READ || !wh_store_schema_is_old (connection))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
               _("This store was written by an older WeedHounds. “weedhounds serve” or “weedhounds import” updates it."));
  return FALSE;
}

static WhConnection *
open_reader (WhStore *store, GError **error)
{
  g_autoptr (WhConnection) connection = wh_connection_open (store->path, store->mode, TRUE, error);

  if (!connection || !wh_store_check_schema (connection, error) || !refuse_old (store, connection, error)
      || !wh_store_load_analytes (connection, FALSE, error))
    return NULL;
  return g_steal_pointer (&connection);
}

/* A new file is its owner's alone, and so are the journals that SQLite makes beside it. Never opens one that is there: closing it
 * would let go of the locks that this process may hold on it. */
static void
create_private (const char *path)
{
  int fd = strcmp (path, MEMORY) == 0 ? -1 : g_open (path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
}

static gboolean
open_writer (WhStore *store, GError **error)
{
  create_private (store->path);
  store->writer = wh_connection_open (store->path, store->mode, FALSE, error);
  return store->writer && wh_store_migrate (store->writer, error) && wh_store_load_analytes (store->writer, TRUE, error);
}

static void
give_back (WhStore *store, WhConnection *connection)
{
  g_mutex_lock (&store->lock);
  if (store->idle->len < IDLE_READERS)
    g_ptr_array_add (store->idle, g_steal_pointer (&connection));
  g_mutex_unlock (&store->lock);
  wh_connection_close (connection);
}

static WhConnection *
take_reader (WhStore *store, GError **error)
{
  WhConnection *connection = NULL;

  g_mutex_lock (&store->lock);
  if (store->idle->len)
    connection = g_ptr_array_steal_index_fast (store->idle, store->idle->len - 1);
  g_mutex_unlock (&store->lock);
  return connection ? connection : open_reader (store, error);
}

/* Opens and checks now, so that a damaged or newer file is told at once. */
static gboolean
open_connections (WhStore *store, GError **error)
{
  WhConnection *reader;

  if (store->mode != WH_STORE_READ)
    return open_writer (store, error);
  if (!g_file_test (store->path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no store at %s yet."), store->path);
      return FALSE;
    }
  reader = open_reader (store, error);
  if (!reader)
    return FALSE;
  if (wh_connection_integer (reader, "PRAGMA user_version", 0) == 0)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("%s holds no store yet; import something first."), store->path);
      wh_connection_close (reader);
      return FALSE;
    }
  give_back (store, reader);
  return TRUE;
}

WhStore *
wh_store_open (const char *path, WhStoreMode mode, GError **error)
{
  g_autoptr (WhStore) store = g_new0 (WhStore, 1);

  g_atomic_ref_count_init (&store->ref_count);
  store->path = g_strdup (path);
  store->mode = mode;
  g_rec_mutex_init (&store->writing);
  g_mutex_init (&store->lock);
  store->idle = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_connection_close);
  if (!open_connections (store, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  return g_steal_pointer (&store);
}

WhStore *
wh_store_ref (WhStore *store)
{
  g_atomic_ref_count_inc (&store->ref_count);
  return store;
}

void
wh_store_unref (WhStore *store)
{
  if (!g_atomic_ref_count_dec (&store->ref_count))
    return;
  g_ptr_array_unref (store->idle);
  wh_connection_close (store->writer);
  g_rec_mutex_clear (&store->writing);
  g_mutex_clear (&store->lock);
  g_free (store->path);
  g_free (store);
}

const char *
wh_store_path (const WhStore *store)
{
  return store->path;
}

/* A connection to read with: the writer's own in memory (there is no other), else one of the pool. */
static WhConnection *
begin_reading (WhStore *store, GError **error)
{
  WhConnection *connection;

  if (is_memory (store))
    {
      g_rec_mutex_lock (&store->writing);
      return store->writer;
    }
  connection = take_reader (store, error);
  if (connection && !wh_connection_execute (connection, "BEGIN", error))
    g_clear_pointer (&connection, wh_connection_close);
  return connection;
}

static void
end_reading (WhStore *store, WhConnection *connection)
{
  if (is_memory (store))
    {
      g_rec_mutex_unlock (&store->writing);
      return;
    }
  if (wh_connection_execute (connection, "COMMIT", NULL))
    give_back (store, connection);
  else
    wh_connection_close (connection);
}

static char *
note_of (WhStore *store, const char *key)
{
  WhConnection *connection = begin_reading (store, NULL);
  char *note = connection ? wh_connection_note (connection, key) : NULL;

  if (connection)
    end_reading (store, connection);
  return note;
}

char *
wh_store_server_id (WhStore *store)
{
  return note_of (store, "server_id");
}

char *
wh_store_epoch (WhStore *store)
{
  return note_of (store, "epoch");
}

gint64
wh_store_revision (WhStore *store)
{
  WhConnection *connection = begin_reading (store, NULL);
  WhReader reader = { connection };
  gint64 revision = connection ? wh_reader_revision (&reader) : -1;

  if (connection)
    end_reading (store, connection);
  return revision;
}

gboolean
wh_store_read (WhStore *store, const WhPrincipal *principal, WhReadFunc func, gpointer user_data, GError **error)
{
  WhReader reader;
  gboolean done;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return FALSE;
  reader.connection = begin_reading (store, error);
  if (!reader.connection)
    return FALSE;
  done = func (&reader, user_data, error);
  end_reading (store, reader.connection);
  return done;
}

static void
begin_changes (WhWriter *writer, WhStore *store)
{
  writer->reader.connection = store->writer;
  writer->mode = store->mode;
  writer->now = wh_clock_now ();
  writer->seq = wh_reader_revision (&writer->reader);
  writer->audit = wh_connection_integer (store->writer, "SELECT max(seq) FROM audit", 0) + 1;
  writer->hasher = wh_hasher_new ();
}

static gboolean
write_in_transaction (WhStore *store, const WhPrincipal *principal, const char *action, WhWriteFunc func, gpointer user_data,
                      gint64 *out_seq, GError **error)
{
  WhWriter writer = { { NULL } };
  gboolean done;

  if (!wh_connection_execute (store->writer, "BEGIN IMMEDIATE", error))
    return FALSE;
  begin_changes (&writer, store);
  done = func (&writer, user_data, error)
         && (writer.n_changes == 0 || wh_store_append_audit (&writer, principal, action, error))
         && wh_connection_execute (store->writer, "COMMIT", error);
  if (!done)
    sqlite3_exec (store->writer->db, "ROLLBACK", NULL, NULL, NULL);
  else if (out_seq)
    *out_seq = writer.seq;
  if (writer.hasher)
    wh_hasher_finish (writer.hasher);
  g_free (writer.object);
  return done;
}

gboolean
wh_store_write (WhStore *store, const WhPrincipal *principal, WhPermission permission, const char *action, WhWriteFunc func,
                gpointer user_data, gint64 *out_seq, GError **error)
{
  gboolean done;

  if (!wh_principal_require (principal, permission, error))
    return FALSE;
  if (!store->writer)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_DENIED, _("%s was opened for reading only."), store->path);
      return FALSE;
    }
  g_rec_mutex_lock (&store->writing);
  done = write_in_transaction (store, principal, action, func, user_data, out_seq, error);
  g_rec_mutex_unlock (&store->writing);
  return done;
}

static gboolean
quick_check (WhConnection *connection, GError **error)
{
  sqlite3_stmt *statement = wh_connection_statement (connection, "PRAGMA quick_check(1)", error);
  gboolean sound;

  if (!statement)
    return FALSE;
  sound = sqlite3_step (statement) == SQLITE_ROW && g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  if (!sound)
    g_set_error (error, WH_ERROR, WH_ERROR_CORRUPT, _("The store is damaged: %s. Keep the file and restore a backup, or sync again."),
                 (const char *) sqlite3_column_text (statement, 0));
  sqlite3_reset (statement);
  return sound;
}

gboolean
wh_store_check (WhStore *store, GError **error)
{
  WhConnection *connection = begin_reading (store, error);
  gboolean sound;

  if (!connection)
    return FALSE;
  sound = quick_check (connection, error) && wh_store_verify_audit (connection, error);
  end_reading (store, connection);
  return sound;
}
