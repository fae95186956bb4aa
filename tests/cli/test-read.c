/* The real program finds, shows and compares what was imported. */
#include "wh-test-run.h"

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();

  wh_test_write (dir, "lab.csv",
                 "Sample ID,Strain,Lab,Test Date,THCA (%),CBD (%),beta-Myrcene (%),D-Limonene (%),beta-Caryophyllene (%),"
                 "Linalool (%),alpha-Humulene (%),alpha-Pinene (%)\n"
                 "S1,Blue Dream,Test Lab,2026-01-02,20.1,ND,0.8,0.3,0.2,<LOQ,0.1,0.05\n"
                 "S2,Sour Diesel,Test Lab,2026-01-03,22.0,0.1,0.2,0.6,0.4,0.1,0.1,0.02\n");
  wh_test_write (dir, "strains.csv", "Name,Type,Aliases\nBlue Dream,Hybrid,Twin\nSour Diesel,Sativa,Twin\n");
  g_free (wh_test_say (dir, "import lab lab.csv", 0));
  g_free (wh_test_say (dir, "import strains strains.csv", 0));
  return dir;
}

static void
test_search (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = wh_test_ask (dir, "search blue drem", 0);
  const WhJsonNode *hit = wh_json_element (wh_json_root (json), 0);
  g_autofree char *csv = wh_test_say (dir, "search blue --csv", 0);
  g_autofree char *none = wh_test_say (dir, "search zzzzqqq", 0);

  g_assert_cmpstr (wh_json_string (wh_json_member (hit, "name"), ""), ==, "Blue Dream");
  wh_test_has_keys (hit, "id strain_id name slug type thc_percentage cbd_percentage terpenes in_stock match_score");
  g_assert_true (g_str_has_prefix (csv, "id,strain_id,name,slug,type,"));
  g_assert_nonnull (strstr (csv, ",Blue Dream,blue-dream,hybrid,"));
  g_assert_cmpstr (none, ==, "nothing found\n");
  wh_test_remove_dir (dir);
}

static void
test_facets (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = wh_test_ask (dir, "search --facets blue", 0);
  const WhJsonNode *facets = wh_json_member (wh_json_root (json), "facets");
  g_autofree char *csv = wh_test_say (dir, "search --facets blue --csv", 0);
  g_autofree char *table = wh_test_say (dir, "search --facets blue", 0);
  g_autofree char *both = wh_test_say (dir, "search --facets --products blue", 2);

  g_assert_cmpint (wh_json_integer (wh_json_member (wh_json_root (json), "total"), 0), >, 0);
  wh_test_has_keys (wh_json_element (facets, 0), "facet value name count query");
  g_assert_true (g_str_has_prefix (csv, "facet,value,name,count,query"));
  g_assert_nonnull (strstr (table, "type:hybrid"));
  g_assert_nonnull (strstr (both, "--products"));
  wh_test_remove_dir (dir);
}

static void
test_show (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = wh_test_ask (dir, "show blue-dream", 0);
  g_autofree char *text = wh_test_say (dir, "show 'Blue Dream'", 0);

  wh_test_has_keys (wh_json_root (json), "id name slug type thc_percentage cbd_percentage");
  g_assert_nonnull (strstr (text, "not detected"));
  g_assert_nonnull (strstr (text, "< LOQ"));
  g_assert_null (strchr (text, '\033'));
  wh_test_remove_dir (dir);
}

static void
test_similar (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = wh_test_ask (dir, "similar blue-dream", 0);
  const WhJsonNode *similar = wh_json_element (wh_json_root (json), 0);
  g_autofree char *csv = wh_test_say (dir, "similar blue-dream --csv", 0);

  wh_test_has_keys (similar, "strain_id name hellinger_distance hellinger_low hellinger_high rsd_assumed js_distance percentile "
                             "same_producer_percentile shared_analytes contributions engine words differs");
  g_assert_cmpstr (wh_json_string (wh_json_member (similar, "name"), ""), ==, "Sour Diesel");
  g_assert_nonnull (strstr (csv, ",Sour Diesel,sativa,"));
  wh_test_remove_dir (dir);
}

/* Three strains are enough for a plane; the fourth was not tested for terpenes. */
static void
test_map (void)
{
  g_autofree char *dir = make_dir ();
  wh_test_write (dir, "more.csv",
                 "Sample ID,Strain,Lab,Test Date,THCA (%),beta-Myrcene (%),D-Limonene (%),beta-Caryophyllene (%),"
                 "Linalool (%),alpha-Humulene (%),alpha-Pinene (%)\n"
                 "S3,OG Kush,Test Lab,2026-01-04,21,0.3,0.5,0.4,0.1,0.2,0.02\n"
                 "S4,Bare,Test Lab,2026-01-04,21,NT,NT,NT,NT,NT,NT\n");
  g_free (wh_test_say (dir, "import lab more.csv", 0));
  g_autoptr (WhJson) json = wh_test_ask (dir, "map", 0);
  g_autoptr (WhJson) one = wh_test_ask (dir, "map og-kush", 0);
  const WhJsonNode *root = wh_json_root (json), *points = wh_json_member (root, "points");
  const WhJsonNode *axis = wh_json_element (wh_json_member (root, "axes"), 0);
  g_autofree char *csv = wh_test_say (dir, "map --csv --limit 2", 0);
  g_autofree char *text = wh_test_say (dir, "map 'Blue Dream' bare", 0);

  wh_test_has_keys (root, "axes method assumption placed points untested too_little");
  wh_test_has_keys (axis, "share loadings");
  wh_test_has_keys (wh_json_element (wh_json_member (axis, "loadings"), 0), "analyte name value");
  g_assert_cmpuint (wh_json_length (points), ==, 3);
  wh_test_has_keys (wh_json_element (points, 0), "strain_id name x y ellipse dominant n");
  wh_test_has_keys (wh_json_member (wh_json_element (points, 0), "ellipse"), "major minor angle");
  g_assert_cmpint (wh_json_integer (wh_json_member (root, "untested"), 0), ==, 1);
  g_assert_cmpuint (wh_json_length (wh_json_member (wh_json_root (one), "points")), ==, 1);
  g_assert_true (g_str_has_prefix (csv, "strain_id,name,x,y,ellipse,dominant,n\r\n"));
  g_assert_nonnull (strstr (text, "3 strains placed by 6 terpenes; 1 not tested for all of them"));
  g_assert_nonnull (strstr (text, "Bare is not on the map"));
  wh_test_remove_dir (dir);
}

