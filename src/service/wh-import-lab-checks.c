#include "wh-import-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-text.h"
#include "core/wh-chemistry.h"

#define WHOLE_PERCENT 100.0
#define MG_PER_PERCENT 10.0
#define WHOLE_MG_PER_G 1000.0
/* A column copies another when they agree in nearly all rows where either holds a positive number. */
#define COPY_MIN_ROWS 20
#define COPY_SHARE 0.98
#define COPY_DISTINCT 10     /* different numbers; a constant tells nothing */
/* A unit is taken for another when a sample's numbers are ten or a thousand times those of its peers. */
#define SLIP_MIN_CELLS 5
#define SLIP_TOLERANCE 0.1   /* of the decimal logarithm */
#define PLAUSIBLE 5.0        /* times the median, either way */

void
wh_import_sample_init (WhImportSample *sample)
{
  sample->unit = WH_UNIT_UNKNOWN;
  sample->unit_grams = NAN;
  sample->basis = WH_BASIS_UNKNOWN;
  sample->checks = g_ptr_array_new_with_free_func (g_free);
  sample->ratios = g_array_new (FALSE, FALSE, sizeof (double));
}

void
wh_import_sample_clear (WhImportSample *sample)
{
  g_ptr_array_unref (sample->checks);
  g_array_unref (sample->ratios);
}

void
wh_import_note_check (WhImportSample *sample, const char *code)
{
  for (guint i = 0; i < sample->checks->len; i++)
    if (strcmp (sample->checks->pdata[i], code) == 0)
      return;
  g_ptr_array_add (sample->checks, g_strdup (code));
}

/* The positive number in a cell, NAN for anything else. */
static double
positive (const char *cell, gboolean decimal_comma)
{
  WhMeasure measure = WH_MEASURE_INIT;
  WhUnit unit;

  return wh_import_read_cell (cell, decimal_comma, &measure, &unit) && measure.state == WH_STATE_VALUE ? measure.value : NAN;
}

/* Numbers of all rows by column; rows keep what they are compared by before their cells. */
static double *
numbers_of (GPtrArray *rows, guint n_columns, gboolean decimal_comma)
{
  double *numbers = g_new (double, (gsize) rows->len * n_columns + 1);

  for (guint row = 0; row < rows->len; row++)
    for (guint column = 0; column < n_columns; column++)
      numbers[(gsize) row * n_columns + column] = positive (((char **) rows->pdata[row])[column + 1], decimal_comma);
  return numbers;
}

static gboolean
is_copy (const double *numbers, guint n_rows, guint n_columns, guint a, guint b)
{
  guint either = 0, equal = 0, n_distinct = 0;
  double distinct[COPY_DISTINCT];

  for (guint row = 0; row < n_rows; row++)
    {
      double x = numbers[(gsize) row * n_columns + a], y = numbers[(gsize) row * n_columns + b];
      guint known = 0;
      either += !isnan (x) || !isnan (y);
      equal += x == y;
      while (known < n_distinct && distinct[known] != x)
        known++;
      if (x == y && known == n_distinct && n_distinct < COPY_DISTINCT)
        distinct[n_distinct++] = x;
    }
  return either >= COPY_MIN_ROWS && equal >= COPY_SHARE * either && n_distinct == COPY_DISTINCT;
}

