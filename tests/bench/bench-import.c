/* Imports the Massachusetts lab file into a fresh store, durable, with change log and audit, and makes the search index after it; prints
 * measurements a second and the ratio to plain inserts of the same measurements into one table, without log, audit and checks. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/wh-clock.h"
#include "service/wh-catalogue.h"
#include "service/wh-importer.h"

#define FILE_NAME "data/lab/mcr-ma-2014-2023.csv"
#define N_RUNS 3
#define PAGE 1000       /* results a transaction, as the importer has it */

typedef struct {
  WhStore         *store;
  WhPrincipal     *principal;
  WhCatalogue     *catalogue;
  guint64          measurements;
  gint64           imported, indexed;   /* microseconds */
} Run;

static WhStore *
open_store (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);

  return wh_store_open (path, WH_STORE_WRITE, error);
}

static gboolean
import_file (Run *run, const char *file, GError **error)
{
  const WhImportOptions options = { .kind = WH_IMPORT_LAB };
  gint64 begin = wh_clock_monotonic ();
  g_autoptr (WhImportReport) report = wh_importer_run (run->store, run->principal, file, &options, NULL, NULL, NULL, error);

  if (!report)
    return FALSE;
  run->imported = wh_clock_monotonic () - begin;
  run->measurements = report->measurements;
  if (!wh_catalogue_refresh (run->catalogue, run->principal, NULL, error))
    return FALSE;
  run->indexed = wh_clock_monotonic () - begin - run->imported;
  return TRUE;
}

/* -- the peer ---------------------------------------------------------------------------------------------------- */

typedef struct {
  sqlite3      *db;
  sqlite3_stmt *insert;
  gint64        row, n, failed;
} Peer;

static gboolean
collect_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, wh_entity_ref ((gpointer) entity));
  return TRUE;
}

static gboolean
read_results_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_LAB_RESULT, collect_cb, user_data, error);
}

static void
execute (Peer *peer, const char *sql)
{
  peer->failed += sqlite3_exec (peer->db, sql, NULL, NULL, NULL) != SQLITE_OK;
}

static void
insert_measure (Peer *peer, const WhMeasure *measure)
{
  sqlite3_bind_int64 (peer->insert, 1, peer->row);
  sqlite3_bind_int (peer->insert, 2, measure->analyte);
  sqlite3_bind_int (peer->insert, 3, measure->state);
  sqlite3_bind_int (peer->insert, 4, measure->unit);
  sqlite3_bind_int (peer->insert, 5, measure->basis);
  sqlite3_bind_double (peer->insert, 6, measure->value);   /* a NAN becomes NULL */
  sqlite3_bind_double (peer->insert, 7, measure->lod);
  sqlite3_bind_double (peer->insert, 8, measure->loq);
  sqlite3_bind_text (peer->insert, 9, measure->text, -1, SQLITE_STATIC);
  peer->failed += sqlite3_step (peer->insert) != SQLITE_DONE;
  sqlite3_reset (peer->insert);
  peer->n++;
}

static gboolean
peer_open (Peer *peer, const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "peer.db", NULL);

  if (sqlite3_open (path, &peer->db) != SQLITE_OK)
    return FALSE;
  execute (peer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                 "CREATE TABLE measurement (result INTEGER NOT NULL, analyte INTEGER NOT NULL, state INTEGER NOT NULL,"
                 " unit INTEGER NOT NULL, basis INTEGER NOT NULL, value REAL, lod REAL, loq REAL, text TEXT,"
                 " PRIMARY KEY (result, analyte)) STRICT, WITHOUT ROWID");
  return sqlite3_prepare_v2 (peer->db, "INSERT INTO measurement VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", -1, &peer->insert, NULL)
         == SQLITE_OK;
}

/* Microseconds of plain inserts of these results' measurements; -1 when one failed. */
static gint64
insert_plainly (const char *dir, const GPtrArray *results)
{
  Peer peer = { NULL };
  gint64 begin, time;

  if (!peer_open (&peer, dir))
    return -1;
  begin = wh_clock_monotonic ();
  for (guint i = 0; i < results->len; i++)
    {
      const WhLabResult *result = g_ptr_array_index (results, i);
      if (i % PAGE == 0)
        execute (&peer, i > 0 ? "COMMIT; BEGIN" : "BEGIN");
      peer.row = i + 1;
      for (guint m = 0; m < wh_panel_length (result->panel); m++)
        insert_measure (&peer, wh_panel_at (result->panel, m));
    }
  execute (&peer, "COMMIT");
  time = wh_clock_monotonic () - begin;
  sqlite3_finalize (peer.insert);
  sqlite3_close (peer.db);
  return peer.failed ? -1 : time;
}

/* -- turn by turn ------------------------------------------------------------------------------------------------ */

static void
print_run (const Run *run, guint n_stored, gint64 plain)
{
  double seconds = (run->imported + run->indexed) / 1e6;

  printf ("%" G_GUINT64_FORMAT " measurements, %u results: import %.2f s, search index %.2f s: %.0f measurements/s; plain inserts %.2f s;"
          " ratio %.2f\n", run->measurements, n_stored, run->imported / 1e6, run->indexed / 1e6, run->measurements / seconds, plain / 1e6,
          plain / 1e6 / seconds);
}

static gboolean
measure (const char *file, GError **error)
{
  g_autofree char *dir = g_dir_make_tmp ("weedhounds-bench-XXXXXX", error);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = dir ? open_store (dir, error) : NULL;
  g_autoptr (WhCatalogue) catalogue = store ? wh_catalogue_new (store) : NULL;
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (wh_entity_unref);
  Run run = { store, principal, catalogue, 0, 0, 0 };
  gboolean done = store && import_file (&run, file, error) && wh_store_read (store, principal, read_results_cb, results, error);

  if (done)
    print_run (&run, results->len, insert_plainly (dir, results));
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", dir);
  return dir && system (command) == 0 && done;
}

int
main (void)
{
  const char *shared = g_getenv ("WEEDHOUNDS_TEST_SHARED");
  g_autofree char *file = g_build_filename (shared ? shared : "../shared", FILE_NAME, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    {
      printf ("shared/%s is not on this machine\n", FILE_NAME);
      return 77;
    }
  for (guint i = 0; i < N_RUNS; i++)
    if (!measure (file, &error))
      {
        fprintf (stderr, "%s\n", error ? error->message : "the directory could not be removed");
        return 1;
      }
  return 0;
}
