#include <glib/gi18n.h>

#include "base/wh-json.h"
#include "service/wh-importer.h"
#include "service/wh-present.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wh-cli-store.h"
#include "wh-cli-work.h"

/* Warnings shown to a person; --json has them all. */
#define WARNINGS_SHOWN 20

typedef struct {
  WhImportOptions options;
  const char     *kind;       /* the word */
  const char     *data_dir;
  WhStore        *store;      /* this machine's, or a mirror whose writes go to the outbox; NULL: through `serve` */
  WhPrincipal    *principal;
  GPtrArray      *reports;    /* WhImportReport* */
  const char     *path;       /* the file at hand */
} Import;

/* -- through a running serve ----------------------------------------------------------------------------------- */

static char *
request_body (const Import *import, const char *path)
{
  GString *body = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (body, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "kind", import->kind);
  wh_json_writer_add_string (writer, "path", path);
  wh_json_writer_add_string (writer, "format", import->options.format);
  wh_json_writer_add_boolean (writer, "strict", import->options.strict);
  wh_json_writer_add_boolean (writer, "dry_run", import->options.dry_run);
  wh_json_writer_end_object (writer);
  return g_string_free (body, FALSE);
}

static guint64
count_of (const WhJsonNode *file, const char *key)
{
  return (guint64) MAX (wh_json_integer (wh_json_member (file, key), 0), 0);
}

static char *
text_of (const WhJsonNode *node, const char *key)
{
  return g_strdup (wh_json_string (wh_json_member (node, key), ""));
}

static WhImportWarning *
read_warning (const WhJsonNode *node)
{
  WhImportWarning *warning = g_new0 (WhImportWarning, 1);

  warning->code = text_of (node, "code");
  warning->file = text_of (node, "file");
  warning->line = (guint) count_of (node, "line");
  warning->column = text_of (node, "column");
  warning->value = text_of (node, "value");
  warning->message = text_of (node, "message");
  return warning;
}

static void
warning_free (gpointer data)
{
  WhImportWarning *warning = data;

  g_free (warning->code);
  g_free (warning->file);
  g_free (warning->column);
  g_free (warning->value);
  g_free (warning->message);
  g_free (warning);
}

/* What wh_present_reports wrote, back as a report. */
static WhImportReport *
read_report (const WhJsonNode *file)
{
  WhImportReport *report = g_new0 (WhImportReport, 1);
  const WhJsonNode *warnings = wh_json_member (file, "warnings");

  report->path = text_of (file, "path");
  report->format = text_of (file, "format");
  report->rows = count_of (file, "rows");
  report->imported = count_of (file, "imported");
  report->updated = count_of (file, "updated");
  report->unchanged = count_of (file, "unchanged");
  report->duplicates = count_of (file, "duplicates");
  report->bad = count_of (file, "bad");
  report->measurements = count_of (file, "measurements");
  report->n_warnings = count_of (file, "n_warnings");
  report->refused = wh_json_boolean (wh_json_member (file, "refused"), FALSE);
  report->warnings = g_ptr_array_new_with_free_func (warning_free);
  for (guint i = 0; i < wh_json_length (warnings); i++)
    g_ptr_array_add (report->warnings, read_warning (wh_json_element (warnings, i)));
  return report;
}

static WhImportReport *
import_through_serve (const Import *import, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (import->path, NULL);
  g_autofree char *body = request_body (import, path);
  g_autoptr (WhJson) reply = wh_cli_source_ask (import->data_dir, WH_ROUTE_ADMIN_IMPORT, body, error);

  if (!reply)
    return NULL;
  const WhJsonNode *files = wh_json_member (wh_json_member (wh_json_root (reply), "data"), "files");
  if (wh_json_length (files) == 0)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_FAILED, _("the running server sent no report"));
      return NULL;
    }
  return read_report (wh_json_element (files, 0));
}

/* -- here -------------------------------------------------------------------------------------------------------- */

static void
progress_cb (double fraction, guint64 rows, gpointer user_data)
{
  Import *import = user_data;
  g_autofree char *name = g_path_get_basename (import->path);

  wh_cli_work_progress (fraction, name);
}

static gboolean
import_file (gpointer user_data, GCancellable *cancellable, GError **error)
{
  Import *import = user_data;
  WhImportReport *report = wh_importer_run (import->store, import->principal, import->path, &import->options, cancellable, progress_cb,
                                            import, error);

  if (report)
    g_ptr_array_add (import->reports, report);
  return report != NULL;
}

static gboolean
import_files (Import *import, char *const *paths, GError **error)
{
  for (; *paths; paths++)
    {
      import->path = *paths;
      if (import->store)
        {
          if (!wh_cli_work_run (import_file, import, error))
            return FALSE;
          continue;
        }
      WhImportReport *report = import_through_serve (import, error);
      if (!report)
        return FALSE;
      g_ptr_array_add (import->reports, report);
    }
  return TRUE;
}

/* -- the report -------------------------------------------------------------------------------------------------- */

