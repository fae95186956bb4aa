#include "base/wh-json.h"
#include "catalogue-fixture.h"
#include "service/wh-present.h"

#include <string.h>

static WhJson *
parse (GString *text)
{
  g_autoptr (GError) error = NULL;
  WhJson *json = wh_json_parse (text->str, text->len, G_MAXSIZE, &error);

  g_assert_no_error (error);
  return json;
}

static const char *
text_at (const WhJsonNode *node, const char *key)
{
  return wh_json_string (wh_json_member (node, key), NULL);
}

static double
number_at (const WhJsonNode *node, const char *key)
{
  return wh_json_number (wh_json_member (node, key), NAN);
}

static WhStrain *
add_strain (Fixture *fixture)
{
  WhStrain *strain = fixture_strain (fixture, "Blue \"Dream\"", "hybrid", 0.9);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");

  fixture_value (result, "thca", 223.4);
  fixture_value (result, "beta_myrcene", 6.5);
  fixture_measure (result, "d_limonene", WH_STATE_BELOW_LOQ, NAN, 0.2, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
  fixture_measure (result, "linalool", WH_STATE_NOT_TESTED, NAN, NAN, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
  strain->entity.source = g_strdup (WH_SOURCE_DEMONSTRATION);
  return strain;
}

static void
test_hits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  add_strain (fixture);
  fixture_strain (fixture, "Blueberry", NULL, NAN);
  fixture_commit (fixture);
  g_autoptr (WhHits) hits = fixture_search (fixture, "blue");
  wh_present_hits (writer, hits);
  g_autoptr (WhJson) json = parse (text);
  const WhJsonNode *first = wh_json_element (wh_json_root (json), 0);
  g_assert_cmpuint (wh_json_length (wh_json_root (json)), ==, 2);
  g_assert_cmpstr (text_at (first, "name"), ==, "Blue \"Dream\"");
  g_assert_cmpfloat_with_epsilon (number_at (first, "thc"), 19.5922, 1e-9);
  g_assert_cmpfloat_with_epsilon (number_at (first, "thc_percentage"), 19.5922, 1e-9);
  g_assert_true (wh_json_is_null (wh_json_member (first, "cbd")));
  g_assert_cmpstr (text_at (first, "dominant_terpene"), ==, "beta_myrcene");
  g_assert_cmpstr (text_at (first, "tested_at"), ==, "2026-01-02");
  g_assert_true (wh_json_boolean (wh_json_member (first, "demonstration"), FALSE));
  g_assert_cmpstr (text_at (first, "highlight"), ==, "\u2068Blue\u2069 \"Dream\"");
  const WhJsonNode *second = wh_json_element (wh_json_root (json), 1);
  g_assert_true (wh_json_is_null (wh_json_member (second, "thc")));
  g_assert_false (wh_json_boolean (wh_json_member (second, "demonstration"), TRUE));
}

static void
test_strain (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 2);
  WhId id = add_strain (fixture)->entity.id;

  fixture_commit (fixture);
  g_autoptr (WhStrainDetail) detail = wh_catalogue_show (fixture->catalogue, fixture->principal, &id, &error);
  g_assert_no_error (error);
  wh_present_strain (writer, detail);
  g_autoptr (WhJson) json = parse (text);
  const WhJsonNode *root = wh_json_root (json);
  const WhJsonNode *thc = wh_json_member (wh_json_member (root, "percentages"), "thc");
  g_assert_cmpfloat_with_epsilon (number_at (thc, "value"), 19.5922, 1e-9);
  g_assert_cmpfloat (number_at (thc, "n"), ==, 1);
  const WhJsonNode *profile = wh_json_member (root, "terpene_profile");
  g_assert_cmpuint (wh_json_length (profile), ==, 2);   /* what was not tested is not there */
  const WhJsonNode *batch = wh_json_element (wh_json_member (root, "batches"), 0);
  const WhJsonNode *result = wh_json_element (wh_json_member (batch, "lab_results"), 0);
  g_assert_cmpuint (wh_json_length (wh_json_member (result, "measurements")), ==, 4);
  g_assert_cmpuint (wh_json_length (wh_json_member (root, "lab_results")), ==, 1);
  g_assert_nonnull (text_at (wh_json_member (root, "not_supported"), "reason"));
  g_assert_true (wh_json_boolean (wh_json_member (root, "demonstration"), FALSE));
}

