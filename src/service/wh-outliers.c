#include "wh-outliers.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-analyst-private.h"
#include "wh-deviation.h"

#define FEWEST_FOR_SPREAD 3
#define FEWEST_FOR_OUTLIERS 5
#define FAR_Z 3.5
#define LEAST_DISTANCE 0.1
#define LEAST_AMOUNT 0.5         /* mg/g */

/* A lab result with a profile. Its amounts stand in `values` of the survey, one row each. */
typedef struct {
  guint32     strain;
  guint32     row;
  guint64     mask;
  WhId        batch_id, result_id;
  const char *batch_number, *lab, *sample_id;   /* of the survey; NULL: unknown; equal labs at one address */
  gint64      test_date;
} Test;

typedef struct {
  guint32     strain;
  const char *batch_number;
} Place;

typedef struct {
  const WhProfiles *profiles;
  WhEngine     *engine;
  const WhCard *card;        /* NULL: all */
  GStringChunk *text;
  GHashTable   *places;      /* WhId of a batch -> Place */
  GArray       *tests;       /* of Test */
  GArray       *values;      /* of float, n_columns per test */
  GArray       *lows, *highs;   /* the same: the interval that each amount lies in; only of one strain */
  WhOutliers   *out;
} Survey;

/* -- reading -- */

static const char *
keep (Survey *survey, const char *text)
{
  return text && *text ? g_string_chunk_insert_const (survey->text, text) : NULL;
}

static gboolean
take_batch_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Survey *survey = user_data;
  const WhBatch *batch = entity;
  const WhCard *card = wh_snapshot_find (survey->profiles->snapshot, &batch->strain_id);
  Place place;

  if (!card || (batch->product_type && strcmp (batch->product_type, "flower") != 0))
    return TRUE;
  place = (Place) { card->index, keep (survey, batch->batch_number) };
  g_hash_table_insert (survey->places, g_memdup2 (&batch->entity.id, sizeof (WhId)), g_memdup2 (&place, sizeof place));
  return TRUE;
}

static gboolean
take_result_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Survey *survey = user_data;
  const WhLabResult *result = entity;
  const Place *place = g_hash_table_lookup (survey->places, &result->batch_id);
  WhProfile profile;
  Test test;

  if (!place)
    return TRUE;
  profile = wh_profiles_panels (survey->profiles, (const WhPanel *const[]) { result->panel }, 1);
  if (!wh_profile_is_whole (&profile))
    return TRUE;
  test = (Test) { place->strain, survey->tests->len, profile.mask, result->batch_id, result->entity.id, place->batch_number,
                  keep (survey, result->lab_name), keep (survey, result->sample_id), result->test_date };
  g_array_append_val (survey->tests, test);
  g_array_append_vals (survey->values, profile.amounts, survey->profiles->n_columns);
  if (survey->card)
    {
      g_array_append_vals (survey->lows, profile.lows, survey->profiles->n_columns);
      g_array_append_vals (survey->highs, profile.highs, survey->profiles->n_columns);
    }
  return TRUE;
}

static gboolean
read_all_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_BATCH, take_batch_cb, user_data, error)
         && wh_reader_each (reader, WH_KIND_LAB_RESULT, take_result_cb, user_data, error);
}

static gboolean
read_strain_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Survey *survey = user_data;
  g_autoptr (GPtrArray) batches = wh_reader_find (reader, WH_KIND_BATCH, "strain_id", &survey->card->id, 0, error);

  for (guint i = 0; batches && i < batches->len; i++)
    {
      const WhBatch *batch = batches->pdata[i];
      g_autoptr (GPtrArray) results = wh_reader_find (reader, WH_KIND_LAB_RESULT, "batch_id", &batch->entity.id, 0, error);
      if (!results)
        return FALSE;
      take_batch_cb (batch, survey, NULL);
      for (guint j = 0; j < results->len; j++)
        take_result_cb (results->pdata[j], survey, NULL);
    }
  return batches != NULL;
}

/* -- one strain -- */

