#include <libsoup/soup.h>

#include "base/wh-error.h"
#include "base/wh-lock.h"
#include "client/wh-session.h"
#include "client/wh-sync.h"
#include "support/wh-test.h"
#include "wire/wh-wire.h"

#define N_STRAINS 23
#define PAGE 5

typedef enum {
  FAULT_NONE,
  FAULT_UNAVAILABLE,   /* 503 */
  FAULT_GARBAGE,
  FAULT_TRUNCATED,
  FAULT_REPEATED,      /* the page from the very beginning again */
  FAULT_NO_PROGRESS,   /* says there is more, with the same token */
  FAULT_BAD_ID,
  FAULT_OTHER_ROW,     /* a change brings the row of another id */
  FAULT_GONE,          /* 410, for ever */
  FAULT_WITHHELD,      /* no fault: the first two pages hold nothing that this client may see */
} Fault;

/* A server that answers from a store, and wrongly from request `faulty_from` on. */
typedef struct {
  char        *dir;
  WhStore     *origin;
  WhPrincipal *principal;
  SoupServer  *server;
  char        *url;
  WhRemote    *remote;
  Fault        fault;
  guint        faulty_from;
  guint        n_requests;
  guint        page;
} Fixture;

/* -- the origin ---------------------------------------------------------------------------------------------------- */

typedef struct {
  guint first, last;
  gboolean delete;
} Batch;

static gboolean
write_strains (WhWriter *writer, gpointer user_data, GError **error)
{
  const Batch *batch = user_data;

  for (guint i = batch->first; i < batch->last; i++)
    {
      g_autofree char *name = g_strdup_printf ("Strain %u", i);
      WhId id = wh_id_from_key ("strain", "test", name);
      g_autoptr (WhStrain) strain = wh_strain_new (id);
      strain->name = g_strdup (name);
      if (!(batch->delete ? wh_writer_delete (writer, WH_KIND_STRAIN, &id, error) : wh_writer_put (writer, strain, NULL, error)))
        return FALSE;
    }
  return TRUE;
}

static void
change_origin (Fixture *fixture, guint first, guint last, gboolean delete)
{
  Batch batch = { first, last, delete };
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->origin, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", write_strains, &batch, NULL, &error);
  g_assert_no_error (error);
}

static WhStore *
make_origin (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
  g_autoptr (GError) error = NULL;
  WhStore *store = wh_store_open (path, WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  return store;
}

/* -- the server ---------------------------------------------------------------------------------------------------- */

typedef struct {
  gint64     since;
  guint      limit;
  gint64     revision;
  gboolean   has_more;
  GPtrArray *changes;
} Read;

static gboolean
read_changes (WhReader *reader, gpointer user_data, GError **error)
{
  Read *read = user_data;

  read->revision = wh_reader_revision (reader);
  read->changes = wh_reader_changes (reader, read->since, read->limit, &read->has_more, error);
  return read->changes != NULL;
}

static char *
page_text (Fixture *fixture, gint64 since, gboolean stuck)
{
  gboolean withheld = fixture->fault == FAULT_WITHHELD && since < 2 * (gint64) fixture->page;
  Read read = { since, fixture->page, 0, FALSE, NULL };
  GString *text = g_string_new ("{\"success\":true,\"data\":");
  g_autofree char *epoch = wh_store_epoch (fixture->origin);
  g_autofree char *server_id = wh_store_server_id (fixture->origin);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  g_assert_true (wh_store_read (fixture->origin, fixture->principal, read_changes, &read, NULL));
  gint64 last = read.has_more ? ((WhChange *) read.changes->pdata[read.changes->len - 1])->seq : read.revision;
  g_autofree char *token = wh_wire_token (epoch, stuck ? since : last);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "server_id", fixture->fault == FAULT_BAD_ID ? "../../evil" : server_id);
  wh_json_writer_add_string (writer, "epoch", epoch);
  wh_json_writer_add_string (writer, "token", token);
  wh_json_writer_add_integer (writer, "revision", read.revision);
  wh_json_writer_add_boolean (writer, "has_more", read.has_more || stuck);
  wh_json_writer_key (writer, "changes");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < read.changes->len && !stuck && !withheld; i++)
    wh_wire_write_change (writer, read.changes->pdata[i]);
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  g_ptr_array_unref (read.changes);
  g_string_append (text, "}");
  return g_string_free (text, FALSE);
}

static void
respond (SoupServerMessage *message, guint status, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text, strlen (text));
}

