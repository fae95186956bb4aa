/* What fits, why, and what else would lead, on a shop small enough to know the answers. */
#include <string.h>

#include "catalogue-fixture.h"
#include "core/wh-nouns-shop.h"
#include "service/wh-opinions.h"
#include "service/wh-recommend.h"

typedef struct {
  const char *name;
  double      popularity;
  const char *flavours[4];
  double      thc;           /* mg/g; 0: not tested at all */
  double      terpenes[5];   /* mg/g of myrcene, limonene, caryophyllene, linalool, pinene */
  double      price;         /* a gram; 0: no product */
  gboolean    in_stock;
} Shelf;

static const Shelf shelves[] = {
  { "Super Lemon Haze", 0.9, { "Lemon", "Citrus" }, 180, { 1, 8, 2, 1, 1 }, 11, TRUE },
  { "Lemon Skunk", 0.5, { "Lemon", "Citrus", "Skunk" }, 170, { 1, 7, 2, 1, 1 }, 9.20, TRUE },
  { "Sold Out Lemon", 0.6, { "Lemon", "Citrus" }, 175, { 1, 8, 2, 1, 1 }, 8, FALSE },
  { "Dear Lemon", 0.55, { "Lemon", "Citrus" }, 175, { 1, 8, 2, 1, 1 }, 20, TRUE },
  { "Blueberry", 0.8, { "Blueberry", "Sweet" }, 150, { 9, 1, 1, 1, 1 }, 10, TRUE },
  { "Pineapple Express", 0.7, { "Pineapple" }, 90, { 2, 1, 6, 1, 1 }, 10, TRUE },
  { "Unknown", 0.3, { NULL }, 0, { 0 }, 7, TRUE },
};

static WhStrain *
put_strain (Fixture *fixture, const Shelf *shelf)
{
  WhStrain *strain = fixture_strain (fixture, shelf->name, "hybrid", shelf->popularity);

  if (shelf->flavours[0])
    strain->flavors = g_strdupv ((char **) shelf->flavours);
  return strain;
}

static void
put_tests (Fixture *fixture, const WhStrain *strain, const Shelf *shelf)
{
  static const char *const keys[] = { "beta_myrcene", "d_limonene", "beta_caryophyllene", "linalool", "alpha_pinene" };
  WhLabResult *result;

  if (shelf->thc <= 0)
    return;
  result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "1", "2026-01-02");
  fixture_measure (result, "thca", WH_STATE_VALUE, shelf->thc / 0.877, NAN, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fixture_measure (result, keys[i], WH_STATE_VALUE, shelf->terpenes[i], NAN, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
}

static void
put_product (Fixture *fixture, const WhStrain *strain, const Shelf *shelf)
{
  WhProduct *product = wh_product_new (wh_id_from_key ("product", "test", shelf->name));

  product->dispensary_id = wh_id_from_key ("dispensary", "test", "shop");
  product->strain_id = strain->entity.id;
  product->name = g_strdup (shelf->name);
  product->category = g_strdup ("flower");
  product->weight_grams = 1;
  product->price_cents = (gint64) round (100 * shelf->price);
  product->in_stock = shelf->in_stock;
  fixture_add (fixture, product);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  WhDispensary *shop = wh_dispensary_new (wh_id_from_key ("dispensary", "test", "shop"));

  fixture_set_up (fixture, data);
  shop->name = g_strdup ("Shop");
  shop->state = g_strdup ("NJ");
  fixture_add (fixture, shop);
  for (guint i = 0; i < G_N_ELEMENTS (shelves); i++)
    {
      const WhStrain *strain = put_strain (fixture, &shelves[i]);
      put_tests (fixture, strain, &shelves[i]);
      put_product (fixture, strain, &shelves[i]);
    }
  fixture_commit (fixture);
}

static guint
number_of (WhSnapshot *snapshot, const char *name)
{
  const WhCard *card = wh_catalogue_resolve (snapshot, name, NULL, NULL);

  g_assert_nonnull (card);
  return card->index;
}

static WhRecommendations *
ask (Fixture *fixture, WhPreferences *preferences, const WhTaste *taste)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (GError) error = NULL;
  WhRecommendations *found = wh_analyst_recommend (analyst, fixture->principal, snapshot, preferences, taste, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < found->recommendations->len; i++)
    {
      const WhRecommendation *recommendation = &g_array_index (found->recommendations, WhRecommendation, i);
      g_autofree char *reasons = g_strjoinv (" | ", recommendation->reasons);
      g_test_message ("%u %s %.3f %s", i, recommendation->card->name, recommendation->score, reasons);
      g_assert_cmpfloat (recommendation->score, >=, 0);
      g_assert_cmpfloat (recommendation->score, <=, 1);
    }
  return found;
}

