#include "wh-analysis.h"

#include <glib/gi18n.h>
#include <math.h>

#include "wh-snapshot.h"

#define FEWEST_TERPENES 5   /* tested, for a result to say which one leads */
#define NO_TIER G_MAXUINT

static const struct {
  const char *key, *name, *neutral;
} totals[] = {
  { "thc", N_("Total THC"), "delta_9_thc" },
  { "cbd", N_("Total CBD"), "cbd" },
  { "cbg", N_("Total CBG"), "cbg" },
  { "thcv", N_("Total THCV"), "thcv" },
};

typedef WhAmount (*AmountFunc) (const WhPanel *panel, gconstpointer what);

static WhAmount
median_of (const WhPanel *const *panels, guint n, AmountFunc amount_of, gconstpointer what)
{
  g_autofree WhAmount *amounts = g_new (WhAmount, n + 1);

  for (guint i = 0; i < n; i++)
    amounts[i] = amount_of (panels[i], what);
  return wh_chemistry_median (amounts, n);
}

static WhAmount
amount_of_total (const WhPanel *panel, gconstpointer neutral)
{
  return wh_chemistry_total (panel, neutral);
}

static WhAmount
amount_of_analyte (const WhPanel *panel, gconstpointer analyte)
{
  return wh_chemistry_amount (panel, ((const WhAnalyte *) analyte)->index);
}

static WhAmount
amount_of_terpenes (const WhPanel *panel, gconstpointer unused)
{
  return wh_chemistry_terpenes (panel);
}

static WhAmount
amount_of_cannabinoids (const WhPanel *panel, gconstpointer unused)
{
  return wh_chemistry_cannabinoids (panel);
}

