#include "wh-importer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "core/wh-nouns-shop.h"
#include "wh-import-private.h"

#define PAGE_ROWS 1000
#define REHEARSED_ROWS 100000      /* of a dry run, see page_rows () */
#define SURVEY_ROWS 20000          /* enough to know a column by */
#define PROGRESS_US 100000

static const char *const actions[] = { "import.lab", "import.strains", "import.dispensaries", "import.menu", "import.reviews",
                                      "import.analytes" };

/* -- units and pages -- */

WhImportUnit *
wh_import_unit_new (guint n_rows)
{
  WhImportUnit *unit = g_new0 (WhImportUnit, 1);

  unit->entities = g_ptr_array_new_with_free_func (wh_entity_unref);
  unit->n_rows = n_rows;
  return unit;
}

static void
unit_free (gpointer data)
{
  WhImportUnit *unit = data;

  g_ptr_array_unref (unit->entities);
  g_free (unit);
}

gpointer
wh_import_unit_add (WhImport *import, WhImportUnit *unit, gpointer entity, gboolean is_main)
{
  ((WhEntity *) entity)->source = g_strdup (import->source);
  if (is_main)
    unit->main = unit->entities->len;
  g_ptr_array_add (unit->entities, entity);
  return entity;
}

typedef struct {
  WhImport *import;
  guint64   imported, updated, unchanged;
} PageCounts;

static void
count_unit (PageCounts *counts, const WhImportUnit *unit, WhPutOutcome main, gboolean others_changed)
{
  if (main == WH_PUT_INSERTED)
    counts->imported += unit->n_rows;
  else if (main == WH_PUT_UPDATED || others_changed)
    counts->updated += unit->n_rows;
  else
    counts->unchanged += unit->n_rows;
}

static gboolean
write_unit (WhWriter *writer, const WhImportUnit *unit, PageCounts *counts, GError **error)
{
  WhPutOutcome main = WH_PUT_UNCHANGED;
  gboolean others = FALSE;

  for (guint i = 0; i < unit->entities->len; i++)
    {
      g_autoptr (WhEntity) merged = wh_import_merge (counts->import, wh_writer_reader (writer), unit->entities->pdata[i], error);
      WhPutOutcome outcome;
      if (!merged || !wh_writer_put (writer, merged, &outcome, error))
        return FALSE;
      if (i == unit->main)
        main = outcome;
      else
        others |= outcome != WH_PUT_UNCHANGED;
    }
  count_unit (counts, unit, main, others);
  return TRUE;
}

static gboolean
expect_page (WhWriter *writer, const WhImport *import, GError **error)
{
  g_autoptr (GPtrArray) entities = g_ptr_array_new ();

  for (guint i = 0; i < import->page->len; i++)
    {
      const WhImportUnit *unit = import->page->pdata[i];
      for (guint k = 0; k < unit->entities->len; k++)
        g_ptr_array_add (entities, unit->entities->pdata[k]);
    }
  return wh_writer_expect (writer, (gconstpointer const *) entities->pdata, entities->len, error);
}

/* May run several times for one page. */
static gboolean
write_page_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  PageCounts *counts = user_data;

  counts->imported = counts->updated = counts->unchanged = 0;
  wh_import_forget_page (counts->import);
  if (!expect_page (writer, counts->import, error))
    return FALSE;
  for (guint i = 0; i < counts->import->page->len; i++)
    if (!write_unit (writer, counts->import->page->pdata[i], counts, error))
      return FALSE;
  if (!counts->import->options->dry_run)
    return TRUE;
  /* A dry run does all of it and takes it back. */
  g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED, "dry run");
  return FALSE;
}

