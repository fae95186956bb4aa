#include "wh-address.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/wh-error.h"

static GInetAddress *
parse_host (const char *text, gsize length)
{
  g_autofree char *host = g_strndup (text, length);

  if (strcmp (host, "localhost") == 0)
    return g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  if (length > 2 && host[0] == '[' && host[length - 1] == ']')
    {
      host[length - 1] = '\0';
      return g_inet_address_new_from_string (host + 1);
    }
  return g_inet_address_new_from_string (host);
}

GSocketAddress *
wh_address_parse (const char *text, GError **error)
{
  const char *colon = strrchr (text, ':');
  g_autoptr (GInetAddress) address = colon ? parse_host (text, colon - text) : NULL;
  guint64 port;

  if (!address || !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &port, NULL))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is no address to listen on; write it as 127.0.0.1:8000."), text);
      return NULL;
    }
  return g_inet_socket_address_new (address, (guint16) port);
}

/* Nobody can connect before listen(), so the mode is in force from the first connection on. */
static gboolean
bind_private (int fd, const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    {
      errno = ENAMETOOLONG;
      return FALSE;
    }
  g_unlink (path);   /* writer.lock says that its server is dead */
  return bind (fd, (struct sockaddr *) &address, sizeof address) == 0 && g_chmod (path, 0600) == 0 && listen (fd, SOMAXCONN) == 0;
}

int
wh_address_bind_local (const char *path, GError **error)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int reason;

  if (fd >= 0 && bind_private (fd, path))
    return fd;
  reason = errno;
  if (fd >= 0)
    close (fd);
  g_set_error (error, WH_ERROR, WH_ERROR_FAILED, _("Cannot listen on %s: %s"), path, g_strerror (reason));
  return -1;
}

guint16
wh_address_port (const struct sockaddr *address)
{
  if (address->sa_family == AF_INET6)
    return ntohs (((const struct sockaddr_in6 *) (const void *) address)->sin6_port);
  return address->sa_family == AF_INET ? ntohs (((const struct sockaddr_in *) (const void *) address)->sin_port) : 0;
}

void
wh_address_to_bytes (const struct sockaddr *address, guint8 bytes[16])
{
  memset (bytes, 0, 16);
  if (address && address->sa_family == AF_INET6)
    memcpy (bytes, &((const struct sockaddr_in6 *) (const void *) address)->sin6_addr, 16);
  else if (address && address->sa_family == AF_INET)
    {
      memset (bytes + 10, 0xff, 2);
      memcpy (bytes + 12, &((const struct sockaddr_in *) (const void *) address)->sin_addr, 4);
    }
}
