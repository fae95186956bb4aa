#include "base/wh-csv.h"
#include "base/wh-limits.h"
#include "catalogue-fixture.h"

#include <string.h>

static void
add_shelf (Fixture *fixture)
{
  fixture_smelling (fixture, "Blue Dream", 0.90, "alpha_pinene", 2, 6);
  fixture_strain (fixture, "Blueberry", "indica", 0.21);
  fixture_strain (fixture, "Blue Cheese", "indica", 0.19);
  fixture_strain (fixture, "Granddaddy Purple", "indica", 0.48);
  fixture_strain (fixture, "GDP Electric", "hybrid", 0.01);
  fixture_strain (fixture, "Sour Diesel", "sativa", 0.62);
  fixture_strain (fixture, "Sour Dream", "hybrid", 0.01);
  fixture_strain (fixture, "OG Kush", "hybrid", 0.58);
  fixture_strain (fixture, "OG Shark", "hybrid", 0.03);
  fixture_strain (fixture, "Ogre", "hybrid", 0.01);
  fixture_strain (fixture, "SFV OG", "hybrid", 0.24);
  fixture_strain (fixture, "GSC", "hybrid", 0.64);
  fixture_strain (fixture, "Gorilla Girl", "hybrid", 0.01);
  fixture_smelling (fixture, "Super Lemon Haze", 0.23, "d_limonene", 5, 2);
  fixture_smelling (fixture, "Lemon Haze", 0.20, "beta_caryophyllene", 5, 2);
  fixture_smelling (fixture, "Wedding Cake", 0.92, "d_limonene", 7, 3);
  fixture_smelling (fixture, "Do-Si-Dos", 0.39, "d_limonene", 3, 4);
  fixture_strain (fixture, "Kush Cookies", "hybrid", NAN);
  fixture_commit (fixture);
}

static void
assert_first (Fixture *fixture, const char *text, const char *name)
{
  g_autoptr (WhHits) hits = fixture_search (fixture, text);

  g_test_message ("%s", text);
  g_assert_cmpuint (hits->hits->len, >, 0);
  g_assert_cmpstr (hit_at (hits, 0)->card->name, ==, name);
}

static void
test_what_is_meant (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "blue drem", "Blue Dream" },     { "gdp", "Granddaddy Purple" },   { "sour desiel", "Sour Diesel" },
    { "og", "OG Kush" },               { "girl sc", "GSC" },             { "that lemon one", "Super Lemon Haze" },
    { "bluedrem", "Blue Dream" },      { "grand dady purple", "Granddaddy Purple" },
    { "blue", "Blue Dream" },          { "b", "Blue Dream" },            { "kush", "OG Kush" },
    { "sour dei", "Sour Diesel" },     { "limonene", "Super Lemon Haze" },   { "haze lemon", "Super Lemon Haze" },
    { "DREAM blue", "Blue Dream" },    { "Blüe Dréam", "Blue Dream" },   { "dosido", "Do-Si-Dos" },
    { "blue dream xyzzy", "Blue Dream" }, { "purple granddady", "Granddaddy Purple" },
  };

  add_shelf (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_first (fixture, cases[i][0], cases[i][1]);
}

static void
test_every_prefix (Fixture *fixture, gconstpointer data)
{
  const char *name = "granddaddy purple";

  add_shelf (fixture);
  for (gsize length = 1; length <= strlen (name); length++)
    {
      g_autofree char *prefix = g_strndup (name, length);
      g_autoptr (WhHits) hits = fixture_search (fixture, prefix);
      g_assert_cmpuint (place_of (hits, "Granddaddy Purple"), <, 3);
    }
}

static void
test_aroma (Fixture *fixture, gconstpointer data)
{
  add_shelf (fixture);
  g_autoptr (WhHits) described = fixture_search (fixture, "something lemony");
  g_assert_cmpuint (place_of (described, "Super Lemon Haze"), ==, 0);
  g_assert_cmpuint (place_of (described, "Wedding Cake"), <, 4);
  g_assert_cmpuint (place_of (described, "Lemon Haze"), <, 4);
  g_assert_cmpuint (place_of (described, "Wedding Cake"), <, place_of (described, "Do-Si-Dos"));
  g_assert_cmpuint (place_of (described, "OG Kush"), ==, G_MAXUINT);
  g_assert_cmpstr (hit_at (described, place_of (described, "Wedding Cake"))->matched, ==, "Limonene");

  g_autoptr (WhHits) named = fixture_search (fixture, "lemon");
  g_assert_cmpuint (place_of (named, "Lemon Haze"), <, 2);
  g_assert_cmpuint (place_of (named, "Wedding Cake"), ==, 2);
}

