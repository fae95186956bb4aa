/* Prices seen over time by hand: what held how long, what changed, what contradicts, what is not counted; and the picture. */
#include <string.h>

#include "catalogue-fixture.h"
#include "service/wh-chart.h"
#include "service/wh-price-history.h"
#include "service/wh-price-subject.h"

#define NOW "2026-06-01T12:00:00Z"

typedef struct {
  Fixture    base;
  WhAnalyst *analyst;
  WhStrain  *strain;
  WhId       strain_id, product_id;
  WhDispensary *shop;
} History;

static WhDispensary *
add_shop (History *history, const char *name, const char *state)
{
  WhDispensary *shop = fixture_add (&history->base, wh_dispensary_new (wh_id_from_key ("dispensary", "test", name)));

  shop->name = g_strdup (name);
  shop->state = g_strdup (state);
  return shop;
}

static WhProduct *
add_product (History *history, const WhDispensary *shop, const char *name, const char *category, double grams)
{
  g_autofree char *key = g_strconcat (shop->name, "/", name, NULL);
  WhProduct *product = fixture_add (&history->base, wh_product_new (wh_id_from_key ("product", "test", key)));

  product->name = g_strdup (name);
  product->category = g_strdup (category);
  product->dispensary_id = shop->entity.id;
  product->strain_id = history->strain_id;
  product->weight_grams = grams;
  product->price_cents = 3500;
  product->currency = g_strdup ("USD");
  return product;
}

/* `when` NULL: nobody knows. */
static WhPrice *
see (History *history, const WhId *product_id, gint64 cents, const char *when)
{
  static guint number;
  g_autofree char *key = g_strdup_printf ("%u", number++);
  WhPrice *price = fixture_add (&history->base, wh_price_new (wh_id_from_key ("price", "test", key)));

  price->product_id = *product_id;
  price->amount_cents = cents;
  price->currency = g_strdup ("USD");
  price->unit = g_strdup ("package");
  price->tax_basis = g_strdup ("unknown");
  price->observed_by = g_strdup ("Kim");
  price->entity.source = g_strdup ("shelf");
  if (when)
    g_assert_true (wh_clock_parse (when, &price->observed_at));
  return price;
}

static void
set_up (History *history, gconstpointer data)
{
  gint64 now;

  fixture_set_up (&history->base, data);
  history->analyst = wh_analyst_new (history->base.catalogue, NULL);
  history->strain = fixture_strain (&history->base, "Blue Dream", "hybrid", 0.9);
  history->strain_id = history->strain->entity.id;
  history->shop = add_shop (history, "Green Door", "NJ");
  history->product_id = add_product (history, history->shop, "Blue Dream 3.5g", "flower", 3.5)->entity.id;
  g_assert_true (wh_clock_parse (NOW, &now));
  wh_clock_freeze (now);
}

static void
tear_down (History *history, gconstpointer data)
{
  wh_clock_freeze (WH_TIME_UNSET);
  g_clear_pointer (&history->analyst, wh_analyst_free);
  fixture_tear_down (&history->base, data);
}

static WhPriceHistory *
ask (History *history, const WhPriceHistoryQuestion *question)
{
  g_autoptr (GError) error = NULL;
  WhPriceHistory *found;

  if (history->base.rows->len > 0)
    fixture_commit (&history->base);
  found = wh_analyst_price_history (history->analyst, history->base.principal, question, &error);
  g_assert_no_error (error);
  return found;
}

static WhPriceHistory *
ask_product (History *history, const char *since)
{
  WhPriceHistoryQuestion question = WH_PRICE_HISTORY_QUESTION_INIT;

  question.product_id = &history->product_id;
  if (since)
    g_assert_true (wh_price_history_since (since, &question.since));
  return ask (history, &question);
}

static WhPriceHistory *
ask_strain (History *history, const char *state, const char *category)
{
  WhPriceHistoryQuestion question = WH_PRICE_HISTORY_QUESTION_INIT;

  question.strain_id = &history->strain_id;
  question.state = state;
  question.category = category;
  return ask (history, &question);
}

static const WhPriceObservation *
newest_at (const WhPriceHistory *history, guint place)
{
  g_assert_cmpuint (place, <, history->newest->len);
  return history->newest->pdata[place];
}

/* -- one product ------------------------------------------------------------------------------------------------- */

