/* Three servers of one catalogue behind nginx, as data/deploy/nginx.conf sets them up: they answer alike, what one of them writes all of
 * them know, together they let through as much as one, and one that is killed under load costs no acknowledged write. */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/wh-id.h"
#include "wh-test-listen.h"

#define N_SERVERS 3
#define WRITERS 4
#define TRIES 100
#define STEP_US 20000
#define STRAIN "0190a6c0-0000-7000-8000-000000000001"
#define HEARD "0190a6c0-0000-7000-8000-000000000002"
#define JOB_ID "\"job_id\":\""

static WhTestServer servers[N_SERVERS];
static char *options[] = { "--store", NULL, "--cache", NULL, "--limits", "on", "--set", "access.trusted_proxies=127.0.0.1", "--set",
                           "limits.analytics=40/40 per 86400", "--set", "limits.user=off", NULL };

/* nginx in front of them. */
static struct {
  char        *dir;
  GSubprocess *process;
  guint16      plain, secure;
} front;

/* -- what stands in front -- */

static guint16
find_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static char *
replace (char *text, const char *what, const char *format, ...)
{
  g_autofree char *old = text, *with = NULL;
  g_auto (GStrv) parts = g_strsplit (text, what, -1);
  va_list arguments;

  va_start (arguments, format);
  with = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_assert_nonnull (parts[1]);   /* it is there */
  return g_strjoinv (with, parts);
}

/* What is shipped, with this test's addresses. */
static char *
write_configuration (void)
{
  g_autofree char *shipped = g_build_filename (g_getenv ("WEEDHOUNDS_TEST_SOURCE"), "data", "deploy", "nginx.conf", NULL);
  char *path = g_build_filename (front.dir, "nginx.conf", NULL), *text = NULL;

  g_assert_true (g_file_get_contents (shipped, &text, NULL, NULL));
  for (guint i = 0; i < N_SERVERS; i++)
    {
      g_autofree char *place = g_strdup_printf ("127.0.0.1:800%u", i + 1);
      text = replace (text, place, "127.0.0.1:%u", servers[i].port);
    }
  text = replace (text, "listen 80;", "listen 127.0.0.1:%u;", front.plain);
  text = replace (text, "listen [::]:80;", "%s", "");
  text = replace (text, "listen 443 ssl http2;", "listen 127.0.0.1:%u ssl http2;", front.secure);
  text = replace (text, "listen [::]:443 ssl http2;", "%s", "");
  text = replace (text, "/etc/ssl/weedhounds", "%s", front.dir);
  text = replace (text, "http {",
                  "pid %s/pid;\nerror_log %s/log;\ndaemon off;\nhttp {\nclient_body_temp_path %s/body;\nproxy_temp_path %s/proxy;\n"
                  "fastcgi_temp_path %s/f;\nuwsgi_temp_path %s/u;\nscgi_temp_path %s/s;\n",
                  front.dir, front.dir, front.dir, front.dir, front.dir, front.dir, front.dir);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_free (text);
  return path;
}

static void
make_certificate (void)
{
  g_autofree char *key = g_build_filename (front.dir, "key.pem", NULL), *certificate = g_build_filename (front.dir, "fullchain.pem", NULL);
  const char *const command[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                                  key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (command, G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

static void
die_with_parent_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
front_start (void)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *configuration = NULL, *log = NULL;
  g_autoptr (GError) error = NULL;

  front.dir = wh_test_make_dir ();
  front.plain = find_port ();
  front.secure = find_port ();
  make_certificate ();
  configuration = write_configuration ();
  log = g_build_filename (front.dir, "log", NULL);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  front.process = g_subprocess_launcher_spawn (launcher, &error, "nginx", "-c", configuration, "-e", log, NULL);
  g_assert_no_error (error);
}

/* Its workers end with it on a signal that it can hear. */
static void
front_clear (void)
{
  g_subprocess_send_signal (front.process, SIGTERM);
  g_subprocess_wait (front.process, NULL, NULL);
  g_object_unref (front.process);
  wh_test_remove_dir (front.dir);
  g_free (front.dir);
}

static gboolean
accept_certificate_cb (GTlsConnection *connection, GTlsCertificate *peer, GTlsCertificateFlags flags, gpointer user_data)
{
  return TRUE;   /* it is the test's own */
}

static void
event_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable, GIOStream *stream, gpointer user_data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect (stream, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);
}

/* One request through nginx; status 0: no reply. */
static guint
ask_front (const char *method, const char *target, const char *body, char **out_reply)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *request = NULL, *reply = NULL;

  g_socket_client_set_tls (client, TRUE);
  g_socket_client_set_timeout (client, 10);
  g_signal_connect (client, "event", G_CALLBACK (event_cb), NULL);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", front.secure, NULL, NULL);
  if (!connection)
    return 0;
  request = g_strdup_printf ("%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
                             "Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", method, target,
                             servers[0].key, body ? strlen (body) : 0, body ? body : "");
  wh_test_server_send (connection, request, -1);
  reply = wh_test_server_read (connection);
  if (!g_str_has_prefix (reply, "HTTP/1.1 "))
    return 0;
  if (out_reply)
    *out_reply = g_strdup (reply);
  return (guint) g_ascii_strtoull (reply + strlen ("HTTP/1.1 "), NULL, 10);
}

