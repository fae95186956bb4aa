/* Writes with an Idempotency-Key over HTTP: done once, answered alike, also after the server was killed between both. */
#include <signal.h>
#include <sqlite3.h>
#include <string.h>

#include "base/wh-id.h"
#include "base/wh-paths.h"
#include "store/wh-store.h"
#include "wh-test-server.h"

#define N_KILLS 8
#define WRITERS 3
#define RACERS 12
#define NOTE "{\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"%s\"}"

static WhTestServer server;

/* -- asking ----------------------------------------------------------------------------------------------------------- */

static WhTestReply *
ask (const char *method, const char *target, const char *key, const char *body)
{
  g_autofree char *field = key ? g_strdup_printf ("Idempotency-Key: %s\r\n", key) : NULL;
  g_autofree char *extra = g_strdup_printf ("Authorization: Bearer %s\r\nContent-Type: application/json\r\n%s", server.key,
                                            field ? field : "");
  WhTestReply *reply = wh_test_server_ask (&server, method, target, extra, body);

  g_test_message ("%s %s %s %.200s: %u %.300s", method, target, key ? key : "", body ? body : "", reply->status, reply->body);
  return reply;
}

static char *
note (const char *text)
{
  return g_strdup_printf (NOTE, server.id, text);
}

static const WhJsonNode *
data_of (const WhTestReply *reply)
{
  return wh_json_member (wh_json_root (reply->json), "data");
}

static const char *
text_of (const WhTestReply *reply, const char *name)
{
  return wh_json_string (wh_json_member (data_of (reply), name), NULL);
}

static void
assert_error (const WhTestReply *reply, guint status, const char *code)
{
  const WhJsonNode *error = wh_json_element (wh_json_member (wh_json_root (reply->json), "errors"), 0);

  g_assert_cmpuint (reply->status, ==, status);
  g_assert_cmpstr (wh_json_string (wh_json_member (error, "code"), NULL), ==, code);
  g_assert_cmpstr (wh_json_string (wh_json_member (error, "field"), NULL), ==, "Idempotency-Key");
}

static char *
header_of (const WhTestReply *reply, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s: ", name);
  const char *found = strstr (reply->head, start);

  return found ? g_strndup (found + strlen (start), strcspn (found + strlen (start), "\r")) : NULL;
}

static gint64
count_of (const char *path)
{
  g_autofree char *target = g_strconcat (path, "?count=true&limit=1", NULL);
  g_autoptr (WhTestReply) reply = ask ("GET", target, NULL, NULL);

  return wh_json_integer (wh_json_member (wh_json_member (wh_json_root (reply->json), "meta"), "total_count"), -1);
}

/* The JSON text of "data", which ends where the envelope goes on. */
static char *
data_text (const WhTestReply *reply)
{
  const char *start = strstr (reply->body, "\"data\":"), *end = strstr (reply->body, ",\"meta\":");

  g_assert_true (start && end && start < end);
  return g_strndup (start, (gsize) (end - start));
}

static void
assert_alike (const WhTestReply *first, const WhTestReply *again)
{
  static const char *const fields[] = { "Location", "ETag", "Content-Type" };
  g_autofree char *replayed = header_of (again, "Idempotent-Replayed");

  g_assert_cmpuint (again->status, ==, first->status);
  g_assert_cmpstr (replayed, ==, "true");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *before = header_of (first, fields[i]), *after = header_of (again, fields[i]);
      g_assert_cmpstr (before, ==, after);
    }
  if (first->status == 204)
    g_assert_cmpstr (again->body, ==, "");
  else
    {
      g_autofree char *before = data_text (first), *after = data_text (again);
      g_assert_cmpstr (before, ==, after);
    }
}

/* -- the tests -------------------------------------------------------------------------------------------------------- */

