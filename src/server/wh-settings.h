/* wh-settings.h: what an operator can set for `serve`, one table of it. An option comes before the environment, that before the file,
 * that before the default. The environment's name is WEEDHOUNDS_GROUP_NAME, of the group “weedhounds” WEEDHOUNDS_NAME. */
#pragma once

#include "wh-network.h"
#include "wh-rate.h"

G_BEGIN_DECLS

typedef enum {
  WH_SETTING_STORE,
  WH_SETTING_STORE_REPLICAS,
  WH_SETTING_CACHE,
  WH_SETTING_LISTEN,
  WH_SETTING_THREADS,
  WH_SETTING_RESPONSE_CACHE_MB,
  WH_SETTING_STRAIN_CACHE_MB,
  WH_SETTING_DRAIN_SECONDS,
  WH_SETTING_HEAD_BYTES,
  WH_SETTING_CONNECTIONS,
  WH_SETTING_CONNECTIONS_PER_ADDRESS,
  WH_SETTING_LIMIT_LOOPBACK,
  WH_SETTING_IDLE_SECONDS,
  WH_SETTING_HEAD_SECONDS,
  WH_SETTING_GRACE_SECONDS,
  WH_SETTING_BYTES_A_SECOND,
  WH_SETTING_REPLY_MEGABYTES,
  WH_SETTING_TLS_LISTEN,
  WH_SETTING_TLS_REDIRECT,
  WH_SETTING_TLS_CERTIFICATE,
  WH_SETTING_TLS_KEY,
  WH_SETTING_TLS_CLIENT_CERTIFICATES,
  WH_SETTING_TLS_CLIENT_CA,
  WH_SETTING_TLS_PRIORITIES,
  WH_SETTING_TLS_HSTS_SECONDS,
  WH_SETTING_HOSTS,
  WH_SETTING_ANONYMOUS,
  WH_SETTING_PLAIN_NETWORK,
  WH_SETTING_ALLOW,
  WH_SETTING_DENY,
  WH_SETTING_TRUSTED_PROXIES,
  WH_SETTING_PROXY_FIELD,
  WH_SETTING_IDEMPOTENCY_HOURS,
  WH_SETTING_GZIP_LEVEL,
  WH_SETTING_GZIP_BYTES,
  WH_SETTING_CORS_ORIGINS,
  WH_SETTING_CORS_CREDENTIALS,
  WH_SETTING_CORS_MAX_AGE,
  WH_SETTING_OUTGOING_ALLOW,
  WH_SETTING_OUTGOING_CA_FILE,
  WH_SETTING_OUTGOING_SECONDS,
  WH_SETTING_OUTGOING_MEGABYTES,
  WH_SETTING_OUTGOING_REDIRECTS,
  WH_SETTING_JOBS_THREADS,
  WH_SETTING_JOBS_POLL_MS,
  WH_SETTING_JOBS_LEASE_SECONDS,
  WH_SETTING_JOBS_FRESHNESS,
  WH_SETTING_JOBS_ANALYTICS,
  WH_SETTING_JOBS_RETENTION,
  WH_SETTING_JOBS_BACKUP,
  WH_SETTING_BACKUP_DIRECTORY,
  WH_SETTING_BACKUP_KEEP,
  WH_SETTING_RETENTION_SEARCH_DAYS,
  WH_SETTING_RETENTION_PRICE_DAYS,
  WH_SETTING_RETENTION_JOB_DAYS,
  WH_SETTING_LOG_FORMAT,
  WH_SETTING_LOG_LEVEL,
  WH_SETTING_LOG_REQUESTS,
  WH_SETTING_LOG_SLOW_REQUEST_MS,
  WH_SETTING_LOG_SLOW_QUERY_MS,
  WH_SETTING_REPORTS_DSN,
  WH_SETTING_EVENTS_STREAMS,
  WH_SETTING_EVENTS_STREAMS_EACH,
  WH_SETTING_EVENTS_MINUTES,
  WH_SETTING_EVENTS_HISTORY,
  WH_SETTING_LIMITS_ENFORCE,
  WH_SETTING_LIMITS_KEYS,
  WH_SETTING_LIMIT_SEARCH,      /* in the order of WhRouteClass */
  WH_SETTING_LIMIT_STRAIN,
  WH_SETTING_LIMIT_TERPENES,
  WH_SETTING_LIMIT_USER,
  WH_SETTING_LIMIT_ANALYTICS,
  WH_SETTING_LIMIT_LOGIN,
  WH_SETTING_LIMIT_WRITE,
  WH_SETTING_LIMIT_SYNC,
  WH_SETTING_LIMIT_ADMIN,
  WH_SETTING_WEBHOOKS_MOST,
  WH_SETTING_WEBHOOKS_SECONDS,
  WH_SETTING_WEBHOOKS_TRIES,
  WH_SETTING_WEBHOOKS_PAUSE_SECONDS,
  WH_SETTING_WEBHOOKS_DEAD,
  WH_N_SETTINGS
} WhSetting;

typedef enum {
  WH_SETTING_INTEGER,
  WH_SETTING_BOOLEAN,   /* true or false */
  WH_SETTING_TEXT,      /* empty: not set */
  WH_SETTING_LIST,      /* items with blanks or “;” between them */
  WH_SETTING_NETWORKS,  /* a list of addresses and nets */
  WH_SETTING_RATE,      /* "1000/100 per 3600" or "off" */
} WhSettingType;

typedef enum {
  WH_SETTING_RELOADABLE = 1 << 0,   /* SIGHUP is enough */
  WH_SETTING_SECRET = 1 << 1,       /* is not printed */
} WhSettingFlags;

typedef struct {
  WhSetting          id;
  const char        *group, *name;
  WhSettingType      type;
  const char        *usual;         /* as it would stand in the file; "" or NULL: not set */
  gint64             least, most;   /* of an integer */
  const char *const *choices;       /* of a text; NULL: any */
  WhSettingFlags     flags;
  const char        *meaning;       /* a sentence, to be translated */
} WhSettingRow;

/* Immutable once it is shared. */
typedef struct _WhSettings WhSettings;

const WhSettingRow *wh_setting_row  (WhSetting setting);

/* `path`: a key file; NULL or one that is not there: none. `given`: "group.name=value", NULL-terminated, may be NULL. WH_ERROR_INVALID
 * says which key, where it was set and what is allowed; a key that is unknown is an error, too. */
WhSettings         *wh_settings_load    (const char *path, const char *const *given, GError **error);
void                wh_settings_free    (WhSettings *settings);

gint64              wh_settings_integer (const WhSettings *settings, WhSetting setting);
gboolean            wh_settings_boolean (const WhSettings *settings, WhSetting setting);
const char         *wh_settings_text    (const WhSettings *settings, WhSetting setting);   /* NULL: not set */
const char *const  *wh_settings_list    (const WhSettings *settings, WhSetting setting);   /* never NULL */
const WhNetworks   *wh_settings_networks (const WhSettings *settings, WhSetting setting);  /* never NULL */
WhRate              wh_settings_rate    (const WhSettings *settings, WhSetting setting);
/* Whether both say the same. */
gboolean            wh_settings_agree   (const WhSettings *a, const WhSettings *b, WhSetting setting);
/* Sets one as it is in `other`. */
void                wh_settings_keep    (WhSettings *settings, const WhSettings *other, WhSetting setting);

/* A key file that explains every key and sets it as it is in force. Caller frees. */
char               *wh_settings_print   (const WhSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhSettings, wh_settings_free)

G_END_DECLS
