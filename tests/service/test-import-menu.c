/* A product stays itself from one look at a menu to the next, and every price that was seen is kept. */
#include "base/wh-error.h"
#include "service/wh-importer.h"
#include "support/wh-test.h"

#define DAY_ONE "2026-05-01T09:00:00Z"

typedef struct {
  char        *dir;
  WhStore     *store;
  WhPrincipal *principal;
} Menus;

static void
set_up (Menus *menus, gconstpointer data)
{
  gint64 now;

  menus->dir = wh_test_make_dir ();
  menus->principal = wh_principal_new_local ();
  menus->store = wh_store_open (":memory:", WH_STORE_WRITE, NULL);
  g_assert_true (wh_clock_parse (DAY_ONE, &now));
  wh_clock_freeze (now);
}

static void
tear_down (Menus *menus, gconstpointer data)
{
  wh_clock_freeze (WH_TIME_UNSET);
  wh_store_unref (menus->store);
  wh_principal_unref (menus->principal);
  wh_test_remove_dir (menus->dir);
  g_free (menus->dir);
}

static void
import (Menus *menus, const char *text)
{
  g_autofree char *path = g_build_filename (menus->dir, "menu.csv", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhImportReport) report = NULL;
  const WhImportOptions options = { .kind = WH_IMPORT_MENU };

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  report = wh_importer_run (menus->store, menus->principal, path, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->bad, ==, 0);
}

/* An eighth of Blue Dream as the shop has it on `date` ("" : a menu that does not say when it is of). */
static void
see (Menus *menus, const char *price, const char *thc, const char *date, const char *stock)
{
  g_autofree char *text = g_strdup_printf ("Product,Category,Size,Price,THC,In Stock,Dispensary,Date\n"
                                           "Blue Dream,Flower,3.5g,%s,%s,%s,Green Door,%s\n", price, thc, stock, date);

  import (menus, text);
}

static void
wait_a_day (void)
{
  wh_clock_freeze (wh_clock_now () + WH_TIME_DAY);
}

typedef struct {
  WhKind     kind;
  GPtrArray *rows;
} Collect;

static gboolean
collect_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, wh_entity_ref (entity));
  return TRUE;
}

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Collect *collect = user_data;

  return wh_reader_each (reader, collect->kind, collect_cb, collect->rows, error);
}

static GPtrArray *
rows_of (Menus *menus, WhKind kind)
{
  Collect collect = { kind, g_ptr_array_new_with_free_func (wh_entity_unref) };

  g_assert_true (wh_store_read (menus->store, menus->principal, read_cb, &collect, NULL));
  return collect.rows;
}

static void
test_dated (Menus *menus, gconstpointer data)
{
  g_autoptr (GPtrArray) products = NULL, prices = NULL;

  see (menus, "35.00", "20%", "2026-04-01", "yes");
  see (menus, "38.00", "22%", "2026-04-02", "yes");   /* another harvest is still this product */
  see (menus, "38.00", "22%", "2026-04-03", "yes");   /* the same, and seen again */
  products = rows_of (menus, WH_KIND_PRODUCT);
  prices = rows_of (menus, WH_KIND_PRICE);
  g_assert_cmpuint (products->len, ==, 1);
  g_assert_cmpuint (prices->len, ==, 3);
  g_assert_cmpint (((WhProduct *) products->pdata[0])->price_cents, ==, 3800);
  g_assert_cmpint (((WhProduct *) products->pdata[0])->price_observed_at, ==, ((WhPrice *) prices->pdata[2])->observed_at);
}

/* An old menu adds to the history; it does not turn back price or stock. */
static void
test_older_one_afterwards (Menus *menus, gconstpointer data)
{
  g_autoptr (GPtrArray) products = NULL, prices = NULL;
  const WhProduct *product;

  see (menus, "38.00", "20%", "2026-04-02", "yes");
  see (menus, "35.00", "20%", "2026-04-01", "no");
  products = rows_of (menus, WH_KIND_PRODUCT);
  prices = rows_of (menus, WH_KIND_PRICE);
  product = products->pdata[0];
  g_assert_cmpuint (products->len, ==, 1);
  g_assert_cmpuint (prices->len, ==, 2);
  g_assert_cmpint (product->price_cents, ==, 3800);
  g_assert_cmpint (product->in_stock, ==, 1);
}

static void
test_undated (Menus *menus, gconstpointer data)
{
  g_autoptr (GPtrArray) products = NULL, prices = NULL, again = NULL;

  see (menus, "30.00", "20%", "", "yes");
  wait_a_day ();
  see (menus, "30.00", "20%", "", "yes");   /* when the file is of, nobody knows: not seen anew */
  wait_a_day ();
  see (menus, "35.00", "20%", "", "yes");
  wait_a_day ();
  see (menus, "30.00", "20%", "", "yes");   /* it came back */
  prices = rows_of (menus, WH_KIND_PRICE);
  g_assert_cmpuint (prices->len, ==, 3);
  wait_a_day ();
  see (menus, "30.00", "20%", "", "yes");
  again = rows_of (menus, WH_KIND_PRICE);
  products = rows_of (menus, WH_KIND_PRODUCT);
  g_assert_cmpuint (again->len, ==, 3);
  g_assert_cmpuint (products->len, ==, 1);
  g_assert_cmpint (((WhProduct *) products->pdata[0])->price_observed_at, ==, ((WhPrice *) prices->pdata[2])->observed_at);
}

/* A file of many days is one product; two batches of one day at two strengths are two. */
static void
test_one_file (Menus *menus, gconstpointer data)
{
  g_autoptr (GPtrArray) products = NULL, prices = NULL;

  import (menus, "Product,Category,Size,Price,THC,Dispensary,Date\n"
                 "Blue Dream,Flower,3.5g,35.00,20%,Green Door,2026-04-03\n"
                 "Blue Dream,Flower,3.5g,33.00,20%,Green Door,2026-04-01\n"
                 "OG Kush,Flower,3.5g,40.00,20%,Green Door,2026-04-01\n"
                 "OG Kush,Flower,3.5g,45.00,28%,Green Door,2026-04-01\n"
                 "OG Kush,Flower,7g,70.00,28%,Green Door,2026-04-01\n");
  products = rows_of (menus, WH_KIND_PRODUCT);
  prices = rows_of (menus, WH_KIND_PRICE);
  g_assert_cmpuint (products->len, ==, 4);
  g_assert_cmpuint (prices->len, ==, 5);
  for (guint i = 0; i < products->len; i++)
    if (g_str_equal (((WhProduct *) products->pdata[i])->name, "Blue Dream"))
      g_assert_cmpint (((WhProduct *) products->pdata[i])->price_cents, ==, 3500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/import-menu/dated", Menus, NULL, set_up, test_dated, tear_down);
  g_test_add ("/import-menu/older-one-afterwards", Menus, NULL, set_up, test_older_one_afterwards, tear_down);
  g_test_add ("/import-menu/undated", Menus, NULL, set_up, test_undated, tear_down);
  g_test_add ("/import-menu/one-file", Menus, NULL, set_up, test_one_file, tear_down);
  return g_test_run ();
}
