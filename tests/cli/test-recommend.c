/* `recommend` on a shop of five strains: every form, every wish, and what is refused. */
#include <string.h>

#include "wh-test-run.h"

static char *
make_dir (void)
{
  char *dir = wh_test_make_dir ();

  wh_test_write (dir, "strains.csv",
                 "name,type,popularity,flavors\nBlue Dream,hybrid,90,Blueberry|Sweet\nSuper Lemon Haze,sativa,80,Lemon|Citrus\n"
                 "Lemon Skunk,hybrid,40,Lemon|Citrus|Skunk\nOG Kush,hybrid,85,Earthy|Pine\nBlueberry,indica,60,Blueberry\n");
  wh_test_write (
      dir, "lab.csv",
      "Sample ID,Strain,Type,Test Date,THCA (%),CBD (%),beta-Myrcene (%),D-Limonene (%),beta-Caryophyllene (%),Linalool (%),"
      "alpha-Humulene (%)\n1,Blue Dream,flower,2026-01-02,8,ND,0.9,0.1,0.2,0.1,0.1\n"
      "2,Super Lemon Haze,flower,2026-01-02,22,ND,0.1,0.9,0.2,0.1,0.1\n3,OG Kush,flower,2026-01-02,25,ND,0.3,0.2,0.8,0.1,0.1\n");
  wh_test_write (dir, "reviews.csv", "user,strain_slug\n1,blue-dream\n1,og-kush\n2,blue-dream\n2,og-kush\n3,blueberry\n");
  g_free (wh_test_say (dir, "import strains strains.csv", 0));
  g_free (wh_test_say (dir, "import lab lab.csv", 0));
  return dir;
}

static const char *
first_name (const WhJson *json)
{
  const WhJsonNode *list = wh_json_member (wh_json_root (json), "recommendations");

  g_assert_cmpuint (wh_json_length (list), >, 0);
  return wh_json_string (wh_json_member (wh_json_element (list, 0), "name"), "");
}

static void
test_wishes (void)
{
  static const struct {
    const char *arguments, *first;
  } cases[] = {
    { "recommend", "Blue Dream" },
    { "recommend --like 'super lemon haze'", "Lemon Skunk" },
    { "recommend --like blue-dream --reviews reviews.csv", "OG Kush" },
    { "recommend --flavor lemon", "Super Lemon Haze" },
    { "recommend --flavor skunk --flavor citrusy", "Lemon Skunk" },
    { "recommend --terpene caryophyllene", "OG Kush" },
    { "recommend --thc low", "Blue Dream" },
    { "recommend --thc high --cbd low", "OG Kush" },
    { "recommend --dislike blue-dream --dislike og-kush --limit 1", "Super Lemon Haze" },
  };
  g_autofree char *dir = make_dir ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WhJson) json = wh_test_ask (dir, cases[i].arguments, 0);
      g_test_message ("%s", cases[i].arguments);
      g_assert_cmpstr (first_name (json), ==, cases[i].first);
    }
  wh_test_remove_dir (dir);
}

static void
test_forms (void)
{
  g_autofree char *dir = make_dir ();
  g_autofree char *table = wh_test_say (dir, "recommend --flavor lemon --terpene limonene", 0);
  g_autofree char *csv = wh_test_say (dir, "recommend --flavor lemon --csv", 0);
  g_autofree char *nothing = wh_test_say (dir, "recommend --in-stock", 0);
  g_autoptr (WhJson) json = wh_test_ask (dir, "recommend --flavor skunk --limit 2", 0);
  const WhJsonNode *root = wh_json_root (json), *first = wh_json_element (wh_json_member (root, "recommendations"), 0);
  const WhJsonNode *change = wh_json_element (wh_json_member (root, "counterfactuals"), 0);

  g_assert_nonnull (strstr (table, "people reported lemon; leads in"));
  g_assert_true (g_str_has_prefix (csv, "strain_id,name,type,match_score,match_reasons,availability,strain,demonstration"));
  g_assert_nonnull (strstr (nothing, "would rank first if it were in stock"));
  wh_test_has_keys (root, "recommendation_id recommendations counterfactuals");
  wh_test_has_keys (first, "strain_id name type match_score match_reasons availability strain demonstration");
  wh_test_has_keys (wh_json_member (first, "availability"), "dispensaries_count avg_price unit in_stock");
  g_assert_cmpuint (wh_json_length (wh_json_member (root, "recommendations")), ==, 2);
  g_assert_cmpstr (wh_json_string (wh_json_member (change, "words"), ""), ==, "without your wish for skunk, Blue Dream would lead");
  wh_test_remove_dir (dir);
}

static void
test_refused (void)
{
  g_autofree char *dir = make_dir ();

  g_free (wh_test_say (dir, "recommend --max-price cheap", 2));
  g_free (wh_test_say (dir, "recommend --like nothing-like-it-at-all", 3));
  g_free (wh_test_say (dir, "recommend --thc strongest", 1));
  g_free (wh_test_say (dir, "recommend --terpene thca", 1));
  g_free (wh_test_say (dir, "recommend --like blue-dream --dislike blue-dream", 1));
  g_free (wh_test_say (dir, "recommend --reviews lab.csv", 1));
  g_free (wh_test_say (dir, "recommend --reviews nowhere.csv", 3));
  wh_test_remove_dir (dir);
}

/* What was offered may be taken or turned down; what was not offered may not. */
static void
test_outcome (void)
{
  g_autofree char *dir = make_dir ();
  g_autoptr (WhJson) noted = wh_test_ask (dir, "recommend --flavor lemon --limit 2 --accept lemon-skunk --reason 'smells right'", 0);
  g_autofree char *words = wh_test_say (dir, "recommend --flavor lemon --limit 2 --reject super-lemon-haze", 0);
  const WhJsonNode *root = wh_json_root (noted);

  g_assert_cmpstr (wh_json_string (wh_json_member (root, "outcome"), NULL), ==, "accepted");
  g_assert_cmpstr (wh_json_string (wh_json_member (root, "about"), NULL), ==, "recommendation");
  g_assert_cmpstr (wh_json_string (wh_json_member (root, "reason"), NULL), ==, "smells right");
  g_assert_nonnull (strstr (words, "Super Lemon Haze was turned down"));
  g_free (wh_test_say (dir, "recommend --flavor lemon --limit 2 --accept og-kush", 3));
  g_free (wh_test_say (dir, "recommend --reason because", 2));
  wh_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/recommend/wishes", test_wishes);
  g_test_add_func ("/cli/recommend/forms", test_forms);
  g_test_add_func ("/cli/recommend/outcome", test_outcome);
  g_test_add_func ("/cli/recommend/refused", test_refused);
  return g_test_run ();
}
