/* What is searched for in a window reaches the store of this machine, and stays counted while somebody else writes there. */
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "client/wh-session.h"
#include "core/wh-nouns-shop.h"
#include "support/wh-test.h"

#define NOW "2026-06-01T12:00:00Z"

typedef struct {
  char  *dir;
  gint64 now;
} Window;

static gboolean
strain_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  g_autoptr (WhStrain) strain = wh_strain_new (WH_ID_NONE);

  strain->name = g_strdup ("Blue Dream");
  return wh_writer_put (writer, strain, NULL, error);
}

static void
set_up (Window *window, gconstpointer data)
{
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (WhStore) store = NULL;
  g_autofree char *path = NULL;

  window->dir = wh_test_make_dir ();
  path = wh_paths_store (window->dir);
  store = wh_store_open (path, WH_STORE_WRITE, NULL);
  g_assert_true (wh_store_write (store, principal, WH_PERMISSION_WRITE_CATALOGUE, "test", strain_cb, NULL, NULL, NULL));
  g_assert_true (wh_clock_parse (NOW, &window->now));
  wh_clock_freeze (window->now);
}

static void
tear_down (Window *window, gconstpointer data)
{
  wh_clock_freeze (WH_TIME_UNSET);
  wh_test_remove_dir (window->dir);
  g_free (window->dir);
}

static void
search (Window *window, WhSession *session, const char *text, guint times)
{
  for (guint i = 0; i < times; i++)
    {
      wh_session_searched (session, text, 1);
      wh_clock_freeze (window->now += 2 * WH_TIME_SECOND);
      wh_session_searched (session, NULL, 1);
    }
}

static gboolean
sum_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  const WhSearchDay *row = entity;
  gint64 *sums = user_data;

  sums[g_str_equal (row->term, "blue dream")] += row->searches;
  return TRUE;
}

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  return wh_reader_each (reader, WH_KIND_SEARCH_DAY, sum_cb, user_data, error);
}

/* sums[1]: of "blue dream"; sums[0]: of all others. */
static void
read_sums (Window *window, gint64 sums[2])
{
  g_autofree char *path = wh_paths_store (window->dir);
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_READ, NULL);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();

  sums[0] = sums[1] = 0;
  g_assert_true (wh_store_read (store, principal, read_cb, sums, NULL));
}

static void
test_kept_at_the_end (Window *window, gconstpointer data)
{
  g_autoptr (WhSession) session = wh_session_new (window->dir, NULL, NULL);
  gint64 sums[2];

  search (window, session, "blue dream", 4);
  search (window, session, "rare", 1);
  read_sums (window, sums);
  g_assert_cmpint (sums[1], ==, 0);
  g_clear_object (&session);
  read_sums (window, sums);
  g_assert_cmpint (sums[1], ==, 4);
  g_assert_cmpint (sums[0], ==, 1);
}

/* The window closes all the same, without a word. */
static void
test_store_in_use (Window *window, gconstpointer data)
{
  g_autofree char *path = wh_paths_writer_lock (window->dir);
  g_autoptr (WhSession) session = wh_session_new (window->dir, NULL, NULL);
  g_autoptr (WhLock) lock = wh_lock_take (path, NULL);
  gint64 sums[2];

  g_assert_nonnull (lock);
  search (window, session, "blue dream", 4);
  g_clear_object (&session);
  read_sums (window, sums);
  g_assert_cmpint (sums[1], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/searches/kept-at-the-end", Window, NULL, set_up, test_kept_at_the_end, tear_down);
  g_test_add ("/searches/store-in-use", Window, NULL, set_up, test_store_in_use, tear_down);
  return g_test_run ();
}
