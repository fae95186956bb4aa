#include "wh-reproduce-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-text.h"
#include "wh-import-table.h"
#include "wh-importer.h"
#include "wh-preset.h"

typedef gboolean (*Study) (WhEngine *engine, const GPtrArray *samples, GPtrArray *figures, GError **error);

static const struct {
  const char *name;
  Study       run;
} studies[] = {
  { "smith2022", wh_study_smith },
  { "watts2021", wh_study_watts },
};

/* -- samples: the file goes through the importer into a store that nobody keeps -- */

static void
sample_free (gpointer data)
{
  WhStudySample *sample = data;

  g_clear_pointer (&sample->batch, wh_entity_unref);
  wh_entity_unref (sample->result);
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
  sample->label = sample->total_thc = NAN;
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
import (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = wh_store_open (":memory:", WH_STORE_WRITE, error);
  const WhImportOptions options = { .kind = WH_IMPORT_LAB };
  g_autoptr (WhImportReport) report = store ? wh_importer_run (store, principal, path, &options, cancellable, NULL, NULL, error) : NULL;
  g_autoptr (GHashTable) batches = g_hash_table_new_full (wh_id_hash, wh_id_equal, NULL, wh_entity_unref);
  g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func (sample_free);
  Collection collection = { batches, samples };

  if (!report || !wh_store_read (store, principal, collect, &collection, error))
    return NULL;
  return g_steal_pointer (&samples);
}

/* -- columns that are no measurement: found again by the line a result came from -- */

/* Sativa 1, sativa-hybrid 2, hybrid 3, indica-hybrid 4, indica 5. */
static double
read_label (const char *text)
{
  static const struct {
    const char *code;
    double      label;
  } codes[] = { { "s", 1 }, { "hs", 2 }, { "sh", 2 }, { "h", 3 }, { "hi", 4 }, { "ih", 4 }, { "i", 5 } };
  g_autofree char *folded = wh_text_fold (text);
  gboolean hybrid = strstr (folded, "hybrid") != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strcmp (folded, codes[i].code) == 0)
      return codes[i].label;
  if (strstr (folded, "sativa"))
    return hybrid ? 2 : 1;
  if (strstr (folded, "indica"))
    return hybrid ? 4 : 5;
  return hybrid ? 3 : NAN;
}

static double
read_number (const char *text)
{
  char *end;
  double value = g_ascii_strtod (text, &end);

  return end != text && *end == '\0' ? value : NAN;
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

static gboolean
add_columns (const GPtrArray *samples, const char *path, GError **error)
{
  g_autoptr (GHashTable) lines = samples_by_line (samples);
  g_autoptr (WhTable) table = wh_table_open (path, error);
  g_autoptr (WhPreset) preset = table ? wh_preset_choose (WH_IMPORT_LAB, NULL, wh_table_header (table), error) : NULL;
  g_autoptr (GError) failure = NULL;
  int label, total;
  char **cells;
  guint n_cells, line;

  if (!preset)
    return FALSE;
  label = wh_preset_column (preset, wh_table_header (table), "label");
  total = wh_preset_column (preset, wh_table_header (table), "total_thc");
  while (wh_table_next (table, &cells, &n_cells, &line, &failure))
    {
      WhStudySample *sample = g_hash_table_lookup (lines, GUINT_TO_POINTER (line));
      if (sample && label >= 0 && (guint) label < n_cells)
        sample->label = read_label (cells[label]);
      if (sample && total >= 0 && (guint) total < n_cells)
        sample->total_thc = read_number (cells[total]);
    }
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return !failure;
}

GPtrArray *
wh_study_load (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) samples = import (path, cancellable, error);

  if (!samples || !add_columns (samples, path, error))
    return NULL;
  return g_steal_pointer (&samples);
}

/* -- figures -- */

static void
figure_free (gpointer data)
{
  WhFigure *figure = data;

  g_free (figure->key);
  g_free (figure->name);
  g_free (figure);
}

void
wh_study_add (GPtrArray *figures, const char *key, char *name, double published, double computed)
{
  WhFigure *figure = g_new0 (WhFigure, 1);

  *figure = (WhFigure) { g_strdup (key), name, published, computed };
  g_ptr_array_add (figures, figure);
}

GPtrArray *
wh_reproduce (const char *study, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) figures = g_ptr_array_new_with_free_func (figure_free);
  g_autoptr (GPtrArray) samples = NULL;
  g_autoptr (WhEngine) engine = wh_engine_new_cpu (0);   /* the reference */
  Study run = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (studies); i++)
    if (strcmp (study, studies[i].name) == 0)
      run = studies[i].run;
  if (!run)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no study “%s”; choose smith2022 or watts2021."), study);
      return NULL;
    }
  samples = wh_study_load (path, cancellable, error);
  if (!samples || !run (engine, samples, figures, error))
    return NULL;
  return g_steal_pointer (&figures);
}
