/* Substitutes by hand: what stands first, what is never offered, what is said of prices that are old and of what nobody tested. */
#include <string.h>

#include "catalogue-fixture.h"
#include "service/wh-analyst-private.h"
#include "service/wh-demo.h"
#include "service/wh-feedback.h"
#include "service/wh-substitute.h"
#include "substitute-plain.h"

#define NOW "2026-06-01T12:00:00Z"
#define MINUTE (60 * WH_TIME_SECOND)
#define N_TERPENES 6

typedef struct {
  Fixture    base;
  WhAnalyst *analyst;
  WhStrain  *asked, *near, *far, *untested;
  WhId       shop, other_shop, product, asked_id;
  gint64     now;
} Shelf;

static WhStrain *
add_strain (Shelf *shelf, const char *name, const double amounts[N_TERPENES])
{
  static const char *const terpenes[N_TERPENES]
      = { "beta_myrcene", "d_limonene", "beta_caryophyllene", "linalool", "alpha_pinene", "alpha_humulene" };
  WhStrain *strain = fixture_strain (&shelf->base, name, "hybrid", 0.5);
  WhLabResult *result;

  if (!amounts)
    return strain;
  result = fixture_result (&shelf->base, fixture_batch (&shelf->base, strain, "1", "flower"), "a", "2026-01-02");
  for (guint i = 0; i < N_TERPENES; i++)
    fixture_value (result, terpenes[i], amounts[i]);
  fixture_value (result, "thca", 200);
  return strain;
}

static WhId
add_shop (Shelf *shelf, const char *name)
{
  WhDispensary *shop = fixture_add (&shelf->base, wh_dispensary_new (wh_id_from_key ("dispensary", "test", name)));

  shop->name = g_strdup (name);
  shop->slug = wh_text_slug (name);
  return shop->entity.id;
}

/* An eighth of flower in stock for 35, 20 % THC, seen a minute ago. */
static WhProduct *
add_product (Shelf *shelf, WhId shop, const WhStrain *strain, const char *brand)
{
  static guint n;
  g_autofree char *key = g_strdup_printf ("%u", n++);
  WhProduct *product = fixture_add (&shelf->base, wh_product_new (wh_id_from_key ("product", "test", key)));

  product->dispensary_id = shop;
  product->strain_id = strain ? strain->entity.id : WH_ID_NONE;
  product->name = g_strdup (strain ? strain->name : "Nameless");
  product->brand = g_strdup (brand);
  product->category = g_strdup ("flower");
  product->weight_grams = 3.5;
  product->amount = g_strdup ("3.5g");
  product->thc_percentage = 20;
  product->in_stock = 1;
  product->price_cents = 3500;
  product->currency = g_strdup ("USD");
  product->price_observed_at = shelf->now - MINUTE;
  return product;
}

/* The product that is asked about is sold out; what else is there, each test adds. */
static void
set_up (Shelf *shelf, gconstpointer data)
{
  const double own[N_TERPENES] = { 8, 4, 2, 1, 1, 1 }, like_it[N_TERPENES] = { 7, 4, 2, 1, 1, 1 }, other[N_TERPENES] = { 1, 1, 1, 6, 8, 2 };
  WhProduct *sold_out;

  fixture_set_up (&shelf->base, data);
  g_assert_true (wh_clock_parse (NOW, &shelf->now));
  wh_clock_freeze (shelf->now);
  shelf->analyst = wh_analyst_new (shelf->base.catalogue, NULL);
  shelf->asked = add_strain (shelf, "Blue Dream", own);
  shelf->near = add_strain (shelf, "Green Dream", like_it);
  shelf->far = add_strain (shelf, "Jack", other);
  shelf->untested = add_strain (shelf, "Nobody Knows", NULL);
  shelf->asked_id = shelf->asked->entity.id;
  shelf->shop = add_shop (shelf, "Green Door");
  shelf->other_shop = add_shop (shelf, "Red Door");
  sold_out = add_product (shelf, shelf->shop, shelf->asked, "Farm");
  sold_out->in_stock = 0;
  shelf->product = sold_out->entity.id;
}

