#include <glib/gi18n.h>

#include "base/wh-json.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "store/wh-store-move.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-store.h"
#include "wh-cli-work.h"

typedef struct {
  const char        *from, *to;
  WhPrincipal       *principal;
  WhStoreMoveOptions options;
  WhStoreMoveReport *report;
} Migration;

static void
progress_cb (double fraction, const char *what, gpointer user_data)
{
  wh_cli_work_progress (fraction, what);
}

static gboolean
migrate (gpointer user_data, GCancellable *cancellable, GError **error)
{
  Migration *migration = user_data;

  migration->report = wh_store_move (migration->from, migration->to, migration->principal, &migration->options, progress_cb, NULL,
                                     cancellable, error);
  return migration->report != NULL;
}

/* -- where ------------------------------------------------------------------------------------------------------- */

/* A path or an address; empty is the data directory's own file. Caller frees. */
static char *
place_of (const WhCliOptions *options, const char *typed)
{
  if (!*typed)
    return wh_paths_store (options->data_dir);
  return wh_store_location_is_server (typed) ? g_strdup (typed) : g_canonicalize_filename (typed, NULL);
}

/* The directory whose writer.lock a file needs; NULL for a server. Caller frees. */
static char *
locked_dir (const char *place)
{
  return wh_store_location_is_server (place) ? NULL : g_path_get_dirname (place);
}

static gboolean
take_lock (const char *dir, WhLock **out_lock, GError **error)
{
  g_autofree char *path = wh_paths_writer_lock (dir);

  *out_lock = wh_lock_take (path, error);
  if (!*out_lock && error && g_error_matches (*error, WH_ERROR, WH_ERROR_BUSY))
    g_prefix_error (error, _("The store in %s is in use; end “weedhounds serve” first: "), dir);
  return *out_lock != NULL;
}

static gboolean
take_locks (const Migration *migration, WhLock **out_from, WhLock **out_to, GError **error)
{
  g_autofree char *from = locked_dir (migration->from), *to = locked_dir (migration->to);

  if (migration->options.dry_run || migration->options.verify_only)
    return TRUE;
  if (to && !wh_paths_ensure_dir (to, error))
    return FALSE;
  /* A source that is not there gets no lock beside it, but a word from the store. */
  return (!from || !g_file_test (from, G_FILE_TEST_IS_DIR) || take_lock (from, out_from, error))
         && (!to || g_strcmp0 (from, to) == 0 || take_lock (to, out_to, error));
}

/* -- the report -------------------------------------------------------------------------------------------------- */

static void
print_tables (const WhCliOptions *options, const WhStoreDigest *digest)
{
  const WhCliColumn columns[] = { { _("Table"), FALSE, 0, FALSE, "1" }, { _("Rows"), TRUE, 0, FALSE, NULL },
                                  { _("Digest"), FALSE, 16, FALSE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, options->dry_run ? 2 : 3);

  for (guint i = 0; i < digest->tables->len; i++)
    {
      const WhStoreTableDigest *one = &g_array_index (digest->tables, WhStoreTableDigest, i);
      g_autofree char *sum = wh_hash_to_string (&one->sum), *rows = g_strdup_printf ("%" G_GINT64_FORMAT, one->rows);
      const char *cells[] = { one->name, rows, sum };
      wh_cli_table_add (table, cells);
    }
  wh_cli_output_table (options, table);
}

static void
print_outcome (const WhCliOptions *options, const WhStoreMoveReport *report)
{
  g_autofree char *whole = wh_hash_to_string (&report->digest->whole);

  if (report->restarted)
    wh_cli_output_line (_("The store had changed since the last attempt, so all of it was copied again."));
  else if (report->resumed && !options->dry_run)
    wh_cli_output_line (_("An earlier attempt was finished."));
  if (options->dry_run)
    {
      wh_cli_output_line (report->resumed ? _("%s can go on moving to %s. This was a dry run: nothing was written")
                                          : _("%s can move to %s. This was a dry run: nothing was written"), report->from, report->to);
      return;
    }
  wh_cli_output_line (_("Both hold the same, at change %" G_GINT64_FORMAT ": %s"), report->revision, whole);
  if (options->keep)
    wh_cli_output_line (_("%s is a copy with a name of its own; %s stays in use"), report->to, report->from);
  else if (report->sealed)
    wh_cli_output_line (_("%s has moved to %s and can only be read from now on"), report->from, report->to);
}

static void
write_report (WhJsonWriter *writer, const WhCliOptions *options, const WhStoreMoveReport *report)
{
  g_autofree char *whole = wh_hash_to_string (&report->digest->whole);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "from", report->from);
  wh_json_writer_add_string (writer, "to", report->to);
  wh_json_writer_add_integer (writer, "revision", report->revision);
  wh_json_writer_add_integer (writer, "copied", report->copied);
  wh_json_writer_add_boolean (writer, "dry_run", options->dry_run);
  wh_json_writer_add_boolean (writer, "resumed", report->resumed);
  wh_json_writer_add_boolean (writer, "restarted", report->restarted);
  wh_json_writer_add_boolean (writer, "sealed", report->sealed);
  wh_json_writer_add_string (writer, "digest", options->dry_run ? NULL : whole);
  wh_json_writer_key (writer, "tables");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < report->digest->tables->len; i++)
    {
      const WhStoreTableDigest *one = &g_array_index (report->digest->tables, WhStoreTableDigest, i);
      g_autofree char *sum = wh_hash_to_string (&one->sum);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "table", one->name);
      wh_json_writer_add_integer (writer, "rows", one->rows);
      wh_json_writer_add_string (writer, "digest", options->dry_run ? NULL : sum);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

static gboolean
print_report (const WhCliOptions *options, const WhStoreMoveReport *report, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  if (options->format == WH_FORMAT_TABLE)
    {
      print_tables (options, report->digest);
      print_outcome (options, report);
      return TRUE;
    }
  write_report (writer, options, report);
  return wh_cli_output_document (options, json, "tables", error);
}

int
wh_cli_migrate (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autofree char *from = options->from ? place_of (options, options->from) : wh_cli_store_location (options);
  g_autofree char *to = options->to ? place_of (options, options->to) : NULL;
  g_autoptr (WhLock) from_lock = NULL;
  g_autoptr (WhLock) to_lock = NULL;
  Migration migration = { from, to, principal, { options->keep, options->dry_run, options->verify_only }, NULL };
  gboolean done;

  if (!to || (options->dry_run && options->verify_only))
    {
      wh_cli_output_error (options, "usage", !to ? _("move where? --to postgresql://user@host/database, a file, or '' for store.db in"
                                                     " the data directory")
                                                 : _("--dry-run and --verify-only exclude each other"), NULL);
      return WH_EXIT_USAGE;
    }
  if (!take_locks (&migration, &from_lock, &to_lock, error) || !wh_cli_work_run (migrate, &migration, error))
    return WH_EXIT_FAILED;
  done = print_report (options, migration.report, error);
  wh_store_move_report_free (migration.report);
  return done ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
