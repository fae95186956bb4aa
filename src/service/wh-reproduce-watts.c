#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-reproduce-private.h"
#include "wh-statistics.h"

#define TOTAL_THC "thc_total"   /* a column of its own: gas chromatography sees acid and neutral as one */

/* Where a file tells apart or names otherwise what the study measured as one. */
static const struct {
  const char *name, *other;
} others[] = {
  { "ocimene", "beta_ocimene" },      { "ocimene", "trans_beta_ocimene" },         { "b_phella_limonene", "d_limonene" },
  { "b_fenchol", "fenchol" },         { "b_fenchol", "endo_fenchyl_alcohol" },     { "c_sabinene", "sabinene_hydrate" },
  { "a_terpineol", "terpineol" },     { "tb_farnesene", "beta_farnesene" },        { "tb_farnesene", "farnesene" },
  { TOTAL_THC, "delta_9_thc" },
};

/* Correlation of each compound with the label, by the names of the study (outputs/chem_lm_tab.txt). */
static const struct {
  const char *name;
  double      r;
} published[] = {
  { "a_pinene", 0.13 },      { "b_pinene", 0.131 },      { "myrcene", 0.461 },       { "a_phella", -0.039 },
  { "d_carene", -0.076 },    { "ocimene", -0.037 },      { "g_terpinene", -0.07 },   { "terpinolene", -0.17 },
  { "linalool", 0.216 },     { "b_phella_limonene", 0.317 }, { "b_fenchol", 0.328 }, { "c_sabinene", 0.24 },
  { "camphor", -0.048 },     { "borneol", -0.034 },      { "a_terpineol", 0.145 },   { "c_bergam", -0.02 },
  { "d_guaiene", 0.152 },    { "BCP", -0.103 },          { "a_humulene", -0.091 },   { "g_cadinene", 0.004 },
  { "eudesma", 0.094 },      { "tr_BCP", -0.204 },       { "a_guaiene", -0.19 },     { "g_selinene", -0.147 },
  { "a_gurjunen", 0.08 },    { "BCP_oxide", 0.048 },     { "t_bergam", -0.339 },     { "tb_farnesene", -0.337 },
  { "aromadendrene", 0.202 }, { "g_elemene", 0.408 },    { "guaiol", 0.425 },        { "g_eudesmol", 0.453 },
  { "b_eudesmol", 0.326 },   { "a_bisabolol", 0.261 },   { TOTAL_THC, 0.132 },       { "CBG", -0.158 },
  { "CBC", -0.131 },         { "THCV", 0.168 },          { "CBD", -0.016 },          { "CBGM", 0.194 },
};

/* Samples by compounds; amounts in whatever unit the file has, since neither correlation nor standardised components ask. */
typedef struct {
  gsize             n_rows, n_columns;
  const WhAnalyte **analytes;   /* NULL: the reported total of THC */
  double           *values;     /* NAN: not tested */
  double           *labels;
} Table;

static void
table_clear (Table *table)
{
  g_free (table->analytes);
  g_free (table->values);
  g_free (table->labels);
}

static double
amount_in (const WhStudySample *sample, const WhAnalyte *analyte)
{
  const WhMeasure *measure = analyte ? wh_panel_find (sample->result->panel, analyte->index) : &sample->total_thc;

  if (!measure || measure->state == WH_STATE_NOT_TESTED || measure->state == WH_STATE_NOT_APPLICABLE)
    return NAN;
  return measure->state == WH_STATE_VALUE ? measure->value : 0;
}

/* Two samples or more that tell different amounts. */
static gboolean
varies (const GPtrArray *samples, const WhAnalyte *analyte)
{
  double first = NAN;

  for (guint i = 0; i < samples->len; i++)
    {
      double amount = amount_in (samples->pdata[i], analyte);
      if (!isnan (first) && !isnan (amount) && amount != first)
        return TRUE;
      first = isnan (first) ? amount : first;
    }
  return FALSE;
}

static void
choose_columns (Table *table, const GPtrArray *samples)
{
  table->analytes = g_new0 (const WhAnalyte *, wh_analyte_count () + 1);
  for (guint i = 0; i < wh_analyte_count (); i++)
    if (table->n_columns < WH_STATISTICS_COLUMNS - 1 && varies (samples, wh_analyte_get ((WhAnalyteIndex) i)))
      table->analytes[table->n_columns++] = wh_analyte_get ((WhAnalyteIndex) i);
  if (varies (samples, NULL))
    table->analytes[table->n_columns++] = NULL;
}

static void
table_init (Table *table, const GPtrArray *samples)
{
  *table = (Table) { .n_rows = samples->len };
  choose_columns (table, samples);
  table->values = g_new (double, table->n_rows * table->n_columns + 1);
  table->labels = g_new (double, table->n_rows + 1);
  for (gsize row = 0; row < table->n_rows; row++)
    {
      table->labels[row] = ((WhStudySample *) samples->pdata[row])->label;
      for (gsize column = 0; column < table->n_columns; column++)
        table->values[row * table->n_columns + column] = amount_in (samples->pdata[row], table->analytes[column]);
    }
}

/* -- principal components -- */

