/* What is paid at the counter, against sums done by hand, and what is said where a tax is not known. */
#include "catalogue-fixture.h"
#include "rules-fixture.h"
#include "service/wh-out-the-door.h"

#define NOW "2026-11-25"
#define NONE WH_INTEGER_UNSET

static const char *const law[] = {
  /* All known. */
  "NJ/Newark tax.excise.local *:any: 2:percent price:half_up 2020-01-01:",
  "NJ tax.excise.retail *:any: 0:percent price:half_up 2020-01-01:",
  "NJ tax.sales.state *:any: 6.625:percent price:half_up 2020-01-01:",
  "NJ tax.sales.local *:any: 0:percent price:half_up 2020-01-01:",
  "NJ tax.excise.local *:any: ? : :",
  /* Tax on tax, as CDTFA reckons; the local tax is known in one city. */
  "CA tax.excise.local *:any: ? : :",
  "CA/Nocity tax.excise.local *:any: 0:percent price:half_up 2020-01-01:",
  "CA tax.excise.retail *:any: 15:percent price+tax.excise.local:half_up 2020-01-01:",
  "CA tax.sales.state *:any: 7.25:percent price+tax.excise.local+tax.excise.retail:half_up 2020-01-01:",
  "CA tax.sales.local *:any: 0:percent price:half_up 2020-01-01:",
  /* Michigan's own example. */
  "MI tax.excise.local *:any: 0:percent price:half_up 2020-01-01:",
  "MI tax.excise.retail *:any: 10:percent price:half_up 2020-01-01:",
  "MI tax.sales.state *:any: 6:percent price+tax.excise.retail:half_up 2020-01-01:",
  "MI tax.sales.local *:any: 0:percent price:half_up 2020-01-01:",
  /* Rounded up. */
  "OR tax.excise.local *:any: 3:percent price:half_up 2020-01-01:",
  "OR tax.excise.retail *:any: 17:percent price:up 2020-01-01:",
  "OR tax.sales.state *:any: 0:percent price:half_up 2020-01-01:",
  "OR tax.sales.local *:any: 0:percent price:half_up 2020-01-01:",
  /* Levied on amounts. */
  "CT tax.excise.local *:any: 0.1:USD/g :half_up 2020-01-01:",
  "CT tax.excise.thc *:any: 0.00625:USD/mg_thc :half_up 2020-01-01:",
  "CT tax.excise.retail *:any: 10:USD/oz :half_up 2020-01-01:",
  "CT tax.sales.state *:any: 0:percent price:half_up 2020-01-01:",
  "CT tax.sales.local *:any: 0:percent price:half_up 2020-01-01:",
  /* A circle. */
  "TX tax.excise.local *:any: 10:percent price+tax.excise.retail:half_up 2020-01-01:",
  "TX tax.excise.retail *:any: 10:percent price+tax.excise.local:half_up 2020-01-01:",
  "TX tax.sales.state *:any: 0:percent price:half_up 2020-01-01:",
  "TX tax.sales.local *:any: 0:percent price:half_up 2020-01-01:",
  NULL,
};

static WhDoorQuestion
question_of (const WhJurisdiction *place, gint64 cents)
{
  return (WhDoorQuestion) { .shelf_cents = cents,         .quantity = 1,  .tax_basis = WH_TAX_BASIS_EXCLUDED, .place = place,
                            .category = "flower",         .buyer = WH_BUYER_ADULT, .grams = 3.5, .thc_mg = 700, .thc_percent = 20,
                            .moment = rules_day (NOW) };
}

/* Cents of each line, in order; ?: not known; ~: at least. */
static char *
taxes_of (const WhDoor *door)
{
  GString *taxes = g_string_new (NULL);

  for (guint i = 0; i < door->lines->len; i++)
    {
      const WhDoorLine *line = &g_array_index (door->lines, WhDoorLine, i);
      g_assert_cmpint (line->why == NULL, ==, line->certainty == WH_DOOR_KNOWN);
      if (line->certainty == WH_DOOR_NOT_KNOWN)
        g_string_append (taxes, i ? " ?" : "?");
      else
        g_string_append_printf (taxes, "%s%s%" G_GINT64_FORMAT, i ? " " : "", line->certainty == WH_DOOR_AT_LEAST ? "~" : "",
                                line->amount_cents);
    }
  return g_string_free (taxes, FALSE);
}