static const WhRecommendation *
at (const WhRecommendations *found, guint place)
{
  g_assert_cmpuint (place, <, found->recommendations->len);
  return &g_array_index (found->recommendations, WhRecommendation, place);
}

static gboolean
says (const WhRecommendation *recommendation, const char *words)
{
  for (char **reason = recommendation->reasons; *reason; reason++)
    if (strstr (*reason, words))
      return TRUE;
  return FALSE;
}

static const WhCounterfactual *
change_of (const WhRecommendations *found, const char *change)
{
  for (guint i = 0; i < found->counterfactuals->len; i++)
    {
      const WhCounterfactual *counterfactual = &g_array_index (found->counterfactuals, WhCounterfactual, i);
      g_test_message ("%s", counterfactual->words);
      if (strcmp (counterfactual->change, change) == 0)
        return counterfactual;
    }
  return NULL;
}

static void
like (Fixture *fixture, WhPreferences *preferences, WhWishKind kind, const char *name)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);

  g_assert_true (wh_preferences_add_strain (preferences, kind, number_of (snapshot, name), NULL));
}

static void
test_nothing_wished (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) found = ask (fixture, preferences, NULL);

  g_assert_cmpuint (found->recommendations->len, ==, G_N_ELEMENTS (shelves));
  g_assert_cmpstr (at (found, 0)->card->name, ==, "Super Lemon Haze");
  g_assert_cmpstr (at (found, 6)->card->name, ==, "Unknown");
  g_assert_true (says (at (found, 0), "best known"));
  g_assert_cmpuint (found->counterfactuals->len, ==, 0);
}

static void
test_liked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) found = NULL;
  const WhCounterfactual *change;

  like (fixture, preferences, WH_WISH_LIKE, "Super Lemon Haze");
  preferences->in_stock = TRUE;
  preferences->max_price = 12;
  found = ask (fixture, preferences, NULL);
  g_assert_cmpstr (at (found, 0)->card->name, ==, "Lemon Skunk");
  g_assert_true (says (at (found, 0), "people reported Lemon, Citrus, as of Super Lemon Haze, which you like"));
  /* Four of seven strains have these terpenes: that is nothing to point out. */
  g_assert_false (says (at (found, 0), "terpenes closer"));
  g_assert_true (says (at (found, 0), "in stock from $9.20/g"));
  g_assert_cmpuint (at (found, 0)->n_dispensaries, ==, 1);
  g_assert_cmpfloat_with_epsilon (at (found, 0)->average_price, 9.2, 1e-9);
  for (guint i = 0; i < found->recommendations->len; i++)
    g_assert_cmpstr (at (found, i)->card->name, !=, "Super Lemon Haze");
  change = change_of (found, "in_stock");
  g_assert_nonnull (change);
  g_assert_cmpstr (change->card->name, ==, "Sold Out Lemon");
  change = change_of (found, "price");
  g_assert_nonnull (change);
  g_assert_cmpstr (change->words, ==, "Dear Lemon would rank first if it cost $12.00/g instead of $20.00/g");
}

/* Among thirty strains that are all different one has the terpenes of the one liked, and nobody reported flavours. */
static void
test_terpenes_alike (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) found = NULL;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("Filler %u", i);
      Shelf shelf
          = { name, 0.1, { NULL }, 100, { 1 + i % 7, 1 + i % 5, 1 + i % 11, 1 + i % 3, i == 29 ? 30 : 1 + i % 13 }, 10, TRUE };
      put_tests (fixture, put_strain (fixture, &shelf), &shelf);
      if (i == 29)
        {
          shelf.name = "Twin";
          put_tests (fixture, put_strain (fixture, &shelf), &shelf);
        }
    }
  fixture_commit (fixture);
  like (fixture, preferences, WH_WISH_LIKE, "Filler 29");
  found = ask (fixture, preferences, NULL);
  g_assert_cmpstr (at (found, 0)->card->name, ==, "Twin");
  g_assert_true (says (at (found, 0), "terpenes closer to those of Filler 29, which you like, than 9"));
}

