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
#include "wh-job-runner.h"
#include "wh-address.h"
#include "wh-listener.h"
#include "wh-webhook-runner.h"
#include "wh-log.h"
#include "wh-reports.h"

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

typedef struct {
  WhHost                *host;
  const WhServerOptions *options;
  WhListener            *listener;
} Reload;

static void
announce (WhListener *listener)
{
  for (const char *const *place = wh_listener_places (listener); *place; place++)
    printf ("listening on %s\n", *place);
  fflush (stdout);
  notify_manager ("READY=1");
}

/* What changed and needs no restart is in force from now on. */
static gboolean
reload_cb (gpointer user_data)
{
  Reload *reload = user_data;
  g_autoptr (GError) error = NULL;
  WhSettings *settings = wh_settings_load (reload->options->settings_file, reload->options->given, &error);

  if (settings)
    {
      wh_host_take_settings (reload->host, settings);
      wh_log_configure (wh_host_settings (reload->host));
      if (!wh_listener_reload (reload->listener, &error))
        g_warning ("the certificates stay as they were: %s", error->message);
    }
  else
    g_warning ("the settings stay as they were: %s", error->message);
  return G_SOURCE_CONTINUE;
}

/* Until a signal; a second one ends the process at once. */
static gboolean
serve (WhHost *host, const WhServerOptions *options, GError **error)
{
  Reload reload = { host, options, NULL };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  CacheWatch watch = { host->cache, TRUE };
  guint sources[] = { g_unix_signal_add (SIGTERM, quit_cb, loop), g_unix_signal_add (SIGINT, quit_cb, loop), add_watchdog (),
                      g_unix_signal_add (SIGHUP, reload_cb, &reload),
                      g_timeout_add_seconds (CACHE_SECONDS, check_cache_cb, &watch),
                      g_timeout_add_seconds (KEEP_SECONDS, keep_searches_cb, host) };
  WhListener *listener;

  host->runner = wh_job_runner_new (host);
  host->webhooks = wh_webhook_runner_new (host);
  listener = reload.listener = wh_listener_new (host, error);
  check_cache_cb (&watch);
  if (listener)
    {
      announce (listener);
      g_main_loop_run (loop);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i])
      g_source_remove (sources[i]);
  if (listener)
    notify_manager ("STOPPING=1");
  wh_job_runner_stop (host->runner);
  if (listener)
    wh_listener_stop (listener, (guint) wh_settings_integer (wh_host_settings (host), WH_SETTING_DRAIN_SECONDS));
  g_clear_pointer (&host->webhooks, wh_webhook_runner_free);
  g_clear_pointer (&host->runner, wh_job_runner_free);
  return listener != NULL;
}

/* What is no address at all is told when it is opened. */
static gboolean
is_loopback (const char *text)
{
  g_autoptr (GSocketAddress) address = wh_address_parse (text, NULL);

  return !address || g_inet_address_get_is_loopback (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

/* Limits are off for measuring only, where nobody else comes in. */
static gboolean
check_limits (const WhSettings *settings, GError **error)
{
  static const WhSetting doors[] = { WH_SETTING_LISTEN, WH_SETTING_TLS_LISTEN, WH_SETTING_TLS_REDIRECT };

  if (strcmp (wh_settings_text (settings, WH_SETTING_LIMITS_ENFORCE), "off") != 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (doors); i++)
    for (const char *const *address = wh_settings_list (settings, doors[i]); *address; address++)
      if (!is_loopback (*address))
        {
          g_set_error (error, WH_ERROR, WH_ERROR_DENIED,
                       _("Limits can be off only where all addresses are on this machine, and %s is not. Leave them on, or raise them in"
                         " [limits]."), *address);
          return FALSE;
        }
  g_warning ("LIMITS ARE OFF: anybody on this machine, and whoever a proxy on it lets through, may ask as often as they like");
  return TRUE;
}

static WhHost *
open_host (const WhServerOptions *options, WhSettings *settings, WhCache *cache, GError **error)
{
  const char *store = wh_settings_text (settings, WH_SETTING_STORE);
  g_autoptr (WhSettings) owned = settings;

  wh_log_start (settings);
  if (!check_limits (settings, error))
    return NULL;
  raise_descriptor_limit ();
  return wh_host_new (options->data_dir, store, wh_settings_list (settings, WH_SETTING_STORE_REPLICAS), cache,
                      g_steal_pointer (&owned), error);
}

static WhLock *
lock_data_dir (const WhServerOptions *options, GError **error)
{
  g_autofree char *path = wh_paths_writer_lock (options->data_dir);
  WhLock *lock;

  if (!wh_paths_ensure_dir (options->data_dir, error))
    return NULL;
  lock = wh_lock_take (path, error);
  if (!lock)
    g_prefix_error (error, _("The data directory is in use by another server or import: "));
  return lock;
}

/* FALSE: what is set is no place to tell failures to. */
static gboolean
start_reports (WhHost *host, GError **error)
{
  const WhSettings *settings = wh_host_settings (host);
  const char *dsn = wh_settings_text (settings, WH_SETTING_REPORTS_DSN);

  if (!dsn)
    return TRUE;
  host->reports = wh_reports_new (dsn, wh_settings_text (settings, WH_SETTING_OUTGOING_CA_FILE), error);
  if (host->reports)
    wh_log_listen (wh_reports_log_cb, host->reports);
  return host->reports != NULL;
}

static void
stop_reports (WhHost *host)
{
  wh_log_listen (NULL, NULL);
  g_clear_pointer (&host->reports, wh_reports_free);
}

gboolean
wh_server_run (const WhServerOptions *options, GError **error)
{
  g_autoptr (WhSettings) settings = wh_settings_load (options->settings_file, options->given, error);
  const WhCacheOptions cache_options = { .address = settings ? wh_settings_text (settings, WH_SETTING_CACHE) : NULL };
  g_autoptr (WhCache) cache = settings ? wh_cache_open (&cache_options, error) : NULL;
  g_autoptr (WhLock) lock = cache ? lock_data_dir (options, error) : NULL;
  g_autoptr (WhHost) host = lock ? open_host (options, g_steal_pointer (&settings), cache, error) : NULL;

  gboolean served = host && start_reports (host, error) && serve (host, options, error);

  if (host)
    stop_reports (host);
  return served;
}
