#include "wh-import-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"

#define CUT_CELL 32767   /* spreadsheets cut a cell here */

/* Fields of a lab table; a column that is one of them is no analyte. */
static const char *const lab_fields[] = { "name", "producer", "product_type", "date", "unit", "unit_grams", "unit_milligrams",
                                          "sample_id", "batch_number", "lab", "basis", "status", "moisture" };

gboolean
wh_import_is_long (WhImport *import)
{
  const char *layout = wh_preset_constant (import->preset, "layout");
  const char *const *header = wh_table_header (import->table);

  if (g_strcmp0 (layout, "long") == 0)
    return TRUE;
  return wh_preset_column (import->preset, header, "analyte") >= 0 && wh_preset_column (import->preset, header, "value") >= 0;
}

/* The unit at the end of a column name: "(%)", "[mg/g]", "_percent". */
static gboolean
unit_of_suffix (const char *suffix, WhUnit *out_unit)
{
  g_autofree char *word = g_strstrip (g_strdelimit (g_strdup (suffix), "_([]),-", ' '));

  g_strdelimit (word, " ", '_');
  return *word && wh_unit_parse (word, out_unit);
}

/* "THCA (%)", "b-Myrcene [mg/g]", "thca_percent", "thca": the analyte and the unit the name says, if any. */
static gboolean
split_name (const char *name, WhAnalyteIndex *out_analyte, WhUnit *out_unit)
{
  const WhAnalyte *analyte = NULL;

  for (const char *c = name; !analyte && *c; c++)
    if (c > name && strchr (" _([,-", *c) && unit_of_suffix (c, out_unit))
      {
        g_autofree char *head = g_strndup (name, c - name);
        analyte = wh_analyte_lookup (head);
      }
  if (!analyte)
    {
      *out_unit = WH_UNIT_UNKNOWN;
      analyte = wh_analyte_lookup (name);
    }
  if (analyte)
    *out_analyte = analyte->index;
  return analyte != NULL;
}

static gboolean
is_field (WhImport *import, guint column)
{
  for (guint i = 0; i < G_N_ELEMENTS (lab_fields); i++)
    if (wh_import_column (import, lab_fields[i]) == (int) column)
      return TRUE;
  return wh_preset_ignores (import->preset, wh_table_header (import->table)[column]);
}

void
wh_import_lab_columns (WhImport *import)
{
  for (guint i = 0; i < wh_table_columns (import->table); i++)
    {
      WhImportColumn column = { WH_ANALYTE_NONE, WH_UNIT_UNKNOWN, FALSE, -1 };
      if (!is_field (import, i))
        split_name (wh_table_header (import->table)[i], &column.analyte, &column.unit);
      g_array_append_val (import->columns, column);
    }
}

/* Whether any column name says its unit, so that rows need none. */
static gboolean
header_has_units (WhImport *import)
{
  for (guint i = 0; i < import->columns->len; i++)
    if (g_array_index (import->columns, WhImportColumn, i).unit != WH_UNIT_UNKNOWN)
      return TRUE;
  return FALSE;
}

gboolean
wh_import_lab_unit (WhImport *import, WhUnit *out_unit)
{
  const char *text = wh_import_text (import, "unit");
  const char *constant = wh_preset_constant (import->preset, "unit");

  *out_unit = WH_UNIT_UNKNOWN;
  if (!wh_unit_parse (*text ? text : constant, out_unit) && *text)
    wh_import_warn (import, import->line, "bad_cell", wh_import_column_name (import, "unit"), text, "%s",
                    _("This unit is not known; write %, mg/g, ppm, ug/g or mg/unit."));
  if (*out_unit != WH_UNIT_UNKNOWN || header_has_units (import))
    return TRUE;
  wh_import_warn (import, import->line, "no_unit", wh_import_column_name (import, "unit"), text, "%s",
                  _("This row has no unit; it is kept as written and not used in calculations."));
  return FALSE;
}

static void
read_unit (WhImport *import, WhImportSample *sample)
{
  double milligrams;

  if (!wh_import_lab_unit (import, &sample->unit))
    wh_import_note_check (sample, "no_unit");
  sample->unit_grams = wh_import_number (import, "unit_grams");
  milligrams = isnan (sample->unit_grams) ? wh_import_number (import, "unit_milligrams") : NAN;
  if (!isnan (milligrams))
    sample->unit_grams = milligrams / 1000;
}

char *
wh_import_lab_peers (WhImport *import)
{
  return g_strdup_printf ("%s\x1f%s", wh_import_text (import, "product_type"), wh_import_text (import, "unit"));
}

static void
read_basis (WhImport *import, WhImportSample *sample)
{
  g_autofree char *folded = wh_text_fold (wh_import_text (import, "basis"));

  sample->basis = strstr (folded, "dry") ? WH_BASIS_DRY : strstr (folded, "received") ? WH_BASIS_AS_RECEIVED : WH_BASIS_UNKNOWN;
}

static gboolean
is_copied_cell (WhImport *import, const WhImportColumn *column, guint position)
{
  return column->copied && strcmp (wh_import_cell (import, (int) position), wh_import_cell (import, column->original)) == 0;
}

