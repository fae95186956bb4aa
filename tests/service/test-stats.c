/* Figures by hand, and figures moved on by the change log against those read from scratch. */
#include <string.h>

#include "base/wh-random.h"
#include "catalogue-fixture.h"
#include "core/wh-nouns-shop.h"
#include "service/wh-search-tally.h"
#include "service/wh-stats.h"

#define NOW "2026-06-15T12:00:00Z"
#define HOUR (3600 * WH_TIME_SECOND)
#define ROUNDS 60
#define POOL 80

typedef struct {
  Fixture  base;
  WhStats *stats;
  gint64   now, today;
} Figures;

static void
set_up (Figures *figures, gconstpointer data)
{
  fixture_set_up (&figures->base, data);
  figures->stats = wh_stats_new (figures->base.catalogue);
  g_assert_true (wh_clock_parse (NOW, &figures->now));
  figures->today = figures->now / WH_TIME_DAY * WH_TIME_DAY;
  wh_clock_freeze (figures->now);
}

static void
tear_down (Figures *figures, gconstpointer data)
{
  wh_clock_freeze (WH_TIME_UNSET);
  g_clear_pointer (&figures->stats, wh_stats_free);
  fixture_tear_down (&figures->base, data);
}

static WhStatsReport *
report_over (Figures *figures, WhStats *stats, guint days)
{
  WhStatsQuestion question = WH_STATS_QUESTION_INIT;
  g_autoptr (GError) error = NULL;
  WhStatsReport *report;

  if (figures->base.rows->len > 0)
    fixture_commit (&figures->base);
  question.days = days;
  report = wh_stats_report (stats, figures->base.principal, &question, NULL, &error);
  g_assert_no_error (error);
  return report;
}

static WhStatsReport *
report (Figures *figures)
{
  return report_over (figures, figures->stats, 7);
}

/* `ago` days before today. */
static void
searched (Figures *figures, const char *term, guint ago, gint64 searches, gint64 empty)
{
  WhSearchDay *day = fixture_add (&figures->base, wh_search_day_new (WH_ID_NONE));

  day->day = figures->today - ago * WH_TIME_DAY;
  day->term = g_strdup (term);
  day->searches = searches;
  day->empty = empty;
}

static const WhStatsTerm *
term_at (const GArray *terms, guint place)
{
  g_assert_cmpuint (place, <, terms->len);
  return &g_array_index (terms, WhStatsTerm, place);
}

/* -- searches ---------------------------------------------------------------------------------------------------- */

static void
test_searches (Figures *figures, gconstpointer data)
{
  WhStrain *strain = fixture_strain (&figures->base, "Granddaddy Purple", "indica", 0.9);
  g_autoptr (WhStatsReport) found = NULL;

  strain->aliases = g_strdupv ((char *[]) { "GDP", NULL });
  searched (figures, "gdp", 0, 4, 0);
  searched (figures, "granddaddy purple", 6, 5, 0);
  searched (figures, "granddaddy purple", 7, 100, 0);   /* before the timeframe */
  searched (figures, "zzz", 1, 3, 3);
  searched (figures, "seldom", 1, 2, 2);
  searched (figures, WH_SEARCH_REST, 1, 7, 1);
  found = report (figures);
  g_assert_cmpint (found->searches.searches, ==, 21);
  g_assert_cmpint (found->searches.empty, ==, 6);
  g_assert_cmpint (found->searches.rest, ==, 9);
  g_assert_cmpuint (found->searches.terms->len, ==, 3);
  g_assert_cmpstr (term_at (found->searches.terms, 0)->term, ==, "granddaddy purple");
  g_assert_cmpint (term_at (found->searches.terms, 0)->searches, ==, 5);
  g_assert_cmpuint (found->searches.strains->len, ==, 1);
  g_assert_cmpint (term_at (found->searches.strains, 0)->searches, ==, 9);
  g_assert_cmpuint (found->searches.without_result->len, ==, 1);
  g_assert_cmpstr (term_at (found->searches.without_result, 0)->term, ==, "zzz");
}