static void
test_replay (void)
{
  g_autofree char *body = note ("once");
  gint64 before = count_of ("/api/notes");
  g_autoptr (WhTestReply) first = ask ("POST", "/api/notes", "\"replay-1\"", body);
  g_autoptr (WhTestReply) again = ask ("POST", "/api/notes", "\"replay-1\"", body);
  g_autoptr (WhTestReply) bare = ask ("POST", "/api/notes", "replay-1", body);
  g_autoptr (WhTestReply) other = ask ("POST", "/api/notes", "\"replay-2\"", body);
  g_autofree char *fresh = header_of (first, "Idempotent-Replayed");

  g_assert_cmpuint (first->status, ==, 201);
  g_assert_null (fresh);
  assert_alike (first, again);
  assert_alike (first, bare);
  g_assert_cmpuint (other->status, ==, 201);
  g_assert_cmpstr (text_of (other, "note_id"), !=, text_of (first, "note_id"));
  g_assert_cmpint (count_of ("/api/notes"), ==, before + 2);
}

static void
test_other_request (void)
{
  g_autofree char *body = note ("mine"), *changed = note ("mine, changed");
  g_autoptr (WhTestReply) first = ask ("POST", "/api/notes", "other-1", body);
  g_autoptr (WhTestReply) text = ask ("POST", "/api/notes", "other-1", changed);
  g_autoptr (WhTestReply) path = ask ("POST", "/api/favorites", "other-1", body);
  g_autofree char *target = g_strconcat ("/api/notes/", text_of (first, "note_id"), NULL);
  g_autoptr (WhTestReply) method = ask ("DELETE", target, "other-1", NULL);

  g_assert_cmpuint (first->status, ==, 201);
  assert_error (text, 422, "IDEMPOTENCY_KEY_REUSED");
  assert_error (path, 422, "IDEMPOTENCY_KEY_REUSED");
  assert_error (method, 422, "IDEMPOTENCY_KEY_REUSED");
}

static void
test_wrong_keys (void)
{
  g_autofree char *body = note ("never"), *longest = g_strnfill (255, 'k'), *longer = g_strnfill (256, 'k');
  const char *wrong[] = { "\"\"", "a b", "\"a\\\"b\"", "\"a", "a,b", "\"a\"; p=1", longer };
  gint64 before = count_of ("/api/notes");
  g_autoptr (WhTestReply) fits = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (WhTestReply) reply = ask ("POST", "/api/notes", wrong[i], body);
      assert_error (reply, 400, "INVALID_PARAMETER");
    }
  g_assert_cmpint (count_of ("/api/notes"), ==, before);
  fits = ask ("POST", "/api/notes", longest, body);
  g_assert_cmpuint (fits->status, ==, 201);
}

/* What failed may be tried again, and a reader's key is nobody's business. */
static void
test_failure (void)
{
  g_autofree char *body = note ("at last");
  g_autoptr (WhTestReply) failed = ask ("POST", "/api/notes", "failure-1", "{\"text\":\"of what?\"}");
  g_autoptr (WhTestReply) malformed = ask ("POST", "/api/notes", "failure-1", "{");
  g_autoptr (WhTestReply) done = ask ("POST", "/api/notes", "failure-1", body);
  g_autoptr (WhTestReply) read = ask ("GET", "/api/notes", "failure-1", NULL);

  g_assert_cmpuint (failed->status, ==, 422);
  g_assert_cmpuint (malformed->status, ==, 400);
  g_assert_cmpuint (done->status, ==, 201);
  g_assert_cmpuint (read->status, ==, 200);
}

/* The id of a row made now. */
static char *
make (const char *path, const char *id_key, const char *body)
{
  g_autoptr (WhTestReply) reply = ask ("POST", path, NULL, body);

  g_assert_cmpuint (reply->status, ==, 201);
  return g_strdup (text_of (reply, id_key));
}

/* What became of an offer of one product for another. */
static char *
make_feedback (void)
{
  g_autofree char *shop = make ("/api/dispensaries", "dispensary_id", "{\"name\":\"Corner\",\"state\":\"CO\"}");
  g_autofree char *row = g_strdup_printf ("{\"name\":\"Jar\",\"dispensary_id\":\"%s\"}", shop);
  g_autofree char *product = make ("/api/products", "product_id", row);

  return g_strdup_printf ("{\"substitution_id\":\"%s\",\"strain_id\":\"%s\",\"offered_id\":\"%s\",\"outcome\":\"accepted\"}", shop,
                          server.id, product);
}