static void
handle_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  gboolean faulty = ++fixture->n_requests >= fixture->faulty_from;
  Fault fault = faulty ? fixture->fault : FAULT_NONE;
  const char *token = query ? g_hash_table_lookup (query, "token") : NULL;
  g_autofree char *epoch = NULL;
  g_autofree char *own_epoch = wh_store_epoch (fixture->origin);
  gint64 since = 0;

  g_assert_cmpstr (path, ==, "/api/sync/changes");
  g_assert_true (wh_wire_token_parse (token, &epoch, &since, NULL));
  if (fault == FAULT_UNAVAILABLE)
    respond (message, 503, "{}");
  else if (fault == FAULT_GARBAGE)
    respond (message, 200, "<html>captive portal</html>");
  else if (fault == FAULT_GONE || (epoch && strcmp (epoch, own_epoch) != 0))
    respond (message, 410, "{\"success\":false,\"errors\":[{\"code\":\"MUST_REFETCH\",\"message\":\"begin again\"}]}");
  else
    {
      g_autofree char *text = page_text (fixture, fault == FAULT_REPEATED ? 0 : since, fault == FAULT_NO_PROGRESS);
      if (fault == FAULT_TRUNCATED)
        text[strlen (text) / 2] = '\0';
      if (fault == FAULT_OTHER_ROW)
        {
          char *id = strstr (text, "\"id\":\"") + strlen ("\"id\":\"");
          *id = *id == '0' ? '1' : '0';
        }
      respond (message, 200, text);
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = wh_test_make_dir ();
  fixture->principal = wh_principal_new_local ();
  fixture->origin = make_origin (fixture, "origin.db");
  fixture->page = PAGE;
  change_origin (fixture, 0, N_STRAINS, FALSE);
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, handle_cb, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  g_autoslist (GUri) uris = soup_server_get_uris (fixture->server);
  g_autofree char *uri = g_uri_to_string (uris->data);
  fixture->url = wh_remote_normalize_url (uri, &error);
  g_assert_no_error (error);
  fixture->remote = wh_remote_new (fixture->url);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  wh_remote_unref (fixture->remote);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  wh_store_unref (fixture->origin);
  wh_principal_unref (fixture->principal);
  wh_test_remove_dir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->url);
}

/* -- pulling and comparing ------------------------------------------------------------------------------------------- */

typedef struct {
  gboolean done;
  char    *path;
  GError  *error;
} Outcome;

static void
pulled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->path = wh_sync_pull_finish (result, &outcome->error);
  outcome->done = TRUE;
}

static char *
pull (Fixture *fixture, GError **error)
{
  WhSyncOptions options = { fixture->dir, fixture->url, fixture->remote, fixture->principal, PAGE, NULL, NULL };
  Outcome outcome = { FALSE, NULL, NULL };

  wh_sync_pull_async (&options, NULL, pulled_cb, &outcome);
  while (!outcome.done)
    g_main_context_iteration (NULL, TRUE);
  if (outcome.error)
    g_propagate_error (error, outcome.error);
  return outcome.path;
}

static GPtrArray *
all_changes (Fixture *fixture, WhStore *store)
{
  Read read = { 0, G_MAXUINT16, 0, FALSE, NULL };

  g_assert_true (wh_store_read (store, fixture->principal, read_changes, &read, NULL));
  return read.changes;
}

static void
assert_equal_to_origin (Fixture *fixture, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) mirror = wh_mirror_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) ours = all_changes (fixture, mirror);
  g_autoptr (GPtrArray) theirs = all_changes (fixture, fixture->origin);

  g_assert_cmpuint (ours->len, ==, theirs->len);
  for (guint i = 0; i < ours->len; i++)
    {
      const WhChange *mine = ours->pdata[i], *other = theirs->pdata[i];
      g_assert_cmpint (mine->seq, ==, other->seq);
      g_assert_cmpint (mine->op, ==, other->op);
      g_assert_true (wh_id_equal (&mine->id, &other->id));
      g_assert_true (mine->op == WH_CHANGE_DELETE || wh_entity_equal (mine->entity, other->entity));
    }
  g_assert_true (wh_store_check (mirror, &error));
  g_assert_no_error (error);
}

static void
pull_well (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->fault = FAULT_NONE;
  path = pull (fixture, &error);
  g_assert_no_error (error);
  assert_equal_to_origin (fixture, path);
}

/* -- tests ----------------------------------------------------------------------------------------------------------- */