static WhProfile
profile_of (const Survey *survey, const Test *test)
{
  guint n_columns = survey->profiles->n_columns;
  WhProfile profile = { .mask = test->mask };

  memcpy (profile.amounts, &g_array_index (survey->values, float, (gsize) test->row * n_columns), n_columns * sizeof (float));
  memcpy (profile.lows, profile.amounts, sizeof profile.lows);
  memcpy (profile.highs, profile.amounts, sizeof profile.highs);
  return profile;
}

/* The amounts of a column in the tests that looked for it; how many. */
static guint
column_of (const Survey *survey, const Test *tests, guint n, guint column, double *out)
{
  guint known = 0;

  for (guint i = 0; i < n; i++)
    if (tests[i].mask >> column & 1)
      out[known++] = g_array_index (survey->values, float, (gsize) tests[i].row * survey->profiles->n_columns + column);
  return known;
}

static WhProfile
middle_of (const Survey *survey, const Test *tests, guint n)
{
  g_autofree double *values = g_new (double, n + 1);
  WhProfile middle = { 0 };

  for (guint column = 0; column < survey->profiles->n_columns; column++)
    {
      guint known = column_of (survey, tests, n, column, values);
      if (known == 0)
        continue;
      middle.mask |= G_GUINT64_CONSTANT (1) << column;
      middle.amounts[column] = middle.lows[column] = middle.highs[column] = (float) wh_deviation_median (values, known);
    }
  return middle;
}

static void
outlier_free (gpointer data)
{
  WhOutlier *outlier = data;

  g_free (outlier->batch_number);
  g_free (outlier->lab);
  g_free (outlier->sample_id);
  g_free (outlier->message);
  g_free (outlier);
}

/* Takes the message. */
static void
add_outlier (Survey *survey, const Test *test, WhOutlier outlier, char *message)
{
  outlier.card = wh_snapshot_card (survey->profiles->snapshot, test->strain);
  outlier.batch_id = test->batch_id;
  outlier.result_id = test->result_id;
  outlier.batch_number = g_strdup (test->batch_number);
  outlier.lab = g_strdup (test->lab);
  outlier.sample_id = g_strdup (test->sample_id);
  outlier.test_date = test->test_date;
  outlier.message = message;
  g_ptr_array_add (survey->out->outliers, g_memdup2 (&outlier, sizeof outlier));
}

static void
add_profile_outlier (Survey *survey, const Test *test, const WhProfile *middle, WhOutlier outlier)
{
  const WhProfile all[] = { profile_of (survey, test), *middle };
  WhCloseness closeness;
  g_autofree char *differs = NULL;

  wh_profiles_closeness (survey->profiles, survey->engine, all, 2, &(WhPairOfRows) { 0, 1 }, 1, &closeness);
  differs = wh_present_contribution_words (&closeness);
  add_outlier (survey, test, outlier,
               g_strdup_printf (_("check: distance %.3f to the middle of %u tests of this strain, half of which are within %.3f; %s"),
                                outlier.value, outlier.n_tests, outlier.median, differs ? differs : ""));
}

/* `distances` as the tests stand; NAN: not to be compared. */
static void
check_profiles (Survey *survey, const Test *tests, guint n, const double *distances, const WhProfile *middle)
{
  g_autofree double *known = g_new (double, n + 1);
  guint n_known = 0;
  double median, deviation;

  for (guint i = 0; i < n; i++)
    if (!isnan (distances[i]))
      known[n_known++] = distances[i];
  if (n_known >= FEWEST_FOR_SPREAD)
    {
      WhSpread spread = { wh_snapshot_card (survey->profiles->snapshot, tests->strain), n_known, wh_deviation_median (known, n_known) };
      g_array_append_val (survey->out->spreads, spread);
    }
  if (n_known < FEWEST_FOR_OUTLIERS)
    return;
  median = wh_deviation_median (known, n_known);
  deviation = wh_deviation_mad (known, n_known, median);
  for (guint i = 0; i < n; i++)
    {
      WhOutlier outlier = { .value = distances[i], .median = median, .z = WH_DEVIATION_SCALE * (distances[i] - median) / deviation,
                            .n_tests = n_known };
      if (outlier.z > FAR_Z && outlier.value > LEAST_DISTANCE)
        add_profile_outlier (survey, &tests[i], middle, outlier);
    }
}