static void
test_sums (void)
{
  static const struct {
    const char *place;
    gint64      shelf;
    guint       quantity;
    const char *discount;
    gint64      discount_cents, least, most;
    const char *taxes;
  } cases[] = {
    { "NJ/Newark", 4500, 1, NULL, 0, 4888, 4888, "90 0 298 0" },        /* 6.625 % of 45.00 is 2.98125 */
    { "NJ/Newark", 4500, 1, "10%", 450, 4399, 4399, "81 0 268 0" },     /* of 40.50: 2.683125 */
    { "NJ/Newark", 4500, 1, "5.00", 500, 4345, 4345, "80 0 265 0" },    /* of 40.00: 2.65 */
    { "NJ/Newark", 4500, 3, NULL, 0, 14664, 14664, "270 0 894 0" },     /* of 135.00: 8.94375 */
    { "NJ/Newark", 4500, 3, "5.00", 500, 14121, 14121, "260 0 861 0" }, /* of 130.00: 8.6125; off the whole purchase */
    { "NJ/Newark", 333, 1, "50%", 167, 180, 180, "3 0 11 0" },          /* half of 3.33 is 1.67 off, 1.66 left: 0.0332, 0.109975 */
    { "NJ/Newark", 4500, 1, "100%", 4500, 0, 0, "0 0 0 0" },
    { "NJ/Newark", 25, 1, NULL, 0, 28, 28, "1 0 2 0" },                 /* half a cent goes up: 2 % of 0.25 */
    { "NJ/Newark", 24, 1, NULL, 0, 26, 26, "0 0 2 0" },                 /* 0.0048; 0.0159 */
    { "NJ", 4500, 1, NULL, 0, 4798, NONE, "? 0 298 0" },
    { "NY", 4500, 1, NULL, 0, 4500, NONE, "? ? ? ?" },
    { "CA/Nocity", 4650, 1, NULL, 0, 5736, 5736, "0 698 388 0" },       /* 46.50, 6.975, then 7.25 % of 53.48: 3.8773 */
    { "CA", 4500, 1, NULL, 0, 5550, NONE, "? ~675 ~375 0" },            /* 7.25 % of 51.75: 3.751875 */
    { "MI", 10000, 1, NULL, 0, 11660, 11660, "0 1000 660 0" },
    { "OR", 1001, 1, NULL, 0, 1202, 1202, "30 171 0 0" },               /* 17 % of 10.01 is 1.7017, up; 3 % 0.3003 */
    { "OR", 1000, 1, NULL, 0, 1200, 1200, "30 170 0 0" },               /* a whole cent stays */
    { "CT", 4000, 1, NULL, 0, 4596, 4596, "35 438 123 0 0" },           /* 3.5 g; 700 mg: 4.375; 3.5/28.3495 oz: 1.2346 */
    { "CT", 4000, 2, NULL, 0, 9192, 9192, "70 875 247 0 0" },           /* 2.4692 */
    { "TX", 1000, 1, NULL, 0, 1210, NONE, "~110 ~100 0 0" },            /* the circle is cut, and said to be open */
  };
  g_autoptr (WhRules) rules = rules_of (law);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (WhJurisdiction) place = { NULL };
      g_autoptr (GError) error = NULL;
      g_assert_true (wh_jurisdiction_parse (cases[i].place, &place));
      WhDoorQuestion question = question_of (&place, cases[i].shelf);
      question.quantity = cases[i].quantity;
      g_assert_true (!cases[i].discount || wh_discount_parse (cases[i].discount, &question.discount));
      g_autoptr (WhDoor) door = wh_door_compute (rules, &question, &error);
      g_assert_no_error (error);
      g_autofree char *taxes = taxes_of (door), *words = wh_door_words (door, "USD", question.moment);
      g_test_message ("case %u: %s; %s", i, taxes, words);
      g_assert_cmpstr (taxes, ==, cases[i].taxes);
      g_assert_cmpint (door->list_cents, ==, cases[i].shelf * cases[i].quantity);
      g_assert_cmpint (door->discount_cents, ==, cases[i].discount_cents);
      g_assert_cmpint (door->least_cents, ==, cases[i].least);
      g_assert_cmpint (door->most_cents, ==, cases[i].most);
      g_assert_cmpint (door->total_cents, ==, cases[i].most);
      /* Nothing that is open looks final. */
      g_assert_cmpint (strstr (words, "at least") != NULL, ==, cases[i].most == NONE);
      g_assert_cmpint (strstr (words, "not known") != NULL, ==, cases[i].most == NONE);
    }
}

