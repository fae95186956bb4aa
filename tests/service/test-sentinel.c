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

/* A package of 3.5 g in stock; `batch` NULL: nobody knows of which. */
static WhProduct *
add_product (Fixture *fixture, const WhStrain *strain, const WhBatch *batch, const char *name, double label)
{
  WhProduct *product = fixture_add (fixture, wh_product_new (wh_id_from_key ("product", "test", name)));

  product->name = g_strdup (name);
  product->category = g_strdup ("flower");
  product->dispensary_id = wh_id_from_key ("dispensary", "test", "shop");
  product->strain_id = strain->entity.id;
  if (batch)
    product->batch_id = batch->entity.id;
  product->thc_percentage = label;
  product->in_stock = 1;
  return product;
}

/* A flower with nothing but so many percent of total THC. */
static WhLabResult *
add_tested (Fixture *fixture, const WhBatch *batch, const char *sample, const char *date, double thc)
{
  WhLabResult *result = fixture_result (fixture, batch, date, date);

  result->lab_name = g_strdup ("Shelf Lab");
  result->sample_id = g_strdup (sample);
  fixture_value (result, "delta_9_thc", thc * 10);
  return result;
}

static const WhFinding *
find (const GPtrArray *findings, const char *code, const char *name)
{
  for (guint i = 0; i < findings->len; i++)
    if (strcmp (((WhFinding *) findings->pdata[i])->code, code) == 0 && g_strcmp0 (((WhFinding *) findings->pdata[i])->name, name) == 0)
      return findings->pdata[i];
  return NULL;
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

static void
test_more_than_flower (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Much", "hybrid", 0.5);
  WhLabResult *extract = fixture_result (fixture, fixture_batch (fixture, strain, "extract", "concentrate"), "x", "2026-01-02");
  WhLabResult *unnamed = fixture_result (fixture, fixture_batch (fixture, strain, "unnamed", NULL), "u", "2026-01-02");
  WhLabResult *unnamed_extract = fixture_result (fixture, fixture_batch (fixture, strain, "unnamed extract", NULL), "v", "2026-01-02");
  WhLabResult *terpene = add_result (fixture, strain, "Lab", 1, 200);
  g_autoptr (GPtrArray) findings = NULL;

  fixture_value (unnamed, "thca", 200);
  fixture_value (unnamed, "linalool", 52);
  fixture_value (unnamed_extract, "thca", 700);
  fixture_value (unnamed_extract, "linalool", 52);
  fixture_value (extract, "thca", 800);
  fixture_value (extract, "d_limonene", 90);
  fixture_value (terpene, "d_limonene", 51);
  fixture_value (add_result (fixture, strain, "Lab", 2, 390), "cbga", 120);
  add_result (fixture, strain, "Lab", 3, 410);
  findings = run (fixture);
  g_assert_cmpuint (count (findings, "terpene_over_5_percent"), ==, 2);
  g_assert_cmpuint (count (findings, "sum_over_50_percent"), ==, 1);
  g_assert_cmpuint (count (findings, "cannabinoid_over_40_percent"), ==, 1);
  g_assert_cmpuint (findings->len, ==, 4);
}

static void
test_unit_slip (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Slipped", "hybrid", 0.5);
  g_autoptr (GPtrArray) findings = NULL;

  for (guint i = 0; i < 5; i++)
    add_result (fixture, strain, "Lab", i, 200 + 5 * i);
  add_result (fixture, strain, "Lab", 7, 21);     /* a tenth */
  add_result (fixture, strain, "Lab", 8, 60);     /* weak, but no slip */
  findings = run (fixture);
  g_assert_cmpuint (count (findings, "unit_slip"), ==, 1);
  g_assert_nonnull (strstr (((WhFinding *) findings->pdata[0])->message, "a tenth of"));
  g_assert_cmpfloat_with_epsilon (((WhFinding *) findings->pdata[0])->value, 0.1, 0.01);
}

static void
test_labels (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Labelled", "hybrid", 0.5);
  WhBatch *batch = fixture_batch (fixture, strain, "1", "flower");
  g_autoptr (GPtrArray) findings = NULL;

  add_tested (fixture, batch, "A", "2026-01-02", 18);
  add_tested (fixture, fixture_batch (fixture, strain, "2", "flower"), "B", "2026-01-03", 24);
  add_product (fixture, strain, batch, "over", 25);        /* -28 % */
  add_product (fixture, strain, batch, "under", 15);       /* +20 % */
  add_product (fixture, strain, batch, "near", 20);        /* -10 % */
  add_product (fixture, strain, NULL, "within", 26);       /* one batch of the strain supports it */
  add_product (fixture, strain, NULL, "beyond", 30);       /* none does */
  findings = run (fixture);
  g_assert_nonnull (find (findings, "label_over_result", "over"));
  g_assert_nonnull (strstr (find (findings, "label_over_result", "over")->message, "25.0 %"));
  g_assert_nonnull (strstr (find (findings, "label_over_result", "over")->message, "18.0 %"));
  g_assert_cmpfloat_with_epsilon (find (findings, "label_over_result", "over")->value, -28, 0.01);
  g_assert_false (wh_id_is_none (&find (findings, "label_over_result", "over")->product_id));
  g_assert_nonnull (find (findings, "label_under_result", "under"));
  g_assert_nonnull (find (findings, "label_over_result", "beyond"));
  g_assert_cmpuint (findings->len, ==, 3);
}

static void
test_amended (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Amended", "hybrid", 0.5);
  WhBatch *twice = fixture_batch (fixture, strain, "1", "flower");
  g_autoptr (GPtrArray) findings = NULL;

  add_tested (fixture, twice, "A", "2026-01-02", 24);
  add_tested (fixture, twice, "A", "2026-02-02", 18);
  add_tested (fixture, fixture_batch (fixture, strain, "2", "flower"), "B", "2026-01-02", 20);
  add_tested (fixture, fixture_batch (fixture, strain, "3", "flower"), "B", "2026-01-04", 20.1);   /* rounded otherwise */
  add_product (fixture, strain, twice, "old label", 24);
  findings = run (fixture);
  g_assert_nonnull (strstr (find (findings, "amended", "Amended")->message, "18.00 % THC instead of 24.00 %"));
  g_assert_nonnull (strstr (find (findings, "amended", "old label")->message, "2026-02-02"));
  g_assert_cmpuint (findings->len, ==, 2);
}

static void
test_expired (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Old", "hybrid", 0.5);
  WhBatch *old = fixture_batch (fixture, strain, "1", "flower"), *fresh = fixture_batch (fixture, strain, "2", "flower");
  g_autoptr (GPtrArray) findings = NULL;

  add_tested (fixture, old, "A", "2025-01-02", 20);
  add_tested (fixture, fresh, "B", "2026-01-02", 20);
  add_product (fixture, strain, old, "on the shelf", NAN);
  add_product (fixture, strain, fresh, "fresh", NAN);
  add_product (fixture, strain, old, "sold out", NAN)->in_stock = 0;
  findings = run (fixture);
  g_assert_nonnull (find (findings, "expired", "on the shelf"));
  g_assert_nonnull (strstr (find (findings, "expired", NULL)->message, "1 of 2 results"));
  g_assert_cmpuint (findings->len, ==, 2);
}

/* What a result says of many products is one finding, told by the label farthest off. */
static void
test_many_products (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Popular", "hybrid", 0.5);
  WhBatch *old = fixture_batch (fixture, strain, "1", "flower"), *weak = fixture_batch (fixture, strain, "2", "flower");
  g_autoptr (GPtrArray) findings = NULL;

  add_tested (fixture, old, "A", "2025-01-02", 20);
  add_tested (fixture, weak, "B", "2026-01-02", 18);
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *name = g_strdup_printf ("Package %u", i), *label = g_strdup_printf ("Label %u", i);
      add_product (fixture, strain, old, name, NAN);
      add_product (fixture, strain, weak, label, i == 7 ? 30 : 25)->in_stock = i != 3;
    }
  findings = run (fixture);
  g_assert_cmpuint (findings->len, ==, 3);
  g_assert_nonnull (strstr (((WhFinding *) findings->pdata[0])->message, "30.0 % THC"));
  g_assert_nonnull (strstr (((WhFinding *) findings->pdata[0])->message, "(12 products, 11 in stock)"));
  g_assert_cmpstr (((WhFinding *) findings->pdata[0])->name, ==, "Label 7");
  g_assert_cmpuint (count (findings, "expired"), ==, 2);   /* of the lab, and of the batch */
  g_assert_nonnull (strstr (((WhFinding *) findings->pdata[2])->message, "(12 products in stock)"));
}