/* Days that have ended against as many before; few searches, or a difference that chance makes, are no trend. */
static void
test_trends (Figures *figures, gconstpointer data)
{
  g_autoptr (WhStatsReport) found = NULL;

  searched (figures, "rising", 1, 30, 0);
  searched (figures, "rising", 8, 10, 0);
  searched (figures, "new", 7, 12, 0);
  searched (figures, "today", 0, 500, 0);
  searched (figures, "falling", 2, 5, 0);
  searched (figures, "falling", 14, 40, 0);
  searched (figures, "too old", 15, 400, 0);
  searched (figures, "few", 1, 9, 0);
  searched (figures, "chance", 1, 22, 0);
  searched (figures, "chance", 8, 18, 0);
  found = report (figures);
  g_assert_cmpuint (found->searches.rising->len, ==, 2);
  g_assert_cmpstr (term_at (found->searches.rising, 0)->term, ==, "new");
  g_assert_cmpstr (term_at (found->searches.rising, 1)->term, ==, "rising");
  g_assert_cmpint (term_at (found->searches.rising, 1)->searches, ==, 30);
  g_assert_cmpint (term_at (found->searches.rising, 1)->before, ==, 10);
  g_assert_cmpuint (found->searches.falling->len, ==, 1);
  g_assert_cmpint (term_at (found->searches.falling, 0)->searches, ==, 5);
  g_assert_cmpint (term_at (found->searches.falling, 0)->before, ==, 40);
}

/* -- freshness --------------------------------------------------------------------------------------------------- */

static WhProduct *
add_product (Figures *figures, const char *key, gint64 age)
{
  WhProduct *product = fixture_add (&figures->base, wh_product_new (wh_id_from_key ("product", "test", key)));

  product->name = g_strdup (key);
  product->dispensary_id = wh_id_from_key ("dispensary", "test", "A");
  product->price_cents = 3500;
  product->price_observed_at = age < 0 ? WH_TIME_UNSET : figures->now - age;
  return product;
}

static void
test_freshness (Figures *figures, gconstpointer data)
{
  WhStrain *strain = fixture_strain (&figures->base, "Blue Dream", "hybrid", 0.9);
  WhBatch *batch = fixture_batch (&figures->base, strain, "1", "flower");
  WhLabResult *new = fixture_result (&figures->base, batch, "a", "2026-01-01");
  g_autoptr (WhStatsReport) now = NULL, later = NULL;
  const WhStatsFreshness *prices;

  fixture_value (new, "beta_myrcene", 3);
  fixture_value (fixture_result (&figures->base, batch, "b", "2020-01-01"), "thca", 200);
  fixture_measure (fixture_result (&figures->base, batch, "c", "2026-02-01"), "linalool", WH_STATE_NOT_TESTED, NAN, NAN, WH_UNIT_MG_PER_G,
                   WH_BASIS_AS_RECEIVED);
  add_product (figures, "fresh", 30 * 60 * WH_TIME_SECOND);
  add_product (figures, "stale", 2 * HOUR);
  add_product (figures, "unknown", -1);
  add_product (figures, "unpriced", 0)->price_cents = WH_INTEGER_UNSET;
  now = report (figures);
  prices = &now->freshness[WH_FACT_PRICE];
  g_assert_cmpuint (prices->n, ==, 3);
  g_assert_cmpuint (prices->fresh, ==, 1);
  g_assert_cmpuint (prices->unknown, ==, 1);
  g_assert_cmpint (prices->oldest, ==, figures->now - 2 * HOUR);
  g_assert_cmpuint (now->results, ==, 3);
  g_assert_cmpuint (now->with_terpenes, ==, 1);   /* not tested is no panel */
  g_assert_cmpuint (now->freshness[WH_FACT_LAB_RESULT].fresh, ==, 2);
  g_assert_cmpuint (now->freshness[WH_FACT_TERPENES].n, ==, 1);
  g_assert_cmpuint (now->freshness[WH_FACT_MENU].n, ==, 1);
  g_assert_cmpuint (now->freshness[WH_FACT_MENU].fresh, ==, 1);
  g_assert_cmpuint (now->freshness[WH_FACT_STOCK].n, ==, 0);
  g_assert_cmpuint (now->freshness[WH_FACT_STRAIN].fresh, ==, 1);
  g_assert_cmpuint (now->counts[WH_KIND_PRODUCT], ==, 4);
  wh_clock_freeze (figures->now + 8 * WH_TIME_DAY);   /* nothing was written, and facts are older */
  later = report (figures);
  g_assert_cmpuint (later->freshness[WH_FACT_PRICE].fresh, ==, 0);
  g_assert_cmpuint (later->freshness[WH_FACT_STRAIN].fresh, ==, 0);
}

