#include "wh-job-import.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "service/wh-present.h"

#define PATH_BYTES 4096
#define URL_BYTES 2048
#define MOST_WARNINGS 20      /* of a file, in the outcome */
#define USUAL_SETTLE 2

static const char *const import_kinds[] = { "menu", "lab", "strains", "dispensaries", "reviews", "analytes", NULL };

const WhSpec wh_job_import_arguments[] = {
  { "kind", WH_SPEC_WORD, .words = import_kinds, .fallback = "menu", .help = "What the files hold." },
  { "path", WH_SPEC_TEXT, 1, PATH_BYTES, .help = "Absolute path of a file or folder on the server's machine; this or url." },
  { "url", WH_SPEC_TEXT, 1, URL_BYTES, .help = "Address of a file; this or path." },
  { "format", WH_SPEC_TEXT, 1, WH_JOB_NAME, .help = "Name of a layout; without it, the layout is recognised." },
  { "strict", WH_SPEC_FLAG, .fallback = "false", .help = "Whether one bad row refuses the whole file." },
  { "settle_seconds", WH_SPEC_INTEGER, 0, 3600, "2", .help = "For how long a file of a folder must have been left alone." },
  { .help = NULL }
};

static const char *
text_of (const WhJsonNode *arguments, const char *name)
{
  return wh_json_string (wh_json_member (arguments, name), NULL);
}

gboolean
wh_job_import_check (const WhJsonNode *arguments, const char **out_field, GError **error)
{
  const char *path = text_of (arguments, "path"), *url = text_of (arguments, "url");

  *out_field = url ? "url" : "path";
  if (!path == !url)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("An import needs either “path” or “url”."));
  else if (path && !g_path_is_absolute (path))
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("“path” must be absolute, on the server's machine."));
  else if (url && !g_str_has_prefix (url, "http://") && !g_str_has_prefix (url, "https://"))
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("“url” must begin with http:// or https://."));
  else
    return TRUE;
  return FALSE;
}

/* -- one file ---------------------------------------------------------------------------------------------------------- */

typedef struct {
  WhJobImport *import;
  const char  *name;
  WhTakenFile *file;
} Memory;

static gboolean
recall_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Memory *memory = user_data;

  return wh_reader_taken (reader, memory->import->source, memory->name, &memory->file, error);
}

gboolean
wh_job_import_recall (WhJobImport *import, const char *name, WhTakenFile **out_file, GError **error)
{
  Memory memory = { import, name, NULL };
  gboolean done = wh_store_read (import->run->host->store, import->run->principal, recall_cb, &memory, error);

  *out_file = memory.file;
  return done;
}

static gboolean
remember_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  return wh_writer_take_file (writer, user_data, error);
}

void
wh_job_import_fail (WhJobImport *import, const char *name, GError *error)
{
  WhJobImportFailure *failure = g_new0 (WhJobImportFailure, 1);

  failure->name = g_strdup (name);
  failure->error = error;
  g_ptr_array_add (import->failures, failure);
}

static void
failure_free (gpointer data)
{
  WhJobImportFailure *failure = data;

  g_free (failure->name);
  g_error_free (failure->error);
  g_free (failure);
}

static void
progress_cb (double fraction, guint64 rows, gpointer user_data)
{
  WhJobImport *import = user_data;
  g_autofree char *note = g_strdup_printf ("%u/%u", import->at + 1, import->of);

  wh_job_run_tell (import->run, (import->at + fraction) / MAX (import->of, 1), note);
}

/* What makes the next file pointless, too. */
static gboolean
is_final (const GError *error)
{
  static const WhErrorCode final[] = { WH_ERROR_CANCELLED, WH_ERROR_CONFLICT, WH_ERROR_OFFLINE, WH_ERROR_BUSY, WH_ERROR_NO_SPACE };

  for (guint i = 0; i < G_N_ELEMENTS (final); i++)
    if (g_error_matches (error, WH_ERROR, final[i]))
      return TRUE;
  return FALSE;
}

