#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"
#include "wh-handlers-private.h"

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

char *
wh_handle_events (WhHost *host, WhRequest *request, WhMeta *meta, GError **error)
{
  const WhSettings *settings = wh_host_settings (host);
  WhLiveQuestion question = {
    .principal = request->principal,
    .peer = request->peer,
    .most = (guint) wh_settings_integer (settings, WH_SETTING_EVENTS_STREAMS),
    .most_each = (guint) wh_settings_integer (settings, WH_SETTING_EVENTS_STREAMS_EACH),
    .seconds = (guint) wh_settings_integer (settings, WH_SETTING_EVENTS_MINUTES) * 60,
  };
  g_autofree char *epoch = NULL;
  gboolean too_many = FALSE;

  if (!read_kinds (request, &question.kinds, error) || !read_place (request, &question, &epoch, error))
    return NULL;
  request->stream = wh_live_open (host->live, &question, &too_many, error);
  if (request->stream)
    return g_strdup ("");
  request->error_status = too_many ? 429 : 503;
  request->error_code = too_many ? "TOO_MANY_STREAMS" : NULL;
  return NULL;
}
