/* The demonstration catalogue: the same for the same seed, labelled throughout, with published distributions. */
#include <math.h>

#include "core/wh-chemistry.h"
#include "service/wh-demo.h"
#include "support/wh-test.h"
#include "wh-engine.h"

static WhStore *
make (const WhDemoSize *size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  WhStore *store = wh_store_open (":memory:", WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  g_assert_true (wh_demo_make (store, principal, size, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  return store;
}

static gboolean
collect_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_assert_true (wh_entity_is_demonstration (entity));
  g_ptr_array_add (user_data, wh_entity_ref (entity));
  return TRUE;
}

typedef struct {
  WhKind     kind;
  GPtrArray *rows;
} Collect;

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Collect *collect = user_data;

  return wh_reader_each (reader, collect->kind, collect_cb, collect->rows, error);
}

static GPtrArray *
rows_of (WhStore *store, WhKind kind)
{
  Collect collect = { kind, g_ptr_array_new_with_free_func (wh_entity_unref) };
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();

  g_assert_true (wh_store_read (store, principal, read_cb, &collect, NULL));
  return collect.rows;
}

static void
test_same_seed_same_catalogue (void)
{
  WhDemoSize size = { 7, 300, 20, 800, 500 };
  g_autoptr (WhStore) first = make (&size);
  g_autoptr (WhStore) second = make (&size);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  gint64 revision = wh_store_revision (first);

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      g_autoptr (GPtrArray) a = rows_of (first, kind);
      g_autoptr (GPtrArray) b = rows_of (second, kind);
      g_assert_cmpuint (a->len, ==, b->len);
      for (guint i = 0; i < a->len; i++)
        g_assert_true (wh_id_equal (&((WhEntity *) a->pdata[i])->id, &((WhEntity *) b->pdata[i])->id)
                       && wh_entity_equal (a->pdata[i], b->pdata[i]));
    }
  g_assert_true (wh_demo_make (first, principal, &size, NULL, NULL, NULL, NULL));
  g_assert_cmpint (wh_store_revision (first), ==, revision);
}

static void
test_another_seed_differs (void)
{
  WhDemoSize one = { 1, 100, 5, 10, 100 }, two = { 2, 100, 5, 10, 100 };
  g_autoptr (WhStore) a = make (&one);
  g_autoptr (WhStore) b = make (&two);
  g_autoptr (GPtrArray) rows_a = rows_of (a, WH_KIND_LAB_RESULT);
  g_autoptr (GPtrArray) rows_b = rows_of (b, WH_KIND_LAB_RESULT);

  g_assert_false (wh_panel_equal (((WhLabResult *) rows_a->pdata[0])->panel, ((WhLabResult *) rows_b->pdata[0])->panel));
}

/* Published shares of the leading terpene (Smith et al. 2022), of samples with terpenes. */
static const struct {
  const char *key;
  double      share, tolerance;
} leaders[] = {
  { "beta_myrcene", 0.380, 0.04 }, { "beta_caryophyllene", 0.256, 0.04 }, { "d_limonene", 0.186, 0.04 },
  { "terpinolene", 0.100, 0.03 },  { "alpha_pinene", 0.028, 0.015 },      { "beta_ocimene", 0.010, 0.01 },
};

typedef struct {
  guint n, with_terpenes, thc_dominant, balanced, censored, cells, without_ocimene;
  guint led[G_N_ELEMENTS (leaders)];
  double terpenes;     /* sum, mg/g */
} Counts;

static WhAnalyteIndex
leading_terpene (const WhPanel *panel)
{
  double largest = 0;
  WhAnalyteIndex leader = WH_ANALYTE_NONE;

  for (guint i = 0; i < wh_panel_length (panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      if (wh_analyte_is_terpene (wh_analyte_get (measure->analyte)) && measure->state == WH_STATE_VALUE && measure->value > largest)
        {
          largest = measure->value;
          leader = measure->analyte;
        }
    }
  return leader;
}

static void
count_result (Counts *counts, const WhPanel *panel)
{
  WhAmount thc = wh_chemistry_total (panel, "delta_9_thc"), cbd = wh_chemistry_total (panel, "cbd");
  WhAnalyteIndex leader = leading_terpene (panel);

  counts->n++;
  counts->with_terpenes += leader != WH_ANALYTE_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (leaders); i++)
    counts->led[i] += leader == wh_analyte_by_key (leaders[i].key)->index;
  if (leader != WH_ANALYTE_NONE)
    {
      counts->terpenes += wh_chemistry_terpenes (panel).estimate;
      counts->without_ocimene += !wh_panel_find (panel, wh_analyte_by_key ("beta_ocimene")->index);
    }
  counts->balanced += wh_chemistry_type (thc.estimate, cbd.estimate) == WH_TYPE_BALANCED;
  counts->thc_dominant += wh_chemistry_type (thc.estimate, cbd.estimate) == WH_TYPE_THC_DOMINANT;
  counts->cells += wh_panel_length (panel);
  for (guint i = 0; i < wh_panel_length (panel); i++)
    counts->censored += wh_panel_at (panel, i)->state != WH_STATE_VALUE;
  g_assert_cmpfloat (wh_chemistry_cannabinoids (panel).estimate, <, 500);
  g_assert_false (thc.estimate > 150 && cbd.estimate > 50);
}

