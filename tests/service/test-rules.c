/* Rule packs: what is wrong with one is found with its place, signatures count, and a question gets the rule in force or an honest
 * "unknown". */
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "base/wh-error.h"
#include "rules-fixture.h"
#include "service/wh-rule-keys.h"

#define NOW "2026-11-25"

/* -- reading ----------------------------------------------------------------------------------------------------- */

/* The first error's line and column; 0:0 without one. */
static void
assert_error (const char *text, guint line, guint column)
{
  g_autoptr (WhRulePack) pack = wh_rule_pack_read (text, strlen (text));
  const WhRuleProblem *first = NULL;

  for (guint i = 0; i < pack->problems->len; i++)
    {
      const WhRuleProblem *problem = pack->problems->pdata[i];
      g_autofree char *said = wh_rule_problem_text ("pack", problem);
      g_test_message ("%s", said);
      if (!first && !problem->warning)
        first = problem;
    }
  g_assert_nonnull (first);
  g_assert_cmpuint (pack->n_errors, >, 0);
  g_assert_cmpuint (first->line, ==, line);
  g_assert_cmpuint (first->column, ==, column);
}

static void
test_places_of_errors (void)
{
  static const struct {
    const char *row;
    guint       column;
  } rows[] = {
    { "XYZ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 1 },
    { "NJ\ttax.sales.stat\t*\tany\t\tknown\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 4 },
    { "NJ\ttax.sales.state\tweed\tany\t\tknown\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 20 },
    { "NJ\ttax.sales.state\t*\tall\t\tknown\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 22 },
    { "NJ\ttax.sales.state\t*\tany\tthc<35\tknown\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 26 },
    { "NJ\ttax.sales.state\t*\tany\tthc>35 thc<=35\tknown\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 26 },
    { "NJ\ttax.sales.state\t*\tany\t\tperhaps\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 27 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1,5\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 33 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t101\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 33 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tyears\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 35 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tgross\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 43 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice+tax.sales.state\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 43 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice\tdown\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 49 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice\thalf_up\t\t\t2026-01-01\tLaw\thttps://x\t", 57 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice\thalf_up\t1/1/2026\t\t2026-01-01\tLaw\thttps://x\t", 57 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice\thalf_up\t2026-02-30\t\t2026-01-01\tLaw\thttps://x\t", 57 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice\thalf_up\t2026-01-02\t2026-01-01\t2026-01-01\tLaw\thttps://x\t", 68 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-12-24\tLaw\thttps://x\t", 69 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\t\thttps://x\t", 80 },
    { "NJ\ttax.sales.state\t*\tany\t\tknown\t1\tpercent\tprice\thalf_up\t2026-01-01\t\t2026-01-01\tLaw\tin a book\t", 84 },
    { "NJ\ttax.sales.state\t*\tany\t\tunknown\t0\tpercent\tprice\thalf_up\t\t\t2026-01-01\t\t\tLook it up", 35 },
    { "NJ\ttax.sales.state\t*\tany\t\tunknown\t\t\t\t\t\t\t2026-01-01\t\t\t", 54 },
    { "NJ\tage.minimum.adult\t*\tany\t\tknown\t21.5\tyears\t\t\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 35 },
    { "NJ\tage.minimum.adult\t*\tany\t\tknown\t21\tyears\tprice\t\t2026-01-01\t\t2026-01-01\tLaw\thttps://x\t", 44 },
    { "NJ\tage.minimum.adult\t*\tany\t\tknown\t21\tyears", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strconcat (RULES_HEAD, "# A remark\n\n", rows[i].row, "\n", NULL);
      assert_error (text, 8, rows[i].column);
    }
}

static void
test_no_pack (void)
{
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, '#');

  assert_error ("", 0, 0);
  assert_error ("# nothing\n", 0, 0);
  assert_error ("name,state\nx,NJ\n", 1, 1);
  assert_error ("weedhounds-rules\t2\n", 1, 1);
  assert_error ("weedhounds-rules\t1\npack\tTwo Words\n", 2, 1);
  assert_error ("weedhounds-rules\t1\njurisdiction\tcategory\n", 2, 14);
  assert_error ("weedhounds-rules\t1\npack\tx\n", 0, 0);
  assert_error (RULES_HEAD, 0, 0);
  assert_error (RULES_HEAD "N\x01J\n", 6, 0);
  assert_error (RULES_HEAD "N\xffJ\n", 0, 0);
  assert_error (large, 0, 0);
}

/* What the pack says of itself as a whole: for each of these rows, the line of the first problem and whether it is only a warning. */
static void
test_contradictions (void)
{
  static const struct {
    const char *rows[4];
    const char *said;   /* within the first problem; NULL: none */
    gboolean    warning;
  } cases[] = {
    { { "NJ/X tax.sales.local *:any: 1:percent price:half_up 2020-01-01:2020-12-31",
        "NJ/X tax.sales.local *:any: 2:percent price:half_up 2021-01-01:", NULL }, NULL, FALSE },
    { { "NJ/X tax.sales.local *:any: 1:percent price:half_up 2020-01-01:2021-01-01",
        "NJ/X tax.sales.local *:any: 2:percent price:half_up 2021-01-01:", NULL }, "contradicts line 6", FALSE },
    { { "NJ/X tax.sales.local *:any: 1:percent price:half_up 2020-01-01:",
        "NJ/x tax.sales.local *:any: 1:percent price:half_up 2021-01-01:", NULL }, "overlaps line 6", FALSE },
    { { "NJ/X tax.sales.local *:any: 1:percent price:half_up 2020-01-01:", "NJ/X tax.sales.local *:any: ? : :", NULL },
      "contradicts line", FALSE },
    { { "NJ/X tax.sales.local *:any: 1:percent price:half_up 2020-01-01:",
        "NJ/X tax.sales.local *:adult: 2:percent price:half_up 2020-01-01:",
        "NJ/X tax.sales.local flower:any: 3:percent price:half_up 2020-01-01:", NULL }, NULL, FALSE },
    { { "NJ/X tax.sales.local *:any: 1:percent price:half_up 2020-01-01:2020-12-31",
        "NJ/X tax.sales.local *:any: 2:percent price:half_up 2021-02-01:", NULL }, "between 2020-12-31", TRUE },
    { { "NJ/X tax.sales.local *:any:thc<=35 1:percent price:half_up 2020-01-01:",
        "NJ/X tax.sales.local *:any:thc>35 2:percent price:half_up 2020-01-01:", NULL }, NULL, FALSE },
    { { "NJ/X tax.sales.local *:any:thc<=35 1:percent price:half_up 2020-01-01:",
        "NJ/X tax.sales.local *:any:thc>30 2:percent price:half_up 2020-01-01:", NULL }, "contradicts", FALSE },
    { { "NJ/X tax.sales.local *:any:thc<=30 1:percent price:half_up 2020-01-01:",
        "NJ/X tax.sales.local *:any:thc>35 2:percent price:half_up 2020-01-01:", NULL }, "more than 30 %", TRUE },
    { { "NJ/X tax.sales.local *:any: 1:percent price+tax.excise.local:half_up 2020-01-01:",
        "NJ/X tax.excise.local *:any: 1:percent price+tax.sales.local:half_up 2020-01-01:", NULL }, "levied on a tax that", TRUE },
    { { "NJ tax.sales.local *:any: 1:percent price:half_up 2020-01-01:", NULL }, "nothing is said of tax.excise.local", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = rules_text (cases[i].rows);
      g_autoptr (WhRulePack) pack = wh_rule_pack_read (text, strlen (text));
      const WhRuleProblem *first = pack->problems->len > 0 ? pack->problems->pdata[0] : NULL;
      g_test_message ("case %u: %s", i, first ? first->message : "nothing");
      g_assert_cmpint (first != NULL, ==, cases[i].said != NULL);
      if (!first)
        continue;
      g_assert_nonnull (strstr (first->message, cases[i].said));
      g_assert_cmpint (first->warning, ==, cases[i].warning);
    }
}

/* Any byte of a good pack may be lost or be another: nothing falls over. */
static void
test_damaged (void)
{
  static const char *const rows[] = { "NJ tax.sales.state *:adult: 6.625:percent price:half_up 2020-01-01:",
                                      "IL tax.excise.retail flower:any:thc<=35 10:percent price+tax.excise.local:up 2020-01-01:2026-01-01",
                                      "WA tax.sales.local *:any: ? : :", NULL };
  g_autofree char *text = rules_text (rows);
  gsize length = strlen (text);
  g_autofree char *damaged = g_strdup (text);
  guint n_bad = 0;

  for (gsize i = 0; i < length; i++)
    for (guint byte = 0; byte < 4; byte++)
      {
        damaged[i] = "\t\n\xff" "9"[byte];
        g_autoptr (WhRulePack) pack = wh_rule_pack_read (damaged, length);
        n_bad += pack->n_errors > 0;
        damaged[i] = text[i];
      }
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (WhRulePack) pack = wh_rule_pack_read (text, i);
      n_bad += pack->n_errors > 0;
    }
  g_assert_cmpuint (n_bad, >, length);
}

/* -- looking up -------------------------------------------------------------------------------------------------- */

static const char *const law[] = {
  "NJ tax.sales.state *:adult: 6.625:percent price:half_up 2018-01-01:",
  "NJ tax.sales.state *:medical: 0:percent price:half_up 2022-07-01:",
  "NJ tax.excise.local *:any: ? : :",
  "NJ/Newark tax.excise.local *:adult: 2:percent price:half_up 2021-08-19:",
  "NJ/county:Essex tax.excise.local *:adult: 1:percent price:half_up 2021-08-19:",
  "CA tax.excise.retail *:any: 15:percent price:half_up 2023-01-01:2025-06-30",
  "CA tax.excise.retail *:any: 19:percent price:half_up 2025-07-01:2025-09-30",
  "CA tax.excise.retail *:any: 15:percent price:half_up 2025-10-01:2028-06-30",
  "IL tax.excise.retail flower:adult:thc<=35 10:percent price:half_up 2020-01-01:",
  "IL tax.excise.retail flower:adult:thc>35 25:percent price:half_up 2020-01-01:",
  "IL tax.excise.retail edibles:adult: 20:percent price:half_up 2020-01-01:",
  "WA age.minimum.adult *:adult: 21:years : 2014-07-01:",
  NULL,
};

static void
test_find (void)
{
  static const struct {
    const char *place, *subject, *category, *day;
    WhBuyer     buyer;
    double      thc;
    WhAnswerKind kind;
    gint64      value;
  } cases[] = {
    { "NJ", "tax.sales.state", "flower", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 6625000 },
    { "NJ", "tax.sales.state", NULL, NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 6625000 },
    { "NJ", "tax.sales.state", "flower", NOW, WH_BUYER_MEDICAL, NAN, WH_ANSWER_RULE, 0 },
    { "NJ", "tax.sales.state", "flower", "2022-06-30", WH_BUYER_MEDICAL, NAN, WH_ANSWER_NOT_IN_FORCE, 0 },
    { "NJ", "tax.sales.local", "flower", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_NO_RULE, 0 },
    { "NY", "tax.sales.state", "flower", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_NO_RULE, 0 },
    { "NJ", "tax.excise.local", "flower", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_SAID_UNKNOWN, 0 },
    { "NJ/Trenton", "tax.excise.local", "flower", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_SAID_UNKNOWN, 0 },
    { "NJ/Newark", "tax.excise.local", "flower", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 2000000 },
    { "NJ/county:Essex/Newark", "tax.excise.local", "flower", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 2000000 },
    { "NJ/county:Essex/Orange", "tax.excise.local", "flower", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 1000000 },
    { "NJ/Newark", "tax.excise.local", "flower", "2021-08-18", WH_BUYER_ADULT, NAN, WH_ANSWER_SAID_UNKNOWN, 0 },
    { "NJ/Newark", "tax.excise.local", "flower", NOW, WH_BUYER_MEDICAL, NAN, WH_ANSWER_SAID_UNKNOWN, 0 },
    { "CA", "tax.excise.retail", "vapes", "2025-06-30", WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 15000000 },
    { "CA", "tax.excise.retail", "vapes", "2025-07-01", WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 19000000 },
    { "CA", "tax.excise.retail", "vapes", "2025-09-30T23:59:59Z", WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 19000000 },
    { "CA", "tax.excise.retail", "vapes", "2025-10-01", WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 15000000 },
    { "CA", "tax.excise.retail", "vapes", "2028-07-01", WH_BUYER_ADULT, NAN, WH_ANSWER_NOT_IN_FORCE, 0 },
    { "IL", "tax.excise.retail", "flower", NOW, WH_BUYER_ADULT, 35, WH_ANSWER_RULE, 10000000 },
    { "IL", "tax.excise.retail", "flower", NOW, WH_BUYER_ADULT, 35.1, WH_ANSWER_RULE, 25000000 },
    { "IL", "tax.excise.retail", "flower", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_NEEDS_THC, 0 },
    { "IL", "tax.excise.retail", "edibles", NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 20000000 },
    { "IL", "tax.excise.retail", "other", NOW, WH_BUYER_ADULT, 20, WH_ANSWER_NO_RULE, 0 },
    { "WA/Seattle", "age.minimum.adult", NULL, NOW, WH_BUYER_ADULT, NAN, WH_ANSWER_RULE, 21000000 },
  };
  g_autoptr (WhRules) rules = rules_of (law);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (WhJurisdiction) place = { NULL };
      g_assert_true (wh_jurisdiction_parse (cases[i].place, &place));
      WhRuleQuestion question = { &place,         wh_rule_subject_find (cases[i].subject), cases[i].category, cases[i].buyer,
                                  cases[i].thc, rules_day (cases[i].day) };
      WhRuleAnswer answer = wh_rules_find (rules, &question);
      g_autofree char *why = wh_rules_answer_words (&answer);
      g_test_message ("case %u: %d %s", i, answer.kind, why ? why : "");
      g_assert_cmpint (answer.kind, ==, cases[i].kind);
      g_assert_cmpint (why == NULL, ==, cases[i].kind == WH_ANSWER_RULE);
      if (cases[i].kind == WH_ANSWER_RULE)
        g_assert_cmpint (answer.rule->value, ==, cases[i].value);
      g_assert_cmpint (answer.rule != NULL, ==, cases[i].kind == WH_ANSWER_RULE || cases[i].kind == WH_ANSWER_SAID_UNKNOWN);
    }
}

/* -- the program's own ------------------------------------------------------------------------------------------- */

static void
test_installed (void)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_anonymous ();
  g_autoptr (GError) error = NULL;
  g_autoptr (WhRules) rules = wh_rules_load (NULL, principal, &error);
  const WhRulePack *pack;
  guint n_known = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rules->refused->len; i++)
    g_test_message ("%s", ((const WhRuleRefusal *) rules->refused->pdata[i])->message);
  g_assert_cmpuint (rules->refused->len, ==, 0);
  g_assert_cmpuint (rules->packs->len, ==, 1);
  pack = rules->packs->pdata[0];
  for (guint i = 0; i < pack->problems->len; i++)
    g_test_message ("%s", ((const WhRuleProblem *) pack->problems->pdata[i])->message);
  g_assert_cmpuint (pack->problems->len, ==, 0);
  g_assert_cmpint (pack->trust, ==, WH_TRUST_INSTALLED);
  for (guint i = 0; i < pack->rules->len; i++)
    n_known += ((const WhRule *) pack->rules->pdata[i])->status == WH_RULE_KNOWN;
  g_test_message ("%u rules, %u of them known", pack->rules->len, n_known);
  g_assert_cmpuint (n_known, >, 20);
}

/* Who may nothing gets nothing. */
static void
test_denied (void)
{
  static const char *const none[] = { NULL };
  g_autoptr (WhPrincipal) principal = wh_principal_new ("nobody", none);
  g_autoptr (GError) error = NULL;

  g_assert_null (wh_rules_load (NULL, principal, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
}

/* -- the operator's ---------------------------------------------------------------------------------------------- */

typedef struct {
  char *dir, *pack, *signature, *key_file;
} Place;

static void
place_set_up (Place *place, gconstpointer data)
{
  static const char *const rows[] = { "NJ tax.sales.state *:adult: 7:percent price:half_up 2020-01-01:", NULL };
  g_autofree char *text = rules_text (rows), *rules = NULL;

  place->dir = wh_test_make_dir ();
  rules = g_build_filename (place->dir, "rules", NULL);
  place->pack = g_build_filename (rules, "own.tsv", NULL);
  place->signature = g_strconcat (place->pack, ".sig", NULL);
  place->key_file = g_build_filename (place->dir, "key", NULL);
  g_assert_cmpint (g_mkdir (rules, 0700), ==, 0);
  g_assert_true (g_file_set_contents (place->pack, text, -1, NULL));
}

static void
place_tear_down (Place *place, gconstpointer data)
{
  g_assert_true (wh_rules_trust (NULL, NULL));
  wh_test_remove_dir (place->dir);
  g_free (place->dir);
  g_free (place->pack);
  g_free (place->signature);
  g_free (place->key_file);
}

static WhRules *
load (const Place *place)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (GError) error = NULL;
  WhRules *rules = wh_rules_load (place->dir, principal, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rules->refused->len; i++)
    g_test_message ("%s", ((const WhRuleRefusal *) rules->refused->pdata[i])->message);
  return rules;
}

static char *
sign (const Place *place)
{
  g_autoptr (GError) error = NULL;
  char *key = wh_rule_keys_sign (place->pack, place->key_file, &error);

  g_assert_no_error (error);
  return key;
}

/* The operator's pack is used before the program's, and says that nobody signed it. */
static void
test_unsigned (Place *place, gconstpointer data)
{
  g_autoptr (WhRules) rules = load (place);
  g_auto (WhJurisdiction) nj = { NULL };
  g_assert_true (wh_jurisdiction_parse ("NJ", &nj));
  WhRuleQuestion question = { &nj, wh_rule_subject_find ("tax.sales.state"), "flower", WH_BUYER_ADULT, NAN, rules_day (NOW) };
  WhRuleAnswer answer = wh_rules_find (rules, &question);

  g_assert_cmpint (answer.kind, ==, WH_ANSWER_RULE);
  g_assert_cmpint (answer.rule->value, ==, 7000000);
  g_assert_cmpint (answer.pack->trust, ==, WH_TRUST_UNSIGNED);
  g_autofree char *source = wh_rules_source_words (answer.rule, answer.pack);
  g_assert_nonnull (strstr (source, "UNSIGNED"));
}

static void
test_signed (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *made = wh_rule_keys_make (place->key_file, &error);
  g_autofree char *key = sign (place);
  const char *const listed[] = { key, NULL };
  struct stat info;

  g_assert_cmpstr (made, ==, key);
  g_assert_cmpint (stat (place->key_file, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_autoptr (WhRules) before = load (place);
  g_assert_cmpint (((const WhRulePack *) before->packs->pdata[0])->trust, ==, WH_TRUST_UNSIGNED);
  g_assert_true (wh_rules_trust (listed, &error));
  g_autoptr (WhRules) after = load (place);
  g_assert_cmpint (((const WhRulePack *) after->packs->pdata[0])->trust, ==, WH_TRUST_SIGNED);
  g_assert_cmpstr (((const WhRulePack *) after->packs->pdata[0])->key, ==, key);
  /* A key is never overwritten. */
  g_assert_null (wh_rule_keys_make (place->key_file, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_CONFLICT);
}

/* A signature that does not fit, or cannot be read, makes the pack refused. */
static void
test_broken (Place *place, gconstpointer data)
{
  static const char *const broken[] = { "", "weedhounds-signature 1\n", "weedhounds-signature 2\naa\nbb\n", "junk" };
  g_autofree char *made = wh_rule_keys_make (place->key_file, NULL), *key = sign (place), *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (place->pack, &text, &length, NULL));
  g_autofree char *longer = g_strconcat (text, "\n", NULL);
  g_assert_true (g_file_set_contents (place->pack, longer, -1, NULL));
  g_autoptr (WhRules) changed = load (place);
  g_assert_cmpuint (changed->packs->len, ==, 1);
  g_assert_cmpuint (changed->refused->len, ==, 1);
  g_assert_true (g_file_set_contents (place->pack, text, (gssize) length, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_assert_true (g_file_set_contents (place->signature, broken[i], -1, NULL));
      g_autoptr (WhRules) rules = load (place);
      g_assert_cmpuint (rules->refused->len, ==, 1);
    }
}

/* Others may not read the key that signs. */
static void
test_open_key (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *made = wh_rule_keys_make (place->key_file, &error);

  g_assert_cmpint (g_chmod (place->key_file, 0640), ==, 0);
  g_assert_null (wh_rule_keys_sign (place->pack, place->key_file, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_DENIED);
  g_assert_false (g_file_test (place->signature, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (place->key_file, "no key\n", -1, NULL));
  g_assert_cmpint (g_chmod (place->key_file, 0600), ==, 0);
  g_assert_null (wh_rule_keys_sign (place->pack, place->key_file, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

/* A bad pack is refused as a whole, one of the same name too, a pipe is not waited for; the rest goes on. */
static void
test_refused (Place *place, gconstpointer data)
{
  g_autofree char *bad = g_build_filename (place->dir, "rules", "a-bad.tsv", NULL);
  g_autofree char *twin = g_build_filename (place->dir, "rules", "twin.tsv", NULL);
  g_autofree char *pipe = g_build_filename (place->dir, "rules", "pipe.tsv", NULL), *text = NULL;

  g_assert_true (g_file_set_contents (bad, "nothing\n", -1, NULL));
  g_assert_true (g_file_get_contents (place->pack, &text, NULL, NULL));
  g_assert_true (g_file_set_contents (twin, text, -1, NULL));
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_autoptr (WhRules) rules = load (place);
  g_assert_cmpuint (rules->packs->len, ==, 2);
  g_assert_cmpuint (rules->refused->len, ==, 3);
}

static void
test_trust (void)
{
  static const char *const bad[] = { "abc", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (wh_rules_trust (bad, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_clock_freeze (rules_day (NOW));
  g_test_add_func ("/rules/places-of-errors", test_places_of_errors);
  g_test_add_func ("/rules/no-pack", test_no_pack);
  g_test_add_func ("/rules/contradictions", test_contradictions);
  g_test_add_func ("/rules/damaged", test_damaged);
  g_test_add_func ("/rules/find", test_find);
  g_test_add_func ("/rules/installed", test_installed);
  g_test_add_func ("/rules/denied", test_denied);
  g_test_add ("/rules/unsigned", Place, NULL, place_set_up, test_unsigned, place_tear_down);
  g_test_add ("/rules/signed", Place, NULL, place_set_up, test_signed, place_tear_down);
  g_test_add ("/rules/broken", Place, NULL, place_set_up, test_broken, place_tear_down);
  g_test_add ("/rules/open-key", Place, NULL, place_set_up, test_open_key, place_tear_down);
  g_test_add ("/rules/refused", Place, NULL, place_set_up, test_refused, place_tear_down);
  g_test_add_func ("/rules/trust", test_trust);
  return g_test_run ();
}
