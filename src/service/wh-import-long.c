/* wh-import-long.c: lab files with one analyte a row; the rows of a sample are gathered and become one result. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wh-import-private.h"

typedef struct {
  char          *key;
  WhImportSample sample;
  WhPanel       *panel;
  GPtrArray     *safety;      /* of char* */
  WhBatch       *batch;
  WhLabResult   *result;
  guint          n_rows;
  guint          line;        /* of its first row */
} Sample;

static void
sample_free (gpointer data)
{
  Sample *sample = data;

  g_free (sample->key);
  wh_import_sample_clear (&sample->sample);
  wh_panel_unref (sample->panel);
  g_ptr_array_unref (sample->safety);
  g_clear_pointer (&sample->batch, wh_entity_unref);
  g_clear_pointer (&sample->result, wh_entity_unref);
  g_free (sample);
}

/* Two labs number their samples alike, so what else tells them apart belongs to the key. NULL: nothing names the sample. */
static char *
sample_key (WhImport *import)
{
  static const char *const parts[] = { "name", "producer", "lab" };
  static const char *const more[] = { "batch_number", "date" };   /* may differ from test to test of a numbered sample */
  g_autofree char *name = wh_import_copy (import, "name"), *number = wh_import_copy (import, "sample_id");
  gboolean numbered = *wh_import_text (import, "sample_id") != '\0';
  GString *key = g_string_new (wh_import_text (import, "sample_id"));

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (*wh_import_text (import, parts[i]))
      g_string_append_printf (key, "\x1f%s=%s", parts[i], wh_import_text (import, parts[i]));
  for (guint i = 0; !numbered && i < G_N_ELEMENTS (more); i++)
    if (*wh_import_text (import, more[i]))
      g_string_append_printf (key, "\x1f%s=%s", more[i], wh_import_text (import, more[i]));
  return g_string_free (key, !number && !name);
}

static Sample *
sample_new (WhImport *import, const char *key)
{
  Sample *sample = g_new0 (Sample, 1);

  sample->key = g_strdup (key);
  wh_import_sample_init (&sample->sample);
  sample->panel = wh_panel_new ();
  sample->safety = g_ptr_array_new_with_free_func (g_free);
  sample->line = import->line;
  sample->batch = wh_batch_new (wh_id_from_key ("batch", import->source, key));
  sample->batch->name = wh_import_lab_name (import);
  if (!sample->batch->name)
    sample->batch->name = wh_import_copy (import, "sample_id");
  sample->batch->producer = wh_import_copy (import, "producer");
  sample->batch->product_type = wh_import_lab_type (import);
  sample->batch->batch_number = wh_import_copy (import, "batch_number");
  sample->result = wh_lab_result_new (wh_id_from_key ("lab_result", import->source, key));
  sample->result->batch_id = sample->batch->entity.id;
  sample->result->sample_id = wh_import_copy (import, "sample_id");
  sample->result->lab_name = wh_import_copy (import, "lab");
  sample->result->test_date = wh_import_date (import, "date");
  sample->result->origin = g_strdup_printf ("%s:%u", import->file, import->line);
  return sample;
}

static Sample *
sample_of_row (WhImport *import, const char *key)
{
  Sample *sample = g_hash_table_lookup (import->samples, key);

  if (!sample)
    {
      sample = sample_new (import, key);
      g_hash_table_insert (import->samples, sample->key, sample);
    }
  return sample;
}

static double
limit_of (WhImport *import, const char *field)
{
  WhMeasure measure = WH_MEASURE_INIT;
  WhUnit unit;

  wh_import_read_cell (wh_import_text (import, field), wh_table_decimal_comma (import->table), &measure, &unit);
  return measure.value;
}

/* Contaminants and the like are kept as the lab printed them. */
static void
keep_as_text (WhImport *import, Sample *sample)
{
  GString *line = g_string_new (NULL);
  static const char *const parts[] = { "value", "unit", "limit", "status" };

  if (sample->safety->len >= WH_LIMIT_LIST)
    {
      wh_import_warn (import, import->line, "too_many_checks", wh_import_column_name (import, "analyte"),
                      wh_import_text (import, "analyte"), _("More than %d contaminants in one sample; this one was left out."),
                      WH_LIMIT_LIST);
      g_string_free (line, TRUE);
      return;
    }
  g_string_printf (line, "%s/%s", wh_import_text (import, "analysis"), wh_import_text (import, "analyte"));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (*wh_import_text (import, parts[i]))
      g_string_append_printf (line, " %s", wh_import_text (import, parts[i]));
  g_ptr_array_add (sample->safety, wh_text_clean (line->str, WH_LIMIT_TEXT));
  g_string_free (line, TRUE);
}

static const WhAnalyte *
analyte_of_row (WhImport *import, WhUnit *out_unit)
{
  const WhAnalyte *analyte = wh_import_split_name (wh_import_text (import, "printed_name"), out_unit);

  return analyte ? analyte : wh_import_split_name (wh_import_text (import, "analyte"), out_unit);
}

