#include "store/wh-test-proxy.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TICK_MS 50

struct _WhTestProxy {
  char      *path;
  int        listener;
  gint       stop, armed, swallowed;   /* atomic */
  GThread   *thread;
  GPtrArray *pumps;                    /* of GThread */
};

typedef struct {
  WhTestProxy *proxy;
  int          client, server;
} Pump;

static struct sockaddr_un
address_of (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  g_assert_cmpuint (strlen (path), <, sizeof address.sun_path);
  strcpy (address.sun_path, path);
  return address;
}

static int
connect_to_server (void)
{
  g_autofree char *path = g_strdup_printf ("%s/.s.PGSQL.%s", g_getenv ("PGHOST"), g_getenv ("PGPORT"));
  struct sockaddr_un address = address_of (path);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

static gboolean
write_all (int fd, const char *bytes, gssize length)
{
  while (length > 0)
    {
      gssize written = send (fd, bytes, (gsize) length, MSG_NOSIGNAL);
      if (written <= 0)
        return FALSE;
      bytes += written;
      length -= written;
    }
  return TRUE;
}

/* Hands on what has come from one side. FALSE at its end, or when the COMMIT that is lain in wait for has been cut off. */
static gboolean
hand_on (Pump *pump, int from, int to)
{
  char buffer[65536];
  gssize length = recv (from, buffer, sizeof buffer, 0);

  if (length <= 0 || !write_all (to, buffer, length))
    return FALSE;
  /* With the NUL at its end, or BEGIN … READ COMMITTED would be taken for it. */
  if (from != pump->client || !memmem (buffer, (gsize) length, "COMMIT", sizeof "COMMIT")
      || !g_atomic_int_compare_and_exchange (&pump->proxy->armed, 1, 0))
    return TRUE;
  recv (pump->server, buffer, sizeof buffer, 0);
  g_atomic_int_inc (&pump->proxy->swallowed);
  return FALSE;
}

static gpointer
pump_thread (gpointer data)
{
  Pump *pump = data;
  struct pollfd ends[] = { { .fd = pump->client, .events = POLLIN }, { .fd = pump->server, .events = POLLIN } };
  gboolean going = TRUE;

  while (going && !g_atomic_int_get (&pump->proxy->stop))
    if (poll (ends, G_N_ELEMENTS (ends), TICK_MS) > 0)
      going = (!ends[0].revents || hand_on (pump, pump->client, pump->server))
              && (!ends[1].revents || hand_on (pump, pump->server, pump->client));
  close (pump->client);
  close (pump->server);
  g_free (pump);
  return NULL;
}

static gpointer
accept_thread (gpointer data)
{
  WhTestProxy *proxy = data;
  struct pollfd waiting = { .fd = proxy->listener, .events = POLLIN };

  while (!g_atomic_int_get (&proxy->stop))
    if (poll (&waiting, 1, TICK_MS) > 0)
      {
        Pump *pump = g_new0 (Pump, 1);
        pump->proxy = proxy;
        pump->client = accept (proxy->listener, NULL, NULL);
        pump->server = connect_to_server ();
        g_ptr_array_add (proxy->pumps, g_thread_new ("pump", pump_thread, pump));
      }
  return NULL;
}

WhTestProxy *
wh_test_proxy_new (const char *dir)
{
  WhTestProxy *proxy = g_new0 (WhTestProxy, 1);
  struct sockaddr_un address;

  proxy->path = g_build_filename (dir, ".s.PGSQL.5432", NULL);
  address = address_of (proxy->path);
  proxy->pumps = g_ptr_array_new_with_free_func ((GDestroyNotify) g_thread_join);
  proxy->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (proxy->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (proxy->listener, 16), ==, 0);
  proxy->thread = g_thread_new ("proxy", accept_thread, proxy);
  return proxy;
}

void
wh_test_proxy_free (WhTestProxy *proxy)
{
  g_atomic_int_set (&proxy->stop, 1);
  g_thread_join (proxy->thread);
  g_ptr_array_unref (proxy->pumps);
  close (proxy->listener);
  g_unlink (proxy->path);
  g_free (proxy->path);
  g_free (proxy);
}

void
wh_test_proxy_swallow_commit (WhTestProxy *proxy)
{
  g_atomic_int_set (&proxy->armed, 1);
}

gint
wh_test_proxy_swallowed (WhTestProxy *proxy)
{
  return g_atomic_int_get (&proxy->swallowed);
}
