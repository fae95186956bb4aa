/* Similar strains over a store: order, totals by rule, what cannot be compared, renewal, many threads at once. */
#include "catalogue-fixture.h"
#include "service/wh-analyst.h"
#include "service/wh-demo.h"

static const char *const TERPENES[] = { "beta_myrcene", "beta_caryophyllene", "d_limonene", "linalool", "alpha_humulene" };

/* A strain with one batch; `last` is the fifth amount's analyte. */
static WhStrain *
add_strain (Fixture *fixture, const char *name, const char *last, const double *amounts)
{
  WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");

  for (guint i = 0; i < G_N_ELEMENTS (TERPENES); i++)
    fixture_value (result, i < 4 ? TERPENES[i] : last, amounts[i]);
  return strain;
}

static WhSimilars *
ask (Fixture *fixture, WhAnalyst *analyst, const WhId *id, guint limit)
{
  g_autoptr (GError) error = NULL;
  WhSimilars *similars = wh_analyst_similar (analyst, fixture->principal, id, limit, &error);

  g_assert_no_error (error);
  return similars;
}

static const WhSimilar *
similar_at (const WhSimilars *similars, guint position)
{
  g_assert_cmpuint (position, <, similars->similar->len);
  return &g_array_index (similars->similar, WhSimilar, position);
}

static void
test_nearest_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSimilars) similars = NULL;
  WhId id = add_strain (fixture, "Asked", TERPENES[4], (const double[]) { 5, 4, 3, 2, 1 })->entity.id;

  add_strain (fixture, "Far", TERPENES[4], (const double[]) { 1, 1, 1, 1, 9 });
  add_strain (fixture, "Same shape", TERPENES[4], (const double[]) { 10, 8, 6, 4, 2 });
  add_strain (fixture, "Near", TERPENES[4], (const double[]) { 5, 4, 3, 1, 2 });
  fixture_commit (fixture);
  similars = ask (fixture, analyst, &id, 10);
  g_assert_cmpuint (similars->similar->len, ==, 3);
  g_assert_cmpstr (similar_at (similars, 0)->card->name, ==, "Same shape");
  g_assert_cmpstr (similar_at (similars, 1)->card->name, ==, "Near");
  g_assert_cmpstr (similar_at (similars, 2)->card->name, ==, "Far");
  g_assert_cmpfloat_with_epsilon (similar_at (similars, 0)->closeness.hellinger_distance, 0, 1e-6);
  g_assert_cmpfloat (similar_at (similars, 1)->closeness.js_distance, >, 0);
  g_assert_cmpuint (similar_at (similars, 1)->closeness.shared_analytes, ==, 5);
  g_assert_cmpfloat (similar_at (similars, 0)->closeness.percentile, >, similar_at (similars, 2)->closeness.percentile);
  g_assert_true (g_str_has_prefix (similars->engine, "cpu-"));
}

