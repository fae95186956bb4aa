/* Similar strains of 100,000 with 200,000 lab results: the first question, which packs and calibrates, against the next ones. */
#include <math.h>
#include <stdio.h>

#include "base/wh-clock.h"
#include "service/wh-analyst.h"
#include "service/wh-demo.h"

#define N_QUESTIONS 100
#define MICROSECONDS_PER_MS 1e3

static WhCatalogue *
make_catalogue (const WhPrincipal *principal)
{
  const WhDemoSize size = { 420, 100000, 10, 100, 200000 };
  g_autoptr (WhStore) store = wh_store_open (":memory:", WH_STORE_WRITE, NULL);
  WhCatalogue *catalogue = wh_catalogue_new (store);

  wh_demo_make (store, principal, &size, NULL, NULL, NULL, NULL);
  wh_catalogue_refresh (catalogue, principal, NULL, NULL);
  return catalogue;
}

static double
ask (WhAnalyst *analyst, const WhPrincipal *principal, WhSnapshot *snapshot, guint strain)
{
  gint64 began = wh_clock_monotonic ();
  g_autoptr (WhSimilars) similars = wh_analyst_similar (analyst, principal, &wh_snapshot_card (snapshot, strain)->id, 10, NULL);
  double ms = (double) (wh_clock_monotonic () - began) / MICROSECONDS_PER_MS;

  if (similars && similars->similar->len && strain == 0)
    printf ("calibrated: %.1f of random pairs, %.1f of one producer's\n",
            g_array_index (similars->similar, WhSimilar, 0).closeness.percentile,
            g_array_index (similars->similar, WhSimilar, 0).closeness.same_producer_percentile);
  return ms;
}

int
main (void)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhCatalogue) catalogue = make_catalogue (principal);
  g_autoptr (WhAnalyst) analyst = wh_analyst_new (catalogue);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (catalogue);
  double first = ask (analyst, principal, snapshot, 0), rest = 0;

  for (guint i = 1; i <= N_QUESTIONS; i++)
    rest += ask (analyst, principal, snapshot, i * 997 % wh_snapshot_length (snapshot));
  printf ("first question %.0f ms, the next %.2f ms, ratio %.0f\n", first, rest / N_QUESTIONS, first * N_QUESTIONS / rest);
  return 0;
}
