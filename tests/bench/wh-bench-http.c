#include "wh-bench-http.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/wh-test.h"

#define PLENTY "1000000000/1000000000 per 3600"
#define READY_SECONDS 60
#define SOURCE_ADDRESSES 100     /* idle connections come from so many, since one may hold only so many */
#define PIECE 1000               /* nginx takes no longer words */
#define LIVE "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"

static void
die_with_parent_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
start (const char *const *words, GSubprocessFlags flags)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, words, &error);
  g_assert_no_error (error);
  return process;
}

static int
connect_from (guint32 source, guint16 port)
{
  struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr = { htonl (source) } };
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (port), .sin_addr = { htonl (INADDR_LOOPBACK) } };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd >= 0 && bind (fd, (struct sockaddr *) &from, sizeof from) == 0 && connect (fd, (struct sockaddr *) &to, sizeof to) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* The status of a reply, 0 for none. */
static guint
ask (int fd, const char *request)
{
  char reply[4096];
  struct pollfd wait = { fd, POLLIN, 0 };
  gssize n = -1;

  if (fd >= 0 && send (fd, request, strlen (request), MSG_NOSIGNAL) > 0 && poll (&wait, 1, 1000) == 1)
    n = recv (fd, reply, sizeof reply - 1, 0);
  reply[MAX (n, 0)] = '\0';
  return n > 12 ? (guint) g_ascii_strtoull (reply + 9, NULL, 10) : 0;
}

static gboolean
wait_until (guint16 port, const char *request)
{
  for (guint i = 0; i < READY_SECONDS * 100; i++, g_usleep (10000))
    {
      int fd = connect_from (INADDR_LOOPBACK, port);
      guint status = ask (fd, request);
      if (fd >= 0)
        close (fd);
      if (status == 200)
        return TRUE;
    }
  return FALSE;
}

static guint16
read_port (GSubprocess *process)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *line = NULL;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, NULL);
  g_assert_true (line && strrchr (line, ':'));
  return (guint16) g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
}

void
wh_bench_serve (WhBenchServer *server, const char *dir, const char *const *settings)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  /* Every request is counted, and none is too many. */
  const char *const plenty[] = { "--data-dir", dir, "serve", "--listen", "127.0.0.1:0", "--limits", "on", "--set",
                                 "limits.search=" PLENTY, "--set", "limits.strain=" PLENTY, "--set", "limits.terpenes=" PLENTY, "--set",
                                 "limits.analytics=" PLENTY, "--set", "limits.user=" PLENTY, "--set", "limits.sync=" PLENTY, "--set",
                                 "limits.write=" PLENTY, NULL };

  g_ptr_array_add (words, (gpointer) g_getenv ("WEEDHOUNDS_TEST_BINARY"));
  for (const char *const *word = plenty; *word; word++)
    g_ptr_array_add (words, (gpointer) *word);
  for (; *settings; settings++)
    {
      g_ptr_array_add (words, (gpointer) "--set");
      g_ptr_array_add (words, (gpointer) *settings);
    }
  g_ptr_array_add (words, NULL);
  *server = (WhBenchServer){ start ((const char *const *) words->pdata, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE),
                             NULL, 0 };
  server->port = read_port (server->process);
  g_assert_true (wait_until (server->port, "GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
}

static guint16
free_port (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_true (bind (fd, (struct sockaddr *) &address, length) == 0 && getsockname (fd, (struct sockaddr *) &address, &length) == 0);
  close (fd);
  return ntohs (address.sin_port);
}

/* Its variables make a long body out of short words. */
static char *
configuration (const char *dir, guint16 port, gsize bytes)
{
  g_autofree char *piece = g_strnfill (PIECE, 'x'), *rest = g_strnfill (bytes % PIECE, 'x');
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "worker_processes 2;\ndaemon off;\npid %s/pid;\nerror_log %s/error warn;\n", dir, dir);
  g_string_append (text, "events { worker_connections 9000; }\nhttp {\naccess_log off;\nkeepalive_requests 1000000000;\n");
  for (const char *const *name = (const char *const[]){ "client_body", "proxy", "fastcgi", "uwsgi", "scgi", NULL }; *name; name++)
    g_string_append_printf (text, "%s_temp_path %s/%s;\n", *name, dir, *name);
  g_string_append_printf (text, "server { listen 127.0.0.1:%u backlog=4096; default_type application/json;\nset $x \"%s\";\n", port, piece);
  g_string_append (text, "location / { return 200 \"");
  for (gsize i = 0; i < bytes / PIECE; i++)
    g_string_append (text, "${x}");
  g_string_append_printf (text, "%s\"; }\n}\n}\n", rest);
  return g_string_free (text, FALSE);
}

