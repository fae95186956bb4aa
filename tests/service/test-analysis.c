/* What lab results say: medians, formulas, who leads and how firmly, and nothing made of what was not tested. */
#include <math.h>
#include <string.h>

#include "catalogue-fixture.h"
#include "service/wh-analysis.h"

static WhPanel *
make_panel (const char *const *keys, const double *values, guint n)
{
  WhPanel *panel = wh_panel_new ();

  for (guint i = 0; i < n; i++)
    {
      WhMeasure measure = WH_MEASURE_INIT;
      measure.analyte = wh_analyte_by_key (keys[i])->index;
      measure.state = values[i] > 0 ? WH_STATE_VALUE : WH_STATE_NOT_DETECTED;
      measure.unit = WH_UNIT_MG_PER_G;
      measure.value = values[i] > 0 ? values[i] : NAN;
      g_assert_true (wh_panel_add (panel, &measure, NULL));
    }
  return panel;
}

static const char *const keys[] = { "thca", "delta_9_thc", "cbd", "beta_myrcene", "d_limonene", "linalool", "alpha_pinene",
                                    "alpha_humulene" };
#define N_KEYS G_N_ELEMENTS (keys)

static WhAnalysis *
analyze (const double (*values)[N_KEYS], guint n)
{
  WhPanel *panels[8];
  WhAnalysis *analysis;

  for (guint i = 0; i < n; i++)
    panels[i] = make_panel (keys, values[i], N_KEYS);
  analysis = wh_analysis_new ((const WhPanel *const *) panels, n);
  for (guint i = 0; i < n; i++)
    wh_panel_unref (panels[i]);
  return analysis;
}

static void
test_totals (void)
{
  const double values[][N_KEYS] = { { 200, 10, 1, 5, 3, 1, 1, 0 } };
  g_autoptr (WhAnalysis) analysis = analyze (values, 1);
  const WhTotal *thc = &g_array_index (analysis->totals, WhTotal, 0);

  g_assert_cmpstr (thc->formula, ==, "Δ9-THC + 0.877 × THCA");
  g_assert_cmpfloat_with_epsilon (thc->amount.estimate, 10 + 0.877 * 200, 1e-9);
  g_assert_cmpint (analysis->type, ==, WH_TYPE_THC_DOMINANT);
  g_assert_cmpfloat_with_epsilon (analysis->ratio, 185.4, 1e-9);
  g_assert_cmpstr (g_array_index (analysis->terpenes, WhTerpeneShare, 0).analyte->key, ==, "beta_myrcene");
  g_assert_cmpfloat_with_epsilon (g_array_index (analysis->terpenes, WhTerpeneShare, 0).share, 0.5, 1e-9);
}

