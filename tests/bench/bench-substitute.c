/* Substitutes for random products of the whole demonstration catalogue, in all shops and in one, beside a plain form that weighs every
 * product anew; both must give the same. */
#include <stdio.h>
#include <stdlib.h>

#include "base/wh-clock.h"
#include "base/wh-random.h"
#include "service/substitute-plain.h"
#include "service/wh-analyst-private.h"
#include "service/wh-demo.h"

#define N_QUESTIONS 400
#define N_PLAIN 40          /* of them */
#define SEED 7
#define MICROSECONDS_PER_MS 1e3

typedef struct {
  WhPrincipal  *principal;
  WhCatalogue  *catalogue;
  WhAnalyst    *analyst;
  WhSnapshot   *snapshot;
  WhPriceIndex *index;
  WhProfiles   *profiles;
  WhId          ids[N_QUESTIONS];
} Bench;

typedef struct {
  double p50, p99, worst;   /* ms */
} Measured;

static double
ms_since (gint64 began)
{
  return (double) (wh_clock_monotonic () - began) / MICROSECONDS_PER_MS;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static Measured
summarise (double *times, guint n)
{
  qsort (times, n, sizeof *times, compare_doubles);
  return (Measured) { times[n / 2], times[n * 99 / 100], times[n - 1] };
}

static void
print (const char *what, Measured measured)
{
  printf ("%s: p50 %.2f ms, p99 %.2f ms, worst %.2f ms\n", what, measured.p50, measured.p99, measured.worst);
}

static void
set_up (Bench *bench)
{
  const WhDemoSize size = WH_DEMO_DOCUMENTED;
  g_autoptr (WhStore) store = wh_store_open (":memory:", WH_STORE_WRITE, NULL);
  g_autoptr (WhSnapshot) snapshot = NULL;
  WhRng rng;

  bench->principal = wh_principal_new_local ();
  bench->catalogue = wh_catalogue_new (store);
  wh_demo_make (store, bench->principal, &size, NULL, NULL, NULL, NULL);
  wh_catalogue_refresh (bench->catalogue, bench->principal, NULL, NULL);
  bench->analyst = wh_analyst_new (bench->catalogue, NULL);
  bench->snapshot = wh_catalogue_snapshot (bench->catalogue);
  bench->index = wh_analyst_price_index (bench->analyst, bench->principal, &snapshot, NULL);
  bench->profiles = wh_analyst_profiles (bench->analyst, NULL);
  wh_rng_init (&rng, SEED);
  for (guint i = 0; i < N_QUESTIONS; i++)
    bench->ids[i] = g_array_index (bench->index->products, WhPriceProduct, wh_rng_below (&rng, bench->index->products->len)).id;
  printf ("%u products in %u shops, %u strains\n", bench->index->products->len, bench->index->shops->len,
          wh_snapshot_length (bench->snapshot));
}

static void
clear (Bench *bench)
{
  wh_profiles_unref (bench->profiles);
  wh_price_index_unref (bench->index);
  wh_snapshot_unref (bench->snapshot);
  wh_analyst_free (bench->analyst);
  wh_catalogue_free (bench->catalogue);
  wh_principal_unref (bench->principal);
}

/* -- as the server answers: with reasons, bands and the document ---------------------------------------------------- */

static Measured
measure (const Bench *bench, gboolean strain, gboolean shop, const char *category)
{
  double times[N_QUESTIONS];

  for (guint i = 0; i < N_QUESTIONS; i++)
    {
      WhSubstituteQuestion question = WH_SUBSTITUTE_QUESTION_INIT;
      const WhPriceProduct *product = wh_price_index_find (bench->index, &bench->ids[i]);
      gint64 began = wh_clock_monotonic ();
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
      question.product_id = strain ? NULL : &product->id;
      question.strain_id = strain ? &wh_snapshot_card (bench->snapshot, product->strain)->id : NULL;
      question.shop_id = shop ? &g_array_index (bench->index->shops, WhPriceShop, product->shop).id : NULL;
      question.category = category;
      g_autoptr (WhSubstitutes) found = wh_analyst_substitutes (bench->analyst, bench->principal, &question, NULL);
      wh_present_substitutes (writer, found);
      times[i] = ms_since (began);
    }
  return summarise (times, N_QUESTIONS);
}

/* -- beside the plain form ------------------------------------------------------------------------------------------ */

/* Only the search, both ways. FALSE where an answer differs. */
static gboolean
hold_against_plain (const Bench *bench, const char *category, guint limit)
{
  double fast[N_PLAIN], plain[N_PLAIN];
  guint differing = 0;

  for (guint i = 0; i < N_PLAIN; i++)
    {
      WhSubstituteQuestion question = WH_SUBSTITUTE_QUESTION_INIT;
      WhStanding best[WH_SUBSTITUTE_MOST], plainly[WH_SUBSTITUTE_MOST];
      WhSubstituteSearch search;
      gint64 began = wh_clock_monotonic ();
      guint n, n_plainly;
      question.product_id = &bench->ids[i];
      question.category = category;
      question.limit = limit;
      wh_substitute_prepare (&search, bench->index, bench->profiles, &question, NULL);
      n = wh_substitute_search (&search, best);
      fast[i] = ms_since (began);
      began = wh_clock_monotonic ();
      n_plainly = plain_search (&search, plainly);
      plain[i] = ms_since (began);
      differing += !plain_is_equal (best, n, plainly, n_plainly);
    }
  Measured measured = summarise (fast, N_PLAIN), plainly = summarise (plain, N_PLAIN);
  printf ("category %s, %u answers: search alone p50 %.2f ms; plain form p50 %.1f ms, p99 %.1f ms; ratio %.1f; differing: %u of %d\n",
          category ? category : "the same", limit, measured.p50, plainly.p50, plainly.p99, plainly.p50 / measured.p50, differing, N_PLAIN);
  return differing == 0;
}

int
main (void)
{
  Bench bench = { 0 };
  gboolean equal;

  set_up (&bench);
  print ("for a product, all shops", measure (&bench, FALSE, FALSE, NULL));
  print ("for a product, all shops, any category", measure (&bench, FALSE, FALSE, WH_SUBSTITUTE_ANY));
  print ("for a product, its shop", measure (&bench, FALSE, TRUE, NULL));
  print ("for a strain, all shops", measure (&bench, TRUE, FALSE, NULL));
  equal = hold_against_plain (&bench, NULL, WH_SUBSTITUTE_LIMIT);
  equal &= hold_against_plain (&bench, WH_SUBSTITUTE_ANY, WH_SUBSTITUTE_MOST);
  clear (&bench);
  return equal ? 0 : 1;
}