static void
test_steps (History *history, gconstpointer data)
{
  g_autoptr (WhPriceHistory) found = NULL;
  const WhPriceObservation *last, *middle, *first;

  see (history, &history->product_id, 4000, "2026-05-20T10:00:00Z");
  see (history, &history->product_id, 3500, "2026-06-01T11:30:00Z");
  see (history, &history->product_id, 4200, "2026-05-20T10:40:00Z");
  found = ask_product (history, NULL);
  last = newest_at (found, 0);
  middle = newest_at (found, 1);
  first = newest_at (found, 2);
  g_assert_cmpfloat_with_epsilon (last->value, 35, 1e-9);
  g_assert_cmpfloat_with_epsilon (last->per_gram, 10, 1e-9);
  g_assert_cmpfloat_with_epsilon (last->change, -7, 1e-9);
  g_assert_cmpint (last->until, ==, WH_TIME_UNSET);
  g_assert_false (last->gap);                                    /* half an hour old */
  g_assert_cmpint (middle->until, ==, last->price->observed_at);
  g_assert_true (middle->gap);
  g_assert_cmpint (first->until, ==, middle->price->observed_at);
  g_assert_false (first->gap);                                   /* looked at again after 40 minutes */
  g_assert_true (isnan (first->change));
  g_assert_cmpfloat_with_epsilon (found->lowest, 35, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->highest, 42, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->median, 40, 1e-9);
  g_assert_true (wh_price_history_last (found) == last);
  g_assert_false (found->per_gram);
}

/* What held before the beginning is not listed, but known. */
static void
test_since (History *history, gconstpointer data)
{
  g_autoptr (WhPriceHistory) found = NULL;
  const WhPriceLine *line;

  see (history, &history->product_id, 3000, NULL);
  see (history, &history->product_id, 4000, "2026-05-01");
  see (history, &history->product_id, 4500, "2026-05-20");
  found = ask_product (history, "14d");
  line = &g_array_index (found->lines, WhPriceLine, 0);
  g_assert_cmpuint (found->newest->len, ==, 1);
  g_assert_cmpfloat_with_epsilon (newest_at (found, 0)->change, 5, 1e-9);
  g_assert_cmpfloat_with_epsilon (line->held_value, 40, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->lowest, 45, 1e-9);
}

static void
test_since_words (void)
{
  gint64 since, now;

  g_assert_true (wh_clock_parse (NOW, &now));
  wh_clock_freeze (now);
  g_assert_true (wh_price_history_since ("24h", &since));
  g_assert_cmpint (since, ==, now - WH_TIME_DAY);
  g_assert_true (wh_price_history_since ("2026-01-31", &since));
  for (guint i = 0; i < 8; i++)
    g_assert_false (wh_price_history_since (((const char *const[]) { "", "d", "0d", "-1d", "90", "1w", "99999d", "soon" })[i], &since));
  wh_clock_freeze (WH_TIME_UNSET);
}

/* Two of one time that differ; another basis of tax or another package may well differ. */
static void
test_contradictions (History *history, gconstpointer data)
{
  g_autoptr (WhPriceHistory) found = NULL;
  WhPrice *with_tax, *without;
  g_autofree char *words = NULL;

  see (history, &history->product_id, 3500, "2026-05-20");
  see (history, &history->product_id, 3700, "2026-05-20");
  see (history, &history->product_id, 3500, "2026-05-21");
  see (history, &history->product_id, 3500, "2026-05-21");
  with_tax = see (history, &history->product_id, 4000, "2026-05-22");
  without = see (history, &history->product_id, 3600, "2026-05-22");
  see (history, &history->product_id, 3100, NULL);
  see (history, &history->product_id, 3200, NULL);
  g_free (with_tax->tax_basis);
  g_free (without->tax_basis);
  with_tax->tax_basis = g_strdup ("included");
  without->tax_basis = g_strdup ("excluded");
  found = ask_product (history, NULL);
  g_assert_cmpuint (found->n_checks, ==, 2);
  for (guint i = 0; i < found->newest->len; i++)
    g_assert_true (newest_at (found, i)->check == (i == 4 || i == 5));
  words = wh_present_price_check (found, newest_at (found, 4));
  g_assert_nonnull (strstr (words, newest_at (found, 4)->price->amount_cents == 3500 ? "37.00" : "35.00"));
}

/* Another currency, or a price of something else than the package, is listed and not counted. */
static void
test_not_counted (History *history, gconstpointer data)
{
  g_autoptr (WhPriceHistory) found = NULL;
  WhPrice *foreign, *part;

  see (history, &history->product_id, 3500, "2026-05-20");
  foreign = see (history, &history->product_id, 100, "2026-05-21");
  g_free (foreign->currency);
  foreign->currency = g_strdup ("CAD");
  part = see (history, &history->product_id, 1000, "2026-05-23");
  g_free (part->unit);
  part->unit = g_strdup ("1g");
  see (history, &history->product_id, 3600, "2026-05-24");
  found = ask_product (history, NULL);
  g_assert_cmpuint (found->newest->len, ==, 4);
  g_assert_cmpuint (found->n_counted, ==, 2);
  g_assert_cmpstr (found->currency, ==, "USD");
  g_assert_cmpfloat_with_epsilon (found->lowest, 35, 1e-9);
  g_assert_cmpfloat_with_epsilon (newest_at (found, 0)->change, 1, 1e-9);
  g_assert_true (isnan (newest_at (found, 1)->per_gram));
}