static void
assert_begins (const char *dir, const char *file, const char *magic)
{
  g_autofree char *path = g_build_filename (dir, file, NULL);
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  g_assert_cmpuint (length, >, 1000);
  g_assert_cmpint (memcmp (data, magic, strlen (magic)), ==, 0);
}

static void
test_chart (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = NULL;
  g_autofree char *ending = wh_test_say (dir, "compare blue-dream sour-diesel --chart pair.gif", 2);
  g_autofree char *elsewhere = wh_test_say (dir, "search blue --chart pair.png", 2);
  g_autofree char *nowhere = wh_test_say (dir, "compare blue-dream sour-diesel --chart none/pair.png", 1);

  g_free (wh_test_say (dir, "compare blue-dream sour-diesel --chart pair.png", 0));
  g_free (wh_test_say (dir, "compare blue-dream sour-diesel --chart pair.png", 0));
  assert_begins (dir, "pair.png", "\x89PNG\r\n");
  json = wh_test_ask (dir, "compare blue-dream sour-diesel --chart pair.pdf", 0);
  assert_begins (dir, "pair.pdf", "%PDF-");
  wh_test_has_keys (wh_json_root (json), "strains differences pairs");
  g_assert_nonnull (strstr (ending, ".png, .pdf or .svg"));
  g_assert_nonnull (strstr (elsewhere, "--chart"));
  g_assert_true (g_str_has_prefix (nowhere, "weedhounds: The chart could not be written: "));
  wh_test_remove_dir (dir);
}

/* A chart without words would say nothing. */
static void
test_chart_without_font (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *path = g_build_filename (dir, "pair.png", NULL);

  wh_test_write (dir, "fonts.conf", "<?xml version=\"1.0\"?><fontconfig></fontconfig>");
  g_autoptr (WhTestRun) run = wh_test_run_shell (dir, "FONTCONFIG_FILE=$PWD/fonts.conf \"$WEEDHOUNDS_TEST_BINARY\" --data-dir data "
                                                      "compare blue-dream sour-diesel --chart pair.png");
  g_assert_cmpint (run->status, ==, 1);
  g_assert_nonnull (strstr (run->err, "no font"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  wh_test_remove_dir (dir);
}

static void
test_ambiguous (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = wh_test_ask (dir, "show twin", 4);
  const WhJsonNode *candidates = wh_json_member (wh_json_member (wh_json_root (json), "details"), "candidates");

  wh_test_has_keys (wh_json_root (json), "code message details");
  g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_root (json), "code"), ""), ==, "ambiguous");
  g_assert_cmpuint (wh_json_length (candidates), ==, 2);
  wh_test_has_keys (wh_json_element (candidates, 0), "strain_id name slug");
  wh_test_remove_dir (dir);
}

static void
test_unknown (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = wh_test_ask (dir, "similar zzzzqqq", 3);
  g_autofree char *text = wh_test_say (dir, "show zzzzqqq", 3);

  g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_root (json), "code"), ""), ==, "not_found");
  g_assert_true (g_str_has_prefix (text, "weedhounds: "));
  g_assert_true (strchr (text, '\n') == text + strlen (text) - 1);
  wh_test_remove_dir (dir);
}

static void
test_empty (void)
{
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *text = wh_test_say (dir, "search blue", 3);
  g_autoptr (WhJson) doctor = wh_test_ask (dir, "doctor", 0);

  g_assert_nonnull (strstr (text, "weedhounds demo"));
  g_assert_cmpuint (wh_json_length (wh_json_root (doctor)), >, 0);
  wh_test_remove_dir (dir);
}

static void
test_doctor (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) sound = wh_test_ask (dir, "doctor", 0);

  for (guint i = 0; i < wh_json_length (wh_json_root (sound)); i++)
    {
      const WhJsonNode *finding = wh_json_element (wh_json_root (sound), i);
      wh_test_has_keys (finding, "part status message");
      g_assert_cmpstr (wh_json_string (wh_json_member (finding, "status"), ""), ==, "ok");
    }
  wh_test_write (dir, "data/store.db", "this is no database, but long enough to be taken for one by its name");
  g_free (wh_test_say (dir, "doctor", 1));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/read/search", test_search);
  g_test_add_func ("/cli/read/facets", test_facets);
  g_test_add_func ("/cli/read/show", test_show);
  g_test_add_func ("/cli/read/similar", test_similar);
  g_test_add_func ("/cli/read/map", test_map);
  g_test_add_func ("/cli/read/chart", test_chart);
  g_test_add_func ("/cli/read/chart-without-font", test_chart_without_font);
  g_test_add_func ("/cli/read/ambiguous", test_ambiguous);
  g_test_add_func ("/cli/read/unknown", test_unknown);
  g_test_add_func ("/cli/read/empty", test_empty);
  g_test_add_func ("/cli/read/doctor", test_doctor);
  return g_test_run ();
}
