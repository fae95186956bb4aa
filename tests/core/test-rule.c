/* Rules as values: numbers exactly as written, places, days. */
#include <math.h>

#include "core/wh-rule.h"
#include "support/wh-test.h"

static void
test_values (void)
{
  static const struct {
    const char *text;
    gint64      value;   /* -1: none */
    const char *back;
  } cases[] = {
    { "6.625", 6625000, "6.625" }, { "0", 0, "0" },          { "37", 37000000, "37" },   { "0.000001", 1, "0.000001" },
    { "10.50", 10500000, "10.5" }, { "007", 7000000, "7" },  { "", -1, NULL },           { ".5", -1, NULL },
    { "5.", -1, NULL },            { "-1", -1, NULL },       { "+1", -1, NULL },         { "1e3", -1, NULL },
    { "1,5", -1, NULL },           { " 1", -1, NULL },       { "0.0000001", -1, NULL },  { "1.5%", -1, NULL },
    { "999999999999.999999", G_GINT64_CONSTANT (999999999999999999), "999999999999.999999" }, { "1000000000000", -1, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 value = -1;
      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (wh_rule_value_parse (cases[i].text, &value), ==, cases[i].value >= 0);
      g_assert_cmpint (value, ==, cases[i].value);
      if (cases[i].value < 0)
        continue;
      g_autofree char *back = wh_rule_value_format (value);
      g_assert_cmpstr (back, ==, cases[i].back);
    }
}

static void
test_places (void)
{
  static const struct {
    const char *text, *back;   /* NULL: none */
  } cases[] = {
    { "nj", "NJ" },
    { "NJ/Newark", "NJ/Newark" },
    { "NJ/county:Essex", "NJ/county:Essex" },
    { "NJ/county:Essex/Newark", "NJ/county:Essex/Newark" },
    { "NJ/Newark/county:Essex", NULL },
    { "NJ/Newark/Trenton", NULL },
    { "NJ/county:Essex/county:Union", NULL },
    { "NJ/county:", NULL },
    { "NJ/", NULL },
    { "NJ/-", NULL },
    { "New Jersey", NULL },
    { "N1", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (WhJurisdiction) place = { NULL };
      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (wh_jurisdiction_parse (cases[i].text, &place), ==, cases[i].back != NULL);
      if (!cases[i].back)
        continue;
      g_autofree char *back = wh_jurisdiction_format (&place);
      g_assert_cmpstr (back, ==, cases[i].back);
    }
}

static void
test_holds (void)
{
  static const struct {
    const char *rule, *place;
    gboolean    holds;
  } cases[] = {
    { "NJ", "NJ/Newark", TRUE },
    { "NJ", "NY", FALSE },
    { "NJ/Newark", "NJ", FALSE },
    { "NJ/Newark", "NJ/newark", TRUE },
    { "CA/Cañon City", "CA/canon city", TRUE },
    { "NJ/Newark", "NJ/county:Essex/Newark", TRUE },
    { "NJ/county:Essex", "NJ/Newark", FALSE },   /* nobody said in which county that is */
    { "NJ/county:Essex", "NJ/county:Essex/Newark", TRUE },
    { "NJ/county:Essex/Newark", "NJ/county:Union/Newark", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (WhJurisdiction) rule = { NULL }, place = { NULL };
      g_assert_true (wh_jurisdiction_parse (cases[i].rule, &rule) && wh_jurisdiction_parse (cases[i].place, &place));
      g_test_message ("%s at %s", cases[i].rule, cases[i].place);
      g_assert_cmpint (wh_jurisdiction_holds (&rule, &place), ==, cases[i].holds);
    }
}

static gint64
day (const char *text)
{
  gint64 moment;

  g_assert_true (wh_clock_parse (text, &moment));
  return moment;
}

/* From the first moment of the first day to the last of the last. */
static void
test_days (void)
{
  g_autoptr (WhRule) rule = wh_rule_new (), next = wh_rule_new ();

  rule->from = day ("2025-07-01");
  rule->to = day ("2025-09-30");
  next->from = day ("2025-10-01");
  g_assert_false (wh_rule_in_force (rule, day ("2025-07-01") - 1));
  g_assert_true (wh_rule_in_force (rule, day ("2025-07-01")));
  g_assert_true (wh_rule_in_force (rule, day ("2025-10-01") - 1));
  g_assert_false (wh_rule_in_force (rule, day ("2025-10-01")));
  g_assert_true (wh_rule_in_force (next, day ("2100-01-01")));
  g_assert_false (wh_rule_days_meet (rule, next));
  g_assert_false (wh_rule_days_meet (next, rule));
  next->from = day ("2025-09-30");
  g_assert_true (wh_rule_days_meet (rule, next));
  g_assert_true (wh_rule_days_meet (next, rule));
}

static void
test_bounds (void)
{
  g_autoptr (WhRule) rule = wh_rule_new ();

  g_assert_false (wh_rule_has_bound (rule));
  g_assert_true (wh_rule_within (rule, 99));
  rule->thc_at_most = 35;
  g_assert_true (wh_rule_has_bound (rule));
  g_assert_true (wh_rule_within (rule, 35));
  g_assert_false (wh_rule_within (rule, 35.01));
  rule->thc_above = 10;
  g_assert_false (wh_rule_within (rule, 10));
  g_assert_true (wh_rule_within (rule, 10.01));
}

static void
test_keys (void)
{
  for (guint i = 0; i < wh_rule_subject_count (); i++)
    {
      const WhRuleSubject *subject = wh_rule_subject_at (i);
      g_assert_true (wh_rule_subject_find (subject->key) == subject);
      g_assert_cmpuint (wh_rule_subject_index (subject), ==, i);
      g_assert_true (!subject->expected || subject->kind == WH_RULE_TAX);
    }
  g_assert_null (wh_rule_subject_find ("tax.sales.stat"));
  g_assert_true (wh_rule_unit_fits (WH_RULE_PERCENT, WH_RULE_TAX));
  g_assert_false (wh_rule_unit_fits (WH_RULE_PERCENT, WH_RULE_AGE));
  g_assert_false (wh_rule_unit_fits (WH_RULE_YEARS, WH_RULE_TAX));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rule/values", test_values);
  g_test_add_func ("/rule/places", test_places);
  g_test_add_func ("/rule/holds", test_holds);
  g_test_add_func ("/rule/days", test_days);
  g_test_add_func ("/rule/bounds", test_bounds);
  g_test_add_func ("/rule/keys", test_keys);
  return g_test_run ();
}