static void
print_warnings (const WhImportReport *report)
{
  guint shown = report->warnings ? MIN (report->warnings->len, WARNINGS_SHOWN) : 0;

  for (guint i = 0; i < shown; i++)
    {
      const WhImportWarning *warning = report->warnings->pdata[i];
      g_autoptr (GString) place = g_string_new (warning->file);
      if (warning->line)
        g_string_append_printf (place, ":%u", warning->line);
      if (*warning->column)
        g_string_append_printf (place, " %s", warning->column);
      if (*warning->value)
        g_string_append_printf (place, " “%s”", warning->value);
      wh_cli_output_line ("  %s: %s", place->str, warning->message);
    }
  if (report->n_warnings > shown)
    wh_cli_output_line (_("  … and %" G_GUINT64_FORMAT " more; --json lists them"), report->n_warnings - shown);
}

static void
add_report (WhCliTable *table, const WhImportReport *report)
{
  const guint64 counts[] = { report->rows, report->imported, report->updated, report->unchanged, report->duplicates, report->bad,
                             report->measurements };
  char texts[G_N_ELEMENTS (counts)][24];
  g_autofree char *name = g_path_get_basename (report->path);
  const char *cells[2 + G_N_ELEMENTS (counts)] = { name, report->format };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_snprintf (texts[i], sizeof texts[i], "%" G_GUINT64_FORMAT, counts[i]);
      cells[2 + i] = texts[i];
    }
  wh_cli_table_add (table, cells);
}

static void
print_reports (const WhCliOptions *options, const Import *import)
{
  const WhCliColumn columns[] = {
    { _("File"), FALSE, 12, FALSE, "1" },   { _("Format"), FALSE, 8, TRUE, NULL },    { _("Rows"), TRUE, 0, FALSE, NULL },
    { _("New"), TRUE, 0, FALSE, NULL },     { _("Updated"), TRUE, 0, FALSE, NULL },   { _("Unchanged"), TRUE, 0, FALSE, NULL },
    { _("Duplicates"), TRUE, 0, TRUE, NULL }, { _("Bad"), TRUE, 0, FALSE, NULL },     { _("Measurements"), TRUE, 0, TRUE, NULL },
  };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < import->reports->len; i++)
    add_report (table, import->reports->pdata[i]);
  wh_cli_output_table (options, table);
  for (guint i = 0; i < import->reports->len; i++)
    {
      const WhImportReport *report = import->reports->pdata[i];
      print_warnings (report);
      if (report->refused)
        wh_cli_output_line (_("%s was refused because of its bad rows; nothing of it was written"), report->path);
    }
  if (options->dry_run)
    wh_cli_output_line (_("This was a dry run: nothing was written"));
}

static gboolean
report (const WhCliOptions *options, const Import *import, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);

  if (options->format == WH_FORMAT_TABLE)
    {
      print_reports (options, import);
      return TRUE;
    }
  wh_present_reports (writer, (const WhImportReport *const *) import->reports->pdata, import->reports->len);
  return wh_cli_output_document (options, json, "files", error);
}

static int
status_of (const Import *import)
{
  gboolean bad = FALSE;

  for (guint i = 0; i < import->reports->len; i++)
    {
      const WhImportReport *one = import->reports->pdata[i];
      if (one->refused)
        return WH_EXIT_FAILED;
      bad = bad || one->bad > 0;
    }
  return bad ? WH_EXIT_BAD_ROWS : WH_EXIT_DONE;
}

/* What there is of the files, then what went wrong with the rest of them. */
static int
import_and_report (const WhCliOptions *options, Import *import, GError **error)
{
  g_autoptr (GError) failure = NULL;

  import_files (import, options->words + 1, &failure);
  /* What came before a failure is reported too. */
  if ((import->reports->len || !failure) && !report (options, import, failure ? NULL : error))
    return WH_EXIT_FAILED;
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return status_of (import);
}

/* With a server the changes wait in the outbox: its mirror hands over what is written to it. */
static int
import_for_server (const WhCliOptions *options, Import *import, GError **error)
{
  g_autoptr (WhSession) session = wh_cli_source_open_store (options, error);
  int status;

  if (!session)
    return WH_EXIT_FAILED;
  import->store = wh_session_store (session);
  status = import_and_report (options, import, error);
  if (wh_session_waiting (session) && options->format == WH_FORMAT_TABLE)
    wh_cli_output_line (ngettext ("%u change is kept on this machine until it is sent to %s",
                                  "%u changes are kept on this machine until they are sent to %s", wh_session_waiting (session)),
                        wh_session_waiting (session), options->server);
  return status;
}

static int
import_here (const WhCliOptions *options, Import *import, GError **error)
{
  g_autoptr (WhLock) lock = NULL;
  g_autoptr (WhStore) store = NULL;

  if (!wh_cli_store_open_for_writing (options, &lock, &store, error))
    return WH_EXIT_FAILED;
  import->store = store;
  return import_and_report (options, import, error);
}

int
wh_cli_import (const WhCliOptions *options, GError **error)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (GPtrArray) reports = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_import_report_free);
  Import import = { .kind = options->words[0], .data_dir = options->data_dir, .principal = principal, .reports = reports };

  if (!wh_import_kind_parse (import.kind, &import.options.kind))
    {
      wh_cli_output_error (options, "usage", _("import what? lab, strains, dispensaries or menu, then the files"), NULL);
      return WH_EXIT_USAGE;
    }
  import.options.format = options->layout;
  import.options.strict = options->strict;
  import.options.dry_run = options->dry_run;
  return options->server ? import_for_server (options, &import, error) : import_here (options, &import, error);
}