/* One lab reports ocimene, the other its parts: the total is what both have. */
static void
test_total_stands_for_parts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSimilars) similars = NULL;
  const double amounts[] = { 5, 4, 3, 2, 1 };
  WhId id = add_strain (fixture, "Total", "ocimene", amounts)->entity.id;

  add_strain (fixture, "Parts", "beta_ocimene", amounts);
  fixture_commit (fixture);
  similars = ask (fixture, analyst, &id, 10);
  g_assert_cmpuint (similar_at (similars, 0)->closeness.shared_analytes, ==, 5);
  g_assert_cmpfloat_with_epsilon (similar_at (similars, 0)->closeness.hellinger_distance, 0, 1e-6);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GError) error = NULL;
  WhId id = fixture_smelling (fixture, "Two terpenes", 0.5, "d_limonene", 3, 2)->entity.id;
  WhId absent = wh_id_from_key ("strain", "test", "absent");

  fixture_commit (fixture);
  g_assert_null (wh_analyst_similar (analyst, fixture->principal, &id, 5, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (wh_analyst_similar (analyst, fixture->principal, &absent, 5, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

static void
test_renewed_with_the_catalogue (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSimilars) before = NULL;
  g_autoptr (WhSimilars) after = NULL;
  WhId id = add_strain (fixture, "Asked", TERPENES[4], (const double[]) { 5, 4, 3, 2, 1 })->entity.id;

  fixture_commit (fixture);
  before = ask (fixture, analyst, &id, 10);
  add_strain (fixture, "New", TERPENES[4], (const double[]) { 5, 4, 3, 1, 2 });
  fixture_commit (fixture);
  after = ask (fixture, analyst, &id, 10);
  g_assert_cmpuint (before->similar->len, ==, 0);
  g_assert_cmpuint (after->similar->len, ==, 1);
}

typedef struct {
  Fixture   *fixture;
  WhAnalyst *analyst;
  WhId       id;
} Question;

static gpointer
ask_cb (gpointer user_data)
{
  Question *question = user_data;

  return ask (question->fixture, question->analyst, &question->id, 10);
}

/* The demonstration catalogue, asked by several threads before anything is packed: one answer, calibrated. */
/* Findings are looked for once, and again when the catalogue has changed. */
static void
test_findings_are_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GPtrArray) first = NULL, again = NULL, later = NULL;
  WhLabResult *odd;

  add_strain (fixture, "Plain", TERPENES[4], (const double[]) { 5, 4, 3, 2, 1 });
  fixture_commit (fixture);
  first = wh_analyst_findings (analyst, fixture->principal, NULL);
  again = wh_analyst_findings (analyst, fixture->principal, NULL);
  odd = fixture_result (fixture, fixture_batch (fixture, fixture_strain (fixture, "Odd", "hybrid", 0.5), "1", "flower"), "a", "2026-01-02");
  fixture_value (odd, "thca", 200);
  fixture_value (odd, "cbd", 90);
  fixture_commit (fixture);
  later = wh_analyst_findings (analyst, fixture->principal, NULL);
  g_assert_true (first && first == again);
  g_assert_true (later && later != first);
  g_assert_cmpuint (later->len, >, first->len);
}

static void
test_threads_agree (Fixture *fixture, gconstpointer data)
{
  const WhDemoSize size = { 420, 400, 2, 2, 800 };
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GError) error = NULL;
  Question question = { fixture, analyst, WH_ID_NONE };
  WhSimilars *answers[4];
  GThread *threads[4];

  g_assert_true (wh_demo_make (fixture->store, fixture->principal, &size, NULL, NULL, NULL, &error));
  g_assert_true (wh_catalogue_refresh (fixture->catalogue, fixture->principal, NULL, &error));
  g_assert_no_error (error);
  {
    g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
    question.id = wh_snapshot_card (snapshot, 0)->id;
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ask", ask_cb, &question);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    answers[i] = g_thread_join (threads[i]);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_assert_cmpuint (answers[i]->similar->len, ==, 10);
      g_assert_true (similar_at (answers[i], 9)->card == similar_at (answers[0], 9)->card);
      g_assert_cmpfloat (similar_at (answers[i], 0)->closeness.percentile, >, 90);
      g_assert_cmpfloat (similar_at (answers[i], 0)->closeness.percentile, >=, similar_at (answers[i], 9)->closeness.percentile);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    wh_similars_free (answers[i]);
}

/* Forty names, each sold twice by its grower with a little difference; strangers differ much. */
static void
add_growers (Fixture *fixture)
{
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("Name %u", i);
      WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
      for (guint twice = 0; twice < 2; twice++)
        {
          WhBatch *batch = fixture_batch (fixture, strain, twice ? "b" : "a", "flower");
          WhLabResult *result = fixture_result (fixture, batch, "a", "2026-01-02");
          batch->producer = g_strdup (twice ? "Grower" : "GROWER ");
          for (guint j = 0; j < G_N_ELEMENTS (TERPENES); j++)
            fixture_value (result, TERPENES[j], 1 + (i * (3 + 2 * j) + j * j) % 11 + (twice ? 0.1 * j : 0));
        }
    }
}

static void
test_same_producer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSimilars) alone = NULL;
  g_autoptr (WhSimilars) similars = NULL;
  WhId id = add_strain (fixture, "Asked", TERPENES[4], (const double[]) { 5, 4, 3, 2, 1 })->entity.id;
  const WhSimilar *near, *far;

  add_strain (fixture, "Same", TERPENES[4], (const double[]) { 5, 4, 3, 2, 1 });
  add_strain (fixture, "Far", TERPENES[4], (const double[]) { 1, 1, 1, 1, 90 });
  fixture_commit (fixture);
  alone = ask (fixture, analyst, &id, 2);
  g_assert_true (isnan (similar_at (alone, 0)->closeness.same_producer_percentile));   /* nobody sells two batches */
  add_growers (fixture);
  fixture_commit (fixture);
  similars = ask (fixture, analyst, &id, 50);
  near = similar_at (similars, 0);
  far = similar_at (similars, similars->similar->len - 1);
  g_assert_cmpstr (near->card->name, ==, "Same");
  g_assert_cmpfloat (near->closeness.same_producer_percentile, >, 95);
  g_assert_cmpstr (far->card->name, ==, "Far");
  g_assert_cmpfloat (far->closeness.same_producer_percentile, ==, 0);
}

