#include "wh-listener.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "base/wh-paths.h"
#include "wh-address.h"
#include "wh-listener-private.h"

#define COMMON_FLAGS (MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC)
#define N_COMMON_OPTIONS 6
#define MAX_CONNECTIONS 16384
#define MAX_PER_ADDRESS 12000
#define MAX_LOCAL_CONNECTIONS 64

#define IDLE_SECONDS 30

#define DRAIN_STEP_US 20000
#define QUIET_STEPS 10                /* without a request before idle connections are cut */
#define CANCEL_SECONDS 5              /* for a job to stop after it was told to */

static void
connection_cb (void *user_data, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
  WhListener *listener = user_data;

  if (code == MHD_CONNECTION_NOTIFY_CLOSED)
    {
      wh_patience_remove (listener->patience, *context);
      return;
    }
  *context = wh_patience_add (listener->patience, MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
  wh_patience_expect (*context, WH_LISTENER_HEAD_SECONDS);
}

/* What holds for both daemons. */
static void
fill_common_options (WhListener *listener, struct MHD_OptionItem options[N_COMMON_OPTIONS])
{
  const gint64 memory = 2 * wh_settings_integer (wh_host_settings (listener->host), WH_SETTING_HEAD_BYTES);
  const struct MHD_OptionItem items[N_COMMON_OPTIONS] = {
    { MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, NULL },
    { MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t) memory, NULL },
    { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t) wh_listener_begin_cb, NULL },
    { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t) wh_listener_completed_cb, NULL },
    { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t) connection_cb, listener },
    { MHD_OPTION_END, 0, NULL },
  };

  memcpy (options, items, sizeof items);
}

static struct MHD_Daemon *
start_tcp (WhListener *listener, const char *text, guint threads, GError **error)
{
  g_autoptr (GSocketAddress) address = wh_address_parse (text, error);
  struct MHD_OptionItem options[N_COMMON_OPTIONS];
  struct sockaddr_storage native;
  struct MHD_Daemon *daemon;
  guint flags = COMMON_FLAGS;

  if (!address || !g_socket_address_to_native (address, &native, sizeof native, error))
    return NULL;
  if (native.ss_family == AF_INET6)
    flags |= MHD_USE_IPv6;
  fill_common_options (listener, options);
  daemon = MHD_start_daemon (flags, 0, NULL, NULL, wh_listener_tcp_cb, listener, MHD_OPTION_SOCK_ADDR, &native, MHD_OPTION_THREAD_POOL_SIZE,
                             threads > 1 ? threads : 0u, MHD_OPTION_CONNECTION_LIMIT, (unsigned) MAX_CONNECTIONS,
                             MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned) MAX_PER_ADDRESS, MHD_OPTION_ARRAY, options,
                             MHD_OPTION_END);
  if (!daemon)
    g_set_error (error, WH_ERROR, WH_ERROR_BUSY, _("Cannot listen on %s: %s. Choose another port with --listen."), text,
                 g_strerror (errno));
  return daemon;
}

static struct MHD_Daemon *
start_local (WhListener *listener, GError **error)
{
  int fd = wh_address_bind_local (listener->socket_path, error);
  struct MHD_OptionItem options[N_COMMON_OPTIONS];
  struct MHD_Daemon *daemon;

  if (fd < 0)
    return NULL;
  fill_common_options (listener, options);
  daemon = MHD_start_daemon (COMMON_FLAGS, 0, NULL, NULL, wh_listener_local_cb, listener, MHD_OPTION_LISTEN_SOCKET, fd,
                             MHD_OPTION_CONNECTION_LIMIT, (unsigned) MAX_LOCAL_CONNECTIONS, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
  if (!daemon)
    {
      g_set_error (error, WH_ERROR, WH_ERROR_FAILED, _("Cannot serve on %s: %s"), listener->socket_path, g_strerror (errno));
      close (fd);
    }
  return daemon;
}

WhListener *
wh_listener_new (WhHost *host, const char *address, guint threads, GError **error)
{
  WhListener *listener = g_new0 (WhListener, 1);

  listener->host = host;
  listener->patience = wh_patience_new ();
  listener->socket_path = wh_paths_serve_socket (host->data_dir);
  host->jobs = g_thread_pool_new (wh_listener_job_cb, NULL, 1, FALSE, NULL);
  host->writes = g_thread_pool_new (wh_listener_job_cb, NULL, 1, FALSE, NULL);
  host->analyses = g_thread_pool_new (wh_listener_job_cb, NULL, (gint) g_get_num_processors (), FALSE, NULL);
  host->surveys = g_thread_pool_new (wh_listener_job_cb, NULL, 1, FALSE, NULL);
  listener->tcp = start_tcp (listener, address, threads ? threads : g_get_num_processors (), error);
  listener->local = listener->tcp ? start_local (listener, error) : NULL;
  if (listener->local)
    return listener;
  wh_listener_stop (listener, 0);
  return NULL;
}

guint16
wh_listener_port (WhListener *listener)
{
  return MHD_get_daemon_info (listener->tcp, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/* Closes the door, but lets in who stands before it already: the kernel has accepted them. */
static void
stop_accepting (struct MHD_Daemon *daemon)
{
  int door = daemon ? (int) MHD_quiesce_daemon (daemon) : -1;
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  int fd;

  if (door < 0)
    return;
  while ((fd = accept4 (door, (struct sockaddr *) &address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
    {
      MHD_add_connection (daemon, fd, (struct sockaddr *) &address, length);
      length = sizeof address;
    }
  close (door);
}

static guint
count_connections (struct MHD_Daemon *daemon)
{
  return daemon ? MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections : 0;
}

/* Until nobody is connected, or those who are have asked nothing for a while. FALSE when time runs out first. */
static gboolean
wait_until_quiet (WhListener *listener, guint seconds)
{
  gint64 deadline = wh_clock_monotonic () + (gint64) seconds * G_USEC_PER_SEC;

  for (guint quiet = 0; quiet < QUIET_STEPS && count_connections (listener->tcp) + count_connections (listener->local) > 0; quiet++)
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
  stop_accepting (listener->tcp);
  stop_accepting (listener->local);
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
  g_clear_pointer (&listener->tcp, MHD_stop_daemon);
  g_clear_pointer (&listener->local, MHD_stop_daemon);
  wh_patience_free (listener->patience);
  g_free (listener->socket_path);
  g_free (listener);
}
