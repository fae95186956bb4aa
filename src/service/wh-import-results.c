/* wh-import-results.c: samples whose results stand in one cell, as a JSON list of {name, value, units, lod, loq}. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-json.h"
#include "base/wh-limits.h"
#include "wh-import-private.h"

/* The first of these members that is text. */
static const char *
text_of (const WhJsonNode *entry, const char *const *keys)
{
  for (; *keys; keys++)
    {
      const char *text = wh_json_string (wh_json_member (entry, *keys), NULL);
      if (text)
        return text;
    }
  return "";
}

/* An analyte the dictionary does not know (a pesticide, a metal) is none of the panel. */
static void
add_entry (WhImport *import, WhPanel *panel, WhImportSample *sample, const WhJsonNode *entry)
{
  static const char *const names[] = { "name", "analyte", "compound", "key", NULL };
  static const char *const keys[] = { "key", "analyte", "compound", "name", NULL };
  static const char *const units[] = { "units", "unit", NULL };
  const WhJsonNode *value = wh_json_member (entry, "value");
  WhUnit of_name = WH_UNIT_UNKNOWN;
  const WhAnalyte *analyte = wh_import_split_name (text_of (entry, names), &of_name);
  WhImportMeasure cell = { .name = text_of (entry, names), .text = wh_json_string (value, ""), .median = NAN };
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (!analyte)
    analyte = wh_import_split_name (text_of (entry, keys), &of_name);
  if (!analyte)
    return;
  if (wh_json_is_number (value))
    cell.text = g_ascii_dtostr (number, sizeof number, wh_json_number (value, 0));
  cell.analyte = analyte->index;
  if (!wh_unit_parse (text_of (entry, units), &cell.unit))
    cell.unit = of_name;
  cell.lod = wh_json_number (wh_json_member (entry, "lod"), NAN);
  cell.loq = wh_json_number (wh_json_member (entry, "loq"), NAN);
  wh_import_add_measure (import, panel, sample, &cell);
}

gboolean
wh_import_has_results (WhImport *import)
{
  return *wh_import_text (import, "results") == '[';
}

void
wh_import_add_results (WhImport *import, WhPanel *panel, WhImportSample *sample)
{
  const char *text = wh_import_text (import, "results");
  g_autoptr (WhJson) json = NULL;
  g_autoptr (GError) error = NULL;

  if (!wh_import_has_results (import))
    return;
  json = wh_json_parse (text, strlen (text), WH_LIMIT_IMPORT_CELL, &error);
  if (!json)
    {
      wh_import_warn (import, import->line, "bad_cell", wh_import_column_name (import, "results"), text, "%s", error->message);
      wh_import_note_check (sample, "bad_cell");
      return;
    }
  for (guint i = 0; i < wh_json_length (wh_json_root (json)); i++)
    add_entry (import, panel, sample, wh_json_element (wh_json_root (json), i));
}