static void
test_reports (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new ();
  WhImportWarning warning = { (char *) "bad_cell", (char *) "a.csv", 7, (char *) "THC", (char *) "9..9", (char *) "Not a number" };
  WhImportReport first = { .path = (char *) "/tmp/a.csv", .rows = 3, .imported = 2, .bad = 1, .n_warnings = 1,
                           .warnings = warnings };
  WhImportReport second = { .path = (char *) "/tmp/b.csv", .rows = 5, .unchanged = 5 };
  const WhImportReport *reports[] = { &first, &second };

  g_ptr_array_add (warnings, &warning);
  wh_present_reports (writer, reports, G_N_ELEMENTS (reports));
  g_autoptr (WhJson) json = parse (text);
  const WhJsonNode *files = wh_json_member (wh_json_root (json), "files");
  g_assert_cmpuint (wh_json_length (files), ==, 2);
  const WhJsonNode *written = wh_json_element (wh_json_member (wh_json_element (files, 0), "warnings"), 0);
  g_assert_cmpstr (text_at (written, "code"), ==, "bad_cell");
  g_assert_cmpfloat (number_at (written, "line"), ==, 7);
  g_assert_cmpfloat (number_at (wh_json_member (wh_json_root (json), "totals"), "rows"), ==, 8);
}

static void
assert_words (double distance, double percentile, double same_producer, const char *expected)
{
  const WhCloseness closeness = { .hellinger_distance = distance, .percentile = percentile, .same_producer_percentile = same_producer };
  g_autofree char *words = wh_present_closeness_words (&closeness);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_similarity_words (void)
{
  assert_words (0.2, 97.9, NAN, "closer than 97 % of random pairs");
  assert_words (0.2, 97.9, 12, "closer than 97 % of random pairs");
  assert_words (0.2, 100, 12, "closer than 99 % of random pairs");   /* no sample of pairs tells more */
  assert_words (0.1, 97.9, 51, "as close as two batches of one producer's strain, and closer than 97 % of random pairs");
  assert_words (0.5, 12, 51, "not similar: 88 % of random pairs are closer");
  assert_words (0.9, 0, 0, "not similar: 99 % of random pairs are closer");
  assert_words (0.5, NAN, NAN, "too few strains to compare with");
  assert_words (NAN, NAN, NAN, "too few terpenes that both were tested for");
}

static void
assert_differs (double share, double other, const char *expected)
{
  const WhCloseness closeness = { .n_contributions = 1, .contributions = { { wh_analyte_by_key ("linalool"), share, other, 1 } } };
  g_autofree char *words = wh_present_contribution_words (&closeness);

  g_assert_cmpstr (words, ==, expected);
}

/* Small shares with a decimal, so that they are not said to differ as 1 % from 1 %; nothing found is no 0 %. */
static void
test_contribution_words (void)
{
  assert_differs (0.31, 0.12, "differs most in Linalool: 31 % against 12 % of the terpenes");
  assert_differs (0.006, 0.014, "differs most in Linalool: 0.6 % against 1.4 % of the terpenes");
  assert_differs (0, 0.031, "differs most in Linalool: ND against 3.1 % of the terpenes");
  assert_differs (0.3101, 0.3102, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/present/hits", Fixture, NULL, fixture_set_up, test_hits, fixture_tear_down);
  g_test_add ("/present/strain", Fixture, NULL, fixture_set_up, test_strain, fixture_tear_down);
  g_test_add_func ("/present/reports", test_reports);
  g_test_add_func ("/present/similarity-words", test_similarity_words);
  g_test_add_func ("/present/contribution-words", test_contribution_words);
  return g_test_run ();
}