static void
find_copies (WhImport *import, const double *numbers, guint n_rows)
{
  guint n = import->columns->len;

  for (guint b = 1; b < n; b++)
    for (guint a = 0; a < b; a++)
      {
        WhImportColumn *copy = &g_array_index (import->columns, WhImportColumn, b);
        const WhImportColumn *original = &g_array_index (import->columns, WhImportColumn, a);
        if (copy->copied || original->copied || copy->analyte == WH_ANALYTE_NONE || original->analyte == WH_ANALYTE_NONE
            || !is_copy (numbers, n_rows, n, a, b))
          continue;
        copy->copied = TRUE;
        copy->original = (int) a;
        wh_import_warn (import, 0, "copied_column", wh_table_header (import->table)[b], wh_table_header (import->table)[a],
                        _("“%s” holds the same numbers as “%s” throughout the file. The copies were not taken as measurements."),
                        wh_table_header (import->table)[b], wh_table_header (import->table)[a]);
      }
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median_of (GArray *values)
{
  if (values->len == 0)
    return NAN;
  g_array_sort (values, compare_doubles);
  return g_array_index (values, double, (values->len - 1) / 2);
}

/* `group`: of guint, the rows of the peers. */
static double *
medians_of_group (const GArray *group, const double *numbers, guint n_columns)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  double *medians = g_new (double, n_columns + 1);

  for (guint column = 0; column < n_columns; column++)
    {
      g_array_set_size (values, 0);
      for (guint i = 0; i < group->len; i++)
        {
          double value = numbers[(gsize) g_array_index (group, guint, i) * n_columns + column];
          if (!isnan (value))
            g_array_append_val (values, value);
        }
      medians[column] = median_of (values);
    }
  return medians;
}

/* Peers -> GArray of guint: their rows. Grouped first, since a file may have as many kinds of peers as rows. */
static GHashTable *
group_peers (GPtrArray *rows)
{
  GHashTable *groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_array_unref);

  for (guint row = 0; row < rows->len; row++)
    {
      char *peers = ((char **) rows->pdata[row])[0];
      GArray *group = g_hash_table_lookup (groups, peers);
      if (!group)
        {
          group = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (groups, peers, group);
        }
      g_array_append_val (group, row);
    }
  return groups;
}

void
wh_import_survey_columns (WhImport *import, GPtrArray *rows)
{
  guint n = import->columns->len;
  g_autofree double *numbers = numbers_of (rows, n, wh_table_decimal_comma (import->table));
  g_autoptr (GHashTable) groups = group_peers (rows);
  GHashTableIter iter;
  gpointer peers, group;

  find_copies (import, numbers, rows->len);
  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, &peers, &group))
    g_hash_table_insert (import->medians, g_strdup (peers), medians_of_group (group, numbers, n));
}

/* Whether moving the decimal point brings a number near its peers: 15069 among values around 18. */
static gboolean
lost_its_point (double value, double median)
{
  for (int i = 0; i < 5; i++, value /= 10)
    if (i > 0 && value <= WHOLE_PERCENT && (isnan (median) || (value < median * PLAUSIBLE && value > median / PLAUSIBLE)))
      return TRUE;
  return FALSE;
}

/* More than the whole: kept as written, but never a number to calculate with. */
static gboolean
is_impossible (WhImport *import, WhImportSample *sample, const WhImportMeasure *cell, const WhMeasure *measure)
{
  WhMeasure amount = *measure;
  double percent_of_one;

  if (measure->state != WH_STATE_VALUE || !wh_measure_to_mg_per_g (&amount, sample->unit_grams) || amount.value <= WHOLE_MG_PER_G)
    return FALSE;
  percent_of_one = amount.value / measure->value / MG_PER_PERCENT;
  wh_import_warn (import, import->line, "over_100_percent", cell->name, cell->text,
                  _("This is more than the whole sample; the cell is kept as written and not used in calculations."));
  wh_import_note_check (sample, "over_100_percent");
  if (lost_its_point (measure->value * percent_of_one, cell->median * percent_of_one))
    {
      wh_import_warn (import, import->line, "lost_decimal_point", cell->name, cell->text,
                      _("A decimal point seems to be lost here: check this number with the lab."));
      wh_import_note_check (sample, "lost_decimal_point");
    }
  return TRUE;
}

static void
note_ratio (WhImportSample *sample, const WhImportMeasure *cell, const WhMeasure *measure)
{
  double ratio;

  if (measure->state != WH_STATE_VALUE || !(cell->median > 0))
    return;
  ratio = log10 (measure->value / cell->median);
  g_array_append_val (sample->ratios, ratio);
}

/* What a cell says itself counts before its column and its row: "21.4 %" in a table of mg/g is percent. */
static WhUnit
unit_of_cell (WhUnit own, const WhImportMeasure *cell, const WhImportSample *sample)
{
  if (own != WH_UNIT_UNKNOWN)
    return own;
  return cell->unit != WH_UNIT_UNKNOWN ? cell->unit : sample->unit;
}

