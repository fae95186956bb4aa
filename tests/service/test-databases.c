/* The same work leaves the same rows in every database: the demonstration catalogue and imports, compared as JSON, revisions,
 * times and change log included; also where the database takes transactions back again and again. Searches then answer the same,
 * to the byte. */
#include "base/wh-json-writer.h"
#include "service/wh-demo.h"
#include "service/wh-importer.h"
#include "service/wh-present.h"
#include "service/wh-products.h"
#include "store/wh-test-store.h"
#include "wire/wh-wire.h"

#define SOME_MOMENT (G_GINT64_CONSTANT (20758) * WH_TIME_DAY)

static const WhDemoSize size = { .seed = 7, .strains = 60, .dispensaries = 10, .products = 300, .batches = 120 };

/* Later ones meet what earlier ones have left. */
static const struct {
  WhImportKind kind;
  const char  *text;
} files[] = {
  { WH_IMPORT_STRAINS, "name,type,breeder\nBlue Dream,hybrid,\nBlue Dream,sativa,Acme\nÑandú Haze,sativa,\n" },
  { WH_IMPORT_LAB, "Sample Name,Client,Matrix,Test Date,THCA (%),Δ9-THC (%),b-Myrcene (mg/g),Limonene (%)\n"
                   "Blue Dream,Acme,Flower,3/14/2024,21.5,0.4,6.2,ND\n\"Sour, Diesel\",Acme,Flower,2024-03-15,<0.05,oops,NT,<LOQ\n" },
  { WH_IMPORT_MENU, "Product,Brand,Category,Store,Price,Size,In Stock\nBlue Dream,Acme,Flower,Green Door,$42.00,1/8 oz,yes\n"
                    "Unheard Of,Acme,Flower,Green Door,18,3.5g,yes\nBroken,Acme,Flower,Green Door,cheap,3.5g,yes\n" },
  { WH_IMPORT_MENU, "Product,Brand,Category,Store,Price,Size,In Stock\nBlue Dream,Acme,Flower,Green Door,$40.00,1/8 oz,no\n"
                    "Unheard Of,Acme,Flower,Green Door,18,3.5g,yes\n" },
  { WH_IMPORT_STRAINS, "name,type,breeder\nBlue Dream,indica,Other\nUnheard Of,indica,\n" },
};

static void
import_all (WhTestStore *fixture, WhStore *store, GString *reports)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (fixture->dir, "made.csv", NULL);
      const WhImportOptions options = { .kind = files[i].kind };
      g_autoptr (GError) error = NULL;
      g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      g_autoptr (WhImportReport) report = wh_importer_run (store, fixture->principal, path, &options, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_string_append_printf (reports, "%u new, %u changed, %u as before, %u bad\n", (guint) report->imported, (guint) report->updated,
                              (guint) report->unchanged, (guint) report->bad);
    }
}

static gboolean
write_entity_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (user_data, 0);

  wh_wire_write_entity (writer, entity, TRUE);
  g_string_append_c (user_data, '\n');
  return TRUE;
}

static gboolean
write_all_cb (WhReader *reader, gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) changes = wh_reader_changes (reader, 0, G_MAXUINT, NULL, error);

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    if (!wh_reader_each (reader, kind, write_entity_cb, user_data, error))
      return FALSE;
  for (guint i = 0; changes && i < changes->len; i++)
    {
      g_autoptr (WhJsonWriter) writer = wh_json_writer_new (user_data, 0);
      wh_wire_write_change (writer, changes->pdata[i]);
      g_string_append_c (user_data, '\n');
    }
  return changes != NULL;
}

/* The work done in a store, and everything that is in it then. */
static char *
work_and_describe (WhTestStore *fixture, WhStore *store)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  wh_clock_freeze (SOME_MOMENT);
  wh_demo_make (store, fixture->principal, &size, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  import_all (fixture, store, text);
  wh_store_read (store, fixture->principal, write_all_cb, text, &error);
  g_assert_no_error (error);
  wh_store_check (store, &error);
  g_assert_no_error (error);
  wh_clock_freeze (WH_TIME_UNSET);
  return g_string_free (text, FALSE);
}

