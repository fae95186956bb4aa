/* Totals by their formulas, sums that count nothing twice, medians, types at their borders; and the dictionary they rest on. */
#include <math.h>
#include <string.h>

#include "core/wh-chemistry.h"
#include "support/wh-test.h"

#define CLOSE 1e-9

static void
add (WhPanel *panel, const char *key, WhState state, double value, double loq)
{
  WhMeasure measure = { wh_analyte_by_key (key)->index, state, WH_UNIT_MG_PER_G, 0, value, NAN, loq, NULL };

  g_assert_true (wh_panel_add (panel, &measure, NULL));
}

static void
test_totals (void)
{
  g_autoptr (WhPanel) panel = wh_panel_new ();
  WhAmount thc, thcv, cbd;

  add (panel, "thca", WH_STATE_VALUE, 200, NAN);
  add (panel, "delta_9_thc", WH_STATE_VALUE, 5, NAN);
  add (panel, "thcva", WH_STATE_VALUE, 10, NAN);
  add (panel, "cbd", WH_STATE_BELOW_LOQ, NAN, 0.4);
  add (panel, "cbda", WH_STATE_VALUE, 1, NAN);
  thc = wh_chemistry_total (panel, "delta_9_thc");
  thcv = wh_chemistry_total (panel, "thcv");
  cbd = wh_chemistry_total (panel, "cbd");
  g_assert_cmpfloat_with_epsilon (thc.estimate, 5 + 0.877 * 200, CLOSE);
  g_assert_cmpfloat_with_epsilon (thcv.estimate, 8.668, CLOSE);
  g_assert_cmpfloat_with_epsilon (cbd.low, 0.877, CLOSE);
  g_assert_cmpfloat_with_epsilon (cbd.high, 0.4 + 0.877, CLOSE);
  g_assert_cmpfloat_with_epsilon (cbd.estimate, 0.2 + 0.877, CLOSE);
  g_assert_cmpuint (wh_chemistry_total (panel, "cbg").n, ==, 0);
  g_assert_true (isnan (wh_chemistry_total (panel, "cbg").estimate));
}

static WhAnalyteIndex
index_of (const char *key)
{
  return wh_analyte_by_key (key)->index;
}

static void
test_sums_count_nothing_twice (void)
{
  g_autoptr (WhPanel) parts = wh_panel_new ();
  g_autoptr (WhPanel) both = wh_panel_new ();

  add (parts, "alpha_ocimene", WH_STATE_VALUE, 1, NAN);
  add (parts, "beta_ocimene", WH_STATE_VALUE, 2, NAN);
  add (parts, "beta_myrcene", WH_STATE_VALUE, 4, NAN);
  g_assert_cmpfloat_with_epsilon (wh_chemistry_amount (parts, index_of ("ocimene")).estimate, 3, CLOSE);
  g_assert_cmpfloat_with_epsilon (wh_chemistry_terpenes (parts).estimate, 7, CLOSE);
  add (both, "ocimene", WH_STATE_VALUE, 3, NAN);
  add (both, "beta_ocimene", WH_STATE_VALUE, 2, NAN);
  add (both, "beta_myrcene", WH_STATE_VALUE, 4, NAN);
  g_assert_cmpfloat_with_epsilon (wh_chemistry_amount (both, index_of ("ocimene")).estimate, 3, CLOSE);
  g_assert_cmpfloat_with_epsilon (wh_chemistry_terpenes (both).estimate, 7, CLOSE);
}

static void
test_medians (void)
{
  const WhAmount amounts[] = { { 3, 3, 3, 1 }, WH_AMOUNT_NONE, { 1, 0.5, 2, 1 }, { 9, 9, 9, 1 }, { 5, 5, 5, 1 } };
  WhAmount odd = wh_chemistry_median (amounts, 4), even = wh_chemistry_median (amounts, 5), none = wh_chemistry_median (amounts + 1, 1);

  g_assert_cmpuint (odd.n, ==, 3);
  g_assert_cmpfloat (odd.estimate, ==, 3);
  g_assert_cmpfloat (even.estimate, ==, 4);
  g_assert_cmpuint (none.n, ==, 0);
  g_assert_true (isnan (none.estimate));
}

