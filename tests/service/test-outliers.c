/* One test made to be far from the others is found, by its profile and by its amounts; strains are ranked by how they scatter. */
#include <string.h>

#include "catalogue-fixture.h"
#include "service/wh-outliers.h"

static const char *const TERPENES[] = { "beta_myrcene", "d_limonene", "linalool", "alpha_humulene", "beta_caryophyllene" };

static WhLabResult *
add_test (Fixture *fixture, WhStrain *strain, const char *number, const char *product_type, const char *lab, const double *amounts)
{
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, number, product_type), number, "2026-01-02");

  result->lab_name = g_strdup (lab);
  result->sample_id = g_strdup (number);
  for (guint i = 0; i < G_N_ELEMENTS (TERPENES); i++)
    fixture_value (result, TERPENES[i], amounts[i]);
  return result;
}

static WhStrain *
add_strain (Fixture *fixture, const char *name, guint n, double scatter)
{
  WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);
      double wobble = scatter * (i * 7 % 5) / 5;
      add_test (fixture, strain, number, "flower", "Lab",
                (const double[]) { 5 + wobble, 3 - wobble, 1 + wobble / 2, 1 + 0.03 * i, 2 + 0.05 * i });
    }
  return strain;
}

static WhOutliers *
run (Fixture *fixture, const char *strain)
{
  WhId id = strain ? wh_id_from_key ("strain", "test", strain) : WH_ID_NONE;
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GError) error = NULL;
  WhOutliers *outliers = wh_analyst_outliers (analyst, fixture->principal, strain ? &id : NULL, &error);

  g_assert_no_error (error);
  return outliers;
}

static const WhOutlier *
outlier_at (const WhOutliers *outliers, guint place)
{
  g_assert_cmpuint (place, <, outliers->outliers->len);
  return outliers->outliers->pdata[place];
}

static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhOutliers) all = NULL;
  g_autoptr (WhOutliers) one = NULL;

  add_strain (fixture, "Steady", 8, 0.3);
  fixture_commit (fixture);
  all = run (fixture, NULL);
  one = run (fixture, "Steady");
  g_assert_cmpuint (all->n_tests, ==, 8);
  g_assert_cmpuint (all->outliers->len, ==, 0);
  g_assert_cmpuint (one->outliers->len, ==, 0);
  g_assert_cmpuint (one->spreads->len, ==, 1);
}

static void
test_profile_and_amount (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = add_strain (fixture, "Odd", 8, 0.3);
  g_autoptr (WhOutliers) all = NULL;
  g_autoptr (WhOutliers) one = NULL;

  add_test (fixture, strain, "swapped", "flower", "Lab", (const double[]) { 0.1, 3, 1, 1, 9 });
  add_test (fixture, strain, "doubled", "flower", "Lab", (const double[]) { 10, 6, 2, 2, 4 });   /* the same shape */
  add_test (fixture, strain, "extract", "concentrate", "Lab", (const double[]) { 1, 1, 1, 1, 90 });
  fixture_commit (fixture);
  all = run (fixture, NULL);
  one = run (fixture, "Odd");
  g_assert_cmpuint (all->n_tests, ==, 10);
  g_assert_cmpuint (all->outliers->len, ==, 1);
  g_assert_cmpstr (outlier_at (all, 0)->batch_number, ==, "swapped");
  g_assert_null (outlier_at (all, 0)->analyte);
  g_assert_true (g_str_has_prefix (outlier_at (all, 0)->message, "check: "));
  g_assert_nonnull (strstr (outlier_at (all, 0)->message, "Myrcene"));
  g_assert_cmpfloat (outlier_at (all, 0)->z, >, 3.5);
  g_assert_cmpuint (one->outliers->len, >, 2);
  g_assert_cmpstr (outlier_at (one, 0)->batch_number, ==, "swapped");
  g_assert_nonnull (outlier_at (one, 1)->analyte);
  for (guint i = 1; i < one->outliers->len; i++)
    if (g_str_equal (outlier_at (one, i)->batch_number, "doubled"))
      return;
  g_assert_not_reached ();
}

/* A test that found nothing is told as that; what may lie anywhere up to a high limit is far from nothing. */
static void
test_below_limits (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = add_strain (fixture, "Limits", 8, 0.3);
  g_autoptr (WhOutliers) one = NULL;
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  const WhState states[] = { WH_STATE_NOT_DETECTED, WH_STATE_BELOW_LOQ };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, i ? "blind" : "nothing", "flower"), "a", "2026-01-02");
      result->lab_name = g_strdup ("Lab");
      fixture_measure (result, "beta_myrcene", states[i], NAN, i ? 9 : NAN, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
      for (guint j = 1; j < G_N_ELEMENTS (TERPENES); j++)
        fixture_value (result, TERPENES[j], j == 1 ? 2.9 : j == 4 ? 2.1 : 1.1);
    }
  fixture_commit (fixture);
  one = run (fixture, "Limits");
  wh_present_outliers (writer, one, 0);
  for (guint i = 0, found = 0; i < one->outliers->len; i++)
    if (outlier_at (one, i)->analyte && g_str_equal (outlier_at (one, i)->analyte->key, "beta_myrcene"))
      {
        g_assert_cmpuint (++found, ==, 1);
        g_assert_cmpstr (outlier_at (one, i)->batch_number, ==, "nothing");
        g_assert_nonnull (strstr (outlier_at (one, i)->message, "β-Myrcene not detected"));
      }
  g_assert_nonnull (strstr (json->str, "β-Myrcene not detected"));
  g_assert_nonnull (strstr (json->str, "\"value\":null"));
}

/* Another lab's level is no fault of its tests. */
static void
test_labs_apart (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = add_strain (fixture, "Two labs", 8, 0.3);
  g_autoptr (WhOutliers) one = NULL;

  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *number = g_strdup_printf ("other %u", i);
      add_test (fixture, strain, number, "flower", "Other lab", (const double[]) { 10 + 0.1 * i, 6, 2, 2, 4 + 0.1 * i });
    }
  fixture_commit (fixture);
  one = run (fixture, "Two labs");
  g_assert_cmpuint (one->outliers->len, ==, 0);
}

static void
test_ranked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhOutliers) all = NULL;

  add_strain (fixture, "Narrow", 5, 0.1);
  add_strain (fixture, "Wide", 5, 2.5);
  add_strain (fixture, "Two tests", 2, 1);
  fixture_commit (fixture);
  all = run (fixture, NULL);
  g_assert_cmpuint (all->spreads->len, ==, 2);
  g_assert_cmpstr (g_array_index (all->spreads, WhSpread, 0).card->name, ==, "Wide");
  g_assert_cmpuint (g_array_index (all->spreads, WhSpread, 1).n_tests, ==, 5);
}

static void
test_unknown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GError) error = NULL;
  WhId absent = wh_id_from_key ("strain", "test", "absent");

  fixture_commit (fixture);
  g_assert_null (wh_analyst_outliers (analyst, fixture->principal, &absent, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

#define ADD(path, function) g_test_add ("/outliers/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("nothing", test_nothing);
  ADD ("profile-and-amount", test_profile_and_amount);
  ADD ("below-limits", test_below_limits);
  ADD ("labs-apart", test_labs_apart);
  ADD ("ranked", test_ranked);
  ADD ("unknown", test_unknown);
  return g_test_run ();
}
