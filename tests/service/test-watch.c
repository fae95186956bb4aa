/* Watches against made-up menus: what hits, what is stale, whose they are, and that looking only at changes misses nothing. */
#include <string.h>

#include "base/wh-random.h"
#include "catalogue-fixture.h"
#include "core/wh-nouns-shop.h"
#include "service/wh-watch.h"

#define NOW "2026-06-01T12:00:00Z"
#define N_SHOPS 4
#define N_PRODUCTS 60
#define N_STRAINS 5

typedef struct {
  Fixture base;
  WhId    strain_id;
  WhId    shop_ids[N_SHOPS];
  gint64  now;
} Watches;

static void
set_up (Watches *watches, gconstpointer data)
{
  fixture_set_up (&watches->base, data);
  watches->strain_id = fixture_strain (&watches->base, "Blue Dream", "hybrid", 0.9)->entity.id;
  g_assert_true (wh_clock_parse (NOW, &watches->now));
  wh_clock_freeze (watches->now);
  for (guint i = 0; i < N_SHOPS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Shop %u", i);
      WhDispensary *shop = fixture_add (&watches->base, wh_dispensary_new (wh_id_from_key ("dispensary", "test", name)));
      shop->name = g_steal_pointer (&name);
      watches->shop_ids[i] = shop->entity.id;
    }
}

static void
tear_down (Watches *watches, gconstpointer data)
{
  wh_clock_freeze (WH_TIME_UNSET);
  fixture_tear_down (&watches->base, data);
}

static WhId
product_id_of (guint number)
{
  g_autofree char *key = g_strdup_printf ("%u", number);

  return wh_id_from_key ("product", "test", key);
}

/* An eighth of flower in the first shop, seen now. */
static WhProduct *
put_product (Watches *watches, guint number, gint64 cents)
{
  WhProduct *product = fixture_add (&watches->base, wh_product_new (product_id_of (number)));

  product->name = g_strdup_printf ("Product %u", number);
  product->category = g_strdup ("flower");
  product->dispensary_id = watches->shop_ids[0];
  product->strain_id = watches->strain_id;
  product->weight_grams = 3.5;
  product->in_stock = 1;
  product->price_cents = cents;
  product->currency = g_strdup ("USD");
  product->price_observed_at = wh_clock_now ();
  return product;
}

static void
put_price (Watches *watches, guint number, gint64 cents)
{
  WhPrice *price = fixture_add (&watches->base, wh_price_new (WH_ID_NONE));

  price->product_id = product_id_of (number);
  price->amount_cents = cents;
  price->observed_at = wh_clock_now ();
}

static WhWatch *
put_watch (Watches *watches, const WhId *strain_id, gint64 cents, const char *unit)
{
  WhWatch *watch = fixture_add (&watches->base, wh_watch_new (WH_ID_NONE));

  if (strain_id)
    watch->strain_id = *strain_id;
  watch->limit_cents = cents;
  watch->limit_unit = g_strdup (unit);
  return watch;
}

static WhWatchReport *
check_as (Watches *watches, const WhPrincipal *principal, gint64 since)
{
  g_autoptr (GError) error = NULL;
  WhWatchReport *report;

  if (watches->base.rows->len > 0)
    fixture_commit (&watches->base);
  report = wh_watch_check (watches->base.store, principal, since, &error);
  g_assert_no_error (error);
  return report;
}

static WhWatchReport *
check (Watches *watches, gint64 since)
{
  return check_as (watches, watches->base.principal, since);
}

static const WhWatchHit *
hit_number (const WhWatchReport *report, guint place)
{
  g_assert_cmpuint (place, <, report->hits->len);
  return &g_array_index (report->hits, WhWatchHit, place);
}

/* -- limits ------------------------------------------------------------------------------------------------------ */

static void
test_limits (void)
{
  static const struct { const char *text; gint64 cents; const char *unit; } good[] = {
    { "10/g", 1000, "gram" }, { "9.99/gram", 999, "gram" }, { "$35", 3500, "package" }, { "35.00/package", 3500, "package" },
    { "0.01", 1, "package" },
  };
  static const char *const bad[] = { "", "/g", "x", "-1", "0", "0.001/g", "10/oz", "1e9", "nan", "10/g/g", "$$3" };
  const char *unit;
  gint64 cents;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (wh_watch_parse_limit (good[i].text, &cents, &unit));
      g_assert_cmpint (cents, ==, good[i].cents);
      g_assert_cmpstr (unit, ==, good[i].unit);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (wh_watch_parse_limit (bad[i], &cents, &unit));
}

/* -- hits -------------------------------------------------------------------------------------------------------- */