static void
tear_down (Shelf *shelf, gconstpointer data)
{
  wh_clock_freeze (WH_TIME_UNSET);
  g_clear_pointer (&shelf->analyst, wh_analyst_free);
  fixture_tear_down (&shelf->base, data);
}

static WhSubstitutes *
ask (Shelf *shelf, const WhSubstituteQuestion *question)
{
  g_autoptr (GError) error = NULL;
  WhSubstitutes *found;

  if (shelf->base.rows->len > 0)
    fixture_commit (&shelf->base);
  found = wh_analyst_substitutes (shelf->analyst, shelf->base.principal, question, &error);
  g_assert_no_error (error);
  return found;
}

static WhSubstitutes *
ask_for_product (Shelf *shelf)
{
  WhSubstituteQuestion question = WH_SUBSTITUTE_QUESTION_INIT;

  question.product_id = &shelf->product;
  return ask (shelf, &question);
}

static const WhSubstitute *
at (const WhSubstitutes *found, guint place)
{
  g_assert_cmpuint (place, <, found->substitutes->len);
  return &g_array_index (found->substitutes, WhSubstitute, place);
}

static gboolean
is_said (char **words, const char *part)
{
  g_auto (GStrv) owned = words;
  gboolean found = FALSE;

  for (char **place = owned; *place; place++)
    {
      g_test_message ("%s", *place);
      found |= strstr (*place, part) != NULL;
    }
  return found;
}

static void
test_same_strain_first (Shelf *shelf, gconstpointer data)
{
  WhProduct *dear = add_product (shelf, shelf->shop, shelf->asked, "Garden");
  WhProduct *ounce = add_product (shelf, shelf->shop, shelf->asked, "Farm");
  g_autoptr (WhSubstitutes) found = NULL;

  add_product (shelf, shelf->shop, shelf->near, "Farm");
  dear->price_cents = 9000;
  ounce->weight_grams = 28;
  found = ask_for_product (shelf);
  g_assert_cmpuint (found->substitutes->len, ==, 3);
  g_assert_true (at (found, 0)->same_strain && at (found, 1)->same_strain && !at (found, 2)->same_strain);
  /* The other strain fits better in all that is counted, and still stands behind. */
  g_assert_cmpfloat (at (found, 2)->score, >, at (found, 1)->score);
  for (guint i = 0; i < 2; i++)
    {
      const char *said = at (found, i)->side.grams > 20 ? "in another package" : "another brand";
      g_assert_true (is_said (wh_substitute_reasons (found, at (found, i)), said));
    }
}

static void
test_never_the_same (Shelf *shelf, gconstpointer data)
{
  g_autoptr (WhSubstitutes) found = NULL;

  add_product (shelf, shelf->shop, shelf->asked, "Farm");         /* the same article again, */
  add_product (shelf, shelf->other_shop, shelf->asked, "Farm");   /* and elsewhere */
  add_product (shelf, shelf->shop, shelf->near, "Farm")->in_stock = 0;
  add_product (shelf, shelf->shop, shelf->near, "Garden")->in_stock = WH_INTEGER_UNSET;
  found = ask_for_product (shelf);
  g_assert_cmpuint (found->substitutes->len, ==, 0);
  g_assert_cmpuint (found->n_elsewhere, ==, 1);
  g_assert_cmpuint (found->n_stock_unknown, ==, 1);
  g_autofree char *words = wh_present_substitutes_words (found);
  g_assert_nonnull (strstr (words, "Nothing in stock"));
  g_assert_nonnull (strstr (words, "whether 1 other is"));
}

