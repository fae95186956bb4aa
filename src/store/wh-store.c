#include "wh-store.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "wh-store-private.h"

#define MEMORY ":memory:"
#define PATIENCE_MS 5000

static gboolean
is_memory (const WhStore *store)
{
  return strcmp (store->location, MEMORY) == 0;
}

/* -- opening --------------------------------------------------------------------------------------------------- */

/* A new file is its owner's alone, and so are the journals that SQLite makes beside it. Never opens one that is there: closing it
 * would let go of the locks that this process may hold on it. */
void
wh_store_create_private (const char *path)
{
  int fd = strcmp (path, MEMORY) == 0 ? -1 : g_open (path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
}

/* Opens and checks now, so that a damaged or newer store is told at once. */
static gboolean
open_connections (WhStore *store, GError **error)
{
  gboolean is_file = !wh_store_location_is_server (store->location);
  WhConnection *reader;

  if (store->mode != WH_STORE_READ)
    {
      if (is_file)
        wh_store_create_private (store->location);
      store->writer = wh_back_off_open (&store->back_off, store->location, store->mode, FALSE, FALSE, error);
      return store->writer != NULL;
    }
  if (is_file && !g_file_test (store->location, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no store at %s yet."), store->location);
      return FALSE;
    }
  reader = wh_pool_try_begin (store->readers, error);
  return reader && wh_pool_end (store->readers, reader, error);
}

WhStore *
wh_store_open (const char *location, WhStoreMode mode, GError **error)
{
  return wh_store_open_with (location, mode, NULL, error);
}

WhStore *
wh_store_open_with (const char *location, WhStoreMode mode, const WhStoreSettings *settings, GError **error)
{
  static const WhStoreSettings usual = { NULL };
  const WhDriver *driver = wh_driver_for (location, error);
  g_autoptr (WhStore) store = NULL;
  guint patience;

  if (!driver)
    return NULL;
  settings = settings ? settings : &usual;
  patience = settings->patience_ms ? settings->patience_ms : PATIENCE_MS;
  store = g_new0 (WhStore, 1);
  g_atomic_ref_count_init (&store->ref_count);
  store->location = g_strdup (location);
  store->path = wh_store_location_shown (location);
  store->mode = mode;
  store->seen = -1;
  g_rec_mutex_init (&store->writing);
  g_mutex_init (&store->laying);
  wh_back_off_init (&store->back_off);
  store->readers = wh_pool_new (location, mode, settings->connections ? settings->connections : driver->n_readers, patience);
  store->copies = wh_copies_new (settings->replicas, patience);
  if (!open_connections (store, error))
    {
      g_prefix_error (error, "%s: ", store->path);
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
  wh_copies_free (store->copies);
  wh_pool_free (store->readers);
  wh_connection_close (store->writer);
  wh_back_off_clear (&store->back_off);
  g_clear_pointer (&store->overlay, wh_store_overlay_unref);
  g_rec_mutex_clear (&store->writing);
  g_mutex_clear (&store->laying);
  g_free (store->location);
  g_free (store->path);
  g_free (store);
}

const char *
wh_store_path (const WhStore *store)
{
  return store->path;
}

/* -- reading --------------------------------------------------------------------------------------------------- */

/* A connection to read with: the writer's own in memory (there is no other), else one of the pool. */
WhConnection *
wh_store_begin_reading (WhStore *store, GError **error)
{
  WhConnection *connection;

  if (is_memory (store))
    {
      g_rec_mutex_lock (&store->writing);
      return store->writer;
    }
  connection = wh_pool_begin (store->readers, error);
  if (!connection || wh_copies_note (store->copies, connection, error))
    return connection;
  wh_pool_end (store->readers, connection, NULL);
  return NULL;
}

/* FALSE when what was read is not to be trusted. */
gboolean
wh_store_end_reading (WhStore *store, WhConnection *connection, GError **error)
{
  if (!is_memory (store))
    return wh_pool_end (store->readers, connection, error);
  g_rec_mutex_unlock (&store->writing);
  return TRUE;
}

static char *
note_of (WhStore *store, const char *key)
{
  WhConnection *connection = wh_store_begin_reading (store, NULL);
  char *note = connection ? wh_connection_note (connection, key) : NULL;

  if (connection && !wh_store_end_reading (store, connection, NULL))
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

void
wh_store_note_revision (WhStore *store, gint64 revision)
{
  gint64 seen = __atomic_load_n (&store->seen, __ATOMIC_RELAXED);

  while (revision > seen && !__atomic_compare_exchange_n (&store->seen, &seen, revision, FALSE, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
    ;
}

gint64
wh_store_seen (WhStore *store)
{
  return __atomic_load_n (&store->seen, __ATOMIC_ACQUIRE);
}

gint64
wh_store_revision (WhStore *store)
{
  WhConnection *connection = wh_store_begin_reading (store, NULL);
  WhReader reader = { connection };
  gint64 revision;

  if (!connection)
    return -1;
  wh_store_take_overlay (store, &reader);
  revision = wh_reader_revision (&reader);
  g_clear_pointer (&reader.overlay, wh_store_overlay_unref);
  if (!wh_store_end_reading (store, connection, NULL))
    return -1;
  wh_store_note_revision (store, revision);
  return revision;
}

gboolean
wh_store_read (WhStore *store, const WhPrincipal *principal, WhReadFunc func, gpointer user_data, GError **error)
{
  WhReader reader;
  gboolean done;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return FALSE;
  reader.connection = wh_store_begin_reading (store, error);
  if (!reader.connection)
    return FALSE;
  wh_store_take_overlay (store, &reader);
  done = func (&reader, user_data, error);
  g_clear_pointer (&reader.overlay, wh_store_overlay_unref);
  return wh_store_end_reading (store, reader.connection, done ? error : NULL) && done;
}

gboolean
wh_store_read_copy (WhStore *store, const WhPrincipal *principal, WhReadFunc func, gpointer user_data, GError **error)
{
  WhReader reader = { NULL };
  WhPool *pool = NULL;
  gboolean done;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error))
    return FALSE;
  reader.connection = wh_copies_begin (store->copies, &pool);
  if (!reader.connection)
    return wh_store_read (store, principal, func, user_data, error);
  done = func (&reader, user_data, error);
  return wh_pool_end (pool, reader.connection, done ? error : NULL) && done;
}

gboolean
wh_store_check (WhStore *store, GError **error)
{
  WhConnection *connection = wh_store_begin_reading (store, error);
  gboolean sound;

  if (!connection)
    return FALSE;
  sound = connection->driver->check (connection, error) && wh_store_verify_audit (connection, error);
  return wh_store_end_reading (store, connection, sound ? error : NULL) && sound;
}
