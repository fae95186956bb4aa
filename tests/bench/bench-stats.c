/* Figures over the demonstration catalogue of the documented size: from scratch, against moved on by 1,000 changes, against asked again;
 * and looking at watches by the change log against looking at all their products. */
#include <stdio.h>
#include <stdlib.h>

#include "base/wh-clock.h"
#include "core/wh-nouns-shop.h"
#include "service/wh-demo.h"
#include "service/wh-stats.h"
#include "service/wh-watch.h"

#define N_ROUNDS 15
#define N_SCRATCH 3
#define N_CHANGES 1000
#define N_WATCHES 50
#define MICROSECONDS_PER_MS 1e3

typedef struct {
  WhStore     *store;
  WhPrincipal *principal;
  WhCatalogue *catalogue;
  GPtrArray   *products;   /* of WhProduct* */
  guint        next;       /* of them to change */
} Bench;

static gboolean
collect_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, wh_entity_ref (entity));
  return TRUE;
}

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_PRODUCT, collect_cb, user_data, error);
}

static gboolean
watch_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  const Bench *bench = user_data;

  for (guint i = 0; i < N_WATCHES; i++)
    {
      g_autoptr (WhWatch) watch = wh_watch_new (WH_ID_NONE);
      watch->strain_id = ((WhProduct *) bench->products->pdata[i * 7])->strain_id;
      watch->limit_cents = 900;
      watch->limit_unit = g_strdup ("gram");
      if (!wh_writer_put (writer, watch, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* Half of the changes are products with another price, half the observations of it. */
static gboolean
change_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Bench *bench = user_data;

  for (guint i = 0; i < N_CHANGES / 2; i++, bench->next++)
    {
      WhProduct *product = bench->products->pdata[bench->next % bench->products->len];
      g_autoptr (WhPrice) price = wh_price_new (WH_ID_NONE);
      product->price_cents += 5;
      product->price_observed_at = wh_clock_now ();
      price->product_id = product->entity.id;
      price->amount_cents = product->price_cents;
      price->currency = g_strdup ("USD");
      price->unit = g_strdup ("package");
      price->observed_at = product->price_observed_at;
      if (!wh_writer_put (writer, product, NULL, error) || !wh_writer_put (writer, price, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static void
write_to (Bench *bench, WhWriteFunc func)
{
  wh_store_write (bench->store, bench->principal, WH_PERMISSION_WRITE_CATALOGUE, "bench", func, bench, NULL, NULL);
}

static void
set_up (Bench *bench)
{
  const WhDemoSize size = WH_DEMO_DOCUMENTED;

  bench->store = wh_store_open (":memory:", WH_STORE_WRITE, NULL);
  bench->principal = wh_principal_new_local ();
  bench->catalogue = wh_catalogue_new (bench->store);
  bench->products = g_ptr_array_new_with_free_func (wh_entity_unref);
  wh_demo_make (bench->store, bench->principal, &size, NULL, NULL, NULL, NULL);
  wh_catalogue_refresh (bench->catalogue, bench->principal, NULL, NULL);
  wh_store_read (bench->store, bench->principal, read_cb, bench->products, NULL);
  write_to (bench, watch_cb);
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

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[n / 2];
}

/* All figures with their document, as the server answers. */
static double
ask (const Bench *bench, WhStats *stats)
{
  const WhStatsQuestion question = WH_STATS_QUESTION_INIT;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);
  gint64 began = wh_clock_monotonic ();
  g_autoptr (WhStatsReport) report = wh_stats_report (stats, bench->principal, &question, NULL, NULL);

  wh_present_stats (writer, report);
  return ms_since (began);
}

static double
check (const Bench *bench, gint64 since, guint *out_hits)
{
  gint64 began = wh_clock_monotonic ();
  g_autoptr (WhWatchReport) report = wh_watch_check (bench->store, bench->principal, since, NULL);

  *out_hits = report->hits->len;
  return ms_since (began);
}

static void
measure_stats (Bench *bench)
{
  double scratch[N_SCRATCH], moved[N_ROUNDS], again[N_ROUNDS];
  g_autoptr (WhStats) stats = wh_stats_new (bench->catalogue);
  double from_scratch, by_changes, unchanged;

  for (guint i = 0; i < N_SCRATCH; i++)
    {
      g_autoptr (WhStats) fresh = wh_stats_new (bench->catalogue);
      scratch[i] = ask (bench, fresh);
    }
  ask (bench, stats);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      write_to (bench, change_cb);
      moved[i] = ask (bench, stats);
      again[i] = ask (bench, stats);
    }
  from_scratch = median (scratch, N_SCRATCH);
  by_changes = median (moved, N_ROUNDS);
  unchanged = median (again, N_ROUNDS);
  printf ("figures over %u products: from scratch %.0f ms, after %u changes %.1f ms, ratio %.0f; nothing changed %.1f ms, ratio %.0f\n",
          bench->products->len, from_scratch, N_CHANGES, by_changes, from_scratch / by_changes, unchanged, from_scratch / unchanged);
}

static void
measure_watches (Bench *bench)
{
  double all[N_ROUNDS], changed[N_ROUNDS], nothing[N_ROUNDS];
  guint hits = 0, changed_hits = 0, none;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      gint64 since = wh_store_revision (bench->store);
      write_to (bench, change_cb);
      all[i] = check (bench, 0, &hits);
      changed[i] = check (bench, since, &changed_hits);
      nothing[i] = check (bench, wh_store_revision (bench->store), &none);
    }
  double everything = median (all, N_ROUNDS), few = median (changed, N_ROUNDS), no = median (nothing, N_ROUNDS);
  printf ("%u watches: all their products %.1f ms (%u hits), after %u changes %.1f ms (%u hits), ratio %.1f; nothing changed %.2f ms, "
          "ratio %.0f\n", N_WATCHES, everything, hits, N_CHANGES, few, changed_hits, everything / few, no, everything / no);
}

int
main (void)
{
  Bench bench = { 0 };

  set_up (&bench);
  measure_stats (&bench);
  measure_watches (&bench);
  g_ptr_array_unref (bench.products);
  wh_catalogue_free (bench.catalogue);
  wh_store_unref (bench.store);
  wh_principal_unref (bench.principal);
  return 0;
}