static void
test_whole_and_delta (Fixture *fixture, gconstpointer data)
{
  pull_well (fixture);
  g_assert_cmpuint (fixture->n_requests, ==, (N_STRAINS + PAGE - 1) / PAGE);
  change_origin (fixture, 3, 5, TRUE);
  change_origin (fixture, N_STRAINS, N_STRAINS + 1, FALSE);
  pull_well (fixture);
  g_assert_cmpuint (fixture->n_requests, ==, (N_STRAINS + PAGE - 1) / PAGE + 1);
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (fixture->dir, fixture->url, fixture->principal);
  g_assert_cmpuint (mirrors->len, ==, 1);
  g_assert_true (((WhMirror *) mirrors->pdata[0])->complete);
}

static void
test_cut_after_every_page (Fixture *fixture, gconstpointer data)
{
  for (guint pages = 1; pages < N_STRAINS / PAGE + 1; pages++)
    {
      g_autoptr (GError) error = NULL;
      fixture->fault = FAULT_UNAVAILABLE;
      fixture->n_requests = 0;
      fixture->faulty_from = 2;
      g_assert_null (pull (fixture, &error));
      g_assert_nonnull (error);
      g_autoptr (GPtrArray) mirrors = wh_mirror_list (fixture->dir, fixture->url, fixture->principal);
      g_assert_cmpuint (mirrors->len, ==, 1);
      WhMirror *mirror = mirrors->pdata[0];
      g_assert_false (mirror->complete);
      g_autoptr (WhStore) store = wh_mirror_open (mirror->path, NULL);
      g_autoptr (GPtrArray) changes = all_changes (fixture, store);
      g_assert_cmpuint (changes->len, ==, pages * PAGE);
    }
  fixture->n_requests = 0;
  pull_well (fixture);
  g_assert_cmpuint (fixture->n_requests, ==, 1);
}

/* Pages in a row may be the staff's: what comes after them is pulled all the same. */
static void
test_withheld_pages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->fault = FAULT_WITHHELD;
  path = pull (fixture, &error);
  g_assert_no_error (error);
  g_autoptr (WhStore) store = wh_mirror_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) changes = all_changes (fixture, store);
  g_assert_cmpuint (changes->len, ==, N_STRAINS - 2 * PAGE);
}

