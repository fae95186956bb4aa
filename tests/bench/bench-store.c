/* The store in a file (SQLite) and in a PostgreSQL server on a socket of this machine, in one run: writing pages of an import,
 * one row by id as a request reads it, rows inside one read, all rows in a walk. The server runs without fsync, the file with. */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/wh-clock.h"
#include "base/wh-random.h"
#include "store/wh-store.h"

#define N_RESULTS 6000
#define N_STRAINS 12000
#define N_CELLS 25
#define PAGE 1000
#define N_GETS 500
#define N_ROUNDS 15
#define MICROSECONDS_PER_SECOND 1e6
#define AIM_GET 6.0

typedef struct {
  const char *name;
  double      strains, cells;    /* a second, written in pages */
  double      get, held;         /* microseconds a row: a read each; all in one read */
  double      walk;              /* lab results a second, with their panels */
} Measured;

typedef struct {
  WhStore     *store;
  WhPrincipal *principal;
  GPtrArray   *rows;      /* what is written */
  guint        first;     /* of the page */
  WhRng        rng;
} Bench;

static GPtrArray *
make_strains (void)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (wh_entity_unref);

  for (guint i = 0; i < N_STRAINS; i++)
    {
      WhStrain *strain = wh_strain_new (wh_id_new ());
      strain->name = g_strdup_printf ("Strain %u", i);
      strain->type = g_strdup ("hybrid");
      strain->aliases = g_strsplit ("one|two", "|", -1);
      strain->description = g_strnfill (200, 'x');
      g_ptr_array_add (rows, strain);
    }
  return rows;
}

static GPtrArray *
make_results (void)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (wh_entity_unref);

  for (guint i = 0; i < N_RESULTS; i++)
    {
      WhLabResult *result = wh_lab_result_new (wh_id_new ());
      result->batch_id = wh_id_new ();
      result->lab_name = g_strdup ("Bench Lab");
      result->panel = wh_panel_new ();
      for (guint cell = 0; cell < N_CELLS; cell++)
        {
          WhMeasure measure = WH_MEASURE_INIT;
          measure.analyte = cell;
          measure.state = WH_STATE_VALUE;
          measure.unit = WH_UNIT_MG_PER_G;
          measure.value = i + cell;
          measure.text = "12.5 %";
          wh_panel_add (result->panel, &measure, NULL);
        }
      g_ptr_array_add (rows, result);
    }
  return rows;
}

static gboolean
write_page_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Bench *bench = user_data;
  guint end = MIN (bench->first + PAGE, bench->rows->len);

  if (!wh_writer_expect (writer, (gconstpointer const *) bench->rows->pdata + bench->first, end - bench->first, error))
    return FALSE;
  for (guint i = bench->first; i < end; i++)
    if (!wh_writer_put (writer, bench->rows->pdata[i], NULL, error))
      return FALSE;
  return TRUE;
}

/* Rows a second. */
static double
time_writing (Bench *bench)
{
  gint64 start = wh_clock_monotonic ();

  for (bench->first = 0; bench->first < bench->rows->len; bench->first += PAGE)
    {
      g_autoptr (GError) error = NULL;
      if (!wh_store_write (bench->store, bench->principal, WH_PERMISSION_WRITE_CATALOGUE, "bench", write_page_cb, bench, NULL, &error))
        g_error ("%s", error->message);
    }
  return bench->rows->len / ((double) (wh_clock_monotonic () - start) / MICROSECONDS_PER_SECOND);
}

static gboolean
get_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Bench *bench = user_data;
  const WhEntity *like = bench->rows->pdata[wh_rng_below (&bench->rng, bench->rows->len)];
  g_autoptr (WhEntity) entity = wh_reader_get (reader, like->kind, &like->id, error);

  return entity != NULL;
}

static gboolean
get_many_cb (WhReader *reader, gpointer user_data, GError **error)
{
  for (guint i = 0; i < N_GETS; i++)
    if (!get_cb (reader, user_data, error))
      return FALSE;
  return TRUE;
}