/* Takes `report`. */
static void
keep_report (WhJobImport *import, WhImportReport *report, const char *shown)
{
  g_free (report->path);
  report->path = g_strdup (shown);
  if (report->warnings && report->warnings->len > MOST_WARNINGS)
    g_ptr_array_set_size (report->warnings, MOST_WARNINGS);
  g_ptr_array_add (import->reports, report);
}

gboolean
wh_job_import_file (WhJobImport *import, const char *path, const char *shown, WhTakenFile *file, GError **error)
{
  WhHost *host = import->run->host;
  GError *failure = NULL;
  WhImportReport *report = wh_importer_run (host->store, import->run->principal, path, &import->options, import->run->cancellable,
                                            progress_cb, import, &failure);
  gboolean refused = report && report->refused;

  import->at++;
  if (report)
    keep_report (import, report, shown);
  if (refused)
    failure = g_error_new (WH_ERROR, WH_ERROR_INVALID, _("%s has bad rows and was refused as a whole"), shown);
  if (!failure)
    return wh_store_write (host->store, import->run->principal, WH_PERMISSION_WRITE_CATALOGUE, "import.taken", remember_cb, file, NULL,
                           error);
  if (is_final (failure))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  wh_job_import_fail (import, shown, failure);
  return TRUE;
}

/* -- the job ----------------------------------------------------------------------------------------------------------- */

static void
write_failures (WhJsonWriter *writer, const WhJobImport *import)
{
  wh_json_writer_key (writer, "failed");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < import->failures->len; i++)
    {
      const WhJobImportFailure *failure = import->failures->pdata[i];
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "name", failure->name);
      wh_json_writer_add_string (writer, "code", wh_error_word ((WhErrorCode) failure->error->code));
      wh_json_writer_add_string (writer, "message", failure->error->message);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

static char *
outcome_of (const WhJobImport *import)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "source", import->source);
  wh_json_writer_add_integer (writer, "unchanged", import->unchanged);
  wh_json_writer_add_integer (writer, "waiting", import->waiting);
  wh_json_writer_key (writer, "report");
  wh_present_reports (writer, (const WhImportReport *const *) import->reports->pdata, import->reports->len);
  write_failures (writer, import);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

/* The job fails when any file could not be taken, as the first of them says; the others are in all the same. */
static void
take_failure (const WhJobImport *import, GError **error)
{
  const WhJobImportFailure *first = import->failures->len ? import->failures->pdata[0] : NULL;

  if (first)
    g_set_error (error, WH_ERROR, first->error->code, ngettext ("%u file could not be taken in: %s", "%u files could not be taken in; %s",
                                                                import->failures->len), import->failures->len, first->error->message);
}

char *
wh_job_import (WhJobRun *run, GError **error)
{
  const char *path = text_of (run->arguments, "path"), *url = text_of (run->arguments, "url");
  g_autoptr (GPtrArray) reports = g_ptr_array_new_with_free_func ((GDestroyNotify) wh_import_report_free);
  g_autoptr (GPtrArray) failures = g_ptr_array_new_with_free_func (failure_free);
  g_autofree char *canonical = path ? g_canonicalize_filename (path, NULL) : g_strdup (url);
  WhJobImport import = { .run = run, .source = canonical, .reports = reports, .failures = failures,
                         .settle = (guint) wh_json_integer (wh_json_member (run->arguments, "settle_seconds"), USUAL_SETTLE) };
  gboolean done;

  wh_import_kind_parse (text_of (run->arguments, "kind") ? text_of (run->arguments, "kind") : "menu", &import.options.kind);
  import.options.format = text_of (run->arguments, "format");
  import.options.strict = wh_json_boolean (wh_json_member (run->arguments, "strict"), FALSE);
  done = url ? wh_job_import_fetch (&import, url, error) : wh_job_import_place (&import, canonical, error);
  if (done)
    take_failure (&import, error);
  return outcome_of (&import);
}