static const char *const searches[] = {
  "", "blue drem", "og", "haze", "lemony", "something piney in stock", "limonene", "diesel", "kush thc>15", "limonene>1mg/g", "price<12",
  "in-stock category:vapes", "-terpene:linalool", "leading:myrcene -type:sativa", "brand:acme", "ñandu", "state:NJ in-stock price<15",
};

static void
describe_search (WhCatalogue *catalogue, const WhPrincipal *principal, const WhQuery *query, GString *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhHits) hits = wh_catalogue_search (catalogue, principal, query, &error);
  g_assert_no_error (error);
  g_autoptr (WhFacets) facets = wh_catalogue_facets (catalogue, principal, query, &error);
  g_assert_no_error (error);
  g_autoptr (WhListingHits) listings = wh_catalogue_search_products (catalogue, principal, query, &error);
  g_assert_no_error (error);

  g_autoptr (WhJsonWriter) hits_writer = wh_json_writer_new (text, 0);
  wh_present_hits (hits_writer, hits);
  g_string_append_printf (text, " %u\n", hits->total);
  g_autoptr (WhJsonWriter) facets_writer = wh_json_writer_new (text, 0);
  wh_present_facets (facets_writer, facets);
  g_string_append_c (text, '\n');
  g_autoptr (WhJsonWriter) listings_writer = wh_json_writer_new (text, 0);
  wh_present_listings (listings_writer, listings);
  g_string_append_printf (text, " %u\n", listings->total);
}

/* What searches answer over a store, a line each. */
static char *
describe_searches (WhTestStore *fixture, WhStore *store)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhCatalogue) catalogue = wh_catalogue_new (store);
  g_autoptr (GError) error = NULL;

  wh_catalogue_refresh (catalogue, fixture->principal, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (searches); i++)
    for (WhSort sort = WH_SORT_RELEVANCE; sort <= WH_SORT_PRICE; sort++)
      {
        g_autoptr (WhQuery) query = wh_query_new ();
        wh_query_set_typed (query, searches[i]);
        query->sort = sort;
        describe_search (catalogue, fixture->principal, query, text);
      }
  return g_string_free (text, FALSE);
}

static void
assert_same_lines (const char *one, const char *other)
{
  g_auto (GStrv) ones = g_strsplit (one, "\n", -1), others = g_strsplit (other, "\n", -1);

  for (guint i = 0; ones[i] && others[i]; i++)
    g_assert_cmpstr (ones[i], ==, others[i]);
  g_assert_cmpuint (g_strv_length (ones), ==, g_strv_length (others));
}

static char *
describe_reference (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = wh_store_open (":memory:", WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  return work_and_describe (fixture, store);
}

static void
test_same_rows (WhTestStore *fixture)
{
  g_autofree char *expected = describe_reference (fixture), *found = work_and_describe (fixture, fixture->store);

  g_assert_cmpuint (strlen (expected), >, 100000);
  assert_same_lines (expected, found);
}

static void
test_same_answers (WhTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) reference = wh_store_open (":memory:", WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  g_free (work_and_describe (fixture, reference));
  g_free (work_and_describe (fixture, fixture->store));
  g_autofree char *expected = describe_searches (fixture, reference), *found = describe_searches (fixture, fixture->store);
  g_assert_cmpuint (strlen (expected), >, 100000);
  assert_same_lines (expected, found);
}

/* Of each three tries to commit a change one stands; what the closures keep for themselves must not show. */
static void
test_same_rows_in_spite_of_retries (WhTestStore *fixture)
{
  g_autofree char *expected = describe_reference (fixture), *found = NULL;

  wh_test_store_meddle (fixture, "CREATE SEQUENCE tries; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                                 " IF nextval('tries') % 3 <> 0 THEN RAISE EXCEPTION 'on purpose' USING ERRCODE = '40001'; END IF;"
                                 " RETURN NEW; END $$; CREATE TRIGGER fail BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION fail()");
  found = work_and_describe (fixture, fixture->store);
  assert_same_lines (expected, found);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("same-rows", WH_TEST_NOT_IN_MEMORY, test_same_rows);
  wh_test_store_add ("same-answers", WH_TEST_NOT_IN_MEMORY, test_same_answers);
  wh_test_store_add ("same-rows-in-spite-of-retries", 1u << WH_TEST_POSTGRES, test_same_rows_in_spite_of_retries);
  return g_test_run ();
}