static gboolean
flush (WhImport *import, GError **error)
{
  PageCounts counts = { import, 0, 0, 0 };
  g_autoptr (GError) failure = NULL;
  gboolean written = wh_store_write (import->store, import->principal, WH_PERMISSION_WRITE_CATALOGUE,
                                     actions[import->options->kind], write_page_cb, &counts, NULL, &failure);

  if (!written && !(import->options->dry_run && g_error_matches (failure, WH_ERROR, WH_ERROR_CANCELLED)))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  import->report->imported += counts.imported;
  import->report->updated += counts.updated;
  import->report->unchanged += counts.unchanged;
  g_ptr_array_set_size (import->page, 0);
  g_array_set_size (import->page_strains, 0);
  import->n_page_rows = 0;
  return TRUE;
}

/* A dry run takes each page back, so a later one does not meet what an earlier one would have left. Lists name a thing again
 * and again, and the report must count it as the import will; lab results come once and are large. */
static guint
page_rows (const WhImportOptions *options)
{
  return options->dry_run && options->kind != WH_IMPORT_LAB ? REHEARSED_ROWS : PAGE_ROWS;
}

gboolean
wh_import_submit (WhImport *import, WhImportUnit *unit, GError **error)
{
  g_ptr_array_add (import->page, unit);
  import->n_page_rows += unit->n_rows;
  return import->n_page_rows < page_rows (import->options) || flush (import, error);
}

/* -- one pass over the rows -- */

typedef gboolean (*RowFunc) (WhImport *import, GError **error);

static RowFunc
row_func (WhImport *import)
{
  switch (import->options->kind)
    {
    case WH_IMPORT_LAB:
      return wh_import_is_long (import) ? wh_import_long_row : wh_import_lab_row;
    case WH_IMPORT_STRAINS:
      return wh_import_strain_row;
    case WH_IMPORT_DISPENSARIES:
      return wh_import_dispensary_row;
    case WH_IMPORT_REVIEWS:
      return wh_import_review_row;
    case WH_IMPORT_ANALYTES:
      return wh_import_analyte_row;
    default:
      return wh_import_menu_row;
    }
}

static gboolean
next_row (WhImport *import, GError **error)
{
  import->row_is_bad = FALSE;
  return wh_table_next (import->table, &import->cells, &import->n_cells, &import->line, error);
}

/* More cells than columns: nobody can say which belongs where. */
static gboolean
has_extra_cells (WhImport *import)
{
  for (guint i = wh_table_columns (import->table); i < import->n_cells; i++)
    if (*wh_import_cell (import, (int) i))
      return TRUE;
  return FALSE;
}

static gboolean
take_row (WhImport *import, RowFunc func, GError **error)
{
  WhId row = wh_import_row_id (import);

  import->report->rows++;
  if (g_hash_table_contains (import->seen, &row))
    {
      WhUnit unit;
      import->report->duplicates++;
      if (func == wh_import_lab_row)
        wh_import_lab_unit (import, &unit);   /* rows without a unit are all named */
      return TRUE;
    }
  g_hash_table_add (import->seen, g_memdup2 (&row, sizeof row));
  if (has_extra_cells (import))
    wh_import_refuse_row (import, "wrong_cell_count", NULL, NULL, _("This row has more cells than the header has columns."));
  else if (!func (import, error))
    return FALSE;
  import->report->bad += import->row_is_bad;
  return TRUE;
}

/* Tells how far it is and whether to go on. */
static gboolean
keep_going (WhImport *import, GCancellable *cancellable, WhImportProgress progress, gpointer user_data, gint64 *last, GError **error)
{
  gint64 now = wh_clock_monotonic ();

  if (g_cancellable_is_cancelled (cancellable))
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_CANCELLED,
                           _("Cancelled. The pages written so far are kept; import the file again to complete it."));
      return FALSE;
    }
  if (progress && now - *last > PROGRESS_US)
    {
      progress (wh_table_progress (import->table), import->report->rows, user_data);
      *last = now;
    }
  return TRUE;
}

