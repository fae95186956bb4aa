#include "wh-import-private.h"

#include "base/wh-limits.h"
#include "base/wh-text.h"

#define VALUE_BYTES 200
#define MESSAGE_BYTES 1000

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

void
wh_import_report_free (WhImportReport *report)
{
  g_free (report->path);
  g_free (report->format);
  g_clear_pointer (&report->warnings, g_ptr_array_unref);
  g_free (report);
}

/* Cells and names of columns are as long as the file makes them, and there are many warnings. */
static char *
excerpt (const char *text, gsize max_bytes)
{
  g_autofree char *head = g_strndup (text ? text : "", 4 * max_bytes);

  return wh_text_clean (head, max_bytes);
}

static void
add_warning (WhImport *import, guint line, const char *code, const char *column, const char *value, char *message)
{
  WhImportWarning *warning;

  import->report->n_warnings++;
  if (!import->report->warnings)
    import->report->warnings = g_ptr_array_new_with_free_func (warning_free);
  if (import->report->warnings->len >= WH_LIMIT_IMPORT_WARNINGS)
    {
      g_free (message);
      return;
    }
  warning = g_new0 (WhImportWarning, 1);
  warning->code = g_strdup (code);
  warning->file = g_strdup (import->file);
  warning->line = line;
  warning->column = excerpt (column, VALUE_BYTES);
  warning->value = excerpt (value, VALUE_BYTES);
  warning->message = excerpt (message, MESSAGE_BYTES);
  g_free (message);
  g_ptr_array_add (import->report->warnings, warning);
}

void
wh_import_warn (WhImport *import, guint line, const char *code, const char *column, const char *value, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  add_warning (import, line, code, column, value, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

void
wh_import_refuse_row (WhImport *import, const char *code, const char *column, const char *value, const char *message)
{
  import->row_is_bad = TRUE;
  add_warning (import, import->line, code, column, value, g_strdup (message));
}