static void
test_order_of_kinds (Fixture *fixture, gconstpointer data)
{
  add_shelf (fixture);
  g_autoptr (WhHits) hits = fixture_search (fixture, "og");
  g_assert_cmpuint (place_of (hits, "OG Kush"), ==, 0);
  g_assert_cmpuint (place_of (hits, "SFV OG"), <, place_of (hits, "Ogre"));
  for (guint i = 1; i < hits->hits->len; i++)
    g_assert_cmpfloat (hit_at (hits, i - 1)->score, >=, hit_at (hits, i)->score);

  g_autoptr (WhHits) exact = fixture_search (fixture, "GSC");
  g_assert_cmpfloat (hit_at (exact, 0)->score, ==, 1.0);
}

static void
test_types_and_strictness (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  add_shelf (fixture);
  g_autoptr (WhHits) indicas = fixture_search (fixture, "indica");
  g_assert_cmpuint (indicas->total, ==, 3);
  g_assert_cmpstr (hit_at (indicas, 0)->card->name, ==, "Granddaddy Purple");
  query->text = g_strdup ("blue drem");
  query->fuzzy = FALSE;
  g_autoptr (WhHits) strict = fixture_ask (fixture, query);
  g_assert_cmpuint (strict->total, ==, 0);
}

static void
test_highlight (Fixture *fixture, gconstpointer data)
{
  add_shelf (fixture);
  g_autoptr (WhHits) hits = fixture_search (fixture, "dre bl");
  g_assert_cmpstr (hit_at (hits, 0)->highlight, ==, "\u2068Bl\u2069ue \u2068Dre\u2069am");
  g_autoptr (WhHits) typo = fixture_search (fixture, "sour desiel");
  g_assert_cmpstr (hit_at (typo, 0)->highlight, ==, "\u2068Sour\u2069 \u2068Diesel\u2069");
  g_autoptr (WhHits) joined = fixture_search (fixture, "bluedr");
  g_assert_cmpstr (hit_at (joined, 0)->highlight, ==, "\u2068Blue Dr\u2069eam");
  g_autoptr (WhHits) alias = fixture_search (fixture, "gdp");
  g_assert_cmpstr (hit_at (alias, 0)->highlight, ==, "Granddaddy Purple");
  g_assert_cmpstr (hit_at (alias, 0)->matched, ==, "gdp");
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhHits) all = NULL;
  g_autoptr (WhQuery) query = wh_query_new ();

  add_shelf (fixture);
  query->limit = 100;
  all = fixture_ask (fixture, query);
  g_assert_cmpuint (all->total, ==, 18);
  g_assert_cmpstr (hit_at (all, 0)->card->name, ==, "Wedding Cake");
  g_assert_null (hit_at (all, 0)->highlight);
  query->limit = 5;
  for (query->offset = 0; query->offset < 20; query->offset += 5)
    {
      g_autoptr (WhHits) page = fixture_ask (fixture, query);
      g_assert_cmpuint (page->total, ==, 18);
      g_assert_cmpuint (page->hits->len, ==, query->offset < 15 ? 5 : 3);
      for (guint i = 0; i < page->hits->len; i++)
        g_assert_true (hit_at (page, i)->card == hit_at (all, query->offset + i)->card);
    }
  query->offset = G_MAXUINT;
  g_autoptr (WhHits) beyond = fixture_ask (fixture, query);
  g_assert_cmpuint (beyond->hits->len, ==, 0);
}

