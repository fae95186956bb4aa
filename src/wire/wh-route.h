/* wh-route.h: the one route table, read by server and client; the OpenAPI document comes from it. */
#pragma once

#include "core/wh-principal.h"
#include "wh-spec.h"

G_BEGIN_DECLS

typedef enum {
  WH_ROUTE_HEALTH,             /* GET /health */
  WH_ROUTE_READY,              /* GET /ready */
  WH_ROUTE_LIVE,               /* GET /live */
  WH_ROUTE_METRICS,            /* GET /metrics (Prometheus text) */
  WH_ROUTE_METRICS_JSON,       /* GET /api/metrics */
  WH_ROUTE_OPENAPI,            /* GET /openapi.json */
  WH_ROUTE_STRAINS,            /* GET /api/strains */
  WH_ROUTE_STRAIN,             /* GET /api/strains/{id} */
  WH_ROUTE_STRAIN_SEARCH,      /* GET /api/strains/search */
  WH_ROUTE_STRAIN_FACETS,      /* GET /api/strains/facets */
  WH_ROUTE_PRODUCT_SEARCH,     /* GET /api/products/search */
  WH_ROUTE_STRAIN_RECOMMENDATIONS, /* POST /api/strains/recommendations */
  WH_ROUTE_LAB_RESULT_CHECKS,  /* GET /api/lab-results/checks */
  WH_ROUTE_TERPENES_ANALYZE,   /* POST /api/terpenes/analyze */
  WH_ROUTE_TERPENES_EFFECTS,   /* POST /api/terpenes/effects */
  WH_ROUTE_TERPENES_CLUSTERS,  /* GET /api/terpenes/clusters */
  WH_ROUTE_TERPENES_CORRELATIONS, /* GET /api/terpenes/correlations */
  WH_ROUTE_TERPENES_OUTLIERS,  /* GET /api/terpenes/outliers */
  WH_ROUTE_TERPENES_STRAIN_OUTLIERS, /* GET /api/terpenes/outliers/{id} */
  WH_ROUTE_TERPENES_SEARCH,    /* GET /api/terpenes/search */
  WH_ROUTE_TERPENES_SIMILAR,   /* GET /api/terpenes/similar/{id} */
  WH_ROUTE_TERPENES,           /* GET /api/terpenes/{id} */
  WH_ROUTE_TERPENES_MAP,       /* GET /api/terpenes/map */
  WH_ROUTE_TERPENES_COMPARE,   /* POST /api/terpenes/compare */
  WH_ROUTE_PRICING_COMPARE,    /* GET /api/pricing/compare */
  WH_ROUTE_SUBSTITUTES,        /* GET /api/substitutes */
  WH_ROUTE_SUBSTITUTE_FEEDBACK, /* POST /api/substitutes/feedback */
  WH_ROUTE_PRICING_TOTAL,      /* GET /api/pricing/total */
  WH_ROUTE_PRICING_HISTORY,    /* GET /api/pricing/history */
  WH_ROUTE_PRICING_WATCHES,    /* GET /api/pricing/watches */
  WH_ROUTE_ANALYTICS_STATS,    /* GET /api/analytics/stats */
  WH_ROUTE_SYNC_CHANGES,       /* GET /api/sync/changes */
  WH_ROUTE_EVENTS,             /* GET /api/events (Server-Sent Events) */
  WH_ROUTE_ADMIN_IMPORT,       /* POST /api/admin/imports */
  WH_ROUTE_WEBHOOKS,           /* GET /api/webhooks */
  WH_ROUTE_WEBHOOK_ADD,        /* POST /api/webhooks */
  WH_ROUTE_WEBHOOK,            /* GET /api/webhooks/{id} */
  WH_ROUTE_WEBHOOK_CHANGE,     /* PATCH /api/webhooks/{id} */
  WH_ROUTE_WEBHOOK_DELETE,     /* DELETE /api/webhooks/{id} */
  WH_ROUTE_WEBHOOK_DELIVERIES, /* GET /api/webhooks/{id}/deliveries */
  WH_ROUTE_WEBHOOK_RETRY,      /* POST /api/webhooks/{id}/retry */
  WH_ROUTE_JOBS,               /* GET /api/admin/jobs */
  WH_ROUTE_JOB_ADD,            /* POST /api/admin/jobs */
  WH_ROUTE_JOB,                /* GET /api/admin/jobs/{id} */
  WH_ROUTE_JOB_CANCEL,         /* DELETE /api/admin/jobs/{id} */
  WH_ROUTE_SCHEDULES,          /* GET /api/admin/schedules */
  WH_ROUTE_SCHEDULE,           /* GET /api/admin/schedules/{id}, by its name */
  WH_ROUTE_SCHEDULE_PUT,       /* PUT /api/admin/schedules/{id} */
  WH_ROUTE_SCHEDULE_DELETE,    /* DELETE /api/admin/schedules/{id} */
  WH_ROUTE_ADMIN_DEMO,         /* POST /api/admin/demo */
  WH_ROUTE_DISPENSARIES,       /* GET /api/dispensaries */
  WH_ROUTE_DISPENSARY,         /* GET /api/dispensaries/{id} */
  WH_ROUTE_DISPENSARY_PRODUCTS, /* GET /api/dispensaries/{id}/products */
  WH_ROUTE_CHANGES,            /* POST /api/changes */
  /* These have a row for every kind of noun. */
  WH_ROUTE_ROWS,               /* GET /api/notes */
  WH_ROUTE_ROW,                /* GET /api/notes/{id} */
  WH_ROUTE_ROW_CREATE,         /* POST /api/notes */
  WH_ROUTE_ROW_REPLACE,        /* PUT /api/notes/{id} */
  WH_ROUTE_ROW_CHANGE,         /* PATCH /api/notes/{id} */
  WH_ROUTE_ROW_DELETE,         /* DELETE /api/notes/{id} */
  WH_N_ROUTES
} WhRouteId;

