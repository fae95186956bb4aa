#include "wh-store-private.h"

#include <gio/gio.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "base/wh-error.h"
#include "wh-store-resources.h"

/* "WhDb" in ASCII: tells file(1) and us whose database this is. */
#define APPLICATION_ID 0x57684462

/* One transaction each, in order; a file's position is the version it leads to. Never change one that has shipped. */
static const char *const migrations[] = {
  "0001-first.sql",
  "0002-shop.sql",
};
#define NEWEST ((gint64) G_N_ELEMENTS (migrations))

gboolean
wh_store_schema_is_old (WhConnection *connection)
{
  gint64 version = wh_connection_integer (connection, "PRAGMA user_version", 0);

  return version > 0 && version < NEWEST;
}

gboolean
wh_store_check_schema (WhConnection *connection, GError **error)
{
  gint64 version = wh_connection_integer (connection, "PRAGMA user_version", -1);

  if (version < 0)
    return wh_connection_fail (connection, error);
  if (version > NEWEST)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
                   _("This store was written by a newer WeedHounds (schema %" G_GINT64_FORMAT ", this program knows %" G_GINT64_FORMAT
                     "). Update the program; the store was not touched."), version, NEWEST);
      return FALSE;
    }
  return TRUE;
}

/* `text` as an SQL literal after `before`. Caller frees with g_free. */
static char *
sqlite_quoted (const char *before, const char *text)
{
  char *quoted = sqlite3_mprintf ("%s%Q", before, text);
  char *copy = g_strdup (quoted);

  sqlite3_free (quoted);
  return copy;
}

static gboolean
run_migration (WhConnection *connection, gint64 from, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/com/weedhounds/store/sqlite/%s", migrations[from]);
  g_autofree char *finish = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %" G_GINT64_FORMAT "; COMMIT",
                                             APPLICATION_ID, from + 1);
  g_autoptr (GBytes) sql = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (!sql)
    return FALSE;
  if (wh_connection_execute (connection, "BEGIN IMMEDIATE", error)
      && wh_connection_execute (connection, g_bytes_get_data (sql, NULL), error) && wh_connection_execute (connection, finish, error))
    return TRUE;
  g_prefix_error (error, _("Updating the store to schema %" G_GINT64_FORMAT ": "), from + 1);
  sqlite3_exec (connection->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

/* Before an older store is changed for good, a copy of it as it was is put beside it, once. */
static gboolean
keep_copy (WhConnection *connection, gint64 version, GError **error)
{
  const char *path = sqlite3_db_filename (connection->db, "main");
  g_autofree char *copy = path && *path ? g_strdup_printf ("%s.schema-%" G_GINT64_FORMAT, path, version) : NULL;
  g_autofree char *half = copy ? g_strconcat (copy, ".part", NULL) : NULL;
  g_autofree char *sql = copy ? sqlite_quoted ("VACUUM INTO ", half) : NULL;

  if (version == 0 || !copy || g_file_test (copy, G_FILE_TEST_EXISTS))
    return TRUE;
  g_unlink (half);
  if (!wh_connection_execute (connection, sql, error))
    {
      g_prefix_error (error, _("Copying the store to %s before it is updated: "), copy);
      return FALSE;
    }
  if (g_chmod (half, 0600) == 0 && g_rename (half, copy) == 0)
    return TRUE;
  wh_error_set_errno (error, errno, copy);
  return FALSE;
}

/* A store that has no name yet gets one, and an epoch. */
static gboolean
name_store (WhConnection *connection, GError **error)
{
  WhId server = wh_id_new (), epoch = wh_id_new ();
  char server_text[WH_ID_TEXT_LENGTH + 1], epoch_text[WH_ID_TEXT_LENGTH + 1];
  g_autofree char *sql = NULL;

  wh_id_format (&server, server_text);
  wh_id_format (&epoch, epoch_text);
  sql = g_strdup_printf ("INSERT OR IGNORE INTO store_note VALUES ('server_id', '%s'), ('epoch', '%s')", server_text, epoch_text);
  return wh_connection_execute (connection, sql, error);
}

/* Registering the same resource twice would tie GLib's list of them into a ring. */
static gpointer
register_sql (gpointer data)
{
  wh_store_sql_register_resource ();
  return NULL;
}

gboolean
wh_store_migrate (WhConnection *connection, GError **error)
{
  static GOnce once = G_ONCE_INIT;
  gint64 version;

  g_once (&once, register_sql, NULL);
  if (!wh_store_check_schema (connection, error))
    return FALSE;
  version = wh_connection_integer (connection, "PRAGMA user_version", 0);
  if (version < NEWEST && !keep_copy (connection, version, error))
    return FALSE;
  for (; version < NEWEST; version++)
    if (!run_migration (connection, version, error))
      return FALSE;
  return name_store (connection, error);
}