/* -- prices ------------------------------------------------------------------------------------------------------ */

static void
saw (Figures *figures, const char *product, gint64 cents, gint64 ago, const char *currency)
{
  WhPrice *price = fixture_add (&figures->base, wh_price_new (WH_ID_NONE));

  price->product_id = wh_id_from_key ("product", "test", product);
  price->amount_cents = cents;
  price->currency = g_strdup (currency);
  price->observed_at = ago < 0 ? WH_TIME_UNSET : figures->now - ago;
}

static void
test_accuracy (Figures *figures, gconstpointer data)
{
  g_autoptr (WhStatsReport) found = NULL, month = NULL;

  saw (figures, "a", 4000, 5 * WH_TIME_DAY, "USD");
  saw (figures, "a", 5000, 3 * WH_TIME_DAY, "USD");
  saw (figures, "a", 5000, 1 * WH_TIME_DAY, "USD");
  saw (figures, "a", 5400, 1 * WH_TIME_DAY, "USD");   /* of one time: they contradict, none follows the other */
  saw (figures, "b", 1000, 40 * WH_TIME_DAY, "USD");
  saw (figures, "b", 2000, 20 * WH_TIME_DAY, "USD");  /* outside of the week */
  saw (figures, "c", 1000, 2 * WH_TIME_DAY, "USD");
  saw (figures, "c", 9000, 1 * WH_TIME_DAY, "CAD");
  saw (figures, "c", 9000, -1, "USD");
  found = report (figures);
  g_assert_cmpuint (found->accuracy.n, ==, 2);
  g_assert_cmpfloat_with_epsilon (found->accuracy.median_hours, 48, 1e-9);
  month = report_over (figures, figures->stats, 30);
  g_assert_cmpuint (month->accuracy.n, ==, 3);
  g_assert_cmpfloat_with_epsilon (month->accuracy.median_difference, 10, 1e-9);
}

/* -- offers ------------------------------------------------------------------------------------------------------ */

static void
decided (Figures *figures, const char *about, const char *outcome, guint times)
{
  for (guint i = 0; i < times; i++)
    {
      WhFeedback *feedback = fixture_add (&figures->base, wh_feedback_new (WH_ID_NONE));
      feedback->about = g_strdup (about);
      feedback->offered_kind = g_strdup ("product");
      feedback->offered_id = wh_id_new ();
      feedback->outcome = g_strdup (outcome);
      feedback->decided_at = figures->now - HOUR;
    }
}

static void
test_offers (Figures *figures, gconstpointer data)
{
  g_autoptr (WhStatsReport) found = NULL;
  const WhStatsOffers *recommendation, *substitute;

  decided (figures, "substitute", "accepted", 8);
  decided (figures, "substitute", "rejected", 2);
  decided (figures, "weather", "accepted", 5);
  found = report (figures);
  g_assert_cmpuint (found->offers->len, ==, 2);
  recommendation = &g_array_index (found->offers, WhStatsOffers, 0);
  substitute = &g_array_index (found->offers, WhStatsOffers, 1);
  g_assert_cmpuint (recommendation->n, ==, 0);
  g_assert_true (isnan (recommendation->share));
  g_assert_cmpfloat_with_epsilon (substitute->share, 0.8, 1e-9);
  g_assert_cmpfloat_with_epsilon (substitute->low, 0.4901625, 1e-6);    /* 8 of 10: 0.490 to 0.943 */
  g_assert_cmpfloat_with_epsilon (substitute->high, 0.9433178, 1e-6);
}

