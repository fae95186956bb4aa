/* Every real file goes into SQLite and into PostgreSQL: the counts add up and are the same, and so is every row, to the byte. */
#include "base/wh-hash.h"
#include "base/wh-json-writer.h"
#include "service/wh-importer.h"
#include "store/wh-test-store.h"
#include "wire/wh-wire.h"

#define SOME_MOMENT (G_GINT64_CONSTANT (20758) * WH_TIME_DAY)

static const struct {
  WhImportKind kind;
  const char  *path;
  guint        rows;
} files[] = {
  { WH_IMPORT_STRAINS, "data/strains/strain-info-2021.csv", 3439 },
  { WH_IMPORT_STRAINS, "data/strains/effects-flavours.csv", 1217 },
  { WH_IMPORT_STRAINS, "data/strains/wa-traceability-names.csv", 52606 },
  { WH_IMPORT_LAB, "data/lab/mcr-ma-2014-2023.csv", 7554 },
  { WH_IMPORT_LAB, "data/lab/analytical360-wa-2018-07.csv", 23772 },
  { WH_IMPORT_LAB, "data/lab/ct-brand-registry.csv", 14150 },
  { WH_IMPORT_LAB, "data/lab/ca-results-long-2023.csv.gz", 93404 },
  { WH_IMPORT_LAB, "data/lab/watts2021-netherlands.csv", 297 },
  { WH_IMPORT_DISPENSARIES, "data/retail/retailers-us-2023.csv", 7160 },
  { WH_IMPORT_MENU, "data/retail/nj-menus-2025-06.csv", 2048 },
  { WH_IMPORT_MENU, "data/retail/nj-dutchie-menu-2025-06.json", 226 },
  { WH_IMPORT_MENU, "data/retail/ca-products-2023.csv", 729 },
  { WH_IMPORT_REVIEWS, "data/reviews/reviews-anonymous.csv.gz", 101895 },
  { WH_IMPORT_ANALYTES, "data/analytes/analytes.json", 37 },
  { WH_IMPORT_ANALYTES, "data/analytes/terpenes.json", 21 },
  { WH_IMPORT_ANALYTES, "data/analytes/cannabinoids.json", 16 },
};

typedef struct {
  WhHasher *hasher;
  GString  *line;
} Export;

static gboolean
export_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  Export *export = user_data;
  g_autoptr (WhJsonWriter) writer = NULL;

  g_string_truncate (export->line, 0);
  writer = wh_json_writer_new (export->line, 0);
  wh_wire_write_entity (writer, entity, TRUE);
  wh_hasher_text (export->hasher, export->line->str);
  return TRUE;
}

/* "strain 53000 9f86…" for every kind: how many rows, and a hash of all of them as JSON. */
static gboolean
describe_cb (WhReader *reader, gpointer user_data, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    {
      Export export = { wh_hasher_new (), line };
      gboolean read = wh_reader_each (reader, kind, export_cb, &export, error);
      WhHash hash = wh_hasher_finish (export.hasher);
      g_autofree char *hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) &hash, sizeof hash);
      if (!read)
        return FALSE;
      g_string_append_printf (user_data, "%s %" G_GINT64_FORMAT " %s\n", wh_entity_class (kind)->name,
                              wh_reader_count (reader, kind, NULL), hex);
    }
  return TRUE;
}

static void
import_file (WhTestStore *fixture, WhStore *store, guint i, GString *text)
{
  const WhImportOptions options = { .kind = files[i].kind };
  g_autofree char *path = wh_test_shared (files[i].path);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhImportReport) report = wh_importer_run (store, fixture->principal, path, &options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (report->rows, ==, files[i].rows);
  g_assert_cmpuint (report->rows, ==, report->imported + report->updated + report->unchanged + report->duplicates + report->bad);
  g_string_append_printf (text, "%s: %u new, %u changed, %u as before, %u twice, %u bad, %u measurements, %u warnings\n", files[i].path,
                          (guint) report->imported, (guint) report->updated, (guint) report->unchanged, (guint) report->duplicates,
                          (guint) report->bad, (guint) report->measurements, (guint) report->n_warnings);
}

static char *
import_and_describe (WhTestStore *fixture, WhStore *store)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  wh_clock_freeze (SOME_MOMENT);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    import_file (fixture, store, i, text);
  wh_store_read (store, fixture->principal, describe_cb, text, &error);
  g_assert_no_error (error);
  wh_store_check (store, &error);
  g_assert_no_error (error);
  wh_clock_freeze (WH_TIME_UNSET);
  return g_string_free (text, FALSE);
}

static void
test_every_file (WhTestStore *fixture)
{
  g_autofree char *first = wh_test_shared (files[0].path);
  g_autofree char *expected = NULL, *found = NULL;
  g_autoptr (WhStore) reference = NULL;

  if (!first)
    return;
  reference = wh_store_open (":memory:", WH_STORE_WRITE, NULL);
  expected = import_and_describe (fixture, reference);
  found = import_and_describe (fixture, fixture->store);
  g_test_message ("%s", found);
  g_assert_cmpstr (expected, ==, found);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("every-file", 1u << WH_TEST_POSTGRES, test_every_file);
  return g_test_run ();
}
