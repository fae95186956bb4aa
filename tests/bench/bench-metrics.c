/* Which distance finds the flower of the same name: MCR Labs' flower by weight with terpenes tested, exact duplicates dropped.
 *
 * A query's positives are flower of the same name from another producer, its negatives all flower of other names; the area
 * under the curve of each query is averaged over the queries of a name, then over names. The difference to raw cosine has
 * a paired bootstrap over names. Every metric sees the analytes that both sides tested, and the same pairs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wh-random.h"
#include "base/wh-text.h"
#include "core/wh-chemistry.h"
#include "service/wh-importer.h"
#include "wh-composition.h"
#include "wh-engine.h"

#define FILE_NAME "data/lab/mcr-ma-2014-2023.csv"
#define N_RESAMPLES 2000
#define TAIL (N_RESAMPLES / 40)   /* 2.5 % at either end */
#define SEED 420

/* Totals where a file may tell isomers apart. */
static const char *const terpenes[] = {
  "ocimene",      "camphene",        "gamma_terpinene", "nerolidol",      "alpha_humulene", "beta_caryophyllene", "d_limonene",
  "linalool",     "beta_myrcene",    "alpha_bisabolol", "beta_pinene",    "alpha_terpinene", "terpinolene",       "alpha_pinene",
  "delta_3_carene", "para_cymene",   "eucalyptol",      "isopulegol",     "geraniol",       "guaiol",             "caryophyllene_oxide",
};
#define N_TERPENES G_N_ELEMENTS (terpenes)

typedef struct {
  char   *name, *producer;
  float   amounts[N_TERPENES];
  guint64 mask;
} Flower;

static double lods[N_TERPENES];   /* the file tells none: the smallest amount it reports of each */

/* -- metrics: smaller is closer -- */

static double
hellinger (const Flower *a, const Flower *b)
{
  return wh_engine_hellinger (a->amounts, a->mask, b->amounts, b->mask, N_TERPENES, NULL);
}

static double
jensen_shannon (const Flower *a, const Flower *b)
{
  return wh_engine_jensen_shannon (a->amounts, a->mask, b->amounts, b->mask, N_TERPENES);
}

static double
cosine (const Flower *a, const Flower *b)
{
  return wh_engine_distance (WH_METRIC_COSINE, a->amounts, a->mask, b->amounts, b->mask, N_TERPENES, NULL);
}

/* Centred logarithms of the parts in `shared`, in the order they stand; returns how many. */
static gsize
centred_logs (const Flower *flower, guint64 shared, double out[N_TERPENES])
{
  double limits[N_TERPENES];
  gsize n = 0;

  for (guint i = 0; i < N_TERPENES; i++)
    if (shared >> i & 1)
      {
        limits[n] = lods[i];
        out[n++] = flower->amounts[i];
      }
  if (!wh_composition_replace (out, limits, n))
    return 0;
  wh_composition_clr (out, n);
  return n;
}

static double
aitchison (const Flower *a, const Flower *b)
{
  double x[N_TERPENES], y[N_TERPENES], sum = 0;
  gsize n = centred_logs (a, a->mask & b->mask, x);

  if (n == 0 || centred_logs (b, a->mask & b->mask, y) != n)
    return NAN;
  for (gsize i = 0; i < n; i++)
    sum += (x[i] - y[i]) * (x[i] - y[i]);
  return sqrt (sum);
}

static const struct {
  const char *name;
  double (*distance) (const Flower *a, const Flower *b);
} metrics[] = {
  { "raw cosine", cosine },
  { "Hellinger", hellinger },
  { "Jensen-Shannon", jensen_shannon },
  { "Aitchison, 0.65 LOD", aitchison },
};
#define N_METRICS G_N_ELEMENTS (metrics)

/* -- flower -- */

typedef struct {
  GHashTable *batches;   /* WhId -> WhBatch */
  GPtrArray  *flower;
} Collection;

static gboolean
keep_batch (gconstpointer entity, gpointer user_data, GError **error)
{
  WhBatch *batch = wh_entity_ref (entity);

  g_hash_table_insert (((Collection *) user_data)->batches, &batch->entity.id, batch);
  return TRUE;
}

static void
flower_free (gpointer data)
{
  Flower *flower = data;

  g_free (flower->name);
  g_free (flower->producer);
  g_free (flower);
}

