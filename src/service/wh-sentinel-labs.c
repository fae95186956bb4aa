/* Flower, or what nobody named, of one lab: far from the others, or bunched above a round number; and how old the lab's results are. */
#include <glib/gi18n.h>
#include <math.h>

#include "wh-deviation.h"
#include "wh-sentinel-private.h"

#define OUTLIER 5.0
#define FEWEST_OF_A_LAB 30
#define FEWEST_FOR_BUNCHING 200
#define BUNCHING_AT 20.0
#define BUNCHING_Z 3.0

static void
check_outliers (WhWatch *watch, const WhSample *const *samples, guint n)
{
  g_autofree double *values = g_new (double, n + 1);
  double median, deviation;

  for (guint i = 0; i < n; i++)
    values[i] = samples[i]->thc;
  median = wh_deviation_median (values, n);
  deviation = wh_deviation_mad (values, n, median);
  for (guint i = 0; i < n && !isnan (deviation); i++)
    {
      double z = WH_DEVIATION_SCALE * fabs (samples[i]->thc - median) / deviation;
      if (z > OUTLIER)
        wh_sentinel_find (watch, samples[i], "outlier", z,
                          g_strdup_printf (_("check: %.1f %% THC is %.1f deviations from the median of this lab, %.1f %% over %u samples"),
                                           samples[i]->thc, z, median, n));
    }
}

/* A finding about the lab itself. */
static void
find_about_lab (WhWatch *watch, const WhSample *any, const char *code, double value, char *message)
{
  WhSample lab = { .batch = 0, .lab = any->lab, .demonstration = any->demonstration };

  wh_sentinel_find (watch, &lab, code, value, message);
}

/* As many just above a round number as just below would be chance; a z of 3 is one in a thousand. */
static void
check_bunching (WhWatch *watch, const WhSample *const *samples, guint n)
{
  guint below = 0, above = 0;
  double z;

  for (guint i = 0; i < n; i++)
    {
      below += samples[i]->thc >= BUNCHING_AT - 1 && samples[i]->thc < BUNCHING_AT;
      above += samples[i]->thc >= BUNCHING_AT && samples[i]->thc < BUNCHING_AT + 1;
    }
  z = below + above ? ((double) above - below) / sqrt (below + above) : 0;
  if (n >= FEWEST_FOR_BUNCHING && z > BUNCHING_Z)
    find_about_lab (watch, samples[0], "bunching", (double) above / MAX (1, below),
                    g_strdup_printf (_("check: %u samples of this lab have 20 to 21 %% THC, only %u have 19 to 20 %%"), above, below));
}

static void
check_flowers (WhWatch *watch, const WhSample *const *samples, guint n)
{
  if (n < FEWEST_OF_A_LAB)
    return;
  check_outliers (watch, samples, n);
  check_bunching (watch, samples, n);
}

static guint64
flower_key (const WhWatch *watch, const WhSample *sample)
{
  return wh_sentinel_flower_key (watch, sample, isnan (sample->thc) ? 0 : GPOINTER_TO_SIZE (sample->lab));
}

/* -- age -- */

/* Once for all: a history of old results is no fault, but what is said of today should not rest on it alone. */
static void
check_age (WhWatch *watch, const WhSample *const *samples, guint n)
{
  g_autofree char *newest = wh_clock_format_date (samples[n - 1]->test_date);
  guint old = 0;

  while (old < n && wh_sentinel_is_expired (watch, samples[old]->test_date))
    old++;
  if (old > 0)
    find_about_lab (watch, samples[0], "expired", old,
                    g_strdup_printf (_("check: %u of %u results of this lab are older than a year; the newest is of %s"), old, n, newest));
}

static guint64
dated_key (const WhWatch *watch, const WhSample *sample)
{
  return sample->test_date != WH_TIME_UNSET ? (guint64) GPOINTER_TO_SIZE (sample->lab) : 0;
}

void
wh_sentinel_labs (WhWatch *watch)
{
  wh_sentinel_each_group (watch, flower_key, check_flowers);
  wh_sentinel_each_group (watch, dated_key, check_age);
}