/* A copy in which "not tested" stands in the middle of its column, where it moves no component. */
static double *
filled (const Table *table)
{
  double *values = g_memdup2 (table->values, table->n_rows * table->n_columns * sizeof (double));

  for (gsize column = 0; column < table->n_columns; column++)
    {
      double sum = 0;
      gsize n = 0;
      for (gsize row = 0; row < table->n_rows; row++)
        if (!isnan (values[row * table->n_columns + column]))
          {
            sum += values[row * table->n_columns + column];
            n++;
          }
      for (gsize row = 0; row < table->n_rows; row++)
        if (isnan (values[row * table->n_columns + column]))
          values[row * table->n_columns + column] = sum / n;
    }
  return values;
}

static gboolean
add_components (WhEngine *engine, const Table *table, GPtrArray *figures, GError **error)
{
  g_autofree double *values = filled (table);
  g_autoptr (WhComponents) components = wh_components_new (engine, values, table->n_rows, table->n_columns, TRUE, NULL, error);

  if (!components)
    return FALSE;
  wh_study_add (figures, "pc1_percent", g_strdup (_("First component, % of the variance")), 13.79, 100 * components->shares[0]);
  wh_study_add (figures, "pc2_percent", g_strdup (_("Second component, % of the variance")), 11.35,
                table->n_columns > 1 ? 100 * components->shares[1] : NAN);
  return TRUE;
}

/* -- correlations with the label -- */

static double
correlation_with (const Table *table, const WhAnalyte *wanted)
{
  g_autofree double *column = g_new (double, table->n_rows + 1);

  for (gsize i = 0; i < table->n_columns; i++)
    if (table->analytes[i] == wanted)
      {
        for (gsize row = 0; row < table->n_rows; row++)
          column[row] = table->values[row * table->n_columns + i];
        return wh_statistics_pearson (column, table->labels, table->n_rows, NULL);
      }
  return NAN;
}

static double
correlation_of (const Table *table, const char *name)
{
  double r = correlation_with (table, strcmp (name, TOTAL_THC) == 0 ? NULL : wh_analyte_lookup (name));

  for (guint i = 0; isnan (r) && i < G_N_ELEMENTS (others); i++)
    if (strcmp (others[i].name, name) == 0)
      r = correlation_with (table, wh_analyte_by_key (others[i].other));
  return r;
}

static gboolean
any_compound (const WhAnalyte *analyte)
{
  return TRUE;
}

static gboolean
is_monoterpene (const WhAnalyte *analyte)
{
  return analyte && analyte->analyte_class == WH_ANALYTE_MONOTERPENE;
}

static gboolean
is_sesquiterpene (const WhAnalyte *analyte)
{
  return analyte && analyte->analyte_class == WH_ANALYTE_SESQUITERPENE;
}

static gboolean
is_cannabinoid (const WhAnalyte *analyte)
{
  return !analyte || analyte->analyte_class == WH_ANALYTE_CANNABINOID;
}

static double
correlation_of_sum (const Table *table, gboolean (*belongs) (const WhAnalyte *analyte))
{
  g_autofree double *sums = g_new (double, table->n_rows + 1);
  gsize members = 0;

  for (gsize i = 0; i < table->n_columns; i++)
    members += belongs (table->analytes[i]);
  for (gsize row = 0; row < table->n_rows; row++)
    {
      sums[row] = members ? 0 : NAN;
      for (gsize i = 0; i < table->n_columns; i++)
        if (belongs (table->analytes[i]) && !isnan (table->values[row * table->n_columns + i]))
          sums[row] += table->values[row * table->n_columns + i];
    }
  return wh_statistics_pearson (sums, table->labels, table->n_rows, NULL);
}

static void
add_correlations (const Table *table, GPtrArray *figures)
{
  for (guint i = 0; i < G_N_ELEMENTS (published); i++)
    {
      const WhAnalyte *analyte = wh_analyte_lookup (published[i].name);
      g_autofree char *key = g_strconcat ("r_", published[i].name, NULL);
      /* Translators: a compound; how it goes with what the package says, from sativa to indica. */
      wh_study_add (figures, key, g_strdup_printf (_("%s with the label, r"), analyte ? analyte->name : _("Total THC")),
                    published[i].r, correlation_of (table, published[i].name));
    }
  wh_study_add (figures, "r_chemical_total", g_strdup (_("All compounds with the label, r")), 0.157,
                correlation_of_sum (table, any_compound));
  wh_study_add (figures, "r_mono_total", g_strdup (_("Monoterpenes with the label, r")), 0.419,
                correlation_of_sum (table, is_monoterpene));
  wh_study_add (figures, "r_sesqui_total", g_strdup (_("Sesquiterpenes with the label, r")), 0.058,
                correlation_of_sum (table, is_sesquiterpene));
  wh_study_add (figures, "r_canna_total", g_strdup (_("Cannabinoids with the label, r")), 0.119,
                correlation_of_sum (table, is_cannabinoid));
}

gboolean
wh_study_watts (WhStudy *study, GError **error)
{
  Table table;
  gboolean done;

  table_init (&table, study->samples);
  if (table.n_rows < 2 || table.n_columns == 0)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("This file has no compounds that differ between its samples."));
      table_clear (&table);
      return FALSE;
    }
  wh_study_add (study->figures, "samples", g_strdup (_("Samples")), 297, (double) table.n_rows);
  wh_study_add (study->figures, "compounds", g_strdup (_("Compounds")), 40, (double) table.n_columns);
  done = add_components (study->engine, &table, study->figures, error);
  if (done)
    add_correlations (&table, study->figures);
  table_clear (&table);
  return done;
}