static void
test_every_write (void)
{
  g_autofree char *body = note ("every"), *target = NULL, *changes = NULL, *feedback = make_feedback ();
  g_autoptr (WhTestReply) made = ask ("POST", "/api/notes", NULL, body);

  target = g_strconcat ("/api/notes/", text_of (made, "note_id"), NULL);
  changes = g_strdup_printf ("{\"changes\":[{\"op\":\"create\",\"kind\":\"note\",\"row\":" NOTE "}]}", server.id, "in a group");
  const struct {
    const char *method, *target, *body;
    guint       status;
  } writes[] = {
    { "PUT", target, body, 200 },
    { "PATCH", target, "{\"text\":\"patched\"}", 200 },
    { "POST", "/api/changes", changes, 200 },
    { "POST", "/api/substitutes/feedback", feedback, 200 },
    { "DELETE", target, NULL, 204 },
    { "POST", "/api/admin/jobs", "{\"kind\":\"freshness\"}", 202 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (writes); i++)
    {
      g_autofree char *key = g_strdup_printf ("every-%u", i);
      g_autoptr (WhTestReply) first = ask (writes[i].method, writes[i].target, key, writes[i].body);
      g_autoptr (WhTestReply) again = ask (writes[i].method, writes[i].target, key, writes[i].body);
      g_assert_cmpuint (first->status, ==, writes[i].status);
      assert_alike (first, again);
    }
}

static gpointer
race_thread (gpointer data)
{
  return ask ("POST", "/api/notes", "race-1", data);
}

/* All at once: one is done, the others are told so or told to wait. */
static void
test_race (void)
{
  g_autofree char *body = note ("raced");
  gint64 before = count_of ("/api/notes");
  GThread *threads[RACERS];
  guint done = 0;

  for (guint i = 0; i < RACERS; i++)
    threads[i] = g_thread_new ("racer", race_thread, body);
  for (guint i = 0; i < RACERS; i++)
    {
      g_autoptr (WhTestReply) reply = g_thread_join (threads[i]);
      if (reply->status == 409)
        assert_error (reply, 409, "REQUEST_IN_PROGRESS");
      else
        g_assert_cmpuint (reply->status, ==, 201);
      done += reply->status == 201;
    }
  g_assert_cmpuint (done, >=, 1);
  g_assert_cmpint (count_of ("/api/notes"), ==, before + 1);
}

/* -- killed ----------------------------------------------------------------------------------------------------------- */

/* One who writes until the server is gone; and what was answered, NULL where nothing was. */
typedef struct {
  guint      number, sent;
  GPtrArray *answers;   /* data, as text */
} Writer;

static char *
write_one (Writer *writer, guint i)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", server.port, NULL, NULL);
  g_autofree char *text = g_strdup_printf ("%u of %u", i, writer->number), *body = note (text), *request = NULL, *reply = NULL;

  if (!connection)
    return NULL;
  request = g_strdup_printf ("POST /api/notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
                             "Content-Type: application/json\r\nIdempotency-Key: \"%u-%u\"\r\nContent-Length: %" G_GSIZE_FORMAT
                             "\r\n\r\n%s", server.key, writer->number, i, strlen (body), body);
  wh_test_server_send (connection, request, -1);
  reply = wh_test_server_read (connection);
  if (!g_str_has_prefix (reply, "HTTP/1.1 201 ") || !strstr (reply, ",\"meta\":"))
    return NULL;
  return g_strndup (strstr (reply, "\"data\":"), (gsize) (strstr (reply, ",\"meta\":") - strstr (reply, "\"data\":")));
}

static gpointer
write_thread (gpointer data)
{
  Writer *writer = data;
  char *answer;

  do
    {
      answer = write_one (writer, writer->sent++);
      g_ptr_array_add (writer->answers, answer);
    }
  while (answer);
  return NULL;
}

