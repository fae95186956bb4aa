#include "wh-cors.h"

#include <string.h>

#define ANY "*"
#define REQUEST_FIELDS "Authorization, Content-Type, Accept, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID"
#define REPLY_FIELDS "ETag, Location, Retry-After, Idempotent-Replayed, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, " \
  "X-RateLimit-Reset"

static void
add (WhAnswer *answer, const char *name, const char *value)
{
  wh_answer_set_header (answer, name, g_strdup (value));
}

static void
add_preflight (const WhSettings *settings, const char *allowed, WhAnswer *answer)
{
  add (answer, "Access-Control-Allow-Methods", allowed);
  add (answer, "Access-Control-Allow-Headers", REQUEST_FIELDS);
  wh_answer_set_header (answer, "Access-Control-Max-Age",
                        g_strdup_printf ("%" G_GINT64_FORMAT, wh_settings_integer (settings, WH_SETTING_CORS_MAX_AGE)));
  add (answer, "Vary", "Access-Control-Request-Method, Access-Control-Request-Headers");
}

void
wh_cors_apply (const WhSettings *settings, const WhRequest *request, const char *allowed, WhAnswer *answer)
{
  const char *const *origins = wh_settings_list (settings, WH_SETTING_CORS_ORIGINS);
  const char *origin = wh_request_header (request, "Origin");
  gboolean named, any;

  if (!*origins)
    return;
  /* Also where it is not asked for: whoever keeps the reply must not give it to a page. */
  add (answer, "Vary", "Origin");
  named = origin && g_strv_contains (origins, origin);
  any = g_strv_contains (origins, ANY);
  if (!origin || (!named && !any))
    return;
  add (answer, "Access-Control-Allow-Origin", named ? origin : ANY);
  /* Never for everybody: then any page could act as whoever looks at it. */
  if (named && wh_settings_boolean (settings, WH_SETTING_CORS_CREDENTIALS))
    add (answer, "Access-Control-Allow-Credentials", "true");
  if (allowed && wh_request_header (request, "Access-Control-Request-Method"))
    add_preflight (settings, allowed, answer);
  else
    add (answer, "Access-Control-Expose-Headers", REPLY_FIELDS);
}
