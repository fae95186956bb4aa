#include "wh-listener.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "wh-access.h"
#include "wh-address.h"
#include "wh-listener-private.h"

#define COMMON_FLAGS (MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET)
#define SPARE_DESCRIPTORS 256         /* for files, databases and calls outwards */

#define DRAIN_STEP_US 20000
#define QUIET_STEPS 10                /* without a request before idle connections are cut */
#define CANCEL_SECONDS 5              /* for a job to stop after it was told to */

static gint64
number (WhListener *listener, WhSetting setting)
{
  return wh_settings_integer (wh_host_settings (listener->host), setting);
}

/* -- letting in -- */

static int
descriptor_of (struct MHD_Connection *connection)
{
  return MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static void
connection_cb (void *user_data, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
  WhListener *listener = user_data;

  if (code == MHD_CONNECTION_NOTIFY_CLOSED)
    {
      if (wh_peer_lingers (*context))
        wh_linger_take (listener->linger, fcntl (descriptor_of (connection), F_DUPFD_CLOEXEC, 0));
      wh_peers_remove (listener->peers, *context);
    }
  else
    *context = wh_peers_find (listener->peers, descriptor_of (connection));
}

/* How many connections this address may have; 0: any number. */
static guint
most_of (WhListener *listener, const guint8 address[WH_PEERS_ADDRESS], const WhDoor *door)
{
  const WhSettings *settings = wh_host_settings (listener->host);
  gboolean is_exempt = (wh_access_is_loopback (address) && !wh_settings_boolean (settings, WH_SETTING_LIMIT_LOOPBACK))
                       || wh_access_is_proxy (settings, address);

  return door->kind == WH_DOOR_LOCAL || is_exempt ? 0 : (guint) wh_settings_integer (settings, WH_SETTING_CONNECTIONS_PER_ADDRESS);
}

static void
admit_cb (int fd, const struct sockaddr *address, socklen_t length, const WhDoor *door, gpointer user_data)
{
  WhListener *listener = user_data;
  struct MHD_Daemon *daemon = door->kind == WH_DOOR_TLS ? listener->secure : listener->plain;
  guint8 bytes[WH_PEERS_ADDRESS];

  wh_address_to_bytes (address, bytes);
  if (door->kind != WH_DOOR_LOCAL && !wh_access_admits (wh_host_settings (listener->host), bytes))
    {
      wh_metrics_denied (listener->host->metrics);
      close (fd);
    }
  else if (wh_peers_add (listener->peers, fd, bytes, most_of (listener, bytes, door), door->kind == WH_DOOR_LOCAL, door)
           != WH_PEERS_WELCOME)
    {
      wh_metrics_turned_away (listener->host->metrics);
      wh_doors_turn_away (listener->doors, fd, door);
    }
  else if (MHD_add_connection (daemon, fd, address, length) != MHD_YES)
    wh_peers_remove (listener->peers, wh_peers_find (listener->peers, fd));   /* the library has closed it */
}

/* -- starting -- */

static struct MHD_Daemon *
start_daemon (WhListener *listener, guint threads, gboolean secure)
{
  const gint64 memory = 2 * number (listener, WH_SETTING_HEAD_BYTES);
  const char *priorities = wh_settings_text (wh_host_settings (listener->host), WH_SETTING_TLS_PRIORITIES);
  const struct MHD_OptionItem plain_options[] = { { MHD_OPTION_END, 0, NULL } };
  const struct MHD_OptionItem secure_options[] = {
    { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *) priorities },
    { MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *) wh_tls_certificate_cb },
    { MHD_OPTION_END, 0, NULL },
  };
  struct MHD_OptionItem options[] = {
    { MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? (intptr_t) threads : 0, NULL },
    /* Its own count is by thread; the one of the peers is what limits. */
    { MHD_OPTION_CONNECTION_LIMIT, (intptr_t) MIN ((guint64) G_MAXINT, (guint64) listener->most * threads), NULL },
    { MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t) memory, NULL },
    { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t) wh_listener_begin_cb, NULL },
    { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t) wh_listener_completed_cb, NULL },
    { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t) connection_cb, listener },
    { MHD_OPTION_END, 0, NULL },
  };

  return MHD_start_daemon (COMMON_FLAGS | (secure ? MHD_USE_TLS : 0), 0, NULL, NULL, wh_listener_handle_cb, listener, MHD_OPTION_ARRAY,
                           options, MHD_OPTION_ARRAY, secure ? secure_options : plain_options, MHD_OPTION_END);
}

