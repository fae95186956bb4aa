/* Who listens to /api/events hears every change that one may know of, once, in order, over restarts, and from every server of a store;
 * who cannot be told everything is told so. */
#include <string.h>

#include "base/wh-id.h"
#include "wh-test-listen.h"
#include "wire/wh-wire.h"

#define MANY 300
#define FLOODS 5
#define FLOOD 600          /* changes of one request */

static void
post (const WhTestServer *server, const char *target, const char *body, guint status)
{
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", server->key);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "POST", target, key, body);

  g_test_message ("POST %s: %u %.300s", target, reply->status, reply->body);
  g_assert_cmpuint (reply->status, ==, status);
}

static void
make_strain (const WhTestServer *server, const char *name)
{
  g_autofree char *body = g_strdup_printf ("{\"name\":\"%s\"}", name);

  post (server, "/api/strains", body, 201);
}

/* Strains of one transaction. */
static void
make_flood (const WhTestServer *server, const char *name)
{
  GString *body = g_string_new ("{\"changes\":[");

  for (guint i = 0; i < FLOOD; i++)
    g_string_append_printf (body, "%s{\"op\":\"replace\",\"kind\":\"strain\",\"id\":\"0190a6c0-0000-7000-8000-%012x\","
                            "\"row\":{\"name\":\"%s %u\"}}", i ? "," : "", i, name, i);
  g_string_append (body, "]}");
  post (server, "/api/changes", body->str, 200);
  g_string_free (body, TRUE);
}

static void
test_told (void)
{
  WhTestServer server = { 0 };
  g_autoptr (WhTestListener) all = NULL, shops = NULL, administrator = NULL;
  g_autofree char *key = NULL, *note = NULL, *change = NULL, *target = NULL;
  const char *created, *updated;

  wh_test_server_start (&server);
  key = g_strdup_printf ("Authorization: Bearer %s\r\n", server.key);
  all = wh_test_listen_open (&server, "/api/events", NULL);
  g_assert_nonnull (strstr (all->text->str, "Content-Type: text/event-stream"));
  shops = wh_test_listen_open (&server, "/api/events?kinds=dispensary,price", NULL);
  administrator = wh_test_listen_open (&server, "/api/events", key);
  make_strain (&server, "Lemon Haze");
  note = g_strdup_printf ("{\"object_kind\":\"strain\",\"object_id\":\"%s\",\"text\":\"for us\"}", server.id);
  post (&server, "/api/notes", note, 201);
  target = g_strdup_printf ("/api/strains/%s", server.id);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "PATCH", target, key, "{\"breeder\":\"somebody\"}");
  g_assert_cmpuint (reply->status, ==, 200);
  post (&server, "/api/dispensaries", "{\"name\":\"The Shop\"}", 201);
  wh_test_listen_until (all, "event: dispensary.created\n");
  wh_test_listen_until (shops, "event: dispensary.created\n");
  wh_test_listen_until (administrator, "event: dispensary.created\n");
  created = strstr (all->text->str, "event: strain.created\n");
  updated = strstr (all->text->str, "event: strain.updated\n");
  g_assert_true (created && updated && created < updated);
  g_assert_nonnull (strstr (updated, server.id));
  /* What the staff keeps for itself only those hear of who may read it. */
  g_assert_null (strstr (all->text->str, "note.created"));
  g_assert_nonnull (strstr (administrator->text->str, "event: note.created\n"));
  g_assert_null (strstr (shops->text->str, "strain."));
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  wh_test_server_clear (&server);
}

static void
test_refused (void)
{
  WhTestServer server = { 0 };
  static const char *const wrong[] = { "/api/events?kinds=colours", "/api/events?token=garbage", "/api/events?limit=3" };

  wh_test_server_start (&server);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", wrong[i], NULL, NULL);
      g_assert_cmpuint (reply->status, ==, 400);
    }
  g_autoptr (WhTestReply) head = wh_test_server_ask (&server, "HEAD", "/api/events", NULL, NULL);
  g_assert_cmpuint (head->status, ==, 200);
  g_autoptr (WhTestReply) id = wh_test_server_ask (&server, "GET", "/api/events", "Last-Event-ID: !\r\n", NULL);
  g_assert_cmpuint (id->status, ==, 400);
  g_autoptr (WhTestReply) key = wh_test_server_ask (&server, "GET", "/api/events", "Authorization: Bearer wrong\r\n", NULL);
  g_assert_cmpuint (key->status, ==, 401);
  wh_test_server_clear (&server);
}

