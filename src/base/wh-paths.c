#include "base/wh-paths.h"

#include "base/wh-error.h"

#include <errno.h>
#include <glib/gstdio.h>

static const char *
non_empty (const char *text)
{
  return text && *text ? text : NULL;
}

/* systemd separates several directories by colons; ours is the first. */
static char *
state_directory (void)
{
  const char *list = non_empty (g_getenv ("STATE_DIRECTORY"));

  return list ? g_strndup (list, strcspn (list, ":")) : NULL;
}

char *
wh_paths_data_dir (const char *override)
{
  const char *chosen = non_empty (override);
  g_autofree char *state = state_directory ();

  if (!chosen)
    chosen = non_empty (g_getenv ("WEEDHOUNDS_DATA_DIR"));
  if (!chosen)
    chosen = non_empty (state);
  if (chosen)
    return g_canonicalize_filename (chosen, NULL);
  return g_build_filename (g_get_user_data_dir (), "weedhounds", NULL);
}

gboolean
wh_paths_ensure_dir (const char *dir, GError **error)
{
  if (g_mkdir_with_parents (dir, 0700) == 0)
    return TRUE;
  wh_error_set_errno (error, errno, dir);
  return FALSE;
}

char *
wh_paths_store (const char *data_dir)
{
  return g_build_filename (data_dir, "store.db", NULL);
}

char *
wh_paths_mirror_dir (const char *data_dir)
{
  return g_build_filename (data_dir, "mirror", NULL);
}

/* The id comes from a server: what could name another directory becomes an underscore. */
char *
wh_paths_mirror (const char *data_dir, const char *server_id)
{
  g_autofree char *name = g_strcanon (g_strdup (server_id), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_", '_');
  g_autofree char *file = g_strconcat (name, ".db", NULL);

  return g_build_filename (data_dir, "mirror", file, NULL);
}

char *
wh_paths_outbox (const char *data_dir)
{
  return g_build_filename (data_dir, "outbox.db", NULL);
}

char *
wh_paths_outbox_lock (const char *data_dir)
{
  return g_build_filename (data_dir, "outbox.lock", NULL);
}

char *
wh_paths_writer_lock (const char *data_dir)
{
  return g_build_filename (data_dir, "writer.lock", NULL);
}

char *
wh_paths_serve_socket (const char *data_dir)
{
  return g_build_filename (data_dir, "serve.sock", NULL);
}

char *
wh_paths_admin_key (const char *data_dir)
{
  return g_build_filename (data_dir, "admin.key", NULL);
}

char *
wh_paths_rules_dir (const char *data_dir)
{
  return g_build_filename (data_dir, "rules", NULL);
}

char *
wh_paths_cache_dir (const char *data_dir)
{
  return g_build_filename (data_dir, "cache", NULL);
}
