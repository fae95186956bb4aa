/* Searches are counted without who: rare ones are never written by name, and none is lost or counted twice. */
#include <string.h>

#include "base/wh-error.h"
#include "catalogue-fixture.h"
#include "core/wh-nouns-shop.h"
#include "service/wh-search-tally.h"

#define NOW "2026-06-01T23:00:00Z"

typedef struct {
  Fixture        base;
  WhSearchTally *tally;
  gint64         now;
} Searches;

static void
set_up (Searches *searches, gconstpointer data)
{
  fixture_set_up (&searches->base, data);
  g_assert_true (wh_clock_parse (NOW, &searches->now));
  wh_clock_freeze (searches->now);
  searches->tally = wh_search_tally_new ();
}

static void
tear_down (Searches *searches, gconstpointer data)
{
  g_clear_pointer (&searches->tally, wh_search_tally_free);
  wh_clock_freeze (WH_TIME_UNSET);
  fixture_tear_down (&searches->base, data);
}

static void
wait_for (Searches *searches, gint64 time)
{
  wh_clock_freeze (searches->now += time);
}

static void
count (Searches *searches, const char *term, guint times)
{
  for (guint i = 0; i < times; i++)
    wh_search_tally_count (searches->tally, term, 1);
}

static void
flush (Searches *searches, gboolean last)
{
  g_autoptr (GError) error = NULL;
  gint64 revision = wh_store_revision (searches->base.store);
  gboolean due = wh_search_tally_is_due (searches->tally, last);

  g_assert_true (wh_search_tally_flush (searches->tally, searches->base.store, searches->base.principal, last, &error));
  g_assert_no_error (error);
  g_assert_cmpint (due, ==, wh_store_revision (searches->base.store) > revision);
}

static gboolean
collect_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhSearchDay *row = entity;
  g_autofree char *date = wh_clock_format_date (row->day);

  g_hash_table_insert (user_data, g_strdup_printf ("%s %s", date, row->term), wh_entity_ref (entity));
  return TRUE;
}

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_SEARCH_DAY, collect_cb, user_data, error);
}

/* "2026-06-01 blue dream" -> WhSearchDay */
static GHashTable *
rows_of (Searches *searches)
{
  GHashTable *rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, wh_entity_unref);

  g_assert_true (wh_store_read (searches->base.store, searches->base.principal, read_cb, rows, NULL));
  return rows;
}

static gint64
searches_in (GHashTable *rows, const char *key)
{
  const WhSearchDay *row = g_hash_table_lookup (rows, key);

  return row ? row->searches : 0;
}

static void
test_rare_ones_have_no_name (Searches *searches, gconstpointer data)
{
  g_autoptr (GHashTable) first = NULL, second = NULL, last = NULL;

  count (searches, "blue dream", 3);
  count (searches, "my neighbour", 2);
  wh_search_tally_count (searches->tally, NULL, 5);
  wh_search_tally_count (searches->tally, "", 5);
  flush (searches, FALSE);
  first = rows_of (searches);
  g_assert_cmpuint (g_hash_table_size (first), ==, 1);
  g_assert_cmpint (searches_in (first, "2026-06-01 blue dream"), ==, 3);
  count (searches, "blue dream", 1);   /* a term with a row goes there at once */
  flush (searches, FALSE);
  flush (searches, FALSE);             /* nothing new: nothing is written */
  second = rows_of (searches);
  g_assert_cmpint (searches_in (second, "2026-06-01 blue dream"), ==, 4);
  count (searches, "my neighbour", 1);
  count (searches, "somebody else", 1);
  flush (searches, TRUE);
  last = rows_of (searches);
  g_assert_cmpint (searches_in (last, "2026-06-01 my neighbour"), ==, 3);
  g_assert_cmpint (searches_in (last, "2026-06-01 *"), ==, 1);
  g_assert_cmpint (searches_in (last, "2026-06-01 somebody else"), ==, 0);
  g_assert_cmpuint (g_hash_table_size (last), ==, 3);
}

static void
test_empty (Searches *searches, gconstpointer data)
{
  g_autoptr (GHashTable) rows = NULL;

  for (guint i = 0; i < 5; i++)
    wh_search_tally_count (searches->tally, "gorila glu", i == 4);
  flush (searches, FALSE);
  rows = rows_of (searches);
  g_assert_cmpint (((WhSearchDay *) g_hash_table_lookup (rows, "2026-06-01 gorila glu"))->empty, ==, 4);
}

static void
test_days (Searches *searches, gconstpointer data)
{
  g_autoptr (GHashTable) rows = NULL;

  count (searches, "blue dream", 3);
  count (searches, "rare", 2);
  wait_for (searches, 2 * 3600 * WH_TIME_SECOND);   /* past midnight */
  count (searches, "blue dream", 2);
  flush (searches, FALSE);
  rows = rows_of (searches);
  g_assert_cmpint (searches_in (rows, "2026-06-01 blue dream"), ==, 3);
  g_assert_cmpint (searches_in (rows, "2026-06-01 *"), ==, 2);
  g_assert_cmpint (searches_in (rows, "2026-06-02 blue dream"), ==, 0);   /* two so far */
}