/* A long list of names that nobody tested takes nothing away from the few strains that were. */
static void
test_few_are_tested (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSimilars) similars = NULL;
  WhId id = add_strain (fixture, "Asked", TERPENES[4], (const double[]) { 5, 4, 3, 2, 1 })->entity.id;

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *name = g_strdup_printf ("Untested %u", i);
      fixture_strain (fixture, name, "hybrid", 0.5);
    }
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("Tested %u", i);
      add_strain (fixture, name, TERPENES[4], (const double[]) { 5, 4 + i, 3, 2 + i % 7, 1 + i % 3 });
    }
  fixture_commit (fixture);
  similars = ask (fixture, analyst, &id, 20);
  g_assert_cmpfloat (similar_at (similars, 0)->closeness.percentile, >, 90);
  g_assert_cmpfloat (similar_at (similars, 19)->closeness.percentile, <, 50);
}

/* The parts by hand: shares 1/3 and 1/5 … against the same with humulene tripled. */
static void
test_contributions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSimilars) similars = NULL;
  WhId id = add_strain (fixture, "Asked", TERPENES[4], (const double[]) { 2, 2, 2, 2, 2 })->entity.id;
  const WhCloseness *closeness;
  double difference = sqrt (6 / 14.0) - sqrt (0.2), rest = sqrt (2 / 14.0) - sqrt (0.2);

  add_strain (fixture, "Humulene", TERPENES[4], (const double[]) { 2, 2, 2, 2, 6 });
  fixture_commit (fixture);
  similars = ask (fixture, analyst, &id, 1);
  closeness = &similar_at (similars, 0)->closeness;
  g_assert_cmpuint (closeness->n_contributions, ==, WH_CLOSENESS_CONTRIBUTIONS);
  g_assert_cmpstr (closeness->contributions[0].analyte->key, ==, "alpha_humulene");
  g_assert_cmpfloat_with_epsilon (closeness->contributions[0].share, 6 / 14.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (closeness->contributions[0].other_share, 0.2, 1e-9);
  g_assert_cmpfloat_with_epsilon (closeness->contributions[0].part, difference * difference / (difference * difference + 4 * rest * rest),
                                  1e-6);
}

