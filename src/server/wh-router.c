#include "wh-router.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-clock.h"
#include "base/wh-error.h"
#include "wh-access.h"
#include "wh-cors.h"
#include "wh-encoding.h"
#include "wh-handlers.h"
#include "wh-log.h"
#include "wh-pages.h"
#include "wh-parameters.h"
#include "wh-tags.h"

#define JSON_TYPE "application/json"
#define PROBLEM_TYPE "application/problem+json"
#define STREAM_TYPE "text/event-stream"
#define RETRY_SECONDS ((gint64) 2)
#define EVERY_METHOD "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"   /* of the server as a whole */

static const WhHandler handlers[] = {
  [WH_ROUTE_HEALTH] = wh_handle_health,
  [WH_ROUTE_READY] = wh_handle_ready,
  [WH_ROUTE_LIVE] = wh_handle_live,
  [WH_ROUTE_METRICS] = wh_handle_metrics,
  [WH_ROUTE_METRICS_JSON] = wh_handle_metrics_json,
  [WH_ROUTE_OPENAPI] = wh_handle_openapi,
  [WH_ROUTE_STRAINS] = wh_handle_strains,
  [WH_ROUTE_STRAIN] = wh_handle_strain,
  [WH_ROUTE_STRAIN_SEARCH] = wh_handle_search,
  [WH_ROUTE_STRAIN_FACETS] = wh_handle_facets,
  [WH_ROUTE_PRODUCT_SEARCH] = wh_handle_product_search,
  [WH_ROUTE_STRAIN_RECOMMENDATIONS] = wh_handle_recommend,
  [WH_ROUTE_TERPENES_SIMILAR] = wh_handle_similar,
  [WH_ROUTE_TERPENES] = wh_handle_terpenes,
  [WH_ROUTE_TERPENES_MAP] = wh_handle_map,
  [WH_ROUTE_TERPENES_COMPARE] = wh_handle_compare,
  [WH_ROUTE_TERPENES_ANALYZE] = wh_handle_analyze,
  [WH_ROUTE_TERPENES_EFFECTS] = wh_handle_effects,
  [WH_ROUTE_TERPENES_SEARCH] = wh_handle_led,
  [WH_ROUTE_TERPENES_CLUSTERS] = wh_handle_clusters,
  [WH_ROUTE_TERPENES_CORRELATIONS] = wh_handle_correlations,
  [WH_ROUTE_PRICING_COMPARE] = wh_handle_prices,
  [WH_ROUTE_SUBSTITUTES] = wh_handle_substitutes,
  [WH_ROUTE_SUBSTITUTE_FEEDBACK] = wh_handle_substitute_feedback,
  [WH_ROUTE_PRICING_TOTAL] = wh_handle_total,
  [WH_ROUTE_PRICING_HISTORY] = wh_handle_price_history,
  [WH_ROUTE_PRICING_WATCHES] = wh_handle_watches,
  [WH_ROUTE_ANALYTICS_STATS] = wh_handle_stats,
  [WH_ROUTE_TERPENES_OUTLIERS] = wh_handle_outliers,
  [WH_ROUTE_TERPENES_STRAIN_OUTLIERS] = wh_handle_outliers,
  [WH_ROUTE_LAB_RESULT_CHECKS] = wh_handle_checks,
  [WH_ROUTE_SYNC_CHANGES] = wh_handle_changes,
  [WH_ROUTE_EVENTS] = wh_handle_events,
  [WH_ROUTE_ADMIN_IMPORT] = wh_handle_import,
  [WH_ROUTE_ADMIN_DEMO] = wh_handle_demo,
  [WH_ROUTE_WEBHOOKS] = wh_handle_webhooks,
  [WH_ROUTE_WEBHOOK_ADD] = wh_handle_webhook_add,
  [WH_ROUTE_WEBHOOK] = wh_handle_webhook,
  [WH_ROUTE_WEBHOOK_CHANGE] = wh_handle_webhook_change,
  [WH_ROUTE_WEBHOOK_DELETE] = wh_handle_webhook_delete,
  [WH_ROUTE_WEBHOOK_DELIVERIES] = wh_handle_webhook_deliveries,
  [WH_ROUTE_WEBHOOK_RETRY] = wh_handle_webhook_retry,
  [WH_ROUTE_JOBS] = wh_handle_jobs,
  [WH_ROUTE_JOB_ADD] = wh_handle_job_add,
  [WH_ROUTE_JOB] = wh_handle_job,
  [WH_ROUTE_JOB_CANCEL] = wh_handle_job_cancel,
  [WH_ROUTE_SCHEDULES] = wh_handle_schedules,
  [WH_ROUTE_SCHEDULE] = wh_handle_schedule,
  [WH_ROUTE_SCHEDULE_PUT] = wh_handle_schedule_put,
  [WH_ROUTE_SCHEDULE_DELETE] = wh_handle_schedule_delete,
  [WH_ROUTE_DISPENSARIES] = wh_handle_dispensaries,
  [WH_ROUTE_DISPENSARY] = wh_handle_dispensary,
  [WH_ROUTE_DISPENSARY_PRODUCTS] = wh_handle_shop_products,
  [WH_ROUTE_CHANGES] = wh_handle_edits,
  [WH_ROUTE_ROWS] = wh_handle_rows,
  [WH_ROUTE_ROW] = wh_handle_row,
  [WH_ROUTE_ROW_CREATE] = wh_handle_edit,
  [WH_ROUTE_ROW_REPLACE] = wh_handle_edit,
  [WH_ROUTE_ROW_CHANGE] = wh_handle_edit,
  [WH_ROUTE_ROW_DELETE] = wh_handle_edit,
};
G_STATIC_ASSERT (G_N_ELEMENTS (handlers) == WH_N_ROUTES);