static gboolean
is_tested (const WhMeasure *measure)
{
  return measure->state != WH_STATE_NOT_TESTED && measure->state != WH_STATE_NOT_APPLICABLE;
}

static gboolean
says_the_same (const WhMeasure *a, const WhMeasure *b)
{
  return a->state == b->state && (a->state != WH_STATE_VALUE || (a->unit == b->unit && a->value == b->value));
}

/* Whether the panel has a test of this analyte already, from another column or row: the first one counts. */
static gboolean
is_held (WhImport *import, const WhPanel *panel, WhImportSample *sample, const WhImportMeasure *cell, const WhMeasure *measure)
{
  const WhMeasure *held = wh_panel_find (panel, cell->analyte);

  if (!held || !is_tested (held))
    return FALSE;
  if (is_tested (measure) && !says_the_same (held, measure))
    {
      wh_import_warn (import, import->line, "repeated_analyte", cell->name, cell->text,
                      _("%s is given twice for this sample, and differently; the first one, “%s”, was kept."),
                      wh_analyte_get (cell->analyte)->name, held->text);
      wh_import_note_check (sample, "repeated_analyte");
    }
  return TRUE;
}

void
wh_import_add_measure (WhImport *import, WhPanel *panel, WhImportSample *sample, const WhImportMeasure *cell)
{
  WhMeasure measure = WH_MEASURE_INIT;
  g_autoptr (GError) error = NULL;
  WhUnit own;

  measure.lod = cell->lod;
  measure.loq = cell->loq;
  if (!wh_import_read_cell (cell->text, wh_table_decimal_comma (import->table), &measure, &own))
    {
      wh_import_warn (import, import->line, "bad_cell", cell->name, cell->text, "%s",
                      _("This is neither a number nor a known word; the cell was left out, the rest of the row kept."));
      wh_import_note_check (sample, "bad_cell");
      return;
    }
  import->report->measurements++;
  if (!*cell->text)
    return;   /* nothing written means not tested, which is what an absent cell says */
  measure.analyte = cell->analyte;
  measure.text = cell->text;
  measure.basis = sample->basis;
  measure.unit = unit_of_cell (own, cell, sample);
  note_ratio (sample, cell, &measure);
  if (is_impossible (import, sample, cell, &measure))
    measure.unit = WH_UNIT_UNKNOWN;
  wh_measure_to_mg_per_g (&measure, sample->unit_grams);
  if (!is_held (import, panel, sample, cell, &measure) && !wh_panel_add (panel, &measure, &error))
    wh_import_warn (import, import->line, "bad_cell", cell->name, cell->text, "%s", error->message);
}

static void
check_sum (WhImport *import, WhImportSample *sample, WhAmount sum, const char *what)
{
  g_autofree char *text = g_strdup_printf ("%.2f %%", sum.low / MG_PER_PERCENT);

  if (sum.n == 0 || sum.low <= WHOLE_MG_PER_G)
    return;
  wh_import_warn (import, import->line, "over_100_percent", "", text, _("The %s add up to more than the whole sample."), what);
  wh_import_note_check (sample, "over_100_percent");
}

void
wh_import_check_sample (WhImport *import, WhPanel *panel, WhImportSample *sample)
{
  double slip = sample->ratios->len >= SLIP_MIN_CELLS ? median_of (sample->ratios) : 0;
  g_autofree char *factor = g_strdup_printf ("%.0f", pow (10, slip));

  check_sum (import, sample, wh_chemistry_cannabinoids (panel), _("cannabinoids"));
  check_sum (import, sample, wh_chemistry_terpenes (panel), _("terpenes"));
  if (fabs (slip - 1) > SLIP_TOLERANCE && fabs (slip - 3) > SLIP_TOLERANCE)
    return;
  wh_import_warn (import, import->line, "unit_slip", "", factor,
                  _("The numbers of this row are about %s times those of its peers: check its unit."), factor);
  wh_import_note_check (sample, "unit_slip");
}