static gboolean
take_rows (WhImport *import, GCancellable *cancellable, WhImportProgress progress, gpointer user_data, GError **error)
{
  RowFunc func = row_func (import);
  g_autoptr (GError) failure = NULL;
  gint64 last = 0;

  while (next_row (import, &failure))
    if (!keep_going (import, cancellable, progress, user_data, &last, error) || !take_row (import, func, error))
      return FALSE;
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return wh_import_long_finish (import, error) && flush (import, error);
}

/* -- the first pass: which keys tell rows apart, what the columns of a lab table are -- */

static void
survey_key (WhImport *import, GHashTable *keys)
{
  WhId row = wh_import_lasting_id (import);
  g_autofree char *key = wh_import_key (import);
  WhId *known = g_hash_table_lookup (keys, key);

  if (!known)
    g_hash_table_insert (keys, g_strdup (key), g_memdup2 (&row, sizeof row));
  else if (!wh_id_equal (known, &row))
    g_hash_table_add (import->shared_keys, g_strdup (key));
}

/* The row's cells with what it is compared by before them. */
static char **
copy_cells (WhImport *import)
{
  guint n = wh_table_columns (import->table);
  char **copy = g_new0 (char *, n + 2);

  copy[0] = wh_import_lab_peers (import);
  for (guint i = 0; i < n; i++)
    copy[i + 1] = g_strdup (wh_import_cell (import, (int) i));
  return copy;
}

static gboolean
survey (WhImport *import, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  gboolean wide_lab = import->options->kind == WH_IMPORT_LAB && !wh_import_is_long (import);
  g_autoptr (GError) failure = NULL;
  gint64 last = 0;

  if (wide_lab)
    wh_import_lab_columns (import);
  while (next_row (import, &failure))
    {
      if (!keep_going (import, cancellable, NULL, NULL, &last, error))
        return FALSE;
      survey_key (import, keys);
      if (wide_lab)
        wh_import_lab_survey_strain (import);
      if (wide_lab && rows->len < SURVEY_ROWS)
        g_ptr_array_add (rows, copy_cells (import));
    }
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (wide_lab)
    wh_import_survey_columns (import, rows);
  return TRUE;
}

/* -- the whole -- */

static void
import_init (WhImport *import)
{
  import->fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  import->columns = g_array_new (FALSE, FALSE, sizeof (WhImportColumn));
  import->medians = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  import->own_strains = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);
  import->decided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  import->page_strains = g_array_new (FALSE, FALSE, sizeof (WhId));
  import->seen = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);
  import->shared_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  import->samples = g_hash_table_new (g_str_hash, g_str_equal);
  import->page = g_ptr_array_new_with_free_func (unit_free);
  import->categories = wh_preset_table ("categories.tsv");
  import->capitals = wh_preset_table ("capitals.tsv");
  import->now = wh_clock_now ();
}

/* Two strains under one name decide nothing. */
static gboolean
take_alias_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  WhImport *import = user_data;
  const WhAlias *alias = entity;
  char *slug = wh_text_slug (alias->name);
  WhId *known = g_hash_table_lookup (import->decided, slug);

  if (g_strcmp0 (alias->status, "accepted") != 0 || (known && wh_id_equal (known, &alias->strain_id)))
    g_free (slug);
  else
    g_hash_table_insert (import->decided, slug, g_memdup2 (known ? &WH_ID_NONE : &alias->strain_id, sizeof (WhId)));
  return TRUE;
}

static gboolean
read_aliases_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_ALIAS, take_alias_cb, user_data, error);
}

static void
import_clear (WhImport *import)
{
  g_clear_pointer (&import->table, wh_table_free);
  g_clear_pointer (&import->preset, wh_preset_free);
  g_hash_table_unref (import->fields);
  g_array_unref (import->columns);
  g_hash_table_unref (import->medians);
  g_hash_table_unref (import->own_strains);
  g_hash_table_unref (import->decided);
  g_array_unref (import->page_strains);
  g_hash_table_unref (import->seen);
  g_hash_table_unref (import->shared_keys);
  g_hash_table_unref (import->samples);
  g_ptr_array_unref (import->page);
  g_ptr_array_unref (import->categories);
  g_ptr_array_unref (import->capitals);
}