static void
test_firm_and_loose_leads (void)
{
  const double firm[][N_KEYS] = { { 1, 1, 1, 5, 3, 1, 1, 1 }, { 1, 1, 1, 6, 3, 1, 1, 1 }, { 1, 1, 1, 7, 2, 1, 1, 1 } };
  const double loose[][N_KEYS] = { { 1, 1, 1, 5, 1, 1, 1, 1 }, { 1, 1, 1, 4, 1, 1, 6, 1 }, { 1, 1, 1, 3, 1, 9, 1, 1 } };
  const double close[][N_KEYS] = { { 1, 1, 1, 5, 4.9, 1, 1, 1 } };
  g_autoptr (WhAnalysis) a = analyze (firm, 3);
  g_autoptr (WhAnalysis) b = analyze (loose, 3);
  g_autoptr (WhAnalysis) c = analyze (close, 1);
  g_autofree char *firm_words = wh_present_dominant_words (a);
  g_autofree char *loose_words = wh_present_dominant_words (b);
  g_autofree char *close_words = wh_present_dominant_words (c);

  g_assert_cmpfloat (wh_analysis_stability (a), ==, 1);
  g_assert_cmpfloat_with_epsilon (wh_analysis_lead (a), 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (wh_analysis_stability (b), 1 / 3.0, 1e-9);
  g_assert_cmpstr (firm_words, ==, "β-Myrcene leads, in 3 of 3 results");
  g_assert_nonnull (strstr (loose_words, "1 of 3 results only"));
  g_assert_nonnull (strstr (close_words, "too close to say"));
}

static void
test_little (void)
{
  g_autoptr (WhPanel) panel = make_panel (keys, (const double[]) { 100, 5, 0, 2 }, 4);
  g_autoptr (WhAnalysis) analysis = wh_analysis_new ((const WhPanel *const[]) { panel, NULL }, 2);
  g_autoptr (WhAnalysis) nothing = wh_analysis_new (NULL, 0);
  g_autofree char *words = wh_present_dominant_words (analysis);

  g_assert_true (isinf (analysis->ratio));
  g_assert_true (isnan (wh_analysis_stability (analysis)));   /* one terpene does not lead anything */
  g_assert_nonnull (strstr (words, "too few"));
  g_assert_cmpuint (g_array_index (analysis->totals, WhTotal, 2).amount.n, ==, 0);
  g_assert_true (isnan (nothing->ratio));
  g_assert_null (wh_present_dominant_words (nothing));
}

/* CBD below 2 mg/g, limonene below 4: what that leaves open of ratio and shares. */
static void
test_intervals (void)
{
  g_autoptr (WhPanel) panel = make_panel (keys, (const double[]) { 100, 0.3, 0, 6 }, 2);
  WhMeasure measure = WH_MEASURE_INIT;
  g_autoptr (WhAnalysis) analysis = NULL;
  const WhTerpeneShare *terpene;

  measure.unit = WH_UNIT_MG_PER_G;
  measure.analyte = wh_analyte_by_key ("beta_myrcene")->index;
  measure.state = WH_STATE_VALUE;
  measure.value = 6;
  g_assert_true (wh_panel_add (panel, &measure, NULL));
  measure.analyte = wh_analyte_by_key ("d_limonene")->index;
  measure.state = WH_STATE_BELOW_LOQ;
  measure.value = NAN;
  measure.lod = 1;
  measure.loq = 4;
  g_assert_true (wh_panel_add (panel, &measure, NULL));
  measure.analyte = wh_analyte_by_key ("cbd")->index;
  measure.loq = 2;
  g_assert_true (wh_panel_add (panel, &measure, NULL));
  analysis = wh_analysis_new ((const WhPanel *const[]) { panel }, 1);
  g_assert_cmpfloat_with_epsilon (analysis->ratio, 88, 1e-9);
  g_assert_cmpfloat_with_epsilon (analysis->ratio_low, 44, 1e-9);
  g_assert_cmpfloat_with_epsilon (analysis->ratio_high, 88, 1e-9);
  terpene = &g_array_index (analysis->terpenes, WhTerpeneShare, 0);
  g_assert_cmpfloat_with_epsilon (terpene->share, 6 / 8.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (terpene->share_low, 6 / 10.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (terpene->share_high, 6 / 7.0, 1e-9);
  terpene = &g_array_index (analysis->terpenes, WhTerpeneShare, 1);
  g_assert_cmpfloat_with_epsilon (terpene->share_low, 1 / 7.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (terpene->share_high, 4 / 10.0, 1e-9);
}

static void
add_result (Fixture *fixture, const WhStrain *strain, const char *number, const char *product_type, const char *basis, double thca)
{
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, number, product_type), "a", "2026-01-02");

  result->basis = g_strdup (basis);
  if (thca > 0)
    fixture_value (result, "thca", thca);
}

/* Total THC and how many results say it and do not; with the card's, which must be the same. */
static void
expect_thc (Fixture *fixture, const WhId *id, double thca, guint n_results, guint n_left_out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStrainDetail) detail = NULL;
  g_autoptr (WhAnalysis) analysis = NULL;

  fixture_commit (fixture);
  detail = wh_catalogue_show (fixture->catalogue, fixture->principal, id, &error);
  g_assert_no_error (error);
  analysis = wh_analysis_of_strain (detail);
  g_assert_cmpfloat_with_epsilon (g_array_index (analysis->totals, WhTotal, 0).amount.estimate, 0.877 * thca, 1e-6);
  g_assert_cmpfloat_with_epsilon (detail->card->thc.estimate, 0.877 * thca, 1e-6);
  g_assert_cmpuint (analysis->n_results, ==, n_results);
  g_assert_cmpuint (analysis->n_left_out, ==, n_left_out);
}

/* Extracts hold several times what flower does, and dry weight more than weight as received: neither is mixed into it. */
static void
test_flower_as_received (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Mix", "hybrid", 0.5);
  g_autoptr (WhStrain) kept = wh_entity_ref (strain);

  add_result (fixture, strain, "1", "concentrate", NULL, 800);
  add_result (fixture, strain, "2", "concentrate", NULL, 820);
  expect_thc (fixture, &kept->entity.id, 810, 2, 0);
  add_result (fixture, kept, "3", NULL, NULL, 190);
  expect_thc (fixture, &kept->entity.id, 190, 1, 2);
  add_result (fixture, kept, "4", "flower", "dry", 230);
  add_result (fixture, kept, "5", "flower", "dry", 0);
  expect_thc (fixture, &kept->entity.id, 230, 1, 4);
  add_result (fixture, kept, "6", "flower", "as_received", 200);
  expect_thc (fixture, &kept->entity.id, 200, 1, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/analysis/totals", test_totals);
  g_test_add_func ("/analysis/firm-and-loose-leads", test_firm_and_loose_leads);
  g_test_add_func ("/analysis/little", test_little);
  g_test_add_func ("/analysis/intervals", test_intervals);
  g_test_add ("/analysis/flower-as-received", Fixture, NULL, fixture_set_up, test_flower_as_received, fixture_tear_down);
  return g_test_run ();
}
