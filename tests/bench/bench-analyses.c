/* The analyses of 100,000 strains with 200,000 lab results: the first question for similar strains, which packs and calibrates,
 * against the next ones, and what reads or computes everything. */
#include <stdio.h>

#include "base/wh-clock.h"
#include "service/wh-chemotypes.h"
#include "service/wh-correlations.h"
#include "service/wh-demo.h"
#include "service/wh-led.h"
#include "service/wh-outliers.h"
#include "service/wh-recommend.h"
#include "service/wh-sentinel.h"

#define N_STRAINS 100000
#define N_QUESTIONS 100
#define MICROSECONDS_PER_MS 1e3

typedef struct {
  WhPrincipal *principal;
  WhCatalogue *catalogue;
  WhAnalyst   *analyst;
  WhSnapshot  *snapshot;
  double       similar_ms;   /* of one of the later questions */
} Bench;

static void
set_up (Bench *bench)
{
  const WhDemoSize size = { 420, N_STRAINS, 10, 100, 200000 };
  g_autoptr (WhStore) store = wh_store_open (":memory:", WH_STORE_WRITE, NULL);

  bench->principal = wh_principal_new_local ();
  bench->catalogue = wh_catalogue_new (store);
  wh_demo_make (store, bench->principal, &size, NULL, NULL, NULL, NULL);
  wh_catalogue_refresh (bench->catalogue, bench->principal, NULL, NULL);
  bench->analyst = wh_analyst_new (bench->catalogue, NULL);
  bench->snapshot = wh_catalogue_snapshot (bench->catalogue);
}

static double
ms_since (gint64 began)
{
  return (double) (wh_clock_monotonic () - began) / MICROSECONDS_PER_MS;
}

static double
ask (const Bench *bench, guint strain)
{
  gint64 began = wh_clock_monotonic ();
  g_autoptr (WhSimilars) similars = wh_analyst_similar (bench->analyst, bench->principal,
                                                        &wh_snapshot_card (bench->snapshot, strain)->id, 10, NULL);

  return ms_since (began);
}

static void
measure_similar (Bench *bench)
{
  double first = ask (bench, 0), rest = 0;

  for (guint i = 1; i <= N_QUESTIONS; i++)
    rest += ask (bench, i * 997 % wh_snapshot_length (bench->snapshot));
  bench->similar_ms = rest / N_QUESTIONS;
  printf ("similar: first %.0f ms, the next %.2f ms, ratio %.0f\n", first, bench->similar_ms, first / bench->similar_ms);
}

static void
print (const Bench *bench, const char *what, gint64 began, guint n)
{
  double ms = ms_since (began);

  printf ("%s: %.0f ms for %u, %.0f times one question for similar strains\n", what, ms, n, ms / bench->similar_ms);
}

static void
measure_all (const Bench *bench)
{
  const WhAnalyte *terpenes[] = { wh_analyte_by_key ("beta_myrcene"), wh_analyte_by_key ("d_limonene") };
  gint64 began = wh_clock_monotonic ();
  g_autoptr (GPtrArray) findings = wh_sentinel_run (wh_catalogue_store (bench->catalogue), bench->principal, NULL);
  g_autoptr (WhOutliers) outliers = NULL;
  g_autoptr (WhChemotypes) chemotypes = NULL;
  g_autoptr (WhCorrelations) correlations = NULL;
  g_autoptr (WhLedStrains) led = NULL;

  print (bench, "sentinel", began, findings->len);
  began = wh_clock_monotonic ();
  outliers = wh_analyst_outliers (bench->analyst, bench->principal, NULL, NULL);
  print (bench, "outliers", began, outliers->n_tests);
  began = wh_clock_monotonic ();
  led = wh_analyst_led_by (bench->analyst, bench->principal, terpenes, G_N_ELEMENTS (terpenes), NULL);
  print (bench, "led by two terpenes", began, led->strains->len);
  began = wh_clock_monotonic ();
  chemotypes = wh_analyst_chemotypes (bench->analyst, bench->principal, 3, NULL);
  print (bench, "three groups", began, chemotypes->groups->len);
  began = wh_clock_monotonic ();
  correlations = wh_analyst_correlate (bench->analyst, bench->principal, NULL, NULL);
  print (bench, "correlations", began, correlations->pairs->len);
}

/* Two strains liked, one not, two flavours, a terpene and THC; what is sold out left aside. */
static void
measure_recommend (const Bench *bench)
{
  gint64 began = wh_clock_monotonic ();
  double ms;

  for (guint i = 1; i <= N_QUESTIONS; i++)
    {
      g_autoptr (WhPreferences) preferences = wh_preferences_new ();
      g_autoptr (WhRecommendations) found = NULL;
      wh_preferences_add_strain (preferences, WH_WISH_LIKE, i * 997 % N_STRAINS, NULL);
      wh_preferences_add_strain (preferences, WH_WISH_LIKE, i * 991 % N_STRAINS, NULL);
      wh_preferences_add_strain (preferences, WH_WISH_DISLIKE, i * 983 % N_STRAINS, NULL);
      wh_preferences_add_flavour (preferences, "lemon", NULL);
      wh_preferences_add_flavour (preferences, "sweet", NULL);
      wh_preferences_add_terpene (preferences, "limonene", NULL);
      wh_preferences_add_level (preferences, WH_WISH_THC, "medium", NULL);
      preferences->in_stock = TRUE;
      found = wh_analyst_recommend (bench->analyst, bench->principal, bench->snapshot, preferences, NULL, NULL);
    }
  ms = ms_since (began) / N_QUESTIONS;
  printf ("recommendations by seven wishes: %.1f ms, %.1f times one question for similar strains\n", ms, ms / bench->similar_ms);
}

int
main (void)
{
  Bench bench = { 0 };

  set_up (&bench);
  measure_similar (&bench);
  measure_recommend (&bench);
  measure_all (&bench);
  wh_snapshot_unref (bench.snapshot);
  wh_analyst_free (bench.analyst);
  wh_catalogue_free (bench.catalogue);
  wh_principal_unref (bench.principal);
  return 0;
}
