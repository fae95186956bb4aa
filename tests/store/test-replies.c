/* Kept replies in every database: found by principal and key while they count, refused under a key that is taken, dropped when old, taken
 * back with the transaction they belong to. */
#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "store/wh-store-replies.h"
#include "wh-test-store.h"

#define DAY WH_TIME_DAY
#define START (G_GINT64_CONSTANT (1700000000) * WH_TIME_SECOND)

typedef struct {
  const char *who, *key, *data;
  gint64      since;
  gboolean    fail;        /* the write, after it was kept */
  gboolean    with_strain;
  gboolean    kept;
} Keep;

static gboolean
keep_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  Keep *keep = user_data;
  WhKeptReply reply = { .who = (char *) keep->who, .key = (char *) keep->key, .status = 201, .location = (char *) "/api/notes/1",
                        .tag = (char *) "\"7\"", .data = (char *) keep->data, .request = wh_hash_data ("r", 1) };
  g_autoptr (WhStrain) strain = wh_test_store_strain ("Kept");

  if (keep->with_strain && !wh_writer_put (writer, strain, NULL, error))
    return FALSE;
  if (!wh_writer_keep_reply (writer, &reply, keep->since, &keep->kept, error))
    return FALSE;
  if (keep->fail)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_CONFLICT, "no");
  return !keep->fail;
}

static gboolean
put (WhTestStore *fixture, Keep *keep)
{
  return wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", keep_cb, keep, NULL, NULL);
}

typedef struct {
  const char  *who, *key;
  gint64       since;
  WhKeptReply *reply;
} Find;

static gboolean
find_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Find *find = user_data;

  return wh_reader_reply (reader, find->who, find->key, find->since, &find->reply, error);
}

static WhKeptReply *
get (WhTestStore *fixture, const char *who, const char *key, gint64 since)
{
  Find find = { who, key, since, NULL };
  g_autoptr (GError) error = NULL;

  wh_store_read (fixture->store, fixture->principal, find_cb, &find, &error);
  g_assert_no_error (error);
  return find.reply;
}

static void
test_found (WhTestStore *fixture)
{
  Keep keep = { "ann", "k", "{\"a\":\"ü\"}" };
  g_autoptr (WhKeptReply) reply = NULL;
  WhHash hash = wh_hash_data ("r", 1);

  g_assert_true (put (fixture, &keep));
  g_assert_true (keep.kept);
  reply = get (fixture, "ann", "k", 0);
  g_assert_nonnull (reply);
  g_assert_cmpuint (reply->status, ==, 201);
  g_assert_cmpstr (reply->location, ==, "/api/notes/1");
  g_assert_cmpstr (reply->tag, ==, "\"7\"");
  g_assert_cmpstr (reply->data, ==, keep.data);
  g_assert_cmpmem (&reply->request, sizeof hash, &hash, sizeof hash);
  g_assert_null (get (fixture, "bob", "k", 0));
  g_assert_null (get (fixture, "ann", "K", 0));
  g_assert_null (get (fixture, "ann", "k", reply->kept_at));
}

static void
test_taken (WhTestStore *fixture)
{
  Keep first = { "ann", "k", "1" }, again = { "ann", "k", "2" }, other = { "bob", "k", "3" };
  g_autoptr (WhKeptReply) reply = NULL;

  g_assert_true (put (fixture, &first));
  g_assert_true (put (fixture, &again));
  g_assert_false (again.kept);
  g_assert_true (put (fixture, &other));
  g_assert_true (other.kept);
  reply = get (fixture, "ann", "k", 0);
  g_assert_cmpstr (reply->data, ==, "1");
}

static void
test_with_the_write (WhTestStore *fixture)
{
  Keep failed = { "ann", "k", "1", .fail = TRUE, .with_strain = TRUE }, done = { "ann", "k", "2", .with_strain = TRUE };
  gint64 before = wh_store_revision (fixture->store);

  g_assert_false (put (fixture, &failed));
  g_assert_null (get (fixture, "ann", "k", 0));
  g_assert_cmpint (wh_store_revision (fixture->store), ==, before);
  g_assert_true (put (fixture, &done));
  g_assert_true (done.kept);
  g_assert_cmpint (wh_store_revision (fixture->store), ==, before + 1);
}

static void
test_old (WhTestStore *fixture)
{
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *key = g_strdup_printf ("old %u", i);
      Keep keep = { "ann", key, "1" };
      wh_clock_freeze (START + i);
      g_assert_true (put (fixture, &keep));
    }
  wh_clock_freeze (START + 2 * DAY);
  Keep again = { "ann", "old 39", "2", .since = START + DAY }, more = { "ann", "more", "3", .since = START + DAY };
  g_assert_true (put (fixture, &again));
  g_assert_true (again.kept);   /* the old one does not count */
  g_assert_true (put (fixture, &more));
  more.key = "yet more";
  g_assert_true (put (fixture, &more));
  wh_clock_freeze (WH_TIME_UNSET);
  g_assert_null (get (fixture, "ann", "old 0", 0));
  g_assert_null (get (fixture, "ann", "old 38", 0));
  g_autoptr (WhKeptReply) reply = get (fixture, "ann", "old 39", 0);
  g_assert_cmpstr (reply->data, ==, "2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wh_test_store_add ("replies/found", WH_TEST_EVERYWHERE, test_found);
  wh_test_store_add ("replies/taken", WH_TEST_EVERYWHERE, test_taken);
  wh_test_store_add ("replies/with-the-write", WH_TEST_EVERYWHERE, test_with_the_write);
  wh_test_store_add ("replies/old", WH_TEST_EVERYWHERE, test_old);
  return g_test_run ();
}
