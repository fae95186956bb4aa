#include "wh-sentinel.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "core/wh-chemistry.h"

#define PERCENT 10.0             /* mg/g */
#define MUCH_THC 15.0
#define MUCH_CBD 5.0
#define OUTLIER 5.0
#define MAD_SCALE 0.6745         /* makes the median deviation of a normal distribution one */
#define FEWEST_OF_A_LAB 30
#define FEWEST_FOR_BUNCHING 200
#define BUNCHING_AT 20.0
#define BUNCHING_Z 3.0
#define FEWEST_TERPENES 8        /* found, for equal panels to be no chance */
#define VALUE_DECIMALS 4

/* What the rules need to know of a result; texts are borrowed from the entities that are kept. */
typedef struct {
  const WhBatch     *batch;
  const WhLabResult *result;
  double             thc, cbd, cannabinoids;   /* percent; NAN: not tested */
} Sample;

typedef struct {
  GHashTable *batches;    /* WhId -> WhBatch */
  GPtrArray  *results;    /* keeps them */
  GArray     *samples;    /* of Sample */
  GPtrArray  *findings;
} Watch;

/* -- reading -- */

static gboolean
keep_batch (gconstpointer entity, gpointer user_data, GError **error)
{
  WhBatch *batch = wh_entity_ref (entity);

  g_hash_table_insert (((Watch *) user_data)->batches, &batch->entity.id, batch);
  return TRUE;
}

static double
percent_of (WhAmount amount)
{
  return amount.n ? amount.estimate / PERCENT : NAN;
}

static gboolean
keep_result (gconstpointer entity, gpointer user_data, GError **error)
{
  Watch *watch = user_data;
  WhLabResult *result = wh_entity_ref (entity);
  Sample sample = { g_hash_table_lookup (watch->batches, &result->batch_id), result,
                    percent_of (wh_chemistry_total (result->panel, "delta_9_thc")),
                    percent_of (wh_chemistry_total (result->panel, "cbd")),
                    percent_of (wh_chemistry_cannabinoids (result->panel)) };

  g_ptr_array_add (watch->results, result);
  g_array_append_val (watch->samples, sample);
  return TRUE;
}

static gboolean
read_all (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_BATCH, keep_batch, user_data, error)
         && wh_reader_each (reader, WH_KIND_LAB_RESULT, keep_result, user_data, error);
}

/* -- findings -- */

static void
finding_free (gpointer data)
{
  WhFinding *finding = data;

  g_free (finding->lab);
  g_free (finding->name);
  g_free (finding->sample_id);
  g_free (finding->message);
  g_free (finding);
}

/* Takes the message. */
static void
find (Watch *watch, const Sample *sample, const char *code, double value, char *message)
{
  WhFinding *finding = g_new0 (WhFinding, 1);

  *finding = (WhFinding) { g_intern_string (code), g_strdup (sample->result->lab_name),
                           g_strdup (sample->batch ? sample->batch->name : NULL), g_strdup (sample->result->sample_id), value, message };
  g_ptr_array_add (watch->findings, finding);
}

static void
check_sample (Watch *watch, const Sample *sample)
{
  for (char **code = sample->result->checks; code && *code; code++)
    find (watch, sample, *code, NAN, g_strdup (_("check: the import found this suspicious")));
  if (sample->thc > MUCH_THC && sample->cbd > MUCH_CBD)
    find (watch, sample, "impossible_ratio", sample->cbd,
          g_strdup_printf (_("check: %.1f %% THC together with %.1f %% CBD is hardly possible in one flower"), sample->thc, sample->cbd));
  if (sample->cannabinoids > 100)
    find (watch, sample, "over_100_percent", sample->cannabinoids,
          g_strdup_printf (_("check: cannabinoids sum to %.1f %% of the sample"), sample->cannabinoids));
}

/* -- per lab: flower with THC -- */

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
  return (g_array_index (values, double, (n - 1) / 2) + g_array_index (values, double, n / 2)) / 2;
}

/* The median of the deviations that are not zero; NAN where there is none. */
static double
deviation_of (const GArray *values, double median)
{
  g_autoptr (GArray) deviations = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < values->len; i++)
    {
      double deviation = fabs (g_array_index (values, double, i) - median);
      if (deviation > 0)
        g_array_append_val (deviations, deviation);
    }
  return deviations->len ? median_of (deviations) : NAN;
}

static void
check_outliers (Watch *watch, const GPtrArray *samples, const GArray *values, double median)
{
  double deviation = deviation_of (values, median);

  for (guint i = 0; i < samples->len && !isnan (deviation); i++)
    {
      const Sample *sample = samples->pdata[i];
      double z = MAD_SCALE * fabs (sample->thc - median) / deviation;
      if (z > OUTLIER)
        find (watch, sample, "outlier", z,
              g_strdup_printf (_("check: %.1f %% THC is %.1f deviations from the median of this lab, %.1f %% over %u flowers"),
                               sample->thc, z, median, samples->len));
    }
}

