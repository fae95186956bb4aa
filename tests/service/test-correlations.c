/* Terpenes made to go together, or against each other, are found so; too few strains say nothing. */
#include <string.h>

#include "base/wh-error.h"
#include "catalogue-fixture.h"
#include "service/wh-correlations.h"

static const char *const TERPENES[] = { "alpha_pinene", "beta_pinene", "d_limonene", "linalool", "alpha_humulene" };

static void
fill (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("Strain %u", i);
      WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
      WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");
      const double amounts[] = { 1 + i, 2 * (1 + i), 100.0 / (1 + i), 1 + i * 7 % 11, 1 + i * 5 % 13 };
      for (guint j = 0; j < G_N_ELEMENTS (TERPENES); j++)
        fixture_value (result, TERPENES[j], amounts[j]);
    }
  fixture_commit (fixture);
}

static const WhCorrelation *
find (const WhCorrelations *correlations, const char *a, const char *b)
{
  for (guint i = 0; i < correlations->pairs->len; i++)
    {
      const WhCorrelation *pair = &g_array_index (correlations->pairs, WhCorrelation, i);
      if ((strcmp (pair->first->key, a) == 0 && strcmp (pair->second->key, b) == 0)
          || (strcmp (pair->first->key, b) == 0 && strcmp (pair->second->key, a) == 0))
        return pair;
    }
  return NULL;
}

static void
test_made (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhCorrelations) all = NULL;
  g_autoptr (WhCorrelations) some = NULL;

  fill (fixture, 40);
  all = wh_analyst_correlate (analyst, fixture->principal, NULL, NULL);
  some = wh_analyst_correlate (analyst, fixture->principal, wh_analyte_by_key ("linalool"), NULL);
  g_assert_cmpuint (all->pairs->len, ==, 10);
  g_assert_cmpfloat_with_epsilon (find (all, "alpha_pinene", "beta_pinene")->spearman, 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (find (all, "alpha_pinene", "d_limonene")->spearman, -1, 1e-9);
  g_assert_cmpfloat (find (all, "alpha_pinene", "d_limonene")->pearson, >, -0.9);
  g_assert_cmpuint (find (all, "alpha_pinene", "beta_pinene")->n, ==, 40);
  g_assert_cmpuint (some->pairs->len, ==, 4);
}

/* Labs report an isomer or the total, so who asks for the one is answered with the other. */
static void
test_isomer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhCorrelations) correlations = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("Ocimene %u", i);
      WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
      WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");
      fixture_value (result, "beta_ocimene", 1 + i);
      fixture_value (result, "linalool", 3 + 2 * i);
    }
  fixture_commit (fixture);
  correlations = wh_analyst_correlate (analyst, fixture->principal, wh_analyte_by_key ("beta_ocimene"), &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (find (correlations, "ocimene", "linalool")->spearman, 1, 1e-9);
}

/* Forty strains, rho known: the band is that of the formula. One amount below the LOQ is counted. */
static void
test_bands (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhCorrelations) correlations = NULL;
  WhStrain *strain = fixture_strain (fixture, "Censored", "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");
  const WhCorrelation *pair;

  fixture_measure (result, "linalool", WH_STATE_BELOW_LOQ, NAN, 0.2, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
  fixture_value (result, "alpha_humulene", 1);
  fill (fixture, 39);
  correlations = wh_analyst_correlate (analyst, fixture->principal, NULL, NULL);
  pair = find (correlations, "linalool", "alpha_humulene");
  g_assert_cmpuint (pair->n, ==, 40);
  g_assert_cmpuint (pair->n_censored, ==, 1);
  g_assert_cmpfloat_with_epsilon (pair->pearson_high, tanh (atanh (pair->pearson) + 1.644854 / sqrt (37)), 1e-6);
  g_assert_cmpfloat_with_epsilon (pair->spearman_low,
                                  tanh (atanh (pair->spearman) - 1.644854 * sqrt ((1 + pair->spearman * pair->spearman / 2) / 37)), 1e-6);
  g_assert_cmpuint (find (correlations, "alpha_pinene", "beta_pinene")->n_censored, ==, 0);
  g_assert_cmpfloat (find (correlations, "alpha_pinene", "beta_pinene")->spearman_low, <=, 1);
}

static void
test_too_few (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GError) error = NULL;

  fill (fixture, 29);
  g_assert_null (wh_analyst_correlate (analyst, fixture->principal, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/correlations/made", Fixture, NULL, fixture_set_up, test_made, fixture_tear_down);
  g_test_add ("/correlations/isomer", Fixture, NULL, fixture_set_up, test_isomer, fixture_tear_down);
  g_test_add ("/correlations/bands", Fixture, NULL, fixture_set_up, test_bands, fixture_tear_down);
  g_test_add ("/correlations/too-few", Fixture, NULL, fixture_set_up, test_too_few, fixture_tear_down);
  return g_test_run ();
}
