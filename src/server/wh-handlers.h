/* wh-handlers.h: one function per route. Each returns the finished `data` of the envelope or NULL with an error, and may set
 * request->error_code and error_field. */
#pragma once

#include "wh-host.h"
#include "wh-request.h"
#include "wire/wh-wire.h"

G_BEGIN_DECLS

typedef char *(*WhHandler) (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);

char *wh_handle_strains  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_facets   (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_product_search (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_search   (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_strain   (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_similar  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_terpenes (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_map      (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_compare  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_analyze  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_effects  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_clusters (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_correlations (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* Of the catalogue, or of the strain in the path. */
char *wh_handle_outliers (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/terpenes/search */
char *wh_handle_led      (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/pricing/compare */
char *wh_handle_prices   (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/substitutes, and POST /api/substitutes/feedback */
char *wh_handle_substitutes (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_substitute_feedback (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/pricing/total */
char *wh_handle_total    (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/pricing/history */
char *wh_handle_price_history (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/pricing/watches */
char *wh_handle_watches  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/analytics/stats */
char *wh_handle_stats    (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* POST /api/strains/recommendations */
char *wh_handle_recommend (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_checks   (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_changes  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/events: sets request->stream. */
char *wh_handle_events   (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_health   (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_ready    (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_live     (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /openapi.json, without envelope. */
char *wh_handle_openapi  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* Prometheus text, not JSON. */
char *wh_handle_metrics  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/metrics */
char *wh_handle_metrics_json (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_import   (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_demo     (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* /api/admin/jobs, /{id}; /api/admin/schedules, /{name} */
char *wh_handle_jobs     (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_job_add  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_job      (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_job_cancel (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_schedules (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_schedule (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_schedule_put (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_schedule_delete (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* GET /api/dispensaries, /{id}, /{id}/products */
char *wh_handle_dispensaries (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_dispensary (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_shop_products (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
/* Of the kind of the route: a page of rows, one row, one change; and POST /api/changes. */
char *wh_handle_rows     (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_row      (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_edit     (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_edits    (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);

/* /api/webhooks: all, a new one, one, its change and its end, its calls, and dead ones once more. */
char *wh_handle_webhooks (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_webhook_add (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_webhook  (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_webhook_change (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_webhook_delete (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_webhook_deliveries (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);
char *wh_handle_webhook_retry (WhHost *host, WhRequest *request, WhMeta *meta, GError **error);

G_END_DECLS