gboolean
wh_bench_have (const char *program)
{
  g_autofree char *found = g_find_program_in_path (program);

  return found != NULL;
}

gboolean
wh_bench_nginx (WhBenchServer *server, gsize bytes)
{
  g_autofree char *path = NULL, *log = NULL, *text = NULL;

  if (!wh_bench_have ("nginx"))
    return FALSE;
  *server = (WhBenchServer){ NULL, wh_test_make_dir (), free_port () };
  path = g_build_filename (server->dir, "nginx.conf", NULL);
  log = g_build_filename (server->dir, "error", NULL);
  text = configuration (server->dir, server->port, bytes);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  server->process = start ((const char *const[]){ "nginx", "-c", path, "-e", log, NULL }, G_SUBPROCESS_FLAGS_NONE);
  g_assert_true (wait_until (server->port, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  return TRUE;
}

void
wh_bench_stop (WhBenchServer *server)
{
  if (!server->process)
    return;
  g_subprocess_send_signal (server->process, SIGTERM);
  g_subprocess_wait (server->process, NULL, NULL);
  g_clear_object (&server->process);
  if (server->dir)
    wh_test_remove_dir (server->dir);
  g_clear_pointer (&server->dir, g_free);
}

/* -- what it takes -------------------------------------------------------------------------------------------------- */

static char *
proc_text (const char *pid, const char *name)
{
  g_autofree char *path = g_build_filename ("/proc", pid, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

static guint
count_entries (const char *pid, const char *name)
{
  g_autofree char *path = g_build_filename ("/proc", pid, name, NULL);
  g_autoptr (GDir) entries = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (entries && g_dir_read_name (entries))
    n++;
  return n;
}

static void
add_process (const char *pid, WhBenchUse *use)
{
  g_autofree char *status = proc_text (pid, "stat"), *memory = proc_text (pid, "statm");
  g_auto (GStrv) words = status && strrchr (status, ')') ? g_strsplit (strrchr (status, ')') + 2, " ", -1) : NULL;

  if (!words || !memory || g_strv_length (words) < 13)
    return;
  use->cpu += (double) (g_ascii_strtoll (words[11], NULL, 10) + g_ascii_strtoll (words[12], NULL, 10)) * 1e6
              / (double) sysconf (_SC_CLK_TCK);
  use->resident += g_ascii_strtoll (memory + strcspn (memory, " "), NULL, 10) * sysconf (_SC_PAGESIZE);
  use->descriptors += count_entries (pid, "fd");
}

WhBenchUse
wh_bench_use (const WhBenchServer *server)
{
  const char *pid = g_subprocess_get_identifier (server->process);
  g_autofree char *name = g_strdup_printf ("task/%s/children", pid), *children = proc_text (pid, name);
  g_auto (GStrv) pids = g_strsplit (children ? g_strstrip (children) : "", " ", -1);
  WhBenchUse use = { 0, 0, 0 };

  add_process (pid, &use);
  for (char **child = pids; *child; child++)
    if (**child)
      add_process (*child, &use);
  return use;
}

/* -- wrk ------------------------------------------------------------------------------------------------------------ */

/* Each thread of wrk begins somewhere else. One line at the end says in numbers what its own table rounds. */
static const char script_end[] =
    "}\n"
    "local made, place = {}, 1\n"
    "function init(args)\n"
    "  math.randomseed(os.time() + tonumber(tostring(made):match('0x(%x+)'), 16))\n"
    "  place = math.random(#asked)\n"
    "  for i, one in ipairs(asked) do made[i] = wrk.format(one[1], one[2], nil, one[3]) end\n"
    "end\n"
    "function request()\n"
    "  place = place % #made + 1\n"
    "  return made[place]\n"
    "end\n"
    "function done(summary, latency, requests)\n"
    "  local e = summary.errors\n"
    "  io.write(string.format('NUMBERS %d %f %f %f %f %f %d %d\\n', summary.requests, summary.duration / 1e6,\n"
    "    summary.bytes / math.max(1, summary.requests), latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,\n"
    "    latency:percentile(99) / 1e3, e.status, e.connect + e.read + e.write + e.timeout))\n"
    "end\n";

void
wh_bench_script (const char *path, const GPtrArray *requests)
{
  g_autoptr (GString) text = g_string_new ("local asked = {\n");

  for (guint i = 0; i < requests->len; i++)
    {
      g_auto (GStrv) parts = g_strsplit (requests->pdata[i], " ", 3);
      g_string_append_printf (text, "{ '%s', '%s'", parts[0], parts[1]);
      if (parts[2])
        g_string_append_printf (text, ", '%s'", parts[2]);
      g_string_append (text, " },\n");
    }
  g_string_append (text, script_end);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
}

static WhBenchLoad
read_numbers (const char *out)
{
  const char *line = out ? strstr (out, "NUMBERS ") : NULL;
  g_auto (GStrv) words = g_strsplit_set (line ? line : "", " \n", -1);
  WhBenchLoad load = { 0 };

  if (g_strv_length (words) < 9)
    g_error ("wrk said: %s", out);
  load.requests = g_ascii_strtoll (words[1], NULL, 10);
  load.seconds = g_ascii_strtod (words[2], NULL);
  load.bytes = g_ascii_strtod (words[3], NULL);
  load.p50 = g_ascii_strtod (words[4], NULL);
  load.p95 = g_ascii_strtod (words[5], NULL);
  load.p99 = g_ascii_strtod (words[6], NULL);
  load.refused = g_ascii_strtoll (words[7], NULL, 10);
  load.broken = g_ascii_strtoll (words[8], NULL, 10);
  return load;
}

WhBenchLoad
wh_bench_load (const WhBenchServer *server, const char *script, guint connections, guint seconds)
{
  g_autofree char *n = g_strdup_printf ("-c%u", connections), *time = g_strdup_printf ("-d%u", seconds);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", server->port), *out = NULL;
  g_autoptr (GSubprocess) wrk = NULL;
  WhBenchUse before = wh_bench_use (server), after;
  WhBenchLoad load;

  wrk = start ((const char *const[]){ "wrk", "-t2", n, time, "--timeout", "10", "-s", script, url, NULL }, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_assert_true (g_subprocess_communicate_utf8 (wrk, NULL, NULL, &out, NULL, NULL));
  after = wh_bench_use (server);
  load = read_numbers (out);
  load.cpu = (after.cpu - before.cpu) / (double) MAX (load.requests, 1);
  return load;
}

GArray *
wh_bench_idle (const WhBenchServer *server, guint n)
{
  GArray *connections = g_array_new (FALSE, FALSE, sizeof (int));

  for (guint i = 0; i < n; i++)
    {
      int fd = connect_from (INADDR_LOOPBACK + 1 + i % SOURCE_ADDRESSES, server->port);
      if (fd < 0)
        break;
      if (ask (fd, LIVE) != 200)
        {
          close (fd);
          break;
        }
      g_array_append_val (connections, fd);
    }
  return connections;
}