static void
read_cells (WhImport *import, WhPanel *panel, WhImportSample *sample)
{
  g_autofree char *peers = wh_import_lab_peers (import);
  const double *medians = g_hash_table_lookup (import->medians, peers);

  for (guint i = 0; i < import->columns->len; i++)
    {
      const WhImportColumn *column = &g_array_index (import->columns, WhImportColumn, i);
      WhImportMeasure cell = { column->analyte, column->unit, wh_import_cell (import, (int) i), wh_table_header (import->table)[i],
                               NAN, NAN, medians ? medians[i] : NAN };

      if (strlen (cell.text) == CUT_CELL)
        {
          wh_import_warn (import, import->line, "truncated_row", cell.name, NULL, "%s", _("This cell was cut at 32,767 characters."));
          wh_import_note_check (sample, "truncated_row");
        }
      if (column->analyte == WH_ANALYTE_NONE)
        continue;
      if (is_copied_cell (import, column, i) && *cell.text)
        wh_import_note_check (sample, "copied_column");
      else
        wh_import_add_measure (import, panel, sample, &cell);
    }
}

static char *
product_type (WhImport *import)
{
  g_autofree char *type = wh_import_copy (import, "product_type");
  g_autofree char *folded = type ? wh_text_fold (type) : NULL;

  if (!folded)
    return NULL;
  return strstr (folded, "flower") ? g_strdup ("flower") : g_steal_pointer (&folded);
}

/* Whether a batch of this type makes its strain known: "flower" (or no type at all), "any" or "none". */
static gboolean
makes_strain (WhImport *import, const char *type)
{
  const char *rule = wh_preset_constant (import->preset, "make_strains");

  if (g_strcmp0 (rule, "any") == 0)
    return TRUE;
  return g_strcmp0 (rule, "none") != 0 && (!type || strcmp (type, "flower") == 0);
}

void
wh_import_lab_survey_strain (WhImport *import)
{
  g_autofree char *type = product_type (import);
  g_autofree char *slug = wh_text_slug (wh_import_text (import, "name"));
  WhId id = wh_id_from_key ("strain", "name", slug);

  if (*slug && makes_strain (import, type))
    g_hash_table_add (import->own_strains, g_memdup2 (&id, sizeof id));
}

static WhBatch *
make_batch (WhImport *import, const char *key)
{
  WhBatch *batch = wh_batch_new (wh_id_from_key ("batch", import->source, key));
  g_autofree char *slug = NULL;

  batch->name = wh_import_copy (import, "name");
  batch->producer = wh_import_copy (import, "producer");
  batch->product_type = product_type (import);
  batch->batch_number = wh_import_copy (import, "batch_number");
  slug = wh_text_slug (batch->name);
  if (*slug)
    batch->strain_id = wh_id_from_key ("strain", "name", slug);
  return batch;
}

static char **
steal_checks (WhImportSample *sample)
{
  if (sample->checks->len == 0)
    return NULL;
  g_ptr_array_add (sample->checks, NULL);
  return g_strdupv ((char **) sample->checks->pdata);
}

static WhLabResult *
make_result (WhImport *import, const char *key, const WhBatch *batch, WhImportSample *sample, WhPanel *panel)
{
  WhLabResult *result = wh_lab_result_new (wh_id_from_key ("lab_result", import->source, key));

  result->batch_id = batch->entity.id;
  result->lab_name = wh_import_copy (import, "lab");
  if (!result->lab_name)
    result->lab_name = g_strdup (wh_preset_constant (import->preset, "lab"));
  result->sample_id = wh_import_copy (import, "sample_id");
  result->test_date = wh_import_date (import, "date");
  result->unit = g_strdup (wh_unit_key (sample->unit));
  result->basis = g_strdup (wh_basis_key (sample->basis));
  result->unit_grams = sample->unit_grams;
  result->status = wh_import_copy (import, "status");
  result->moisture_percent = wh_import_number (import, "moisture");
  result->checks = steal_checks (sample);
  result->origin = g_strdup_printf ("%s:%u", import->file, import->line);
  result->panel = wh_panel_ref (panel);
  return result;
}

gboolean
wh_import_lab_row (WhImport *import, GError **error)
{
  g_autoptr (WhPanel) panel = wh_panel_new ();
  WhImportSample sample;
  WhImportUnit *unit;
  WhBatch *batch;

  if (!*wh_import_text (import, "name"))
    {
      wh_import_refuse_row (import, "no_name", wh_import_column_name (import, "name"), NULL, _("This row has no product name."));
      return TRUE;
    }
  g_autofree char *key = wh_import_key (import);
  wh_import_sample_init (&sample);
  read_unit (import, &sample);
  read_basis (import, &sample);
  read_cells (import, panel, &sample);
  wh_import_check_sample (import, panel, &sample);
  unit = wh_import_unit_new (1);
  batch = make_batch (import, key);
  if (makes_strain (import, batch->product_type))
    {
      WhStrain *strain = wh_import_strain (import, batch->name);
      if (strain)
        wh_import_unit_add (import, unit, strain, FALSE);
    }
  wh_import_unit_add (import, unit, batch, FALSE);
  wh_import_unit_add (import, unit, make_result (import, key, batch, &sample, panel), TRUE);
  wh_import_sample_clear (&sample);
  return wh_import_submit (import, unit, error);
}