/* The server ends and comes back between what was heard and what was missed. */
static void
test_resume (void)
{
  WhTestServer server = { 0 };
  g_autoptr (WhTestListener) before = NULL, after = NULL, again = NULL;
  g_autofree char *id = NULL, *extra = NULL;

  wh_test_server_start (&server);
  before = wh_test_listen_open (&server, "/api/events", NULL);
  make_strain (&server, "First");
  wh_test_listen_until (before, "strain.created");
  id = wh_test_listen_id (before);
  extra = g_strdup_printf ("Last-Event-ID: %s\r\n", id);
  make_strain (&server, "Second");
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  g_object_unref (server.process);
  wh_test_server_run (&server, NULL);
  make_strain (&server, "Third");
  after = wh_test_listen_open (&server, "/api/events", extra);
  wh_test_listen_until (after, "\"revision\":12}");
  g_assert_cmpuint (wh_test_listen_count (after, "event: "), ==, 2);
  g_assert_null (strstr (after->text->str, "refetch"));
  /* The same by a token of a sync, which is one and the same thing. */
  g_autofree char *target = g_strdup_printf ("/api/events?token=%s", id);
  again = wh_test_listen_open (&server, target, NULL);
  wh_test_listen_until (again, "\"revision\":12}");
  g_assert_cmpuint (wh_test_listen_count (again, "event: strain.created\n"), ==, 2);
  wh_test_server_clear (&server);
}

static void
expect_refetch (const WhTestServer *server, const char *id, const char *reason)
{
  g_autofree char *extra = g_strdup_printf ("Last-Event-ID: %s\r\n", id);
  g_autofree char *needle = g_strdup_printf ("event: refetch\ndata: {\"reason\":\"%s\"", reason);
  g_autoptr (WhTestListener) listener = wh_test_listen_begin (server, "/api/events", extra);

  wh_test_listen_until (listener, needle);
}

static void
test_refetch (void)
{
  const char *const options[] = { "--set", "events.history=16", NULL };
  WhTestServer server = { 0 };
  g_autoptr (WhTestListener) listener = NULL;
  g_autofree char *id = NULL, *other = wh_wire_token ("0190a6c0-0000-7000-8000-000000000009", 3), *epoch = NULL, *future = NULL;
  gint64 seq;

  wh_test_server_make (&server);
  wh_test_server_run_with (&server, options);
  listener = wh_test_listen_open (&server, "/api/events", NULL);
  id = wh_test_listen_id (listener);
  g_assert_true (wh_wire_token_parse (id, &epoch, &seq, NULL));
  future = wh_wire_token (epoch, seq + 1000);
  expect_refetch (&server, other, "history");
  expect_refetch (&server, future, "history");
  make_flood (&server, "Flood");
  expect_refetch (&server, id, "behind");
  wh_test_server_clear (&server);
}

/* One who does not read costs the others nothing, and learns later that something was missed. */
static void
test_slow (void)
{
  const char *const options[] = { "--set", "events.history=1024", NULL };
  WhTestServer server = { 0 };
  g_autoptr (WhTestListener) slow = NULL, quick = NULL;

  wh_test_server_make (&server);
  wh_test_server_run_with (&server, options);
  slow = wh_test_listen_begin (&server, "/api/events", NULL);
  quick = wh_test_listen_open (&server, "/api/events?kinds=dispensary", NULL);
  for (guint i = 0; i < FLOODS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Flood %u", i);
      make_flood (&server, name);
    }
  post (&server, "/api/dispensaries", "{\"name\":\"The Shop\"}", 201);
  wh_test_listen_until (quick, "event: dispensary.created\n");
  g_assert_null (strstr (quick->text->str, "refetch"));
  wh_test_listen_until (slow, "event: refetch\ndata: {\"reason\":\"behind\"");
  make_strain (&server, "After the flood");
  wh_test_listen_until (slow, "\"revision\":3011}");
  wh_test_server_clear (&server);
}

static void
test_caps (void)
{
  const char *const options[] = { "--set", "events.streams_each=3", NULL };
  WhTestServer server = { 0 };
  WhTestListener *listeners[3];
  guint status = 429;

  wh_test_server_make (&server);
  wh_test_server_run_with (&server, options);
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    listeners[i] = wh_test_listen_open (&server, "/api/events", NULL);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&server, "GET", "/api/events", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 429);
  g_assert_nonnull (strstr (reply->head, "Retry-After: "));
  g_assert_nonnull (strstr (reply->body, "TOO_MANY_STREAMS"));
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    wh_test_listen_free (listeners[i]);
  /* Who hung up is noticed when there is no room. */
  for (guint i = 0; i < 500 && status == 429; i++)
    {
      g_autoptr (WhTestReply) again = wh_test_server_ask (&server, "HEAD", "/api/events", NULL, NULL);
      status = again->status;
      g_usleep (10000);
    }
  g_assert_cmpuint (status, ==, 200);
  wh_test_server_clear (&server);
}