/* Whatever is wrong with a page, nothing of it arrives, and the next good one heals it. */
static void
test_bad_pages (Fixture *fixture, gconstpointer data)
{
  static const Fault faults[] = { FAULT_GARBAGE, FAULT_TRUNCATED, FAULT_REPEATED, FAULT_NO_PROGRESS };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (GError) error = NULL;
      fixture->fault = faults[i];
      fixture->n_requests = 0;
      fixture->faulty_from = 2;
      g_assert_null (pull (fixture, &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
      g_autoptr (GPtrArray) mirrors = wh_mirror_list (fixture->dir, fixture->url, fixture->principal);
      g_autoptr (WhStore) store = wh_mirror_open (((WhMirror *) mirrors->pdata[0])->path, NULL);
      g_autoptr (GPtrArray) changes = all_changes (fixture, store);
      g_assert_cmpuint (changes->len, ==, (i + 1) * PAGE);
    }
  pull_well (fixture);
}

static void
test_row_of_another_id (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->fault = FAULT_OTHER_ROW;
  g_assert_null (pull (fixture, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  pull_well (fixture);
}

static void
test_bad_server_id (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->fault = FAULT_BAD_ID;
  g_assert_null (pull (fixture, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (fixture->dir, NULL, fixture->principal);
  g_assert_cmpuint (mirrors->len, ==, 0);
}

static void
test_server_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  pull_well (fixture);
  soup_server_disconnect (fixture->server);
  g_assert_null (pull (fixture, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_OFFLINE);
}

/* The server's history changed: the old mirror stays readable until the new one is whole. */
static void
test_refetch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *old = NULL, *new = NULL;

  old = pull (fixture, &error);
  g_assert_no_error (error);
  wh_store_unref (fixture->origin);
  fixture->origin = make_origin (fixture, "other.db");
  change_origin (fixture, 100, 100 + N_STRAINS, FALSE);
  fixture->fault = FAULT_UNAVAILABLE;
  fixture->n_requests = 0;
  fixture->faulty_from = 4;
  g_assert_null (pull (fixture, &error));
  g_clear_error (&error);
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (fixture->dir, fixture->url, fixture->principal);
  g_assert_cmpuint (mirrors->len, ==, 2);
  g_assert_cmpstr (((WhMirror *) mirrors->pdata[0])->path, ==, old);
  fixture->fault = FAULT_NONE;
  fixture->n_requests = 0;
  new = pull (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (new, !=, old);
  assert_equal_to_origin (fixture, new);
  /* Two pages were in, the rest went on from there. */
  g_assert_cmpuint (fixture->n_requests, ==, 3);
}

static void
test_gone_for_ever (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  pull_well (fixture);
  fixture->fault = FAULT_GONE;
  fixture->faulty_from = 0;
  fixture->n_requests = 0;
  g_assert_null (pull (fixture, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
  g_assert_cmpuint (fixture->n_requests, ==, 2);
  pull_well (fixture);
}

static void
test_other_program (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_build_filename (fixture->dir, "mirror", NULL);
  g_autofree char *path = g_build_filename (dir, "sync.lock", NULL);

  g_mkdir (dir, 0700);
  WhLock *lock = wh_lock_take (path, &error);
  g_assert_no_error (error);
  g_assert_null (pull (fixture, &error));
  g_assert_error (error, WH_ERROR, WH_ERROR_BUSY);
  g_assert_cmpuint (fixture->n_requests, ==, 0);
  wh_lock_release (lock);
  pull_well (fixture);
}

/* -- the session ------------------------------------------------------------------------------------------------------ */

static void
synced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (wh_session_sync_finish (WH_SESSION (source), result, &error));
  g_assert_no_error (error);
  (*(guint *) user_data)++;
}

static void
count_cb (WhSession *session, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_session_joins (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhSession) session = wh_session_new (fixture->dir, fixture->url, &error);
  guint n_synced = 0, n_changed = 0;

  g_assert_no_error (error);
  g_assert_null (wh_session_store (session));
  g_assert_cmpint (wh_session_sync_state (session), ==, WH_SYNC_NEVER);
  g_signal_connect (session, "changed", G_CALLBACK (count_cb), &n_changed);
  wh_session_sync_async (session, NULL, synced_cb, &n_synced);
  wh_session_sync_async (session, NULL, synced_cb, &n_synced);
  while (n_synced < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->n_requests, ==, (N_STRAINS + PAGE - 1) / PAGE);
  g_assert_cmpuint (n_changed, >=, 1);
  g_assert_cmpint (wh_session_sync_state (session), ==, WH_SYNC_CURRENT);
  g_autoptr (WhSnapshot) snapshot = wh_catalogue_snapshot (wh_session_catalogue (session));
  g_assert_cmpuint (wh_snapshot_length (snapshot), ==, N_STRAINS);
}

/* After beginning anew only the new mirror is left. */
static void
test_session_swaps (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhSession) session = wh_session_new (fixture->dir, fixture->url, &error);
  guint n_synced = 0;

  wh_session_sync_async (session, NULL, synced_cb, &n_synced);
  while (n_synced < 1)
    g_main_context_iteration (NULL, TRUE);
  wh_store_unref (fixture->origin);
  fixture->origin = make_origin (fixture, "other.db");
  change_origin (fixture, 100, 103, FALSE);
  wh_session_sync_async (session, NULL, synced_cb, &n_synced);
  while (n_synced < 2)
    g_main_context_iteration (NULL, TRUE);
  assert_equal_to_origin (fixture, wh_store_path (wh_session_store (session)));
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (fixture->dir, fixture->url, fixture->principal);
  g_assert_cmpuint (mirrors->len, ==, 1);
}

static void
test_addresses (void)
{
  static const char *const good[][2] = { { "http://127.0.0.1:8000", "http://127.0.0.1:8000" },
                                         { "HTTPS://Shop.Example/", "https://shop.example:443" },
                                         { "https://shop.example:443", "https://shop.example:443" } };
  static const char *const bad[] = { "127.0.0.1:8000", "ftp://a", "http://", "http://a/b", "http://a?x", "http://u@a", "" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *url = wh_remote_normalize_url (good[i][0], NULL);
      g_assert_cmpstr (url, ==, good[i][1]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (wh_remote_normalize_url (bad[i], &error));
      g_assert_error (error, WH_ERROR, WH_ERROR_INVALID);
    }
}

#define ADD(name, func) g_test_add ("/client/sync/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole-and-delta", test_whole_and_delta);
  ADD ("withheld-pages", test_withheld_pages);
  ADD ("cut-after-every-page", test_cut_after_every_page);
  ADD ("bad-pages", test_bad_pages);
  ADD ("row-of-another-id", test_row_of_another_id);
  ADD ("bad-server-id", test_bad_server_id);
  ADD ("server-gone", test_server_gone);
  ADD ("refetch", test_refetch);
  ADD ("gone-for-ever", test_gone_for_ever);
  ADD ("other-program", test_other_program);
  ADD ("session-joins", test_session_joins);
  ADD ("session-swaps", test_session_swaps);
  g_test_add_func ("/client/remote/addresses", test_addresses);
  return g_test_run ();
}