static WhMeta
meta_of (const WhRequest *request)
{
  return (WhMeta){ .request_id = request->id, .started = request->started, .total_count = -1, .rate_limit = request->rate.limit,
                   .rate_remaining = request->rate.remaining, .rate_reset = request->rate.reset };
}

static gint64
seconds_to_reset (const WhRequest *request)
{
  return MAX (request->rate.reset - wh_clock_now () / WH_TIME_SECOND, 1);
}

static gboolean
wants_problem (const WhRequest *request)
{
  const char *accept = wh_request_header (request, "Accept");

  return accept && strstr (accept, PROBLEM_TYPE);
}

static WhAnswer *
error_reply (const WhRequest *request, WhWireError error)
{
  WhMeta meta = meta_of (request);
  gboolean problem = wants_problem (request);
  char *body = problem ? wh_wire_problem (&error, &meta) : wh_wire_error_envelope (&error, &meta);
  WhAnswer *reply = wh_answer_new (error.status, problem ? PROBLEM_TYPE : JSON_TYPE, body);

  if (error.status == 503 || error.status == 429)
    {
      gboolean used_up = error.status == 429 && request->rate.limit && !request->rate.allowed;
      wh_answer_set_header (reply, "Retry-After",
                            g_strdup_printf ("%" G_GINT64_FORMAT, used_up ? seconds_to_reset (request) : RETRY_SECONDS));
    }
  return reply;
}

WhAnswer *
wh_router_refuse (const WhRequest *request, guint status, const char *code, const char *message)
{
  return error_reply (request, (WhWireError){ .status = status, .code = code, .message = message });
}

/* A handler's error, with what it noted in the request. */
static WhAnswer *
failure_reply (const WhRequest *request, const GError *failure)
{
  WhWireError error = wh_wire_error (failure);

  if (request->error_code)
    error.code = request->error_code;
  if (request->error_status)
    error.status = request->error_status;
  if (error.status == 500)
    g_warning ("%s %s: %s", request->method, request->route->path, failure->message);
  if (error.status == 500 && !request->local && !wh_request_header (request, "Authorization"))
    error.message = _("Something went wrong in the server. Its log tells more, by the id of this request.");
  error.field = request->error_field;
  error.details = request->error_details;
  return error_reply (request, error);
}

/* What every reply gets that the route knows nothing of. */
static WhAnswer *
finish (WhHost *host, const WhRequest *request, const char *allowed, WhAnswer *answer)
{
  const WhSettings *settings = wh_host_settings (host);

  wh_cors_apply (settings, request, allowed, answer);
  wh_encoding_apply (settings, request, answer);
  return answer;
}