/* "Δ9-THC + 0.877 × THCA" */
static char *
formula_of (const WhAnalyte *neutral)
{
  const WhAnalyte *acid = wh_analyte_get (neutral->acid);
  char factor[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup_printf ("%s + %s × %s", neutral->name, g_ascii_formatd (factor, sizeof factor, "%.4g", neutral->acid_factor),
                          acid->name);
}

static void
add_totals (WhAnalysis *analysis, const WhPanel *const *panels, guint n)
{
  WhTotal terpenes = { "terpenes", _("All terpenes"), NULL, median_of (panels, n, amount_of_terpenes, NULL) };
  WhTotal cannabinoids = { "cannabinoids", _("All cannabinoids"), NULL, median_of (panels, n, amount_of_cannabinoids, NULL) };

  for (guint i = 0; i < G_N_ELEMENTS (totals); i++)
    {
      WhTotal total = { totals[i].key, _(totals[i].name), formula_of (wh_analyte_by_key (totals[i].neutral)),
                        median_of (panels, n, amount_of_total, totals[i].neutral) };
      g_array_append_val (analysis->totals, total);
    }
  g_array_append_val (analysis->totals, cannabinoids);
  g_array_append_val (analysis->totals, terpenes);
}

static void
add_type (WhAnalysis *analysis)
{
  const WhAmount *thc = &g_array_index (analysis->totals, WhTotal, 0).amount;
  const WhAmount *cbd = &g_array_index (analysis->totals, WhTotal, 1).amount;

  analysis->ratio = analysis->ratio_low = analysis->ratio_high = NAN;
  if (thc->n && cbd->n && (thc->estimate > 0 || cbd->estimate > 0))
    {
      analysis->type = wh_chemistry_type (thc->estimate, cbd->estimate);
      analysis->ratio = cbd->estimate > 0 ? thc->estimate / cbd->estimate : INFINITY;
      analysis->ratio_low = cbd->high > 0 ? thc->low / cbd->high : INFINITY;
      analysis->ratio_high = cbd->low > 0 ? thc->high / cbd->low : INFINITY;
    }
}

/* -- terpenes -- */

static int
compare_shares (gconstpointer a, gconstpointer b)
{
  const WhTerpeneShare *x = a, *y = b;

  if (x->amount.estimate != y->amount.estimate)
    return x->amount.estimate > y->amount.estimate ? -1 : 1;
  return (int) x->analyte->index - (int) y->analyte->index;
}

/* Least where it is at its low end and the others at their high ones; `low` and `high` are the sums of all. */
static void
set_shares (WhTerpeneShare *terpene, double sum, double low, double high)
{
  const WhAmount *amount = &terpene->amount;
  double least = amount->low + high - amount->high, most = amount->high + low - amount->low;

  terpene->share = amount->estimate / sum;
  terpene->share_low = least > 0 ? amount->low / least : 0;
  terpene->share_high = most > 0 ? amount->high / most : 0;
}

static void
add_terpenes (WhAnalysis *analysis, const WhPanel *const *panels, guint n)
{
  double sum = 0, low = 0, high = 0;

  for (guint i = 0; i < wh_analyte_count (); i++)
    {
      WhTerpeneShare terpene = { .analyte = wh_analyte_get ((WhAnalyteIndex) i) };
      if (!wh_analyte_is_terpene (terpene.analyte) || terpene.analyte->total != WH_ANALYTE_NONE)
        continue;
      terpene.amount = median_of (panels, n, amount_of_analyte, terpene.analyte);
      if (terpene.amount.n == 0)
        continue;
      sum += terpene.amount.estimate;
      low += terpene.amount.low;
      high += terpene.amount.high;
      g_array_append_val (analysis->terpenes, terpene);
    }
  for (guint i = 0; i < analysis->terpenes->len && sum > 0; i++)
    set_shares (&g_array_index (analysis->terpenes, WhTerpeneShare, i), sum, low, high);
  g_array_sort (analysis->terpenes, compare_shares);
}

/* Who leads one result; NULL where too few were tested or nothing was found. */
static WhTerpeneShare *
leader_of (WhAnalysis *analysis, const WhPanel *panel)
{
  WhTerpeneShare *leader = NULL;
  double largest = 0;
  guint tested = 0;

  for (guint i = 0; i < analysis->terpenes->len; i++)
    {
      WhTerpeneShare *terpene = &g_array_index (analysis->terpenes, WhTerpeneShare, i);
      WhAmount amount = wh_chemistry_amount (panel, terpene->analyte->index);
      tested += amount.n > 0;
      if (amount.n && amount.estimate > largest)
        {
          largest = amount.estimate;
          leader = terpene;
        }
    }
  return tested >= FEWEST_TERPENES ? leader : NULL;
}

WhAnalysis *
wh_analysis_new (const WhPanel *const *panels, guint n_panels)
{
  WhAnalysis *analysis = g_new0 (WhAnalysis, 1);

  analysis->n_results = n_panels;
  analysis->totals = g_array_new (FALSE, FALSE, sizeof (WhTotal));
  analysis->terpenes = g_array_new (FALSE, FALSE, sizeof (WhTerpeneShare));
  add_totals (analysis, panels, n_panels);
  add_type (analysis);
  add_terpenes (analysis, panels, n_panels);
  for (guint i = 0; i < n_panels; i++)
    {
      WhTerpeneShare *leader = leader_of (analysis, panels[i]);
      if (!leader)
        continue;
      leader->leads++;
      analysis->n_profiles++;
    }
  return analysis;
}

/* -- which results speak for a strain -- */

static gboolean
has_amounts (const WhPanel *panel)
{
  double low, high;

  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    if (wh_measure_interval (wh_panel_at (panel, i), &low, &high))
      return TRUE;
  return FALSE;
}

/* By result; NO_TIER where it has no amounts. */
static guint *
tiers_of (const WhStrainDetail *detail)
{
  g_autoptr (GHashTable) batches = g_hash_table_new (wh_id_hash, wh_id_equal);
  guint *tiers = g_new (guint, detail->results->len + 1);

  for (guint i = 0; i < detail->batches->len; i++)
    g_hash_table_insert (batches, &((WhBatch *) detail->batches->pdata[i])->entity.id, detail->batches->pdata[i]);
  for (guint i = 0; i < detail->results->len; i++)
    {
      const WhLabResult *result = detail->results->pdata[i];
      const WhBatch *batch = g_hash_table_lookup (batches, &result->batch_id);
      tiers[i] = has_amounts (result->panel) ? wh_snapshot_tier (wh_snapshot_kind (batch->product_type), result) : NO_TIER;
    }
  return tiers;
}

WhAnalysis *
wh_analysis_of_strain (const WhStrainDetail *detail)
{
  guint n_results = detail->results->len, best = NO_TIER, n = 0;
  g_autofree const WhPanel **panels = g_new (const WhPanel *, n_results + 1);
  g_autofree guint *tiers = tiers_of (detail);
  WhAnalysis *analysis;

  for (guint i = 0; i < n_results; i++)
    best = MIN (best, tiers[i]);
  for (guint i = 0; i < n_results; i++)
    if (tiers[i] != NO_TIER && tiers[i] == best)
      panels[n++] = ((const WhLabResult *) detail->results->pdata[i])->panel;
  analysis = wh_analysis_new (panels, n);
  analysis->n_left_out = n_results - n;
  return analysis;
}

void
wh_analysis_free (WhAnalysis *analysis)
{
  for (guint i = 0; i < analysis->totals->len; i++)
    g_free (g_array_index (analysis->totals, WhTotal, i).formula);
  g_array_unref (analysis->totals);
  g_array_unref (analysis->terpenes);
  g_free (analysis);
}

double
wh_analysis_stability (const WhAnalysis *analysis)
{
  if (analysis->n_profiles == 0 || analysis->terpenes->len == 0)
    return NAN;
  return (double) g_array_index (analysis->terpenes, WhTerpeneShare, 0).leads / analysis->n_profiles;
}

double
wh_analysis_lead (const WhAnalysis *analysis)
{
  const WhTerpeneShare *first = (const WhTerpeneShare *) analysis->terpenes->data;

  if (analysis->terpenes->len < 2 || first[0].amount.estimate <= 0)
    return NAN;
  return 1 - first[1].amount.estimate / first[0].amount.estimate;
}