static gboolean
open_table (WhImport *import, const char *path, GError **error)
{
  g_clear_pointer (&import->table, wh_table_free);
  if (import->options->kind == WH_IMPORT_LAB)
    {
      g_clear_pointer (&import->preset, wh_preset_free);
      import->table = wh_import_open_lab (path, import->options->format, &import->preset, error);
      return import->table != NULL;
    }
  import->table = wh_table_open (path, error);
  if (!import->table)
    return FALSE;
  if (!import->preset)
    import->preset = wh_preset_choose (import->options->kind, import->options->format, wh_table_header (import->table), error);
  return import->preset != NULL;
}

/* A layout nobody knows must at least name things. */
static gboolean
check_layout (WhImport *import, GError **error)
{
  static const char *const naming[] = { "name", "slug", "sample_id", "legal_name", "license_number" };

  for (guint i = 0; i < G_N_ELEMENTS (naming); i++)
    if (wh_preset_column (import->preset, wh_table_header (import->table), naming[i]) >= 0)
      return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
               _("no column holds a name. The first row must name the columns, one of them “name”; found: %s"),
               wh_table_header (import->table)[0]);
  return FALSE;
}

/* What a layout leaves out on purpose is said once. */
static void
tell_notice (WhImport *import)
{
  const char *notice = wh_preset_constant (import->preset, "notice");

  if (notice)
    wh_import_warn (import, 0, "not_taken", NULL, NULL, "%s", _(notice));
}

static gboolean
run_pass (WhStore *store, const WhPrincipal *principal, const char *path, const WhImportOptions *options, WhImportReport *report,
          GCancellable *cancellable, WhImportProgress progress, gpointer user_data, GError **error)
{
  g_autofree char *file = g_path_get_basename (path);
  WhImport import = { .store = store, .principal = principal, .options = options, .report = report, .file = file };
  gboolean done;

  import_init (&import);
  done = wh_store_read (store, principal, read_aliases_cb, &import, error) && open_table (&import, path, error)
         && check_layout (&import, error);
  if (done)
    {
      report->format = g_strdup (wh_preset_name (import.preset));
      import.source = report->format;
      done = survey (&import, cancellable, error) && open_table (&import, path, error)
             && take_rows (&import, cancellable, progress, user_data, error);
      tell_notice (&import);
    }
  import_clear (&import);
  if (!done)
    g_prefix_error (error, _("reading %s: "), path);
  return done;
}

static WhImportReport *
report_new (const char *path)
{
  WhImportReport *report = g_new0 (WhImportReport, 1);

  report->path = g_strdup (path);
  return report;
}

WhImportReport *
wh_importer_run (WhStore *store, const WhPrincipal *principal, const char *path, const WhImportOptions *options,
                 GCancellable *cancellable, WhImportProgress progress, gpointer user_data, GError **error)
{
  g_autoptr (WhImportReport) report = report_new (path);
  WhImportOptions rehearsal = *options;

  if (!wh_principal_require (principal, WH_PERMISSION_WRITE_CATALOGUE, error))
    return NULL;
  if (options->strict && !options->dry_run)
    {
      rehearsal.dry_run = TRUE;
      if (!run_pass (store, principal, path, &rehearsal, report, cancellable, progress, user_data, error))
        return NULL;
      if (report->bad)
        {
          report->refused = TRUE;
          return g_steal_pointer (&report);
        }
      g_clear_pointer (&report, wh_import_report_free);
      report = report_new (path);
    }
  if (!run_pass (store, principal, path, options, report, cancellable, progress, user_data, error))
    return NULL;
  report->refused = options->strict && report->bad > 0;
  return g_steal_pointer (&report);
}
