/* What stands on the package and the shelf against the lab results behind it. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

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

/* A product that a result has something to say about. One result may concern hundreds: they become one finding. */
typedef struct {
  const char     *code;          /* equal ones at one address */
  const WhSample *sample;
  const char     *name;
  WhId            product_id;
  double          label;         /* percent THC */
  gboolean        of_batch;      /* else of the strain */
  gboolean        in_stock;
} Concern;

typedef struct {
  WhWatch *watch;
  Results *of_batch;             /* by position */
  Results *of_strain;            /* by number */
  GArray  *concerns;             /* of Concern */
} Shelf;

static const char EXPIRED[] = "expired", AMENDED[] = "amended", LABEL_OVER[] = "label_over_result", LABEL_UNDER[] = "label_under_result";

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
add_concern (Shelf *shelf, const WhProduct *product, const WhSample *sample, const char *code, gboolean of_batch)
{
  Concern concern = { code, sample, g_string_chunk_insert_const (shelf->watch->text, product->name), product->entity.id,
                      product->thc_percentage, of_batch, product->in_stock == 1 };

  g_array_append_val (shelf->concerns, concern);
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
check_batch_label (Shelf *shelf, const WhProduct *product, const Results *results)
{
  const WhSample *newest = results->newest_thc;
  double label = product->thc_percentage;

  if (!is_off (newest, label))
    return;
  if (taken_from (results, label))
    add_concern (shelf, product, newest, AMENDED, TRUE);
  else
    add_concern (shelf, product, newest, newest->thc < label ? LABEL_OVER : LABEL_UNDER, TRUE);
}

/* Nobody knows which batch is in the package: wrong only if no result of the strain comes near. */
static void
check_strain_label (Shelf *shelf, const WhProduct *product, const Results *results)
{
  double label = product->thc_percentage;

  if (results->most->thc < label && is_off (results->most, label))
    add_concern (shelf, product, results->most, LABEL_OVER, FALSE);
  else if (results->least->thc > label && is_off (results->least, label))
    add_concern (shelf, product, results->least, LABEL_UNDER, FALSE);
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
  if (product->in_stock == 1 && wh_sentinel_is_expired (shelf->watch, results->newest->test_date))
    add_concern (shelf, product, results->newest, EXPIRED, of_batch);
  if (!(product->thc_percentage > 0) || !results->newest_thc)
    return TRUE;
  if (of_batch)
    check_batch_label (shelf, product, results);
  else
    check_strain_label (shelf, product, results);
  return TRUE;
}

/* -- findings -- */

/* One rule and result after the other, the label that is farthest off first. */
static int
compare_concerns (gconstpointer a, gconstpointer b)
{
  const Concern *x = a, *y = b;
  double farther = x->sample == y->sample && x->code != EXPIRED ? fabs (above_label (y->sample, y->label))
                                                                    - fabs (above_label (x->sample, x->label)) : 0;

  if (x->code != y->code)
    return strcmp (x->code, y->code);
  if (x->sample != y->sample)
    return x->sample < y->sample ? -1 : 1;
  if (farther > 0 || farther < 0)
    return farther > 0 ? 1 : -1;
  return wh_id_compare (&x->product_id, &y->product_id);
}

static char *
label_words (const Concern *concern, const char *date)
{
  const WhSample *sample = concern->sample;
  double off = 100 * above_label (sample, concern->label);

  if (concern->code == AMENDED)
    return g_strdup_printf (_("check: the label says %.1f %% THC as an older result does; the newest (%s) says %.1f %%"), concern->label,
                            date, sample->thc);
  /* Translators: THC on the label, THC of the result, its date, then how far the result is from the label. */
  if (concern->of_batch)
    return g_strdup_printf (_("check: the label says %.1f %% THC, the result of this batch %.1f %% (%s): %+.0f %%"), concern->label,
                            sample->thc, date, off);
  return g_strdup_printf (_("check: the label says %.1f %% THC, the nearest result of the strain %.1f %% (%s): %+.0f %%"),
                          concern->label, sample->thc, date, off);
}

/* What to check, and how many products it is about. Takes the words. */
static char *
count_words (char *words, guint n, guint n_in_stock)
{
  g_autofree char *owned = words;

  if (n == 1)
    return g_steal_pointer (&owned);
  /* Translators: what to check of the label farthest off, then how many products have the same fault. */
  if (n_in_stock == 0)
    return g_strdup_printf (_("%s (%u products, none in stock)"), owned, n);
  return n == n_in_stock ? g_strdup_printf (_("%s (%u products in stock)"), owned, n)
                         : g_strdup_printf (_("%s (%u products, %u in stock)"), owned, n, n_in_stock);
}

static double
value_of (const WhWatch *watch, const Concern *concern)
{
  if (concern->code == EXPIRED)
    return (double) ((watch->now - concern->sample->test_date) / WH_TIME_DAY);
  return concern->code == AMENDED ? concern->sample->thc : 100 * above_label (concern->sample, concern->label);
}

/* Concerns of one rule and result; the first stands for all. */
static void
report (WhWatch *watch, const Concern *concerns, guint n)
{
  g_autofree char *date = wh_clock_format_date (concerns->sample->test_date);
  guint n_in_stock = 0;
  char *words;
  WhFinding *finding;

  for (guint i = 0; i < n; i++)
    n_in_stock += concerns[i].in_stock;
  words = concerns->code == EXPIRED
              ? g_strdup_printf (_("check: in stock, but its newest lab result is of %s, older than a year"), date)
              : label_words (concerns, date ? date : "?");
  finding = wh_sentinel_find (watch, concerns->sample, concerns->code, value_of (watch, concerns), count_words (words, n, n_in_stock));
  g_free (finding->name);
  finding->name = g_strdup (concerns->name);
  finding->product_id = concerns->product_id;
}

static void
report_all (const Shelf *shelf)
{
  const Concern *concerns = (const Concern *) shelf->concerns->data;

  g_array_sort (shelf->concerns, compare_concerns);
  for (guint i = 0, end; i < shelf->concerns->len; i = end)
    {
      for (end = i + 1; end < shelf->concerns->len && concerns[end].code == concerns[i].code
                        && concerns[end].sample == concerns[i].sample;)
        end++;
      report (shelf->watch, concerns + i, end - i);
    }
}

gboolean
wh_sentinel_shelf (WhWatch *watch, WhReader *reader, GError **error)
{
  g_autofree Results *of_batch = g_new0 (Results, watch->batches->len + 1);
  g_autofree Results *of_strain = g_new0 (Results, g_hash_table_size (watch->strains) + 1);
  g_autoptr (GArray) concerns = g_array_new (FALSE, FALSE, sizeof (Concern));
  Shelf shelf = { watch, of_batch, of_strain, concerns };

  index_results (&shelf);
  if (!wh_reader_each (reader, WH_KIND_PRODUCT, take_product_cb, &shelf, error))
    return FALSE;
  report_all (&shelf);
  return TRUE;
}
