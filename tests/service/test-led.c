/* Strains by leading terpenes: only those led by just these, nearest to the profile asked for first. */
#include "catalogue-fixture.h"
#include "service/wh-led.h"

static const char *const TERPENES[] = { "beta_myrcene", "d_limonene", "linalool", "alpha_humulene", "ocimene" };

static void
add_strain (Fixture *fixture, const char *name, const double *amounts)
{
  WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");

  for (guint i = 0; i < G_N_ELEMENTS (TERPENES); i++)
    fixture_value (result, TERPENES[i], amounts[i]);
}

static WhLedStrains *
ask (Fixture *fixture, const char *first, const char *second, GError **error)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  const WhAnalyte *terpenes[] = { wh_analyte_lookup (first), second ? wh_analyte_lookup (second) : NULL };

  return wh_analyst_led_by (analyst, fixture->principal, terpenes, second ? 2 : 1, error);
}

static const char *
name_at (const WhLedStrains *strains, guint place)
{
  g_assert_cmpuint (place, <, strains->strains->len);
  return g_array_index (strains->strains, WhLed, place).card->name;
}

static void
fill (Fixture *fixture)
{
  add_strain (fixture, "Both", (const double[]) { 6, 3, 0.5, 0.5, 0 });
  add_strain (fixture, "Weakly", (const double[]) { 3, 2.5, 2, 2, 2 });
  add_strain (fixture, "Turned", (const double[]) { 3, 6, 0.5, 0.5, 0 });
  add_strain (fixture, "Another between", (const double[]) { 6, 3, 4, 0.5, 0 });
  add_strain (fixture, "Ocimene", (const double[]) { 1, 1, 1, 1, 9 });
  fixture_commit (fixture);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhLedStrains) strains = NULL;
  const WhLed *best;

  fill (fixture);
  strains = ask (fixture, "myrcene", "limonene", NULL);
  g_assert_cmpuint (strains->strains->len, ==, 3);
  g_assert_cmpstr (name_at (strains, 0), ==, "Both");
  g_assert_cmpstr (name_at (strains, 1), ==, "Turned");
  g_assert_cmpstr (name_at (strains, 2), ==, "Weakly");
  best = &g_array_index (strains->strains, WhLed, 0);
  g_assert_cmpfloat_with_epsilon (best->shares[0], 0.6, 1e-6);
  /* Two thirds and one third against 0.6 and 0.3. */
  g_assert_cmpfloat_with_epsilon (best->hellinger_distance, sqrt (1 - sqrt (0.4) - sqrt (0.1)), 1e-6);
  g_assert_cmpuint (best->n_tested, ==, 5);
}

static void
test_isomer_is_its_total (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhLedStrains) strains = NULL;

  fill (fixture);
  strains = ask (fixture, "beta_ocimene", NULL, NULL);
  g_assert_cmpuint (strains->strains->len, ==, 1);
  g_assert_cmpstr (name_at (strains, 0), ==, "Ocimene");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhLedStrains) untested = NULL;
  g_autoptr (GError) error = NULL;

  fill (fixture);
  g_assert_null (ask (fixture, "myrcene", "beta_myrcene", &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (ask (fixture, "thca", NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  untested = ask (fixture, "terpinolene", NULL, NULL);
  g_assert_cmpuint (untested->strains->len, ==, 0);
}

#define ADD(path, function) g_test_add ("/led/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("order", test_order);
  ADD ("isomer-is-its-total", test_isomer_is_its_total);
  ADD ("refused", test_refused);
  return g_test_run ();
}
