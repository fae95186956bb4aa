/* What stands on the package and the shelf against the lab results behind it. */
#include <glib/gi18n.h>
#include <math.h>

#include "wh-sentinel-private.h"

#define LABEL_TOLERANCE 0.15     /* of the label (Schwabe et al. 2023) */
#define LABEL_POINTS 1.0         /* percent THC; less may be rounding */
#define LABEL_IS_THAT 0.05       /* a label this close to a result was taken from it */

/* Results of a batch, or of the flower of a strain, in short. */
typedef struct {
  const WhSample *newest;        /* with a date where any has one */
  const WhSample *newest_thc;    /* that tested THC; NULL: none */
  const WhSample *least, *most;  /* by THC; NULL: none */
} Results;

typedef struct {
  WhWatch *watch;
  Results *of_batch;             /* by position */
  Results *of_strain;            /* by number */
} Shelf;

static void
take_result (Results *results, const WhSample *sample)
{
  if (!results->newest || sample->test_date >= results->newest->test_date)
    results->newest = sample;
  if (isnan (sample->thc))
    return;
  if (!results->newest_thc || sample->test_date >= results->newest_thc->test_date)
    results->newest_thc = sample;
  if (!results->least || sample->thc < results->least->thc)
    results->least = sample;
  if (!results->most || sample->thc > results->most->thc)
    results->most = sample;
}

static void
index_results (Shelf *shelf)
{
  const WhWatch *watch = shelf->watch;

  for (guint i = 0; i < watch->samples->len; i++)
    {
      const WhSample *sample = &g_array_index (watch->samples, WhSample, i);
      const WhWatchBatch *batch = wh_sentinel_batch (watch, sample);
      if (sample->batch)
        take_result (&shelf->of_batch[sample->batch], sample);
      if (batch->strain && wh_sentinel_is_flower (watch, sample))
        take_result (&shelf->of_strain[batch->strain], sample);
    }
}

static void
find_product (WhWatch *watch, const WhSample *sample, const WhProduct *product, const char *code, double value, char *message)
{
  WhFinding *finding = wh_sentinel_find (watch, sample, code, value, message);

  g_free (finding->name);
  finding->name = g_strdup (product->name);
  finding->product_id = product->entity.id;
}

/* -- label -- */

/* How far a result is above what the label says, as a part of it. */
static double
above_label (const WhSample *sample, double label)
{
  return (sample->thc - label) / label;
}

/* A label that says what an older result of the batch said: the least or the most, since what lies between is off as well. */
static const WhSample *
taken_from (const Results *results, double label)
{
  if (fabs (above_label (results->most, label)) <= LABEL_IS_THAT)
    return results->most;
  return fabs (above_label (results->least, label)) <= LABEL_IS_THAT ? results->least : NULL;
}

static gboolean
is_off (const WhSample *sample, double label)
{
  return fabs (above_label (sample, label)) > LABEL_TOLERANCE && fabs (sample->thc - label) > LABEL_POINTS;
}

static void
report_label (WhWatch *watch, const WhProduct *product, const WhSample *sample, gboolean of_batch)
{
  double label = product->thc_percentage, off = above_label (sample, label);
  g_autofree char *date = wh_clock_format_date (sample->test_date);
  const char *code = off < 0 ? "label_over_result" : "label_under_result";

  /* Translators: THC on the label, THC of the result, its date, then how far the result is from the label. */
  find_product (watch, sample, product, code, 100 * off,
                of_batch ? g_strdup_printf (_("check: the label says %.1f %% THC, the result of this batch %.1f %% (%s): %+.0f %%"), label,
                                            sample->thc, date ? date : "?", 100 * off)
                         : g_strdup_printf (_("check: the label says %.1f %% THC, the nearest result of the strain %.1f %% (%s): %+.0f %%"),
                                            label, sample->thc, date ? date : "?", 100 * off));
}

static void
check_batch_label (WhWatch *watch, const WhProduct *product, const Results *results)
{
  const WhSample *newest = results->newest_thc, *older = taken_from (results, product->thc_percentage);
  g_autofree char *date = wh_clock_format_date (newest->test_date);

  if (!is_off (newest, product->thc_percentage))
    return;
  if (older)
    find_product (watch, newest, product, "amended", newest->thc,
                  g_strdup_printf (_("check: the label says %.1f %% THC as an older result does; the newest (%s) says %.1f %%"),
                                   product->thc_percentage, date ? date : "?", newest->thc));
  else
    report_label (watch, product, newest, TRUE);
}

/* Nobody knows which batch is in the package: wrong only if no result of the strain comes near. */
static void
check_strain_label (WhWatch *watch, const WhProduct *product, const Results *results)
{
  double label = product->thc_percentage;

  if (results->most->thc < label && is_off (results->most, label))
    report_label (watch, product, results->most, FALSE);
  else if (results->least->thc > label && is_off (results->least, label))
    report_label (watch, product, results->least, FALSE);
}

/* -- age -- */

static void
check_age (WhWatch *watch, const WhProduct *product, const WhSample *newest)
{
  g_autofree char *date = wh_clock_format_date (newest->test_date);

  if (product->in_stock == 1 && wh_sentinel_is_expired (watch, newest->test_date))
    find_product (watch, newest, product, "expired", (double) ((watch->now - newest->test_date) / WH_TIME_DAY),
                  g_strdup_printf (_("check: in stock, but its newest lab result is of %s, older than a year"), date));
}

/* -- products -- */

static const Results *
results_of (const Shelf *shelf, const WhProduct *product, gboolean *out_of_batch)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (shelf->watch->batch_at, &product->batch_id));
  guint strain = GPOINTER_TO_UINT (g_hash_table_lookup (shelf->watch->strains, &product->strain_id));

  *out_of_batch = place && shelf->of_batch[place - 1].newest;
  if (*out_of_batch)
    return &shelf->of_batch[place - 1];
  return strain && shelf->of_strain[strain].newest && g_strcmp0 (product->category, "flower") == 0 ? &shelf->of_strain[strain] : NULL;
}

static gboolean
take_product_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Shelf *shelf = user_data;
  const WhProduct *product = entity;
  gboolean of_batch;
  const Results *results = results_of (shelf, product, &of_batch);

  if (!results)
    return TRUE;
  check_age (shelf->watch, product, results->newest);
  if (!(product->thc_percentage > 0) || !results->newest_thc)
    return TRUE;
  if (of_batch)
    check_batch_label (shelf->watch, product, results);
  else
    check_strain_label (shelf->watch, product, results);
  return TRUE;
}

gboolean
wh_sentinel_shelf (WhWatch *watch, WhReader *reader, GError **error)
{
  g_autofree Results *of_batch = g_new0 (Results, watch->batches->len + 1);
  g_autofree Results *of_strain = g_new0 (Results, g_hash_table_size (watch->strains) + 1);
  Shelf shelf = { watch, of_batch, of_strain };

  index_results (&shelf);
  return wh_reader_each (reader, WH_KIND_PRODUCT, take_product_cb, &shelf, error);
}
