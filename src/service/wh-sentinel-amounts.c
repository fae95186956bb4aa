/* Amounts that are hardly possible by themselves, and amounts that are ten times too much or too little beside others. */
#include <glib/gi18n.h>
#include <math.h>

#include "wh-deviation.h"
#include "wh-sentinel-private.h"

#define MUCH_THC 15.0
#define MUCH_CBD 5.0
#define MOST_CANNABINOID 40.0
#define MOST_TERPENE 5.0

#define FEWEST_OF_A_STRAIN 4
#define FEWEST_OF_A_LAB 30
#define SLIP 10.0
#define SLIP_LOW 7.5             /* a factor from here ... */
#define SLIP_HIGH 13.0           /* ... to here may be a slip */
#define SLIP_Z 5.0
#define LEAST_DEVIATION 0.15     /* of logarithms: batches of one strain differ by this much anyway */

/* -- by themselves -- */

static const char *
name_of_most (const WhSample *sample, guint side)
{
  return wh_analyte_get (sample->most_of[side])->name;
}

static void
check_cannabinoids (WhWatch *watch, const WhSample *sample)
{
  if (sample->cannabinoids > WH_SENTINEL_MOST_CANNABINOIDS && sample->cannabinoids <= 100)
    wh_sentinel_find (watch, sample, "sum_over_50_percent", sample->cannabinoids,
                      g_strdup_printf (_("check: cannabinoids sum to %.1f %%, more than flower holds"), sample->cannabinoids));
  if (sample->most[WH_SENTINEL_CANNABINOID] > MOST_CANNABINOID)
    wh_sentinel_find (watch, sample, "cannabinoid_over_40_percent", sample->most[WH_SENTINEL_CANNABINOID],
                      g_strdup_printf (_("check: %.1f %% %s is more than flower holds"), sample->most[WH_SENTINEL_CANNABINOID],
                                       name_of_most (sample, WH_SENTINEL_CANNABINOID)));
}

static void
check_terpene (WhWatch *watch, const WhSample *sample)
{
  if (sample->most[WH_SENTINEL_TERPENE] > MOST_TERPENE)
    wh_sentinel_find (watch, sample, "terpene_over_5_percent", sample->most[WH_SENTINEL_TERPENE],
                      g_strdup_printf (_("check: %.1f %% %s is more than flower holds"), sample->most[WH_SENTINEL_TERPENE],
                                       name_of_most (sample, WH_SENTINEL_TERPENE)));
}

/* Extracts may well hold much of both. */
static void
check_ratio (WhWatch *watch, const WhSample *sample)
{
  if (sample->thc > MUCH_THC && sample->cbd > MUCH_CBD)
    wh_sentinel_find (watch, sample, "impossible_ratio", sample->cbd,
                      g_strdup_printf (_("check: %.1f %% THC together with %.1f %% CBD is hardly possible in flower"), sample->thc,
                                       sample->cbd));
}

void
wh_sentinel_amounts (WhWatch *watch)
{
  for (guint i = 0; i < watch->samples->len; i++)
    {
      const WhSample *sample = &g_array_index (watch->samples, WhSample, i);
      if (sample->cannabinoids > 100)
        wh_sentinel_find (watch, sample, "over_100_percent", sample->cannabinoids,
                          g_strdup_printf (_("check: cannabinoids sum to %.1f %% of the sample"), sample->cannabinoids));
      if (wh_sentinel_is_flower (watch, sample))
        {
          check_ratio (watch, sample);
          check_terpene (watch, sample);
        }
      if (wh_sentinel_batch (watch, sample)->is_flower)
        check_cannabinoids (watch, sample);
    }
}

/* -- beside others -- */

typedef struct {
  gsize       offset;     /* of the amount in WhSample */
  const char *what;
} Side;

static const Side sides[] = {
  { G_STRUCT_OFFSET (WhSample, cannabinoids), N_("cannabinoids") },
  { G_STRUCT_OFFSET (WhSample, terpenes), N_("terpenes") },
};

static double
amount_at (const WhSample *sample, const Side *side)
{
  return G_STRUCT_MEMBER (double, sample, side->offset);
}

static gboolean
is_slip (double ratio)
{
  return (ratio >= SLIP_LOW && ratio <= SLIP_HIGH) || (ratio >= 1 / SLIP_HIGH && ratio <= 1 / SLIP_LOW);
}

static void
report_slip (WhWatch *watch, const WhSample *sample, const Side *side, double median, guint others, const char *whose)
{
  double amount = amount_at (sample, side);

  /* Translators: an amount, of what, the median of others in percent, whose, and how many they are. */
  wh_sentinel_find (watch, sample, "unit_slip", amount / median,
                    amount > median ? g_strdup_printf (_("check: %.2f %% %s is ten times the %.2f %% of %s (%u): a slip of unit?"), amount,
                                                       _(side->what), median, whose, others)
                                    : g_strdup_printf (_("check: %.2f %% %s is a tenth of the %.2f %% of %s (%u): a slip of unit?"), amount,
                                                       _(side->what), median, whose, others));
}

/* By logarithms, since a slip is a factor: far outside what the others scatter by, and about ten. */
static void
check_side (WhWatch *watch, const WhSample *const *samples, guint n, guint fewest, const Side *side, const char *whose)
{
  g_autofree double *logs = g_new (double, n + 1);
  guint known = 0;
  double median, deviation;

  for (guint i = 0; i < n; i++)
    if (amount_at (samples[i], side) > 0)
      logs[known++] = log (amount_at (samples[i], side));
  if (known < fewest)
    return;
  median = wh_deviation_median (logs, known);
  deviation = fmax (wh_deviation_mad (logs, known, median), LEAST_DEVIATION);   /* fmax passes over NAN */
  for (guint i = 0; i < n; i++)
    {
      double amount = amount_at (samples[i], side);
      if (amount > 0 && is_slip (amount / exp (median)) && WH_DEVIATION_SCALE * fabs (log (amount) - median) / deviation > SLIP_Z)
        report_slip (watch, samples[i], side, exp (median), known - 1, whose);
    }
}

static void
check_strain (WhWatch *watch, const WhSample *const *samples, guint n)
{
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    check_side (watch, samples, n, FEWEST_OF_A_STRAIN, &sides[i], _("the strain's other results"));
}

static void
check_lab (WhWatch *watch, const WhSample *const *samples, guint n)
{
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    check_side (watch, samples, n, FEWEST_OF_A_LAB, &sides[i], _("the lab's other samples"));
}

/* Flower of a strain, since extracts of it hold several times as much. */
static guint64
strain_key (const WhWatch *watch, const WhSample *sample)
{
  return wh_sentinel_flower_key (watch, sample, wh_sentinel_batch (watch, sample)->strain);
}

static guint64
lab_key (const WhWatch *watch, const WhSample *sample)
{
  return wh_sentinel_flower_key (watch, sample, GPOINTER_TO_SIZE (sample->lab));
}

void
wh_sentinel_units (WhWatch *watch)
{
  wh_sentinel_each_group (watch, strain_key, check_strain);
  wh_sentinel_each_group (watch, lab_key, check_lab);
}