static void
test_chemistry (Shelf *shelf, gconstpointer data)
{
  g_autoptr (WhSubstitutes) found = NULL;

  add_product (shelf, shelf->shop, shelf->far, "Farm");
  add_product (shelf, shelf->shop, shelf->near, "Farm");
  found = ask_for_product (shelf);
  g_assert_cmpstr (at (found, 0)->side.card->name, ==, "Green Dream");
  g_assert_cmpfloat (at (found, 0)->hellinger_distance, <, 0.1);
  g_assert_cmpfloat (at (found, 1)->hellinger_distance, >, 0.4);
  g_assert_cmpuint (at (found, 0)->closeness.shared_analytes, ==, N_TERPENES);
  g_assert_cmpfloat (at (found, 0)->closeness.hellinger_distance, ==, at (found, 0)->hellinger_distance);
  g_assert_cmpuint (at (found, 0)->unknown, ==, 0);
  g_assert_true (is_said (wh_substitute_reasons (found, at (found, 0)), "also led by β-Myrcene"));
  g_assert_true (is_said (wh_substitute_reasons (found, at (found, 0)), "same 3.5 g flower"));
}

/* Not tested is neither near nor far. */
static void
test_not_tested (Shelf *shelf, gconstpointer data)
{
  WhProduct *nameless = add_product (shelf, shelf->shop, NULL, "Farm");
  g_autoptr (WhSubstitutes) found = NULL;

  nameless->thc_percentage = NAN;
  nameless->price_cents = WH_INTEGER_UNSET;
  add_product (shelf, shelf->shop, shelf->far, "Farm");
  add_product (shelf, shelf->shop, shelf->untested, "Farm");
  found = ask_for_product (shelf);
  g_assert_cmpuint (found->substitutes->len, ==, 3);
  /* All that is known of it is alike, while the other is known to be far. */
  g_assert_cmpstr (at (found, 0)->side.card->name, ==, "Nobody Knows");
  g_assert_cmpfloat (at (found, 0)->parts[WH_PART_CHEMISTRY], ==, 0.5);
  g_assert_true (isnan (at (found, 0)->hellinger_distance));
  g_assert_true (at (found, 0)->unknown & 1u << WH_PART_CHEMISTRY);
  g_assert_true (is_said (wh_substitute_not_known (found, at (found, 0)), "0 were tested for in both"));
  const WhSubstitute *last = at (found, 2);
  g_assert_null (last->side.card);
  g_assert_cmpuint (__builtin_popcount (last->unknown), ==, 4);
  g_assert_true (isnan (last->thc_difference) && isnan (last->price_difference));
  g_assert_true (is_said (wh_substitute_not_known (found, last), "which strain it is"));
  g_assert_true (is_said (wh_substitute_not_known (found, last), "how much THC"));
  g_assert_true (is_said (wh_substitute_not_known (found, last), "its price"));
}

static void
test_differences (Shelf *shelf, gconstpointer data)
{
  WhProduct *product = add_product (shelf, shelf->shop, shelf->near, "Farm");
  g_autoptr (WhSubstitutes) found = NULL;

  product->weight_grams = 7;
  product->price_cents = 4200;
  product->thc_percentage = 18;
  found = ask_for_product (shelf);
  const WhSubstitute *substitute = at (found, 0);
  g_assert_cmpfloat (substitute->weight_difference, ==, 3.5);
  g_assert_cmpfloat (fabs (substitute->price_difference + 4), <, 1e-9);
  g_assert_true (substitute->per_gram);
  g_assert_cmpfloat (substitute->thc_difference, ==, -2);
  g_assert_cmpfloat (substitute->parts[WH_PART_FORMAT], ==, 0.75);
  g_assert_cmpfloat (substitute->parts[WH_PART_STRENGTH], ==, 0.8);
  g_assert_cmpfloat (substitute->parts[WH_PART_PRICE], ==, 1);
  g_assert_true (is_said (wh_substitute_reasons (found, substitute), "2.0 points less THC"));
  g_assert_true (is_said (wh_substitute_reasons (found, substitute), "4.00 a gram cheaper"));
  g_assert_true (is_said (wh_substitute_reasons (found, substitute), "7 g instead of 3.5 g"));
  g_assert_cmpfloat (substitute->score, ==,
                     round (1e9 * (0.4 * substitute->parts[0] + 0.15 * (substitute->parts[1] + 0.75 + 0.8 + 1))) / 1e9);
}

