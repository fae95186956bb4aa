/* wh-reproduce-load.c: a lab file as samples. It goes through the importer into a store that nobody keeps. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-text.h"
#include "core/wh-chemistry.h"
#include "wh-import-private.h"
#include "wh-reproduce-private.h"

/* Nine in ten samples have less of their main cannabinoid than the whole, and half of them more than one percent. */
#define LEAST_PERCENT 1.0
#define WHOLE_PERCENT 100.0
#define WHOLE_MG_PER_G 1000.0

static void
sample_free (gpointer data)
{
  WhStudySample *sample = data;

  g_clear_pointer (&sample->batch, wh_entity_unref);
  wh_entity_unref (sample->result);
  g_free (sample->slug);
  g_free (sample);
}

typedef struct {
  GHashTable *batches;   /* WhId -> WhBatch */
  GPtrArray  *samples;
} Collection;

static gboolean
keep_batch (gconstpointer entity, gpointer user_data, GError **error)
{
  Collection *collection = user_data;
  WhBatch *batch = wh_entity_ref (entity);

  g_hash_table_insert (collection->batches, &batch->entity.id, batch);
  return TRUE;
}

static gboolean
keep_result (gconstpointer entity, gpointer user_data, GError **error)
{
  Collection *collection = user_data;
  WhStudySample *sample = g_new0 (WhStudySample, 1);
  WhBatch *batch;

  sample->result = wh_entity_ref (entity);
  batch = g_hash_table_lookup (collection->batches, &sample->result->batch_id);
  sample->batch = batch ? wh_entity_ref (batch) : NULL;
  sample->slug = wh_study_slug (batch && batch->name ? batch->name : "");
  sample->label = NAN;
  sample->total_thc = sample->total_cbd = (WhMeasure) WH_MEASURE_INIT;
  g_ptr_array_add (collection->samples, sample);
  return TRUE;
}

static gboolean
collect (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_BATCH, keep_batch, user_data, error)
         && wh_reader_each (reader, WH_KIND_LAB_RESULT, keep_result, user_data, error);
}

static GPtrArray *
import (const char *path, WhUnit unit, GCancellable *cancellable, GError **error)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = wh_store_open (":memory:", WH_STORE_WRITE, error);
  const WhImportOptions options = { .kind = WH_IMPORT_LAB, .unit = unit };
  g_autoptr (WhImportReport) report = store ? wh_importer_run (store, principal, path, &options, cancellable, NULL, NULL, error) : NULL;
  g_autoptr (GHashTable) batches = g_hash_table_new_full (wh_id_hash, wh_id_equal, NULL, wh_entity_unref);
  g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func (sample_free);
  Collection collection = { batches, samples };

  if (!report || !wh_store_read (store, principal, collect, &collection, error))
    return NULL;
  return g_steal_pointer (&samples);
}

/* -- a file that never says its unit -- */

static gboolean
says_unit (const GPtrArray *samples)
{
  for (guint i = 0; i < samples->len; i++)
    {
      const WhStudySample *sample = samples->pdata[i];
      const WhPanel *panel = sample->result->panel;
      if (sample->total_thc.unit != WH_UNIT_UNKNOWN)
        return TRUE;
      for (guint j = 0; panel && j < wh_panel_length (panel); j++)
        if (wh_panel_at (panel, j)->unit != WH_UNIT_UNKNOWN)
          return TRUE;
    }
  return FALSE;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
largest_of (const WhStudySample *sample)
{
  const WhPanel *panel = sample->result->panel;
  double most = sample->total_thc.state == WH_STATE_VALUE ? sample->total_thc.value : 0;

  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      if (measure->state == WH_STATE_VALUE && !wh_analyte_is_terpene (wh_analyte_get (measure->analyte)))
        most = MAX (most, measure->value);
    }
  return most;
}

/* Of every sample that has any, its largest cannabinoid as written, ascending. */
static GArray *
list_largest (const GPtrArray *samples)
{
  GArray *largest = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < samples->len; i++)
    {
      double most = largest_of (samples->pdata[i]);
      if (most > 0)
        g_array_append_val (largest, most);
    }
  g_array_sort (largest, compare_doubles);
  return largest;
}