/* The unit of the row; a layout may say what an empty one means, the analyte's name or the cell may tell its own. */
static WhUnit
unit_of_row (WhImport *import, Sample *sample, WhUnit of_name)
{
  const char *text = wh_import_text (import, "unit");
  WhMeasure measure = WH_MEASURE_INIT;
  WhUnit unit = wh_import_stated_unit (import, wh_preset_constant (import->preset, "default_unit"));

  if (unit == WH_UNIT_UNKNOWN)
    unit = of_name;
  if (unit == WH_UNIT_UNKNOWN)
    wh_import_read_cell (wh_import_text (import, "value"), wh_table_decimal_comma (import->table), &measure, &unit);
  if (unit == WH_UNIT_UNKNOWN)
    {
      wh_import_warn (import, import->line, "no_unit", wh_import_column_name (import, "unit"), text, "%s",
                      _("This row has no unit; it is kept as written and not used in calculations."));
      wh_import_note_check (&sample->sample, "no_unit");
    }
  return unit;
}

static void
add_analyte (WhImport *import, Sample *sample, const WhAnalyte *analyte, WhUnit of_name)
{
  const char *milligrams = wh_import_text (import, "value_mg_g");
  WhImportMeasure cell = { analyte->index, WH_UNIT_MG_PER_G, milligrams, wh_import_text (import, "printed_name"),
                           limit_of (import, "lod"), limit_of (import, "loq"), NAN };

  if (!*milligrams)
    {
      cell.text = wh_import_text (import, "value");
      cell.unit = unit_of_row (import, sample, of_name);
    }
  if (!*cell.name)
    cell.name = wh_import_text (import, "analyte");
  wh_import_add_measure (import, sample->panel, &sample->sample, &cell);
}

gboolean
wh_import_long_row (WhImport *import, GError **error)
{
  g_autofree char *key = sample_key (import);
  WhUnit of_name = WH_UNIT_UNKNOWN;
  const WhAnalyte *analyte = analyte_of_row (import, &of_name);
  Sample *sample;

  if (!key || !*wh_import_text (import, "analyte"))
    {
      wh_import_refuse_row (import, key ? "no_analyte" : "no_name", wh_import_column_name (import, key ? "analyte" : "sample_id"), NULL,
                            _("This row does not say which sample and which analyte it is about."));
      return TRUE;
    }
  sample = sample_of_row (import, key);
  sample->n_rows++;
  if (strcmp (wh_import_text (import, "truncated"), "1") == 0 && sample->result->truncated != 1)
    {
      sample->result->truncated = 1;
      wh_import_warn (import, import->line, "truncated_row", wh_import_column_name (import, "truncated"), sample->batch->name, "%s",
                      _("The source cut this sample's results at 32,767 characters; the panel is incomplete."));
      wh_import_note_check (&sample->sample, "truncated_row");
    }
  if (analyte)
    add_analyte (import, sample, analyte, of_name);
  else
    keep_as_text (import, sample);
  return TRUE;
}

static char **
strings_of (GPtrArray *strings)
{
  if (strings->len == 0)
    return NULL;
  g_ptr_array_add (strings, NULL);
  return g_strdupv ((char **) strings->pdata);
}

/* A sample fails when any of its lines does. */
static char *
status_of (const Sample *sample)
{
  gboolean passes = FALSE;

  for (guint i = 0; i < sample->safety->len; i++)
    {
      g_autofree char *folded = wh_text_fold (sample->safety->pdata[i]);
      if (g_str_has_suffix (folded, " fail") || g_str_has_suffix (folded, " failed"))
        return g_strdup ("fail");
      passes |= g_str_has_suffix (folded, " pass") || g_str_has_suffix (folded, " passed");
    }
  return passes ? g_strdup ("pass") : NULL;
}

static gboolean
submit_sample (WhImport *import, Sample *sample, GError **error)
{
  WhImportUnit *unit = wh_import_unit_new (sample->n_rows);
  WhLabResult *result = sample->result;

  import->line = sample->line;
  wh_import_check_sample (import, sample->panel, &sample->sample);
  result->unit = g_strdup (wh_unit_key (WH_UNIT_MG_PER_G));
  result->basis = g_strdup (wh_basis_key (sample->sample.basis));
  result->status = status_of (sample);
  result->checks = strings_of (sample->sample.checks);
  result->safety = strings_of (sample->safety);
  result->panel = wh_panel_ref (sample->panel);
  wh_import_unit_add (import, unit, g_steal_pointer (&sample->batch), FALSE);
  wh_import_unit_add (import, unit, g_steal_pointer (&sample->result), TRUE);
  return wh_import_submit (import, unit, error);
}

static int
compare_samples (gconstpointer a, gconstpointer b)
{
  const Sample *x = *(const Sample *const *) a, *y = *(const Sample *const *) b;

  return (x->line > y->line) - (x->line < y->line);
}

gboolean
wh_import_long_finish (WhImport *import, GError **error)
{
  g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func (sample_free);
  GHashTableIter iter;
  gpointer sample;

  g_hash_table_iter_init (&iter, import->samples);
  while (g_hash_table_iter_next (&iter, NULL, &sample))
    g_ptr_array_add (samples, sample);
  g_hash_table_remove_all (import->samples);
  g_ptr_array_sort (samples, compare_samples);
  for (guint i = 0; i < samples->len; i++)
    if (!submit_sample (import, samples->pdata[i], error))
      return FALSE;
  return TRUE;
}
