/* Cells into the five states, units into mg/g, intervals and estimates. */
#include <math.h>

#include "base/wh-error.h"
#include "core/wh-measure.h"
#include "support/wh-test.h"

static void
test_tokens (void)
{
  static const struct {
    const char *cell;
    WhState     state;
  } cells[] = {
    { "12.5", WH_STATE_VALUE }, { " 0.07 ", WH_STATE_VALUE }, { "21.4%", WH_STATE_VALUE }, { "1e-3", WH_STATE_VALUE },
    { ".5", WH_STATE_VALUE }, { "5 % ", WH_STATE_VALUE }, { "<.5%", WH_STATE_BELOW_LOQ }, { "n. d.", WH_STATE_NOT_DETECTED },
    { "0", WH_STATE_NOT_DETECTED }, { "0.0", WH_STATE_NOT_DETECTED }, { "0.00", WH_STATE_NOT_DETECTED },
    { "ND", WH_STATE_NOT_DETECTED }, { "N/D", WH_STATE_NOT_DETECTED }, { "not detected", WH_STATE_NOT_DETECTED },
    { "<LOD", WH_STATE_NOT_DETECTED }, { "< LOD", WH_STATE_NOT_DETECTED },
    { "<LOQ", WH_STATE_BELOW_LOQ }, { "BLQ", WH_STATE_BELOW_LOQ }, { "BQL", WH_STATE_BELOW_LOQ }, { "<0.01", WH_STATE_BELOW_LOQ },
    { "", WH_STATE_NOT_TESTED }, { "NT", WH_STATE_NOT_TESTED }, { "N/T", WH_STATE_NOT_TESTED }, { "-", WH_STATE_NOT_TESTED },
    { "--", WH_STATE_NOT_TESTED }, { "---", WH_STATE_NOT_TESTED }, { "NR", WH_STATE_NOT_TESTED },
    { "BDL", WH_STATE_NOT_DETECTED }, { "n.d.", WH_STATE_NOT_DETECTED }, { "BLOQ", WH_STATE_BELOW_LOQ }, { "—", WH_STATE_NOT_TESTED },
    { "N/A", WH_STATE_NOT_APPLICABLE }, { "NA", WH_STATE_NOT_APPLICABLE },
  };
  static const char *const bad[] = { "oops", "-1", "1,5x", "nan", "inf", "12 34", "<", "<abc", "0x10", ".", "5 mg", "<0" };

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      WhMeasure measure = WH_MEASURE_INIT;
      g_test_message ("“%s”", cells[i].cell);
      g_assert_true (wh_measure_parse_cell (cells[i].cell, &measure));
      g_assert_cmpint (measure.state, ==, cells[i].state);
      g_assert_true (isnan (measure.value) == (measure.state != WH_STATE_VALUE));
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      WhMeasure measure = WH_MEASURE_INIT;
      g_test_message ("“%s”", bad[i]);
      g_assert_false (wh_measure_parse_cell (bad[i], &measure));
      g_assert_cmpint (measure.state, ==, WH_STATE_NOT_TESTED);
    }
}

static void
test_limit_of_a_cell (void)
{
  WhMeasure measure = WH_MEASURE_INIT;

  g_assert_true (wh_measure_parse_cell ("< 0.05", &measure));
  g_assert_cmpfloat_with_epsilon (measure.loq, 0.05, 1e-12);
}

