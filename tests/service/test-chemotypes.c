/* Made strains of two kinds are told apart; those in the middle and those not tested are left unclassified. */
#include "base/wh-error.h"
#include "catalogue-fixture.h"
#include "service/wh-chemotypes.h"

static const char *const TERPENES[] = { "beta_myrcene", "terpinolene", "d_limonene", "linalool", "alpha_humulene", "alpha_pinene" };

static WhId
add_strain (Fixture *fixture, const char *kind, guint number, const double *amounts, guint n)
{
  g_autofree char *name = g_strdup_printf ("%s %u", kind, number);
  WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");

  for (guint i = 0; i < n; i++)
    fixture_value (result, TERPENES[i], amounts[i]);
  return strain->entity.id;
}

static void
fill (Fixture *fixture)
{
  for (guint i = 0; i < 30; i++)
    {
      double wobble = i % 5 / 20.0;
      add_strain (fixture, "Myrcene", i, (const double[]) { 8 + wobble, 0.1, 1, 1, 1 + wobble, 1 }, 6);
      if (i < 20)
        add_strain (fixture, "Terpinolene", i, (const double[]) { 0.1, 8 + wobble, 1, 1 + wobble, 1, 1 }, 6);
    }
  add_strain (fixture, "Middle", 1, (const double[]) { 3, 3, 1, 1, 1, 1 }, 6);
  add_strain (fixture, "Little", 1, (const double[]) { 8, 1, 1 }, 3);
}

/* Tested for everything, and nothing of it found. */
static void
add_empty (Fixture *fixture)
{
  WhStrain *strain = fixture_strain (fixture, "Empty", "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");

  for (guint i = 0; i < G_N_ELEMENTS (TERPENES); i++)
    fixture_measure (result, TERPENES[i], WH_STATE_NOT_DETECTED, NAN, NAN, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
}

static void
test_two_kinds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhChemotypes) chemotypes = NULL;
  g_autoptr (GError) error = NULL;
  const WhChemotypeGroup *first, *second;

  fill (fixture);
  add_empty (fixture);
  fixture_commit (fixture);
  chemotypes = wh_analyst_chemotypes (analyst, fixture->principal, 2, &error);
  g_assert_no_error (error);
  first = &g_array_index (chemotypes->groups, WhChemotypeGroup, 0);
  second = &g_array_index (chemotypes->groups, WhChemotypeGroup, 1);
  g_assert_cmpuint (first->n, ==, 30);
  g_assert_cmpuint (second->n, ==, 20);
  g_assert_cmpstr (first->leading[0].analyte->key, ==, "beta_myrcene");
  g_assert_cmpstr (second->leading[0].analyte->key, ==, "terpinolene");
  g_assert_cmpfloat (first->leading[0].share, >, 0.5);
  g_assert_true (g_str_has_prefix (first->examples[0]->name, "Myrcene"));
  g_assert_cmpuint (chemotypes->n_between, ==, 1);
  g_assert_cmpuint (chemotypes->n_untested, ==, 1);
  g_assert_cmpuint (chemotypes->n_empty, ==, 1);
  g_assert_cmpfloat (chemotypes->silhouette, >, 0.8);
  g_assert_cmpfloat (chemotypes->stability, >, 0.95);
  g_assert_cmpuint (chemotypes->n_values, ==, 51 * 6);
  g_assert_cmpuint (chemotypes->n_censored, ==, 0);
}

/* No groups, and what would tell them apart lies somewhere below a limit: they are not found again. */
static void
test_unstable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhChemotypes) chemotypes = NULL;

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *name = g_strdup_printf ("Alike %u", i);
      WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
      WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");
      for (guint j = 0; j < 5; j++)
        fixture_value (result, TERPENES[j], 1 + (i * (7 + j) % 13) * 0.01);
      fixture_measure (result, TERPENES[5], WH_STATE_BELOW_LOQ, NAN, 2, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
    }
  fixture_commit (fixture);
  chemotypes = wh_analyst_chemotypes (analyst, fixture->principal, 3, NULL);
  g_assert_cmpuint (chemotypes->n_censored, ==, 60);
  g_assert_cmpfloat (chemotypes->stability, <, 0.5);
}

static void
test_number_is_chosen (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhChemotypes) chemotypes = NULL;

  fill (fixture);
  fixture_commit (fixture);
  chemotypes = wh_analyst_chemotypes (analyst, fixture->principal, 0, NULL);
  g_assert_cmpuint (chemotypes->groups->len, >=, 2);
  g_assert_cmpfloat (chemotypes->silhouette, >, 0.7);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GError) error = NULL;

  fixture_commit (fixture);
  g_assert_null (wh_analyst_chemotypes (analyst, fixture->principal, 0, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/chemotypes/two-kinds", Fixture, NULL, fixture_set_up, test_two_kinds, fixture_tear_down);
  g_test_add ("/chemotypes/number-is-chosen", Fixture, NULL, fixture_set_up, test_number_is_chosen, fixture_tear_down);
  g_test_add ("/chemotypes/unstable", Fixture, NULL, fixture_set_up, test_unstable, fixture_tear_down);
  g_test_add ("/chemotypes/refused", Fixture, NULL, fixture_set_up, test_refused, fixture_tear_down);
  return g_test_run ();
}
