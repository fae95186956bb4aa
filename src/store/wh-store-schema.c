#include "wh-store-private.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "base/wh-error.h"
#include "wh-config.h"
#include "wh-store-resources.h"

/* One transaction each, in order; a file's position is the version it leads to. Never change one that has shipped. */
static const char *const sqlite_migrations[] = {
  "0001-first.sql",
  "0002-shop.sql",
  "0003-lists.sql",
  "0004-jobs.sql",
  "0005-replies.sql",
  "0006-webhooks.sql",
};
#if WH_HAVE_POSTGRES
static const char *const postgres_migrations[] = {
  "0001-first.sql",
  "0002-lists.sql",
  "0003-jobs.sql",
  "0004-replies.sql",
  "0005-webhooks.sql",
};
#endif

static const struct {
  const WhDriver    *driver;
  const char *const *files;
  gint64             n_files;
} histories[] = {
  { &wh_driver_sqlite, sqlite_migrations, G_N_ELEMENTS (sqlite_migrations) },
#if WH_HAVE_POSTGRES
  { &wh_driver_postgres, postgres_migrations, G_N_ELEMENTS (postgres_migrations) },
#endif
};

static guint
history_of (const WhConnection *connection)
{
  guint i = 0;

  while (histories[i].driver != connection->driver)
    i++;
  return i;
}

gboolean
wh_store_check_schema (WhConnection *connection, gint64 *out_version, GError **error)
{
  gint64 newest = histories[history_of (connection)].n_files;

  if (!connection->driver->schema_version (connection, out_version, error))
    return FALSE;
  if (*out_version > newest)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
                   _("This store was written by a newer WeedHounds (schema %" G_GINT64_FORMAT ", this program knows %" G_GINT64_FORMAT
                     "). Update the program; the store was not touched."), *out_version, newest);
      return FALSE;
    }
  return TRUE;
}

gboolean
wh_store_check_reader (WhConnection *connection, WhStoreMode mode, GError **error)
{
  gint64 version;

  if (!wh_store_check_schema (connection, &version, error))
    return FALSE;
  if (version == 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("it holds no store yet; import something first"));
  /* Reading cannot migrate; that takes the writer's lock, which is the caller's to know. */
  else if (mode == WH_STORE_READ && version < histories[history_of (connection)].n_files)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_UNSUPPORTED,
                         _("This store was written by an older WeedHounds. “weedhounds serve” or “weedhounds import” updates it."));
  else
    return wh_store_check_place_now (connection, FALSE, error);
  return FALSE;
}

static gboolean
run_migration (WhConnection *connection, const char *file, gint64 version, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/com/weedhounds/store/%s/%s", connection->driver->name, file);
  g_autoptr (GBytes) sql = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (!sql)
    return FALSE;
  if (connection->driver->migrate (connection, g_bytes_get_data (sql, NULL), version, error))
    return TRUE;
  g_prefix_error (error, _("Updating the store to schema %" G_GINT64_FORMAT ": "), version);
  return FALSE;
}

static gboolean
name_store (WhConnection *connection, GError **error)
{
  WhId server = wh_id_new (), epoch = wh_id_new ();
  char server_text[WH_ID_TEXT_LENGTH + 1], epoch_text[WH_ID_TEXT_LENGTH + 1];
  g_autofree char *sql = NULL;

  wh_id_format (&server, server_text);
  wh_id_format (&epoch, epoch_text);
  sql = g_strdup_printf ("INSERT INTO store_note (key, value) VALUES ('server_id', '%s'), ('epoch', '%s') ON CONFLICT (key) DO NOTHING",
                         server_text, epoch_text);
  /* Again, since someone may have begun to move a store here. */
  return wh_store_check_place (connection, TRUE, error) && wh_connection_run (connection, sql, error);
}

/* A store that has no name yet gets one, and an epoch. */
static gboolean
ensure_name (WhConnection *connection, GError **error)
{
  g_autofree char *epoch = NULL;

  if (!connection->driver->begin_read (connection, error))
    return FALSE;
  epoch = wh_connection_note (connection, "epoch");
  connection->driver->rollback (connection);
  return epoch || wh_connection_in_write (connection, name_store, error);
}

/* Registering the same resource twice would tie GLib's list of them into a ring. */
static gpointer
register_sql (gpointer data)
{
  wh_store_sql_register_resource ();
  return NULL;
}

void
wh_store_register_sql (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, register_sql, NULL);
}

gboolean
wh_store_build (WhConnection *connection, GError **error)
{
  guint history = history_of (connection);
  gint64 version;

  wh_store_register_sql ();
  if (!wh_store_check_schema (connection, &version, error))
    return FALSE;
  if (version > 0 && version < histories[history].n_files && connection->driver->keep_copy
      && !connection->driver->keep_copy (connection, version, error))
    return FALSE;
  for (; version < histories[history].n_files; version++)
    if (!run_migration (connection, histories[history].files[version], version + 1, error))
      return FALSE;
  return TRUE;
}

gboolean
wh_store_migrate (WhConnection *connection, GError **error)
{
  return wh_store_build (connection, error) && wh_store_check_place_now (connection, TRUE, error) && ensure_name (connection, error);
}
