#include "wh-doors.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "wh-address.h"

#define MAX_EVENTS 16
#define MAX_AT_ONCE 64        /* accepted from one door before the others */
#define BACKLOG 4096
#define FIRST_PASSED_FD 3     /* sd_listen_fds(3) */
#define PAUSE_MS 50           /* when the machine has no descriptor or memory for one more peer */
#define N_LEAVING 64          /* turned away and not closed yet */
#define LEAVE_US (500 * 1000)

static const char sorry[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Type: application/json\r\nContent-Length: 0\r\n"
                            "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";

typedef struct {
  int    fd;      /* -1: none */
  gint64 until;
} Leaver;

struct _WhDoors {
  WhDoorsFunc admit;
  gpointer    user_data;
  GPtrArray  *doors;     /* of WhDoor */
  int         epoll, stop, spare;
  GThread    *thread;
  Leaver      leaving[N_LEAVING];   /* of the thread, oldest at next_leaver */
  guint       next_leaver;
  gboolean    short_of;             /* descriptors or memory; it has been said */
};

static void
door_free (gpointer data)
{
  WhDoor *door = data;

  if (door->fd >= 0)
    close (door->fd);
  g_free (door);
}

WhDoors *
wh_doors_new (WhDoorsFunc admit, gpointer user_data)
{
  WhDoors *doors = g_new0 (WhDoors, 1);

  doors->admit = admit;
  doors->user_data = user_data;
  doors->doors = g_ptr_array_new_with_free_func (door_free);
  doors->epoll = epoll_create1 (EPOLL_CLOEXEC);
  doors->stop = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  doors->spare = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  for (guint i = 0; i < N_LEAVING; i++)
    doors->leaving[i].fd = -1;
  return doors;
}

/* -- opening -- */

static gboolean
is_bound_to (int fd, const struct sockaddr_storage *address)
{
  struct sockaddr_storage bound = { 0 };
  socklen_t length = sizeof bound;
  const struct sockaddr *theirs = (struct sockaddr *) &bound, *ours = (const struct sockaddr *) address;
  guint8 a[16], b[16];

  if (getsockname (fd, (struct sockaddr *) &bound, &length) < 0 || bound.ss_family != address->ss_family)
    return FALSE;
  wh_address_to_bytes (theirs, a);
  wh_address_to_bytes (ours, b);
  return memcmp (a, b, sizeof a) == 0 && wh_address_port (theirs) == wh_address_port (ours);
}

/* A socket that the service manager opened before it started us. -1: there is none at this address. */
static int
take_passed (const struct sockaddr_storage *address)
{
  const char *process = g_getenv ("LISTEN_PID"), *count = g_getenv ("LISTEN_FDS");
  guint64 n;

  if (!process || !count || g_ascii_strtoll (process, NULL, 10) != getpid ()
      || !g_ascii_string_to_unsigned (count, 10, 1, 64, &n, NULL))
    return -1;
  for (int fd = FIRST_PASSED_FD; fd < FIRST_PASSED_FD + (int) n; fd++)
    if (is_bound_to (fd, address))
      {
        fcntl (fd, F_SETFD, FD_CLOEXEC);
        fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
        return fd;
      }
  return -1;
}

static int
bind_tcp (const struct sockaddr_storage *address, socklen_t length)
{
  int fd = socket (address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1, reason;

  if (fd < 0)
    return -1;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  /* [::] and 0.0.0.0 are two doors, so that each can be opened without the other. */
  if (address->ss_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  if (bind (fd, (const struct sockaddr *) address, length) == 0 && listen (fd, BACKLOG) == 0)
    return fd;
  reason = errno;
  close (fd);
  errno = reason;
  return -1;
}

static const WhDoor *
add_door (WhDoors *doors, WhDoorKind kind, int fd, gboolean loopback)
{
  WhDoor *door = g_new0 (WhDoor, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = door };
  struct sockaddr_storage bound = { 0 };
  socklen_t length = sizeof bound;

  getsockname (fd, (struct sockaddr *) &bound, &length);
  *door = (WhDoor){ kind, fd, wh_address_port ((struct sockaddr *) &bound), loopback };
  g_ptr_array_add (doors->doors, door);
  epoll_ctl (doors->epoll, EPOLL_CTL_ADD, fd, &event);
  return door;
}

const WhDoor *
wh_doors_open (WhDoors *doors, WhDoorKind kind, const char *text, GError **error)
{
  g_autoptr (GSocketAddress) address = wh_address_parse (text, error);
  struct sockaddr_storage native = { 0 };
  GInetAddress *inet;
  int fd;

  if (!address || !g_socket_address_to_native (address, &native, sizeof native, error))
    return NULL;
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  fd = take_passed (&native);
  if (fd < 0)
    fd = bind_tcp (&native, (socklen_t) g_socket_address_get_native_size (address));
  if (fd >= 0)
    return add_door (doors, kind, fd, g_inet_address_get_is_loopback (inet));
  g_set_error (error, WH_ERROR, WH_ERROR_BUSY, _("Cannot listen on %s: %s. Choose another address or port with --listen."), text,
               g_strerror (errno));
  return NULL;
}

const WhDoor *
wh_doors_open_local (WhDoors *doors, const char *path, GError **error)
{
  int fd = wh_address_bind_local (path, error);

  return fd < 0 ? NULL : add_door (doors, WH_DOOR_LOCAL, fd, TRUE);
}

/* -- those who are turned away -- */

static void
close_leavers (WhDoors *doors, gint64 now)
{
  for (guint i = 0; i < N_LEAVING; i++)
    if (doors->leaving[i].fd >= 0 && now >= doors->leaving[i].until)
      {
        close (doors->leaving[i].fd);
        doors->leaving[i].fd = -1;
      }
}

static gboolean
has_leavers (const WhDoors *doors)
{
  for (guint i = 0; i < N_LEAVING; i++)
    if (doors->leaving[i].fd >= 0)
      return TRUE;
  return FALSE;
}

/* Closed at once, what it sent and nobody read would make the kernel tear the reply up. */
void
wh_doors_turn_away (WhDoors *doors, int fd, const WhDoor *door)
{
  Leaver *leaver = &doors->leaving[doors->next_leaver];
  char unread[4096];

  if (door->kind == WH_DOOR_TLS || send (fd, sorry, sizeof sorry - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    {
      close (fd);
      return;
    }
  shutdown (fd, SHUT_WR);
  while (recv (fd, unread, sizeof unread, MSG_DONTWAIT) == (gssize) sizeof unread)
    ;
  if (leaver->fd >= 0)
    close (leaver->fd);
  *leaver = (Leaver){ fd, wh_clock_monotonic () + LEAVE_US };
  doors->next_leaver = (doors->next_leaver + 1) % N_LEAVING;
}

/* -- letting in -- */

/* Without a descriptor for it a peer would stand before the door unheard: it gets the one that is kept for this. */
static gboolean
turn_away_with_spare (WhDoors *doors, const WhDoor *door)
{
  int fd;

  if (doors->spare < 0)
    return FALSE;
  close (doors->spare);
  fd = accept4 (door->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0 && door->kind != WH_DOOR_TLS && send (fd, sorry, sizeof sorry - 1, MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
    shutdown (fd, SHUT_WR);
  if (fd >= 0)
    close (fd);
  doors->spare = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  return fd >= 0;
}

/* accept(2): these are about the one peer, which is gone; the next may be well. */
static gboolean
is_about_peer (int reason)
{
  static const int reasons[] = { EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
                                 ENETUNREACH, EPERM, ETIMEDOUT };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reason == reasons[i])
      return TRUE;
  return FALSE;
}

/* FALSE: nothing can be accepted for a moment. */
static gboolean
cope (WhDoors *doors, const WhDoor *door, int reason)
{
  if (is_about_peer (reason))
    return TRUE;
  if (!doors->short_of)
    g_warning ("no more connections can be taken: %s", g_strerror (reason));
  doors->short_of = TRUE;
  return (reason == EMFILE || reason == ENFILE) && turn_away_with_spare (doors, door);
}

static gboolean
let_in (WhDoors *doors, const WhDoor *door)
{
  for (guint i = 0; i < MAX_AT_ONCE; i++)
    {
      struct sockaddr_storage address = { 0 };
      socklen_t length = sizeof address;
      int fd = accept4 (door->fd, (struct sockaddr *) &address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd < 0 && errno == EAGAIN)
        return TRUE;
      if (fd < 0 && !cope (doors, door, errno))
        return FALSE;
      if (fd < 0)
        continue;
      if (doors->short_of)
        g_message ("connections are taken again");
      doors->short_of = FALSE;
      doors->admit (fd, (struct sockaddr *) &address, length, door, doors->user_data);
    }
  return TRUE;
}

static gpointer
doors_thread (gpointer data)
{
  WhDoors *doors = data;
  struct epoll_event events[MAX_EVENTS];

  for (gboolean running = TRUE; running;)
    {
      int n = epoll_wait (doors->epoll, events, MAX_EVENTS, has_leavers (doors) ? LEAVE_US / 1000 : -1);
      for (int i = 0; i < n; i++)
        if (!events[i].data.ptr)
          running = FALSE;
        else if (!let_in (doors, events[i].data.ptr))
          g_usleep (PAUSE_MS * 1000);
      close_leavers (doors, wh_clock_monotonic ());
    }
  return NULL;
}

void
wh_doors_start (WhDoors *doors)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };

  epoll_ctl (doors->epoll, EPOLL_CTL_ADD, doors->stop, &event);
  doors->thread = g_thread_new ("doors", doors_thread, doors);
}

void
wh_doors_shut (WhDoors *doors)
{
  if (!doors->thread)
    return;
  eventfd_write (doors->stop, 1);
  g_thread_join (g_steal_pointer (&doors->thread));
  for (guint i = 0; i < doors->doors->len; i++)
    {
      WhDoor *door = doors->doors->pdata[i];
      let_in (doors, door);
      close (door->fd);
      door->fd = -1;
    }
}

void
wh_doors_free (WhDoors *doors)
{
  wh_doors_shut (doors);
  close_leavers (doors, G_MAXINT64);
  g_ptr_array_unref (doors->doors);
  close (doors->epoll);
  close (doors->stop);
  if (doors->spare >= 0)
    close (doors->spare);
  g_free (doors);
}
