#include "wh-store.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "wh-store-pool.h"
#include "wh-store-private.h"

#define MEMORY ":memory:"
#define PATIENCE_MS 5000

struct _WhStore {
  gatomicrefcount ref_count;
  char           *path;
  WhStoreMode     mode;
  GRecMutex       writing;   /* held by the one writer; in memory by readers, too */
  WhConnection   *writer;    /* NULL when opened for reading */
  WhBackOff       back_off;  /* of the writer */
  WhPool         *readers;
};

static gboolean
is_memory (const WhStore *store)
{
  return strcmp (store->path, MEMORY) == 0;
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

/* Opens and checks now, so that a damaged or newer store is told at once. */
static gboolean
open_connections (WhStore *store, GError **error)
{
  WhConnection *reader;

  if (store->mode != WH_STORE_READ)
    {
      create_private (store->path);
      store->writer = wh_back_off_open (&store->back_off, store->path, store->mode, FALSE, FALSE, error);
      return store->writer != NULL;
    }
  if (!g_file_test (store->path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no store at %s yet."), store->path);
      return FALSE;
    }
  reader = wh_pool_try_begin (store->readers, error);
  return reader && wh_pool_end (store->readers, reader, error);
}

WhStore *
wh_store_open (const char *path, WhStoreMode mode, GError **error)
{
  g_autoptr (WhStore) store = NULL;
  const WhDriver *driver = wh_driver_for (path, error);

  if (!driver)
    return NULL;
  store = g_new0 (WhStore, 1);
  g_atomic_ref_count_init (&store->ref_count);
  store->path = g_strdup (path);
  store->mode = mode;
  g_rec_mutex_init (&store->writing);
  wh_back_off_init (&store->back_off);
  store->readers = wh_pool_new (path, mode, driver->n_readers, PATIENCE_MS);
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
  wh_pool_free (store->readers);
  wh_connection_close (store->writer);
  wh_back_off_clear (&store->back_off);
  g_rec_mutex_clear (&store->writing);
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
  if (!is_memory (store))
    return wh_pool_begin (store->readers, error);
  g_rec_mutex_lock (&store->writing);
  return store->writer;
}

/* FALSE when what was read is not to be trusted. */
static gboolean
end_reading (WhStore *store, WhConnection *connection, GError **error)
{
  if (!is_memory (store))
    return wh_pool_end (store->readers, connection, error);
  g_rec_mutex_unlock (&store->writing);
  return TRUE;
}

static char *
note_of (WhStore *store, const char *key)
{
  WhConnection *connection = begin_reading (store, NULL);
  char *note = connection ? wh_connection_note (connection, key) : NULL;

  if (connection && !end_reading (store, connection, NULL))
    g_clear_pointer (&note, g_free);
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

  return connection && end_reading (store, connection, NULL) ? revision : -1;
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
  return end_reading (store, reader.connection, done ? error : NULL) && done;
}

static gboolean
begin_changes (WhWriter *writer, WhStore *store, GError **error)
{
  writer->reader.connection = store->writer;
  writer->mode = store->mode;
  writer->now = wh_clock_now ();
  writer->hasher = wh_hasher_new ();
  memset (store->writer->next_row, 0, sizeof store->writer->next_row);
  if (!wh_connection_integer (store->writer, "SELECT max(seq) FROM change_log", 0, &writer->seq, error)
      || !wh_connection_integer (store->writer, "SELECT max(seq) FROM audit", 0, &writer->audit, error))
    return FALSE;
  writer->audit++;
  return TRUE;
}

static gboolean
write_in_transaction (WhStore *store, const WhPrincipal *principal, const char *action, WhWriteFunc func, gpointer user_data,
                      gint64 *out_seq, GError **error)
{
  const WhDriver *driver = store->writer->driver;
  WhWriter writer = { { NULL } };
  gboolean done;

  if (!driver->begin_write (store->writer, error))
    return FALSE;
  done = begin_changes (&writer, store, error) && func (&writer, user_data, error)
         && (writer.n_changes == 0 || wh_store_append_audit (&writer, principal, action, error))
         && driver->commit (store->writer, error);
  if (!done)
    driver->rollback (store->writer);
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

gboolean
wh_store_check (WhStore *store, GError **error)
{
  WhConnection *connection = begin_reading (store, error);
  gboolean sound;

  if (!connection)
    return FALSE;
  sound = connection->driver->check (connection, error) && wh_store_verify_audit (connection, error);
  return end_reading (store, connection, sound ? error : NULL) && sound;
}