static WhAnswer *
no_route (WhRequest *request, const char *allowed)
{
  WhAnswer *reply;

  if (!allowed)
    return wh_router_refuse (request, 404, "NOT_FOUND", _("There is nothing at this address."));
  if (strcmp (request->method, "OPTIONS") == 0)
    reply = wh_answer_new (204, NULL, g_strdup (""));
  else
    reply = wh_router_refuse (request, 405, "METHOD_NOT_ALLOWED", _("This address does not know this method."));
  wh_answer_set_header (reply, "Allow", g_strdup (allowed));
  return reply;
}

/* Without a key 401 (who are you?), with one 403 (you may not). */
static WhAnswer *
check_permission (WhRequest *request)
{
  g_autoptr (GError) error = NULL;

  if (wh_principal_require (request->principal, request->route->permission, &error))
    return NULL;
  return wh_request_header (request, "Authorization") ? wh_router_refuse (request, 403, "FORBIDDEN", error->message)
                                : wh_router_refuse (request, 401, "UNAUTHORIZED", error->message);
}

static WhAnswer *
too_many (const WhRequest *request, const char *account)
{
  const char *who = account ? _("this account") : _("this address");
  g_autofree char *message = g_strdup_printf (_("%u such requests were made for %s, which is all that is free in this time. Try again in %"
                                                G_GINT64_FORMAT " seconds."), request->rate.limit, who, seconds_to_reset (request));

  return wh_router_refuse (request, 429, "RATE_LIMITED", message);
}

/* How much of the request's class is free; FALSE: it is not counted. `account` NULL: nobody is signed in with a key that is right. */
static gboolean
is_counted (WhHost *host, const WhRequest *request, const char *account, guint *out_limit, guint *out_seconds)
{
  WhRouteClass class = request->route->class;
  WhRate rate;

  if (!host->limits || request->local || class < WH_CLASS_SEARCH)
    return FALSE;
  rate = wh_settings_rate (wh_host_settings (host), WH_SETTING_LIMIT_SEARCH + (class - WH_CLASS_SEARCH));
  *out_limit = account ? rate.signed_in : rate.anonymous;
  *out_seconds = rate.seconds;
  return rate.seconds > 0;
}

/* Also of a request that is then refused for another reason: trying costs as much as asking. */
static WhAnswer *
check_rate (WhHost *host, WhRequest *request, const char *account)
{
  guint limit, seconds;

  if (!is_counted (host, request, account, &limit, &seconds) || limit == 0)
    return NULL;
  wh_rate_limits_count (host->limits, request->route->class, account, &request->client.address, limit, seconds, &request->rate);
  return request->rate.allowed ? NULL : too_many (request, account);
}

/* What none is free of. */
static WhAnswer *
check_free (WhHost *host, const WhRequest *request, const char *account)
{
  guint limit, seconds;

  if (!is_counted (host, request, account, &limit, &seconds) || limit > 0)
    return NULL;
  return account ? wh_router_refuse (request, 403, "FORBIDDEN", _("The operator of this server has turned this off."))
                 : wh_router_refuse (request, 401, "UNAUTHORIZED", _("This is answered to those only who sign in."));
}

static gboolean
is_json_type (const char *type)
{
  gsize length = strcspn (type, "; \t");
  const char *parameter = type + length + strspn (type + length, "; \t");

  return length == strlen (JSON_TYPE) && g_ascii_strncasecmp (type, JSON_TYPE, length) == 0
         && (!*parameter || g_ascii_strcasecmp (parameter, "charset=utf-8") == 0
             || g_ascii_strcasecmp (parameter, "charset=\"utf-8\"") == 0);
}

/* A program may leave out what it sends, but no page in a browser: what it may send without asking first is never called JSON. */
static gboolean
has_json_body (const WhRequest *request)
{
  const char *type = wh_request_header (request, "Content-Type");

  return type ? is_json_type (type) : !wh_request_header (request, "Origin");
}

static gboolean
is_packed (const WhRequest *request)
{
  const char *encoding = wh_request_header (request, "Content-Encoding");

  return encoding && *encoding && g_ascii_strcasecmp (encoding, "identity") != 0;
}

