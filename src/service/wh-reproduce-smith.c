#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "core/wh-chemistry.h"
#include "wh-clusters.h"
#include "wh-reproduce-private.h"
#include "wh-statistics.h"

#define PERCENT 10.0             /* mg/g in a percent by weight */
#define MOST_CANNABINOID 40.0
#define MOST_CANNABINOIDS 50.0
#define LEAST_VARIANCE 0.001
#define MOST_TERPENE 5.0
#define MOST_ZEROS 10            /* of the common terpenes: as many and the panel is not used */
#define MISSING_CBN 0.1
#define N_CLUSTERS 3
#define N_STARTS 20
#define SEED 420
#define SILHOUETTE_ROWS 4000
#define ROUNDING 1e9

/* The terpenes that all laboratories of the study report, then the others that count where one dominates. */
static const char *const terpenes[] = {
  "ocimene", "camphene", "gamma_terpinene", "nerolidol", "alpha_humulene", "beta_caryophyllene", "d_limonene", "linalool",
  "beta_myrcene", "alpha_bisabolol", "beta_pinene", "alpha_terpinene", "terpinolene", "alpha_pinene",
  "delta_3_carene", "para_cymene", "eucalyptol", "isopulegol", "geraniol", "guaiol", "caryophyllene_oxide",
};
#define N_TERPENES G_N_ELEMENTS (terpenes)
#define N_COMMON 14

enum { THC, CBD, CBG, CBC, CBN, THCV, N_CANNABINOIDS };

/* One sample by the study's rules, in percent by weight. */
typedef struct {
  WhChemotype type;
  double      cannabinoids[N_CANNABINOIDS];
  double      terpenes[N_TERPENES];
  gboolean    has_terpenes;
  const char *slug;
} Sample;

/* -- reading -- */

/* In this study what is below a limit counts as zero. */
static WhPanel *
zero_below_limits (const WhPanel *panel)
{
  WhPanel *out = wh_panel_new ();

  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    {
      WhMeasure measure = *wh_panel_at (panel, i);
      if (measure.state == WH_STATE_BELOW_LOQ)
        measure.state = WH_STATE_NOT_DETECTED;
      if (measure.state == WH_STATE_NOT_DETECTED)
        measure.lod = measure.loq = NAN;
      if (measure.unit == WH_UNIT_MG_PER_G)
        wh_panel_add (out, &measure, NULL);
    }
  return out;
}

/* Sums and units leave traces in the last digits, which would decide between two equal terpenes. */
static double
percent_of_amount (WhAmount amount, double missing)
{
  return amount.n ? round (amount.estimate / PERCENT * ROUNDING) / ROUNDING : missing;
}

static double
percent_of (const WhPanel *panel, const char *key, double missing)
{
  return percent_of_amount (wh_chemistry_amount (panel, wh_analyte_by_key (key)->index), missing);
}

/* A total that the file only reports as such is taken from there. */
static double
total_of (const WhPanel *panel, const char *key, const WhMeasure *reported)
{
  WhAmount amount = wh_chemistry_total (panel, key);
  double estimate = reported ? wh_measure_estimate (reported) : NAN;

  if (amount.n == 0 && !isnan (estimate))
    return estimate / PERCENT;
  return percent_of_amount (amount, 0);
}