/* What a request is counted as; how much of each is free stands in the settings of the server. */
typedef enum {
  WH_CLASS_UNKNOWN,    /* of no route */
  WH_CLASS_FREE,       /* not counted: health, measurements, what describes the server */
  WH_CLASS_SEARCH,
  WH_CLASS_STRAIN,     /* details of one thing */
  WH_CLASS_TERPENES,   /* what is computed about them */
  WH_CLASS_USER,       /* what people keep for themselves */
  WH_CLASS_ANALYTICS,
  WH_CLASS_LOGIN,
  WH_CLASS_WRITE,
  WH_CLASS_SYNC,
  WH_CLASS_ADMIN,
  WH_N_CLASSES
} WhRouteClass;

typedef struct {
  WhRouteId    id;
  const char  *method;
  const char  *path;           /* with {id} where one segment stands, at most once */
  WhPermission permission;     /* never WH_PERMISSION_NONE; a static assertion and a test see to it */
  gsize        max_body;       /* bytes; 0: no body allowed */
  const char  *summary;
  const WhSpec *parameters;    /* of the query, of wh-route-tables.h; "min.*" stands for all names that begin so, "min.{field}" for
                                  those that go on with a field by which rows of the kind can be filtered */
  WhKind       kind;           /* of the rows it is about; NONE where its id says enough */
  const WhSpec *body;          /* members of the body; NULL: it is a row of the kind, or there is none */
  WhRouteClass class;
} WhRoute;

/* Rows of the table, in its order. */
guint          wh_route_count (void);
const WhRoute *wh_route_at    (guint position);
guint          wh_route_position (const WhRoute *route);

const WhRoute *wh_route_get   (WhRouteId id);                    /* the first with this id */
const WhRoute *wh_route_of_kind (WhRouteId id, WhKind kind);     /* NULL: there is none */
/* The route of a method and a path (no query). `*out_value` receives the decoded {id} or NULL; free it. Returns NULL when
 * nothing matches; *out_allowed then says which methods the path knows ("GET, HEAD") or is NULL when the path is unknown. */
const WhRoute *wh_route_match (const char *method, const char *path, char **out_value, char **out_allowed);
/* What the route says of a query parameter; NULL: it knows none of this name. */
const WhSpec  *wh_route_parameter (const WhRoute *route, const char *name);
/* "/api/strains/0190…?limit=20": value is for {id}; then name, value pairs ended by NULL, values percent-encoded, NULL values skipped. */
char          *wh_route_url   (WhRouteId id, const char *value, ...) G_GNUC_NULL_TERMINATED;
/* The same without parameters, of any row. */
char          *wh_route_path  (const WhRoute *route, const char *value);

G_END_DECLS
