#include "wh-chemistry.h"

#include <math.h>

/* Smith et al. 2022: the bins of the THC:CBD ratio. */
#define RATIO_THC_DOMINANT 5.0
#define RATIO_CBD_DOMINANT 0.2
#define ROUNDING 1e-6   /* mg/g: amounts are kept in millionths */

static const WhAmount none = WH_AMOUNT_NONE;

static WhAmount
amount_of (const WhMeasure *measure)
{
  WhAmount amount = none;

  if (measure && wh_measure_interval (measure, &amount.low, &amount.high))
    {
      amount.estimate = wh_measure_estimate (measure);
      amount.n = 1;
    }
  return amount;
}

/* sum += factor x part; what was not tested adds nothing. */
static void
add (WhAmount *sum, WhAmount part, double factor)
{
  if (part.n == 0)
    return;
  if (sum->n == 0)
    *sum = (WhAmount){ 0, 0, 0, 1 };
  sum->estimate += factor * part.estimate;
  sum->low += factor * part.low;
  sum->high += factor * part.high;
}

WhAmount
wh_chemistry_total (const WhPanel *panel, const char *neutral_key)
{
  const WhAnalyte *neutral = wh_analyte_by_key (neutral_key);
  WhAmount total = none;

  g_return_val_if_fail (neutral != NULL, none);
  if (!panel)
    return none;
  add (&total, amount_of (wh_panel_find (panel, neutral->index)), 1);
  if (neutral->acid != WH_ANALYTE_NONE)
    add (&total, amount_of (wh_panel_find (panel, neutral->acid)), neutral->acid_factor);
  return total;
}

static gboolean
is_tested (const WhPanel *panel, WhAnalyteIndex analyte)
{
  return amount_of (wh_panel_find (panel, analyte)).n > 0;
}

/* Whether an analyte adds to `sum` by itself: nothing between the two was reported, which would hold it already. With
 * WH_ANALYTE_NONE for `sum`: nothing that holds it was reported at all. */
static gboolean
adds_to (const WhPanel *panel, const WhAnalyte *analyte, WhAnalyteIndex sum)
{
  WhAnalyteIndex holder = analyte->parent;

  while (holder != sum && holder != WH_ANALYTE_NONE && !is_tested (panel, holder))
    holder = wh_analyte_get (holder)->parent;
  return holder == sum;
}

/* The parts of a total that were tested, summed. */
static WhAmount
sum_parts (const WhPanel *panel, WhAnalyteIndex total)
{
  WhAmount sum = none;

  for (guint i = 0; i < wh_panel_length (panel); i++)
    {
      const WhMeasure *part = wh_panel_at (panel, i);
      const WhAnalyte *analyte = wh_analyte_get (part->analyte);
      if (analyte && adds_to (panel, analyte, total))
        add (&sum, amount_of (part), 1);
    }
  return sum;
}

WhAmount
wh_chemistry_amount (const WhPanel *panel, WhAnalyteIndex analyte)
{
  if (!panel)
    return none;
  return is_tested (panel, analyte) ? amount_of (wh_panel_find (panel, analyte)) : sum_parts (panel, analyte);
}

/* Sum over one side of the dictionary; a part whose total was reported is in that total already. */
static WhAmount
sum_over (const WhPanel *panel, gboolean terpenes)
{
  WhAmount sum = none;

  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      const WhAnalyte *analyte = wh_analyte_get (measure->analyte);

      if (analyte && wh_analyte_is_terpene (analyte) == terpenes && adds_to (panel, analyte, WH_ANALYTE_NONE))
        add (&sum, amount_of (measure), 1);
    }
  return sum;
}

WhAmount
wh_chemistry_terpenes (const WhPanel *panel)
{
  return sum_over (panel, TRUE);
}

WhAmount
wh_chemistry_cannabinoids (const WhPanel *panel)
{
  return sum_over (panel, FALSE);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median_of (GArray *values)
{
  guint n = values->len;

  g_array_sort (values, compare_doubles);
  return n % 2 ? g_array_index (values, double, n / 2)
               : (g_array_index (values, double, n / 2 - 1) + g_array_index (values, double, n / 2)) / 2;
}

WhAmount
wh_chemistry_median (const WhAmount *amounts, guint n_amounts)
{
  g_autoptr (GArray) estimates = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) lows = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) highs = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < n_amounts; i++)
    if (amounts[i].n > 0)
      {
        g_array_append_val (estimates, amounts[i].estimate);
        g_array_append_val (lows, amounts[i].low);
        g_array_append_val (highs, amounts[i].high);
      }
  if (estimates->len == 0)
    return none;
  return (WhAmount){ median_of (estimates), median_of (lows), median_of (highs), estimates->len };
}

/* Half of a limit of quantification is what stands for an amount below it; more only comes of tests that measured. */
gboolean
wh_chemistry_is_below (const WhAmount *amount)
{
  return amount->estimate == 0 || (amount->low < amount->high && amount->estimate <= amount->high / 2 + ROUNDING);
}

WhChemotype
wh_chemistry_type (double total_thc, double total_cbd)
{
  double ratio;

  if (!isfinite (total_thc) || !isfinite (total_cbd) || (total_thc <= 0 && total_cbd <= 0))
    return WH_TYPE_UNKNOWN;
  if (total_cbd <= 0)
    return WH_TYPE_THC_DOMINANT;
  ratio = total_thc / total_cbd;
  if (ratio > RATIO_THC_DOMINANT)
    return WH_TYPE_THC_DOMINANT;
  return ratio > RATIO_CBD_DOMINANT ? WH_TYPE_BALANCED : WH_TYPE_CBD_DOMINANT;
}

const char *
wh_chemotype_key (WhChemotype type)
{
  static const char *const keys[] = { "unknown", "thc_dominant", "balanced", "cbd_dominant" };

  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (keys), "unknown");
  return keys[type];
}
