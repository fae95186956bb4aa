#include "wh-store-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "wh-store-private.h"

#define CHUNK (256 * 1024)

static gboolean
sync_path (const char *path, int flags, GError **error)
{
  int fd = open (path, flags | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync (fd) == 0;

  if (!done)
    wh_error_set_errno (error, errno, path);
  if (fd >= 0)
    close (fd);
  return done;
}

static gboolean
put_in_place (const char *half, const char *path, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (path);

  if (!sync_path (half, O_RDWR, error))
    return FALSE;
  if (g_rename (half, path) == 0)
    return sync_path (dir, O_RDONLY | O_DIRECTORY, error);
  wh_error_set_errno (error, errno, path);
  return FALSE;
}

static gboolean
check_source (WhStore *store, const WhDriver *driver, const char *path, GError **error)
{
  if (!driver->copy_file)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
                         _("A store in a PostgreSQL server is not backed up from here: use pg_dump, or pgBackRest."));
  else if (strcmp (store->location, ":memory:") == 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED, _("A store in memory is not backed up."));
  else if (g_file_test (path, G_FILE_TEST_EXISTS))
    g_set_error (error, WH_ERROR, WH_ERROR_CONFLICT, _("%s is there already"), path);
  else
    return TRUE;
  return FALSE;
}

gboolean
wh_store_backup (WhStore *store, const WhPrincipal *principal, const char *path, GCancellable *cancellable, GError **error)
{
  const WhDriver *driver = wh_driver_for (store->location, error);
  g_autofree char *half = g_strconcat (path, ".part", NULL);

  if (!driver || !wh_principal_require (principal, WH_PERMISSION_ADMINISTER, error) || !check_source (store, driver, path, error))
    return FALSE;
  g_unlink (half);
  wh_store_create_private (half);
  if (driver->copy_file (store->location, half, cancellable, error) && put_in_place (half, path, error))
    return TRUE;
  g_unlink (half);
  g_prefix_error (error, _("copying the store to %s: "), path);
  return FALSE;
}

/* -- looking at one ---------------------------------------------------------------------------------------------------- */

static gboolean
hash_file (const char *path, GCancellable *cancellable, WhBackup *backup, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  WhHasher *hasher = wh_hasher_new ();
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize n = -1;

  while (fd >= 0 && !g_cancellable_is_cancelled (cancellable) && (n = read (fd, buffer, CHUNK)) > 0)
    {
      wh_hasher_data (hasher, buffer, (gsize) n);
      backup->bytes += n;
    }
  if (n < 0 && !g_cancellable_is_cancelled (cancellable))
    wh_error_set_errno (error, errno, path);
  else if (n != 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, _("cancelled"));
  backup->hash = wh_hasher_finish (hasher);
  if (fd >= 0)
    close (fd);
  return n == 0;
}

static gboolean
head_cb (WhReader *reader, gpointer user_data, GError **error)
{
  WhBackup *backup = user_data;

  backup->revision = wh_reader_revision (reader);
  backup->head = wh_reader_head (reader, error);
  return backup->head != NULL;
}

WhBackup *
wh_store_backup_check (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (WhBackup) backup = g_new0 (WhBackup, 1);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = NULL;

  if (!hash_file (path, cancellable, backup, error))
    return NULL;
  store = wh_store_open (path, WH_STORE_READ, error);
  if (!store || !wh_store_check (store, error) || !wh_store_read (store, principal, head_cb, backup, error))
    return NULL;
  backup->server_id = wh_store_server_id (store);
  backup->epoch = wh_store_epoch (store);
  return g_steal_pointer (&backup);
}

void
wh_backup_free (WhBackup *backup)
{
  if (!backup)
    return;
  g_free (backup->server_id);
  g_free (backup->epoch);
  g_free (backup->head);
  g_free (backup);
}
