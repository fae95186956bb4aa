#include "wh-mirror.h"

#include <glib/gstdio.h>

#include "base/wh-error.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"

void
wh_mirror_free (WhMirror *mirror)
{
  g_free (mirror->path);
  g_free (mirror->server_url);
  g_free (mirror->server_id);
  g_free (mirror->token);
  g_free (mirror);
}

WhStore *
wh_mirror_open (const char *path, GError **error)
{
  g_autoptr (GError) old = NULL;
  WhStore *store = wh_store_open (path, WH_STORE_READ, &old);

  if (store)
    return store;
  if (!g_error_matches (old, WH_ERROR, WH_ERROR_UNSUPPORTED) || wh_store_location_is_server (path))
    {
      g_propagate_error (error, g_steal_pointer (&old));
      return NULL;
    }
  /* An older program may still be writing here: its lock is respected, and what it says comes back as it is. */
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *lock_path = wh_paths_writer_lock (dir);
  g_autoptr (WhLock) lock = wh_lock_take (lock_path, error);
  g_autoptr (WhStore) migrated = lock ? wh_store_open (path, WH_STORE_MIRROR, error) : NULL;
  return migrated ? wh_store_open (path, WH_STORE_READ, error) : NULL;
}

static gboolean
read_notes (WhReader *reader, gpointer user_data, GError **error)
{
  WhMirror *mirror = user_data;
  g_autofree char *complete = wh_reader_note (reader, WH_MIRROR_NOTE_COMPLETE);
  g_autofree char *synced = wh_reader_note (reader, WH_MIRROR_NOTE_SYNCED);

  mirror->server_url = wh_reader_note (reader, WH_MIRROR_NOTE_URL);
  mirror->server_id = wh_reader_note (reader, "server_id");
  mirror->token = wh_reader_note (reader, WH_MIRROR_NOTE_TOKEN);
  mirror->complete = complete != NULL;
  if (!synced || !wh_clock_parse (synced, &mirror->synced_at))
    mirror->synced_at = WH_TIME_UNSET;
  return TRUE;
}

static WhMirror *
look_into (const char *path, const WhPrincipal *principal)
{
  g_autoptr (WhMirror) mirror = g_new0 (WhMirror, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = wh_mirror_open (path, &error);

  mirror->path = g_strdup (path);
  if (store && wh_store_read (store, principal, read_notes, mirror, &error))
    return g_steal_pointer (&mirror);
  g_debug ("leaving out %s: %s", path, error->message);
  return NULL;
}

static int
compare_mirrors (gconstpointer a, gconstpointer b)
{
  const WhMirror *one = *(WhMirror *const *) a;
  const WhMirror *other = *(WhMirror *const *) b;

  if (one->complete != other->complete)
    return other->complete - one->complete;
  if (one->synced_at != other->synced_at)
    return one->synced_at > other->synced_at ? -1 : 1;
  return strcmp (one->path, other->path);
}

GPtrArray *
wh_mirror_list (const char *data_dir, const char *server_url, const WhPrincipal *principal)
{
  GPtrArray *mirrors = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_mirror_free);
  g_autofree char *dir = wh_paths_mirror_dir (data_dir);
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name;

  while (entries && (name = g_dir_read_name (entries)))
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      g_autoptr (WhMirror) mirror = g_str_has_suffix (name, ".db") ? look_into (path, principal) : NULL;

      if (mirror && (!server_url || g_strcmp0 (mirror->server_url, server_url) == 0))
        g_ptr_array_add (mirrors, g_steal_pointer (&mirror));
    }
  g_ptr_array_sort (mirrors, compare_mirrors);
  return mirrors;
}

char *
wh_mirror_new_path (const char *data_dir, const char *server_id)
{
  char *path = wh_paths_mirror (data_dir, server_id);

  for (guint number = 2; g_file_test (path, G_FILE_TEST_EXISTS); number++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%u", server_id, number);
      g_free (path);
      path = wh_paths_mirror (data_dir, name);
    }
  return path;
}

void
wh_mirror_remove (const char *path)
{
  static const char *const endings[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *file = g_strconcat (path, endings[i], NULL);
      g_unlink (file);
    }
}

void
wh_mirror_remove_others (const char *data_dir, const char *server_url, const char *path, const WhPrincipal *principal)
{
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (data_dir, server_url, principal);

  for (guint i = 0; i < mirrors->len; i++)
    {
      WhMirror *mirror = mirrors->pdata[i];
      if (strcmp (mirror->path, path) != 0)
        wh_mirror_remove (mirror->path);
    }
}
