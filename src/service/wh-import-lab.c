#include "wh-import-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"

#define CUT_CELL 32767   /* spreadsheets cut a cell here */

/* Fields of a lab table; a column that is one of them is no analyte. */
static const char *const lab_fields[] = { "name", "producer", "product_type", "date", "unit", "unit_grams", "unit_milligrams",
                                          "sample_id", "slug", "batch_number", "lab", "basis", "status", "moisture" };

static gboolean
is_field (WhImport *import, guint column)
{
  for (guint i = 0; i < G_N_ELEMENTS (lab_fields); i++)
    if (wh_import_column (import, lab_fields[i]) == (int) column)
      return TRUE;
  return wh_preset_ignores (import->preset, wh_table_header (import->table)[column]);
}

/* Caryophyllene is the trans form, unless a table has a column of that beside it: then that one is another peak. */
static void
part_caryophyllenes (WhImport *import)
{
  WhAnalyteIndex usual = wh_analyte_by_key ("beta_caryophyllene")->index;
  WhAnalyteIndex other = wh_analyte_by_key ("trans_caryophyllene_isomer")->index;
  WhImportColumn *trans = NULL;
  gboolean has_plain = FALSE;

  for (guint i = 0; i < import->columns->len; i++)
    {
      WhImportColumn *column = &g_array_index (import->columns, WhImportColumn, i);
      g_autofree char *folded = wh_text_fold (wh_table_header (import->table)[i]);
      if (column->analyte != usual)
        continue;
      if (strstr (folded, "trans"))
        trans = column;
      else
        has_plain = TRUE;
    }
  if (trans && has_plain)
    trans->analyte = other;
}

void
wh_import_lab_columns (WhImport *import)
{
  for (guint i = 0; i < wh_table_columns (import->table); i++)
    {
      WhImportColumn column = { WH_ANALYTE_NONE, WH_UNIT_UNKNOWN, FALSE, -1 };
      const WhAnalyte *analyte = is_field (import, i) ? NULL : wh_import_split_name (wh_table_header (import->table)[i], &column.unit);
      if (analyte)
        column.analyte = analyte->index;
      g_array_append_val (import->columns, column);
    }
  part_caryophyllenes (import);
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

WhUnit
wh_import_stated_unit (WhImport *import, const char *constant)
{
  const char *text = wh_import_text (import, "unit");
  WhUnit unit = WH_UNIT_UNKNOWN;

  if (!wh_unit_parse (*text ? text : constant, &unit) && *text)
    wh_import_warn (import, import->line, "bad_cell", wh_import_column_name (import, "unit"), text, "%s",
                    _("This unit is not known; write %, mg/g, ppm, ug/g or mg/unit."));
  if (*text || constant)
    return unit;
  return wh_table_unit (import->table) != WH_UNIT_UNKNOWN ? wh_table_unit (import->table) : import->options->unit;
}

/* The unit that every amount of the row writes behind itself, else UNKNOWN: it holds for the row's "ND" and "<LOQ" as well. */
static WhUnit
unit_of_cells (WhImport *import)
{
  WhUnit common = WH_UNIT_UNKNOWN;

  for (guint i = 0; i < import->columns->len; i++)
    {
      WhMeasure measure = WH_MEASURE_INIT;
      WhUnit unit;
      if (g_array_index (import->columns, WhImportColumn, i).analyte == WH_ANALYTE_NONE
          || !wh_import_read_cell (wh_import_cell (import, (int) i), wh_table_decimal_comma (import->table), &measure, &unit)
          || measure.state != WH_STATE_VALUE)
        continue;
      if (unit == WH_UNIT_UNKNOWN || (common != WH_UNIT_UNKNOWN && unit != common))
        return WH_UNIT_UNKNOWN;
      common = unit;
    }
  return common;
}

gboolean
wh_import_lab_unit (WhImport *import, WhUnit *out_unit)
{
  const char *text = wh_import_text (import, "unit");

  *out_unit = wh_import_stated_unit (import, wh_preset_constant (import->preset, "unit"));
  if (*out_unit == WH_UNIT_UNKNOWN && !*text && !header_has_units (import))
    *out_unit = unit_of_cells (import);
  if (*out_unit != WH_UNIT_UNKNOWN || header_has_units (import) || wh_import_has_results (import))
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

static gboolean
has_word (const char *folded, const char *const *words)
{
  g_autofree char *padded = g_strconcat (" ", folded, " ", NULL);

  for (; *words; words++)
    if (strstr (padded, *words))
      return TRUE;
  return FALSE;
}

/* Dried flower by any of its names. "Flower rosin" is none. */
static gboolean
is_flower (const char *folded)
{
  static const char *const flower[] = { "flower", " bud ", " buds ", " usable marijuana ", " usable cannabis ", " usable hemp ",
                                        " harvested material ", " trimmed bud", " dried cannabis ", " cured cannabis ", NULL };
  static const char *const not_flower[] = { "sunflower", "roll", " joint", "concentrate", "extract", "infused", "rosin", "resin",
                                            "kief", "hash", " oil", "vape", "edible", " trim ", "shake", NULL };
  static const char *const whole[] = { "marijuana", "medical marijuana", "cannabis", "plant material", "raw plant material", NULL };

  return g_strv_contains (whole, folded) || (has_word (folded, flower) && !has_word (folded, not_flower));
}

char *
wh_import_lab_type (WhImport *import)
{
  g_autofree char *type = wh_import_copy (import, "product_type");
  g_autofree char *folded = type ? wh_text_fold (type) : NULL;
  g_autofree char *both = folded ? g_strconcat (folded, " ", wh_import_text (import, "product_subtype"), NULL) : NULL;
  g_autofree char *folded_both = both ? wh_text_fold (both) : NULL;

  if (!folded)
    return NULL;
  return is_flower (folded_both) ? g_strdup ("flower") : g_steal_pointer (&folded);
}

char *
wh_import_lab_name (WhImport *import)
{
  char *name;

  if (wh_import_column (import, "name") >= 0)
    return wh_import_copy (import, "name");
  name = wh_import_copy (import, "slug");
  return name ? name : wh_import_copy (import, "sample_id");
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
  g_autofree char *type = wh_import_lab_type (import);
  g_autofree char *name = wh_import_lab_name (import);
  g_autofree char *slug = wh_text_slug (name);
  WhId id = wh_id_from_key ("strain", "name", slug);

  if (*slug && makes_strain (import, type))
    g_hash_table_add (import->own_strains, g_memdup2 (&id, sizeof id));
}

static WhBatch *
make_batch (WhImport *import, const char *key)
{
  WhBatch *batch = wh_batch_new (wh_id_from_key ("batch", import->source, key));
  g_autofree char *slug = NULL;

  batch->name = wh_import_lab_name (import);
  batch->producer = wh_import_copy (import, "producer");
  batch->product_type = wh_import_lab_type (import);
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
  g_autofree char *name = wh_import_lab_name (import);
  g_autoptr (WhPanel) panel = wh_panel_new ();
  WhImportSample sample;
  WhImportUnit *unit;
  WhBatch *batch;

  if (!name)
    {
      wh_import_refuse_row (import, "no_name", wh_import_column_name (import, "name"), NULL, _("This row has no product name."));
      return TRUE;
    }
  g_autofree char *key = wh_import_key (import);
  wh_import_sample_init (&sample);
  read_unit (import, &sample);
  read_basis (import, &sample);
  read_cells (import, panel, &sample);
  wh_import_add_results (import, panel, &sample);
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