static gboolean
start_daemons (WhListener *listener, GError **error)
{
  guint threads = (guint) number (listener, WH_SETTING_THREADS);

  threads = threads ? threads : g_get_num_processors ();
  listener->plain = start_daemon (listener, threads, FALSE);
  listener->secure = listener->plain && listener->tls ? start_daemon (listener, threads, TRUE) : NULL;
  if (listener->plain && (listener->secure || !listener->tls))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_FAILED, _("The HTTP library does not start its threads: %s"), g_strerror (errno));
  return FALSE;
}

/* As many as is set, but no more than there are descriptors for. */
static guint
find_most (WhListener *listener, guint *out_descriptors)
{
  guint most = (guint) number (listener, WH_SETTING_CONNECTIONS);
  struct rlimit limit = { .rlim_cur = 1024 };

  getrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < (rlim_t) most + SPARE_DESCRIPTORS)
    {
      most = limit.rlim_cur > 2 * SPARE_DESCRIPTORS ? (guint) limit.rlim_cur - SPARE_DESCRIPTORS : SPARE_DESCRIPTORS;
      g_warning ("at most %u connections at a time, since this process may have %u descriptors", most, (guint) limit.rlim_cur);
    }
  *out_descriptors = (guint) MIN (limit.rlim_cur, (rlim_t) most + 4096);
  return most;
}

/* In clear, only this machine is let in, or a proxy that is trusted, unless the operator says that the network is his own. */
static gboolean
may_open (WhListener *listener, WhDoorKind kind, const WhDoor *door, const char *text, GError **error)
{
  if (kind != WH_DOOR_PLAIN || door->loopback || wh_settings_boolean (wh_host_settings (listener->host), WH_SETTING_PLAIN_NETWORK))
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_DENIED,
               _("%s can be reached from other machines, and what passes there in clear can be read and changed on the way. Set "
                 "“listen”, “certificate” and “key” in [tls]; or listen on 127.0.0.1 behind a proxy; or, in a network that is yours "
                 "alone, set access.plain_network=true."), text);
  return FALSE;
}

static gboolean
open_doors (WhListener *listener, WhDoorKind kind, WhSetting setting, GError **error)
{
  static const char *const schemes[] = { [WH_DOOR_PLAIN] = "http", [WH_DOOR_TLS] = "https", [WH_DOOR_REDIRECT] = "http" };
  const char *const *addresses = wh_settings_list (wh_host_settings (listener->host), setting);

  for (; *addresses; addresses++)
    {
      const WhDoor *door = wh_doors_open (listener->doors, kind, *addresses, error);
      const char *colon = strrchr (*addresses, ':');
      if (!door || !may_open (listener, kind, door, *addresses, error))
        return FALSE;
      if (kind == WH_DOOR_TLS && !listener->secure_port)
        listener->secure_port = door->port;
      g_ptr_array_add (listener->places,
                       g_strdup_printf ("%s://%.*s:%u", schemes[kind], (int) (colon - *addresses), *addresses, door->port));
    }
  return TRUE;
}

static void
set_pace (WhListener *listener)
{
  const WhPeersPace pace = {
    .idle_seconds = (guint) number (listener, WH_SETTING_IDLE_SECONDS),
    .head_seconds = (guint) number (listener, WH_SETTING_HEAD_SECONDS),
    .grace_seconds = (guint) number (listener, WH_SETTING_GRACE_SECONDS),
    .bytes_a_second = (guint) number (listener, WH_SETTING_BYTES_A_SECOND),
  };

  wh_peers_set_pace (listener->peers, &pace);
}

/* TLS has shaken hands: only now the wait for a request begins. */
static void
handshaken_cb (int fd, gpointer user_data)
{
  WhListener *listener = user_data;

  wh_peer_rest (wh_peers_find (listener->peers, fd));
}

