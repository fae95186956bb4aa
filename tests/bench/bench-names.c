/* Names of products as shops report them against a catalogue of strains: names a second, how many are certain, to review and
 * unknown, and precision and recall on names judged by hand, with Wilson's interval. Certain names are more frequent among the
 * judged than in the file, so recall is that of the sample. `bench-names --list` prints every name with its outcome instead. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-csv.h"
#include "service/wh-importer.h"
#include "service/wh-naming.h"

#define STRAINS "data/strains/strain-info-2021.csv"
#define NAMES "data/strains/wa-traceability-names.csv"
#define Z95 1.959964

typedef struct {
  WhStore     *store;
  WhCatalogue *catalogue;
  WhSnapshot  *snapshot;
  WhNamer     *namer;
} Bench;

static char *
shared_path (const char *name)
{
  const char *root = g_getenv ("WEEDHOUNDS_TEST_SHARED");

  return g_build_filename (root ? root : "../shared", name, NULL);
}

static gboolean
open_bench (Bench *bench, GError **error)
{
  g_autofree char *path = shared_path (STRAINS);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  WhImportOptions options = { .kind = WH_IMPORT_STRAINS };
  g_autoptr (WhImportReport) report = NULL;

  bench->store = wh_store_open (":memory:", WH_STORE_WRITE, error);
  report = bench->store ? wh_importer_run (bench->store, principal, path, &options, NULL, NULL, NULL, error) : NULL;
  if (!report)
    return FALSE;
  bench->catalogue = wh_catalogue_new (bench->store);
  if (!wh_catalogue_refresh (bench->catalogue, principal, NULL, error))
    return FALSE;
  bench->snapshot = wh_catalogue_snapshot (bench->catalogue);
  bench->namer = wh_namer_new (bench->snapshot);
  return TRUE;
}

static void
close_bench (Bench *bench)
{
  g_clear_pointer (&bench->namer, wh_namer_free);
  g_clear_pointer (&bench->snapshot, wh_snapshot_unref);
  g_clear_pointer (&bench->catalogue, wh_catalogue_free);
  g_clear_pointer (&bench->store, wh_store_unref);
}

static GPtrArray *
read_names (GError **error)
{
  g_autofree char *path = shared_path (NAMES);
  g_autoptr (WhCsv) csv = wh_csv_open (path, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  WhCsvRow row;
  gboolean heading = TRUE;

  while (csv && wh_csv_next (csv, &row, error))
    {
      if (!heading && row.n_cells > 0)
        g_ptr_array_add (names, g_strdup (row.cells[0]));
      heading = FALSE;
    }
  return csv && !*error ? g_steal_pointer (&names) : NULL;
}

static void
list_names (const Bench *bench, const GPtrArray *names)
{
  for (guint i = 0; i < names->len; i++)
    {
      WhNaming naming;
      wh_namer_resolve (bench->namer, names->pdata[i], &naming);
      printf ("%s\t%s", wh_naming_outcome_word (naming.outcome), (const char *) names->pdata[i]);
      for (guint c = 0; c < naming.n; c++)
        printf ("\t%s %s %.3f", naming.candidates[c].card->slug, wh_naming_ground_word (naming.candidates[c].ground),
                naming.candidates[c].confidence);
      printf ("\n");
    }
}

static void
time_names (const Bench *bench, const GPtrArray *names)
{
  gint64 start = wh_clock_monotonic ();
  guint64 outcomes[WH_NAMING_UNKNOWN + 1] = { 0 };

  for (guint i = 0; i < names->len; i++)
    {
      WhNaming naming;
      wh_namer_resolve (bench->namer, names->pdata[i], &naming);
      outcomes[naming.outcome]++;
    }
  double seconds = (double) (wh_clock_monotonic () - start) / G_USEC_PER_SEC;
  printf ("%u names against %u strains in %.2f s: %.0f names/s\n", names->len, wh_snapshot_length (bench->snapshot), seconds,
          names->len / seconds);
  for (guint i = 0; i <= WH_NAMING_UNKNOWN; i++)
    printf ("  %-8s %7" G_GUINT64_FORMAT " (%.1f %%)\n", wh_naming_outcome_word (i), outcomes[i], 100.0 * outcomes[i] / names->len);
}

static void
print_share (const char *what, guint right, guint n)
{
  double p = n ? (double) right / n : NAN, z2 = Z95 * Z95;
  double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  double half = Z95 / (1 + z2 / n) * sqrt (p * (1 - p) / n + z2 / (4.0 * n * n));

  printf ("  %-10s %u of %u = %.3f (95 %%: %.3f to %.3f)\n", what, right, n, p, middle - half, middle + half);
}

/* Slugs of a judgement stand with '|' between them where the list has one strain twice. */
static gboolean
is_judged (const char *slugs, const char *slug)
{
  g_auto (GStrv) each = g_strsplit (slugs, "|", -1);

  return g_strv_contains ((const char *const *) each, slug);
}

static gboolean
judge_file (const Bench *bench, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  guint n = 0, n_certain = 0, n_right = 0, n_listed = 0, n_offered = 0;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], "\t", -1);
      WhNaming naming;
      if (lines[i][0] == '#' || g_strv_length (cells) < 2)
        continue;
      wh_namer_resolve (bench->namer, cells[0], &naming);
      gboolean listed = strcmp (cells[1], "-") != 0 && strcmp (cells[1], "?") != 0;
      gboolean certain = naming.outcome == WH_NAMING_CERTAIN, right = FALSE;
      for (guint c = 0; c < naming.n; c++)
        right |= listed && is_judged (cells[1], naming.candidates[c].card->slug);
      n++;
      n_listed += listed;
      n_certain += certain;
      n_right += certain && right;
      n_offered += right;
      if (certain && !right)
        printf ("  wrong: %s -> %s, judged %s\n", cells[0], naming.candidates[0].card->slug, cells[1]);
    }
  printf ("%s: %u names, %u of them in the list\n", path, n, n_listed);
  print_share ("precision", n_right, n_certain);
  print_share ("recall", n_right, n_listed);
  print_share ("offered", n_offered, n_listed);
  return TRUE;
}

static int
run (Bench *bench, gboolean list, GError **error)
{
  static const char *const judged[] = { "tests/service/names-judged.tsv", "tests/service/names-judged-last.tsv" };
  g_autoptr (GPtrArray) names = open_bench (bench, error) ? read_names (error) : NULL;

  if (!names)
    return 1;
  if (list)
    {
      list_names (bench, names);
      return 0;
    }
  time_names (bench, names);
  for (guint i = 0; i < G_N_ELEMENTS (judged); i++)
    if (!judge_file (bench, judged[i], error))
      return 1;
  return 0;
}

int
main (int argc, char **argv)
{
  g_autofree char *path = shared_path (NAMES);
  g_autoptr (GError) error = NULL;
  Bench bench = { 0 };

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      printf ("skipped: %s is not on this machine\n", path);
      return 0;
    }
  int status = run (&bench, argc > 1 && strcmp (argv[1], "--list") == 0, &error);
  if (error)
    fprintf (stderr, "%s\n", error->message);
  close_bench (&bench);
  return status;
}