static void
test_sorting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  add_shelf (fixture);
  query->sort = WH_SORT_NAME;
  g_autoptr (WhHits) names = fixture_ask (fixture, query);
  g_assert_cmpstr (hit_at (names, 0)->card->name, ==, "Blue Cheese");
  query->sort = WH_SORT_POPULARITY;
  g_autoptr (WhHits) least = fixture_ask (fixture, query);
  g_assert_cmpstr (hit_at (least, 0)->card->name, ==, "GDP Electric");
  g_assert_cmpstr (hit_at (least, least->hits->len - 1)->card->name, ==, "Kush Cookies");
  query->descending = TRUE;
  g_autoptr (WhHits) most = fixture_ask (fixture, query);
  g_assert_cmpstr (hit_at (most, 0)->card->name, ==, "Wedding Cake");
  g_assert_cmpstr (hit_at (most, most->hits->len - 1)->card->name, ==, "Kush Cookies");
  /* Equal values stay in the order of names, downwards too. */
  g_assert_cmpuint (place_of (most, "GDP Electric"), <, place_of (most, "Gorilla Girl"));
  query->text = g_strdup ("lemon");
  g_autoptr (WhHits) text = fixture_ask (fixture, query);
  g_assert_cmpstr (hit_at (text, 0)->card->name, ==, "Wedding Cake");
  g_assert_cmpuint (text->total, ==, 4);
}

static void
test_odd_input (Fixture *fixture, gconstpointer data)
{
  static const char *const odd[] = { "", " ", "???", "\xff\xfe", "the", "a b c d e f g h i j k", "𓀀", "\t\n", "ßẞ" };
  g_autoptr (WhQuery) query = wh_query_new ();
  g_autoptr (GError) error = NULL;

  add_shelf (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr (WhHits) hits = fixture_search (fixture, odd[i]);
      g_assert_nonnull (hits);
    }
  query->text = g_strnfill (WH_LIMIT_QUERY, 'x');
  g_autoptr (WhHits) longest = fixture_ask (fixture, query);
  g_assert_cmpuint (longest->total, ==, 0);
  g_free (query->text);
  query->text = g_strnfill (WH_LIMIT_QUERY + 1, 'x');
  g_assert_null (wh_catalogue_search (fixture->catalogue, fixture->principal, query, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_TOO_LARGE);
}

/* "granddaddy-purple" -> "granddaddy purple": the list has slugs only. */
static void
add_real_list (Fixture *fixture, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhCsv) csv = wh_csv_open (path, &error);
  WhCsvRow row;

  g_assert_no_error (error);
  g_assert_true (wh_csv_next (csv, &row, &error));
  while (wh_csv_next (csv, &row, &error))
    {
      g_autofree char *name = g_strdelimit (g_strdup (row.cells[0]), "-", ' ');
      WhStrain *strain = fixture_strain (fixture, name, row.cells[1], NAN);
      wh_text_to_number (row.cells[2], &strain->popularity_score);
      g_free (strain->slug);
      strain->slug = g_strdup (row.cells[0]);
    }
  g_assert_no_error (error);
  fixture_commit (fixture);
}

static void
test_real_list (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "blue drem", "blue dream" }, { "gdp", "granddaddy purple" }, { "sour desiel", "sour diesel" },
    { "og", "og kush" },           { "girl sc", "gsc" },           { "gg4", "original glue" },
    { "gorila glue", "original glue" }, { "wifi", "white fire og" }, { "nothern lights", "northern lights" },
    { "pinapple expres", "pineapple express" }, { "sour d", "sour diesel" }, { "jack herrer", "jack herer" },
    { "skittles", "zkittlez" },    { "kush", "og kush" },          { "ak", "ak 47" },
  };
  g_autofree char *path = wh_test_shared ("data/strains/strain-info-2021.csv");

  if (!path)
    return;
  add_real_list (fixture, path);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_first (fixture, cases[i][0], cases[i][1]);
  g_autoptr (WhHits) lemons = fixture_search (fixture, "that lemon one");
  for (guint i = 0; i < lemons->hits->len; i++)
    g_assert_nonnull (strstr (hit_at (lemons, i)->card->name, "lemon"));
}

#define add(path, test) g_test_add ("/search/" path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("what-is-meant", test_what_is_meant);
  add ("every-prefix", test_every_prefix);
  add ("aroma", test_aroma);
  add ("order-of-kinds", test_order_of_kinds);
  add ("types-and-strictness", test_types_and_strictness);
  add ("highlight", test_highlight);
  add ("pages", test_pages);
  add ("sorting", test_sorting);
  add ("odd-input", test_odd_input);
  add ("real-list", test_real_list);
  return g_test_run ();
}
