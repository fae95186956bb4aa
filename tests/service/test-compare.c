/* Strains side by side: the greatest certain difference first, gaps and censored values never a difference. */
#include <math.h>

#include "base/wh-error.h"
#include "catalogue-fixture.h"
#include "service/wh-compare.h"

static const char *const TERPENES[] = { "beta_myrcene", "beta_caryophyllene", "d_limonene", "linalool", "alpha_humulene" };

static WhId
add_strain (Fixture *fixture, const char *name, const double *amounts)
{
  WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");

  for (guint i = 0; i < G_N_ELEMENTS (TERPENES); i++)
    if (!isnan (amounts[i]))
      fixture_value (result, TERPENES[i], amounts[i]);
  return strain->entity.id;
}

static WhComparison *
compare (Fixture *fixture, WhAnalyst *analyst, const WhId *ids, guint n)
{
  g_autoptr (GError) error = NULL;
  WhComparison *comparison = wh_analyst_compare (analyst, fixture->principal, ids, n, &error);

  g_assert_no_error (error);
  return comparison;
}

static void
test_three (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhComparison) comparison = NULL;
  g_autofree char *words = NULL;
  const WhContrast *first;
  WhId ids[3] = { add_strain (fixture, "One", (const double[]) { 8, 1, 1, 1, 1 }),
                  add_strain (fixture, "Two", (const double[]) { 1, 4, 1, 1, 1 }),
                  add_strain (fixture, "Three", (const double[]) { 7, 1, 1, 1, 1 }) };

  fixture_commit (fixture);
  comparison = compare (fixture, analyst, ids, 3);
  g_assert_cmpuint (comparison->contrasts->len, ==, 5);
  first = &g_array_index (comparison->contrasts, WhContrast, 0);
  g_assert_cmpstr (first->analyte->key, ==, "beta_myrcene");
  g_assert_cmpfloat_with_epsilon (first->difference, 7, 1e-5);
  g_assert_cmpstr (g_array_index (comparison->contrasts, WhContrast, 1).analyte->key, ==, "beta_caryophyllene");
  g_assert_cmpuint (comparison->pairs->len, ==, 3);
  g_assert_cmpuint (g_array_index (comparison->pairs, WhPair, 0).first, ==, 0);
  g_assert_cmpuint (g_array_index (comparison->pairs, WhPair, 0).second, ==, 2);
  words = wh_present_pair_words (comparison, &g_array_index (comparison->pairs, WhPair, 2));
  g_assert_nonnull (strstr (words, "has more β-Myrcene"));
  g_assert_nonnull (strstr (words, "Two has more β-Caryophyllene (4.00 against 1.00 mg/g)"));
}

/* What one side was not tested for is no difference, and too few shared terpenes give no distance. */
static void
test_gaps (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhComparison) comparison = NULL;
  g_autofree char *words = NULL;
  WhId ids[2] = { add_strain (fixture, "Full", (const double[]) { 8, 1, 1, 1, 1 }),
                  add_strain (fixture, "Half", (const double[]) { NAN, 1, 1, 1, 1 }) };

  fixture_commit (fixture);
  comparison = compare (fixture, analyst, ids, 2);
  for (guint i = 0; i < comparison->contrasts->len; i++)
    g_assert_cmpfloat (g_array_index (comparison->contrasts, WhContrast, i).difference, ==, 0);
  g_assert_true (isnan (g_array_index (comparison->pairs, WhPair, 0).closeness.hellinger_distance));
  words = wh_present_pair_words (comparison, &g_array_index (comparison->pairs, WhPair, 0));
  g_assert_nonnull (strstr (words, "No terpene that both were tested for differs"));
}

/* Two strains that nobody tested for the same are not said to be alike. */
static void
test_nothing_shared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhComparison) comparison = NULL;
  g_autofree char *words = NULL;
  WhId ids[2] = { add_strain (fixture, "One", (const double[]) { 8, 1, NAN, NAN, NAN }),
                  add_strain (fixture, "Other", (const double[]) { NAN, NAN, 1, 1, 1 }) };

  fixture_commit (fixture);
  comparison = compare (fixture, analyst, ids, 2);
  words = wh_present_pair_words (comparison, &g_array_index (comparison->pairs, WhPair, 0));
  g_assert_nonnull (strstr (words, "No terpene was tested in both"));
  g_assert_null (strstr (words, "the tests can tell"));
}

/* What was looked for and not found is no zero, and what lies below a limit no number. */
static void
test_below_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhComparison) comparison = NULL;
  g_autofree char *absent = NULL, *below = NULL;
  WhStrain *low = fixture_strain (fixture, "Low", "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, low, "1", "flower"), "a", "2026-01-02");
  WhId ids[2] = { add_strain (fixture, "High", (const double[]) { 8, 1, 1, 1, 1 }), low->entity.id };

  fixture_measure (result, TERPENES[0], WH_STATE_NOT_DETECTED, NAN, NAN, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
  for (guint i = 1; i < G_N_ELEMENTS (TERPENES); i++)
    fixture_value (result, TERPENES[i], 1);
  fixture_commit (fixture);
  comparison = compare (fixture, analyst, ids, 2);
  absent = wh_present_pair_words (comparison, &g_array_index (comparison->pairs, WhPair, 0));
  g_array_index (comparison->contrasts, WhContrast, 0).amounts[1] = (WhAmount) { 0.2, 0, 0.4, 1 };
  below = wh_present_pair_words (comparison, &g_array_index (comparison->pairs, WhPair, 0));
  g_assert_nonnull (strstr (absent, "High has more β-Myrcene (8.00 mg/g against ND)"));
  g_assert_nonnull (strstr (below, "High has more β-Myrcene (8.00 against less than 0.40 mg/g)"));
  g_assert_true (g_str_has_prefix (comparison->engine, "cpu-"));
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GError) error = NULL;
  WhId id = add_strain (fixture, "One", (const double[]) { 8, 1, 1, 1, 1 });
  WhId twice[2] = { id, id }, unknown[2] = { id, wh_id_new () };

  fixture_commit (fixture);
  g_assert_null (wh_analyst_compare (analyst, fixture->principal, twice, 1, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (wh_analyst_compare (analyst, fixture->principal, twice, 2, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (wh_analyst_compare (analyst, fixture->principal, unknown, 2, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/compare/three", Fixture, NULL, fixture_set_up, test_three, fixture_tear_down);
  g_test_add ("/compare/gaps", Fixture, NULL, fixture_set_up, test_gaps, fixture_tear_down);
  g_test_add ("/compare/nothing-shared", Fixture, NULL, fixture_set_up, test_nothing_shared, fixture_tear_down);
  g_test_add ("/compare/below-limits", Fixture, NULL, fixture_set_up, test_below_limits, fixture_tear_down);
  g_test_add ("/compare/refused", Fixture, NULL, fixture_set_up, test_refused, fixture_tear_down);
  return g_test_run ();
}
