/* Every analysis prints a table, one JSON document, and CSV whose header holds the keys. */
#include "wh-test-run.h"

#define N_STRAINS 36

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();
  g_autoptr (GString) csv = g_string_new ("Sample ID,Strain,Lab,Producer,Type,Test Date,THCA (%),CBD (%),beta-Myrcene (%),D-Limonene (%),"
                                          "beta-Caryophyllene (%),Linalool (%),alpha-Humulene (%),Terpinolene (%)\n");

  for (guint i = 0; i < 3 * N_STRAINS; i++)
    g_string_append_printf (csv, "S%u,Strain %u,Lab,Grower,flower,2026-01-02,%u.5,%s,0.%02u,0.3,0.%02u,%s,0.1,0.%02u\n", i, i / 3,
                            17 + i % 7, i == 3 ? "7.1" : "ND", i / 3 % 2 ? 80 + i % 19 : 5 + i % 9, 20 + i % 13,
                            i % 4 ? "0.05" : "<0.02", i / 3 % 2 ? 1 + i % 5 : 60 + i % 17);
  wh_test_write (dir, "lab.csv", csv->str);
  wh_test_write (dir, "names.csv", "grams,strain_name\n3.5,STRAIN-12\n7,Strain 3 x Strain 4\n");
  g_free (wh_test_say (dir, "import lab lab.csv", 0));
  return dir;
}

static void
test_every_form (void)
{
  static const struct {
    const char *command, *csv_header, *in_table;
  } analyses[] = {
    { "analyze strain-3", "analyte,name,amount,low,high,n,unit,share,share_low,share_high,leads_in", "Formula" },
    { "compare strain-3 strain-4", "analyte,name,difference,unit,amounts", "differs most in" },
    { "similar strain-3", "strain_id,name,type,hellinger_distance,hellinger_low,hellinger_high,rsd_assumed,js_distance,percentile,"
                          "same_producer_percentile,shared_analytes,contributions,engine,words,differs,demonstration", "random pairs" },
    { "cluster", "label,n,leading,examples", "Stability" },
    { "correlate", "analyte,name,other_analyte,other_name,spearman,spearman_low,spearman_high,pearson,pearson_low,pearson_high,n,"
                   "n_censored,engine", "Spearman" },
    { "outliers", "", "Spread" },
    { "outliers strain-3", "", "Spread" },
    { "sentinel", "code,lab,name,sample_id,lab_result_id,product_id,value,message", "check: " },
    { "names resolve 'Strain 3 Pre Roll 1g' names.csv", "name,n,outcome,strain,slug,strain_id,confidence,ground,candidates",
      "2 certain, 0 to review, 1 unknown" },
    { "names review", "", "Nothing to review." },
  };
  g_autofree char *dir = make_dir ();

  for (guint i = 0; i < G_N_ELEMENTS (analyses); i++)
    {
      g_autofree char *csv_arguments = g_strconcat (analyses[i].command, " --csv", NULL);
      g_autofree char *csv = wh_test_say (dir, csv_arguments, 0);
      g_autofree char *table = wh_test_say (dir, analyses[i].command, 0);
      g_autoptr (WhJson) json = wh_test_ask (dir, analyses[i].command, 0);

      g_test_message ("%s: %s", csv_arguments, csv);
      g_assert_true (g_str_has_prefix (csv, analyses[i].csv_header));
      g_assert_nonnull (strstr (table, analyses[i].in_table));
      g_assert_nonnull (wh_json_root (json));
    }
  wh_test_remove_dir (dir);
}

static void
test_documents (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) outliers = wh_test_ask (dir, "outliers", 0);
  g_autoptr (WhJson) cluster = wh_test_ask (dir, "cluster", 0);
  g_autoptr (WhJson) compare = wh_test_ask (dir, "compare strain-3 strain-4", 0);
  const WhJsonNode *pair = wh_json_element (wh_json_member (wh_json_root (compare), "pairs"), 0);

  wh_test_has_keys (wh_json_root (outliers), "n_tests strains tests");
  wh_test_has_keys (wh_json_element (wh_json_member (wh_json_root (outliers), "strains"), 0), "strain_id name n_tests spread");
  wh_test_has_keys (wh_json_root (cluster), "k engine silhouette stability n_values n_censored terpenes groups unclassified");
  wh_test_has_keys (pair, "hellinger_distance hellinger_low hellinger_high rsd_assumed same_producer_percentile contributions differs");
  wh_test_has_keys (wh_json_element (wh_json_member (pair, "contributions"), 0), "analyte name share other_share part direction");
  wh_test_remove_dir (dir);
}

