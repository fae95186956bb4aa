/* What was seen before: a panel copied from another batch, a sample or batch that has two results. */
#include <glib/gi18n.h>
#include <math.h>

#include "wh-sentinel-private.h"

#define SAME 0.01   /* numbers this close are one number, rounded differently */

/* -- copied panels -- */

static void
check_copies (WhWatch *watch, const WhSample *const *samples, guint n)
{
  for (guint i = 1; i < n; i++)
    if (samples[i]->batch != samples[0]->batch)
      wh_sentinel_find (watch, samples[i], "copied_panel", NAN,
                        g_strdup_printf (_("check: all terpenes are those of sample %s (%s)"),
                                         samples[0]->sample_id ? samples[0]->sample_id : "?",
                                         wh_sentinel_batch (watch, samples[0])->name));
}

static guint64
signature_key (const WhWatch *watch, const WhSample *sample)
{
  return sample->batch ? sample->signature : 0;
}

/* -- two results -- */

static gboolean
differ (double before, double after)
{
  return fabs (before - after) > SAME * fmax (before, after);   /* NAN, not tested by one of the two, is no difference */
}

/* "18.2 % THC instead of 21.3 %"; NULL where both say the same. */
static char *
difference_words (const WhSample *before, const WhSample *after)
{
  if (differ (before->thc, after->thc))
    return g_strdup_printf (_("%.2f %% THC instead of %.2f %%"), after->thc, before->thc);
  if (differ (before->cbd, after->cbd))
    return g_strdup_printf (_("%.2f %% CBD instead of %.2f %%"), after->cbd, before->cbd);
  return NULL;
}

static void
report_amendment (WhWatch *watch, const WhSample *before, const WhSample *after, const char *difference)
{
  g_autofree char *date = wh_clock_format_date (after->test_date);
  g_autofree char *earlier = wh_clock_format_date (before->test_date);

  if (after->report && after->report == before->report)
    wh_sentinel_find (watch, after, "amended", after->thc,
                      g_strdup_printf (_("check: sample %s has two results, of %s and %s: %s"), after->sample_id, earlier ? earlier : "?",
                                       date ? date : "?", difference));
  else
    wh_sentinel_find (watch, after, "amended", after->thc,
                      g_strdup_printf (_("check: this batch was tested on %s and on %s: %s"), earlier ? earlier : "?", date ? date : "?",
                                       difference));
}

static void
check_neighbours (WhWatch *watch, const WhSample *const *samples, guint n, gboolean of_one_report)
{
  for (guint i = 1; i < n; i++)
    {
      gboolean one_report = samples[i]->report && samples[i]->report == samples[i - 1]->report;
      g_autofree char *difference = difference_words (samples[i - 1], samples[i]);
      if (difference && one_report == of_one_report)
        report_amendment (watch, samples[i - 1], samples[i], difference);
    }
}

static void
check_report (WhWatch *watch, const WhSample *const *samples, guint n)
{
  check_neighbours (watch, samples, n, TRUE);
}

static void
check_batch (WhWatch *watch, const WhSample *const *samples, guint n)
{
  check_neighbours (watch, samples, n, FALSE);
}

static guint64
report_key (const WhWatch *watch, const WhSample *sample)
{
  return GPOINTER_TO_SIZE (sample->report);
}

static guint64
batch_key (const WhWatch *watch, const WhSample *sample)
{
  return sample->batch;
}

void
wh_sentinel_repeats (WhWatch *watch)
{
  wh_sentinel_each_group (watch, signature_key, check_copies);
  wh_sentinel_each_group (watch, report_key, check_report);
  wh_sentinel_each_group (watch, batch_key, check_batch);
}
