#include "wh-test-kills.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "store/wh-store.h"
#include "wh-test-server.h"

#define WRITERS 3
#define GROUP 20
#define LONGEST_LIFE_US 120000
#define SENT_AGAIN 200     /* of those that were acknowledged */
#define STRAIN "0190a6c0-0000-7000-8000-000000000001"

/* What was sent at once: one note, or a group of all or nothing. */
typedef struct {
  char    *body;
  char    *key;      /* Idempotency-Key; the ids are then the server's, known from its reply. NULL: the ids are in the body */
  WhId     ids[GROUP];
  guint    n_ids;
  gboolean acknowledged;
} Letter;

/* One who writes until the server is gone. */
typedef struct {
  const WhTestServer *server;
  guint      group;        /* notes of a letter */
  gboolean   keyed;
  GPtrArray *letters;      /* of Letter */
  guint      checked;      /* of them */
} Author;

typedef struct {
  WhTestServer server;
  Author       authors[WRITERS + 1];
  WhTestKills *counts;
} Campaign;

static void
letter_free (Letter *letter)
{
  g_free (letter->body);
  g_free (letter->key);
  g_free (letter);
}

/* -- the server ----------------------------------------------------------------------------------------------------- */

static void
die_with_parent_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Does not wait until its catalogue is read: that moment may be the last, too. */
static void
start (WhTestServer *server)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                                        | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL, *key = g_build_filename (server->dir, "admin.key", NULL);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  server->process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("WEEDHOUNDS_TEST_BINARY"), "--data-dir", server->dir,
                                                 "serve", "--listen", "127.0.0.1:0", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
  server->port = (guint16) g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
  g_free (server->key);
  g_assert_true (g_file_get_contents (key, &server->key, NULL, NULL));
  g_strstrip (server->key);
}

static void
end (WhTestServer *server, int signal)
{
  g_subprocess_send_signal (server->process, signal);
  g_assert_true (g_subprocess_wait (server->process, NULL, NULL));
  g_clear_object (&server->process);
}

/* The status of the reply; 0 when there is none, or only a part of it. `key` and `out_location` may be NULL. */
static guint
post (const WhTestServer *server, const char *path, const char *key, const char *body, char **out_location)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", server->port, NULL, NULL);
  g_autofree char *request = NULL, *reply = NULL;
  const char *location;

  if (!connection)
    return 0;
  request = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n%s%s%s"
                             "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", path, server->key, key ? "Idempotency-Key: " : "",
                             key ? key : "", key ? "\r\n" : "", strlen (body), body);
  wh_test_server_send (connection, request, -1);
  reply = wh_test_server_read (connection);
  location = strstr (reply, "\r\nLocation: /api/notes/");
  if (location && out_location)
    *out_location = g_strndup (location + strlen ("\r\nLocation: /api/notes/"), WH_ID_TEXT_LENGTH);
  return g_str_has_prefix (reply, "HTTP/1.1 ") ? (guint) g_ascii_strtoull (reply + strlen ("HTTP/1.1 "), NULL, 10) : 0;
}

/* -- who writes ----------------------------------------------------------------------------------------------------- */

static char *
note_body (const WhId *id)
{
  g_autofree char *text = wh_id_to_string (id);

  return g_strdup_printf ("{\"note_id\":\"%s\",\"object_kind\":\"strain\",\"object_id\":\"" STRAIN "\",\"text\":\"%s\"}", text, text);
}

static char *
group_body (const Letter *letter)
{
  GString *body = g_string_new ("{\"all_or_nothing\":true,\"changes\":[");

  for (guint i = 0; i < letter->n_ids; i++)
    {
      g_autofree char *row = note_body (&letter->ids[i]);
      g_string_append_printf (body, "%s{\"op\":\"create\",\"kind\":\"note\",\"row\":%s}", i ? "," : "", row);
    }
  g_string_append (body, "]}");
  return g_string_free (body, FALSE);
}

static gboolean
send_letter (const Author *author, Letter *letter)
{
  g_autofree char *location = NULL;
  guint status = post (author->server, author->group > 1 ? "/api/changes" : "/api/notes", letter->key, letter->body, &location);
  WhId id = letter->ids[0];

  if (status != 200 && status != 201)
    return FALSE;
  if (!letter->key)
    return TRUE;
  g_assert_true (location && wh_id_parse (location, &id));
  /* The same key, the same row. */
  g_assert_true (wh_id_is_none (&letter->ids[0]) || wh_id_equal (&letter->ids[0], &id));
  letter->ids[0] = id;
  return TRUE;
}

static Letter *
write_letter (const Author *author)
{
  Letter *letter = g_new0 (Letter, 1);
  WhId key = wh_id_new ();

  letter->n_ids = author->group;
  for (guint i = 0; i < letter->n_ids && !author->keyed; i++)
    letter->ids[i] = wh_id_new ();
  if (author->keyed)
    {
      letter->key = wh_id_to_string (&key);
      letter->body = g_strdup_printf ("{\"object_kind\":\"strain\",\"object_id\":\"" STRAIN "\",\"text\":\"%s\"}", letter->key);
    }
  else
    letter->body = author->group > 1 ? group_body (letter) : note_body (letter->ids);
  return letter;
}