/* -- the servers -- */

/* An administrator's key is of one data directory; here all have the same. */
static void
copy_key (WhTestServer *server)
{
  g_autofree char *path = g_build_filename (server->dir, "admin.key", NULL);

  g_assert_true (g_file_set_contents_full (path, servers[0].key, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
start_servers (void)
{
  for (guint i = 0; i < N_SERVERS; i++)
    {
      servers[i].dir = wh_test_make_dir ();
      if (i)
        copy_key (&servers[i]);
      wh_test_server_run_with (&servers[i], (const char *const *) options);
    }
}

static void
wait_for_front (void)
{
  for (guint i = 0; i < TRIES; i++, g_usleep (STEP_US))
    if (ask_front ("GET", "/ready", NULL, NULL) == 200)
      return;
  g_assert_not_reached ();
}

/* -- writing -- */

typedef struct {
  gint       *stop;           /* atomic */
  GPtrArray  *acknowledged;   /* ids */
  guint       again;          /* how often something had to be sent once more */
} Writer;

/* The same until it is there, as every client does. */
static gboolean
write_note (Writer *writer, const char *id)
{
  g_autofree char *body = g_strdup_printf ("{\"note_id\":\"%s\",\"object_kind\":\"strain\",\"object_id\":\"" STRAIN "\",\"text\":\"%s\"}",
                                           id, id);

  for (guint i = 0; i < TRIES; i++, g_usleep (STEP_US))
    {
      guint status = ask_front ("POST", "/api/notes", body, NULL);
      if (status == 201 || status == 200)
        return TRUE;
      writer->again++;
    }
  return FALSE;
}

static gpointer
write_thread (gpointer data)
{
  Writer *writer = data;

  while (!g_atomic_int_get (writer->stop))
    {
      WhId id = wh_id_new ();
      char *text = wh_id_to_string (&id);
      g_assert_true (write_note (writer, text));
      g_ptr_array_add (writer->acknowledged, text);
    }
  return NULL;
}

/* Each server must have all. */
static guint
assert_all_there (const Writer *writers)
{
  guint n = 0;

  for (guint i = 0; i < WRITERS; i++)
    for (guint j = 0; j < writers[i].acknowledged->len; j++, n++)
      for (guint k = 0; k < N_SERVERS; k++)
        {
          g_autofree char *target = g_strdup_printf ("/api/notes/%s", (const char *) writers[i].acknowledged->pdata[j]);
          g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", servers[0].key);
          g_autoptr (WhTestReply) reply = wh_test_server_ask (&servers[k], "GET", target, key, NULL);
          g_assert_cmpuint (reply->status, ==, 200);
        }
  return n;
}

static void
test_killed_under_load (void)
{
  gint stop = 0;
  Writer writers[WRITERS];
  GThread *threads[WRITERS];
  guint again = 0, n;

  g_assert_true (ask_front ("POST", "/api/strains", "{\"strain_id\":\"" STRAIN "\",\"name\":\"Together\"}", NULL) == 201);
  for (guint i = 0; i < WRITERS; i++)
    {
      writers[i] = (Writer){ &stop, g_ptr_array_new_with_free_func (g_free), 0 };
      threads[i] = g_thread_new ("writer", write_thread, &writers[i]);
    }
  for (guint i = 0; i < N_SERVERS; i++)
    {
      g_usleep (500000);
      g_subprocess_send_signal (servers[i].process, SIGKILL);
      g_assert_true (g_subprocess_wait (servers[i].process, NULL, NULL));
      g_usleep (300000);
      g_clear_object (&servers[i].process);
      wh_test_server_run_with (&servers[i], (const char *const *) options);
    }
  g_atomic_int_set (&stop, 1);
  for (guint i = 0; i < WRITERS; i++)
    {
      g_thread_join (threads[i]);
      again += writers[i].again;
    }
  n = assert_all_there (writers);
  g_test_message ("%u notes, %u sent again", n, again);
  g_assert_cmpuint (n, >, WRITERS);
  for (guint i = 0; i < WRITERS; i++)
    g_ptr_array_unref (writers[i].acknowledged);
}

/* What one server wrote is found by each of the others, at once by its id and soon by its name. */
static void
test_one_catalogue (void)
{
  const char *body = "{\"name\":\"Everywhere\"}";
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", servers[0].key);
  g_autoptr (WhTestReply) made = wh_test_server_ask (&servers[1], "POST", "/api/strains", key, body);

  g_assert_cmpuint (made->status, ==, 201);
  for (guint i = 0; i < N_SERVERS; i++)
    {
      guint status = 0;
      for (guint j = 0; j < TRIES * 2 && status != 200; j++, g_usleep (STEP_US))
        {
          g_autoptr (WhTestReply) found = wh_test_server_ask (&servers[i], "GET", "/api/strains/everywhere", NULL, NULL);
          status = found->status;
        }
      g_assert_cmpuint (status, ==, 200);
    }
}

/* Whichever of them a request comes to. */
static void
test_one_limit (void)
{
  guint allowed = 0, refused = 0;

  for (guint i = 0; i < 60; i++)
    {
      guint status = ask_front ("GET", "/api/analytics/stats", NULL, NULL);
      allowed += status == 200;
      refused += status == 429;
    }
  g_assert_cmpuint (allowed, ==, 40);
  g_assert_cmpuint (refused, ==, 20);
}

/* Whoever listens at one hears what was written at another. */
static void
test_live (void)
{
  g_autoptr (WhTestListener) listener = wh_test_listen_open (&servers[2], "/api/events?kinds=strain", NULL);

  g_assert_cmpuint (ask_front ("POST", "/api/strains", "{\"strain_id\":\"" HEARD "\",\"name\":\"Heard\"}", NULL), ==, 201);
  wh_test_listen_until (listener, HEARD);
}

static gboolean
is_done (const WhTestServer *server, const char *job_id)
{
  g_autofree char *target = g_strdup_printf ("/api/admin/jobs/%s", job_id);
  g_autofree char *key = g_strdup_printf ("Authorization: Bearer %s\r\n", servers[0].key);
  g_autoptr (WhTestReply) reply = wh_test_server_ask (server, "GET", target, key, NULL);

  return strstr (reply->body, "\"state\":\"done\"") != NULL;
}

/* A job that is put in at one is done once, by whichever, and all tell the same of it. */
static void
test_one_queue (void)
{
  g_autofree char *reply = NULL, *id = NULL;

  g_assert_cmpuint (ask_front ("POST", "/api/admin/jobs", "{\"kind\":\"freshness\"}", &reply), ==, 202);
  g_assert_nonnull (strstr (reply, JOB_ID));
  id = g_strndup (strstr (reply, JOB_ID) + strlen (JOB_ID), 36);
  for (guint i = 0; i < N_SERVERS; i++)
    {
      gboolean done = FALSE;
      for (guint j = 0; j < TRIES * 5 && !done; j++, g_usleep (STEP_US))
        done = is_done (&servers[i], id);
      g_assert_true (done);
    }
}

/* Who comes without encryption is sent to where there is some; what the proxy keeps to itself stays there. */
static void
test_front (void)
{
  WhTestServer plain = { .port = front.plain };
  g_autoptr (WhTestReply) reply = wh_test_server_ask (&plain, "GET", "/api/strains?limit=1", NULL, NULL);
  g_autofree char *secure = NULL;

  g_assert_cmpuint (reply->status, ==, 308);
  g_assert_nonnull (strstr (reply->head, "Location: https://localhost/api/strains?limit=1"));
  g_assert_cmpuint (ask_front ("GET", "/metrics", NULL, NULL), ==, 404);
  g_assert_cmpuint (ask_front ("GET", "/live", NULL, &secure), ==, 200);
  g_assert_nonnull (strstr (secure, "Strict-Transport-Security"));
}

int
main (int argc, char **argv)
{
  g_autofree char *nginx = g_find_program_in_path ("nginx"), *cache = NULL;
  const char *store = g_getenv ("WEEDHOUNDS_TEST_POSTGRES"), *redis = g_getenv ("WEEDHOUNDS_TEST_REDIS");
  int status;

  g_test_init (&argc, &argv, NULL);
  if (!nginx || !store || !redis)
    {
      g_print ("1..0 # SKIP nginx, PostgreSQL or Redis is not installed\n");
      return 0;
    }
  cache = g_strconcat ("unix:", redis, NULL);
  options[1] = (char *) store;
  options[3] = cache;
  start_servers ();
  front_start ();
  wait_for_front ();
  g_test_add_func ("/server/together/front", test_front);
  g_test_add_func ("/server/together/one-catalogue", test_one_catalogue);
  g_test_add_func ("/server/together/one-limit", test_one_limit);
  g_test_add_func ("/server/together/live", test_live);
  g_test_add_func ("/server/together/one-queue", test_one_queue);
  g_test_add_func ("/server/together/killed-under-load", test_killed_under_load);
  status = g_test_run ();
  front_clear ();
  for (guint i = 0; i < N_SERVERS; i++)
    wh_test_server_clear (&servers[i]);
  return status;
}
