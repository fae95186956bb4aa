/* A page that is kept says what the rows say, whatever changes. */
#include <string.h>

#include "service/wh-present.h"
#include "service/wh-strain-pages.h"
#include "support/wh-test.h"

typedef struct {
  WhPrincipal   *principal;
  WhStore       *store;
  WhCatalogue   *catalogue;
  WhStrainPages *pages;
  WhId           strains[2], batches[2], shop, product, review;
} Fixture;

typedef gboolean (*Change) (WhWriter *writer, Fixture *fixture, GError **error);

static gboolean
put_result (WhWriter *writer, const WhId *batch, const char *key, double value, GError **error)
{
  g_autoptr (WhLabResult) result = wh_lab_result_new (wh_id_from_key ("lab_result", "test", key));
  WhMeasure measure = WH_MEASURE_INIT;

  result->batch_id = *batch;
  result->panel = wh_panel_new ();
  measure.analyte = wh_analyte_by_key ("beta_myrcene")->index;
  measure.state = WH_STATE_VALUE;
  measure.unit = WH_UNIT_MG_PER_G;
  measure.value = value;
  return wh_panel_add (result->panel, &measure, error) && wh_writer_put (writer, result, NULL, error);
}

static gboolean
put_strain (WhWriter *writer, Fixture *fixture, guint number, const char *breeder, GError **error)
{
  g_autoptr (WhStrain) strain = wh_strain_new (fixture->strains[number]);

  strain->name = g_strdup_printf ("Strain %u", number);
  strain->breeder = g_strdup (breeder);
  return wh_writer_put (writer, strain, NULL, error);
}

static gboolean
put_product (WhWriter *writer, Fixture *fixture, guint strain, gint64 cents, GError **error)
{
  g_autoptr (WhProduct) product = wh_product_new (fixture->product);

  product->name = g_strdup ("Jar “of” \"this\"");
  product->strain_id = fixture->strains[strain];
  product->dispensary_id = fixture->shop;
  product->price_cents = cents;
  product->currency = g_strdup ("USD");
  product->weight_grams = 3.5;
  return wh_writer_put (writer, product, NULL, error);
}

static gboolean
put_shop (WhWriter *writer, Fixture *fixture, const char *name, GError **error)
{
  g_autoptr (WhDispensary) shop = wh_dispensary_new (fixture->shop);

  shop->name = g_strdup (name);
  shop->state = g_strdup ("NJ");
  return wh_writer_put (writer, shop, NULL, error);
}

static gboolean
put_review (WhWriter *writer, Fixture *fixture, guint strain, double rating, GError **error)
{
  g_autoptr (WhReview) review = wh_review_new (fixture->review);

  review->strain_id = fixture->strains[strain];
  review->rating = rating;
  return wh_writer_put (writer, review, NULL, error);
}

static gboolean
fill (WhWriter *writer, Fixture *fixture, GError **error)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WhBatch) batch = wh_batch_new (fixture->batches[i]);
      g_autofree char *key = g_strdup_printf ("first %u", i);
      batch->strain_id = fixture->strains[i];
      batch->name = g_strdup_printf ("Batch %u", i);
      if (!put_strain (writer, fixture, i, "Somebody", error) || !wh_writer_put (writer, batch, NULL, error)
          || !put_result (writer, &fixture->batches[i], key, 3, error))
        return FALSE;
    }
  return put_shop (writer, fixture, "First shop", error) && put_product (writer, fixture, 0, 3500, error);
}

/* -- what changes ------------------------------------------------------------------------------------------------------- */

static gboolean
rename_breeder (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_strain (writer, fixture, 0, "Somebody else", error);
}

static gboolean
change_other_strain (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_strain (writer, fixture, 1, "A third one", error);
}

static gboolean
change_result (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_result (writer, &fixture->batches[0], "first 0", 4.25, error);
}

static gboolean
add_result (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_result (writer, &fixture->batches[0], "second 0", 5.5, error);
}

static gboolean
move_result (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_result (writer, &fixture->batches[1], "second 0", 5.5, error);
}

static gboolean
change_price (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_product (writer, fixture, 0, 4200, error);
}

static gboolean
rename_shop (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_shop (writer, fixture, "Second shop", error);
}

static gboolean
move_product (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_product (writer, fixture, 1, 4200, error);
}

static gboolean
move_product_back (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_product (writer, fixture, 0, 4200, error);
}

static gboolean
delete_product (WhWriter *writer, Fixture *fixture, GError **error)
{
  return wh_writer_delete (writer, WH_KIND_PRODUCT, &fixture->product, error);
}