static void
test_old_price (Shelf *shelf, gconstpointer data)
{
  WhProduct *old = add_product (shelf, shelf->shop, shelf->near, "Farm");
  WhProduct *fresh = add_product (shelf, shelf->shop, shelf->near, "Garden");
  g_autoptr (WhSubstitutes) found = NULL;

  old->price_observed_at = shelf->now - 3 * WH_TIME_DAY;
  fresh->price_observed_at = shelf->now - 60 * MINUTE;
  found = ask_for_product (shelf);
  g_assert_cmpstr (at (found, 0)->side.product->brand, ==, "Garden");
  g_assert_false (at (found, 0)->side.stale);
  g_assert_true (at (found, 1)->side.stale);
  g_assert_cmpfloat (at (found, 1)->parts[WH_PART_PRICE], ==, 0.75);
  g_assert_true (is_said (wh_substitute_reasons (found, at (found, 1)), "price 3 days old"));
  g_assert_true (is_said (wh_substitute_not_known (found, at (found, 1)), "still holds"));
  g_assert_false (is_said (wh_substitute_not_known (found, at (found, 0)), "still holds"));
}

static void
test_conditions (Shelf *shelf, gconstpointer data)
{
  WhSubstituteQuestion question = WH_SUBSTITUTE_QUESTION_INIT;
  WhProduct *vape = add_product (shelf, shelf->shop, shelf->near, "Farm");

  g_free (vape->category);
  vape->category = g_strdup ("vapes");
  add_product (shelf, shelf->other_shop, shelf->near, "Farm")->price_cents = 7000;
  add_product (shelf, shelf->shop, shelf->far, "Farm")->price_cents = WH_INTEGER_UNSET;
  question.product_id = &shelf->product;
  g_autoptr (WhSubstitutes) all = ask (shelf, &question);
  question.category = WH_SUBSTITUTE_ANY;
  g_autoptr (WhSubstitutes) any = ask (shelf, &question);
  question.category = "vapes";
  g_autoptr (WhSubstitutes) vapes = ask (shelf, &question);
  question.category = "topicals";
  g_autoptr (WhSubstitutes) none = ask (shelf, &question);
  question.category = NULL;
  question.shop_id = &shelf->other_shop;
  g_autoptr (WhSubstitutes) there = ask (shelf, &question);
  question.shop_id = NULL;
  question.max_price = 10;
  g_autoptr (WhSubstitutes) cheap = ask (shelf, &question);

  g_assert_cmpuint (all->substitutes->len, ==, 2);
  g_assert_cmpuint (any->substitutes->len, ==, 3);
  g_assert_cmpuint (vapes->substitutes->len, ==, 1);
  g_assert_true (is_said (wh_substitute_reasons (vapes, at (vapes, 0)), "vapes instead of flower"));
  g_assert_cmpuint (none->substitutes->len, ==, 0);
  g_assert_cmpuint (there->substitutes->len, ==, 1);
  g_assert_cmpstr (at (there, 0)->shop->name, ==, "Red Door");
  /* 20 a gram is too much, and a price that nobody knows is not known to be at most 10. */
  g_assert_cmpuint (cheap->substitutes->len, ==, 0);
  g_assert_false (wh_id_equal (&all->id, &any->id));
}

/* An article that many shops have takes one place, for the best of them. */
static void
test_articles (Shelf *shelf, gconstpointer data)
{
  WhSubstituteQuestion question = WH_SUBSTITUTE_QUESTION_INIT;
  g_autoptr (WhSubstitutes) found = NULL;

  add_product (shelf, shelf->shop, shelf->near, "Farm")->price_cents = 5000;
  add_product (shelf, shelf->other_shop, shelf->near, "Farm")->price_cents = 4000;
  question.product_id = &shelf->product;
  question.limit = 2;
  add_product (shelf, shelf->shop, shelf->far, "Farm");
  found = ask (shelf, &question);
  g_assert_cmpuint (found->substitutes->len, ==, 2);
  g_assert_cmpfloat (at (found, 0)->side.price, ==, 40);
  g_assert_cmpuint (at (found, 0)->n_shops, ==, 2);
  g_assert_cmpstr (at (found, 1)->side.card->name, ==, "Jack");
}