static double
time_reads (Bench *bench, WhReadFunc func, guint n_reads, guint n_rows)
{
  gint64 start = wh_clock_monotonic ();

  for (guint i = 0; i < n_reads; i++)
    {
      g_autoptr (GError) error = NULL;
      if (!wh_store_read (bench->store, bench->principal, func, bench, &error))
        g_error ("%s", error->message);
    }
  return (double) (wh_clock_monotonic () - start) / n_rows;
}

static gboolean
ignore_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  return TRUE;
}

static gboolean
walk_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_LAB_RESULT, ignore_cb, NULL, error);
}

static void
open_bench (Bench *bench, const char *location)
{
  g_autoptr (GError) error = NULL;

  bench->principal = wh_principal_new_local ();
  bench->store = wh_store_open (location, WH_STORE_WRITE, &error);
  if (!bench->store)
    g_error ("%s", error->message);
  wh_rng_init (&bench->rng, 1);
}

static void
close_bench (Bench *bench)
{
  g_clear_pointer (&bench->store, wh_store_unref);
  g_clear_pointer (&bench->principal, wh_principal_unref);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a, other = *(const double *) b;

  return (one > other) - (one < other);
}

static double
median (double *values)
{
  qsort (values, N_ROUNDS, sizeof *values, compare);
  return values[N_ROUNDS / 2];
}

/* Turn by turn, so that both meet the same machine. */
static void
time_gets (Bench *benches, Measured *measured, guint n)
{
  double single[2][N_ROUNDS], held[2][N_ROUNDS];

  for (guint round = 0; round < N_ROUNDS; round++)
    for (guint i = 0; i < n; i++)
      {
        single[i][round] = time_reads (&benches[i], get_cb, N_GETS, N_GETS);
        held[i][round] = time_reads (&benches[i], get_many_cb, 1, N_GETS);
      }
  for (guint i = 0; i < n; i++)
    {
      measured[i].get = median (single[i]);
      measured[i].held = median (held[i]);
    }
}

static void
time_pages (Bench *bench, Measured *measured, GPtrArray *strains, GPtrArray *results)
{
  bench->rows = results;
  measured->cells = time_writing (bench) * N_CELLS;
  measured->walk = MICROSECONDS_PER_SECOND / time_reads (bench, walk_cb, 1, N_RESULTS);
  bench->rows = strains;
  measured->strains = time_writing (bench);
}

static void
print_line (const char *what, double file, double server, gboolean more_is_better)
{
  printf ("%-44s %12.1f %12.1f %8.2f\n", what, file, server, more_is_better ? file / server : server / file);
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

static void
print (const Measured *file, const Measured *server)
{
  printf ("%-44s %12s %12s %8s\n", "", file->name, server->name, "ratio");
  print_line ("strains written, a second", file->strains, server->strains, TRUE);
  print_line ("measurements written, a second", file->cells, server->cells, TRUE);
  print_line ("lab results walked, a second", file->walk, server->walk, TRUE);
  print_line ("one strain by id, microseconds", file->get, server->get, FALSE);
  print_line ("the same inside one read, microseconds", file->held, server->held, FALSE);
  if (server->get > 0)
    printf ("by id: %.2f times PostgreSQL, %.1f aimed at\n", server->get / file->get, AIM_GET);
}

int
main (void)
{
  const char *server = g_getenv ("WEEDHOUNDS_TEST_POSTGRES");
  g_autofree char *folder = g_dir_make_tmp ("weedhounds-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "store.db", NULL);
  g_autoptr (GPtrArray) strains = make_strains ();
  g_autoptr (GPtrArray) results = make_results ();
  Bench benches[2] = { { NULL } };
  Measured measured[2] = { { .name = "SQLite" }, { .name = "PostgreSQL" } };
  guint n = server ? 2 : 1;

  if (!server)
    printf ("no PostgreSQL here (tests/support/with-db starts one): SQLite alone\n");
  for (guint i = 0; i < n; i++)
    {
      open_bench (&benches[i], i ? server : path);
      time_pages (&benches[i], &measured[i], strains, results);
    }
  time_gets (benches, measured, n);
  print (&measured[0], &measured[1]);
  for (guint i = 0; i < n; i++)
    close_bench (&benches[i]);
  remove_store (folder, path);
  return 0;
}
