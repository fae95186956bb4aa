/* Two kinds of strains stand apart on the first axis, gaps place nobody, what lies below a limit makes a point less certain. */
#include "base/wh-error.h"
#include "catalogue-fixture.h"
#include "service/wh-map.h"
#include "service/wh-snapshot.h"

static const char *const TERPENES[] = { "beta_myrcene", "terpinolene", "d_limonene", "linalool", "alpha_humulene", "alpha_pinene" };

static WhLabResult *
add_strain (Fixture *fixture, const char *kind, guint number, const double *amounts, guint n)
{
  g_autofree char *name = g_strdup_printf ("%s %u", kind, number);
  WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");

  for (guint i = 0; i < n; i++)
    if (amounts[i] > 0)
      fixture_value (result, TERPENES[i], amounts[i]);
  return result;
}

static void
add_limited (WhLabResult *result, const char *analyte, WhState state, double loq)
{
  fixture_measure (result, analyte, state, NAN, loq, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
}

/* Ten of each kind that differ a little in what is beside the point. */
static void
fill (Fixture *fixture)
{
  for (guint i = 0; i < 10; i++)
    {
      double wobble = i / 20.0;
      add_strain (fixture, "Myrcene", i, (const double[]) { 8, 0.2, 1 + wobble, 1, 1, 1 }, 6);
      add_strain (fixture, "Terpinolene", i, (const double[]) { 0.2, 8, 1, 1 + wobble, 1, 1 }, 6);
    }
}

static WhMap *
map_of (Fixture *fixture, WhAnalyst *analyst)
{
  g_autoptr (GError) error = NULL;
  WhMap *map;

  fixture_commit (fixture);
  map = wh_analyst_map (analyst, fixture->principal, &error);
  g_assert_no_error (error);
  return map;
}

static const WhMapPoint *
point_of (const WhMap *map, const char *name)
{
  const WhCard *card = wh_catalogue_resolve (map->snapshot, name, NULL, NULL);

  g_assert_nonnull (card);
  return wh_map_find (map, card);
}

static void
test_two_kinds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhMap) map = NULL, again = NULL;
  double side;

  fill (fixture);
  map = map_of (fixture, analyst);
  g_assert_cmpuint (map->points->len, ==, 20);
  g_assert_cmpfloat (map->shares[0], >, 0.9);
  side = point_of (map, "Myrcene 0")->x;
  g_assert_cmpfloat (fabs (side), >, 1);
  for (guint i = 0; i < map->points->len; i++)
    {
      const WhMapPoint *point = &g_array_index (map->points, WhMapPoint, i);
      gboolean myrcene = g_str_has_prefix (point->card->name, "Myrcene");
      g_assert_true ((point->x > 0) == ((side > 0) == myrcene));
      g_assert_cmpfloat_with_epsilon (fabs (point->x), fabs (side), 0.5);
      g_assert_cmpstr (point->dominant->key, ==, myrcene ? "beta_myrcene" : "terpinolene");
      g_assert_cmpuint (point->n, ==, 1);
    }
  again = wh_analyst_map (analyst, fixture->principal, NULL);
  g_assert_true (again == map);
}

/* What nobody asks for again does not keep an old catalogue in memory. */
static void
test_lets_go (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhMap) map = NULL;
  g_autoptr (WhSnapshot) old = NULL;
  g_autoptr (WhSimilars) similars = NULL;
  WhId id;

  fill (fixture);
  map = map_of (fixture, analyst);
  old = wh_snapshot_ref (map->snapshot);
  id = point_of (map, "Myrcene 0")->card->id;
  g_clear_pointer (&map, wh_map_unref);
  add_strain (fixture, "Myrcene", 10, (const double[]) { 8, 0.2, 1, 1, 1, 1 }, 6);
  fixture_commit (fixture);
  similars = wh_analyst_similar (analyst, fixture->principal, &id, 3, NULL);
  g_assert_nonnull (similars);
  g_assert_true (similars->snapshot != old);
  g_assert_true (g_atomic_ref_count_compare (&old->ref_count, 1));
}

/* The two terpenes that part the kinds pull in opposite directions, each its share of the whole axis. */
static void
test_loadings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhMap) map = NULL;
  double sum = 0, product = 1;

  fill (fixture);
  map = map_of (fixture, analyst);
  for (guint i = 0; i < map->terpenes->len; i++)
    {
      const WhMapTerpene *terpene = &g_array_index (map->terpenes, WhMapTerpene, i);
      gboolean parting = strcmp (terpene->analyte->key, "beta_myrcene") == 0 || strcmp (terpene->analyte->key, "terpinolene") == 0;
      sum += terpene->loadings[0];
      g_assert_true ((fabs (terpene->loadings[0]) > 0.6) == parting);
      if (parting)
        product *= terpene->loadings[0];
    }
  g_assert_cmpfloat_with_epsilon (sum, 0, 1e-9);
  g_assert_cmpfloat (product, <, 0);
}

static void
test_not_placed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhMap) map = NULL;
  WhLabResult *nothing;

  fill (fixture);
  add_strain (fixture, "Gap", 1, (const double[]) { 8, 1, 1, 1, 1 }, 5);
  nothing = add_strain (fixture, "Nothing", 1, (const double[]) { 0.1 }, 1);
  for (guint i = 1; i < G_N_ELEMENTS (TERPENES); i++)
    add_limited (nothing, TERPENES[i], WH_STATE_NOT_DETECTED, 0.1);
  map = map_of (fixture, analyst);
  g_assert_cmpuint (map->points->len, ==, 20);
  g_assert_cmpuint (map->n_untested, ==, 1);
  g_assert_cmpuint (map->n_too_little, ==, 1);
  g_assert_null (point_of (map, "Gap 1"));
  g_assert_null (point_of (map, "Nothing 1"));
}

