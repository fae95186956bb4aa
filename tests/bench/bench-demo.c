/* The demonstration catalogue at its documented scale into a store on disk, then again with nothing to change. */
#include <glib/gstdio.h>
#include <stdio.h>

#include "base/wh-clock.h"
#include "service/wh-demo.h"

#define MICROSECONDS_PER_SECOND 1e6
#define AIM_SECONDS 60.0

static double
time_demo (WhStore *store, const WhPrincipal *principal, const WhDemoSize *size)
{
  g_autoptr (GError) error = NULL;
  gint64 start = wh_clock_monotonic ();

  if (!wh_demo_make (store, principal, size, NULL, NULL, NULL, &error))
    g_error ("%s", error->message);
  return (double) (wh_clock_monotonic () - start) / MICROSECONDS_PER_SECOND;
}

static void
remove_store (const char *folder, const char *path)
{
  static const char *const endings[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *file = g_strconcat (path, endings[i], NULL);
      g_remove (file);
    }
  g_rmdir (folder);
}

int
main (void)
{
  const WhDemoSize size = WH_DEMO_DOCUMENTED;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("weedhounds-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "store.db", NULL);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  WhStore *store = wh_store_open (path, WH_STORE_WRITE, &error);
  double first, again;

  if (!store)
    g_error ("%s", error->message);
  first = time_demo (store, principal, &size);
  again = time_demo (store, principal, &size);
  printf ("%u strains, %u shops, %u products with prices, %u batches with results\n", size.strains, size.dispensaries, size.products,
          size.batches);
  printf ("made  %6.2f s, %.3f of the %.0f s aimed at\n", first, first / AIM_SECONDS, AIM_SECONDS);
  printf ("again %6.2f s, nothing changed\n", again);
  wh_store_unref (store);
  remove_store (folder, path);
  return 0;
}
