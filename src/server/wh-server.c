#include "wh-server.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/wh-error.h"
#include "base/wh-lock.h"
#include "base/wh-paths.h"
#include "wh-listener.h"

#define DRAIN_SECONDS 10
#define CACHE_SECONDS 5
#define KEEP_SECONDS 60   /* what was searched for is written so often */

/* Tells systemd, where it started us (sd_notify(3) is a datagram to $NOTIFY_SOCKET). */
static void
notify_manager (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gsize length = path ? strlen (path) : 0;
  int fd;

  if (length == 0 || length >= sizeof address.sun_path)
    return;
  memcpy (address.sun_path, path, length);
  if (address.sun_path[0] == '@')
    address.sun_path[0] = '\0';
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
              (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length)) < 0)
    g_warning ("the service manager could not be told: %s", g_strerror (errno));
  close (fd);
}

/* Each connection is a descriptor; ask for as many as allowed. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
watchdog_cb (gpointer user_data)
{
  notify_manager ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

static gboolean
keep_searches_cb (gpointer user_data)
{
  wh_host_keep_searches (user_data, FALSE);
  return G_SOURCE_CONTINUE;
}

/* Twice in the time after which systemd takes us for dead (sd_watchdog_enabled(3)). 0: it does not watch. */
static guint
add_watchdog (void)
{
  const char *text = g_getenv ("WATCHDOG_USEC");
  guint64 microseconds;

  if (!text || !g_ascii_string_to_unsigned (text, 10, 2000, G_MAXUINT, &microseconds, NULL))
    return 0;
  return g_timeout_add ((guint) microseconds / 2000, watchdog_cb, NULL);
}

typedef struct {
  WhCache *cache;
  gboolean answered;   /* when it was asked last */
} CacheWatch;

/* Here, since the main thread may wait for it. Who asks for the health is told what this found. */
static gboolean
check_cache_cb (gpointer user_data)
{
  CacheWatch *watch = user_data;
  gboolean answered = wh_cache_check (watch->cache);

  if (answered && !watch->answered)
    g_message ("the shared cache answers again");
  else if (!answered && watch->answered)
    g_warning ("the shared cache does not answer; this server goes on with its own until it does");
  watch->answered = answered;
  return G_SOURCE_CONTINUE;
}

static void
announce (const WhServerOptions *options, WhListener *listener)
{
  const char *colon = strrchr (options->listen, ':');

  if (!options->quiet)
    printf ("listening on http://%.*s:%u\n", (int) (colon - options->listen), options->listen, wh_listener_port (listener));
  fflush (stdout);
  notify_manager ("READY=1");
}

/* Until a signal; a second one ends the process at once. */
static gboolean
serve (WhHost *host, const WhServerOptions *options, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  CacheWatch watch = { host->cache, TRUE };
  guint sources[] = { g_unix_signal_add (SIGTERM, quit_cb, loop), g_unix_signal_add (SIGINT, quit_cb, loop), add_watchdog (),
                      g_timeout_add_seconds (CACHE_SECONDS, check_cache_cb, &watch),
                      g_timeout_add_seconds (KEEP_SECONDS, keep_searches_cb, host) };
  WhListener *listener = wh_listener_new (host, options->listen, options->threads, error);

  check_cache_cb (&watch);
  if (listener)
    {
      announce (options, listener);
      g_main_loop_run (loop);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i])
      g_source_remove (sources[i]);
  if (!listener)
    return FALSE;
  notify_manager ("STOPPING=1");
  wh_listener_stop (listener, DRAIN_SECONDS);
  return TRUE;
}

gboolean
wh_server_run (const WhServerOptions *options, GError **error)
{
  g_autofree char *lock_path = wh_paths_writer_lock (options->data_dir);
  const WhCacheOptions cache_options = { .address = options->cache };
  g_autoptr (WhLock) lock = NULL;
  g_autoptr (WhCache) cache = wh_cache_open (&cache_options, error);
  g_autoptr (WhHost) host = NULL;

  if (!cache || !wh_paths_ensure_dir (options->data_dir, error))
    return FALSE;
  lock = wh_lock_take (lock_path, error);
  if (!lock)
    {
      g_prefix_error (error, _("The data directory is in use by another server or import: "));
      return FALSE;
    }
  raise_descriptor_limit ();
  host = wh_host_new (options->data_dir, options->store, options->replicas, cache, error);
  return host && serve (host, options, error);
}