static void
test_hits (Watches *watches, gconstpointer data)
{
  g_autoptr (WhWatchReport) report = NULL;
  WhProduct *old, *unweighed, *foreign;

  put_watch (watches, &watches->strain_id, 1000, "gram");
  put_product (watches, 0, 3500);                              /* at the limit, to the cent */
  put_product (watches, 1, 3501);
  put_product (watches, 2, 2000)->in_stock = 0;
  put_product (watches, 3, 3000)->in_stock = WH_INTEGER_UNSET;
  old = put_product (watches, 4, 1000);
  old->price_observed_at = watches->now - WH_TIME_DAY;
  unweighed = put_product (watches, 5, 100);
  unweighed->weight_grams = NAN;
  foreign = put_product (watches, 6, 100);
  g_free (foreign->currency);
  foreign->currency = g_strdup ("CAD");
  put_product (watches, 7, WH_INTEGER_UNSET);
  put_product (watches, 8, 100)->strain_id = WH_ID_NONE;
  report = check (watches, 0);
  g_assert_cmpuint (report->hits->len, ==, 3);
  g_assert_cmpfloat (hit_number (report, 0)->price, ==, 30);
  g_assert_cmpfloat (hit_number (report, 1)->price, ==, 35);
  g_assert_cmpfloat (hit_number (report, 2)->price, ==, 10);   /* the cheapest, but stale */
  g_assert_true (hit_number (report, 2)->stale);
  g_assert_false (hit_number (report, 1)->stale);
  g_assert_cmpuint (g_array_index (report->watches, WhWatched, 0).n_stale, ==, 1);
  g_assert_cmpstr (hit_number (report, 0)->shop->name, ==, "Shop 0");
}

static void
test_narrowed (Watches *watches, gconstpointer data)
{
  WhWatch *shop = put_watch (watches, &watches->strain_id, 4000, "package");
  WhWatch *category = put_watch (watches, &watches->strain_id, 4000, "package");
  WhWatch *product = put_watch (watches, NULL, 4000, "package");
  WhWatch *gone = put_watch (watches, NULL, 4000, "package");
  g_autoptr (WhWatchReport) report = NULL;
  WhProduct *vape;

  shop->dispensary_id = watches->shop_ids[1];
  category->category = g_strdup ("vapes");
  product->product_id = product_id_of (0);
  gone->product_id = product_id_of (99);
  put_product (watches, 0, 3500);
  put_product (watches, 1, 3500)->dispensary_id = watches->shop_ids[1];
  vape = put_product (watches, 2, 3500);
  g_free (vape->category);
  vape->category = g_strdup ("vapes");
  report = check (watches, 0);
  g_assert_cmpuint (report->hits->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      static const guint expected[] = { 1, 2, 0 };
      const WhId id = product_id_of (expected[i]);
      g_assert_cmpuint (hit_number (report, i)->watched, ==, i);
      g_assert_true (wh_id_equal (&hit_number (report, i)->product->entity.id, &id));
    }
  g_assert_null (g_array_index (report->watches, WhWatched, 3).name);
}

/* -- only what changed ------------------------------------------------------------------------------------------- */

static void
test_price_seen_again (Watches *watches, gconstpointer data)
{
  g_autoptr (WhWatchReport) first = NULL, again = NULL, part = NULL, cheaper = NULL, nothing = NULL, new_watch = NULL;

  put_watch (watches, &watches->strain_id, 1000, "gram");
  put_product (watches, 0, 3000);
  put_price (watches, 0, 3000);
  first = check (watches, 0);
  g_assert_cmpuint (first->hits->len, ==, 1);
  wh_clock_freeze (watches->now += WH_TIME_SECOND);
  put_product (watches, 0, 3000)->stock_quantity = 7;   /* another fact changed, and the price was seen again */
  put_price (watches, 0, 3000);
  again = check (watches, first->revision);
  g_assert_cmpuint (again->hits->len, ==, 0);
  put_price (watches, 0, 900);
  ((WhPrice *) watches->base.rows->pdata[watches->base.rows->len - 1])->unit = g_strdup ("gram");   /* says nothing of the package */
  part = check (watches, again->revision);
  put_product (watches, 0, 3000)->stock_quantity = 6;
  g_clear_pointer (&again, wh_watch_report_free);
  again = check (watches, part->revision);
  g_assert_cmpuint (again->hits->len, ==, 0);
  wh_clock_freeze (watches->now += WH_TIME_SECOND);
  put_product (watches, 0, 2900);
  put_price (watches, 0, 2900);
  cheaper = check (watches, again->revision);
  g_assert_cmpuint (cheaper->hits->len, ==, 1);
  nothing = check (watches, cheaper->revision);
  g_assert_cmpuint (nothing->hits->len, ==, 0);
  put_watch (watches, &watches->strain_id, 5000, "package");
  new_watch = check (watches, nothing->revision);
  g_assert_cmpuint (new_watch->hits->len, ==, 1);
  g_assert_cmpuint (hit_number (new_watch, 0)->watched, ==, 1);
}

typedef struct {
  gint64 cents[N_PRODUCTS];
} Prices;

static WhId
strain_of (guint number)
{
  g_autofree char *key = g_strdup_printf ("%u", number % N_STRAINS);

  return wh_id_from_key ("strain", "many", key);
}