static WhUnit
guess_unit (WhStudy *study)
{
  g_autoptr (GArray) largest = list_largest (study->samples);
  double median = largest->len ? g_array_index (largest, double, largest->len / 2) : NAN;
  double high = largest->len ? g_array_index (largest, double, largest->len * 9 / 10) : NAN;
  WhUnit unit = WH_UNIT_UNKNOWN;

  if (median >= LEAST_PERCENT && high <= WHOLE_PERCENT)
    unit = WH_UNIT_PERCENT;
  else if (high > WHOLE_PERCENT && high <= WHOLE_MG_PER_G)
    unit = WH_UNIT_MG_PER_G;
  if (unit != WH_UNIT_UNKNOWN)
    wh_study_note (study,
                   g_strdup_printf (_("The file names no unit; its amounts were taken for %s. If that is wrong, say it with --unit."),
                                    wh_unit_key (unit)));
  return unit;
}

/* -- columns that are no measurement: found again by the line a result came from -- */

/* Sativa 1, sativa-hybrid 2, hybrid 3, indica-hybrid 4, indica 5: as a number, a letter or a word. */
static double
read_label (const char *text)
{
  static const struct {
    const char *code;
    double      label;
  } codes[] = { { "s", 1 }, { "hs", 2 }, { "sh", 2 }, { "h", 3 }, { "hi", 4 }, { "ih", 4 }, { "i", 5 } };
  static const char *const mixed[] = { "hybrid", "domina", "mostly", "leaning" };
  g_autofree char *folded = wh_text_fold (text);
  g_auto (GStrv) words = g_strsplit (folded, " ", -1);
  g_autofree char *joined = g_strjoinv ("", words);
  gboolean is_mixed = FALSE;
  double number;

  if (wh_text_to_number (text, &number))
    return number >= 1 && number <= 5 ? number : NAN;
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strcmp (joined, codes[i].code) == 0)
      return codes[i].label;
  for (guint i = 0; i < G_N_ELEMENTS (mixed); i++)
    is_mixed |= strstr (folded, mixed[i]) != NULL;
  if (!is_mixed && strstr (folded, "sativa") && strstr (folded, "indica"))
    return 3;
  if (strstr (folded, "sativa"))
    return is_mixed ? 2 : 1;
  if (strstr (folded, "indica"))
    return is_mixed ? 4 : 5;
  return strstr (folded, "hybrid") ? 3 : NAN;
}

static GHashTable *
samples_by_line (const GPtrArray *samples)
{
  GHashTable *lines = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < samples->len; i++)
    {
      WhStudySample *sample = samples->pdata[i];
      const char *colon = sample->result->origin ? strrchr (sample->result->origin, ':') : NULL;
      if (colon)
        g_hash_table_insert (lines, GUINT_TO_POINTER ((guint) g_ascii_strtoull (colon + 1, NULL, 10)), sample);
    }
  return lines;
}

/* Positions of columns, -1 where the file has none. */
typedef struct {
  int label, second_label, total_thc, total_cbd, slug;
} Columns;

static const char *
cell_at (char **cells, guint n_cells, int column)
{
  return column >= 0 && (guint) column < n_cells ? g_strstrip (cells[column]) : "";
}

/* A reported total in the unit of its cell, its column, its title or its row. */
static void
take_total (WhMeasure *total, const WhStudySample *sample, const WhTable *table, int column, const char *cell)
{
  WhUnit unit = WH_UNIT_UNKNOWN;

  if (column < 0 || !wh_import_read_cell (cell, wh_table_decimal_comma (table), total, &unit))
    return;
  if (unit == WH_UNIT_UNKNOWN)
    unit = wh_import_heading_unit (wh_table_header (table)[column], NULL);
  if (unit == WH_UNIT_UNKNOWN)
    unit = wh_table_unit (table);
  if (unit == WH_UNIT_UNKNOWN && sample->result->unit)
    wh_unit_parse (sample->result->unit, &unit);
  total->unit = unit;
  wh_measure_to_mg_per_g (total, sample->result->unit_grams);
}