static gboolean
add_review (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_review (writer, fixture, 0, 4, error);
}

static gboolean
change_review (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_review (writer, fixture, 0, 2, error);
}

static gboolean
move_review (WhWriter *writer, Fixture *fixture, GError **error)
{
  return put_review (writer, fixture, 1, 2, error);
}

static gboolean
delete_review (WhWriter *writer, Fixture *fixture, GError **error)
{
  return wh_writer_delete (writer, WH_KIND_REVIEW, &fixture->review, error);
}

static gboolean
delete_result (WhWriter *writer, Fixture *fixture, GError **error)
{
  WhId id = wh_id_from_key ("lab_result", "test", "first 0");

  return wh_writer_delete (writer, WH_KIND_LAB_RESULT, &id, error);
}

/* More than are looked through. */
static gboolean
change_much (WhWriter *writer, Fixture *fixture, GError **error)
{
  for (guint i = 0; i < 700; i++)
    {
      g_autofree char *key = g_strdup_printf ("much %u", i);
      if (!put_result (writer, &fixture->batches[i % 2], key, i + 1, error))
        return FALSE;
    }
  return TRUE;
}

/* -- the test ----------------------------------------------------------------------------------------------------------- */

typedef struct {
  Fixture *fixture;
  Change   change;
} Step;

static gboolean
change_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Step *step = user_data;

  return step->change (writer, step->fixture, error);
}

static void
commit (Fixture *fixture, Change change)
{
  Step step = { fixture, change };
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", change_cb, &step, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_true_to_rows (Fixture *fixture, guint number)
{
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (fixture->catalogue);
  const WhCard *card = wh_snapshot_find (snapshot, &fixture->strains[number]);
  g_autoptr (GString) kept = g_string_new (NULL), made = g_string_new (NULL);
  g_autoptr (WhJsonWriter) kept_writer = wh_json_writer_new (kept, 0), made_writer = wh_json_writer_new (made, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStrainDetail) detail = wh_catalogue_show (fixture->catalogue, fixture->principal, &fixture->strains[number], &error);

  g_assert_no_error (error);
  wh_present_strain (made_writer, detail);
  g_assert_true (wh_strain_pages_write (fixture->pages, fixture->principal, snapshot, card, kept_writer, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (kept->str, ==, made->str);
}

static void
set_up (Fixture *fixture, gsize bytes)
{
  g_autoptr (GError) error = NULL;

  memset (fixture, 0, sizeof *fixture);
  fixture->principal = wh_principal_new_local ();
  fixture->store = wh_store_open (":memory:", WH_STORE_WRITE, &error);
  g_assert_no_error (error);
  fixture->catalogue = wh_catalogue_new (fixture->store);
  fixture->pages = wh_strain_pages_new (fixture->catalogue, bytes);
  for (guint i = 0; i < 2; i++)
    {
      fixture->strains[i] = wh_id_new ();
      fixture->batches[i] = wh_id_new ();
    }
  fixture->shop = wh_id_new ();
  fixture->product = wh_id_new ();
  fixture->review = wh_id_new ();
  commit (fixture, fill);
  g_assert_true (wh_catalogue_refresh (fixture->catalogue, fixture->principal, NULL, NULL));
  wh_strain_pages_warm (fixture->pages, fixture->principal);   /* beside all that follows */
}

static void
tear_down (Fixture *fixture)
{
  wh_strain_pages_free (fixture->pages);
  wh_catalogue_free (fixture->catalogue);
  wh_store_unref (fixture->store);
  wh_principal_unref (fixture->principal);
}

static void
test_changes (gconstpointer bytes)
{
  static const Change changes[]
      = { rename_breeder, change_other_strain, change_result, add_result, move_result, change_price, rename_shop, move_product,
          move_product_back, add_review, change_review, move_review, delete_review, delete_product, delete_result, change_much };
  Fixture fixture;

  set_up (&fixture, GPOINTER_TO_SIZE (bytes));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      for (guint round = 0; round < 2; round++)
        for (guint strain = 0; strain < 2; strain++)
          assert_true_to_rows (&fixture, strain);
      commit (&fixture, changes[i]);
    }
  assert_true_to_rows (&fixture, 0);
  assert_true_to_rows (&fixture, 1);
  tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/service/strain-pages/kept", GSIZE_TO_POINTER (8 * 1024 * 1024), test_changes);
  g_test_add_data_func ("/service/strain-pages/no_room", GSIZE_TO_POINTER (200), test_changes);
  g_test_add_data_func ("/service/strain-pages/not_kept", GSIZE_TO_POINTER (0), test_changes);
  return g_test_run ();
}
