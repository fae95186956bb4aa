#include "wh-store-private.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "wh-store-resources.h"

/* "WhDb" in ASCII: tells file(1) and us whose database this is. */
#define APPLICATION_ID 0x57684462

/* One transaction each, in order; a file's position is the version it leads to. Never change one that has shipped. */
static const char *const migrations[] = {
  "0001-first.sql",
};
#define NEWEST ((gint64) G_N_ELEMENTS (migrations))

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

/* A store that has no name yet gets one, and an epoch. */
static gboolean
name_store (WhConnection *connection, GError **error)
{
  WhId server = wh_id_new (), epoch = wh_id_new ();
  char server_text[WH_ID_TEXT_LENGTH + 1], epoch_text[WH_ID_TEXT_LENGTH + 1];
  g_autofree char *sql = NULL;

  wh_id_format (&server, server_text);
  wh_id_format (&epoch, epoch_text);
  sql = g_strdup_printf ("INSERT OR IGNORE INTO note VALUES ('server_id', '%s'), ('epoch', '%s')", server_text, epoch_text);
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
  for (; version < NEWEST; version++)
    if (!run_migration (connection, version, error))
      return FALSE;
  return name_store (connection, error);
}
