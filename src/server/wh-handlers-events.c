#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-handlers-private.h"

#define IPV6_SITE 64   /* bits that one subscriber has in common */

/* "strain,price" into bits of kinds. */
static gboolean
read_kinds (WhRequest *request, guint *out_kinds, GError **error)
{
  const char *text = wh_parameters_text (request, "kinds");
  g_auto (GStrv) names = g_strsplit (text ? text : "", ",", -1);

  *out_kinds = 0;
  for (char **name = names; *name; name++)
    {
      const WhEntityClass *class = wh_entity_class_by_name (g_strstrip (*name));
      if (!class)
        return wh_parameters_refuse (request, "kinds", _("“kinds” must be kinds of rows with commas between them, such as"
                                                         " strain,price,lab_result."), error);
      *out_kinds |= 1u << class->kind;
    }
  return TRUE;
}
G_STATIC_ASSERT (WH_N_KINDS <= 32);

/* Where the client left: the last id it got, else a token as a first question may give it. */
static gboolean
read_place (WhRequest *request, WhLiveQuestion *question, char **out_epoch, GError **error)
{
  const char *id = wh_request_header (request, "Last-Event-ID");

  request->error_field = id ? "Last-Event-ID" : "token";
  if (!wh_wire_token_parse (id ? id : wh_parameters_text (request, "token"), out_epoch, &question->seq, error))
    return FALSE;
  request->error_field = NULL;
  question->epoch = *out_epoch;
  return TRUE;
}

/* Whose streams are counted together: the client that a trusted proxy names, and of IPv6 all that have its /64. */
static void
write_site (const WhRequest *request, guint8 bytes[WH_LIVE_PEER_SIZE])
{
  const WhNetworkAddress *address = &request->client.address;
  const WhNetworkAddress site = wh_network_is_ipv4 (address) ? *address : wh_network_prefix (address, IPV6_SITE);
  const guint64 halves[2] = { GUINT64_TO_BE (site.high), GUINT64_TO_BE (site.low) };

  memcpy (bytes, halves, WH_LIVE_PEER_SIZE);
}

char *
wh_handle_events (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  const WhSettings *settings = wh_host_settings (host);
  guint8 site[WH_LIVE_PEER_SIZE];
  WhLiveQuestion question = {
    .principal = request->principal,
    .peer = site,
    .most = (guint) wh_settings_integer (settings, WH_SETTING_EVENTS_STREAMS),
    .most_each = (guint) wh_settings_integer (settings, WH_SETTING_EVENTS_STREAMS_EACH),
    .seconds = (guint) wh_settings_integer (settings, WH_SETTING_EVENTS_MINUTES) * 60,
  };
  g_autofree char *epoch = NULL;
  gboolean too_many = FALSE;

  write_site (request, site);
  if (!read_kinds (request, &question.kinds, error) || !read_place (request, &question, &epoch, error))
    return NULL;
  request->stream = wh_live_open (host->live, &question, &too_many, error);
  if (request->stream)
    return g_strdup ("");
  request->error_status = too_many ? 429 : 503;
  request->error_code = too_many ? "TOO_MANY_STREAMS" : NULL;
  return NULL;
}