static gboolean
open_all (WhListener *listener, GError **error)
{
  const WhSettings *settings = wh_host_settings (listener->host);

  if (*wh_settings_list (settings, WH_SETTING_TLS_LISTEN) && !(listener->tls = wh_tls_new (settings, handshaken_cb, listener, error)))
    return FALSE;
  if (!start_daemons (listener, error) || !open_doors (listener, WH_DOOR_PLAIN, WH_SETTING_LISTEN, error)
      || !open_doors (listener, WH_DOOR_TLS, WH_SETTING_TLS_LISTEN, error)
      || (listener->tls && !open_doors (listener, WH_DOOR_REDIRECT, WH_SETTING_TLS_REDIRECT, error)))
    return FALSE;
  return wh_doors_open_local (listener->doors, listener->socket_path, error) != NULL;
}

WhListener *
wh_listener_new (WhHost *host, GError **error)
{
  WhListener *listener = g_new0 (WhListener, 1);
  guint descriptors;

  listener->host = host;
  listener->most = find_most (listener, &descriptors);
  listener->peers = wh_peers_new (listener->most, descriptors);
  listener->linger = wh_linger_new ();
  listener->doors = wh_doors_new (admit_cb, listener);
  listener->places = g_ptr_array_new_with_free_func (g_free);
  listener->socket_path = wh_paths_serve_socket (host->data_dir);
  set_pace (listener);
  host->jobs = g_thread_pool_new (wh_listener_job_cb, NULL, 1, FALSE, NULL);
  host->writes = g_thread_pool_new (wh_listener_job_cb, NULL, 1, FALSE, NULL);
  host->analyses = g_thread_pool_new (wh_listener_job_cb, NULL, (gint) g_get_num_processors (), FALSE, NULL);
  host->surveys = g_thread_pool_new (wh_listener_job_cb, NULL, 1, FALSE, NULL);
  if (open_all (listener, error))
    {
      g_ptr_array_add (listener->places, NULL);
      wh_doors_start (listener->doors);
      return listener;
    }
  wh_listener_stop (listener, 0);
  return NULL;
}

const char *const *
wh_listener_places (WhListener *listener)
{
  return (const char *const *) listener->places->pdata;
}

gboolean
wh_listener_reload (WhListener *listener, GError **error)
{
  set_pace (listener);
  return !listener->tls || wh_tls_reload (listener->tls, wh_host_settings (listener->host), error);
}

/* -- stopping -- */

/* Until nobody is connected, or those who are have asked nothing for a while. FALSE when time runs out first. */
static gboolean
wait_until_quiet (WhListener *listener, guint seconds)
{
  gint64 deadline = wh_clock_monotonic () + (gint64) seconds * G_USEC_PER_SEC;

  for (guint quiet = 0; quiet < QUIET_STEPS && wh_peers_count (listener->peers) > 0; quiet++)
    {
      if (wh_clock_monotonic () > deadline)
        return FALSE;
      g_usleep (DRAIN_STEP_US);
      if (g_atomic_int_get (&listener->running) > 0)
        quiet = 0;
    }
  return TRUE;
}

void
wh_listener_stop (WhListener *listener, guint seconds)
{
  g_atomic_int_set (&listener->host->draining, 1);
  wh_live_close (listener->host->live);
  wh_doors_shut (listener->doors);
  g_unlink (listener->socket_path);
  if (!wait_until_quiet (listener, seconds))
    {
      g_cancellable_cancel (listener->host->cancellable);
      wait_until_quiet (listener, CANCEL_SECONDS);
    }
  /* A suspended connection must be resumed before its daemon stops, so jobs end first. */
  g_thread_pool_free (g_steal_pointer (&listener->host->jobs), FALSE, TRUE);
  g_thread_pool_free (g_steal_pointer (&listener->host->writes), FALSE, TRUE);
  g_thread_pool_free (g_steal_pointer (&listener->host->analyses), FALSE, TRUE);
  g_thread_pool_free (g_steal_pointer (&listener->host->surveys), FALSE, TRUE);
  g_clear_pointer (&listener->plain, MHD_stop_daemon);
  g_clear_pointer (&listener->secure, MHD_stop_daemon);
  wh_doors_free (listener->doors);
  wh_linger_free (listener->linger);
  wh_peers_free (listener->peers);
  g_clear_pointer (&listener->tls, wh_tls_free);
  g_ptr_array_unref (listener->places);
  g_free (listener->socket_path);
  g_free (listener);
}