/* At most so many rows, also where the document has more. */
static void
test_limit (void)
{
  static const char *const commands[] = { "analyze strain-3", "compare strain-3 strain-4", "similar strain-3", "correlate", "sentinel" };
  g_autofree char *dir = make_dir ();

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *arguments = g_strconcat (commands[i], " --csv --limit 1", NULL);
      g_autofree char *csv = wh_test_say (dir, arguments, 0);
      g_auto (GStrv) lines = g_strsplit (csv, "\r\n", -1);
      g_test_message ("%s: %s", arguments, csv);
      g_assert_cmpuint (g_strv_length (lines), ==, 3);   /* the header, one row, and nothing after the last end of line */
    }
  wh_test_remove_dir (dir);
}

/* What every test looked for and none found is no zero. */
static void
test_not_detected (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *table = NULL;

  wh_test_write (dir, "none.csv", "Sample ID,Strain,Lab,Type,Test Date,THCA (%),CBD (%),beta-Myrcene (%),D-Limonene (%)\n"
                                  "N1,Nothing,Lab,flower,2026-01-02,17.5,ND,0.31,ND\n");
  g_free (wh_test_say (dir, "import lab none.csv", 0));
  table = wh_test_say (dir, "analyze nothing", 0);
  g_assert_true (g_regex_match_simple ("CBD +ND ", table, 0, 0));
  g_assert_true (g_regex_match_simple ("Limonene +ND ", table, 0, 0));
  g_assert_null (strstr (table, "0.00"));
  wh_test_remove_dir (dir);
}

/* The table counts every code and shows a few of each; JSON has all, in the same order. */
static void
test_sentinel (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (GString) csv = g_string_new ("Sample ID,Strain,Lab,Type,Test Date,THCA (%),CBDA (%)\n");
  g_autofree char *table = NULL, *limited = NULL;
  g_autoptr (WhJson) json = NULL;

  for (guint i = 0; i < 9; i++)
    g_string_append_printf (csv, "X%u,Odd %u,Other,flower,2026-01-02,30.%u,%s\n", i, i, i, i < 5 ? "12.5" : "75");
  wh_test_write (dir, "odd.csv", csv->str);
  g_free (wh_test_say (dir, "import lab odd.csv", 0));
  table = wh_test_say (dir, "sentinel", 0);
  limited = wh_test_say (dir, "sentinel --limit 5", 0);
  json = wh_test_ask (dir, "sentinel", 0);
  g_test_message ("%s", table);
  g_assert_true (g_regex_match_simple ("^impossible_ratio +10$", table, G_REGEX_MULTILINE, 0));
  g_assert_true (g_regex_match_simple ("^over_100_percent +4$", table, G_REGEX_MULTILINE, 0));
  g_assert_nonnull (strstr (table, " X1 "));
  g_assert_null (strstr (table, " X2 "));
  g_assert_nonnull (strstr (table, "cannabinoids sum to 1"));
  g_assert_nonnull (strstr (limited, " X3 "));
  g_assert_null (strstr (limited, "cannabinoids sum to 1"));
  for (guint i = 0; i < 10; i++)
    g_assert_cmpstr (wh_json_string (wh_json_member (wh_json_element (wh_json_root (json), i), "code"), ""), ==, "impossible_ratio");
  wh_test_remove_dir (dir);
}

static void
test_unknown (void)
{
  g_autofree char *dir = make_dir ();

  g_free (wh_test_say (dir, "outliers nowhere-to-be-found", 3));
  g_free (wh_test_say (dir, "correlate thca", 3));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/analyses/limit", test_limit);
  g_test_add_func ("/cli/analyses/every-form", test_every_form);
  g_test_add_func ("/cli/analyses/documents", test_documents);
  g_test_add_func ("/cli/analyses/not-detected", test_not_detected);
  g_test_add_func ("/cli/analyses/sentinel", test_sentinel);
  g_test_add_func ("/cli/analyses/unknown", test_unknown);
  return g_test_run ();
}