/* Before the body is read. `length` 0: none is announced; it may still come in chunks. */
static WhAnswer *
check_body (const WhRequest *request, gint64 length)
{
  WhAnswer *reply;

  if (length == 0 && !wh_request_header (request, "Transfer-Encoding"))
    return NULL;
  if (!is_packed (request))
    return has_json_body (request) ? NULL : wh_router_refuse (request, 415, "UNSUPPORTED", _("Send the body as application/json, in"
                                                                                              " UTF-8, and say so in “Content-Type”."));
  reply = wh_router_refuse (request, 415, "UNSUPPORTED", _("Bodies are taken as they are, without “Content-Encoding”: send this one"
                                                           " uncompressed."));
  wh_answer_set_header (reply, "Accept-Encoding", g_strdup ("identity"));
  return reply;
}

/* Whose request it is, by its address. */
static WhAnswer *
check_address (WhHost *host, WhRequest *request)
{
  gboolean admitted = request->local || wh_access_meet (wh_host_settings (host), request);

  if (request->client.misled)
    wh_metrics_misled (host->metrics);
  if (admitted)
    return NULL;
  wh_metrics_denied (host->metrics);
  return wh_router_refuse (request, 403, "FORBIDDEN", _("Nothing is answered to this address."));
}

/* Who asks, by the key, and how often. */
static WhAnswer *
check_asker (WhHost *host, WhRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *account;
  WhAnswer *reply;

  request->principal = wh_host_authenticate (host, request->local, wh_request_header (request, "Authorization"), &error);
  account = request->principal && request->principal != host->anonymous ? request->principal->who : NULL;
  if ((reply = check_rate (host, request, account)))
    return reply;
  if (!request->principal)
    return wh_router_refuse (request, 401, "UNAUTHORIZED", error->message);
  if (request->principal == host->anonymous && !wh_access_is_open (wh_host_settings (host), request))
    {
      wh_principal_unref (request->principal);
      request->principal = wh_principal_ref (host->stranger);
    }
  reply = check_permission (request);
  return reply ? reply : check_free (host, request, account);
}

static WhAnswer *
begin (WhHost *host, WhRequest *request, gint64 body_length, char **out_allowed)
{
  WhAnswer *reply = check_address (host, request);
  g_autoptr (GError) error = NULL;

  if (reply)
    return reply;
  if (strcmp (request->path, "*") == 0)
    *out_allowed = g_strdup (EVERY_METHOD);
  else
    request->route = wh_route_match (request->method, request->path, &request->value, out_allowed);
  if (!request->route)
    return no_route (request, *out_allowed);
  if (request->not_text)
    return wh_router_refuse (request, 400, "INVALID_PARAMETER",
                             _("The query holds bytes that are no UTF-8 text; write other characters as their percent-encoded UTF-8."));
  if ((reply = check_asker (host, request)))
    return reply;
  if (body_length > (gint64) request->route->max_body)
    return wh_router_refuse (request, 413, "TOO_LARGE", _("The body is larger than this address takes."));
  reply = check_body (request, body_length);
  if (reply || (wh_parameters_check (request, &error) && wh_pages_take (request, &error)))
    return reply;
  return failure_reply (request, error);
}

WhAnswer *
wh_router_begin (WhHost *host, WhRequest *request, gint64 body_length)
{
  g_autofree char *allowed = NULL;
  WhAnswer *reply = begin (host, request, body_length, &allowed);

  return reply ? finish (host, request, strcmp (request->method, "OPTIONS") == 0 ? allowed : NULL, reply) : NULL;
}