static void
test_disliked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) found = NULL;

  like (fixture, preferences, WH_WISH_DISLIKE, "Super Lemon Haze");
  found = ask (fixture, preferences, NULL);
  g_assert_cmpuint (found->recommendations->len, ==, 6);
  g_assert_cmpstr (at (found, 0)->card->name, ==, "Blueberry");
  g_assert_true (strstr (at (found, 5)->card->name, "Lemon") != NULL);
}

static void
test_wishes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) found = NULL;
  const WhCounterfactual *change;

  g_assert_true (wh_preferences_add_terpene (preferences, "caryophyllene", NULL));
  g_assert_true (wh_preferences_add_level (preferences, WH_WISH_THC, "low", NULL));
  found = ask (fixture, preferences, NULL);
  g_assert_cmpstr (at (found, 0)->card->name, ==, "Pineapple Express");
  g_assert_true (says (at (found, 0), "leads in β-Caryophyllene"));
  g_assert_true (says (at (found, 0), "9.0 % THC, as you wish"));
  change = change_of (found, "wish");
  g_assert_null (change);
}

/* A wish for pine is none for pineapple; lemony means lemon; a terpene that smells of it counts half. */
static void
test_flavours (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) pine = wh_preferences_new ();
  g_autoptr (WhPreferences) lemony = wh_preferences_new ();
  g_autoptr (WhRecommendations) of_pine = NULL;
  g_autoptr (WhRecommendations) of_lemon = NULL;

  g_assert_true (wh_preferences_add_flavour (pine, "pine", NULL));
  g_assert_true (wh_preferences_add_flavour (lemony, "lemony", NULL));
  g_assert_true (wh_preferences_add_flavour (lemony, "Skunk", NULL));
  of_pine = ask (fixture, pine, NULL);
  of_lemon = ask (fixture, lemony, NULL);
  for (guint i = 0; i < of_pine->recommendations->len; i++)
    g_assert_false (says (at (of_pine, i), "people reported"));
  g_assert_cmpstr (at (of_lemon, 0)->card->name, ==, "Lemon Skunk");
  g_assert_true (says (at (of_lemon, 0), "people reported lemon"));
  g_assert_true (says (at (of_lemon, 0), "people reported skunk"));
  g_assert_cmpstr (change_of (of_lemon, "wish")->words, ==, "without your wish for skunk, Super Lemon Haze would lead");
}

/* What nobody tested is no zero: it stands between what fits and what does not. */
static void
test_not_tested (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) found = NULL;

  g_assert_true (wh_preferences_add_range (preferences, WH_WISH_THC, 8, 10, NULL));
  g_assert_true (wh_preferences_add_terpene (preferences, "linalool", NULL));
  found = ask (fixture, preferences, NULL);
  g_assert_cmpstr (at (found, 0)->card->name, ==, "Pineapple Express");
  g_assert_cmpstr (at (found, 1)->card->name, ==, "Unknown");
  g_assert_false (says (at (found, 1), "THC"));
}

static void
test_conditions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) nowhere = NULL;
  g_autoptr (WhRecommendations) smoked = NULL;
  g_autoptr (WhRecommendations) eaten = NULL;

  preferences->state = g_strdup ("NJ");
  g_assert_true (wh_preferences_set_method (preferences, "smoking", NULL));
  smoked = ask (fixture, preferences, NULL);
  g_assert_cmpuint (smoked->recommendations->len, ==, 6);
  g_assert_true (wh_preferences_set_method (preferences, "edibles", NULL));
  eaten = ask (fixture, preferences, NULL);
  g_assert_cmpuint (eaten->recommendations->len, ==, 0);
  preferences->sold_as = 0;
  g_free (preferences->state);
  preferences->state = g_strdup ("CA");
  nowhere = ask (fixture, preferences, NULL);
  g_assert_cmpuint (nowhere->recommendations->len, ==, 0);
}