static void
test_types (void)
{
  g_assert_cmpint (wh_chemistry_type (5.0001, 1), ==, WH_TYPE_THC_DOMINANT);
  g_assert_cmpint (wh_chemistry_type (5, 1), ==, WH_TYPE_BALANCED);
  g_assert_cmpint (wh_chemistry_type (0.2001, 1), ==, WH_TYPE_BALANCED);
  g_assert_cmpint (wh_chemistry_type (0.2, 1), ==, WH_TYPE_CBD_DOMINANT);
  g_assert_cmpint (wh_chemistry_type (10, 0), ==, WH_TYPE_THC_DOMINANT);
  g_assert_cmpint (wh_chemistry_type (0, 10), ==, WH_TYPE_CBD_DOMINANT);
  g_assert_cmpint (wh_chemistry_type (NAN, 1), ==, WH_TYPE_UNKNOWN);
}

static void
test_below_a_limit (void)
{
  const WhAmount below[] = { { 0, 0, 0, 1 }, { 0, 0, 0.1, 1 }, { 0.15, 0, 0.3, 2 }, { 0.15, 0.1, 0.3, 1 }, { 0, 0.1, 0.1, 1 } };
  const WhAmount measured[] = { { 0.3, 0.3, 0.3, 1 }, { 0.25, 0.25, 0.3, 2 }, { 0.4, 0.1, 0.7, 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (below); i++)
    g_assert_true (wh_chemistry_is_below (&below[i]));
  for (guint i = 0; i < G_N_ELEMENTS (measured); i++)
    g_assert_false (wh_chemistry_is_below (&measured[i]));
}

/* The last digit of a CAS number is the sum of the others, weighted from the right, modulo ten. */
static gboolean
is_cas (const char *cas)
{
  guint sum = 0, weight = 0;
  gsize length = strlen (cas);

  if (length < 7 || cas[length - 2] != '-' || cas[length - 5] != '-')
    return FALSE;
  for (gsize i = length - 2; i-- > 0;)
    if (g_ascii_isdigit (cas[i]))
      sum += ++weight * (guint) g_ascii_digit_value (cas[i]);
  return sum % 10 == (guint) g_ascii_digit_value (cas[length - 1]);
}

static void
test_dictionary (void)
{
  for (guint i = 0; i < wh_analyte_count (); i++)
    {
      const WhAnalyte *analyte = wh_analyte_get ((WhAnalyteIndex) i);
      g_test_message ("%s %s", analyte->key, analyte->cas);
      g_assert_true (wh_analyte_by_key (analyte->key) == analyte);
      g_assert_true (wh_analyte_lookup (analyte->name) == analyte);
      if (*analyte->cas)
        g_assert_true (is_cas (analyte->cas));
      if (analyte->acid != WH_ANALYTE_NONE)
        g_assert_true (analyte->acid_factor > 0.8 && analyte->acid_factor < 0.95);
    }
  g_assert_true (wh_analyte_lookup ("B-MYRCENE") == wh_analyte_by_key ("beta_myrcene"));
  g_assert_true (wh_analyte_lookup ("Δ9-THC") == wh_analyte_by_key ("delta_9_thc"));
  g_assert_true (wh_analyte_lookup ("α-Pinene") == wh_analyte_by_key ("alpha_pinene"));
  g_assert_true (wh_analyte_by_key ("alpha_pinene") != wh_analyte_by_key ("beta_pinene"));
  g_assert_true (wh_analyte_by_key ("cis_nerolidol") != wh_analyte_by_key ("trans_nerolidol"));
  g_assert_null (wh_analyte_lookup ("unobtainium"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chemistry/totals", test_totals);
  g_test_add_func ("/chemistry/sums", test_sums_count_nothing_twice);
  g_test_add_func ("/chemistry/medians", test_medians);
  g_test_add_func ("/chemistry/below-a-limit", test_below_a_limit);
  g_test_add_func ("/chemistry/types", test_types);
  g_test_add_func ("/chemistry/dictionary", test_dictionary);
  return g_test_run ();
}