static WhAmount
amount_at (const Survey *survey, const Test *test, guint column)
{
  gsize place = (gsize) test->row * survey->profiles->n_columns + column;

  return (WhAmount) { g_array_index (survey->values, float, place), g_array_index (survey->lows, float, place),
                      g_array_index (survey->highs, float, place), 1 };
}

/* What lies below a limit is no number. */
static char *
amount_message (const WhAmount *amount, const WhOutlier *outlier)
{
  const char *name = outlier->analyte->name;

  if (amount->estimate <= 0)
    return g_strdup_printf (_("check: %s not detected, the median of this lab's %u tests of the strain is %.2f mg/g (%.1f deviations)"),
                            name, outlier->n_tests, outlier->median, outlier->z);
  if (wh_chemistry_is_below (amount))
    return g_strdup_printf (_("check: less than %.2f mg/g %s, the median of this lab's %u tests of the strain is %.2f (%.1f deviations)"),
                            amount->high, name, outlier->n_tests, outlier->median, outlier->z);
  return g_strdup_printf (_("check: %.2f mg/g %s, the median of this lab's %u tests of the strain is %.2f (%.1f deviations)"),
                          amount->estimate, name, outlier->n_tests, outlier->median, outlier->z);
}

/* Far for certain: from the end of its interval that is nearer to the median. */
static void
check_amount (Survey *survey, const Test *test, guint column, WhOutlier outlier, double deviation)
{
  WhAmount amount = amount_at (survey, test, column);
  double away = MAX (amount.low - outlier.median, outlier.median - amount.high);

  outlier.value = wh_chemistry_is_below (&amount) ? NAN : amount.estimate;
  outlier.z = WH_DEVIATION_SCALE * away / deviation;
  if (test->mask >> column & 1 && outlier.z > FAR_Z && away >= LEAST_AMOUNT)
    add_outlier (survey, test, outlier, amount_message (&amount, &outlier));
}

static void
check_column (Survey *survey, const Test *tests, guint n, guint column)
{
  g_autofree double *values = g_new (double, n + 1);
  guint known = column_of (survey, tests, n, column, values);
  WhOutlier outlier = { .analyte = wh_analyte_get (survey->profiles->columns[column]), .n_tests = known };
  double deviation;

  if (known < FEWEST_FOR_OUTLIERS)
    return;
  outlier.median = wh_deviation_median (values, known);
  deviation = wh_deviation_mad (values, known, outlier.median);
  for (guint i = 0; i < n; i++)
    check_amount (survey, &tests[i], column, outlier, deviation);
}

/* Labs differ, so amounts are held against those of the same lab. Tests stand sorted by lab. */
static void
check_amounts (Survey *survey, const Test *tests, guint n)
{
  for (guint i = 0, end; i < n; i = end)
    {
      for (end = i + 1; end < n && tests[end].lab == tests[i].lab;)
        end++;
      for (guint column = 0; column < survey->profiles->n_columns; column++)
        check_column (survey, tests + i, end - i, column);
    }
}

static void
check_strain (Survey *survey, const Test *tests, guint n)
{
  WhProfile middle = middle_of (survey, tests, n);
  g_autofree double *distances = g_new (double, n + 1);

  for (guint i = 0; i < n; i++)
    {
      WhProfile profile = profile_of (survey, &tests[i]);
      distances[i] = wh_profiles_distance (survey->profiles, &profile, &middle);
    }
  check_profiles (survey, tests, n, distances, &middle);
  if (survey->card)
    check_amounts (survey, tests, n);
}

/* -- all of them -- */