static void
test_periods (History *history, gconstpointer data)
{
  g_autoptr (WhPriceHistory) days = NULL, months = NULL;
  g_autofree char *from = NULL, *to = NULL;

  see (history, &history->product_id, 3500, "2026-05-20T01:00:00Z");
  see (history, &history->product_id, 3700, "2026-05-20T23:00:00Z");
  see (history, &history->product_id, 3900, "2026-05-22");
  days = ask_product (history, NULL);
  g_assert_cmpint (days->step, ==, WH_PRICE_DAYS);
  g_assert_cmpuint (days->periods->len, ==, 2);   /* nobody looked on the 21st */
  g_assert_cmpfloat_with_epsilon (g_array_index (days->periods, WhPricePeriod, 0).median, 36, 1e-9);
  see (history, &history->product_id, 2000, "2025-02-11");
  see (history, &history->product_id, 2400, "2025-02-12");
  months = ask_product (history, NULL);
  g_assert_cmpint (months->step, ==, WH_PRICE_MONTHS);
  from = wh_clock_format_date (g_array_index (months->periods, WhPricePeriod, 0).from);
  to = wh_clock_format_date (g_array_index (months->periods, WhPricePeriod, 0).to);
  g_assert_cmpstr (from, ==, "2025-02-01");
  g_assert_cmpstr (to, ==, "2025-03-01");
  g_assert_cmpuint (g_array_index (months->periods, WhPricePeriod, 0).n, ==, 2);
}

