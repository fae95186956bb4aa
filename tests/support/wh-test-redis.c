#include "wh-test-redis.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include <gio/gunixsocketaddress.h>

#include "wh-test.h"

#define START_SECONDS 20

gboolean
wh_test_redis_init (WhTestRedis *redis)
{
  g_autofree char *program = g_find_program_in_path ("redis-server");

  memset (redis, 0, sizeof *redis);
  if (!program)
    {
      g_test_skip ("redis-server is not installed");
      return FALSE;
    }
  /* A socket's name has at most 107 bytes, so not below a TMPDIR that may be long. */
  redis->dir = g_mkdtemp (g_strdup ("/tmp/wh-redis-XXXXXX"));
  g_assert_nonnull (redis->dir);
  redis->socket = g_build_filename (redis->dir, "redis.sock", NULL);
  redis->address = g_strconcat ("unix:", redis->socket, NULL);
  return TRUE;
}

static void
die_with_parent_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSocketConnection *
try_connect (WhTestRedis *redis)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (redis->socket);

  g_socket_client_set_timeout (client, START_SECONDS);
  return g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
}

static char *
try_say (WhTestRedis *redis, const char *command)
{
  g_autoptr (GSocketConnection) connection = try_connect (redis);
  g_autofree char *line = g_strconcat (command, "\r\n", NULL);
  g_autoptr (GDataInputStream) input = NULL;

  if (!connection
      || !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), line, strlen (line), NULL, NULL, NULL))
    return NULL;
  input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  return g_data_input_stream_read_line (input, NULL, NULL, NULL);
}

char *
wh_test_redis_say (WhTestRedis *redis, const char *command)
{
  char *line = try_say (redis, command);

  g_assert_nonnull (line);
  return line;
}

void
wh_test_redis_start (WhTestRedis *redis, const char *option, const char *value)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  const char *arguments[] = { "redis-server", "--port", "0", "--unixsocket", redis->socket, "--save", "", "--appendonly", "no",
                              "--daemonize", "no", "--dir", redis->dir, option, value, NULL };
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  redis->process = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  g_assert_no_error (error);
  for (gint64 start = g_get_monotonic_time (); g_get_monotonic_time () - start < START_SECONDS * G_USEC_PER_SEC; g_usleep (10000))
    {
      g_autofree char *line = try_say (redis, "PING");
      if (line)
        return;
    }
  g_assert_not_reached ();
}

/* proc(5): the letter after the name in parentheses; 'T' is stopped. */
static char
state_of (WhTestRedis *redis)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", g_subprocess_get_identifier (redis->process));
  g_autofree char *text = NULL;
  const char *end;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  end = strrchr (text, ')');
  g_assert_nonnull (end);
  return end[2];
}

void
wh_test_redis_signal (WhTestRedis *redis, int signal)
{
  g_subprocess_send_signal (redis->process, signal);
  while (signal == SIGSTOP && state_of (redis) != 'T')
    g_usleep (100);
}

void
wh_test_redis_kill (WhTestRedis *redis)
{
  if (!redis->process)
    return;
  wh_test_redis_signal (redis, SIGKILL);
  g_assert_true (g_subprocess_wait (redis->process, NULL, NULL));
  g_clear_object (&redis->process);
  g_unlink (redis->socket);
}

void
wh_test_redis_clear (WhTestRedis *redis)
{
  wh_test_redis_kill (redis);
  wh_test_remove_dir (redis->dir);
  g_free (redis->dir);
  g_free (redis->socket);
  g_free (redis->address);
}
