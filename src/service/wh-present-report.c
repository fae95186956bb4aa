/* Import reports as JSON. */
#include "wh-present.h"

static const struct {
  const char *key;
  gsize       offset;
} COUNTS[] = {
  { "rows", G_STRUCT_OFFSET (WhImportReport, rows) },
  { "imported", G_STRUCT_OFFSET (WhImportReport, imported) },
  { "updated", G_STRUCT_OFFSET (WhImportReport, updated) },
  { "unchanged", G_STRUCT_OFFSET (WhImportReport, unchanged) },
  { "duplicates", G_STRUCT_OFFSET (WhImportReport, duplicates) },
  { "bad", G_STRUCT_OFFSET (WhImportReport, bad) },
  { "measurements", G_STRUCT_OFFSET (WhImportReport, measurements) },
  { "n_warnings", G_STRUCT_OFFSET (WhImportReport, n_warnings) },
};

static guint64
count_of (const WhImportReport *report, guint count)
{
  return G_STRUCT_MEMBER (guint64, report, COUNTS[count].offset);
}

static void
write_warning (WhJsonWriter *writer, const WhImportWarning *warning)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "code", warning->code);
  wh_json_writer_add_string (writer, "file", warning->file);
  wh_json_writer_add_integer (writer, "line", warning->line);
  wh_json_writer_add_string (writer, "column", warning->column);
  wh_json_writer_add_string (writer, "value", warning->value);
  wh_json_writer_add_string (writer, "message", warning->message);
  wh_json_writer_end_object (writer);
}

static void
write_report (WhJsonWriter *writer, const WhImportReport *report)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "path", report->path);
  wh_json_writer_add_string (writer, "format", report->format);
  for (guint i = 0; i < G_N_ELEMENTS (COUNTS); i++)
    wh_json_writer_add_integer (writer, COUNTS[i].key, (gint64) count_of (report, i));
  wh_json_writer_add_boolean (writer, "refused", report->refused);
  wh_json_writer_key (writer, "warnings");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; report->warnings && i < report->warnings->len; i++)
    write_warning (writer, g_ptr_array_index (report->warnings, i));
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

static void
write_totals (WhJsonWriter *writer, const WhImportReport *const *reports, guint n_reports)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_integer (writer, "files", n_reports);
  for (guint i = 0; i < G_N_ELEMENTS (COUNTS); i++)
    {
      guint64 sum = 0;
      for (guint report = 0; report < n_reports; report++)
        sum += count_of (reports[report], i);
      wh_json_writer_add_integer (writer, COUNTS[i].key, (gint64) sum);
    }
  wh_json_writer_end_object (writer);
}

void
wh_present_reports (WhJsonWriter *writer, const WhImportReport *const *reports, guint n_reports)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "files");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < n_reports; i++)
    write_report (writer, reports[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_key (writer, "totals");
  write_totals (writer, reports, n_reports);
  wh_json_writer_end_object (writer);
}