/* Every price and rate, against whole numbers with room to spare. */
static void
test_rounding (void)
{
  for (guint rate = 1; rate <= 40000; rate += 397)   /* thousandths of a per cent */
    {
      g_autofree char *row =
        g_strdup_printf ("NJ tax.sales.state *:any: %u.%03u:percent price:half_up 2020-01-01:", rate / 1000, rate % 1000);
      const char *const rows[] = { row, NULL };
      g_autoptr (WhRules) rules = rules_of (rows);
      g_auto (WhJurisdiction) place = { NULL };
      g_assert_true (wh_jurisdiction_parse ("NJ", &place));
      for (gint64 cents = 1; cents < 100000000; cents = cents * 3 + 1)
        {
          WhDoorQuestion question = question_of (&place, cents);
          g_autoptr (WhDoor) door = wh_door_compute (rules, &question, NULL);
          gint64 tax = door->least_cents - cents, twice = 2 * cents * rate;   /* of 100,000ths of a cent */
          g_assert_cmpint (2 * 100000 * tax, <=, twice + 100000);
          g_assert_cmpint (2 * 100000 * tax, >, twice - 100000);
        }
    }
}

static void
test_basis (void)
{
  g_autoptr (WhRules) rules = rules_of (law);
  g_auto (WhJurisdiction) newark = { NULL }, nj = { NULL };
  g_assert_true (wh_jurisdiction_parse ("NJ/Newark", &newark) && wh_jurisdiction_parse ("NJ", &nj));
  WhDoorQuestion question = question_of (&newark, 4500);

  question.tax_basis = WH_TAX_BASIS_INCLUDED;
  g_autoptr (WhDoor) included = wh_door_compute (rules, &question, NULL);
  g_assert_cmpint (included->total_cents, ==, 4500);
  g_assert_cmpuint (included->lines->len, ==, 0);
  question.tax_basis = WH_TAX_BASIS_UNKNOWN;
  g_autoptr (WhDoor) unknown = wh_door_compute (rules, &question, NULL);
  g_autofree char *amount = wh_door_amount_words (unknown);
  g_autofree char *words = wh_door_words (unknown, "USD", question.moment);
  g_autofree char *later = wh_door_words (unknown, "USD", question.moment + 365 * WH_TIME_DAY);
  g_assert_nonnull (strstr (words, "UNSIGNED: 4 of"));
  g_assert_null (strstr (words, "a year ago"));
  g_assert_nonnull (strstr (later, "The texts of 4 of these rules were read more than a year ago"));
  g_assert_cmpint (unknown->total_cents, ==, NONE);
  g_assert_cmpstr (amount, ==, "45.00 to 48.88");
  question.place = &nj;
  g_autoptr (WhDoor) open = wh_door_compute (rules, &question, NULL);
  g_autofree char *open_amount = wh_door_amount_words (open);
  g_assert_cmpstr (open_amount, ==, "at least 45.00");
}