/* Tested is what has the myrcene cell filled; a panel of zeros has no shape to compare. */
static Flower *
read_flower (const WhBatch *batch, const WhPanel *panel)
{
  Flower *flower = g_new0 (Flower, 1);
  float sum = 0;

  for (guint i = 0; i < N_TERPENES; i++)
    {
      WhAmount amount = wh_chemistry_amount (panel, wh_analyte_by_key (terpenes[i])->index);
      if (amount.n == 0)
        continue;
      flower->mask |= G_GUINT64_CONSTANT (1) << i;
      flower->amounts[i] = (float) amount.estimate;
      sum += flower->amounts[i];
    }
  flower->name = wh_text_slug (batch->name);
  flower->producer = wh_text_slug (batch->producer);
  if (sum > 0 && wh_panel_find (panel, wh_analyte_by_key ("beta_myrcene")->index))
    return flower;
  flower_free (flower);
  return NULL;
}

static gboolean
keep_result (gconstpointer entity, gpointer user_data, GError **error)
{
  Collection *collection = user_data;
  const WhLabResult *result = entity;
  const WhBatch *batch = g_hash_table_lookup (collection->batches, &result->batch_id);
  Flower *flower = NULL;

  if (batch && g_strcmp0 (batch->product_type, "flower") == 0 && g_strcmp0 (result->unit, "%") == 0)
    flower = read_flower (batch, result->panel);
  if (flower)
    g_ptr_array_add (collection->flower, flower);
  return TRUE;
}

static gboolean
collect (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_BATCH, keep_batch, user_data, error)
         && wh_reader_each (reader, WH_KIND_LAB_RESULT, keep_result, user_data, error);
}

static GPtrArray *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = wh_store_open (":memory:", WH_STORE_WRITE, &error);
  const WhImportOptions options = { .kind = WH_IMPORT_LAB };
  g_autoptr (WhImportReport) report = store ? wh_importer_run (store, principal, path, &options, NULL, NULL, NULL, &error) : NULL;
  g_autoptr (GHashTable) batches = g_hash_table_new_full (wh_id_hash, wh_id_equal, NULL, wh_entity_unref);
  Collection collection = { batches, g_ptr_array_new_with_free_func (flower_free) };

  if (!report || !wh_store_read (store, principal, collect, &collection, &error))
    g_error ("%s", error->message);
  return collection.flower;
}

static void
find_lods (const GPtrArray *flower)
{
  for (guint i = 0; i < N_TERPENES; i++)
    {
      lods[i] = G_MAXDOUBLE;
      for (guint j = 0; j < flower->len; j++)
        {
          float amount = ((const Flower *) flower->pdata[j])->amounts[i];
          lods[i] = amount > 0 ? MIN (lods[i], (double) amount) : lods[i];
        }
    }
}

/* -- areas under the curve -- */

typedef struct {
  double distance;
  gboolean positive;
} Ranked;

static int
compare_ranked (gconstpointer a, gconstpointer b)
{
  double x = ((const Ranked *) a)->distance, y = ((const Ranked *) b)->distance;

  return (x > y) - (x < y);
}

/* The chance that a positive is nearer than a negative; equal distances count half. NAN where one kind is missing. */
static double
area_of (Ranked *ranked, gsize n)
{
  double positives = 0, negatives = 0, wins = 0;

  qsort (ranked, n, sizeof *ranked, compare_ranked);
  for (gsize start = 0, end; start < n; start = end)
    {
      double same = 0, other = 0;
      for (end = start; end < n && ranked[end].distance == ranked[start].distance; end++)
        {
          same += ranked[end].positive;
          other += !ranked[end].positive;
        }
      wins += other * (positives + same / 2);
      positives += same;
      negatives += other;
    }
  return wins / (positives * negatives);
}

/* What a query is compared with: not the same name from the same producer, not what any metric has no distance to. */
static gboolean
is_compared (const Flower *query, const Flower *other)
{
  if (strcmp (query->name, other->name) == 0 && strcmp (query->producer, other->producer) == 0)
    return FALSE;
  return !isnan (hellinger (query, other)) && !isnan (aitchison (query, other));
}

/* The areas of one query by each metric; FALSE without a positive. */
static gboolean
rank_all (const GPtrArray *flower, const Flower *query, Ranked *ranked[N_METRICS], double areas[N_METRICS])
{
  gsize n = 0, positives = 0;

  for (guint i = 0; i < flower->len; i++)
    {
      const Flower *other = flower->pdata[i];
      gboolean same = strcmp (query->name, other->name) == 0;
      if (!is_compared (query, other))
        continue;
      for (guint m = 0; m < N_METRICS; m++)
        ranked[m][n] = (Ranked) { metrics[m].distance (query, other), same };
      positives += same;
      n++;
    }
  for (guint m = 0; m < N_METRICS && positives > 0; m++)
    areas[m] = area_of (ranked[m], n);
  return positives > 0;
}