static void
test_units (void)
{
  static const struct {
    WhUnit unit;
    double grams, value, mg_per_g;
  } units[] = {
    { WH_UNIT_PERCENT, NAN, 21.4, 214 },     { WH_UNIT_MG_PER_G, NAN, 3, 3 },      { WH_UNIT_PPM, NAN, 500, 0.5 },
    { WH_UNIT_UG_PER_G, NAN, 250, 0.25 },    { WH_UNIT_PPB, NAN, 1000, 0.001 },    { WH_UNIT_MG_PER_UNIT, 3.5, 35, 10 },
  };
  WhMeasure package = { 0, WH_STATE_VALUE, WH_UNIT_MG_PER_UNIT, 0, 35, NAN, NAN, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      WhMeasure measure = { 0, WH_STATE_VALUE, units[i].unit, 0, units[i].value, units[i].value / 10, NAN, NULL };
      g_assert_true (wh_measure_to_mg_per_g (&measure, units[i].grams));
      g_assert_cmpint (measure.unit, ==, WH_UNIT_MG_PER_G);
      g_assert_cmpfloat_with_epsilon (measure.value, units[i].mg_per_g, 1e-9);
      g_assert_cmpfloat_with_epsilon (measure.lod, units[i].mg_per_g / 10, 1e-9);
    }
  g_assert_false (wh_measure_to_mg_per_g (&package, NAN));
  g_assert_false (wh_measure_to_mg_per_g (&package, 0));
  g_assert_cmpint (package.unit, ==, WH_UNIT_MG_PER_UNIT);
  g_assert_cmpfloat (package.value, ==, 35);
}

static void
expect_interval (WhState state, double value, double lod, double loq, double low, double high, double estimate)
{
  WhMeasure measure = { 0, state, WH_UNIT_MG_PER_G, 0, value, lod, loq, NULL };
  double found_low, found_high;

  g_assert_true (wh_measure_interval (&measure, &found_low, &found_high));
  g_assert_cmpfloat (found_low, ==, low);
  g_assert_cmpfloat (found_high, ==, high);
  g_assert_cmpfloat (wh_measure_estimate (&measure), ==, estimate);
}

static void
test_intervals (void)
{
  WhMeasure untested = WH_MEASURE_INIT;
  WhMeasure unknown = { 0, WH_STATE_VALUE, WH_UNIT_UNKNOWN, 0, 7, NAN, NAN, NULL };
  double low, high;

  expect_interval (WH_STATE_VALUE, 5, 0.1, 0.2, 5, 5, 5);
  expect_interval (WH_STATE_BELOW_LOQ, NAN, 0.1, 0.4, 0.1, 0.4, 0.2);
  expect_interval (WH_STATE_BELOW_LOQ, NAN, NAN, 0.4, 0, 0.4, 0.2);
  expect_interval (WH_STATE_NOT_DETECTED, NAN, 0.1, 0.4, 0, 0.1, 0);
  expect_interval (WH_STATE_NOT_DETECTED, NAN, NAN, NAN, 0, 0, 0);
  g_assert_false (wh_measure_interval (&untested, &low, &high));
  g_assert_true (isnan (wh_measure_estimate (&untested)));
  g_assert_false (wh_measure_interval (&unknown, &low, &high));
  g_assert_true (isnan (wh_measure_estimate (&unknown)));
}

static void
test_bases_are_not_mixed (void)
{
  g_autoptr (WhPanel) panel = wh_panel_new ();
  g_autoptr (GError) error = NULL;
  WhMeasure dry = { 1, WH_STATE_VALUE, WH_UNIT_MG_PER_G, WH_BASIS_DRY, 5, NAN, NAN, NULL };
  WhMeasure received = { 2, WH_STATE_VALUE, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED, 5, NAN, NAN, NULL };
  WhMeasure unknown = { 3, WH_STATE_VALUE, WH_UNIT_MG_PER_G, WH_BASIS_UNKNOWN, 5, NAN, NAN, NULL };

  g_assert_true (wh_panel_add (panel, &dry, NULL));
  g_assert_true (wh_panel_add (panel, &unknown, NULL));
  g_assert_false (wh_panel_add (panel, &received, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_assert_cmpuint (wh_panel_length (panel), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/tokens", test_tokens);
  g_test_add_func ("/measure/limit-of-a-cell", test_limit_of_a_cell);
  g_test_add_func ("/measure/units", test_units);
  g_test_add_func ("/measure/intervals", test_intervals);
  g_test_add_func ("/measure/bases", test_bases_are_not_mixed);
  return g_test_run ();
}