/* As many just above a round number as just below would be chance; a z of 3 is one in a thousand. */
static void
check_bunching (Watch *watch, const GPtrArray *samples)
{
  guint below = 0, above = 0;
  double z;

  for (guint i = 0; i < samples->len; i++)
    {
      double thc = ((const Sample *) samples->pdata[i])->thc;
      below += thc >= BUNCHING_AT - 1 && thc < BUNCHING_AT;
      above += thc >= BUNCHING_AT && thc < BUNCHING_AT + 1;
    }
  z = below + above ? ((double) above - below) / sqrt (below + above) : 0;
  if (samples->len >= FEWEST_FOR_BUNCHING && z > BUNCHING_Z)
    {
      Sample lab = { NULL, ((const Sample *) samples->pdata[0])->result, NAN, NAN, NAN };
      find (watch, &lab, "bunching", (double) above / MAX (1, below),
            g_strdup_printf (_("check: %u flowers of this lab have 20 to 21 %% THC, only %u have 19 to 20 %%"), above, below));
    }
}

static void
check_lab (Watch *watch, const GPtrArray *samples)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  if (samples->len < FEWEST_OF_A_LAB)
    return;
  for (guint i = 0; i < samples->len; i++)
    g_array_append_val (values, ((const Sample *) samples->pdata[i])->thc);
  check_outliers (watch, samples, values, median_of (values));
  check_bunching (watch, samples);
}

static void
check_labs (Watch *watch)
{
  g_autoptr (GHashTable) labs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  GHashTableIter iter;
  gpointer samples;

  for (guint i = 0; i < watch->samples->len; i++)
    {
      Sample *sample = &g_array_index (watch->samples, Sample, i);
      const char *lab = sample->result->lab_name ? sample->result->lab_name : "";
      GPtrArray *own = g_hash_table_lookup (labs, lab);
      if (isnan (sample->thc) || !sample->batch || g_strcmp0 (sample->batch->product_type, "flower") != 0)
        continue;
      if (!own)
        g_hash_table_insert (labs, (gpointer) lab, own = g_ptr_array_new ());
      g_ptr_array_add (own, sample);
    }
  g_hash_table_iter_init (&iter, labs);
  while (g_hash_table_iter_next (&iter, NULL, &samples))
    check_lab (watch, samples);
}

/* -- copied panels -- */

/* All terpenes found, to the last digit, with the lab; NULL with too few. */
static char *
terpene_signature (const Sample *sample)
{
  GString *text = g_string_new (sample->result->lab_name);
  guint found = 0;

  for (guint i = 0; sample->result->panel && i < wh_panel_length (sample->result->panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (sample->result->panel, i);
      if (measure->state != WH_STATE_VALUE || !wh_analyte_is_terpene (wh_analyte_get (measure->analyte)))
        continue;
      g_string_append_printf (text, "|%u=%.9g", measure->analyte, measure->value);
      found++;
    }
  return g_string_free (text, found < FEWEST_TERPENES);
}

static void
check_copies (Watch *watch)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < watch->samples->len; i++)
    {
      Sample *sample = &g_array_index (watch->samples, Sample, i);
      char *signature = terpene_signature (sample);
      const Sample *first = signature ? g_hash_table_lookup (seen, signature) : NULL;
      if (first)
        find (watch, sample, "copied_panel", NAN,
              g_strdup_printf (_ ("check: all terpenes are those of sample %s (%s)"),
                               first->result->sample_id ? first->result->sample_id : "?", first->batch ? first->batch->name : "?"));
      if (signature && !first)
        g_hash_table_insert (seen, signature, sample);
      else
        g_free (signature);
    }
}

static int
compare_findings (gconstpointer a, gconstpointer b)
{
  const WhFinding *x = *(WhFinding *const *) a, *y = *(WhFinding *const *) b;
  int order = strcmp (x->code, y->code);

  if (order == 0)
    order = g_strcmp0 (x->lab, y->lab);
  return order ? order : g_strcmp0 (x->name, y->name);
}

GPtrArray *
wh_sentinel_run (WhStore *store, const WhPrincipal *principal, GError **error)
{
  g_autoptr (GHashTable) batches = g_hash_table_new_full (wh_id_hash, wh_id_equal, NULL, wh_entity_unref);
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (wh_entity_unref);
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (finding_free);
  Watch watch = { batches, results, samples, findings };

  if (!wh_store_read (store, principal, read_all, &watch, error))
    return NULL;
  for (guint i = 0; i < samples->len; i++)
    check_sample (&watch, &g_array_index (samples, Sample, i));
  check_labs (&watch);
  check_copies (&watch);
  g_ptr_array_sort (findings, compare_findings);
  return g_steal_pointer (&findings);
}

void
wh_present_findings (WhJsonWriter *writer, const GPtrArray *findings, guint limit)
{
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < (limit ? MIN (limit, findings->len) : findings->len); i++)
    {
      const WhFinding *finding = findings->pdata[i];
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "code", finding->code);
      wh_json_writer_add_string (writer, "lab", finding->lab);
      wh_json_writer_add_string (writer, "name", finding->name);
      wh_json_writer_add_string (writer, "sample_id", finding->sample_id);
      wh_json_writer_add_number (writer, "value", finding->value, VALUE_DECIMALS);
      wh_json_writer_add_string (writer, "message", finding->message);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}