/* Censored amounts widen the band; the band is that of the stated scatter, the same every time. */
static void
test_bands (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSimilars) first = NULL;
  g_autoptr (WhSimilars) again = NULL;
  WhId id = add_strain (fixture, "Asked", TERPENES[4], (const double[]) { 5, 4, 3, 2, 3 })->entity.id;
  WhStrain *censored = fixture_strain (fixture, "Censored", "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, censored, "1", "flower"), "a", "2026-01-02");
  const WhCloseness *narrow, *wide;

  for (guint i = 0; i < 4; i++)
    fixture_value (result, TERPENES[i], (const double[]) { 1, 4, 3, 2 }[i]);
  fixture_measure (result, TERPENES[4], WH_STATE_BELOW_LOQ, NAN, 6, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
  add_strain (fixture, "Measured", TERPENES[4], (const double[]) { 1, 4, 3, 2, 3 });   /* what stands for the censored one */
  fixture_commit (fixture);
  first = ask (fixture, analyst, &id, 2);
  again = ask (fixture, analyst, &id, 2);
  wide = &similar_at (first, g_str_equal (similar_at (first, 0)->card->name, "Censored") ? 0 : 1)->closeness;
  narrow = &similar_at (first, g_str_equal (similar_at (first, 0)->card->name, "Censored") ? 1 : 0)->closeness;
  g_assert_cmpfloat_with_epsilon (wide->hellinger_distance, narrow->hellinger_distance, 1e-9);
  g_assert_cmpfloat (narrow->hellinger_low, <, narrow->hellinger_distance);
  g_assert_cmpfloat (narrow->hellinger_high, >, narrow->hellinger_distance);
  g_assert_cmpfloat (narrow->hellinger_high - narrow->hellinger_low, <, 0.1);
  g_assert_cmpfloat (wide->hellinger_high - wide->hellinger_low, >, 1.2 * (narrow->hellinger_high - narrow->hellinger_low));
  g_assert_cmpfloat (similar_at (again, 0)->closeness.hellinger_low, ==, similar_at (first, 0)->closeness.hellinger_low);
}

static void
fill_below_2 (WhLabResult *result)
{
  for (guint i = 0; i < 4; i++)
    fixture_value (result, TERPENES[i], 5 - i);
  fixture_measure (result, TERPENES[4], WH_STATE_BELOW_LOQ, NAN, 2, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
}

static const WhCloseness *
closeness_to (const WhSimilars *similars, const char *name)
{
  for (guint i = 0; i < similars->similar->len; i++)
    if (g_str_equal (similar_at (similars, i)->card->name, name))
      return &similar_at (similars, i)->closeness;
  g_assert_not_reached ();
}

/* Where only more of a censored terpene leads farther away, its upper end moves the band's upper end: of strains and of what is sent. */
static void
test_upper_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSimilars) similars = NULL;
  g_autoptr (WhSimilars) similars_of_sent = NULL;
  g_autoptr (WhLabResult) sent = wh_lab_result_new (WH_ID_NONE);
  WhStrain *censored = fixture_strain (fixture, "Censored", "hybrid", 0.5);
  WhId id = add_strain (fixture, "Asked", TERPENES[4], (const double[]) { 5, 4, 3, 2, 0.01 })->entity.id;
  double measured_high;

  fill_below_2 (fixture_result (fixture, fixture_batch (fixture, censored, "1", "flower"), "a", "2026-01-02"));
  add_strain (fixture, "Measured", TERPENES[4], (const double[]) { 5, 4, 3, 2, 1 });
  fixture_commit (fixture);
  similars = ask (fixture, analyst, &id, 2);
  measured_high = closeness_to (similars, "Measured")->hellinger_high;
  g_assert_cmpfloat (closeness_to (similars, "Censored")->hellinger_high, >, measured_high + 0.03);
  sent->panel = wh_panel_new ();
  fill_below_2 (sent);
  similars_of_sent = wh_analyst_similar_to_panel (analyst, fixture->principal, sent->panel, 5, NULL);
  g_assert_cmpfloat (closeness_to (similars_of_sent, "Asked")->hellinger_high, >, measured_high + 0.03);
}

static void
test_panel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSimilars) similars = NULL;
  g_autoptr (WhLabResult) sent = wh_lab_result_new (WH_ID_NONE);
  g_autoptr (GError) error = NULL;

  add_strain (fixture, "Far", TERPENES[4], (const double[]) { 1, 1, 1, 1, 9 });
  add_strain (fixture, "Near", TERPENES[4], (const double[]) { 5, 4, 3, 2, 1 });
  fixture_commit (fixture);
  sent->panel = wh_panel_new ();
  fixture_value (sent, TERPENES[0], 10);
  g_assert_null (wh_analyst_similar_to_panel (analyst, fixture->principal, sent->panel, 5, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  for (guint i = 1; i < 5; i++)
    fixture_value (sent, TERPENES[i], 10 - 2 * i);
  similars = wh_analyst_similar_to_panel (analyst, fixture->principal, sent->panel, 5, NULL);
  g_assert_null (similars->card);
  g_assert_cmpuint (similars->similar->len, ==, 2);
  g_assert_cmpstr (similar_at (similars, 0)->card->name, ==, "Near");
  g_assert_cmpfloat_with_epsilon (similar_at (similars, 0)->closeness.hellinger_distance, 0, 1e-6);
}

#define ADD(path, function) g_test_add ("/analyst/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("few-are-tested", test_few_are_tested);
  ADD ("nearest-first", test_nearest_first);
  ADD ("total-stands-for-parts", test_total_stands_for_parts);
  ADD ("refused", test_refused);
  ADD ("renewed-with-the-catalogue", test_renewed_with_the_catalogue);
  ADD ("findings-are-kept", test_findings_are_kept);
  ADD ("threads-agree", test_threads_agree);
  ADD ("same-producer", test_same_producer);
  ADD ("contributions", test_contributions);
  ADD ("bands", test_bands);
  ADD ("upper-end", test_upper_end);
  ADD ("panel", test_panel);
  return g_test_run ();
}