/* Three who like one thing have another in common; their lists outweigh how well known a strain is. */
static void
test_people (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "reviews.csv", NULL);
  g_autoptr (WhRecommendations) found = NULL;
  g_autoptr (WhTaste) taste = NULL;

  g_assert_true (g_file_set_contents (path,
                                      "user,strain_slug\n1,blueberry\n1,unknown\n2,blueberry\n2,unknown\n3,lemon-skunk\n"
                                      "3,blueberry\n4,super-lemon-haze\n",
                                      -1, NULL));
  taste = wh_recommend_read_taste (snapshot, path, NULL);
  wh_test_remove_dir (dir);
  like (fixture, preferences, WH_WISH_LIKE, "Blueberry");
  found = ask (fixture, preferences, taste);
  g_assert_cmpstr (at (found, 0)->card->name, ==, "Unknown");
  g_assert_true (says (at (found, 0), "2 of the 3 people who wrote about Blueberry, which you like, wrote about it, too"));
  g_assert_cmpstr (at (found, 1)->card->name, ==, "Lemon Skunk");
}

static void
add_review (Fixture *fixture, guint person, const char *strain, double rating)
{
  WhReview *review = wh_review_new (wh_id_new ());

  review->strain_id = wh_id_from_key ("strain", "test", strain);
  review->rating = rating;
  review->reviewer = g_strdup_printf ("test:%u", person);
  fixture_add (fixture, review);
}

/* Reviews of the store speak once fifty people have said something; a bad one says nothing good. */
static void
test_stored_reviews (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) few = NULL;
  g_autoptr (WhRecommendations) enough = NULL;

  for (guint person = 0; person < 2 * WH_OPINIONS_WITNESSES; person++)
    {
      if (person == WH_OPINIONS_WITNESSES - 1)
        {
          fixture_commit (fixture);
          like (fixture, preferences, WH_WISH_LIKE, "Blueberry");
          few = ask (fixture, preferences, NULL);
        }
      add_review (fixture, person, "Blueberry", NAN);
      add_review (fixture, person, "Unknown", 5);
      add_review (fixture, person, "Lemon Skunk", 1);
    }
  fixture_commit (fixture);
  g_assert_false (says (at (few, 0), "which you like, wrote about it, too"));
  enough = ask (fixture, preferences, NULL);
  g_assert_cmpstr (at (enough, 0)->card->name, ==, "Unknown");
  g_assert_true (says (at (enough, 0), "100 of the 100 people who wrote about Blueberry, which you like, wrote about it, too"));
  for (guint i = 1; i < enough->recommendations->len; i++)
    g_assert_false (says (at (enough, i), "wrote about it, too"));
}

static void
add_feedback (Fixture *fixture, const char *strain, const char *outcome, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      WhFeedback *feedback = wh_feedback_new (wh_id_new ());
      feedback->about = g_strdup ("recommendation");
      feedback->offered_kind = g_strdup ("strain");
      feedback->offered_id = wh_id_from_key ("strain", "test", strain);
      feedback->outcome = g_strdup (outcome);
      fixture_add (fixture, feedback);
    }
}

static double
score_of (const WhRecommendations *found, const char *name)
{
  for (guint i = 0; i < found->recommendations->len; i++)
    if (strcmp (at (found, i)->card->name, name) == 0)
      return at (found, i)->score;
  g_assert_not_reached ();
}

/* What is accepted more often than the rest gains, what is refused loses, and nothing else moves. */
static void
test_learning (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) before = NULL;
  g_autoptr (WhRecommendations) after = NULL;

  preferences->limit = 100;
  g_assert_true (wh_preferences_add_flavour (preferences, "lemon", NULL));
  before = ask (fixture, preferences, NULL);
  add_feedback (fixture, "Lemon Skunk", "accepted", 9);
  add_feedback (fixture, "Lemon Skunk", "rejected", 1);
  add_feedback (fixture, "Super Lemon Haze", "rejected", 10);
  fixture_commit (fixture);
  after = ask (fixture, preferences, NULL);
  g_assert_cmpfloat (score_of (after, "Lemon Skunk"), >, score_of (before, "Lemon Skunk"));
  g_assert_cmpfloat (score_of (after, "Super Lemon Haze"), <, score_of (before, "Super Lemon Haze"));
  g_assert_cmpfloat (score_of (after, "Blueberry"), ==, score_of (before, "Blueberry"));
  for (guint i = 0; i < after->recommendations->len; i++)
    g_assert_true (says (at (after, i), "accepted 9 of the 10 times") == (strcmp (at (after, i)->card->name, "Lemon Skunk") == 0));
}

