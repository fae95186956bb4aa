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

static gboolean
is_here (const WhNetworkAddress *address)
{
  const guint64 halves[2] = { GUINT64_TO_BE (address->high), GUINT64_TO_BE (address->low) };

  return wh_access_is_loopback ((const guint8 *) halves);
}

/* The nearest proxy writes at the end of the chain, be it in a field of its own behind those that the client sent. */
static const char *
find_last (const WhRequest *request, const char *name)
{
  const gsize length = strlen (name);

  for (guint i = request->fields->len; i-- > 0;)
    {
      const WhGateField *field = &g_array_index (request->fields, WhGateField, i);
      if (field->name_length == length && g_ascii_strncasecmp (field->name, name, length) == 0)
        return field->value;
    }
  return NULL;
}

static gboolean
is_handed_on_from_here (const WhRequest *request)
{
  const char *chain = find_last (request, "X-Forwarded-For");
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
  if (request->client.source == WH_CLIENT_FORWARDED)
    return is_here (&request->client.address);
  /* A trusted proxy that does not tell whose request it is has not said that it comes from here. */
  if (request->client.source != WH_CLIENT_PEER)
    return FALSE;
  if (!wh_access_is_loopback (request->peer) || wh_request_header (request, "Forwarded") || wh_request_header (request, "X-Real-IP"))
    return FALSE;
  return !wh_request_header (request, "X-Forwarded-For") || is_handed_on_from_here (request);
}

/* -- who may come in -- */

static gboolean
is_listed (const WhSettings *settings, WhSetting list, const WhNetworkAddress *address)
{
  return wh_networks_contain (wh_settings_networks (settings, list), address);
}

static gboolean
is_allowed (const WhSettings *settings, const WhNetworkAddress *address)
{
  return wh_networks_is_empty (wh_settings_networks (settings, WH_SETTING_ALLOW)) || is_listed (settings, WH_SETTING_ALLOW, address);
}

gboolean
wh_access_is_proxy (const WhSettings *settings, const guint8 peer[WH_REQUEST_PEER_SIZE])
{
  const WhNetworkAddress address = wh_network_from_bytes (peer);

  return is_listed (settings, WH_SETTING_TRUSTED_PROXIES, &address);
}

gboolean
wh_access_admits (const WhSettings *settings, const guint8 peer[WH_REQUEST_PEER_SIZE])
{
  const WhNetworkAddress address = wh_network_from_bytes (peer);

  return !is_listed (settings, WH_SETTING_DENY, &address)
         && (is_allowed (settings, &address) || is_listed (settings, WH_SETTING_TRUSTED_PROXIES, &address));
}

/* Where there are lists, somebody whom nobody names is on the wrong side of them. */
static gboolean
may_be_unknown (const WhSettings *settings)
{
  return wh_networks_is_empty (wh_settings_networks (settings, WH_SETTING_ALLOW))
         && wh_networks_is_empty (wh_settings_networks (settings, WH_SETTING_DENY));
}

gboolean
wh_access_meet (const WhSettings *settings, WhRequest *request)
{
  const WhNetworkAddress peer = wh_network_from_bytes (request->peer);
  WhForwardedField field = strcmp (wh_settings_text (settings, WH_SETTING_PROXY_FIELD), "forwarded") == 0 ? WH_FORWARDED_STANDARD
                                                                                                          : WH_FORWARDED_FOR_LIST;

  wh_forwarded_find (&peer, wh_settings_networks (settings, WH_SETTING_TRUSTED_PROXIES), field,
                     (const WhGateField *) (void *) request->fields->data, request->fields->len, &request->client);
  switch (request->client.source)
    {
    case WH_CLIENT_FORWARDED:
      return !is_listed (settings, WH_SETTING_DENY, &request->client.address) && is_allowed (settings, &request->client.address);
    case WH_CLIENT_HIDDEN:
    case WH_CLIENT_MALFORMED:
      return may_be_unknown (settings);
    default:
      /* The lists may be newer than the connection. */
      return request->local || wh_access_admits (settings, request->peer);
    }
}
