/* Comparing prices over the whole demonstration catalogue: the first question, which reads every product, against the next ones; the
 * same by reading the store for each; by name; and near a place. */
#include <stdio.h>
#include <stdlib.h>

#include "base/wh-clock.h"
#include "service/wh-demo.h"
#include "service/wh-pricing.h"

#define N_QUESTIONS 400
#define MICROSECONDS_PER_MS 1e3

typedef struct {
  WhPrincipal *principal;
  WhCatalogue *catalogue;
  WhAnalyst   *analyst;
  WhSnapshot  *snapshot;
} Bench;

typedef struct {
  double mean, p99, worst;   /* ms */
  double offers;             /* mean */
} Measured;

static void
set_up (Bench *bench)
{
  const WhDemoSize size = WH_DEMO_DOCUMENTED;
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

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* One question, with its document, as the server answers it. */
static guint
ask (const Bench *bench, const WhPriceQuestion *question)
{
  g_autoptr (WhPriceComparison) comparison = wh_analyst_compare_prices (bench->analyst, bench->principal, question, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_present_prices (writer, comparison, 0, 100);
  return comparison->offers->len;
}

static Measured
measure (const Bench *bench, const WhPriceQuestion *template, gboolean by_strain)
{
  double times[N_QUESTIONS];
  Measured measured = { 0 };

  for (guint i = 0; i < N_QUESTIONS; i++)
    {
      WhPriceQuestion question = *template;
      gint64 began;
      if (by_strain)   /* the best known first: they have the most products */
        question.strain_id = &wh_snapshot_card (bench->snapshot, i)->id;
      began = wh_clock_monotonic ();
      measured.offers += (double) ask (bench, &question) / N_QUESTIONS;
      times[i] = ms_since (began);
      measured.mean += times[i] / N_QUESTIONS;
    }
  qsort (times, N_QUESTIONS, sizeof *times, compare_doubles);
  measured.p99 = times[N_QUESTIONS * 99 / 100];
  measured.worst = times[N_QUESTIONS - 1];
  return measured;
}

static void
print (const char *what, Measured measured)
{
  printf ("%s: mean %.3f ms, p99 %.3f ms, worst %.3f ms; %.0f offers\n", what, measured.mean, measured.p99, measured.worst,
          measured.offers);
}

static gboolean
find_cb (WhReader *reader, gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) products = wh_reader_find (reader, WH_KIND_PRODUCT, "strain_id", user_data, 0, error);

  return products != NULL;
}

static double
measure_store (const Bench *bench)
{
  gint64 began = wh_clock_monotonic ();

  for (guint i = 0; i < N_QUESTIONS; i++)
    wh_store_read (wh_catalogue_store (bench->catalogue), bench->principal, find_cb,
                   (gpointer) &wh_snapshot_card (bench->snapshot, i)->id, NULL);
  return ms_since (began) / N_QUESTIONS;
}

int
main (void)
{
  WhPriceQuestion question = WH_PRICE_QUESTION_INIT;
  Bench bench = { 0 };
  gint64 began;
  double first, store;
  Measured strains;

  set_up (&bench);
  question.strain_id = &wh_snapshot_card (bench.snapshot, 0)->id;
  began = wh_clock_monotonic ();
  ask (&bench, &question);
  first = ms_since (began);
  strains = measure (&bench, &question, TRUE);
  print ("a strain", strains);
  store = measure_store (&bench);
  printf ("first question %.0f ms, ratio to the next %.0f; only reading the products from the store %.3f ms, ratio %.1f\n", first,
          first / strains.mean, store, store / strains.mean);
  question.near = (WhPlace) { 39.74, -104.99 };
  question.radius = 100;
  print ("a strain within 100 miles of Denver", measure (&bench, &question, TRUE));
  question = (WhPriceQuestion) WH_PRICE_QUESTION_INIT;
  question.product_name = "kush";
  print ("products named kush", measure (&bench, &question, FALSE));
  question.product_name = "b";
  print ("products with a word in b", measure (&bench, &question, FALSE));
  wh_snapshot_unref (bench.snapshot);
  wh_analyst_free (bench.analyst);
  wh_catalogue_free (bench.catalogue);
  wh_principal_unref (bench.principal);
  return 0;
}