/* The import's remark gives way to the rule that tells why; otherwise it stands. */
static void
test_said_once (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Twice", "hybrid", 0.5);
  g_autoptr (GPtrArray) findings = NULL;

  add_result (fixture, strain, "Lab", 1, 1100)->checks = g_strsplit ("over_100_percent,repeated_analyte", ",", 0);
  findings = run (fixture);
  g_assert_cmpuint (count (findings, "over_100_percent"), ==, 1);
  g_assert_nonnull (strstr (find (findings, "over_100_percent", "Twice")->message, "% of the sample"));
  g_assert_cmpuint (count (findings, "repeated_analyte"), ==, 1);
  g_assert_nonnull (strstr (find (findings, "repeated_analyte", "Twice")->message, "given twice"));
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  static const char *const expected[] = { "impossible_ratio", "over_100_percent", "lost_decimal_point", "cannabinoid_over_40_percent",
                                          "terpene_over_5_percent", "repeated_analyte", "expired", "expired", "no_unit" };
  WhStrain *strain = fixture_strain (fixture, "Ordered", "hybrid", 0.5);
  WhLabResult *remarked = add_result (fixture, strain, "B", 1, 200);
  g_autoptr (GPtrArray) findings = NULL;

  remarked->checks = g_strsplit ("no_unit,repeated_analyte,lost_decimal_point", ",", 0);
  fixture_value (add_result (fixture, strain, "B", 2, 200), "d_limonene", 51);
  fixture_value (add_result (fixture, strain, "B", 3, 200), "cbd", 60);
  add_result (fixture, strain, "C", 4, 1100);
  g_assert_true (wh_clock_parse ("2025-01-02", &add_result (fixture, strain, "B", 5, 200)->test_date));
  g_assert_true (wh_clock_parse ("2025-01-02", &add_result (fixture, strain, "A", 6, 200)->test_date));
  findings = run (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (((WhFinding *) findings->pdata[i])->code, ==, expected[i]);
  g_assert_cmpstr (((WhFinding *) findings->pdata[6])->lab, ==, "A");
  g_assert_cmpstr (((WhFinding *) findings->pdata[7])->lab, ==, "B");
}

static void
test_select (Fixture *fixture, gconstpointer data)
{
  WhStrain *strain = fixture_strain (fixture, "Chosen", "hybrid", 0.5);
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GPtrArray) of_code = NULL;
  g_autoptr (GPtrArray) of_lab = NULL;

  add_result (fixture, strain, "One", 1, 410);
  add_result (fixture, strain, "Two", 2, 1100);
  findings = run (fixture);
  of_code = wh_sentinel_select (findings, "over_100_percent", NULL);
  of_lab = wh_sentinel_select (findings, NULL, "One");
  g_assert_cmpuint (of_code->len, ==, 1);
  g_assert_cmpuint (of_lab->len, ==, 1);
  g_assert_cmpuint (findings->len, ==, 3);
}

#define ADD(path, function) g_test_add ("/sentinel/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  gint64 now;

  g_test_init (&argc, &argv, NULL);
  /* What is expired depends on the day. */
  g_assert_true (wh_clock_parse ("2026-06-01", &now));
  wh_clock_freeze (now);
  ADD ("well", test_well);
  ADD ("each-rule", test_each_rule);
  ADD ("copies-and-bunching", test_copies_and_bunching);
  ADD ("more-than-flower", test_more_than_flower);
  ADD ("unit-slip", test_unit_slip);
  ADD ("labels", test_labels);
  ADD ("amended", test_amended);
  ADD ("expired", test_expired);
  ADD ("many-products", test_many_products);
  ADD ("said-once", test_said_once);
  ADD ("order", test_order);
  ADD ("select", test_select);
  return g_test_run ();
}
