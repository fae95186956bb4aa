/* What the retention job deletes, and what it must not. */
#include <string.h>

#include "base/wh-id.h"
#include "base/wh-paths.h"
#include "core/wh-nouns-shop.h"
#include "store/wh-store.h"
#include "wh-test-server.h"

#define PATIENCE (20 * G_USEC_PER_SEC)
#define YEAR (365 * WH_TIME_DAY)

static WhId
id_of (WhKind kind, const char *name)
{
  return wh_id_from_key (wh_entity_class (kind)->name, "test", name);
}

static gboolean
put_search (WhWriter *writer, const char *name, gint64 age, GError **error)
{
  g_autoptr (WhSearchDay) row = wh_search_day_new (id_of (WH_KIND_SEARCH_DAY, name));

  row->day = (wh_clock_now () - age) / WH_TIME_DAY * WH_TIME_DAY;
  row->term = g_strdup (name);
  row->searches = 5;
  return wh_writer_put (writer, row, NULL, error);
}

static gboolean
put_product (WhWriter *writer, const char *name, gint64 age, GError **error)
{
  g_autoptr (WhProduct) row = wh_product_new (id_of (WH_KIND_PRODUCT, name));

  row->name = g_strdup (name);
  row->dispensary_id = id_of (WH_KIND_DISPENSARY, "shop");
  row->price_cents = 1000;
  row->price_observed_at = wh_clock_now () - age;
  return wh_writer_put (writer, row, NULL, error);
}

static gboolean
put_price (WhWriter *writer, const char *name, const char *product, gint64 age, GError **error)
{
  g_autoptr (WhPrice) row = wh_price_new (id_of (WH_KIND_PRICE, name));

  row->product_id = id_of (WH_KIND_PRODUCT, product);
  row->amount_cents = 1000;
  row->observed_at = age < 0 ? WH_TIME_UNSET : wh_clock_now () - age;
  return wh_writer_put (writer, row, NULL, error);
}

static gboolean
put_result (WhWriter *writer, gint64 age, GError **error)
{
  g_autoptr (WhLabResult) row = wh_lab_result_new (id_of (WH_KIND_LAB_RESULT, "old"));

  row->batch_id = id_of (WH_KIND_BATCH, "old");
  row->test_date = wh_clock_now () - age;
  return wh_writer_put (writer, row, NULL, error);
}

static gboolean
fill_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  return put_search (writer, "old", 3 * YEAR, error) && put_search (writer, "new", WH_TIME_DAY, error)
         && put_product (writer, "sold", WH_TIME_DAY, error) && put_product (writer, "forgotten", 9 * YEAR, error)
         && put_price (writer, "sold-old", "sold", 9 * YEAR, error) && put_price (writer, "sold-year", "sold", YEAR, error)
         && put_price (writer, "sold-undated", "sold", -1, error) && put_price (writer, "last-seen", "forgotten", 9 * YEAR, error)
         && put_price (writer, "of-nothing", "gone", 9 * YEAR, error) && put_result (writer, 12 * YEAR, error);
}

static gboolean
look_cb (WhReader *reader, gpointer user_data, GError **error)
{
  static const struct {
    WhKind      kind;
    const char *name;
    gboolean    stays;
  } rows[] = {
    { WH_KIND_SEARCH_DAY, "old", FALSE },    { WH_KIND_SEARCH_DAY, "new", TRUE },    { WH_KIND_PRICE, "sold-old", FALSE },
    { WH_KIND_PRICE, "sold-year", TRUE },    { WH_KIND_PRICE, "sold-undated", TRUE }, { WH_KIND_PRICE, "last-seen", TRUE },
    { WH_KIND_PRICE, "of-nothing", FALSE },  { WH_KIND_LAB_RESULT, "old", TRUE },    { WH_KIND_PRODUCT, "forgotten", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      WhId id = id_of (rows[i].kind, rows[i].name);
      gpointer found = NULL;
      g_assert_true (wh_reader_look (reader, rows[i].kind, &id, &found, error));
      g_autoptr (WhEntity) row = found;
      g_test_message ("%s", rows[i].name);
      g_assert_true ((row != NULL) == rows[i].stays);
      /* Mirrors that were away learn of it. */
      g_assert_true (wh_reader_is_deleted (reader, rows[i].kind, &id) == !rows[i].stays);
    }
  return TRUE;
}

static void
use_store (const WhTestServer *server, gboolean fill)
{
  g_autofree char *path = wh_paths_store (server->dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  if (fill)
    wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "test", fill_cb, NULL, NULL, &error);
  else
    g_assert_true (wh_store_read (store, principal, look_cb, NULL, &error) && wh_store_check (store, &error));
  g_assert_no_error (error);
}

static void
test_retention (void)
{
  WhTestServer server = { NULL };
  g_autofree char *key = NULL;
  gboolean done = FALSE;

  wh_test_server_make (&server);
  use_store (&server, TRUE);
  wh_test_server_run (&server, NULL);
  key = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  g_autoptr (WhTestReply) added = wh_test_server_ask (&server, "POST", "/api/admin/jobs", key, "{\"kind\":\"retention\"}");
  g_assert_cmpuint (added->status, ==, 202);
  for (gint64 start = g_get_monotonic_time (); !done && g_get_monotonic_time () - start < PATIENCE; g_usleep (20000))
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/admin/jobs?state=done&kind=retention", key, NULL);
      done = wh_json_length (wh_json_member (wh_json_root (reply->json), "data")) == 1;
    }
  g_assert_true (done);
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  use_store (&server, FALSE);
  wh_test_server_clear (&server);
}

int
main (int argc, char **argv)
{
  g_setenv ("WEEDHOUNDS_JOBS_POLL_MS", "50", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retention/keeps-what-counts", test_retention);
  return g_test_run ();
}