/* Feedback is on no card, so it makes no new snapshot; a server learns of it all the same. */
static void
test_learning_while_serving (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  g_autoptr (WhRecommendations) before = NULL;
  g_autoptr (WhRecommendations) same = NULL;
  g_autoptr (WhRecommendations) after = NULL;

  g_assert_true (wh_preferences_add_flavour (preferences, "lemon", NULL));
  before = wh_analyst_recommend (analyst, fixture->principal, snapshot, preferences, NULL, NULL);
  same = wh_analyst_recommend (analyst, fixture->principal, snapshot, preferences, NULL, NULL);
  add_feedback (fixture, "Super Lemon Haze", "rejected", 10);
  add_feedback (fixture, "Lemon Skunk", "accepted", 10);
  fixture_commit (fixture);
  after = wh_analyst_recommend (analyst, fixture->principal, snapshot, preferences, NULL, NULL);
  g_assert_cmpfloat (score_of (after, "Super Lemon Haze"), <, score_of (before, "Super Lemon Haze"));
  g_assert_true (wh_id_equal (&before->id, &same->id));
  g_assert_false (wh_id_equal (&before->id, &after->id));
}

static void
test_same_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (WhRecommendations) one = NULL;
  g_autoptr (WhRecommendations) two = NULL;
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (first, 0);
  g_autoptr (WhJsonWriter) other = wh_json_writer_new (second, 0);

  like (fixture, preferences, WH_WISH_LIKE, "Blueberry");
  one = ask (fixture, preferences, NULL);
  two = ask (fixture, preferences, NULL);
  wh_present_recommendations (writer, one, NULL);
  wh_present_recommendations (other, two, NULL);
  g_assert_cmpstr (first->str, ==, second->str);
  preferences->limit = 1;
  wh_recommendations_free (two);
  two = ask (fixture, preferences, NULL);
  g_assert_cmpuint (two->recommendations->len, ==, 1);
  g_assert_false (wh_id_equal (&one->id, &two->id));
}

static void
assert_refused (gboolean done, GError **error)
{
  g_assert_false (done);
  g_assert_error (*error, WH_ERROR, WH_ERROR_INVALID);
  g_clear_error (error);
}

static void
test_refused (void)
{
  g_autoptr (WhPreferences) preferences = wh_preferences_new ();
  g_autoptr (GError) error = NULL;

  assert_refused (wh_preferences_add_terpene (preferences, "thca", &error), &error);
  assert_refused (wh_preferences_add_flavour (preferences, " - ", &error), &error);
  assert_refused (wh_preferences_add_level (preferences, WH_WISH_THC, "some", &error), &error);
  assert_refused (wh_preferences_add_range (preferences, WH_WISH_THC, 5, 4, &error), &error);
  assert_refused (wh_preferences_add_range (preferences, WH_WISH_THC, NAN, 4, &error), &error);
  assert_refused (wh_preferences_set_method (preferences, "injection", &error), &error);
  g_assert_true (wh_preferences_add_strain (preferences, WH_WISH_LIKE, 3, &error));
  g_assert_true (wh_preferences_add_strain (preferences, WH_WISH_LIKE, 3, &error));
  g_assert_cmpuint (preferences->wishes->len, ==, 1);
  assert_refused (wh_preferences_add_strain (preferences, WH_WISH_DISLIKE, 3, &error), &error);
  for (guint i = 1; i < WH_WISHES_MOST; i++)
    g_assert_true (wh_preferences_add_flavour (preferences, "lemon", &error));
  assert_refused (wh_preferences_add_flavour (preferences, "lemon", &error), &error);
}

#define ADD(path, function) g_test_add ("/recommend/" path, Fixture, NULL, set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("nothing-wished", test_nothing_wished);
  ADD ("liked", test_liked);
  ADD ("terpenes-alike", test_terpenes_alike);
  ADD ("disliked", test_disliked);
  ADD ("wishes", test_wishes);
  ADD ("flavours", test_flavours);
  ADD ("not-tested", test_not_tested);
  ADD ("conditions", test_conditions);
  ADD ("people", test_people);
  ADD ("stored-reviews", test_stored_reviews);
  ADD ("learning", test_learning);
  ADD ("learning-while-serving", test_learning_while_serving);
  ADD ("same-twice", test_same_twice);
  g_test_add_func ("/recommend/refused", test_refused);
  return g_test_run ();
}
