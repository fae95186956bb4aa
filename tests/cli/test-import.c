/* The real program brings made files in and reports them. */
#include "wh-test-run.h"

#define HEADER "Sample ID,Strain,Product Type,Lab,Test Date,THCA (%),CBD (%)\n"
#define GOOD "S1,Blue Dream,Flower,Test Lab,2026-01-02,20.1,ND\nS2,Sour Diesel,Flower,Test Lab,2026-01-03,22.0,0.1\n"
#define BAD_CELL "S3,Lemon Haze,Flower,Test Lab,2026-01-03,18.0,banana\n"
#define BAD_ROW "S4,,Flower,Test Lab,2026-01-03,18.0,0.1\n"

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();

  wh_test_write (dir, "good.csv", HEADER GOOD);
  wh_test_write (dir, "mixed.csv", HEADER GOOD BAD_CELL BAD_ROW);
  return dir;
}

static void
assert_counts (const WhJsonNode *counts, int rows, int imported, int unchanged, int bad)
{
  g_assert_cmpint (wh_json_integer (wh_json_member (counts, "rows"), -1), ==, rows);
  g_assert_cmpint (wh_json_integer (wh_json_member (counts, "imported"), -1), ==, imported);
  g_assert_cmpint (wh_json_integer (wh_json_member (counts, "unchanged"), -1), ==, unchanged);
  g_assert_cmpint (wh_json_integer (wh_json_member (counts, "bad"), -1), ==, bad);
}

static void
test_good (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) first = wh_test_ask (dir, "import lab good.csv", 0);
  g_autoptr (WhJson) again = wh_test_ask (dir, "import lab good.csv", 0);

  assert_counts (wh_json_member (wh_json_root (first), "totals"), 2, 2, 0, 0);
  assert_counts (wh_json_member (wh_json_root (again), "totals"), 2, 0, 2, 0);
  wh_test_remove_dir (dir);
}

static void
test_bad_rows_json (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) json = wh_test_ask (dir, "import lab mixed.csv", 5);
  const WhJsonNode *file = wh_json_element (wh_json_member (wh_json_root (json), "files"), 0);
  const WhJsonNode *warnings = wh_json_member (file, "warnings");

  wh_test_has_keys (file, "path format rows imported updated unchanged duplicates bad warnings");
  assert_counts (file, 4, 3, 0, 1);
  g_assert_cmpuint (wh_json_length (warnings), ==, 2);
  wh_test_has_keys (wh_json_element (warnings, 0), "code file line column value message");
  g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_element (warnings, 0), "value"), ""), ==, "banana");
  g_assert_cmpint (wh_json_integer (wh_json_member (wh_json_element (warnings, 0), "line"), 0), ==, 4);
  g_assert_cmpint (wh_json_integer (wh_json_member (wh_json_element (warnings, 1), "line"), 0), ==, 5);
  wh_test_remove_dir (dir);
}

static void
test_bad_rows_words (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *text = wh_test_say (dir, "import lab mixed.csv", 5);
  g_autofree char *csv = wh_test_say (dir, "import lab mixed.csv --csv", 5);

  g_assert_nonnull (strstr (text, "mixed.csv:4 CBD (%) “banana”: "));
  g_assert_nonnull (strstr (text, "mixed.csv:5 Strain: "));
  g_assert_true (g_str_has_prefix (csv, "path,format,rows,imported,updated,unchanged,duplicates,bad,"));
  wh_test_remove_dir (dir);
}

static void
test_nothing_written (const char *option, int status)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *line = g_strconcat ("import lab mixed.csv ", option, NULL);
  g_autofree char *text = wh_test_say (dir, line, status);
  g_autoptr (WhJson) hits = wh_test_ask (dir, "search blue dream", 0);

  g_assert_cmpuint (wh_json_length (wh_json_root (hits)), ==, 0);
  wh_test_remove_dir (dir);
}

static void
test_strict (void)
{
  test_nothing_written ("--strict", 1);
}

static void
test_dry_run (void)
{
  test_nothing_written ("--dry-run", 5);
}

static void
test_kinds (void)
{
  g_autofree char *dir = make_dir ();
  static const struct { const char *kind, *text; } cases[] = {
    { "strains", "Name,Type,Aliases\nBlue Dream,Hybrid,Azure Haze\n" },
    { "dispensaries", "Name,License,City,State\nGreen Door,L-1,Boston,MA\n" },
    { "menu", "Dispensary,Product,Strain,Category,Weight,Price\nGreen Door,Blue Dream 3.5g,Blue Dream,Flower,3.5g,35.00\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = g_strdup_printf ("import %s made.csv", cases[i].kind);
      wh_test_write (dir, "made.csv", cases[i].text);
      g_autoptr (WhJson) json = wh_test_ask (dir, line, 0);
      assert_counts (wh_json_member (wh_json_root (json), "totals"), 1, 1, 0, 0);
    }
  wh_test_remove_dir (dir);
}

static void
test_wrong (void)
{
  g_autofree char *dir = make_dir ();
  static const struct { const char *line; int status; } cases[] = {
    { "import lab", 2 }, { "import pictures good.csv", 2 }, { "import lab none.csv", 3 }, { "import lab good.csv --format none", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_free (wh_test_say (dir, cases[i].line, cases[i].status));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/import/good", test_good);
  g_test_add_func ("/cli/import/bad-rows-json", test_bad_rows_json);
  g_test_add_func ("/cli/import/bad-rows-words", test_bad_rows_words);
  g_test_add_func ("/cli/import/strict", test_strict);
  g_test_add_func ("/cli/import/dry-run", test_dry_run);
  g_test_add_func ("/cli/import/kinds", test_kinds);
  g_test_add_func ("/cli/import/wrong", test_wrong);
  return g_test_run ();
}