WhWork
wh_router_work (const WhRequest *request)
{
  switch (request->route->id)
    {
    case WH_ROUTE_STRAIN_RECOMMENDATIONS:
    case WH_ROUTE_TERPENES_SIMILAR:
    case WH_ROUTE_TERPENES_COMPARE:
    case WH_ROUTE_TERPENES_ANALYZE:
    case WH_ROUTE_TERPENES_EFFECTS:
    case WH_ROUTE_TERPENES_SEARCH:
    case WH_ROUTE_TERPENES_STRAIN_OUTLIERS:
    case WH_ROUTE_PRICING_COMPARE:
    case WH_ROUTE_SUBSTITUTES:
    case WH_ROUTE_PRICING_HISTORY:
    case WH_ROUTE_PRICING_WATCHES:
    case WH_ROUTE_DISPENSARIES:
    case WH_ROUTE_DISPENSARY_PRODUCTS:
    case WH_ROUTE_ROWS:
    case WH_ROUTE_JOBS:
    case WH_ROUTE_WEBHOOKS:
    case WH_ROUTE_WEBHOOK:
    case WH_ROUTE_WEBHOOK_DELIVERIES:
    case WH_ROUTE_JOB:
    case WH_ROUTE_SCHEDULES:
    case WH_ROUTE_SCHEDULE:
      return WH_WORK_ANALYSIS;
    case WH_ROUTE_METRICS:
    case WH_ROUTE_METRICS_JSON:
    case WH_ROUTE_ANALYTICS_STATS:
    case WH_ROUTE_TERPENES_MAP:
    case WH_ROUTE_TERPENES_CLUSTERS:
    case WH_ROUTE_TERPENES_CORRELATIONS:
    case WH_ROUTE_TERPENES_OUTLIERS:
    case WH_ROUTE_LAB_RESULT_CHECKS:
      return WH_WORK_SURVEY;
    case WH_ROUTE_WEBHOOK_ADD:
    case WH_ROUTE_WEBHOOK_CHANGE:
    case WH_ROUTE_WEBHOOK_DELETE:
    case WH_ROUTE_WEBHOOK_RETRY:
    case WH_ROUTE_JOB_ADD:
    case WH_ROUTE_JOB_CANCEL:
    case WH_ROUTE_SCHEDULE_PUT:
    case WH_ROUTE_SCHEDULE_DELETE:
    case WH_ROUTE_CHANGES:
    case WH_ROUTE_SUBSTITUTE_FEEDBACK:
    case WH_ROUTE_ROW_CREATE:
    case WH_ROUTE_ROW_REPLACE:
    case WH_ROUTE_ROW_CHANGE:
    case WH_ROUTE_ROW_DELETE:
      return WH_WORK_WRITE;
    default:
      return request->route->permission == WH_PERMISSION_WRITE_CATALOGUE ? WH_WORK_JOB : WH_WORK_QUICK;
    }
}

static gboolean
is_get (const WhRequest *request)
{
  return strcmp (request->route->method, "GET") == 0;
}

/* The entity tag of what was done or read; NULL: none. Caller frees. */
static char *
tag_of (const WhRequest *request, const WhMeta *meta, const char *data)
{
  if (request->revision)
    return g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", request->revision);
  if (request->reply_tag)
    return g_strdup (request->reply_tag);
  /* How the server is has no state that somebody could have already. */
  if (!is_get (request) || request->reply_type || request->route->permission == WH_PERMISSION_PUBLIC)
    return NULL;
  return wh_tags_of (data, strlen (data), meta->total_count);
}

static WhAnswer *
not_modified (const char *tag, gboolean packed)
{
  WhAnswer *answer = wh_answer_new (304, JSON_TYPE, g_strdup (""));

  wh_answer_set_header (answer, "ETag", packed ? wh_tags_packed (tag) : g_strdup (tag));
  return answer;
}

/* Asked again and again, it counts each time. */
static void
count_search (WhHost *host, const char *searched, const WhMeta *meta)
{
  if (searched)
    wh_search_tally_count (host->searches, searched, (guint) meta->total_count);
}

WhAnswer *
wh_router_find (WhHost *host, WhRequest *request)
{
  g_auto (WhDocument) document = { NULL };
  WhMeta meta = meta_of (request);
  gboolean packed;
  gsize length;
  char *body;
  WhAnswer *answer;

  if (!wh_documents_find (host->documents, request, &document))
    return NULL;
  meta.total_count = document.list.total_count;
  meta.per_page = document.list.per_page;
  meta.offset = document.list.offset;
  meta.next_cursor = document.list.next_cursor;
  count_search (host, document.searched, &meta);
  if (wh_tags_known (wh_request_header (request, "If-None-Match"), document.tag, &packed))
    return finish (host, request, NULL, not_modified (document.tag, packed));
  body = wh_wire_envelope_of (document.data, document.length, &meta, &length);
  answer = wh_answer_new_of (200, JSON_TYPE, body, length);
  wh_answer_set_header (answer, "ETag", g_strdup (document.tag));
  return finish (host, request, NULL, answer);
}

