/* Charts are whole files of the kind asked for, whatever the strains are called; where there is nothing to draw they say so. */
#include <cairo.h>
#include <glib/gstdio.h>

#include "base/wh-error.h"
#include "base/wh-json.h"
#include "catalogue-fixture.h"
#include "service/wh-chart.h"

static const char *const TERPENES[] = { "beta_myrcene", "terpinolene", "d_limonene", "linalool", "alpha_humulene", "alpha_pinene" };

static const char *const NAUGHTY[] = {
  "<b>Bold</b> &amp; <span size=\"999999\">markup</span>",
  "%s%n%d %1$s",
  "\xe2\x80\xaeright to left\xe2\x80\xac مثال עברית",
  "Z\xcc\xb7\xcd\x9c\xcd\x9d\xcc\x82\xcd\x8b\xcc\x80\xcc\x8a\xcc\x92\xcc\x93\xcd\x86\xcc\x9a\xcc\xb4"
  "a\xcc\xb7\xcd\x9c\xcd\x9d\xcc\x82\xcd\x8b\xcc\x80\xcc\x8a\xcc\x92\xcc\x93\xcd\x86lgo",
  "👩‍👩‍👧‍👦🏳️‍🌈 ﷽ 田中さん",
  "a name that goes on and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on",
};

static WhStrain *
add_strain (Fixture *fixture, const char *name, guint number)
{
  WhStrain *strain = fixture_strain (fixture, name, "hybrid", 0.5);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2023-09-06");

  for (guint i = 0; i < G_N_ELEMENTS (TERPENES); i++)
    if (number % 7 == i)
      fixture_measure (result, TERPENES[i], WH_STATE_BELOW_LOQ, NAN, 0.3, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
    else
      fixture_value (result, TERPENES[i], 0.5 + (number * (i + 3)) % 11);
  return strain;
}

static void
fill (Fixture *fixture)
{
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("Strain %u", i);
      add_strain (fixture, i < G_N_ELEMENTS (NAUGHTY) ? NAUGHTY[i] : name, i);
    }
  fixture_commit (fixture);
}

static GPtrArray *
first_cards (WhSnapshot *snapshot, guint n)
{
  GPtrArray *cards = g_ptr_array_new ();

  for (guint i = 0; i < MIN (n, wh_snapshot_length (snapshot)); i++)
    g_ptr_array_add (cards, (gpointer) wh_snapshot_card (snapshot, i));
  return cards;
}

/* -- pictures -- */

typedef struct {
  const guchar *data;
  gsize         left;
} Stream;