/* The day is full: what comes then is counted, not named. Neither is what is too long for a name. */
static void
test_bounds (Searches *searches, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (WH_SEARCH_TERM_BYTES + 1, 'a');
  g_autofree char *most = g_strnfill (WH_SEARCH_TERM_BYTES, 'a');
  g_autofree char *key = g_strconcat ("2026-06-01 ", most, NULL);
  g_autoptr (GHashTable) rows = NULL;

  count (searches, most, 3);
  count (searches, long_text, 3);
  for (guint i = 0; i < WH_SEARCH_TERMS + 10; i++)
    {
      g_autofree char *term = g_strdup_printf ("term %u", i);
      count (searches, term, 3);
    }
  flush (searches, TRUE);
  rows = rows_of (searches);
  g_assert_cmpuint (g_hash_table_size (rows), ==, WH_SEARCH_TERMS + 1);
  g_assert_cmpint (searches_in (rows, key), ==, 3);
  g_assert_cmpint (searches_in (rows, "2026-06-01 *"), ==, 3 + 3 * 11);
}

/* What stands in the entry for a moment only was not searched for. */
static void
test_typed (Searches *searches, gconstpointer data)
{
  static const char *const typing[] = { "b", "bl", "blu", "blue" };
  g_autoptr (GHashTable) rows = NULL;

  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (typing); i++)
        {
          wh_search_tally_typed (searches->tally, typing[i], 4);
          wait_for (searches, WH_TIME_SECOND / 5);
        }
      wait_for (searches, 3 * WH_TIME_SECOND);
      for (guint i = 0; i < 3; i++)   /* the list is shown anew: once was asked */
        {
          wh_search_tally_is_due (searches->tally, FALSE);
          wh_search_tally_typed (searches->tally, "blue", 4);
        }
      wh_search_tally_typed (searches->tally, NULL, 9);
    }
  flush (searches, TRUE);
  rows = rows_of (searches);
  g_assert_cmpuint (g_hash_table_size (rows), ==, 1);
  g_assert_cmpint (searches_in (rows, "2026-06-01 blue"), ==, 3);
}

/* After a failure all is still there, and is written once. */
static void
test_failed_write (Searches *searches, gconstpointer data)
{
  g_autoptr (WhPrincipal) reader = wh_principal_new_anonymous ();
  g_autofree char *dir = wh_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);
  g_autoptr (WhStore) made = wh_store_open (path, WH_STORE_WRITE, NULL);
  g_autoptr (WhStore) only_read = wh_store_open (path, WH_STORE_READ, NULL);
  g_autoptr (GError) denied = NULL, failure = NULL;
  g_autoptr (GHashTable) rows = NULL;

  count (searches, "blue dream", 4);
  count (searches, "rare", 2);
  wait_for (searches, 2 * 3600 * WH_TIME_SECOND);
  count (searches, "og kush", 3);
  g_assert_false (wh_search_tally_flush (searches->tally, searches->base.store, reader, FALSE, &denied));
  g_assert_error (denied, WH_ERROR, WH_ERROR_DENIED);
  g_assert_false (wh_search_tally_flush (searches->tally, only_read, searches->base.principal, FALSE, &failure));
  g_assert_nonnull (failure);
  flush (searches, FALSE);
  rows = rows_of (searches);
  g_assert_cmpint (searches_in (rows, "2026-06-01 blue dream"), ==, 4);
  g_assert_cmpint (searches_in (rows, "2026-06-01 *"), ==, 2);
  g_assert_cmpint (searches_in (rows, "2026-06-02 og kush"), ==, 3);
  g_assert_cmpuint (g_hash_table_size (rows), ==, 3);
  wh_test_remove_dir (dir);
}

static gpointer
count_thread (gpointer data)
{
  count (data, "blue dream", 2000);
  return NULL;
}

static void
test_threads (Searches *searches, gconstpointer data)
{
  GThread *threads[4];
  g_autoptr (GHashTable) rows = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("search", count_thread, searches);
  for (guint i = 0; i < 20; i++)
    g_assert_true (wh_search_tally_flush (searches->tally, searches->base.store, searches->base.principal, FALSE, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_true (wh_search_tally_flush (searches->tally, searches->base.store, searches->base.principal, TRUE, NULL));
  rows = rows_of (searches);
  g_assert_cmpint (searches_in (rows, "2026-06-01 blue dream") + searches_in (rows, "2026-06-01 *"), ==, 8000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/search-tally/rare-ones-have-no-name", Searches, NULL, set_up, test_rare_ones_have_no_name, tear_down);
  g_test_add ("/search-tally/empty", Searches, NULL, set_up, test_empty, tear_down);
  g_test_add ("/search-tally/days", Searches, NULL, set_up, test_days, tear_down);
  g_test_add ("/search-tally/bounds", Searches, NULL, set_up, test_bounds, tear_down);
  g_test_add ("/search-tally/typed", Searches, NULL, set_up, test_typed, tear_down);
  g_test_add ("/search-tally/failed-write", Searches, NULL, set_up, test_failed_write, tear_down);
  g_test_add ("/search-tally/threads", Searches, NULL, set_up, test_threads, tear_down);
  return g_test_run ();
}