/* Tolerances allow for three standard errors and for the well-known names, whose leading terpene is given. */
static void
test_distributions (void)
{
  WhDemoSize size = { 420, 3000, 5, 10, 3000 };
  g_autoptr (WhStore) store = make (&size);
  g_autoptr (GPtrArray) results = rows_of (store, WH_KIND_LAB_RESULT);
  Counts counts = { 0 };

  for (guint i = 0; i < results->len; i++)
    count_result (&counts, ((WhLabResult *) results->pdata[i])->panel);
  g_assert_cmpuint (counts.n, ==, 3000);
  for (guint i = 0; i < G_N_ELEMENTS (leaders); i++)
    g_assert_cmpfloat_with_epsilon ((double) counts.led[i] / counts.with_terpenes, leaders[i].share, leaders[i].tolerance);
  g_assert_cmpfloat_with_epsilon ((double) counts.thc_dominant / counts.n, 0.955, 0.015);
  g_assert_cmpfloat_with_epsilon ((double) counts.balanced / counts.n, 0.025, 0.01);
  g_assert_cmpfloat_with_epsilon (counts.terpenes / counts.with_terpenes, 17, 2);
  g_assert_cmpfloat ((double) counts.censored / counts.cells, >, 0.05);
  g_assert_cmpuint (counts.without_ocimene, >, 0);   /* not every lab tests for everything */
}

/* Amounts of the terpenes that every lab tests; FALSE when this sample has none. */
static gboolean
profile_of (const WhLabResult *result, float *out, guint n)
{
  static const char *const keys[] = { "beta_myrcene", "beta_caryophyllene", "d_limonene", "alpha_humulene", "linalool",
                                      "alpha_pinene", "beta_pinene", "alpha_bisabolol", "terpinolene" };

  g_assert_cmpuint (n, ==, G_N_ELEMENTS (keys));
  for (guint i = 0; i < n; i++)
    {
      const WhMeasure *measure = wh_panel_find (result->panel, wh_analyte_by_key (keys[i])->index);
      if (!measure)
        return FALSE;
      out[i] = measure->state == WH_STATE_VALUE ? (float) measure->value : 0;
    }
  return TRUE;
}

/* Over all pairs of results of one strain, or of two. */
static double
mean_distance (const WhDemoSize *size, gboolean same_strain)
{
  enum { N = 9 };
  g_autoptr (WhStore) store = make (size);
  g_autoptr (GPtrArray) batches = rows_of (store, WH_KIND_BATCH);
  g_autoptr (GPtrArray) results = rows_of (store, WH_KIND_LAB_RESULT);
  g_autoptr (GHashTable) strain_of = g_hash_table_new (wh_id_hash, wh_id_equal);
  double sum = 0;
  guint n = 0;

  for (guint i = 0; i < batches->len; i++)
    g_hash_table_insert (strain_of, &((WhEntity *) batches->pdata[i])->id, &((WhBatch *) batches->pdata[i])->strain_id);
  for (guint i = 0; i < results->len; i++)
    for (guint j = 0; j < i; j++)
      {
        const WhLabResult *a = results->pdata[i], *b = results->pdata[j];
        gboolean same = wh_id_equal (g_hash_table_lookup (strain_of, &a->batch_id), g_hash_table_lookup (strain_of, &b->batch_id));
        float p[N], q[N];
        if (same != same_strain || !profile_of (a, p, N) || !profile_of (b, q, N))
          continue;
        sum += wh_engine_hellinger (p, 0x1ff, q, 0x1ff, N, NULL);
        n++;
      }
  g_assert_cmpuint (n, >, 100);
  return sum / n;
}

static void
test_batches_of_a_strain_are_alike (void)
{
  WhDemoSize size = { 420, 100, 2, 2, 400 };

  g_assert_cmpfloat (mean_distance (&size, TRUE), <, 0.5 * mean_distance (&size, FALSE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demo/same-seed-same-catalogue", test_same_seed_same_catalogue);
  g_test_add_func ("/demo/another-seed-differs", test_another_seed_differs);
  g_test_add_func ("/demo/distributions", test_distributions);
  g_test_add_func ("/demo/batches-of-a-strain-are-alike", test_batches_of_a_strain_are_alike);
  return g_test_run ();
}
