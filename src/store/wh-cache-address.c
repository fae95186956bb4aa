#include "wh-cache-address.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/un.h>

#include "base/wh-error.h"

#define USUAL_PORT 6379
#define MOST_DATABASE 1023
#define UNIX_SCHEME "unix:"

void
wh_cache_address_free (WhCacheAddress *address)
{
  g_clear_object (&address->socket);
  g_free (address->user);
  g_free (address->password);
  g_free (address);
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
take_path (WhCacheAddress *address, const char *path, GError **error)
{
  if (g_str_has_prefix (path, "//"))
    path += strlen ("//");
  if (*path != '/' || strlen (path) >= sizeof ((struct sockaddr_un *) NULL)->sun_path)
    return refuse (error, _("A cache's “unix:” is followed by the whole path of a socket, of at most 107 bytes."));
  address->socket = g_unix_socket_address_new (path);
  return TRUE;
}

/* No names are looked up: that may take long, and what is not on this machine would be sent in the clear. */
static gboolean
take_host (WhCacheAddress *address, GUri *uri, GError **error)
{
  const char *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (strcmp (host, "localhost") == 0 ? "127.0.0.1" : host);
  int port = g_uri_get_port (uri);

  if (!inet || !g_inet_address_get_is_loopback (inet))
    return refuse (error, _("The cache must be on this machine, since its connection is not encrypted: a Unix socket, 127.0.0.1 or ::1. "
                            "For one elsewhere set up a tunnel."));
  address->socket = g_inet_socket_address_new (inet, (guint16) (port > 0 ? port : USUAL_PORT));
  return TRUE;
}

static gboolean
take_database (WhCacheAddress *address, const char *path, GError **error)
{
  guint64 database = 0;

  if (*path && strcmp (path, "/") != 0
      && (*path != '/' || !g_ascii_string_to_unsigned (path + 1, 10, 0, MOST_DATABASE, &database, NULL)))
    return refuse (error, _("What follows the address of a cache is the number of a database, such as “/0”."));
  address->database = (guint) database;
  return TRUE;
}

static gboolean
take_uri (WhCacheAddress *address, const char *text, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_HAS_PASSWORD, NULL);
  const char *scheme = uri ? g_uri_get_scheme (uri) : NULL, *user = uri ? g_uri_get_user (uri) : NULL;

  if (!scheme || strcmp (scheme, "redis") != 0 || !g_uri_get_host (uri) || !*g_uri_get_host (uri) || g_uri_get_query (uri)
      || g_uri_get_fragment (uri))
    return refuse (error, _("The cache is “local”, “unix:” and the path of a socket, or “redis://127.0.0.1:6379”."));
  address->user = user && *user ? g_strdup (user) : NULL;
  address->password = g_strdup (g_uri_get_password (uri));
  if (address->user && !address->password)
    return refuse (error, _("The address of the cache has a user and no password: redis://USER:PASSWORD@127.0.0.1"));
  return take_host (address, uri, error) && take_database (address, g_uri_get_path (uri), error);
}

WhCacheAddress *
wh_cache_address_parse (const char *text, GError **error)
{
  g_autoptr (WhCacheAddress) address = g_new0 (WhCacheAddress, 1);
  gboolean done = g_str_has_prefix (text, UNIX_SCHEME) ? take_path (address, text + strlen (UNIX_SCHEME), error)
                                                       : take_uri (address, text, error);

  return done ? g_steal_pointer (&address) : NULL;
}