static void
test_nothing_seen (History *history, gconstpointer data)
{
  g_autoptr (WhPriceHistory) found = ask_product (history, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (found->newest->len, ==, 0);
  g_assert_true (isnan (found->median));
  g_assert_null (wh_price_history_last (found));
  g_assert_null (wh_chart_prices (found, WH_CHART_SVG, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

/* -- a strain ---------------------------------------------------------------------------------------------------- */

static void
test_strain (History *history, gconstpointer data)
{
  WhDispensary *far = add_shop (history, "Far Door", "CO");
  WhId ounce = add_product (history, far, "Ounce", "flower", 28)->entity.id;
  WhId vape = add_product (history, far, "Vape", "vapes", 1)->entity.id;
  g_autoptr (WhPriceHistory) all = NULL, near_by = NULL, vapes = NULL;

  see (history, &history->product_id, 3500, "2026-05-20");
  see (history, &ounce, 14000, "2026-05-20");
  see (history, &vape, 3000, "2026-05-20");
  all = ask_strain (history, NULL, NULL);
  g_assert_cmpstr (all->category, ==, "flower");
  g_assert_true (all->per_gram);
  g_assert_cmpuint (all->lines->len, ==, 2);
  g_assert_cmpfloat_with_epsilon (all->lowest, 5, 1e-9);
  g_assert_cmpfloat_with_epsilon (all->highest, 10, 1e-9);
  g_assert_cmpuint (all->n_checks, ==, 0);          /* two products of one time contradict nobody */
  near_by = ask_strain (history, "nj", NULL);
  g_assert_cmpuint (near_by->lines->len, ==, 1);
  vapes = ask_strain (history, NULL, "vapes");
  g_assert_cmpuint (vapes->lines->len, ==, 1);
  g_assert_cmpfloat_with_epsilon (vapes->median, 30, 1e-9);
}

static void
test_unknown (History *history, gconstpointer data)
{
  WhPriceHistoryQuestion question = WH_PRICE_HISTORY_QUESTION_INIT;
  g_autoptr (WhPrincipal) nobody = wh_principal_new ("nobody", (const char *const[]) { NULL });
  g_autoptr (GError) unknown = NULL, denied = NULL;
  WhId id = wh_id_new ();

  fixture_commit (&history->base);
  question.product_id = &id;
  g_assert_null (wh_analyst_price_history (history->analyst, history->base.principal, &question, &unknown));
  g_assert_error (unknown, WH_ERROR, WH_ERROR_NOT_FOUND);
  g_assert_null (wh_analyst_price_history (history->analyst, nobody, &question, &denied));
  g_assert_error (denied, WH_ERROR, WH_ERROR_DENIED);
}

/* -- what is meant ----------------------------------------------------------------------------------------------- */

static void
test_subject (History *history, gconstpointer data)
{
  WhDispensary *other = add_shop (history, "Green Window", "NJ");
  WhPriceSubject subject;
  g_autoptr (GError) ambiguous = NULL, missing = NULL, no_shop = NULL;
  WhId shop;

  add_product (history, other, "Lemon Vape", "vapes", 1);
  add_product (history, history->shop, "Lemon Vape", "vapes", 1);
  fixture_commit (&history->base);
  g_assert_true (wh_price_subject_find (history->analyst, history->base.principal, "blue-dream", NULL, &subject, NULL));
  g_assert_true (wh_id_equal (&subject.strain_id, &history->strain_id));
  g_assert_true (wh_price_subject_find (history->analyst, history->base.principal, "dream 3.5", NULL, &subject, NULL));
  g_assert_true (wh_id_equal (&subject.product_id, &history->product_id));
  g_assert_false (wh_price_subject_find (history->analyst, history->base.principal, "lemon", NULL, &subject, &ambiguous));
  g_assert_error (ambiguous, WH_ERROR, WH_ERROR_AMBIGUOUS);
  g_assert_true (wh_price_shop_find (history->analyst, history->base.principal, "window", &shop, NULL));
  g_assert_true (wh_price_subject_find (history->analyst, history->base.principal, "lemon", &shop, &subject, NULL));
  g_assert_false (wh_price_subject_find (history->analyst, history->base.principal, "no such thing", NULL, &subject, &missing));
  g_assert_error (missing, WH_ERROR, WH_ERROR_NOT_FOUND);
  g_assert_false (wh_price_shop_find (history->analyst, history->base.principal, "green", &shop, &no_shop));
  g_assert_error (no_shop, WH_ERROR, WH_ERROR_AMBIGUOUS);
}

/* -- the picture ------------------------------------------------------------------------------------------------- */

static char *
draw (const WhPriceHistory *found)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) picture = wh_chart_prices (found, WH_CHART_SVG, &error);
  gsize length;
  const char *text;

  g_assert_no_error (error);
  text = g_bytes_get_data (picture, &length);
  return g_strndup (text, length);
}

/* Dashes where nobody looked in time, and none where somebody did. */
static void
test_chart (History *history, gconstpointer data)
{
  g_autoptr (WhPriceHistory) fresh = NULL, stale = NULL;
  g_autofree char *whole = NULL, *dashed = NULL;

  see (history, &history->product_id, 3500, "2026-06-01T11:20:00Z");
  see (history, &history->product_id, 3700, "2026-06-01T11:40:00Z");
  fresh = ask_product (history, NULL);
  whole = draw (fresh);
  see (history, &history->product_id, 3600, "2026-05-01");
  stale = ask_product (history, NULL);
  dashed = draw (stale);
  g_assert_null (strstr (whole, "stroke-dasharray"));
  g_assert_nonnull (strstr (dashed, "stroke-dasharray"));
}

/* One price, hundreds of lines, odd names and no time at all. */
static void
test_chart_of_anything (History *history, gconstpointer data)
{
  g_autoptr (WhPriceHistory) one = NULL, many = NULL;

  see (history, &history->product_id, 3500, "2026-05-20");
  one = ask_product (history, NULL);
  g_free (draw (one));
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("<b>&%%s \xe2\x80\xae %u", i);
      WhId id = add_product (history, add_shop (history, name, "NJ"), name, "flower", i % 3 ? 3.5 : NAN)->entity.id;
      for (guint j = 0; j < i % 5; j++)
        see (history, &id, 100 + 100 * i * j, j ? "2026-05-21" : NULL);
    }
  many = ask_strain (history, NULL, NULL);
  g_free (draw (many));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/price-history/steps", History, NULL, set_up, test_steps, tear_down);
  g_test_add ("/price-history/since", History, NULL, set_up, test_since, tear_down);
  g_test_add_func ("/price-history/since-words", test_since_words);
  g_test_add ("/price-history/contradictions", History, NULL, set_up, test_contradictions, tear_down);
  g_test_add ("/price-history/not-counted", History, NULL, set_up, test_not_counted, tear_down);
  g_test_add ("/price-history/periods", History, NULL, set_up, test_periods, tear_down);
  g_test_add ("/price-history/nothing-seen", History, NULL, set_up, test_nothing_seen, tear_down);
  g_test_add ("/price-history/strain", History, NULL, set_up, test_strain, tear_down);
  g_test_add ("/price-history/unknown", History, NULL, set_up, test_unknown, tear_down);
  g_test_add ("/price-history/subject", History, NULL, set_up, test_subject, tear_down);
  g_test_add ("/price-history/chart", History, NULL, set_up, test_chart, tear_down);
  g_test_add ("/price-history/chart-of-anything", History, NULL, set_up, test_chart_of_anything, tear_down);
  return g_test_run ();
}