static void
test_wilson_at_the_ends (void)
{
  double low, high;

  wh_stats_wilson (0, 10, &low, &high);
  g_assert_cmpfloat (low, ==, 0);
  g_assert_cmpfloat_with_epsilon (high, 0.2775328, 1e-6);
  wh_stats_wilson (10, 10, &low, &high);
  g_assert_cmpfloat_with_epsilon (high, 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (low, 1 - 0.2775328, 1e-6);
}

/* -- moved on against from scratch ------------------------------------------------------------------------------- */

static WhId
pool_id (const char *kind, guint number)
{
  g_autofree char *key = g_strdup_printf ("%u", number);

  return wh_id_from_key (kind, "pool", key);
}

static gint64
some_time (Figures *figures, WhRng *rng)
{
  return wh_rng_below (rng, 8) ? figures->now - (gint64) wh_rng_below (rng, 40 * 86400) * WH_TIME_SECOND : WH_TIME_UNSET;
}

static void
change_product (Figures *figures, WhRng *rng, guint number)
{
  WhProduct *product = fixture_add (&figures->base, wh_product_new (pool_id ("product", number)));

  product->name = g_strdup ("Product");
  product->dispensary_id = pool_id ("dispensary", wh_rng_below (rng, 5));
  product->price_cents = wh_rng_below (rng, 5) ? (gint64) wh_rng_below (rng, 9000) : WH_INTEGER_UNSET;
  product->price_observed_at = some_time (figures, rng);
  product->in_stock = wh_rng_below (rng, 3) ? 1 : WH_INTEGER_UNSET;
}

/* The product a price is of may change, too. */
static void
change_price (Figures *figures, WhRng *rng, guint number)
{
  WhPrice *price = fixture_add (&figures->base, wh_price_new (pool_id ("price", number)));

  price->product_id = pool_id ("product", wh_rng_below (rng, 12));
  price->amount_cents = 1000 + 100 * (gint64) wh_rng_below (rng, 9);
  price->currency = g_strdup (wh_rng_below (rng, 6) ? "USD" : "CAD");
  price->observed_at = some_time (figures, rng);
}

static void
change_search (Figures *figures, WhRng *rng, guint number)
{
  static const char *const terms[] = { "blue dream", "og kush", "lemon", WH_SEARCH_REST };
  WhSearchDay *day = fixture_add (&figures->base, wh_search_day_new (pool_id ("search_day", number)));

  day->day = figures->today - (gint64) wh_rng_below (rng, 20) * WH_TIME_DAY;
  day->term = g_strdup (terms[wh_rng_below (rng, G_N_ELEMENTS (terms))]);
  day->searches = wh_rng_below (rng, 40);
  day->empty = day->searches / 3;
}

static void
change_other (Figures *figures, WhRng *rng, guint number)
{
  WhFeedback *feedback = fixture_add (&figures->base, wh_feedback_new (pool_id ("feedback", number)));
  WhReview *review = fixture_add (&figures->base, wh_review_new (pool_id ("review", number)));
  WhLabResult *result = fixture_add (&figures->base, wh_lab_result_new (pool_id ("lab_result", number)));

  feedback->about = g_strdup (wh_rng_below (rng, 2) ? "substitute" : "recommendation");
  feedback->offered_kind = g_strdup ("product");
  feedback->offered_id = pool_id ("product", number);
  feedback->outcome = g_strdup (wh_rng_below (rng, 2) ? "accepted" : "rejected");
  feedback->decided_at = some_time (figures, rng);
  review->strain_id = pool_id ("strain", 1);
  review->reviewed_at = some_time (figures, rng);
  result->batch_id = pool_id ("batch", 1);
  result->test_date = some_time (figures, rng);
  if (result->test_date != WH_TIME_UNSET)
    result->test_date -= result->test_date % WH_TIME_DAY;
  result->panel = wh_panel_new ();
  if (wh_rng_below (rng, 2))
    fixture_value (result, "linalool", 2);
}

static gboolean
remove_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  static const WhKind kinds[] = { WH_KIND_PRODUCT, WH_KIND_PRICE, WH_KIND_SEARCH_DAY, WH_KIND_FEEDBACK, WH_KIND_LAB_RESULT };
  WhRng *rng = user_data;

  for (guint i = 0; i < 6; i++)
    {
      WhKind kind = kinds[wh_rng_below (rng, G_N_ELEMENTS (kinds))];
      WhId id = pool_id (wh_entity_class (kind)->name, wh_rng_below (rng, POOL));
      if (!wh_writer_delete (writer, kind, &id, error))
        return FALSE;
    }
  return TRUE;
}