static cairo_status_t
read_cb (gpointer user_data, guchar *out, guint length)
{
  Stream *stream = user_data;

  if (length > stream->left)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (out, stream->data, length);
  stream->data += length;
  stream->left -= length;
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
decode (GBytes *picture)
{
  Stream stream = { 0 };
  cairo_surface_t *surface;

  stream.data = g_bytes_get_data (picture, &stream.left);
  surface = cairo_image_surface_create_from_png_stream (read_cb, &stream);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  return surface;
}

/* Decodes, is as large as asked, and holds more than one colour. */
static void
assert_png (GBytes *picture, int width, int height)
{
  cairo_surface_t *surface = decode (picture);
  const guint32 *pixels = (const guint32 *) (gpointer) cairo_image_surface_get_data (surface);
  gsize n = (gsize) cairo_image_surface_get_height (surface) * cairo_image_surface_get_stride (surface) / 4, drawn = 0;

  g_assert_cmpint (cairo_image_surface_get_width (surface), ==, width);
  if (height)
    g_assert_cmpint (cairo_image_surface_get_height (surface), ==, height);
  for (gsize i = 0; i < n; i++)
    drawn += (pixels[i] & 0xffffff) != 0xffffff;
  g_assert_cmpuint (drawn, >, n / 200);
  cairo_surface_destroy (surface);
}

static gboolean
begins_with (GBytes *picture, const char *text)
{
  gsize length;
  const char *data = g_bytes_get_data (picture, &length);

  return length > strlen (text) && memcmp (data, text, strlen (text)) == 0;
}

static void
test_map (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new (), cards = NULL;
  g_autoptr (WhMap) map = NULL;
  g_autoptr (GBytes) png = NULL, named = NULL, pdf = NULL, svg = NULL;

  fill (fixture);
  map = wh_analyst_map (analyst, fixture->principal, NULL);
  cards = first_cards (map->snapshot, 12);
  png = wh_chart_map (map, none, WH_CHART_PNG, NULL);
  named = wh_chart_map (map, cards, WH_CHART_PNG, NULL);
  pdf = wh_chart_map (map, cards, WH_CHART_PDF, NULL);
  svg = wh_chart_map (map, cards, WH_CHART_SVG, NULL);
  assert_png (png, 1000 * WH_CHART_SCALE, 840 * WH_CHART_SCALE);
  assert_png (named, 1000 * WH_CHART_SCALE, 840 * WH_CHART_SCALE);
  g_assert_false (g_bytes_equal (png, named));
  g_assert_true (begins_with (pdf, "%PDF-"));
  g_assert_true (begins_with (svg, "<?xml"));
}

static void
test_comparison (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GPtrArray) cards = NULL;
  g_autoptr (WhSnapshot) snapshot = NULL;
  WhId ids[WH_COMPARE_MOST];

  fill (fixture);
  snapshot = wh_catalogue_snapshot (fixture->catalogue);
  cards = first_cards (snapshot, WH_COMPARE_MOST);
  for (guint i = 0; i < WH_COMPARE_MOST; i++)
    ids[i] = ((const WhCard *) cards->pdata[i])->id;
  for (guint n = 2; n <= WH_COMPARE_MOST; n++)
    {
      g_autoptr (WhComparison) comparison = wh_analyst_compare (analyst, fixture->principal, ids, n, NULL);
      g_autoptr (GBytes) png = wh_chart_comparison (comparison, WH_CHART_PNG, NULL);
      g_autoptr (GBytes) pdf = wh_chart_comparison (comparison, WH_CHART_PDF, NULL);
      assert_png (png, 960 * WH_CHART_SCALE, 0);
      g_assert_true (begins_with (pdf, "%PDF-"));
    }
}

static void
test_correlations (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhCorrelations) all = NULL, one = NULL;
  g_autoptr (GBytes) triangle = NULL, bars = NULL;

  fill (fixture);
  all = wh_analyst_correlate (analyst, fixture->principal, NULL, NULL);
  one = wh_analyst_correlate (analyst, fixture->principal, wh_analyte_by_key ("linalool"), NULL);
  triangle = wh_chart_correlations (all, WH_CHART_PNG, NULL);
  bars = wh_chart_correlations (one, WH_CHART_PNG, NULL);
  assert_png (triangle, 640 * WH_CHART_SCALE, 0);
  assert_png (bars, 760 * WH_CHART_SCALE, 0);
}

/* The whole list of strings that broke somebody's program, as names. */
static void
test_naughty_strings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = wh_test_shared ("corpora/blns/blns.json");
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) cards = NULL;
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhMap) map = NULL;
  g_autoptr (GBytes) png = NULL, svg = NULL;
  g_autoptr (WhJson) json = NULL;
  gsize length;

  if (!path)
    return;
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  json = wh_json_parse (text, length, G_MAXSIZE, NULL);
  g_assert_nonnull (json);
  for (guint i = 0; i < wh_json_length (wh_json_root (json)); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %u", wh_json_string (wh_json_element (wh_json_root (json), i), ""), i);
      add_strain (fixture, name, i);
    }
  fixture_commit (fixture);
  map = wh_analyst_map (analyst, fixture->principal, NULL);
  cards = first_cards (map->snapshot, wh_snapshot_length (map->snapshot));
  g_assert_cmpuint (cards->len, >, 400);
  png = wh_chart_map (map, cards, WH_CHART_PNG, NULL);
  svg = wh_chart_map (map, cards, WH_CHART_SVG, NULL);
  assert_png (png, 1000 * WH_CHART_SCALE, 840 * WH_CHART_SCALE);
  g_assert_nonnull (svg);
}