static gpointer
write_thread (gpointer data)
{
  Author *author = data;
  Letter *letter;

  do
    {
      letter = write_letter (author);
      g_ptr_array_add (author->letters, letter);
      letter->acknowledged = send_letter (author, letter);
    }
  while (letter->acknowledged);
  return NULL;
}

static void
kill_while_writing (Campaign *campaign)
{
  GThread *threads[G_N_ELEMENTS (campaign->authors)];

  start (&campaign->server);
  g_assert_cmpuint (post (&campaign->server, "/api/strains", NULL, "{\"strain_id\":\"" STRAIN "\",\"name\":\"Durable\"}", NULL), !=, 0);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("author", write_thread, &campaign->authors[i]);
  g_usleep ((gulong) g_test_rand_int_range (1000, LONGEST_LIFE_US));
  end (&campaign->server, SIGKILL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* -- what is left --------------------------------------------------------------------------------------------------- */

static guint
count_found (WhReader *reader, const Letter *letter, GError **error)
{
  guint found = 0;

  for (guint i = 0; i < letter->n_ids; i++)
    {
      g_autoptr (GError) missing = NULL;
      g_autoptr (WhEntity) note = wh_reader_get (reader, WH_KIND_NOTE, &letter->ids[i], &missing);
      g_assert_true (note || g_error_matches (missing, WH_ERROR, WH_ERROR_NOT_FOUND));
      found += note != NULL;
    }
  return found;
}

/* Those that nobody has looked at. */
static gboolean
find_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Campaign *campaign = user_data;

  for (Author *author = campaign->authors; author < campaign->authors + G_N_ELEMENTS (campaign->authors); author++)
    for (; author->checked < author->letters->len; author->checked++)
      {
        const Letter *letter = author->letters->pdata[author->checked];
        guint found;
        if (letter->key && !letter->acknowledged)
          continue;   /* nobody knows under which id; the end counts all */
        found = count_found (reader, letter, error);
        g_assert_true (found == letter->n_ids || (found == 0 && !letter->acknowledged));
        campaign->counts->groups_landed += author->group > 1 && found && !letter->acknowledged;
      }
  return TRUE;
}

/* Returns the revision. */
static gint64
assert_whole (Campaign *campaign)
{
  g_autofree char *path = wh_paths_store (campaign->server.dir);
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (GError) error = NULL;
  g_autoptr (WhStore) store = wh_store_open (path, WH_STORE_WRITE, &error);

  g_assert_no_error (error);
  wh_store_read (store, principal, find_cb, campaign, &error);
  g_assert_no_error (error);
  wh_store_check (store, &error);
  g_assert_no_error (error);
  return wh_store_revision (store);
}

/* As one does who got no reply, or forgot that he did. */
static void
send_again (const Author *author)
{
  for (guint i = 0; i < author->letters->len; i++)
    {
      Letter *letter = author->letters->pdata[i];
      if (!letter->acknowledged || author->letters->len - i <= SENT_AGAIN / author->group)
        g_assert_true (send_letter (author, letter));
    }
}

static void
count (Campaign *campaign)
{
  for (Author *author = campaign->authors; author < campaign->authors + G_N_ELEMENTS (campaign->authors); author++)
    for (guint i = 0; i < author->letters->len; i++)
      {
        const Letter *letter = author->letters->pdata[i];
        *(author->group > 1 ? &campaign->counts->groups : &campaign->counts->rows) += 1;
        *(author->group > 1 ? &campaign->counts->groups_acknowledged : &campaign->counts->acknowledged) += letter->acknowledged;
      }
}

/* Everything is there once: the notes, and the strain they are about. */
static void
finish (Campaign *campaign)
{
  gint64 expected = 1;

  start (&campaign->server);
  for (guint i = 0; i < G_N_ELEMENTS (campaign->authors); i++)
    {
      send_again (&campaign->authors[i]);
      expected += campaign->authors[i].letters->len * campaign->authors[i].group;
      campaign->authors[i].checked = 0;
    }
  end (&campaign->server, SIGTERM);
  count (campaign);
  for (guint i = 0; i < G_N_ELEMENTS (campaign->authors); i++)
    for (guint j = 0; j < campaign->authors[i].letters->len; j++)
      ((Letter *) campaign->authors[i].letters->pdata[j])->acknowledged = TRUE;
  g_assert_cmpint (assert_whole (campaign), ==, expected);
}

void
wh_test_kills_run (guint kills, WhTestKills *counts)
{
  Campaign campaign = { .server = { .dir = wh_test_make_dir () }, .counts = counts };

  for (guint i = 0; i < G_N_ELEMENTS (campaign.authors); i++)
    campaign.authors[i] = (Author){ .server = &campaign.server, .group = i < WRITERS ? 1 : GROUP, .keyed = i % WRITERS == 1,
                                    .letters = g_ptr_array_new_with_free_func ((GDestroyNotify) letter_free) };
  for (guint i = 0; i < kills; i++)
    {
      kill_while_writing (&campaign);
      assert_whole (&campaign);
      counts->kills++;
    }
  finish (&campaign);
  for (guint i = 0; i < G_N_ELEMENTS (campaign.authors); i++)
    g_ptr_array_unref (campaign.authors[i].letters);
  wh_test_remove_dir (campaign.server.dir);
  g_free (campaign.server.dir);
  g_free (campaign.server.key);
}
