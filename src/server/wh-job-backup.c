/* A copy of the store in a folder, with a manifest beside it; the oldest go. */
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/wh-error.h"
#include "store/wh-store-backup.h"
#include "wh-config.h"
#include "wh-job-kinds.h"
#include "wh-settings.h"

#define PATH_BYTES 4096
#define PREFIX "weedhounds-"
#define COPY ".db"
#define MANIFEST ".json"
#define HALF ".db.part"
#define LONGEST WH_TIME_DAY     /* no copy takes as long */

const WhSpec wh_job_backup_arguments[] = {
  { "directory", WH_SPEC_TEXT, 1, PATH_BYTES, .help = "Where to, absolute; without it, as the settings say." },
  { "keep", WH_SPEC_INTEGER, 1, 1000, .help = "So many copies stay; without it, as the settings say." },
  { .help = NULL }
};

gboolean
wh_job_backup_check (const WhJsonNode *arguments, const char **out_field, GError **error)
{
  const char *directory = wh_json_string (wh_json_member (arguments, "directory"), NULL);

  *out_field = "directory";
  if (!directory || g_path_is_absolute (directory))
    return TRUE;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("“directory” must be absolute, on the server's machine."));
  return FALSE;
}

/* "weedhounds-20260301T033000Z", so that the order of the names is that of time. */
static char *
name_now (void)
{
  g_autofree char *moment = wh_clock_format (wh_clock_now ());
  g_autofree char *digits = g_strndup (moment, strlen ("2026-03-01T03:30:00"));
  g_auto (GStrv) parts = g_strsplit_set (digits, "-:", -1);
  g_autofree char *joined = g_strjoinv ("", parts);

  return g_strconcat (PREFIX, joined, "Z", NULL);
}

static char *
manifest_of (const WhBackup *backup, const char *name)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 2);
  g_autofree char *hash = wh_hash_to_string (&backup->hash), *now = wh_clock_format (wh_clock_now ());

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "format", "weedhounds-backup-1");
  wh_json_writer_add_string (writer, "file", name);
  wh_json_writer_add_integer (writer, "bytes", backup->bytes);
  wh_json_writer_add_string (writer, "sha256", hash);
  wh_json_writer_add_string (writer, "created_at", now);
  wh_json_writer_add_string (writer, "server_id", backup->server_id);
  wh_json_writer_add_string (writer, "epoch", backup->epoch);
  wh_json_writer_add_integer (writer, "revision", backup->revision);
  wh_json_writer_add_string (writer, "audit_head", backup->head);
  wh_json_writer_add_string (writer, "version", WH_VERSION);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) b, *(const char *const *) a);
}

/* Copies without a manifest were never found whole and do not count. */
static GPtrArray *
list_kept (const char *directory)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_prefix (name, PREFIX) && g_str_has_suffix (name, "Z" MANIFEST))
      g_ptr_array_add (names, g_strndup (name, strlen (name) - strlen (MANIFEST)));
  g_ptr_array_sort (names, compare_newest_first);
  return names;
}

/* The manifest goes first: a copy without one is no backup. */
static guint
drop_oldest (const char *directory, guint keep)
{
  g_autoptr (GPtrArray) names = list_kept (directory);
  guint dropped = 0;

  for (guint i = keep; i < names->len; i++)
    {
      g_autofree char *stem = g_build_filename (directory, names->pdata[i], NULL);
      g_autofree char *manifest = g_strconcat (stem, MANIFEST, NULL), *copy = g_strconcat (stem, COPY, NULL);
      dropped += g_unlink (manifest) == 0 && g_unlink (copy) == 0;
    }
  return dropped;
}

/* What a server left that was killed while it copied; they are as large as copies. */
static void
drop_halves (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      GStatBuf info;
      if (g_str_has_prefix (name, PREFIX) && g_str_has_suffix (name, "Z" HALF) && g_lstat (path, &info) == 0
          && wh_clock_now () - (gint64) info.st_mtime * WH_TIME_SECOND > LONGEST)
        g_unlink (path);
    }
}

/* Copies and looks through it; the manifest is written when it is found whole. */
static char *
make (WhJobRun *run, const char *directory, const char *stem, GError **error)
{
  g_autofree char *name = g_strconcat (stem, COPY, NULL), *path = g_build_filename (directory, name, NULL);
  g_autofree char *manifest_name = g_strconcat (stem, MANIFEST, NULL), *manifest_path = g_build_filename (directory, manifest_name, NULL);
  g_autofree char *manifest = NULL;
  g_autoptr (WhBackup) backup = NULL;
  g_autoptr (GError) foreign = NULL;

  wh_job_run_tell (run, 0, _("copying"));
  if (!wh_store_backup (run->host->store, run->principal, path, run->cancellable, error))
    return NULL;
  wh_job_run_tell (run, 0.5, _("looking whether the copy is whole"));
  backup = wh_store_backup_check (path, run->cancellable, error);
  if (backup)
    {
      manifest = manifest_of (backup, name);
      if (g_file_set_contents_full (manifest_path, manifest, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                    &foreign))
        return g_steal_pointer (&manifest);
      g_set_error (error, WH_ERROR, WH_ERROR_NO_SPACE, _("%s cannot be written: %s"), manifest_path, foreign->message);
    }
  g_unlink (path);
  return NULL;
}

static char *
outcome_of (const char *directory, const char *manifest, guint dropped)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "directory", directory);
  wh_json_writer_add_integer (writer, "dropped", dropped);
  wh_json_writer_key (writer, "manifest");
  wh_json_writer_raw (writer, manifest);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

char *
wh_job_backup (WhJobRun *run, GError **error)
{
  const WhSettings *settings = wh_host_settings (run->host);
  const char *directory = wh_json_string (wh_json_member (run->arguments, "directory"),
                                          wh_settings_text (settings, WH_SETTING_BACKUP_DIRECTORY));
  guint keep = (guint) wh_json_integer (wh_json_member (run->arguments, "keep"), wh_settings_integer (settings, WH_SETTING_BACKUP_KEEP));
  g_autofree char *stem = name_now (), *manifest = NULL;

  if (!directory)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("A backup needs a place: “directory” in [backup] of the settings, or as an"
                                                                " argument."));
      return NULL;
    }
  if (g_mkdir_with_parents (directory, 0700) != 0)
    {
      wh_error_set_errno (error, errno, directory);
      return NULL;
    }
  drop_halves (directory);
  manifest = make (run, directory, stem, error);
  return manifest ? outcome_of (directory, manifest, drop_oldest (directory, keep)) : NULL;
}