static void
test_of_a_strain (Shelf *shelf, gconstpointer data)
{
  WhSubstituteQuestion question = WH_SUBSTITUTE_QUESTION_INIT;
  g_autoptr (WhSubstitutes) found = NULL;

  add_product (shelf, shelf->shop, shelf->asked, "Garden");
  add_product (shelf, shelf->shop, shelf->near, "Farm");
  question.strain_id = &shelf->asked_id;
  found = ask (shelf, &question);
  g_assert_cmpstr (found->category, ==, "flower");
  g_assert_cmpfloat (found->asked.per_gram, ==, 10);
  g_assert_true (found->asked.thc_measured);
  g_assert_cmpfloat (fabs (found->asked.thc_percentage - 17.54), <, 1e-6);
  g_assert_true (at (found, 0)->same_strain);
  g_assert_true (is_said (wh_substitute_reasons (found, at (found, 0)), "this very strain"));
  g_assert_cmpuint (found->substitutes->len, ==, 2);
}

static void
test_names (Shelf *shelf, gconstpointer data)
{
  g_autoptr (GError) none = NULL, several = NULL;
  WhId id;

  add_product (shelf, shelf->shop, shelf->near, "Farm");
  add_product (shelf, shelf->other_shop, shelf->near, "Garden");
  fixture_commit (&shelf->base);
  g_assert_true (wh_analyst_find_product (shelf->analyst, shelf->base.principal, "green  DREAM garden", NULL, &id, NULL));
  g_assert_true (wh_analyst_find_product (shelf->analyst, shelf->base.principal, "green dream", &shelf->shop, &id, NULL));
  g_assert_false (wh_analyst_find_product (shelf->analyst, shelf->base.principal, "green dream", NULL, &id, &several));
  g_assert_error (several, WH_ERROR, WH_ERROR_AMBIGUOUS);
  g_assert_false (wh_analyst_find_product (shelf->analyst, shelf->base.principal, "green dream g", NULL, &id, &none));
  g_assert_error (none, WH_ERROR, WH_ERROR_NOT_FOUND);
}

static void
test_refused (Shelf *shelf, gconstpointer data)
{
  WhSubstituteQuestion question = WH_SUBSTITUTE_QUESTION_INIT;
  WhId nothing = wh_id_from_key ("product", "test", "nothing");
  g_autoptr (GError) unknown = NULL, limit = NULL, shop = NULL;

  fixture_commit (&shelf->base);
  question.product_id = &nothing;
  g_assert_null (wh_analyst_substitutes (shelf->analyst, shelf->base.principal, &question, &unknown));
  g_assert_error (unknown, WH_ERROR, WH_ERROR_NOT_FOUND);
  question.product_id = &shelf->product;
  question.shop_id = &nothing;
  g_assert_null (wh_analyst_substitutes (shelf->analyst, shelf->base.principal, &question, &shop));
  g_assert_error (shop, WH_ERROR, WH_ERROR_NOT_FOUND);
  question.limit = WH_SUBSTITUTE_MOST + 1;
  g_assert_null (wh_analyst_substitutes (shelf->analyst, shelf->base.principal, &question, &limit));
  g_assert_error (limit, WH_ERROR, WH_ERROR_INVALID);
}