static int
compare_tests (gconstpointer a, gconstpointer b)
{
  const Test *x = a, *y = b;

  if (x->strain != y->strain)
    return x->strain < y->strain ? -1 : 1;
  if (x->lab != y->lab)
    return g_strcmp0 (x->lab, y->lab);
  return wh_id_compare (&x->result_id, &y->result_id);
}

static int
compare_spreads (gconstpointer a, gconstpointer b)
{
  const WhSpread *x = a, *y = b;

  if (x->spread != y->spread)
    return x->spread > y->spread ? -1 : 1;
  return wh_id_compare (&x->card->id, &y->card->id);
}

static int
compare_outliers (gconstpointer a, gconstpointer b)
{
  const WhOutlier *x = *(WhOutlier *const *) a, *y = *(WhOutlier *const *) b;

  if (!x->analyte != !y->analyte)
    return x->analyte ? 1 : -1;
  if (x->z != y->z)
    return x->z > y->z ? -1 : 1;
  return wh_id_compare (&x->result_id, &y->result_id);
}

static void
check_all (Survey *survey)
{
  const Test *tests;

  g_array_sort (survey->tests, compare_tests);
  tests = (const Test *) survey->tests->data;
  for (guint i = 0, end; i < survey->tests->len; i = end)
    {
      for (end = i + 1; end < survey->tests->len && tests[end].strain == tests[i].strain;)
        end++;
      check_strain (survey, tests + i, end - i);
    }
  survey->out->n_tests = survey->tests->len;
  g_array_sort (survey->out->spreads, compare_spreads);
  g_ptr_array_sort (survey->out->outliers, compare_outliers);
}

static WhOutliers *
outliers_new (WhSnapshot *snapshot)
{
  WhOutliers *outliers = g_new0 (WhOutliers, 1);

  outliers->snapshot = wh_snapshot_ref (snapshot);
  outliers->spreads = g_array_new (FALSE, FALSE, sizeof (WhSpread));
  outliers->outliers = g_ptr_array_new_with_free_func (outlier_free);
  return outliers;
}

static gboolean
survey_run (Survey *survey, WhStore *store, const WhPrincipal *principal, GError **error)
{
  gboolean read;

  survey->text = g_string_chunk_new (64 * 1024);
  survey->places = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, g_free);
  survey->tests = g_array_new (FALSE, FALSE, sizeof (Test));
  survey->values = g_array_new (FALSE, FALSE, sizeof (float));
  survey->lows = g_array_new (FALSE, FALSE, sizeof (float));
  survey->highs = g_array_new (FALSE, FALSE, sizeof (float));
  read = wh_store_read (store, principal, survey->card ? read_strain_cb : read_all_cb, survey, error);
  if (read)
    check_all (survey);
  g_array_unref (survey->values);
  g_array_unref (survey->lows);
  g_array_unref (survey->highs);
  g_array_unref (survey->tests);
  g_hash_table_unref (survey->places);
  g_string_chunk_free (survey->text);
  return read;
}

WhOutliers *
wh_analyst_outliers (WhAnalyst *analyst, const WhPrincipal *principal, const WhId *strain_id, GError **error)
{
  g_autoptr (WhProfiles) profiles = NULL;
  g_autoptr (WhOutliers) outliers = NULL;
  Survey survey = { .engine = wh_analyst_engine (analyst) };

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !(profiles = wh_analyst_profiles (analyst, error)))
    return NULL;
  survey.profiles = profiles;
  survey.card = strain_id ? wh_snapshot_find (profiles->snapshot, strain_id) : NULL;
  if (strain_id && !survey.card)
    {
      g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no such strain."));
      return NULL;
    }
  survey.out = outliers = outliers_new (profiles->snapshot);
  return survey_run (&survey, wh_analyst_store (analyst), principal, error) ? g_steal_pointer (&outliers) : NULL;
}

void
wh_outliers_free (WhOutliers *outliers)
{
  g_array_unref (outliers->spreads);
  g_ptr_array_unref (outliers->outliers);
  wh_snapshot_unref (outliers->snapshot);
  g_free (outliers);
}
