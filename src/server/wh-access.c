#include "wh-access.h"

#include <gio/gio.h>
#include <string.h>

gboolean
wh_access_is_loopback (const guint8 address[WH_REQUEST_PEER_SIZE])
{
  static const guint8 mapped_127[13] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127 };
  static const guint8 one[WH_REQUEST_PEER_SIZE] = { [WH_REQUEST_PEER_SIZE - 1] = 1 };

  return memcmp (address, mapped_127, sizeof mapped_127) == 0 || memcmp (address, one, sizeof one) == 0;
}

/* The nearest proxy writes at the end of the chain. */
static gboolean
is_handed_on_from_here (const WhRequest *request)
{
  const char *chain = wh_request_header (request, "X-Forwarded-For");
  const char *comma = chain ? strrchr (chain, ',') : NULL;
  g_autofree char *last = chain ? g_strstrip (g_strdup (comma ? comma + 1 : chain)) : NULL;
  g_autoptr (GInetAddress) address = last ? g_inet_address_new_from_string (last) : NULL;

  return address && g_inet_address_get_is_loopback (address);
}

gboolean
wh_access_is_open (const WhSettings *settings, const WhRequest *request)
{
  const char *anonymous = wh_settings_text (settings, WH_SETTING_ANONYMOUS);

  if (strcmp (anonymous, "loopback") != 0)
    return strcmp (anonymous, "all") == 0;
  if (!wh_access_is_loopback (request->peer) || wh_request_header (request, "Forwarded") || wh_request_header (request, "X-Real-IP"))
    return FALSE;
  return !wh_request_header (request, "X-Forwarded-For") || is_handed_on_from_here (request);
}