static void
test_ellipse (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhMap) map = NULL;
  WhMapEllipse measured, below, again;
  WhLabResult *result;

  fill (fixture);
  result = add_strain (fixture, "Below", 1, (const double[]) { 8, 0, 1, 1, 1, 1 }, 6);
  add_limited (result, "terpinolene", WH_STATE_BELOW_LOQ, 0.3);
  map = map_of (fixture, analyst);
  measured = wh_map_ellipse (map, point_of (map, "Myrcene 0"));
  below = wh_map_ellipse (map, point_of (map, "Below 1"));
  again = wh_map_ellipse (map, point_of (map, "Below 1"));
  /* 10 % of six parts, projected: a tenth in each direction, times 2.45. */
  g_assert_cmpfloat_with_epsilon (measured.major, 0.245, 0.06);
  g_assert_cmpfloat_with_epsilon (measured.minor, 0.245, 0.06);
  g_assert_cmpfloat (below.major, >, 3 * measured.major);
  g_assert_cmpfloat (below.minor, <, 2 * measured.minor);
  g_assert_cmpfloat (again.major, ==, below.major);
  /* What is uncertain is terpinolene, so the ellipse lies along its axis. */
  g_assert_cmpfloat (fabs (below.angle), <, 0.3);
}

/* A limit the lab gives is used; where it gives none, the assumed one is, never more than what is measured. */
static void
test_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhMap) map = NULL;
  WhLabResult *low, *high, *unknown, *assumed;

  fill (fixture);
  low = add_strain (fixture, "Low", 1, (const double[]) { 8, 0, 1, 1, 1, 1 }, 6);
  high = add_strain (fixture, "High", 1, (const double[]) { 8, 0, 1, 1, 1, 1 }, 6);
  unknown = add_strain (fixture, "Unknown", 1, (const double[]) { 8, 0, 1, 1, 1, 1 }, 6);
  assumed = add_strain (fixture, "Assumed", 1, (const double[]) { 8, 0, 1, 1, 1, 1 }, 6);
  add_limited (low, "terpinolene", WH_STATE_NOT_DETECTED, 0.01);
  add_limited (high, "terpinolene", WH_STATE_NOT_DETECTED, 1);
  add_limited (unknown, "terpinolene", WH_STATE_NOT_DETECTED, NAN);
  add_limited (assumed, "terpinolene", WH_STATE_NOT_DETECTED, WH_MAP_UNKNOWN_LIMIT);
  map = map_of (fixture, analyst);
  g_assert_cmpfloat (fabs (point_of (map, "Low 1")->x), >, fabs (point_of (map, "Unknown 1")->x) + 0.5);
  g_assert_cmpfloat (fabs (point_of (map, "High 1")->x), <, fabs (point_of (map, "Unknown 1")->x) - 0.5);
  g_assert_cmpfloat_with_epsilon (point_of (map, "Unknown 1")->x, point_of (map, "Assumed 1")->x, 1e-9);
  g_assert_cmpfloat_with_epsilon (map->censored, 4.0 / (24 * 6), 1e-9);
  g_assert_cmpfloat_with_epsilon (map->assumed, 1.0 / (24 * 6), 1e-9);
}

static void
test_document (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhMap) map = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  g_autoptr (GPtrArray) cards = g_ptr_array_new ();

  fill (fixture);
  map = map_of (fixture, analyst);
  g_ptr_array_add (cards, (gpointer) point_of (map, "Terpinolene 3")->card);
  wh_present_map (writer, map, cards, 0, 0);
  g_assert_nonnull (strstr (text->str, "\"axes\":[{\"share\":0.9"));
  g_assert_nonnull (strstr (text->str, "\"analyte\":\"terpinolene\",\"name\":\"Terpinolene\",\"value\":"));
  g_assert_nonnull (strstr (text->str, "\"name\":\"Terpinolene 3\",\"x\":"));
  g_assert_nonnull (strstr (text->str, "\"dominant\":\"terpinolene\",\"n\":1"));
  g_assert_null (strstr (text->str, "Terpinolene 4"));
  g_assert_nonnull (strstr (text->str, "\"placed\":20"));
  g_assert_nonnull (strstr (text->str, "\"engine\":\"cpu-"));
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GError) error = NULL;

  add_strain (fixture, "Lonely", 1, (const double[]) { 8, 1, 1, 1, 1, 1 }, 6);
  fixture_commit (fixture);
  g_assert_null (wh_analyst_map (analyst, fixture->principal, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/map/two-kinds", Fixture, NULL, fixture_set_up, test_two_kinds, fixture_tear_down);
  g_test_add ("/map/lets-go", Fixture, NULL, fixture_set_up, test_lets_go, fixture_tear_down);
  g_test_add ("/map/loadings", Fixture, NULL, fixture_set_up, test_loadings, fixture_tear_down);
  g_test_add ("/map/not-placed", Fixture, NULL, fixture_set_up, test_not_placed, fixture_tear_down);
  g_test_add ("/map/ellipse", Fixture, NULL, fixture_set_up, test_ellipse, fixture_tear_down);
  g_test_add ("/map/limits", Fixture, NULL, fixture_set_up, test_limits, fixture_tear_down);
  g_test_add ("/map/document", Fixture, NULL, fixture_set_up, test_document, fixture_tear_down);
  g_test_add ("/map/refused", Fixture, NULL, fixture_set_up, test_refused, fixture_tear_down);
  return g_test_run ();
}