/* -- what cannot be drawn -- */

static void
test_nothing_to_draw (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhComparison) comparison = NULL;
  g_autoptr (GError) error = NULL;
  WhId ids[2];

  ids[0] = fixture_strain (fixture, "One", "hybrid", 0.5)->entity.id;
  ids[1] = fixture_strain (fixture, "Another", "hybrid", 0.5)->entity.id;
  fixture_commit (fixture);
  comparison = wh_analyst_compare (analyst, fixture->principal, ids, 2, NULL);
  g_assert_nonnull (comparison);
  g_assert_null (wh_chart_comparison (comparison, WH_CHART_PNG, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

/* All the same in all: nothing varies, and yet there is a picture. */
static void
test_nothing_varies (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (WhMap) map = NULL;
  g_autoptr (GBytes) png = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("Twin %u", i);
      add_strain (fixture, name, 0);
    }
  fixture_commit (fixture);
  map = wh_analyst_map (analyst, fixture->principal, NULL);
  g_assert_nonnull (map);
  png = wh_chart_map (map, none, WH_CHART_PNG, NULL);
  assert_png (png, 1000 * WH_CHART_SCALE, 840 * WH_CHART_SCALE);
}

static void
test_formats (void)
{
  static const char *const wrong[] = { "", "chart", "chart.gif", ".png", "chart.png.txt", "png", "chart.PDF " };
  WhChartFormat format;

  g_assert_true (wh_chart_format_of ("a.png", &format, NULL) && format == WH_CHART_PNG);
  g_assert_true (wh_chart_format_of ("/tmp/a.b.PDF", &format, NULL) && format == WH_CHART_PDF);
  g_assert_true (wh_chart_format_of ("a.Svg", &format, NULL) && format == WH_CHART_SVG);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (wh_chart_format_of (wrong[i], &format, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
}

static void
test_save (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *file = g_build_filename (dir, "a.png", NULL), *nowhere = g_build_filename (dir, "none", "a.png", NULL);
  g_autofree char *folder = g_build_filename (dir, "folder.png", NULL);
  g_autoptr (GBytes) first = g_bytes_new_static ("first", 5), second = g_bytes_new_static ("second", 6);
  g_autofree char *text = NULL;
  g_autoptr (GError) missing = NULL, taken = NULL;

  g_assert_true (wh_chart_save (first, file, NULL));
  g_assert_true (wh_chart_save (second, file, NULL));
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "second");
  g_assert_false (wh_chart_save (first, nowhere, &missing));
  g_assert_nonnull (missing);
  g_mkdir (folder, 0700);
  g_assert_false (wh_chart_save (first, folder, &taken));
  g_assert_error (taken, WH_ERROR, WH_ERROR_INVALID);
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/chart/map", Fixture, NULL, fixture_set_up, test_map, fixture_tear_down);
  g_test_add ("/chart/comparison", Fixture, NULL, fixture_set_up, test_comparison, fixture_tear_down);
  g_test_add ("/chart/correlations", Fixture, NULL, fixture_set_up, test_correlations, fixture_tear_down);
  g_test_add ("/chart/naughty-strings", Fixture, NULL, fixture_set_up, test_naughty_strings, fixture_tear_down);
  g_test_add ("/chart/nothing-to-draw", Fixture, NULL, fixture_set_up, test_nothing_to_draw, fixture_tear_down);
  g_test_add ("/chart/nothing-varies", Fixture, NULL, fixture_set_up, test_nothing_varies, fixture_tear_down);
  g_test_add_func ("/chart/formats", test_formats);
  g_test_add_func ("/chart/save", test_save);
  return g_test_run ();
}