static void
change (Figures *figures, WhRng *rng)
{
  for (guint i = wh_rng_below (rng, 30); i > 0; i--)
    {
      change_product (figures, rng, wh_rng_below (rng, POOL));
      change_price (figures, rng, wh_rng_below (rng, POOL));
      change_search (figures, rng, wh_rng_below (rng, POOL));
      if (i % 4 == 0)
        change_other (figures, rng, wh_rng_below (rng, POOL));
    }
  fixture_commit (&figures->base);
  g_assert_true (wh_store_write (figures->base.store, figures->base.principal, WH_PERMISSION_WRITE_CATALOGUE, "test", remove_cb, rng, NULL,
                                 NULL));
}

static char *
document (const WhStatsReport *found)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_present_stats (writer, found);
  return g_string_free (text, FALSE);
}

static void
test_moved_on_is_from_scratch (Figures *figures, gconstpointer data)
{
  static const guint days[] = { 1, 7, 30, 90 };
  guint with_pairs = 0;
  WhRng rng;

  wh_rng_init (&rng, 7);
  fixture_strain (&figures->base, "Blue Dream", "hybrid", 0.9);
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (WhStats) fresh = wh_stats_new (figures->base.catalogue);
      g_autoptr (WhStatsReport) moved = NULL, scratch = NULL;
      g_autofree char *moved_text = NULL, *scratch_text = NULL;
      wh_clock_freeze (figures->now += (gint64) wh_rng_below (&rng, 7200) * WH_TIME_SECOND);
      change (figures, &rng);
      moved = report_over (figures, figures->stats, days[round % 4]);
      scratch = report_over (figures, fresh, days[round % 4]);
      moved_text = document (moved);
      scratch_text = document (scratch);
      g_assert_cmpstr (moved_text, ==, scratch_text);
      with_pairs += moved->accuracy.n > 3 && moved->searches.searches > 0;
    }
  g_assert_cmpuint (with_pairs, >, ROUNDS / 3);   /* there was something to compare */
}

static void
test_denied (Figures *figures, gconstpointer data)
{
  g_autoptr (WhPrincipal) nobody = wh_principal_new ("nobody", (const char *const[]) { NULL });
  const WhStatsQuestion question = WH_STATS_QUESTION_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_stats_report (figures->stats, nobody, &question, NULL, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/stats/searches", Figures, NULL, set_up, test_searches, tear_down);
  g_test_add ("/stats/trends", Figures, NULL, set_up, test_trends, tear_down);
  g_test_add ("/stats/freshness", Figures, NULL, set_up, test_freshness, tear_down);
  g_test_add ("/stats/accuracy", Figures, NULL, set_up, test_accuracy, tear_down);
  g_test_add ("/stats/offers", Figures, NULL, set_up, test_offers, tear_down);
  g_test_add_func ("/stats/wilson-at-the-ends", test_wilson_at_the_ends);
  g_test_add ("/stats/moved-on-is-from-scratch", Figures, NULL, set_up, test_moved_on_is_from_scratch, tear_down);
  g_test_add ("/stats/denied", Figures, NULL, set_up, test_denied, tear_down);
  return g_test_run ();
}