static void
kill_while_writing (Writer *writers)
{
  GThread *threads[WRITERS];

  for (guint i = 0; i < WRITERS; i++)
    threads[i] = g_thread_new ("writer", write_thread, &writers[i]);
  g_usleep ((gulong) g_test_rand_int_range (1000, 100000));
  g_subprocess_send_signal (server.process, SIGKILL);
  g_assert_true (g_subprocess_wait (server.process, NULL, NULL));
  for (guint i = 0; i < WRITERS; i++)
    g_thread_join (threads[i]);
  g_clear_object (&server.process);
  server.port = 0;
  wh_test_server_run_with (&server, (const char *const[]) { NULL });
}

/* Everything is sent again; the notes bring no id, so that only their key tells that they are there. */
static guint
send_again (Writer *writer)
{
  guint unanswered = 0;

  for (guint i = 0; i < writer->sent; i++)
    {
      g_autofree char *answer = write_one (writer, i);
      g_assert_nonnull (answer);
      if (writer->answers->pdata[i])
        g_assert_cmpstr (answer, ==, writer->answers->pdata[i]);
      else
        unanswered++;
    }
  return unanswered;
}

static void
test_kills (void)
{
  Writer writers[WRITERS];
  gint64 before = count_of ("/api/notes"), there, sent = 0, unanswered = 0;

  for (guint i = 0; i < WRITERS; i++)
    writers[i] = (Writer){ i, 0, g_ptr_array_new_with_free_func (g_free) };
  for (guint i = 0; i < N_KILLS; i++)
    kill_while_writing (writers);
  there = count_of ("/api/notes") - before;
  for (guint i = 0; i < WRITERS; i++)
    {
      unanswered += send_again (&writers[i]);
      sent += writers[i].sent;
      g_ptr_array_unref (writers[i].answers);
    }
  g_test_message ("%" G_GINT64_FORMAT " sent, %" G_GINT64_FORMAT " without reply, %" G_GINT64_FORMAT " of those committed", sent,
                  unanswered, there - (sent - unanswered));
  g_assert_cmpint (count_of ("/api/notes") - before, ==, sent);
}

/* As when the server was killed after the write and before its reply was kept. */
static void
forget_replies (void)
{
  g_autofree char *path = g_build_filename (server.dir, "store.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  g_assert_cmpint (sqlite3_exec (db, "DELETE FROM reply", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* What is made in a transaction before that of its reply is made once all the same. */
static void
test_made_once (void)
{
  static const struct {
    const char *path, *body, *id;
  } made[] = {
    { "/api/webhooks", "{\"url\":\"https://shop.example/hook\",\"events\":[\"strain.updated\"]}", "webhook_id" },
    { "/api/admin/jobs", "{\"kind\":\"freshness\",\"run_at\":\"2099-01-01T00:00:00Z\"}", "job_id" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (made); i++)
    {
      g_autoptr (WhTestReply) first = ask ("POST", made[i].path, made[i].id, made[i].body), second = NULL;
      g_assert_nonnull (text_of (first, made[i].id));
      forget_replies ();
      second = ask ("POST", made[i].path, made[i].id, made[i].body);
      g_assert_cmpstr (text_of (second, made[i].id), ==, text_of (first, made[i].id));
      g_assert_cmpstr (text_of (second, "secret"), ==, text_of (first, "secret"));
      g_assert_null (header_of (second, "Idempotent-Replayed"));
    }
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  wh_test_server_start (&server);
  g_test_add_func ("/server/idempotency/replay", test_replay);
  g_test_add_func ("/server/idempotency/other-request", test_other_request);
  g_test_add_func ("/server/idempotency/wrong-keys", test_wrong_keys);
  g_test_add_func ("/server/idempotency/failure", test_failure);
  g_test_add_func ("/server/idempotency/every-write", test_every_write);
  g_test_add_func ("/server/idempotency/made-once", test_made_once);
  g_test_add_func ("/server/idempotency/race", test_race);
  g_test_add_func ("/server/idempotency/kills", test_kills);
  result = g_test_run ();
  wh_test_server_clear (&server);
  return result;
}