/* Some products get another price, some are only seen again, some are sold out. */
static void
change_some (Watches *watches, WhRng *rng, Prices *prices, gboolean all)
{
  wh_clock_freeze (watches->now += WH_TIME_SECOND);
  for (guint i = 0; i < N_PRODUCTS; i++)
    {
      WhProduct *product;
      if (!all && wh_rng_below (rng, 3) > 0)
        continue;
      if (all || wh_rng_below (rng, 2))
        prices->cents[i] = 1000 + 100 * (gint64) wh_rng_below (rng, 40);
      product = put_product (watches, i, prices->cents[i]);
      product->strain_id = strain_of (i);
      product->dispensary_id = watches->shop_ids[i % N_SHOPS];
      product->in_stock = wh_rng_below (rng, 4) > 0;
      put_price (watches, i, prices->cents[i]);
    }
}

static guint
number_of (const WhWatchHit *hit)
{
  return (guint) g_ascii_strtoull (hit->product->name + strlen ("Product "), NULL, 10);
}

/* "watch/product" of all hits whose price differs from `before` (NULL: all). */
static GHashTable *
pairs_of (const WhWatchReport *report, const Prices *before)
{
  GHashTable *pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < report->hits->len; i++)
    {
      const WhWatchHit *found = hit_number (report, i);
      if (!before || before->cents[number_of (found)] != found->product->price_cents)
        g_assert_true (g_hash_table_add (pairs, g_strdup_printf ("%u/%u", found->watched, number_of (found))));
    }
  return pairs;
}

static void
test_changes_are_the_difference (Watches *watches, gconstpointer data)
{
  Prices prices = { { 0 } };
  gint64 since = 0;
  guint seen = 0;
  WhRng rng;

  wh_rng_init (&rng, 11);
  for (guint i = 0; i < 12; i++)
    {
      WhId strain = strain_of (i);
      WhWatch *watch = put_watch (watches, &strain, i % 2 ? 800 : 3000, i % 2 ? "gram" : "package");
      if (i % 3 == 0)
        watch->dispensary_id = watches->shop_ids[i % N_SHOPS];
    }
  change_some (watches, &rng, &prices, TRUE);
  for (guint round = 0; round < 30; round++)
    {
      g_autoptr (WhWatchReport) all = check (watches, 0);
      g_autoptr (WhWatchReport) changed = check (watches, since);
      const Prices before = prices;
      g_autoptr (WhWatchReport) later_all = NULL, later = NULL;
      g_autoptr (GHashTable) expected = NULL, found = NULL;
      since = changed->revision;
      change_some (watches, &rng, &prices, FALSE);
      later_all = check (watches, 0);
      later = check (watches, since);
      expected = pairs_of (later_all, &before);
      found = pairs_of (later, NULL);
      g_assert_cmpuint (g_hash_table_size (found), ==, g_hash_table_size (expected));
      GHashTableIter iter;
      gpointer pair;
      g_hash_table_iter_init (&iter, expected);
      while (g_hash_table_iter_next (&iter, &pair, NULL))
        g_assert_true (g_hash_table_contains (found, pair));
      seen += g_hash_table_size (found);
      g_assert_cmpuint (all->watches->len, ==, 12);
    }
  g_assert_cmpuint (seen, >, 50);   /* the test saw something */
}

/* -- whose ------------------------------------------------------------------------------------------------------- */

static void
test_whose (Watches *watches, gconstpointer data)
{
  g_autoptr (WhPrincipal) kim = wh_principal_new ("kim", (const char *const[]) { "reader", NULL });
  g_autoptr (WhPrincipal) lee = wh_principal_new ("lee", (const char *const[]) { "reader", NULL });
  g_autoptr (WhWatchReport) hers = NULL, his = NULL, all = NULL;
  WhWatch *watch = put_watch (watches, &watches->strain_id, 1000, "gram");

  watch->owner = g_strdup ("kim");
  put_product (watches, 0, 3000);
  hers = check_as (watches, kim, 0);
  his = check_as (watches, lee, 0);
  all = check (watches, 0);
  g_assert_cmpuint (hers->hits->len, ==, 1);
  g_assert_cmpuint (his->watches->len, ==, 0);
  g_assert_cmpuint (his->hits->len, ==, 0);
  g_assert_cmpuint (all->watches->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch/limits", test_limits);
  g_test_add ("/watch/hits", Watches, NULL, set_up, test_hits, tear_down);
  g_test_add ("/watch/narrowed", Watches, NULL, set_up, test_narrowed, tear_down);
  g_test_add ("/watch/price-seen-again", Watches, NULL, set_up, test_price_seen_again, tear_down);
  g_test_add ("/watch/changes-are-the-difference", Watches, NULL, set_up, test_changes_are_the_difference, tear_down);
  g_test_add ("/watch/whose", Watches, NULL, set_up, test_whose, tear_down);
  return g_test_run ();
}