/* A row that the catalogue does not know yet has its own tag, and is not kept. */
static void
keep_document (WhHost *host, const WhRequest *request, const WhMeta *meta, const char *tag, const char *data)
{
  if (request->kept_under && !request->revision && !request->reply_status)
    wh_documents_keep (host->documents, request, meta, tag, data, strlen (data));
}

/* What a handler that is done answers. Takes `data`. */
static WhAnswer *
success_reply (WhHost *host, WhRequest *request, WhMeta *meta, char *data)
{
  g_autofree char *kept = data, *tag = NULL;
  guint status = request->reply_status ? request->reply_status : 200;
  gboolean packed;
  char *body;
  WhAnswer *answer;

  wh_pages_end (request, meta);
  tag = tag_of (request, meta, data);
  keep_document (host, request, meta, tag, data);
  count_search (host, request->searched, meta);
  if (is_get (request) && !request->reply_says_more && wh_tags_known (wh_request_header (request, "If-None-Match"), tag, &packed))
    return not_modified (tag, packed);
  body = status == 204 ? g_strdup ("") : request->reply_type ? g_steal_pointer (&kept) : wh_wire_envelope (data, meta);
  answer = wh_answer_new (status, status == 204 ? NULL : request->reply_type ? request->reply_type : JSON_TYPE, body);
  wh_answer_set_header (answer, "ETag", g_steal_pointer (&tag));
  wh_answer_set_header (answer, "Location", g_strdup (request->location));
  return answer;
}

/* A proxy that collected it would hold back what is new. */
static WhAnswer *
stream_reply (WhRequest *request)
{
  WhAnswer *answer = wh_answer_new_stream (200, STREAM_TYPE, g_steal_pointer (&request->stream));

  wh_answer_set_header (answer, "X-Accel-Buffering", g_strdup ("no"));
  return answer;
}

/* What was answered before to the same request; the envelope is of this one. */
static WhAnswer *
replay (WhHost *host, WhRequest *request, WhMeta *meta, WhKeptReply *reply)
{
  WhAnswer *answer;

  request->reply_status = reply->status;
  request->reply_tag = reply->tag;
  request->revision = 0;
  g_free (request->location);
  request->location = g_steal_pointer (&reply->location);
  answer = success_reply (host, request, meta, g_steal_pointer (&reply->data));
  wh_answer_set_header (answer, "Idempotent-Replayed", g_strdup ("true"));
  return answer;
}

static WhAnswer *
handle (WhHost *host, WhRequest *request)
{
  WhMeta meta = meta_of (request);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhKeptReply) earlier = NULL;
  char *data = handlers[request->route->id](host, request, &meta, &error);

  if (data && request->stream)
    {
      g_free (data);
      return stream_reply (request);
    }
  if (data)
    {
      wh_once_keep_late (host->store, request, data);
      return success_reply (host, request, &meta, data);
    }
  return wh_once_lost (host->store, request, &earlier) ? replay (host, request, &meta, earlier) : failure_reply (request, error);
}

static gboolean
writes (const WhRoute *route)
{
  return strcmp (route->method, "GET") != 0 && route->permission != WH_PERMISSION_READ_CATALOGUE
         && route->permission != WH_PERMISSION_READ_SHOP && route->permission != WH_PERMISSION_PUBLIC;
}

/* A write that may have been asked for before. */
static WhAnswer *
handle_once (WhHost *host, WhRequest *request)
{
  guint hours = (guint) wh_settings_integer (wh_host_settings (host), WH_SETTING_IDEMPOTENCY_HOURS);
  WhMeta meta = meta_of (request);
  g_autoptr (GError) error = NULL;
  g_autoptr (WhKeptReply) earlier = NULL;
  WhAnswer *answer;

  if (!wh_once_begin (host->once, host->store, request, hours, &earlier, &error))
    answer = failure_reply (request, error);
  else
    answer = earlier ? replay (host, request, &meta, earlier) : handle (host, request);
  wh_once_end (host->once, request);
  return answer;
}

WhAnswer *
wh_router_answer (WhHost *host, WhRequest *request)
{
  WhAnswer *answer;

  wh_log_enter (request->id);
  answer = writes (request->route) ? handle_once (host, request) : handle (host, request);
  wh_log_leave ();
  return finish (host, request, NULL, answer);
}