static guint
listen_as (const WhTestServer *server, const char *client)
{
  g_autofree char *field = g_strdup_printf ("X-Forwarded-For: %s\r\n", client);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "HEAD", "/api/events", field, NULL);

  return reply->status;
}

/* Behind a proxy each client has its own streams, and one of IPv6 no more with another address of its net. */
static void
test_proxied_caps (void)
{
  const char *const options[] = { "--set", "events.streams_each=1", "--set", "access.trusted_proxies=127.0.0.0/8", "--set",
                                  "access.anonymous=all", NULL };
  WhTestServer server = { 0 };
  WhTestListener *listeners[2];

  wh_test_server_make (&server);
  wh_test_server_run_with (&server, options);
  listeners[0] = wh_test_listen_open (&server, "/api/events", "X-Forwarded-For: 192.0.2.7\r\n");
  listeners[1] = wh_test_listen_open (&server, "/api/events", "X-Forwarded-For: 2001:db8:1:1::7\r\n");
  g_assert_cmpuint (listen_as (&server, "192.0.2.7"), ==, 429);
  g_assert_cmpuint (listen_as (&server, "192.0.2.8"), ==, 200);
  g_assert_cmpuint (listen_as (&server, "2001:db8:1:1::8"), ==, 429);
  g_assert_cmpuint (listen_as (&server, "2001:db8:1:2::8"), ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    wh_test_listen_free (listeners[i]);
  wh_test_server_clear (&server);
}

static guint
count_threads (const WhTestServer *server)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (server->process)), *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return (guint) g_ascii_strtoull (strstr (text, "Threads:") + strlen ("Threads:"), NULL, 10);
}

/* Many listen without a thread for any of them, all hear, and the end of the server is told to all at once. */
static void
test_many (void)
{
  const char *const options[] = { "--set", "events.streams_each=1000", NULL };
  WhTestServer server = { 0 };
  WhTestListener *listeners[MANY];
  guint threads;
  gint64 start;

  wh_test_server_make (&server);
  wh_test_server_run_with (&server, options);
  threads = count_threads (&server);
  for (guint i = 0; i < MANY; i++)
    listeners[i] = wh_test_listen_open (&server, "/api/events", NULL);
  g_assert_cmpuint (count_threads (&server), <=, threads + 2);   /* whatever else the server does meanwhile */
  make_strain (&server, "For all");
  for (guint i = 0; i < MANY; i++)
    wh_test_listen_until (listeners[i], "event: strain.created\n");
  start = g_get_monotonic_time ();
  g_assert_cmpint (wh_test_server_stop (&server), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  for (guint i = 0; i < MANY; i++)
    {
      wh_test_listen_until (listeners[i], ": over");
      wh_test_listen_free (listeners[i]);
    }
  wh_test_server_clear (&server);
}

/* What one server wrote, who listens to the other one hears; an id of one is good at the other. */
static void
test_shared (void)
{
  const char *address = g_getenv ("WEEDHOUNDS_TEST_POSTGRES");
  const char *const options[] = { "--store", address, NULL };
  WhTestServer servers[2] = { { .dir = wh_test_make_dir () }, { .dir = wh_test_make_dir () } };
  g_autoptr (WhTestListener) listener = NULL, moved = NULL;
  g_autofree char *id = NULL, *extra = NULL;

  if (address)
    {
      wh_test_server_run_with (&servers[0], options);
      wh_test_server_run_with (&servers[1], options);
      listener = wh_test_listen_open (&servers[0], "/api/events", NULL);
      make_strain (&servers[1], "Written there");
      wh_test_listen_until (listener, "event: strain.created\n");
      id = wh_test_listen_id (listener);
      extra = g_strdup_printf ("Last-Event-ID: %s\r\n", id);
      post (&servers[0], "/api/dispensaries", "{\"name\":\"Written here\"}", 201);
      moved = wh_test_listen_open (&servers[1], "/api/events", extra);
      wh_test_listen_until (moved, "event: dispensary.created\n");
      g_assert_cmpuint (wh_test_listen_count (moved, "event: "), ==, 1);
    }
  else
    g_test_skip ("PostgreSQL is not here");
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    if (address)
      wh_test_server_clear (&servers[i]);
    else
      g_free (servers[i].dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/events/told", test_told);
  g_test_add_func ("/events/refused", test_refused);
  g_test_add_func ("/events/resume", test_resume);
  g_test_add_func ("/events/refetch", test_refetch);
  g_test_add_func ("/events/slow", test_slow);
  g_test_add_func ("/events/caps", test_caps);
  g_test_add_func ("/events/proxied-caps", test_proxied_caps);
  g_test_add_func ("/events/many", test_many);
  g_test_add_func ("/events/shared", test_shared);
  return g_test_run ();
}