typedef struct {
  double sums[N_METRICS];
  guint  n;
} Name;

static guint
measure_names (const GPtrArray *flower, GHashTable *names)
{
  Ranked *ranked[N_METRICS];
  guint n_queries = 0;

  for (guint m = 0; m < N_METRICS; m++)
    ranked[m] = g_new (Ranked, flower->len);
  for (guint i = 0; i < flower->len; i++)
    {
      const Flower *query = flower->pdata[i];
      double areas[N_METRICS];
      Name *name;
      if (!*query->name || !rank_all (flower, query, ranked, areas))
        continue;
      name = g_hash_table_lookup (names, query->name);
      if (!name)
        g_hash_table_insert (names, query->name, name = g_new0 (Name, 1));
      for (guint m = 0; m < N_METRICS; m++)
        name->sums[m] += areas[m];
      name->n++;
      n_queries++;
    }
  for (guint m = 0; m < N_METRICS; m++)
    g_free (ranked[m]);
  return n_queries;
}

/* -- the table -- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
area_of_name (const Name *name, guint metric)
{
  return name->sums[metric] / name->n;
}

/* Differences to the first metric, resampled over names, ascending. */
static void
resample (const GPtrArray *names, guint metric, double out[N_RESAMPLES])
{
  WhRng rng;

  wh_rng_init (&rng, SEED);
  for (guint r = 0; r < N_RESAMPLES; r++)
    {
      double sum = 0;
      for (guint i = 0; i < names->len; i++)
        {
          const Name *name = names->pdata[wh_rng_below (&rng, names->len)];
          sum += area_of_name (name, metric) - area_of_name (name, 0);
        }
      out[r] = sum / names->len;
    }
  qsort (out, N_RESAMPLES, sizeof *out, compare_doubles);
}

static void
print_metrics (const GPtrArray *names)
{
  double areas[N_METRICS] = { 0 }, differences[N_RESAMPLES];

  printf ("%-20s %6s  %s\n", "metric", "AUC", "minus raw cosine [95 % paired bootstrap over names]");
  for (guint m = 0; m < N_METRICS; m++)
    {
      for (guint i = 0; i < names->len; i++)
        areas[m] += area_of_name (names->pdata[i], m) / names->len;
      printf ("%-20s %6.4f", metrics[m].name, areas[m]);
      if (m > 0)
        {
          resample (names, m, differences);
          printf ("  %+.4f [%+.4f, %+.4f]  %s", areas[m] - areas[0], differences[TAIL], differences[N_RESAMPLES - 1 - TAIL],
                  differences[N_RESAMPLES - 1 - TAIL] < 0 ? "below raw cosine"
                  : differences[TAIL] > 0                 ? "above raw cosine"
                                                          : "not told apart from raw cosine");
        }
      printf ("\n");
    }
}

static void
measure (const GPtrArray *flower)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (GPtrArray) listed = g_ptr_array_new ();
  guint n_queries = measure_names (flower, names);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, NULL, &name))
    g_ptr_array_add (listed, name);
  printf ("%u flower with terpenes, %u names, %u queries\n", flower->len, listed->len, n_queries);
  print_metrics (listed);
}

/* Not detected is not absent: the other end of where such an amount may lie. */
static void
raise_to_limits (const GPtrArray *flower)
{
  for (guint i = 0; i < flower->len; i++)
    for (guint j = 0; j < N_TERPENES; j++)
      {
        Flower *one = flower->pdata[i];
        if (one->mask >> j & 1 && one->amounts[j] == 0)
          one->amounts[j] = (float) lods[j];
      }
}

int
main (void)
{
  const char *root = g_getenv ("WEEDHOUNDS_TEST_SHARED");
  g_autofree char *path = g_build_filename (root ? root : "../shared", FILE_NAME, NULL);
  g_autoptr (GPtrArray) flower = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      printf ("skipped: shared/%s is not on this machine\n", FILE_NAME);
      return 0;
    }
  flower = load (path);
  find_lods (flower);
  printf ("same name, other producer, against other flower; LOD of an analyte: the smallest amount reported of it (%.2f %% for myrcene),"
          " since the file tells none\nnot detected taken as 0: ", lods[8] / 10);
  measure (flower);
  raise_to_limits (flower);
  printf ("not detected taken as the LOD: ");
  measure (flower);
  return 0;
}