static void
test_feedback (Shelf *shelf, gconstpointer data)
{
  g_autoptr (WhPrincipal) reader = wh_principal_new_anonymous ();
  g_autoptr (GError) denied = NULL, unknown = NULL;
  g_autoptr (WhFeedback) written = NULL;
  g_autoptr (WhSubstitutes) before = NULL, after = NULL;
  WhOutcome outcome = { .about = WH_FEEDBACK_SUBSTITUTE, .subject_kind = WH_KIND_PRODUCT, .offered_kind = WH_KIND_PRODUCT,
                        .accepted = FALSE, .reason = "too  dear" };

  add_product (shelf, shelf->shop, shelf->near, "Farm");
  before = ask_for_product (shelf);
  outcome.offer_id = before->id;
  outcome.subject_id = shelf->product;
  outcome.offered_id = at (before, 0)->side.product->id;
  g_assert_null (wh_feedback_write (shelf->base.store, reader, &outcome, NULL, NULL, &denied));
  g_assert_error (denied, WH_ERROR, WH_ERROR_DENIED);
  written = wh_feedback_write (shelf->base.store, shelf->base.principal, &outcome, NULL, NULL, NULL);
  g_assert_cmpstr (written->outcome, ==, "rejected");
  g_assert_cmpstr (written->subject_kind, ==, "product");
  outcome.offered_id = wh_id_from_key ("product", "test", "nothing");
  g_assert_null (wh_feedback_write (shelf->base.store, shelf->base.principal, &outcome, NULL, NULL, &unknown));
  g_assert_error (unknown, WH_ERROR, WH_ERROR_INVALID);
  /* Noting it changes nothing in the answer, which keeps its id. */
  g_assert_true (wh_catalogue_refresh (shelf->base.catalogue, shelf->base.principal, NULL, NULL));
  after = ask_for_product (shelf);
  g_assert_true (wh_id_equal (&before->id, &after->id));
}

/* The search passes over what cannot be among the best; here it is held against looking at everything. */
static void
test_against_plain (Fixture *fixture, gconstpointer data)
{
  const WhDemoSize size = { 7, 400, 12, 3000, 500 };
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (fixture->catalogue, NULL);
  g_autoptr (WhSnapshot) snapshot = NULL;
  g_autoptr (WhPriceIndex) index = NULL;
  g_autoptr (WhProfiles) profiles = NULL;

  g_assert_true (wh_demo_make (fixture->store, fixture->principal, &size, NULL, NULL, NULL, NULL));
  g_assert_true (wh_catalogue_refresh (fixture->catalogue, fixture->principal, NULL, NULL));
  index = wh_analyst_price_index (analyst, fixture->principal, &snapshot, NULL);
  profiles = wh_analyst_profiles (analyst, NULL);
  for (guint i = 0; i < index->products->len; i += 7)
    {
      WhSubstituteQuestion question = WH_SUBSTITUTE_QUESTION_INIT;
      const WhPriceProduct *product = &g_array_index (index->products, WhPriceProduct, i);
      WhStanding best[WH_SUBSTITUTE_MOST], plainly[WH_SUBSTITUTE_MOST];
      WhSubstituteSearch search;
      question.product_id = &product->id;
      question.shop_id = i % 3 == 0 ? &g_array_index (index->shops, WhPriceShop, product->shop).id : NULL;
      question.category = i % 2 ? WH_SUBSTITUTE_ANY : NULL;
      question.max_price = i % 5 == 0 ? 12 : NAN;
      question.limit = 1 + i % WH_SUBSTITUTE_MOST;
      g_assert_true (wh_substitute_prepare (&search, index, profiles, &question, NULL));
      g_assert_true (plain_is_equal (best, wh_substitute_search (&search, best), plainly, plain_search (&search, plainly)));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/service/substitute/" name, Shelf, NULL, set_up, test, tear_down)
  ADD ("same-strain-first", test_same_strain_first);
  ADD ("never-the-same", test_never_the_same);
  ADD ("chemistry", test_chemistry);
  ADD ("not-tested", test_not_tested);
  ADD ("differences", test_differences);
  ADD ("old-price", test_old_price);
  ADD ("conditions", test_conditions);
  ADD ("articles", test_articles);
  ADD ("of-a-strain", test_of_a_strain);
  ADD ("names", test_names);
  ADD ("refused", test_refused);
  ADD ("feedback", test_feedback);
  g_test_add ("/service/substitute/against-plain", Fixture, NULL, fixture_set_up, test_against_plain, fixture_tear_down);
  return g_test_run ();
}