/* What a tax is levied on may be missing. */
static void
test_contents (void)
{
  g_autoptr (WhRules) rules = rules_of (law);
  g_auto (WhJurisdiction) place = { NULL };
  g_assert_true (wh_jurisdiction_parse ("CT", &place));
  WhDoorQuestion question = question_of (&place, 4000);

  question.grams = question.thc_mg = NAN;
  g_autoptr (WhDoor) door = wh_door_compute (rules, &question, NULL);
  g_assert_cmpint (door->least_cents, ==, 4000);
  g_assert_cmpint (door->most_cents, ==, NONE);
}

static void
test_refused (void)
{
  g_autoptr (WhRules) rules = rules_of (law);
  g_auto (WhJurisdiction) place = { NULL };
  g_assert_true (wh_jurisdiction_parse ("NJ", &place));
  const WhDoorQuestion good = question_of (&place, 4500);
  WhDoorQuestion wrong[] = { good, good, good, good, good };

  wrong[0].discount.cents = 4501;
  wrong[1].quantity = 0;
  wrong[2].quantity = WH_DOOR_MOST_PACKAGES + 1;
  wrong[3].shelf_cents = -1;
  wrong[4].shelf_cents = WH_DOOR_MOST_CENTS + 1;
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (wh_door_compute (rules, &wrong[i], &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
}

static void
test_discounts (void)
{
  static const struct {
    const char *text;
    gint64      percent, cents;   /* -1: none */
  } cases[] = {
    { "10%", 10000000, 0 }, { "12.5%", 12500000, 0 }, { "5.00", 0, 500 }, { "5", 0, 500 }, { "0.5", 0, 50 },  { "0", 0, 0 },
    { "5.005", -1, -1 },    { "101%", -1, -1 },       { "-5", -1, -1 },   { "%", -1, -1 },  { "", -1, -1 },    { "$5", -1, -1 },
    { "5 %", -1, -1 },      { "10%%", -1, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WhDiscount discount = { -1, -1 };
      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (wh_discount_parse (cases[i].text, &discount), ==, cases[i].percent >= 0);
      g_assert_cmpint (discount.percent, ==, cases[i].percent);
      g_assert_cmpint (discount.cents, ==, cases[i].cents);
    }
}

/* -- of the catalogue -------------------------------------------------------------------------------------------- */

static WhPrice *
add_price (Fixture *fixture, const WhProduct *product, const char *day, gint64 cents, const char *basis)
{
  WhPrice *price = wh_price_new (wh_id_from_key ("price", "test", day));

  price->product_id = product->entity.id;
  price->amount_cents = cents;
  price->tax_basis = g_strdup (basis);
  price->observed_at = rules_day (day);
  return fixture_add (fixture, price);
}

static WhProduct *
add_product (Fixture *fixture)
{
  WhDispensary *shop = fixture_add (fixture, wh_dispensary_new (wh_id_from_key ("dispensary", "test", "shop")));
  WhProduct *product = wh_product_new (wh_id_from_key ("product", "test", "product"));

  shop->name = g_strdup ("Green Door");
  shop->city = g_strdup ("Newark");
  shop->state = g_strdup ("NJ");
  product->dispensary_id = shop->entity.id;
  product->name = g_strdup ("Blue Dream");
  product->category = g_strdup ("flower");
  product->weight_grams = 3.5;
  product->price_cents = 9999;
  return fixture_add (fixture, product);
}

static WhDoorProduct *
ask (Fixture *fixture, const WhId *id, const WhDoorWish *wish, GError **error)
{
  g_autoptr (WhRules) rules = rules_of (law);
  g_autoptr (WhDoorProduct) out = wh_door_of_product (fixture->store, fixture->principal, rules, id, wish, error);

  if (out)   /* its lines point into the rules, which go */
    g_array_set_size (out->door->lines, 0);
  return g_steal_pointer (&out);
}

/* The newest price seen counts, with what was said of its tax; the shop's place, where none is asked for. */
static void
test_product (Fixture *fixture, gconstpointer data)
{
  WhDoorWish wish = WH_DOOR_WISH_INIT;
  g_autoptr (GError) error = NULL;
  WhProduct *product = add_product (fixture);
  const WhId id = product->entity.id;

  add_price (fixture, product, "2026-11-01", 4000, "included");
  add_price (fixture, product, "2026-11-20", 4500, "excluded");
  add_price (fixture, product, "2026-10-01", 5000, "unknown");
  fixture_commit (fixture);
  g_autoptr (WhDoorProduct) here = ask (fixture, &id, &wish, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (here->place.city, ==, "Newark");
  g_assert_cmpint (here->observed_at, ==, rules_day ("2026-11-20"));
  g_assert_cmpint (here->door->total_cents, ==, 4888);
  wish.jurisdiction = "NJ";
  g_autoptr (WhDoorProduct) state = ask (fixture, &id, &wish, &error);
  g_assert_no_error (error);
  g_assert_cmpint (state->door->total_cents, ==, NONE);
  wish.jurisdiction = "New Jersey";
  g_assert_null (ask (fixture, &id, &wish, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

/* What a gram of it costs is not what the package costs, however new. */
static void
test_price_of_a_part (Fixture *fixture, gconstpointer data)
{
  const WhDoorWish wish = WH_DOOR_WISH_INIT;
  g_autoptr (GError) error = NULL;
  WhProduct *product = add_product (fixture);
  const WhId id = product->entity.id;

  product->amount = g_strdup ("3.5g");
  add_price (fixture, product, "2026-11-10", 4500, "excluded")->unit = g_strdup ("3.5g");
  add_price (fixture, product, "2026-11-20", 1200, "excluded")->unit = g_strdup ("gram");
  fixture_commit (fixture);
  g_autoptr (WhDoorProduct) found = ask (fixture, &id, &wish, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found->door->list_cents, ==, 4500);
}

/* Without an observation the product's own price, of which nobody knows how it stands to tax. */
static void
test_product_alone (Fixture *fixture, gconstpointer data)
{
  const WhDoorWish wish = WH_DOOR_WISH_INIT;
  g_autoptr (GError) error = NULL;
  const WhId id = add_product (fixture)->entity.id, other = wh_id_from_key ("product", "test", "none");

  fixture_commit (fixture);
  g_autoptr (WhDoorProduct) found = ask (fixture, &id, &wish, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found->door->tax_basis, ==, WH_TAX_BASIS_UNKNOWN);
  g_assert_cmpint (found->door->least_cents, ==, 9999);
  g_assert_cmpint (found->door->most_cents, ==, 10861);   /* 2.00 and 6.62 more */
  g_assert_null (ask (fixture, &other, &wish, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_NOT_FOUND);
}

static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  const WhDoorWish wish = WH_DOOR_WISH_INIT;
  g_autoptr (GError) error = NULL;
  WhProduct *product = add_product (fixture);
  const WhId id = product->entity.id;

  product->currency = g_strdup ("CAD");
  fixture_commit (fixture);
  g_assert_null (ask (fixture, &id, &wish, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_clock_freeze (rules_day (NOW));
  g_test_add_func ("/out-the-door/sums", test_sums);
  g_test_add_func ("/out-the-door/rounding", test_rounding);
  g_test_add_func ("/out-the-door/basis", test_basis);
  g_test_add_func ("/out-the-door/contents", test_contents);
  g_test_add_func ("/out-the-door/refused", test_refused);
  g_test_add_func ("/out-the-door/discounts", test_discounts);
  g_test_add ("/out-the-door/product", Fixture, NULL, fixture_set_up, test_product, fixture_tear_down);
  g_test_add ("/out-the-door/price-of-a-part", Fixture, NULL, fixture_set_up, test_price_of_a_part, fixture_tear_down);
  g_test_add ("/out-the-door/product-alone", Fixture, NULL, fixture_set_up, test_product_alone, fixture_tear_down);
  g_test_add ("/out-the-door/foreign", Fixture, NULL, fixture_set_up, test_foreign, fixture_tear_down);
  return g_test_run ();
}