/* Some files tell indica and sativa where others tell the kind of product. */
static void
take_row (WhStudySample *sample, const WhTable *table, const Columns *columns, char **cells, guint n_cells)
{
  g_autofree char *slug = wh_study_slug (cell_at (cells, n_cells, columns->slug));

  sample->label = read_label (cell_at (cells, n_cells, columns->label));
  if (isnan (sample->label))
    sample->label = read_label (cell_at (cells, n_cells, columns->second_label));
  take_total (&sample->total_thc, sample, table, columns->total_thc, cell_at (cells, n_cells, columns->total_thc));
  take_total (&sample->total_cbd, sample, table, columns->total_cbd, cell_at (cells, n_cells, columns->total_cbd));
  if (columns->slug >= 0)
    {
      g_free (sample->slug);
      sample->slug = g_steal_pointer (&slug);
    }
}

static gboolean
add_columns (const GPtrArray *samples, const char *path, gboolean *out_has_slugs, GError **error)
{
  g_autoptr (GHashTable) lines = samples_by_line (samples);
  g_autoptr (WhPreset) preset = NULL;
  g_autoptr (WhTable) table = wh_import_open_lab (path, NULL, &preset, error);
  const char *const *header = table ? wh_table_header (table) : NULL;
  g_autoptr (GError) failure = NULL;
  Columns columns;
  char **cells;
  guint n_cells, line;

  if (!table)
    return FALSE;
  columns = (Columns) { wh_preset_column (preset, header, "label"), wh_preset_column (preset, header, "product_type"),
                        wh_preset_column (preset, header, "total_thc"), wh_preset_column (preset, header, "total_cbd"),
                        wh_preset_column (preset, header, "slug") };
  while (wh_table_next (table, &cells, &n_cells, &line, &failure))
    {
      WhStudySample *sample = g_hash_table_lookup (lines, GUINT_TO_POINTER (line));
      if (sample)
        take_row (sample, table, &columns, cells, n_cells);
    }
  *out_has_slugs = columns.slug >= 0;
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return !failure;
}

/* A list of the caller's counts before what the file itself calls its strains. */
static gboolean
load_slugs (WhStudy *study, const char *list, gboolean has_slugs, GError **error)
{
  if (list)
    study->slugs = wh_study_read_strains (list, error);
  if (list || !has_slugs)
    return !list || study->slugs;
  study->slugs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < study->samples->len; i++)
    g_hash_table_add (study->slugs, g_strdup (((WhStudySample *) study->samples->pdata[i])->slug));
  g_hash_table_remove (study->slugs, "");
  return TRUE;
}

static gboolean
load_samples (WhStudy *study, const char *path, WhUnit unit, gboolean *out_has_slugs, GCancellable *cancellable, GError **error)
{
  g_clear_pointer (&study->samples, g_ptr_array_unref);
  study->samples = import (path, unit, cancellable, error);
  return study->samples && add_columns (study->samples, path, out_has_slugs, error);
}

/* A unit is assumed only where no row and no column says one: then all are alike. */
gboolean
wh_study_load (WhStudy *study, const WhReproduceOptions *options, gboolean needs_unit, GCancellable *cancellable, GError **error)
{
  gboolean has_slugs = FALSE;
  WhUnit unit = WH_UNIT_UNKNOWN;

  if (options->unit && !wh_unit_parse (options->unit, &unit))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no unit; write %%, mg/g, ppm or ug/g."), options->unit);
      return FALSE;
    }
  if (!load_samples (study, options->path, unit, &has_slugs, cancellable, error))
    return FALSE;
  if (needs_unit && !options->unit && !says_unit (study->samples))
    unit = guess_unit (study);
  if (unit != WH_UNIT_UNKNOWN && !options->unit && !load_samples (study, options->path, unit, &has_slugs, cancellable, error))
    return FALSE;
  return load_slugs (study, options->strains, has_slugs, error);
}
