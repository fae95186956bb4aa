/* Each rule finds what was made to break it, and nothing in results that are well. */
#include <string.h>

#include "catalogue-fixture.h"
#include "service/wh-sentinel.h"

static const char *const TERPENES[] = { "beta_myrcene", "d_limonene", "linalool", "alpha_pinene", "beta_pinene", "alpha_humulene",
                                        "beta_caryophyllene", "terpinolene" };

/* A flower of one lab with so much THCA; numbers make its terpenes its own. */
static WhLabResult *
add_result (Fixture *fixture, WhStrain *strain, const char *lab, guint number, double thca)
{
  g_autofree char *key = g_strdup_printf ("%s-%u", lab, number);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, key, "flower"), key, "2026-01-02");

  g_free (result->lab_name);
  result->lab_name = g_strdup (lab);
  fixture_value (result, "thca", thca);
  for (guint i = 0; i < G_N_ELEMENTS (TERPENES); i++)
    fixture_value (result, TERPENES[i], 1 + number * 0.01 + i * 0.1);
  return result;
}

static guint
count (const GPtrArray *findings, const char *code)
{
  guint n = 0;

  for (guint i = 0; i < findings->len; i++)
    n += strcmp (((WhFinding *) findings->pdata[i])->code, code) == 0;
  return n;
}

static GPtrArray *
run (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *findings;

  fixture_commit (fixture);
  findings = wh_sentinel_run (wh_catalogue_store (fixture->catalogue), fixture->principal, &error);
  g_assert_no_error (error);
  return findings;
}

static void
test_well (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Fine", "hybrid", 0.5);
  g_autoptr (GPtrArray) findings = NULL;

  for (guint i = 0; i < 50; i++)
    add_result (fixture, strain, "Careful", i, 150 + i);
  findings = run (fixture);
  g_assert_cmpuint (findings->len, ==, 0);
}

static void
test_each_rule (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Odd", "hybrid", 0.5);
  g_autoptr (GPtrArray) findings = NULL;

  for (guint i = 0; i < 40; i++)
    add_result (fixture, strain, "Steady", i, 200 + i % 7);
  add_result (fixture, strain, "Steady", 90, 320);
  add_result (fixture, strain, "Other", 91, 1100);
  fixture_value (add_result (fixture, strain, "Other", 92, 200), "cbd", 60);
  findings = run (fixture);
  g_assert_cmpuint (count (findings, "outlier"), ==, 1);
  g_assert_cmpuint (count (findings, "over_100_percent"), ==, 1);
  g_assert_cmpuint (count (findings, "impossible_ratio"), ==, 1);
}

static void
test_copies_and_bunching (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Many", "hybrid", 0.5);
  g_autoptr (GPtrArray) findings = NULL;
  WhLabResult *copy;

  /* 150 % / 0.877 spread from 19 to 21 % total: a quarter below 20, three quarters above. */
  for (guint i = 0; i < 240; i++)
    add_result (fixture, strain, "Generous", i, (i % 4 == 0 ? 195 : 205) / 0.877);
  copy = add_result (fixture, strain, "Generous", 500, 203 / 0.877);
  for (guint i = 0; i < G_N_ELEMENTS (TERPENES); i++)
    fixture_value (copy, TERPENES[i], 1 + 3 * 0.01 + i * 0.1);
  findings = run (fixture);
  g_assert_cmpuint (count (findings, "bunching"), ==, 1);
  g_assert_cmpuint (count (findings, "copied_panel"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sentinel/well", Fixture, NULL, fixture_set_up, test_well, fixture_tear_down);
  g_test_add ("/sentinel/each-rule", Fixture, NULL, fixture_set_up, test_each_rule, fixture_tear_down);
  g_test_add ("/sentinel/copies-and-bunching", Fixture, NULL, fixture_set_up, test_copies_and_bunching, fixture_tear_down);
  return g_test_run ();
}