/* No plant holds more: such a sample is no flower, or a slip. */
static gboolean
is_possible (const WhPanel *panel, const WhStudySample *from)
{
  gboolean has_thc = wh_chemistry_total (panel, "delta_9_thc").n > 0;
  double total = has_thc ? NAN : wh_measure_estimate (&from->total_thc);
  double largest = isnan (total) ? 0 : total / PERCENT, sum = largest;
  gboolean tested = !isnan (total);

  for (guint i = 0; i < wh_panel_length (panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      double amount = measure->state == WH_STATE_VALUE ? measure->value / PERCENT : 0;
      if (wh_analyte_is_terpene (wh_analyte_get (measure->analyte)))
        continue;
      tested = TRUE;
      largest = MAX (largest, amount);
      sum += amount;
    }
  return tested && largest <= MOST_CANNABINOID && sum <= MOST_CANNABINOIDS;
}

/* Acids of CBC and CBN are left out, as the study does. */
static void
read_cannabinoids (Sample *sample, const WhPanel *panel, const WhStudySample *from)
{
  sample->cannabinoids[THC] = total_of (panel, "delta_9_thc", &from->total_thc);
  sample->cannabinoids[CBD] = total_of (panel, "cbd", &from->total_cbd);
  sample->cannabinoids[CBG] = total_of (panel, "cbg", NULL);
  sample->cannabinoids[CBC] = percent_of (panel, "cbc", 0);
  sample->cannabinoids[CBN] = percent_of (panel, "cbn", MISSING_CBN);
  sample->cannabinoids[THCV] = total_of (panel, "thcv", NULL);
  sample->type = wh_chemistry_type (sample->cannabinoids[THC], sample->cannabinoids[CBD]);
}

static double
variance_of (const double *x, guint n)
{
  double mean = 0, squares = 0;

  for (guint i = 0; i < n; i++)
    mean += x[i] / n;
  for (guint i = 0; i < n; i++)
    squares += (x[i] - mean) * (x[i] - mean);
  return squares / n;
}

/* A panel that says nothing (all alike, mostly zero) or the impossible counts as not tested. */
static gboolean
are_terpenes_usable (const Sample *sample)
{
  double largest = 0;
  guint zeros = 0;

  for (guint i = 0; i < N_TERPENES; i++)
    largest = MAX (largest, sample->terpenes[i]);
  for (guint i = 0; i < N_COMMON; i++)
    zeros += sample->terpenes[i] == 0;
  return variance_of (sample->terpenes, N_TERPENES) > LEAST_VARIANCE && largest <= MOST_TERPENE && zeros < MOST_ZEROS;
}

static void
read_terpenes (Sample *sample, const WhPanel *panel)
{
  for (guint i = 0; i < N_TERPENES; i++)
    sample->terpenes[i] = percent_of (panel, terpenes[i], 0);
  sample->has_terpenes = !isnan (percent_of (panel, "beta_myrcene", NAN)) && are_terpenes_usable (sample);
}

/* Flower by weight: amounts per serving are of something else. A file without product types is taken for flower. */
static gboolean
is_flower (const WhStudySample *sample, gboolean typed)
{
  WhUnit unit;

  if (sample->result->unit && wh_unit_parse (sample->result->unit, &unit) && unit == WH_UNIT_MG_PER_UNIT)
    return FALSE;
  return !typed || (sample->batch && g_strcmp0 (sample->batch->product_type, "flower") == 0);
}

static gboolean
has_flower (const GPtrArray *samples)
{
  for (guint i = 0; i < samples->len; i++)
    {
      const WhStudySample *sample = samples->pdata[i];
      if (sample->batch && g_strcmp0 (sample->batch->product_type, "flower") == 0)
        return TRUE;
    }
  return FALSE;
}

/* The one type of an untyped file, or one that tells something else there: indica, sativa or hybrid. */
static gboolean
has_other_types (const GPtrArray *samples)
{
  for (guint i = 0; i < samples->len; i++)
    {
      const WhStudySample *sample = samples->pdata[i];
      if (sample->batch && sample->batch->product_type && isnan (sample->label))
        return TRUE;
    }
  return FALSE;
}

static GArray *
read_samples (const WhStudy *study, gboolean typed)
{
  GArray *out = g_array_new (FALSE, TRUE, sizeof (Sample));

  for (guint i = 0; i < study->samples->len; i++)
    {
      const WhStudySample *from = study->samples->pdata[i];
      g_autoptr (WhPanel) panel = zero_below_limits (from->result->panel);
      Sample sample = { .slug = from->slug };
      if (!is_flower (from, typed) || !is_possible (panel, from))
        continue;
      read_cannabinoids (&sample, panel, from);
      read_terpenes (&sample, panel);
      if (sample.type != WH_TYPE_UNKNOWN)
        g_array_append_val (out, sample);
    }
  return out;
}

/* -- figures -- */

static void
add_counts (const GArray *samples, GPtrArray *figures)
{
  guint types[4] = { 0 }, with_terpenes = 0;

  for (guint i = 0; i < samples->len; i++)
    {
      types[g_array_index (samples, Sample, i).type]++;
      with_terpenes += g_array_index (samples, Sample, i).has_terpenes;
    }
  wh_study_add (figures, "samples_cannabinoids", g_strdup (_("Samples with cannabinoids")), 3507, samples->len);
  wh_study_add (figures, "samples_terpenes", g_strdup (_("Samples with terpenes")), 1709, with_terpenes);
  wh_study_add (figures, "thc_dominant", g_strdup (_("THC-dominant")), 3229, types[WH_TYPE_THC_DOMINANT]);
  wh_study_add (figures, "balanced", g_strdup (_("Balanced")), 92, types[WH_TYPE_BALANCED]);
  wh_study_add (figures, "cbd_dominant", g_strdup (_("CBD-dominant")), 186, types[WH_TYPE_CBD_DOMINANT]);
}

/* Of the samples with terpenes, those of one type or (WH_TYPE_UNKNOWN) all. */
static GArray *
select_terpenes (const GArray *samples, WhChemotype type)
{
  GArray *out = g_array_new (FALSE, FALSE, sizeof (Sample));

  for (guint i = 0; i < samples->len; i++)
    {
      const Sample *sample = &g_array_index (samples, Sample, i);
      if (sample->has_terpenes && (type == WH_TYPE_UNKNOWN || sample->type == type))
        g_array_append_val (out, *sample);
    }
  return out;
}

static guint
dominant_of (const Sample *sample)
{
  guint dominant = 0;

  for (guint i = 1; i < N_TERPENES; i++)
    if (sample->terpenes[i] > sample->terpenes[dominant])
      dominant = i;
  return dominant;
}

static void
add_dominant (const GArray *thc_dominant, GPtrArray *figures)
{
  static const struct {
    const char *key;
    double      percent;
  } published[] = { { "beta_myrcene", 30.52 }, { "beta_caryophyllene", 19.66 }, { "d_limonene", 17.60 },
                    { "nerolidol", 16.44 }, { "terpinolene", 8.31 }, { "alpha_pinene", 5.10 } };

  for (guint i = 0; i < G_N_ELEMENTS (published); i++)
    {
      g_autofree char *key = g_strconcat ("dominant_", published[i].key, NULL);
      guint n = 0;
      for (guint j = 0; j < thc_dominant->len; j++)
        n += strcmp (terpenes[dominant_of (&g_array_index (thc_dominant, Sample, j))], published[i].key) == 0;
      /* Translators: a terpene; the share of samples in which it is the largest. */
      wh_study_add (figures, key, g_strdup_printf (_("%s dominant, %%"), wh_analyte_by_key (published[i].key)->name),
                    published[i].percent, thc_dominant->len ? 100.0 * n / thc_dominant->len : NAN);
    }
}

/* Rows scaled to a sum of 100; a row of zeros stays. */
static void
scale_rows (double *table, gsize n_rows, gsize n_columns)
{
  for (gsize row = 0; row < n_rows; row++)
    {
      double sum = 0;
      for (gsize column = 0; column < n_columns; column++)
        sum += table[row * n_columns + column];
      for (gsize column = 0; column < n_columns && sum > 0; column++)
        table[row * n_columns + column] *= 100 / sum;
    }
}

static double *
terpene_table (const GArray *samples, gboolean scaled)
{
  double *table = g_new (double, samples->len * N_COMMON + 1);

  for (guint row = 0; row < samples->len; row++)
    memcpy (table + row * N_COMMON, g_array_index (samples, Sample, row).terpenes, N_COMMON * sizeof (double));
  if (scaled)
    scale_rows (table, samples->len, N_COMMON);
  return table;
}

static void
add_components (WhEngine *engine, const double *table, gsize n_rows, gsize n_columns, const char *key, const char *name,
                const double *published, guint n_published, GPtrArray *figures)
{
  g_autoptr (WhComponents) components = wh_components_new (engine, table, n_rows, n_columns, FALSE, NULL, NULL);

  for (guint i = 0; i < n_published; i++)
    {
      g_autofree char *numbered = g_strdup_printf ("%s_pc%u_percent", key, i + 1);
      /* Translators: terpenes or cannabinoids, and the number of a principal component. */
      wh_study_add (figures, numbered, g_strdup_printf (_("%s, component %u, %% of the variance"), name, i + 1), published[i],
                    components ? 100 * components->shares[i] : NAN);
    }
}

static void
add_all_components (WhEngine *engine, const GArray *samples, const GArray *with_terpenes, GPtrArray *figures)
{
  static const double of_terpenes[] = { 37.9, 16.9, 15.0 }, of_cannabinoids[] = { 98.1, 1.7 };
  g_autofree double *shares = terpene_table (with_terpenes, TRUE);
  g_autofree double *cannabinoids = g_new (double, samples->len * N_CANNABINOIDS + 1);

  for (guint row = 0; row < samples->len; row++)
    memcpy (cannabinoids + row * N_CANNABINOIDS, g_array_index (samples, Sample, row).cannabinoids,
            N_CANNABINOIDS * sizeof (double));
  scale_rows (cannabinoids, samples->len, N_CANNABINOIDS);
  add_components (engine, shares, with_terpenes->len, N_COMMON, "terpenes", _("Terpenes"), of_terpenes,
                  G_N_ELEMENTS (of_terpenes), figures);
  add_components (engine, cannabinoids, samples->len, N_CANNABINOIDS, "cannabinoids", _("Cannabinoids"),
                  of_cannabinoids, G_N_ELEMENTS (of_cannabinoids), figures);
}

static void
add_sizes (const WhClusters *clusters, GPtrArray *figures)
{
  static const double published[N_CLUSTERS] = { 970, 515, 163 };

  for (guint i = 0; i < N_CLUSTERS; i++)
    {
      g_autofree char *key = g_strdup_printf ("cluster_%c_size", 'a' + i);
      wh_study_add (figures, key, g_strdup_printf (_("Cluster %c, samples"), 'A' + i), published[i],
                    clusters ? (double) clusters->sizes[i] : NAN);
    }
  wh_study_add (figures, "kmeans_inertia", g_strdup (_("k-means inertia, k = 3")), 774120.4, clusters ? clusters->inertia : NAN);
}

static void
add_clusters (WhEngine *engine, const GArray *thc_dominant, GPtrArray *figures)
{
  static const double silhouettes[] = { 0.259, 0.313, 0.273, 0.279 };
  g_autofree double *shares = terpene_table (thc_dominant, TRUE);
  double widths[G_N_ELEMENTS (silhouettes)];

  for (guint i = 0; i < G_N_ELEMENTS (silhouettes); i++)
    {
      g_autoptr (WhClusters) clusters = wh_clusters_new (engine, shares, thc_dominant->len, N_COMMON, i + 2, N_STARTS, SEED, NULL, NULL);
      widths[i] = clusters ? wh_clusters_silhouette (engine, clusters, shares, SILHOUETTE_ROWS, NULL) : NAN;
      if (i + 2 == N_CLUSTERS)
        add_sizes (clusters, figures);
    }
  for (guint i = 0; i < G_N_ELEMENTS (silhouettes); i++)
    {
      g_autofree char *key = g_strdup_printf ("silhouette_k%u", i + 2);
      wh_study_add (figures, key, g_strdup_printf (_("Silhouette, k = %u"), i + 2), silhouettes[i], widths[i]);
    }
}

static double
rank_correlation (const GArray *samples, guint a, guint b)
{
  g_autofree double *x = g_new (double, samples->len + 1);
  g_autofree double *y = g_new (double, samples->len + 1);

  for (guint i = 0; i < samples->len; i++)
    {
      x[i] = g_array_index (samples, Sample, i).terpenes[a];
      y[i] = g_array_index (samples, Sample, i).terpenes[b];
    }
  return wh_statistics_spearman (x, y, samples->len, NULL);
}

static void
add_correlations (const GArray *with_terpenes, GPtrArray *figures)
{
  enum { GAMMA_TERPINENE = 2, HUMULENE = 4, CARYOPHYLLENE = 5, BETA_PINENE = 10, ALPHA_TERPINENE = 11, ALPHA_PINENE = 13 };

  wh_study_add (figures, "spearman_humulene_caryophyllene", g_strdup (_("Humulene and caryophyllene, Spearman")), 0.71,
                rank_correlation (with_terpenes, HUMULENE, CARYOPHYLLENE));
  wh_study_add (figures, "spearman_pinenes", g_strdup (_("α- and β-pinene, Spearman")), 0.81,
                rank_correlation (with_terpenes, ALPHA_PINENE, BETA_PINENE));
  wh_study_add (figures, "spearman_terpinenes", g_strdup (_("α- and γ-terpinene, Spearman")), 0.78,
                rank_correlation (with_terpenes, ALPHA_TERPINENE, GAMMA_TERPINENE));
}

static void
add_strains (const GArray *with_terpenes, WhStudy *study)
{
  g_autofree double *values = terpene_table (with_terpenes, FALSE);
  g_autofree const char **slugs = g_new (const char *, with_terpenes->len + 1);
  const WhStudyNames names = { with_terpenes->len, N_COMMON, slugs, values };

  for (guint i = 0; i < with_terpenes->len; i++)
    slugs[i] = g_array_index (with_terpenes, Sample, i).slug;
  wh_study_add_strains (&names, study->slugs, study->figures);
  if (!study->slugs)
    wh_study_note (study, g_strdup (_("The figures about strains were not computed: which names are strains needs a list, --strains.")));
}

static gboolean
has_cannabinoids (const GPtrArray *samples)
{
  for (guint i = 0; i < samples->len; i++)
    {
      const WhPanel *panel = ((WhStudySample *) samples->pdata[i])->result->panel;
      for (guint j = 0; panel && j < wh_panel_length (panel); j++)
        if (!wh_analyte_is_terpene (wh_analyte_get (wh_panel_at (panel, j)->analyte)))
          return TRUE;
    }
  return FALSE;
}

/* A file without types is taken for flower; one with other types than flower has none. */
static gboolean
check_types (WhStudy *study, gboolean typed, GError **error)
{
  if (typed)
    return TRUE;
  if (!has_other_types (study->samples))
    {
      wh_study_note (study, g_strdup (_("The file names no product types; all of it was taken for flower.")));
      return TRUE;
    }
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("None of the products in this file is flower."));
  return FALSE;
}

gboolean
wh_study_smith (WhStudy *study, GError **error)
{
  gboolean typed = has_flower (study->samples);
  g_autoptr (GArray) samples = read_samples (study, typed);
  g_autoptr (GArray) with_terpenes = select_terpenes (samples, WH_TYPE_UNKNOWN);
  g_autoptr (GArray) thc_dominant = select_terpenes (samples, WH_TYPE_THC_DOMINANT);

  if (!check_types (study, typed, error))
    return FALSE;
  if (samples->len == 0)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID,
                           has_cannabinoids (study->samples)
                             ? _("This file has no flower with cannabinoids in a unit of weight; if it names no unit, say it with --unit.")
                             : _("This file has no cannabinoids, without which the study has no samples."));
      return FALSE;
    }
  add_counts (samples, study->figures);
  add_dominant (thc_dominant, study->figures);
  add_all_components (study->engine, samples, with_terpenes, study->figures);
  add_clusters (study->engine, thc_dominant, study->figures);
  add_correlations (with_terpenes, study->figures);
  add_strains (with_terpenes, study);
  return TRUE;
}
